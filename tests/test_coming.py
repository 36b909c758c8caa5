"""Figures come when the reader does: near them, by a link, or with an answer that moves one."""

import json
import re

import pytest
from playwright.sync_api import Page, Route
from shared_texts import ADDED, AFTER, files_of, parted, tables_of
from test_address import figure_on, said
from visits import FIGURES, HTML, PAGES, Visit, on, seen_by, wait_for_figures

QUADRANTS = "chapters/5-quadrants.html"  # three kinds of figures, far from each other
MARGIN = 2  # windows
LATER = re.compile(r"\.figures-(\w+)\.js")
STILL = "An interactive figure stays a still picture"
# Of each figure: its name, whether it lives, and how many windows it is below or above this one.
FAR = """() => [...document.querySelectorAll("[data-figure]")].map((place) => {
  const { top, bottom } = place.getBoundingClientRect();
  return [
    place.dataset.figure,
    Boolean(place.querySelector(".explorer-address")),
    Math.max(top - innerHeight, -bottom, 0) / innerHeight,
  ];
})"""
NEAR_LIVE = f"() => ({FAR})().every(([, lives, far]) => lives || far > {MARGIN})"
ALL_LIVE = f"() => ({FAR})().every(([, lives]) => lives)"


def files(page: Page) -> list[str]:
    """Return the kinds of figures whose files have been asked for, in their order."""
    urls = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    return [kind for url in urls for kind in LATER.findall(url)]


def scripts(page: Page) -> list[str]:
    """Return the same where the browser times no files, as on pages from files."""
    found = page.locator("script[src*='.figures-']")
    return [LATER.search(script.get_attribute("src"))[1] for script in found.all()]


@pytest.mark.parametrize("path", PAGES)
def test_a_figure_lives_when_the_reader_is_near(visit: Visit, path: str):
    check_coming(visit, path, "http")


def check_coming(visit: Visit, path: str, way: str) -> None:
    """Read a page from its beginning to its end."""
    with visit(path, way, far=True) as (page, _):
        page.wait_for_function(NEAR_LIVE)
        names = [name for name, _, _ in page.evaluate(FAR)]
        assert len(names) == len(on(path)) > 0
        early = [name for name, lives, far in page.evaluate(FAR) if lives and far > MARGIN + 0.5]
        assert early == []
        known = {figure.data["name"] for figure in on(path)}
        for name in names:
            if path == QUADRANTS:  # what is not near has not been loaded, either
                near = {name for name, lives, _ in page.evaluate(FAR) if lives}
                assert near < known or name == names[-1]
                assert set(scripts(page)) == near
            place = page.locator(f"[data-figure='{name}']")
            seen_by(place, "place => place.scrollIntoView({ behavior: 'instant' })")
            page.wait_for_function(NEAR_LIVE)
        page.wait_for_function(ALL_LIVE)
        wait_for_figures(page, len(names))
        assert sorted(scripts(page)) == sorted(known)  # each file once
        if way == "http":
            assert sorted(files(page)) == sorted(known)


def test_a_link_brings_all_figures(visit: Visit):
    """And says what is wrong in it, though the figure that speaks for the page is far away."""
    with visit(f"{QUADRANTS}#lab:lr=0.1&nothing:x=1", far=True) as (page, warnings):
        page.wait_for_function(ALL_LIVE)
        assert said(page, "lab").startswith("Learning rate 0.1,")
        assert len(warnings) == 1
        assert 'no figure "nothing"' in warnings[0]
    with visit(QUADRANTS, far=True) as (page, _):
        page.wait_for_function(NEAR_LIVE)
        page.evaluate("location.hash = 'lab:lr=0.1'")
        page.wait_for_function(ALL_LIVE)
        assert said(page, "lab").startswith("Learning rate 0.1,")
        place = figure_on(page, "lab")
        page.wait_for_function(
            "place => Math.abs(place.getBoundingClientRect().top) < innerHeight / 2",
            arg=place.element_handle(),
        )


def test_an_anchor_brings_what_is_near_it(visit: Visit):
    with visit(f"{QUADRANTS}#the-whole-network-by-hand", far=True) as (page, _):
        page.wait_for_function(NEAR_LIVE)
        assert not page.evaluate(ALL_LIVE)


