"""Difference quotients: what they find, in floats and in exact fractions, and why they err."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..graph import Graph
from ..nodes import Add, Maximum, Multiply


@dataclass(frozen=True)
class Problem:
    """A function of x as a graph, and the point at which its gradient is measured.

    The relative truncation errors of a short step are about ``bends[0]`` * h for the forward
    difference and ``bends[1]`` * h**2 for the central one.
    """

    name: str
    wires: tuple[tuple, ...]  # each: name, class of the node, inputs
    inputs: dict[str, Fraction]
    bends: tuple[float, ...] = ()

    def graph(self) -> Graph:
        """Return the graph, new."""
        graph = Graph(*self.inputs)
        for name, node, *inputs in self.wires:
            graph.wire(name, node(), *inputs)
        return graph

    def at(self, offset: Any, kind: Callable) -> Any:
        """Return the function ``offset`` beside the point, computed with numbers of a ``kind``."""
        inputs = {name: kind(value) for name, value in self.inputs.items()}
        return self.graph().forward(**{**inputs, "x": inputs["x"] + offset})

    def gradient(self) -> float:
        """Return the true gradient: that of backpropagation."""
        graph = self.graph()
        graph.forward(**{name: float(value) for name, value in self.inputs.items()})
        return graph.backward()["x"]


CUBE = ("square", Multiply, "x", "x"), ("cube", Multiply, "square", "x")
BENDS = 1 / 3, 1 / 27  # of x³ at 3: (27 + 9 h + h²) / 27 and (27 + h²) / 27
PROBLEMS = (
    Problem("x³ at 3", CUBE, {"x": Fraction(3)}, BENDS),
    Problem(
        "x³ + 1000 at 3",
        (*CUBE, ("sum", Add, "cube", "c")),
        {"x": Fraction(3), "c": Fraction(1000)},
        BENDS,
    ),
    Problem("ReLU at 0.001", (("relu", Maximum, "x", "0"),), {"x": Fraction("0.001"), "0": 0}),
)


def quotients(problem: Problem, h: float, kind: Callable) -> tuple[Any, Any]:
    """Return the forward and the central difference quotient with the step h.

    >>> quotients(PROBLEMS[0], 1, Fraction)
    (Fraction(37, 1), Fraction(28, 1))
    """
    h = kind(h)
    right, here, left = (problem.at(offset, kind) for offset in (h, 0 * h, -h))
    return (right - here) / h, (right - left) / (2 * h)


def verdict(problem: Problem, h: float, kind: Callable) -> str:
    """Say in words where the errors come from: exact fractions know what rounding has added."""
    measured, gradient = quotients(problem, h, kind), problem.gradient()
    if not any(measured):
        return "h is lost: both points give the same value, so the difference is 0."
    if not problem.bends and h > float(problem.inputs["x"]):
        return "h has passed the kink at 0: central mixes in the flat side, forward never sees it."
    if not problem.bends:
        return "Up to the kink, 0.001 away, ReLU is straight: only rounding is left."
    exact = quotients(problem, float(kind(h)), Fraction)
    forward, central = (
        "truncation" if abs(true - gradient) >= abs(Fraction(float(found)) - true) else "rounding"
        for true, found in zip(exact, measured, strict=True)
    )
    if forward != central:
        return f"Forward is limited by {forward}, central already by {central}."
    if forward == "rounding":
        return "Rounding dominates: the values share almost all digits. A larger h is better."
    return "Truncation dominates: the function bends within the step. A smaller h is better."
