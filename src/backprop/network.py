"""A network: layers in a row, a softmax with loss at the end, and the L2 penalty."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import saving
from .contracts import (
    Array,
    Value,
    finite_rows,
    floats,
    instance,
    list_of_arrays,
    number,
    one_hot,
)
from .keeper import demand_parameters
from .layers import Affine, SoftmaxWithLoss, total
from .node import Node, demand_layers, hand_out, inner


class Network:
    """Layers in a row, from the points to the scores of the classes.

    Only ``Affine`` and its subclasses may change the number of columns.
    ``loss`` is the mean cross-entropy plus the penalty reg/2 * sum of W**2 over the weights (not
    the biases), and ``gradients`` is the gradient of exactly that number. All is computed in the
    type of the parameters, float64 or float32, to which points are converted.
    """

    stacks = True  # a subclass that computes something else is trained on its own in ``train_grid``

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.stacks = vars(cls).get("stacks", False)

    def __init__(self, layers: Sequence[Node]) -> None:
        if not isinstance(layers, Sequence) or isinstance(layers, str | bytes):
            raise ValueError(f"layers must be a list of nodes such as ReLU(), got {layers!r}")
        self.layers = tuple(layers)  # they stay: what depends on them is put together here
        demand_layers(self.layers)
        self.affine = [layer for layer in inner(self.layers) if isinstance(layer, Affine)]
        self.last = SoftmaxWithLoss()
        if not self.affine:
            raise ValueError("layers must hold at least one Affine, got none")
        for before, after in pairwise(self.affine):
            if before.outputs != after.inputs:
                raise ValueError(
                    f"layers must fit together: {before.outputs} outputs meet {after.inputs} inputs"
                )

    @property
    def last(self) -> Node:
        """The loss, a node with ``labels = True``; ``SoftmaxWithLoss`` if nobody sets another.

        Its ``forward(scores, t)`` gets scores (N, K) and one-hot rows t (N, K) as floats, and
        returns the mean loss; ``backward(dout=1.0)`` returns the gradient of the scores.
        """
        return self._last

    @last.setter
    def last(self, loss: Node) -> None:
        if not (isinstance(loss, Node) and loss.labels):
            raise ValueError(
                "last must be a loss, a node with labels = True and forward(scores, t), "
                f"got {loss!r}"
            )
        self._last = loss

    @property
    def parameters(self) -> list[Array]:
        """The arrays W1, b1, W2, b2 and so on, which learning changes.

        They are those that the network uses now: change one in place and the network has changed.
        That ends with the next step of ``train``, which makes new arrays, or when others are
        assigned. Lists and whole numbers that are assigned become floats; what does not fit is
        refused. A network whose ``state`` holds more takes parameters alone only while it learns.
        """
        return [array for layer in self.layers for array in layer.parameters]

    @parameters.setter
    def parameters(self, arrays: Sequence[ArrayLike]) -> None:
        more = list(self._attributes("state"))
        if more and not self.training:
            raise ValueError(
                f"parameters are not all that this network predicts with: it also has {more[0]}. "
                "Assign network.state, or use network.save and network.load"
            )
        self._replace(arrays)

    @property
    def state(self) -> dict[str, Any]:
        """All that prediction needs, by name, the parameters and what BatchNorm has collected.

        ``other.state = network.state`` makes a network of the same layers predict alike.
        """
        state: dict[str, Any] = {f"parameter {k}": p for k, p in enumerate(self.parameters)}
        return state | self._attributes("state")

    @state.setter
    def state(self, state: Mapping[str, Any]) -> None:
        own = self.state
        if not isinstance(state, Mapping) or set(state) != set(own):
            found = list(state) if isinstance(state, Mapping) else state
            raise ValueError(f"state must hold {list(own)}, got {found}")
        rest = {key: fitting_state(key, own[key], state[key]) for key in list(own)}
        hand_out([rest.pop(f"parameter {k}") for k in range(len(self.parameters))], self.layers)
        values = iter(rest.values())
        for layer in inner(self.layers):
            for name in layer.state:
                setattr(layer, name, next(values))

    def _replace(self, arrays: Sequence[ArrayLike]) -> None:
        """Replace the parameters, all or none."""
        old = self.parameters
        places = zip(old, list_of_arrays("parameters", arrays, len(old)), strict=True)
        hand_out(
            [keeping("parameters", p, floats("parameters", n)) for p, n in places], self.layers
        )

    def save(self, path: str | PathLike[str]) -> None:
        """Keep the ``state`` of the network in the file ``path``, in NumPy's format ``.npz``."""
        saving.write(
            path, list(map(kind, self.layers)), {**self._attributes("settings"), **self.state}
        )

    def load(self, path: str | PathLike[str]) -> None:
        """Take over the state that a network of the same layers has saved.

        Raises ``ValueError``, and changes nothing, if the file is no such file or does not fit.
        """
        kinds, state = saving.read(path)
        own = list(map(kind, self.layers))
        if kinds != own:
            raise ValueError(f"path must hold the layers {own}, got {kinds} in {path}")
        for name, value in self._attributes("settings").items():
            found = state.pop(name, None)
            if found is None or not np.array_equal(found, value):
                raise ValueError(f"path must hold {name} as it is here, {value}, got {found}")
        self.state = state

    def _attributes(self, which: str) -> dict[str, Any]:
        """Return the attributes of all layers whose names stand in ``state`` or ``settings``."""
        return {
            f"{name} of layer {k}, {type(layer).__name__}": getattr(layer, name)
            for k, layer in enumerate(inner(self.layers))
            for name in getattr(layer, which)
        }

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of float that the network computes in, that of its parameters."""
        for layer in inner(self.layers):
            demand_parameters(layer)
        return np.result_type(*self.parameters)

    @property
    def training(self) -> bool:
        """Whether ``Dropout`` and ``BatchNorm`` do what they do in training; set it for all."""
        return any(layer.training for layer in inner(self.layers))

    @training.setter
    def training(self, training: bool) -> None:
        for layer in self.layers:
            layer.training = training

    def scores(self, X: ArrayLike) -> Array:
        """Return the scores (N, K) of the points X (N, D); the largest one wins."""
        return self._scores(finite_rows("X", X, self.affine[0].inputs, self.dtype))

    def predict(self, X: ArrayLike) -> Array:
        """Return the class index of every point, shape (N,).

        Raises ``ValueError`` where a score is NaN, as after a training that has diverged.
        """
        return winners(self.scores(X))

    def loss(self, X: ArrayLike, t: ArrayLike, reg: float = 0.0) -> Value:
        """Return the mean cross-entropy of the points X (N, D) with labels t, plus the penalty.

        Raises ``ValueError`` for points that are empty, ill-shaped or not finite, labels out of
        range, and reg < 0.
        """
        X, t, reg = self.check(X, t, reg)
        return self.data_loss(X, t) + self.penalty(reg)

    def gradients(self, X: ArrayLike, t: ArrayLike, reg: float = 0.0) -> list[Array]:
        """Return the gradient of ``loss(X, t, reg)``, aligned with ``parameters``."""
        X, t, reg = self.check(X, t, reg)
        self.data_loss(X, t)
        return self.backward(reg)

    def check(self, X: ArrayLike, t: ArrayLike, reg: float = 0.0) -> tuple[Array, Array, float]:
        """Return (X, one-hot t, reg) if they are sound, else raise a ``ValueError``."""
        X = finite_rows("X", X, self.affine[0].inputs, self.dtype)
        t = one_hot(t, samples=len(X), classes=self.affine[-1].outputs)
        # floats in the memory order of the scores, so that no step of a training has to convert
        t = np.asfortranarray(t, dtype=self.dtype)
        return X, t, number("reg", reg, least=0)

    # The next four are the steps of the training loop: they trust what ``check`` has checked.

    def data_loss(self, X: Array, t: Array) -> Value:
        """Forward: return the mean cross-entropy; every layer saves what backward needs."""
        self.answers = self._scores(X)
        return self.last.forward(self.answers, t)

    def penalty(self, reg: Value) -> Value:
        """Return reg/2 * sum of W**2 over all weights."""
        return sum(total(0.5 * reg * layer.W**2) for layer in self.affine)

    def backward(self, reg: Value) -> list[Array]:
        """Backward: return the gradients of data loss plus penalty."""
        dout = self.last.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return self.add_penalty(reg)

    def add_penalty(self, reg: Value) -> list[Array]:
        """Add the gradient of the penalty to that of the weights; return all gradients."""
        for layer in self.affine:
            layer.dW = layer.dW + reg * layer.W
        return [gradient for layer in self.layers for gradient in layer.gradients]

    def shrink(self, factor: float) -> None:
        """Multiply all weights, but no biases, by a factor: decoupled weight decay."""
        for layer in self.affine:
            layer.W = factor * layer.W

    def _scores(self, X: Array) -> Array:
        side_by_side = self.affine[0].W.shape[:-2]  # the axes of a grid, if it is one
        if side_by_side:
            X = np.broadcast_to(X, (*side_by_side, *X.shape))
        for layer in self.layers:
            X = layer.forward(X)
        return X


def kind(layer: Node) -> str:
    """Return the name of a layer's class, and in brackets those of its parts."""
    parts = ", ".join(map(kind, layer.layers))
    return f"{type(layer).__name__}({parts})" if parts else type(layer).__name__


