"""A Sphinx extension: put MathJax into the built site, so that formulas need no network.

The files come from the installed package sphinx-mathjax-offline. It is an extension itself, but it
copies all of MathJax (24 MB); the pages need 2 MB of it. They are not put into ``_static``, because
Jupyter Book loads every script below that folder on every page.
"""

import importlib
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

NEEDED = [
    "tex-mml-chtml.js",
    "output/chtml/fonts/woff-v2",
    "input/tex/extensions",  # without these, one \boldsymbol stops all formulas of its page
]

Context = dict[str, Any]  # what a template of a page is given


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


def drop_unused(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Take the script from pages without formulas: it comes with every notebook."""
    if 'class="math' not in context.get("body", ""):
        scripts = context["script_files"]
        context["script_files"] = [s for s in scripts if "mathjax" not in (s.filename or "")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.config.mathjax_path = "../vendor/mathjax/tex-mml-chtml.js"  # relative to _static
    app.connect("html-page-context", drop_unused, priority=900)  # after all others
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
