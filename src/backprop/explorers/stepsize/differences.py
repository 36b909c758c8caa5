"""Difference quotients: what they find in numbers of limited precision, and why they err."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...graph import Graph
from ...node import Node
from ...nodes import Add, Maximum, Multiply

Kind = Callable[[float], Any]  # float or np.float32: numbers of a precision


@dataclass(frozen=True)
class Problem:
    """A function of x as a graph, and the point at which its gradient is measured.

    The relative truncation errors of a short step are about ``bends[0]`` * h for the forward
    difference and ``bends[1]`` * h**2 for the central one.
    """

    name: str
    wires: tuple[tuple[str, type[Node], tuple[str, ...]], ...]  # name, class, inputs
    inputs: dict[str, float]
    bends: tuple[float, ...] = ()

    def graph(self) -> Graph:
        """Return the graph, new."""
        graph = Graph(*self.inputs)
        for name, node, inputs in self.wires:
            graph.wire(name, node(), *inputs)
        return graph

    def at(self, offset: Any, kind: Kind) -> Any:
        """Return the function ``offset`` beside the point, computed with numbers of a ``kind``."""
        inputs = {name: kind(value) for name, value in self.inputs.items()}
        return self.graph().forward(**{**inputs, "x": inputs["x"] + offset})

    def gradient(self) -> float:
        """Return the true gradient: that of backpropagation."""
        graph = self.graph()
        graph.forward(**self.inputs)
        return float(graph.backward()["x"])


CUBE = ("square", Multiply, ("x", "x")), ("cube", Multiply, ("square", "x"))
BENDS = 1 / 3, 1 / 27  # of x³ at 3: (27 + 9 h + h²) / 27 and (27 + h²) / 27
PROBLEMS = (
    Problem("x³ at 3", CUBE, {"x": 3.0}, BENDS),
    Problem(
        "x³ + 1000 at 3",
        (*CUBE, ("sum", Add, ("cube", "c"))),
        {"x": 3.0, "c": 1000.0},
        BENDS,
    ),
    Problem("ReLU at 0.001", (("relu", Maximum, ("x", "0")),), {"x": 0.001, "0": 0.0}),
)


def quotients(problem: Problem, h: float, kind: Kind) -> tuple[Any, Any]:
    """Return the forward and the central difference quotient with the step h.

    >>> quotients(PROBLEMS[0], 1.0, float)
    (37.0, 28.0)
    """
    h = kind(h)
    right, here, left = (problem.at(offset, kind) for offset in (h, 0 * h, -h))
    return (right - here) / h, (right - left) / (2 * h)


def expected(problem: Problem, h: float, half: float) -> tuple[list[float], float]:
    """Return about what to expect of the relative errors: truncation of each kind, rounding.

    Rounding moves the point by up to ``half`` * x, and a value of f by up to ``half`` * f.
    """
    truncation = [bend * h**power for power, bend in enumerate(problem.bends, start=1)]
    moved = problem.inputs["x"] + abs(problem.at(0.0, float) / problem.gradient())
    return truncation, half * moved / h


def verdict(problem: Problem, h: float, kind: Kind, half: float) -> str:
    """Say in words which error is to be expected, for numbers of a kind with ``half`` epsilon."""
    if not any(quotients(problem, h, kind)):
        return "h is lost: both points give the same value, so the difference is 0."
    if not problem.bends and h > problem.inputs["x"]:
        return "h has passed the kink at 0: central mixes in the flat side, forward never sees it."
    if not problem.bends:
        return "Up to the kink, 0.001 away, ReLU is straight: only rounding is left."
    truncation, rounding = expected(problem, h, half)
    forward, central = (error > rounding for error in truncation)
    if central:
        return "The formula dominates: the function bends within the step. A smaller h is better."
    if forward:
        return "Forward is limited by its formula, central already by rounding."
    return "Rounding dominates: the values share almost all digits. A larger h is better."
