import math
import os
import pickle
import platform
import subprocess
import sys
from copy import deepcopy
from functools import partial, wraps
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import refused

from backprop import (
    SGD,
    Adam,
    Affine,
    BatchNorm,
    Convolution,
    Dropout,
    History,
    Momentum,
    Network,
    Node,
    ReLU,
    Residual,
    Sigmoid,
    Tanh,
    check_network,
    deep,
    learning,
    one_layer,
    quadrants,
    random_affine,
    train,
    train_grid,
    two_layer,
)
from backprop.node import inner
from backprop.training import without_dx

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


# --- other optimizers and decay -----------------------------------------------------------------


def test_the_optimizer_is_made_once_with_the_learning_rate():
    rates = []

    def make(lr: float) -> SGD:
        rates.append(lr)
        return SGD(lr)

    network, twin = recorder(), recorder()
    train(network, X, T, lr=0.3, steps=4, optimizer=make)
    train(twin, X, T, lr=0.3, steps=4)
    assert rates == [0.3]
    assert all(map(np.array_equal, network.parameters, twin.parameters))


@pytest.mark.parametrize("optimizer", [Momentum, Adam, lambda lr: Adam(lr, beta1=0.5)])
def test_each_step_is_that_of_the_optimizer_with_the_gradient_of_the_loss(optimizer):
    network, twin, made = recorder(), recorder(), optimizer(0.05)
    history = train(network, X, T, lr=0.05, reg=0.1, steps=5, optimizer=optimizer)
    for loss in history.loss:
        assert loss == twin.loss(X, T, reg=0.1)
        twin.parameters = made.step(twin.parameters, twin.gradients(X, T, reg=0.1))
    assert all(map(np.array_equal, network.parameters, twin.parameters))


def test_decay_is_what_reg_is_in_gradient_descent_without_counting_as_a_loss():
    # W - lr (dW + d W) = (1 - lr d) W - lr dW
    setting = {"lr": 0.3, "steps": 20, "batch_size": 5, "seed": 2}
    network, twin = recorder(), recorder()
    decayed = train(network, X, T, **setting, decay=0.2)
    regularised = train(twin, X, T, **setting, reg=0.2)
    for now, expected in zip(network.parameters, twin.parameters, strict=True):
        assert_allclose(now, expected, rtol=1e-11, atol=1e-14)
    assert_allclose(decayed.data_loss, regularised.data_loss, rtol=1e-12)
    assert not decayed.penalty.any()
    assert regularised.penalty.all()


@pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam])
def test_a_step_with_decay_shrinks_the_weights_and_then_moves_as_it_would_without(optimizer):
    start = recorder()
    shrunk, plain = recorder(), recorder()
    train(shrunk, X, T, lr=0.3, decay=0.5, reg=0.1, steps=1, optimizer=optimizer)
    train(plain, X, T, lr=0.3, reg=0.1, steps=1, optimizer=optimizer)
    trio = zip(start.parameters, shrunk.parameters, plain.parameters, strict=True)
    for k, (before, with_decay, without) in enumerate(trio):
        lost = 0.15 * before if k % 2 == 0 else 0 * before  # lr * decay = 0.15; biases keep all
        assert_allclose(with_decay, without - lost, rtol=1e-13, atol=1e-15)


def test_adam_with_decay_is_not_adam_with_reg():
    setting = {"lr": 0.01, "steps": 30, "optimizer": Adam}
    decayed, regularised, plain = recorder(), recorder(), recorder()
    train(decayed, X, T, **setting, decay=0.5)
    train(regularised, X, T, **setting, reg=0.5)
    train(plain, X, T, **setting)
    sizes = [np.abs(made.parameters[0]).sum() for made in (decayed, regularised, plain)]
    assert sizes[0] < 0.95 * sizes[2]
    assert np.abs(decayed.parameters[0] - regularised.parameters[0]).max() > 0.05


