"""What the figures of ``growth.py`` say: slopes, and the sizes at which something changes.

A record is what one size cost: ``size``, ``seconds`` of a step, ``bytes`` at the peak, ``system``
(the system's share of the processor time), ``moved`` (whether the first layer's weights changed)
and ``ended``: the ceiling that it met, or None. If it met one, the costs can be missing.
"""

from typing import Any

import numpy as np

Record = dict[str, Any]


def ran(records: list[Record]) -> list[Record]:
    """Return the records that hold measurements: all but a last one that met a ceiling."""
    return [record for record in records if "seconds" in record]


def upper(records: list[Record], key: str) -> list[Record]:
    """Return the upper part: at least ten times the smallest cost; three sizes if these are few."""
    measured = ran(records)
    high = [record for record in measured if record[key] >= 10 * measured[0][key]]
    return high if len(high) >= 3 else measured[-3:]


def columns(records: list[Record], key: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the sizes of the records and their costs."""
    return tuple(np.array([[record["size"], record[key]] for record in records], dtype=float).T)


def power_law(records: list[Record], key: str) -> tuple[float, float]:
    """Return (a, slope) of a * size**slope, fitted to the logarithms of the upper part."""
    sizes, costs = columns(upper(records, key), key)
    slope, log_a = np.polyfit(np.log(sizes), np.log(costs), deg=1)
    return float(np.exp(log_a)), float(slope)


def takeover(records: list[Record]) -> int | None:
    """Return the first size with twice the time of the smallest: half of it comes from the size."""
    measured = ran(records)
    return next((r["size"] for r in measured if r["seconds"] >= 2 * measured[0]["seconds"]), None)


def still(records: list[Record]) -> int | None:
    """Return the first size whose steps left the first layer's weights as they were, if any."""
    return next((record["size"] for record in ran(records) if not record["moved"]), None)
