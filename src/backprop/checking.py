"""Is a gradient right? Compare it with the slope measured by two forward passes."""

from collections.abc import Callable

import numpy as np

from .contracts import Array, floats, number, same_shape
from .graph import Graph
from .network import Network
from .node import Node


def numerical_gradient(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> Array:
    """Return the central differences (f(x + h) - f(x - h)) / 2h, one coordinate at a time.

    ``f`` takes an array of the shape of ``x`` and returns a number; ``x`` itself is not changed.
    The error is of order h**2 plus rounding of order 1e-16 / h, so h = 1e-5 suits float64.

    >>> numerical_gradient(lambda x: (x**2).sum(), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    number("h", h, above=0)
    x = floats("x", x)
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    """Return the length of a - b over the larger of the lengths of a and b; 0 if both are 0.

    >>> relative_error([3.0, 4.0], [3.0, 4.5])
    0.092...
    """
    same_shape(a=a, b=b)
    a, b = np.asarray(a), np.asarray(b)
    size = np.maximum(np.linalg.norm(a), np.linalg.norm(b))  # keeps a NaN, max may not
    return float(np.linalg.norm(a - b) / size) if size else 0.0


def check_layer(layer: Node, *inputs: Array, labels: Array | None = None) -> list[float]:
    """Return the relative error of every gradient of a node or layer: inputs, then parameters.

    ``inputs`` are what ``forward`` takes; ``labels``, which have no gradient, come after them. The
    output is reduced to one number with fixed random factors, so that every entry of it counts.
    """
    places = [floats("inputs", x) for x in [*inputs, *layer.parameters]]
    fixed = () if labels is None else (labels,)
    dout = np.random.default_rng(1986).normal(size=np.shape(layer.forward(*inputs, *fixed)))[()]
    returned = layer.backward(dout.copy())  # a layer may damage it, and it is needed below
    found = returned if isinstance(returned, tuple) else (returned,)

    def output(*arrays: Array) -> float:
        if layer.parameters:
            layer.parameters = arrays[len(inputs) :]
        return np.sum(dout * layer.forward(*arrays[: len(inputs)], *fixed))

    return _errors([*found, *layer.gradients], output, places)


def check_graph(graph: Graph, **values: Array) -> dict[str, float]:
    """Return the relative error of the gradient of every input of a graph, by name.

    Labels have no gradient: check a graph that takes them by its layers, with ``check_layer``.
    """
    graph.forward(**values)
    gradients = graph.backward()

    def output(*arrays: Array) -> float:
        return np.sum(graph.forward(**dict(zip(values, arrays, strict=True))))

    errors = _errors([gradients[name] for name in values], output, list(values.values()))
    return dict(zip(values, errors, strict=True))


def check_network(network: Network, X: Array, t: Array, reg: float = 0.0) -> list[float]:
    """Return the relative error of every gradient of a network, aligned with ``parameters``."""

    def loss(*arrays: Array) -> float:
        network.parameters = arrays
        return network.loss(X, t, reg)

    return _errors(network.gradients(X, t, reg), loss, network.parameters)


def _errors(found: list[Array], f: Callable[..., float], arrays: list[Array]) -> list[float]:
    """Compare each found gradient of f(*arrays) with the measured one."""
    errors = []
    for i, array in enumerate(arrays):
        measured = numerical_gradient(lambda x, i=i: f(*arrays[:i], x, *arrays[i + 1 :]), array)
        errors.append(relative_error(found[i], measured))
    f(*arrays)  # whatever f has set while measuring is set back
    return errors
