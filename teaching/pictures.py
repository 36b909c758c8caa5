"""Graphs of tasks as pictures that stand alone: an SVG in black and grey, on white."""

import re
from html import escape

from backprop.explorers.practice.table import shapes_of
from backprop.graph import Graph
from backprop.show.drawing import draw_texts, short
from backprop.show.widths import TEXT, text_width

STYLE = (
    f".problem{{font:{TEXT}px system-ui,Arial,sans-serif;fill:#000}}"
    ".problem text{paint-order:stroke;stroke:#fff;stroke-width:4px}"
    ".problem .line{fill:none;stroke:#000}"
    ".problem .gradient{font-style:italic}"
    ".problem .name{font-size:11.5px;fill:#444}"
    ".problem .room{fill:#fff;stroke:#777}"
)
DRAWING = re.compile(r'viewBox="(\S+ \S+) (\S+) (\S+)".*?</style>(.*)</svg>')
MARK = re.compile(r'<text x="(\S+)" y="(\S+)"[^>]*( data-gradient="[^"]+")>[^<]*</text>')
WRITTEN = "−12.345"  # so much is written into a box
HIGH = 20


def still(graph: Graph, alt: str, mark: str = "?") -> str:
    """Return a graph of numbers with ``mark`` for each gradient, one of arrays with its shapes.

    An empty mark makes boxes to write into.
    """
    numbers = all(isinstance(value, float) for value in graph.values.values())
    svg = with_marks(graph, mark or WRITTEN) if numbers else shapes_of(graph).svg
    corner, width, height, parts = DRAWING.search(svg).groups()  # type: ignore[union-attr]
    if numbers and not mark:
        parts = MARK.sub(room, parts)
    x, y = corner.split()
    paper = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#fff"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="problem" width="{width}" '
        f'height="{height}" viewBox="{corner} {width} {height}" role="img" '
        f'aria-label="{escape(alt)}"><style>{STYLE}</style>{paper}{parts}</svg>'
    )


def with_marks(graph: Graph, mark: str) -> str:
    """Return the picture of a graph of numbers with the same text for each gradient."""
    above: dict[str, str] = {name: short(value) for name, value in graph.values.items()}
    edges = [(wire.name, i) for wire in graph.wires for i in range(len(wire.inputs))]
    return draw_texts(graph, above, dict.fromkeys(edges, mark), mark, "").svg


def room(found: re.Match[str]) -> str:
    """Return an empty box in the place of a text."""
    x, y, edge = found.groups()
    width = text_width(WRITTEN)
    corner = f'x="{float(x) - width / 2:.1f}" y="{float(y) - 15:.1f}"'
    return f'<rect {corner} width="{width:.1f}" height="{HIGH}" rx="3" class="room"{edge}/>'
