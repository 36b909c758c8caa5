"""A Sphinx extension: let nothing keep a browser from the text of a page.

Scripts run when the whole page is there, in their order: first the tables of the interactive
figures (``shared_texts.py``) and the script that runs them. In listings, words that have the colour
of all text are no elements of their own: these were a third of all elements of a chapter, and a
phone takes its time for each.
"""

import re
from typing import Any

from sphinx.application import Sphinx

Context = dict[str, Any]  # what a template of a page is given
PLAIN = re.compile(r'<span class="[npw]">([^<]*)</span>')  # names, punctuation, white space


def scripts_later(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Let the scripts of a page wait for its text."""
    for script in context["script_files"]:
        if script.filename:
            script.attributes["defer"] = "defer"


def plain_words(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Take the elements from words of listings that look like all text."""
    if not page.startswith("_modules/"):  # whose links are made of them
        context["body"] = PLAIN.sub(r"\1", context.get("body", ""))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_js_file("../static_widgets.js", priority=100)  # relative to _static
    app.connect("html-page-context", plain_words)
    app.connect("html-page-context", scripts_later, priority=901)  # after unused_files.py
    return {"parallel_read_safe": True, "parallel_write_safe": True}
