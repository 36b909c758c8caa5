"""The contract of all nodes, kept around their ``forward`` and ``backward``.

``Node`` puts ``keep_forward`` and ``keep_backward`` around the two methods of each of its
subclasses, so that the methods themselves hold mathematics only. What is looked at is said in
``Node``.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from types import MethodType
from typing import Any

import numpy as np

from .contracts import a_type, fitting, floating, shape

Method = Callable[..., Any]
# What a training sets in its nodes, and takes away at its end.
PASSING = ("forward", "backward", "_inside", "needs_dx", "_training")
BARE: dict[Method, Method] = {}  # by watched method: the one that it was put around


def names_of(forward: Method) -> tuple[str, ...] | None:
    """Return the names of the inputs that a ``forward`` takes; None if it takes any number.

    What has a default is an option, not an input.
    """
    _, *inputs = inspect.signature(forward).parameters.values()
    if any(taken.kind is taken.VAR_POSITIONAL for taken in inputs):
        return None
    return tuple(taken.name for taken in inputs if taken.default is taken.empty)


def keep_forward(method: Method) -> Method:
    """Return ``forward`` with the contract kept around it."""

    @wraps(method)
    def forward(self: Any, *inputs: Any, **named: Any) -> Any:
        if self._inside:  # called by the method of a subclass, which is watched
            return method(self, *inputs, **named)
        self._pass = None  # a pass that fails leaves none to go back through
        if named or self.names is None or len(inputs) != len(self.names):
            inputs, named = in_order(self, inputs, named)
        last = len(inputs) - self.labels
        values = [
            x if is_floats(x) else floating(input_name(self, i), x)
            for i, x in enumerate(inputs[:last])
        ]
        ready = self.demand(*values, *inputs[last:])
        if len(self.parameters):
            demand_parameters(self)
        self._inside = True
        try:
            out = method(self, *ready, **named)
        finally:
            self._inside = False
        if not is_floats(out):
            out = floating(f"the output of {type(self).__name__}.forward", out)
        if self.labels and shape(out) != ready[0].shape[:-2]:
            name = type(self).__name__
            raise ValueError(f"{name}.forward must return one number, got shape {shape(out)}")
        self._pass = ready[:last], out
        return out

    BARE[forward] = method
    return forward


def keep_backward(method: Method) -> Method:
    """Return ``backward`` with the contract kept around it."""

    @wraps(method)
    def backward(self: Any, *dout: Any, **named: Any) -> Any:
        if self._inside:
            return method(self, *dout, **named)
        if self._pass is None:
            name = type(self).__name__
            raise RuntimeError(f"{name}.backward needs a forward pass: call {name}.forward first")
        inputs, out = self._pass
        if named:
            dout = inspect.signature(method).bind(self, *dout, **named).args[1:]
        if dout and not is_gradient(dout[0], out):
            dout = (fitting("dout", floating("dout", dout[0]), "the output", out), *dout[1:])
        spared = spares_dx(self)
        self._inside = True
        try:
            found = self.backward_parameters(*dout) if spared else method(self, *dout)
        finally:
            self._inside = False
        if not spared and (len(inputs) != 1 or not is_gradient(found, inputs[0])):
            found = demand_gradients(self, found, inputs)
        if len(self.parameters):
            demand_parameter_gradients(self)
        return found

    BARE[backward] = method
    return backward


def spares_dx(node: Any) -> bool:
    """Say whether a node is to set the gradients of its parameters alone, and can."""
    return type(node).spares_dx and not node.needs_dx


def unwatched(node: Any) -> dict[str, Any]:
    """Return attributes that let a node go without the contract around its two methods."""
    kind = type(node)
    backward = kind.backward_parameters if spares_dx(node) else kind.backward
    methods = {"forward": kind.forward, "backward": backward}
    # a method that somebody has put into the class since then is taken as it is
    bare = {name: MethodType(BARE.get(method, method), node) for name, method in methods.items()}
    return bare | {"_inside": True}


# What is nearly always right is asked first, and fast: names are put together for a message only.


def is_floats(value: Any) -> bool:
    """Say whether it is an array of floats."""
    return type(value) is np.ndarray and value.dtype.kind == "f"


def is_gradient(value: Any, of: Any) -> bool:
    """Say whether it is an array of floats in the shape of another one."""
    return (
        type(value) is type(of) is np.ndarray
        and value.shape == of.shape
        and value.dtype.kind == "f"
    )


def input_name(node: Any, i: int) -> str:
    """Return the name of an input of ``forward``."""
    return node.names[i] if node.names else f"input {i}"


def in_order(
    node: Any, inputs: tuple[Any, ...], named: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the inputs of ``forward`` in their order, and its options; else a ``TypeError``."""
    if node.names is None:
        return inputs, named
    missing = node.names[len(inputs) :]
    ordered = (*inputs, *(named[key] for key in missing if key in named))
    if len(ordered) != len(node.names):
        found = ", ".join([f"{len(inputs)} by position", *named])
        taken = ", ".join(node.names)
        raise TypeError(f"{type(node).__name__}.forward takes {taken}, got {found}")
    return ordered, {key: value for key, value in named.items() if key not in missing}


