r"""Measure what the book costs: to build, to test, to send, to show and to answer a key.

    python run.py bench book                            measure all; takes up to ten minutes
    .venv/bin/python benchmarks/book.py --report        only write the tables anew, from book.json

On Windows the second one is ``.venv\Scripts\python benchmarks\book.py --report``. Either writes
``book.md`` beside this file, with the budgets of ``budgets.json``; the first writes the figures to
``book.json`` before. Sizes come from ``weights.py``, what the browser does from ``loading.py``.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from book_report import report
from machine import machine, versions
from weights import BUDGETS, LITE, ROOT, files_in, files_without_lite, page_names, sizes

from backprop.explorers.lab.runs import LRS, REGS, Task, run_grid

FIGURES = Path(__file__).with_suffix(".json")
TABLES = Path(__file__).with_suffix(".md")
HEADING = re.compile(r"=== ([a-z ]+) ===")  # that run.py prints for a stage, as for the summary
ROUNDS = 3
CHAPTER = ROOT / "chapters" / "4-parameter-updates.ipynb"  # the one with most to read


# --- the commands of run.py ---------------------------------------------------------------------


def run_py(*arguments: str) -> dict[str, float]:
    """Run ``run.py``; return the seconds of each of its stages, and those of all as ``total``.

    A stage ends where the next one begins, and the last one where the summary does. ``run.py book``
    names no stages.
    """
    start = now = time.perf_counter()
    seconds: dict[str, float] = {}
    stage, lines = "", []
    command = [sys.executable, "run.py", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(
        command, cwd=ROOT, encoding="utf-8", errors="replace", **pipes
    ) as process:
        for line in process.stdout:
            lines.append(line)
            if heading := HEADING.fullmatch(line.rstrip()):
                if stage:
                    seconds[stage] = time.perf_counter() - now
                stage, now = heading[1], time.perf_counter()
    if process.returncode:
        sys.exit(f"run.py {' '.join(arguments)} failed:\n{''.join(lines[-60:])}")
    seconds["total"] = time.perf_counter() - start
    return {stage: round(value, 2) for stage, value in seconds.items()}


def build_seconds() -> float:
    """Return the seconds of one build."""
    return run_py("book", "--no-serve")["total"]


def cold_build() -> float:
    """Return the seconds of a build that remembers nothing of an earlier one.

    Pages, what Sphinx has read and JupyterLite are all in ``_build``. The packages are installed.
    """
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    return build_seconds()


def touched_build() -> float:
    """Return the seconds of a build after one chapter has got a new date."""
    before = CHAPTER.stat()
    CHAPTER.touch()
    try:
        return build_seconds()
    finally:
        os.utime(CHAPTER, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_times() -> dict:
    """Run all tests; return the seconds: of all, of each stage, of the cells of each notebook."""
    with TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        stages = run_py("test", f"--junitxml={results}")
        total = stages.pop("total")
        notebooks: dict[str, float] = defaultdict(float)
        for case in ElementTree.parse(results).iter("testcase"):
            file = case.get("classname")  # of a cell: chapters.1-chain-rule.ipynb
            if file.endswith(".ipynb"):
                notebooks[file.removeprefix("chapters.")] += float(case.get("time"))
    names = [f"{Path(page).name}.ipynb" for page in page_names()]  # in the book's order
    notebooks = {name: round(notebooks[name], 1) for name in names if name in notebooks}
    return {"test_s": [total], "stages": stages, "notebooks": notebooks}


# --- one lab ------------------------------------------------------------------------------------


def grid_seconds() -> float:
    """Return the seconds for the table of a lab: to train all settings and find their regions."""
    task = Task("quadrants", hidden=True, seed=0)
    start = time.perf_counter()
    run_grid(task, LRS, REGS)
    return round(time.perf_counter() - start, 2)


# --- all of it ----------------------------------------------------------------------------------


def weigh() -> dict:
    """Return what ``weights.py`` weighs, by page and budget, and how many files there are."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for size in sizes():
        found[size.what][size.budget] = round(size.value, 2)
    counts = {"the site without lite/": len(files_without_lite()), "lite/": len(files_in(LITE))}
    return {"files": counts, "sizes": dict(found)}


def measure() -> dict:
    """Measure everything; return the figures."""
    import loading  # here, because --report needs no browser

    print("building", flush=True)
    figures = {
        "machine": machine(),
        "versions": versions("jupyter-book", "jupyterlite-core", "numpy", "playwright"),
        "cold_build_s": [cold_build() for _ in range(ROUNDS)],
        "touched_build_s": [touched_build() for _ in range(ROUNDS)],
        "warm_build_s": [build_seconds() for _ in range(ROUNDS)],
        "lab_grid_s": [grid_seconds() for _ in range(ROUNDS)],
    }
    print("testing", flush=True)
    figures |= test_times()
    print("weighing and opening the pages", flush=True)
    return {**figures, **weigh(), **loading.measure()}


def main() -> None:
    """Measure, unless only the tables are asked for, and write the tables."""
    parser = argparse.ArgumentParser(description="Measure what the book costs.")
    parser.add_argument("--report", action="store_true", help="only write the tables anew")
    if not parser.parse_args().report:
        FIGURES.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    text = report(json.loads(FIGURES.read_text(encoding="utf-8")), BUDGETS)
    TABLES.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
