import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from properties import refused

from backprop import (
    Add,
    Affine,
    BatchNorm,
    Dropout,
    Graph,
    Multiply,
    Network,
    Node,
    ReLU,
    Residual,
    SoftmaxWithLoss,
    check_graph,
    check_layer,
    check_network,
    numerical_gradient,
    quadrants,
    random_affine,
    relative_error,
    train,
    two_layer,
)
from backprop.node import inner

X, T = quadrants(9, seed=0)
W, B = np.array([[1.0, -2.0, 0.5], [0.3, 1.0, 2.0]]), np.array([0.1, -0.2, 0.3])
FOUND = 1e-3  # an error above this has been found


# --- the two tools ------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_step_is_not_lost_in_a_smaller_type(dtype: type):
    x = np.array([300.0, 3.0], dtype)
    found = numerical_gradient(lambda x: (x**2).sum(), x)
    np.testing.assert_allclose(found, [600, 6], rtol=1e-7)
    assert check_layer(ReLU(), x[None]) == [pytest.approx(0, abs=1e-8)]


def test_the_numerical_gradient_of_a_polynomial_is_that_of_the_hand_calculation():
    x = np.array([[1.0, -2.0], [3.0, 0.5]])
    x.setflags(write=False)
    found = numerical_gradient(lambda x: x[0, 0] ** 3 + x[0, 1] * x[1, 0] - 7 * x[1, 1] + 2, x)
    assert_allclose(found, [[3, 3], [-2, -7]], rtol=1e-9)


def test_differences_are_central_so_that_a_parabola_has_no_error_of_order_h():
    assert numerical_gradient(lambda x: x**2, 3.0, h=0.5) == 6
    assert numerical_gradient(lambda x: x**3, 3.0, h=0.5) == 27.25  # 3x² + h²


def test_a_number_and_whole_numbers_have_slopes_too():
    assert numerical_gradient(lambda x: 4 * x, 5).shape == ()
    assert_allclose(numerical_gradient(lambda x: (x**2).sum(), np.array([1, 2])), [2, 4])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([0, 0], [0, 0], 0),
        ([3, 4], [3, 4], 0),
        ([1e-300], [1e-300], 0),
        ([1, 0], [-1, 0], 2),
        ([0, 0], [5, 0], 1),
        ([5, 0], [0, 0], 1),
        ([10, 0], [9, 0], 0.1),
        ([9, 0], [10, 0], 0.1),
        ([3, 0], [0, 4], 5 / 4),
        (1e-9, 2e-9, 0.5),
        ([[1, 2], [2, 4]], [[1, 2], [2, 5]], 1 / math.sqrt(34)),
        ([0], [math.nan], math.inf),
        ([math.nan], [0], math.inf),
    ],
)
def test_the_relative_error_is_the_distance_over_the_larger_length(a, b, expected):
    assert relative_error(a, b) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: relative_error([1, 2], [[1, 2]]), ["a and b", "same shape", "(2,)", "(1, 2)"]),
        (lambda: relative_error([1, 2], 1), ["a and b", "same shape", "(2,)", "()"]),
        (lambda: numerical_gradient(abs, 1.0, h=0), ["h must be a finite number > 0", "got 0"]),
        (lambda: numerical_gradient(abs, 1.0, h=math.nan), ["h must be", "got nan"]),
        (lambda: numerical_gradient(abs, "one"), ["x must hold real numbers", "dtype"]),
        (lambda: check_layer(ReLU(), [["a"]]), ["inputs must hold real numbers", "dtype"]),
        (lambda: check_network(two_layer(2, 3, 4, 0), X, T, -1), ["reg must be", ">= 0", "-1"]),
    ],
)
def test_bad_input_is_refused_by_name(call, parts):
    with refused(*parts):
        call()


# --- right gradients pass -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "inputs", "labels", "count"),
    [
        (Add(), [2.0, 3.0], None, 2),
        (Multiply(), [X, X + 1], None, 2),
        (Affine(W, B), [X], None, 3),
        (Affine(W, B), [X[:1]], None, 3),
        (ReLU(), [X], None, 1),  # the points keep 0.1 away from the axes, so from the kink
        (SoftmaxWithLoss(), [np.eye(9, 4) - X[:, :1]], T, 1),
        (SoftmaxWithLoss(), [np.eye(9, 4) - X[:, :1]], np.eye(4)[T], 1),
    ],
)
def test_check_layer_returns_an_error_near_0_for_every_gradient(layer, inputs, labels, count):
    errors = check_layer(layer, *inputs, labels=labels)
    assert len(errors) == count
    assert max(errors) < 1e-7


