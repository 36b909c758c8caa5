"""A network with one hidden layer of ReLU, or with none, as maps that are linear piece by piece."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ...contracts import Array
from ...network import Network
from .plane import EDGE

APART = 1e-11  # of their size: so far are parameters moved, lest three lines meet in a point


class Maps(NamedTuple):
    """A network as two maps: hidden = relu(x @ W + b), scores = hidden @ V + c."""

    W: Array
    b: Array
    V: Array
    c: Array

    def opened(self, points: Array) -> Array:
        """Return which units are open at points (N, 2)."""
        opened: Array = points @ self.W + self.b > 0
        return opened

    def scores(self, points: Array) -> Array:
        """Return the scores of points (..., 2)."""
        scores: Array = np.maximum(points @ self.W + self.b, 0) @ self.V + self.c
        return scores

    def planes(self, cells: Sequence[bytes]) -> list[list[list[float]]]:
        """Return for each cell, and each class, the p, q and r of its score p * x + q * y + r.

        A cell is a piece of the plane in which the same units are open: those with a 1.
        """
        opened = np.frombuffer(b"".join(cells), bool).reshape(len(cells), len(self.b))
        used = self.V * opened[..., np.newaxis]
        base = (self.b @ used + self.c)[..., np.newaxis]
        found: list[list[list[float]]] = np.concatenate(
            [np.swapaxes(self.W @ used, 1, 2), base], axis=-1
        ).tolist()
        return found


def apart(network: Network, faint: float = 0) -> Maps:
    """Return the maps of a network, moved by very little, so that all its lines cross one by one.

    At the start of training, for one, all biases are 0, and all lines pass through the origin. The
    weights of a unit are divided by the largest of them, its outgoing ones multiplied by it, and
    all scores are divided by one number: the borders stay where they are, and no number is too
    large or too small to compute with.
    """
    *hidden, last = network.affine
    V, c = last.W, last.b
    if hidden:
        W, b, sizes = hidden[0].W, hidden[0].b, np.abs(hidden[0].W).max(axis=0)
        same = sizes == 0  # a unit without weights is the same everywhere
        c = c + np.maximum(b[same], 0) @ V[same]
        W, b, V = W[:, ~same] / sizes[~same], b[~same] / sizes[~same], V[~same] * sizes[~same, None]
    else:  # like two hidden units that are open everywhere
        W, b, c = np.eye(2), np.full(2, 2 * EDGE), c - 2 * EDGE * V.sum(axis=0)
    largest = max(np.abs(V).max(initial=0), np.abs(c).max()) or 1
    V, c = V / largest, c / largest
    outer = np.abs(V).max(initial=0)
    c = c * max(1, faint * outer / (np.abs(c).max() or 1))
    rng = np.random.default_rng(0)
    W, b = (p + APART * rng.uniform(-1, 1, p.shape) for p in (W, b))
    V = V * (1 + APART * rng.uniform(-1, 1, V.shape))
    # where classes are equal, as where all units are shut, the first of them is predicted
    return Maps(W, b, V, c - APART * (np.abs(c).max() or outer) * np.arange(len(c)))
