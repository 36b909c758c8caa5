"""What the training lab shows: a grid of training runs, thinned and packed, and said in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...contracts import Array
from ...grids import train_grid
from ...initial import one_layer, two_layer
from ...network import Network
from ...training import History
from ..kit.outlines import packed
from ..kit.packing import decimals, planes
from ..kit.points import coloured
from ..kit.regions import borders

LRS = (0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
REGS = (0, 0.001, 0.01, 0.03, 0.1, 0.3, 1)
STOPS = (0, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300)  # the steps at which regions are kept
STEPS = STOPS[-1] + 1
# the steps at which losses are kept: dense where curves bend, and never far apart
MARKS = np.unique([*STOPS, *np.geomspace(1, STEPS, 30).round() - 1, *range(0, STEPS, 12)]).astype(
    int
)
CURVES = ("data", "penalty", "total", "accuracy")
JUMPING = "Jumping: the steps are so long that the loss does not settle."


@dataclass(frozen=True)
class Task:
    """What is trained: the colouring of the points, with or without a hidden layer, the seed."""

    colouring: str
    hidden: bool
    seed: int

    def points(self) -> tuple[Array, Array]:
        """Return the points and their classes."""
        return coloured(self.colouring)

    def network(self) -> Network:
        """Return the untrained network."""
        classes = 4 if self.colouring == "quadrants" else 2
        if self.hidden:
            return two_layer(inputs=2, hidden=16, outputs=classes, seed=self.seed)
        return one_layer(inputs=2, outputs=classes, seed=self.seed)


@dataclass(frozen=True)
class Runs:
    """The runs of a task for L learning rates and R regs.

    ``verdicts`` and ``curves`` (L, R, 4, M) have a place for each of them; ``pictures`` has the
    regions of all, run by run and stop by stop, as ``outlines.packed`` gives them.
    """

    verdicts: list[list[str]]
    curves: Array  # two-byte codes
    pictures: list[tuple[bytes, bytes]]


def run_grid(task: Task, lrs: Sequence[float], regs: Sequence[float]) -> Runs:
    """Train all settings of a task."""
    X, t = task.points()
    grid = train_grid(task.network(), X, t, lrs=lrs, regs=regs, steps=STEPS, stops=STOPS)
    runs = grid.runs
    right = np.nan_to_num(runs.accuracy)  # where scores tell no class, no answer is right
    values = (runs.data_loss, runs.penalty, runs.loss, 100 * right)
    curves = decimals(np.stack([one[..., MARKS] for one in values], axis=2))
    verdicts = [
        [verdict(grid[i, j], t.max() + 1) for j in range(len(regs))] for i in range(len(lrs))
    ]
    network, pictures = task.network(), []
    for place in np.ndindex(len(lrs), len(regs)):
        for step in STOPS:
            network.state = {name: value[place] for name, value in grid.snapshots[step].items()}
            pictures.append(packed(*borders(network)))
    return Runs(verdicts, curves, pictures)


def bytes_of(found: Sequence[Runs]) -> tuple[bytes, list[int]]:
    """Return curves, heads and points of all runs in a row, and how many bytes each part has.

    Of the curves, the first code of each and then the differences: neighbours are alike.
    """
    curves = np.concatenate(
        [np.diff(r.curves, axis=-1, prepend=np.uint16(0)).ravel() for r in found]
    )
    heads, points = zip(*(picture for runs in found for picture in runs.pictures), strict=True)
    parts = planes(curves), b"".join(heads), b"".join(points)
    return b"".join(parts), [len(part) for part in parts]


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
