"""Draw the figures of ``growth.py``: a panel for each thing that grows."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import matplotlib
from growth_laws import Record, columns, power_law, ran, upper
from growth_report import AXES, ENDS, memory_text, time_text
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator

from backprop.show.plots import COLOURS, MARKERS

COSTS = {"seconds": "time of a step", "bytes": "memory at the peak"}
SAME_BYTES = {"svg.hashsalt": "growth", "svg.fonttype": "path"}  # for the same figures


def panel(time: Axes, memory: Axes, name: str, records: list[Record]) -> None:
    """Draw time on the left scale, memory on the right one, and where the growth ended."""
    measured, last = ran(records), records[-1]
    title, _, theory = AXES[name]
    for i, (ax, key) in enumerate(zip((time, memory), COSTS, strict=True)):
        colour = COLOURS[i]
        ax.plot(*columns(measured, key), MARKERS[i], color=colour, markersize=4, label=COSTS[key])
        a, slope = power_law(records, key)
        fitted, _ = columns(upper(records, key), key)
        label = f"slope {slope:.2f} (theory {theory[i]})"
        ax.plot(fitted, a * fitted**slope, color=colour, linewidth=1.2, label=label)
    time.axvline(last["size"], color="0.4", linestyle=":", linewidth=1.2)
    place = (last["size"], 0.03)
    time.annotate(ENDS[last["ended"]], place, (-3, 0), xycoords=("data", "axes fraction"),
                  textcoords="offset points", rotation=90, ha="right", va="bottom",
                  color="0.3", fontsize=8)  # fmt: skip
    time.set_title(title, fontsize=10)


def scales(time: Axes, memory: Axes) -> None:
    """Give both scales of a panel logarithms, units and colours."""
    units = FuncFormatter(lambda value, _: time_text(value).replace(".0", ""))
    bytes_units = FuncFormatter(lambda value, _: memory_text(value).replace(".0", ""))
    time.set(xscale="log", yscale="log")
    memory.set_yscale("log", base=2)
    for ax, formatter, colour in ((time, units, COLOURS[0]), (memory, bytes_units, COLOURS[1])):
        ax.yaxis.set_major_formatter(formatter)
        ax.minorticks_off()
        ax.tick_params(axis="y", colors=colour, labelsize=8)
    time.yaxis.set_major_locator(LogLocator(base=10, numticks=12))
    memory.yaxis.set_major_locator(LogLocator(base=2**5, numticks=12))
    time.tick_params(axis="x", labelsize=8)
    time.grid(alpha=0.3)


def figure(axes: dict[str, list[Record]]) -> Figure:
    """Return the figure, one panel for each axis of growth, all with the same scales."""
    made = Figure(figsize=(7.2, 6.4), layout="constrained", facecolor="white")
    panels = made.subplots(2, 2, sharey=True)
    memories = [time.twinx() for time in panels.flat]
    for time, memory, (name, records) in zip(panels.flat, memories, axes.items(), strict=True):
        memory.sharey(memories[0])
        scales(time, memory)
        panel(time, memory, name, records)
        lines = [*time.get_legend_handles_labels()[0], *memory.get_legend_handles_labels()[0]]
        fits = [line for line in lines if line.get_label().startswith("slope")]
        time.legend(handles=fits, fontsize=8, frameon=False, loc="upper left")
    points = [line for line in lines if line not in fits]
    made.legend(handles=points, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return made


def digest(figures: dict[str, Any]) -> str:
    """Return a short digest, by which a test sees that the plot shows the figures of today."""
    return sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest()[:16]


def draw(figures: dict[str, Any], path: Path) -> None:
    """Write the figure as SVG: the same bytes for the same figures."""
    with matplotlib.rc_context(SAME_BYTES):
        metadata = {"Date": None, "Identifier": digest(figures)}
        figure(figures["axes"]).savefig(path, metadata=metadata)
