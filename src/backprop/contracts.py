"""What the book's code demands of its input, said once.

Each function returns the checked value, or raises a ``ValueError`` that names the argument,
what it got and what it expected. Nothing is repaired on the way.
"""

import math
import sys
from collections.abc import Callable, Hashable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Value = float | Array  # a number or an array
FLOAT, LARGEST = np.dtype(np.float64), sys.float_info.max


def number(
    name: str,
    value: float,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    below: float = math.inf,
) -> float:
    """Return ``value`` if it is finite, > ``above``, >= ``least`` and < ``below``."""
    found, shown = None, ""
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            found = float(value)  # a NumPy float64 would turn float32 arrays into float64
        except OverflowError:
            shown = "a whole number beyond all floats"
    if found is not None and math.isfinite(found) and found > above and least <= found < below:
        return found
    bounds = [f"> {above:g}"] if above > -math.inf else []
    bounds += [f">= {least:g}"] if least > -math.inf else []
    bounds += [f"< {below:g}"] if below < math.inf else []
    expected = f"a finite number {' and '.join(bounds)}".rstrip()
    shown = shown or (repr(value) if found is None else f"{found:g}")
    raise ValueError(f"{name} must be {expected}, got {shown}")


def whole(name: str, value: int, *, least: int = 1, most: int = sys.maxsize) -> int:
    """Return ``value`` if it is a whole number from ``least`` to ``most``."""
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole or not least <= value <= most:
        limit = f" and <= {most}" if most < sys.maxsize or (is_whole and value > most) else ""
        raise ValueError(f"{name} must be a whole number >= {least}{limit}, got {value!r}")
    return int(value)


def instance(name: str, value: Any, kind: type, such_as: str) -> Any:
    """Return ``value`` if it is an object of a class, described as ``such_as``."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} must be {such_as}, got {value!r}")
    return value


def maker(name: str, value: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``value`` if it is a class, or a function, that makes objects when it is called."""
    if not callable(value):
        raise ValueError(f"{name} must be a class, not one of its objects, got {value!r}")
    return value


def one_of(name: str, value: Any, known: Sequence[Any]) -> Any:
    """Return ``value`` if it is one of the ``known`` ones."""
    if not is_one_of(value, known):
        raise ValueError(f"{name} must be one of {list(known)}, got {value!r}")
    return value


def is_one_of(value: Any, known: Sequence[Any]) -> bool:
    """Say whether a value is one of the ``known`` ones; True is not 1, and an array is none."""
    same = known.index(value) if isinstance(value, Hashable) and value in known else None
    return same is not None and isinstance(value, bool) == isinstance(known[same], bool)


def some_of(name: str, values: Any, known: Sequence[Any], count: int | None = None) -> Any:
    """Return ``values`` if it is a list of one or more (of ``count``) of the ``known`` ones."""
    expected = f"{'one or more' if count is None else count} of {list(known)}, in a list"
    listed(name, values, expected)
    if count not in (None, len(values)) or not all(is_one_of(value, known) for value in values):
        raise ValueError(f"{name} must be {expected}, got {values!r}")
    return values


def a_type(thing: object) -> str:
    """Return the name of a thing's type with its article.

    >>> a_type([1.0]), a_type(1), a_type(np.ones(1))
    ('a list', 'an int', 'an ndarray')
    """
    name = type(thing).__name__
    return f"{'an' if name == 'ndarray' or name[0].lower() in 'aeio' else 'a'} {name}"


def listed(name: str, values: Any, of: str, *, least: int = 1) -> Any:
    """Return ``values`` if it is a list, or an array of one axis, of ``least`` values or more."""
    try:
        is_list = np.ndim(values) == 1 and len(values) >= least
    except ValueError:  # rows that differ in length
        is_list = False
    if not is_list:
        raise ValueError(f"{name} must be {of}, got {values!r}")
    return values


def list_of_arrays(name: str, values: Any, count: int | None = None) -> Any:
    """Return ``values`` if it is a list, or a tuple, of (so many) arrays."""
    is_list = type(values) in (tuple, list) or isinstance(values, list | tuple)
    if is_list and count in (None, len(values)):
        return values
    found = len(values) if is_list else a_type(values)
    many = "" if count is None else f"{count} "
    raise ValueError(f"{name} must be a list of {many}arrays, got {found}")


def numbers(
    name: str, values: Sequence[float], *, above: float = -math.inf, least: float = -math.inf
) -> Array:
    """Return one or more numbers as an array of one axis, each of them checked by ``number``."""
    listed(name, values, "a list of one or more numbers")
    return np.array([number(name, value, above=above, least=least) for value in values])


