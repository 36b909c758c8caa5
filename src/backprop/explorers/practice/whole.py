"""The drill on a whole network: two features, two hidden units, two classes, one sample."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.random import Generator

from ...contracts import Array
from ...graph import Graph
from ...layers import Affine, ReLU, SoftmaxWithLoss
from ...node import Node
from .layers import affine_asks, loss_ask
from .mistakes import RELU, wrongly
from .task import Ask, Task, Way

WEIGHTS = (-2, -1, 1, 2, 3)  # products stay small, for there are many
SHARES = (0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9)  # probabilities of the first class


class Weights(Node):
    """An affine layer with fixed biases, which stay out of the picture."""

    symbol = "Affine"

    def __init__(self, b: Array) -> None:
        self.b = b

    def forward(self, x: Array, W: Array) -> Array:
        """Return x @ W + b."""
        self.saved = layer = Affine(W, self.b)
        out: Array = layer.forward(x)
        return out

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return the gradients of x and W."""
        return self.saved.backward(dout), self.saved.dW


def network(rng: Generator) -> Task:
    """Draw a network of which one hidden unit is shut and the other open.

    The biases of the hidden units are 0. Those of the scores are such that the probabilities have
    one digit; they are not shown.
    """
    h = np.zeros((1, 2))
    W2 = np.ones((2, 2))  # unlike these, each unit's weights differ: something comes back to it
    while not (h.min() < 0 < h.max()) or (W2[:, 0] == W2[:, 1]).any():
        x, W1, W2 = (rng.choice(WEIGHTS, size=(rows, 2)).astype(float) for rows in (1, 2, 2))
        h = x @ W1
    r = np.maximum(h, 0)
    share = rng.choice(SHARES)
    y, t = np.array([[share, 1 - share]]), np.eye(2)[[rng.integers(2)]]
    b1, b2 = np.zeros(2), (np.log(y) - r @ W2)[0]
    given = {"x": x, "W1": W1, "h": h, "r": r, "W2": W2, "y": y.round(1), "t": t}
    graph = Graph("x", "W1", "W2", "t")
    graph.wire("h", Weights(b1), "x", "W1")
    graph.wire("r", ReLU(), "h")
    graph.wire("a", Weights(b2), "r", "W2")
    graph.wire("L", SoftmaxWithLoss(), "a", "t")
    graph.forward(x=x, W1=W1, W2=W2, t=t)
    case = (bool(h[0, 0] > 0), bool(t[0, 0]))
    return Task("network", given, list(asks(given, b1, b2)), graph, case)


def asks(given: dict[str, Array], b1: Array, b2: Array) -> Iterator[Ask]:
    """Yield the questions from the scores back to the first weights."""
    values = {**given, "b1": b1, "b2": b2}
    yield loss_ask("a", "y", given["y"], given["t"], found=False)
    second = {"x": "r", "W": "W2", "b": "b2", "dout": "da"}
    dW2, dr = affine_asks(values, second, "a", "Wx")
    yield dW2
    yield replace(dr, mistakes=upstream(dr, given["h"]))
    yield relu_ask(given["h"])
    first = {"x": "x", "W": "W1", "b": "b1", "dout": "dh"}
    yield from affine_asks(values, first, "h", "W")


def upstream(dr: Ask, h: Array) -> dict[str, Way | Array]:
    """Return the mistakes in front of the layer: one more, and one fewer.

    The gradients of the scores add up to 0, so their sum times the input would always be 0.
    """
    kept = {name: way for name, way in dr.mistakes.items() if name != "own input"}
    return {**kept, "masked too early": lambda dout: dr.right(dout) * (h > 0)}


def relu_ask(h: Array) -> Ask:
    """Return the question for the gradient in front of the ReLU."""

    def right(dout: Array) -> Array:
        node = ReLU()
        node.forward(h)
        return node.backward(dout)

    return Ask(
        "dh",
        ("dr",),
        right,
        {**wrongly(RELU, [h], 0), "value": h},
        "dh",
        "dh",
        "ReLU lets what arrives pass where its input is above 0.",
        [f"the input is {{h:{k}}}, what arrives is {{dr:{k}}}" for k in range(h.size)],
        edge="r.0",
    )
