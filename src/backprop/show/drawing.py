"""A graph as a picture: values above the edges, gradients below them, drawn from its last run.

The description of the picture says in words all that it shows. Its parts can be found:
``data-value`` and ``data-node`` hold a name of the graph, ``data-edge`` and ``data-gradient`` an
edge, such as "total.0" for the one into input 0 of "total", and "total" for the one that leaves.
"""

from collections.abc import Callable, Mapping
from functools import partial
from html import escape

import numpy as np

from ..contracts import Array, Value, one_of
from ..graph import Graph, Wire
from .layout import (
    PORT,
    RADIUS,
    Place,
    bend,
    edge,
    gap_for,
    layout,
    only_graph,
    symbol,
    uses,
)
from .picture import Picture, frame, text
from .widths import text_width


def short(value: Value) -> str:
    """Return a number with four significant digits, or the shape of an array."""
    return f"{value + 0.0:.4g}".replace("-", "−") if np.ndim(value) == 0 else f"{np.shape(value)}"


def entries(value: Value) -> str:
    """Return a number as ``short`` does; of a small array, all entries with three digits.

    >>> entries(np.array([[0.2, -0.7, 1 / 3]]))
    '[0.2 −0.7 0.333]'
    """
    if not 0 < np.size(value) <= 6 or np.ndim(value) == 0:
        return short(value)
    return f"[{' '.join(short(float(f'{entry:.3g}')) for entry in np.ravel(value))}]"


def draw_graph(
    graph: Graph, *, gradients: bool = True, label: Callable[[Value], str] = short
) -> Picture:
    """Return the picture of a graph as it was last run.

    ``label`` turns a value or a gradient into the text on its edge, such as ``entries``, which
    shows those of a small array; ``gradients=False`` leaves the gradients out. Raises
    ``RuntimeError`` if what is to be drawn has not been computed.
    """
    only_graph(graph)
    if not callable(label):
        raise ValueError(f"label must be a function that returns a text, got {label!r}")
    one_of("gradients", gradients, (True, False))
    if not (graph.gradients if gradients else graph.values):
        needed = "forward and backward" if gradients else "forward"
        raise RuntimeError(f"draw_graph needs a run: call {needed} of the graph first")
    label = partial(said, label)
    above = {name: label(value) for name, value in graph.values.items()}
    below = {edge: label(found) for edge, found in graph.edge_gradients.items() if gradients}
    arriving = label(graph.gradients[graph.wires[-1].name]) if gradients else ""
    return draw_texts(graph, above, below, arriving, describe(graph, gradients, label))


def draw_texts(
    graph: Graph,
    above: Mapping[str, str],
    below: Mapping[tuple[str, int], str],
    arriving: str,
    alt: str,
) -> Picture:
    """Return the picture of a graph with these texts on its edges.

    ``above`` has the text of each name's value, ``below`` that of the gradient on the edge into
    input i of a node, by (name of the node, i), ``arriving`` that of the last output's gradient.
    """
    gap = gap_for([*above.values(), *below.values(), arriving], graph)
    places, used = layout(graph, gap), uses(graph)
    parts, ys = [], [place.y for place in places.values()]
    for wire in graph.wires:
        for i, name in enumerate(wire.inputs):
            port = PORT * (i - (len(wire.inputs) - 1) / 2)
            stop = places[wire.name].left, places[wire.name].y + port
            texts = above[name], below.get((wire.name, i), "")
            where = 0.6 if used[name] > 1 else 0.25  # texts of a fork stand where it has parted
            curve = edge((places[name].right, places[name].y), stop, bend(places, wire, i))
            ys.append(curve[1:3, 1].mean())
            key = f"{wire.name}.{i}"
            parts.append(drawn(curve, key) + texts_beside(curve, where, *texts, name, key))
    last = graph.wires[-1].name
    out, y = places[last].right, places[last].y
    curve = edge((out, y), (out + gap, y), 0)
    parts.append(drawn(curve, last) + texts_beside(curve, 0.4, above[last], arriving, last, last))
    parts.append(text(out + gap + 6, y + 5, last, "start"))
    parts += [text(-6, places[name].y + 5, name, "end") for name in graph.inputs]
    for wire in graph.wires:
        name_below = "" if wire.name == last else wire.name
        parts.append(box(places[wire.name], symbol(wire), wire.name, name_below))
    xs = [place.right for place in places.values()]
    return Picture(frame(xs, ys, parts, alt, "Computational graph"), alt)