@pytest.mark.parametrize("reg", [0, 0.3])
def test_check_network_returns_an_error_near_0_for_every_parameter(reg):
    errors = check_network(two_layer(2, 5, 4, seed=0), X, T, reg)
    assert len(errors) == 4
    assert max(errors) < 1e-7


# --- wrong gradients are found ------------------------------------------------------------------


class WrongSign(ReLU):
    def backward(self, dout):
        return -super().backward(dout)


class OpenAtZero(ReLU):
    """Lets every gradient through, as >= on the values after ReLU does."""

    def backward(self, dout):
        return np.asarray(dout)


class MeanOverRows(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = self.db / len(dout)
        return dx


class NoSumOverRows(Affine):
    def backward(self, dout):
        dx = super().backward(dout)
        self.db = dout[0]
        return dx


class SumNotMean(SoftmaxWithLoss):
    def backward(self, dout=1.0):
        return super().backward(dout) * len(self.y)


class Swapped(Multiply):
    def backward(self, dout):
        return super().backward(dout)[::-1]


class NoPenaltyGradient(Network):
    def backward(self, reg):
        return super().backward(0 * reg)


class PenaltyGradientDoubled(Network):
    def backward(self, reg):
        return super().backward(2 * reg)


@pytest.mark.parametrize(
    ("layer", "inputs", "labels", "wrong"),
    [
        (WrongSign(), [X], None, [0]),
        (OpenAtZero(), [X], None, [0]),
        (MeanOverRows(W, B), [X], None, [2]),
        (NoSumOverRows(W, B), [X], None, [2]),
        (SumNotMean(), [np.eye(9, 4)], T, [0]),
        (Swapped(), [2.0, 3.0], None, [0, 1]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, ReLU | Affine) else "",
)
def test_check_layer_finds_an_error_in_the_gradient_that_has_it(layer, inputs, labels, wrong):
    errors = check_layer(layer, *inputs, labels=labels)
    assert [i for i, error in enumerate(errors) if error > FOUND] == wrong


@pytest.mark.parametrize("order", [[1, 0, 2], [2, 1, 0], [0, 0, 2]])
def test_check_layer_tells_the_entries_of_the_output_apart(order):
    class Mixed(ReLU):
        def backward(self, dout):
            return super().backward(dout)[:, order]

    assert check_layer(Mixed(), np.ones((2, 3)))[0] > FOUND


class Adding(Affine):
    """Right in its first pass; in each later one it adds to the gradients of those before."""

    def __init__(self, W, b):
        super().__init__(W, b)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)

    def backward(self, dout):
        self.dW += self.saved.T @ dout
        self.db += dout.sum(axis=0)
        return dout @ self.W.T


def test_gradients_that_add_up_do_not_agree():
    assert_allclose(check_layer(Adding(W, B), X), [0, 0.5, 0.5], atol=1e-7)
    network = Network([Adding(W, B), ReLU(), Affine(np.eye(3, 4), np.zeros(4))])
    assert_allclose(check_network(network, X, T), [0.5, 0.5, 0, 0], atol=1e-7)


class Summing(Add):
    total = 0.0

    def backward(self, dout):
        self.total = self.total + dout
        return self.total, self.total


def test_check_graph_finds_swapped_gradients():
    graph = Graph("x", "y")
    graph.wire("product", Swapped(), "x", "y")
    assert min(check_graph(graph, x=2.0, y=3.0).values()) > FOUND


def test_check_graph_finds_gradients_that_add_up():
    graph = Graph("x", "y")
    graph.wire("sum", Summing(), "x", "y")
    assert min(check_graph(graph, x=2.0, y=3.0).values()) > FOUND


class WritesIntoDout(ReLU):
    """Right by itself; at a fork it damages what the other path needs."""

    def backward(self, dout):
        dout[~self.saved] = 0
        return dout


def test_check_layer_is_not_misled_by_a_layer_that_writes_into_dout():
    assert max(check_layer(WritesIntoDout(), X)) < 1e-7
    assert check_layer(Residual(WritesIntoDout()), X)[0] > FOUND


@pytest.mark.parametrize("wrong", [NoPenaltyGradient, PenaltyGradientDoubled])
def test_check_network_finds_a_wrong_gradient_of_the_penalty_in_the_weights_alone(wrong):
    network = wrong([Affine(W, B), ReLU(), Affine(np.ones((3, 4)), np.zeros(4))])
    assert max(check_network(network, X, T)) < 1e-7
    errors = check_network(network, X, T, reg=0.5)
    assert [error > FOUND for error in errors] == [True, False, True, False]


# --- a check changes nothing --------------------------------------------------------------------


@pytest.mark.parametrize("made", [Affine, MeanOverRows])
def test_after_a_check_a_layer_has_its_own_arrays_and_their_values(made):
    layer, x = made(W.copy(), B.copy()), X.copy()
    arrays = layer.parameters
    check_layer(layer, x)
    assert all(a is b for a, b in zip(layer.parameters, arrays, strict=True))
    assert_array_equal(layer.W, W)
    assert_array_equal(layer.b, B)
    assert_array_equal(x, X)


def test_after_a_check_a_network_has_its_own_arrays_and_their_values():
    network, twin = two_layer(2, 5, 4, seed=0), two_layer(2, 5, 4, seed=0)
    arrays = network.parameters
    check_network(network, X, T, reg=0.1)
    assert all(a is b for a, b in zip(network.parameters, arrays, strict=True))
    assert all(map(np.array_equal, arrays, twin.parameters))


class StopError(Exception):
    """What interrupts a check, at any place of it."""


class Interrupted(ReLU):
    """Stops at the pass that is asked for, and has then damaged its own input."""

    def __init__(self, passes):
        self.left = passes

    def forward(self, x):
        self.left -= 1
        if self.left == 0:
            raise StopError
        return super().forward(x)


def remembered(nodes):
    """Return what the attributes of nodes hold, copied."""
    kept = {}
    for k, node in enumerate(inner(nodes)):
        for name, value in vars(node).items():
            if isinstance(value, np.ndarray):
                kept[k, name] = value.copy()
            elif isinstance(value, np.random.Generator):
                kept[k, name] = value.bit_generator.state
    return kept


@pytest.mark.parametrize("passes", [1, 2, 3, 30, 80])
def test_whatever_interrupts_a_check_all_is_set_back(passes):
    rng = np.random.default_rng(0)
    block = Residual(random_affine(3, 3, rng), BatchNorm(3), Dropout(0.5, seed=3))
    layers = [random_affine(2, 3, rng), block, Interrupted(passes), random_affine(3, 4, rng)]
    network = Network(layers)
    network.training = True
    before = remembered(layers)
    with pytest.raises(StopError):
        check_network(network, X, T)
    after = remembered(layers)
    lasting = [key for key in before if key[1] not in ("saved", "dW", "db", "mask")]
    assert len(lasting) > 8
    for key in lasting:
        np.testing.assert_equal(after[key], before[key])


@pytest.mark.parametrize("passes", [1, 2, 3, 4, 6])
def test_an_interrupted_check_of_a_layer_or_a_graph_sets_all_back(passes):
    layer = Interrupted(passes)
    layer.running = np.zeros(3)
    with pytest.raises(StopError):
        check_layer(layer, [[1.0, 2.0], [3.0, 4.0]])
    graph = Graph("x")
    scaled = Scaled(3.0)
    graph.wire("y", scaled, "x")
    graph.wire("z", Interrupted(passes + 1), "y")
    graph.forward(x=np.array([1.0, 2.0]))
    run = dict(graph.values)
    with pytest.raises(StopError):
        check_graph(graph, x=np.array([5.0, 6.0, 7.0]))
    assert scaled.g.item() == 3.0
    if passes > 2:  # the second of the check's own passes was the last whole one
        assert_array_equal(graph.values["x"], [5.0, 6.0, 7.0])
    else:
        assert run  # it has not ended: there is none to go back through
        with pytest.raises(RuntimeError, match="needs a forward pass"):
            graph.backward()


class Scaled(Node):
    def __init__(self, g):
        self.g = np.array(g)

    def forward(self, x):
        self.saved = x
        return x * self.g

    def backward(self, dout):
        return dout * self.g


def test_a_check_does_not_move_the_statistics_of_batchnorm_nor_the_draws_of_dropout():
    def make():
        network = Network([BatchNorm(2), Dropout(0.5, seed=0), *two_layer(2, 5, 4, seed=0).layers])
        network.training = True
        network.layers[1].held = True
        return network

    checked, fresh = make(), make()
    check_network(checked, X, T)
    histories = [train(network, X, T, lr=0.1, steps=3) for network in (checked, fresh)]
    assert_array_equal(histories[0].loss, histories[1].loss)
    assert_array_equal(checked.layers[0].running_mean, fresh.layers[0].running_mean)


# --- a check never agrees with what it could not compare ----------------------------------------


class Nan(ReLU):
    """Its gradient, or its output, has a NaN or an infinity at one place."""

    def __init__(self, place, value):
        self.place, self.value = place, value

    def forward(self, x):
        out = super().forward(x)
        if self.place == "out":
            out.flat[-1] = self.value
        return out

    def backward(self, dout):
        dx = super().backward(dout)
        if self.place == "dx":
            dx.flat[-1] = self.value
        return dx


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", ["out", "dx"])
def test_nothing_agrees_with_a_nan_or_an_infinity_in_any_order(place, value):
    points = np.abs(X) + 0.1
    with np.errstate(invalid="ignore"):
        assert check_layer(Nan(place, value), points) == [math.inf]
        graph = Graph("x")
        graph.wire("y", Nan(place, value), "x")
        assert check_graph(graph, x=points) == {"x": math.inf}
        errors = check_network(
            Network([Affine(W, B), Nan(place, value), Affine(W.T, B[:2])]), X, 0 * T
        )
    assert not max(errors) < 1e-7
    assert not max(reversed(errors)) < 1e-7
    assert not np.isnan(errors).any()


@pytest.mark.parametrize("scale", [1e-320, 1e-300, 1e-160, 1.0, 1e160, 1e300, 1.5e308])
def test_the_relative_error_is_the_same_at_any_size(scale):
    unit = relative_error([0.5, 0.25], [0.5, 0.5])
    assert unit == pytest.approx(0.25 / math.sqrt(0.5), rel=1e-15)
    a, b = scale * np.array([0.5, 0.25]), scale * np.array([0.5, 0.5])
    assert relative_error(a, b) == pytest.approx(unit, rel=1e-3 if scale < 1e-310 else 1e-14)
    assert relative_error(a, -a) == 2.0


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64, np.float16, np.float32])
def test_the_relative_error_is_right_for_every_type(dtype):
    a, b = np.array([100, 0], dtype), np.array([0, 100], dtype)
    assert relative_error(a, b) == pytest.approx(math.sqrt(2), rel=1e-15)
    assert relative_error(a, a) == 0


