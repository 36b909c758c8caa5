import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import arrays, assert_slopes, refused, sizes
from scipy.special import expit

from backprop import Add, Divide, Exp, Graph, Multiply, Sigmoid, Tanh

BOTH = pytest.mark.parametrize("activation", [Sigmoid, Tanh])


@st.composite
def x_and_dout(draw) -> tuple[np.ndarray, np.ndarray]:
    shape = draw(st.lists(sizes, max_size=3))
    return draw(arrays(*shape)), draw(arrays(*shape))


def test_sigmoid_agrees_with_the_hand_calculation():
    layer = Sigmoid()
    # exp(x) = 1, 3 and 1/4, so y = 1/2, 3/4 and 1/5
    assert_allclose(layer.forward(np.log([[1.0, 3.0, 0.25]])), [[0.5, 0.75, 0.2]], rtol=1e-14)
    assert_allclose(layer.backward([[8.0, 16.0, -25.0]]), [[2, 3, -4]], rtol=1e-14)


def test_tanh_agrees_with_the_hand_calculation():
    layer = Tanh()
    # exp(2x) = 1, 3 and 1/4, so y = (exp(2x) - 1) / (exp(2x) + 1) = 0, 1/2 and -3/5
    x = np.log([[1.0, 3.0, 0.25]]) / 2
    assert_allclose(layer.forward(x), [[0, 0.5, -0.6]], rtol=1e-14)
    assert_allclose(layer.backward([[5.0, 4.0, -25.0]]), [[5, 3, -16]], rtol=1e-14)


@BOTH
@given(x_and_dout())
def test_gradients_are_the_measured_slopes(activation, run):
    x, dout = run
    layer = activation()
    layer.forward(x)
    assert_slopes(layer.backward(dout), lambda x: np.sum(dout * activation().forward(x)), x)


@given(arrays(3, 2, of=st.floats(-700, 700)))
def test_sigmoid_is_that_of_scipy_to_the_last_small_digits(x):
    assert_allclose(Sigmoid().forward(x), expit(x), rtol=1e-12)


@given(x_and_dout())
def test_tanh_is_that_of_plain_math_and_a_stretched_sigmoid(run):
    x, _ = run
    y = Tanh().forward(x)
    assert_allclose(y, np.reshape([math.tanh(number) for number in x.flat], x.shape), rtol=1e-14)
    assert_allclose(y, 2 * Sigmoid().forward(2 * x) - 1, rtol=1e-12, atol=1e-15)


@given(x_and_dout())
def test_sigmoid_is_what_the_nodes_of_its_formula_are_together(run):
    x, _ = run
    graph = Graph("x", "minus", "one")
    graph.wire("negative", Multiply(), "minus", "x")
    graph.wire("power", Exp(), "negative")
    graph.wire("sum", Add(), "one", "power")
    graph.wire("y", Divide(), "one", "sum")
    one, layer = np.ones(x.shape), Sigmoid()
    assert_allclose(layer.forward(x), graph.forward(x=x, minus=-one, one=one), rtol=1e-13)
    assert_allclose(layer.backward(one), graph.backward()["x"], rtol=1e-11)


def test_the_ends_are_reached_without_a_warning():
    ends = np.array([[-math.inf, -1000.0, 1000.0, math.inf]])
    for layer, low in [(Sigmoid(), 0), (Tanh(), -1)]:
        assert_array_equal(layer.forward(ends), [[low, low, 1, 1]])
        assert_array_equal(layer.backward(np.ones((1, 4))), [[0, 0, 0, 0]])


def test_slopes_at_0_are_a_quarter_and_1():
    for layer, slope in [(Sigmoid(), 0.25), (Tanh(), 1)]:
        layer.forward(0.0)
        assert layer.backward(1.0) == slope


@BOTH
def test_backward_can_be_repeated_and_belongs_to_the_last_forward_pass(activation):
    layer, fresh = activation(), activation()
    layer.forward([[3.0, 4.0]])
    layer.forward([[0.5, -1.0]])
    fresh.forward([[0.5, -1.0]])
    first = layer.backward([[2.0, 3.0]])
    assert_array_equal(first, layer.backward([[2.0, 3.0]]))
    assert_array_equal(first, fresh.backward([[2.0, 3.0]]))


@BOTH
def test_float32_stays_float32_and_whole_numbers_become_floats(activation):
    layer = activation()
    assert layer.forward(np.ones((2, 3), np.float32)).dtype == np.float32
    assert layer.backward(np.ones((2, 3), np.float32)).dtype == np.float32
    assert_array_equal(layer.forward([[1, -2]]), activation().forward([[1.0, -2.0]]))


@BOTH
def test_a_gradient_has_the_shape_of_the_output(activation):
    layer = activation()
    layer.forward(np.ones((4, 2)))
    for dout in (np.ones(2), np.ones((1, 2)), 1.0):
        with refused("dout must have the shape (4, 2) of the output", f"got {np.shape(dout)}"):
            layer.backward(dout)
