"""Nodes of one operation each, forward and backward: Add, Multiply, Divide, Exp, Maximum.

Every node and layer of the book keeps one promise: ``forward`` computes the output and saves what
``backward`` will need; ``backward`` takes ``dout``, the gradient of the final result with respect
to that output, and returns the gradients with respect to the inputs, in the order of ``forward``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from .contracts import Array, real, same_shape


class Node:
    """What all nodes and layers share: a place for what ``forward`` saves.

    ``parameters`` are the arrays that learning changes, and ``gradients`` their gradients in the
    same order; most nodes have none. ``layers`` are the parts of a node that has any.
    """

    parameters: tuple[Array, ...] = ()
    gradients: tuple[Array, ...] = ()
    layers: tuple["Node", ...] = ()
    _training: bool = False
    _saved: Any = None

    @property
    def training(self) -> bool:
        """Whether a network learns just now; the few nodes that then do something else ask this.

        A node that is made of layers passes it on to them.
        """
        return self._training

    @training.setter
    def training(self, training: bool) -> None:
        self._training = training
        for layer in self.layers:
            layer.training = training

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


def inner(layers: Iterable[Node]) -> Iterator[Node]:
    """Yield the layers, and those that they are made of (``Residual``), in the order of forward."""
    for layer in layers:
        yield layer
        yield from inner(layer.layers)


def demand_layers(layers: Sequence[Node]) -> None:
    """Demand nodes, and none of them twice, not even inside another one."""
    strange = [layer for layer in layers if not isinstance(layer, Node)]
    if strange:
        raise ValueError(f"layers must be nodes such as ReLU(), got {strange[0]!r}")
    every = list(inner(layers))
    if len(set(map(id, every))) < len(every):
        raise ValueError("layers must all be different, got one twice: each saves its own pass")


def hand_out(arrays: Sequence[Array], layers: Sequence[Node]) -> None:
    """Give each layer its parameters from ``arrays``, which holds those of all layers in order."""
    remaining = iter(arrays)
    for layer in layers:
        if layer.parameters:
            layer.parameters = tuple(next(remaining) for _ in layer.parameters)


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
