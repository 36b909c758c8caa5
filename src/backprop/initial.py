"""Networks with random first weights and zero biases, ready to be trained.

>>> two_layer(inputs=2, hidden=16, outputs=4, seed=0).parameters[0].shape
(2, 16)
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from .contracts import generator, instance, listed, maker, number, whole
from .layers import Affine, ReLU
from .network import Network
from .node import Node


def random_affine(
    inputs: int, outputs: int, rng: np.random.Generator, variance: float = 2.0
) -> Affine:
    """Return an Affine with zero biases and normal weights of variance ``variance`` / inputs.

    2 keeps the size of the numbers steady through ReLU. Source: He, Zhang, Ren and Sun (2015),
    section 2.2.
    """
    whole("inputs", inputs), whole("outputs", outputs), number("variance", variance, above=0)
    instance("rng", rng, np.random.Generator, "a Generator such as np.random.default_rng(0)")
    W = rng.normal(scale=np.sqrt(variance / inputs), size=(inputs, outputs))
    return Affine(W, b=np.zeros(outputs))


def deep(
    widths: Sequence[int],
    seed: int | np.random.Generator,
    activation: Callable[[], Node] = ReLU,
    variance: float = 2.0,
) -> Network:
    """Return a network with an Affine between each two ``widths``, and activations between them.

    ``widths`` are the numbers of inputs, of hidden units layer by layer, and of outputs.
    """
    for width in listed("widths", widths, "at least two whole numbers", least=2):
        whole("widths", width)
    rng = generator("seed", seed)
    layers: list[Node] = []
    maker("activation", activation)
    for inputs, outputs in pairwise(widths):
        layers += [random_affine(inputs, outputs, rng, variance), activation()]
    return Network(layers[:-1])  # the scores need no activation


def one_layer(inputs: int, outputs: int, seed: int | np.random.Generator) -> Network:
    """Return a network without a hidden layer: a single Affine."""
    whole("inputs", inputs), whole("outputs", outputs)
    return deep([inputs, outputs], seed)


def two_layer(inputs: int, hidden: int, outputs: int, seed: int | np.random.Generator) -> Network:
    """Return the network of the book: Affine, ReLU, Affine, with He initialisation."""
    whole("inputs", inputs), whole("hidden", hidden), whole("outputs", outputs)
    return deep([inputs, hidden, outputs], seed)
