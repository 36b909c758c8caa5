import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import arrays, assert_slopes, refused, sizes

from backprop import (
    Affine,
    BatchNorm,
    Dropout,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Tanh,
    check_layer,
    check_network,
    train,
)
from backprop.node import inner


@st.composite
def residual_runs(draw) -> tuple[np.ndarray, ...]:
    """Draw x, dout, W1, b1, W2 and b2."""
    N, D, H = (draw(sizes) for _ in "NDH")
    return tuple(draw(arrays(*shape)) for shape in [(N, D), (N, D), (D, H), (H,), (H, D), (D,)])


def block(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray) -> Residual:
    return Residual(Affine(W1, b1), Tanh(), Affine(W2, b2))


def random_block(rng: np.random.Generator, width: int, *inside: Residual) -> Residual:
    def affine() -> Affine:
        return Affine(rng.normal(size=(width, width)), rng.normal(size=width))

    return Residual(affine(), *inside, Tanh(), affine())


def nested() -> tuple[Network, np.ndarray, np.ndarray]:
    """Return a network with a block in a block, points and labels."""
    rng = np.random.default_rng(0)
    first = Affine(rng.normal(size=(2, 3)), rng.normal(size=3))
    last = Affine(rng.normal(size=(3, 4)), rng.normal(size=4))
    layers = [first, random_block(rng, 3, random_block(rng, 3)), Sigmoid(), last]
    return Network(layers), rng.normal(size=(7, 2)), rng.integers(4, size=7)


# --- the layer ----------------------------------------------------------------------------------


def test_a_block_agrees_with_the_hand_calculation():
    layer = Residual(Affine([[1.0, -1.0], [2.0, 0.0]], [0.0, 1.0]), ReLU())
    # before ReLU [3, 0] and [-1, 2], after it [3, 0] and [0, 2]
    assert_array_equal(layer.forward([[1.0, 1.0], [-1.0, 0.0]]), [[4, 1], [-1, 2]])
    # through ReLU [5, 0] and [0, 6]; through W [5, 10] and [-6, 0]; and dout itself
    dx = layer.backward([[5.0, 7.0], [3.0, 6.0]])
    assert_array_equal(dx, [[10, 17], [-3, 6]])
    assert_array_equal(layer.gradients[0], [[5, -6], [5, 0]])
    assert_array_equal(layer.gradients[1], [5, 6])


@given(residual_runs())
def test_gradients_of_a_block_are_the_measured_slopes(run):
    x, dout, *parameters = run
    layer = block(*parameters)
    layer.forward(x)
    assert_slopes(layer.backward(dout), lambda x: np.sum(dout * block(*parameters).forward(x)), x)
    for k, (gradient, array) in enumerate(zip(layer.gradients, parameters, strict=True)):

        def output(changed, k=k):
            return np.sum(dout * block(*parameters[:k], changed, *parameters[k + 1 :]).forward(x))

        assert_slopes(gradient, output, array)


@given(residual_runs())
def test_the_two_paths_add_forward_and_backward(run):
    x, dout, *parameters = run
    layer = block(*parameters)
    first, tanh, last = Affine(*parameters[:2]), Tanh(), Affine(*parameters[2:])
    through = last.forward(tanh.forward(first.forward(x)))
    assert_array_equal(layer.forward(x), x + through)
    back = first.backward(tanh.backward(last.backward(dout)))
    assert_array_equal(layer.backward(dout), dout + back)
    for mine, plain in zip(layer.gradients, first.gradients + last.gradients, strict=True):
        assert_array_equal(mine, plain)


def test_the_path_around_carries_the_gradient_where_no_other_does():
    layer = Residual(Affine(np.zeros((2, 2)), np.full(2, -1.0)), ReLU())
    x, dout = [[3.0, -4.0]], np.array([[5.0, 7.0]])
    assert_array_equal(layer.forward(x), x)
    assert_array_equal(layer.backward(dout), dout)


