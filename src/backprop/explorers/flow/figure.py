"""Gradient flow: how much gradient every layer of a deep, untrained network gets."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from ...contracts import Array, listed, one_of, whole
from ...show.picture import Picture
from ..kit.base import Explorer, row_text
from ..kit.chart import COLOURS, DOTTED, Axis, Chart, side_by_side
from .untrained import ACTIVATIONS, ADDED, VERDICTS, WEIGHTS, share, sizes, untrained, verdict

DEPTHS = (3, 4, 6, 8, 12, 16, 20, 24)
MOST = 50  # Affines; the numbers of the deepest networks leave the range of floats
LOW, HIGH = 1e-12, 1e5  # the ends of the axis


class GradientFlow(Explorer):
    """The size of dW in every layer of an untrained network, from shallow to deep.

    The size is the root mean square over the entries of dW, for the loss on the points of
    chapter 5. ``depths`` are the numbers of Affines to choose from, each from 3 to 50; ``width``
    units stand between them; ``seed`` is that of the weights. ``depth``, ``activation``
    ("sigmoid", "tanh", "ReLU"), ``weights`` ("variance 1/D", "variance 2/D", "deviation 0.01")
    and ``added`` ("nothing", "batch normalisation", "residual blocks") are shown first. Raises
    ``ValueError`` for other choices.
    """

    def __init__(
        self,
        depths: Sequence[int] = DEPTHS,
        *,
        width: int = 16,
        seed: int = 0,
        depth: int = 8,
        activation: str = "sigmoid",
        weights: str = "variance 1/D",
        added: str = "nothing",
    ) -> None:
        listed("depths", depths, "a list of one or more whole numbers")
        depths = [whole("depths", value, least=3, most=MOST) for value in depths]
        if len(set(depths)) < len(depths):
            raise ValueError(f"depths must be different numbers, got {depths}")
        whole("width", width, least=2), whole("seed", seed, least=0)
        choices: dict[str, list[Any]] = {
            "activation": list(ACTIVATIONS),
            "weights": list(WEIGHTS),
            "added": list(ADDED),
            "depth": depths,
        }
        chosen = (activation, weights, added, depth)
        for (name, known), value in zip(choices.items(), chosen, strict=True):
            one_of(name, value, known)
        found = {
            setting: sizes(untrained(setting[-1], *setting[:-1], width=width, seed=seed))
            for setting in product(*choices.values())
        }
        shallow = {
            kind: sizes(untrained(2, *kind, width=width, seed=seed))
            for kind in product(ACTIVATIONS, WEIGHTS, ADDED)
        }
        keys = {setting: verdict(found[setting], shallow[setting[:-1]]) for setting in found}
        words = (
            f"The root mean square of dW of each layer on a log axis. {depth} layers, "
            f"{activation}, starting weights of {weights}, {added} added: the first layer gets "
            f"{share(found[chosen])} what the last one gets. "
            f"{keys[chosen]}: {VERDICTS[keys[chosen]]}"
        )
        plain = found[activation, weights, ADDED[0], depth]
        chart = flow_chart(found[chosen], plain, max(depths))
        data = {
            "label": "gradient of every layer",
            "choices": [list(map(str, known)) for known in choices.values()],
            "first": [
                list(known).index(value)
                for known, value in zip(choices.values(), chosen, strict=True)
            ],
            "sizes": [row_text(f"{size:.3g}" for size in row) for row in found.values()],
            "shares": [share(row) for row in found.values()],
            "verdicts": row_text(list(VERDICTS).index(key) for key in keys.values()),
            "words": [f"{key}: {told}" for key, told in VERDICTS.items()],
            "chart": chart.spec(words),
        }
        picture = side_by_side(chart.svg("The size of dW, layer by layer."), f"<p>{words}</p>")
        super().__init__(data, Picture(picture, words))


def flow_chart(found: Array, plain: Array, last: int) -> Chart:
    """Draw the size of dW over the layers, and faintly that of the network with nothing added."""
    ticks = sorted({1, *(round(last * i / 4) for i in range(1, 5))})
    chart = Chart(
        Axis("layer", 0.5, last + 0.5, ticks),
        Axis(
            "size of dW (dotted: with nothing added)",
            LOW,
            HIGH,
            [10.0**power for power in range(-12, 5, 4)],
            log=True,
        ),
    )
    chart.line(range(1, len(plain) + 1), plain, key="plain", colour="currentColor", more=DOTTED)
    layers = range(1, len(found) + 1)
    chart.line(layers, found, key="sizes", colour=COLOURS[0])
    chart.dots(layers, found, key="layers", colour=COLOURS[0], size=7)
    return chart
