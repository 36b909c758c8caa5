"""Optimizer paths: SGD, Momentum and Adam on a bowl that is longer than wide."""

from collections.abc import Sequence
from itertools import product
from math import sqrt

from ...contracts import Array, numbers, one_of, some_of, whole
from ...show.drawing import short
from ...show.picture import Picture
from ..kit.base import Explorer
from ..kit.chart import COLOURS, DASHES, INNER, Axis, Chart, side_by_side
from .walks import LOST, OPTIMIZERS, PARTS, Walk, said, texts, verdict, walk

KAPPAS = (1, 10, 50)
LRS = (0.01, 0.02, 0.03, 0.04, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2)
MOST = 1000  # a larger learning rate or κ leaves the range of floats
EDGE = 2.4  # how far the picture reaches to the left and to the right
CONTOURS = (0.5, 1, 2, 4, 8)  # where they cross the x axis; each has 4 times the loss of the last


class OptimizerPaths(Explorer):
    """The paths of SGD, Momentum (0.9) and Adam on the bowl (x² + κ y²) / 2, and their losses.

    All three start at (2, 1), and each has a learning rate of its own. ``kappas`` and ``lrs`` are
    the choices, ``steps`` is the length of the paths; ``kappa``, the three of ``lr`` and ``step``
    are shown first. Raises ``ValueError`` for bad values.
    """

    def __init__(
        self,
        kappas: Sequence[float] = KAPPAS,
        lrs: Sequence[float] = LRS,
        steps: int = 50,
        *,
        kappa: float = 50,
        lr: tuple[float, float, float] = (0.03, 0.03, 0.1),
        step: int = 40,
    ) -> None:
        for name, known, least in (("kappas", kappas, {"least": 1}), ("lrs", lrs, {"above": 0})):
            if max(numbers(name, known, **least)) > MOST or len(set(known)) < len(known):
                raise ValueError(
                    f"{name} must be different numbers, at most {MOST}, got {list(known)}"
                )
        one_of("kappa", kappa, list(kappas))
        some_of("lr", lr, list(lrs), count=len(OPTIMIZERS))
        whole("steps", steps), whole("step", step, least=0, most=steps)
        runs = {
            setting: [walk(name, *setting, steps) for name in OPTIMIZERS]
            for setting in product(kappas, lrs)
        }
        rows: dict[str, int] = {}  # x does not depend on κ: equal rows are stored once
        stored = [
            [[rows.setdefault(text, len(rows)) for text in texts(one)] for one in walks]
            for walks in runs.values()
        ]
        run = [runs[kappa, rate][i] for i, rate in enumerate(lr)]
        ends = [
            f"{name} {said(losses, step)} with {rate:g}"
            for name, rate, (_, losses) in zip(OPTIMIZERS, lr, run, strict=True)
        ]
        words = [verdict(name, kappa, rate) for name, rate in zip(OPTIMIZERS, lr, strict=True)]
        alt = (
            f"The paths of SGD, Momentum and Adam on the bowl (x² + {kappa:g} y²) / 2. The losses "
            f"after {step} steps, and the learning rates: {', '.join(ends)}. {' '.join(words)}"
        ).strip()
        bowl, loss = bowl_chart(run, kappas, kappa, step), loss_chart(run, steps, step)
        alts = alt, "The losses of the three optimizers over the steps, on a log axis."
        data = {
            "label": "paths of three optimizers",
            "optimizers": list(OPTIMIZERS),
            "kappas": [short(value) for value in kappas],
            "lrs": [short(value) for value in lrs],
            "steps": steps,
            "lost": LOST,
            "parts": PARTS,
            "first": {
                "kappa": list(kappas).index(kappa),
                "rates": [list(lrs).index(rate) for rate in lr],
                "step": step,
            },
            "rows": list(rows),
            "runs": stored,
            "verdicts": [[verdict(name, *setting) for name in OPTIMIZERS] for setting in runs],
            "charts": [bowl.spec(alts[0]), loss.spec(alts[1])],
        }
        picture = Picture(side_by_side(bowl.svg(alts[0]), loss.svg(alts[1])), alt)
        super().__init__(data, picture)


def bowl_chart(run: list[Walk], kappas: Sequence[float], kappa: float, step: int) -> Chart:
    """Draw the contours of all bowls, those of one κ visibly, and the paths so far."""
    width, height = INNER
    edge = EDGE * height / width  # so that a circle is round
    radii = [length * width / (2 * EDGE) for length in CONTOURS]
    chart = Chart(Axis("x", -EDGE, EDGE, range(-2, 3)), Axis("y", -edge, edge, range(-1, 2)))
    for value in kappas:
        ellipses = "".join(
            f'<ellipse cx="{width / 2}" cy="{height / 2}" rx="{r:.1f}" ry="{r / sqrt(value):.1f}"/>'
            for r in radii
        )
        style = 'fill="none" stroke="currentColor" stroke-opacity="0.6"'
        hidden = "" if value == kappa else ' display="none"'
        chart.parts.append(f'<g data-contours="{value:g}" {style}{hidden}>{ellipses}</g>')
    for i, (name, (places, _)) in enumerate(zip(OPTIMIZERS, run, strict=True)):
        x, y = places[: step + 1].T
        draw(chart, name, x, y, i)
    return chart


def loss_chart(run: list[Walk], steps: int, step: int) -> Chart:
    """Draw the losses so far on a log axis, and which line is whose."""
    chart = Chart(
        Axis("step", -0.03 * steps, 1.03 * steps, sorted({round(steps * i / 5) for i in range(6)})),
        Axis("loss", 1e-6, 1e4, [10.0**power for power in range(-6, 5, 2)], log=True),
        list(OPTIMIZERS),
    )
    for i, (name, (_, losses)) in enumerate(zip(OPTIMIZERS, run, strict=True)):
        draw(chart, name, range(len(losses[: step + 1])), losses[: step + 1], i)
    return chart


def draw(chart: Chart, name: str, xs: Array | range, ys: Array, i: int) -> None:
    """Add the line, the stops and the present place of optimizer i, which JavaScript moves."""
    chart.line(xs, ys, key=f"{name} path", colour=COLOURS[i], more=DASHES[i])
    chart.dots(xs, ys, key=f"{name} stops", colour=COLOURS[i], size=4)
    # a disc, a square and a disc with a pupil are told apart without colours
    cap = "square" if name == "Momentum" else "round"
    chart.dots(xs[-1:], ys[-1:], key=f"{name} now", colour=COLOURS[i], size=11, cap=cap)
    pupil = 4 if name == "Adam" else 0
    chart.dots(xs[-1:], ys[-1:], key=f"{name} pupil", colour="currentColor", size=pupil)
