"""The training loop: forward, backward, step, and what happened on the way."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from tqdm import tqdm

from .contracts import Array, maker, number, numbers, whole
from .convolution import Convolution
from .layers import Affine
from .network import Network
from .node import Node, hand_out, inner
from .optimizers import SGD

if sys.platform == "emscripten":  # a reader's browser has no threads, and tqdm would warn
    tqdm.monitor_interval = 0

DIVERGED = 1e6  # a mean cross-entropy this large means probabilities below exp(-1,000,000)


@dataclass(frozen=True)
class History:
    """What a training run did: entry k was measured at step k, on its batch, before the update."""

    data_loss: Array
    penalty: Array
    accuracy: Array

    @property
    def loss(self) -> Array:
        """Data loss plus penalty, the number that the gradients belong to."""
        return self.data_loss + self.penalty

    @property
    def diverged(self) -> int | None:
        """The first step whose loss is above 1,000,000 or not a number; None if there is none."""
        lost = ~(self.loss <= DIVERGED)
        return int(lost.argmax()) if lost.any() else None


@dataclass(frozen=True)
class Grid:
    """The runs of ``train_grid``: ``grid[i, j]`` is the History of ``lrs[i]`` with ``regs[j]``.

    ``network`` holds all trained networks at once: its parameters have two axes in front.
    ``snapshots`` holds the parameters as they were at the steps that ``train_grid`` was asked for.
    """

    lrs: tuple[float, ...]
    regs: tuple[float, ...]
    network: Network
    runs: History
    snapshots: dict[int, list[Array]]

    def __getitem__(self, setting: tuple[int, int]) -> History:
        runs = self.runs
        return History(runs.data_loss[setting], runs.penalty[setting], runs.accuracy[setting])


def train(
    network: Network,
    X: Array,
    t: Array,
    *,
    lr: float,
    reg: float = 0.0,
    decay: float = 0.0,
    steps: int,
    batch_size: int | None = None,
    seed: int = 0,
    optimizer: Callable[[float], SGD] = SGD,
    progress: bool = False,
) -> History:
    """Train ``network`` on the points X (N, D) with labels t, and return its History.

    Each of the ``steps`` steps uses ``batch_size`` points (all N if None), drawn without repetition
    in an order that ``seed`` fixes; the last batch of a round holds what is left, which must be 2
    points or more for ``BatchNorm``. ``optimizer`` is a class that is called with ``lr``. ``decay``
    is a decoupled weight decay: each step also multiplies the weights by 1 - lr * decay.
    ``progress`` shows a bar. Raises ``ValueError`` for bad data, lr <= 0, reg < 0, decay < 0,
    steps < 1, a batch size outside 1..N, a bad seed, and an optimizer that is no class.
    """
    X, t, reg = network.check(X, t, reg)
    chosen = batches(len(X), batch_size, seed)
    steps, lr = whole("steps", steps), number("lr", lr, above=0)
    optimizer = maker("optimizer", optimizer)(lr)
    shrink = 1 - lr * number("decay", decay, least=0)
    return _run(
        network, X, t, optimizer, reg, steps, chosen, shape=(), shrink=shrink, progress=progress
    )


def train_grid(
    network: Network,
    X: Array,
    t: Array,
    *,
    lrs: Sequence[float],
    regs: Sequence[float],
    steps: int,
    batch_size: int | None = None,
    seed: int = 0,
    stops: Sequence[int] = (),
) -> Grid:
    """Train a copy of ``network`` for every pair of a learning rate and a reg, all in one loop.

    The learning rates get the shape (L, 1, 1, 1) and the regs (R, 1, 1); the first update then
    gives the weights two axes in front, and the same layers train L * R networks side by side.
    Each History is equal, bit for bit, to that of ``train`` with the same setting (where X and the
    parameters are floats of one size). ``stops`` are the steps at which to keep the parameters.
    """
    X, t, _ = network.check(X, t)
    lr, reg = numbers("lrs", lrs, above=0), numbers("regs", regs, least=0)
    network = deepcopy(network)
    # a bias (H,) becomes a row (1, H), so that the axes of lr and reg stay in front of it
    network.parameters = [p if p.ndim == 2 else p[np.newaxis] for p in network.parameters]
    # a Python number leaves float32 as it is, an array has to be of that type itself
    dtype = network.parameters[0].dtype
    lr = lr.astype(dtype)[:, np.newaxis, np.newaxis, np.newaxis]
    reg = reg.astype(dtype)[:, np.newaxis, np.newaxis]
    chosen = batches(len(X), batch_size, seed)
    whole("steps", steps)
    snapshots = {whole("stops", k, least=0, most=steps - 1): [] for k in stops}
    shape = len(lrs), len(regs)
    runs = _run(network, X, t, SGD(lr), reg, steps, chosen, shape, snapshots=snapshots)
    return Grid(tuple(lrs), tuple(regs), network, runs, snapshots)


def batches(samples: int, batch_size: int | None, seed: int) -> Iterator[Array | slice]:
    """Return an endless iterator over the rows of one batch after another."""
    whole("seed", seed, least=0)
    if batch_size is None:
        return repeat(slice(None))
    return _shuffled(samples, whole("batch_size", batch_size, most=samples), seed)


def _shuffled(samples: int, batch_size: int, seed: int) -> Iterator[Array]:
    """Yield the rows of each batch, in a new order each time round."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(samples)
        for start in range(0, samples, batch_size):
            yield order[start : start + batch_size]


