"""Graphs of tasks as pictures that stand alone: an SVG in black and grey, on white."""

import re
from html import escape

import numpy as np

from backprop.explorers.practice.table import shapes_of
from backprop.graph import Graph
from backprop.show.drawing import draw_texts, short
from backprop.show.widths import TEXT

STYLE = (
    f".problem{{font:{TEXT}px system-ui,Arial,sans-serif;fill:#000}}"
    ".problem text{paint-order:stroke;stroke:#fff;stroke-width:4px}"
    ".problem .line{fill:none;stroke:#000}"
    ".problem .gradient{font-style:italic}"
    ".problem .name{font-size:11.5px;fill:#444}"
    ".problem .room{fill:#fff;stroke:#777}"
)
DRAWING = re.compile(r'viewBox="(\S+) (\S+) (\S+) (\S+)".*?</style>(.*)</svg>')
# an edge: its name, the numbers of its curve, its value and the mark of its gradient
EDGE = re.compile(
    r'(<g data-edge="([^"]+)"><path d="M([^"]+)".*?</g>)'
    r'<text x="([^"]+)" y="[^"]+"([^<]*<)/text><text[^>]* class="gradient".*?</text>'
)
WIDE, HIGH = 66, 28  # a box to write into
BELOW = 20  # room that only texts below the edges need
APART = "0" * 10  # a text as wide as such a box with some edge on both sides


def still(graph: Graph, alt: str, mark: str = "?") -> str:
    """Return a graph of numbers with ``mark`` for each gradient, one of arrays with its shapes.

    An empty mark makes boxes to write into.
    """
    numbers = all(isinstance(value, float) for value in graph.values.values())
    svg = with_marks(graph, mark or APART) if numbers else shapes_of(graph).svg
    found = DRAWING.search(svg)
    assert found
    x, y, width, height, parts = found.groups()
    if numbers and not mark:
        parts, height = EDGE.sub(with_box, parts), str(int(height) - BELOW)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="problem" width="{width}" '
        f'height="{height}" viewBox="{x} {y} {width} {height}" role="img" '
        f'aria-label="{escape(alt)}"><style>{STYLE}</style>'
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#fff"/>{parts}</svg>'
    )


def with_marks(graph: Graph, mark: str) -> str:
    """Return the picture of a graph of numbers with the same text for each gradient."""
    above = {name: short(value) for name, value in graph.values.items()}
    edges = [(wire.name, i) for wire in graph.wires for i in range(len(wire.inputs))]
    return draw_texts(graph, above, dict.fromkeys(edges, mark), mark, "").svg


def with_box(found: re.Match[str]) -> str:
    """Return an edge with an empty box upon it, and its value above the box."""
    edge, key, path, x, value = found.groups()
    curve = np.reshape(re.findall(r"[-\d.]+", path), (4, 2)).astype(float)
    s = np.linspace(0, 1, 101)[:, None]
    weights = np.hstack([(1 - s) ** 3, 3 * (1 - s) ** 2 * s, 3 * (1 - s) * s**2, s**3])
    xs, ys = (weights @ curve).T
    y = float(np.interp(float(x), xs, ys))
    corner = f'x="{float(x) - WIDE / 2:.1f}" y="{y - HIGH / 2:.1f}"'
    room = f'<rect {corner} width="{WIDE}" height="{HIGH}" rx="3" class="room" data-edge="{key}"/>'
    return f'{edge}{room}<text x="{x}" y="{y - HIGH / 2 - 5:.1f}"{value}/text>'
