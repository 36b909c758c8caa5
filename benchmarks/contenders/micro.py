"""micrograd: one object for each number. It has no exp and log, so these two are added here."""

import math
import sys

from micrograd.engine import Value
from tasks import Task

from . import Contender, Result, Run

STEPS = 2  # one step takes as long as thousands of the others


def exp(x: Value) -> Value:
    """Return e to the power of x, in the style of micrograd."""
    out = Value(math.exp(x.data), (x,), "exp")

    def backward() -> None:
        x.grad += out.data * out.grad

    out._backward = backward
    return out


def log(x: Value) -> Value:
    """Return the natural logarithm of x, in the style of micrograd."""
    out = Value(math.log(x.data), (x,), "log")

    def backward() -> None:
        x.grad += out.grad / x.data

    out._backward = backward
    return out


def values(numbers: list) -> list:
    """Return lists of numbers, in lists or not, as lists of Values."""
    return [values(row) if isinstance(row, list) else Value(row) for row in numbers]


def affine(x: list[Value], W: list[list[Value]], b: list[Value]) -> list[Value]:
    """Return x @ W + b for one point."""
    columns = zip(*W, strict=True)
    return [
        sum((xi * wi for xi, wi in zip(x, w, strict=True)), bi)
        for w, bi in zip(columns, b, strict=True)
    ]


def cross_entropy(scores: list[Value], label: int) -> Value:
    """Return minus the logarithm of the right class's probability."""
    largest = max(score.data for score in scores)
    shifted = [score - largest for score in scores]
    return log(sum((exp(score) for score in shifted), Value(0.0))) - shifted[label]


def single(task: Task) -> Run:
    """Prepare a few steps."""
    points = [[Value(float(x)) for x in row] for row in task.X]
    labels = task.t.tolist()
    # it follows the graph by calls inside calls, as deep as the graph is long
    sys.setrecursionlimit(100_000)

    def run() -> Result:
        # tolist: NumPy's own numbers would be slower here than Python's
        W1, b1, W2, b2 = (values(p.tolist()) for p in task.network().parameters)
        weights = [w for W in (W1, W2) for row in W for w in row]
        losses = []
        for _ in range(STEPS):
            total = Value(0.0)
            for x, label in zip(points, labels, strict=True):
                hidden = [h.relu() for h in affine(x, W1, b1)]
                total = total + cross_entropy(affine(hidden, W2, b2), label)
            data_loss = total / len(points)
            loss = data_loss + task.reg / 2 * sum((w**2 for w in weights), Value(0.0))
            everything = weights + b1 + b2
            for p in everything:
                p.grad = 0
            loss.backward()
            for p in everything:
                p.data -= task.lr * p.grad
            losses.append(data_loss.data)
        plain = [[[w.data for w in row] for row in W] for W in (W1, W2)]
        biases = [[w.data for w in b] for b in (b1, b2)]
        return [plain[0], biases[0], plain[1], biases[1]], losses

    return run


CONTENDERS = [Contender("micrograd", single, "a", steps=STEPS)]
