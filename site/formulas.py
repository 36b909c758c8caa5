"""A Sphinx extension: write formulas as MathML, which browsers set by themselves.

So a page needs no script for them, shows them without JavaScript too, and a screen reader reads
them. latex2mathml turns LaTeX into MathML. The letters are those of STIX Two Math, which comes with
ziamath; a small font of the characters that the pages show stands in a stylesheet itself, because
some browsers load no other fonts for pages that are opened as files. Pages with formulas name it at
their end: nothing waits for it.
"""

import base64
import io
import logging
import re
from hashlib import sha256
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.locale import _
from sphinx.util.math import get_node_equation_number

ZIAMATH = find_spec("ziamath")  # not imported: only its font is needed
FONT = Path(str(ZIAMATH and ZIAMATH.origin)).parent / "fonts" / "STIXTwoMath-Regular.ttf"
SHEET = Path("_static/formulas.css")
STYLE = """\
/* {copyright} Licence: SIL OFL 1.1. */
@font-face {{
  font-family: "Formulas";
  src: url(data:font/woff;base64,{data}) format("woff");
}}
"""
FORMULA = re.compile(r"<math .*?</math>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
ROOT = re.compile("<m(sqrt|root)>")
NUMBER = re.compile(r"&#x(?!0*(?:22|26|3C|3E);)([0-9A-F]+);")  # not of " & < >
SPACED = '<mo lspace="0.17em" rspace="{}">ln</mo>'
BETTER = {  # what latex2mathml writes, and what looks as LaTeX does
    '<mo accent="true">―</mo>': '<mo accent="true" stretchy="true">‾</mo>',
    "<mo>…</mo>": "<mi>…</mi>",
    '<mi>ln</mi><mo stretchy="false">(': SPACED.format("0") + '<mo stretchy="false">(',
    "<mi>ln</mi>": SPACED.format("0.17em"),
}
OPENING, CLOSING = re.compile(r"[(“（]+$"), re.compile(r"^[,.;:!?)”’，。；：！？）、]+")
UPRIGHT = re.compile(r"<mi>(&#x000[4-7][0-9A-F];)</mi>")  # how \mathrm comes: as a number
TWO, THREE = ("mfrac", "mroot", "msub", "msup", "munder", "mover"), ("msubsup", "munderover")
ARITIES = dict.fromkeys(TWO, 2) | dict.fromkeys(THREE, 3)  # how many parts an element has
# What is left of LaTeX, and what browsers would pass over: alphabets by name, frames.
STRANGE = re.compile(
    r'\\\w+|<mi>&(amp;)?<|newline|mathvariant="(?!italic|normal)[\w-]+"|<m(enclose|fenced)'
)
ALPHABETS = [("A", 26, 0x1D434), ("a", 26, 0x1D44E), ("Α", 25, 0x1D6E2), ("α", 25, 0x1D6FC)]
ITALICS = {  # the letters of each alphabet, and those that browsers show in their place
    chr(ord(first) + i): chr(italic + i) for first, count, italic in ALPHABETS for i in range(count)
} | {"h": "ℎ"}  # which Unicode has among its signs


# --- from LaTeX to MathML -----------------------------------------------------------------------


def mathml(latex: str, display: str = "inline") -> str:
    """Return a formula as MathML. What is not understood is an error, not a sign in the text.

    >>> mathml("x^2")
    '<math display="inline"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    """
    try:
        found: str = convert(latex, display=display)
    except Exception as error:
        raise ExtensionError(f"formula {latex!r} cannot be read: {error!r}") from error
    found = found.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    found = UPRIGHT.sub(r'<mi mathvariant="normal">\1</mi>', found)
    found = NUMBER.sub(lambda code: chr(int(code[1], 16)), found)
    for written, better in BETTER.items():
        found = found.replace(written, better)
    if strange := STRANGE.search(found):
        raise ExtensionError(f"formula {latex!r} is not understood at {strange[0]!r}")
    for part in ElementTree.fromstring(found).iter():
        if len(part) != ARITIES.get(part.tag, len(part)):
            raise ExtensionError(f"formula {latex!r} is not understood: a part is missing")
    return found


def hold_on(app: Sphinx, doctree: nodes.document, page: str) -> None:  # noqa: ARG001
    """Let a formula have the signs that stand at it: a browser would part them at a line's end."""
    for node in doctree.findall(nodes.math) if app.builder.format == "html" else ():
        siblings, place = node.parent, node.parent.index(node)
        for key, i, signs in (("before", place - 1, OPENING), ("after", place + 1, CLOSING)):
            text = siblings[i] if 0 <= i < len(siblings) else None
            if isinstance(text, nodes.Text) and (found := signs.search(text)):
                node[key] = found[0]
                siblings[i] = nodes.Text(signs.sub("", text))


def write_inline(self: Any, node: nodes.math) -> None:
    """Write a formula within a sentence."""
    formula = f'<span class="math notranslate">{mathml(node.astext())}</span>'
    before, after = (self.encode(node.get(key, "")) for key in ("before", "after"))
    if before or after:
        formula = f'<span class="math-signs">{before}{formula}{after}</span>'
    self.body.append(formula)
    raise nodes.SkipNode


def write_display(self: Any, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, with its number if it has one."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append(mathml(node.astext(), "block") + "</div>\n")
    raise nodes.SkipNode


# --- the letters --------------------------------------------------------------------------------


def characters(pages: list[str]) -> set[str]:
    """Return the characters that the formulas of these pages show."""
    shown: set[str] = set()
    for formula in FORMULA.findall("".join(pages)):
        shown.update(unescape(TAG.sub("", formula)))
        shown.update("√" * bool(ROOT.search(formula)))  # a sign that no text has
        names = map(unescape, re.findall("<mi[^>]*>([^<]+)</mi>", formula))
        shown.update(ITALICS[name] for name in names if name in ITALICS)  # a single letter
    return shown


def stylesheet(shown: set[str]) -> str:
    """Return the stylesheet with a font of these characters and their taller forms."""
    font = TTFont(FONT, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["ssty", "dtls"]  # smaller letters above and below; dots left out
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(shown)))
    subsetter.subset(font)
    copyright_line = font["name"].getDebugName(0)
    font.flavor = "woff"
    font.save(file := io.BytesIO())
    data = base64.b64encode(file.getvalue()).decode()
    return STYLE.format(copyright=copyright_line, data=data)


def add_letters(app: Sphinx, exception: Exception | None) -> None:
    """Write the font, and lead the pages with formulas to it."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    files = [page for kind in ("*.html", "chapters/*.html") for page in sorted(folder.glob(kind))]
    pages = {page: page.read_text(encoding="utf-8") for page in files}
    css = stylesheet(characters([*pages.values()]))
    (folder / SHEET).write_text(css, encoding="utf-8")
    digest = sha256(css.encode()).hexdigest()[:8]
    for page, html in pages.items():
        up = "../" * (len(page.relative_to(folder).parts) - 1)
        link = f'<link rel="stylesheet" href="{up}{SHEET.as_posix()}?v={digest}" />'
        plain = re.sub(rf'<link rel="stylesheet" href="[./]*{SHEET.as_posix()}[^>]*>', "", html)
        new = plain.replace("</body>", f"{link}</body>") if FORMULA.search(html) else plain
        if new != html:
            page.write_text(new, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it would name each letter
    app.add_html_math_renderer("mathml", (write_inline, None), (write_display, None))
    app.config.html_math_renderer = "mathml"
    app.connect("doctree-resolved", hold_on)
    app.connect("build-finished", add_letters, priority=950)  # after one_stylesheet.py
    return {"parallel_read_safe": True, "parallel_write_safe": True}
