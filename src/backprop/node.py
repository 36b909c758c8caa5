"""What all nodes and layers of the book have in common.

Each keeps one promise: ``forward`` computes the output and saves what ``backward`` will need;
``backward`` takes ``dout``, the gradient of the final result with respect to that output, and
returns the gradients with respect to the inputs, in the order of ``forward``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .contracts import Array


class Node:
    """What all nodes and layers share: a place for what ``forward`` saves.

    ``parameters`` are the arrays that learning changes, and ``gradients`` their gradients in the
    same order; most nodes have none. ``layers`` are the parts of a node that has any. Where
    ``needs_dx`` is off, ``backward`` may return None: ``train`` needs no gradient of the points.
    """

    parameters: tuple[Array, ...] = ()
    gradients: tuple[Array, ...] = ()
    layers: tuple["Node", ...] = ()
    needs_dx: bool = True
    _training: bool = False
    _saved: Any = None

    @property
    def training(self) -> bool:
        """Whether a network learns just now; the few nodes that then do something else ask this.

        A node that is made of layers passes it on to them.
        """
        return self._training or any(layer.training for layer in self.layers)

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
