"""What all nodes and layers of the book have in common, and the contract that ``Node`` keeps.

Each keeps one promise: ``forward`` computes the output and saves what ``backward`` will need;
``backward`` takes ``dout``, the gradient of the final result with respect to that output, and
returns the gradients with respect to the inputs, in the order of ``forward``.

The methods themselves are mathematics only. ``Node`` looks at what goes in and what comes out, for
the nodes of the book and for those of its readers alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from .contracts import Array, instance
from .keeper import PASSING, keep_backward, keep_forward, names_of


class Node:
    """What all nodes and layers share, and the keeper of their contract.

    A subclass writes ``forward`` and ``backward``; ``Node`` sees to it that

    - inputs are real numbers (``forward`` gets floats), and are what ``demand`` asks for;
    - ``backward`` comes after ``forward``, and ``dout`` has the shape of the output;
    - ``backward`` returns one gradient for each input, several as a tuple, and each gradient of an
      input or a parameter has the shape of what it belongs to.

    Anything else raises a ``ValueError`` (``RuntimeError`` for ``backward`` without ``forward``)
    that names the class, what came and what was expected.

    What a subclass may say of itself:

    - ``parameters``, the arrays that learning changes, and ``gradients``, theirs in the same order;
    - ``layers``, its parts, if it is made of other nodes;
    - ``state``, the names of attributes that training changes too and prediction needs, and
      ``settings``, those that are fixed from the start and that prediction depends on;
    - ``labels = True``: the last input of ``forward`` holds labels, is handed on as it is and has
      no gradient;
    - ``stacks = True``: ``forward`` and ``backward`` also work with axes in front, which lets
      ``train_grid`` train many networks in one loop. A class that writes one of the two methods
      anew has to say so anew.
    """

    parameters: Sequence[Array] = ()
    gradients: Sequence[Any] = ()
    layers: tuple["Node", ...] = ()
    state: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    labels: bool = False
    stacks: bool = False
    saved: Any = None
    needs_dx: bool = True  # off in the first layer of a network that learns: there,
    spares_dx: bool = False  # backward_parameters takes the place of backward
    names: ClassVar[tuple[str, ...] | None] = None  # of forward's inputs; None: any number
    _training: bool = False
    _inside: bool = False  # of one of the two methods
    _pass: tuple[tuple[Any, ...], Any] | None = None  # inputs and output of the last forward

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own = vars(cls)
        written = [name for name in ("forward", "backward") if name in own]
        if written:
            cls.stacks = own.get("stacks", False)
        if "backward" in written:  # what this one does with dx is not known
            cls.spares_dx = "backward_parameters" in own
        for name, keep in (("forward", keep_forward), ("backward", keep_backward)):
            inherited = [getattr(base, name) for base in cls.__bases__ if issubclass(base, Node)]
            if getattr(cls, name) not in inherited:  # it is new, or that of a mixin
                setattr(cls, name, keep(getattr(cls, name)))
        cls.names = names_of(cls.forward)

    def forward(self, *inputs: Any) -> Any:
        """Return the output for these inputs, and save what ``backward`` will need."""
        raise NotImplementedError(f"{type(self).__name__} needs a method forward")

    def backward(self, *dout: Any) -> Any:
        """Return the gradients of the inputs, for the gradient ``dout`` of the output."""
        raise NotImplementedError(f"{type(self).__name__} needs a method backward")

    def backward_parameters(self, dout: Array) -> None:
        """Set the gradients of the parameters alone; only asked where ``spares_dx`` is on."""
        raise NotImplementedError(f"{type(self).__name__} needs a method backward_parameters")

    def demand(self, *inputs: Any) -> tuple[Any, ...]:
        """Return the inputs, as ``forward`` is to get them, if they are what it can work with.

        A node that demands more than real numbers, such as a shape, says so here.
        """
        return inputs

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

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy gets: made while a network learns, it is one that does not."""
        return {name: value for name, value in vars(self).items() if name not in PASSING}


def inner(layers: Iterable[Node]) -> Iterator[Node]:
    """Yield the layers, and those that they are made of (``Residual``), in the order of forward."""
    for layer in layers:
        yield layer
        yield from inner(layer.layers)


def demand_layers(layers: Sequence[Node]) -> None:
    """Demand nodes of one input, and none of them twice, not even inside another one."""
    for layer in layers:
        instance("layers", layer, Node, "nodes such as ReLU()")
        if layer.labels or (layer.names is not None and len(layer.names) != 1):
            hint = "; a loss belongs into network.last" if layer.labels else ""
            raise ValueError(
                f"layers must be nodes of one input, got {type(layer).__name__}, which takes "
                f"{', '.join(layer.names or ())}{hint}"
            )
    every = list(inner(layers))
    if len(set(map(id, every))) < len(every):
        raise ValueError("layers must all be different, got one twice: each saves its own pass")


def hand_out(arrays: Sequence[Array], layers: Sequence[Node]) -> None:
    """Give each layer its parameters from ``arrays``, which holds those of all layers in order."""
    start = 0
    for layer in layers:
        stop = start + len(layer.parameters)
        if stop > start:
            layer.parameters = tuple(arrays[start:stop])
        start = stop
