"""Bad input that looks harmless: it must be refused by name, not passed on or repaired."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from properties import refused

from backprop import (
    SGD,
    Add,
    Affine,
    BatchNorm,
    Convolution,
    Divide,
    Dropout,
    Exp,
    Graph,
    Maximum,
    Multiply,
    ReLU,
    Sigmoid,
    Tanh,
    deep,
    one_layer,
    quadrants,
    random_affine,
    train,
    two_layer,
    xor,
)
from backprop.show.plots import regions

X, T = quadrants(8, seed=0)


@pytest.mark.parametrize("node", [Add(), Multiply(), Divide(), Maximum(), Exp()])
@pytest.mark.parametrize("value", ["a", True, None, np.array(["a"]), 1j, [[1], [1, 2]], 10**400])
def test_a_node_refuses_what_is_neither_a_number_nor_an_array_of_numbers(node, value):
    inputs = [value] if isinstance(node, Exp) else [value, value]
    with refused("x must hold real numbers"):
        node.forward(*inputs)


@pytest.mark.parametrize("node", [Add(), Multiply(), Divide(), Maximum()])
@pytest.mark.parametrize("value", ["a", True, None, 1j])
def test_a_node_looks_at_its_second_input_too(node, value):
    with refused("y must hold real numbers, got dtype"):
        node.forward(1.0, value)


@pytest.mark.parametrize("layer", [ReLU(), Sigmoid(), Tanh(), Dropout(0.5, seed=0)])
@pytest.mark.parametrize("value", ["a", 1j, None, [[True]]])
def test_a_layer_refuses_what_is_not_numbers(layer, value):
    with refused("x must hold real numbers, got dtype"):
        layer.forward(value)


@pytest.mark.parametrize("seed", ["x", 1.5, -1, None])
@pytest.mark.parametrize(
    "make",
    [
        lambda seed: quadrants(8, seed=seed),
        lambda seed: one_layer(2, 4, seed=seed),
        lambda seed: two_layer(2, 3, 4, seed=seed),
        lambda seed: deep([2, 3, 3, 4], seed=seed),
        lambda seed: Dropout(0.5, seed=seed),
        lambda seed: train(one_layer(2, 4, seed=0), X, T, lr=1, steps=1, seed=seed),
    ],
)
def test_a_seed_is_a_whole_number_or_a_generator(make, seed):
    with refused("seed must be a whole number >= 0 or a Generator, got"):
        make(seed)


def test_a_graph_takes_nodes_only():
    with refused("node must be a Node such as Add(), got"):
        Graph("a").wire("b", "nope", "a")


@pytest.mark.parametrize("quadrant", [[0.5, 1.0], [0, 4], [-1]])
def test_xor_takes_quadrants_only(quadrant):
    with refused("quadrant must hold the whole numbers 0 to 3, got"):
        xor(quadrant)


def test_regions_have_at_most_as_many_classes_as_colours():
    with refused("classes must be a whole number >= 1 and <= 4, got 5"):
        regions(Figure().subplots(), one_layer(2, 5, seed=0), classes=5)


def test_an_optimizer_and_an_activation_are_given_as_classes():
    network = two_layer(2, 3, 4, seed=0)
    with refused("optimizer must be a class, not one of its objects, got <backprop.optimizers.SGD"):
        train(network, X, T, lr=1, steps=1, optimizer=SGD(1))
    with refused("activation must be a class, not one of its objects, got <backprop.layers.ReLU"):
        deep([2, 3, 4], seed=0, activation=ReLU())


@pytest.mark.parametrize("x", ["a", None, [["a", "b"]], [[True, False]], [[1j, 2]]])
@pytest.mark.parametrize(
    "layer",
    [
        Affine(np.ones((2, 3)), np.zeros(3)),
        BatchNorm(2),
        Convolution(np.ones((1, 1)), [0.0], image=(1, 1, 2), size=1),
    ],
)
def test_a_layer_refuses_what_holds_no_real_numbers(layer, x):
    with refused("x must hold real numbers, got dtype"):
        layer.forward(x)


@pytest.mark.parametrize("rng", [0, None, np.random])
def test_random_weights_need_a_generator_not_a_seed(rng):
    with refused("rng must be a Generator such as np.random.default_rng(0), got"):
        random_affine(2, 3, rng)


@pytest.mark.parametrize("lr", [[0.1, 0.2], [], np.ones((2, 3, 1))])
def test_sgd_refuses_a_learning_rate_for_each_column(lr):
    with refused("lr must be a number, or an array whose last two axes have the length 1"):
        SGD(lr)


def test_dropout_takes_rows():
    with refused("x must have shape (N, D), got (3,)"):
        Dropout(0.5, seed=0).forward([1.0, 2.0, 3.0])
