"""Turn the figures of ``growth.py`` into Markdown: every number in the text is computed here."""

from collections.abc import Iterator
from typing import Any

from growth_laws import Record, power_law, ran, still, takeover, upper

# name: (what grows, the network and its steps, slopes of time and memory by theory)
AXES = {
    "points": ("points N", "2-16-4, all N points in every step", (1, 1)),
    "width": ("hidden units H", "64-H-H-10, batches of 100", (2, 2)),
    "depth": ("hidden layers L", "64-64-…-64-10, batches of 100", (1, 1)),
    "grid": ("settings G", "2-16-4, 200 points, G settings in one `train_grid`", (1, 1)),
}

ENDS = {
    "memory": "out of memory",
    "time": "out of time",
    "not finite": "loss not finite",
    "killed": "stopped by the system",
}
STILL = "first layer stands still"

ADVICE = {
    "points": "Mini-batches, `train(..., batch_size=100)`: a step then costs about the same for "
    "any N. {batches}Points that do not fit into memory stay on disk: `np.memmap` opens a file as "
    "an array, which `train` takes as it is, and reads the rows that are asked for; PyTorch's "
    "`DataLoader` fetches batches while the network computes.",
    "width": "PyTorch or JAX on a GPU, which is built for products of large matrices. Numbers of "
    "32 bits instead of 64 halve the memory, also here. Weights that one device cannot hold are "
    "split over several: PyTorch's `FullyShardedDataParallel`, sharding in JAX.",
    "depth": "So that all layers learn: a path around each layer, and batch norm. Here these are "
    "`Residual` and `BatchNorm`. {residual}So that memory lasts: gradient checkpointing "
    "(`torch.utils.checkpoint`, `jax.checkpoint`), which keeps a few of the saved arrays and "
    "computes the others a second time.",
    "grid": "The settings do not need each other, so cut the grid into parts. One part after the "
    "other needs less memory; parts side by side need less time, with joblib on the cores of one "
    "computer, with Ray Tune or a job scheduler on many. `jax.vmap` does on a GPU what "
    "`train_grid` does here.",
}


# --- numbers and tables -------------------------------------------------------------------------


def time_text(seconds: float) -> str:
    """Return a time with two digits or more and its unit.

    >>> time_text(0.000123), time_text(0.0456), time_text(7.89)
    ('123 µs', '46 ms', '7.9 s')
    """
    if seconds < 0.001:
        return short(seconds * 1e6, "µs")
    return short(seconds * 1e3, "ms") if seconds < 1 else short(seconds, "s")


def memory_text(size: float) -> str:
    """Return bytes with two digits or more and their unit.

    >>> memory_text(2048), memory_text(3.25 * 2**20), memory_text(12 * 2**30)
    ('2.0 KiB', '3.2 MiB', '12 GiB')
    """
    powers = {2**30: "GiB", 2**20: "MiB", 2**10: "KiB"}
    unit = next((power for power in powers if size >= power), 2**10)
    return short(size / unit, powers[unit])


def short(value: float, unit: str) -> str:
    """Return a number with one decimal place if it is below 10, else with none."""
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:,.0f} {unit}"


def row(*cells: object) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


def happened(record: Record) -> str:
    """Return what a record has to report besides its figures; nothing if all went well."""
    notes = [STILL] if not record.get("moved", True) else []
    return ", ".join(notes + ([ENDS[record["ended"]]] if record["ended"] else []))


def summary(axes: dict[str, list[Record]]) -> Iterator[str]:
    """Yield a table with a row for each axis."""
    yield row("what grows", "slope of time (theory)", "slope of memory (theory)",
              "size outweighs calls from", "largest that ran", "ended by")  # fmt: skip
    yield row(*["---"] * 6)
    for name, records in axes.items():
        title, _, theory = AXES[name]
        slopes = [power_law(records, key)[1] for key in ("seconds", "bytes")]
        slopes = [f"{slope:.2f} ({known})" for slope, known in zip(slopes, theory, strict=True)]
        start = takeover(records)
        largest, last = ran(records)[-1], records[-1]
        yield row(title, *slopes, f"{start:,}" if start else "—", f"{largest['size']:,}",
                  f"{ENDS[last['ended']]} at {last['size']:,}")  # fmt: skip


def table(name: str, records: list[Record]) -> Iterator[str]:
    """Yield a heading and a table with all figures of an axis."""
    title, network, _ = AXES[name]
    yield from (f"### {title}", "", f"{network}.", "")
    heads = "time of a step", "share of the system", "memory at the peak", "what happened"
    yield row(title, *heads)
    yield row(*["---"] * 5)
    for record in records:
        cost = ("—", "—", "—")
        if "seconds" in record:
            share = f"{record['system']:.0%}"
            cost = time_text(record["seconds"]), share, memory_text(record["bytes"])
        yield row(f"{record['size']:,}", *cost, happened(record))
    yield ""