def test_decay_multiplies_weights_in_blocks_and_filters_by_1_minus_lr_times_decay_each_step():
    # where no gradient arrives, because the last weights are 0 and stay so
    rng = np.random.default_rng(0)
    layers = [
        Convolution(rng.normal(size=(1, 3)), rng.normal(size=3), image=(1, 1, 2), size=1),
        Residual(random_affine(6, 6, rng), Tanh()),
        Affine(np.zeros((6, 4)), np.zeros(4)),
    ]
    labels = np.repeat(np.arange(4), 2)  # equal shares of one point: its gradient is 0 throughout
    network, points = Network(layers), np.ones((8, 2))
    before = network.parameters
    train(network, points, labels, lr=0.5, decay=0.5, steps=3)
    for k, (now, then) in enumerate(zip(network.parameters, before, strict=True)):
        factor = 0.75**3 if k in (0, 2) else 1
        assert_allclose(now, factor * then, rtol=1e-14, atol=1e-15)


# --- the switch ---------------------------------------------------------------------------------


class Witness(ReLU):
    """Notes whether it was in training, each time forward runs."""

    def __init__(self) -> None:
        self.seen: list[bool] = []

    def forward(self, x):
        self.seen.append(self.training)
        return super().forward(x)


def watched(*layers) -> tuple[Network, list[Witness]]:
    witnesses = [Witness(), Witness()]
    rng = np.random.default_rng(0)
    body = [random_affine(2, 4, rng), witnesses[0], Residual(witnesses[1]), *layers]
    return Network([*body, random_affine(4, 4, rng)]), witnesses


def test_a_network_is_in_training_while_it_is_trained_and_in_use_afterwards():
    network, witnesses = watched()
    network.scores(X)
    train(network, X, T, lr=0.1, steps=2)
    assert not network.training
    network.scores(X)
    for witness in witnesses:
        assert witness.seen == [False, True, True, False]
        assert not witness.training


def test_a_network_is_in_use_again_after_an_error():
    network, witnesses = watched(BatchNorm(4))
    with refused("x must have N >= 2 rows in training"):
        train(network, X, T, lr=0.1, steps=2, batch_size=1)
    assert [witness.seen for witness in witnesses] == [[True], [True]]
    assert not network.training


def test_learning_switches_for_the_time_of_its_block():
    network, _ = watched()
    with learning(network):
        assert network.training
    assert not network.training
    with pytest.raises(ZeroDivisionError), learning(network):
        assert network.training
        _ = 1 / 0
    assert not network.training


def test_learning_leaves_a_network_as_it_was():
    network, _ = watched()
    network.training = True
    with learning(network):
        assert network.training
    assert network.training


@pytest.mark.parametrize(
    "first",
    [
        lambda: random_affine(4, 4, np.random.default_rng(0)),
        lambda: Convolution(np.ones((1, 1)), [0.0], image=(1, 2, 2), size=1),
    ],
)
def test_nobody_computes_the_gradient_of_the_points_while_a_network_learns(first):
    first, x = first(), np.eye(4)
    with pytest.raises(KeyError), without_dx(first):
        first.forward(x)
        assert first.backward(x) is None
        assert first.gradients[0] is not None
        raise KeyError
    assert first.backward(x).shape == x.shape  # after the block it does again
    returned = []
    first.backward = lambda dout: returned.append(type(first).backward(first, dout))
    network = Network([first, random_affine(4, 2, np.random.default_rng(1))])
    train(network, x, [0, 1, 0, 1], lr=0.1, steps=2)
    assert returned == [None, None]


@pytest.mark.parametrize("first", [random_affine(2, 3, np.random.default_rng(0)), ReLU()])
def test_a_layer_without_dx_stays_as_it_was(first):
    first.needs_dx = False
    with without_dx(first):
        assert not first.needs_dx
    assert not first.needs_dx


def test_a_subclass_may_do_something_with_dx():
    class Clipped(Affine):
        def backward(self, dout):
            return np.clip(super().backward(dout), -1, 1)

    plain = two_layer(2, 3, 4, seed=0)
    first = Clipped(*plain.layers[0].parameters)
    network = Network([first, *two_layer(2, 3, 4, seed=0).layers[1:]])
    runs = [train(net, X, T, lr=0.1, steps=3) for net in (plain, network)]
    assert_array_equal(runs[0].loss, runs[1].loss)


