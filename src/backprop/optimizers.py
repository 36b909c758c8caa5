"""How a gradient becomes a step."""

from collections.abc import Sequence

import numpy as np

from .contracts import Array, number


class SGD:
    """Gradient descent: every parameter W becomes W - lr * dW.

    ``lr`` is a number > 0, or an array of such numbers with axes that stand in front of those of
    every parameter (``train_grid``).

    >>> SGD(lr=0.5).step([np.array([1.0, 2.0])], [np.array([0.2, -0.4])])
    [array([0.9, 2.2])]
    """

    def __init__(self, lr: float | Array) -> None:
        for value in np.ravel(lr):
            number("lr", value, above=0)
        self.lr = lr

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> list[Array]:
        """Return the new parameters; the old arrays stay as they are."""
        return [W - self.lr * dW for W, dW in zip(parameters, gradients, strict=True)]
