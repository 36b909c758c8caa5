"""What the training lab says of a run, and that every kind of run can be found in it."""

import numpy as np
import pytest

from backprop import History, train_grid
from backprop.explorers.lab.runs import LRS, REGS, STEPS, Task, verdict

FALLING = np.geomspace(1.8, 0.01, STEPS)
FLAT = np.full(STEPS, 0.5)
DYING = np.geomspace(1, 1e-9, STEPS)


def history(data: np.ndarray, penalty: float | np.ndarray = 0.0, accuracy: float = 0.9) -> History:
    return History(data, np.broadcast_to(penalty, STEPS), np.full(STEPS, accuracy))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (history(FALLING, accuracy=1), "Good"),
        (history(FALLING), "Too small"),
        (history(FLAT), "Flat"),
        (history(0.5 + 0.4 * (np.arange(STEPS) % 2)), "Jumping"),
        (history(11.5 - np.arange(STEPS) / 1000 + 0.5 * (-1) ** np.arange(STEPS)), "Jumping"),
        (history(np.where(np.arange(STEPS) < 1, 1.8, 11.0)), "Overshot"),
        (history(np.where(np.arange(STEPS) < 7, 1.8, 2e6)), "Diverged at step 7"),
        (history(np.where(np.arange(STEPS) < 7, 1.8, np.nan)), "Diverged at step 7"),
        (
            history(np.full(STEPS, np.log(4)), DYING),
            "Collapsed: the penalty has pressed the weights to 0, all",
        ),
        (
            history(FLAT, DYING),
            "Collapsed: the penalty has pressed the weights to 0, and the biases",
        ),
        (history(np.full(STEPS, 1.74), 0.01), "Overshot"),
    ],
)
def test_a_run_is_said_in_words(run, said):
    assert verdict(run, classes=4).startswith(said)


def test_the_collapsed_loss_is_the_logarithm_of_the_number_of_classes():
    for classes, said in ((4, "ln 4 = 1.386"), (2, "ln 2 = 0.693")):
        run = history(np.full(STEPS, np.log(classes)), DYING)
        assert said in verdict(run, classes)


@pytest.mark.parametrize("colouring", ["quadrants", "XOR"])
def test_every_kind_of_run_can_be_found(colouring):
    task = Task(colouring, hidden=True, seed=0)
    X, t = task.points()
    grid = train_grid(task.network(), X, t, lrs=LRS, regs=REGS, steps=STEPS)
    places = np.ndindex(len(LRS), len(REGS))
    kinds = {verdict(grid[place], t.max() + 1).split()[0].strip(":") for place in places}
    assert {"Too", "Good", "Jumping", "Diverged", "Collapsed"} <= kinds
