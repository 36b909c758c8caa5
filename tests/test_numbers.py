"""Every number in the prose, computed from the code: the one place where they are compared.

A piece of ``claims`` that is not on its page fails, and so does a number on the page that is in no
piece.
"""

from importlib import import_module
from types import ModuleType

import pytest
from prose import CHAPTERS, prose, sections, unexplained

CHAPTER_PAGES = sorted(path.name for path in CHAPTERS.glob("[1-9]-*.ipynb"))
MAIN = CHAPTER_PAGES[:5]
MODULES = {page: f"chapter_{page[0]}" for page in CHAPTER_PAGES} | {"corrections.md": "corrections"}


def claims_of(page: str) -> ModuleType:
    return import_module(f"claims.{MODULES[page]}")


@pytest.mark.parametrize("name", MODULES)
def test_every_number_of_the_prose_is_what_the_code_computes(name):
    text, module = prose(name), claims_of(name)
    claims = [" ".join(claim.split()) for claim in [*module.computed(), *module.GIVEN]]
    assert [claim for claim in claims if claim not in text] == [], "not on the page"
    assert unexplained(text, claims) == [], "on the page, but neither computed nor given"


def test_a_changed_number_is_noticed():
    assert unexplained("one is 1, two is 3", ["one is 1", "two is 2"]) != []


@pytest.mark.parametrize("name", CHAPTER_PAGES)
def test_minutes_are_words_divided_by_two_hundred(name):
    expected = [(title, max(0.25, round(words / 50) / 4)) for title, words, _ in sections(name)[1:]]
    assert [(title, minutes) for title, _, minutes in sections(name)[1:]] == expected


def test_the_five_chapters_take_fifteen_minutes():
    assert MAIN[-1] == "5-quadrants.ipynb"
    parts = [part for name in MAIN for part in sections(name)]
    assert sum(words for _, words, _ in parts) <= 3000
    assert sum(minutes or 0 for _, _, minutes in parts) <= 15
