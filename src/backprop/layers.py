"""Affine, ReLU and SoftmaxWithLoss: the same contract as the nodes, for whole batches.

Rows are samples: N samples of D features are an array of shape (N, D). Arrays may have further
axes in front, and all layers then work on each (N, D) block: that is how ``train_grid`` trains many
networks at once with this very code.
"""

import numpy as np

from .contracts import Array, floats, number, one_hot, rows, same_shape
from .node import Node


def matmul(x: Array, W: Array) -> Array:
    """Return x @ W, computed as its transpose: each column of it is then in one piece in memory.

    The steps that follow go down whole columns. Along rows of 4 scores or 16 hidden units they
    would take up to six times as long.

    >>> matmul(np.array([[1.0, 1.0]]), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    array([[5., 7., 9.]])
    """
    return (W.mT @ x.mT).mT


class Affine(Node):
    """The layer x @ W + b: weights W of shape (D, H), biases b of shape (H,).

    After ``backward``, ``dW`` and ``db`` hold the gradients; they have the shapes of W and b.
    Arrays of floats are used as they are: change one in place and the layer has changed. Lists and
    whole numbers are copied to floats.

    >>> layer = Affine(W=[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], b=[0.0, 0.0, 1.0])
    >>> layer.forward([[1.0, 1.0]])
    array([[ 5.,  7., 10.]])
    """

    def __init__(self, W: Array, b: Array) -> None:
        self.W, self.b = floats("W", W), floats("b", b)
        if self.W.ndim != 2:
            raise ValueError(f"W must have shape (D, H), got {self.W.shape}")
        if self.b.shape != self.W.shape[-1:]:
            raise ValueError(f"b must have shape {self.W.shape[-1:]}, got {self.b.shape}")
        self.dW = self.db = None

    @property
    def inputs(self) -> int:
        """The number of columns D that x must have."""
        return self.W.shape[-2]

    @property
    def outputs(self) -> int:
        """The number of columns H of the output."""
        return self.W.shape[-1]

    def forward(self, x: Array) -> Array:
        """Return x @ W + b of shape (N, H) for x of shape (N, D)."""
        self.saved = x = rows("x", x, features=self.W.shape[-2])
        # matmul: x @ W, in an order of memory that makes the next steps fast
        return matmul(x, self.W) + self.b

    def backward(self, dout: Array) -> Array | None:
        """Set ``dW = x.mT @ dout`` and ``db``, dout summed over the rows; return ``dout @ W.mT``.

        A bias has one axis. In ``train_grid`` it has axes in front, (..., 1, H), and its row axis
        stays in place. Where nobody needs dx, it is None.
        """
        x = self.saved
        dout = rows("dout", dout, features=self.W.shape[-1], samples=x.shape[-2])
        self.dW = x.mT @ dout
        self.db = dout.sum(axis=-2, keepdims=self.b.ndim > 1)
        # dout @ W.mT; the first layer does without while a network learns
        return matmul(dout, self.W.mT) if self.needs_dx else None

    @property
    def parameters(self) -> tuple[Array, Array]:
        """The live arrays (W, b)."""
        return self.W, self.b

    @parameters.setter
    def parameters(self, arrays: tuple[Array, Array]) -> None:
        self.W, self.b = arrays

    @property
    def gradients(self) -> tuple[Array, Array]:
        """(dW, db) of the last backward pass."""
        return self.dW, self.db


class ReLU(Node):
    """The layer max(x, 0). Where x <= 0, so also at the kink x = 0, its gradient is 0.

    >>> layer = ReLU()
    >>> layer.forward([[-1.0, 0.0, 2.0]])
    array([[0., 0., 2.]])
    >>> layer.backward([[5.0, 5.0, 5.0]])
    array([[0., 0., 5.]])
    """

    def forward(self, x: Array) -> Array:
        """Return max(x, 0), element by element, for x of any shape."""
        x = floats("x", x)
        self.saved = x > 0
        return np.maximum(x, 0)

    def backward(self, dout: Array) -> Array:
        """Return ``dout`` where x was positive, 0 elsewhere."""
        same_shape(dout=dout, out=self.saved)
        return dout * self.saved


def log_softmax(scores: Array) -> Array:
    """Return the logarithms of the softmax probabilities of each row.

    The row's maximum is subtracted first, so that no exponential can overflow; it cancels in the
    quotient. The logarithm is taken of the row's sum, never of a probability that may round to 0.
    Source: Blanchard, Higham and Higham (2021).

    >>> np.exp(log_softmax(np.log([[2.0, 3.0, 5.0]]))).round(12)
    array([[0.2, 0.3, 0.5]])
    """
    scores = floats("scores", scores)
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


class SoftmaxWithLoss(Node):
    """Softmax and cross-entropy in one layer: scores (N, K) and labels t in, mean loss out.

    The loss is -(1/N) * sum of log y over each row's right class, where ``y`` holds the softmax
    probabilities, shape (N, K). Labels are class indices (N,) or one-hot rows (N, K); that each
    one-hot row holds a single 1 is checked by ``Network`` and ``train``, once, not in every step.

    >>> layer = SoftmaxWithLoss()
    >>> loss = layer.forward(np.log([[2.0, 3.0, 5.0]]), t=[1])
    >>> layer.y.round(12), layer.backward().round(12)
    (array([[0.2, 0.3, 0.5]]), array([[ 0.2, -0.7,  0.5]]))
    """

    y: Array | None = None

    def forward(self, scores: Array, t: Array) -> float:
        """Return the mean cross-entropy; ``ValueError`` for labels out of range or ill-shaped."""
        scores = floats("scores", scores)
        if scores.ndim < 2 or 0 in scores.shape:
            raise ValueError(f"scores must have shape (N, K) with N, K >= 1, got {scores.shape}")
        t = np.asarray(t)
        if t.shape != scores.shape[-2:]:
            t = one_hot(t, *scores.shape[-2:])
        log_y = log_softmax(scores)
        self.y = np.exp(log_y)
        self.saved = t
        return (t * -log_y).sum(axis=(-2, -1)) / len(t)

    def backward(self, dout: float = 1.0) -> Array:
        """Return (y - t) / N * dout, the gradient with respect to the scores."""
        t = self.saved
        return (self.y - t) / len(t) * number("dout", dout)
