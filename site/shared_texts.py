"""A Sphinx extension: give a page the tables of its figures as a file, with each text once.

A browser shows a page when it has its HTML, and the tables are most of that. So they come in a file
beside the page: a script, because a page that is opened as a file may load nothing else.

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
TABLES = ".figures.js"  # ends the name of the file with the tables of a page
BEFORE, AFTER = "figures = ", ";\n"  # what makes a script of them


def share(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Write the states of a page into a file, and let it be the first script of the page."""
    language = app.config.language.partition("_")[0]
    file = Path(app.outdir) / f"{page}{TABLES}"
    file.unlink(missing_ok=True)
    for script in [s for s in context["script_files"] if s.attributes.get("type") == DATA]:
        state = shared(json.loads(script.attributes["body"]), language)
        text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
        file.parent.mkdir(exist_ok=True)  # no page is written yet
        file.write_text(f"{BEFORE}{text}{AFTER}", encoding="utf-8")
        context["script_files"].remove(script)
        context["script_files"].insert(0, type(script)(f"{page}{TABLES}", priority=0))


def tables_of(page: Path) -> dict[str, Any]:
    """Return the states of a built page's widgets with their texts, empty if it has none."""
    file = page.with_suffix(TABLES)
    if not file.exists():
        return {"state": {}, "texts": []}
    text = file.read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix(BEFORE).removesuffix(AFTER))
    return found


def shared(stored: dict[str, Any], language: str = "en") -> dict[str, Any]:
    """Return the states of the figures with each text once, under ``texts``.

    What else is stored, such as a layout for each of them, is for Jupyter alone.

    >>> model = {"model_module": "anywidget", "state": {"_esm": "let a;", "_css": "p {}"}}
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
        if model["model_module"] == "anywidget"
    }
    return {"state": models, "texts": list(texts)}


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
