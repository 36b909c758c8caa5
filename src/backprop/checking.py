"""Is a gradient right? Compare it with the slope measured by two forward passes."""

from collections.abc import Callable, Sequence
from functools import wraps

import numpy as np
from numpy.typing import ArrayLike

from .contracts import Array, Value, fitting, floating, floats, instance, number, same_shape
from .graph import Graph, several
from .network import Network, single
from .node import Node, hand_out
from .unchanged import unchanged


def measurable(gradient: Callable[..., Array]) -> Callable[..., Array]:
    """Hold the ``f`` of ``numerical_gradient`` to what it is to be: it makes numbers of arrays."""

    @wraps(gradient)
    def checked(f: Callable[[Array], Value], x: ArrayLike, h: float = 1e-5) -> Array:
        if not callable(f):
            raise ValueError(f"f must be a function that returns a number, got {f!r}")

        def to_number(x: Array) -> Value:
            return fitting("f(x)", floating("f(x)", f(x)), "a number", 0.0)

        with np.errstate(invalid="ignore"):  # of two infinities no difference is known: NaN
            return gradient(to_number, x, h)

    return checked


@measurable
def numerical_gradient(f: Callable[[Array], Value], x: ArrayLike, h: float = 1e-5) -> Array:
    """Return the central differences (f(x + h) - f(x - h)) / 2h, one coordinate at a time.

    ``f`` takes a float64 array of the shape of ``x`` and returns a number; ``x`` is not changed.
    ``ValueError`` for another f or x, and for h <= 0.
    The error is of order h**2 plus rounding of order 1e-16 / h, so h = 1e-5 suits float64. Where
    an x is so large that h is lost in its rounding, nothing can be measured: the result is NaN.

    >>> numerical_gradient(lambda x: (x**2).sum(), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    number("h", h, above=0)
    x = floats("x", x).astype(np.float64)
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    gradient[(x + h == x) | (x - h == x)] = np.nan
    return gradient


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """Return the length of a - b over the larger of the lengths of a and b; 0 if both are 0.

    What cannot be compared does not agree: the error is infinite if a NaN or an infinity is there.

    >>> relative_error([3.0, 4.0], [3.0, 4.5])
    0.092...
    """
    a, b = scaled(a, b)
    size = max(np.linalg.norm(a), np.linalg.norm(b))
    error = np.linalg.norm(a - b) / size if size else 0.0
    return np.inf if np.isnan(error) else float(error)


def scaled(a: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """Return a and b divided by the largest entry of both, so that no square under- or overflows.

    If an entry is not finite, all become NaN.
    """
    a, b = (floats(name, x).astype(np.float64) for name, x in (("a", a), ("b", b)))
    same_shape(a=a, b=b)
    if not a.size:
        raise ValueError("a and b must hold at least one number, got none")
    largest = np.abs([a, b]).max()
    unit = largest if np.isfinite(largest) else np.nan
    return a / (unit or 1), b / (unit or 1)


def check_layer(layer: Node, *inputs: ArrayLike, labels: ArrayLike | None = None) -> list[float]:
    """Return the relative error of every gradient of a node or layer: inputs, then parameters.

    ``inputs`` are what ``forward`` takes; ``labels``, which have no gradient, come after them. The
    output is reduced to one number with fixed random factors, so that every entry of it counts.
    Afterwards the layer is as it was, but that it has been through forward and backward here.
    """
    instance("layer", layer, Node, "a node such as ReLU()")
    if layer.labels != (labels is not None):
        takes = "needs labels by name" if layer.labels else "takes no labels"
        raise ValueError(
            f"labels must fit the node: {type(layer).__name__} {takes}, got {labels!r}"
        )
    count = len(inputs)
    places = [floats("inputs", x) for x in [*inputs, *layer.parameters]]
    fixed = () if labels is None else (labels,)
    with unchanged([layer]):  # the first of two passes: gradients that add up are right only once
        dout = np.random.default_rng(1986).normal(size=np.shape(layer.forward(*inputs, *fixed)))[()]
        layer.backward(np.copy(dout)[()])  # a layer may damage its dout, and it is needed below
    with unchanged([layer]) as measuring:
        layer.forward(*inputs, *fixed)
        found = several(layer.backward(np.copy(dout)[()]))
        gradients = [*found, *layer.gradients]

        def output(*arrays: Array) -> Value:
            hand_out(arrays[count:], [layer])
            out: Value = np.sum(dout * layer.forward(*arrays[:count], *fixed))
            return out

        with measuring():
            return _errors(gradients, output, places)


def check_graph(graph: Graph, /, **values: Value) -> dict[str, float]:
    """Return the relative error of the gradient of every input of a graph, by name.

    Labels have no gradient: check a graph that takes them by its layers, with ``check_layer``.
    """
    instance("graph", graph, Graph, "a Graph")
    nodes = [wire.node for wire in graph.wires]
    with unchanged(nodes):
        graph.forward(**values)
        graph.backward()
    with unchanged(nodes) as measuring:
        graph.forward(**values)
        gradients = graph.backward()
        run = graph.values, graph.gradients, graph.edge_gradients

        def output(*arrays: Array) -> Value:
            out: Value = np.sum(graph.forward(**dict(zip(values, arrays, strict=True))))
            return out

        try:
            with measuring():
                found = [gradients[name] for name in values]
                errors = _errors(found, output, [floats(n, x) for n, x in values.items()])
        finally:
            graph.values, graph.gradients, graph.edge_gradients = run
    return dict(zip(values, errors, strict=True))


def check_network(network: Network, X: ArrayLike, t: ArrayLike, reg: float = 0.0) -> list[float]:
    """Return the relative error of every gradient of a network, aligned with ``parameters``.

    The loss is measured in float64, whatever the type of the parameters.
    """

    def loss(*arrays: Array) -> Value:
        hand_out(arrays, network.layers)
        return network.loss(X, t, reg)

    nodes = [*single(network).layers, network.last]
    with unchanged(nodes):
        network.gradients(X, t, reg)
    with unchanged(nodes) as measuring:
        gradients = network.gradients(X, t, reg)
        with measuring():
            return _errors(gradients, loss, network.parameters)


def _errors(
    found: Sequence[Value], f: Callable[..., Value], arrays: Sequence[Array]
) -> list[float]:
    """Compare each found gradient of f(*arrays) with the measured one."""

    def along(i: int) -> Callable[[Array], Value]:
        return lambda x: f(*arrays[:i], x, *arrays[i + 1 :])

    measured = [numerical_gradient(along(i), array) for i, array in enumerate(arrays)]
    return [relative_error(*pair) for pair in zip(found, measured, strict=True)]