def demand_parameters(node: Any) -> None:
    """Demand a tuple of arrays of floats as the parameters of a node."""
    parameters = node.parameters
    if type(parameters) in (tuple, list):
        for array in parameters:
            if not is_floats(array) and not isinstance(array, np.floating):
                break  # (a step makes a NumPy number of an array without axes)
        else:
            return
    raise ValueError(
        f"parameters of {type(node).__name__} must be a tuple of arrays of floats, "
        f"such as (W, b) or (g,), got {parameters!r}"
    )


def demand_gradients(node: Any, found: Any, inputs: tuple[Any, ...]) -> Any:
    """Return what ``backward`` has returned if it is a fitting gradient for each input."""
    parts = (found,) if len(inputs) == 1 else found
    if found is None or isinstance(found, tuple) != (len(inputs) != 1) or len(parts) != len(inputs):
        raise ValueError(wrong_number(node, found, len(inputs)))
    checked = []
    for i, (gradient, value) in enumerate(zip(parts, inputs, strict=True)):
        name = input_name(node, i)
        label = f"the gradient of {name} from {type(node).__name__}.backward"
        checked.append(fitting(label, floating(label, gradient), name, value))
    return checked[0] if len(inputs) == 1 else tuple(checked)


def wrong_number(node: Any, found: Any, count: int) -> str:
    """Say which gradients a ``backward`` must return, and what it has returned."""
    names = (node.names or ())[: len(node.names or ()) - node.labels]
    expected = "one gradient" if count == 1 else f"a tuple of {count} gradients"
    got = a_type(found)
    if found is None:
        got = "None (is the return missing?)"
    elif isinstance(found, tuple):
        got = f"a tuple of {len(found)}"
    hint = "; a last input that holds labels needs labels = True" if "t" in names else ""
    return (
        f"{type(node).__name__}.backward must return {expected}, for {', '.join(names)}, "
        f"got {got}{hint}"
    )


def demand_parameter_gradients(node: Any) -> None:
    """Demand a gradient for each parameter, in its shape."""
    kind, found, parameters = type(node).__name__, node.gradients, node.parameters
    if type(found) not in (tuple, list) or len(found) != len(parameters):
        got = f"{len(found)}" if isinstance(found, tuple | list) else a_type(found)
        raise ValueError(
            f"gradients of {kind} must be a tuple of {len(parameters)}, one for each parameter, "
            f"got {got}"
        )
    for i, (gradient, parameter) in enumerate(zip(found, parameters, strict=True)):
        if not is_gradient(gradient, parameter):
            label = f"the gradient of parameter {i} from {kind}.backward"
            if isinstance(gradient, list | tuple):  # a step could not multiply it
                raise ValueError(f"{label} must be an array, got {a_type(gradient)}")
            fitting(label, floating(label, gradient), f"parameter {i}", parameter)
