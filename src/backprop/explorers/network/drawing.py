"""The picture of a small network: units, weights, and what each hidden unit makes of the plane.

JavaScript finds the parts by their keys: ``data-unit``, ``data-value`` and ``data-gradient`` have
the column and the row of a unit, such as "1.2", ``data-edge`` its layer and both rows, "0.1.2".
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise, product

from ...contracts import Array
from ...show.layout import Point
from ...show.picture import PAGE, text
from ..kit.chart import COLOURS
from ..kit.plane import EDGE, SHAPES
from ..kit.polygons import above, square
from .passes import HIDDEN

ROW, TOP, HEIGHT, WIDTH = 84, 62, 376, 404
COLUMNS = (38, 142, 246)  # inputs, hidden units, scores
RADIUS, MAP = 9, 40  # of a unit; the side of the map of a hidden unit
BARS = (282, 326)  # where those of the probabilities begin and end
LEVELS = (0.0, 0.5, 1.0, 1.5, 2.0)  # a map gets darker wherever its unit passes one of these
THINNEST, WIDEST = 0.6, 6.5  # the lines of 0 and of the largest number
LOOK = {"edge": EDGE, "map": MAP, "bar": BARS[1] - BARS[0], "thinnest": THINNEST, "widest": WIDEST}
GRADIENT = "var(--backprop-gradient,#d9480f)"
UNIT = f'style="fill:{PAGE}" stroke="currentColor"'
HALO = f"paint-order:stroke;stroke:{PAGE};stroke-width:3.5px"  # where a line runs through a number
STYLE = "width:100%;font-size:12px;fill:currentColor"

Texts = Mapping[str, str]


def places(classes: int) -> list[list[Point]]:
    """Return the centres of the inputs, the hidden units and the scores."""
    return [
        [(x, TOP + ROW * (i + (HIDDEN - count) / 2)) for i in range(count)]
        for x, count in zip(COLUMNS, (2, HIDDEN, classes), strict=True)
    ]


def network_svg(
    names: Sequence[str],
    alt: str,
    values: Texts,
    gradients: Texts,
    lines: Mapping[str, float],
    maps: Sequence[str],
    spot: Point = (0, 0),
) -> str:
    """Return the picture of a network whose classes have ``names``.

    ``values`` and ``gradients`` are the texts at the units, by their keys, ``lines`` the numbers
    that the lines of the weights stand for, ``maps`` the paths of ``map_paths``, and ``spot`` the
    place of a point in the plane. What is missing is left out.
    """
    columns = places(len(names))
    captions = zip(
        (*COLUMNS, BARS[0] + 40), ("point", "hidden", "scores", "probability"), strict=True
    )
    parts = [text(x, 14, words, "middle") for x, words in captions]
    largest = max(map(abs, lines.values()), default=0)
    for k, (left, right) in enumerate(pairwise(columns)):
        for (i, start), (j, stop) in product(enumerate(left), enumerate(right)):
            key = f"{k}.{i}.{j}"
            parts.append(edge(start, stop, key, lines.get(key, 0), largest))
    for k, column in enumerate(columns):
        for i, place in enumerate(column):
            key = f"{k}.{i}"
            box = (
                map_of(place, key, maps[i * len(LEVELS) :], spot) if k == 1 else circle(place, key)
            )
            parts.append(box)
            parts += numbers(place, key, MAP / 2 if k == 1 else RADIUS, values, gradients)
    for (x, y), name in zip(columns[0], "xy", strict=True):
        parts.append(text(x - RADIUS - 6, y + 4, name, "end"))
    for i, name in enumerate(names):
        parts += probability(columns[-1][i][1], i, name, values.get(f"3.{i}", ""))
    loss = values.get("loss", "")
    parts.append(f'<text x="{BARS[0]}" y="{HEIGHT - 6}" data-value="loss">{loss}</text>')
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" style="{STYLE}" role="img"'
    return f'{head} aria-label="{escape(alt)}">{"".join(parts)}</svg>'


def edge(start: Point, stop: Point, key: str, number: float, largest: float) -> str:
    """Return the line of a weight, and a wide one that is not seen and easy to hit.

    A thick line is a number that is large beside the ``largest``, a dashed one is below 0.
    """
    (x0, y0), (x1, y1) = start, stop
    path = f'd="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" fill="none"'
    width = THINNEST + (WIDEST - THINNEST) * abs(number) / (largest or 1)
    dashes = "6 4" if number < 0 else "none"
    look = f'style="stroke:{GRADIENT};stroke-width:{width:.2f}" stroke-dasharray="{dashes}"'
    return f'<path data-edge="{key}" {path} {look}/><path data-hit="{key}" {path}/>'


def circle(place: Point, key: str) -> str:
    """Return a unit."""
    x, y = place
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" {UNIT} data-unit="{key}"/>'


def map_of(place: Point, key: str, paths: Sequence[str], spot: Point) -> str:
    """Return a hidden unit as a map of the plane, and the chosen point in it."""
    x, y = place
    corner = f'x="{x - MAP / 2:.1f}" y="{y - MAP / 2:.1f}" width="{MAP}" height="{MAP}"'
    unit = key.partition(".")[2]
    right, down = x + spot[0] / EDGE * MAP / 2, y - spot[1] / EDGE * MAP / 2
    levels = "".join(
        f'<path data-map="{unit}.{k}" d="{path}"/>' for k, path in enumerate(paths[: len(LEVELS)])
    )
    return (
        f'<rect {corner} {UNIT} data-unit="{key}"/>'
        f'<svg {corner} viewBox="0 0 {MAP} {MAP}" pointer-events="none">'
        f'<g style="fill:{COLOURS[0]}" fill-opacity="0.22">{levels}</g></svg>'
        f'<circle cx="{right:.1f}" cy="{down:.1f}" r="3" pointer-events="none" '
        f'data-spot="{x:.1f} {y:.1f}"/>'
    )


def numbers(place: Point, key: str, away: float, values: Texts, gradients: Texts) -> Iterator[str]:
    """Yield the value of a unit, above it, and its gradient, below."""
    x, y = place
    kinds = (
        ("value", values, -away - 6, ""),
        ("gradient", gradients, away + 14, f"fill:{GRADIENT};"),
    )
    for kind, texts, down, style in kinds:
        at = f'x="{x:.1f}" y="{y + down:.1f}" text-anchor="middle" style="{style}{HALO}"'
        yield f'<text {at} data-{kind}="{key}">{texts.get(key, "")}</text>'


def probability(y: float, i: int, name: str, value: str) -> Iterator[str]:
    """Yield what stands behind the score of a class: its probability, its mark and its name."""
    left, right = BARS
    size = f'x="{left}" y="{y - 5:.1f}" height="10"'
    yield f'<rect {size} width="{right - left}" fill="none" stroke="currentColor" opacity="0.4"/>'
    width = (right - left) * float(value.replace("−", "-") or 0)
    yield f'<rect {size} width="{width:.1f}" style="fill:{COLOURS[i]}" data-bar="{i}"/>'
    yield f'<text x="{left}" y="{y - 10:.1f}" data-value="3.{i}">{value}</text>'
    mark = f'<path d="M0 0{SHAPES[i]}" style="fill:{COLOURS[i]}"'
    yield f'{mark} transform="translate({right + 14} {y:.1f})scale(1.5)"/>'
    yield text(right + 26, y + 4, name, "start", f' data-name="{i}"')
    yield f'<text x="{left}" y="{y + 19:.1f}" data-label="{i}"></text>'


def map_paths(W: Array, b: Array) -> list[str]:
    """Return for each unit of ``x @ W + b``, and for each level, the path of where it is higher.

    >>> import numpy as np
    >>> map_paths(np.array([[1.0], [0.0]]), np.array([0.0]))[:2]
    ['M20 40L40 40L40 0L20 0z', 'M29.1 40L40 40L40 0L29.1 0z']
    """
    paths = []
    for w, bias in zip(W.T, b, strict=True):
        for level in LEVELS:
            corners = above(square(EDGE), w, bias - level)
            points = (corners * (1, -1) / EDGE + 1) * MAP / 2
            path = "L".join(f"{x:.3g} {y:.3g}" for x, y in points)
            paths.append(f"M{path}z" if path else "")
    return paths
