"""Train the same networks with the book and with its peers, and take the time.

    python run.py bench peers [--quick]

For each type of number and number of threads, one process runs everybody in turn, in a new random
order in each round, so that what else the machine does meets all alike. Shown are medians over the
rounds; a ratio is the median of the rounds' ratios. Before any time is taken, the final losses have
to agree. Writes ``results.json`` beside this file, of which ``results.py`` makes the tables.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np
from contenders import Contender, Result, contenders
from machine import machine, versions
from results import FIGURES, write
from tasks import TOLERANCE, GridTask, Task, tasks

DTYPES = ("float64", "float32")
THREADS = (1, 2)
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
ROUNDS = {"a": 15, "b": 15, "c": 9, "d": 7}
PACKAGES = ("numpy", "torch", "jax", "scikit-learn", "autograd", "micrograd")

# --- one process: a type of number and a number of threads --------------------------------------


def check(contender: Contender, task: Task, result: Result) -> None:
    """Stop if a result is not that of the book: final loss, and data losses where there are any."""
    parameters, losses = result
    expected, history = task.reference(contender.steps or task.steps)
    gap = np.abs(task.losses(parameters) - expected).max()
    name = f"{contender.name} on {task.title}"
    if losses is not None:
        if len(losses) != len(history):
            sys.exit(f"{name}: {len(losses)} steps instead of {len(history)}, so no times")
        gap = max(gap, np.abs(np.array(losses, dtype=np.float64) - history).max())
    if not gap <= TOLERANCE[task.X.dtype.name]:
        sys.exit(f"{name}: the loss is off by {gap:.1e}, so no times")


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every run in every round."""
    taken = {name: [] for name in runs}
    for _ in range(rounds):
        for name in random.sample(list(runs), len(runs)):
            taken[name].append(seconds(runs[name]))
    return taken


def measure(task: Task, rounds: int) -> list[dict]:
    """Return a record for each contender that takes part in a task, the book first."""
    taking_part, runs, first = {}, {}, {}
    for contender in contenders():
        if task.key not in contender.tasks:
            continue
        try:
            run, results = contender.prepare(task), []
            first[contender.name] = seconds(lambda run=run, to=results: to.append(run()))
        except Exception as error:
            if not contender.needs:
                raise
            print(f"{contender.name} is left out: {contender.needs} ({error})", file=sys.stderr)
            continue
        if not contender.part and comparable(task):
            check(contender, task, results[0])
        taking_part[contender.name], runs[contender.name] = contender, run
    taken = interleaved(runs, rounds)
    ours = next(iter(taken.values()))
    records = []
    for name, contender in taking_part.items():
        scale = task.steps / (contender.steps or task.steps)
        times = [scale * time for time in taken[name]]
        ratios = [time / our for time, our in zip(times, ours, strict=True)]
        records.append(
            {
                "task": task.key,
                "name": name,
                "part": contender.part,
                "seconds": statistics.median(times),
                "ratio": statistics.median(ratios),
                "first": scale * first[name],
            }
        )
    return records


def comparable(task: Task) -> bool:
    """Say whether results are compared: with 32 bits, rounding alone parts the runs of a grid."""
    return task.X.dtype == np.float64 or not isinstance(task, GridTask)


def child(dtype: str, threads: int, quick: bool) -> None:
    """Print the records of one process as JSON."""
    import jax

    jax.config.update("jax_enable_x64", dtype == "float64")
    records = []
    for task in tasks(np.dtype(dtype)):
        print(f"  {dtype}, {threads} threads, {task.title}", file=sys.stderr, flush=True)
        records += measure(task, 2 if quick else ROUNDS[task.key])
    print(json.dumps([{"dtype": dtype, "threads": threads, **record} for record in records]))


# --- all of them --------------------------------------------------------------------------------


def environment(threads: int, cache: str) -> dict[str, str]:
    """Return the variables under which all libraries use so many threads and compile afresh."""
    # Two that hold NumPy back to the instructions of an older processor, and a cache of JAX's.
    held = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "JAX_COMPILATION_CACHE_DIR")
    counts = [f"{library}_NUM_THREADS" for library in ("OPENBLAS", "OMP", "MKL")]
    counts += ["VECLIB_MAXIMUM_THREADS"]  # macOS
    return {
        **{name: value for name, value in os.environ.items() if name not in held},
        **dict.fromkeys(counts, str(threads)),
        "XLA_FLAGS": f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()}",
        "JAX_PLATFORMS": "cpu",
        "TORCHINDUCTOR_CACHE_DIR": cache,
    }


def process(dtype: str, threads: int, quick: bool) -> list[dict]:
    """Run one process, held to as many cores as it may use threads, and return its records."""
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [sys.executable, __file__, "--child", dtype, str(threads), *["--quick"] * quick],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(threads, cache),
        )
    if done.returncode:
        sys.exit(done.returncode)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure, print and write the tables; or be one of the processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two rounds, and nothing is written")
    parser.add_argument("--child", nargs=2, metavar=("DTYPE", "THREADS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        dtype, threads = options.child[0], int(options.child[1])
        if hasattr(os, "sched_setaffinity"):  # Linux
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
        child(dtype, threads, options.quick)
        return
    plan = [(dtype, threads) for threads in THREADS if threads <= CORES for dtype in DTYPES]
    records = []
    for dtype, threads in plan[:1] if options.quick else plan:
        records += process(dtype, threads, options.quick)
    if options.quick:
        for record in records:
            print("{task} {name:40} {seconds:10.4f} s {ratio:8.2f}".format(**record))
        return
    about = {"machine": machine(), "versions": versions(*PACKAGES)}
    everything = tasks(np.dtype("float64"))
    calm = everything[-1].calm()
    about |= {"settings": calm.size, "calm": int(calm.sum())}
    titles = {task.key: task.title for task in everything}
    figures = {**about, "tasks": titles, "records": records}
    text = json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
    FIGURES.write_text(text, encoding="utf-8", newline="\n")
    write(figures)


if __name__ == "__main__":
    main()
