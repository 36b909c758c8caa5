import numpy as np
import pytest

from backprop import one_layer, quadrants, train, two_layer, xor
from claims import Claims


def computed() -> Claims:
    X, t = quadrants(200, seed=0)
    yield f"We draw {len(X)} random points, {np.bincount(t)[0]} in each"
    assert np.abs(X).min() >= 0.1
    network = two_layer(inputs=2, hidden=16, outputs=4, seed=0)
    first, second = network.affine
    yield f"It has {first.W.shape[0]} inputs, the coordinates; {first.W.shape[1]} hidden units; and"
    yield f"and {second.W.shape[1]} outputs"
    yield f"The biases start at {max(np.abs(layer.b).max() for layer in network.affine):g}."
    history = train(network, X, t, lr=1, reg=0.001, steps=200)
    yield f"All {round(history.accuracy[-1] * len(X))} points are sorted correctly"
    alone = train(one_layer(inputs=2, outputs=4, seed=0), X, t, lr=1, steps=200)
    yield f"Also {alone.accuracy[-1] * 100:g} %."
    flat = train(one_layer(inputs=2, outputs=2, seed=0), X, xor(t), lr=1, steps=200)
    assert flat.loss[-1] == pytest.approx(np.log(2), abs=0.005)
    yield rf"The loss ends near $\ln 2 = {np.log(2):.3f}$"


GIVEN = (
    "a distance of at least 0.1",
    "with variance 2 divided",
    "a learning rate of 1",
    "Try 1, 2, 3 and 4",
    "the chapter uses 16",
    "say at $(0.5, 0)$",
)
