"""Descent: one weight on the bowl w²/2, step by step, for learning rates from timid to wild."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...contracts import number, numbers, one_of, whole
from ...optimizers import SGD
from ...show.drawing import short
from ...show.picture import Picture
from ..kit.base import Explorer, rounded
from ..kit.chart import COLOURS, Axis, Chart, side_by_side

LRS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.9, 1, 1.2, 1.5, 1.8, 1.9, 2, 2.1, 2.2)
START = 1.0
WILDEST = 1000.0  # a larger learning rate soon leaves the range of floats
MOST = 50  # steps with the wildest rate stay within the range of floats
EDGE = 2.0  # how much of the bowl is drawn to each side


def descend(lr: float, steps: int) -> tuple[list[float], list[float]]:
    """Return the weight and the loss w²/2 before each of ``steps`` steps and after the last."""
    w, ws = np.array(START), [START]
    for _ in range(steps):
        (w,) = SGD(lr).step([w], [w])  # the gradient of w²/2 is w
        ws.append(float(w))
    return ws, [0.5 * w**2 for w in ws]


def verdict(ws: Sequence[float]) -> str:
    """Say in words what a learning rate does, judged by the weights that it led to."""
    if abs(ws[-1]) > abs(ws[0]):
        return "Diverging: each jump ends higher than the last."
    if ws[-1] in ws[:-1] and ws[1] < 0:
        return "On the edge: the weight jumps to and fro and gets nowhere."
    if ws[1] < 0:
        return "Overshooting: each step jumps across the lowest point, but ends nearer to it."
    if ws[1] == 0:
        return "Exactly right for this bowl: one step lands on the lowest point."
    if ws[-1] > 0.1 * ws[0]:
        return f"Too small: {len(ws) - 1} steps do not get the weight to a tenth of its start."
    return "Good: the weight goes down on its own side and gets there."


class Descent(Explorer):
    """One weight w on the bowl w²/2: choose a learning rate, then step.

    The learning rates ``lrs`` are the choices of the slider; ``lr``, one of them, and ``step`` are
    shown first. Raises ``ValueError`` for bad values. With a live kernel any ``lr`` > 0 can be
    asked for.
    """

    def __init__(
        self, lrs: Sequence[float] = LRS, steps: int = 20, *, lr: float = 1.8, step: int = 6
    ) -> None:
        numbers("lrs", lrs, above=0)
        one_of("lr", lr, list(lrs))
        self.steps = whole("steps", steps, most=MOST)
        whole("step", step, least=0, most=steps)
        run = self.exact({"lr": lr})
        bowl, loss = bowl_chart(run, step), loss_chart(run, step)
        label = "gradient descent on a bowl"
        alt = (
            f"{self.steps} steps of gradient descent on the bowl w²/2 with learning rate {lr:g}: "
            f"the weight goes from {short(run['w'][0])} to {short(run['w'][-1])}. {run['verdict']}"
        )
        alts = alt, f"The loss of each step on a log axis, for learning rate {lr:g}."
        data = {
            "label": label,
            "charts": [bowl.spec(alts[0]), loss.spec(alts[1])],
            "runs": [self.exact({"lr": lr}) for lr in lrs],
            "first": {"run": list(lrs).index(lr), "step": step},
        }
        picture = Picture(side_by_side(bowl.svg(alts[0]), loss.svg(alts[1])), alt)
        super().__init__(data, picture)

    def exact(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Return the run of one learning rate: its weights, losses and verdict."""
        asked: dict[str, Any] = {"lr": None, **settings}
        lr = number("lr", asked["lr"], above=0)
        if lr > WILDEST:
            raise ValueError(f"lr must be at most {WILDEST:g}, got {lr:g}")
        ws, losses = descend(lr, self.steps)
        return {
            "lr": lr,
            "w": rounded(ws),
            "loss": rounded(losses),
            "verdict": verdict(ws),
        }


def bowl_chart(run: dict[str, Any], step: int) -> Chart:
    """Draw the bowl with the steps on it."""
    chart = Chart(
        Axis("weight w", -EDGE, EDGE, range(-2, 3)),
        Axis("loss w²/2", -0.15, EDGE**2 / 2, (0, 0.5, 1, 1.5, 2)),
    )
    ws = [EDGE * i / 30 for i in range(-30, 31)]
    chart.line(ws, [w**2 / 2 for w in ws], colour="currentColor", more='stroke-opacity="0.45"')
    shown = run["w"][: step + 1], run["loss"][: step + 1]
    chart.line(*shown, key="path", colour=COLOURS[0], more='stroke-dasharray="5 4"')
    chart.dots(*shown, key="stops", colour=COLOURS[0])
    chart.dots(*(values[-1:] for values in shown), key="now", colour=COLOURS[1], size=12)
    return chart


def loss_chart(run: dict[str, Any], step: int) -> Chart:
    """Draw the loss of all steps faintly, and of those that have been made in full."""
    last = len(run["w"]) - 1
    chart = Chart(
        Axis("step", -0.03 * last, 1.03 * last, sorted({round(last * i / 4) for i in range(5)})),
        Axis("loss", 1e-6, 1e3, [10.0**power for power in range(-6, 4, 2)], log=True),
    )
    steps = list(range(last + 1))
    chart.line(steps, run["loss"], key="all", colour=COLOURS[0], more='stroke-opacity="0.6"')
    done = steps[: step + 1], run["loss"][: step + 1]
    chart.line(*done, key="path", colour=COLOURS[0])
    chart.dots(*done, key="stops", colour=COLOURS[0])
    chart.dots(*(values[-1:] for values in done), key="now", colour=COLOURS[1], size=12)
    return chart
