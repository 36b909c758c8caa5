"""Put other words into what a notebook has stored: its pictures and its interactive figures."""

from importlib import import_module
from pathlib import Path
from typing import Any

import asking

from backprop.explorers.kit.base import Explorer, bundle
from backprop.show.language import HERE, Words, say, say_in, words

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
Cell = dict[str, Any]


class Widgets:
    """The interactive figures of a notebook, which speak another language from here on."""

    def __init__(self, notebook: dict[str, Any], language: str) -> None:
        stored = notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})
        self.language = language
        self.states: dict[str, Any] = {name: model["state"] for name, model in stored.items()}
        for state in self.states.values():
            if kind := kind_of(state):
                state["_esm"] = bundle(script(kind), language)

    def words(self, cell: Cell) -> Words:
        """Return the table of the figure that a cell shows."""
        for name in shown(cell):
            if kind := kind_of(self.states[name]):
                return kind.sayings(self.language)
        return words(HERE, language=self.language)


def shown_in(cell: Cell) -> list[dict[str, Any]]:
    """Return the outputs of a cell that show something."""
    return [output for output in cell.get("outputs", []) if "data" in output]


def shown(cell: Cell) -> list[str]:
    """Return the names of the widgets that a cell shows."""
    data = [output["data"] for output in shown_in(cell)]
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
    cell: Cell, widgets: Widgets, question: tuple[str, str] | None = None
) -> None:
    """Put other words into the outputs of a cell, in place, and into the question that it asks."""
    known, asked = widgets.words(cell), None
    if question and question[0] != question[1]:
        (name,) = shown(cell)
        asked = asking.translated(widgets.states[name]["data"], *question)
        widgets.states[name]["data"] = asked.data
    for output in shown_in(cell):
        data = output["data"]
        if asked and "text/html" in data:
            data["text/html"] = f'<div class="{asked.kind}-still">{asked.picture.svg}</div>'
            data["text/plain"] = asked.picture.alt
        elif asked:
            data["text/plain"] = repr(asked)
        if {"text/html", VIEW} & set(data):
            data["text/plain"] = say(data["text/plain"], known)
        if "text/html" in data:
            data["text/html"] = say_in(data["text/html"], known)


def first_cell(language: str) -> Cell:
    """Return the cell by which the figures of a running notebook speak a language."""
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "language",
        "metadata": {"tags": ["remove-cell"]},
        "outputs": [],
        "source": f'from backprop.show.language import speak\n\nspeak("{language}")',
    }
