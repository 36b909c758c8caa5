"""What the training lab shows: a grid of training runs, thinned and packed, and said in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...contracts import Array
from ...datasets import quadrants, xor
from ...grids import train_grid
from ...initial import one_layer, two_layer
from ...network import Network
from ...training import History
from ..kit.packing import decimals, quarters
from ..kit.plane import CELLS, centres

LRS = (0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
REGS = (0, 0.001, 0.01, 0.03, 0.1, 0.3, 1)
STOPS = (0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300)  # the steps at which regions are kept
STEPS = STOPS[-1] + 1
# the steps at which losses are kept: dense where curves bend, and never far apart
MARKS = np.unique([*STOPS, *np.geomspace(1, STEPS, 30).round() - 1, *range(0, STEPS, 12)]).astype(
    int
)
BLOCK = np.dtype(
    [(name, "<u2", len(MARKS)) for name in ("data", "penalty", "total", "accuracy")]
    + [("cells", "u1", (len(STOPS), CELLS * CELLS // 4))]
)
COLOURINGS = ("quadrants", "XOR")
JUMPING = "Jumping: the steps are so long that the loss does not settle."


@dataclass(frozen=True)
class Task:
    """What is trained: the colouring of the points, with or without a hidden layer, the seed."""

    colouring: str
    hidden: bool
    seed: int

    def points(self) -> tuple[Array, Array]:
        """Return the points of chapter 5 and their classes."""
        X, t = quadrants(200, seed=0)
        return X, t if self.colouring == "quadrants" else xor(t)

    def network(self) -> Network:
        """Return the untrained network."""
        classes = 4 if self.colouring == "quadrants" else 2
        if self.hidden:
            return two_layer(inputs=2, hidden=16, outputs=classes, seed=self.seed)
        return one_layer(inputs=2, outputs=classes, seed=self.seed)


def run_grid(
    task: Task, lrs: Sequence[float], regs: Sequence[float]
) -> tuple[list[list[str]], Array]:
    """Train all settings; return their verdicts, and what is shown as BLOCKs of shape (L, R)."""
    X, t = task.points()
    grid = train_grid(task.network(), X, t, lrs=lrs, regs=regs, steps=STEPS, stops=STOPS)
    blocks = np.zeros((len(lrs), len(regs)), BLOCK)
    shown = {
        "data": grid.runs.data_loss,
        "penalty": grid.runs.penalty,
        "total": grid.runs.loss,
        "accuracy": 100 * grid.runs.accuracy,
    }
    for name, values in shown.items():
        blocks[name] = decimals(values[..., MARKS])
    with np.errstate(over="ignore", invalid="ignore"):  # of the settings that diverge
        for i, step in enumerate(STOPS):
            grid.network.state = grid.snapshots[step]
            blocks["cells"][..., i, :] = quarters(grid.network.predict(centres()))
    verdicts = [
        [verdict(grid[i, j], t.max() + 1) for j in range(len(regs))] for i in range(len(lrs))
    ]
    return verdicts, blocks


def verdict(history: History, classes: int) -> str:
    """Say in a sentence how a run went."""
    total, data, penalty = history.loss, history.data_loss, history.penalty
    half = len(total) // 2
    late = total[half:]
    ignorance = math.log(classes)  # the loss if all classes get the same probability
    if history.diverged is not None:
        return f"Diverged at step {history.diverged}: the loss passed 1,000,000."
    if penalty[-1] < 1e-6 * penalty[0]:
        words = "Collapsed: the penalty has pressed the weights to 0, "
        if abs(data[-1] - ignorance) > 0.001:
            return words + "and the biases alone do not settle."
        return (
            words + f"all classes are equal, and the data loss is ln {classes} = {ignorance:.3f}."
        )
    if late.max() > 1.5 * late.min() and late.max() > late[0]:
        return JUMPING
    if data[-1] > ignorance + 0.1 and data[half] - data[-1] < 0.002 * data[-1]:
        return "Overshot: the first steps were so long that the network has not recovered."
    if history.accuracy[-1] == 1:
        return "Good: every point is in the right region."
    if np.diff(late).max() > 0.01 * late[-1]:
        return JUMPING
    if late[0] - late[-1] > 0.002 * late[-1]:
        return "Too small: at the end the loss is still falling."
    return "Flat: the loss hardly changes any more."
