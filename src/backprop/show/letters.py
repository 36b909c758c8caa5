"""A node's own picture: in letters, as in its formula, or in numbers, from a run of its own."""

from dataclasses import dataclass
from typing import Any

from ..contracts import Array, Value
from ..graph import Graph
from ..layers import Affine, ReLU, SoftmaxWithLoss
from ..node import Node
from ..nodes import Add, Multiply
from .drawing import draw_texts, entries, operation
from .picture import Picture

Texts = tuple[dict[str, str], dict[tuple[str, int], str], str]  # above, below, arriving


@dataclass(frozen=True)
class Letters:
    """What the picture of a kind of node says: its inputs, its output, the gradients.

    ``arrives`` is the gradient of the output, ``leaves`` those of the inputs; labels, the last
    input, have none. ``shapes`` are those of inputs and output, where they say something.
    """

    inputs: tuple[str, ...]
    output: str
    arrives: str
    leaves: tuple[str, ...]
    shapes: tuple[str, ...] = ()


LETTERS = {
    Add: Letters(("x", "y"), "z", "∂L/∂z", ("∂L/∂z", "∂L/∂z")),
    Multiply: Letters(("x", "y"), "z", "∂L/∂z", ("∂L/∂z · y", "∂L/∂z · x")),
    Affine: Letters(
        ("x", "W", "b"),
        "out",
        "dout",
        ("dout · Wᵀ", "xᵀ · dout", "Σ dout over samples"),
        ("(N, D)", "(D, H)", "(H,)", "(N, H)"),
    ),
    ReLU: Letters(("x",), "z", "∂L/∂z", ("∂L/∂z if x > 0, else 0",)),
    SoftmaxWithLoss: Letters(("scores", "t"), "L", "1", ("(y − t) / N",), ("(N, K)", "(N, K)", "")),
}


class Unfolded(Node):
    """A layer whose parameters arrive like its input, each over an edge of its own."""

    def __init__(self, layer: Node) -> None:
        self.layer, self.symbol = layer, type(layer).__name__

    def forward(self, x: Array, *_: Array) -> Array:
        """Return the layer's output; its parameters are its own, and only drawn."""
        out: Array = self.layer.forward(x)
        return out

    def backward(self, dout: Array) -> tuple[Array, ...]:
        """Return the gradients of the input and of the parameters."""
        return self.layer.backward(dout), *self.layer.gradients


def draw_node(node: Node, dout: Value | None = None, **inputs: Any) -> Picture:
    """Return the picture of a node with its gradients: in letters, or in numbers for ``inputs``.

    With inputs, the node is run: forward with them, then backward with ``dout``, which is 1 unless
    given. A layer is drawn with its own weights and biases as further inputs, since they get
    gradients as well. Raises ``ValueError`` for a kind of node that has no picture here, for inputs
    that are not the node's, and for a ``dout`` without them.

    >>> draw_node(Multiply())
    Node in letters: z = x × y. Arriving: ∂L/∂z. Leaving: ∂L/∂z · y on x, ∂L/∂z · x on y.
    >>> draw_node(Multiply(), x=20, y=2, dout=1.1)
    Node in numbers: x = 20, y = 2, z = x × y = 40. Arriving: 1.1. Leaving: 2.2 on x, 22 on y.
    """
    letters = LETTERS.get(type(node))
    if letters is None:
        known = ", ".join(kind.__name__ for kind in LETTERS)
        raise ValueError(f"node must be one of {known}, got {node!r}")
    graph = Graph(*letters.inputs)
    graph.wire(letters.output, Unfolded(node) if node.parameters else node, *letters.inputs)
    (wire,) = graph.wires
    own = dict(zip(wire.inputs[1:], node.parameters, strict=False))
    needed = [name for name in wire.inputs if name not in own]
    if (inputs or dout is not None) and set(inputs) != set(needed):
        raise ValueError(f"inputs must be {needed}, or none and no dout, got {list(inputs)}")
    if inputs:
        above, below, arriving = in_numbers(graph, 1.0 if dout is None else dout, inputs | own)
        values = ", ".join(f"{name} = {above[name]}" for name in wire.inputs)
        shown = f"numbers: {values}, {operation(wire)} = {above[wire.name]}."
    else:
        above, below, arriving = in_letters(letters)
        shapes = ", ".join(f"{name} {shape}" for name, shape in above.items() if shape)
        shown = f"letters: {operation(wire)}." + (f" Shapes: {shapes}." if shapes else "")
    leaving = ", ".join(f"{text} on {wire.inputs[i]}" for (_, i), text in below.items())
    alt = f"Node in {shown} Arriving: {arriving}. Leaving: {leaving}."
    return draw_texts(graph, above, below, arriving, alt)


def in_letters(letters: Letters) -> Texts:
    """Return the letters on the edges of a node: values, gradients, what arrives."""
    names = *letters.inputs, letters.output
    above = dict(zip(names, letters.shapes or [""] * len(names), strict=True))
    below = {(letters.output, i): text for i, text in enumerate(letters.leaves)}
    return above, below, letters.arrives


def in_numbers(graph: Graph, dout: Value, inputs: dict[str, Value]) -> Texts:
    """Run the one node of a graph; return its numbers: values, gradients, what arrives."""
    (wire,) = graph.wires
    graph.forward(**inputs)
    graph.gradients = {**graph.first_gradients(), wire.name: dout}
    graph.back_through(wire)
    above = {name: entries(value) for name, value in graph.values.items()}
    below = {edge: entries(gradient) for edge, gradient in graph.edge_gradients.items()}
    return above, below, entries(dout)
