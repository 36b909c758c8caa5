"""The training loop: forward, backward, step, and what happened on the way."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from itertools import repeat
from types import MethodType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from tqdm import tqdm

from .contracts import (
    Array,
    Value,
    fitting,
    floats,
    generator,
    instance,
    list_of_arrays,
    maker,
    number,
    one_of,
    whole,
)
from .keeper import BARE, unwatched
from .network import Network, single
from .node import Node, hand_out, inner
from .optimizers import SGD

if sys.platform == "emscripten":  # a reader's browser has no threads, and tqdm would warn
    tqdm.monitor_interval = 0

DIVERGED = 1e6  # a mean cross-entropy this large means probabilities below exp(-1,000,000)


@dataclass(frozen=True)
class History:
    """What a training run did: entry k was measured at step k, on its batch, before the update.

    ``accuracy``, the share of right answers, is NaN where the loss is: NaN scores tell no class.
    """

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


def train(
    network: Network,
    X: ArrayLike,
    t: ArrayLike,
    *,
    lr: float,
    reg: float = 0.0,
    decay: float = 0.0,
    steps: int,
    batch_size: int | None = None,
    seed: int | np.random.Generator = 0,
    optimizer: Callable[[float], SGD] = SGD,
    progress: bool = False,
) -> History:
    """Train ``network`` on the points X (N, D) with labels t, and return its History.

    Each of the ``steps`` steps uses ``batch_size`` points (all N if None), drawn without repetition
    in an order that ``seed`` fixes; the last batch of a round holds what is left, which must be 2
    points or more for ``BatchNorm``. A seed starts this order anew: in a loop, ``train`` would draw
    the same few points again and again. Give a loop one Generator as its seed, such as
    ``rng = np.random.default_rng(0)``, which goes on where the last call has left it.

    ``optimizer`` is a class that is called with ``lr``. ``decay`` is a decoupled weight decay: each
    step also multiplies the weights by 1 - lr * decay. ``progress`` shows a bar. Raises
    ``ValueError`` for bad data, lr <= 0, reg < 0, decay < 0, steps < 1, a batch size outside 1..N,
    a bad seed, and an optimizer that is no class, or whose step does not fit.
    """
    X, t, reg = single(network).check(X, t, reg)
    chosen = batches(len(X), batch_size, seed)
    steps, lr = whole("steps", steps), number("lr", lr, above=0)
    rule = of_steps(optimizer, lr)
    one_of("progress", progress, (True, False))
    shrink = 1 - lr * number("decay", decay, least=0)
    return run(network, X, t, rule, reg, steps, chosen, shrink=shrink, progress=progress)


def of_steps(optimizer: Callable[[float], SGD], lr: float) -> SGD:
    """Return an optimizer with this learning rate, if its class makes something that steps."""
    expected = "a class whose objects have a method step"
    if isinstance(maker("optimizer", optimizer), type) and not hasattr(optimizer, "step"):
        raise ValueError(f"optimizer must be {expected}, got {optimizer!r}")
    rule = optimizer(lr)
    if not callable(getattr(rule, "step", None)):
        raise ValueError(f"optimizer must be {expected}, got one that makes {rule!r}")
    return rule


def batches(
    samples: int, batch_size: int | None, seed: int | np.random.Generator
) -> Iterator[Array | slice]:
    """Return an endless iterator over the rows of one batch after another."""
    rng = generator("seed", seed)
    if batch_size is None:
        return repeat(slice(None))
    return _shuffled(samples, whole("batch_size", batch_size, most=samples), rng)


def _shuffled(samples: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
    """Yield the rows of each batch, in a new order each time round."""
    while True:
        order = rng.permutation(samples)
        for start in range(0, samples, batch_size):
            yield order[start : start + batch_size]


def run(
    network: Network,
    X: Array,
    t: Array,
    optimizer: SGD,
    reg: Value,
    steps: int,
    chosen: Iterator[Array | slice],
    shape: tuple[int, ...] = (),
    shrink: float = 1.0,
    progress: bool = False,
    snapshots: dict[int, dict[str, Any]] | None = None,
) -> History:
    """Take the steps of ``train``, or with a ``shape`` those of ``train_grid``, all checked.

    ``chosen`` yields the rows of each batch. ``snapshots`` gets the network's ``state`` at each
    step that it has as a key.
    """
    snapshots = snapshots or {}
    labels, step = t.argmax(axis=-1), kept_step(optimizer)
    history = History(*np.empty((3, *shape, steps)))
    if sys.platform == "linux":
        # Freed at once. From then on the C library keeps blocks up to this size when they are freed
        # and hands them out again; else it would ask for fresh memory in each step.
        np.empty(4_000_000)
    # a setting that diverges overflows; its history says so, a warning would not say which one
    saving = without_dx(network.layers[0])
    with (
        learning(network),
        saving,
        trusting(network) as trust,
        np.errstate(over="ignore", invalid="ignore"),
    ):
        size = 0
        for k in tqdm(range(steps), disable=not progress):
            rows = next(chosen)
            if k in snapshots:
                snapshots[k] |= deepcopy(network.state)
            points = X[rows]
            trust(0 < k < steps - 1 and len(points) == size)
            size = len(points)
            history.data_loss[..., k] = network.data_loss(points, t[rows])
            history.penalty[..., k] = network.penalty(reg)
            right = network.answers.argmax(axis=-1) == labels[rows]
            history.accuracy[..., k] = right.mean(axis=-1)
            gradients = network.backward(reg)
            if shrink != 1:
                network.shrink(shrink)
            hand_out(step(network.parameters, gradients), network.layers)
    history.accuracy[np.isnan(history.data_loss)] = np.nan  # scores that are NaN tell no class
    return history


def kept_step(optimizer: SGD) -> Callable[[Sequence[Array], Sequence[Array]], list[Array]]:
    """Return the method ``step``; that of a reader's own is looked at in each step."""
    method = type(optimizer).step if of_the_book(optimizer) else None
    if method in BARE and "step" not in vars(optimizer):  # nobody has put another one there
        return MethodType(BARE[method], optimizer)
    name = f"{type(optimizer).__name__}.step"

    def step(parameters: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        found = optimizer.step(parameters, gradients)
        list_of_arrays(f"what {name} returns", found, len(parameters))
        arrays = [floats(f"what {name} returns", new) for new in found]
        for k, (old, new) in enumerate(zip(parameters, arrays, strict=True)):
            fitting(f"parameter {k} from {name}", new, "the old one", old)
        return arrays

    return step


def of_the_book(thing: object) -> bool:
    """Say whether the class of a thing is one of the book's; tests hold those to the contract."""
    return type(thing).__module__.startswith(f"{__package__}.")


@contextmanager
def learning(network: Network) -> Iterator[None]:
    """Let ``Dropout`` and ``BatchNorm`` do what they do in training, until the block ends."""
    instance("network", network, Network, "a Network")
    layers = list(inner(network.layers))
    before = [layer.training for layer in layers]
    network.training = True
    try:
        yield
    finally:
        for layer, training in zip(layers, before, strict=True):
            layer.training = training


@contextmanager
def trusting(network: Network) -> Iterator[Callable[[bool], None]]:
    """Yield a switch that lets the book's own layers go unwatched until the block ends.

    A step like the last one has nothing new to refuse. A reader's own layers are watched in each
    step.
    """
    every = [*inner(network.layers), network.last]
    own = [node for node in every if of_the_book(node)]
    trusted = False

    def trust(now: bool) -> None:
        nonlocal trusted
        if now != trusted:
            trusted = now
            for node in own:  # methods of the object itself hide those of its class
                for name, value in unwatched(node).items():
                    if now:
                        setattr(node, name, value)
                    else:
                        delattr(node, name)

    try:
        yield trust
    finally:
        trust(False)


@contextmanager
def without_dx(first: Node) -> Iterator[None]:
    """Let a network's first layer save itself the gradient of the points, which nobody needs."""
    before = first.needs_dx
    first.needs_dx = False
    try:
        yield
    finally:
        first.needs_dx = before
