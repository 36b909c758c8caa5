"""Measure one workload at one size, in a process of its own, and print the record as JSON.

    python benchmarks/growth_child.py points 1000 2000000000

measures 1000 points with a ceiling of 2 GB for the arrays. ``growth.py`` starts it. If memory ends,
nothing is printed and the exit status is OUT_OF_MEMORY.
"""

import json
import os
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any, ClassVar

import numpy as np

from backprop import (
    Affine,
    BatchNorm,
    Network,
    ReLU,
    Residual,
    deep,
    quadrants,
    random_affine,
    train,
    train_grid,
    two_layer,
)

BATCH = 100  # points of a mini-batch
FEATURES, CLASSES = 64, 10  # of the networks whose width and depth grow: those of chapter 10
LR = 0.01
COUNTED = 3  # steps whose memory is counted
LONG = 1.0  # seconds; the steps to be timed take that long together, if one alone does not
MOST = 200  # steps to be timed
OUT_OF_MEMORY = 3  # the exit status
RESERVE = 2**30  # bytes beyond the ceiling, for Python, its libraries and small arrays

Run = Callable[[int], tuple[Network, np.ndarray]]  # steps to (trained network, its losses)


class Timed(Network):
    """A network that notes when each of its steps begins, in seconds."""

    starts: ClassVar[list[float]] = []  # of the class: ``train_grid`` trains a copy

    def data_loss(self, X: np.ndarray, t: np.ndarray) -> float:
        """Note the time, then do what every network does.

        Memory counts from the first step on: ``train`` takes a large block before, and frees it.
        """
        if not self.starts and tracemalloc.is_tracing():
            tracemalloc.reset_peak()
        self.starts.append(time.perf_counter())
        return super().data_loss(X, t)


def trained(
    network: Network, X: np.ndarray, t: np.ndarray, batch_size: int | None
) -> tuple[Network, Run]:
    """Return the network, and a function that trains it for some steps."""
    network = Timed(network.layers)

    def run(steps: int) -> tuple[Network, np.ndarray]:
        history = train(network, X, t, lr=LR, steps=steps, batch_size=batch_size)
        return network, history.loss

    return network, run


def random_points(samples: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """Return normal points (samples, FEATURES) with random labels: what they are costs nothing."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(samples, FEATURES)), rng.integers(CLASSES, size=samples)


# The workloads: each returns a network, and a function that trains it for some steps.


def points(size: int) -> tuple[Network, Run]:
    """Train on all of N points in every step."""
    return trained(two_layer(2, 16, 4, seed=1), *quadrants(size, seed=0), batch_size=None)


def batches(size: int) -> tuple[Network, Run]:
    """Train on a mini-batch of N points in every step."""
    return trained(two_layer(2, 16, 4, seed=1), *quadrants(size, seed=0), batch_size=BATCH)


def width(size: int) -> tuple[Network, Run]:
    """Train two hidden layers of H units: H * H weights lie between them."""
    network = deep([FEATURES, size, size, CLASSES], seed=1)
    return trained(network, *random_points(), batch_size=BATCH)


def depth(size: int) -> tuple[Network, Run]:
    """Train L hidden layers, as wide as the input."""
    network = deep([FEATURES] * (size + 1) + [CLASSES], seed=1)
    return trained(network, *random_points(), batch_size=BATCH)


def residual(size: int) -> tuple[Network, Run]:
    """Train L hidden layers with a path around each, and batch norm before each."""
    rng = np.random.default_rng(1)

    def affine(outputs: int) -> Affine:
        return random_affine(FEATURES, outputs, rng)

    blocks = [Residual(BatchNorm(FEATURES), ReLU(), affine(FEATURES)) for _ in range(size)]
    network = Network([*blocks, BatchNorm(FEATURES), affine(CLASSES)])
    return trained(network, *random_points(), batch_size=BATCH)


def grid(size: int) -> tuple[Network, Run]:
    """Train G settings at once, as many learning rates as regs, on 200 points."""
    X, t = quadrants(200, seed=0)
    network = Timed(two_layer(2, 16, 4, seed=1).layers)
    side = round(size**0.5)
    lrs, regs = np.geomspace(LR, 1, side), np.linspace(0, 0.01, side)

    def run(steps: int) -> tuple[Network, np.ndarray]:
        grid = train_grid(network, X, t, lrs=lrs, regs=regs, steps=steps)
        return grid.network, grid.runs.loss

    return network, run


WORKLOADS = {work.__name__: work for work in (points, batches, width, depth, residual, grid)}


def measure(name: str, size: int, ceiling: int) -> dict[str, Any]:
    """Return the seconds of a step, the bytes at the peak, and how the training fared.

    Bytes are those of tracemalloc, which counts each NumPy array exactly: data, network and
    what a step needs; not Python itself, and not what was needed to make the data. From the second
    step on, the arrays of the step before are in memory too.
    """
    tracemalloc.start()
    Thread(target=watch_memory, args=(ceiling,), daemon=True).start()
    network, run = WORKLOADS[name](size)
    first = network.affine[0].W.copy()
    before = os.times()
    network, loss = run(COUNTED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if peak > ceiling:  # too short for the watch
        raise MemoryError
    moved = bool((first != network.affine[0].W).any())

    seconds = median_step()
    if seconds < LONG:  # counting costs time where arrays are small
        steps = min(max(COUNTED, round(LONG / seconds)), MOST)
        before = os.times()
        _, loss = run(steps + 1)
        seconds = median_step()
    return {
        "seconds": seconds,
        "system": round(system_share(before), 3),
        "bytes": peak,
        "moved": moved,
        "ended": None if np.isfinite(loss).all() else "not finite",
    }


def median_step() -> float:
    """Return the median seconds of the steps since the last call, each from start to start."""
    seconds = statistics.median(np.diff(Timed.starts))
    Timed.starts.clear()
    return float(seconds)


def system_share(before: os.times_result) -> float:
    """Return which part of this process's processor time since ``before`` the system took."""
    now = os.times()
    system, user = now.system - before.system, now.user - before.user
    return system / (system + user) if system + user else 0.0


def warm_up() -> None:
    """Train a little: what Python loads and OpenBLAS takes once belongs to no measurement."""
    points(4)[1](2)
    Timed.starts.clear()


def watch_memory(ceiling: int) -> None:
    """While memory is counted, end this process as soon as its arrays hold more than the ceiling.

    NumPy (2.4) crashes, instead of raising, if memory ends while it takes a small buffer: networks
    of many small arrays must stop before. Memory is only taken here, not yet filled: no swapping.
    """
    while tracemalloc.is_tracing():
        if tracemalloc.get_traced_memory()[0] > ceiling:
            os._exit(OUT_OF_MEMORY)
        time.sleep(0.01)


def limit_addresses(ceiling: int) -> None:
    """Let NumPy raise a MemoryError for an array far beyond the ceiling, where the system can."""
    with suppress(ImportError, ValueError, OSError):  # Windows, macOS
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (ceiling + RESERVE, ceiling + RESERVE))


def main(name: str, size: int, ceiling: int) -> None:
    """Measure and print the record."""
    warm_up()
    limit_addresses(ceiling)
    try:
        print(json.dumps({"size": size, **measure(name, size, ceiling)}))
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
