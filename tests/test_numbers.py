"""Every number in the prose is one that the page's own cells have computed, or is given.

A claim that stands nowhere on its page fails, so does one that its cells do not bear out, and so
does a number on the page that is in no claim. The claims of a notebook are compared while nbval
runs its cells (``conftest.py``), those of the other pages here.
"""

from pathlib import PurePosixPath
from types import SimpleNamespace

import pytest
import yaml
from claiming import Page, page_of
from prose import CHAPTERS, chapters, number_of, sections

CHAPTER_PAGES = [path.name for path in chapters()]
MAIN = CHAPTER_PAGES[:5]
PAGES = sorted(path.name for path in CHAPTERS.glob("*.md"))


def test_chapters_are_numbered_in_the_order_of_the_contents():
    parts = yaml.safe_load((CHAPTERS.parent / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    listed = [PurePosixPath(page["file"]).name for part in parts for page in part["chapters"]]
    assert [path.stem for path in chapters()] == listed[: len(chapters())]
    assert [number_of(path) for path in chapters()] == list(range(1, len(chapters()) + 1))


@pytest.mark.parametrize("name", PAGES)
def test_every_number_of_a_page_without_cells_is_computed_or_given(name):
    assert page_of(CHAPTERS / name).complaints() == []


WORDS = "Two and two are 4. Half of the sum is 2."
CODE = ["total = 2 + 2", "total = 10", "half = 5"]


def complaints(words=WORDS, claims=(), given=(), code=CODE) -> list[str]:
    """Return what is found on a page with a text after its first cell."""
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in code]
    cells.insert(1, {"cell_type": "markdown", "source": words})
    page = Page(SimpleNamespace(CLAIMS=claims, GIVEN={"set": given}), cells)
    state = {}
    for source in code:
        exec(source, state)
        page.ran(source, state)
    return page.complaints()


def test_a_claim_is_evaluated_where_it_stands_or_where_its_names_are_known():
    assert complaints(claims=["are {{total}}.", "sum is {{half - 3}}."]) == []
    assert complaints(claims=["are {{total}}."], given=["sum is 2"]) == []
    assert complaints(claims=[("are {{total}}.", "total == 4")], given=["sum is 2"]) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"words": WORDS.replace("4", "11")}, "the page: are 11.\nthe cells: are 4."),
        ({"code": ["total = 2 + 3", *CODE[1:]]}, "the page: are 4.\nthe cells: are 5."),
        ({"words": WORDS + " So 3 is odd."}, "neither computed nor given: 3 in"),
        ({"words": "Half of the sum is 2."}, "not on the page: are {{total}}."),
        ({"given": ["sum is 2", "by 7"]}, "not on the page: by 7"),
        ({"claims": ["are 4."]}, "nothing is computed in: are 4."),
        ({"claims": [("are {{total}}.", "total > 4")]}, "no longer true: are 4., which needs"),
        ({"claims": ["are {{whole}}."]}, "no cell defines what it needs: are {{whole}}."),
        ({"claims": ["are {{total / 0}}."]}, "ZeroDivisionError: division by zero, in: are"),
        ({"code": CODE[1:]}, "the page: are 4.\nthe cells: are 10."),
    ],
)
def test_what_does_not_fit_is_found(changed, found):
    sound = {"words": WORDS, "claims": ["are {{total}}."], "given": ["sum is 2"]}
    assert complaints(**sound) == []
    assert complaints(**sound | changed)[0].startswith(found)


@pytest.mark.parametrize("name", CHAPTER_PAGES)
def test_minutes_are_words_divided_by_two_hundred(name):
    expected = [(title, max(0.25, round(words / 50) / 4)) for title, words, _ in sections(name)[1:]]
    assert [(title, minutes) for title, _, minutes in sections(name)[1:]] == expected


def test_the_five_chapters_take_fifteen_minutes():
    assert MAIN[-1] == "5-quadrants.ipynb"
    parts = [part for name in MAIN for part in sections(name)]
    assert sum(words for _, words, _ in parts) <= 3000
    assert sum(minutes or 0 for _, _, minutes in parts) <= 15


PAGE = r"""
# Title

Three words here.

## A section

*¼ min*

One $x + y$ and `one(two, three)` make two more words.

$$
a &= b + c , \\
d &= e .
$$ (eq-two)

| a | b |
| --- | --- |
| 1 | 2 |
| 3 | 4 |

:::{dropdown} Folded
Words that do not count.

$$
x = y
$$
:::

## Exercises

None of this counts.
"""


def test_lines_of_formulas_and_rows_of_tables_count_as_ten_words(monkeypatch):
    monkeypatch.setattr("prose.main_text", lambda _: PAGE)
    # 8 words, 2 lines of a formula, 3 rows of a table: the rule below its head is none
    assert sections("any") == [("Title", 3, None), ("A section", 8 + 10 * 5, 0.25)]
