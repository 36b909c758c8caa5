"""Measure how time and memory of a training step grow with the work, until the computer ends.

    python run.py bench growth
    .venv/bin/python benchmarks/growth.py --report      (only words or plot have changed)

Four sizes grow, each alone: the number of points, the width, the depth, the settings of a grid.
Each size is measured in a process of its own (``growth_child.py``), until one of them meets a
ceiling: of memory, half of what the computer has; of time, SECONDS; or a loss that is no longer
finite. Writes ``growth.json``, ``growth.md`` (``growth_report.py``) and ``growth.svg``
(``growth_plot.py``) beside this file and takes some minutes. Times depend on the computer, and on
what else it does.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from growth_child import OUT_OF_MEMORY
from growth_laws import Record, still
from growth_plot import draw
from growth_report import markdown
from machine import machine, memory, versions

FIGURES, REPORT, PLOT = (Path(__file__).with_suffix(end) for end in (".json", ".md", ".svg"))
CHILD = Path(__file__).with_name("growth_child.py")
SECONDS = 45  # for one size, with all its steps and the start of Python
SHARE = 0.5  # of the computer's memory, so that it need never swap
ASSUMED = 8 * 2**30  # bytes of memory, where the system does not tell
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "VECLIB_MAXIMUM_THREADS": "1"}


def decades(first: int) -> Iterator[int]:
    """Yield first, 3 * first, 10 * first, 30 * first and so on."""
    return (factor * first * 10**k for k in count() for factor in (1, 3))


def powers(first: int, factor: int) -> Iterator[int]:
    """Yield first, factor * first, factor**2 * first and so on."""
    return (first * factor**k for k in count())


SIZES: dict[str, Callable[[], Iterator[int]]] = {
    "points": partial(decades, 100),
    "width": partial(powers, 16, 2),
    "depth": partial(decades, 1),
    "grid": partial(powers, 1, 4),  # squares: as many learning rates as regs
}


def in_child(name: str, size: int, *, seconds: float, ceiling: int) -> Record:
    """Return the record of one size; ``ended`` says which ceiling it met, None if it met none.

    ``seconds`` is the ceiling of time, ``ceiling`` that of its arrays in bytes.
    """
    command = [sys.executable, str(CHILD), name, str(size), str(ceiling)]
    environment = {**os.environ, **ONE_THREAD}
    try:
        result = subprocess.run(
            command, env=environment, timeout=seconds, capture_output=True, text=True
        )
    except subprocess.TimeoutExpired:
        return {"size": size, "ended": "time"}
    if result.returncode == OUT_OF_MEMORY:
        return {"size": size, "ended": "memory"}
    if "Traceback" in result.stderr:  # a mistake in the code, and no ceiling
        raise RuntimeError(f"{name} {size} failed:\n{result.stderr}")
    if result.returncode:  # no word from Python: the system or OpenBLAS has stopped it
        return {"size": size, "ended": "killed"}
    return json.loads(result.stdout)


def grow(name: str, *, seconds: float, ceiling: int) -> list[Record]:
    """Return the records of growing sizes; the last one met a ceiling."""
    records = []
    for size in SIZES[name]():
        records.append(in_child(name, size, seconds=seconds, ceiling=ceiling))
        print(name, records[-1], flush=True)
        if records[-1]["ended"]:
            break
    return records


def remedies(axes: dict[str, list[Record]], **limits: float) -> dict[str, Record]:
    """Measure mini-batches where N ended, and residual blocks where the first layer stood still."""
    found = {"batches": in_child("batches", axes["points"][-1]["size"], **limits)}
    if still(axes["depth"]):
        found["residual"] = in_child("residual", still(axes["depth"]), **limits)
    return found


def measured() -> dict[str, Any]:
    """Return all figures, and where they were measured."""
    limits = {"seconds": SECONDS, "ceiling": int(SHARE * (memory() or ASSUMED))}
    axes = {name: grow(name, **limits) for name in SIZES}
    return {
        "machine": machine(),
        "versions": versions("numpy"),
        "limits": limits,
        "axes": axes,
        "remedies": remedies(axes, **limits),
    }


def main() -> None:
    """Measure, unless only the report is to be written anew, and write everything."""
    if sys.argv[1:] != ["--report"]:
        text = json.dumps(measured(), indent=1) + "\n"
        FIGURES.write_text(text, encoding="utf-8", newline="\n")
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    REPORT.write_text(markdown(figures), encoding="utf-8", newline="\n")
    draw(figures, PLOT)


if __name__ == "__main__":
    main()
