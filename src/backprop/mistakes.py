"""The mistakes of those who write gradients. EVERY FORMULA IN THIS MODULE IS WRONG ON PURPOSE.

Each function returns what its mistakes lead to on the data that it is given: by what is wrong, the
gradients, by name. ``judge`` compares them with what a reader's code has found. Some mistakes spare
some of the gradients, and those are here, too. None stands for a product of shapes that forbid it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .checking import numerical_gradient
from .contracts import Array, Value

Data = dict[str, Any]
Gradients = dict[str, Any]
Mistakes = dict[str, Gradients]


def anywhere(right: Gradients, rows: int) -> Mistakes:
    """Return what can be wrong in every backward pass of N rows, told by the measured gradients."""
    factors = {
        "its sign is turned round": -1,
        "it has a factor 2 that does not belong there": 2,
        "it has a factor ½ that does not belong there": 0.5,
        "it is N times too large, a sum where a mean belongs": rows,
        "it is divided by N, a mean where a sum belongs": 1 / rows,
    }
    wrong: Mistakes = {
        words: {name: factor * gradient for name, gradient in right.items()}
        for words, factor in factors.items()
    }
    transposed = {name: gradient.T for name, gradient in right.items() if gradient.ndim == 2}
    return wrong | {"it is transposed": transposed}


def affine(x: Array, W: Array, dout: Array, **_: Array) -> Mistakes:
    """Return what mistakes make of dx, dW and db of an affine layer."""
    return {
        "W is not transposed": {"dx": product(dout, W)},
        "x is not transposed": {"dW": product(x, dout)},
        "x and dout have changed places": {"dW": dout.T @ x},
        "it is summed over the outputs of each row, not over the rows": {"db": dout.sum(axis=1)},
        "it is summed over everything, because the sum has no axis": {"db": dout.sum()},
        "it is a mean over everything, which has no axis": {"db": dout.mean()},
        "it is not summed over the rows": {"db": dout},
        "the sum keeps its axis": {"db": dout.sum(axis=0, keepdims=True)},
        "the first row alone counts": {"dW": x[:1].T @ dout[:1], "db": dout[0]},
        "the last row alone counts, because it overwrites what should be added up": {
            "dW": x[-1:].T @ dout[-1:],
            "db": dout[-1],
        },
    }


def loss(scores: Array, t: Array, dout: Value) -> Mistakes:
    """Return what mistakes make of the gradient of the scores, in softmax with loss."""
    y, N, K = softmax(scores), *scores.shape
    wrong = {
        "it is not divided by N, though the loss is a mean": y - t,
        "it is divided by N twice": (y - t) / N**2,
        "it is divided by the number of all scores, not of the rows": (y - t) / (N * K),
        "it is divided by the number of classes, not of the rows": (y - t) / K,
        "the label is not subtracted": y / N,
        "the label is added": (y + t) / N,
        "the label is subtracted from the scores, not from the probabilities": (scores - t) / N,
        "only the right class gets a gradient": t * (y - t) / N,
        "it belongs to the probabilities, not to the scores": -t / y / N,
        "it is the slope of each probability along its own score": y * (1 - y) / N,
    }
    return {words: {"dscores": gradient * dout} for words, gradient in wrong.items()}


def norm(x: Array, dout: Array) -> Mistakes:
    """Return what mistakes make of dx of a layer that normalises each row (eps = 1e-5)."""

    def mean(array: Array, axis: int | None = 1) -> Any:
        return array.mean(axis=axis, keepdims=True)

    g, std, D = dout, np.sqrt(x.var(axis=1, keepdims=True) + 1e-5), x.shape[1]
    normal = (x - mean(x)) / std
    by_mean, by_std = mean(g), normal * mean(g * normal)
    wrong = {
        "the path through the mean is lost": (g - by_std) / std,
        "the path through the standard deviation is lost": (g - by_mean) / std,
        "mean and std are taken for constants, so two of three paths are lost": g / std,
        "what comes over the shared paths is added": (g + by_mean + by_std) / std,
        "means are taken down the columns, as batch normalisation does": (
            (g - mean(g, 0) - normal * mean(g * normal, 0)) / std
        ),
        "means are taken over everything, because they have no axis": (
            (g - mean(g, None) - normal * mean(g * normal, None)) / std
        ),
        "sums stand where means belong": (g - D * by_mean - D * by_std) / std,
        "x stands where the normalised x belongs": (g - by_mean - x * mean(g * x)) / std,
        "it is not divided by the standard deviation": g - by_mean - by_std,
        "it is divided by the variance, not by its root": (g - by_mean - by_std) / std**2,
    }
    return {words: {"dx": gradient} for words, gradient in wrong.items()}


def step(
    X: Array,
    one_hot: Array,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    lr: float,
    reg: float,
) -> Mistakes:
    """Return what mistakes make of one step of a two-layer network, divided by -lr."""
    N, h, old = len(X), X @ W1 + b1, {"dW1": W1, "db1": b1, "dW2": W2, "db2": b2}
    r, y = np.maximum(h, 0), softmax(np.maximum(h, 0) @ W2 + b2)
    da = (y - one_hot) / N

    def back(
        da: Array = da, r: Array = r, W2_back: Array = W2, on: Any = h > 0, **reg_of: float
    ) -> Gradients:
        dh, decay = (da @ W2_back.T) * on, reg_of.get("weights", reg)
        return {
            "dW2": r.T @ da + decay * W2,
            "db2": da.sum(axis=0) + reg_of.get("biases", 0) * b2,
            "dW1": X.T @ dh + decay * W1,
            "db1": dh.sum(axis=0) + reg_of.get("biases", 0) * b1,
        }

    whole = back()
    dh = (da @ W2.T) * (h > 0)
    moved = W2 - lr * whole["dW2"]
    return {
        "it is not divided by N, though the loss is a mean": back(da * N),
        "it is divided by N twice": back(da / N),
        "the label is not subtracted": back(y / N),
        "probabilities and label have changed places": back(-da),
        "the mask of ReLU lets everything pass": back(on=1),
        "the mask of ReLU is turned round": back(on=h <= 0),
        "W2 has made its step too early, and the way back needs the old one": back(W2_back=moved),
        "h stands where r belongs, which ReLU has made of it": back(r=h),
        "the penalty is missing": back(weights=0),
        "the biases pay a penalty": back(biases=reg),
        "the gradient of the penalty has a factor 2 too much": back(weights=2 * reg),
        "the gradient of the penalty has a factor ½ too much": back(weights=reg / 2),
        "the penalty is subtracted": back(weights=-reg),
        "the penalty is divided by N": back(weights=reg / N),
        "it is summed over everything, because the sum has no axis": {
            **whole,
            "db2": da.sum(),
            "db1": dh.sum(),
        },
        "it is a mean over the rows, where a sum belongs": {
            **whole,
            "db2": da.mean(axis=0),
            "db1": dh.mean(axis=0),
        },
        "the step goes uphill": {name: -g for name, g in whole.items()},
        "lr is not used": {name: g / lr for name, g in whole.items()},
        "the old parameter is returned": {name: np.zeros_like(g) for name, g in whole.items()},
        "the gradient is returned, not the new parameter": {
            name: (old[name] - g) / lr for name, g in whole.items()
        },
    }


def slope(f: Callable[[Array], Any], x: Array, h: float) -> Mistakes:
    """Return what mistakes make of the central differences of a function."""
    up, down, left, moved = np.empty(x.shape), np.empty(x.shape), np.empty(x.shape), x.copy()
    for index in np.ndindex(x.shape):
        one = np.zeros(x.shape)
        one[index] = h
        up[index], down[index] = f(x + one), f(x - one)
        moved[index] += h
        above = f(moved)
        moved[index] -= 2 * h  # and stays there
        left[index] = (above - f(moved)) / (2 * h)
    here, apart, together = f(x), up - down, f(x + h) - f(x - h)
    wrong = {
        "it is divided by h, but the two places are further apart": apart / h,
        "it is not divided by the distance of the two places": apart,
        "Python reads / 2 * h from left to right and multiplies by h": apart / 2 * h,
        "it is a forward difference, from x to one side": (up - here) / h,
        "it is a backward difference, from x to one side": (here - down) / h,
        "it steps to one side only, but is divided as if to both": (up - here) / (2 * h),
        "all entries move at once": np.full(x.shape, together / (2 * h)),
        "all entries move at once, and / 2 * h multiplies by h": np.full(x.shape, together / 2 * h),
        "an entry that has moved is not set back": left,
        "the h that is given is not used": numerical_gradient(f, x),
        "its sign is turned round": -apart / (2 * h),
    }
    return {words: {"gradient": gradient} for words, gradient in wrong.items()}


def product(a: Array, b: Array) -> Array | None:
    """Return a @ b if the shapes allow it."""
    return a @ b if a.shape[-1] == b.shape[0] else None


def softmax(scores: Array) -> Array:
    """Return the probabilities; nothing is wrong with them, if the scores are small."""
    powers = np.exp(scores)
    y: Array = powers / powers.sum(axis=1, keepdims=True)
    return y
