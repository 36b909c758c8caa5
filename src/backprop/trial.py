"""Run what a reader has written, on one set of data, and keep whatever comes of it."""

import dis
from collections.abc import Callable
from copy import deepcopy
from traceback import walk_tb
from types import ModuleType
from typing import Any

import numpy as np

from .checking import relative_error
from .contracts import Array, a_type, floats
from .mistakes import Data
from .tasks import LayerTask, Task

AGREES = 1e-7  # the largest relative error
FITS = 1e-6  # that of a known mistake, whose numbers may be measured ones


class Trial:
    """What a candidate finds with one set of data, and what is right there."""

    def __init__(
        self,
        task: Task,
        candidate: Callable[..., Any],
        method: Callable[..., Any],
        label: str,
        data: Data,
    ) -> None:
        self.label, self.right, self.known = label, task.measured(data), task.known(data)
        self.found: dict[str, Array] = {}
        self.refused: dict[str, str] = {}
        self.empty = self.error = ""
        given = deepcopy(data)
        try:
            found = task.found(candidate, given, watched=False)
        except Exception as error:
            self.error = told(error, method)
            self.empty = "is not implemented" if isinstance(error, NotImplementedError) else ""
            return
        finally:
            self.damaged = [name for name in data if not unharmed(data[name], given[name])]
        for name, value in found.items():
            try:
                self.found[name] = floats(name, value)
            except ValueError as error:
                self.refused[name] = f"{name} is not set" if value is None else str(error)
            if isinstance(value, list | tuple):
                self.refused[name] = f"{name} must be an array, got {a_type(value)}"
        if all(value is None for value in found.values()):
            self.empty = "returns None"
        elif not any(map(np.any, self.found.values())) and not self.refused:
            self.empty = "leaves everything at 0"
        bad = [n for n in task.names if n in self.refused or self.misshapen(n)]
        if bad and (found[bad[0]] is not None or bad[0] == task.names[0]):
            try:  # what does not fit gets the message that it would always get
                task.found(candidate, deepcopy(data), watched=True)
            except Exception as error:
                self.refused[bad[0]] = f"{bad[0]}: {error}"

    def misshapen(self, name: str) -> bool:
        """Say whether a gradient has not the shape of what it belongs to."""
        return bool(self.found[name].shape != self.right[name].shape)

    def agrees(self, name: str) -> bool:
        """Say whether a gradient is right."""
        if self.misshapen(name):
            return False
        return relative_error(self.found[name], self.right[name]) < AGREES

    def fits(self, name: str, wrong: Any) -> bool:
        """Say whether a gradient is what a mistake leads to; a sum may have been spread."""
        found, right = self.found[name], self.right[name]
        if wrong is None or not found.size or not np.isfinite(found).all():
            return False
        if found.shape != np.shape(wrong) and found.ndim and np.ndim(wrong):
            return False
        size = max(np.abs(found).max(), np.abs(right).max())
        return bool(np.abs(found - wrong).max() <= FITS * size)


def added(task: LayerTask, candidate: Callable[..., Any], data: Data) -> list[str]:
    """Return the gradients that a second pass through the same layer finds otherwise.

    They are mostly added to what was there before; in the first pass they are right.
    """
    layer, _ = task.forward(candidate, deepcopy(data))
    passes = []
    for _ in range(2):
        given = deepcopy(data)
        layer.forward(*(given[name] for name in task.inputs))
        passes.append(deepcopy(task.gradients(layer, layer.backward(given["dout"]))))
    once, again = passes
    return [name for name in task.names if not relative_error(once[name], again[name]) < AGREES]


def told(error: Exception, method: Callable[..., Any]) -> str:
    """Return what an error says, and in which line of the reader's function it came."""
    code: Any = getattr(method, "__code__", None)
    lines = [line for frame, line in walk_tb(error.__traceback__) if frame.f_code is code]
    where = f"in line {lines[-1] - code.co_firstlineno + 1} of {code.co_name}, " if lines else ""
    message = f": {error}" if str(error) else ""
    return f"{where}with {type(error).__name__}{message}."


def of_notebook(method: Callable[..., Any]) -> list[str]:
    """Return the variables outside of a function that it computes with."""
    outside = getattr(method, "__globals__", {})
    code: Any = getattr(method, "__code__", "")
    used = [i.argval for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL"]
    values = {name: outside[name] for name in used if name in outside}
    return [n for n, v in values.items() if not callable(v) and not isinstance(v, ModuleType)]


def unharmed(before: Any, after: Any) -> bool:
    """Say whether an array is what it was, but for rounding."""
    if callable(before):
        return True
    same = np.shape(before) == np.shape(after)
    return same and np.allclose(before, after, rtol=1e-9, atol=1e-12)
