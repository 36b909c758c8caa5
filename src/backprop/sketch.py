"""A small network as a picture: its units as circles, its weights as lines between them.

A line can be found by ``data-weight``, such as "0.1.2" for the weight from unit 1 to unit 2 of the
first affine layer, and a circle by ``data-unit``, such as "1.2" for unit 2 of the second column.
"""

from collections.abc import Sequence
from itertools import pairwise, product

from .drawing import Picture, frame, text
from .layers import Affine, ReLU
from .layout import Point, text_width
from .network import Network

MOST = 8  # units in a column: more cannot be told apart
COLUMN, ROW, RADIUS = 130, 46, 14
LOSS = 60  # the width of the last box


def draw_network(network: Network, *, inputs: Sequence[str], classes: Sequence[str]) -> Picture:
    """Return the picture of a network of ``Affine`` and ``ReLU`` layers, and of its loss.

    ``inputs`` and ``classes`` name the units at both ends. Raises ``ValueError`` for layers of
    other kinds, for more than 8 units side by side, and for too few or too many names.

    >>> from backprop import two_layer
    >>> draw_network(two_layer(2, 3, 2, seed=0), inputs=("x", "y"), classes=("blue", "red"))
    Network: 2 inputs (x, y), 3 hidden units, 2 scores (blue, red), the loss. 12 weights as lines.
    """
    units = widths(network)
    for name, given, needed in (("inputs", inputs, units[0]), ("classes", classes, units[-1])):
        if isinstance(given, str) or len(given) != needed:
            raise ValueError(f"{name} must be {needed} names, got {given!r}")
    height = max(units) * ROW
    columns = [
        [(k * COLUMN, (i + 0.5) * height / count) for i in range(count)]
        for k, count in enumerate(units)
    ]
    names_end = columns[-1][0][0] + RADIUS + max(map(text_width, classes)) + 16
    loss = (names_end + COLUMN / 2, height / 2)
    parts = []
    for k, (left, right) in enumerate(pairwise(columns)):
        for (i, start), (j, stop) in product(enumerate(left), enumerate(right)):
            parts.append(line(start, stop, f' class="line weight" data-weight="{k}.{i}.{j}"'))
    parts += [line((names_end, y), loss, ' class="line"') for _, y in columns[-1]]
    parts += [unit(p, f"{k}.{i}") for k, column in enumerate(columns) for i, p in enumerate(column)]
    parts += [box(loss), text(loss[0], loss[1] + 5, "loss", "middle")]
    for (x, y), name in zip(columns[0], inputs, strict=True):
        parts.append(text(x - RADIUS - 8, y + 5, name, "end"))
    for (x, y), name in zip(columns[-1], classes, strict=True):
        parts.append(text(x + RADIUS + 8, y + 5, name, "start"))
    kinds = ["inputs", *["hidden units"] * (len(units) - 2), "scores"]
    captions = [f"{count} {kind}" for count, kind in zip(units, kinds, strict=True)]
    for caption, column in zip(captions, columns, strict=True):
        parts.append(text(column[0][0], height + 24, caption, "middle"))
    captions[0] += f" ({', '.join(inputs)})"
    captions[-1] += f" ({', '.join(classes)})"
    count = sum(a * b for a, b in pairwise(units))
    alt = f"Network: {', '.join(captions)}, the loss. {count} weights as lines."
    return Picture(frame([0, loss[0] + LOSS / 2], [0, height], parts, alt, "Network"), alt)


def widths(network: Network) -> list[int]:
    """Return how many units stand in each column, from the inputs to the scores."""
    if not isinstance(network, Network) or any(
        type(layer) not in (Affine, ReLU) for layer in network.layers
    ):
        raise ValueError(f"network must be a Network of Affine and ReLU layers, got {network!r}")
    units = [network.affine[0].inputs, *(layer.outputs for layer in network.affine)]
    if max(units) > MOST:
        raise ValueError(f"network must have at most {MOST} units side by side, got {units}")
    return units


def line(start: Point, stop: Point, more: str) -> str:
    """Return a straight line."""
    (x0, y0), (x1, y1) = start, stop
    return f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"{more}/>'


def unit(place: Point, key: str) -> str:
    """Return a circle that hides the lines behind it."""
    x, y = place
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" class="line unit" data-unit="{key}"/>'


def box(place: Point) -> str:
    """Return the box of the loss, which hides the lines behind it."""
    x, y = place
    corner = f'x="{x - LOSS / 2:.1f}" y="{y - RADIUS - 3:.1f}"'
    size = f'width="{LOSS}" height="{2 * RADIUS + 6}" rx="6"'
    return f'<rect {corner} {size} class="line unit"/>'
