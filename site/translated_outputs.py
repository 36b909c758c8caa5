"""Put other words into what a notebook has stored: its pictures and its interactive figures."""

from importlib import import_module
from pathlib import Path
from typing import Any

import asking
import nbformat
from nbformat import NotebookNode

from backprop.explorers.kit.base import Explorer, bundle
from backprop.explorers.questions import Question
from backprop.show.language import HERE, Words, say, say_in, words

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"


class Widgets:
    """The interactive figures of a notebook, which speak another language from here on."""

    def __init__(self, notebook: NotebookNode, language: str) -> None:
        stored = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
        self.language = language
        self.states: dict[str, Any] = {name: model["state"] for name, model in stored.items()}
        for state in self.states.values():
            if kind := kind_of(state):
                state["_esm"] = bundle(script(kind), language)

    def words(self, cell: NotebookNode) -> Words:
        """Return the table of the figure that a cell shows."""
        for name in shown(cell):
            if kind := kind_of(self.states[name]):
                return kind.words(self.language)
        return words(HERE, language=self.language)


def shown(cell: NotebookNode) -> list[str]:
    """Return the names of the widgets that a cell shows."""
    data = [output.get("data", {}) for output in cell.get("outputs", [])]
    return [output[VIEW]["model_id"] for output in data if VIEW in output]


def kind_of(state: dict[str, Any]) -> type[Explorer] | None:
    """Return the class of a widget if it is a figure of the book."""
    module, _, name = state.get("_anywidget_id", "").rpartition(".")
    if not module.startswith("backprop."):
        return None
    found: type[Explorer] = getattr(import_module(module), name)
    return found


def script(kind: type[Explorer]) -> Path:
    """Return the JavaScript of a figure."""
    return Path(str(import_module(kind.__module__).__file__)).parent / "figure.js"


def translate_outputs(
    cell: NotebookNode, widgets: Widgets, question: tuple[str, str] | None = None
) -> None:
    """Put other words into the outputs of a cell, in place, and into the question that it asks."""
    known = widgets.words(cell)
    still = None
    if question and asking.lines(*question):
        (name,) = shown(cell)
        asked = asking.translated(widgets.states[name]["data"], *question)
        widgets.states[name]["data"] = asked.data
        still = asked
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if not {"text/html", VIEW} & set(data):
            continue
        if still and "text/html" in data:
            data["text/html"] = f'<div class="{still.kind}-still">{still.picture.svg}</div>'
            data["text/plain"] = still.picture.alt
        elif still:
            data["text/plain"] = plainly(still)
        data["text/plain"] = say(data["text/plain"], known)
        if "text/html" in data:
            data["text/html"] = say_in(data["text/html"], known)


def plainly(question: Question) -> str:
    """Return a question in a line, as it shows itself in a notebook without widgets."""
    return repr(question)


def first_cell(language: str) -> NotebookNode:
    """Return the cell by which the figures of a running notebook speak a language."""
    source = f'from backprop.show.language import speak\n\nspeak("{language}")'
    cell = nbformat.v4.new_code_cell(source)
    cell.id, cell.metadata = "language", NotebookNode(tags=["remove-cell"])
    return cell
