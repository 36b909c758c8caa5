"""Drills on one update: the gradient with its penalty, and the step."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator

from ...contracts import Array
from ...layers import Affine
from ...network import Network
from ...optimizers import SGD
from .mistakes import PENALTY, STEP, Rule
from .task import Ask, Task, Way

NUMBERS = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
RATES = (0.1, 0.2, 0.5)


def update(rng: Generator, penalty: bool) -> Task:
    """Draw two weights and a bias, their gradients, and the settings of a step."""

    def different(names: Sequence[str], size: int, numbers: Sequence[float]) -> dict[str, Array]:
        return {name: rng.choice(numbers, (1, size), replace=False).astype(float) for name in names}

    given = {**different(("W", "dW"), 2, NUMBERS), **different(("b", "db"), 1, NUMBERS)}
    lr, reg = rng.choice(RATES, 2, replace=False)
    given |= {"lr": np.array([[lr]])} | ({"reg": np.array([[reg]])} if penalty else {})
    asks = [*(penalised(given) if penalty else ()), *stepped(given)]
    return Task("penalty" if penalty else "step", given, asks)


def penalised(given: dict[str, Array]) -> Iterator[Ask]:
    """Yield the questions for the gradients of data loss plus penalty."""
    W, dW, b, db = (given[name] for name in ("W", "dW", "b", "db"))
    lr, reg = (float(given[name].item()) for name in ("lr", "reg"))
    layer = Affine(W, b.ravel()[:1].repeat(2))
    layer.dW, layer.db = dW, db.repeat(2)
    total, bias = Network([layer]).add_penalty(reg)
    yield Ask(
        "total dW",
        (),
        lambda: total,
        {key: rule(W, dW, reg, lr) for key, rule in PENALTY.items()},
        "dW with penalty",
        "dW with penalty",
        "the penalty adds reg · W.",
        [f"{{dW:{k}}} + {{reg:0}} × {{W:{k}}}" for k in range(2)],
    )
    yield Ask(
        "total db",
        (),
        lambda: bias[:1].reshape(1, 1),
        {"penalty on the bias": db + reg * b, "lr too early": lr * db},
        "db with penalty",
        "db with penalty",
        "what does the penalty take from a bias?",
        ["its sum goes over the weights alone"],
    )


def stepped(given: dict[str, Array]) -> Iterator[Ask]:
    """Yield the questions for the weights and the bias after the step."""
    lr = float(given["lr"].item())
    reg = float(given["reg"].item()) if "reg" in given else 0.0
    for name in ("W", "b"):
        old, gradient = given[name], f"total d{name}" if reg else f"d{name}"
        fixed = None if reg else given[gradient]
        wrong: dict[str, Way | Array] = {
            key: way(rule, old, fixed, lr, reg) for key, rule in STEP.items()
        }
        if reg and name == "W":
            wrong["no penalty"] = old - lr * given["dW"]
        else:
            del wrong["decay twice"]
        yield Ask(
            f"new {name}",
            (gradient,) if reg else (),
            way(right, old, fixed, lr, reg),
            {**wrong, "old value": old},
            f"{name} after the step",
            f"{name} after the step",
            "the old value minus lr times gradient.",
            [f"{{{name}:{k}}} − {{lr:0}} × {{{gradient}:{k}}}" for k in range(old.size)],
        )


def right(W: Array, dW: Array, lr: float, _reg: float) -> Array:
    """Return a parameter after a step; the penalty is in its gradient already."""
    return SGD(lr).step([W], [dW])[0]


def way(rule: Rule, W: Array, fixed: Array | None, lr: float, reg: float) -> Way:
    """Return the way from a gradient, which is given or comes as an argument, to a parameter."""
    return lambda dW=fixed: rule(W, dW, lr, reg)
