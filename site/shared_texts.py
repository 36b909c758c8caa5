"""A Sphinx extension: let a page hold each text of its figures once.

A widget's state has the whole text of its module and of its stylesheet, as Jupyter wants it. But
figures share most of both. So the state of a page gets a list of texts, one for each file, and in
place of a module or stylesheet stand the numbers of its files in this list. JavaScript is without
the comments that may stand in it, as is the script that puts the texts together again,
``static_widgets.js``.
"""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from backprop.explorers.kit.base import scripts, sheets, without_comments

Context = dict[str, Any]  # what a template of a page is given
DATA = "application/vnd.jupyter.widget-state+json"
HOST = "static_widgets.js"


def share(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Take apart the texts in the states of a page."""
    language = app.config.language.partition("_")[0]
    for script in context["script_files"]:
        if script.attributes.get("type") == DATA:
            state = shared(json.loads(script.attributes["body"]), language)
            script.attributes["body"] = json.dumps(state, ensure_ascii=False).replace("</", r"<\/")


def shared(stored: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """Return the states of widgets with each text once, under ``texts``.

    >>> model = {"state": {"_esm": "let a;", "_css": "p {}"}}
    >>> shared({"state": {"one": model, "two": model}})["texts"]
    ['let a;', 'p {}']
    """
    texts: dict[str, int] = {}

    def numbers(model: dict[str, Any]) -> Iterator[tuple[str, list[int]]]:
        for key, parts in parts_of(model["state"], language).items():
            yield key, [texts.setdefault(part, len(texts)) for part in parts]

    models = {
        name: {**model, "state": {**model["state"], **dict(numbers(model))}}
        for name, model in stored["state"].items()
    }
    return {**stored, "state": models, "texts": list(texts)}


def parts_of(state: dict[str, Any], language: str) -> dict[str, list[str]]:
    """Return the texts of a figure's files if it is one of ours, as its stored texts say."""
    whole = {key: state[key] for key in ("_esm", "_css") if key in state}
    module = state.get("_anywidget_id", "").rpartition(".")[0]
    if module.startswith("backprop.") and (spec := find_spec(module)) and spec.origin:
        folder = Path(spec.origin).parent
        apart = {"_esm": scripts(folder / "figure.js", language), "_css": sheets(folder)}
        if {key: "".join(parts) for key, parts in apart.items()} == whole:
            return apart
    return {key: [text] for key, text in whole.items()}


def strip_host(app: Sphinx, exception: Exception | None) -> None:
    """Take the comments out of the script that all pages with figures load."""
    file = Path(app.outdir) / HOST
    if not exception and file.exists():
        file.write_text(without_comments(file.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-page-context", share, priority=900)  # before first_paint.py moves them
    app.connect("build-finished", strip_host)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
