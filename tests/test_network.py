import json
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import refused, slopes

from backprop import (
    SGD,
    Adam,
    Affine,
    BatchNorm,
    Convolution,
    Dropout,
    Momentum,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Tanh,
    check_network,
    deep,
    one_layer,
    random_affine,
    train,
    train_grid,
    two_layer,
)


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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_checked_labels_need_no_conversion_in_a_step(dtype):
    network = two_layer(2, 3, 4, seed=0)
    network.parameters = [p.astype(dtype) for p in network.parameters]
    _, t, _ = network.check(np.ones((3, 2)), [3, 0, 1])
    assert t.dtype == dtype
    assert t.flags.f_contiguous
    assert t.tolist() == [[0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]]


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


def test_parameters_are_live_until_a_step_makes_new_ones():
    network, X, _ = small()
    W2 = network.parameters[2]
    before = W2.copy()
    train(network, X, np.zeros(7, int), lr=0.1, steps=1)
    assert_array_equal(W2, before)
    trained = network.scores(X)
    W2 *= 0
    assert_array_equal(network.scores(X), trained)
    assert "next step of ``train``" in Network.parameters.__doc__


def test_parameters_from_a_text_are_floats_at_once():
    network, X, _ = small()
    expected = network.scores(X)
    text = json.dumps([p.tolist() for p in network.parameters])
    other = two_layer(2, 5, 4, seed=9)
    other.parameters = json.loads(text)
    assert {p.dtype for p in other.parameters} == {np.dtype(np.float64)}
    assert_array_equal(other.scores(X), expected)
    train(other, X, np.zeros(7, int), lr=0.1, steps=2)
    other.parameters = [np.ones(p.shape, np.int8) for p in other.parameters]
    assert {p.dtype for p in other.parameters} == {np.dtype(np.float64)}
    assert_array_equal(other.predict(X), np.zeros(7))


@pytest.mark.parametrize("layer", [Affine(np.ones((2, 2)), np.ones(2)), BatchNorm(2)])
@pytest.mark.parametrize("values", ["whole", "list"])
def test_parameters_that_are_assigned_to_a_layer_become_floats_too(layer, values):
    new = [np.full(p.shape, 3) for p in layer.parameters]
    layer.parameters = new if values == "whole" else [p.tolist() for p in new]
    assert [p.dtype.kind for p in layer.parameters] == ["f", "f"]
    assert_array_equal(layer.parameters[1], [3.0, 3.0])
    for wrong in (np.ones(3), np.ones((2, 1)), 1.0, "a", None):
        with refused(" must "):
            layer.parameters = layer.parameters[0], wrong


# --- the type of float --------------------------------------------------------------------------


def as_float32(network):
    network.parameters = [p.astype(np.float32) for p in network.parameters]
    return network


@pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam])
def test_a_network_of_float32_stays_one_whatever_type_its_points_have(optimizer):
    X = np.random.default_rng(0).normal(size=(20, 2))
    t = np.arange(20) % 4
    trained = []
    for points in (X, X.astype(np.float32), X.tolist()):
        network = as_float32(two_layer(2, 5, 4, seed=0))
        assert network.scores(points).dtype == np.float32
        assert {g.dtype for g in network.gradients(points, t, reg=0.1)} == {np.dtype(np.float32)}
        options = {"reg": 0.01, "decay": 0.1, "batch_size": 7, "optimizer": optimizer}
        train(network, points, t, lr=0.1, steps=9, **options)
        assert {p.dtype for p in network.parameters} == {np.dtype(np.float32)}
        trained.append(network)
    for network in trained[1:]:
        for one, other in zip(trained[0].parameters, network.parameters, strict=True):
            assert_array_equal(one, other)


def test_a_grid_of_float32_stays_one_too():
    X, t = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 4
    grid = train_grid(as_float32(two_layer(2, 5, 4, 0)), X, t, lrs=[0.1, 1], regs=[0, 1], steps=3)
    assert {p.dtype for p in grid.network.parameters} == {np.dtype(np.float32)}


def test_points_that_are_too_large_for_float32_are_refused_by_name():
    network = as_float32(two_layer(2, 5, 4, seed=0))
    with refused("X must be finite as float32, got inf at [1, 0]"):
        network.predict([[1.0, 2.0], [1e300, 0.0]])


def test_float32_points_of_a_network_of_float64_are_computed_in_float64():
    network, X, _ = small()
    points = X.astype(np.float32)
    assert network.scores(points).dtype == np.float64
    assert_array_equal(network.scores(points), network.scores(points.astype(np.float64)))


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


