import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import arrays, assert_slopes, refused

from backprop import Affine, Convolution, Network, ReLU, Tanh, check_layer, check_network, train


@st.composite
def convolution_runs(draw) -> tuple[np.ndarray, ...]:
    """Draw x, W, b, dout, the image and the size; also N = 1, one patch and one pixel."""
    size = draw(st.integers(1, 3))
    N, C, F = (draw(st.integers(1, 3)) for _ in "NCF")
    height, width = (size + draw(st.integers(0, 2)) for _ in range(2))
    places = (height - size + 1) * (width - size + 1)
    shapes = [(N, C * height * width), (C * size**2, F), (F,), (N, F * places)]
    return *(draw(arrays(*shape)) for shape in shapes), (C, height, width), size


def correlated(
    x: np.ndarray, W: np.ndarray, b: np.ndarray, image: tuple[int, int, int], size: int
) -> np.ndarray:
    """Filter each channel with scipy and add up the channels."""
    from scipy.signal import correlate  # half a second to load, in each process that collects

    channels = image[0]
    rows = []
    for sample in x.reshape(-1, *image):
        for f, bias in enumerate(b):
            kernels = W[:, f].reshape(channels, size, size)
            parts = [
                correlate(sample[c], kernels[c], mode="valid", method="direct")
                for c in range(channels)
            ]
            rows.append(np.sum(parts, axis=0) + bias)
    return np.reshape(rows, (len(x), -1))


def test_one_filter_on_one_image_agrees_with_the_hand_calculation():
    # the image 1 2 3 / 4 5 6 and the filter 1 10 / 100 1000
    layer = Convolution([[1], [10], [100], [1000]], [0.5], image=(1, 2, 3), size=2)
    assert_array_equal(layer.forward([[1, 2, 3, 4, 5, 6]]), [[5421.5, 6532.5]])
    dx = layer.backward([[2.0, 3.0]])
    assert_array_equal(dx, [[2, 20 + 3, 30, 200, 2000 + 300, 3000]])
    assert_array_equal(layer.dW, [[2 * 1 + 3 * 2], [2 * 2 + 3 * 3], [2 * 4 + 3 * 5], [28]])
    assert_array_equal(layer.db, [5])


def test_channels_follow_one_another_in_the_input_and_in_the_output():
    # two channels of 1 x 2 pixels, filters of one pixel: a + 10 b, and 100 a
    layer = Convolution([[1, 100], [10, 0]], [0, 0.5], image=(2, 1, 2), size=1)
    assert_array_equal(layer.forward([[1, 2, 3, 4]]), [[31, 42, 100.5, 200.5]])
    assert_array_equal(layer.backward([[1.0, 2.0, 3.0, 4.0]]), [[301, 402, 10, 20]])
    assert_array_equal(layer.dW, [[1 + 4, 3 + 8], [3 + 8, 9 + 16]])
    assert_array_equal(layer.db, [3, 7])


@given(convolution_runs())
def test_forward_is_what_scipy_correlates(run):
    x, W, b, dout, image, size = run
    out = Convolution(W, b, image, size).forward(x)
    assert out.shape == dout.shape
    assert_allclose(out, correlated(x, W, b, image, size), rtol=1e-12, atol=1e-12)


@given(convolution_runs())
def test_gradients_are_the_measured_slopes(run):
    x, W, b, dout, image, size = run

    def output(x, W, b):
        return np.sum(dout * Convolution(W, b, image, size).forward(x))

    layer = Convolution(W, b, image, size)
    layer.forward(x)
    assert_slopes(layer.backward(dout), lambda x: output(x, W, b), x)
    assert_slopes(layer.dW, lambda W: output(x, W, b), W)
    assert_slopes(layer.db, lambda b: output(x, W, b), b)


@given(convolution_runs())
def test_a_filter_as_large_as_the_image_is_an_affine(run):
    _, _, b, _, image, _ = run
    side = image[1]
    rng = np.random.default_rng(0)
    x, W = rng.normal(size=(2, image[0] * side**2)), rng.normal(size=(image[0] * side**2, len(b)))
    layer, affine = Convolution(W, b, (image[0], side, side), size=side), Affine(W, b)
    assert_allclose(layer.forward(x), affine.forward(x), rtol=1e-12)
    dout = rng.normal(size=(2, len(b)))
    assert_allclose(layer.backward(dout), affine.backward(dout), rtol=1e-12)
    assert_allclose(layer.dW, affine.dW, rtol=1e-12)
    assert_allclose(layer.db, affine.db, rtol=1e-12)


