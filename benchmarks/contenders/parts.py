"""Two parts of a step, each alone: the matrix products, and the calls of NumPy.

Neither is a training. Both do their work as often as the task has steps.
"""

import numpy as np
from tasks import GridTask, Task

from backprop.layers import matmul

from . import Contender, Result, Run


def products(task: Task) -> Run:
    """Prepare the five matrix products of a step, on arrays that are made once."""
    W1, _, W2, _ = task.network().parameters
    if isinstance(task, GridTask):
        shape = len(task.lrs), len(task.regs)
        W1, W2 = (np.broadcast_to(W, (*shape, *W.shape)).copy() for W in (W1, W2))
    x = task.X[: task.batch_size]  # all points where there are no batches
    h, scores = matmul(x, W1), matmul(matmul(x, W1), W2)  # columns in one piece, as in the book
    dW1, dW2 = np.empty_like(W1), np.empty_like(W2)

    def run() -> Result:
        for _ in range(task.steps):
            np.matmul(W1.mT, x.mT, out=h.mT)
            np.matmul(W2.mT, h.mT, out=scores.mT)
            np.matmul(h.mT, scores, out=dW2)
            np.matmul(W2, scores.mT, out=h.mT)
            np.matmul(x.mT, h, out=dW1)
        return [], None

    return run


def calls(task: Task) -> Run:
    """Prepare the NumPy calls of a step in plain lines, for a network of one unit and one point.

    There is next to nothing to compute, so what remains is the price of calling.
    """
    one = task.X.dtype.type(1)
    x, t, W, b = np.full((1, 1), one), np.full((1, 1), one), np.full((1, 1), one), np.full(1, one)
    lr, reg = 0.1, 0.001

    def run() -> Result:
        for _ in range(task.steps):
            h = x @ W + b
            positive = h > 0
            r = np.maximum(h, 0)
            scores = r @ W + b
            shifted = scores - scores.max(axis=-1, keepdims=True)
            log_y = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
            y = np.exp(log_y)
            (t * -log_y).sum(axis=(-2, -1)) / len(t)
            for _ in range(2):
                0.5 * reg * (W**2).sum()
            (y.argmax(axis=-1) == 0).mean()
            dscores = (y - t) / len(t)
            r.mT @ dscores + reg * W
            dscores.sum(axis=-2)
            dh = dscores @ W.mT * positive
            x.mT @ dh + reg * W
            dh.sum(axis=-2)
            for p in (W, b, W, b):
                p - lr * p
        return [], None

    return run


CONTENDERS = [
    Contender("only the matrix products", products, "abcd", part=True),
    Contender("only the calls", calls, "abcd", part=True),
]
