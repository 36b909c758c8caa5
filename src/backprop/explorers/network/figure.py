"""Network stepper: both passes and the update inside a small network while it learns."""

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...contracts import Array, number, one_of, some_of, whole
from ...network import Network
from ...show.drawing import short
from ...show.picture import Picture
from ..kit.base import Explorer, row_text
from ..kit.chart import side_by_side
from ..kit.outlines import GRID, packed
from ..kit.packing import planes, signed, signed_numbers_of
from ..kit.points import plane
from ..kit.regions import borders
from .drawing import LOOK, map_paths, network_svg
from .passes import CLASSES, STOPS, Record, Run, chosen, record


class NetworkStepper(Explorer):
    """A network of 2 inputs, 4 hidden units and 2 or 4 classes while it learns, seen from inside.

    Readers choose a point, a step of training, how far the passes have come, and a weight or unit
    to look at. There is a switch for ``colourings`` ("quadrants", "XOR") if there are two. The
    network starts from ``seed`` and learns with ``lr`` and ``reg``; with a live kernel others can
    be asked for. ``point`` (of 8) and ``step`` (0, 1, 2, 5, 10, 30, 100 or 300) are shown
    first. Raises ``ValueError`` for choices that make no sense.
    """

    def __init__(
        self,
        *,
        colourings: Sequence[str] = tuple(CLASSES),
        seed: int = 1,
        lr: float = 0.5,
        reg: float = 0,
        point: int = 1,
        step: int = 0,
    ) -> None:
        some_of("colourings", colourings, tuple(CLASSES))
        whole("point", point, most=len(chosen()))
        one_of("step", step, STOPS)
        self.colourings, self.seed = list(colourings), whole("seed", seed, least=0)
        number("lr", lr, above=0), number("reg", reg, least=0)
        records = [record(Run(name, seed, lr, reg)) for name in colourings]
        at = STOPS.index(step), point - 1
        alt = words(records[0], *at)
        tasks = [task(one, alt) for one in records]
        data = {
            "label": "a small network while it learns",
            "stops": list(STOPS),
            "look": LOOK | {"grid": GRID},
            "first": {"stop": at[0], "point": at[1], "lr": lr, "reg": reg},
            "tasks": tasks,
        }
        regions = packed(*borders(records[0].networks[at[0]]))
        picture = side_by_side(still(records[0], *at, alt), plane(colourings[0], regions))
        table = zlib.compress(b"".join(map(bytes_of, records)), 9)
        super().__init__(data, Picture(picture, alt), table)

    def exact(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Train with other settings than those of the table."""
        asked: dict[str, Any] = {"task": None, "lr": None, "reg": None, **settings}
        which = whole("task", asked["task"], least=0, most=len(self.colourings) - 1)
        lr, reg = number("lr", asked["lr"], above=0), number("reg", asked["reg"], least=0)
        found = record(Run(self.colourings[which], self.seed, lr, reg))
        return {"lr": lr, "reg": reg, **pieces(found), "packed": bytes_of(found)}


def task(found: Record, alt: str) -> dict[str, Any]:
    """Return what JavaScript has to know about a run besides its numbers."""
    colouring, (X, t) = found.run.colouring, found.run.points()
    return {
        "colouring": colouring,
        "names": list(CLASSES[colouring]),
        "points": [[*three_digits(X[row]).tolist(), int(t[row])] for row in chosen()],
        "fields": [
            [[name, values[0, 0].size] for name, values in found.alone.items()],
            [[name, values[0].size] for name, values in found.together.items()],
        ],
        "svg": network_svg(CLASSES[colouring], alt, {}, {}, {}, [""] * 20),
        "plane": plane(colouring),
        **pieces(found),
    }


def pieces(found: Record) -> dict[str, Any]:
    """Return for every stop what each hidden unit makes of the plane, and the whole network.

    ``maps`` are paths, separated by commas; ``heads`` and ``places`` those of ``outlines.packed``.
    """
    heads, points = zip(*(packed(*borders(network)) for network in found.networks), strict=True)
    return {
        "maps": [",".join(map_paths(*network.parameters[:2])) for network in found.networks],
        "heads": row_text(b"".join(heads)),
        "places": row_text(b"".join(points)),
    }


def bytes_of(found: Record) -> bytes:
    """Return all numbers of a run, as two-byte codes."""
    values = [*found.alone.values(), *found.together.values()]
    return planes(np.concatenate([signed(one).ravel() for one in values]))


def still(found: Record, stop: int, point: int, alt: str) -> str:
    """Draw the network after both passes, for one point alone."""
    here = {name: texts(values[stop, point]) for name, values in found.alone.items()}
    spot = found.run.points()[0][chosen()[point]]
    columns = enumerate((texts(spot), here["h"], here["s"], here["y"]))
    values = {f"{k}.{i}": text for k, column in columns for i, text in enumerate(column)}
    back = enumerate((here["dx"], here["da"], here["ds"]))
    gradients = {f"{k}.{i}": text for k, column in back for i, text in enumerate(column)}
    network, name = found.networks[stop], found.run.colouring
    return network_svg(
        CLASSES[name],
        alt,
        {**values, "loss": f"loss {here['loss'][0]}"},
        gradients,
        weights(network, found.alone["gradient"][stop, point]),
        map_paths(*network.parameters[:2]),
        spot,
    )


def weights(network: Network, numbers: Array) -> dict[str, float]:
    """Return those numbers of all parameters that belong to weights, by the keys of the drawing."""
    found, start = {}, 0
    for k, layer in enumerate(network.affine):
        for i, j in np.ndindex(layer.W.shape):
            found[f"{k}.{i}.{j}"] = float(numbers[start + i * layer.outputs + j])
        start += layer.W.size + layer.b.size
    return found


def texts(values: Array) -> list[str]:
    """Return numbers as the page writes them."""
    return [short(value) for value in three_digits(np.atleast_1d(values))]


def three_digits(values: Array) -> Array:
    """Return numbers as the page has them."""
    return signed_numbers_of(signed(values))


def words(found: Record, stop: int, point: int) -> str:
    """Say what the still picture shows."""
    (X, t), row, names = found.run.points(), chosen()[point], CLASSES[found.run.colouring]
    (x, y), (p,) = texts(X[row]), texts(found.alone["y"][stop, point, t[row]])
    (loss,) = texts(found.alone["loss"][stop, point])
    return (
        f"A network of 2 inputs, 4 hidden units and {len(names)} scores at step {STOPS[stop]} of "
        f"its training, after both passes. The point ({x}, {y}) of class {names[t[row]]} gets the "
        f"probability {p} for it, so its loss is {loss}. Below each unit stands its gradient; the "
        "thicker a line, the larger the gradient of that weight, and it is dashed below 0."
    )
