"""The tasks as a page needs them: for each kind what is asked, for each task its numbers."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from ...contracts import Array, Value
from ...graph import Graph
from ...show.drawing import describe, draw_graph, draw_texts, short
from ...show.picture import Picture
from .task import Factors, Task, alike, factors

REFERENCE = re.compile(r"\{([^{}:]+):(\d+)\}")
RIGHT = ""  # the name of the right way, beside those of the mistakes
Places = tuple[int, ...]


def table(tasks: Sequence[Task]) -> dict[str, Any]:
    """Return the kinds of the tasks, and each task as one text.

    The text has three parts: the number of the task's kind, the given numbers as they are shown,
    and the factors of all ways, in the order in which ``entries`` of its kind lists their places.
    """
    members: dict[str, list[Task]] = {}
    for task in tasks:
        members.setdefault(task.kind, []).append(task)
    order, kinds = list(members), {name: Kind(found) for name, found in members.items()}
    seen = dict.fromkeys(order, 0)
    texts = []
    for task in tasks:
        n, seen[task.kind] = seen[task.kind], seen[task.kind] + 1
        numbers = " ".join(kinds[task.kind].numbers(n))
        texts.append(f"{order.index(task.kind)};{','.join(given_texts(task))};{numbers}")
    return {"kinds": [kind.data() for kind in kinds.values()], "tasks": texts}


def given_texts(task: Task) -> Iterator[str]:
    """Yield the given numbers as they are shown."""
    for name, array in task.given.items():
        yield from task.texts.get(name, map(short, np.ravel(array)))


class Kind:
    """The tasks of one kind, and how each entry of what they ask for is made of earlier ones."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = tasks
        first = tasks[0]
        hints = [[ask.hints for ask in task.asks] for task in tasks]
        if any(other != hints[0] for other in hints):
            raise ValueError("hints must be the same in all tasks of a kind: write {name:i}")
        self.sizes = {name: found.size for name, found in first.answers.items()}
        starts = accumulate(self.sizes.values(), initial=0)
        self.start = dict(zip(self.sizes, starts, strict=False))
        self.ways = [ways(task) for task in tasks]
        entries = [(k, i) for k, ask in enumerate(first.asks) for i in range(self.size(k))]
        self.entries = {
            (k, i): {way: self.places(k, i, way) for way in (RIGHT, *self.wrong(k, i))}
            for k, i in entries
        }

    def size(self, k: int) -> int:
        """Return how many entries ask k has."""
        return self.sizes[self.tasks[0].asks[k].name]

    def places(self, k: int, i: int, way: str) -> list[Places]:
        """Return on what entry i of ask k depends in any task: places among the earlier ones."""
        used = {
            places
            for task in self.ways
            for places, factor in task[k][way].items()
            if np.ravel(factor)[i] != 0
        }
        return sorted(used, key=lambda places: (len(places), places))

    def wrong(self, k: int, i: int) -> list[str]:
        """Return the mistakes that lead to another number than the right way, at least once."""
        return [
            way
            for way in self.ways[0][k]
            if way != RIGHT and not all(same(task[k][RIGHT], task[k][way], i) for task in self.ways)
        ]

    def numbers(self, n: int) -> Iterator[str]:
        """Yield the factors of task n."""
        for (k, i), found in self.entries.items():
            for way, listed in found.items():
                for places in listed:
                    yield f"{np.ravel(self.ways[n][k][way].get(places, 0.0))[i] + 0.0:.10g}"

    def data(self) -> dict[str, Any]:
        """Return what all tasks of the kind share."""
        task = self.tasks[0]
        answers = task.answers
        numbers = all(array.ndim == 0 for array in task.given.values())
        picture = task.graph and (asking if numbers else shapes_of)(task.graph)
        return {
            "formulas": task.kind if numbers else "",
            "svg": picture.svg if picture else "",
            "given": [(name, *shape(array)) for name, array in task.given.items()],
            "asks": [
                {"label": ask.label, "shape": shape(answers[ask.name]), "rule": ask.rule}
                for ask in task.asks
            ],
            "entries": [written(self.entry(k, i)) for k, i in self.entries],
        }

    def entry(self, k: int, i: int) -> dict[str, Any]:
        """Return what is said of one entry, and on what it depends."""
        ask = self.tasks[0].asks[k]
        columns = shape(self.tasks[0].answers[ask.name])[1]
        row, column = divmod(i, columns)
        matrix, spaced = self.size(k) > 1, " " in ask.label
        flat = self.tasks[0].answers[ask.name].ndim == 1
        place = f"[{column}]" if flat else f"[{row}, {column}]"
        words = f"column {column}" if flat else f"row {row}, column {column}"
        earlier = [self.start[name] + j for name in ask.after for j in range(self.sizes[name])]

        made = {
            way: [[earlier[p] for p in places] for places in listed]
            for way, listed in self.entries[k, i].items()
        }

        return {
            "ask": k,
            "name": f"{ask.label}{', entry ' * spaced}{place}" if matrix else ask.said,
            "said": f"{ask.label}, {words}" if matrix else ask.said,
            "edge": ask.edge,
            "hint": REFERENCE.sub(self.refer, ask.hints[i]),
            "right": made.pop(RIGHT),
            "wrong": made,
        }

    def refer(self, reference: re.Match[str]) -> str:
        """Return a reference of a hint with the place of its number: given, or found before."""
        name, i = reference[1], int(reference[2])
        if name in self.start:
            return f"{{found {self.start[name] + i}}}"
        given = self.tasks[0].given
        before = list(given)[: list(given).index(name)]
        return f"{{given {sum(given[one].size for one in before) + i}}}"


def written(entry: dict[str, Any]) -> str:
    """Return an entry as one text: as lists, each place would be a line of a notebook."""
    return json.dumps(entry, ensure_ascii=False)


def ways(task: Task) -> list[dict[str, Factors]]:
    """Return for each ask the factors of its right way and of its mistakes."""
    answers = task.answers
    return [
        {
            way: factors(run, [answers[name] for name in ask.after])
            for way, run in {RIGHT: ask.right, **ask.wrong}.items()
        }
        for ask in task.asks
    ]


def same(a: Factors, b: Factors, i: int) -> bool:
    """Tell whether two ways make entry i in the same way."""
    none = np.zeros(i + 1)
    pairs = [(a.get(places, none), b.get(places, none)) for places in a | b]
    return all(alike(np.ravel(one)[i], np.ravel(other)[i]) for one, other in pairs)


def asking(graph: Graph) -> Picture:
    """Return the picture of a graph of numbers with a question mark for each gradient."""
    above = {name: short(value) for name, value in graph.values.items()}
    edges = [(wire.name, i) for wire in graph.wires for i in range(len(wire.inputs))]
    alt = describe(graph, gradients=False, label=short)
    return draw_texts(graph, above, dict.fromkeys(edges, "?"), "?", alt)


def shapes_of(graph: Graph) -> Picture:
    """Return the picture of a graph of arrays with their shapes; numbers differ between tasks."""

    def label(value: Value) -> str:
        return short(value) if np.ndim(value) else ""

    return draw_graph(graph, gradients=False, label=label)


def shape(array: Array) -> tuple[int, int]:
    """Return rows and columns; a number and a list stand in one row."""
    rows, columns = (1, 1, *array.shape)[-2:] if array.ndim != 1 else (1, array.size)
    return rows, columns
