"""A small network while it learns: at some steps, all that both passes compute, point by point."""

from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ...contracts import Array
from ...initial import two_layer
from ...layers import SoftmaxWithLoss
from ...network import Network
from ...training import train
from ..kit.points import coloured

HIDDEN = 4
STOPS = (0, 1, 2, 5, 10, 30, 100, 300)  # the steps of training that are kept
CLASSES = {"quadrants": ("I", "II", "III", "IV"), "XOR": ("I, III", "II, IV")}
Table = dict[str, Array]


@dataclass(frozen=True)
class Run:
    """What is trained, and how: the colouring of the points, the seed, learning rate and reg."""

    colouring: str
    seed: int
    lr: float
    reg: float

    def points(self) -> tuple[Array, Array]:
        """Return the points and their classes."""
        return coloured(self.colouring)

    def networks(self) -> list[Network]:
        """Return the network as it is at each of the steps in STOPS."""
        classes = len(CLASSES[self.colouring])
        network = two_layer(inputs=2, hidden=HIDDEN, outputs=classes, seed=self.seed)
        kept = [deepcopy(network)]
        for before, now in pairwise(STOPS):
            train(network, *self.points(), lr=self.lr, reg=self.reg, steps=now - before)
            kept.append(deepcopy(network))
        return kept


def chosen() -> Array:
    """Return the rows of the points that can be looked at: two of each quadrant.

    They are the one nearest to the origin and the one farthest from it.
    """
    X, t = coloured("quadrants")
    rows = np.argsort(np.linalg.norm(X, axis=1))
    own = [rows[t[rows] == k] for k in range(4)]
    return np.concatenate([[near[0], near[-1]] for near in own])


def passes(network: Network, x: Array, t: Array) -> Table:
    """Return what both passes compute for the points x (N, 2) with their classes t (N,).

    Forward: ``a`` and ``h`` of the hidden units before and after ReLU, the scores ``s``, the
    probabilities ``y``, the ``loss``. Backward: the gradients of all of them, ``ds`` to ``dx``.

    >>> network = two_layer(inputs=2, hidden=4, outputs=2, seed=0)
    >>> found = passes(network, np.array([[0.5, -0.5]]), np.array([1]))
    >>> np.allclose(found["ds"], found["y"] - [0, 1])
    True
    """
    values = [x]
    for layer in network.layers:
        values.append(layer.forward(values[-1]))
    last = SoftmaxWithLoss()  # as in the network, whose own is hidden behind its loss
    loss = np.array(last.forward(values[-1], t))
    gradients = [last.backward()]
    for layer in reversed(network.layers):
        gradients.append(layer.backward(gradients[-1]))
    forward = dict(zip("ahs", values[1:], strict=True))
    backward = dict(zip(("ds", "dh", "da", "dx"), gradients, strict=True))
    return {**forward, "y": last.y, "loss": loss, **backward}


def update(network: Network, x: Array, t: Array, lr: float, reg: float) -> Table:
    """Return what one step on these points does to all parameters, and the data loss after it.

    ``gradient`` is that of the data loss; the ``step`` goes against it and against the penalty's.
    """
    gradients = network.gradients(x, t, reg)
    moved = deepcopy(network)
    moved.parameters = [p - lr * g for p, g in zip(network.parameters, gradients, strict=True)]
    return {
        "gradient": flat(network.gradients(x, t)),
        "step": -lr * flat(gradients),
        "new": flat(moved.parameters),
        "after": np.array(moved.loss(x, t)),
    }


def share_right(network: Network, X: Array, t: Array) -> float:
    """Return the share of right answers; scores that are NaN tell no class, so no right one."""
    scores = network.scores(X)
    right = (scores.argmax(axis=1) == t) & ~np.isnan(scores).any(axis=1)
    return float(right.mean())


def flat(parameters: list[Array]) -> Array:
    """Return all parameters in one row: W row by row, then b, layer after layer."""
    return np.concatenate([np.ravel(p) for p in parameters])


@dataclass(frozen=True)
class Record:
    """A run with all its numbers: the networks at the stops, and two tables.

    ``alone`` has them for each stop and point (S, P, ...), where the step is made for that point
    alone, and ``together`` for each stop (S, ...), where it is made for all 200 points.
    """

    run: Run
    networks: list[Network]
    alone: Table
    together: Table


@np.errstate(over="ignore", invalid="ignore")  # a run that diverges says so in its numbers
def record(run: Run) -> Record:
    """Train, and make both passes for every point at every stop."""
    X, t = run.points()
    networks, settings = run.networks(), (run.lr, run.reg)
    alone = [
        [
            passes(network, X[[row]], t[[row]]) | update(network, X[[row]], t[[row]], *settings)
            for row in chosen()
        ]
        for network in networks
    ]
    together = [
        update(network, X, t, *settings)
        | {
            "before": np.array(network.loss(X, t)),
            "accuracy": np.array(100 * share_right(network, X, t)),
            "old": flat(network.parameters),
        }
        for network in networks
    ]
    return Record(run, networks, stacked([stacked(row) for row in alone]), stacked(together))


def stacked(parts: list[Table]) -> Table:
    """Return tables with the same keys as one, with an axis in front.

    A row of one number is that number.
    """
    return {key: np.squeeze(np.array([part[key] for part in parts])) for key in parts[0]}
