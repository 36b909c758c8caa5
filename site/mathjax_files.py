"""A Sphinx extension: put MathJax into the built site, so that formulas need no network.

The files come from the installed package sphinx-mathjax-offline. It is an extension itself, but it
copies all of MathJax (24 MB); the pages need 2 MB of it. They are not put into ``_static``, because
Jupyter Book loads every script below that folder on every page.

MathJax is loaded in parts, because the ready-made whole has its menu in it. What a reader chooses
there is kept in the browser for all pages of the same host, of other books as well, and it names
files that this site does not have: no formula would be set any more, and without formulas there is
no menu to undo it. The menu also makes each formula a stop of the Tab key. Without it, nothing is
read from the browser's store. What it gave to readers who cannot see comes from a part of its own:
beside each formula stands MathML, hidden from the eye and not from a screen reader.
"""

import importlib
import shutil
from pathlib import Path

from sphinx.application import Sphinx

START = "startup.js"  # loads the parts
PARTS = ["input/tex", "output/chtml", "a11y/assistive-mml"]
NEEDED = [
    START,
    *(f"{part}.js" for part in [*PARTS, "core", "output/chtml/fonts/tex"]),  # these come along
    "output/chtml/fonts/woff-v2",
    "input/tex/extensions",  # without these, one \boldsymbol stops all formulas of its page
]


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    """Copy the needed files to ``vendor/mathjax``, unless an earlier build has done it."""
    target = Path(app.outdir) / "vendor" / "mathjax"
    if exception or app.builder.format != "html" or target.exists():
        return
    package = importlib.import_module("sphinx-mathjax-offline")  # "import" cannot spell this name
    source = Path(package.__path__[0]) / "static" / "mathjax"
    for name in NEEDED:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (source / name).is_dir() else shutil.copyfile
        copy(source / name, target / name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.config.mathjax_path = f"../vendor/mathjax/{START}"  # relative to _static
    app.config.mathjax3_config = {"loader": {"load": PARTS}}
    app.add_js_file("mathjax_slices.js", priority=499)  # before MathJax, whose own is 500
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