FAULTS = """
import resource
from backprop import quadrants, train_grid, two_layer

X, t = quadrants(200, seed=0)
rates = [0.001 * k for k in range(1, 9)]


def faults(steps):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    train_grid(two_layer(2, 16, 4, seed=0), X, t, lrs=rates, regs=rates, steps=steps)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


faults(5)
print((faults(55) - faults(5)) / 50)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="about the C library of Linux")
def test_the_arrays_of_a_grid_are_not_taken_anew_from_the_system_in_each_step():
    tuning = ("MALLOC_", "GLIBC_TUNABLES")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(tuning)}
    command = [sys.executable, "-c", FAULTS]
    done = subprocess.run(command, capture_output=True, env=plain, check=True)
    assert float(done.stdout) < 50  # pages in a step; without the block that is freed, some 800


def test_learning_gives_each_layer_its_own_switch_back():
    first, second = BatchNorm(4), BatchNorm(4)
    network = Network([Affine(np.ones((2, 4)), np.zeros(4)), first, second])
    first.training = True
    with learning(network):
        assert second.training
    assert first.training
    assert not second.training


@pytest.mark.parametrize(
    "options",
    [
        {"lr": np.float64(0.1)},
        {"lr": 0.1, "reg": np.float64(0.1)},
        {"lr": np.float64(0.1), "optimizer": Momentum},
        {"lr": np.float64(0.1), "optimizer": Adam},
        {"lr": np.float64(0.1), "decay": np.float64(0.1)},
    ],
)
def test_a_number_of_numpy_does_not_change_the_type_of_the_weights(options):
    network = two_layer(2, 3, 4, seed=0)
    network.parameters = [p.astype(np.float32) for p in network.parameters]
    train(network, X.astype(np.float32), T, steps=2, **options)
    assert {p.dtype for p in network.parameters} == {np.dtype(np.float32)}


def test_bad_input_is_refused_before_the_switch():
    network, witnesses = watched()
    with refused("decay"):
        train(network, X, T, lr=0.1, decay=-1, steps=2)
    assert [witness.seen for witness in witnesses] == [[], []]


def test_training_uses_masks_and_collects_statistics_and_use_does_neither():
    rng = np.random.default_rng(0)
    norm, dropout = BatchNorm(2, momentum=0.5), Dropout(0.5, seed=0)
    network = Network([norm, dropout, random_affine(2, 4, rng)])
    train(network, X, T, lr=0.1, steps=3)
    # three passes of the same batch, from mean 0 and variance 1
    assert_allclose(norm.running_mean, [(1 - 0.5**3) * X.mean(axis=0)], rtol=1e-13)
    assert_allclose(norm.running_var, [X.var(axis=0) * (1 - 0.5**3) + 0.5**3], rtol=1e-13)
    assert np.mean(dropout.mask == 0) == pytest.approx(0.5, abs=0.3)
    scaled = (X - norm.running_mean) / np.sqrt(norm.running_var + 1e-5)
    W, b = network.affine[0].parameters
    gamma, beta = norm.parameters
    assert_allclose(network.scores(X), (gamma * scaled + beta) @ W + b, rtol=1e-12)
    assert_array_equal(network.scores(X), network.scores(X))


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


def test_a_generator_goes_on_from_call_to_call():
    """A loop of short trainings with one generator is one long training."""
    alone, looped, stuck = (two_layer(2, 6, 4, seed=0) for _ in range(3))
    whole = train(alone, X, T, lr=0.3, steps=30, batch_size=len(X), seed=3)
    rng = np.random.default_rng(3)
    parts = [train(looped, X, T, lr=0.3, steps=1, batch_size=len(X), seed=rng) for _ in range(30)]
    assert_array_equal(np.concatenate([part.data_loss for part in parts]), whole.data_loss)
    assert_array_equal(looped.scores(X), alone.scores(X))
    seen = [
        {train(stuck, X, T, lr=1e-9, steps=1, batch_size=3, seed=seed).data_loss[0] for _ in "1234"}
        for seed in (0, np.random.default_rng(0))
    ]
    assert np.ptp(list(seen[0])) < 1e-7  # the same three points again and again
    assert np.ptp(list(seen[1])) > 1e-3


@pytest.mark.parametrize("seed", [None, 1.5, "0", -1, True, np.random])
def test_a_seed_that_is_neither_a_whole_number_nor_a_generator_is_refused(seed):
    with refused("seed must be a whole number >= 0 or a Generator, got"):
        train_grid(two_layer(2, 6, 4, 0), X, T, lrs=[1], regs=[0], steps=1, seed=seed)


def all_kinds(seed: int) -> list[list]:
    """Return the layers of networks from 2 numbers to 4 classes, each with another layer first."""
    rng = np.random.default_rng(seed)

    def affine(inputs: int, outputs: int) -> Affine:
        return random_affine(inputs, outputs, rng)

    def filters(count: int, channels: int, size: int, image: tuple[int, int, int]) -> Convolution:
        drawn = affine(channels * size**2, count)
        return Convolution(drawn.W, drawn.b, image, size)

    return [
        [
            *[filters(3, 1, 1, (1, 1, 2)), BatchNorm(6), Tanh(), Dropout(0.3, seed=seed)],
            *[filters(2, 3, 1, (3, 1, 2)), ReLU(), affine(4, 4)],
        ],
        [
            *[affine(2, 9), Sigmoid(), filters(2, 1, 2, (1, 3, 3)), BatchNorm(8)],
            *[Residual(affine(8, 8), BatchNorm(8), ReLU(), Dropout(0.2, seed)), affine(8, 4)],
        ],
        [BatchNorm(2), affine(2, 1), BatchNorm(1), affine(1, 4)],
        [Dropout(0.3, seed), affine(2, 6), ReLU(), affine(6, 4)],
        [Residual(affine(2, 2), Tanh()), affine(2, 4), BatchNorm(4)],
        [Tanh(), affine(2, 4)],
    ]


@pytest.mark.parametrize("batch_size", [None, 7])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", range(6))
def test_a_grid_trains_layers_of_all_kinds_bit_by_bit_as_their_own_training(
    kind, dtype, batch_size
):
    def network() -> Network:
        made = Network(all_kinds(seed=3)[kind])
        made.state = {name: array.astype(dtype) for name, array in made.state.items()}
        return made

    lrs, regs = [0.03, 0.5, 2.0], [0, 0.1]
    data = {"X": X.astype(dtype), "t": T, "steps": 12, "batch_size": batch_size, "seed": 5}
    grid = train_grid(network(), **data, lrs=lrs, regs=regs)
    assert not grid.network.training
    for (i, lr), (j, reg) in product(enumerate(lrs), enumerate(regs)):
        single = network()
        history = train(single, **data, lr=lr, reg=reg)
        for name in ("data_loss", "penalty", "accuracy"):
            assert_array_equal(getattr(grid[i, j], name), getattr(history, name))
        for alone, all_of_them in zip(single.parameters, grid.network.parameters, strict=True):
            assert alone.dtype == all_of_them.dtype == dtype
            assert_array_equal(all_of_them[i, j].reshape(alone.shape), alone)
        pairs = zip(inner(single.layers), inner(grid.network.layers), strict=True)
        for one, many in ((a, b) for a, b in pairs if isinstance(a, BatchNorm)):
            assert_array_equal(many.running_mean[i, j], one.running_mean)
            assert_array_equal(many.running_var[i, j], one.running_var)


def test_a_grid_leaves_the_masks_and_statistics_of_its_network_alone():
    def network() -> Network:
        return Network([BatchNorm(2), Dropout(0.5, seed=0), *deep([2, 3, 4], seed=0).layers])

    used, fresh = network(), network()
    train_grid(used, X, T, lrs=[0.1], regs=[0], steps=3)
    assert_array_equal(used.layers[0].running_mean, [[0, 0]])
    assert_array_equal(used.layers[0].running_var, [[1, 1]])
    runs = [train(made, X, T, lr=0.1, steps=3).loss for made in (used, fresh)]
    assert_array_equal(*runs)


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
        *[({"decay": reg}, ["decay must be a finite number >= 0", "got"]) for reg in NOT_A_REG],
        *[({"decay": decay}, ["decay must be a finite number"]) for decay in ([0.1], np.ones(2))],
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


@pytest.mark.parametrize("kind", range(6))
def test_snapshots_hold_all_that_prediction_needs_after_so_many_steps(kind):
    start = Network(all_kinds(seed=3)[kind])
    setting = {"lrs": [0.1, 1], "regs": [0, 0.1]}
    grid = train_grid(start, X, T, **setting, steps=6, stops=[0, 2, 5])
    assert list(grid.snapshots) == [0, 2, 5]
    for steps in (2, 5):
        shorter = train_grid(start, X, T, **setting, steps=steps).network
        grid.network.state = grid.snapshots[steps]
        assert grid.network.state.keys() == shorter.state.keys()
        for kept, expected in zip(grid.network.state.values(), shorter.state.values(), strict=True):
            assert_array_equal(kept, expected)
        assert_array_equal(grid.network.scores(X), shorter.scores(X))
    grid.network.state = grid.snapshots[0]
    assert_allclose(grid.network.scores(X), np.tile(start.scores(X), (2, 2, 1, 1)), rtol=1e-12)


@pytest.mark.parametrize("stop", [-1, 6, 1.5])
def test_train_grid_refuses_a_stop_outside_the_run(stop):
    with refused("stops must be a whole number >= 0 and <= 5"):
        train_grid(two_layer(2, 6, 4, 0), X, T, lrs=[1], regs=[0], steps=6, stops=[stop])


@pytest.mark.parametrize("copied", [deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_a_copy_made_while_a_network_learns_is_like_any_other(copied):
    """As whoever keeps the best network so far makes it, in a step that trusts its nodes."""
    rng, copies = np.random.default_rng(0), []
    network = Network(
        [random_affine(2, 8, rng), ReLU(), Dropout(0.5, seed=1), random_affine(8, 4, rng)]
    )

    class Keeping(SGD):
        def step(self, parameters, gradients):
            copies.append(copied(network))
            return super().step(parameters, gradients)

    X, t = quadrants(40, seed=0)
    train(network, X, t, lr=0.1, steps=6, optimizer=Keeping)
    assert len(copies) == 6
    for one in copies:
        assert not one.training
        assert_array_equal(one.scores(X), one.scores(X))  # no dropout
        first = one.layers[0]
        assert first.forward([[1, 2]]).shape == (1, 8)
        assert first.backward(np.ones((1, 8))).shape == (1, 2)
        with pytest.raises(ValueError, match="dout must have"):
            first.backward(np.ones(8))


# --- after a training that has diverged ---------------------------------------------------------


def diverged() -> tuple[Network, History]:
    network = two_layer(2, 6, 4, seed=0)
    return network, train(network, X, T, lr=1e3, reg=1.0, steps=200)


def test_a_point_with_a_score_that_is_no_number_has_no_class():
    network, history = diverged()
    assert np.isnan(network.scores(X)).all()
    assert np.isnan(history.accuracy[-1])  # argmax says class 0 of NaN, and some labels are 0
    with refused("scores must be numbers to tell a class, got nan at [0, 0]"):
        network.predict(X)


def test_of_a_grid_the_networks_that_have_diverged_are_named():
    grid = train_grid(two_layer(2, 6, 4, seed=0), X, T, lrs=[0.1, 1e3], regs=[0, 1.0], steps=200)
    assert np.isnan(grid[1, 1].accuracy[-1])
    assert grid[0, 1].accuracy[-1] > 0.25
    with refused("scores must be numbers to tell a class, got nan at [1, 1, 0, 0]"):
        grid.network.predict(X)


# --- one network, and steps that fit ------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        lambda network: train(network, X, T, lr=1, steps=1),
        lambda network: train_grid(network, X, T, lrs=[1], regs=[0], steps=1),
        lambda network: check_network(network, X, T),
    ],
)
def test_the_networks_of_a_grid_are_not_taken_for_one(use):
    grid = train_grid(two_layer(2, 3, 4, seed=0), X, T, lrs=[0.1, 1], regs=[0, 1, 2], steps=1)
    with refused("network must be one network, got (2, 3) side by side"):
        use(grid.network)


class Steps:
    """An optimizer of the reader's own, which returns what ``change`` makes of the parameters."""

    def __init__(self, change):
        self.change = change

    def step(self, parameters, _gradients):
        return self.change(parameters)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: None, "what Steps.step returns must be a list of 4 arrays, got a NoneType"),
        (lambda p: p[:-1], "what Steps.step returns must be a list of 4 arrays, got 3"),
        (lambda p: [*p, p[0]], "what Steps.step returns must be a list of 4 arrays, got 5"),
        (
            lambda p: iter(p),
            "what Steps.step returns must be a list of 4 arrays, got a list_iterator",
        ),
        (lambda p: [None, *p[1:]], "what Steps.step returns must hold real numbers, got dtype obj"),
        (
            lambda p: [p[0][np.newaxis], *p[1:]],
            "parameter 0 from Steps.step must have the shape (2, 3) of the old one, got (1, 2, 3)",
        ),
        (lambda p: [p[0], 0.0, *p[2:]], "parameter 1 from Steps.step must have the shape (3,)"),
    ],
)
def test_what_an_optimizer_of_one_s_own_returns_is_looked_at(change, message):
    network = two_layer(2, 3, 4, seed=0)
    before = network.parameters
    with refused(message):
        train(network, X, T, lr=1, steps=2, optimizer=lambda _: Steps(change))
    assert all(old is new for old, new in zip(before, network.parameters, strict=True))


