"""A task of a drill: numbers that are given, and gradients to find one after the other.

Each gradient is made of those that the reader has found before it, in the right way or by a
mistake. A page without Python has to follow the reader's own numbers, wrong ones too. It can,
because each way is a sum of such numbers with factors: ``factors`` finds them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, combinations, pairwise
from math import prod
from typing import Any

import numpy as np

from ...contracts import Array
from ...graph import Graph

Way = Callable[..., Any]  # from the gradients found before to this one
Factors = dict[tuple[int, ...], Array]  # () is the constant, (i,) what number i is multiplied by
NEAR = 0.01  # numbers that differ by less could be taken for each other when they are rounded


@dataclass(frozen=True)
class Ask:
    """One gradient to find: a number or a matrix.

    ``after`` names those that it is made of, the arguments of ``right`` and of each mistake; a
    mistake that is no function always leads to the same numbers. ``label`` stands before the
    fields and ``said`` is what screen readers hear. ``rule`` is the first hint and ``hints``, for
    each entry, the second, in which {name:i} stands for entry i of what is given or was found.
    ``edge`` is the edge of the picture.
    """

    name: str
    after: tuple[str, ...]
    right: Way
    mistakes: Mapping[str, Way | Array]
    label: str
    said: str
    rule: str
    hints: Sequence[str]
    edge: str = ""

    @property
    def wrong(self) -> dict[str, Way | Array]:
        """The mistakes, and the one that can be made everywhere, if it has no better name here."""
        minus = {} if "sign" in self.mistakes else {"minus": self.negative}
        return {**self.mistakes, **minus}

    def negative(self, *earlier: Array) -> Array:
        """Return the right gradient with the wrong sign."""
        return -np.asarray(self.right(*earlier))


@dataclass(frozen=True)
class Task:
    """Given numbers, and what is asked for in the order of the backward pass.

    Tasks of one ``kind`` differ in their numbers only, and those of one ``case`` go the same ways
    at each ReLU and max. ``graph`` is the picture; ``texts`` has words for given numbers that are
    not to be shown as decimals.
    """

    kind: str
    given: Mapping[str, Array]
    asks: Sequence[Ask]
    graph: Graph | None = None
    case: tuple[bool, ...] = ()
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def answers(self) -> dict[str, Array]:
        """The right numbers, by the name of what is asked for."""
        found: dict[str, Array] = {}
        for ask in self.asks:
            found[ask.name] = run(ask.right, [found[name] for name in ask.after])
        return found

    @cached_property
    def slips(self) -> tuple[Array, Array]:
        """Each number that a mistake alone leads to, and at the same place the right one."""
        found = self.answers
        wrong, right = [], []
        with np.errstate(divide="ignore", invalid="ignore"):
            for ask in self.asks:
                earlier, answer = [found[one] for one in ask.after], found[ask.name]
                for way in ask.wrong.values():
                    made = np.asarray(way(*earlier) if callable(way) else way)
                    if made.shape != answer.shape:  # one number for all entries
                        made = np.broadcast_to(made, answer.shape)
                    wrong.append(made.ravel())
                right += [answer.ravel()] * len(ask.wrong)
        return finite_or_nan(np.concatenate(wrong)), np.concatenate(right)


def run(way: Way | Array, earlier: Sequence[Array]) -> Array:
    """Return the numbers that a way leads to, NaN where it would divide by 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite_or_nan(np.asarray(way(*earlier) if callable(way) else way, float))


def finite_or_nan(found: Array) -> Array:
    """Return what was found, NaN where that is no number."""
    finite = np.isfinite(found)
    return found if finite.all() else np.where(finite, found, np.nan)


def factors(way: Way | Array, earlier: Sequence[Array]) -> Factors:
    """Return how a gradient is made of the ``earlier`` numbers, counted through.

    It is the constant, plus each number times its factor, plus, where two paths meet, their product
    times a factor. Raises ``ValueError`` if it is not.
    """
    if not callable(way):
        return {(): run(way, [])}
    ends = list(accumulate((array.size for array in earlier), initial=0))
    parts = [(slice(*two), array.shape) for two, array in zip(pairwise(ends), earlier, strict=True)]
    count = ends[-1]

    def at(numbers: Array) -> Array:
        return run(way, [numbers[part].reshape(shape) for part, shape in parts])

    found: Factors = {}
    for many in range(3 if count == 2 else 2):
        for places in combinations(range(count), many):
            numbers = np.zeros(count)
            numbers[list(places)] = 1.0
            found[places] = at(numbers) - value(found, numbers)
    numbers = np.concatenate([np.ravel(array) for array in earlier]) if count else np.zeros(0)
    made, led = np.asarray(value(found, numbers)), at(numbers)
    if not (alike(made, led) | np.isnan(led)).all():
        raise ValueError(f"way must be a sum of its numbers with factors, got {way!r}")
    return found


def value(factors: Factors, numbers: Array) -> Array | float:
    """Return the sum that the factors make of the numbers."""
    terms = (factor * prod(numbers[i] for i in places) for places, factor in factors.items())
    total: Array | float = sum(terms)
    return total


def clear(task: Task) -> bool:
    """Tell whether a head can do it: three digits, and no wrong number that is nearly right."""
    if not all(alike(found, three_digits(found)).all() for found in task.answers.values()):
        return False
    wrong, right = task.slips
    return not (alike(wrong, right, NEAR) & ~alike(wrong, right)).any()


def hidden(task: Task) -> int:
    """Return how many entries mistakes leave right, so that they go unnoticed there."""
    return int(alike(*task.slips).sum())


def alike(a: Array, b: Array, share: float = 1e-9) -> Array:
    """Tell for each entry whether two numbers differ by less than a share of the larger one."""
    found: Array = np.abs(a - b) <= share * np.maximum(np.abs(a), np.abs(b)) + 1e-12
    return found


def three_digits(numbers: Array) -> Array:
    """Return the numbers rounded to three significant digits."""
    return np.array([float(f"{number:.3g}") for number in np.ravel(numbers)]).reshape(numbers.shape)