# --- deep networks ------------------------------------------------------------------------------


@pytest.mark.parametrize("variance", [0.01, 1.0, 2.0, 18.0])
def test_random_weights_have_the_variance_over_the_number_of_inputs(variance):
    layer = random_affine(400, 100, np.random.default_rng(0), variance)
    assert layer.W.shape == (400, 100)
    # the variance of 40,000 normal numbers is known to a relative sqrt(2 / 40,000) = 0.7 %
    assert layer.W.var() == pytest.approx(variance / 400, rel=0.03)
    # and their mean to a standard error of 1/200 of their spread
    assert abs(layer.W.mean()) < 4 * np.sqrt(variance / 400) / 200
    assert_array_equal(layer.b, np.zeros(100))


def test_random_weights_have_the_variance_2_if_not_told_otherwise():
    layer = random_affine(400, 100, np.random.default_rng(0))
    assert layer.W.var() == pytest.approx(2 / 400, rel=0.03)


def test_random_weights_go_on_where_the_generator_stands():
    rng = np.random.default_rng(0)
    assert not np.array_equal(random_affine(3, 4, rng).W, random_affine(3, 4, rng).W)


def test_a_deep_network_has_an_affine_between_each_two_widths_and_no_activation_at_the_end():
    network = deep([5, 4, 3, 2], seed=0, activation=Tanh)
    assert [type(layer) for layer in network.layers] == [Affine, Tanh, Affine, Tanh, Affine]
    assert [(layer.inputs, layer.outputs) for layer in network.affine] == [(5, 4), (4, 3), (3, 2)]
    assert len(set(map(id, network.layers))) == 5
    X = np.random.default_rng(0).normal(size=(6, 5))
    W1, b1, W2, b2, W3, b3 = network.parameters
    hidden = np.tanh(np.tanh(X @ W1 + b1) @ W2 + b2)
    assert_allclose(network.scores(X), hidden @ W3 + b3, rtol=1e-13)


@pytest.mark.parametrize("activation", [Sigmoid, Tanh])
def test_the_gradients_of_a_deep_network_are_those_of_its_loss(activation):
    rng = np.random.default_rng(0)
    network = deep([3, 5, 4, 5, 2], seed=1, activation=activation)
    errors = check_network(network, rng.normal(size=(7, 3)), rng.integers(2, size=7), reg=0.1)
    assert len(errors) == 8
    assert max(errors) < 1e-7


def test_a_deep_network_has_the_seed_the_variance_and_relu_of_its_arguments():
    one, same, other = (deep([200, 300, 150], seed).parameters for seed in (3, 3, 4))
    assert all(map(np.array_equal, one, same))
    assert not np.array_equal(one[0], other[0])
    for network, variance in [
        (deep([200, 300, 150], 3), 2),
        (deep([200, 300, 150], 3, ReLU, 1), 1),
    ]:
        assert [type(layer) for layer in network.layers] == [Affine, ReLU, Affine]
        W1, _, W2, _ = network.parameters
        assert W1.var() == pytest.approx(variance / 200, rel=0.03)
        assert W2.var() == pytest.approx(variance / 300, rel=0.03)


def test_the_networks_of_the_book_are_deep_networks():
    for network, widths in [(two_layer(2, 5, 4, 7), [2, 5, 4]), (one_layer(2, 4, 7), [2, 4])]:
        twin = deep(widths, seed=7)
        assert list(map(type, network.layers)) == list(map(type, twin.layers))
        assert all(map(np.array_equal, network.parameters, twin.parameters))


# --- layers of all kinds ------------------------------------------------------------------------


def mixed() -> tuple[Network, np.ndarray, np.ndarray]:
    """Return a network with a layer of every kind, images of 2 x 3 x 3 pixels, and labels."""
    rng = np.random.default_rng(0)
    dropout = Dropout(0.25, seed=0)
    dropout.held = True
    layers = [
        Convolution(rng.normal(size=(8, 3)), rng.normal(size=3), image=(2, 3, 3), size=2),
        Sigmoid(),
        Residual(Affine(rng.normal(size=(12, 12)), rng.normal(size=12)), BatchNorm(12), Tanh()),
        dropout,
        Affine(rng.normal(size=(12, 4)), rng.normal(size=4)),
    ]
    return Network(layers), rng.normal(size=(9, 18)), rng.integers(4, size=9)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("reg", [0, 0.1])
