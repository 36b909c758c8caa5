import numpy as np
import pytest

from backprop import SGD, Affine, Network, quadrants, train, two_layer
from backprop.training import DIVERGED
from claims import Claims


def computed() -> Claims:
    (factor,) = SGD(1.8).step([1.0], [1.0])
    yield f"With 1.8 it jumps across the bowl to ${factor:.1f}$ and back"
    X, t = quadrants(200, seed=0)
    even, lone = np.array([[1 / 3], [1 / 3], [1 / 3]]), np.array([[1.0], [0.0], [0.0]])
    outputs = [Affine(W, [0.0]).forward([[1.0, 1.0, 1.0]]).item() for W in (even, lone)]
    assert outputs == pytest.approx([1, 1])
    yield f"Both give the output {outputs[1]:g}"
    costs = [Network([Affine(W, [0.0])]).penalty(reg=1) for W in (lone, even)]
    assert costs[0] / costs[1] == pytest.approx(3)
    yield f"three times as much: {costs[0]:g} against {costs[1]:.4f}"
    rates, summed = (0.0001, 0.02, 1, 30), 0.0001
    yield f"With {len(X)} points, {summed} on the sum is the same step as {summed * len(X):g} on"
    runs = {}
    for lr in rates:
        network = two_layer(inputs=2, hidden=16, outputs=4, seed=0)
        runs[lr] = train(network, X, t, lr=lr, steps=500)
    accuracy = [runs[lr].accuracy[-1] for lr in rates]
    yield f"With 0.0001 on the mean, 500 steps lead nearly nowhere: {accuracy[0]:.1%}".replace(
        "%", " %"
    )
    assert accuracy[1] == accuracy[2] == 1
    hidden = network.layers[1].forward(network.layers[0].forward(X))
    yield f"so far that all {(hidden == 0).all(axis=0).sum()} hidden units die"
    yield f"every point gets the same answer, and {accuracy[3] * 100:g} % are right"
    w = [1.0]
    for _ in range(3):
        w = SGD(0.5).step(w, w)
    yield f"so it is {w[0]:g} after three"
    (zero,) = SGD(1.0).step([1.0], [1.0])
    yield rf"the factor $1 - \mathit{{lr}}$ is {zero:g}"
    yield f"The factor is ${1 - 1 * 1.95:.2f}$ in the first case"
    yield f"In the second it is ${1 - 1 * 2.05:.2f}$"
    network = two_layer(inputs=2, hidden=16, outputs=4, seed=0)
    end = train(network, X, t, lr=1, reg=0.5, steps=500)
    weights = max(np.abs(layer.W).max() for layer in network.affine)
    yield f"with a loss above {DIVERGED:,.0f}"
    yield f"At 0.5 it gives up: all weights are {weights:.0f}"
    assert network.last.y == pytest.approx(np.full((200, 4), 1 / 4))
    yield rf"the data loss is $\ln 4 = {end.data_loss[-1]:.3f}$"


GIVEN = (
    r"$\tfrac12 w^2$, a bowl with its lowest point at 0",
    r"multiplies $w$ by $1 - \mathit{lr}$. Start at $w = 1$",
    "With 0.1 the weight creeps. With 0.9 it arrives",
    "With 2.1 each jump",
    "Take the input $[1, 1, 1]$",
    "$[1, 0, 0]$",
    r"\frac{\mathit{reg}}{2} \sum W^2",
    r"$\tfrac12 W^2$",
    r"$1 - \mathit{lr} \cdot \mathit{reg}$",
    "more than 2, the penalty alone",
    "Is 0.0001 a good",
    "The article suggests 0.0001",
    "as in chapter 3",
    "sorts 200 points",
    "With 0.02, all are right",
    "With 30 the first steps",
    "a factor of about 3",
    "each step used all 200 points. Train with batches of 20 points",
    "with = 1. How many steps",
    "be 0.5 and $w = 1$",
    "reaches 0 in a single step",
    "changes by exactly 1 per unit",
    "With = 1 the factor",
    "with = 1 and = 1.95, then with = 2.05",
    "with = 1 and = 0, 0.01, 0.1 and 0.5",
)
