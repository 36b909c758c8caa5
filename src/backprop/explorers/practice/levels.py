"""All drills: what each level asks, from easy to hard, and how its tasks are drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.random import Generator

from .graphs import drawn
from .layers import affine, scores
from .task import Task, clear, hidden
from .updates import update
from .whole import network

WHOLE = tuple(range(2, 10))
MIXED = (*WHOLE, 0.5, 1.5, 2.5, 0.1, 1.1, 1.2)
SIGNED = (*range(-9, -1), *WHOLE, 0.5, -0.5)
LOOKS = 8  # so often another task is drawn, for the one that hides the fewest mistakes


@dataclass(frozen=True)
class Stage:
    """A step of difficulty: its name, and how a task is drawn."""

    name: str
    draw: Callable[[Generator], Task]


CHAINS = ("p = a × b; L = p × c",)
LONG_CHAINS = ("p = a × b; q = p × c; L = q × d", "p = b × c; q = a × p; L = q × d")
SUMS = (
    "p = a × b; L = p + c",
    "p = a + b; L = p × c",
    "p = a × b; q = p + c; L = q × d",
    "p = a + b; q = c × d; L = p × q",
)
FORKS = (
    "p = a × b; q = b × c; L = p + q",
    "p = a + b; q = b × c; L = p × q",
    "p = a × b; q = b + c; L = p × q",
)
BENDS = (
    "p = a × b; r = ReLU(p); L = r × c",
    "p = a + b; r = ReLU(p); q = b × c; L = r + q",  # with ×, a shut ReLU makes nearly all 0
    "p = a × b; m = max(p, c); L = m × d",
    "m = max(a, b); p = m × c; L = p + d",
)

LEVELS: dict[str, tuple[Stage, ...]] = {
    "chain": (
        Stage("Two nodes", partial(drawn, kinds=CHAINS, numbers=WHOLE)),
        Stage("Three nodes", partial(drawn, kinds=LONG_CHAINS, numbers=MIXED)),
        Stage("Three nodes, with signs", partial(drawn, kinds=LONG_CHAINS, numbers=SIGNED)),
    ),
    "nodes": (
        Stage("+ and ×", partial(drawn, kinds=SUMS, numbers=MIXED)),
        Stage("Forks", partial(drawn, kinds=FORKS, numbers=SIGNED)),
        Stage("ReLU and max", partial(drawn, kinds=BENDS, numbers=SIGNED)),
    ),
    "affine": (
        Stage("One sample", partial(affine, samples=1)),
        Stage("Two samples", partial(affine, samples=2)),
    ),
    "scores": (
        Stage("One sample", partial(scores, samples=1)),
        Stage("Two samples", partial(scores, samples=2)),
    ),
    "update": (
        Stage("A step", partial(update, penalty=False)),
        Stage("A step with a penalty", partial(update, penalty=True)),
    ),
    "network": (Stage("A network", network),),
}


def task(level: str, stage: int, number: int, seed: int = 0) -> Task:
    """Return task ``number`` of a stage. The same numbers always give the same task."""
    draw = LEVELS[level][stage].draw
    rng = np.random.default_rng([seed, list(LEVELS).index(level), stage, number])
    while not clear(first := draw(rng)):
        pass
    looked = [first]
    for _ in range(LOOKS):
        found = draw(rng)
        # the first one decides on the graph and its ways, or the rarer ones would not be taken
        if (found.kind, found.case) == (first.kind, first.case) and clear(found):
            looked.append(found)
    return min(looked, key=hidden)