@pytest.mark.parametrize("optimizer", [dict, lambda _: None, ReLU])
def test_an_optimizer_makes_objects_that_step(optimizer):
    with refused("optimizer must be a class whose objects have a method step, got"):
        train(two_layer(2, 3, 4, seed=0), X, T, lr=1, steps=1, optimizer=optimizer)


def test_a_gradient_in_a_list_cannot_be_stepped_along():
    class Scale(Node):
        def __init__(self):
            self.parameters, self.gradients = (np.ones(2),), (None,)

        def forward(self, x):
            self.saved = x
            return x * self.parameters[0]

        def backward(self, dout):
            self.gradients = ((dout * self.saved).sum(axis=0).tolist(),)
            return dout * self.parameters[0]

    message = "the gradient of parameter 0 from Scale.backward must be an array, got a list"
    for use in (check_network, partial(train, lr=0.5, steps=20)):
        with refused(message):
            use(Network([Scale(), *two_layer(2, 3, 4, seed=0).layers]), X, T)


def test_a_snapshot_of_the_start_holds_the_statistics_of_each_network():
    rng = np.random.default_rng(0)
    network = Network([random_affine(2, 3, rng), BatchNorm(3), random_affine(3, 4, rng)])
    grid = train_grid(network, X, T, lrs=[0.1, 1], regs=[0.0], steps=1, stops=[0])
    other = deepcopy(network)
    other.state = {name: value[1, 0] for name, value in grid.snapshots[0].items()}
    assert_array_equal(other.scores(X), network.scores(X))