def winners(scores: Array) -> Array:
    """Return the class of the largest score of each row, if there is one."""
    if np.isnan(scores).any():
        place = np.argwhere(np.isnan(scores))[0].tolist()
        raise ValueError(f"scores must be numbers to tell a class, got nan at {place}")
    found: Array = scores.argmax(axis=-1)
    return found


def single(network: Network) -> Network:
    """Return ``network`` if it is one, not the many that ``train_grid`` has trained."""
    instance("network", network, Network, "a Network")
    if side_by_side := network.affine[0].W.shape[:-2]:
        raise ValueError(f"network must be one network, got {side_by_side} side by side")
    return network


def fitting_state(name: str, old: Any, new: Any) -> Any:
    """Return a value of a network's state if it can take the place of the old one."""
    array = floats(name, new) if np.asarray(old).dtype.kind == "f" else np.asarray(new)
    if array.shape == (1, *np.shape(old)) and np.ndim(old) != 2:  # from a grid: a bias is a row
        array = array[0]
    array = keeping(name, old, array)
    return array if isinstance(old, np.ndarray) else type(old)(array)


def keeping(name: str, old: Any, new: Array) -> Array:
    """Return ``new`` if it has the shape of what it is to replace."""
    if new.shape != np.shape(old):
        raise ValueError(f"{name} must keep the shape {np.shape(old)}, got {new.shape}")
    return new
