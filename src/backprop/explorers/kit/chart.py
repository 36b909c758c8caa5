"""Charts as SVG: the still picture of an explorer, and the drawing whose lines JavaScript moves.

Axes, ticks and colours are thus drawn in one place. Text and axes take the colour of the page.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ...show.picture import ends, text

Numbers = Iterable[float]

WIDTH = 340
LEFT, RIGHT, TOP, BOTTOM = 50, 16, 26, 42
LEGEND = 20  # the height of a row that says which line is which, above all else
SIZE = 12.5  # of letters
EDGE = 1  # what the texts leave free at both sides: some letters reach out of their width
INNER = WIDTH - LEFT - RIGHT, 208

# The colours of plots.py; a page may set lighter ones for a dark ground.
COLOURS = [
    f"var(--explorer-{i},{colour})"
    for i, colour in enumerate(("#0072b2", "#d55e00", "#009e73", "#cc79a7"))
]
STYLE = f"width:100%;max-width:34rem;font-size:{SIZE}px;fill:currentColor"
FAINT = 'stroke="currentColor" stroke-opacity="0.15"'
DASHES = ("", 'stroke-dasharray="7 4"', 'stroke-dasharray="2 4"')  # beside the colours
DOTTED = 'stroke-opacity="0.6" stroke-dasharray="1 4" stroke-linecap="round"'


@dataclass(frozen=True)
class Axis:
    """One axis: its title, the values at its ends, the values that are named, and its scale."""

    title: str
    low: float
    high: float
    ticks: Sequence[float]
    log: bool = False

    def part(self, value: float) -> float:
        """Return where a value lies, from 0 at ``low`` to 1 at ``high``, cut at -1 and 2."""
        low, value, high = (self._scaled(v) for v in (self.low, value, self.high))
        return min(2.0, max(-1.0, (value - low) / (high - low)))

    def _scaled(self, value: float) -> float:
        if not self.log:
            return value
        return math.log(value) if value > 0 else -math.inf

    @property
    def spec(self) -> dict[str, Any]:
        """What JavaScript needs to place a value."""
        return {"low": self.low, "high": self.high, "log": self.log}


def tick_text(value: float) -> str:
    """Return a value as a tick says it: 0.001, 100, and 10⁻⁶ beyond three zeros.

    >>> tick_text(0.01), tick_text(1e-6), tick_text(-2), tick_text(10000)
    ('0.01', '10⁻⁶', '−2', '10⁴')
    """
    if value and not 1e-3 <= abs(value) < 1e4:
        power = str(round(math.log10(value)))
        return "10" + power.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value:g}".replace("-", "−")


class Chart:
    """Axes, and lines and dots in them. Parts with a ``key`` are those that JavaScript moves.

    A line is cut where it leaves the axes; a dot is drawn whole, or not at all if its centre lies
    outside. ``legend`` has the names of lines, in the order of COLOURS and DASHES; it stands above
    the axes, where it covers nothing. Raises ``ValueError`` for a text that leaves the picture in a
    wide font.
    """

    def __init__(self, x: Axis, y: Axis, legend: Sequence[str] = ()) -> None:
        self.x, self.y, self.legend = x, y, legend
        self.top = TOP + (LEGEND if legend else 0)
        self.height = self.top + INNER[1] + BOTTOM
        self.parts: list[str] = []  # what is cut at the axes
        self.marks: list[str] = []  # the dots

    def line(self, xs: Numbers, ys: Numbers, *, key: str = "", colour: str, more: str = "") -> None:
        """Add a line through points; ``more`` holds further SVG attributes, such as dashes."""
        points = self._points(xs, ys)
        path = "M" + "L".join(points) if points else ""
        self.parts.append(
            _path(path, key, f'fill="none" style="stroke:{colour}" stroke-width="2" {more}')
        )

    def dots(
        self,
        xs: Numbers,
        ys: Numbers,
        *,
        key: str = "",
        colour: str,
        size: float = 6,
        cap: str = "round",
    ) -> None:
        """Add a dot at every point within the axes, a "round" or a "square" one."""
        width, height = INNER
        path = ""
        for point in self._points(xs, ys):
            x, y = map(float, point.split())
            if 0 <= x <= width and 0 <= y <= height:
                path += f"M{point}h0"
        style = f'style="stroke:{colour}" stroke-width="{size:g}" stroke-linecap="{cap}"'
        self.marks.append(_path(path, key, style))

    def svg(self, alt: str) -> str:
        """Return the picture, which ``alt`` describes."""
        width, height = INNER
        head = f'<svg viewBox="0 0 {WIDTH} {self.height}" style="{STYLE}" role="img"'
        # a nested svg cuts off what leaves the axes
        inner = f'<svg x="{LEFT}" y="{self.top}" width="{width}" height="{height}">'
        lines = f"{inner}{''.join(self.parts)}</svg>"
        dots = f'<g transform="translate({LEFT} {self.top})">{"".join(self.marks)}</g>'
        axes = within([*self._axes(), *self._legend()])
        return f'{head} aria-label="{escape(alt)}">{axes}{lines}{dots}</svg>'

    def spec(self, alt: str) -> dict[str, Any]:
        """Return what ``chart`` in chart.js takes."""
        return {"svg": self.svg(alt), "x": self.x.spec, "y": self.y.spec, "size": INNER}

    def _points(self, xs: Numbers, ys: Numbers) -> list[str]:
        width, height = INNER
        return [
            f"{width * self.x.part(x):.1f} {height * (1 - self.y.part(y)):.1f}"
            for x, y in zip(xs, ys, strict=True)
        ]

    def _axes(self) -> list[str]:
        width, height = INNER
        parts = [
            f'<rect x="{LEFT}" y="{self.top}" width="{width}" height="{height}" fill="none" '
            f"{FAINT}/>"
        ]
        for value in self.x.ticks:
            x = LEFT + width * self.x.part(value)
            parts.append(f'<path d="M{x:.1f} {self.top}v{height}" {FAINT}/>')
            parts.append(text(x, self.top + height + 17, tick_text(value), "middle"))
        for value in self.y.ticks:
            y = self.top + height * (1 - self.y.part(value))
            parts.append(f'<path d="M{LEFT} {y:.1f}h{width}" {FAINT}/>')
            parts.append(text(LEFT - 6, y + 4, tick_text(value), "end"))
        parts.append(text(LEFT + width / 2, self.height - 6, self.x.title, "middle"))
        parts.append(text(EDGE, self.top - 10, self.y.title, "start"))
        return parts

    def _legend(self) -> list[str]:
        """Draw a piece of each line, with its name behind it, as evenly spaced as they fit."""
        parts, room = [], (WIDTH - 2 * EDGE) / max(len(self.legend), 1)
        for i, (name, colour, dash) in enumerate(zip(self.legend, COLOURS, DASHES, strict=False)):
            x = EDGE + i * room
            look = f'style="stroke:{colour}" stroke-width="2" {dash}'
            parts.append(f'<path d="M{x:.1f} 11h22" fill="none" {look}/>')
            parts.append(text(x + 27, 15, name, "start"))
        return parts


def _path(path: str, key: str, style: str) -> str:
    name = f'data-key="{key}" ' if key else ""
    return f'<path {name}d="{path}" {style}/>'


def within(parts: Sequence[str]) -> str:
    """Return the parts of a picture as one text; their words must not leave it to either side."""
    for part in parts:
        for start, stop in ends([part], SIZE):
            if start < EDGE or stop > WIDTH - EDGE:
                raise ValueError(f"texts must fit into {WIDTH} pixels in a wide font, got {part}")
    return "".join(parts)


def side_by_side(*svgs: str) -> str:
    """Return pictures in one row, or below each other where there is no room for that."""
    boxes = "".join(f"<div>{svg}</div>" for svg in svgs)
    columns = "grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr))"
    return f'<div style="display:grid;{columns};gap:0.4rem 1rem">{boxes}</div>'
