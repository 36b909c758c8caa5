"""A Sphinx extension: lead from a place to the same place of the other edition; search Chinese.

Sphinx cuts Chinese into words with jieba, but only the text, not what the reader asks for, so that
hardly any question finds an answer. Here both are cut into all pairs of neighbouring letters.

The environment variable ``BACKPROP_EDITIONS`` names the editions that are built beside the English
one, below its pages.
"""

import os
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from pieces import LANGUAGE, headings
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.search.en import SearchEnglish
from translation import words_of_site

Context = dict[str, Any]  # what a template of a page is given
OTHERS = os.environ.get("BACKPROP_EDITIONS", "").split()
HAN = "\u3400-\u9fff"
WORD = re.compile(rf"[{HAN}]+|[^\W{HAN}]+")


class SearchPairs(SearchEnglish):
    """Finds Chinese by pairs of letters, and the English between it as English."""

    lang = LANGUAGE
    language_name = "Chinese"
    js_splitter_code = f"""
function splitQuery(query) {{
  const words = query.match(/[{HAN}]+|[^\\s\\p{{P}}{HAN}]+/gu) || [];
  const pairs = (word) => Array.from(word.slice(1), (letter, i) => word[i] + letter);
  return words.flatMap((word) => (/[{HAN}]/.test(word) && word.length > 1 ? pairs(word) : [word]));
}}
"""

    def split(self, text: str) -> list[str]:  # noqa: D102 - as the base class says
        found: list[str] = []
        for word in WORD.findall(text):
            pairs = [word[i : i + 2] for i in range(len(word) - 1)]
            found += [*pairs, *word] if re.match(f"[{HAN}]", word) else [word]
        return found

    def word_filter(self, word: str) -> bool:
        """Say whether a word can be looked for."""
        return bool(re.match(f"[{HAN}]", word)) or super().word_filter(word)


def add_switch(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Put a link to the other edition at the head of a page."""
    if not OTHERS:
        return
    english = app.config.language == "en"
    name, lang = words_of_site()["edition"] if english else ("English", "en")
    url = context["pathto"](f"{f'{LANGUAGE}/' if english else '../'}{page}.html", resource=True)
    context |= {"edition_url": url, "edition_name": name, "edition_lang": lang}
    link = f'\n<link rel="alternate" hreflang="{lang}" href="{url}" />'
    context["metatags"] = context.get("metatags", "") + link


def name_places(app: Sphinx, doctree: nodes.document) -> None:
    """Give the sections of a translated page the names that the English ones have.

    Docutils makes them of a heading's English letters. One without such letters gets a number,
    which changes with every section before it.
    """
    if app.config.language == "en":
        return
    path = Path(app.env.doc2path(app.env.docname)).relative_to(app.srcdir)
    found = doctree.findall(nodes.section)
    sections = [section for section in found if isinstance(section[0], nodes.title)]
    for section, heading in zip(sections, headings(path.as_posix()), strict=True):
        name, ids = nodes.make_id(heading), section["ids"]
        if name not in doctree.ids:
            k, own = next((k, own) for k, own in enumerate(ids) if made_of_heading(own, section))
            ids[k] = name  # one more would get a place of its own, before the section
            doctree.ids[name] = doctree.ids.pop(own)


def made_of_heading(name: str, section: nodes.section) -> bool:
    """Say whether docutils has made the name of a section, and nobody has given it."""
    return bool(re.fullmatch(r"id\d+", name)) or name == nodes.make_id(section[0].astext())


def check(app: Sphinx, config: Any) -> None:  # noqa: ARG001
    """Refuse editions that nobody knows."""
    if unknown := set(OTHERS) - {LANGUAGE}:
        raise ExtensionError(f"BACKPROP_EDITIONS must be {LANGUAGE!r} or empty, got {unknown}")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_search_language(SearchPairs)
    app.connect("config-inited", check)
    # before Sphinx collects the contents of a page
    app.connect("doctree-read", name_places, priority=400)
    # before the theme, which leaves out parts of a page that would be empty
    app.connect("html-page-context", add_switch, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
