from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import refused, slopes

from backprop import Affine, Multiply, Network, ReLU, one_layer, two_layer


@st.composite
def runs(draw) -> tuple[Network, np.ndarray, np.ndarray, float]:
    """Draw a network, points, labels and reg; one, two or three layers, also N = 1."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    N, *widths = (draw(st.integers(1, 6)) for _ in range(draw(st.integers(3, 5))))
    X, t = rng.normal(size=(N, widths[0])), rng.integers(widths[-1], size=N)
    X.setflags(write=False)
    t.setflags(write=False)
    layers, h = [], X
    for D, H in pairwise(widths):
        layers += [Affine(rng.normal(size=(D, H)), rng.normal(size=H)), ReLU()]
        h = layers[-2].forward(h)
        assume(np.abs(h).min() > 0.001)  # so no difference reaches over the kink of ReLU
        h = layers[-1].forward(h)
    return Network(layers[:-1]), X, t, draw(st.sampled_from([0, 0.01, 1, 30.0]))


def measured_gradients(
    network: Network, X: np.ndarray, t: np.ndarray, reg: float
) -> Iterator[np.ndarray]:
    """Yield the slopes of the loss along each parameter."""
    arrays = network.parameters
    for k, array in enumerate(arrays):

        def loss(changed, k=k):
            network.parameters = [*arrays[:k], changed, *arrays[k + 1 :]]
            return network.loss(X, t, reg)

        yield slopes(loss, array)
        network.parameters = arrays


def small() -> tuple[Network, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return two_layer(2, 5, 4, seed=1), rng.normal(size=(7, 2)), rng.integers(4, size=7)


def test_the_scores_and_the_loss_agree_with_the_hand_calculation():
    network = Network(
        [
            Affine([[1.0, -1.0], [2.0, 0.0]], [0.0, 1.0]),
            ReLU(),
            Affine([[1.0, 0.0], [0.0, 3.0]], [0.0, 0.5]),
        ]
    )
    X = [[1.0, 1.0], [-1.0, 0.0]]  # before ReLU [3, 0] and [-1, 2]
    assert_array_equal(network.scores(X), [[3, 0.5], [0, 6.5]])
    assert_array_equal(network.predict(X), [0, 1])
    mean = (np.log(1 + np.exp(-2.5)) + np.log(1 + np.exp(6.5))) / 2
    assert network.loss(X, [0, 0]) == pytest.approx(mean, rel=1e-14)
    # squares of the weights: 1 + 1 + 4 and 1 + 9; the biases do not count
    assert network.loss(X, [0, 0], reg=0.1) == pytest.approx(mean + 0.05 * 16, rel=1e-14)


@given(runs())
def test_gradients_are_those_of_exactly_the_loss(run):
    network, X, t, reg = run
    # rounding leaves some 1e-16 / 1e-5 of the loss in every slope, however small the slope is
    rounding = 1e-9 * (1 + network.loss(X, t, reg))
    before = [array.copy() for array in network.parameters]
    found = network.gradients(X, t, reg)
    assert all(map(np.array_equal, network.parameters, before))
    for gradient, measured in zip(found, measured_gradients(*run), strict=True):
        assert gradient.shape == measured.shape
        assert np.linalg.norm(gradient - measured) < 1e-7 * np.linalg.norm(measured) + rounding


def test_gradients_with_reg_have_a_relative_error_below_1e_7():
    network, X, t = small()
    found = network.gradients(X, t, reg=0.1)
    for gradient, measured in zip(found, measured_gradients(network, X, t, 0.1), strict=True):
        assert np.linalg.norm(gradient - measured) < 1e-7 * np.linalg.norm(measured)


@given(runs())
def test_the_penalty_counts_the_weights_and_never_the_biases(run):
    network, X, t, reg = run
    weights = sum(np.sum(W**2) for W in network.parameters[::2])
    extra = network.loss(X, t, reg) - network.loss(X, t)
    assert extra == pytest.approx(reg / 2 * weights, rel=1e-9, abs=1e-9)
    with_reg, without = network.gradients(X, t, reg), network.gradients(X, t)
    for k, W in enumerate(network.parameters):
        expected = reg * W if k % 2 == 0 else 0 * W
        assert_allclose(with_reg[k] - without[k], expected, rtol=1e-9, atol=1e-9)


@given(runs())
def test_a_batch_given_twice_has_the_same_loss_and_gradients(run):
    network, X, t, reg = run
    loss, gradients = network.loss(X, t, reg), network.gradients(X, t, reg)
    X2, t2 = np.concatenate([X, X]), np.concatenate([t, t])
    assert network.loss(X2, t2, reg) == pytest.approx(loss, rel=1e-12)
    for once, twice in zip(gradients, network.gradients(X2, t2, reg), strict=True):
        assert_allclose(twice, once, rtol=1e-11, atol=1e-13)


@given(runs())
def test_both_kinds_of_labels_agree(run):
    network, X, t, reg = run
    classes = network.scores(X).shape[1]
    for rows in (np.eye(classes)[t], np.eye(classes, dtype=int)[t], np.eye(classes)[t] == 1):
        assert network.loss(X, rows, reg) == network.loss(X, t, reg)
        pairs = zip(network.gradients(X, rows, reg), network.gradients(X, t, reg), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)


@given(runs())
def test_predict_returns_the_class_with_the_largest_score(run):
    network, X, _, _ = run
    predicted = network.predict(X)
    assert predicted.shape == (len(X),)
    for row, k in zip(network.scores(X), predicted, strict=True):
        assert row[k] == max(row)


def test_whole_numbers_and_lists_are_points_too():
    network, _, _ = small()
    assert network.loss([[1, 2]], [3]) == network.loss(np.array([[1.0, 2.0]]), np.array([3]))


# --- parameters ---------------------------------------------------------------------------------


def test_parameters_are_live():
    network, X, _ = small()
    W1, b1, W2, b2 = network.parameters
    assert [p.shape for p in network.parameters] == [(2, 5), (5,), (5, 4), (4,)]
    before = network.scores(X)
    b2 += 1
    assert_allclose(network.scores(X), before + 1, rtol=1e-14)
    W2 *= 0
    assert_array_equal(network.scores(X), np.ones((7, 4)))
    assert network.loss(X, np.zeros(7, int)) == pytest.approx(np.log(4), rel=1e-15)
    assert network.parameters[0] is W1
    assert network.parameters[1] is b1


def test_the_setter_puts_each_array_at_its_place():
    network, X, _ = small()
    other = two_layer(2, 5, 4, seed=2)
    network.parameters = other.parameters
    assert_array_equal(network.scores(X), other.scores(X))
    assert all(a is b for a, b in zip(network.parameters, other.parameters, strict=True))


def test_weights_have_the_variance_of_he_and_biases_are_0():
    W1, b1, W2, b2 = two_layer(200, 300, 150, seed=0).parameters
    # the variance of n normal numbers is known to a relative sqrt(2/n), here below 0.7 %
    assert W1.var() == pytest.approx(2 / 200, rel=0.03)
    assert W2.var() == pytest.approx(2 / 300, rel=0.03)
    assert abs(W1.mean()) < 0.002
    assert not b1.any()
    assert not b2.any()


def test_a_seed_fixes_the_network():
    one, same, other = (two_layer(2, 5, 4, seed).parameters for seed in (3, 3, 4))
    assert all(map(np.array_equal, one, same))
    assert not np.array_equal(one[0], other[0])


def test_the_two_layers_of_a_network_are_drawn_apart():
    W1, _, W2, _ = two_layer(2, 5, 4, seed=0).parameters
    ratios = W1.ravel() / W2.ravel()[:10]
    assert ratios.std() > 0.1  # the same numbers, scaled, would have the same ratio


def test_one_layer_has_no_hidden_layer():
    W, b = one_layer(2, 4, seed=0).parameters
    assert (W.shape, b.shape) == ((2, 4), (4,))
    assert all(map(np.array_equal, one_layer(2, 4, seed=0).parameters, [W, b]))


# --- bad input ----------------------------------------------------------------------------------

NETWORK, X, T = small()
HOT = np.eye(4)[T]
SQUARE = Affine(np.eye(2), np.zeros(2))


def spoilt(array: np.ndarray, index: tuple[int, ...], value: float) -> np.ndarray:
    array = array.copy()
    array[index] = value
    return array


DATA = [
    (X[0], T[:1], ["X must have shape (N, 2)", "got (2,)"]),
    (X[:0], T[:0], ["X must have shape (N, 2) with N >= 1", "got (0, 2)"]),
    (X[:, :1], T, ["X must have shape (N, 2)", "got (7, 1)"]),
    (X[np.newaxis], T, ["X must have shape (N, 2)", "got (1, 7, 2)"]),
    (spoilt(X, (3, 1), np.nan), T, ["X must be finite", "got nan", "[3, 1]"]),
    (spoilt(X, (0, 0), np.inf), T, ["X must be finite", "got inf", "[0, 0]"]),
    (spoilt(X, (6, 0), -np.inf), T, ["X must be finite", "got -inf", "[6, 0]"]),
    (X.astype(str), T, ["X must hold real numbers", "dtype"]),
    (X * 1j, T, ["X must hold real numbers", "dtype complex128"]),
    (X, T[:-1], ["t must have shape (7,)", "(7, 4)", "got (6,)"]),
    (X, T[:, np.newaxis], ["t must have shape (7,)", "got (7, 1)"]),
    (X, 1, ["t must have shape (7,)", "got ()"]),
    (X, spoilt(T, (2,), 4), ["t must lie in 0..3", "to 4"]),
    (X, spoilt(T, (2,), -1), ["t must lie in 0..3", "from -1"]),
    (X, T.astype(float), ["t must hold class indices as integers", "dtype float64"]),
    (X, T.astype(str), ["t must hold class indices as integers", "dtype"]),
    (X, T == 1, ["t must hold class indices as integers", "dtype bool"]),
    (X, HOT[:, :3], ["t must have shape", "(7, 4)", "got (7, 3)"]),
    (X, HOT[:-1], ["t must have shape", "(7, 4)", "got (6, 4)"]),
    (X, HOT / 2, ["t must be one-hot"]),
    (X, HOT * 2, ["t must be one-hot"]),
    (X, HOT * np.nan, ["t must be one-hot"]),
    (X, np.zeros((7, 4)), ["t must be one-hot"]),
    (X, np.ones((7, 4)), ["t must be one-hot"]),
    (X, spoilt(HOT, (0, slice(None)), [2, -1, 0, 0]), ["t must be one-hot"]),
    (X, np.full((7, 4), "1"), ["t must be one-hot"]),
]


@pytest.mark.parametrize(("X", "t", "parts"), DATA)
@pytest.mark.parametrize("method", [NETWORK.loss, NETWORK.gradients], ids=lambda m: m.__name__)
def test_bad_data_are_refused_by_name(method, X, t, parts):
    with refused(*parts):
        method(X, t)


@pytest.mark.parametrize("reg", [-1e-9, np.nan, np.inf, "0.1", None, True, [0.1], 1j])
@pytest.mark.parametrize("method", [NETWORK.loss, NETWORK.gradients], ids=lambda m: m.__name__)
def test_a_bad_reg_is_refused_by_name(method, reg):
    with refused("reg must be a finite number >= 0, got"):
        method(X, T, reg)


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: NETWORK.scores(X[0]), ["X must have shape (N, 2)", "got (2,)"]),
        (lambda: NETWORK.predict(X * np.nan), ["X must be finite", "got nan at [0, 0]"]),
        (lambda: Network([]), ["layers", "at least one Affine"]),
        (lambda: Network([ReLU(), Multiply()]), ["layers", "at least one Affine"]),
        (lambda: Network([SQUARE, ReLU(), SQUARE]), ["layers must all be different", "twice"]),
        (
            lambda: Network([SQUARE, Affine(np.ones((3, 1)), [0])]),
            ["layers must fit together", "2 outputs", "3 inputs"],
        ),
        (lambda: two_layer(0, 5, 4, seed=0), ["inputs must be a whole number >= 1", "got 0"]),
        (lambda: two_layer(2, 5.0, 4, seed=0), ["hidden must be a whole number >= 1", "got 5.0"]),
        (lambda: two_layer(2, 5, True, seed=0), ["outputs must be a whole number", "got True"]),
        (lambda: one_layer(2, -4, seed=0), ["outputs must be a whole number >= 1", "got -4"]),
        (lambda: one_layer("2", 4, seed=0), ["inputs must be a whole number", "got '2'"]),
    ],
)
def test_bad_input_is_refused_by_name(call, parts):
    with refused(*parts):
        call()


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda p: p[:-1], ["parameters must be 4 arrays, got 3"]),
        (lambda p: [*p, p[0]], ["parameters must be 4 arrays, got 5"]),
        (lambda p: [p[0], np.ones(1), *p[2:]], ["parameters must keep the shape (5,)", "got (1,)"]),
        (lambda p: [p[0], 0.0, *p[2:]], ["parameters must keep the shape (5,)", "got ()"]),
        (lambda p: [p[0].T, *p[1:]], ["parameters must keep the shape (2, 5)", "got (5, 2)"]),
    ],
)
def test_parameters_that_do_not_fit_are_refused_and_change_nothing(change, parts):
    network, X, _ = small()
    before = network.scores(X)
    with refused(*parts):
        network.parameters = change(network.parameters)
    assert_array_equal(network.scores(X), before)
