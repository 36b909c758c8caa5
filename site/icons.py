"""A Sphinx extension: give the pages the few icons that they show.

The theme brings two thousand icons twice: as a script of 1.5 MB, which every page would load before
it shows anything, and as a font, which its stylesheet names. ``templates/layout.html`` leaves out
the script. Here the icons of the pages become a small font that stands in a stylesheet itself:
some browsers load no other fonts for pages that are opened as files. An icon that is missing in it
comes from the font of the theme.
"""

import base64
import io
from pathlib import Path

import pydata_sphinx_theme
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

ICONS = [  # of the buttons, then of the boxes
    "angle-left", "angle-right", "arrow-up", "bars", "circle-half-stroke", "download", "expand",
    "file", "file-pdf", "list", "magnifying-glass", "moon", "rocket", "sun", "xmark",
    "angle-down", "circle-info", "lightbulb", "pencil",
]  # fmt: skip
FONT = "theme/pydata_sphinx_theme/static/vendor/fontawesome/webfonts/fa-solid-900.ttf"
STYLE = """\
/* {copyright} Licence: SIL OFL 1.1. */
@font-face {{
  font-family: "Font Awesome 6 Free";
  font-weight: 900;
  src: url(data:font/woff;base64,{data}) format("woff");
}}
"""


def stylesheet() -> str:
    """Return the stylesheet with the font of the icons."""
    font = TTFont(Path(pydata_sphinx_theme.__file__).parent / FONT, recalcTimestamp=False)
    copyright_line = font["name"].getDebugName(0)
    subsetter = Subsetter(Options())
    subsetter.populate(glyphs=ICONS)
    subsetter.subset(font)
    font.flavor = "woff"
    font.save(file := io.BytesIO())
    data = base64.b64encode(file.getvalue()).decode()
    return STYLE.format(copyright=copyright_line, data=data)


def write_stylesheet(app: Sphinx) -> None:
    """Write the stylesheet to where the theme's are."""
    target = Path(app.outdir) / "_static" / "icons.css"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(stylesheet(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_css_file("icons.css")
    app.connect("builder-inited", write_stylesheet)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
