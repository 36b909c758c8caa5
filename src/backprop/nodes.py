"""Add, Multiply, Divide, Exp and Maximum: nodes of one operation, forward and backward."""

import numpy as np

from .contracts import Value, same_shape
from .node import Node


class OfTwo(Node):
    """A node of two numbers, or of two arrays of the same shape, element by element."""

    def demand(self, x: Value, y: Value) -> tuple[Value, Value]:
        """Demand one shape: nothing is broadcast."""
        same_shape(x=x, y=y)
        return x, y


class Add(OfTwo):
    """The node z = x + y. Its backward pass hands ``dout`` on to both inputs, unchanged.

    >>> node = Add()
    >>> node.forward(44, 2)
    46.0
    >>> node.backward(1)
    (1.0, 1.0)
    """

    symbol = "+"

    def forward(self, x: Value, y: Value) -> Value:
        """Return x + y for two numbers or two arrays of the same shape (else ``ValueError``)."""
        return x + y

    def backward(self, dout: Value) -> tuple[Value, Value]:
        """Return ``(dx, dy) = (dout, dout)``."""
        return dout, dout


class Multiply(OfTwo):
    """The node z = x * y, element by element. Its backward pass swaps the two inputs.

    >>> node = Multiply()
    >>> node.forward(20, 2)
    40.0
    >>> node.backward(1.1)
    (2.2, 22.0)
    """

    symbol = "×"

    def forward(self, x: Value, y: Value) -> Value:
        """Return x * y for two numbers or two arrays of the same shape (else ``ValueError``)."""
        self.saved = x, y
        return x * y

    def backward(self, dout: Value) -> tuple[Value, Value]:
        """Return ``(dx, dy) = (dout * y, dout * x)``."""
        x, y = self.saved
        return dout * y, dout * x


class Divide(OfTwo):
    """The node z = x / y, element by element.

    >>> node = Divide()
    >>> node.forward(6.0, 4.0)
    1.5
    >>> node.backward(1.0)
    (0.25, -0.375)
    """

    symbol = "÷"

    def demand(self, x: Value, y: Value) -> tuple[Value, Value]:
        """Demand one shape, and no y that is 0."""
        if not np.all(y):
            raise ValueError("y must not be 0 anywhere, got a 0 to divide by")
        return super().demand(x, y)

    def forward(self, x: Value, y: Value) -> Value:
        """Return x / y for two numbers or two arrays of the same shape, no y being 0."""
        self.saved = x, y
        return x / y

    def backward(self, dout: Value) -> tuple[Value, Value]:
        """Return ``(dx, dy) = (dout / y, -dout * x / y**2)``."""
        x, y = self.saved
        return dout / y, -dout * x / y / y  # y**2 could overflow


class Exp(Node):
    """The node z = e to the power x. Its slope is its own output.

    >>> node = Exp()
    >>> float(node.forward(0.0)), float(node.backward(3.0))
    (1.0, 3.0)
    """

    symbol = "exp"

    def demand(self, x: Value) -> tuple[Value]:
        """Demand an exp(x) that is finite."""
        with np.errstate(over="ignore"):
            too_large = np.isinf(np.exp(x)).any()
        if too_large:
            raise ValueError(f"x must be small enough for exp(x) to be finite, got {np.max(x):g}")
        return (x,)

    def forward(self, x: Value) -> Value:
        """Return exp(x); ``ValueError`` if that is beyond the largest float."""
        self.saved = np.exp(x)
        return self.saved

    def backward(self, dout: Value) -> Value:
        """Return ``dx = dout * exp(x)``."""
        return dout * self.saved


class Maximum(OfTwo):
    """The node z = max(x, y), element by element. All of ``dout`` goes to the larger input.

    At a tie it goes to y, so that with y = 0 this is ReLU, and the two gradients still sum to
    ``dout``.

    >>> node = Maximum()
    >>> float(node.forward(5.0, 3.0)), node.backward(2.0)
    (5.0, (2.0, 0.0))
    """

    symbol = "max"

    def forward(self, x: Value, y: Value) -> Value:
        """Return max(x, y) for two numbers or two arrays of the same shape."""
        self.saved = x > y, x <= y
        return np.maximum(x, y)

    def backward(self, dout: Value) -> tuple[Value, Value]:
        """Return ``(dx, dy)``: ``dout`` for the larger of x and y, 0 for the other one."""
        x_wins, y_wins = self.saved
        return dout * x_wins, dout * y_wins
