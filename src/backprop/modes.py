"""Dropout and BatchNorm: layers that do one thing while a network learns, another in use.

Their attribute ``training`` says which. It is off at first; ``learning``, and so ``train``,
switches it on for its own time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .contracts import Array, generator, list_of_arrays, number, replacing, rows, whole
from .layers import as_row
from .node import Node


class Dropout(Node):
    """In training, set a random share ``drop`` of the entries to 0 and divide the rest by 1 - drop.

    The division keeps the mean of each entry as it is, so that in use the layer can hand x on
    unchanged. Each forward pass in training draws a new ``mask``; ``held = True`` keeps the last
    one, because only a function that stays the same can be checked. Source: Srivastava et al.
    (2014), with the division done in training.

    >>> layer = Dropout(drop=0.5, seed=1)
    >>> layer.training = True
    >>> layer.forward([[1.0, 2.0, 3.0, 4.0]])
    array([[2., 4., 0., 8.]])
    >>> layer.backward([[1.0, 1.0, 1.0, 1.0]])
    array([[2., 2., 0., 2.]])
    """

    held: bool = False
    stacks = True

    def __init__(self, drop: float, seed: int | np.random.Generator) -> None:
        self.drop = number("drop", drop, least=0, below=1)
        self.rng = generator("seed", seed)
        self.mask: Any = None  # until the first forward pass in training

    def demand(self, x: Array) -> tuple[Array]:
        """Demand rows; in training, those that fit a mask that is held."""
        found = np.shape(x)
        if len(found) < 2:
            raise ValueError(f"x must have shape (N, D), got {found}")
        held = self.held and self.training and self.mask is not None
        if held and self.mask.shape != found[-2:]:
            raise ValueError(
                f"x must have the shape of the held mask {self.mask.shape}, got {found}"
            )
        return (x,)

    def forward(self, x: Array) -> Array:
        """Return x in use, and x times the mask in training, for x of shape (N, D)."""
        if not self.training:
            self.saved = np.ones_like(x)
            return x
        if self.mask is None or not self.held:
            self.mask = (self.rng.random(x.shape[-2:]) >= self.drop) / (1 - self.drop)
        self.saved = np.broadcast_to(self.mask.astype(x.dtype), x.shape)
        return x * self.saved

    def backward(self, dout: Array) -> Array:
        """Return ``dout`` times what forward has multiplied by."""
        return dout * self.saved


class BatchNorm(Node):
    """Give each column of a batch mean 0 and variance 1, then stretch by gamma and shift by beta.

    The output is gamma * (x - mean) / std + beta with std = sqrt(variance + eps). In training,
    mean and variance are those of the batch, and gradients flow through them too. In use they are
    ``running_mean`` and ``running_var``, constants that training has collected: each forward pass
    in training, also that of a check, keeps the share ``momentum`` of the old ones. Source: Ioffe
    and Szegedy (2015).

    >>> layer = BatchNorm(features=1, eps=0)
    >>> layer.training = True
    >>> layer.forward([[1.0], [3.0]])
    array([[-1.],
           [ 1.]])
    """

    state = ("running_mean", "running_var")
    settings = ("eps",)
    stacks = True

    def __init__(self, features: int, momentum: float = 0.9, eps: float = 1e-5) -> None:
        whole("features", features)
        self.momentum = number("momentum", momentum, least=0, below=1)
        self.eps = number("eps", eps, least=0)
        self.gamma, self.beta = np.ones(features), np.zeros(features)
        self.running_mean, self.running_var = np.zeros((1, features)), np.ones((1, features))
        self.dgamma: Any = None  # until the first backward pass
        self.dbeta: Any = None

    def demand(self, x: Array) -> tuple[Array]:
        """Demand rows of as many features as there are gammas, two or more in training.

        Columns that do not vary need an ``eps`` > 0.
        """
        rows("x", x, features=self.gamma.shape[-1])
        if self.training and x.shape[-2] < 2:
            raise ValueError(f"x must have N >= 2 rows in training, got {x.shape}")
        if not self.training and (self.running_var < 0).any():
            raise ValueError(f"running_var must be >= 0, got {self.running_var.min():g}")
        if self.eps == 0 and (np.ptp(x, axis=-2) if self.training else self.running_var).min() == 0:
            raise ValueError("eps must be > 0 where a column of x does not vary, got 0")
        return (x,)

    def forward(self, x: Array) -> Array:
        """Return the normalised batch for x of shape (N, D); training needs N >= 2."""
        if self.training:
            mean, var = x.mean(axis=-2, keepdims=True), x.var(axis=-2, keepdims=True)
            old, new = self.momentum, 1 - self.momentum
            self.running_mean = old * self.running_mean + new * mean
            self.running_var = old * self.running_var + new * var
        else:
            mean, var = self.running_mean.astype(x.dtype), self.running_var.astype(x.dtype)
        std = np.sqrt(var + self.eps)
        normal = (x - mean) / std
        self.saved = normal, std, self.training
        return self.gamma * normal + self.beta

    def backward(self, dout: Array) -> Array:
        """Set ``dgamma`` and ``dbeta``; return dx.

        In training every x of a column moves the mean and the variance that all rows share: the
        two terms that are subtracted are the gradients that arrive over these two paths.
        """
        normal, std, through_batch = self.saved
        self.dgamma = (dout * normal).sum(axis=-2)
        self.dbeta = dout.sum(axis=-2)
        dnormal = dout * self.gamma
        if through_batch:
            dnormal = (
                dnormal
                - dnormal.mean(axis=-2, keepdims=True)
                - normal * (dnormal * normal).mean(axis=-2, keepdims=True)
            )
        return dnormal / std

    @property
    def parameters(self) -> tuple[Array, Array]:
        """The arrays (gamma, beta) that ``forward`` uses now."""
        return self.gamma, self.beta

    @parameters.setter
    def parameters(self, arrays: Sequence[ArrayLike]) -> None:
        gamma, beta = list_of_arrays("parameters", arrays, 2)
        self.gamma = replacing("gamma", self.gamma, gamma)
        self.beta = replacing("beta", self.beta, beta)

    @property
    def gradients(self) -> tuple[Any, Any]:  # type: ignore[override]  # read only
        """(dgamma, dbeta) of the last backward pass, in the shapes of (gamma, beta)."""
        return as_row(self.dgamma, self.gamma), as_row(self.dbeta, self.beta)
