"""The sizes of the built book against ``benchmarks/budgets.json``. Times are not tested."""

import json
from collections.abc import Iterator

import pytest
from book_report import report
from notebooks import ROOT
from visits import PAGES
from weights import BUDGETS, HTML, Size, page_names, sizes

BENCHMARKS = ROOT / "benchmarks"
MISSING = "The book is not built; to build it: python run.py book --no-serve"
FIGURES = json.loads((BENCHMARKS / "book.json").read_text(encoding="utf-8"))
UNITS = ("_kb", "_mb", "_ms", "_s")


@pytest.fixture(scope="module")
def weighed() -> list[Size]:
    assert HTML.is_dir(), MISSING
    return list(sizes())


def too_heavy(weighed: list[Size]) -> Iterator[str]:
    """Yield a sentence for each size that is above its budget."""
    for budget, what, value in weighed:
        entry = BUDGETS[budget]
        if value > entry["most"]:
            yield f"{what}: {budget} is {value:.1f}, the budget {entry['most']}. {entry['do']}"


def test_nothing_is_heavier_than_its_budget(weighed: list[Size]) -> None:
    faults = list(too_heavy(weighed))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", page_names())
def test_what_a_page_has_is_weighed(weighed: list[Size], name: str) -> None:
    found = {budget: value for budget, what, value in weighed if what == name}
    html = (HTML / f"{name}.html").read_text(encoding="utf-8")
    assert found["html_gzip_kb"] > 1
    assert found["page_gzip_kb"] > found["html_gzip_kb"] + found["images_kb"] + 60  # the theme
    assert (found["javascript_gzip_kb"] > 1) == ("static_widgets.js" in html)
    assert (found["figure_gzip_kb"] > 1) == (f"{name}.html" in PAGES)
    assert (found["images_kb"] > 1) == ("_images/" in html)
    assert (found["notebook_kb"] > 1) == (ROOT / f"{name}.ipynb").exists()


def test_the_whole_site_is_weighed(weighed: list[Size]) -> None:
    found = {size.budget: size.value for size in weighed}
    total = sum(file.stat().st_size for file in HTML.rglob("*") if file.is_file())
    assert found["site_mb"] + found["lite_mb"] == pytest.approx(total / 1e6)
    assert min(found["site_mb"], found["lite_mb"]) > 1


class Noting(dict):
    """A dictionary that notes which of its keys were looked up."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.used: set[str] = set()

    def __getitem__(self, key: str) -> dict:
        self.used.add(key)
        return super().__getitem__(key)


def test_every_budget_is_used_and_gives_its_reason(weighed: list[Size]) -> None:
    budgets = Noting(BUDGETS)
    report(FIGURES, budgets)
    assert budgets.used == set(BUDGETS)
    tested = {size.budget for size in weighed}
    assert tested == {key for key in BUDGETS if key.endswith(("_kb", "_mb"))}
    for key, entry in BUDGETS.items():
        assert key.endswith(UNITS)
        assert entry["most"] > 0
        assert entry["why"].endswith(".")
        assert ("do" in entry) == (key in tested), key


def test_the_tables_are_those_of_the_figures() -> None:
    assert (BENCHMARKS / "book.md").read_text(encoding="utf-8") == report(FIGURES, BUDGETS), (
        "benchmarks/book.md is old; to write it anew: .venv/bin/python benchmarks/book.py --report"
    )
