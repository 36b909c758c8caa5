"""Softmax bench: three scores and a label; probabilities, loss and the gradient y − t."""

from collections.abc import Sequence
from html import escape
from itertools import product
from typing import Any

import numpy as np

from ...contracts import Array, numbers, some_of, whole
from ...layers import SoftmaxWithLoss
from ...show.drawing import short
from ...show.picture import Picture, text
from ...show.widths import text_width
from ..kit.base import Explorer, row_text
from ..kit.chart import COLOURS, EDGE, FAINT, SIZE, STYLE, WIDTH, side_by_side, within

CLASSES = 3
SCORES = tuple(i / 2 for i in range(-6, 7))
PARTS = 10_000  # numbers are stored as whole ten-thousandths: four decimals

LARGEST = 8  # the end of the bar for the loss
ROW, HEAD = 30, 26  # pixels
NAMES, NUMBERS = (EDGE + text_width(words, SIZE) + 8 for words in ("class 0 (right)", "−0.0000"))


def outcome(scores: Sequence[float]) -> Array:
    """Return, in ten-thousandths: y, then for each label the loss and the gradient."""
    layer, found = SoftmaxWithLoss(), []
    for label in range(CLASSES):
        loss = layer.forward(np.array([scores]), np.array([label]))
        found += [loss, *layer.backward()[0]]
    whole_parts: Array = np.rint(PARTS * np.array([*layer.y[0], *found])).astype(int)
    return whole_parts


class SoftmaxBench(Explorer):
    """Three scores and a label: see the probabilities, the loss, and y − t.

    Each score is one of ``choices``; ``scores`` and ``label`` are shown first. Raises
    ``ValueError`` for scores that are no choices and for a label that is no class.
    """

    def __init__(
        self,
        choices: Sequence[float] = SCORES,
        *,
        scores: Sequence[float] = (0.5, 1, 1.5),
        label: int = 1,
    ) -> None:
        choices = numbers("choices", choices).tolist()
        if max(map(abs, choices)) > LARGEST / 2:
            raise ValueError(
                f"choices must lie between -{LARGEST / 2:g} and {LARGEST / 2:g}, got {choices}"
            )
        some_of("scores", scores, choices, count=CLASSES)
        whole("label", label, least=0, most=CLASSES - 1)
        table = [outcome(setting) for setting in product(choices, repeat=CLASSES)]
        # Settings that differ by a constant in all scores have the same row: keep it once.
        rows, row_of = np.unique(table, axis=0, return_inverse=True)
        charts = draw(outcome(scores) / PARTS, label)
        said = ", ".join(short(score) for score in scores)
        alt = f"The scores {said} with label {label}: probabilities, gradient and loss as bars."
        data = {
            "label": "softmax with loss",
            "parts": PARTS,
            "choices": [short(choice) for choice in choices],
            "first": {"scores": [choices.index(score) for score in scores], "label": label},
            "rows": [row_text(row) for row in rows],
            "rowOf": row_text(row_of.ravel()),
            "charts": charts,
        }
        picture = Picture(side_by_side(*(chart["svg"] for chart in charts)), alt)
        super().__init__(data, picture)


def draw(numbers: Array, label: int) -> list[dict[str, Any]]:
    """Draw the bars of one setting: probabilities, gradient, loss."""
    y, (loss, *gradient) = numbers[:CLASSES], numbers[CLASSES:].reshape(CLASSES, -1)[label]
    names = [f"class {k}{' (right)' if k == label else ''}" for k in range(CLASSES)]
    return [
        bars("probabilities y", names, y, 0, 1, COLOURS),
        bars("gradient y − t", names, gradient, -1, 1, COLOURS),
        bars("loss", ["−ln y"], [loss], 0, LARGEST, ["currentColor"]),
    ]


def bars(
    title: str,
    names: Sequence[str],
    values: Sequence[float] | Array,
    low: float,
    high: float,
    colours: Sequence[str],
) -> dict[str, Any]:
    """Draw a row for each value: its name, a bar from 0, the number. JavaScript moves them."""
    left, right = NAMES, WIDTH - NUMBERS

    def at(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    bottom = HEAD + ROW * len(values)
    parts = [text(left, 14, title, "start")]
    for value in sorted({low, 0, high}):
        parts.append(f'<path d="M{at(value):.1f} {HEAD - 4}V{bottom}" {FAINT}/>')
        parts.append(text(at(value), bottom + 15, short(value), "middle"))
    for k, (name, value, colour) in enumerate(zip(names, values, colours, strict=False)):
        y = HEAD + ROW * k
        start, end = sorted((at(0), at(value)))
        size = f'y="{y}" width="{end - start:.1f}" height="{ROW - 8}" style="fill:{colour}"'
        parts.append(text(EDGE, y + 16, name, "start", f' data-name="{k}"'))
        parts.append(f'<rect data-bar="{k}" x="{start:.1f}" {size}/>')
        number = f"{value:.4f}".replace("-", "−")
        parts.append(text(WIDTH - EDGE, y + 16, number, "end", f' data-number="{k}"'))
    alt = f"{title}: " + ", ".join(f"{n} {v:.4f}" for n, v in zip(names, values, strict=True))
    head = f'<svg viewBox="0 0 {WIDTH} {bottom + 24}" style="{STYLE}" role="img"'
    svg = f'{head} aria-label="{escape(alt)}">{within(parts)}</svg>'
    return {"svg": svg, "title": title, "low": low, "high": high, "left": left, "right": right}
