"""A network: layers in a row, a softmax with loss at the end, and the L2 penalty."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from .contracts import Array, finite_rows, maker, number, one_hot, whole
from .layers import Affine, ReLU, SoftmaxWithLoss
from .node import Node, demand_layers, hand_out, inner


class Network:
    """Layers in a row, from the points to the scores of the classes.

    Only ``Affine`` and its subclasses may change the number of columns.
    ``loss`` is the mean cross-entropy plus the penalty reg/2 * sum of W**2 over the weights (not
    the biases), and ``gradients`` is the gradient of exactly that number.
    """

    def __init__(self, layers: Sequence[Node]) -> None:
        self.layers = list(layers)
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
    def parameters(self) -> list[Array]:
        """The live arrays W1, b1, W2, b2 and so on. Change one and the network has changed."""
        return [array for layer in self.layers for array in layer.parameters]

    @parameters.setter
    def parameters(self, arrays: Sequence[Array]) -> None:
        if len(arrays) != len(self.parameters):
            raise ValueError(f"parameters must be {len(self.parameters)} arrays, got {len(arrays)}")
        for old, new in zip(self.parameters, arrays, strict=True):
            shape = old.shape[-2:]  # train_grid puts further axes in front
            if np.shape(new)[-len(shape) :] != shape:
                raise ValueError(f"parameters must keep the shape {shape}, got {np.shape(new)}")
        hand_out(arrays, self.layers)

    @property
    def training(self) -> bool:
        """Whether ``Dropout`` and ``BatchNorm`` do what they do in training; set it for all."""
        return any(layer.training for layer in inner(self.layers))

    @training.setter
    def training(self, training: bool) -> None:
        for layer in self.layers:
            layer.training = training

    def scores(self, X: Array) -> Array:
        """Return the scores (N, K) of the points X (N, D); the largest one wins."""
        return self._scores(finite_rows("X", X, self.affine[0].inputs))

    def predict(self, X: Array) -> Array:
        """Return the class index of every point, shape (N,)."""
        return self.scores(X).argmax(axis=-1)

    def loss(self, X: Array, t: Array, reg: float = 0.0) -> float:
        """Return the mean cross-entropy of the points X (N, D) with labels t, plus the penalty.

        Raises ``ValueError`` for points that are empty, ill-shaped or not finite, labels out of
        range, and reg < 0.
        """
        X, t, reg = self.check(X, t, reg)
        return self.data_loss(X, t) + self.penalty(reg)

    def gradients(self, X: Array, t: Array, reg: float = 0.0) -> list[Array]:
        """Return the gradient of ``loss(X, t, reg)``, aligned with ``parameters``."""
        X, t, reg = self.check(X, t, reg)
        self.data_loss(X, t)
        return self.backward(reg)

    def check(self, X: Array, t: Array, reg: float = 0.0) -> tuple[Array, Array, float]:
        """Return (X, one-hot t, reg) if they are sound, else raise a ``ValueError``."""
        X = finite_rows("X", X, self.affine[0].inputs)
        t = one_hot(t, samples=len(X), classes=self.affine[-1].outputs)
        # floats in the memory order of the scores, so that no step of a training has to convert
        t = np.asfortranarray(t, dtype=self.affine[-1].W.dtype)
        return X, t, number("reg", reg, least=0)

    # The next three are the steps of the training loop: they trust what ``check`` has checked.

    def data_loss(self, X: Array, t: Array) -> float:
        """Forward: return the mean cross-entropy; every layer saves what backward needs."""
        return self.last.forward(self._scores(X), t)

    def penalty(self, reg: float) -> float:
        """Return reg/2 * sum of W**2 over all weights."""
        return sum((0.5 * reg * layer.W**2).sum(axis=(-2, -1)) for layer in self.affine)

    def backward(self, reg: float) -> list[Array]:
        """Backward: return the gradients of data loss plus penalty."""
        dout = self.last.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        for layer in self.affine:
            layer.dW = layer.dW + reg * layer.W
        return [gradient for layer in self.layers for gradient in layer.gradients]

    def shrink(self, factor: float) -> None:
        """Multiply all weights, but no biases, by a factor: decoupled weight decay."""
        for layer in self.affine:
            layer.W = factor * layer.W

    def _scores(self, X: Array) -> Array:
        for layer in self.layers:
            X = layer.forward(X)
        return X


def random_affine(
    inputs: int, outputs: int, rng: np.random.Generator, variance: float = 2.0
) -> Affine:
    """Return an Affine with zero biases and normal weights of variance ``variance`` / inputs.

    2 keeps the size of the numbers steady through ReLU. Source: He, Zhang, Ren and Sun (2015),
    section 2.2.
    """
    whole("inputs", inputs), whole("outputs", outputs), number("variance", variance, above=0)
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a Generator such as np.random.default_rng(0), got {rng!r}")
    W = rng.normal(scale=np.sqrt(variance / inputs), size=(inputs, outputs))
    return Affine(W, b=np.zeros(outputs))


def deep(
    widths: Sequence[int],
    seed: int,
    activation: Callable[[], Node] = ReLU,
    variance: float = 2.0,
) -> Network:
    """Return a network with an Affine between each two ``widths``, and activations between them.

    ``widths`` are the numbers of inputs, of hidden units layer by layer, and of outputs.
    """
    if np.ndim(widths) != 1 or len(widths) < 2:
        raise ValueError(f"widths must be at least two whole numbers, got {widths!r}")
    for width in widths:
        whole("widths", width)
    rng = np.random.default_rng(whole("seed", seed, least=0))
    layers, activation = [], maker("activation", activation)
    for inputs, outputs in pairwise(widths):
        layers += [random_affine(inputs, outputs, rng, variance), activation()]
    return Network(layers[:-1])  # the scores need no activation


def one_layer(inputs: int, outputs: int, seed: int) -> Network:
    """Return a network without a hidden layer: a single Affine."""
    whole("inputs", inputs), whole("outputs", outputs)
    return deep([inputs, outputs], seed)


def two_layer(inputs: int, hidden: int, outputs: int, seed: int) -> Network:
    """Return the network of the book: Affine, ReLU, Affine, with He initialisation."""
    whole("inputs", inputs), whole("hidden", hidden), whole("outputs", outputs)
    return deep([inputs, hidden, outputs], seed)
