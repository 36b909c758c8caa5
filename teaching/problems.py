"""The tasks of the backward drills for paper and for question banks, in the words of a language.

A ``Problem`` has all that a product shows of a task, as texts and numbers: nothing else in this
folder has to know how a task is made. Its numbers and its words are those of the drill itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from pictures import still
from wording import TOPICS, Say, asked, derivation, in_language, plain, reply

from backprop.contracts import Array
from backprop.explorers.practice.levels import LEVELS, task
from backprop.explorers.practice.table import RIGHT, Kind, given_texts
from backprop.explorers.practice.task import Task, alike, value
from backprop.show.drawing import describe, short

GIVE_UP = 300  # after so many tasks that have all been seen before, there are no others
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Mistake:
    """A wrong number, and all mistakes that lead to it.

    ``names`` are those in ``SAYS``, and ``said`` is a reply to who has made one of them. ``then``
    holds, by their places in ``entries``, the later numbers that come out other than right if a
    reader goes on from here in the right way.
    """

    number: float
    shown: str
    names: tuple[str, ...]
    said: str
    then: dict[int, float]


@dataclass(frozen=True)
class Entry:
    """A number to find.

    ``name`` says what it is, such as "dW[0, 1]" or "the gradient of b", ``label`` says it in a
    picture or a list, "b", and ``said`` is what is heard. ``ask`` is the place of its matrix in
    ``asks``, ``edge`` the ``data-gradient`` or ``data-edge`` of its edge in the picture.
    ``reason`` is the rule, the numbers of this task in it, and the result.
    """

    name: str
    label: str
    said: str
    ask: int
    edge: str
    number: float
    shown: str
    mistakes: tuple[Mistake, ...]
    reason: str


@dataclass(frozen=True)
class Problem:
    """A task as a reader meets it.

    ``topic`` names its level and ``title`` its stage; ``asked`` says what is to be done, and
    ``formulas`` what a graph of numbers computes. ``picture`` is its graph, an SVG that stands
    alone, with a question mark for each gradient; ``paper`` has boxes to write into in their place.
    Both are empty for tasks without a graph; ``alt`` says the same in words. ``given`` has rows of
    texts by name, ``asks`` label, rows and columns of each matrix to find, and ``entries`` their
    numbers, all in the order of the backward pass.
    """

    level: str
    stage: int
    language: str
    kind: str
    topic: str
    title: str
    asked: str
    formulas: str
    picture: str
    paper: str
    alt: str
    given: dict[str, Rows]
    asks: tuple[tuple[str, int, int], ...]
    entries: tuple[Entry, ...]

    @cached_property
    def given_words(self) -> str:
        """What is given, in one line: "x = [1 2], W = [1 2; 3 4], lr = 0.1"."""
        return ", ".join(f"{name} = {in_line(rows)}" for name, rows in self.given.items())

    @cached_property
    def solution(self) -> tuple[str, ...]:
        """The whole way back, a text for each entry."""
        return tuple(entry.reason for entry in self.entries)


def in_line(rows: Rows) -> str:
    """Return a matrix in one line; a number stands alone."""
    texts = "; ".join(" ".join(row) for row in rows)
    return f"[{texts}]" if len(rows) * len(rows[0]) > 1 else texts


def problems(
    level: str, stage: int, count: int, seed: int = 0, language: str = "en", *, alike: bool = False
) -> list[Problem]:
    """Return the first ``count`` different tasks of a stage; stages count from 0.

    With ``alike`` all have the graph of the first one, and differ in their numbers only. Raises
    ``ValueError`` if there are not so many.
    """
    found = list(islice(different(level, stage, seed, alike), count))
    if len(found) < count:
        raise ValueError(
            f"count must be at most {len(found)} for the stage {LEVELS[level][stage].name!r} of "
            f"{level!r}, which has no more different tasks, got {count}"
        )
    return [problem(one, level, stage, language) for one in found]


def different(level: str, stage: int, seed: int, alike: bool) -> Iterator[Task]:
    """Yield the tasks of a stage that differ from all before them."""
    seen: set[str] = set()
    kind = ""
    number = last = 0
    while number - last < GIVE_UP:
        number += 1
        one = task(level, stage, number, seed)
        text = f"{one.kind}: {' '.join(given_texts(one))}"
        if text not in seen and one.kind == (kind or one.kind):
            seen.add(text)
            kind, last = one.kind if alike else "", number
            yield one


def problem(task: Task, level: str, stage: int, language: str = "en") -> Problem:
    """Return a task of a stage in a language."""
    say = in_language(language)
    kind = Kind([task])
    data = kind.data()
    texts = iter(given_texts(task))
    given = {
        name: tuple(tuple(islice(texts, columns)) for _ in range(rows))
        for name, rows, columns in data["given"]
    }
    alt = describe(task.graph, gradients=False, label=short) if task.graph else ""
    alt = say(alt)
    return Problem(
        level=level,
        stage=stage,
        language=language,
        kind=task.kind,
        topic=say(TOPICS[level]),
        title=say(LEVELS[level][stage].name),
        asked=say(asked(level, task)),
        formulas=data["formulas"],
        picture=still(task.graph, alt) if task.graph else "",
        paper=still(task.graph, alt, "") if task.graph else "",
        alt=alt,
        given=given,
        asks=tuple((say(ask["label"]), *ask["shape"]) for ask in data["asks"]),
        entries=tuple(entries(task, kind, say)),
    )


def entries(task: Task, kind: Kind, say: Say) -> Iterator[Entry]:
    """Yield the entries of a task of this kind, which has no other."""
    answers = np.array([rounded(x) for found in task.answers.values() for x in np.ravel(found)])
    given, shown = list(given_texts(task)), [plain(number) for number in answers]
    for p, (k, i) in enumerate(kind.entries):
        entry, ask = kind.entry(k, i), task.asks[k]
        name = say(entry["name"])
        yield Entry(
            name=name,
            label=say(ask.label) if kind.size(k) == 1 else name,
            said=say(entry["said"]),
            ask=k,
            edge=entry["edge"],
            number=float(answers[p]),
            shown=shown[p],
            mistakes=tuple(mistakes(kind, p, answers, say)),
            reason=say(derivation(entry, ask.rule, given, shown, shown[p])),
        )


def mistakes(kind: Kind, p: int, answers: Array, say: Say) -> Iterator[Mistake]:
    """Yield the wrong numbers of entry p, those that look the same as one."""
    together: dict[str, list[str]] = {}
    numbers = {name: made(kind, p, name, answers) for name in kind.wrong(*list(kind.entries)[p])}
    for name, number in numbers.items():
        if np.isfinite(number) and not alike(np.asarray(number), answers[p]):
            together.setdefault(plain(number), []).append(name)
    for shown, names in together.items():
        number = numbers[names[0]]
        then = afterwards(kind, p, number, answers)
        yield Mistake(number, shown, tuple(names), say(reply(names)), then)


def afterwards(kind: Kind, p: int, number: float, answers: Array) -> dict[int, float]:
    """Return the numbers after entry p that change if it is wrong and all else is done right."""
    numbers = answers.copy()
    numbers[p] = number
    for q in range(p + 1, len(answers)):
        numbers[q] = made(kind, q, RIGHT, numbers)
    changed = np.flatnonzero(~alike(numbers, answers))
    return {int(q): float(numbers[q]) for q in changed if q > p}


def made(kind: Kind, p: int, way: str, numbers: Array) -> float:
    """Return what a way makes of the numbers in front of entry p."""
    k, i = list(kind.entries)[p]
    places = [
        kind.start[name] + j
        for name in kind.tasks[0].asks[k].after
        for j in range(kind.sizes[name])
    ]
    return rounded(np.ravel(value(kind.ways[0][k][way], numbers[places]))[i])


def rounded(number: float) -> float:
    """Return a number without the last digits of its computation, and without a minus for 0.

    >>> rounded(0.1 + 0.2 - 0.3), rounded(0.1 + 0.2)
    (0.0, 0.3)
    """
    return round(float(f"{number:.12g}"), 12) + 0.0
