"""The plane of the quadrants as SVG: the points, and the cells of the decision regions."""

import numpy as np

from ...contracts import Array
from .chart import COLOURS

CELLS = 36  # in a row and in a column; a multiple of four, as ``packing.quarters`` wants
EDGE = 1.1  # how far the picture reaches from the origin
SIZE = 216  # of the picture, in pixels: six for each cell
SHAPES = (  # a class has a shape as well as a colour
    "m-2.6 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0z",
    "m0 -3.2l3.1 5.6h-6.2z",
    "m-2.4 -2.4h4.8v4.8h-4.8z",
    "m0 -3.3l3.3 3.3l-3.3 3.3l-3.3 -3.3z",
)


def centres() -> Array:
    """Return the centres (CELLS * CELLS, 2) of the cells, row by row from the top."""
    line = EDGE * ((2 * np.arange(CELLS) + 1) / CELLS - 1)
    x, y = np.meshgrid(line, line[::-1])
    return np.stack([x.ravel(), y.ravel()], axis=-1)


def cells_path(classes: Array, k: int) -> str:
    """Return the path that covers the cells of class k: a bar for each run of them in a row.

    >>> cells_path(np.zeros(CELLS * CELLS, int), 0)[:22]
    'M0 0h36v1h-36zM0 1h36v'
    """
    parts = []
    for y, row in enumerate(np.reshape(classes, (CELLS, CELLS)) == k):
        ends = np.flatnonzero(np.diff(row, prepend=False, append=False))
        parts += [f"M{a} {y}h{b - a}v1h-{b - a}z" for a, b in ends.reshape(-1, 2)]
    return "".join(parts)


def plane_svg(X: Array, t: Array, alt: str, cells: Array | None = None) -> str:
    """Return the picture of the points X (N, 2) with their classes t on coloured cells.

    The paths of the cells have the keys "cells 0", "cells 1", …, by which JavaScript moves them.
    """
    regions, points = [], []
    for k in range(t.max() + 1):
        path = "" if cells is None else cells_path(cells, k)
        style = f'style="fill:{COLOURS[k]}" fill-opacity="0.3"'
        regions.append(f'<path data-key="cells {k}" d="{path}" {style}/>')
        places = (X[t == k] * (1, -1) / EDGE + 1) * SIZE / 2
        marks = "".join(f"M{x:.1f} {y:.1f}{SHAPES[k]}" for x, y in places)
        rim = 'stroke="currentColor" stroke-width="0.7"'  # for a point on a region of its colour
        points.append(f'<path d="{marks}" style="fill:{COLOURS[k]}" {rim}/>')
    half = SIZE // 2
    return (
        f'<svg viewBox="-1 -1 {SIZE + 2} {SIZE + 2}" style="width:100%;max-width:17rem" role="img" '
        f'aria-label="{alt}"><g transform="scale({SIZE // CELLS})">{"".join(regions)}</g>'
        f'<path d="M0 {half}h{SIZE}M{half} 0v{SIZE}M0 0h{SIZE}v{SIZE}h-{SIZE}z" fill="none" '
        f'stroke="currentColor" stroke-opacity="0.5"/>{"".join(points)}</svg>'
    )
