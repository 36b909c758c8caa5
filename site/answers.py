"""A Sphinx extension: let the start page show what a reader has answered in the whole book.

The questions of all pages are found in the built pages; the start page gets their list and
``answers.js``, which compares it with what is kept in the browser. The place for it on the page is
an element of the class ``my-answers``.
"""

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from shared_texts import tables_of
from sphinx.application import Sphinx
from translation import words_of_site

from backprop.explorers.kit.base import KIT, bundle, without_comments

Page = dict[str, str | list[tuple[str, str]]]
VIEW = "application/vnd.jupyter.widget-view+json"
SCRIPT = Path(__file__).with_suffix(".js")
BEGIN, END = "<!-- answers -->", "<!-- answers end -->"
OLD = re.compile(f"{BEGIN}.*?{END}\n", re.DOTALL)


def questions_on(page: Path) -> list[tuple[str, str]]:
    """Return the key and the words of each question of a built page, in their order."""
    models = tables_of(page)["state"]
    if not models:
        return []
    text, only = page.read_text(encoding="utf-8"), SoupStrainer("script", type=VIEW)
    found = []
    for view in BeautifulSoup(text, "html.parser", parse_only=only).find_all("script"):
        data = models[json.loads(view.get_text())["model_id"]]["state"].get("data", {})
        if "form" in data:
            words = BeautifulSoup(data["form"], "html.parser").select(".question-words")[0]
            found.append((data["key"], words.get_text()))
    return found


def asking(app: Sphinx) -> Iterator[Page]:
    """Yield the pages that ask something, in the order of the book."""
    root = app.config.root_doc
    names, waiting = [], [root]
    while waiting:
        name = waiting.pop(0)
        names.append(name)
        waiting = [*app.env.toctree_includes.get(name, []), *waiting]
    for name in names:
        if questions := questions_on(Path(app.outdir) / f"{name}.html"):
            page = posixpath.relpath(f"{name}.html", posixpath.dirname(root))
            yield {"title": app.env.titles[name].astext(), "page": page, "questions": questions}


def add_answers(app: Sphinx, exception: Exception | None) -> None:
    """Put the list of all questions and its script at the end of the start page."""
    if exception or app.builder.format != "html":
        return
    start = Path(app.outdir) / f"{app.config.root_doc}.html"
    html = OLD.sub("", start.read_text(encoding="utf-8"))
    if 'class="my-answers"' in html:
        data = json.dumps(list(asking(app)), ensure_ascii=False).replace("</", r"<\/")
        listed = f'<script type="application/json" id="questions-of-all-pages">{data}</script>'
        module = f'<script type="module">{script(app.config.language)}</script>'
        html = html.replace("</body>", f"{BEGIN}{listed}{module}{END}\n</body>", 1)
    start.write_text(html, encoding="utf-8")


def script(language: str) -> str:
    """Return what the start page runs; ``told`` is what it says in its language."""
    if language == "en":
        return "const told = (text) => text;\n" + bundle(SCRIPT)
    table = json.dumps([*words_of_site()["answers"].items()], ensure_ascii=False)
    translated = (KIT / "translated.js").read_text(encoding="utf-8").replace("\nexport ", "\n")
    keep = 'keepSaid(document.querySelector(".my-answers"), told);\n'
    return without_comments(f"{translated}const told = sayer({table});\n{keep}") + bundle(SCRIPT)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", add_answers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
