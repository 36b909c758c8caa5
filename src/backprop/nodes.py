"""Add, Multiply, Divide, Exp and Maximum: nodes of one operation, forward and backward."""

import numpy as np

from .contracts import Array, real, same_shape
from .node import Node


class Add(Node):
    """The node z = x + y. Its backward pass hands ``dout`` on to both inputs, unchanged.

    >>> node = Add()
    >>> node.forward(44, 2)
    46
    >>> node.backward(1)
    (1, 1)
    """

    symbol = "+"

    def forward(self, x: Array, y: Array) -> Array:
        """Return x + y for two numbers or two arrays of the same shape (else ``ValueError``)."""
        same_shape(x=real("x", x), y=real("y", y))
        self.saved = out = x + y
        return out

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return ``(dx, dy) = (dout, dout)``."""
        same_shape(dout=dout, out=self.saved)
        return dout, dout


class Multiply(Node):
    """The node z = x * y, element by element. Its backward pass swaps the two inputs.

    >>> node = Multiply()
    >>> node.forward(20, 2)
    40
    >>> node.backward(1.1)
    (2.2, 22.0)
    """

    symbol = "×"

    def forward(self, x: Array, y: Array) -> Array:
        """Return x * y for two numbers or two arrays of the same shape (else ``ValueError``)."""
        same_shape(x=real("x", x), y=real("y", y))
        self.saved = x, y
        return x * y

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return ``(dx, dy) = (dout * y, dout * x)``."""
        x, y = self.saved
        same_shape(dout=dout, out=x)
        return dout * y, dout * x


class Divide(Node):
    """The node z = x / y, element by element.

    >>> node = Divide()
    >>> node.forward(6.0, 4.0)
    1.5
    >>> node.backward(1.0)
    (0.25, -0.375)
    """

    symbol = "÷"

    def forward(self, x: Array, y: Array) -> Array:
        """Return x / y for two numbers or two arrays of the same shape, no y being 0."""
        same_shape(x=real("x", x), y=real("y", y))
        if not np.all(y):
            raise ValueError("y must not be 0 anywhere, got a 0 to divide by")
        self.saved = x, y
        return x / y

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return ``(dx, dy) = (dout / y, -dout * x / y**2)``."""
        x, y = self.saved
        same_shape(dout=dout, out=x)
        return dout / y, -dout * x / y / y  # y**2 could overflow


class Exp(Node):
    """The node z = e to the power x. Its slope is its own output.

    >>> node = Exp()
    >>> float(node.forward(0.0)), float(node.backward(3.0))
    (1.0, 3.0)
    """

    symbol = "exp"

    def forward(self, x: Array) -> Array:
        """Return exp(x); ``ValueError`` if that is beyond the largest float."""
        with np.errstate(over="ignore"):
            out = np.exp(real("x", x))
        if np.isinf(out).any():
            raise ValueError(f"x must be small enough for exp(x) to be finite, got {np.max(x):g}")
        self.saved = out
        return out

    def backward(self, dout: Array) -> Array:
        """Return ``dx = dout * exp(x)``."""
        same_shape(dout=dout, out=self.saved)
        return dout * self.saved


class Maximum(Node):
    """The node z = max(x, y), element by element. All of ``dout`` goes to the larger input.

    At a tie it goes to y, so that with y = 0 this is ReLU, and the two gradients still sum to
    ``dout``.

    >>> node = Maximum()
    >>> float(node.forward(5.0, 3.0)), node.backward(2.0)
    (5.0, (2.0, 0.0))
    """

    symbol = "max"

    def forward(self, x: Array, y: Array) -> Array:
        """Return max(x, y) for two numbers or two arrays of the same shape."""
        same_shape(x=real("x", x), y=real("y", y))
        self.saved = x > y, x <= y
        return np.maximum(x, y)

    def backward(self, dout: Array) -> tuple[Array, Array]:
        """Return ``(dx, dy)``: ``dout`` for the larger of x and y, 0 for the other one."""
        x_wins, y_wins = self.saved
        same_shape(dout=dout, out=x_wins)
        return dout * x_wins, dout * y_wins
