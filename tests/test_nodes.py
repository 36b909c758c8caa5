import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import arrays, assert_slopes, refused, sizes, thousandths

from backprop import (
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
    Residual,
    Sigmoid,
    SoftmaxWithLoss,
    Tanh,
)
from backprop.node import hand_out, inner

OF_TWO = pytest.mark.parametrize(
    "node", [Add(), Multiply(), Divide(), Maximum()], ids=["add", "multiply", "divide", "maximum"]
)


@st.composite
def three_alike(draw) -> list[np.ndarray]:
    shape = draw(st.lists(sizes, max_size=3))
    return [draw(arrays(*shape)) for _ in range(3)]


def test_the_car_costs_44_and_its_gradients_are_those_of_the_hand_calculation():
    subtotal, total = Multiply(), Multiply()
    assert subtotal.forward(20, 2) == 40
    assert total.forward(40, 1.1) == 44
    d_subtotal, d_tax = total.backward(1)
    assert (d_subtotal, d_tax) == (1.1, 40)
    d_price, d_count = subtotal.backward(d_subtotal)
    assert (d_price, d_count) == pytest.approx((2.2, 22), rel=1e-15)


def test_add_hands_the_gradient_on_and_multiply_swaps():
    add, multiply = Add(), Multiply()
    assert (add.forward(3, 5), add.backward(7)) == (8, (7, 7))
    assert (multiply.forward(3, 5), multiply.backward(7)) == (15, (35, 21))


@pytest.mark.parametrize("node", [Add(), Multiply()], ids=["add", "multiply"])
@given(three_alike())
def test_gradients_of_a_node_are_the_measured_slopes(node, three):
    x, y, dout = three
    node.forward(x, y)
    dx, dy = node.backward(dout)
    assert_slopes(dx, lambda x: np.sum(dout * node.forward(x, y)), x)
    assert_slopes(dy, lambda y: np.sum(dout * node.forward(x, y)), y)


@given(three_alike())
def test_forward_is_plain_arithmetic_element_by_element(three):
    x, y, _ = three
    for index in np.ndindex(x.shape):
        assert Add().forward(x, y)[index] == x[index] + y[index]
        assert Multiply().forward(x, y)[index] == x[index] * y[index]


@OF_TWO
@pytest.mark.parametrize(
    ("x", "y", "shapes"),
    [
        (np.ones(3), 2.0, ["(3,)", "()"]),
        (2.0, np.ones(3), ["()", "(3,)"]),
        (np.ones((2, 3)), np.ones(3), ["(2, 3)", "(3,)"]),
        (np.ones((2, 3)), np.ones((1, 3)), ["(2, 3)", "(1, 3)"]),
    ],
)
def test_nothing_is_broadcast(node, x, y, shapes):
    with refused("x and y must have the same shape", *shapes):
        node.forward(x, y)


@OF_TWO
def test_a_gradient_has_the_shape_of_the_output(node):
    node.forward(np.ones((2, 3)), np.ones((2, 3)))
    with refused("dout must have the shape (2, 3) of the output, got (3,)"):
        node.backward(np.ones(3))


@pytest.mark.parametrize(
    "made",
    [
        *[Add(), Multiply(), Divide(), Exp(), Maximum()],
        *[Affine(np.ones((2, 2)), np.ones(2)), ReLU(), SoftmaxWithLoss(), Graph("x")],
        *[Sigmoid(), Tanh(), Dropout(0.5, seed=0), BatchNorm(2), Residual(ReLU())],
        Convolution(np.ones((4, 2)), np.ones(2), image=(1, 3, 3), size=2),
    ],
    ids=lambda made: type(made).__name__,
)
def test_backward_before_forward_says_what_to_do(made):
    name = type(made).__name__
    arguments = [] if isinstance(made, Graph) else [1.0]
    with pytest.raises(RuntimeError, match=f"{name}.backward .* {name}.forward first"):
        made.backward(*arguments)


# --- Divide -------------------------------------------------------------------------------------


def test_divide_agrees_with_the_hand_calculation():
    node = Divide()
    assert (node.forward(6.0, -4.0), node.backward(16.0)) == (-1.5, (-4, -6))


# No y is nearer to 0 than 0.5, where the slopes still are straight enough to be measured.
@given(three_alike(), st.data())
def test_gradients_of_divide_are_the_measured_slopes(three, data):
    x, _, dout = three
    y = data.draw(arrays(*x.shape, of=thousandths.filter(lambda y: abs(y) >= 0.5)))
    node = Divide()
    assert_array_equal(node.forward(x, y), x / y)
    dx, dy = node.backward(dout)
    assert_slopes(dx, lambda x: np.sum(dout * node.forward(x, y)), x)
    assert_slopes(dy, lambda y: np.sum(dout * node.forward(x, y)), y)


@pytest.mark.parametrize(
    "y", [0, 0.0, -0.0, np.zeros(()), np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([1, 0])]
)
def test_divide_refuses_a_0_by_name(y):
    with refused("y must not be 0 anywhere"):
        Divide().forward(np.ones(np.shape(y)), y)


