"""What the tests of the package share: values to try, and slopes measured without the package."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hypothesis_numpy

settings.register_profile(
    "book", derandomize=True, deadline=None, database=None, max_examples=100, print_blob=False
)
settings.load_profile("book")

sizes = st.integers(1, 4)
thousandths = st.integers(-5000, 5000).map(lambda n: n / 1000)


def arrays(*shape: int, of: st.SearchStrategy[float] = thousandths) -> st.SearchStrategy:
    """Return read-only arrays: code that changes one in place fails."""

    def read_only(array: np.ndarray) -> np.ndarray:
        array.setflags(write=False)
        return array

    return hypothesis_numpy.arrays(float, shape, elements=of).map(read_only)


def slopes(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Return the central differences of f at x, one coordinate at a time."""
    h, found = 1e-5, np.zeros(np.shape(x))
    for index in np.ndindex(found.shape):
        up, down = np.array(x, float), np.array(x, float)
        up[index] += h
        down[index] -= h
        found[index] = (f(up) - f(down)) / (2 * h)
    return found


def assert_slopes(gradient: np.ndarray, f: Callable[[np.ndarray], float], x: np.ndarray) -> None:
    """Compare a gradient with the measured slopes, and its shape with that of x."""
    assert np.shape(gradient) == np.shape(x)
    np.testing.assert_allclose(gradient, slopes(f, x), rtol=1e-6, atol=1e-6)


def refused(*parts: str) -> AbstractContextManager:
    """Expect a ``ValueError`` whose message holds each part, in this order."""
    return pytest.raises(ValueError, match="(?s)" + ".*".join(map(re.escape, parts)))
