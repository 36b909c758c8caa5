"""What the training lab says of a run, and that every kind of run can be found in it."""

import numpy as np
import pytest

from backprop import History
from backprop.explorers.runs import LRS, REGS, STEPS, Task, run_grid, verdict

FALLING = np.geomspace(1.8, 0.01, STEPS)
FLAT = np.full(STEPS, 0.5)


def history(data: np.ndarray, penalty: float | np.ndarray = 0.0, accuracy: float = 0.9) -> History:
    return History(data, np.broadcast_to(penalty, STEPS), np.full(STEPS, accuracy))


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (history(FALLING, accuracy=1), "Good"),
        (history(FALLING), "Too small"),
        (history(FLAT), "Settled"),
        (history(0.5 + 0.4 * (np.arange(STEPS) % 2)), "Jumping"),
        (history(np.where(np.arange(STEPS) < 1, 1.8, 11.0)), "Overshot"),
        (history(np.where(np.arange(STEPS) < 7, 1.8, 2e6)), "Diverged at step 7"),
        (history(np.where(np.arange(STEPS) < 7, 1.8, np.nan)), "Diverged at step 7"),
        (history(FLAT, np.geomspace(1, 1e-9, STEPS)), "Collapsed"),
    ],
)
def test_a_run_is_said_in_words(run, said):
    assert verdict(run, classes=4).startswith(said)


def test_the_collapsed_loss_is_the_logarithm_of_the_number_of_classes():
    run = history(FLAT, np.geomspace(1, 1e-9, STEPS))
    assert "ln 4 = 1.386" in verdict(run, classes=4)
    assert "ln 2 = 0.693" in verdict(run, classes=2)


@pytest.mark.parametrize("colouring", ["quadrants", "XOR"])
def test_every_kind_of_run_can_be_found(colouring):
    verdicts, _ = run_grid(Task(colouring, hidden=True, seed=0), LRS, REGS)
    kinds = {sentence.split()[0].strip(":") for row in verdicts for sentence in row}
    assert {"Too", "Good", "Jumping", "Diverged", "Collapsed"} <= kinds
