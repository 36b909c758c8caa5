"""Convex polygons in the plane, cut by straight lines: the pieces that ReLU networks make of it."""

import numpy as np

from ...contracts import Array


def square(edge: float) -> Array:
    """Return the corners (4, 2) of the square from -edge to edge.

    >>> square(1).tolist()
    [[-1, -1], [1, -1], [1, 1], [-1, 1]]
    """
    return edge * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])


def above(corners: Array, w: Array, b: float) -> Array:
    """Return the part of a convex polygon (C, 2) where ``corners @ w + b`` is above 0.

    The polygon loses the corners that lie below the line, and gets one wherever a side crosses it
    (Sutherland and Hodgman 1974). What is left may be empty, (0, 2).

    >>> above(square(1), np.array([1.0, 0.0]), -0.5).tolist()
    [[0.5, -1.0], [1.0, -1.0], [1.0, 1.0], [0.5, 1.0]]
    """
    heights = corners @ w + b
    kept = []
    for p, q, here, there in zip(
        corners, np.roll(corners, -1, 0), heights, np.roll(heights, -1), strict=True
    ):
        if here > 0:
            kept.append(p)
        if (here > 0) != (there > 0):
            kept.append(p + here / (here - there) * (q - p))
    return np.array(kept).reshape(-1, 2)