def test_what_moves_a_figure_waits_for_it(visit: Visit):
    """Twice in a row, as two questions could; the last word counts."""
    with visit(QUADRANTS, far=True) as (page, _):
        page.wait_for_function(NEAR_LIVE)
        assert not page.evaluate(ALL_LIVE)
        page.evaluate(
            """() => ["lab:lr=1", "lab:lr=0.1"].forEach((detail) =>
                dispatchEvent(new CustomEvent("explorer-show", { detail })))"""
        )
        page.wait_for_function(ALL_LIVE)
        page.wait_for_function(
            "text => text.textContent.startsWith('Learning rate 0.1,')",
            arg=figure_on(page, "lab").locator("p[aria-live]").element_handle(),
        )
        assert page.evaluate("scrollY") == 0


# --- without the file, the still picture stays --------------------------------------------------


def test_a_file_that_does_not_come_leaves_the_still_picture(visit: Visit):
    def missing(route: Route) -> None:
        route.fulfill(status=404, body="")

    with visit(QUADRANTS, problems=3, far=True) as (page, _):
        page.route("**/*.figures-lab.js*", missing)
        page.evaluate("dispatchEvent(new CustomEvent('explorer-show', { detail: '' }))")
        wait_for_figures(page, len(on(QUADRANTS)) - 1)
        page.wait_for_function("() => !document.querySelector('[data-figure=lab]')")
        still = page.locator(".explorer-still").last
        assert still.is_visible()
        page.unroute("**/*.figures-lab.js*")


AWAY = "Object.defineProperty(navigator, 'onLine', { get: () => !window.away })"


def test_who_has_lost_the_network_gets_the_figure_with_it(visit: Visit):
    with visit(QUADRANTS, problems=2, far=True, script=AWAY) as (page, _):
        page.wait_for_function(NEAR_LIVE)
        lab = "**/*.figures-lab.js*"
        page.route(lab, lambda route: route.abort("internetdisconnected"))
        page.evaluate("window.away = true")
        place = page.locator("[data-figure='lab']")
        seen_by(place, "place => place.scrollIntoView({ behavior: 'instant' })")
        page.wait_for_function("() => document.querySelector('script[src*=figures-lab]')")
        page.wait_for_timeout(300)
        assert not place.locator(".explorer").count()
        assert page.locator(".explorer-still").last.is_visible()
        page.unroute(lab)
        page.evaluate("window.away = false; dispatchEvent(new Event('online'))")
        page.wait_for_function(NEAR_LIVE)
        assert said(page, "lab").startswith("Learning rate")


# --- the files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_what_comes_later_is_what_one_kind_of_figure_alone_needs(path: str):
    page = HTML / path
    first, *later = files_of(page)
    known = {figure.data["name"] for figure in FIGURES if figure.page == path}
    assert {LATER.search(file.name)[1] for file in later} == known
    assert not [kind for kind in known if f".figures-{kind}.js?v=" not in first.read_text()]
    tables = tables_of(page)
    written = parted(tables, first.name)
    for file in (first, *later):
        assert file.read_text(encoding="utf-8") == written.pop(file.name)
    assert not written
    for file in later:
        script = file.read_text(encoding="utf-8").removeprefix(ADDED)
        alone = json.loads(script.removesuffix(f"){AFTER}"))
        needed = {
            i
            for key, model in tables["state"].items()
            for kind in ("_esm", "_css")
            if key not in alone["state"]
            for i in model["state"].get(kind, [])
        }
        assert alone["texts"]
        assert not needed & {int(i) for i in alone["texts"]}


def test_the_address_of_a_file_changes_with_it():
    def addresses(text: str) -> list[str]:
        lab = {"state": {"data": {"name": "lab"}, "_esm": [0]}}
        scripts = parted({"state": {"a": lab}, "texts": [text]}, "page.figures.js")
        return re.findall(r"page\.figures-lab\.js\?v=\w+", scripts["page.figures.js"])

    (old,), (same,), (new,) = (addresses(text) for text in ("let x;", "let x;", "let y;"))
    assert old == same != new