def test_divide_finds_gradients_where_the_square_of_y_is_beyond_the_numbers():
    node = Divide()
    for y, expected in [(1e200, 0), (-1e-160, -1e300)]:
        node.forward(1e-20, y)
        assert node.backward(1.0) == pytest.approx((1 / y, expected), rel=1e-15)
    node.forward(np.array([1], np.int32), np.array([100_000], np.int32))
    assert_allclose(node.backward(np.array([1.0]))[1], [-1e-10], rtol=1e-15)


# --- Exp ----------------------------------------------------------------------------------------


def test_exp_is_its_own_slope():
    node = Exp()
    assert_allclose(node.forward(np.log([2.0, 0.5])), [2, 0.5], rtol=1e-15)
    assert_allclose(node.backward(np.array([3.0, -8.0])), [6, -4], rtol=1e-15)


@given(three_alike())
def test_gradients_of_exp_are_the_measured_slopes(three):
    x, _, dout = three
    node = Exp()
    node.forward(x)
    assert_slopes(node.backward(dout), lambda x: np.sum(dout * Exp().forward(x)), x)


@pytest.mark.parametrize(
    ("x", "found"),
    [
        (710.0, "710"),
        (710, "710"),
        (np.inf, "inf"),
        (np.array([[0.0, 710.0], [-1.0, 900.0]]), "900"),
        (np.array([89.0], np.float32), "89"),
    ],
)
def test_exp_refuses_what_would_overflow_and_saves_nothing(x, found):
    node = Exp()
    with refused("x must be small enough for exp(x) to be finite, got", found):
        node.forward(x)
    with pytest.raises(RuntimeError, match="forward first"):
        node.backward(x)


def test_exp_reaches_nearly_the_largest_number_and_0():
    assert Exp().forward(709.0) == pytest.approx(math.exp(709), rel=1e-12)
    assert Exp().forward(-1000.0) == 0


def test_a_gradient_of_exp_has_the_shape_of_the_output():
    node = Exp()
    node.forward(np.ones((2, 3)))
    with refused("dout must have the shape (2, 3) of the output, got (3,)"):
        node.backward(np.ones(3))


# --- Maximum ------------------------------------------------------------------------------------


def test_maximum_hands_the_gradient_to_the_larger_input_and_a_tie_to_y():
    node = Maximum()
    assert_array_equal(
        node.forward(np.array([5, 3, 4, -2]), np.array([3, 5, 4, -2])), [5, 5, 4, -2]
    )
    dx, dy = node.backward(np.array([10.0, 20.0, 30.0, 40.0]))
    assert_array_equal(dx, [10, 0, 0, 0])
    assert_array_equal(dy, [0, 20, 30, 40])


# x and y are at least 0.001 apart, so both sides of a difference lie on one line.
@given(three_alike())
def test_gradients_of_maximum_are_the_measured_slopes(three):
    x, y, dout = three
    assume(np.abs(x - y).min() > 0.0005)
    node = Maximum()
    node.forward(x, y)
    dx, dy = node.backward(dout)
    assert_slopes(dx, lambda x: np.sum(dout * Maximum().forward(x, y)), x)
    assert_slopes(dy, lambda y: np.sum(dout * Maximum().forward(x, y)), y)


@given(three_alike())
def test_maximum_with_0_is_relu_also_at_its_kink(three):
    x, _, dout = three
    x = np.round(x)  # many of them 0
    node, layer = Maximum(), ReLU()
    assert_array_equal(node.forward(x, 0 * x), layer.forward(x))
    dx, dy = node.backward(dout)
    assert_array_equal(dx, layer.backward(dout))
    assert_array_equal(dx + dy, dout)


# --- all of them --------------------------------------------------------------------------------


@OF_TWO
def test_a_node_of_two_inputs_keeps_float32(node):
    ones = np.ones((2, 3), np.float32)
    assert node.forward(ones, ones).dtype == np.float32
    assert [gradient.dtype for gradient in node.backward(ones)] == [np.float32, np.float32]


def test_exp_keeps_float32():
    node, ones = Exp(), np.ones((2, 3), np.float32)
    assert node.forward(ones).dtype == np.float32
    assert node.backward(ones).dtype == np.float32


# --- layers in layers ---------------------------------------------------------------------------


def test_inner_yields_a_layer_before_what_it_is_made_of():
    a, b, c, d = (ReLU() for _ in range(4))
    small = Residual(b, c)
    large = Residual(small, d)
    assert list(inner([a, large])) == [a, large, small, b, c, d]
    assert list(inner([])) == []


def test_parameters_are_handed_out_in_order_and_passed_by_where_there_are_none():
    layers = [Affine(np.ones((1, 1)), np.ones(1)) for _ in range(2)]
    block = Residual(ReLU(), layers[1])
    new = [np.array([[2.0]]), np.array([3.0]), np.array([[4.0]]), np.array([5.0])]
    hand_out(new, [ReLU(), layers[0], block, Sigmoid()])
    for layer, pair in zip(layers, (new[:2], new[2:]), strict=True):
        assert layer.W is pair[0]
        assert layer.b is pair[1]
