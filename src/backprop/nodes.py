"""Add and Multiply: one operation each, forward and backward.

Every node and layer of the book keeps one promise: ``forward`` computes the output and saves what
``backward`` will need; ``backward`` takes ``dout``, the gradient of the final result with respect
to that output, and returns the gradients with respect to the inputs, in the order of ``forward``.
"""

from typing import Any

from .contracts import Array, real, same_shape


class Node:
    """What all nodes and layers share: a place for what ``forward`` saves.

    ``parameters`` are the arrays that learning changes, and ``gradients`` their gradients in the
    same order; most nodes have none.
    """

    parameters: tuple[Array, ...] = ()
    gradients: tuple[Array, ...] = ()
    _saved: Any = None

    @property
    def saved(self) -> Any:
        """What ``forward`` saved; a ``RuntimeError`` if it has not run yet."""
        if self._saved is None:
            name = type(self).__name__
            raise RuntimeError(f"{name}.backward needs a forward pass: call {name}.forward first")
        return self._saved

    @saved.setter
    def saved(self, value: Any) -> None:
        self._saved = value


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
