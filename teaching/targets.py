"""What may be typed for a number: the right one, those of mistakes, those that follow from one.

A typed number may be rounded to three digits, as in the drills. Numbers that mean different things
never overlap: right ones have at most three digits, and all keep their distance.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from problems import Entry, Problem
from wording import in_language

from backprop.show.language import joined

FOLLOWS = "This number follows from a wrong one before it, so it counts. Look there."
OR_FOLLOWS = "Or it follows from a wrong number before it."
DIGITS = 3
APART = 3  # so many margins fit between two numbers


@dataclass(frozen=True)
class Target:
    """A number that may be typed: how far off it may be, whether it counts, and the reply."""

    number: float
    margin: float
    right: bool
    reply: str


def targets(entry: Entry, follow: Sequence[float] = (), language: str = "en") -> list[Target]:
    """Return what may be typed for an entry; the numbers ``follow`` come from mistakes before."""
    say = in_language(language)
    means = [(entry.number, True, "")]
    for mistake in entry.mistakes:
        also = any(same(number, mistake.number) for number in follow)
        said = joined(f"{mistake.said} {say(OR_FOLLOWS)}") if also else mistake.said
        means.append((mistake.number, False, said))
    for number in follow:
        if not any(same(number, other) for other, *_ in means):
            means.append((number, True, say(FOLLOWS)))
    numbers = [number for number, *_ in means]
    return [Target(one, margin(one, numbers), right, reply) for one, right, reply in means]


def margin(number: float, numbers: Sequence[float]) -> float:
    """Return how far off a typed number may be: half a unit of its third digit, or less."""
    unit = 10 ** (math.floor(math.log10(abs(number))) - DIGITS + 1) if number else 0.0
    return min([unit / 2, *(abs(number - one) / APART for one in numbers if one != number)])


def following(problem: Problem) -> list[list[float]]:
    """Return for each entry the numbers that follow from one mistake before it.

    The mistake was made in one entry, or in all of a matrix. Gradients are sums, so what the
    entries of a matrix change adds up.
    """
    right = [entry.number for entry in problem.entries]
    changes: dict[tuple[object, ...], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for p, entry in enumerate(problem.entries):
        for mistake in entry.mistakes:
            for q, number in mistake.then.items():
                for slip in [(p, mistake.number), *((entry.ask, name) for name in mistake.names)]:
                    changes[slip][q] += number - right[q]
    found: list[list[float]] = [[] for _ in right]
    for change in changes.values():
        for q, by in change.items():
            number = float(f"{right[q] + by:.12g}")
            if not any(same(number, other) for other in (right[q], *found[q])):
                found[q].append(number)
    return found


def same(a: float, b: float) -> bool:
    """Tell whether two numbers differ by a computer's last digits only."""
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def plain(number: float) -> str:
    """Return a number as every platform reads it, without an exponent.

    >>> plain(-0.0000125), plain(288.0)
    ('-0.0000125', '288')
    """
    return f"{number:.12f}".rstrip("0").rstrip(".")