def array(name: str, value: ArrayLike) -> Array:
    """Return ``value`` as an array if its rows are equally long."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must have rows of the same length, got {value!r}") from None


def floats(name: str, value: ArrayLike) -> Array:
    """Return ``value`` as an array of floats; float arrays are returned as they are, not copied."""
    try:
        found = np.asarray(value)
    except ValueError as error:  # a list of rows that differ in length
        raise ValueError(f"{name} must hold real numbers in equal rows: {error}") from None
    if found.dtype.kind not in "iuf":
        raise ValueError(f"{name} must hold real numbers, got dtype {found.dtype}")
    return found if found.dtype.kind == "f" else found.astype(np.float64)


def floating(name: str, value: Value) -> Value:
    """Return a number as a float, and everything else as an array of floats.

    Small integers would wrap round: 200 + 100 is 44 in the eight bits of a pixel.
    """
    if isinstance(value, np.ndarray | float | np.floating):
        return value if getattr(value, "dtype", FLOAT).kind == "f" else floats(name, value)
    if isinstance(value, Real) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return float(value)
    return floats(name, value)


def shape(value: Value) -> tuple[int, ...]:
    """Return the shape of a number or an array, faster than ``np.shape``."""
    return getattr(value, "shape", ())


def fitting(name: str, value: Value, of: str, like: Value) -> Value:
    """Return ``value`` if it has the shape of ``like``, which ``of`` names."""
    if shape(value) != shape(like):
        raise ValueError(f"{name} must have the shape {shape(like)} of {of}, got {shape(value)}")
    return value


def replacing(name: str, old: Array, new: ArrayLike) -> Array:
    """Return ``new`` as floats if it can take the place of the parameter ``old``.

    It has the shape of ``old``. Networks of a grid are side by side: then a matrix has further axes
    in front, and a row (H,) is a row (..., 1, H).
    """
    if type(new) is type(old) and new.shape == old.shape and new.dtype is old.dtype:
        return new  # in each step of a training
    new = floats(name, new)
    if new.shape != old.shape:
        side_by_side = max(new.ndim, old.ndim) > 2
        if not side_by_side or (1, *new.shape)[-2:] != (1, *old.shape)[-2:]:
            raise ValueError(f"{name} must keep the shape {old.shape}, got {new.shape}")
    return new


def rows(name: str, x: Array, features: int) -> Array:
    """Return ``x`` if its last two axes are (N, features) with N >= 1."""
    found = shape(x)
    if len(found) < 2 or found[-1] != features or found[-2] < 1:
        raise ValueError(f"{name} must have shape (N, {features}) with N >= 1, got {found}")
    return x


def class_rows(name: str, x: Array) -> Array:
    """Return ``x`` if its last two axes are (N, K): a row for each sample, a column a class."""
    found = shape(x)
    if len(found) < 2 or 0 in found:
        raise ValueError(f"{name} must have shape (N, K) with N, K >= 1, got {found}")
    return x


def same_shape(**arrays: Value) -> None:
    """Demand one shape of all arguments: nothing is broadcast silently."""
    first, *others = map(np.shape, arrays.values())
    if any(other != first for other in others):
        found = ", ".join(f"{name} {np.shape(array)}" for name, array in arrays.items())
        raise ValueError(f"{' and '.join(arrays)} must have the same shape, got {found}")


def finite_rows(name: str, X: ArrayLike, features: int | None = None, dtype: Any = None) -> Array:
    """Return ``X`` as floats if it has shape (N, features), N >= 1, and is finite everywhere.

    ``dtype`` is the type of float to return; None leaves it as it is.
    """
    X = floats(name, X)
    if X.ndim != 2 or 0 in X.shape or features not in (None, X.shape[1]):
        width = "D" if features is None else features
        raise ValueError(f"{name} must have shape (N, {width}) with N >= 1, got {X.shape}")
    with np.errstate(over="ignore"):  # what is too large for the type is refused below
        X = X if dtype is None else X.astype(dtype, copy=False)
    if not np.isfinite(X).all():
        row, column = np.argwhere(~np.isfinite(X))[0]
        kind = "" if dtype is None else f" as {np.dtype(dtype).name}"
        raise ValueError(f"{name} must be finite{kind}, got {X[row, column]} at [{row}, {column}]")
    return X


def generator(name: str, seed: int | np.random.Generator) -> np.random.Generator:
    """Return a generator of random numbers: a new one for a seed >= 0, or the one that is given."""
    if isinstance(seed, np.random.Generator):
        return seed
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"{name} must be a whole number >= 0 or a Generator, got {seed!r}")
    return np.random.default_rng(int(seed))


def one_hot(t: ArrayLike, samples: int, classes: int) -> Array:
    """Return labels as one-hot rows of shape (samples, classes): True at the right class.

    ``t`` holds class indices if it has one axis and one-hot rows if it has two. True and False
    count as 1 and 0, whatever type of float they meet, and leave it as it is.
    """
    t = array("t", t)
    if t.shape not in ((samples,), (samples, classes)):
        raise ValueError(
            f"t must have shape ({samples},) for class indices or ({samples}, {classes}) "
            f"for one-hot rows, got {t.shape}"
        )
    if t.ndim == 2:
        is_real = t.dtype.kind in "biuf"
        if not (is_real and np.isin(t, (0, 1)).all() and (t.sum(axis=1) == 1).all()):
            raise ValueError(
                "t must be one-hot: each row a single 1 and zeros, but some row is not"
            )
        return t.astype(bool)
    if t.dtype.kind not in "iu":
        raise ValueError(f"t must hold class indices as integers, got dtype {t.dtype}")
    if t.min() < 0 or t.max() >= classes:
        raise ValueError(f"t must lie in 0..{classes - 1}, got values from {t.min()} to {t.max()}")
    hot: Array = t[:, np.newaxis] == np.arange(classes)
    return hot