def test_a_step_that_is_put_into_an_optimizer_later_is_the_one_that_is_taken(monkeypatch):
    steps = []

    def record(step):
        @wraps(step)
        def recording(*given):
            steps.append(step)
            return step(*given)

        return recording

    def patched(lr):
        optimizer = SGD(lr)
        optimizer.step = record(optimizer.step)
        return optimizer

    def run(optimizer):
        train(two_layer(2, 3, 4, seed=0), X, T, lr=1, steps=3, optimizer=optimizer)
        return len(steps)

    assert run(patched) == 3
    monkeypatch.setattr(SGD, "step", record(SGD.step))
    assert run(SGD) == 6


def test_parameters_may_be_any_kind_of_list():
    class Pair(NamedTuple):
        W: np.ndarray
        b: np.ndarray

    layer = Affine(np.ones((2, 3)), np.zeros(3))
    layer.parameters = Pair(np.zeros((2, 3)), np.ones(3))
    assert_array_equal(layer.forward([[1.0, 1.0]]), [[1, 1, 1]])


def test_parameters_of_a_network_keep_their_shape_to_the_last_axis():
    network = two_layer(2, 3, 4, seed=0)
    W1, b1, W2, b2 = network.parameters
    with refused("parameters must keep the shape (3,), got (1, 3)"):
        network.parameters = [W1, b1[np.newaxis], W2, b2]
