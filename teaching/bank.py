"""Question banks from the backward drills: run.py bank.

For each stage of each level, Moodle gets ``count`` whole tasks and as many single numbers, Canvas
the single numbers; ``questions`` tells why. The same ``seed`` always makes the same bank.
"""

import argparse
import sys
import zipfile
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path

import moodle
import numpy as np
import qti
from problems import Problem, problems
from questions import Question
from wording import LANGUAGES, sayings

from backprop.contracts import one_of, whole
from backprop.explorers.practice.levels import LEVELS
from backprop.show.language import say

TITLE = "Backward drills"
WHOLE = "whole tasks"
SINGLE = "single numbers"
ABOUT = {
    WHOLE: "Each question is a task with all its numbers, one mark for each. "
    "A number that follows from a wrong one before it counts.",
    SINGLE: "Each question asks for one number and gives those before it. "
    "No question gives away the answer of another: draw as many as you like.",
}
DAY = (1980, 1, 1, 0, 0, 0)  # the same bank is the same file on every day


def questions(
    level: str, stage: int, count: int, seed: int, language: str
) -> tuple[list[Question], list[Question]]:
    """Return the whole tasks and the single numbers of a stage, all of different tasks."""
    drawn = problems(level, stage, 2 * count, seed, language)
    idents = [f"{level}-{stage + 1}-{seed}-{number + 1}" for number in range(2 * count)]
    wholes = [Question(*pair) for pair in zip(idents[:count], drawn[:count], strict=True)]
    singles = zip(idents[count:], drawn[count:], places(drawn[count:], seed), strict=True)
    return wholes, [Question(*single) for single in singles]


def places(drawn: Sequence[Problem], seed: int) -> Iterator[int]:
    """Yield the place to ask for of each task: those of one kind take turns.

    The gradient of the result itself is left out, for it is 1 in every task.
    """
    rng = np.random.default_rng(seed)
    turns = {}
    for one in drawn:
        if one.kind not in turns:
            there = range(1 if one.formulas else 0, len(one.entries))
            turns[one.kind] = cycle(rng.permutation(there).tolist())
        yield next(turns[one.kind])


def make(out: Path, count: int, seed: int, levels: Sequence[str], language: str) -> list[Path]:
    """Write a bank for each platform into a folder; return the files."""
    whole("count", count, least=1)
    whole("seed", seed, least=0)
    one_of("language", language, LANGUAGES)
    known = sayings(language)
    categories, banks = [], []
    for level in levels:
        for k, stage in enumerate(LEVELS[one_of("level", level, tuple(LEVELS))]):
            wholes, singles = questions(level, k, count, seed, language)
            title, topic, name = (say(words, known) for words in (TITLE, level, stage.name))
            here = f"{topic} {k + 1} · {name}"
            for kind, found in ((WHOLE, wholes), (SINGLE, singles)):
                path = (title, topic, f"{here} · {say(kind, known)}")
                categories.append(moodle.Category(path, say(ABOUT[kind], known), found))
            banks.append(qti.Bank(f"{level}-{k + 1}", f"{title} · {here}", singles))
    out.mkdir(parents=True, exist_ok=True)
    files = [out / "moodle.xml", out / "canvas.zip"]
    files[0].write_bytes(moodle.quiz(categories))
    with zipfile.ZipFile(files[1], "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in qti.package(banks, f"backward-drills-{seed}").items():
            archive.writestr(zipfile.ZipInfo(name, DAY), content, zipfile.ZIP_DEFLATED)
    return files


def main() -> None:
    """Make what the command line asks for."""
    parser = argparse.ArgumentParser(description="Make question banks for Moodle and Canvas.")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--levels", nargs="+", default=list(LEVELS))
    parser.add_argument("--language", default="en")
    options = parser.parse_args()
    try:
        files = make(options.out, options.count, options.seed, options.levels, options.language)
    except ValueError as error:
        sys.exit(f"Cannot make the bank: {error}")
    print(f"For Moodle: {files[0]}\nFor Canvas: {files[1]}")


if __name__ == "__main__":
    main()
