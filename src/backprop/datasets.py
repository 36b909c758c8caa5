"""Points by quadrant or XOR, and handwritten digits. Generated or shipped, never downloaded."""

import numpy as np

from .contracts import Array, array, generator, number, whole


def quadrants(n: int, seed: int | np.random.Generator, gap: float = 0.1) -> tuple[Array, Array]:
    """Return n points (n, 2) and the index (n,) of the quadrant each one lies in.

    Quadrants I, II, III and IV have the indices 0, 1, 2 and 3 and as equal shares as n allows.
    Each coordinate is uniform between ``gap`` and 1 in size, so that no point lies on an axis,
    where it would have no quadrant.

    >>> X, t = quadrants(8, seed=0)
    >>> np.bincount(t)
    array([2, 2, 2, 2])
    """
    whole("n", n)
    number("gap", gap, above=0, below=1)
    rng = generator("seed", seed)
    t = rng.permutation(np.arange(n) % 4)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    return rng.uniform(gap, 1, size=(n, 2)) * signs[t], t


def xor(quadrant: Array) -> Array:
    """Recolour quadrants in two classes: 0 where x and y have the same sign (I, III), else 1.

    >>> xor(np.array([0, 1, 2, 3]))
    array([0, 1, 0, 1])
    """
    quadrant = array("quadrant", quadrant)
    if quadrant.dtype.kind not in "iu" or not np.isin(quadrant, range(4)).all():
        raise ValueError(f"quadrant must hold the whole numbers 0 to 3, got {quadrant!r}")
    return quadrant % 2


def digits() -> tuple[Array, Array]:
    """Return 1797 handwritten digits as rows of 8 * 8 grey values, (1797, 64), and labels (1797,).

    Grey goes from 0 (paper) to 1 (ink). The images are those that scikit-learn carries, a part of
    the "Optical Recognition of Handwritten Digits" set by Alpaydin and Kaynak (1998).

    >>> X, t = digits()
    >>> X.shape, t[:5]
    ((1797, 64), array([0, 1, 2, 3, 4]))
    """
    # imported here: it takes longer than all the rest of the package, and one chapter needs it
    from sklearn.datasets import load_digits

    X, t = load_digits(return_X_y=True)
    return X / 16, t
