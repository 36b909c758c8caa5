import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import arrays, assert_slopes, refused, sizes

from backprop import Affine, BatchNorm, Dropout, Network, check_layer, check_network

seeds = st.integers(0, 10**6)


# --- Dropout ------------------------------------------------------------------------------------


def dropout(drop: float, seed: int = 0, held: bool = False) -> Dropout:
    """Return a Dropout that is in training."""
    layer = Dropout(drop, seed)
    layer.training, layer.held = True, held
    return layer


@st.composite
def dropout_runs(draw) -> tuple[Dropout, np.ndarray, np.ndarray]:
    """Draw a layer in training, x and dout."""
    N, D = draw(sizes), draw(sizes)
    layer = dropout(draw(st.sampled_from([0, 0.25, 0.5, 0.9])), draw(seeds))
    return layer, draw(arrays(N, D)), draw(arrays(N, D))


@given(dropout_runs())
def test_each_entry_is_dropped_or_divided_by_the_share_kept(run):
    layer, x, _ = run
    out = layer.forward(x)
    for value, result, factor in zip(x.flat, out.flat, layer.mask.flat, strict=True):
        assert factor == 0 or factor == pytest.approx(1 / (1 - layer.drop), rel=1e-15)
        assert result == value * factor


@given(dropout_runs())
def test_the_gradient_goes_where_the_values_went(run):
    layer, x, dout = run
    layer.forward(x)
    assert_array_equal(layer.backward(dout), dout * layer.mask)


@given(dropout_runs())
def test_gradients_of_a_held_dropout_are_the_measured_slopes(run):
    layer, x, dout = run
    layer.held = True
    layer.forward(x)
    assert_slopes(layer.backward(dout), lambda x: np.sum(dout * layer.forward(x)), x)
    assert max(check_layer(layer, x)) < 1e-7


@pytest.mark.parametrize("drop", [0.1, 0.5, 0.8])
def test_the_share_drop_is_dropped_and_the_mean_stays(drop):
    out = dropout(drop).forward(np.ones((200, 100)))
    # a share of 20,000 independent entries is known to sqrt(drop (1 - drop) / 20,000) < 0.0036
    assert np.mean(out == 0) == pytest.approx(drop, abs=4 * 0.0036)
    spread = math.sqrt(drop / (1 - drop) / 20_000)
    assert out.mean() == pytest.approx(1, abs=4 * spread)
    # exactly: as many entries as are left, each of them 1 / (1 - drop)
    assert out.sum() == pytest.approx(np.count_nonzero(out) / (1 - drop), rel=1e-12)


def test_the_mean_of_each_entry_over_many_passes_is_that_entry():
    layer, x = dropout(0.25), np.array([[1.0, -2.0, 0.0], [10.0, 0.5, 4.0]])
    mean = np.mean([layer.forward(x) for _ in range(4000)], axis=0)
    # the standard error of an entry's factor is sqrt((1/3) / 4000) < 0.0092
    assert_allclose(mean, x, rtol=4 * 0.0092)


def test_entries_are_dropped_one_by_one_not_by_rows_or_columns():
    kept = dropout(0.5).forward(np.ones((30, 40))) > 0
    assert 0 < kept.sum(axis=0).min() < kept.sum(axis=0).max() < 30
    assert 0 < kept.sum(axis=1).min() < kept.sum(axis=1).max() < 40


def test_drop_0_drops_nothing():
    x = np.arange(1.0, 201).reshape(20, 10)
    assert_array_equal(dropout(0).forward(x), x)


def test_each_pass_draws_a_new_mask_and_a_held_one_stays():
    layer, x = dropout(0.5), np.ones((6, 7))
    first, second = layer.forward(x), layer.forward(x)
    assert not np.array_equal(first, second)
    layer.held = True
    assert_array_equal(layer.forward(x), second)
    assert_array_equal(layer.forward(2 * x), 2 * second)
    layer.held = False
    assert not np.array_equal(layer.forward(x), second)


def test_a_dropout_that_is_held_from_the_start_draws_one_mask():
    layer, x = dropout(0.5, held=True), np.ones((6, 7))
    first = layer.forward(x)
    assert 0 < np.count_nonzero(first) < first.size
    assert_array_equal(layer.forward(x), first)


def test_a_seed_fixes_the_masks():
    x = np.ones((6, 7))
    one, same, other = dropout(0.5, 3), dropout(0.5, 3), dropout(0.5, 4)
    for _ in range(3):
        out = one.forward(x)
        assert_array_equal(out, same.forward(x))
        assert not np.array_equal(out, other.forward(x))


