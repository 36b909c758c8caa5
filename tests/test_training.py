import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import refused

from backprop import SGD, History, Network, one_layer, quadrants, train, train_grid, two_layer

N = 23
X, T = quadrants(N, seed=0)
X.setflags(write=False)
T.setflags(write=False)


class Recorder(Network):
    """Notes the points and labels of every batch that it is trained on."""

    def data_loss(self, X, t):
        self.__dict__.setdefault("batches", []).append((X.copy(), np.array(t)))
        return super().data_loss(X, t)


def recorder(seed: int = 1) -> Recorder:
    return Recorder(two_layer(2, 6, 4, seed).layers)


def places(batch: np.ndarray) -> list[int]:
    """Return which of the points X are in a batch, in its order."""
    return [int(np.flatnonzero((point == X).all(axis=1))[0]) for point in batch]


def plain_training(batches, W1, b1, W2, b2, lr, reg):
    """Train by the formulas alone and yield data loss, penalty and accuracy before each update."""
    for rows in batches:
        x, t, n = X[rows], T[rows], len(rows)
        hidden = x @ W1 + b1
        active = hidden * (hidden > 0)
        powers = np.exp(active @ W2 + b2)
        y = powers / powers.sum(axis=1)[:, None]
        data_loss = -sum(math.log(y[i, t[i]]) for i in range(n)) / n
        right = sum(max(range(4), key=lambda k, i=i: y[i, k]) == t[i] for i in range(n))
        yield data_loss, reg / 2 * (np.sum(W1 * W1) + np.sum(W2 * W2)), right / n
        d_scores = (y - np.eye(4)[t]) / n
        d_hidden = (d_scores @ W2.T) * (hidden > 0)
        W1, W2 = (
            W1 - lr * (x.T @ d_hidden + reg * W1),
            W2 - lr * (active.T @ d_scores + reg * W2),
        )
        b1, b2 = b1 - lr * d_hidden.sum(axis=0), b2 - lr * d_scores.sum(axis=0)


@pytest.mark.parametrize("batch_size", [None, 1, 5, N])
@pytest.mark.parametrize("reg", [0, 0.05])
def test_a_history_agrees_with_a_loop_that_uses_the_formulas_alone(batch_size, reg):
    network = recorder()
    start = [array.copy() for array in network.parameters]
    history = train(network, X, T, lr=0.3, reg=reg, steps=12, batch_size=batch_size, seed=4)
    batches = [places(batch) for batch, _ in network.batches]
    expected = np.array(list(plain_training(batches, *start, lr=0.3, reg=reg)))
    assert_allclose(history.data_loss, expected[:, 0], rtol=1e-12)
    assert_allclose(history.penalty, expected[:, 1], rtol=1e-12)
    assert_array_equal(history.accuracy, expected[:, 2])
    assert_allclose(history.loss, expected[:, 0] + expected[:, 1], rtol=1e-12)


def test_one_step_is_one_update_by_the_gradient_of_the_whole_loss():
    network, twin = recorder(), recorder()
    history = train(network, X, T, lr=0.3, reg=0.1, steps=1)
    assert history.loss[0] == twin.loss(X, T, reg=0.1)
    moved = zip(network.parameters, twin.parameters, twin.gradients(X, T, reg=0.1), strict=True)
    for after, before, gradient in moved:
        assert_allclose(after, before - 0.3 * gradient, rtol=1e-14)


@given(st.integers(1, N), st.integers(0, 1000))
def test_each_round_uses_every_sample_once_with_its_own_label(batch_size, seed):
    network, steps = recorder(), math.ceil(N / batch_size)
    train(network, X, T, lr=0.1, steps=2 * steps, batch_size=batch_size, seed=seed)
    for batches in (network.batches[:steps], network.batches[steps:]):
        assert [len(batch) for batch, _ in batches[:-1]] == [batch_size] * (steps - 1)
        used = [place for batch, _ in batches for place in places(batch)]
        assert sorted(used) == list(range(N))
        for batch, t in batches:
            assert_array_equal(t.argmax(axis=1), T[places(batch)])


