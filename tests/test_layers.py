import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import arrays, assert_slopes, refused, sizes, thousandths

from backprop import Affine, Network, ReLU, SoftmaxWithLoss, log_softmax

EYE = np.eye(3)


@st.composite
def affine_runs(draw) -> tuple[np.ndarray, ...]:
    """Draw x, W, b and dout."""
    N, D, H = (draw(sizes) for _ in "NDH")
    return tuple(draw(arrays(*shape)) for shape in [(N, D), (D, H), (H,), (N, H)])


@st.composite
def labelled_scores(draw) -> tuple[np.ndarray, np.ndarray]:
    N, K = draw(sizes), draw(sizes)
    return draw(arrays(N, K)), np.array(
        draw(st.lists(st.integers(0, K - 1), min_size=N, max_size=N))
    )


def cross_entropy(row: np.ndarray, right: int) -> float:
    """Return log of the sum of exp(score - right score): the loss of one sample, by plain math."""
    return math.log(math.fsum(math.exp(score - row[right]) for score in row))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("scores", "t", "loss", "y"),
    [
        ([1.0, -math.inf, 2.0], 2, math.log(1 + math.exp(-1)), None),
        ([1.0, -math.inf, -math.inf], 0, 0.0, [1, 0, 0]),
        ([1.0, -math.inf, 1.0], 1, math.inf, [0.5, 0, 0.5]),
        ([1e308, -1e308], 0, 0.0, [1, 0]),
        ([-1.7e308, 1.7e308], 1, 0.0, [0, 1]),
        ([-1e308, 1e308], 0, math.inf, [0, 1]),
        ([1e308, 0.0], 1, 1e308, [1, 0]),
    ],
)
@pytest.mark.parametrize("hot", [False, True])
def test_scores_of_any_size_have_the_right_loss_and_no_warning(scores, t, loss, y, hot):
    layer = SoftmaxWithLoss()
    labels = np.eye(len(scores))[[t]] if hot else [t]
    assert layer.forward([scores], labels) == pytest.approx(loss, rel=1e-15)
    if y is not None:
        assert_array_equal(layer.y, [y])
    dx = layer.backward()
    assert_array_equal(dx, layer.y - np.eye(len(scores))[[t]])


def test_labels_never_cost_the_square_of_the_number_of_classes():
    K = 20_000
    scores, layer = np.zeros((1, K)), SoftmaxWithLoss()
    network = Network([Affine(np.zeros((1, K)), np.zeros(K))])
    tracemalloc.start()
    assert layer.forward(scores, [3]) == pytest.approx(math.log(K), rel=1e-13)
    layer.backward()
    network.gradients([[1.0]], [3])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50 * 8 * K  # a few rows; the square would be 20,000 rows


# --- Affine -------------------------------------------------------------------------------------


def test_affine_agrees_with_the_hand_calculation():
    layer = Affine(W=[[1, 0, 2], [0, 1, -1]], b=[0.5, 0, 0])
    assert_array_equal(layer.forward([[1, 2], [3, 4]]), [[1.5, 2, 0], [3.5, 4, 2]])
    assert_array_equal(layer.backward([[1, 2, 3], [4, 5, 6]]), [[7, -1], [16, -1]])
    assert_array_equal(layer.dW, [[13, 17, 21], [18, 24, 30]])
    assert_array_equal(layer.db, [5, 7, 9])


@given(affine_runs())
def test_affine_gradients_are_the_measured_slopes(run):
    x, W, b, dout = run
    layer = Affine(W, b)
    layer.forward(x)
    assert_slopes(layer.backward(dout), lambda x: np.sum(dout * Affine(W, b).forward(x)), x)
    assert_slopes(layer.dW, lambda W: np.sum(dout * Affine(W, b).forward(x)), W)
    assert_slopes(layer.db, lambda b: np.sum(dout * Affine(W, b).forward(x)), b)


@given(affine_runs())
def test_affine_gives_each_sample_what_it_gives_it_alone(run):
    x, W, b, dout = run
    layer, alone = Affine(W, b), Affine(W, b)
    together, dx = layer.forward(x), layer.backward(dout)
    for i in range(len(x)):
        assert_allclose(alone.forward(x[i : i + 1])[0], together[i], atol=1e-12)
        assert_allclose(alone.backward(dout[i : i + 1])[0], dx[i], atol=1e-12)


