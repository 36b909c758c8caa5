"""How a gradient becomes a step: SGD, and two ways to learn from the steps before."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from .contracts import Array, Value, array, fitting, floats, list_of_arrays, number
from .keeper import BARE, is_gradient

Step = Callable[[Any, Sequence[Array], Sequence[Array]], list[Array]]


def keep_step(method: Step) -> Step:
    """Return a ``step`` that gets arrays of floats, each gradient in its parameter's shape."""

    @wraps(method)
    def step(self: Any, parameters: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        list_of_arrays("parameters", parameters)
        list_of_arrays("gradients", gradients, len(parameters))
        if not all(map(is_gradient, gradients, parameters)):  # in each step of a training they are
            parameters = [floats("parameters", W) for W in parameters]
            gradients = [floats("gradients", dW) for dW in gradients]
            for k, (W, dW) in enumerate(zip(parameters, gradients, strict=True)):
                fitting(f"gradients[{k}]", dW, f"parameters[{k}]", W)
        return method(self, parameters, gradients)

    BARE[step] = method
    return step


class SGD:
    """Gradient descent: every parameter W becomes W - lr * dW.

    ``lr`` is a number > 0, or an array of such numbers with axes that stand in front of those of
    every parameter (``train_grid``). A subclass writes ``step``, which then gets arrays of floats,
    each gradient in the shape of its parameter; else ``ValueError``.

    >>> SGD(lr=0.5).step([np.array([1.0, 2.0])], [np.array([0.2, -0.4])])
    [array([0.9, 2.2])]
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "step" in vars(cls):
            setattr(cls, "step", keep_step(cls.step))  # noqa: B010 - a type checker sees a method

    def __init__(self, lr: float | Array) -> None:
        for value in array("lr", lr).ravel():
            number("lr", value, above=0)
        if np.ndim(lr) and (not np.size(lr) or np.shape(lr)[-2:] != (1, 1)):
            expected = "a number, or an array whose last two axes have the length 1"
            raise ValueError(f"lr must be {expected}, got shape {np.shape(lr)}")
        self.lr = lr if np.ndim(lr) else float(lr)

    @keep_step
    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        """Return the new parameters; the old arrays stay as they are."""
        return [W - self.lr * dW for W, dW in zip(parameters, gradients, strict=True)]


class Momentum(SGD):
    """Gradient descent with a memory: v becomes momentum * v + dW, and W becomes W - lr * v.

    ``momentum``, from 0 to less than 1, is the share of the old direction v that is kept. Source:
    Polyak (1964).

    >>> optimizer = Momentum(lr=0.5, momentum=0.5)
    >>> for _ in range(3):
    ...     optimizer.step([np.array([0.0])], [np.array([4.0])])
    [array([-2.])]
    [array([-3.])]
    [array([-3.5])]
    """

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        super().__init__(number("lr", lr, above=0))
        self.momentum = number("momentum", momentum, least=0, below=1)
        self.v: list[Array] | None = None

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        """Return the new parameters; the old arrays stay as they are."""
        if self.v is None:
            self.v = [np.zeros_like(dW) for dW in gradients]
        self.v = [self.momentum * old + dW for old, dW in zip(self.v, gradients, strict=True)]
        return super().step(parameters, self.v)


class Adam(SGD):
    """Steps of about the length lr while the signs stay, whatever the size of the gradients.

    ``m`` is a running mean of the gradients and ``s`` one of their squares; both start at 0, and
    the division by 1 - beta**k takes this start out again. W becomes W - lr * m / (sqrt(s) + eps).
    Source: Kingma and Ba (2015), algorithm 1, where s is called v.

    >>> Adam(lr=0.5).step([np.array([0.0, 0.0])], [np.array([4.0, -0.001])])[0].round(4)
    array([-0.5,  0.5])
    """

    def __init__(
        self, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
    ) -> None:
        super().__init__(number("lr", lr, above=0))
        self.beta1 = number("beta1", beta1, least=0, below=1)
        self.beta2 = number("beta2", beta2, least=0, below=1)
        self.eps = number("eps", eps, above=0)
        self.m: list[Array] | None = None
        self.s: list[Array] | None = None
        self.k = 0

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        """Return the new parameters; the old arrays stay as they are."""
        self.k += 1
        squares = [dW**2 for dW in gradients]
        self.m = blend(self.beta1, self.m, gradients)
        self.s = blend(self.beta2, self.s, squares)
        fair1, fair2 = 1 - self.beta1**self.k, 1 - self.beta2**self.k
        directions = [
            (m / fair1) / (np.sqrt(s / fair2) + self.eps)
            for m, s in zip(self.m, self.s, strict=True)
        ]
        return super().step(parameters, directions)


def blend(beta: float, mean: list[Array] | None, new: Sequence[Array]) -> list[Array]:
    """Return a running mean of arrays, which starts at 0 and keeps the share ``beta`` of itself."""
    old: Sequence[Value] = mean or [0.0] * len(new)
    return [beta * m + (1 - beta) * x for m, x in zip(old, new, strict=True)]
