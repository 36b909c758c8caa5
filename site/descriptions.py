"""A Sphinx extension: tell search engines what each page is about.

A page is described by its first sentences, a page of source code by those of its module.
"""

import ast
import re
from html import escape
from typing import Any
from unicodedata import east_asian_width

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _

Context = dict[str, Any]  # what a template of a page is given
LONGEST = 160  # letters; search engines cut what is longer
WRITTEN = {  # for pages whose first sentences do not say it, and for those that Sphinx makes
    "chapters/index": "An interactive book on how a neural network learns: gradients from right to "
    "left, with numbers that you can check by hand and figures that you move.",
    "chapters/notation": "The symbols of the book, what they are called in code and which shapes "
    "they have, and a glossary of the words that other texts use.",
    "chapters/bibliography": "The sources of the book, from the first articles on backpropagation "
    "to textbooks and surveys of automatic differentiation.",
    "genindex": "All classes, functions and methods in the code of the book, by name.",
    "py-modindex": "All modules in the code of the book, by name, with links to their reference.",
    "search": "Search the chapters of the book, its notation and its code.",
    "_modules/index": "The source code of the book, module by module, as the chapters import it.",
}


def describe(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Give a page its description."""
    if page in WRITTEN:
        text = _(WRITTEN[page])
    elif isinstance(doctree, nodes.document):
        text = first_sentences(prose(doctree))
    else:
        module = context["title"]
        source = vars(app.env)["_viewcode_modules"][module][0]
        summary = (ast.get_docstring(ast.parse(source)) or "").partition(">>>")[0]
        text = first_sentences(_("Source code of {module}. ").format(module=module) + summary)
    tag = f'<meta name="description" content="{escape(text)}" />'
    context["metatags"] = context.get("metatags", "") + "\n" + tag


def prose(doctree: nodes.document) -> str:
    """Return the running text of a page, without tables, lists and minutes."""
    paragraphs = []
    for paragraph in doctree.findall(nodes.paragraph):
        minutes = all(isinstance(child, nodes.emphasis) for child in paragraph)
        if isinstance(paragraph.parent, nodes.section) and not minutes:
            paragraphs.append(paragraph.astext())
    return " ".join(paragraphs)


def first_sentences(text: str) -> str:
    """Return as many whole sentences as a search engine shows, at least one."""
    text = re.sub(r"\s+", " ", re.sub(r"``|\*", "", text)).strip()
    described, *others = re.split(r"(?<=[.?!])(?= [A-Z])|(?<=[。？！])(?=.)", text)
    for sentence in others:
        if width(described + sentence) > LONGEST or "{" in sentence:  # a formula in LaTeX
            break
        described += sentence
    return described


def width(text: str) -> int:
    """Return how many letters of English a text takes the place of: a Chinese one is two wide."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