def test_the_gradients_of_a_network_of_all_kinds_are_those_of_its_loss(training, reg):
    network, X, t = mixed()
    network.training = training
    errors = check_network(network, X, t, reg)
    assert len(errors) == 8
    if training:
        del errors[
            3
        ]  # the bias in front of BatchNorm: its gradient is 0, and so is the measured one
    assert max(errors) < 1e-7


def test_training_is_off_at_first_and_one_switch_for_all_layers():
    network, X, t = mixed()
    every = [*network.layers, *network.layers[2].layers]
    assert len(every) == 8
    assert not network.training
    in_use = network.loss(X, t)
    network.training = True
    assert network.training
    assert all(layer.training for layer in every)
    assert network.loss(X, t) != in_use
    network.training = False
    assert not network.training
    assert not any(layer.training for layer in every)


def test_shrink_multiplies_the_weights_and_nothing_else():
    network, _, _ = mixed()
    before = network.parameters
    kept = [array.copy() for array in before]
    network.shrink(0.75)
    weights = (0, 2, 6)  # those of the convolution and of the two Affine; the others are biases
    for k, (now, then) in enumerate(zip(network.parameters, kept, strict=True)):
        assert_array_equal(now, 0.75 * then if k in weights else then)
    assert all(map(np.array_equal, before, kept))  # the old arrays are left alone
    assert network.penalty(1.0) == pytest.approx(
        0.5 * sum(np.sum((0.75 * kept[k]) ** 2) for k in weights), rel=1e-12
    )


# --- bad input ----------------------------------------------------------------------------------

NETWORK, X, T = small()
HOT = np.eye(4)[T]
SQUARE = Affine(np.eye(2), np.zeros(2))
RNG = np.random.default_rng(0)


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
        (lambda: Network([ReLU(), Tanh()]), ["layers", "at least one Affine"]),
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
        (lambda: Network([SQUARE, "ReLU"]), ["layers must be nodes such as ReLU()", "got 'ReLU'"]),
        (lambda: Network([SQUARE, ReLU]), ["layers must be nodes such as ReLU()", "got <class"]),
        (lambda: deep([2], seed=0), ["widths must be at least two whole numbers", "got [2]"]),
        (lambda: deep([], seed=0), ["widths must be at least two whole numbers", "got []"]),
        (lambda: deep(2, seed=0), ["widths must be at least two whole numbers", "got 2"]),
        (lambda: deep("24", seed=0), ["widths must be at least two whole numbers", "got '24'"]),
        (lambda: deep([2, 0, 4], seed=0), ["widths must be a whole number >= 1", "got 0"]),
        (lambda: deep([2, 3.0], seed=0), ["widths must be a whole number >= 1", "got 3.0"]),
        (lambda: deep([2, 3], 0, variance=0), ["variance must be a finite number > 0", "got 0"]),
        (lambda: deep([2, 3], 0, variance=-1), ["variance must be a finite number > 0", "got -1"]),
        (lambda: deep([2, 3, 4], 0, lambda: None), ["layers must be nodes", "got None"]),
        (lambda: random_affine(0, 3, RNG), ["inputs must be a whole number >= 1", "got 0"]),
        (lambda: random_affine(3, -1, RNG), ["outputs must be a whole number >= 1", "got -1"]),
        (lambda: random_affine(3, 3, RNG, np.nan), ["variance must be", "> 0", "got nan"]),
    ],
)
def test_bad_input_is_refused_by_name(call, parts):
    with refused(*parts):
        call()


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda p: p[:-1], ["parameters must be a list of 4 arrays, got 3"]),
        (lambda p: [*p, p[0]], ["parameters must be a list of 4 arrays, got 5"]),
        (lambda p: iter(p), ["parameters must be a list of 4 arrays, got a list_iterator"]),
        (lambda p: dict(enumerate(p)), ["parameters must be a list of 4 arrays, got a dict"]),
        (lambda p: [[["a"] * 5] * 2, *p[1:]], ["parameters must hold real numbers", "<U1"]),
        (lambda p: [[[1.0], [1.0, 2.0]], *p[1:]], ["parameters must hold real numbers in equal"]),
        (lambda p: [p[0] + 1j, *p[1:]], ["parameters must hold real numbers", "complex128"]),
        (lambda p: [*p[:3], None], ["parameters must hold real numbers, got dtype object"]),
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


def test_the_layers_of_a_network_stay_what_they_were_checked_as():
    network = two_layer(2, 3, 4, seed=0)
    with pytest.raises(TypeError, match="does not support item assignment"):
        network.layers[0] = Affine(np.ones((2, 3)), np.zeros(3))
    assert network.affine == [network.layers[0], network.layers[2]]
