"""Tasks of the drills as questions of a learning platform, whatever its format.

A task asks for several numbers, and most are made of others before them. So there are two kinds:

- A *single number*: one is asked for, and all before it are given. Whoever gets it wrong has made
  a mistake here and nowhere else: a wrong number has one meaning, nothing follows from an earlier
  error, and the platform's statistics tell how hard this step is and who makes which mistake. Each
  such question has a task of its own, for those of one task would give away each other's answers.
  So any number of them can be drawn at random.
- A *whole task*: all numbers are asked for, each with a mark of its own. Platforms judge each field
  by itself, so one early mistake would make all numbers after it wrong, though they are worked out
  well. Therefore a number that follows from one mistake before it counts too. There is one
  exception: the number of a mistake that can be made right here does not count, even if it may
  follow from another (a minus sign that is lost early looks like one that is lost late).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

from markup import escaped, listed, table
from problems import Entry, Problem, Rows
from targets import Target, following, targets
from wording import in_language

FOUND = "The first steps are done."
FIND = "Now find {name}."
TYPE = "Type a number such as 5, 0.25 or -3, with the minus of the keyboard."
GRADIENT = re.compile(r'(data-gradient="([^"]+)">)[^<]*')


@dataclass(frozen=True)
class Question:
    """A whole task, or its number at ``place``; ``ident`` is unique in a bank."""

    ident: str
    problem: Problem
    place: int | None = None

    @property
    def asked(self) -> Sequence[Entry]:
        """The numbers that are asked for."""
        entries = self.problem.entries
        return entries if self.place is None else entries[self.place : self.place + 1]

    @property
    def name(self) -> str:
        """What teachers see in lists of questions."""
        whole = self.problem.formulas or self.problem.title
        return f"{self.ident} · {whole if self.place is None else self.asked[0].name}"

    @cached_property
    def targets(self) -> list[list[Target]]:
        """For each number that is asked for what may be typed, the right number first."""
        if self.place is not None:
            return [targets(self.asked[0])]
        language = self.problem.language
        pairs = zip(self.asked, following(self.problem), strict=True)
        return [targets(entry, follow, language) for entry, follow in pairs]

    @cached_property
    def picture(self) -> str:
        """The graph as an SVG; with a place, its earlier gradients are filled in."""
        if self.place is None:
            return self.problem.picture
        [entry] = self.asked
        known = {one.edge: one.shown for one in self.before} | {entry.edge: "?"}
        return GRADIENT.sub(lambda found: found[1] + known.get(found[2], ""), self.problem.picture)

    @property
    def before(self) -> list[Entry]:
        """The entries of earlier gradients. Those of one matrix are not made of each other."""
        return [one for one in self.problem.entries if one.ask < self.asked[0].ask]

    @property
    def solution(self) -> str:
        """The derivation in HTML."""
        return "".join(f"<p>{escape(entry.reason)}</p>" for entry in self.asked)

    def text(self, picture: str, fields: Sequence[str] = ()) -> str:
        """Return the question in HTML, with the address of its picture and its fields."""
        parts = [f"<p>{escape(self.problem.asked)}</p>"]
        if self.picture:
            alt = escape(self.problem.alt)
            parts.append(f'<p><img src="{escape(picture)}" alt="{alt}"/></p>')
        if not self.problem.formulas:
            given = {name: escaped(rows) for name, rows in self.problem.given.items()}
            parts.append(table([given]))
        say = in_language(self.problem.language)
        if self.place is not None:
            if self.before:
                found = gradients(self.problem, self.before, [one.shown for one in self.before])
                parts.append(f"<p>{escape(say(FOUND))}</p>{listed(found)}")
            find = say(FIND.format(name=self.asked[0].name))
            parts.append(f"<p><strong>{escape(find)}</strong></p>")
        parts.append(f"<p>{escape(say(TYPE))}</p>")
        if fields:
            parts.append(listed(gradients(self.problem, self.asked, fields)))
        return "".join(parts)


def gradients(problem: Problem, entries: Sequence[Entry], texts: Sequence[str]) -> dict[str, Rows]:
    """Return by their names the gradients of these entries, each of which is shown as a text."""
    found = {}
    for k, (label, rows, columns) in enumerate(problem.asks):
        here = [pair for pair in zip(entries, texts, strict=True) if pair[0].ask == k]
        if here:
            name = label if rows * columns > 1 else here[0][0].said
            cells = [text for _, text in here]
            found[name] = tuple(tuple(cells[n * columns :][:columns]) for n in range(rows))
    return found