def test_a_dropout_in_use_hands_on_what_it_gets():
    layer, x = Dropout(0.5, seed=0), np.array([[1.0, -2.0], [3.0, 4.0], [5.0, 6.0]])
    assert not layer.training
    assert_array_equal(layer.forward(x), x)
    assert_array_equal(layer.backward(7 * x), 7 * x)


def test_use_after_training_is_use_again_and_draws_no_mask():
    layer, twin, x = dropout(0.5), dropout(0.5), np.ones((6, 7))
    layer.forward(x), twin.forward(x)
    layer.training = False
    assert_array_equal(layer.forward(x), x)
    assert_array_equal(layer.backward(x), x)
    layer.training = True
    assert_array_equal(layer.forward(x), twin.forward(x))


def test_backward_belongs_to_the_forward_pass_whatever_the_mode_is_by_then():
    layer, x = dropout(0.5), np.ones((6, 7))
    out = layer.forward(x)
    layer.training = False
    assert_array_equal(layer.backward(x), out)


def test_blocks_of_leading_axes_share_a_mask():
    layer, x = dropout(0.5), np.ones((2, 3, 6, 7))
    out = layer.forward(x)
    assert layer.mask.shape == (6, 7)
    assert_array_equal(out, np.broadcast_to(layer.mask, x.shape))
    assert_array_equal(layer.backward(5 * x), 5 * out)


@pytest.mark.parametrize("training", [True, False])
def test_dropout_keeps_float32_and_makes_floats_of_whole_numbers(training):
    layer, ones = Dropout(0.5, seed=0), np.ones((2, 3), np.float32)
    layer.training = training
    assert layer.forward(ones).dtype == np.float32
    assert layer.backward(ones).dtype == np.float32
    assert layer.forward([[1, 2], [3, 4]]).dtype == np.float64


# --- BatchNorm ----------------------------------------------------------------------------------


def batch_norm(gamma: np.ndarray, beta: np.ndarray, **settings: float) -> BatchNorm:
    """Return a BatchNorm in training with these parameters."""
    layer = BatchNorm(len(gamma), **settings)
    layer.parameters = gamma, beta
    layer.training = True
    return layer


# The curvature grows with 1 / std**2; eps = 1/4 bounds it, also where a column does not vary.
EPS = 0.25


@st.composite
def batch_norm_runs(draw, least: int = 2) -> tuple[np.ndarray, ...]:
    """Draw x, gamma, beta and dout."""
    N, D = draw(st.integers(least, 5)), draw(sizes)
    return tuple(draw(arrays(*shape)) for shape in [(N, D), (D,), (D,), (N, D)])


def test_batch_norm_agrees_with_the_hand_calculation():
    # means 2 and 20, standard deviations 2 and 10
    layer = batch_norm(np.array([2.0, 3.0]), np.array([5.0, -1.0]), eps=0)
    x = [[0.0, 10.0], [0.0, 30.0], [4.0, 10.0], [4.0, 30.0]]
    assert_array_equal(layer.forward(x), [[3, -4], [3, 2], [7, -4], [7, 2]])
    # the normal columns are -1 -1 1 1 and -1 1 -1 1; dnormal is 2 0 0 0 and 0 0 0 12
    dx = layer.backward([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 4.0]])
    # (2 - 0.5 - 0.5) / 2, (0 - 0.5 - 0.5) / 2, 0; and 0, (-3 - 3) / 10, 0, (12 - 3 - 3) / 10
    assert_allclose(dx, [[0.5, 0], [-0.5, -0.6], [0, 0], [0, 0.6]], rtol=1e-15, atol=1e-16)
    assert_array_equal(layer.dgamma, [-1, 4])
    assert_array_equal(layer.dbeta, [1, 4])


def test_eps_is_added_to_the_variance_under_the_root():
    layer = batch_norm(np.ones(1), np.zeros(1), eps=7)
    assert_array_equal(layer.forward([[2.0], [8.0]]), [[-0.75], [0.75]])  # ±3 / sqrt(9 + 7)
    layer = batch_norm(np.ones(1), np.zeros(1))
    expected = 3 / math.sqrt(9.00001)
    assert_allclose(layer.forward([[2.0], [8.0]]), [[-expected], [expected]], rtol=1e-14)


@given(batch_norm_runs())
def test_batch_norm_gradients_in_training_are_the_measured_slopes(run):
    x, gamma, beta, dout = run

    def output(x, gamma, beta):
        return np.sum(dout * batch_norm(gamma, beta, eps=EPS).forward(x))

    layer = batch_norm(gamma, beta, eps=EPS)
    layer.forward(x)
    assert_slopes(layer.backward(dout), lambda x: output(x, gamma, beta), x)
    assert_slopes(layer.dgamma, lambda gamma: output(x, gamma, beta), gamma)
    assert_slopes(layer.dbeta, lambda beta: output(x, gamma, beta), beta)


