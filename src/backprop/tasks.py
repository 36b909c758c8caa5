"""What readers write themselves, and how it is tried: data, measured gradients, known mistakes.

No right ``backward`` stands here. What a gradient should be is measured; ``mistakes`` tells what
those lead to that people make.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from . import mistakes
from .checking import numerical_gradient
from .contracts import Array, Value, a_type, fitting, floating, shape
from .keeper import unwatched
from .layers import Affine, ReLU, SoftmaxWithLoss
from .mistakes import Data, Gradients, Mistakes
from .network import Network
from .node import Node

Sizes = dict[str, dict[str, tuple[int, ...]]]  # the shapes of each set of data
UNUSED = "dout, the gradient that arrives, is not used"


class Task:
    """One thing to write. ``names`` are its gradients, in the order in which they are found.

    All sizes of the first set of data differ from each other, so that sums, sides and factors are
    told apart. The second one has a single row. In the third one all sizes are equal, so that also
    a product of wrong sides can be computed.
    """

    names: tuple[str, ...]
    method: str = ""  # what the reader writes, if it belongs to a class
    chained: bool = False  # one gradient is made of the one before

    def data(self) -> dict[str, Data]:
        """Return the sets of data by their labels, such as "N = 5"; always the same ones."""
        raise NotImplementedError

    def measured(self, data: Data) -> Gradients:
        """Return the gradients that are right: two values of a function for each entry."""
        raise NotImplementedError

    def found(self, candidate: Callable[..., Any], data: Data, watched: bool) -> Gradients:
        """Return the gradients that a candidate finds, None for those that it has not set.

        If it is ``watched``, a gradient of a wrong shape is a ``ValueError``.
        """
        raise NotImplementedError

    def known(self, data: Data) -> list[Mistakes]:
        """Return what mistakes of this task lead to, then what less likely ones do."""
        raise NotImplementedError


class LayerTask(Task):
    """The ``backward`` of a class like ``base``, which is made from ``parameters``."""

    method = "backward"

    def __init__(
        self,
        base: type[Node],
        wrong: Callable[..., Mistakes],
        sizes: Sizes,
        names: tuple[str, ...] = ("dx",),
        inputs: tuple[str, ...] = ("x",),
        parameters: tuple[str, ...] = (),
    ) -> None:
        self.base, self.wrong, self.sizes = base, wrong, sizes
        self.names, self.inputs, self.parameters = names, inputs, parameters

    def data(self) -> dict[str, Data]:
        """Return arrays of normal numbers, and for labels the classes 0, 1, 0, 1, 0."""
        return {label: drawn(shapes) for label, shapes in self.sizes.items()}

    def forward(self, kind: Callable[..., Any], data: Data) -> tuple[Any, Any]:
        """Return a layer after its forward pass, and the output."""
        layer = kind(*(data[name] for name in self.parameters))
        return layer, layer.forward(*(data[name] for name in self.inputs))

    def measured(self, data: Data) -> Gradients:
        """Measure with the ``forward`` of the base, which readers do not change."""

        def along(name: str) -> Callable[[Array], Value]:
            return lambda x: np.sum(data["dout"] * self.forward(self.base, {**data, name: x})[1])

        moved = self.inputs[0], *self.parameters
        return {
            name: numerical_gradient(along(of), data[of])
            for name, of in zip(self.names, moved, strict=True)
        }

    def found(self, candidate: Callable[..., Any], data: Data, watched: bool) -> Gradients:
        """Go forward and back; the first gradient is what ``backward`` returns."""
        layer, out = self.forward(candidate, data)
        expected = self.forward(self.base, data)[1]
        if not np.allclose(out, expected, rtol=1e-9, atol=1e-12):
            raise ValueError(f"forward must return what {self.base.__name__} returns, and does not")
        if not watched:
            vars(layer).update(unwatched(layer))
        return self.gradients(layer, layer.backward(data["dout"]))

    def gradients(self, layer: Node, first: Any) -> Gradients:
        """Return the gradients by their names: the first one, and those that the layer has set."""
        return {n: getattr(layer, n, None) if i else first for i, n in enumerate(self.names)}

    def known(self, data: Data) -> list[Mistakes]:
        """Return the mistakes, also those without the gradient that arrives, or with it twice."""
        ones = {**data, "dout": np.ones_like(data["dout"])}
        squares = {**data, "dout": data["dout"] ** 2}
        without = {f"{words}, and {UNUSED}": found for words, found in self.wrong(**ones).items()}
        general = mistakes.anywhere(self.measured(data), len(data[self.inputs[0]]))
        arriving = {UNUSED: self.measured(ones), "dout is used twice": self.measured(squares)}
        return [self.wrong(**data), arriving | general, without]


class RowNorm(Node):
    """Give each row mean 0 and variance 1; its ``backward`` is for readers to write."""

    def forward(self, x: Array) -> Array:
        """Return (x - mean) / std with std = sqrt(variance + 1e-5), row by row."""
        mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
        out: Array = (x - mean) / np.sqrt(var + 1e-5)
        return out


class StepTask(Task):
    """One step of a two-layer network by hand; divided by -lr, it shows the gradient."""

    names, chained = ("dW2", "db2", "dW1", "db1"), True
    arrays: ClassVar[tuple[str, ...]] = ("W1", "b1", "W2", "b2")

    def data(self) -> dict[str, Data]:
        """Return points, one-hot rows, parameters, learning rate and penalty, in their order."""
        found = {}
        for N, D, H, K in ((5, 2, 3, 4), (1, 2, 3, 4), (3, 3, 3, 3)):
            shapes = {"X": (N, D), "t": (N, K), "W1": (D, H), "b1": (H,), "W2": (H, K), "b2": (K,)}
            values = drawn(shapes)
            names = ("X", "one_hot", *self.arrays)
            numbers = {"lr": 0.3, "reg": 0.1}
            found[f"N = {N}"] = dict(zip(names, values.values(), strict=True)) | numbers
        return found

    def measured(self, data: Data) -> Gradients:
        """Measure the loss of a network of the book's classes."""

        def along(name: str) -> Callable[[Array], Value]:
            def loss(x: Array) -> Value:
                W1, b1, W2, b2 = ({**data, name: x}[array] for array in self.arrays)
                network = Network([Affine(W1, b1), ReLU(), Affine(W2, b2)])
                return network.loss(data["X"], data["one_hot"], data["reg"])

            return loss

        return {name: numerical_gradient(along(name[1:]), data[name[1:]]) for name in self.names}

    def found(self, candidate: Callable[..., Any], data: Data, watched: bool) -> Gradients:
        """Make a step; a parameter of a wrong shape is handed on as it is."""
        old = {name: data[name].copy() for name in self.arrays}
        new = candidate(*data.values())
        if new is None:
            return dict.fromkeys(self.names)
        if not isinstance(new, tuple) or len(new) != len(old):
            got = f"{len(new)}" if isinstance(new, tuple) else a_type(new)
            raise ValueError(f"a step must return the tuple W1, b1, W2, b2, got {got}")
        after, gradients = dict(zip(self.arrays, new, strict=True)), {}
        for gradient in self.names:
            name = gradient[1:]
            value = floating(f"the new {name}", after[name])
            if watched:
                fitting(f"the new {name}", value, f"the old {name}", old[name])
            fits = shape(value) == old[name].shape
            gradients[gradient] = (old[name] - value) / data["lr"] if fits else value
        return gradients

    def known(self, data: Data) -> list[Mistakes]:
        """Return the mistakes of the way back, of the penalty and of the step."""
        return [mistakes.step(**data), mistakes.anywhere(self.measured(data), len(data["X"]))]


