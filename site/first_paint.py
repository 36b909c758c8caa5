"""A Sphinx extension: let nothing keep a browser from the text of a page.

Scripts run when the whole page is there, in their order; that of the interactive figures is the
first. The tables of the figures stand below the text: so a browser shows the text before it has
them. In listings, words that have the colour of all text are no elements of their own: these were a
third of all elements of a chapter, and a phone takes its time for each.
"""

import re
from typing import Any

from sphinx.application import Sphinx

Context = dict[str, Any]  # what a template of a page is given
PLAIN = re.compile(r'<span class="[npw]">([^<]*)</span>')  # names, punctuation, white space
DATA = "application/vnd.jupyter.widget-state+json"


def scripts_later(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Mark the scripts of a page, and move the tables of its figures to its end."""
    scripts = context["script_files"]
    for script in scripts:
        if script.filename:
            script.attributes["defer"] = "defer"
    tables = [script for script in scripts if script.attributes.get("type") == DATA]
    for script in tables:
        context["body"] += f'<script type="{DATA}">{script.attributes["body"]}</script>\n'
    context["script_files"] = [script for script in scripts if script not in tables]


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