@given(batch_norm_runs(least=1), st.data())
def test_batch_norm_gradients_in_use_are_the_measured_slopes(run, data):
    x, gamma, beta, dout = run
    batch = data.draw(arrays(3, x.shape[1]))

    def used(gamma, beta):
        layer = batch_norm(gamma, beta, eps=EPS)
        layer.forward(batch)
        layer.training = False
        return layer

    layer = used(gamma, beta)
    layer.forward(x)
    assert_slopes(layer.backward(dout), lambda x: np.sum(dout * used(gamma, beta).forward(x)), x)
    assert_slopes(layer.dgamma, lambda g: np.sum(dout * used(g, beta).forward(x)), gamma)
    assert_slopes(layer.dbeta, lambda b: np.sum(dout * used(gamma, b).forward(x)), beta)


@pytest.mark.parametrize("training", [True, False])
def test_the_check_of_the_book_finds_batch_norm_right_with_its_own_eps(training):
    layer = BatchNorm(features=3)
    layer.training = training
    assert max(check_layer(layer, np.random.default_rng(0).normal(size=(7, 3)))) < 1e-7


def test_columns_become_those_of_the_standard_scaler_of_scikit_learn():
    from sklearn.preprocessing import StandardScaler  # takes a second, wherever it is collected

    x = np.random.default_rng(0).normal(3, 5, size=(9, 4))
    found = batch_norm(np.ones(4), np.zeros(4), eps=0).forward(x)
    assert_allclose(found, StandardScaler().fit_transform(x), rtol=1e-12)


@given(batch_norm_runs())
def test_the_mean_of_a_column_is_beta_and_its_variance_nearly_gamma_squared(run):
    x, gamma, beta, _ = run
    out = batch_norm(gamma, beta, eps=EPS).forward(x)
    assert_allclose(out.mean(axis=0), beta, atol=1e-12)
    # the standard deviation is shrunk by eps, and by eps alone
    shrunk = np.abs(gamma) * x.std(axis=0) / np.sqrt(x.var(axis=0) + EPS)
    assert_allclose(out.std(axis=0), shrunk, atol=1e-12)


def test_neither_a_shift_nor_a_stretch_of_a_column_changes_the_output():
    rng = np.random.default_rng(0)
    x, dout = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    layer = batch_norm(np.array([1.0, 2.0, -0.5]), np.zeros(3), eps=0)
    out, dx = layer.forward(x), layer.backward(dout)
    assert_allclose(layer.forward(3 * x + [1, -20, 5]), out, rtol=1e-12, atol=1e-13)
    # so the gradient has no part along either of them
    assert_allclose(dx.sum(axis=0), 0, atol=1e-14)
    assert_allclose((dx * x).sum(axis=0), 0, atol=1e-14)
    assert np.abs(dx).max() > 0.1


def test_running_statistics_after_two_passes_are_those_of_the_hand_calculation():
    layer = batch_norm(np.ones(1), np.zeros(1), momentum=0.75)
    assert_array_equal(layer.running_mean, [[0]])
    assert_array_equal(layer.running_var, [[1]])
    layer.forward([[1.0], [5.0]])  # mean 3, variance 4
    assert_array_equal(layer.running_mean, [[0.75]])
    assert_array_equal(layer.running_var, [[1.75]])
    layer.forward([[4.0], [10.0]])  # mean 7, variance 9
    assert_array_equal(layer.running_mean, [[0.75 * 0.75 + 0.25 * 7]])
    assert_array_equal(layer.running_var, [[0.75 * 1.75 + 0.25 * 9]])


def test_running_statistics_keep_nine_tenths_a_pass_if_not_told_otherwise():
    layer = BatchNorm(features=2)
    layer.training = True
    for _ in range(5):
        layer.forward([[1.0, -10.0], [5.0, -30.0]])  # means 3 and -20, variances 4 and 100
    left = 0.9**5
    assert_allclose(layer.running_mean, [[3 * (1 - left), -20 * (1 - left)]], rtol=1e-14)
    assert_allclose(layer.running_var, [[4 - 3 * left, 100 - 99 * left]], rtol=1e-14)


