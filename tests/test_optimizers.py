import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from properties import arrays, refused

from backprop import SGD, Adam, Momentum
from backprop.optimizers import blend

shares = st.sampled_from([0.0, 0.25, 0.5, 0.9, 0.999])
rates = st.sampled_from([0.001, 0.1, 1.0, 3.0])
gradient_runs = st.integers(1, 6).flatmap(lambda steps: arrays(steps, 2, 3))


def plain_momentum(W: float, gradients: list[float], lr: float, momentum: float) -> Iterator[float]:
    """Yield a weight after each step: Polyak (1964) as in the docstring, number by number."""
    velocity = 0.0
    for gradient in gradients:
        velocity = momentum * velocity + gradient
        W = W - lr * velocity
        yield W


def plain_adam(
    theta: float, gradients: list[float], alpha: float, beta1: float, beta2: float, epsilon: float
) -> Iterator[float]:
    """Yield a weight after each step: Kingma and Ba (2015), algorithm 1, line by line."""
    m, v = 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - alpha * m_hat / (math.sqrt(v_hat) + epsilon)
        yield theta


def path(optimizer: SGD, start: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Return a parameter after each step."""
    parameters, places = [start], []
    for gradient in gradients:
        parameters = optimizer.step(parameters, [gradient])
        places.append(parameters[0])
    return np.array(places)


# --- Momentum -----------------------------------------------------------------------------------


def test_momentum_agrees_with_the_hand_calculation():
    # v = 4, then 0.75 * 4 + 4 = 7, then 0.75 * 7 - 8 = -2.75; each step is -0.5 v
    found = path(Momentum(lr=0.5, momentum=0.75), np.array([1.0]), np.array([[4.0], [4], [-8]]))
    assert_array_equal(found, [[-1], [-4.5], [-3.125]])


def test_momentum_keeps_nine_tenths_if_not_told_otherwise():
    found = path(Momentum(lr=1.0), np.array([0.0]), np.array([[10.0], [0], [0]]))
    assert_allclose(found, [[-10], [-19], [-27.1]], rtol=1e-15)


@given(gradient_runs, rates, shares)
def test_momentum_moves_every_number_as_the_formula_moves_it_alone(gradients, lr, momentum):
    start = np.arange(6.0).reshape(2, 3)
    found = path(Momentum(lr, momentum), start, gradients)
    for index in np.ndindex(2, 3):
        each = (slice(None), *index)
        expected = list(plain_momentum(start[index], gradients[each].tolist(), lr, momentum))
        assert_allclose(found[each], expected, rtol=1e-12, atol=1e-12)


@given(gradient_runs, rates)
def test_momentum_0_is_gradient_descent(gradients, lr):
    start = np.ones((2, 3))
    assert_array_equal(path(Momentum(lr, 0), start, gradients), path(SGD(lr), start, gradients))


def test_a_constant_gradient_is_followed_1_over_1_minus_momentum_times_as_fast_in_the_end():
    found = path(Momentum(lr=0.5, momentum=0.75), np.zeros(1), np.ones((200, 1)))
    assert found[-1] - found[-2] == pytest.approx(-0.5 * 4, rel=1e-12)


# --- Adam ---------------------------------------------------------------------------------------


def test_adam_agrees_with_the_hand_calculation():
    # m = 2, 1, 4.5; s = 4, 3, 18.25; the divisors 1/2, 3/4, 7/8 and 1/4, 7/16, 37/64
    optimizer = Adam(lr=0.5, beta1=0.5, beta2=0.75, eps=1e-300)
    found = path(optimizer, np.array([1.0]), np.array([[4.0], [0.0], [8.0]]))
    first = 0.5 * 4 / 4
    second = 0.5 * (4 / 3) / math.sqrt(48 / 7)
    third = 0.5 * (36 / 7) / math.sqrt(18.25 * 64 / 37)
    expected = [[1 - first], [1 - first - second], [1 - first - second - third]]
    assert_allclose(found, expected, rtol=1e-14)


def test_eps_is_added_to_the_root_after_the_start_has_been_taken_out():
    # a first step is lr * g / (|g| + eps)
    step = Adam(lr=0.5, eps=1.0).step([np.zeros(2)], [np.array([4.0, -0.25])])[0]
    assert_allclose(step, [-0.5 * 4 / 5, 0.5 * 0.25 / 1.25], rtol=1e-13)


def test_the_numbers_of_the_paper_are_what_adam_takes_if_not_told_otherwise():
    gradients = [1.0, -2.0, 0.5, 3.0]
    found = path(Adam(lr=0.001), np.zeros(1), np.reshape(gradients, (4, 1)))
    expected = list(plain_adam(0.0, gradients, 0.001, 0.9, 0.999, 1e-8))
    assert_allclose(found[:, 0], expected, rtol=1e-12)
    # so small a gradient shows eps
    small = Adam(lr=1.0).step([np.zeros(1)], [np.array([1e-8])])[0]
    assert_allclose(small, [-0.5], rtol=1e-12)


@given(gradient_runs, rates, shares, shares)
def test_adam_moves_every_number_as_the_paper_moves_it_alone(gradients, lr, beta1, beta2):
    start = np.arange(6.0).reshape(2, 3)
    found = path(Adam(lr, beta1, beta2, eps=1e-3), start, gradients)
    for index in np.ndindex(2, 3):
        each = (slice(None), *index)
        expected = list(plain_adam(start[index], gradients[each].tolist(), lr, beta1, beta2, 1e-3))
        assert_allclose(found[each], expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_a_first_step_of_adam_has_the_length_lr_whatever_the_gradient(size):
    step = Adam(lr=0.25).step([np.zeros(2)], [np.array([size, -size])])[0]
    assert_allclose(step, [-0.25, 0.25], rtol=1e-4)


def test_adam_stays_where_the_gradient_is_0():
    found = path(Adam(lr=0.25), np.ones(2), np.zeros((3, 2)))
    assert_array_equal(found, np.ones((3, 2)))


def test_a_running_mean_starts_at_0_and_keeps_the_share_beta():
    first = blend(0.75, None, [np.array([4.0]), np.array([8.0])])
    assert_array_equal(first, [[1], [2]])
    assert_array_equal(blend(0.75, first, [np.array([0.0]), np.array([2.0])]), [[0.75], [2]])


# --- what all of them promise -------------------------------------------------------------------

ALL = pytest.mark.parametrize("optimizer", [SGD, Momentum, Adam])


@ALL
def test_each_parameter_has_a_memory_of_its_own(optimizer):
    rng = np.random.default_rng(0)
    shapes = [(2, 3), (3,), (3, 1)]
    start = [rng.normal(size=shape) for shape in shapes]
    together, single = optimizer(0.1), [optimizer(0.1) for _ in shapes]
    parameters, alone = start, start
    for _ in range(3):
        gradients = [rng.normal(size=shape) for shape in shapes]
        parameters = together.step(parameters, gradients)
        alone = [
            one.step([W], [dW])[0] for one, W, dW in zip(single, alone, gradients, strict=True)
        ]
    assert [array.shape for array in parameters] == shapes
    assert all(map(np.array_equal, parameters, alone))


@ALL
@given(gradient_runs)
def test_the_next_optimizer_starts_without_a_memory(optimizer, gradients):
    start = np.ones((2, 3))
    first = path(optimizer(0.1), start, gradients)
    assert_array_equal(path(optimizer(0.1), start, gradients), first)


@ALL
def test_arrays_of_the_caller_are_neither_changed_nor_remembered(optimizer):
    W, dW = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    used, twin = optimizer(0.1), optimizer(0.1)
    moved = used.step([W], [dW])
    expected = twin.step([W], [dW.copy()])
    assert_array_equal(W, [1, 2])
    assert_array_equal(dW, [3, -4])
    dW *= 100  # what the caller does with the gradient later does not matter
    assert_array_equal(moved, expected)
    later = np.array([1.0, 1.0])
    assert_array_equal(used.step(moved, [later]), twin.step(expected, [later]))


@ALL
def test_float32_stays_float32(optimizer):
    made = optimizer(0.1)
    W = np.ones(2, np.float32)
    for _ in range(3):
        (W,) = made.step([W], [np.ones(2, np.float32)])
        assert W.dtype == np.float32


@ALL
def test_a_gradient_too_few_is_refused(optimizer):
    with refused("gradients must be a list of 2 arrays, got 1"):
        optimizer(1).step([np.ones(1), np.ones(1)], [np.ones(1)])


@pytest.mark.parametrize("optimizer", [Momentum, Adam])
@pytest.mark.parametrize("lr", [0, -0.1, math.nan, math.inf, "0.1", None, True, [0.1]])
def test_a_bad_rate_is_refused(optimizer, lr):
    with refused("lr must be a finite number > 0, got"):
        optimizer(lr)


@pytest.mark.parametrize("share", [-1e-9, 1, 1.5, math.nan, "0.9", None, True, [0.9]])
@pytest.mark.parametrize(
    ("optimizer", "name"), [(Momentum, "momentum"), (Adam, "beta1"), (Adam, "beta2")]
)
def test_a_share_is_at_least_0_and_below_1(optimizer, name, share):
    with refused(f"{name} must be a finite number >= 0 and < 1, got"):
        optimizer(0.1, **{name: share})


@pytest.mark.parametrize("eps", [0, -1e-8, math.nan, None])
def test_eps_is_positive(eps):
    with refused("eps must be a finite number > 0, got"):
        Adam(0.1, eps=eps)


@ALL
@pytest.mark.parametrize("shape", [(), (1,), (3,), (1, 3), (2, 1), (4, 2, 3)])
def test_a_gradient_of_another_shape_is_not_broadcast_in_any_step(optimizer, shape):
    made, W = optimizer(0.1), np.ones((2, 3))
    for _ in range(2):
        with refused(f"gradients[0] must have the shape (2, 3) of parameters[0], got {shape}"):
            made.step([W], [np.ones(shape)])
        (W,) = made.step([W], [np.ones((2, 3))])
        assert W.shape == (2, 3)


def test_a_step_of_one_s_own_is_held_to_the_same():
    class Sign(SGD):
        def step(self, parameters, gradients):
            return [W - self.lr * np.sign(dW) for W, dW in zip(parameters, gradients, strict=True)]

    assert_array_equal(Sign(0.5).step([[1, 2]], [[3, -4]])[0], [0.5, 2.5])
    with refused("gradients[0] must have the shape (2,) of parameters[0], got ()"):
        Sign(0.5).step([[1, 2]], [3])
