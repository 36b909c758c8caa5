"""Many numbers in few bytes: what a page carries. A number has three digits and takes two bytes."""

import numpy as np
from numpy.typing import ArrayLike

from ...contracts import Array

NO_NUMBER = 65535  # stands for infinity, for what is not a number, and for 1e34 and more
SHIFT = 32  # of the power of ten, so that it is never negative
BELOW = 1000 * 8  # what ``signed`` leaves out below, so that its codes end at half of two bytes
HALF = 32768


def decimals(values: ArrayLike) -> Array:
    """Return numbers >= 0 as two-byte codes, 1000 * (power + 32) + digits; 0 is 0.

    The digits, 100 to 999, times ten to the power are the number rounded to three digits. A number
    below 1e-30 becomes 0.

    >>> decimals([0.0, 1.774, 0.00659, np.inf])
    array([    0, 30177, 27659, 65535], dtype=uint16)
    """
    values = np.asarray(values, dtype=float)
    return np.array([_code(value) for value in values.flat], np.uint16).reshape(values.shape)


def _code(value: float) -> int:
    if not value < 9.995e33:  # also true of what is not a number
        return NO_NUMBER
    if value < 1e-30:
        return 0
    mantissa, _, power = f"{value:.2e}".partition("e")
    return 1000 * (int(power) - 2 + SHIFT) + int(mantissa.replace(".", ""))


def numbers_of(codes: ArrayLike) -> Array:
    """Return the numbers that the codes stand for; infinity for those that stand for none.

    >>> numbers_of(decimals([0.0, 1.774, np.nan]))
    array([0.  , 1.77,  inf])
    """
    codes = np.asarray(codes, dtype=int)  # two unsigned bytes have no room for negative powers
    digits, power = codes % 1000, codes // 1000 - SHIFT
    values = np.array([float(f"{m}e{p}") for m, p in zip(digits.flat, power.flat, strict=True)])
    return np.where(np.equal(codes, NO_NUMBER), np.inf, values.reshape(np.shape(codes)))


def planes(codes: Array) -> bytes:
    """Return two-byte codes as bytes: first all low ones, then all high ones.

    Neighbours then resemble each other, which saves a third when they are compressed.

    >>> list(planes(np.array([1, 2, 256], np.uint16)))
    [1, 2, 0, 0, 0, 1]
    """
    return codes.astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes()


def signed(values: ArrayLike) -> Array:
    """Return numbers as two-byte codes like ``decimals``, and 32768 more for those below 0.

    The power may be -24 to 7: what is below 1e-22 in size becomes 0, and 7e9 is beyond.

    >>> signed([0.0, 1.774, -1.774, -np.inf])
    array([    0, 22177, 54945, 65535], dtype=uint16)
    """
    values = np.asarray(values, dtype=float)
    sizes = decimals(abs(values)).astype(int) - BELOW
    codes = np.where(sizes < 100, 0, sizes) + HALF * (values < 0) * (sizes >= 100)
    return np.where(sizes >= HALF - 1, NO_NUMBER, codes).astype(np.uint16)


def signed_numbers_of(codes: ArrayLike) -> Array:
    """Return the numbers that the codes of ``signed`` stand for.

    >>> signed_numbers_of(signed([1.774, -0.25]))
    array([ 1.77, -0.25])
    """
    codes = np.asarray(codes, dtype=int)
    sizes = numbers_of(np.where(codes % HALF, codes % HALF + BELOW, 0))
    return np.where(codes == NO_NUMBER, np.inf, np.where(codes < HALF, sizes, -sizes))
