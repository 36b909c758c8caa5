"""The points of chapter 5, coloured by quadrant or as XOR, and the plane with them."""

from ...contracts import Array
from ...datasets import quadrants, xor
from .outlines import GRID, paths
from .plane import plane_svg

COLOURINGS = ("quadrants", "XOR")


def coloured(colouring: str) -> tuple[Array, Array]:
    """Return the 200 points (N, 2) and their classes (N,).

    >>> coloured("XOR")[1][:8].tolist() == (coloured("quadrants")[1][:8] % 2).tolist()
    True
    """
    X, t = quadrants(200, seed=0)
    return X, t if colouring == "quadrants" else xor(t)


def plane(colouring: str, regions: tuple[bytes, bytes] | None = None) -> str:
    """Draw the points, on regions as ``outlines.packed`` gives them, if there are any."""
    X, t = coloured(colouring)
    alt = f"The plane with the points, coloured by {colouring}."
    return plane_svg(X, t, alt, paths(*regions, t.max() + 1) if regions else (), GRID)
