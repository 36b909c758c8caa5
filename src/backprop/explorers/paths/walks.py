"""Optimizers on a bowl that is longer than wide: where they walk, what it costs, in words."""

from math import isclose

import numpy as np

from ...contracts import Array
from ...optimizers import SGD, Adam, Momentum
from ..kit.base import row_text

OPTIMIZERS = {"SGD": SGD, "Momentum": Momentum, "Adam": Adam}
START = (2.0, 1.0)
MOMENTUM_LIMIT = 2 * (1 + 0.9)  # times 1/κ; 0.9 is the share that Momentum keeps
LOST = 1e6  # a loss beyond this one is not shown as a number
PARTS = 100  # places are stored in whole hundredths, less than a pixel
Walk = tuple[Array, Array]  # places (K, 2) and losses (K,)


def walk(name: str, kappa: float, lr: float, steps: int) -> Walk:
    """Return the places (K, 2) and the losses (K,) of an optimizer on (x² + kappa * y²) / 2.

    K is ``steps`` + 1, or less: the first place whose loss is above LOST is the last one.
    """
    optimizer, curvature = OPTIMIZERS[name](lr), np.array([1.0, kappa])
    place, places, losses = np.array(START), [], []
    while True:
        places.append(place)
        losses.append((curvature * place * place).sum() / 2)
        if losses[-1] > LOST or len(losses) > steps:
            return np.array(places), np.array(losses)
        (place,) = optimizer.step([place], [curvature * place])


def verdict(name: str, kappa: float, lr: float) -> str:
    """Say in words what a learning rate does; nothing where there is nothing to say.

    Each step of SGD multiplies y by 1 - lr * kappa.
    """
    limit = f"2/κ = {2 / kappa:.3g}"
    if name == "SGD" and isclose(lr * kappa, 2):
        return f"SGD jumps to and fro in y for ever: its learning rate is at its limit {limit}."
    if name == "SGD" and lr * kappa > 2:
        return f"SGD diverges: its learning rate is above its limit {limit}."
    if name == "SGD":
        return f"SGD is below its limit {limit}, and each step takes {100 * lr:.3g} % off x."
    if name == "Momentum" and lr * kappa > MOMENTUM_LIMIT:
        limit = f"{MOMENTUM_LIMIT:g}/κ = {MOMENTUM_LIMIT / kappa:.3g}"
        return f"Momentum diverges: its learning rate is above its limit {limit}."
    return ""


def texts(walked: Walk) -> list[str]:
    """Return a walk as three texts: x and y in whole hundredths, and the loss."""
    places, losses = walked
    x, y = np.rint(PARTS * places).astype(int).T
    return [row_text(x), row_text(y), row_text(f"{loss:.2g}" for loss in losses)]


def said(losses: Array, step: int) -> str:
    """Say the loss after a step."""
    known = step < len(losses) and losses[step] <= LOST
    return f"{losses[step]:.2g}" if known else f"beyond {LOST:,.0f}"
