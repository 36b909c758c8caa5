import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import refused

from backprop import digits, quadrants, xor

counts, seeds = st.integers(1, 60), st.integers(0, 10**6)


@given(counts, seeds, st.floats(0.001, 0.99))
def test_points_keep_the_gap_from_the_axes_and_lie_in_the_square(n, seed, gap):
    X, t = quadrants(n, seed, gap)
    assert (X.shape, t.shape) == ((n, 2), (n,))
    assert gap <= np.abs(X).min() <= np.abs(X).max() <= 1


@given(counts, seeds)
def test_labels_agree_with_the_signs(n, seed):
    quadrant = {(True, True): 0, (False, True): 1, (False, False): 2, (True, False): 3}
    for (x, y), label in zip(*quadrants(n, seed), strict=True):
        assert quadrant[x > 0, y > 0] == label


@given(counts, seeds)
def test_the_shares_of_the_quadrants_differ_by_1_at_most(n, seed):
    shares = np.bincount(quadrants(n, seed)[1], minlength=4)
    assert sum(shares) == n
    assert max(shares) - min(shares) <= 1


@given(counts, seeds)
def test_xor_is_1_where_the_product_of_the_coordinates_is_negative(n, seed):
    X, t = quadrants(n, seed)
    assert np.array_equal(xor(t) == 1, X[:, 0] * X[:, 1] < 0)
    assert set(xor(t)) <= {0, 1}


def test_a_seed_fixes_the_points():
    (X, t), (same_X, same_t) = quadrants(40, seed=7), quadrants(40, seed=7)
    assert np.array_equal(X, same_X)
    assert np.array_equal(t, same_t)
    assert not np.array_equal(X, quadrants(40, seed=8)[0])


def test_the_classes_are_shuffled_and_coordinates_fill_the_square():
    X, t = quadrants(400, seed=0)
    assert np.count_nonzero(np.diff(t) == 1) < 150  # of 399: in order it would be 300
    # a uniform coordinate between 0.1 and 1 has the mean 0.55, known to 0.26 / sqrt(400)
    assert np.abs(X).mean(axis=0) == pytest.approx([0.55, 0.55], abs=0.05)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((0, 0), ["n must be a whole number >= 1", "got 0"]),
        ((4.0, 0), ["n must be a whole number >= 1", "got 4.0"]),
        ((4, 0, 0), ["gap must be a finite number > 0", "got 0"]),
        ((4, 0, -0.1), ["gap must be a finite number > 0", "got -0.1"]),
        ((4, 0, np.nan), ["gap must be a finite number > 0", "got nan"]),
        ((4, 0, 1), ["gap must be a finite number > 0 and < 1", "got 1"]),
    ],
)
def test_bad_input_is_refused_by_name(arguments, parts):
    with refused(*parts):
        quadrants(*arguments)


# --- digits -------------------------------------------------------------------------------------


def test_digits_are_those_of_scikit_learn_with_grey_values_from_0_to_1():
    from sklearn.datasets import load_digits  # takes a second, wherever tests are collected

    X, t = digits()
    assert (X.shape, t.shape) == ((1797, 64), (1797,))
    assert (X.dtype, t.dtype.kind) == (np.float64, "i")
    assert (X.min(), X.max()) == (0, 1)
    carried = load_digits()
    np.testing.assert_array_equal(16 * X.reshape(-1, 8, 8), carried.images)
    np.testing.assert_array_equal(t, carried.target)
    np.testing.assert_array_equal(np.bincount(t), np.bincount(carried.target))


def test_the_first_digit_is_a_0_row_by_row():
    # sixteenths, as the tutorial of scikit-learn prints them
    ink = [
        [0, 0, 5, 13, 9, 1, 0, 0],
        [0, 0, 13, 15, 10, 15, 5, 0],
        [0, 3, 15, 2, 0, 11, 8, 0],
        [0, 4, 12, 0, 0, 8, 8, 0],
        [0, 5, 8, 0, 0, 9, 8, 0],
        [0, 4, 11, 0, 1, 12, 7, 0],
        [0, 2, 14, 5, 10, 12, 0, 0],
        [0, 0, 6, 13, 10, 0, 0, 0],
    ]
    X, t = digits()
    np.testing.assert_array_equal(X[0].reshape(8, 8), np.array(ink) / 16)
    assert t[0] == 0


def test_digits_are_new_arrays_each_time():
    X, t = digits()
    X[0], t[0] = 7, 7
    again_X, again_t = digits()
    assert again_X.max() == 1
    assert again_t[0] == 0