def test_each_sample_gets_what_it_gets_alone():
    rng = np.random.default_rng(0)
    W, b, image = rng.normal(size=(8, 3)), rng.normal(size=3), (2, 3, 4)
    layer, alone = Convolution(W, b, image, 2), Convolution(W, b, image, 2)
    x, dout = rng.normal(size=(5, 24)), rng.normal(size=(5, 18))
    out, dx = layer.forward(x), layer.backward(dout)
    assert (layer.inputs, layer.outputs) == (24, 18)
    dW, db = np.zeros((8, 3)), np.zeros(3)
    for i in range(5):
        assert_allclose(alone.forward(x[i : i + 1])[0], out[i], rtol=1e-12)
        assert_allclose(alone.backward(dout[i : i + 1])[0], dx[i], rtol=1e-12)
        dW, db = dW + alone.dW, db + alone.db
    assert_allclose(layer.dW, dW, rtol=1e-12)
    assert_allclose(layer.db, db, rtol=1e-12)


def test_convolution_works_on_each_block_of_leading_axes():
    rng = np.random.default_rng(0)
    image, size = (2, 3, 4), 2
    W, b = rng.normal(size=(5, 3, 8, 3)), rng.normal(size=(5, 3, 1, 3))
    shared, own = rng.normal(size=(4, 24)), rng.normal(size=(5, 3, 4, 24))
    dout = rng.normal(size=(5, 3, 4, 18))
    layer = Convolution(W[0, 0], b[0, 0, 0], image, size)
    layer.parameters = W, b
    for x in (np.broadcast_to(shared, own.shape), own):
        out, dx = layer.forward(x), layer.backward(dout)
        for i, j in np.ndindex(5, 3):
            single = Convolution(W[i, j], b[i, j, 0], image, size)
            one = x[i, j]
            assert_allclose(out[i, j], single.forward(one), rtol=1e-12, atol=1e-13)
            assert_allclose(dx[i, j], single.backward(dout[i, j]), rtol=1e-12, atol=1e-13)
            assert_allclose(layer.dW[i, j], single.dW, rtol=1e-12, atol=1e-13)
            assert_allclose(layer.gradients[1][i, j, 0], single.db, rtol=1e-12, atol=1e-13)


def test_convolution_uses_its_arrays_live_and_starts_each_pass_anew():
    W, b = np.array([[1.0]]), np.array([0.0])
    layer = Convolution(W, b, image=(1, 1, 2), size=1)
    W[0, 0], b[0] = 5, 7
    for _ in range(2):
        assert_array_equal(layer.forward([[1.0, 2.0]]), [[12, 17]])
        assert_array_equal(layer.backward([[1.0, 1.0]]), [[5, 5]])
        assert_array_equal(layer.dW, [[3]])
        assert_array_equal(layer.db, [2])
    assert layer.parameters[0] is W
    assert layer.parameters[1] is b


def test_convolution_keeps_float32():
    layer = Convolution(np.ones((4, 2), np.float32), np.ones(2, np.float32), (1, 3, 3), 2)
    assert layer.forward(np.ones((2, 9), np.float32)).dtype == np.float32
    assert layer.backward(np.ones((2, 8), np.float32)).dtype == np.float32
    assert layer.dW.dtype == layer.db.dtype == np.float32


# --- in a network -------------------------------------------------------------------------------


def stacked() -> tuple[Network, np.ndarray, np.ndarray]:
    """Return a network of two convolutions and an affine, images 2 x 4 x 5, and labels."""
    rng = np.random.default_rng(0)
    first = Convolution(rng.normal(size=(8, 3)), rng.normal(size=3), image=(2, 4, 5), size=2)
    second = Convolution(rng.normal(size=(27, 2)), rng.normal(size=2), image=(3, 3, 4), size=3)
    last = Affine(rng.normal(size=(4, 3)), rng.normal(size=3))
    network = Network([first, Tanh(), second, Tanh(), last])
    return network, rng.normal(size=(5, 40)), rng.integers(3, size=5)


def test_the_output_of_a_convolution_is_the_image_of_the_next_one():
    network, X, _ = stacked()
    W1, b1, W2, b2, W3, b3 = network.parameters
    hidden = np.tanh(correlated(X, W1, b1, (2, 4, 5), 2))
    hidden = np.tanh(correlated(hidden, W2, b2, (3, 3, 4), 3))
    assert_allclose(network.scores(X), hidden @ W3 + b3, rtol=1e-11)


@pytest.mark.parametrize("reg", [0, 0.3])
def test_the_gradients_of_a_network_of_convolutions_are_those_of_its_loss(reg):
    network, X, t = stacked()
    errors = check_network(network, X, t, reg)
    assert len(errors) == 6
    assert max(errors) < 1e-7


