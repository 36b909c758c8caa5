"""An inline SVG with words for those who do not see it, and what all drawings of the book share.

Its text stays text, and its lines take the colour of the page, so it is dark on a dark page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

from .language import HERE, say, say_in
from .language import words as entries_of
from .widths import TEXT, text_width

# the colour behind the picture, in the book, in JupyterLab, in VS Code
PAGE = "var(--pst-color-background,var(--jp-layout-color0,var(--vscode-editor-background,Canvas)))"
STYLE = (
    ".backprop-graph{overflow-x:auto}"
    ".backprop-graph:focus-visible{outline:2px solid;outline-offset:-2px}"
    f".backprop-graph svg{{font:{TEXT}px system-ui,sans-serif;fill:currentColor;display:block}}"
    ".backprop-graph .line{fill:none;stroke:currentColor}"
    ".backprop-graph .gradient{fill:var(--backprop-gradient,#d9480f);font-style:italic}"
    ".backprop-graph .weight{stroke:var(--backprop-gradient,#d9480f)}"
    ".backprop-graph .name{font-size:11.5px}"
    # a rim in the colour of the page keeps numbers legible where an edge runs through them
    f"@media screen{{.backprop-graph text{{paint-order:stroke;stroke-width:4px;stroke:{PAGE}}}}}"
    f".backprop-graph .unit{{fill:{PAGE}}}"
)
TEXTS = re.compile(r'<text x="(\S+)" y="(\S+)" text-anchor="(\w+)"[^>]*>([^<]*)<')
NUMBERS = re.compile(r'<text x="(\S+)"[^>]* data-(?:value|gradient)=')
BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}  # the part of a text in front of its x
LONGEST = "−1.234e−100"  # a number as ``short`` writes it; that of a figure changes


@dataclass(frozen=True)
class Picture:
    """An SVG that notebooks and pages show inline; ``alt`` says in words what it shows."""

    svg: str
    alt: str

    def __repr__(self) -> str:
        return say(self.alt, entries_of(HERE))

    def _repr_html_(self) -> str:
        return say_in(self.svg, entries_of(HERE))


def text(x: float, y: float, content: str, anchor: str, more: str = "") -> str:
    """Return a piece of text, or nothing if it is empty."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f"<text {place}{more}>{escape(content)}</text>" if content else ""


def ends(parts: list[str], size: float = TEXT) -> Iterator[tuple[float, float]]:
    """Yield where each text of a drawing begins and ends, in a wide font."""
    for part in parts:
        for x, _, anchor, words in TEXTS.findall(part):
            width = text_width(unescape(words), size)
            yield float(x) - width * BEFORE[anchor], float(x) + width * (1 - BEFORE[anchor])


def frame(xs: list[float], ys: list[float], parts: list[str], alt: str, kind: str) -> str:
    """Return the whole SVG; it shrinks with its place down to text of 9 pixels, then scrolls.

    ``xs`` and ``ys`` are those of what is drawn. Texts get the room that they need. ``kind`` names
    the place that scrolls.
    """
    numbers = [text(float(x), 0, LONGEST, "middle") for x in NUMBERS.findall("".join(parts))]
    starts, stops = zip(*ends(parts + numbers), strict=True)
    left, right = min(starts) - 4, max(*stops, *xs) + 4
    heights = [float(y) for part in parts for _, y, *_ in TEXTS.findall(part)]
    top, bottom = min(min(ys) - 30, min(heights) - 16), max(max(ys) + 36, max(heights) + 8)
    width = right - left
    size = f"width:100%;min-width:{0.62 * width:.0f}px;max-width:{1.2 * width:.0f}px"
    box = f"{left:.0f} {top:.0f} {width:.0f} {bottom - top:.0f}"
    svg = f'<svg viewBox="{box}" style="{size}" role="img" aria-label="{escape(alt)}">'
    content = f"<style>{STYLE}</style>{''.join(parts)}"
    around = f'<div class="backprop-graph" role="group" aria-label="{kind}">'
    return f"{around}{svg}{content}</svg></div>"
