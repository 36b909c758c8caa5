"""Softmax and cross-entropy as two nodes: what ``SoftmaxWithLoss`` joins to one.

Chapter 3 draws them. To learn with, the joined layer is better: its gradient is shorter, and it
never takes the logarithm of a probability, which may round to 0.
"""

import numpy as np
from numpy.typing import ArrayLike

from .contracts import Array, Value, class_rows, one_hot
from .layers import of_scores, total
from .node import Node


@of_scores
def powers(scores: Array) -> Array:
    """Return exp(score - the largest one of its row); what is subtracted cancels in a quotient."""
    return np.exp(scores - scores.max(axis=-1, keepdims=True))


class Softmax(Node):
    """Scores (N, K) in, probabilities (N, K) out: exponentials, divided by their sum in each row.

    >>> Softmax().forward(np.log([[2.0, 3.0, 5.0]])).round(12)
    array([[0.2, 0.3, 0.5]])
    """

    def demand(self, scores: Array) -> tuple[Array]:
        """Demand rows of scores."""
        return (class_rows("scores", scores),)

    def forward(self, scores: Array) -> Array:
        """Return the probabilities, exponentials divided by their sum in each row."""
        y = powers(scores)
        self.saved = y / y.sum(axis=-1, keepdims=True)
        return self.saved

    def backward(self, dout: Array) -> Array:
        """Return y * (dout - the sum of dout * y over the row): each score moves all of y."""
        y = self.saved
        return y * (dout - (dout * y).sum(axis=-1, keepdims=True))


class CrossEntropy(Node):
    """Probabilities y (N, K) and labels t in, mean loss out.

    The loss is -(1/N) * sum of log y over each row's right class.

    Labels are class indices (N,) or one-hot rows (N, K). A probability of 0 is refused: its
    logarithm is infinite. ``SoftmaxWithLoss`` has no such limit.

    >>> node = CrossEntropy()
    >>> loss = node.forward([[0.2, 0.25, 0.55]], t=[1])
    >>> node.backward()
    array([[ 0., -4.,  0.]])
    """

    labels = True

    def demand(self, y: Array, t: ArrayLike) -> tuple[Array, Array]:
        """Demand positive probabilities (N, K), and make one-hot rows of class indices."""
        if not (class_rows("y", y) > 0).all():
            raise ValueError(f"y must be probabilities > 0, got {y.min()}")
        return y, one_hot(t, *y.shape[-2:])

    def forward(self, y: Array, t: Array) -> Value:
        """Return the mean over the rows of minus the logarithm of the right class's y."""
        self.saved = y, t
        return -total(np.where(t, np.log(y), 0)) / len(t)

    def backward(self, dout: Value = 1.0) -> Array:
        """Return -1 / y / N * dout for the right class, 0 for the others."""
        y, t = self.saved
        return np.where(t, -dout / y / len(t), 0)