def test_in_use_the_running_statistics_are_constants_of_every_row():
    layer = batch_norm(np.array([6.0]), np.array([1.0]), momentum=0.5, eps=1.5)
    layer.forward([[1.0], [5.0]])  # running mean 1.5, running variance 2.5
    layer.training = False
    assert_array_equal(layer.forward([[5.5]]), [[13]])  # 6 * (5.5 - 1.5) / sqrt(2.5 + 1.5) + 1
    assert_array_equal(layer.backward([[4.0]]), [[12]])  # 4 * 6 / 2
    assert_array_equal(layer.dgamma, [8])
    assert_array_equal(layer.dbeta, [4])
    assert_array_equal(layer.forward([[5.5], [1.5], [-0.5]]), [[13], [1], [-5]])
    assert_array_equal(layer.running_mean, [[1.5]])
    assert_array_equal(layer.running_var, [[2.5]])


def test_a_fresh_layer_in_use_hands_on_what_it_gets():
    layer, x = BatchNorm(features=2, eps=0), np.array([[1.0, -2.0], [3.0, 7.0]])
    assert not layer.training
    assert_array_equal(layer.forward(x), x)
    assert_array_equal(layer.backward(x), x)


def test_with_momentum_0_use_repeats_the_last_batch():
    rng = np.random.default_rng(0)
    layer = batch_norm(rng.normal(size=3), rng.normal(size=3), momentum=0)
    layer.forward(rng.normal(size=(5, 3)))
    x = rng.normal(size=(4, 3))
    out = layer.forward(x)
    layer.training = False
    assert_allclose(layer.forward(x), out, rtol=1e-14)


def test_one_row_has_no_variance_to_train_with_and_leaves_the_statistics_alone():
    layer = batch_norm(np.ones(2), np.zeros(2))
    with refused("x must have N >= 2 rows in training, got (1, 2)"):
        layer.forward([[3.0, 4.0]])
    assert_array_equal(layer.running_mean, [[0, 0]])
    assert_array_equal(layer.running_var, [[1, 1]])
    layer.training = False
    assert layer.forward([[3.0, 4.0]]).shape == (1, 2)


def test_backward_goes_through_the_batch_if_forward_did():
    x, dout = np.array([[0.0], [0.0], [4.0], [4.0]]), np.array([[1.0], [0.0], [0.0], [0.0]])
    layer = batch_norm(np.array([2.0]), np.zeros(1), eps=0)
    layer.forward(x)
    layer.training = False
    assert_array_equal(layer.backward(dout), [[0.5], [-0.5], [0], [0]])


def test_the_gradient_of_a_bias_in_front_of_batch_norm_is_0_in_training_only():
    rng = np.random.default_rng(0)
    network = Network(
        [
            Affine(rng.normal(size=(3, 4)), rng.normal(size=4)),
            BatchNorm(features=4),
            Affine(rng.normal(size=(4, 2)), rng.normal(size=2)),
        ]
    )
    X, t = rng.normal(size=(7, 3)), rng.integers(2, size=7)
    network.training = True
    gradients = network.gradients(X, t)
    assert_allclose(gradients[1], 0, atol=1e-15)
    assert np.abs(gradients[0]).min() > 1e-4
    # the error of a gradient that is 0 cannot be small in relation to it
    errors = check_network(network, X, t, reg=0.1)
    assert max(errors[:1] + errors[2:]) < 1e-7
    network.training = False
    assert np.abs(network.gradients(X, t)[1]).min() > 1e-4
    assert max(check_network(network, X, t, reg=0.1)) < 1e-7


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_works_on_each_block_of_leading_axes(training):
    rng = np.random.default_rng(0)
    x, dout = rng.normal(size=(2, 5, 3, 4, 6)), rng.normal(size=(5, 3, 4, 6))
    gamma, beta = rng.normal(size=(2, 5, 3, 1, 6))
    layer = BatchNorm(features=6, momentum=0.5)
    layer.parameters = gamma, beta
    layer.training = True
    layer.forward(x[0])
    layer.training = training
    out, dx = layer.forward(x[1]), layer.backward(dout)
    assert [gradient.shape for gradient in layer.gradients] == [gamma.shape] * 2
    for i, j in np.ndindex(5, 3):
        single = batch_norm(gamma[i, j, 0], beta[i, j, 0], momentum=0.5)
        single.forward(x[0, i, j])
        single.training = training
        assert_allclose(out[i, j], single.forward(x[1, i, j]), rtol=1e-12, atol=1e-13)
        assert_allclose(dx[i, j], single.backward(dout[i, j]), rtol=1e-12, atol=1e-13)
        assert_allclose(layer.gradients[0][i, j, 0], single.dgamma, rtol=1e-12)
        assert_allclose(layer.gradients[1][i, j, 0], single.dbeta, rtol=1e-12)
        assert_allclose(layer.running_mean[i, j], single.running_mean, rtol=1e-12)
        assert_allclose(layer.running_var[i, j], single.running_var, rtol=1e-12)