def test_a_block_in_a_block_has_the_gradients_that_the_check_of_the_book_measures():
    rng = np.random.default_rng(0)
    layer = random_block(rng, 3, random_block(rng, 3))
    errors = check_layer(layer, rng.normal(size=(5, 3)))
    assert len(errors) == 1 + 8
    assert max(errors) < 1e-7


def test_parameters_are_live_and_in_the_order_of_forward():
    rng = np.random.default_rng(0)
    inside = random_block(rng, 3)
    outside = random_block(rng, 3, inside)
    before, after = outside.layers[0], outside.layers[-1]
    expected = [*before.parameters, *inside.parameters, *after.parameters]
    assert len(expected) == 8
    assert all(a is b for a, b in zip(outside.parameters, expected, strict=True))
    outside.forward(rng.normal(size=(2, 3)))
    outside.backward(np.ones((2, 3)))
    expected = [*before.gradients, *inside.gradients, *after.gradients]
    assert all(a is b for a, b in zip(outside.gradients, expected, strict=True))


def test_the_setter_puts_each_array_at_its_place():
    rng = np.random.default_rng(0)
    layer, other = (random_block(rng, 3, random_block(rng, 3)) for _ in range(2))
    x = rng.normal(size=(2, 3))
    layer.parameters = other.parameters
    assert all(a is b for a, b in zip(layer.parameters, other.parameters, strict=True))
    assert_array_equal(layer.forward(x), other.forward(x))


def test_a_block_without_parameters_has_none():
    layer = Residual(Tanh())
    layer.forward([[1.0]])
    layer.backward([[1.0]])
    assert (layer.parameters, layer.gradients) == ((), ())


def test_a_block_works_on_each_block_of_leading_axes():
    rng = np.random.default_rng(0)
    layer, single = random_block(rng, 3), random_block(np.random.default_rng(0), 3)
    layer.parameters = [np.stack([np.atleast_2d(p)] * 2) for p in layer.parameters]
    x, dout = rng.normal(size=(2, 2, 4, 3))
    out, dx = layer.forward(x), layer.backward(dout)
    for i in range(2):
        assert_allclose(out[i], single.forward(x[i]), rtol=1e-13)
        assert_allclose(dx[i], single.backward(dout[i]), rtol=1e-13)


def test_a_block_keeps_float32():
    layer = Residual(Affine(np.ones((2, 2), np.float32), np.ones(2, np.float32)), Tanh())
    x = np.ones((3, 2), np.float32)
    assert layer.forward(x).dtype == np.float32
    assert layer.backward(x).dtype == np.float32


# --- in a network -------------------------------------------------------------------------------


def test_a_network_finds_the_layers_in_its_blocks():
    network, _, _ = nested()
    outer, innermost = network.layers[1], network.layers[1].layers[1]
    assert network.affine == [
        network.layers[0],
        outer.layers[0],
        innermost.layers[0],
        innermost.layers[2],
        outer.layers[3],
        network.layers[3],
    ]
    assert [p.shape for p in network.parameters] == [
        *[(2, 3), (3,)],
        *[(3, 3), (3,)] * 4,
        *[(3, 4), (4,)],
    ]
    for affine, W, b in zip(
        network.affine, network.parameters[::2], network.parameters[1::2], strict=True
    ):
        assert affine.W is W
        assert affine.b is b
    assert list(inner([outer])) == [
        outer,
        outer.layers[0],
        innermost,
        *innermost.layers,
        *outer.layers[2:],
    ]


@pytest.mark.parametrize("reg", [0, 0.3])
def test_the_gradients_of_a_network_with_blocks_are_those_of_its_loss(reg):
    network, X, t = nested()
    errors = check_network(network, X, t, reg)
    assert len(errors) == 12
    assert max(errors) < 1e-7


def test_the_penalty_counts_the_weights_in_blocks():
    network, X, t = nested()
    squares = sum(np.sum(W**2) for W in network.parameters[::2])
    extra = network.loss(X, t, reg=0.3) - network.loss(X, t)
    assert extra == pytest.approx(0.15 * squares, rel=1e-12)
    with_reg, without = network.gradients(X, t, reg=0.3), network.gradients(X, t)
    for k, W in enumerate(network.parameters):
        expected = 0.3 * W if k % 2 == 0 else 0 * W
        assert_allclose(with_reg[k] - without[k], expected, rtol=1e-9, atol=1e-12)


