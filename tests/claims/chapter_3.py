import numpy as np
import pytest

from backprop import SoftmaxWithLoss
from claims import Claims


def computed() -> Claims:
    scores = np.log([[2.0, 3.0, 5.0]])
    a, b, c = scores[0]
    yield f"the scores {a:.4f}, {b:.4f} and {c:.4f}. They are the logarithms of 2, 3 and 5"
    yield f"here 2, 3 and 5, and divide by the sum, which is {np.exp(scores).sum():g}"
    layer = SoftmaxWithLoss()
    loss = layer.forward(scores, t=[1])
    y, g = layer.y[0], layer.backward()[0]
    yield f"The result is {y[0]:g}, {y[1]:g} and {y[2]:g}: all positive, together {y.sum():g}"
    yield rf"$-\ln {y[1]:g} = {loss:.3f}$"
    yield f"is $[{g[0]:g}, {g[1]:g}, {g[2]:g}]$: probabilities"
    assert g.sum() == pytest.approx(0)
    yield f"$S = {np.exp(scores).sum():g}$, and the second score gets $3/10 - 1 = {g[1]:g}$"
    assert layer.forward(scores, t=[2]) == pytest.approx(-np.log(0.5))
    yield rf"The loss is $-\ln 0.5 = {layer.forward(scores, t=[2]):.4f}$"
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(710.0)) and np.isfinite(np.exp(709.0))
    yield f"The exponential of 710 is more than a {np.dtype(float).itemsize * 8}-bit float"
    yield r"$\ln(y + 10^{-7})$ instead"
    yield f"its loss can never be more than {-np.log(1e-7):.2f}, whereas"
    extreme = layer.forward([[1000.0, 0.0, -1000.0]], t=[2])
    yield f"the true loss in the last line is {extreme:g}"
    yield rf"The loss is then $\ln K$: {layer.forward(np.zeros((1, 4)), t=[0]):.3f} for four"


GIVEN = (
    "$[0, 1, 0]$; as a *class index* it is 1, because counting starts at 0",
    "the loss is near 0",
    "the three numbers sum to 0",
    "The labels sum to 1",
    "sends $1/S$ to the sum, the sum hands $1/S$ to each",
    "The largest exponential is then 1",
    "rounds to 0",
    "probability $1/K$",
    "Add 100 to all three scores",
    "So that sum is 0",
)