def test_batch_norm_uses_its_parameters_live_and_starts_as_a_plain_normalisation():
    layer = BatchNorm(features=2)
    gamma, beta = layer.parameters
    assert_array_equal(gamma, [1, 1])
    assert_array_equal(beta, [0, 0])
    gamma[0], beta[1] = 5, 7
    layer.training = True
    assert_allclose(layer.forward([[1.0, 1.0], [3.0, 3.0]]), [[-5, 6], [5, 8]], rtol=1e-4)
    for _ in range(2):  # nothing adds up over two passes
        layer.backward([[1.0, 0.0], [1.0, 10.0]])
    assert layer.gradients[0] is layer.dgamma
    assert layer.gradients[1] is layer.dbeta
    assert_allclose(layer.dgamma, [0, 10], rtol=1e-4, atol=1e-15)
    assert_array_equal(layer.dbeta, [2, 10])


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_keeps_float32_if_its_parameters_have_it(training):
    ones = np.ones(2, np.float32)
    layer = batch_norm(ones, ones)
    x = np.array([[1, 2], [3, 5]], np.float32)
    layer.forward(x)
    layer.training = training
    assert layer.forward(x).dtype == np.float32
    assert layer.backward(x).dtype == np.float32
    assert layer.dgamma.dtype == layer.dbeta.dtype == np.float32


@pytest.mark.parametrize("training", [True, False])
def test_whole_numbers_are_a_batch_too(training):
    layer, twin = (batch_norm(np.ones(2), np.ones(2)) for _ in range(2))
    x = np.array([[1, 2], [3, 5]])
    layer.forward(x), twin.forward(x.astype(float))
    layer.training = twin.training = training
    assert_array_equal(layer.forward(x), twin.forward(x.astype(float)))


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize("drop", [1, 1.5, -0.1, math.nan, "0.5", None, True, [0.5]])
def test_the_share_to_drop_is_at_least_0_and_below_1(drop):
    with refused("drop must be a finite number >= 0 and < 1, got"):
        Dropout(drop, seed=0)


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: BatchNorm(0), ["features must be a whole number >= 1", "got 0"]),
        (lambda: BatchNorm(2.0), ["features must be a whole number >= 1", "got 2.0"]),
        (lambda: BatchNorm(2, momentum=1), ["momentum must be", ">= 0 and < 1", "got 1"]),
        (lambda: BatchNorm(2, momentum=-0.1), ["momentum must be", ">= 0 and < 1", "got -0.1"]),
        (lambda: BatchNorm(2, eps=-1e-9), ["eps must be a finite number >= 0", "got -1e-09"]),
        (lambda: BatchNorm(2, eps=math.nan), ["eps must be a finite number >= 0", "got nan"]),
        (lambda: BatchNorm(2).forward(np.ones((4, 3))), ["x must have shape (N, 2)", "(4, 3)"]),
        (lambda: BatchNorm(2).forward(np.ones(2)), ["x must have shape (N, 2)", "got (2,)"]),
        (lambda: BatchNorm(2).forward(np.ones((0, 2))), ["x must have shape", "got (0, 2)"]),
        (lambda: BatchNorm(2).forward([["a", "b"]]), ["x must hold real numbers", "got dtype"]),
        (lambda: dropout(0.5).forward([["a", "b"]]), ["x must hold real numbers", "got dtype"]),
    ],
)
def test_bad_input_is_refused_by_name(call, parts):
    with refused(*parts):
        call()


def test_a_held_mask_wants_its_own_shape():
    layer = dropout(0.5, held=True)
    layer.forward(np.ones((4, 2)))
    with refused("x must have the shape of the held mask (4, 2), got (3, 2)"):
        layer.forward(np.ones((3, 2)))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("make", [lambda: Dropout(0.5, seed=0), lambda: BatchNorm(2)])
def test_a_gradient_has_the_shape_of_the_output(make, training):
    layer = make()
    layer.training = training
    layer.forward(np.ones((4, 2)))
    for dout in (np.ones(2), np.ones((1, 2)), np.ones((3, 4, 2)), 1.0):
        with refused("dout must have the shape (4, 2) of the output", f"got {np.shape(dout)}"):
            layer.backward(dout)


def test_a_held_mask_leaves_float32_as_it_is():
    layer = Dropout(0.5, seed=0)
    layer.training, layer.held = True, True
    layer.forward(np.ones((2, 3)))
    x = np.ones((2, 3), np.float32)
    assert layer.forward(x).dtype == layer.backward(x).dtype == np.float32
