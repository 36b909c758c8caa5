"""Make the tables and the plot of what ``compare.py`` has measured.

``results.md`` has everything. The table for 64-bit numbers on one thread also stands in the README
and in the book's page on speed, between two comments.
"""

import json
from io import StringIO
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.ticker import LogLocator, NullLocator

HERE = Path(__file__).resolve().parent
FIGURES = HERE / "results.json"
README = HERE.parent / "README.md"
PAGE = HERE.parent / "chapters" / "speed.md"
BEGIN, END = "<!-- speed: written by run.py bench -->\n", "<!-- speed ends -->\n"
MAIN = ("float64", 1)
BOOK = "this book"
COLOURS = {"book": "#0072b2", "peer": "#d55e00", "part": "#666666"}

INTRODUCTION = """\
# The book and its peers, measured

Four trainings, each with the same data, first weights, batches and steps for everybody. In (a) to
(c) all keep the loss of every step, as far as the library tells it; the book also counts the right
answers, and in (d) it alone keeps both. Before any time was taken, the losses agreed to 1e-6, with
32 bits to 1e-4: the final ones, and those on the way where a library tells them.
"""

READING = """\
Times are those of the whole training, medians of 7 to 15 rounds in which everybody has one turn. In
brackets: how many times the book's time that is, so below 1 is faster than the book. The last
column is the very first training of (a), with what a library loads late and compiles for it; the
import of the library is not counted.

Two lines are no trainings but parts of a step, alone: its five matrix products, and the calls of
NumPy with next to nothing to compute. "Compiled step" is a function that the library has translated
to machine code, called from a Python loop; "compiled loop" has the loop inside as well.

All train the networks of (d) in one loop, but for the line that says so and scikit-learn, which
trains one after the other and stops where a loss overflows. In {jumpy} of the {settings} settings
the steps jump about or the loss overflows, so that rounding alone makes two runs differ; there
losses are not compared, and nowhere in (d) with 32 bits. micrograd does two steps of (a), and its
time is scaled up. The book makes its network, checks its input and draws its batches within its
time; the others get them made, which is worth 1 % or 2 %.
"""


def number(value: float) -> str:
    """Return a number with two or three digits, and commas where it is large."""
    if value >= 100:
        digits = 2 - len(str(int(value)))
        return f"{round(value, digits if value >= 1000 else 0):,.0f}"
    if value >= 1:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it, from which no line break parts it."""
    value, unit = (seconds, "s") if seconds >= 1 else (1000 * seconds, "ms")
    return f"{number(value)}\N{NO-BREAK SPACE}{unit}"


def chosen(figures: dict, dtype: str, threads: int) -> dict[str, dict[str, dict]]:
    """Return the records of one process: by contender, then by task."""
    table: dict[str, dict[str, dict]] = {}
    for record in figures["records"]:
        if (record["dtype"], record["threads"]) == (dtype, threads):
            table.setdefault(record["name"], {})[record["task"]] = record
    return table


def table(figures: dict, dtype: str, threads: int, *, times: bool) -> str:
    """Return a Markdown table: the book's times and the others' ratios, or both for everybody."""
    records = chosen(figures, dtype, threads)
    keys = list(figures["tasks"])
    lines = [
        f"| | {' | '.join(f'({key})' for key in keys)} | first time (a) |",
        "| --- |" + " ---: |" * (len(keys) + 1),
    ]
    for name, row in records.items():
        cells = [
            cell(row.get(key), times=times or name == BOOK, ratio=name != BOOK) for key in keys
        ]
        first = row.get("a")
        cells.append(duration(first["first"]) if first and not first["part"] else "")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def cell(record: dict | None, *, times: bool, ratio: bool) -> str:
    """Return the time of a record, or its ratio, or its time and its ratio in brackets."""
    if record is None:
        return ""
    if not times:
        return number(record["ratio"])
    brackets = f" ({number(record['ratio'])})" if ratio else ""
    return duration(record["seconds"]) + brackets


def legend(figures: dict) -> str:
    """Return what the letters of the tasks stand for, as a list."""
    return "".join(f"- ({key}) {title}\n" for key, title in figures["tasks"].items())


def short(figures: dict) -> str:
    """Return the table of the README and of the page on speed, with what is needed to read it."""
    return (
        f"{legend(figures)}\n{table(figures, *MAIN, times=False)}\n"
        "The first line is the time of a whole training, the others are multiples of it: above 1 "
        "is slower than the book, below 1 faster. Two lines are parts of a step, alone. A compiled "
        "step is one function in machine code; a compiled loop has all steps in it. The last "
        "column is the very first training of (a), with what is loaded late or compiled for it. "
        f"64-bit numbers, one thread; {figures['machine']}; {figures['versions']}.\n"
    )


def page(figures: dict) -> str:
    """Return results.md."""
    parts = [
        INTRODUCTION,
        legend(figures),
        f"{figures['machine']}. {figures['versions']}.\n",
        READING.format(jumpy=figures["settings"] - figures["calm"], settings=figures["settings"]),
        "![The ratios of the first table as dots on a log axis, a panel for each training]"
        "(results.svg)\n",
    ]
    settings = dict.fromkeys((r["dtype"], r["threads"]) for r in figures["records"])
    for dtype, threads in settings:
        heading = f"## {dtype}, {threads} thread{'s' if threads > 1 else ''}\n"
        parts += [heading, table(figures, dtype, threads, times=True)]
    return "\n".join(parts)


def plot(figures: dict) -> plt.Figure:
    """Return the ratios of the main table as dots, a panel for each task."""
    records = chosen(figures, *MAIN)
    names = [name for name in records if name != BOOK][::-1]
    figure, axes = plt.subplots(
        1, len(figures["tasks"]), figsize=(9.5, 3.6), sharey=True, layout="constrained"
    )
    for ax, (key, title) in zip(axes, figures["tasks"].items(), strict=True):
        ax.axvline(1, color=COLOURS["book"])
        for y, name in enumerate(names):
            if record := records[name].get(key):
                kind = "part" if record["part"] else "peer"
                ax.plot(record["ratio"], y, "o", color=COLOURS[kind])
        ax.set(xscale="log", title=f"({key}) {title.split(':')[0]}")
        largest = max(row[key]["ratio"] for row in records.values() if key in row)
        ax.set_xlim(0.01, max(30, 3 * largest))
        ax.xaxis.set_major_locator(LogLocator(numticks=5))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.grid(axis="x", alpha=0.3)
    axes[0].set_yticks(range(len(names)), names)
    figure.supxlabel("time divided by the time of the book (the blue line)", size="medium")
    return figure


def svg(figures: dict) -> str:
    """Return the plot as SVG, the same bytes for the same figures."""
    text = StringIO()
    with plt.rc_context({"svg.hashsalt": "results", "svg.fonttype": "none"}):
        figure = plot(figures)
        figure.savefig(text, format="svg", facecolor="white", metadata={"Date": None})
    plt.close(figure)
    return text.getvalue()


def with_table(text: str, figures: dict) -> str:
    """Return the text of the README, or of the page on speed, with its table replaced."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return before + BEGIN + short(figures) + END + after


def write(figures: dict) -> None:
    """Write results.md and the plot, and the table into the README and the page on speed."""
    texts = {
        FIGURES.with_suffix(".md"): page(figures),
        FIGURES.with_suffix(".svg"): svg(figures),
        **{path: with_table(path.read_text(encoding="utf-8"), figures) for path in (README, PAGE)},
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(json.loads(FIGURES.read_text(encoding="utf-8")))