def test_affine_uses_its_arrays_live_and_backward_leaves_them_alone():
    W, b = np.array([[1.0, 2.0]]), np.array([0.0, 0.0])
    layer = Affine(W, b)
    W[0, 0], b[1] = 5, 7
    assert_array_equal(layer.forward([[1.0]]), [[5, 9]])
    layer.backward([[1.0, 1.0]])
    assert_array_equal(W, [[5, 2]])
    assert_array_equal(b, [0, 7])
    assert layer.parameters[0] is W
    assert layer.parameters[1] is b
    assert layer.gradients[0] is layer.dW
    assert layer.gradients[1] is layer.db


def test_affine_keeps_no_gradient_of_the_run_before():
    layer = Affine(np.ones((2, 2)), np.ones(2))
    for _ in range(2):
        layer.forward([[1.0, 2.0]])
        layer.backward([[1.0, 10.0]])
    assert_array_equal(layer.dW, [[1, 10], [2, 20]])
    assert_array_equal(layer.db, [1, 10])


@pytest.mark.parametrize("front", [(), (2, 3)])
def test_the_columns_of_affine_lie_in_one_piece_in_memory(front):
    rng = np.random.default_rng(0)
    layer = Affine(rng.normal(size=(4, 3)), rng.normal(size=3))
    layer.parameters = [np.tile(p, (*front, 1, 1)) if front else p for p in layer.parameters]
    for x in (rng.normal(size=(*front, 5, 4)), rng.normal(size=(*front, 4, 5)).mT):
        out = layer.forward(x)
        assert_allclose(out, x @ layer.W + layer.b, rtol=1e-14)
        assert out.mT.flags.c_contiguous
        assert layer.backward(out).mT.flags.c_contiguous


def test_affine_works_on_each_block_of_leading_axes():
    rng = np.random.default_rng(0)
    x, W, b = rng.normal(size=(4, 2)), rng.normal(size=(5, 3, 2, 6)), rng.normal(size=(5, 3, 1, 6))
    dout = rng.normal(size=(5, 3, 4, 6))
    layer = Affine(W[0, 0], b[0, 0, 0])
    layer.parameters = W, b
    out, dx = layer.forward(np.broadcast_to(x, (5, 3, 4, 2))), layer.backward(dout)
    for i, j in np.ndindex(5, 3):
        single = Affine(W[i, j], b[i, j, 0])
        assert_allclose(out[i, j], single.forward(x), rtol=1e-13)
        assert_allclose(dx[i, j], single.backward(dout[i, j]), rtol=1e-13)
        assert_allclose(layer.dW[i, j], single.dW, rtol=1e-13)
        assert_allclose(layer.gradients[1][i, j, 0], single.db, rtol=1e-13)


# --- ReLU ---------------------------------------------------------------------------------------


def test_the_gradient_of_relu_at_exactly_0_is_0():
    layer = ReLU()
    assert_array_equal(layer.forward([[-2.0, -0.0, 0.0, 1e-300, 2.0]]), [[0, 0, 0, 1e-300, 2]])
    assert_array_equal(layer.backward([[5.0, 5.0, 5.0, 5.0, 5.0]]), [[0, 0, 0, 5, 5]])


# Every value is at least 0.001 from the kink at 0, so both sides of a difference lie on one line.
@given(st.tuples(sizes, sizes).flatmap(lambda s: arrays(2, *s, of=thousandths.filter(bool))))
def test_relu_gradients_are_the_measured_slopes(x_and_dout):
    x, dout = x_and_dout
    layer = ReLU()
    layer.forward(x)
    assert_slopes(layer.backward(dout), lambda x: np.sum(dout * ReLU().forward(x)), x)


# --- SoftmaxWithLoss ----------------------------------------------------------------------------


def test_softmax_with_loss_agrees_with_the_hand_calculation():
    layer = SoftmaxWithLoss()
    assert layer.forward(np.log([[2, 3, 5]]), [1]) == pytest.approx(math.log(10 / 3), rel=1e-15)
    assert_allclose(layer.y, [[0.2, 0.3, 0.5]], rtol=1e-15)
    assert_allclose(layer.backward(), [[0.2, -0.7, 0.5]], rtol=1e-15)


def test_a_batch_has_the_mean_loss_and_each_row_its_share_of_the_gradient():
    layer = SoftmaxWithLoss()
    loss = layer.forward(np.log([[2, 3, 5], [1, 1, 2]]), [1, 2])
    assert loss == pytest.approx((math.log(10 / 3) + math.log(2)) / 2, rel=1e-15)
    assert_allclose(layer.backward(), [[0.1, -0.35, 0.25], [0.125, 0.125, -0.25]], rtol=1e-15)


