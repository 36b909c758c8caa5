"""Question banks from the backward drills: run.py bank.

For each stage of each level, Moodle gets ``count`` whole tasks and as many single numbers, Canvas
the single numbers; ``questions`` tells why. The same ``seed`` always makes the same bank.
"""

import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import moodle
import numpy as np
import qti
from problems import Problem, problems
from questions import Question
from stages import Stage, stages_of
from wording import in_language

from backprop.contracts import whole
from backprop.explorers.practice.levels import LEVELS

TITLE = "Backward drills"
WHOLE = "whole tasks"
SINGLE = "single numbers"
ABOUT = {
    WHOLE: "Each question is a task with all its numbers, one mark for each. "
    "A number that follows from a wrong one before it counts.",
    SINGLE: "Each question asks for one number and gives those before it. "
    "No question gives away the answer of another: draw as many as you like.",
}
MOST = 150  # the smallest stage has little more than twice as many different tasks
DAY = (1980, 1, 1, 0, 0, 0)  # the same bank is the same file on every day


@dataclass(frozen=True)
class Part:
    """The questions of a stage: whole tasks and single numbers, all of different tasks."""

    ident: str
    wholes: Sequence[Question]
    singles: Sequence[Question]


def drawn(count: int, seed: int, stages: Sequence[Stage], language: str) -> list[Part]:
    """Return ``count`` questions of each kind for each stage."""
    whole("count", count, most=MOST)
    whole("seed", seed)  # the pages of the book have the tasks of 0, and can show their answers
    return [part(stage, count, seed, language) for stage in stages]


def part(stage: Stage, count: int, seed: int, language: str) -> Part:
    """Return the questions of a stage."""
    level, k = stage
    tasks = problems(level, k, 2 * count, seed, language)
    ident = f"{level}-{k + 1}"
    idents = [f"{ident}-{seed}-{number}" for number in range(1, 2 * count + 1)]
    wholes = [Question(*pair) for pair in zip(idents[:count], tasks[:count], strict=True)]
    singles = zip(idents[count:], tasks[count:], places(tasks[count:], seed), strict=True)
    return Part(ident, wholes, [Question(*single) for single in singles])


def places(tasks: Sequence[Problem], seed: int) -> Iterator[int]:
    """Yield the place to ask for of each task: those of one kind take turns.

    The gradient of the result itself is left out, for it is 1 in every task.
    """
    rng = np.random.default_rng(seed)
    turns: dict[str, Iterator[int]] = {}
    for one in tasks:
        if one.kind not in turns:
            there = range(1 if one.formulas else 0, len(one.entries))
            turns[one.kind] = cycle(rng.permutation(there).tolist())
        yield next(turns[one.kind])


def write(out: Path, parts: Sequence[Part], seed: int, language: str) -> list[Path]:
    """Write a bank for each platform into a folder; return the files."""
    say = in_language(language)
    categories, banks = [], []
    for one in parts:
        problem = one.wholes[0].problem
        here = f"{problem.topic} {problem.stage + 1} · {problem.title}"
        for kind, found in ((WHOLE, one.wholes), (SINGLE, one.singles)):
            path = (say(TITLE), problem.topic, f"{here} · {say(kind)}")
            categories.append(moodle.Category(path, say(ABOUT[kind]), found))
        banks.append(qti.Bank(one.ident, f"{say(TITLE)} · {here}", one.singles))
    out.mkdir(parents=True, exist_ok=True)
    files = [out / "moodle.xml", out / "canvas.zip"]
    files[0].write_bytes(moodle.quiz(categories))
    with zipfile.ZipFile(files[1], "w") as archive:
        for file, content in qti.package(banks, f"backward-drills-{seed}").items():
            archive.writestr(zipfile.ZipInfo(file, DAY), content, zipfile.ZIP_DEFLATED)
    return files


def main(count: str, seed: str, out: str, language: str, *levels: str) -> None:
    """Write the banks into a folder, and say what is there."""
    stages = stages_of(levels or tuple(LEVELS))
    parts = drawn(int(count), int(seed), stages, language)
    files = write(Path(out), parts, int(seed), language)
    print(f"For Moodle: {files[0]}\nFor Canvas: {files[1]}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (ValueError, OSError) as error:
        sys.exit(f"Nothing was written: {error}.")