# --- sentences ----------------------------------------------------------------------------------


def cost_text(record: Record) -> str:
    """Return what a size cost, as the end of a sentence."""
    return f"{time_text(record['seconds'])} for a step and {memory_text(record['bytes'])}"


def breaks(name: str, records: list[Record], limits: dict[str, float]) -> str:
    """Return the sentences that say what ended the growth of an axis, and what broke before."""
    unit = AXES[name][0]
    largest, last = ran(records)[-1], records[-1]
    size = f"{last['size']:,} {unit}"
    words = {
        "memory": f"{size} need more than {memory_text(limits['ceiling'])}.",
        "time": f"{size} were not done within {limits['seconds']} s.",
        "not finite": f"{size}: the loss was no longer a finite number.",
        "killed": f"{size}: the system stopped the process.",
    }
    text = [f"- **{ENDS[last['ended']].capitalize()}.** {words[last['ended']]}"]
    text += [f"{largest['size']:,} still ran, with {cost_text(largest)}."]
    if largest is not last:
        (a, p), (b, q) = power_law(records, "seconds"), power_law(records, "bytes")
        foreseen = {"seconds": a * last["size"] ** p, "bytes": b * last["size"] ** q}
        text += [f"By the slopes, {last['size']:,} need about {cost_text(foreseen)}."]
    if still(records):
        text += [
            f"Learning broke before: from {still(records):,} on, a step leaves the weights of the "
            "first layer bit for bit as they are, because the gradient that arrives there is too "
            "small to change them."
        ]
    return " ".join(text)


def heading(name: str) -> str:
    """Return what grows, as the start of a sentence."""
    grows = AXES[name][0]
    return grows[0].upper() + grows[1:]  # ``capitalize`` would make N, H, L and G small


def above_theory(name: str, records: list[Record]) -> list[str]:
    """Return a sentence if the time grows clearly faster than theory says, else nothing."""
    slope, known = power_law(records, "seconds")[1], AXES[name][2][0]
    if slope < known + 0.1:
        return []
    first, *_, last = upper(records, "seconds")
    return [
        f"- {heading(name)}: slope {slope:.2f} where theory says {known}. The share of the system "
        f"goes from {first['system']:.0%} at {first['size']:,} to {last['system']:.0%} at "
        f"{last['size']:,}."
    ]


def advice(name: str, remedies: dict[str, Record]) -> str:
    """Return what to use where an axis ended, with what has been measured of it."""
    measured = {"batches": "", "residual": ""}
    for remedy, record in remedies.items():
        outcome = happened(record) or cost_text(record)
        if remedy == "residual" and not happened(record):
            outcome = f"the first layer learns, {outcome}"
        measured[remedy] = f"With {record['size']:,}: {outcome}. "
    return f"- **{heading(name)}.** {ADVICE[name].format(**measured)}"


def markdown(figures: dict[str, Any]) -> str:
    """Return the whole report."""
    axes, limits = figures["axes"], figures["limits"]
    ceiling = f"{memory_text(limits['ceiling'])} of arrays"
    slower = [line for name, records in axes.items() for line in above_theory(name, records)]
    if slower:
        slower = [
            "Where time grows faster than theory says, look at the share of processor time that "
            "the operating system takes: every large new array gets fresh memory from it.",
            "",
            *slower,
            "",
        ]
    lines = [
        "# Cost as the work grows, measured",
        "",
        f"{figures['machine']}; {figures['versions']}, one thread. Plain SGD, 64-bit floats.",
        "",
        "Time is that of one step: the median of several, from the start of one to the start of "
        "the next. Memory is the peak that tracemalloc counts: every NumPy array exactly, so the "
        "data, the network and what a step needs, without Python itself and without what was "
        "needed to make the data.",
        "",
        f"Each size ran in a process of its own. Ceiling of memory: {ceiling}. Ceiling of time: "
        f"{limits['seconds']} s for a size, with all its steps and the start of Python.",
        "",
        "![Time and memory of a step over points, width, depth and grid size, on log axes. The "
        "table below has the slopes.](growth.svg)",
        "",
        *summary(axes),
        "",
        "A slope of 1 means that ten times the size costs ten times as much; 2, a hundred times. "
        "It is fitted where the cost is at least ten times that of the smallest size. Below, the "
        "fixed cost of the calls counts: the fourth column says from which size on a step takes "
        "twice the time of the smallest, so that half of it comes from the size.",
        "",
        *slower,
        "## What breaks first",
        "",
        *[breaks(name, records, limits) for name, records in axes.items()],
        "",
        "## What then to use",
        "",
        *[advice(name, figures["remedies"]) for name in axes],
        "",
        "## All figures",
        "",
    ]
    for name, records in axes.items():
        lines += table(name, records)
    return "\n".join(lines)
