"""A Sphinx extension: take from each page the scripts and styles that do nothing there.

Extensions add their files to every page. Thebe, which would run cells on a server, comes with
Jupyter Book; this book does not use it, and Sphinx writes its constants twice, which is an error
that the browser reports. The theme tells its menu of versions the name of each page, and there is
no such menu.
"""

from collections.abc import Sequence
from typing import Any

from sphinx.application import Sphinx

Context = dict[str, Any]  # what a template of a page is given
NEEDED_FOR = {  # the part of a script's name, and the text of pages where it has something to do
    "static_widgets": "widget-view+json",
    "clipboard": 'class="highlight',
    "copybutton.js": 'class="highlight',
    "design-tabs": "sd-tab-set",
}


def drop_unused(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Keep the files that the page needs."""
    body = context.get("body", "")
    without = [name for name, sign in NEEDED_FOR.items() if sign not in body]
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if not unused(file, without)]


def unused(file: object, names: Sequence[str]) -> bool:
    """Say whether a file has one of the names, or what is written in its place is for nothing.

    The tables of figures are written there too, and hold many words.
    """
    filename = getattr(file, "filename", None) or ""
    written = str(getattr(file, "attributes", {}).get("body", ""))[:200].lower()
    return any(name in filename for name in ("thebe", *names)) or any(
        name in written for name in ("thebe", "documentation_options.pagename")
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", drop_unused, priority=900)  # after all others
    return {"parallel_read_safe": True, "parallel_write_safe": True}