def test_the_relative_error_of_nothing_is_refused():
    with refused("a and b must hold at least one number, got none"):
        relative_error([], [])


@pytest.mark.parametrize("x", [1e12, -1e12, 1e300])
def test_where_the_step_is_lost_in_rounding_nothing_has_been_measured(x):
    found = numerical_gradient(lambda x: x.sum(), np.array([1.0, x]))
    assert found[0] == pytest.approx(1, rel=1e-9) or abs(x) > 1e5
    assert np.isnan(found[1])
    assert math.inf in check_layer(Scaled(2.0), np.array([1.0, x]))


class Counting(Node):
    """A node that notes in an array of its own, in place, how often it went forward."""

    def __init__(self) -> None:
        self.passes = np.zeros(1)

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.passes += 1
        return 2 * x

    def backward(self, dout: np.ndarray) -> np.ndarray:
        return 2 * dout


def test_a_check_sets_back_what_its_passes_change_inside_of_an_array():
    checked = Counting()
    for size in (2, 20):  # the more numbers, the more passes measure
        x = np.ones((1, size))
        before, passes = checked.passes, checked.passes[0]
        assert check_layer(checked, x)[0] < 1e-7
        assert checked.passes is before
        assert 1 <= checked.passes[0] - passes <= 2, "those of the check itself, not of measuring"


def test_after_a_check_backward_belongs_to_the_checked_point():
    layer = Multiply()
    check_layer(layer, 2.0, 3.0)
    assert layer.backward(1.0) == (3, 2)
