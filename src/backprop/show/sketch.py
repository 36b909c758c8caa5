"""A small network as a picture: its units as circles, its weights as lines between them.

A line can be found by ``data-weight``, such as "0.1.2" for the weight from unit 1 to unit 2 of the
first affine layer, and a circle by ``data-unit``, such as "1.2" for unit 2 of the second column.
"""

from collections.abc import Sequence
from itertools import pairwise, product

from ..layers import Affine, ReLU
from ..network import Network, kind
from .layout import Point
from .picture import Picture, frame, text
from .widths import text_width

MOST = 8  # units in a column: more cannot be told apart
COLUMN, ROW, RADIUS = 118, 46, 14
LOSS = 60  # the width of the last box


def draw_network(
    network: Network,
    *,
    inputs: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
) -> Picture:
    """Return the picture of a network of ``Affine`` and ``ReLU`` layers, and of its loss.

    ``inputs`` and ``classes`` name the units at both ends; None leaves them without names. Raises
    ``ValueError`` for layers of other kinds, for more than 8 units in a column, and for names that
    are not one text for each unit.

    >>> from backprop import two_layer
    >>> draw_network(two_layer(2, 3, 2, seed=0), inputs=("x", "y"), classes=("blue", "red"))
    Network: 2 inputs (x, y), 3 hidden units, 2 scores (blue, red), the loss. 12 weights as lines.
    """
    units = widths(network)
    first, last = names("inputs", inputs, units[0]), names("classes", classes, units[-1])
    captions = captions_of(units)
    height, step = max(units) * ROW, pitch(captions)
    columns = [
        [(k * step, (i + 0.5) * height / count) for i in range(count)]
        for k, count in enumerate(units)
    ]
    names_end = columns[-1][0][0] + RADIUS + max(map(text_width, last)) + 16
    loss = (names_end + COLUMN / 2, height / 2)
    parts = []
    for k, (left, right) in enumerate(pairwise(columns)):
        for (i, start), (j, stop) in product(enumerate(left), enumerate(right)):
            parts.append(line(start, stop, f' class="line weight" data-weight="{k}.{i}.{j}"'))
    for x, y in columns[-1]:  # behind the names, or out of the circles if there are none
        parts.append(line((names_end if classes else x, y), loss, ' class="line"'))
    parts += [unit(p, f"{k}.{i}") for k, column in enumerate(columns) for i, p in enumerate(column)]
    parts += [box(loss), text(loss[0], loss[1] + 5, "loss", "middle")]
    for (x, y), name in zip(columns[0], first, strict=True):
        parts.append(text(x - RADIUS - 8, y + 5, name, "end"))
    for (x, y), name in zip(columns[-1], last, strict=True):
        parts.append(text(x + RADIUS + 8, y + 5, name, "start"))
    for caption, column in zip(captions, columns, strict=True):
        parts.append(text(column[0][0], height + 24, caption, "middle"))
    captions[0] += f" ({', '.join(first)})" if inputs else ""
    captions[-1] += f" ({', '.join(last)})" if classes else ""
    count = sum(a * b for a, b in pairwise(units))
    lines = f"{count} weights as lines" if count > 1 else "1 weight as a line"
    alt = f"Network: {', '.join(captions)}, the loss. {lines}."
    return Picture(frame([0, loss[0] + LOSS / 2], [0, height], parts, alt, "Network"), alt)


def widths(network: Network) -> list[int]:
    """Return how many units stand in each column, from the inputs to the scores."""
    expected = "network must be a Network of Affine and ReLU layers"
    if not isinstance(network, Network):
        raise ValueError(f"{expected}, got {network!r}")
    for layer in network.layers:
        if type(layer) not in (Affine, ReLU):  # a Convolution is an Affine that shares its weights
            raise ValueError(f"{expected}, got one with {kind(layer)}")
    units = [network.affine[0].inputs, *(layer.outputs for layer in network.affine)]
    if max(units) > MOST:
        raise ValueError(f"network must have at most {MOST} units in a column, got {units}")
    return units


def captions_of(units: Sequence[int]) -> list[str]:
    """Return what stands below each column, such as "4 hidden units"."""
    words = ["input", *["hidden unit"] * (len(units) - 2), "score"]
    return [
        f"{count} {word}{'s' if count > 1 else ''}"
        for count, word in zip(units, words, strict=True)
    ]


def names(name: str, given: Sequence[str] | None, count: int) -> Sequence[str]:
    """Return the names of ``count`` units: empty ones, which ``text`` does not draw, for None."""
    if given is None:
        return [""] * count
    is_list = isinstance(given, Sequence) and not isinstance(given, str) and len(given) == count
    if not is_list or not all(isinstance(word, str) and word.strip() for word in given):
        raise ValueError(f"{name} must be {count} names, got {given!r}")
    return given


def pitch(captions: Sequence[str]) -> float:
    """Return how far apart columns stand: far enough for the captions of two neighbours."""
    needed = [(text_width(a) + text_width(b)) / 2 + 12 for a, b in pairwise(captions)]
    return max(COLUMN, *needed)


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