def said(label: Callable[[Value], str], value: Value) -> str:
    """Return what ``label`` makes of a value, if it is a text."""
    found = label(value)
    if not isinstance(found, str):
        raise ValueError(f"label must return a text, got {found!r} for {value!r}")
    return found


def drawn(curve: Array, key: str) -> str:
    """Return a curve with an arrow head: the edge ``key``."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve
    path = f"M{x0:.1f} {y0:.1f}C{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f} {x3:.1f} {y3:.1f}"
    angle = np.degrees(np.arctan2(y3 - y2, x3 - x2))
    head = f'<path d="M0 0l-8 -4v8z" transform="translate({x3:.1f} {y3:.1f})rotate({angle:.1f})"/>'
    return f'<g data-edge="{escape(key)}"><path d="{path}" class="line"/>{head}</g>'


def texts_beside(curve: Array, where: float, value: str, gradient: str, name: str, key: str) -> str:
    """Return the texts of an edge, ``where`` from 0 to 1 along it.

    The value of ``name`` stands above the curve and the gradient of the edge ``key`` below it.
    """
    s, r = where, 1 - where
    x, y = np.array([r**3, 3 * r**2 * s, 3 * r * s**2, s**3]) @ curve
    dx, dy = np.array([r**2, 2 * r * s, s**2]) @ np.diff(curve, axis=0)
    above, below = (6 + min(1, abs(dy / dx)) * text_width(t) / 2 for t in (value, gradient))
    upper = text(x, y - above, value, "middle", f' data-value="{escape(name)}"')
    marks = f' class="gradient" data-gradient="{escape(key)}"'
    return upper + text(x, y + below + 10, gradient, "middle", marks)


def box(place: Place, sign: str, name: str, below: str) -> str:
    """Return the node ``name``: the sign of its operation in a round box, a text below it."""
    corner = f'x="{place.left:.1f}" y="{place.y - RADIUS:.1f}"'
    size = f'width="{2 * place.half:.1f}" height="{2 * RADIUS}" rx="{RADIUS}"'
    below = text(place.x, place.y + RADIUS + 14, below, "middle", ' class="name"')
    middle = text(place.x, place.y + 5, sign, "middle")
    return f'<rect data-node="{escape(name)}" {corner} {size} class="line"/>{middle}{below}'


def describe(graph: Graph, gradients: bool, label: Callable[[Value], str]) -> str:
    """Return the run of a graph in words: the inputs, then each node, then the gradients."""

    def valued(words: str, name: str) -> str:
        value = label(graph.values[name])
        return f"{words} = {value}" if value else words

    inputs = [valued(name, name) for name in graph.inputs]
    sentences = ["Computational graph: " + ", ".join(inputs)]
    for wire in graph.wires:
        sentences.append(valued(operation(wire), wire.name))
    if gradients:
        last = graph.wires[-1]
        reached = {
            wire.inputs[i]
            for wire in graph.wires
            for i in range(len(wire.inputs))
            if (wire.name, i) in graph.edge_gradients
        } | {last.name}
        found = [f"{n} {label(g)}".rstrip() for n, g in graph.gradients.items() if n in reached]
        sentences.append(f"Gradients of {last.name}: " + ", ".join(found))
    return ". ".join(sentences) + "."


def operation(wire: Wire) -> str:
    """Return what a node computes, such as "z = x × y" or "out = Affine of x and W"."""
    if len(symbol(wire)) == 1:
        return f"{wire.name} = {f' {symbol(wire)} '.join(wire.inputs)}"
    return f"{wire.name} = {symbol(wire)} of {' and '.join(wire.inputs)}"
