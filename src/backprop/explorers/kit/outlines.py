"""Regions in few bytes, and as paths: borders on a grid, without the places that say nothing new.

A picture is a row of ``heads``, two bytes that say how many borders it has and which class its
lower left corner, and two bytes for each border: its classes and where it ends, and its number of
places. The places themselves follow each other in ``points``, two bytes each.
"""

from collections.abc import Sequence
from itertools import chain, pairwise
from math import hypot

from .plane import EDGE
from .regions import Border, Place

GRID = 255  # steps from side to side: a place takes two bytes
CLOSE = 0.5  # a place is left out if the border without it runs so near to it, in steps
NOTHING = 255  # the number of borders of a network that has diverged
Point = tuple[int, int]
End = tuple[int, Point, int, int]  # how far along the sides, where, the class before and after


def packed(corner: int, borders: Sequence[Border]) -> tuple[bytes, bytes]:
    """Return the heads and the points of a picture."""
    heads, points = [len(borders) if corner >= 0 else NOTHING, max(corner, 0)], bytearray()
    for border in borders:
        line = thinned(on_grid(border.places))
        first, last = border.places[0].side, border.places[-1].side
        heads += [border.left | border.right << 2 | first << 4 | last << 5, len(line)]
        points += bytes(chain.from_iterable(line))
    return bytes(heads), bytes(points)


def on_grid(places: Sequence[Place]) -> list[Point]:
    """Return places in steps of the grid."""
    return [(step(x), step(y)) for x, y, *_ in places]


def step(r: float) -> int:
    """Return how many steps of the grid a coordinate is from the lower, or left, side."""
    return round((r / EDGE + 1) / 2 * GRID)


def thinned(line: list[Point]) -> list[Point]:
    """Return a line without the points that are near to it anyway.

    The way of Ramer (1972) and of Douglas and Peucker (1973): keep the point that is farthest from
    the straight way between the ends, if it is far, and look at both parts in turn.

    >>> thinned([(0, 0), (50, 1), (90, 90)])
    [(0, 0), (50, 1), (90, 90)]
    >>> thinned([(0, 0), (50, 50), (90, 90)])
    [(0, 0), (90, 90)]
    """
    if len(line) < 3:
        return line
    (x, y), (u, v) = line[0], line[-1]
    p, q = u - x, v - y
    length = p * p + q * q or 1

    def away(point: Point) -> float:
        a, b = point[0] - x, point[1] - y
        part = min(max((a * p + b * q) / length, 0), 1)
        return hypot(a - part * p, b - part * q)

    distances = [away(point) for point in line]
    far = distances.index(largest := max(distances))
    if largest <= CLOSE:
        return [line[0], line[-1]]
    return thinned(line[: far + 1])[:-1] + thinned(line[far:])


def paths(heads: bytes, points: bytes, classes: int) -> list[str]:
    """Return for each class the path that fills its region, on the grid, y upwards.

    A border stands for the fan from the grid's first point to all its parts, once forward for the
    class at its left and once backward for the other. All fans of a class and those of its sides
    cancel each other outside of its region.
    """
    found, start = [""] * classes, 0
    ends: list[End] = []
    count, corner = heads[:2]
    if count == NOTHING:
        return found
    for kind, size in zip(heads[2::2], heads[3::2], strict=True):
        pairs = points[2 * start : 2 * (start + size)]
        line, start = list(zip(pairs[::2], pairs[1::2], strict=True)), start + size
        left, right = kind & 3, kind >> 2 & 3
        found[left] += fan(line)
        found[right] += fan(line[::-1])
        if kind & 16:
            ends.append((around(line[0]), line[0], left, right))
        if kind & 32:
            ends.append((around(line[-1]), line[-1], right, left))
    ends = in_order(ends) or [(0, (0, 0), corner, corner)]
    for (place, point, _, here), (following, stop, _, _) in pairwise([*ends, ends[0]]):
        around_all = following < place or len(ends) == 1
        end = following + 4 * GRID * around_all
        corners = [CORNERS[k % 4] for k in range(place // GRID + 1, (end - 1) // GRID + 1)]
        found[here] += fan([point, *corners, stop])
    return found


CORNERS = ((0, 0), (GRID, 0), (GRID, GRID), (0, GRID))  # in the order of ``around``


def in_order(ends: list[End]) -> list[End]:
    """Return the ends of borders in their order along the sides.

    Of ends at one step of the grid, that one follows which begins with the class before it; and
    that one is the very first which begins with a class with which none of them ends.
    """
    ends = sorted(ends)
    for i in range(len(ends)):
        here = [k for k in range(i, len(ends)) if ends[k][0] == ends[i][0]]
        others = {ends[k][3] for k in here}
        fits = [
            k for k in here if (ends[k][2] == ends[i - 1][3] if i else ends[k][2] not in others)
        ]
        if fits:
            ends[i], ends[fits[0]] = ends[fits[0]], ends[i]
    return ends


def around(point: Point) -> int:
    """Return how far along the sides a point lies, from the lower left corner to the right."""
    x, y = point
    if y == 0:
        return x
    if x == GRID:
        return GRID + y
    return 3 * GRID - x if y == GRID else 4 * GRID - y


def fan(line: Sequence[Point]) -> str:
    """Return the closed path from the origin along a line."""
    return f"M0 0L{'L'.join(f'{x} {y}' for x, y in line)}z"
