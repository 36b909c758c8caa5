"""The plane of the quadrants as SVG: the points, and the regions of the classes."""

from collections.abc import Sequence

from ...contracts import Array
from .chart import COLOURS

EDGE = 1.1  # how far the picture reaches from the origin
SIZE = 216  # of the picture, in pixels
SHAPES = (  # a class has a shape as well as a colour
    "m-2.6 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0z",
    "m0 -3.2l3.1 5.6h-6.2z",
    "m-2.4 -2.4h4.8v4.8h-4.8z",
    "m0 -3.3l3.3 3.3l-3.3 3.3l-3.3 -3.3z",
)


def plane_svg(X: Array, t: Array, alt: str, paths: Sequence[str] = (), grid: int = SIZE) -> str:
    """Return the picture of the points X (N, 2) with their classes t on coloured regions.

    ``paths`` has one for each class, on a grid of so many steps, y upwards. They get the keys
    "region 0", "region 1", …, by which JavaScript moves them.
    """
    regions, points = [], []
    for k in range(t.max() + 1):
        path = paths[k] if paths else ""
        style = f'style="fill:{COLOURS[k]}" fill-opacity="0.3"'
        regions.append(f'<path data-key="region {k}" d="{path}" {style}/>')
        places = (X[t == k] * (1, -1) / EDGE + 1) * SIZE / 2
        marks = "".join(f"M{x:.1f} {y:.1f}{SHAPES[k]}" for x, y in places)
        rim = 'stroke="currentColor" stroke-width="0.7"'  # for a point on a region of its colour
        points.append(f'<path d="{marks}" style="fill:{COLOURS[k]}" {rim}/>')
    half, scale = SIZE // 2, SIZE / grid
    flip = f'transform="matrix({scale:.5f} 0 0 {-scale:.5f} 0 {SIZE})"'
    return (
        f'<svg viewBox="-1 -1 {SIZE + 2} {SIZE + 2}" style="width:100%" role="img" '
        f'aria-label="{alt}"><g {flip}>{"".join(regions)}</g>'
        f'<path d="M0 {half}h{SIZE}M{half} 0v{SIZE}M0 0h{SIZE}v{SIZE}h-{SIZE}z" fill="none" '
        f'stroke="currentColor" stroke-opacity="0.5"/>{"".join(points)}</svg>'
    )
