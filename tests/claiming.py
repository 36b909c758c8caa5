"""Compare what a page says in numbers with what its own cells compute.

A claim is evaluated with the variables that the cells above its sentence have left; one that tells
of the cells below waits for them. The cells are those of the one run in which nbval compares the
outputs: ``conftest.py`` has this module watch its kernel.
"""

import re
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from prose import CHAPTERS, cells_of, number_of, unexplained, words_of

import backprop

FIELD = re.compile(r"\{\{(?!\{)(.+?)\}\}")
SOME_NUMBER = r"(-?\d+(?:[.,]\d+)*(?:e-?\d+)?)"


class Page:
    """The claims of a page, each compared once, as soon as the cells that it needs have run."""

    def __init__(self, claims: ModuleType, cells: list[dict]) -> None:
        self.cells, self.texts = cells, [words_of(cell) for cell in cells]
        self.helpers = vars(claims) | {"np": np, "backprop": backprop, "read": reader(cells)}
        self.position, self.found = -1, []
        given = [piece for pieces in claims.GIVEN.values() for piece in pieces]
        self.pieces = [list(given) for _ in cells]
        listed = [claim if isinstance(claim, tuple) else (claim, "True") for claim in claims.CLAIMS]
        self.due = []
        for claim in listed:
            places = [n for n, text in enumerate(self.texts) if pattern(claim[0]).search(text)]
            self.due += [(place, *claim) for place in places]
            if not places:
                self.found.append(f"not on the page: {claim[0]}")
            if claim[1] == "True" and not FIELD.search(claim[0]):
                self.found.append(f"nothing is computed in: {claim[0]}")
        for piece in given:
            if not any(piece in text for text in self.texts):
                self.found.append(f"not on the page: {piece}")
        self.compare(len(cells), {})  # those that need no cell

    def ran(self, source: str, state: dict) -> None:
        """Compare what a code cell decides, which has just run and left the state."""
        code = [n for n, cell in enumerate(self.cells) if cell["cell_type"] == "code"]
        later = [n for n in code if n > self.position]
        here = next((n for n in later if "".join(self.cells[n]["source"]) == source), None)
        if here is not None:
            self.position = here
            self.compare(min([n for n in code if n > here], default=len(self.cells)), state)

    def compare(self, end: int, state: dict) -> None:
        """Compare the claims that stand above a place and need no more than the state."""
        names = self.helpers | state
        self.due = [claim for claim in self.due if claim[0] >= end or self.waits(names, *claim)]

    def waits(self, names: dict, place: int, template: str, condition: str) -> bool:
        """Compare a claim with the page; say whether it still needs a cell."""
        try:
            piece, holds = fill(template, names), eval(condition, names)
        except NameError:
            return True
        except Exception as error:
            self.found.append(f"{type(error).__name__}: {error}, in: {template}")
            return False
        self.pieces[place].append(piece)
        for match in pattern(template).finditer(self.texts[place]):
            if not self.texts[place].startswith(piece, match.start()):
                self.found.append(f"the page: {match[0]}\nthe cells: {piece}")
                self.pieces[place].append(match[0])  # one complaint about it is enough
        if not holds:
            self.found.append(f"no longer true: {piece}, which needs {condition}")
        return False

    def complaints(self) -> list[str]:
        """Return what is wrong with the numbers of the page, after its last cell."""
        waiting = [f"no cell defines what it needs: {claim[1]}" for claim in self.due]
        unknown = [
            f"neither computed nor given: {number}"
            for text, pieces in zip(self.texts, self.pieces, strict=True)
            for number in unexplained(text, pieces)
        ]
        return self.found + waiting + unknown


def pattern(template: str) -> re.Pattern[str]:
    """Return what finds a claim on a page, whatever the page puts for its fields."""
    return re.compile(r"\S+?".join(map(re.escape, FIELD.split(template)[::2])) + r"(?![.,]?\d)")


def fill(template: str, names: dict) -> str:
    """Return a claim with its fields evaluated: an expression each, perhaps with a format."""

    def value(field: re.Match[str]) -> str:
        expression, form = field[1], ""
        try:
            compile(expression, template, "eval")
        except SyntaxError:
            expression, _, form = expression.rpartition(":")
        return format(eval(expression, names), form)

    return FIELD.sub(value, template)


def reader(cells: list[dict]) -> Callable[..., str | tuple[str, ...]]:
    """Return the function ``read`` that claims use; see ``claims/__init__.py``."""

    def read(cell: str, text: str, page: str | None = None) -> str | tuple[str, ...]:
        there = cells_of(CHAPTERS / page) if page else cells
        (found,) = (c for c in there if c.get("id") == cell)
        shown = [o.get("text") or o.get("data", {}).get("text/plain", "") for o in found["outputs"]]
        match = re.search(
            re.escape(text).replace(r"\*", SOME_NUMBER),
            "\n".join("".join(lines) for lines in [found["source"], *shown]),
        )
        if not match:
            raise ValueError(f"cell {cell} neither says nor shows {text!r}")
        return match[1] if match.re.groups == 1 else match.groups()

    return read


def page_of(path: Path) -> Page:
    """Return a page with the module of ``claims`` that is named after it, if it has one."""
    number = number_of(path)
    name = f"claims.chapter_{number}" if number else f"claims.{path.stem}"
    nothing = SimpleNamespace(CLAIMS=[], GIVEN={})
    return Page(import_module(name) if find_spec(name) else nothing, cells_of(path))


# --- in the kernel that runs the cells ----------------------------------------------------------


class WrongNumbersError(Exception):
    """Some numbers of a page are not what its cells compute."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


def watch(shell: InteractiveShell, path: Path) -> None:
    """Compare the page's claims while its cells run in the shell."""
    page = shell.page = page_of(path)
    shell.events.register(
        "post_run_cell", lambda result: page.ran(result.info.raw_cell, shell.user_ns)
    )


def report(shell: InteractiveShell) -> None:
    """Raise an error if something is wrong, now that all cells have run."""
    if found := shell.page.complaints():
        raise WrongNumbersError("\n\n".join(found))
