"""Visits to the built pages in a browser, and what interactive figures stand on them.

Pages are opened from a web server, below a folder of it, and from files. No other computer can be
reached. A tab of the browser serves many visits, one after the other: to open a page in a new one
takes three times as long. It is left blank, with nothing stored and as wide as it was.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browser import launch, launch_firefox, serve
from notebooks import ROOT
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Route,
    sync_playwright,
)
from shared_texts import AFTER, BEFORE, TABLES, tables_of

HTML = ROOT / "_build" / "html"
MISSING = "The book is not built; to build it: python run.py book --no-serve"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
VIEWS = re.compile(rf'<script type="{re.escape(WIDGET_VIEW)}">(.*?)</script>', re.DOTALL)


# --- the figures of the built pages -------------------------------------------------------------


class Figure(NamedTuple):
    """An explorer on a page: the page's path in the site, its place there, and its class.

    A question is one too, with a place among the questions of its page.
    """

    page: str
    index: int
    name: str
    module: list[int]  # the texts of its JavaScript, among those of the page
    data: dict

    def __str__(self) -> str:
        return f"{Path(self.page).stem}-{self.index}-{self.name}"


def figures_of(path: Path) -> Iterator[Figure]:
    """Yield the explorers and questions of a built page, in the order in which they stand there."""
    views = VIEWS.findall(path.read_text(encoding="utf-8"))
    state = tables_of(path)["state"]
    page = path.relative_to(HTML).as_posix()
    counts = Counter()
    for view in views:
        model = state[json.loads(view)["model_id"]]
        assert model["model_module"] == "anywidget", f"{page} has a widget that cannot live there"
        own = model["state"]
        name = own["_anywidget_id"].rpartition(".")[2]
        kind = name == "Question"
        yield Figure(page, counts[kind], name, own["_esm"], own["data"])
        counts[kind] += 1


CHINESE = HTML / "zh"  # of which test_chinese_pages.py sees to
WIDGETS = [
    figure
    for path in sorted(HTML.rglob("*.html"))
    if CHINESE not in path.parents
    for figure in figures_of(path)
]
QUESTIONS = [widget for widget in WIDGETS if widget.name == "Question"]
FIGURES = [widget for widget in WIDGETS if widget not in QUESTIONS]
PAGES = sorted({figure.page for figure in FIGURES})
ASKING = sorted({question.page for question in QUESTIONS})
every_page = pytest.mark.parametrize("path", PAGES)


def on(path: str) -> list[Figure]:
    return [figure for figure in FIGURES if figure.page == path]


# --- the browser and the server -----------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Start Chromium, or Firefox for the tests of ``test_firefox.py``."""
    assert HTML.is_dir(), MISSING
    start = {"chromium": launch, "firefox": launch_firefox}[getattr(request, "param", "chromium")]
    with sync_playwright() as playwright:
        browser = start(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    """Serve the book; return, for each way to it, what stands before the path of a page."""
    with serve(HTML) as http:
        yield {"http": http, "file": f"{HTML.as_uri()}/"}


# --- a visit ------------------------------------------------------------------------------------

USUAL = {"color_scheme": "light", "reduced_motion": "no-preference", "forced_colors": "none"}
WINDOW = {"width": 1280, "height": 720}
AT_ONCE = """addEventListener("DOMContentLoaded", () =>
  dispatchEvent(new CustomEvent("explorer-show", { detail: "" })))"""  # no figure waits to be near
REMEMBERED = {  # by names in the browser, in words of the start page: nothing else may be stored
    r"backprop-in-fifteen-minutes:(questions|practice(/[a-z]+)?)": "answers and drills",
    "mode|theme": "light or dark",
    "sidebar-scroll-top": "the place of the menu",
    "sphinx_highlight_terms": "the words that you search for",
}
REMEMBERED_OF_NOTEBOOKS = {
    r"(Backpropagation|JupyterLite Storage) .*": "changes and settings in notebooks"
}
STORES = """async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map(({ name }) => name),
  ...(window.caches ? await caches.keys() : []),
]"""
GIVEN_UP = ("net::ERR_ABORTED", "NS_BINDING_ABORTED")  # what Chromium and Firefox call that


class Tab:
    """A page of a browser that can be left and used again, and what is heard of it."""

    def __init__(self, page: Page, *, scripts: bool) -> None:
        self.page = page
        self.problems: list[str] = []
        self.warnings: list[str] = []
        self.ours: tuple[str, ...] = ()  # how the address of a file may begin
        page.set_default_timeout(10_000)
        page.on("request", self.watch)
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(dialog.message))
        page.on("response", lambda r: self.problems.append(r.url) if r.status >= 400 else None)
        if scripts:  # without them, the browser gives up their files on its own
            page.on("requestfailed", self.miss)

    def watch(self, request: Request) -> None:
        if not request.url.startswith(self.ours):
            self.problems.append(f"asked for {request.url}")

    def miss(self, request: Request) -> None:
        """Note a request without an answer, unless the page was left before the answer came."""
        if request.failure not in GIVEN_UP:
            self.problems.append(f"no answer: {request.url} ({request.failure})")

    def keep_alone(self) -> None:
        """Let no request leave this computer. A Chromium is started so (``browser.py``)."""
        mine = ("http://127.0.0.1:", "file:", "about:", "blob:", "data:")
        self.page.route(lambda url: not url.startswith(mine), lambda route: route.abort())

    def hear(self, message: ConsoleMessage) -> None:
        kinds = {"error": self.problems, "warning": self.warnings}
        kinds.get(message.type, []).append(message.text)

    def leave(self) -> None:
        """Close the page, and forget it."""
        assert not untold(self.page)
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.ours = ("about:",)
        self.page.goto("about:blank")
        self.page.emulate_media(media="screen", **USUAL)
        self.page.set_viewport_size(WINDOW)
        self.problems, self.warnings = [], []