def test_the_seed_fixes_the_batches_and_each_round_has_its_own_order():
    def first_places(seed: int) -> list[int]:
        network = recorder()
        train(network, X, T, lr=0.1, steps=2 * N, batch_size=1, seed=seed)
        return [place for batch, _ in network.batches for place in places(batch)]

    order = first_places(seed=0)
    assert order == first_places(seed=0)
    assert order != first_places(seed=1)
    assert order[:N] != order[N:]
    assert order[:N] != list(range(N))


def test_a_full_batch_does_not_depend_on_the_seed():
    runs = [train(recorder(), X, T, lr=0.5, steps=5, seed=seed).loss for seed in (0, 1)]
    assert_array_equal(*runs)


def test_both_kinds_of_labels_train_alike():
    index = train(recorder(), X, T, lr=0.5, steps=5, batch_size=4)
    one_hot = train(recorder(), X, np.eye(4, dtype=int)[T], lr=0.5, steps=5, batch_size=4)
    assert_array_equal(index.loss, one_hot.loss)


def test_training_learns_the_quadrants_and_leaves_the_arrays_of_the_start_alone():
    network = two_layer(2, 16, 4, seed=0)
    arrays = network.parameters
    copies = [array.copy() for array in arrays]
    history = train(network, X, T, lr=1.0, steps=300)
    assert history.loss[-1] < 0.05 < history.loss[0]
    assert history.accuracy[-1] == 1
    assert_array_equal(network.predict(X), T)
    assert all(map(np.array_equal, arrays, copies))
    assert history.diverged is None


def test_small_weights_start_at_a_loss_of_the_logarithm_of_the_number_of_classes():
    network = two_layer(2, 16, 4, seed=0)
    network.parameters = [0.001 * array for array in network.parameters]
    history = train(network, X, T, lr=0.1, steps=1)
    assert history.loss[0] == pytest.approx(math.log(4), abs=1e-5)


def test_weights_decay_where_lr_times_reg_is_below_2_and_explode_above():
    # lr is so small that the data hardly count: each step multiplies W by 1 - lr * reg
    decaying = train(two_layer(2, 6, 4, 0), X, T, lr=0.001, reg=1950, steps=101)
    assert decaying.penalty[40] == pytest.approx(0.95**80 * decaying.penalty[0], rel=0.02)
    assert decaying.diverged is None
    exploding = train(two_layer(2, 6, 4, 0), X, T, lr=0.001, reg=2050, steps=101)
    assert exploding.penalty[40] == pytest.approx(1.05**80 * exploding.penalty[0], rel=0.02)
    expected = math.log(1e6 / exploding.penalty[0]) / math.log(1.05**2)
    assert exploding.diverged == pytest.approx(expected, abs=1)


def test_sgd_steps_against_the_gradient_and_leaves_the_old_arrays():
    W, b = np.array([[1.0, 2.0]]), np.array([3.0])
    new = SGD(lr=0.25).step([W, b], [np.array([[4.0, -8.0]]), np.array([0.0])])
    assert_array_equal(new[0], [[0, 4]])
    assert_array_equal(new[1], [3])
    assert_array_equal(W, [[1, 2]])


def test_sgd_refuses_a_gradient_too_few():
    with pytest.raises(ValueError, match="shorter"):
        SGD(lr=1).step([np.ones(1), np.ones(1)], [np.ones(1)])


# --- divergence ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data_loss", "penalty", "step"),
    [
        ([1, 2, 3], [0, 0, 0], None),
        ([1, 1e6, 3], [0, 0, 0], None),
        ([1, 1e6, 3], [0, 1e-3, 0], 1),
        ([1, 2e6, 3], [0, 0, 0], 1),
        ([1, 2, math.inf], [0, 0, 0], 2),
        ([1, 2, 3], [0, 0, math.nan], 2),
        ([math.nan, 2, math.inf], [0, 0, 0], 0),
    ],
)
def test_diverged_is_the_first_step_above_a_million_or_not_a_number(data_loss, penalty, step):
    history = History(np.array(data_loss, float), np.array(penalty, float), np.ones(3))
    assert history.diverged == step


