"""The figures, drills, questions and links in Firefox too: it takes seconds to start, so once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from test_address import LAB, check_copied_links, check_not_understood, check_two_of_a_kind
from test_browser import (
    CROWDED,
    HANDS,
    add_style,
    check_alone,
    check_controls,
    check_figures,
    check_pictures,
    every_drawn_page,
    set_sizes,
)
from test_chinese_pages import check_chinese, opened, tab
from test_practice import check_by_keyboard, drills_on
from test_questions import CAR, check_by_hand
from visits import Visit

__all__ = ["opened", "tab"]  # fixtures

pytestmark = pytest.mark.parametrize("browser", ["firefox"], indirect=True, scope="module")


def test_a_visit_reaches_nothing_but_the_book_and_says_so(visit: Visit, tmp_path: Path):
    check_alone(visit, tmp_path)


@every_drawn_page
def test_figures_live(visit: Visit, path: str):
    with visit(path, change=add_style) as (page, _):
        check_figures(page, path)
        check_pictures(page, ("DejaVu Sans Mono", "STIX"))
        for root in page.locator(".explorer").all():
            check_controls(root, *HANDS)
        for width, size in [(1280, 100), (375, 200), (320, 200)]:  # more of them in Chromium
            set_sizes(page, width, size)
            assert page.evaluate(CROWDED) == [], (width, size)


def test_copied_links_show_the_same(visit: Visit):
    check_copied_links(visit, LAB, "file")


def test_two_figures_of_a_kind_have_names_of_their_own(visit: Visit):
    check_two_of_a_kind(visit)


def test_what_is_not_understood_is_said(visit: Visit):
    address = "lab:reg=0.1,lr=<img src=x onerror=alert(1)>"
    with visit(f"{LAB}#{address}", "file") as (page, warnings):
        check_not_understood(page, warnings, address)


def test_a_drill_is_done(visit: Visit):
    path = "chapters/2-node-types.html"
    with visit(path, "file") as (page, _):
        for _, root in drills_on(page, path)[1:]:
            check_by_keyboard(root, page)


def test_questions_are_answered(visit: Visit):
    with visit(CAR) as (page, _):
        check_by_hand(page, "press")


@pytest.mark.parametrize("name", ["1-chain-rule", "5-quadrants"])
def test_figures_speak_chinese(opened: Callable[..., Page], name: str):
    check_chinese(opened, f"chapters/{name}")
