"""The training lab: learning rate against reg, and what the network makes of the plane."""

import zlib
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from ...contracts import number, numbers, whole
from ...show.picture import Picture
from ..kit.base import Explorer
from ..kit.chart import COLOURS, DASHES, Axis, Chart, side_by_side
from ..kit.packing import classes_of, numbers_of
from ..kit.plane import CELLS, plane_svg
from .runs import COLOURINGS, LRS, MARKS, REGS, STOPS, Task, run_grid

CURVES = ("total", "data", "penalty")
HEIGHTS = (400, 120, 36)  # of the names of the curves, which stand where few curves go


class TrainingLab(Explorer):
    """Choose a learning rate and a reg; see losses, accuracy and regions over the steps.

    There is a switch for each of ``colourings`` ("quadrants", "XOR"), ``hidden`` (with or without
    a hidden layer) and ``seeds`` (of the first weights) that has more than one choice. The first
    of each is shown first, with ``lr`` and ``reg``. Raises ``ValueError`` for choices that make no
    sense. With a live kernel any other lr and reg can be asked for.
    """

    def __init__(
        self,
        *,
        lrs: Sequence[float] = LRS,
        regs: Sequence[float] = REGS,
        colourings: Sequence[str] = COLOURINGS[:1],
        hidden: Sequence[bool] = (True,),
        seeds: Sequence[int] = (0,),
        lr: float = 1,
        reg: float = 0.001,
    ) -> None:
        numbers("lrs", lrs, above=0), numbers("regs", regs, least=0)
        if lr not in lrs or reg not in regs:
            raise ValueError(f"lr and reg must be choices of the lab, got {lr!r} and {reg!r}")
        if any(
            np.ndim(choices) != 1 or not len(choices) for choices in (colourings, hidden, seeds)
        ):
            raise ValueError(
                "colourings, hidden and seeds must be lists of one or more choices, got "
                f"{colourings!r}, {hidden!r} and {seeds!r}"
            )
        if not (set(colourings) <= set(COLOURINGS) and set(hidden) <= {True, False}):
            raise ValueError(
                f"colourings must be among {COLOURINGS} and hidden among True and False, got "
                f"{colourings!r} and {hidden!r}"
            )
        self.tasks = [Task(*choice) for choice in product(colourings, hidden, seeds)]
        verdicts, blocks = zip(*(run_grid(task, lrs, regs) for task in self.tasks), strict=True)
        at = list(lrs).index(lr), list(regs).index(reg)
        block = blocks[0][at]
        alt = (
            f"Training lab: points coloured by {colourings[0]}, learning rate {lr:g}, reg {reg:g}. "
            f"Data loss, penalty and total over {STOPS[-1]} steps on a log axis, and the class "
            f"that the network gives to each part of the plane. {verdicts[0][at[0]][at[1]]}"
        )
        chart = loss_chart(block)
        data = {
            "label": "training lab",
            "switches": [
                {"label": "colouring", "texts": list(colourings)},
                {"label": "hidden layer", "texts": ["with" if h else "without" for h in hidden]},
                {"label": "seed", "texts": [str(seed) for seed in seeds]},
            ],
            "lrs": list(lrs),
            "regs": list(regs),
            "stops": list(STOPS),
            "marks": MARKS.tolist(),
            "cells": CELLS,
            "first": list(at),
            "verdicts": list(verdicts),
            "chart": chart.spec("Total, data loss and penalty over the steps, on a log axis."),
            "planes": [plane(Task(colouring, True, 0)) for colouring in colourings],
        }
        still = side_by_side(chart.svg(alt), plane(self.tasks[0], block))
        packed = zlib.compress(b"".join(part.tobytes() for part in blocks), 9)
        super().__init__(data, Picture(still, alt), packed)

    def exact(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Train one setting, whether it is in the table or not."""
        asked: dict[str, Any] = {"task": None, "lr": None, "reg": None, **settings}
        task = whole("task", asked["task"], least=0, most=len(self.tasks) - 1)
        lr, reg = number("lr", asked["lr"], above=0), number("reg", asked["reg"], least=0)
        verdicts, blocks = run_grid(self.tasks[task], [lr], [reg])
        return {"lr": lr, "reg": reg, "verdict": verdicts[0][0], "packed": blocks.tobytes()}


def loss_chart(block: np.void) -> Chart:
    """Draw total, data loss and penalty of a run over its steps, on a log axis."""
    last = STOPS[-1]
    chart = Chart(
        Axis("step", 0, last, range(0, last + 1, last // 3)),
        Axis("loss", 1e-4, 1e3, [10.0**power for power in range(-4, 4)], log=True),
    )
    for i, (name, colour, dash) in enumerate(zip(CURVES, COLOURS, DASHES, strict=False)):
        chart.line(MARKS, numbers_of(block[name]), key=name, colour=colour, more=dash)
        chart.line([190, 215], [HEIGHTS[i]] * 2, colour=colour, more=dash)
        chart.text(220, HEIGHTS[i], name)
    now = [last], numbers_of(block["total"])[-1:]
    chart.dots(*now, key="now", colour="currentColor", size=9)
    return chart


def plane(task: Task, block: np.void | None = None) -> str:
    """Draw the points of a task, and the regions at the end of a run."""
    alt = f"The plane with the points, coloured by {task.colouring}."
    return plane_svg(*task.points(), alt, None if block is None else classes_of(block["cells"][-1]))