def _run(
    network: Network,
    X: Array,
    t: Array,
    optimizer: SGD,
    reg: float | Array,
    steps: int,
    chosen: Iterator[Array | slice],
    shape: tuple[int, ...],
    shrink: float = 1.0,
    progress: bool = False,
    snapshots: dict[int, list[Array]] | None = None,
) -> History:
    snapshots = snapshots or {}
    labels = t.argmax(axis=-1)
    history = History(*np.empty((3, *shape, steps)))
    if sys.platform == "linux":
        # Freed at once. From then on the C library keeps blocks up to this size when they are freed
        # and hands them out again; else it would ask for fresh memory in each step.
        np.empty(4_000_000)
    # a setting that diverges overflows; its history says so, a warning would not say which one
    saving = without_dx(network.layers[0])
    with learning(network), saving, np.errstate(over="ignore", invalid="ignore"):
        for k in tqdm(range(steps), disable=not progress):
            rows = next(chosen)
            if k in snapshots:
                snapshots[k] += network.parameters  # each step makes new arrays, so none is copied
            points = X[rows]
            if shape:  # whichever layer is first
                points = np.broadcast_to(points, (*shape, *points.shape))
            history.data_loss[..., k] = network.data_loss(points, t[rows])
            history.penalty[..., k] = network.penalty(reg)
            right = network.last.y.argmax(axis=-1) == labels[rows]
            history.accuracy[..., k] = right.mean(axis=-1)
            gradients = network.backward(reg)
            if shrink != 1:
                network.shrink(shrink)
            hand_out(optimizer.step(network.parameters, gradients), network.layers)
    return history


@contextmanager
def learning(network: Network) -> Iterator[None]:
    """Let ``Dropout`` and ``BatchNorm`` do what they do in training, until the block ends."""
    layers = list(inner(network.layers))
    before = [layer.training for layer in layers]
    network.training = True
    try:
        yield
    finally:
        for layer, training in zip(layers, before, strict=True):
            layer.training = training


@contextmanager
def without_dx(first: Node) -> Iterator[None]:
    """Let a network's first layer save itself the gradient of the points, which nobody needs.

    Only if its ``backward`` is known: that of a subclass might do something with dx.
    """
    before = first.needs_dx
    first.needs_dx = before and type(first) not in (Affine, Convolution)
    try:
        yield
    finally:
        first.needs_dx = before
