"""The suspects of chapter 7. EVERYTHING IN THIS MODULE IS WRONG ON PURPOSE. Never build on it.

Each class has one mistake in one method, of a kind that real code has had. Read chapter 7 first if
you want to find them yourself: the docstrings below tell.
"""

from typing import Any

import numpy as np

from .contracts import Array, Value, whole
from .initial import random_affine
from .layers import Affine, ReLU, SoftmaxWithLoss, total
from .network import Network
from .residual import Residual


class Softmax1(SoftmaxWithLoss):
    """The loss is the mean over the rows, but the gradient is that of their sum."""

    def backward(self, dout: Value = 1.0) -> Array:
        """Return y - t: the division by N is missing."""
        return (self.y - self.saved) * dout


class Affine2(Affine):
    """Every bias gets the same gradient."""

    def backward(self, dout: Array) -> Array:
        """Sum ``dout`` over rows and columns for ``db``, as ``np.sum`` without an axis does."""
        self.dW = self.saved.mT @ dout
        self.db = np.full(self.b.shape, dout.sum())
        return dout @ self.W.mT


class ReLU3(ReLU):
    """Lets every gradient pass."""

    def forward(self, x: Array) -> Array:
        """Save a mask of the output, which is nowhere negative, so the mask is true everywhere."""
        x = np.maximum(x, 0)
        self.saved = x >= 0
        return x


class ReLU4(ReLU):
    """Returns the right gradient and damages an array that belongs to the caller."""

    def backward(self, dout: Array) -> Array:
        """Write into ``dout`` itself; another path of a fork may still need it."""
        dout[~self.saved] = 0
        return dout


class Network5(Network):
    """The biases pay a penalty, and their gradients know nothing of it."""

    def penalty(self, reg: Value) -> Value:
        """Return reg/2 times the sum of the squares of all parameters, biases too."""
        return sum(0.5 * reg * (array**2).sum() for array in self.parameters)


class Network6(Network):
    """The penalty has no one half, so its gradient would need a factor 2."""

    def penalty(self, reg: Value) -> Value:
        """Return reg times the sum of W**2, while ``backward`` adds reg * W."""
        return sum(reg * (layer.W**2).sum() for layer in self.affine)


class Softmax7(SoftmaxWithLoss):
    """Subtracts one number from all rows."""

    def forward(self, scores: Array, t: Array) -> Value:
        """Shift by the largest score of the whole batch; rows far below it underflow to 0."""
        shifted = scores - scores.max()
        log_y = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        self.y, self.saved = np.exp(log_y), t
        return total(np.where(t, -log_y, 0)) / len(t)


class Softmax8(SoftmaxWithLoss):
    """Hides the logarithm of 0, so the loss is capped and the gradient is not."""

    def forward(self, scores: Array, t: Array) -> Value:
        """Add 1e-7 to each probability before the logarithm is taken."""
        super().forward(scores, t)
        return total(t * -np.log(self.y + 1e-7)) / len(t)


SUSPECTS: dict[int, dict[str, type[Any]]] = {
    1: {"loss": Softmax1},
    2: {"affine": Affine2},
    3: {"relu": ReLU3},
    4: {"relu": ReLU4},
    5: {"network": Network5},
    6: {"network": Network6},
    7: {"loss": Softmax7},
    8: {"loss": Softmax8},
}


def suspect(number: int) -> Network:
    """Return a fresh copy of suspect 1 to 8: the network of ``right`` with one method broken."""
    return _build(**SUSPECTS[whole("number", number, most=len(SUSPECTS))])


def right() -> Network:
    """Return a fresh copy of the right network, with the weights that the suspects have, too.

    Affine and ReLU; the block x + ReLU(Affine(x)); Affine. 2 inputs, 16 hidden units, 4 classes.
    """
    return _build()


def _build(
    affine: type[Affine] = Affine,
    relu: type[ReLU] = ReLU,
    loss: type[SoftmaxWithLoss] = SoftmaxWithLoss,
    network: type[Network] = Network,
) -> Network:
    rng = np.random.default_rng(0)
    first, inside, scores = (
        affine(*random_affine(inputs, outputs, rng).parameters)
        for inputs, outputs in ((2, 16), (16, 16), (16, 4))
    )
    made = network([first, relu(), Residual(inside, relu()), scores])
    made.last = loss()
    return made
