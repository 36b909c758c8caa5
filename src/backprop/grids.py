"""``train_grid``: the same network for every pair of a learning rate and a reg."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import astuple, dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .contracts import Array, generator, listed, numbers, whole
from .network import Network, single, winners
from .node import hand_out, inner
from .optimizers import SGD
from .training import History, batches, run

Shape = tuple[int, int]
Snapshots = dict[int, dict[str, Any]]


class SideBySide:
    """Networks of a grid that were trained one after the other, asked all at once."""

    def __init__(self, networks: Sequence[Network], shape: Shape) -> None:
        self.networks, self.shape = list(networks), shape

    @property
    def state(self) -> dict[str, Any]:
        """All that prediction needs, by name; every array has the two axes of the grid in front."""
        return side_by_side([network.state for network in self.networks], self.shape)

    @state.setter
    def state(self, state: Mapping[str, Any]) -> None:
        for place, network in zip(np.ndindex(self.shape), self.networks, strict=True):
            network.state = {name: values[place] for name, values in state.items()}

    @property
    def parameters(self) -> list[Array]:
        """Copies of the parameters of all networks, with the two axes of the grid in front."""
        return [p for name, p in self.state.items() if name.startswith("parameter ")]

    def scores(self, X: ArrayLike) -> Array:
        """Return the scores of the points X (N, D), shape (L, R, N, K)."""
        found = np.stack([network.scores(X) for network in self.networks])
        return found.reshape(*self.shape, *found.shape[1:])

    def predict(self, X: ArrayLike) -> Array:
        """Return the class index of every point, shape (L, R, N)."""
        return winners(self.scores(X))

    def loss(self, X: ArrayLike, t: ArrayLike, reg: float = 0.0) -> Array:
        """Return the loss of every network, shape (L, R)."""
        return np.reshape([network.loss(X, t, reg) for network in self.networks], self.shape)


@dataclass(frozen=True)
class Grid:
    """The runs of ``train_grid``: ``grid[i, j]`` is the History of ``lrs[i]`` with ``regs[j]``.

    ``network`` holds all trained networks at once: its parameters have two axes in front.
    ``snapshots`` holds its ``state``, all that prediction needs, as it was at the steps that
    ``train_grid`` was asked for; assign one to ``network.state`` to go back to that step. Taken at
    [i, j], its arrays are the state of that one network.
    """

    lrs: tuple[float, ...]
    regs: tuple[float, ...]
    network: Network | SideBySide
    runs: History
    snapshots: Snapshots

    def __getitem__(self, setting: tuple[int, int]) -> History:
        runs = self.runs
        return History(runs.data_loss[setting], runs.penalty[setting], runs.accuracy[setting])


def train_grid(
    network: Network,
    X: ArrayLike,
    t: ArrayLike,
    *,
    lrs: Sequence[float],
    regs: Sequence[float],
    steps: int,
    batch_size: int | None = None,
    seed: int | np.random.Generator = 0,
    stops: Sequence[int] = (),
) -> Grid:
    """Train a copy of ``network`` for every pair of a learning rate and a reg.

    Each History is equal, bit for bit, to that of ``train`` with the same setting. ``stops`` are
    the steps at which to keep the state of the networks.

    Layers that work with axes in front (``stacks = True``), as all of the book do, train all
    networks in one loop. If there is another one, of a reader's own, or a loss or a kind of network
    of one's own, the networks are trained one after the other.
    """
    X, t, _ = single(network).check(X, t)
    rates, factors = numbers("lrs", lrs, above=0), numbers("regs", regs, least=0)
    whole("steps", steps)
    kept = listed("stops", stops, "a list of steps", least=0)
    snapshots: Snapshots = {whole("stops", k, least=0, most=steps - 1): {} for k in kept}
    rng = generator("seed", seed)
    every = [network.last, *inner(network.layers)]
    stacks = type(network).stacks and all(type(node).stacks for node in every)
    way = in_one_loop if stacks else one_by_one
    trained, runs = way(network, X, t, rates, factors, steps, batch_size, rng, snapshots)
    return Grid(tuple(lrs), tuple(regs), trained, runs, snapshots)


def in_one_loop(
    network: Network,
    X: Array,
    t: Array,
    lr: Array,
    reg: Array,
    steps: int,
    batch_size: int | None,
    rng: np.random.Generator,
    snapshots: Snapshots,
) -> tuple[Network, History]:
    """Train all networks at once: every array has the axes L and R in front.

    The learning rates get the shape (L, 1, 1, 1), the regs (R, 1, 1) and a bias (L, R, 1, H).
    """
    network, shape = deepcopy(network), (len(lr), len(reg))
    matrices = [p if p.ndim == 2 else p[np.newaxis] for p in network.parameters]
    hand_out([np.broadcast_to(p, (*shape, *p.shape)) for p in matrices], network.layers)
    for layer in inner(network.layers):
        for name in layer.state:
            if np.ndim(value := getattr(layer, name)):
                setattr(layer, name, np.broadcast_to(value, (*shape, *value.shape)))
    # a Python number leaves float32 as it is, an array has to be of that type itself
    lr = lr.astype(network.dtype)[:, np.newaxis, np.newaxis, np.newaxis]
    reg = reg.astype(network.dtype)[:, np.newaxis, np.newaxis]
    chosen = batches(len(X), batch_size, rng)
    runs = run(network, X, t, SGD(lr), reg, steps, chosen, shape, snapshots=snapshots)
    return network, runs


def one_by_one(
    network: Network,
    X: Array,
    t: Array,
    lr: Array,
    reg: Array,
    steps: int,
    batch_size: int | None,
    rng: np.random.Generator,
    snapshots: Snapshots,
) -> tuple[SideBySide, History]:
    """Train one network after the other, each with the same batches."""
    shape, first = (len(lr), len(reg)), deepcopy(rng.bit_generator.state)
    networks, histories = [], []
    kept: list[Snapshots] = []
    for rate, factor in product(lr.tolist(), reg.tolist()):
        rng.bit_generator.state = first
        networks.append(deepcopy(network))
        kept.append({k: {} for k in snapshots})
        chosen = batches(len(X), batch_size, rng)
        histories.append(
            run(networks[-1], X, t, SGD(rate), factor, steps, chosen, snapshots=kept[-1])
        )
    for k in snapshots:
        snapshots[k] |= side_by_side([states[k] for states in kept], shape)
    together = zip(*map(astuple, histories), strict=True)
    return SideBySide(networks, shape), History(*(np.reshape(p, (*shape, steps)) for p in together))


def side_by_side(states: Sequence[Mapping[str, Any]], shape: Shape) -> dict[str, Any]:
    """Return states of networks as one, whose arrays have two axes in front."""
    found = {name: np.stack([state[name] for state in states]) for name in states[0]}
    return {name: array.reshape(*shape, *array.shape[1:]) for name, array in found.items()}
