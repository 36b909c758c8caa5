"""Backward drill: graphs with their values; the reader types the gradients and is told of each."""

import json
from html import escape
from itertools import islice
from typing import Any

from ...contracts import one_of, whole
from ...show.picture import Picture
from ..kit.base import Explorer
from .levels import LEVELS, task
from .mistakes import SAYS
from .table import given_texts, table
from .task import Task

PATIENCE = 1000  # draws without a new task: then a stage has no more


class BackwardDrill(Explorer):
    """Tasks of a level, in stages from easy to hard: type each gradient, from the right end.

    ``level`` is one of "chain", "nodes", "affine", "scores", "update" and "network"; ``count`` is
    how many tasks of each stage the page holds, drawn from ``seed``. With a live kernel they do not
    end. Raises ``ValueError`` for another level, a bad seed, or a count that is bad or more than a
    stage has different tasks.
    """

    def __init__(self, level: str, *, count: int = 60, seed: int = 0) -> None:
        self.level = one_of("level", level, tuple(LEVELS))
        self.seed = whole("seed", seed, least=0)
        whole("count", count, least=1)
        stages = []
        for k, stage in enumerate(LEVELS[level]):
            tasks, tried = self.different(k, count)
            stages.append({"name": stage.name, "next": tried - count, **table(tasks)})
            if k == 0:
                first = tasks[0]
        entries = [text for stage in stages for kind in stage["kinds"] for text in kind["entries"]]
        known = {name for text in entries for name in json.loads(text)["wrong"]}
        data = {
            "label": f"backward drill: {level}",
            "level": level,
            "stages": stages,
            "says": {name: words for name, words in SAYS.items() if name in known},
        }
        super().__init__(data, paper(first, stages[0]["kinds"][0]))

    def different(self, stage: int, count: int) -> tuple[list[Task], int]:
        """Return the first ``count`` tasks that differ, and how many had to be drawn."""
        found: dict[str, Task] = {}
        number = last = 0
        while len(found) < count:
            number += 1
            if number - last > PATIENCE:
                name = LEVELS[self.level][stage].name
                raise ValueError(f"count must be at most {len(found)} for {name}, got {count}")
            drawn = task(self.level, stage, number, self.seed)
            if (text := f"{drawn.kind}: {' '.join(given_texts(drawn))}") not in found:
                found[text], last = drawn, number
        return list(found.values()), number

    def exact(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Return one more task of a stage, by its number."""
        asked: dict[str, Any] = {"stage": None, "number": None, **settings}
        stage = whole("stage", asked["stage"], least=0, most=len(LEVELS[self.level]) - 1)
        number = whole("number", asked["number"], least=1)
        return {"stage": stage, **table([task(self.level, stage, number, self.seed)])}


def paper(task: Task, kind: dict[str, Any]) -> Picture:
    """Return a task for paper and pages without JavaScript: what is given, and room to write."""
    given, texts = [], given_texts(task)
    for name, rows, columns in kind["given"]:
        lines = (" ".join(islice(texts, columns)) for _ in range(rows))
        numbers = "; ".join(lines)
        given.append(f"{name} = [{numbers}]" if rows * columns > 1 else f"{name} = {numbers}")
    of = "gradient of " if kind["formulas"] else ""
    labels = [f"{of}{ask['label']}" for ask in kind["asks"]]
    words = f"Given: {', '.join(given)}. Find, from right to left:"
    room = "".join(f"<li>{escape(label)}: {'_' * 20}</li>" for label in labels)
    alt = f"A task. {words} {', '.join(labels)}."
    return Picture(f"{kind['svg']}<p>{escape(words)}</p><ul>{room}</ul>", alt)
