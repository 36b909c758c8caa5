"""Points of the plane, labelled by quadrant or by XOR. Generated, never downloaded."""

import numpy as np

from .contracts import Array, number, whole


def quadrants(n: int, seed: int, gap: float = 0.1) -> tuple[Array, Array]:
    """Return n points (n, 2) and the index (n,) of the quadrant each one lies in.

    Quadrants I, II, III and IV have the indices 0, 1, 2 and 3 and as equal shares as n allows.
    Each coordinate is uniform between ``gap`` and 1 in size, so that no point lies on an axis,
    where it would have no quadrant.

    >>> X, t = quadrants(8, seed=0)
    >>> np.bincount(t)
    array([2, 2, 2, 2])
    """
    whole("n", n), whole("seed", seed, least=0)
    number("gap", gap, above=0)
    if gap >= 1:
        raise ValueError(f"gap must be less than 1, got {gap:g}")
    rng = np.random.default_rng(seed)
    t = rng.permutation(np.arange(n) % 4)
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    return rng.uniform(gap, 1, size=(n, 2)) * signs[t], t


def xor(quadrant: Array) -> Array:
    """Recolour quadrants in two classes: 0 where x and y have the same sign (I, III), else 1.

    >>> xor(np.array([0, 1, 2, 3]))
    array([0, 1, 0, 1])
    """
    quadrant = np.asarray(quadrant)
    if quadrant.dtype.kind not in "iu" or not np.isin(quadrant, range(4)).all():
        raise ValueError(f"quadrant must hold the whole numbers 0 to 3, got {quadrant!r}")
    return quadrant % 2
