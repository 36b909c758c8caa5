import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import arrays, assert_slopes, refused, sizes

from backprop import Add, Affine, Graph, Multiply, ReLU, SoftmaxWithLoss


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


@pytest.mark.parametrize("node", [Add(), Multiply()], ids=["add", "multiply"])
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


@pytest.mark.parametrize("node", [Add(), Multiply()], ids=["add", "multiply"])
def test_a_gradient_has_the_shape_of_the_output(node):
    node.forward(np.ones((2, 3)), np.ones((2, 3)))
    with refused("dout", "same shape", "(3,)", "(2, 3)"):
        node.backward(np.ones(3))


@pytest.mark.parametrize(
    "made",
    [Add(), Multiply(), Affine(np.ones((2, 2)), np.ones(2)), ReLU(), SoftmaxWithLoss(), Graph("x")],
    ids=lambda made: type(made).__name__,
)
def test_backward_before_forward_says_what_to_do(made):
    name = type(made).__name__
    arguments = [] if isinstance(made, Graph) else [1.0]
    with pytest.raises(RuntimeError, match=f"{name}.backward .* {name}.forward first"):
        made.backward(*arguments)
