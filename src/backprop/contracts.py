"""What the book's code demands of its input, said once.

Each function returns the checked value, or raises a ``ValueError`` that names the argument,
what it got and what it expected. Nothing is repaired on the way.
"""

import math
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Value = float | Array  # a number or an array


def number(
    name: str,
    value: float,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return ``value`` if it is finite, > ``above``, >= ``least`` and < ``below``."""
    is_real = isinstance(value, Real) and not isinstance(value, bool)
    if is_real and math.isfinite(value) and value > above and value >= least and value < below:
        return float(value)  # a NumPy float64 would turn float32 arrays into float64
    bounds = [f"> {above:g}"] if above > -math.inf else []
    bounds += [f">= {least:g}"] if least > -math.inf else []
    bounds += [f"< {below:g}"] if below < math.inf else []
    expected = f"a finite number {' and '.join(bounds)}".rstrip()
    found = f"{value:g}" if is_real else repr(value)
    raise ValueError(f"{name} must be {expected}, got {found}")


def whole(name: str, value: int, *, least: int = 1, most: int | None = None) -> int:
    """Return ``value`` if it is a whole number from ``least`` to ``most``."""
    expected = f"a whole number >= {least}" + (f" and <= {most}" if most is not None else "")
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole or value < least or (most is not None and value > most):
        raise ValueError(f"{name} must be {expected}, got {value!r}")
    return int(value)


def maker(name: str, value: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``value`` if it is a class, or a function, that makes objects when it is called."""
    if not callable(value):
        raise ValueError(f"{name} must be a class, not one of its objects, got {value!r}")
    return value


def one_of(name: str, value: Any, known: Sequence[Any]) -> Any:
    """Return ``value`` if it is one of the ``known`` ones."""
    if value not in known:
        raise ValueError(f"{name} must be one of {list(known)}, got {value!r}")
    return value


def real(name: str, value: Array) -> Array:
    """Return ``value`` as it is if it is a number or an array of numbers."""
    if isinstance(value, np.ndarray):
        sound = value.dtype.kind in "iuf"
    else:
        sound = isinstance(value, Real) and not isinstance(value, bool)
    if not sound:
        raise ValueError(f"{name} must be a number or an array of numbers, got {value!r}")
    return value


def numbers(
    name: str, values: Sequence[float], *, above: float = -math.inf, least: float = -math.inf
) -> Array:
    """Return one or more numbers as an array of one axis, each of them checked by ``number``."""
    if np.ndim(values) != 1 or not len(values):
        raise ValueError(f"{name} must be a list of one or more numbers, got {values!r}")
    return np.array([number(name, value, above=above, least=least) for value in values])


def floats(name: str, value: Array) -> Array:
    """Return ``value`` as an array of floats; float arrays are returned as they are, not copied."""
    array = np.asarray(value)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must hold real numbers, got dtype {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def rows(name: str, x: Array, features: int, samples: int | None = None) -> Array:
    """Return ``x`` as an array if its last two axes are (samples, features); None is any N >= 1."""
    x = floats(name, x)
    fits = x.ndim >= 2 and x.shape[-1] == features and x.shape[-2] > 0
    if not fits or samples not in (None, x.shape[-2]):
        expected = f"(N, {features}) with N >= 1" if samples is None else f"({samples}, {features})"
        raise ValueError(f"{name} must have shape {expected}, got {x.shape}")
    return x


def same_shape(**arrays: Array) -> None:
    """Demand one shape of all arguments: nothing is broadcast silently."""
    first, *others = map(np.shape, arrays.values())
    if any(shape != first for shape in others):
        found = ", ".join(f"{name} {np.shape(array)}" for name, array in arrays.items())
        raise ValueError(f"{' and '.join(arrays)} must have the same shape, got {found}")


def finite_rows(name: str, X: Array, features: int | None = None) -> Array:
    """Return ``X`` as floats if it has shape (N, features), N >= 1, and is finite everywhere."""
    X = floats(name, X)
    if X.ndim != 2 or 0 in X.shape or features not in (None, X.shape[1]):
        width = "D" if features is None else features
        raise ValueError(f"{name} must have shape (N, {width}) with N >= 1, got {X.shape}")
    if not np.isfinite(X).all():
        row, column = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(f"{name} must be finite, got {X[row, column]} at [{row}, {column}]")
    return X


def one_hot(t: Array, samples: int, classes: int) -> Array:
    """Return labels as one-hot rows of shape (samples, classes): True at the right class.

    ``t`` holds class indices if it has one axis and one-hot rows if it has two. True and False
    count as 1 and 0, whatever type of float they meet, and leave it as it is.
    """
    t = np.asarray(t)
    if t.shape not in ((samples,), (samples, classes)):
        raise ValueError(
            f"t must have shape ({samples},) for class indices or ({samples}, {classes}) "
            f"for one-hot rows, got {t.shape}"
        )
    if t.ndim == 2:
        if not (np.isin(t, (0, 1)).all() and (t.sum(axis=1) == 1).all()):
            raise ValueError(
                "t must be one-hot: each row a single 1 and zeros, but some row is not"
            )
        return t.astype(bool)
    if t.dtype.kind not in "iu":
        raise ValueError(f"t must hold class indices as integers, got dtype {t.dtype}")
    if t.min() < 0 or t.max() >= classes:
        raise ValueError(f"t must lie in 0..{classes - 1}, got values from {t.min()} to {t.max()}")
    return np.eye(classes, dtype=bool)[t]
