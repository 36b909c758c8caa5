"""A Sphinx extension: give a page the tables of its figures as files, with each text once.

A browser shows a page when it has its HTML, and the tables are most of that. So they come in files
beside the page: scripts, because a page that is opened as a file may load nothing else. The first
has what is needed at once, the questions and what figures share. What one kind of figure alone
needs is in a file of its own, which comes when the reader comes near such a figure.

A widget's state has the whole text of its module and of its stylesheet, as Jupyter wants it. But
figures share most of both. So the states of a page get a list of texts, one for each file, and in
place of a module or stylesheet stand the numbers of its files in this list. JavaScript is without
the comments that may stand in it, as is the script that puts the texts together again,
``static_widgets.js``.
"""

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zlib import crc32

from sphinx.application import Sphinx

from backprop.explorers.kit.base import scripts, sheets, without_comments

Context = dict[str, Any]  # what a template of a page is given
Tables = dict[str, Any]  # ``state``, the models of a page by their keys, and ``texts``
DATA = "application/vnd.jupyter.widget-state+json"
HOST = "static_widgets.js"
TABLES = ".figures.js"  # ends the name of the file with the tables of a page
BEFORE, AFTER = "figures = ", ";\n"  # what makes a script of them
ADDED = "figures.add("  # begins the script of those that come later, which ends with a bracket


def share(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Write the states of a page into files; one of them is the first script of the page."""
    language = app.config.language.partition("_")[0]
    built = Path(app.outdir) / f"{page}.html"
    for old in files_of(built):
        old.unlink()
    for script in [s for s in context["script_files"] if s.attributes.get("type") == DATA]:
        built.parent.mkdir(exist_ok=True)  # no page is written yet
        tables = shared(json.loads(script.attributes["body"]), language)
        for name, text in parted(tables, built.stem + TABLES).items():
            built.with_name(name).write_text(text, encoding="utf-8")
        context["script_files"].remove(script)
        context["script_files"].insert(0, type(script)(f"{page}{TABLES}", priority=0))


def files_of(page: Path) -> list[Path]:
    """Return the files with the tables of a built page: first the one that comes with the page."""
    later = page.parent.glob(f"{page.stem}{TABLES.replace('.js', '-*.js')}")
    return [file for file in (page.with_suffix(TABLES), *sorted(later)) if file.exists()]


def tables_of(page: Path) -> Tables:
    """Return the states of a built page's widgets with their texts, empty if it has none."""
    states: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for file in files_of(page):
        found = tables_in(file)
        states |= found["state"]
        texts |= found["texts"]
    in_order = {model: states[model] for model in sorted(states)}
    return {"state": in_order, "texts": [texts[i] for i in sorted(texts, key=int)]}


def tables_in(file: Path) -> Tables:
    """Return what one of the files holds; its ``texts`` have their numbers as keys."""
    script = file.read_text(encoding="utf-8").removesuffix(AFTER)
    found: Tables = json.loads(script.removeprefix(BEFORE).removeprefix(ADDED).removesuffix(")"))
    return found


def parted(tables: Tables, first: str) -> dict[str, str]:
    """Return the scripts that hold the tables of a page, by the names of their files.

    A figure has a name, ``data["name"]``, and with it comes what only figures of its name need. A
    question has none. The ``first`` file, whose name ends in ``TABLES``, says what comes ``later``.

    >>> lab = {"state": {"data": {"name": "lab"}, "_esm": [0, 1]}}
    >>> tables = {"state": {"b": lab}, "texts": ["let x;", "x = 1;"]}
    >>> list(parted(tables, "page.figures.js"))
    ['page.figures.js', 'page.figures-lab.js']
    """
    states, texts = tables["state"], tables["texts"]
    names = {model: own["state"].get("data", {}).get("name") for model, own in states.items()}
    owners: dict[int, str | None] = {}  # of each text: the figures that alone need it, if any do
    for model, own in states.items():
        for i in (*own["state"].get("_esm", []), *own["state"].get("_css", [])):
            alone = owners.setdefault(i, names[model]) == names[model]
            owners[i] = names[model] if alone else None

    def part(name: str | None) -> Tables:
        return {
            "state": {model: own for model, own in states.items() if names[model] == name},
            "texts": {i: text for i, text in enumerate(texts) if owners[i] == name},
        }

    added = {name: f"{ADDED}{compact(part(name))}){AFTER}" for name in names.values() if name}
    file = {name: first.replace(".js", f"-{name}.js") for name in added}
    # with this, a browser that has kept the file of an older page asks for it anew
    address = {name: f"{file[name]}?v={crc32(text.encode()):08x}" for name, text in added.items()}
    later = {model: [name, address[name]] for model, name in names.items() if name}
    scripts = {first: f"{BEFORE}{compact({**part(None), 'later': later})}{AFTER}"}
    return scripts | {file[name]: text for name, text in added.items()}


def compact(value: object) -> str:
    """Return a value as JSON, as short as it can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shared(stored: Tables, language: str = "en") -> Tables:
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
        for name, model in sorted(stored["state"].items())
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
