"""A Sphinx extension: put right what other packages write into the pages.

All of it is invalid HTML, tells screen readers something wrong, or is no way to set Chinese. A line
here can go when its package writes better; the tests of the pages do not ask who did it.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

Context = dict[str, Any]  # what a template of a page is given
REPEATED = (["exercise-content"], ["solution-content"])  # sphinx-exercise: on each of them
WRONG = {
    r'role="doc-biblioentry"': 'role="listitem"',  # docutils: deprecated, and the list has no items
    r'<th( class="head[^"]*")?><p></p></th>': r"<td\1></td>",  # docutils: it is the head of nothing
    # sphinx-exercise: half-width brackets around the Chinese title of an exercise
    r'(?m)(^<p class="admonition-title">.*?) ?(</span>)? \(([^()\n]*[\u4e00-\u9fff][^()\n]*)\)'
    r"(?=(?:</a>)?</p>)": r"\1\2（\3）",
}

SIGNATURE = re.compile(r'<dt class="sig .*?</dt>', re.DOTALL)
UNUSED_MARK = re.compile(r'<span class="(?:pre|n|p)">([^<]*)</span>')  # the inner ones first

# Sphinx marks the words that one has sought, in styles of pictures too, and stops with an error.
MARKED = '!parent.classList.contains("nohighlight")'
MARKED_RIGHTLY = '!parent.closest("style, .nohighlight")'


def drop_repeated_ids(app: Sphinx, doctree: nodes.document, page: str) -> None:  # noqa: ARG001
    """Take away ids that stand on a page more than once; nothing refers to them."""
    for section in doctree.findall(nodes.section):
        if section["ids"] in REPEATED:
            section["ids"] = []


def correct_body(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Correct the text of a page."""
    body = context.get("body", "")
    for wrong, right in WRONG.items():
        body = re.sub(wrong, right, body)
    body = SIGNATURE.sub(lightened, body)
    if page.startswith("_modules/"):
        body = without_blocks_in_pre(body)
    context["body"] = body


def lightened(signature: re.Match[str]) -> str:
    """Return a signature without the marks that no style uses: they are half of the reference."""
    return UNUSED_MARK.sub(r"\1", UNUSED_MARK.sub(r"\1", signature[0]))


def without_blocks_in_pre(body: str) -> str:
    """Mark the parts of source code with ``span``: a ``pre`` holds no ``div``."""
    head, pre, rest = body.partition("<pre>")
    code, end, tail = rest.rpartition("</pre>")
    return head + pre + code.replace("<div ", "<span ").replace("</div>", "</span>") + end + tail


def correct_script(app: Sphinx, error: Exception | None) -> None:
    """Correct the script that marks the words that one has sought."""
    script = Path(app.outdir) / "_static" / "sphinx_highlight.js"
    if error or not script.exists():
        return
    text = script.read_text(encoding="utf-8")
    if MARKED not in text and MARKED_RIGHTLY not in text:
        raise ExtensionError(f"{script.name} is another one than {Path(__file__).name} corrects")
    script.write_text(text.replace(MARKED, MARKED_RIGHTLY), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("doctree-resolved", drop_repeated_ids)
    app.connect("html-page-context", correct_body)
    app.connect("build-finished", correct_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
