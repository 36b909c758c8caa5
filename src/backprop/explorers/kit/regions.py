"""The borders between the classes of a network with one hidden layer of ReLU, or with none: exact.

Each hidden unit is 0 on one side of a line and rises on the other. Between these lines all scores
are linear, so a border is straight there: it bends only where it crosses such a line. So it is
enough to look along the lines, and along the sides of the picture, for the places where the
largest score changes, and to join those that lie at the same piece of the plane.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ...network import Network
from .linear import Maps, apart
from .plane import EDGE

SIDES = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])  # x ≥ -EDGE, x ≤ EDGE, and so for y
LOST = 1e20  # a network with a larger parameter has diverged
FAINT = (0, 1e-11, 1e-8)  # of the largest weights: biases may have to be so large at least
Pair = tuple[int, int]


class Place(NamedTuple):
    """A point of a border: where two straight pieces meet, or three, or one ends at a side.

    Its ``number`` tells it from others that are too near.
    """

    x: float
    y: float
    side: bool
    number: int


class Border(NamedTuple):
    """A line of places between two classes, seen from the first place to the last."""

    left: int
    right: int
    places: list[Place]


def borders(network: Network) -> tuple[int, list[Border]]:
    """Return the class of the corner (-EDGE, -EDGE), and all borders within the picture.

    A network that has diverged has none, and class -1.
    """
    if not all((np.abs(p) < LOST).all() for p in network.parameters):
        return -1, []
    for faint in FAINT:
        maps = apart(network, faint)
        corner = int(maps.scores(-EDGE * np.ones((1, 2))).argmax())
        pieces, complete = traced(maps)
        if complete:
            break
    return corner, joined(pieces)


def traced(maps: Maps) -> tuple[list[Border], bool]:
    """Return the straight pieces of all borders, and whether each of them has two ends.

    One lacks an end if the place was too near to another one to be told from it.
    """
    ends: defaultdict[tuple[bytes, Pair], list[Place]] = defaultdict(list)
    for cell, pair, place in crossings(maps):
        ends[cell, pair].append(place)
    cells = list(dict.fromkeys(cell for cell, _ in ends))
    planes = dict(zip(cells, maps.planes(cells), strict=True))
    for cell, pair, place in list(meetings(maps, planes, list(ends))):
        ends[cell, pair].append(place)
    pieces = []
    for (cell, (k, j)), places in ends.items():
        (p, q, _), (u, v, _) = planes[cell][k], planes[cell][j]
        # along this way, the side on which k has the larger score is at the left
        places = sorted(places, key=lambda place: place.x * (q - v) - place.y * (p - u))
        pieces += [Border(k, j, list(two)) for two in zip(places[::2], places[1::2], strict=False)]
    return pieces, all(len(places) % 2 == 0 for places in ends.values())


def crossings(maps: Maps) -> Iterator[tuple[bytes, Pair, Place]]:
    """Yield where borders cross a line: for each piece of the plane that meets there."""
    normals = np.concatenate([maps.W.T, SIDES])
    offsets = np.concatenate([maps.b, np.full(4, EDGE)])
    lengths = (normals**2).sum(axis=1)
    starts = -(offsets / lengths)[:, np.newaxis] * normals
    ways = normals[:, ::-1] * (1, -1) / np.sqrt(lengths)[:, np.newaxis]
    heights, climbs = starts @ normals.T + offsets, ways @ normals.T  # of each line at each other
    with np.errstate(divide="ignore", invalid="ignore"):
        times = -heights / climbs
    inside = len(maps.b)
    entering = np.where(climbs[:, inside:] > 1e-12, times[:, inside:], -np.inf).max(axis=1)
    leaving = np.where(climbs[:, inside:] < -1e-12, times[:, inside:], np.inf).min(axis=1)
    times = np.where(np.isfinite(times), times, entering[:, np.newaxis])
    stops = np.column_stack([entering, leaving, times])
    stops = np.sort(np.clip(stops, entering[:, np.newaxis], leaving[:, np.newaxis]), axis=1)
    points = starts[:, np.newaxis] + stops[..., np.newaxis] * ways[:, np.newaxis]
    scores = maps.scores(points)
    best = scores.argmax(axis=-1)
    seen = (leaving > entering)[:, np.newaxis]
    lines, before = np.nonzero((best[:, :-1] != best[:, 1:]) & seen)
    two = zip(scores[lines, before].tolist(), scores[lines, before + 1].tolist(), strict=True)
    found = [(row, pair, part) for row, ends in enumerate(two) for pair, part in changes(*ends)]
    if not found:
        return
    rows, pairs, parts = zip(*found, strict=True)
    lines, before = lines[[*rows]], before[[*rows]]
    start, stop = points[lines, before], points[lines, before + 1]
    places = start + np.array(parts)[:, np.newaxis] * (stop - start)
    cells = maps.opened(places)
    for number, (line, pair, (x, y), cell) in enumerate(
        zip(lines.tolist(), pairs, places.tolist(), cells, strict=True)
    ):
        place = Place(x, y, line >= inside, number)
        if line < inside:
            cell[line] = False
            yield cell.tobytes(), pair, place
            cell[line] = True
        yield cell.tobytes(), pair, place


def changes(start: list[float], stop: list[float]) -> Iterator[tuple[Pair, float]]:
    """Yield each change of the largest score on a straight way, and at which part of it.

    >>> list(changes([2.0, 0.0, 0.0], [0.0, 0.0, 2.0]))
    [((0, 2), 0.5)]
    """
    best, end, part = start.index(max(start)), stop.index(max(stop)), 0.0
    while best != end:
        ahead = {
            k: (start[best] - start[k]) / (start[best] - start[k] + stop[k] - stop[best])
            for k in range(len(start))
            if stop[k] > stop[best]
        }
        following = min(ahead, key=ahead.__getitem__)
        part = max(part, ahead[following])
        yield (min(best, following), max(best, following)), part
        best = following


def meetings(
    maps: Maps, planes: dict[bytes, list[list[float]]], known: list[tuple[bytes, Pair]]
) -> Iterator[tuple[bytes, Pair, Place]]:
    """Yield the points at which three classes meet, once for each two of them.

    They are looked for in cells of whose ``known`` borders some are between other classes.
    """
    counts = Counter(cell for cell, _ in known)
    found: list[tuple[bytes, tuple[int, int, int], Place]] = []
    for cell in (cell for cell, count in counts.items() if count > 1):
        for three in combinations(range(len(maps.c)), 3):
            (p, q, r), *others = (planes[cell][k] for k in three)
            (a, b, e), (c, d, f) = ((p - u, q - v, w - r) for u, v, w in others)
            if determinant := a * d - b * c:  # Cramer's rule
                x, y = (e * d - b * f) / determinant, (a * f - e * c) / determinant
                scores = [u * x + v * y + w for u, v, w in planes[cell]]
                largest = sorted(range(len(scores)), key=scores.__getitem__)[-3:]
                if abs(x) < EDGE and abs(y) < EDGE and sorted(largest) == list(three):
                    found.append((cell, three, Place(x, y, False, -1 - len(found))))
    for cell, three, place in found:
        if maps.opened(np.array(place[:2])).tobytes() == cell:
            for pair in combinations(three, 2):
                yield cell, pair, place


def joined(pieces: list[Border]) -> list[Border]:
    """Return borders in as few parts as possible: each goes on where another one ends."""
    starting = {(piece.places[0], piece.left, piece.right): piece for piece in pieces}
    ends = {(piece.places[-1], piece.left, piece.right) for piece in pieces}
    first = [piece for key, piece in starting.items() if key not in ends]
    whole = []
    for left, right, places in [*first, *pieces]:  # a closed line begins anywhere
        line = places[:1]
        while following := starting.pop((line[-1], left, right), None):
            line += following.places[1:]
        if len(line) > 1:
            whole.append(Border(left, right, line))
    return whole