class SlopeTask(Task):
    """A function ``(f, x, h)`` that returns the central differences of f at x."""

    names = ("gradient",)

    def data(self) -> dict[str, Data]:
        """Return a function, a place, and a step so long that differences of other kinds show."""
        few, many = drawn({"few": (3,), "many": (2, 3)}).values()
        return {
            "h = 0.1": {"f": bent, "x": many, "h": 0.1},
            "h = 0.2": {"f": bent, "x": few, "h": 0.2},
        }

    def measured(self, data: Data) -> Gradients:
        """Measure with the same step."""
        return {"gradient": numerical_gradient(**data)}

    def found(self, candidate: Callable[..., Any], data: Data, watched: bool) -> Gradients:
        """Measure with the candidate."""
        gradient = candidate(*data.values())
        if watched:
            fitting("the gradient", floating("the gradient", gradient), "x", data["x"])
        return {"gradient": gradient}

    def known(self, data: Data) -> list[Mistakes]:
        """Return the mistakes; what rows have in common is no part of this."""
        return [mistakes.slope(**data)]


def bent(x: Array) -> float:
    """Return a number in which each entry counts, bent and together with the others."""
    return float((x**3).sum() + x.sum() ** 3 / 5)


def drawn(shapes: dict[str, tuple[int, ...]]) -> Data:
    """Return normal numbers in these shapes; for ``t``, one-hot rows of the classes 0 and 1."""
    rng = np.random.default_rng(1986)
    return {
        name: np.eye(size[1])[np.arange(size[0]) % 2]
        if name == "t"
        else np.asarray(rng.normal(size=size))[()]
        for name, size in shapes.items()
    }


AFFINE: Sizes = {
    f"N = {N}": {"x": (N, D), "W": (D, H), "b": (H,), "dout": (N, H)}
    for N, D, H in ((5, 2, 3), (1, 2, 3), (3, 3, 3))
}
LOSS: Sizes = {
    f"N = {N}": {"scores": (N, K), "t": (N, K), "dout": ()} for N, K in ((5, 4), (1, 4), (3, 3))
}
ROWS: Sizes = {f"N = {N}": {"x": (N, D), "dout": (N, D)} for N, D in ((5, 4), (1, 4), (3, 3))}
TASKS: dict[str, Task] = {
    "Affine": LayerTask(
        Affine, mistakes.affine, AFFINE, names=("dx", "dW", "db"), parameters=("W", "b")
    ),
    "SoftmaxWithLoss": LayerTask(
        SoftmaxWithLoss, mistakes.loss, LOSS, names=("dscores",), inputs=("scores", "t")
    ),
    "LayerNorm": LayerTask(RowNorm, mistakes.norm, ROWS),
    "step": StepTask(),
    "numerical_gradient": SlopeTask(),
}
