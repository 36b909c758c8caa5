"""The contenders: each trains a ``Task`` and returns the final parameters and the data losses.

A module for each library. ``prepare(task)`` does what is not training (copies, conversions) and
returns a function that trains from the first weights each time it is called. ``losses`` are the
data losses of all steps, before the update; None where a library does not tell them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tasks import Task

Result = tuple[Sequence[Any], Sequence[float] | None]
Run = Callable[[], Result]


@dataclass(frozen=True)
class Contender:
    """A way to train: its name, what it takes part in, and how it prepares itself.

    ``steps`` is the number of steps that it can be asked for, where not all; its time is then
    scaled up. A ``part`` of a step is no training, so its result is not compared. ``needs`` says
    what else has to be installed; without it, the contender is left out.
    """

    name: str
    prepare: Callable[[Task], Run]
    tasks: str
    steps: int | None = None
    part: bool = False
    needs: str = ""


MODULES = (
    "book",
    "parts",
    "pytorch",
    "jax_numpy",
    "scikit",
    "autograd_numpy",
    "micro",
)


def contenders() -> list[Contender]:
    """Return all contenders, the book first."""
    return [
        contender
        for module in MODULES
        for contender in import_module(f"contenders.{module}").CONTENDERS
    ]
