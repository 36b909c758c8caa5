"""Affine, ReLU and SoftmaxWithLoss: the same contract as the nodes, for whole batches.

Rows are samples: N samples of D features are an array of shape (N, D). Arrays may have further
axes in front, and all layers then work on each (N, D) block: that is how ``train_grid`` trains many
networks at once with this very code.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .contracts import (
    Array,
    Value,
    class_rows,
    floats,
    list_of_arrays,
    one_hot,
    replacing,
    rows,
)
from .node import Node


def total(x: Array) -> Value:
    """Return the sum over the rows and columns of x."""
    return x.sum(axis=(-2, -1))


def as_row(db: Any, b: Array) -> Any:
    """Return the gradient of a bias; in ``train_grid`` as the row (..., 1, H) that b then is."""
    return db if db is None or b.ndim < 3 else db[..., np.newaxis, :]


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

    stacks = True

    def __init__(self, W: ArrayLike, b: ArrayLike) -> None:
        self.W, self.b = floats("W", W), floats("b", b)
        if self.W.ndim != 2:
            raise ValueError(f"W must have shape (D, H), got {self.W.shape}")
        if self.b.shape != self.W.shape[-1:]:
            raise ValueError(f"b must have shape {self.W.shape[-1:]}, got {self.b.shape}")
        self.dW: Any = None  # until the first backward pass
        self.db: Any = None

    @property
    def inputs(self) -> int:
        """The number of columns D that x must have."""
        return self.W.shape[-2]

    @property
    def outputs(self) -> int:
        """The number of columns H of the output."""
        return self.W.shape[-1]

    def demand(self, x: Array) -> tuple[Array]:
        """Demand rows of D features."""
        return (rows("x", x, features=self.inputs),)

    def forward(self, x: Array) -> Array:
        """Return x @ W + b of shape (N, H) for x of shape (N, D)."""
        self.saved = x
        return matmul(x, self.W) + self.b

    def backward(self, dout: Array) -> Array:
        """Set ``dW`` and ``db``; return ``dx = dout @ W.mT``."""
        self.backward_parameters(dout)
        return matmul(dout, self.W.mT)

    def backward_parameters(self, dout: Array) -> None:
        """Set ``dW = x.mT @ dout`` and ``db``, dout summed over the rows."""
        self.dW = self.saved.mT @ dout
        self.db = dout.sum(axis=-2)

    @property
    def parameters(self) -> tuple[Array, Array]:
        """The arrays (W, b) that ``forward`` uses now: change one in place and the layer changes.

        Those that are assigned must fit; lists and whole numbers are copied to floats.
        """
        return self.W, self.b

    @parameters.setter
    def parameters(self, arrays: Sequence[ArrayLike]) -> None:
        W, b = list_of_arrays("parameters", arrays, 2)
        self.W, self.b = replacing("W", self.W, W), replacing("b", self.b, b)

    @property
    def gradients(self) -> tuple[Any, Any]:  # type: ignore[override]  # read only
        """(dW, db) of the last backward pass, in the shapes of (W, b)."""
        return self.dW, as_row(self.db, self.b)


class ReLU(Node):
    """The layer max(x, 0). Where x <= 0, so also at the kink x = 0, its gradient is 0.

    >>> layer = ReLU()
    >>> layer.forward([[-1.0, 0.0, 2.0]])
    array([[0., 0., 2.]])
    >>> layer.backward([[5.0, 5.0, 5.0]])
    array([[0., 0., 5.]])
    """

    stacks = True

    def forward(self, x: Array) -> Array:
        """Return max(x, 0), element by element, for x of any shape."""
        self.saved = x > 0
        return np.maximum(x, 0)

    def backward(self, dout: Array) -> Array:
        """Return ``dout`` where x was positive, 0 elsewhere."""
        return dout * self.saved


def of_scores(function: Callable[[Array], Array]) -> Callable[[ArrayLike], Array]:
    """Check the scores that a function is given. What overflows to -inf may: exp of it is 0.

    A row whose largest score is infinite has no probabilities: the result is NaN there.
    """

    @wraps(function)
    def checked(scores: ArrayLike) -> Array:
        scores = floats("scores", scores)
        if not (scores.ndim and scores.size):
            raise ValueError(f"scores must hold one or more numbers a row, got {scores.shape}")
        with np.errstate(over="ignore", invalid="ignore"):
            return function(scores)

    return checked


@of_scores
def log_softmax(scores: Array) -> Array:
    """Return the logarithms of the softmax probabilities of each row.

    The row's maximum is subtracted first, so that no exponential can overflow; it cancels in the
    quotient. The logarithm is taken of the row's sum, never of a probability that may round to 0.
    Source: Blanchard, Higham and Higham (2021).

    >>> np.exp(log_softmax(np.log([[2.0, 3.0, 5.0]]))).round(12)
    array([[0.2, 0.3, 0.5]])
    """
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


class SoftmaxWithLoss(Node):
    """Softmax and cross-entropy in one layer: scores (N, K) and labels t in, mean loss out.

    The loss is -(1/N) * sum of log y over each row's right class, where ``y`` holds the softmax
    probabilities, shape (N, K). Labels are class indices (N,) or one-hot rows (N, K). A score may
    be -inf, which is a probability of 0.

    >>> layer = SoftmaxWithLoss()
    >>> loss = layer.forward(np.log([[2.0, 3.0, 5.0]]), t=[1])
    >>> layer.y.round(12), layer.backward().round(12)
    (array([[0.2, 0.3, 0.5]]), array([[ 0.2, -0.7,  0.5]]))
    """

    labels = stacks = True
    y: Any = None  # until the first forward pass

    def demand(self, scores: Array, t: ArrayLike) -> tuple[Array, Array]:
        """Demand scores (N, K), and make one-hot rows of class indices."""
        hot = one_hot(t, *class_rows("scores", scores).shape[-2:])
        # floats stay as they are: a network has put them into the memory order of its scores
        return scores, t if isinstance(t, np.ndarray) and t.dtype.kind == "f" else hot

    def forward(self, scores: Array, t: Array) -> Value:
        """Return the mean cross-entropy; ``ValueError`` for labels out of range or ill-shaped."""
        log_y = log_softmax(scores)
        self.y, self.saved = np.exp(log_y), t
        return total(np.where(t, -log_y, 0)) / len(t)

    def backward(self, dout: Value = 1.0) -> Array:
        """Return (y - t) / N * dout, the gradient with respect to the scores."""
        t = self.saved
        return (self.y - t) / len(t) * dout