def test_a_run_that_diverges_says_at_which_step_and_prints_no_warning(capfd):
    history = train(two_layer(2, 6, 4, 0), X, T, lr=0.5, reg=50, steps=200)
    large = [k for k, loss in enumerate(history.loss) if not loss <= 1e6]
    assert history.diverged == large[0] > 0
    assert not np.isfinite(history.loss[-1])
    assert capfd.readouterr() == ("", "")


def test_the_history_of_reg_0_has_no_penalty():
    assert not train(two_layer(2, 6, 4, 0), X, T, lr=0.1, steps=3).penalty.any()


# --- the grid -----------------------------------------------------------------------------------

LRS, REGS = [0.03, 1.0, 1e4, 1e30], [0, 0.1, 30.0]


@pytest.mark.parametrize("batch_size", [None, 4])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("hidden", [0, 1, 6, 50])
def test_every_run_of_a_grid_is_bit_identical_to_its_own_training(batch_size, dtype, hidden):
    def network() -> Network:
        made = two_layer(2, hidden, 4, seed=0) if hidden else one_layer(2, 4, seed=0)
        made.parameters = [array.astype(dtype) for array in made.parameters]
        return made

    data = {"X": X.astype(dtype), "t": T, "steps": 40, "batch_size": batch_size, "seed": 5}
    grid, diverged = train_grid(network(), **data, lrs=LRS, regs=REGS), 0
    assert (grid.lrs, grid.regs) == (tuple(LRS), tuple(REGS))
    for (i, lr), (j, reg) in product(enumerate(LRS), enumerate(REGS)):
        single = network()
        history = train(single, **data, lr=lr, reg=reg)
        for name in ("data_loss", "penalty", "accuracy", "loss"):
            assert_array_equal(getattr(grid[i, j], name), getattr(history, name))
        assert grid[i, j].diverged == history.diverged
        diverged += history.diverged is not None
        for alone, all_of_them in zip(single.parameters, grid.network.parameters, strict=True):
            assert alone.dtype == all_of_them.dtype == dtype
            assert_array_equal(all_of_them[i, j].reshape(alone.shape), alone)
    assert 3 <= diverged <= 9


def test_a_grid_leaves_the_network_that_it_was_given_alone():
    network, twin = two_layer(2, 6, 4, seed=0), two_layer(2, 6, 4, seed=0)
    arrays = network.parameters
    train_grid(network, X, T, lrs=[0.1, 1.0], regs=[0.1], steps=3)
    assert all(a is b for a, b in zip(network.parameters, arrays, strict=True))
    assert all(map(np.array_equal, arrays, twin.parameters))


def test_a_grid_that_diverges_prints_no_warning(capfd):
    grid = train_grid(two_layer(2, 6, 4, 0), X, T, lrs=[0.1, 0.5], regs=[0, 50], steps=200)
    steps = [[grid[i, j].diverged for j in range(2)] for i in range(2)]
    assert steps[0][0] is None
    assert steps[1][1] > 0
    assert capfd.readouterr() == ("", "")


# --- the bar ------------------------------------------------------------------------------------


def test_a_progress_bar_counts_the_steps_and_changes_no_number(capsys):
    shown = train(two_layer(2, 6, 4, 0), X, T, lr=0.1, steps=7, progress=True)
    assert "7/7" in capsys.readouterr().err
    assert_array_equal(shown.loss, train(two_layer(2, 6, 4, 0), X, T, lr=0.1, steps=7).loss)
    assert capsys.readouterr().err == ""


# --- bad input ----------------------------------------------------------------------------------