def test_a_network_sets_the_parameters_of_its_blocks():
    network, X, _ = nested()
    arrays = [2 * array for array in network.parameters]
    scores = network.scores(X)
    network.parameters = arrays
    assert all(a is b for a, b in zip(network.parameters, arrays, strict=True))
    assert not np.allclose(network.scores(X), scores)


def test_a_network_switches_the_layers_in_its_blocks():
    dropout, norm = Dropout(0.5, seed=0), BatchNorm(2)
    network = Network([Residual(norm, Residual(dropout)), Affine(np.ones((2, 2)), np.ones(2))])
    assert not network.training
    network.training = True
    assert dropout.training
    assert norm.training
    assert network.training
    network.training = False
    assert not dropout.training
    assert not norm.training
    assert not network.training
    dropout.training = True
    assert network.training


def test_one_step_of_training_moves_every_parameter_of_a_block():
    network, X, t = nested()
    twin, _, _ = nested()
    gradients = twin.gradients(X, t, reg=0.1)
    train(network, X, t, lr=0.5, reg=0.1, steps=1)
    moved = zip(network.parameters, twin.parameters, gradients, strict=True)
    for after, before, gradient in moved:
        assert np.abs(gradient).max() > 0
        assert_allclose(after, before - 0.5 * gradient, rtol=1e-13)


# --- bad input ----------------------------------------------------------------------------------

SQUARE, OTHER, TANH = Affine(np.eye(2), np.zeros(2)), Affine(np.eye(2), np.zeros(2)), Tanh()
TWICE = ["layers must all be different", "twice"]


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: Residual(), ["layers must be one or more nodes", "got none"]),
        (lambda: Residual("ReLU"), ["layers must be nodes such as ReLU()", "got 'ReLU'"]),
        (lambda: Residual(SQUARE, ReLU), ["layers must be nodes", "got <class"]),
        (lambda: Residual([SQUARE, TANH]), ["layers must be nodes", "got ["]),
        (lambda: Residual(SQUARE, SQUARE), TWICE),
        (lambda: Residual(TANH, Residual(SQUARE, TANH)), TWICE),
        (lambda: Network([SQUARE, Residual(SQUARE)]), TWICE),
        (lambda: Network([Residual(SQUARE), TANH, Residual(OTHER, TANH)]), TWICE),
        (lambda: Network([Residual(Tanh())]), ["layers", "at least one Affine", "got none"]),
        (
            lambda: Network([SQUARE, Residual(Affine(np.ones((3, 3)), np.ones(3)))]),
            ["layers must fit together", "2 outputs", "3 inputs"],
        ),
        (
            lambda: Residual(Affine(np.ones((2, 3)), np.ones(3))).forward(np.ones((4, 2))),
            ["the output of f must have the shape (4, 2) of x", "(4, 3)"],
        ),
        (
            lambda: Residual(Affine(np.ones((2, 1)), np.ones(1))).forward(np.ones((4, 2))),
            ["the output of f must have the shape (4, 2) of x", "(4, 1)"],
        ),
        (lambda: Residual(SQUARE).forward(np.ones((4, 3))), ["x must have shape (N, 2)", "(4, 3)"]),
    ],
)
def test_bad_input_is_refused_by_name(call, parts):
    with refused(*parts):
        call()


def test_a_gradient_has_the_shape_of_the_output():
    layer = Residual(Affine(np.eye(2), np.zeros(2)))  # Affine would say it in other words
    layer.forward(np.ones((4, 2)))
    for dout in (np.ones(2), np.ones((1, 2)), 1.0):
        with refused("dout must have the shape (4, 2) of the output", f"got {np.shape(dout)}"):
            layer.backward(dout)


def test_a_block_passes_the_switch_of_training_on_to_its_layers():
    inside = Dropout(0.5, seed=0)
    block = Residual(Residual(inside))
    block.training = True
    assert inside.training
    block.training = False
    assert not inside.training
