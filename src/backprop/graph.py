"""A computational graph: named nodes, wired by name; forward, then backward.

>>> from backprop import Graph, Multiply
>>> car = Graph("price", "count", "tax")
>>> car.wire("subtotal", Multiply(), "price", "count")
>>> car.wire("total", Multiply(), "subtotal", "tax")
>>> car.forward(price=20, count=2, tax=1.1)
44.0
>>> car.backward()["price"]
2.2
"""

from dataclasses import dataclass

import numpy as np

from .contracts import Value, instance
from .node import Node


@dataclass(frozen=True)
class Wire:
    """One node of a graph: its output's name, the node, and the names of its inputs."""

    name: str
    node: Node
    inputs: tuple[str, ...]


class Graph:
    """Named nodes wired into a graph.

    A node can only be wired to names that exist, so the order of wiring is a topological order:
    forward follows it and backward follows it in reverse. After a forward pass ``values`` holds
    the value of every name; after a backward pass ``gradients`` holds, for every name, the
    gradient of the last output, and ``edge_gradients[name, i]`` what input i of node ``name``
    received over its own edge.
    """

    def __init__(self, *inputs: str) -> None:
        for name in inputs:
            instance("inputs", name, str, "names")
        if not inputs or len(set(inputs)) < len(inputs):
            raise ValueError(f"inputs must be at least one name and all different, got {inputs}")
        self.inputs = inputs
        self.wires: list[Wire] = []
        self.forget()

    def forget(self) -> None:
        """Drop the last run."""
        self.values: dict[str, Value] = {}
        self.gradients: dict[str, Value] = {}
        self.edge_gradients: dict[tuple[str, int], Value] = {}

    def wire(self, name: str, node: Node, *inputs: str) -> None:
        """Add ``node``, fed by the named inputs; its output is called ``name``."""
        known = [*self.inputs, *(wire.name for wire in self.wires)]
        instance("name", name, str, "a name")
        if name in known:
            raise ValueError(f"name must be new, got {name!r} which is taken")
        instance("node", node, Node, "a Node such as Add()")
        if any(node is wire.node for wire in self.wires):
            raise ValueError(f"node must be new, got one twice: {name!r} needs a node of its own")
        if not inputs or not all(isinstance(one, str) and one in known for one in inputs):
            raise ValueError(f"inputs of {name!r} must be among {known}, got {list(inputs)}")
        if node.names is not None and len(inputs) != len(node.names):
            takes = ", ".join(node.names)
            raise ValueError(
                f"inputs of {name!r} must be one for each of {takes}, got {list(inputs)}"
            )
        self.wires.append(Wire(name, node, inputs))
        self.forget()

    def forward(self, /, **values: Value) -> Value:
        """Compute every node in the order of wiring and return the last output."""
        if not self.wires or set(values) != set(self.inputs):
            raise ValueError(
                f"forward needs at least one node and values for exactly {list(self.inputs)}, "
                f"got {len(self.wires)} nodes and values for {list(values)}"
            )
        self.forget()
        for wire in self.wires:
            values[wire.name] = wire.node.forward(*(values[name] for name in wire.inputs))
        self.values = values
        return values[self.wires[-1].name]

    def backward(self) -> dict[str, Value]:
        """Go back through the nodes in reverse and return the gradient of the last output.

        A name that feeds several nodes collects one gradient from each, and they are added.
        Names that the last output does not depend on have gradient 0.
        """
        self.gradients = self.first_gradients()
        for wire in reversed(self.wires):
            self.back_through(wire)
        return self.gradients

    def first_gradients(self) -> dict[str, Value]:
        """Return the gradients to begin with: 1 for the last output, 0 for everything else."""
        if not self.values:
            raise RuntimeError("Graph.backward needs a forward pass: call Graph.forward first")
        last = self.wires[-1].name
        return {name: filled(float(name == last), value) for name, value in self.values.items()}

    def back_through(self, wire: Wire) -> None:
        """Go back through one node, and add what its inputs receive to their gradients."""
        arrived = wire.node.backward(self.gradients[wire.name])
        for i, (name, gradient) in enumerate(zip(wire.inputs, several(arrived), strict=False)):
            self.edge_gradients[wire.name, i] = gradient
            self.gradients[name] = self.gradients[name] + gradient


def several(gradients: Value | tuple[Value, ...]) -> tuple[Value, ...]:
    """Return a tuple: a single gradient comes alone, and labels have none."""
    return gradients if isinstance(gradients, tuple) else (gradients,)


def filled(number: float, like: Value) -> Value:
    """Return ``number``, or an array full of it if ``like`` is an array."""
    return np.full(np.shape(like), number) if np.ndim(like) else number