def test_the_check_of_the_book_finds_a_convolution_right():
    rng = np.random.default_rng(0)
    layer = Convolution(rng.normal(size=(8, 3)), rng.normal(size=3), image=(2, 3, 4), size=2)
    assert max(check_layer(layer, rng.normal(size=(3, 24)))) < 1e-7


def test_the_penalty_counts_each_weight_of_a_filter_once():
    network, X, t = stacked()
    squares = sum(np.sum(W**2) for W in network.parameters[::2])
    extra = network.loss(X, t, reg=0.3) - network.loss(X, t)
    assert extra == pytest.approx(0.15 * squares, rel=1e-12)


def test_a_network_of_convolutions_learns():
    network, X, t = stacked()
    history = train(network, X, t, lr=0.1, steps=500)
    assert history.loss[-1] < 0.1 < history.loss[0]
    assert_array_equal(network.predict(X), t)


# --- bad input ----------------------------------------------------------------------------------

W, B, IMAGE = np.ones((4, 2)), np.ones(2), (1, 3, 3)


@pytest.mark.parametrize(
    "image", [9, None, (3, 3), (1, 3, 3, 1), (), "133", {1, 2, 3}, iter(IMAGE)]
)
def test_an_image_is_three_numbers(image):
    with refused("image must be (channels, height, width), got"):
        Convolution(W, B, image, size=2)


@pytest.mark.parametrize("bad", [0, -1, 3.0, "3", None, True, (3,)])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_numbers_of_an_image_are_whole_and_positive(bad, place):
    image = [*IMAGE[:place], bad, *IMAGE[place + 1 :]]
    with refused("image must be a whole number >= 1, got"):
        Convolution(W, B, image, size=2)


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: Convolution(W, B, IMAGE, 0), ["size", "whole number >= 1 and <= 3", "got 0"]),
        (lambda: Convolution(W, B, IMAGE, 4), ["size", "whole number >= 1 and <= 3", "got 4"]),
        (lambda: Convolution(W, B, (1, 9, 2), 3), ["size", "<= 2", "got 3"]),
        (lambda: Convolution(W, B, (1, 2, 9), 3), ["size", "<= 2", "got 3"]),
        (lambda: Convolution(W, B, IMAGE, 2.0), ["size", "whole number", "got 2.0"]),
        (lambda: Convolution(W, B, IMAGE, (2, 2)), ["size", "whole number", "got (2, 2)"]),
        (lambda: Convolution(W, B, (2, 3, 3), 2), ["W must have shape (8, 2)", "got (4, 2)"]),
        (lambda: Convolution(W, B, IMAGE, 3), ["W must have shape (9, 2)", "got (4, 2)"]),
        (lambda: Convolution(W.T, np.ones(4), IMAGE, 2), ["W must have shape (4, 4)", "(2, 4)"]),
        (lambda: Convolution(W, np.ones(4), IMAGE, 2), ["b must have shape (2,)", "got (4,)"]),
        (lambda: Convolution(np.ones(4), B, IMAGE, 2), ["W must have shape (D, H)", "got (4,)"]),
        (lambda: Convolution([["a"]], [0.0], (1, 1, 1), 1), ["W must hold real numbers"]),
    ],
)
def test_bad_input_is_refused_by_name(call, parts):
    with refused(*parts):
        call()


@pytest.mark.parametrize("shape", [(4, 8), (4, 4), (0, 9), (9,), (4, 1, 3, 3)])
def test_x_is_one_row_of_pixels_an_image(shape):
    with refused("x must have shape (N, 9) with N >= 1", f"got {shape}"):
        Convolution(W, B, IMAGE, 2).forward(np.ones(shape))


@pytest.mark.parametrize("shape", [(4, 9), (3, 8), (1, 8), (16, 2), (8,)])
def test_a_gradient_has_the_shape_of_the_output(shape):
    layer = Convolution(W, B, IMAGE, 2)
    layer.forward(np.ones((4, 9)))
    with refused("dout must have the shape (4, 8) of the output", f"got {shape}"):
        layer.backward(np.ones(shape))


def test_a_network_joins_convolutions_by_their_pixels():
    first = Convolution(W, B, IMAGE, 2)  # 8 outputs
    fitting = Convolution(np.ones((8, 1)), np.ones(1), image=(2, 2, 2), size=2)
    Network([first, ReLU(), fitting])
    with refused("layers must fit together", "8 outputs", "9 inputs"):
        Network([first, ReLU(), Convolution(W, B, IMAGE, 2)])
    with refused("layers must fit together", "8 outputs", "2 inputs"):
        Network([first, ReLU(), Affine(np.ones((2, 2)), np.ones(2))])
