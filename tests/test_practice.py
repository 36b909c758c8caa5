"""The drills: their numbers against an independent solver, and what a reader does on the page."""

import json
import random
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest
from drills import Solver, solved, typed
from playwright.sync_api import Browser

from backprop.explorers import BackwardDrill
from backprop.explorers.kit.base import bundle
from backprop.explorers.practice import figure
from backprop.explorers.practice.levels import LEVELS, task
from backprop.explorers.practice.mistakes import SAYS
from backprop.explorers.practice.table import table
from backprop.explorers.practice.task import factors

FOLDER = figure.__file__.removesuffix("figure.py")
STAGES = [(level, k) for level, stages in LEVELS.items() for k in range(len(stages))]
every_stage = pytest.mark.parametrize(("level", "stage"), STAGES)
MANY = 200  # tasks of each level


def solvers(tasks: dict) -> list[tuple[list[str], Solver]]:
    """Return for each task of a table the names of its entries and a solver that reads it."""
    found = []
    for text in tasks["tasks"]:
        kind = tasks["kinds"][int(text.split(";")[0])]
        texts = iter(text.split(";")[1].split(","))
        given = {
            name: [list(islice(texts, columns)) for _ in range(rows)]
            for name, rows, columns in kind["given"]
        }
        names = [json.loads(entry)["name"] for entry in kind["entries"]]
        found.append((names, Solver(kind["formulas"], given)))
    return found


# --- the judge of the page, for 200 tasks of each stage -------------------------------------------

JUDGE = """
async ([text, stage, cases]) => {
    const url = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
    const { taskOf, grade, read } = await import(url);
    return cases.map(({ n, sheets }) => {
        const task = taskOf(stage, n);
        return sheets.map(({ texts, asked }) => {
            const typed = texts.map(read);
            return asked.map((k) => grade(task, typed, k));
        });
    });
}
"""


@pytest.fixture(scope="module")
def judge(browser: Browser):
    """Return a function that lets the page's own code judge sheets of typed texts."""
    text = bundle_with_exports()
    page = browser.new_page()
    yield lambda stage, cases: page.evaluate(JUDGE, [text, stage, cases])
    page.close()


def bundle_with_exports() -> str:
    from pathlib import Path

    return bundle(Path(FOLDER, "grade.js")) + "export { taskOf, grade, read };"


@every_stage
def test_every_number_is_judged_as_it_deserves(judge, level: str, stage: int) -> None:
    count = -(-MANY // len(LEVELS[level]))
    tasks = table([task(level, stage, number, seed=1) for number in range(1, count + 1)])
    rng = random.Random(stage)
    cases, expected = [], []
    for n, (names, solver) in enumerate(solvers(tasks)):
        solutions = solved(names, solver)
        right = [typed(answer) for answer, _ in solutions]
        sheets = [{"texts": right, "asked": list(range(len(names)))}]
        told = [[{"verdict": "right"}] * len(names)]
        for k, (answer, wrong) in enumerate(solutions):
            for number in {x for x in wrong.values() if x is not None}:
                sheets.append({"texts": [*right[:k], typed(number), *right[k + 1 :]], "asked": [k]})
                told.append([deserved(number, answer, wrong)])
        off = rng.randrange(len(names))  # the reader is wrong here, and goes on from there
        change = Fraction(rng.choice([7, -11, 13]), 8)
        others = solved(names, solver, lambda name, x, at=names[off]: x + change * (name == at))
        texts = [typed(solver.found[name]) for name in names]
        later = [k for k in range(off + 1, len(names))]
        sheets.append({"texts": texts, "asked": later})
        told.append(
            [
                {"verdict": "right"}
                if others[k][0] == solutions[k][0]
                else {"verdict": "follows", "from": [off]}
                for k in later
            ]
        )
        for k in later:
            answer, wrong = others[k]
            if answer != solutions[k][0]:
                for number in {x for x in wrong.values() if x is not None}:
                    if number != solutions[k][0]:
                        mine = [*texts[:k], typed(number), *texts[k + 1 :]]
                        sheets.append({"texts": mine, "asked": [k]})
                        told.append([deserved(number, answer, wrong, "follows")])
        cases.append({"n": n, "sheets": sheets})
        expected.append(told)
    judged = judge(tasks, cases)
    for n, (found, wanted) in enumerate(zip(judged, expected, strict=True)):
        for sheet, (one, other) in enumerate(zip(found, wanted, strict=True)):
            for given, due in zip(one, other, strict=True):
                told = {key: given.get(key) for key in due}
                if told.get("names"):
                    told["names"] = sorted(told["names"])
                assert told == due, (tasks["tasks"][n], cases[n]["sheets"][sheet], given)


def deserved(number, answer, wrong, else_right: str = "right") -> dict:
    """Return the verdict on a mistake's number: all mistakes that lead to it, or right after all."""
    if number == answer:
        return {"verdict": else_right}
    return {"verdict": "mistake", "names": sorted(key for key, x in wrong.items() if x == number)}
