"""The training lab: learning rate against reg, and what the network makes of the plane."""

import zlib
from collections.abc import Sequence
from itertools import product
from typing import Any

from ...contracts import Array, listed, number, numbers, one_of, some_of, whole
from ...show.picture import Picture
from ..kit.base import Explorer
from ..kit.chart import COLOURS, DASHES, Axis, Chart, side_by_side
from ..kit.outlines import GRID
from ..kit.packing import numbers_of
from ..kit.points import COLOURINGS, plane
from .runs import CURVES, LRS, MARKS, REGS, STOPS, Task, bytes_of, run_grid

SHOWN = ("total", "data", "penalty")


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
        one_of("lr", lr, list(lrs)), one_of("reg", reg, list(regs))
        some_of("colourings", colourings, COLOURINGS), some_of("hidden", hidden, (True, False))
        for seed in listed("seeds", seeds, "a list of one or more whole numbers"):
            whole("seeds", seed, least=0)
        self.tasks = [Task(*choice) for choice in product(colourings, hidden, seeds)]
        found = [run_grid(task, lrs, regs) for task in self.tasks]
        at = list(lrs).index(lr), list(regs).index(reg)
        alt = (
            f"Training lab: points coloured by {colourings[0]}, learning rate {lr:g}, reg {reg:g}. "
            f"Data loss, penalty and total over {STOPS[-1]} steps on a log axis, and the class "
            f"that the network gives to each part of the plane. {found[0].verdicts[at[0]][at[1]]}"
        )
        chart = loss_chart(found[0].curves[at])
        raw, sizes = bytes_of(found)
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
            "sizes": sizes,
            "grid": GRID,
            "first": list(at),
            "verdicts": [runs.verdicts for runs in found],
            "chart": chart.spec("Total, data loss and penalty over the steps, on a log axis."),
            "planes": [plane(colouring) for colouring in colourings],
        }
        last = found[0].pictures[(at[0] * len(regs) + at[1] + 1) * len(STOPS) - 1]
        still = side_by_side(chart.svg(alt), plane(self.tasks[0].colouring, last))
        super().__init__(data, Picture(still, alt), zlib.compress(raw, 9))

    def exact(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Train one setting, whether it is in the table or not."""
        asked: dict[str, Any] = {"task": None, "lr": None, "reg": None, **settings}
        task = whole("task", asked["task"], least=0, most=len(self.tasks) - 1)
        lr, reg = number("lr", asked["lr"], above=0), number("reg", asked["reg"], least=0)
        found = run_grid(self.tasks[task], [lr], [reg])
        raw, sizes = bytes_of([found])
        answer = {"lr": lr, "reg": reg, "verdict": found.verdicts[0][0], "sizes": sizes}
        return {**answer, "packed": raw}


def loss_chart(curves: Array) -> Chart:
    """Draw total, data loss and penalty of a run over its steps, on a log axis."""
    last, codes = STOPS[-1], dict(zip(CURVES, curves, strict=True))
    chart = Chart(
        Axis("step", 0, last, range(0, last + 1, last // 3)),
        Axis("loss", 1e-4, 1e3, [10.0**power for power in range(-4, 4)], log=True),
        SHOWN,
    )
    for name, colour, dash in zip(SHOWN, COLOURS, DASHES, strict=False):
        chart.line(MARKS, numbers_of(codes[name]), key=name, colour=colour, more=dash)
    now = [last], numbers_of(codes["total"])[-1:]
    chart.dots(*now, key="now", colour="currentColor", size=9)
    return chart
