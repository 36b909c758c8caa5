"""Residual: some layers, and a path around them."""

from collections.abc import Sequence
from typing import Any

from .contracts import Array, fitting, list_of_arrays
from .node import Node, demand_layers, hand_out


class Residual(Node):
    """The node x + f(x), where f is the given layers in a row; f must keep the shape of x.

    x forks: one copy goes through the layers, the other one around them. So the gradients of the
    two paths add, and the one around arrives undiminished. Source: He, Zhang, Ren and Sun (2016).

    >>> from backprop import Affine
    >>> block = Residual(Affine(W=[[0.25]], b=[0.0]))
    >>> block.forward([[8.0]]), block.backward([[1.0]])
    (array([[10.]]), array([[1.25]]))
    """

    stacks = True

    def __init__(self, *layers: Node) -> None:
        if not layers:
            raise ValueError("layers must be one or more nodes, got none")
        demand_layers(layers)
        self.layers = layers

    def forward(self, x: Array) -> Array:
        """Return x + f(x)."""
        out = x
        for layer in self.layers:
            out = layer.forward(out)
        return x + fitting("the output of f", out, "x", x)

    def backward(self, dout: Array) -> Array:
        """Return ``dout`` plus what comes back through the layers."""
        through = dout
        for layer in reversed(self.layers):
            through = layer.backward(through)
        return dout + through

    @property
    def parameters(self) -> tuple[Array, ...]:
        """The arrays of all its layers, those that ``forward`` uses now."""
        return tuple(array for layer in self.layers for array in layer.parameters)

    @parameters.setter
    def parameters(self, arrays: Sequence[Array]) -> None:
        count = len(self.parameters)
        hand_out(list_of_arrays("parameters", arrays, count), self.layers)

    @property
    def gradients(self) -> tuple[Any, ...]:  # type: ignore[override]  # read only
        """The gradients of the parameters, from the last backward pass."""
        return tuple(array for layer in self.layers for array in layer.gradients)
