"""Write the figures of ``book.json`` beside their budgets, as the tables of ``book.md``."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from statistics import median

KINDS = ["HTML", "our JavaScript", "other JavaScript", "CSS", "fonts", "images"]

HEAD = """\
# What the book costs

{machine}. {versions}, {browser}.

A number in bold misses its budget. The budgets are in [budgets.json](budgets.json), each with its \
reason. Those on sizes are tested; those on times are only shown here, because times depend on the \
computer. `python run.py bench book` measures all of this anew.
"""

SIZES = """\
## Sizes

1 KB is 1000 bytes. Text is compressed with gzip -6, as most web servers send it. The page is the \
HTML with all scripts, stylesheets and images that it names. Our JavaScript is that of the \
interactive figures which comes at once; then comes what a kind of figure alone needs, with its \
tables, when the reader is near one: the largest is shown. Notebooks are not compressed.
"""

SITE = "The site, not compressed. `lite/` is what runs the chapters in the browser."

TRANSFER = """\
## What a browser loads

Of each page with an empty cache, in KB: compressed as above, and in brackets as it is.
"""

SHOWN = """\
## When a page shows

Milliseconds from opening the page to the largest contentful paint, and to the frame that shows \
the last of its interactive figures, if all are asked for at once. Medians of {loads} loads with \
an empty cache from a server on the same computer: there is no network in them. "4 × slower" is \
the same with a slowed-down processor, as a stand-in for a phone.
"""

ANSWERED = """\
## How fast a figure answers

Milliseconds from the time stamp of a real key press to the frame that shows its effect, on every \
slider, list and button of every figure. The wait for the next frame of a screen with 60 frames a \
second is part of it: 8 ms in the middle, 17 ms at most.
"""

COMMANDS = """\
## Builds and tests

A cold build starts without `_build`, but with installed packages: how long their download takes \
says more about the network. Medians of {rounds} builds; the tests ran once.
"""

NOTEBOOKS = """\
The tests run every notebook. Two run at a time on two cores, so the sum of these seconds is more \
than what they add to a run. The start of Python is in them.
"""


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def short_name(page: str) -> str:
    """Return the last part of a page's name, such as ``1-chain-rule``."""
    return PurePosixPath(page).name


class Report:
    """Writes figures beside their budgets."""

    def __init__(self, figures: dict, budgets: Mapping[str, dict]) -> None:
        self.figures = figures
        self.pages = figures["pages"]
        self.budgets = budgets

    def most(self, budget: str) -> str:
        """Return a budget as the tables show it, such as ``(≤ 150)``."""
        return f"(≤ {self.budgets[budget]['most']:g})"

    def number(self, value: float, budget: str, digits: int = 0) -> str:
        """Return a figure, in bold if it misses its budget."""
        text = f"{value:.{digits}f}"
        return f"**{text}**" if value > self.budgets[budget]["most"] else text

    def page_sizes(self) -> str:
        """Return the table of what a page and its parts weigh."""
        columns = {
            "html_gzip_kb": "HTML",
            "tables_gzip_kb": "tables of figures",
            "javascript_gzip_kb": "our JavaScript",
            "figure_gzip_kb": "of a figure",
            "images_kb": "images",
            "page_gzip_kb": "page",
            "notebook_kb": "notebook",
        }
        header = [f"{title}, KB {self.most(key)}" for key, title in columns.items()]
        rows = []
        for page in self.pages:
            weighed = self.figures["sizes"][page]
            cells = [self.number(weighed[key], key, 1) if weighed[key] else "" for key in columns]
            rows.append([short_name(page), *cells])
        return table(["page", *header], rows)

    def site(self) -> str:
        """Return the table of the whole site."""
        rows = []
        for key, part in (("site_mb", "the site without lite/"), ("lite_mb", "lite/")):
            megabytes = self.number(self.figures["sizes"][part][key], key, 1)
            files = str(self.figures["files"][part])
            rows.append([part, files, f"{megabytes} {self.most(key)}"])
        return table(["part", "files", "MB"], rows)

    def transfer(self) -> str:
        """Return the table of what a browser loads for each page."""
        rows = []
        for page, measured in self.pages.items():
            loaded = [measured["transfer"].get(kind, [0, 0]) for kind in KINDS]
            loaded.append([sum(column) for column in zip(*loaded, strict=True)])
            cells = [f"{sent / 1e3:.0f} ({raw / 1e3:.0f})" if raw else "" for raw, sent in loaded]
            rows.append([short_name(page), *cells])
        return table(["page", *KINDS, "together"], rows)

    def shown(self) -> str:
        """Return the table of when a page shows."""
        columns = {
            "lcp_ms": "largest paint",
            "slow_lcp_ms": "4 × slower",
            "figures_ms": "figures",
            "slow_figures_ms": "4 × slower",
        }
        header = [f"{title} {self.most(key)}" for key, title in columns.items()]
        rows = []
        for page, measured in self.pages.items():
            times = {key: measured[key] for key in columns}
            cells = [self.number(median(times[key]), key) if times[key] else "" for key in columns]
            rows.append([short_name(page), *cells])
        return table(["page", *header], rows)

    def answered(self) -> str:
        """Return the table of how fast the figures answer."""
        header = ["page", "figure", "presses"]
        for key, title in (("press_ms", "median"), ("slow_press_ms", "4 × slower, median")):
            header += [f"{title} {self.most(key)}", "worst"]
        rows = []
        for page, measured in self.pages.items():
            for figure, quick in measured["press_ms"].items():
                slow = measured["slow_press_ms"][figure]
                cells = [self.number(quick["median"], "press_ms", 1), f"{quick['worst']:.0f}"]
                cells += [self.number(slow["median"], "slow_press_ms", 1), f"{slow['worst']:.0f}"]
                rows.append([short_name(page), figure, str(quick["presses"]), *cells])
        return table(header, rows)

    def commands(self) -> str:
        """Return the table of how long the commands take."""
        whats = {
            "cold_build_s": "`run.py book`, cold",
            "touched_build_s": "`run.py book`, one chapter changed",
            "warm_build_s": "`run.py book`, nothing changed",
            "test_s": "`run.py test`, after a build",
            "lab_grid_s": "the table of one lab: all its trainings and regions",
        }
        rows = []
        for key, what in whats.items():
            seconds = self.number(median(self.figures[key]), key, 1)
            rows.append([what, f"{seconds} {self.most(key)}"])
        return table(["", "seconds"], rows)

    def stages(self) -> str:
        """Return the table of the stages of the tests."""
        rows = [[name, f"{seconds:.1f}"] for name, seconds in self.figures["stages"].items()]
        return table(["stage of `run.py test`", "seconds"], rows)

    def notebooks(self) -> str:
        """Return the table of how long the cells of the notebooks take."""
        rows = [[name, f"{seconds:.1f}"] for name, seconds in self.figures["notebooks"].items()]
        return table(["notebook", "seconds"], rows)


def report(figures: dict, budgets: Mapping[str, dict]) -> str:
    """Return the whole of ``book.md``."""
    tables = Report(figures, budgets)
    parts = [
        HEAD.format(**figures),
        SIZES,
        tables.page_sizes(),
        SITE,
        tables.site(),
        TRANSFER,
        tables.transfer(),
        SHOWN.format(**figures),
        tables.shown(),
        ANSWERED,
        tables.answered(),
        COMMANDS.format(rounds=len(figures["cold_build_s"])),
        tables.commands(),
        tables.stages(),
        NOTEBOOKS,
        tables.notebooks(),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"