NOT_A_RATE = [0, -0.1, math.nan, math.inf, -math.inf, "0.1", None, True, 1j]
NOT_A_REG = [-1e-9, math.nan, math.inf, "0.1", None, False]
NOT_A_COUNT = [0, -1, 1.0, "1", None, True, math.nan]


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        *[({"lr": lr}, ["lr must be a finite number > 0", "got"]) for lr in NOT_A_RATE],
        *[({"lr": lr}, ["lr must be a finite number > 0"]) for lr in ([0.1], np.array([0.1, 1]))],
        *[({"reg": reg}, ["reg must be a finite number >= 0", "got"]) for reg in NOT_A_REG],
        *[({"steps": n}, ["steps must be a whole number >= 1", "got"]) for n in NOT_A_COUNT],
        ({"batch_size": 0}, ["batch_size must be a whole number >= 1 and <= 23", "got 0"]),
        ({"batch_size": 24}, ["batch_size", "<= 23", "got 24"]),
        ({"batch_size": 4.0}, ["batch_size", "whole number", "got 4.0"]),
        ({"X": X[:0], "t": T[:0]}, ["X must have shape (N, 2) with N >= 1", "got (0, 2)"]),
        ({"X": X[0]}, ["X must have shape (N, 2)", "got (2,)"]),
        ({"X": X * math.nan}, ["X must be finite", "got nan at [0, 0]"]),
        ({"X": X + math.inf}, ["X must be finite", "got inf at [0, 0]"]),
        ({"t": T + 1}, ["t must lie in 0..3", "from 1 to 4"]),
        ({"t": T[:5]}, ["t must have shape (23,)", "(23, 4)", "got (5,)"]),
        ({"t": np.ones((23, 4))}, ["t must be one-hot"]),
    ],
)
def test_train_refuses_bad_input_by_name_and_changes_nothing(change, parts):
    network, twin = two_layer(2, 6, 4, seed=0), two_layer(2, 6, 4, seed=0)
    with refused(*parts):
        train(network, **{"X": X, "t": T, "lr": 0.1, "steps": 1, **change})
    assert all(map(np.array_equal, network.parameters, twin.parameters))


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        *[({"lrs": [1, lr]}, ["lrs must be a finite number > 0", "got"]) for lr in NOT_A_RATE],
        *[({"regs": [1, reg]}, ["regs must be a finite number >= 0"]) for reg in NOT_A_REG],
        *[({"lrs": lrs}, ["lrs must be a list", "got"]) for lrs in ([], 0.1, [[0.1, 1]], None)],
        *[({"regs": regs}, ["regs must be a list", "got"]) for regs in ([], 0, "0", [[0, 1]])],
        *[({"steps": n}, ["steps must be a whole number >= 1", "got"]) for n in NOT_A_COUNT],
        ({"batch_size": 24}, ["batch_size", "<= 23", "got 24"]),
        ({"X": X * math.nan}, ["X must be finite", "got nan at [0, 0]"]),
        ({"t": T + 1}, ["t must lie in 0..3", "from 1 to 4"]),
    ],
)
def test_train_grid_refuses_bad_input_by_name(change, parts):
    with refused(*parts):
        train_grid(
            two_layer(2, 6, 4, 0), **{"X": X, "t": T, "lrs": [1], "regs": [0], "steps": 1, **change}
        )


@pytest.mark.parametrize("lr", [*NOT_A_RATE, [0.1, 0], np.array([math.nan])])
def test_sgd_refuses_a_bad_rate(lr):
    with refused("lr must be a finite number > 0, got"):
        SGD(lr)


def test_snapshots_are_the_parameters_after_so_many_steps():
    start = two_layer(2, 6, 4, 0)
    setting = {"lrs": [0.1, 1], "regs": [0, 0.1]}
    grid = train_grid(start, X, T, **setting, steps=6, stops=[0, 2, 5])
    assert list(grid.snapshots) == [0, 2, 5]
    for steps in (2, 5):
        shorter = train_grid(start, X, T, **setting, steps=steps).network.parameters
        for kept, expected in zip(grid.snapshots[steps], shorter, strict=True):
            np.testing.assert_array_equal(kept, expected)
    for kept, expected in zip(grid.snapshots[0], start.parameters, strict=True):
        np.testing.assert_array_equal(kept.reshape(expected.shape), expected)


@pytest.mark.parametrize("stop", [-1, 6, 1.5])
def test_train_grid_refuses_a_stop_outside_the_run(stop):
    with refused("stops must be a whole number >= 0 and <= 5"):
        train_grid(two_layer(2, 6, 4, 0), X, T, lrs=[1], regs=[0], steps=6, stops=[stop])