@given(labelled_scores())
def test_the_loss_is_the_mean_of_what_plain_math_gives_each_row(run):
    scores, t = run
    expected = math.fsum(map(cross_entropy, scores, t)) / len(t)
    assert SoftmaxWithLoss().forward(scores, t) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(labelled_scores(), thousandths)
def test_the_gradient_of_the_loss_is_the_measured_slope(run, dout):
    scores, t = run
    layer = SoftmaxWithLoss()
    layer.forward(scores, t)
    assert_slopes(layer.backward(dout), lambda s: dout * SoftmaxWithLoss().forward(s, t), scores)


@given(labelled_scores())
def test_indices_and_one_hot_rows_are_the_same_labels(run):
    scores, t = run
    index, one_hot = SoftmaxWithLoss(), SoftmaxWithLoss()
    rows = np.eye(scores.shape[1], dtype=int)[t]
    rows.setflags(write=False)
    assert index.forward(scores, t) == one_hot.forward(scores, rows)
    assert_array_equal(index.backward(), one_hot.backward())


def test_labels_are_told_apart_by_their_axes_even_where_n_is_k():
    scores = np.log([[2.0, 3.0], [3.0, 1.0]])
    layer = SoftmaxWithLoss()
    assert layer.forward(scores, [1, 0]) == layer.forward(scores, [[0, 1], [1, 0]])
    assert layer.forward(scores, [0, 1]) == layer.forward(scores, [[1, 0], [0, 1]])


@given(labelled_scores())
def test_the_mean_makes_the_gradient_of_a_row_one_nth_of_that_row_alone(run):
    scores, t = run
    layer, alone = SoftmaxWithLoss(), SoftmaxWithLoss()
    layer.forward(scores, t)
    for i, row in enumerate(layer.backward()):
        alone.forward(scores[i : i + 1], t[i : i + 1])
        assert_allclose(row, alone.backward()[0] / len(t), rtol=1e-13)


@given(labelled_scores())
def test_a_batch_given_twice_has_the_same_loss_and_the_same_gradient_of_the_weights(run):
    x, t = run
    W, b = np.ones((x.shape[1], x.shape[1])), np.zeros(x.shape[1])
    once, twice, loss = Affine(W, b), Affine(W, b), SoftmaxWithLoss()
    value = loss.forward(once.forward(x), t)
    once.backward(loss.backward())
    again = loss.forward(twice.forward(np.concatenate([x, x])), np.concatenate([t, t]))
    twice.backward(loss.backward())
    assert again == pytest.approx(value, rel=1e-12)
    assert_allclose(twice.dW, once.dW, rtol=1e-12, atol=1e-12)
    assert_allclose(twice.db, once.db, rtol=1e-12, atol=1e-12)


@given(labelled_scores())
def test_probabilities_add_to_1_and_gradients_to_0_in_each_row(run):
    layer = SoftmaxWithLoss()
    layer.forward(*run)
    assert_allclose(layer.y.sum(axis=1), 1, rtol=1e-14)
    assert_allclose(layer.backward().sum(axis=1), 0, atol=1e-15)


@given(labelled_scores())
def test_backward_leaves_the_probabilities_alone_and_can_be_repeated(run):
    layer = SoftmaxWithLoss()
    layer.forward(*run)
    before, first = layer.y.copy(), layer.backward()
    assert_array_equal(layer.y, before)
    assert_array_equal(layer.backward(), first)


@given(labelled_scores(), st.data())
def test_a_constant_added_to_a_row_changes_nothing(run, data):
    scores, t = run
    shift = data.draw(arrays(len(t), 1, of=st.integers(-(10**6), 10**6).map(float)))
    layer, shifted = SoftmaxWithLoss(), SoftmaxWithLoss()
    expected = layer.forward(scores, t)
    # numbers near a million are 1e-10 apart
    assert shifted.forward(scores + shift, t) == pytest.approx(expected, abs=1e-8)
    assert_allclose(shifted.backward(), layer.backward(), atol=1e-8)


def test_a_confident_error_has_a_finite_loss_and_the_exact_gradient():
    layer = SoftmaxWithLoss()
    assert layer.forward([[1000.0, -1000.0]], [1]) == 2000
    assert_array_equal(layer.backward(), [[1, -1]])
    assert layer.forward([[1000.0, -1000.0]], [0]) == 0
    assert_array_equal(layer.backward(), [[0, 0]])


def test_the_maximum_is_taken_per_row():
    layer = SoftmaxWithLoss()
    loss = layer.forward([[1000.0, 999.0], [-1000.0, -999.0], [-1000.0, -1000.0]], [0, 0, 0])
    rows = math.log(1 + math.exp(-1)), math.log(1 + math.e), math.log(2)
    assert loss == pytest.approx(sum(rows) / 3, rel=1e-14)
    small, large = 1 / (1 + math.e), math.e / (1 + math.e)
    assert_allclose(layer.y, [[large, small], [small, large], [0.5, 0.5]], rtol=1e-14)