def seen_by(element: Locator, script: str, given: object = None) -> Any:
    """Call a function of JavaScript with the one element that there is now; return its result.

    ``Locator.evaluate`` waits for an element and asks five times: in Chromium that takes four
    times as long, in Firefox ten times.
    """
    one = "if (found.length !== 1) throw Error(`There are ${found.length} elements, not one`);"
    call = f"(found, given) => {{ {one} return ({script})(found[0], given); }}"
    return element.evaluate_all(call, given)


def untold(page: Page, told: Iterable[str] = REMEMBERED) -> list[str]:
    """Return the names of what is stored and not told of, cookies too."""
    cookies = [cookie["name"] for cookie in page.context.cookies()]
    names = [name for name in page.evaluate(STORES) if not re.fullmatch("|".join(told), name)]
    return names + cookies


Visit = Callable[..., "contextmanager[tuple[Page, list[str]]]"]


@pytest.fixture(scope="module")
def visit(browser: Browser, addresses: dict[str, str]) -> Visit:
    """Return a function that opens a page, for a ``with``: the page, and what it warns of.

    At the end nothing may have gone wrong on it: no error in the console, no request that failed or
    left this computer. ``problems`` is how many are expected, each by a figure that does not live;
    ``change`` changes the text of the page on its way, ``change_tables`` the tables of its figures;
    ``twice`` says that a figure stands there twice then; ``script`` runs before the page's own.
    With ``far`` only those figures live that the window is near. Other options are those of
    contexts.
    """
    idle: dict[str, list[Tab]] = {}

    def new_tab(script: str, options: dict) -> Tab:
        page = browser.new_context(viewport=WINDOW, **options).new_page()
        page.add_init_script(script)
        tab = Tab(page, scripts=options.get("java_script_enabled", True))
        if browser.browser_type.name == "firefox":
            tab.keep_alone()
        return tab

    @contextmanager
    def open_page(
        path: str,
        way: str = "http",
        *,
        problems: int = 0,
        change: Callable[[str], str] = str,
        change_tables: Callable[[dict], dict] = dict,
        twice: bool = False,
        script: str = "",
        far: bool = False,
        **options: object,
    ) -> Iterator[tuple[Page, list[str]]]:
        look = {key: options.pop(key) for key in USUAL if key in options}
        window = options.pop("viewport", WINDOW)
        scripts = options.get("java_script_enabled", True)
        script = script if far else f"{AT_ONCE}; {script}"
        free = idle.setdefault(str((script, options)), [])
        here = free.pop() if free else new_tab(script, options)
        page, plain = here.page, path.partition("#")[0]

        def answer(route: Route) -> None:
            html = (HTML / plain).read_text(encoding="utf-8")
            route.fulfill(body=change(html), content_type="text/html")

        def answer_tables(route: Route) -> None:
            tables = change_tables(tables_of(HTML / plain))
            body = f"{BEFORE}{json.dumps(tables)}{AFTER}"
            route.fulfill(body=body, content_type="text/javascript")

        here.ours = (addresses[way], "blob:", "data:")
        changed = {
            re.compile(re.escape(addresses[way] + plain)): change is not str and answer,
            f"**/*{TABLES}*": change_tables is not dict and answer_tables,
        }
        for which, answering in changed.items():
            if answering:
                page.route(which, answering)
        if look:
            page.emulate_media(**look)
        if window != WINDOW:
            page.set_viewport_size(window)
        page.goto(addresses[way] + path)
        if scripts and not far:
            wait_for_figures(page, len(on(plain)) + twice - problems)
        if scripts:
            asked = sum(question.page == plain for question in QUESTIONS)
            page.wait_for_function(
                "count => document.querySelectorAll('.question').length === count", arg=asked
            )
        yield page, here.warnings
        assert len(here.problems) == problems, here.problems
        for which, answering in changed.items():
            if answering:
                page.unroute(which)
        here.leave()
        free.append(here)

    return open_page


def wait_for_figures(page: Page, count: int) -> None:
    """Wait until so many figures live: they say something, take room and can be linked to."""
    page.wait_for_function(
        """count => [...document.querySelectorAll(".explorer")].filter((root) =>
            root.querySelector("p[aria-live]").textContent &&
            root.querySelector(".explorer-address") &&
            (root.querySelector("svg") ?? root).getBoundingClientRect().height > 50
        ).length === count""",
        arg=count,
    )
