"""Where the nodes and edges of a drawn graph stand, in pixels."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..contracts import Array
from ..graph import Graph, Wire
from .widths import text_width

GAP, ROW, RADIUS, PORT = 80, 72, 17, 14
Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """Where a name stands: the centre of its box and half the width of it (0 for inputs)."""

    x: float
    y: float
    half: float

    @property
    def left(self) -> float:
        """The x at which edges arrive."""
        return self.x - self.half

    @property
    def right(self) -> float:
        """The x at which edges leave."""
        return self.x + self.half


def only_graph(graph: Graph) -> None:
    """Demand a graph to draw."""
    if not isinstance(graph, Graph):
        raise ValueError(f"graph must be a Graph, got {graph!r}")


def gap_for(texts: Iterable[str], graph: Graph) -> float:
    """Return how long edges are that such texts stand beside: long ones get longer edges.

    A text stands nearer to an end of the edge behind a fork, and so needs more room there.
    """
    widest = max(map(text_width, texts), default=0)
    forks = max(uses(graph).values()) > 1
    return GAP if widest <= GAP else (1.45 if forks else 1.25) * widest


def layout(graph: Graph, gap: float = GAP) -> dict[str, Place]:
    """Place inputs at the left, and each node right of its inputs and at their mean height.

    ``gap`` is the length of an edge to the next node, in pixels.
    """
    only_graph(graph)
    room = [ROW * (2.2 if uses(graph)[name] > 1 else 1.0) for name in graph.inputs]
    middles = np.cumsum(room) - np.array(room) / 2
    places = {name: Place(0.0, y, 0.0) for name, y in zip(graph.inputs, middles, strict=True)}
    for wire in graph.wires:
        half = max(RADIUS, text_width(symbol(wire)) / 2 + 8)
        x = max(places[name].right for name in wire.inputs) + gap + half
        y = float(np.mean([places[name].y for name in wire.inputs]))
        while any(
            at.left < x + half and x - half < at.right and abs(y - at.y) < ROW
            for at in places.values()
        ):
            y += ROW / 2
        places[wire.name] = Place(x, y, half)
    return places


def bend(places: dict[str, Place], wire: Wire, i: int) -> float:
    """Return how far edge i of a node bends: away from its twin, or round a node on its way."""
    name = wire.inputs[i]
    if wire.inputs.count(name) > 1:
        return 0.8 * ROW * (1 if name in wire.inputs[:i] else -1)
    start, stop = places[name], places[wire.name]
    for at in places.values():
        on_the_way = start.right < at.x < stop.left
        if on_the_way and abs((start.y + stop.y) / 2 - at.y) < 2 * RADIUS:
            return ROW
    return 0.0


def edge(start: Point, stop: Point, bend: float) -> Array:
    """Return the four control points of a Bézier curve that leaves and arrives level."""
    (x0, y0), (x1, y1) = start, stop
    first, second = (0.25, 0.75) if bend else (0.75, 0.5)
    inner = [(x0 + first * (x1 - x0), y0 + bend), (x0 + second * (x1 - x0), y1 + bend)]
    return np.array([start, *inner, stop])


def uses(graph: Graph) -> Counter[str]:
    """Return how many edges leave each name."""
    return Counter(name for wire in graph.wires for name in wire.inputs)


def symbol(wire: Wire) -> str:
    """Return the sign of a node's operation, or the name of its class."""
    return str(getattr(wire.node, "symbol", type(wire.node).__name__))