def test_log_softmax_of_equal_scores_is_the_logarithm_of_the_share():
    assert_allclose(log_softmax(np.full((2, 5), 1e300)), -math.log(5), rtol=1e-15)


def test_softmax_with_loss_keeps_float32():
    layer = SoftmaxWithLoss()
    layer.forward(np.ones((2, 3), np.float32), [0, 1])
    assert layer.backward().dtype == np.float32


# --- bad input ----------------------------------------------------------------------------------

affine, relu, softmax = Affine(np.ones((2, 3)), np.ones(3)), ReLU(), SoftmaxWithLoss()


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: Affine(np.ones(3), np.ones(3)), ["W must have shape (D, H)", "got (3,)"]),
        (lambda: Affine(np.ones((4, 2, 3)), np.ones(3)), ["W must have shape (D, H)", "(4, 2, 3)"]),
        (lambda: Affine(np.ones((2, 3)), np.ones(2)), ["b must have shape (3,)", "got (2,)"]),
        (lambda: Affine(np.ones((2, 3)), 0.0), ["b must have shape (3,)", "got ()"]),
        (lambda: Affine([["a"]], [0.0]), ["W must hold real numbers", "got dtype"]),
        (lambda: Affine([[1j]], [0.0]), ["W must hold real numbers", "got dtype complex"]),
        (lambda: affine.forward([1.0, 2.0]), ["x must have shape (N, 2)", "N >= 1", "got (2,)"]),
        (lambda: affine.forward([[1.0]]), ["x must have shape (N, 2)", "got (1, 1)"]),
        (lambda: affine.forward(np.ones((0, 2))), ["x must have shape (N, 2)", "got (0, 2)"]),
        (lambda: softmax.forward([1.0, 2.0], [0]), ["scores must have shape (N, K)", "got (2,)"]),
        (lambda: softmax.forward(np.ones((0, 3)), []), ["scores must have", ">= 1", "got (0, 3)"]),
        (lambda: softmax.forward([["a"]], [0]), ["scores must hold real numbers", "got dtype"]),
        (lambda: softmax.forward(EYE, [0, 1]), ["t must have shape (3,)", "(3, 3)", "got (2,)"]),
        (lambda: softmax.forward(EYE, 1), ["t must have shape (3,)", "got ()"]),
        (lambda: softmax.forward(EYE, EYE[:2]), ["t must have shape", "got (2, 3)"]),
        (lambda: softmax.forward(EYE, [0, 1, 3]), ["t must lie in 0..2", "from 0 to 3"]),
        (lambda: softmax.forward(EYE, [0, -1, 1]), ["t must lie in 0..2", "from -1 to 1"]),
        (lambda: softmax.forward(EYE, [0.0, 1.0, 2.0]), ["t", "as integers", "dtype float64"]),
        (lambda: softmax.forward(EYE, [True, False, True]), ["t", "as integers", "dtype bool"]),
    ],
)
def test_bad_input_is_refused_by_name(call, parts):
    with refused(*parts):
        call()


@pytest.mark.parametrize(
    ("layer", "inputs", "dout", "parts"),
    [
        (
            affine,
            [np.ones((4, 2))],
            np.ones((4, 2)),
            ["dout must have the shape (4, 3) of the output", "(4, 2)"],
        ),
        (
            affine,
            [np.ones((4, 2))],
            np.ones((5, 3)),
            ["dout must have the shape (4, 3) of the output", "(5, 3)"],
        ),
        (
            affine,
            [np.ones((4, 2))],
            np.ones((1, 3)),
            ["dout must have the shape (4, 3) of the output", "(1, 3)"],
        ),
        (
            affine,
            [np.ones((4, 2))],
            np.ones(3),
            ["dout must have the shape (4, 3) of the output", "(3,)"],
        ),
        (
            relu,
            [np.ones((4, 2))],
            np.ones(2),
            ["dout must have the shape (4, 2) of the output", "(2,)"],
        ),
        (
            softmax,
            [EYE, [0, 1, 2]],
            np.ones(3),
            ["dout must have the shape () of the output", "got (3,)"],
        ),
    ],
)
def test_a_gradient_that_does_not_fit_is_refused_by_name(layer, inputs, dout, parts):
    layer.forward(*inputs)
    with refused(*parts):
        layer.backward(dout)
