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
    Softmax,
    SoftmaxWithLoss,
    Tanh,
    check_graph,
    deep,
    log_softmax,
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


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_an_exponential_is_finite_to_the_last_x_of_each_type(dtype):
    largest = np.log(np.finfo(dtype).max)
    x = largest
    with np.errstate(over="ignore"):
        while np.isinf(np.exp(x)):  # the logarithm is rounded, upward in some types
            x = np.nextafter(x, dtype(0))
    assert np.isfinite(Exp().forward(np.array([x]))).all()
    with refused("x must be small enough for exp(x) to be finite"):
        Exp().forward(np.array([largest * 2]))
    above = np.nextafter(x, dtype(np.inf))
    with refused("x must be small enough for exp(x) to be finite"):
        Exp().forward(np.array([above, 0], dtype))


def test_softmax_is_right_for_scores_that_are_as_far_apart_as_can_be():
    for node in (Softmax(), SoftmaxWithLoss()):
        inputs = ([[1e308, -1e308, 1e308]],) + (([0],) if node.labels else ())
        out = node.forward(*inputs)
        np.testing.assert_allclose(node.y if node.labels else out, [[0.5, 0, 0.5]])


@pytest.mark.parametrize("rows", [[[-np.inf, -np.inf]], [[np.inf, 0.0]]])
def test_a_row_whose_largest_score_is_infinite_has_no_probabilities(rows):
    assert np.isnan(log_softmax(rows)).any()
    assert np.isnan(SoftmaxWithLoss().forward(rows, [0]))


@pytest.mark.parametrize(
    "t", [[[0.5, 0.5]], [[2, 0]], [[1, 1]], [[0, 0]], [[np.nan, 1]], [["a", "b"]], [[1j, 0]]]
)
def test_the_loss_takes_one_hot_rows_only_also_on_its_own(t):
    with refused("t must be one-hot: each row a single 1 and zeros"):
        SoftmaxWithLoss().forward([[1.0, 2.0]], t)


def test_a_column_that_does_not_vary_needs_an_eps():
    layer = BatchNorm(2, eps=0)
    layer.training = True
    with refused("eps must be > 0 where a column of x does not vary, got 0"):
        layer.forward([[1.0, 2.0], [1.0, 3.0]])
    assert np.isfinite(layer.forward([[0.0, 2.0], [1.0, 3.0]])).all()


def test_a_gradient_may_come_by_its_name_and_by_no_other():
    node = Multiply()
    node.forward(2.0, 3.0)
    assert node.backward(dout=1.0) == (3, 2)
    with pytest.raises(TypeError, match="dout"):
        node.backward(banana=1.0)

    class Own(ReLU):
        def backward(self, grad):
            return grad * self.saved

    own = Own()
    own.forward([[1.0]])
    assert own.backward(grad=[[2.0]]) == 2


def test_a_node_is_wired_to_as_many_inputs_as_it_takes():
    with refused("inputs of 'z' must be one for each of x, y, got ['x']"):
        Graph("x").wire("z", Add(), "x")
    with refused("inputs of 'z' must be one for each of scores, t, got ['x']"):
        Graph("x").wire("z", SoftmaxWithLoss(), "x")


def test_any_name_may_be_an_input():
    graph = Graph("self", "graph")
    graph.wire("z", Multiply(), "self", "graph")
    assert graph.forward(self=2.0, graph=3.0) == 6
    assert max(check_graph(graph, self=2.0, graph=3.0).values()) < 1e-7
