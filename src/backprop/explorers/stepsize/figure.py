"""Step size: the error of a measured gradient over the step h, from too large to too small."""

from itertools import product
from typing import Any

import numpy as np

from ...contracts import one_of
from ...show.drawing import short
from ...show.picture import Picture
from ..kit.base import Explorer, rounded, row_text
from ..kit.chart import COLOURS, DASHES, DOTTED, Axis, Chart, side_by_side
from .differences import PROBLEMS, Kind, Problem, expected, quotients, verdict

HS = (*(float(f"{digit}e{power}") for power in range(-15, 0) for digit in (1, 3)), 1.0)
PRECISIONS: dict[str, tuple[Kind, float, int]] = {  # type, half its epsilon, digits shown
    "float64": (float, 2.0**-53, 13),
    "float32": (np.float32, 2.0**-24, 8),
}
NAMES = ("forward", "central")


def curve(problem: Problem, precision: str) -> dict[str, Any]:
    """Return for every h the quotients as texts, their relative errors and the verdict.

    ``guides`` are three straight lines by their ends, at the smallest and the largest h: the
    truncation of forward and of central, and about what rounding adds.
    """
    kind, half, digits = PRECISIONS[precision]
    gradient = problem.gradient()
    pairs = [[float(value) for value in quotients(problem, h, kind)] for h in HS]
    values = zip(*pairs, strict=True)
    errors = abs(np.array(pairs).T - gradient) / gradient
    (low, low_rounding), (high, high_rounding) = (
        expected(problem, h, half) for h in (HS[0], HS[-1])
    )
    guides = [*(zip(low, high, strict=True) if low else [(), ()]), (low_rounding, high_rounding)]
    return {
        "values": [row_text(f"{v:.{digits}g}".replace("-", "−") for v in row) for row in values],
        "errors": [row_text(f"{error:.3g}" for error in row) for row in errors],
        "guides": rounded(guides),
        "verdicts": [verdict(problem, h, kind, half) for h in HS],
    }


def error_chart(found: dict[str, Any], at: int) -> Chart:
    """Draw the errors of a curve over h, with dots at one h, and the guides."""
    chart = Chart(
        Axis("step h", HS[0] / 2, 2, [10.0**power for power in range(-15, 1, 5)], log=True),
        Axis(
            "relative error (dotted: slopes 1, 2, −1)",
            1e-17,
            10,
            [10.0**power for power in range(-16, 1, 4)],
            log=True,
        ),
        NAMES,
    )
    for i, values in enumerate(found["guides"]):
        ends = (HS[0], HS[-1])[: len(values)]
        chart.line(ends, values, key=f"guide {i}", colour="currentColor", more=DOTTED)
    for i, (name, dash) in enumerate(zip(NAMES, DASHES, strict=False)):
        errors = [float(text) for text in found["errors"][i].split(" ")]
        chart.line(HS, errors, key=name, colour=COLOURS[i], more=dash)
        chart.dots(
            HS[at : at + 1], errors[at : at + 1], key=f"{name} now", colour=COLOURS[i], size=10
        )
    return chart


class StepSize(Explorer):
    """The relative error of forward and central differences over the step h, on log axes.

    There are three functions, each at a point, and two precisions. ``function`` (such as
    "x³ at 3"), ``precision`` ("float64" or "float32") and ``h``, one of 1, 0.3, 0.1, 0.03, … down
    to 1e-15, are shown first. Errors are relative to the true gradient. Raises ``ValueError`` for
    other choices.
    """

    def __init__(
        self, *, function: str = "x³ at 3", precision: str = "float64", h: float = 1e-5
    ) -> None:
        names = [problem.name for problem in PROBLEMS]
        choices: dict[str, list[Any]] = {
            "function": names,
            "precision": list(PRECISIONS),
            "h": list(HS),
        }
        for (name, known), value in zip(choices.items(), (function, precision, h), strict=True):
            one_of(name, value, known)
        first = [names.index(function), list(PRECISIONS).index(precision), HS.index(h)]
        curves = [curve(problem, name) for problem, name in product(PROBLEMS, PRECISIONS)]
        verdicts = sorted({words for found in curves for words in found["verdicts"]})
        for one in curves:
            one["verdicts"] = row_text(verdicts.index(words) for words in one["verdicts"])
        shown, at = curves[first[0] * len(PRECISIONS) + first[1]], first[2]
        chart = error_chart(shown, at)
        found = ", ".join(
            f"{name} is off by {short(float(row.split(' ')[at]))}"
            for name, row in zip(NAMES, shown["errors"], strict=True)
        )
        words = (
            f"The relative errors of the two difference quotients over the step h. {function}, "
            f"h = {short(h)} in {precision}: {found}. "
            f"{verdicts[int(shown['verdicts'].split(' ')[at])]}"
        )
        data = {
            "label": "the step h of a measured gradient",
            "functions": names,
            "gradients": [short(problem.gradient()) for problem in PROBLEMS],
            "precisions": list(PRECISIONS),
            "hs": list(HS),
            "first": first,
            "curves": curves,
            "verdicts": verdicts,
            "chart": chart.spec(words),
        }
        picture = side_by_side(chart.svg("Relative error over h, log axes."), f"<p>{words}</p>")
        super().__init__(data, Picture(picture, words))
