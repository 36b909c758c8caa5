"""Deep networks before their first step: how much gradient reaches each layer, also in words."""

from itertools import pairwise

import numpy as np

from ...activations import Sigmoid, Tanh
from ...contracts import Array, one_of
from ...datasets import quadrants
from ...initial import random_affine
from ...layers import ReLU
from ...modes import BatchNorm
from ...network import Network
from ...node import Node
from ...residual import Residual
from ...training import learning

INPUTS, CLASSES = 2, 4  # of the points of chapter 5
ACTIVATIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
WEIGHTS = {"variance 1/D": 1.0, "variance 2/D": 2.0, "deviation 0.01": None}
ADDED = ("nothing", "batch normalisation", "residual blocks")
VERDICTS = {
    "Exploding": "the numbers grow from layer to layer, and the gradients with them.",
    "Vanishing": "the gradient shrinks on its way back; the first layers hardly learn.",
    "Vanishing everywhere": "the numbers themselves die out on the way forward.",
    "Growing backward": "the gradient grows on its way; the first layers get the longest steps.",
    "Uneven": "the first layer gets about as much as in a shallow network, or more, but the "
    "layers differ by more than a factor of ten.",
    "Steady": "all layers can learn at a similar pace.",
}


def untrained(
    depth: int, activation: str, weights: str, added: str, *, width: int = 16, seed: int = 0
) -> Network:
    """Return a network of ``depth`` Affines with ``width`` units between each two of them.

    A residual block is an Affine with its activation. The first and the last Affine change the
    number of columns, so they stand outside of blocks.
    """
    one_of("added", added, ADDED)
    rng = np.random.default_rng(seed)
    affine = []
    for inputs, outputs in pairwise([INPUTS, *[width] * (depth - 1), CLASSES]):
        variance = WEIGHTS[weights] or 0.01**2 * inputs  # random_affine divides it by inputs
        affine.append(random_affine(inputs, outputs, rng, variance))
    layers: list[Node] = []
    for layer in affine[:-1]:
        block = [layer, ACTIVATIONS[activation]()]
        if added == "batch normalisation":
            block.insert(1, BatchNorm(width))
        if added == "residual blocks" and layers:
            block = [Residual(*block)]
        layers += block
    return Network([*layers, affine[-1]])


def sizes(network: Network) -> Array:
    """Return the root mean square of dW of every Affine, on the points of chapter 5."""
    with learning(network):
        network.gradients(*quadrants(200, seed=0))
    return np.array([np.sqrt(np.mean(layer.dW**2)) for layer in network.affine])


def share(found: Array) -> str:
    """Say what the first layer gets of what the last one gets.

    >>> [share(np.array([first, 1])) for first in (1 / 4123, 0.5, 31.4, 1e-9)]
    ['1/4,100 of', '50 % of', '31 times', 'less than a millionth of']
    """
    part = found[0] / (found[-1] or 1)  # where nothing arrives, the first layer gets nothing
    if part < 1e-6:
        return "less than a millionth of"
    if part < 0.1:
        return f"1/{float(f'{1 / part:.2g}'):,.0f} of"
    return f"{100 * part:.2g} % of" if part < 0.995 else f"{float(f'{part:.2g}'):g} times"


def verdict(found: Array, shallow: Array) -> str:
    """Return the key of VERDICTS that fits; ``shallow`` are the sizes with one hidden layer."""
    if not found.any():
        return "Vanishing everywhere"
    part = found[0] / found[-1]
    if found.max() > 10:
        return "Exploding"
    if part < 0.1 and found[0] < 0.3 * shallow[0]:
        return "Vanishing"
    if found.max() < 1e-3:
        return "Vanishing everywhere"
    if part > 10:
        return "Growing backward"
    return "Uneven" if part < 0.1 or found.max() > 20 * found.min() else "Steady"
