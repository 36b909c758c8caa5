"""The built pages in a real browser: every interactive figure, by keyboard and by pointer.

The figures are found in the built pages, so a new one is tested as soon as it is there;
only what numbers it has to show must be said here, in ``EXPECTED``. What browsers do each in
their own way is tested in Firefox too: painting, controls, the room of texts and controls.
"""

import base64
import math
import random
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from browser import serve
from graphs import car, sigmoid
from loading import ALL_FIGURES
from matplotlib import get_data_path
from playwright.sync_api import CDPSession, ElementHandle, Locator, Page
from visits import ASKING, CHINESE, FIGURES, HTML, MISSING, PAGES, Visit, every_page, on, seen_by

from backprop import SGD, Adam, Momentum, Network, SoftmaxWithLoss, explorers, train
from backprop.explorers import Descent, OptimizerPaths, StepSize
from backprop.explorers.descent.figure import descend
from backprop.explorers.flow.figure import DEPTHS, flow_chart
from backprop.explorers.flow.untrained import share, sizes, untrained
from backprop.explorers.kit import chart
from backprop.explorers.kit.base import Explorer
from backprop.explorers.kit.outlines import packed, paths
from backprop.explorers.kit.regions import borders
from backprop.explorers.lab.runs import STEPS, Task
from backprop.explorers.network.passes import STOPS, Record, Run, record
from backprop.show.drawing import short

SETTINGS = 20  # random ones, for each figure


def has_pictures(path: Path) -> bool:
    return any(f'<div class="{name}"' in path.read_text(encoding="utf-8") for name in DRAWN)


DRAWN = ("backprop-graph", "explorer-still")
DRAWN_PAGES = [
    path.relative_to(HTML).as_posix()
    for path in sorted(HTML.rglob("*.html"))
    if CHINESE not in path.parents and has_pictures(path)
]
every_drawn_page = pytest.mark.parametrize("path", DRAWN_PAGES)
every_shown_page = pytest.mark.parametrize("shown", DRAWN_PAGES, indirect=True, scope="module")


TYPED = {"BackwardDrill"}  # what the reader answers is in tests of its own: test_practice.py


def test_every_explorer_is_on_some_page():
    assert HTML.is_dir(), MISSING
    public = [getattr(explorers, name) for name in explorers.__all__]
    classes = {thing.__name__ for thing in public if isinstance(thing, type)}
    assert {figure.name for figure in FIGURES} == classes == {*EXPECTED, *TYPED}
    assert all(issubclass(getattr(explorers, name), Explorer) for name in classes)


def test_only_pages_with_figures_load_the_script():
    for path in HTML.rglob("*.html"):
        page = path.relative_to(HTML).as_posix()
        living = page.removeprefix("zh/") in (*PAGES, *ASKING)
        assert ("static_widgets.js" in path.read_text(encoding="utf-8")) == living, page


# --- nothing from elsewhere ---------------------------------------------------------------------


def test_a_visit_reaches_nothing_but_the_book_and_says_so(visit: Visit, tmp_path: Path):
    check_alone(visit, tmp_path)


def check_alone(visit: Visit, tmp_path: Path) -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    (tmp_path / "picture.svg").write_text(svg)
    opened = visit(PAGES[0])
    page, _ = opened.__enter__()
    with serve(tmp_path) as elsewhere:
        arrived = page.evaluate(
            """url => new Promise((tell) => {
                const image = new Image();
                image.onload = () => tell(true);
                image.onerror = () => tell(false);
                image.src = url;
            })""",
            elsewhere.replace("127.0.0.1", "localhost") + "picture.svg",
        )
    assert not arrived
    with pytest.raises(AssertionError, match="asked for"):
        opened.__exit__(None, None, None)


# --- pages that are opened once for several tests ----------------------------------------------


@pytest.fixture(scope="module", params=[f for f in FIGURES if f.name not in TYPED], ids=str)
def figure(visit: Visit, request: pytest.FixtureRequest) -> Iterator[tuple[str, Locator]]:
    """Open the page of a figure, once for all tests of it; return its class and its place."""
    with visit(request.param.page) as (page, _):
        yield request.param.name, page.locator(".explorer").nth(request.param.index)


@pytest.fixture(scope="module")
def shown(visit: Visit, request: pytest.FixtureRequest) -> Iterator[tuple[str, Page]]:
    """Open a page with pictures, once for all tests that leave it as it is; return its path too."""
    with visit(request.param) as (page, _):
        yield request.param, page


@pytest.fixture
def still(shown: tuple[str, Page]) -> Iterator[tuple[str, Page]]:
    """Return a page that is shown, and set back what a test changes."""
    path, page = shown
    size = page.viewport_size
    yield path, page
    page.emulate_media(media="screen")
    page.set_viewport_size(size)
    page.evaluate("document.documentElement.style.removeProperty('font-size')")
    page.evaluate("document.documentElement.dataset.theme = 'light'")


# --- painting -----------------------------------------------------------------------------------


PAINTED = """() => {
    const all = (what, tell) => [...document.querySelectorAll(what)].map(tell);
    return {
        figures: all(".explorer", () => 1).length,
        stills: all(".explorer-still", (still) => still.checkVisibility()),
        pictures: all(".explorer svg:not(svg svg)", (svg) => [svg.role, svg.ariaLabel]),
        controls: all(".explorer-control :is(input, select)", (control) => [
            control.labels[0].textContent.trim(), control.dataset.lmSuppressShortcuts]),
    };
}"""


@every_shown_page
def test_every_figure_paints(still: tuple[str, Page]):
    path, page = still
    check_figures(page, path)
    assert page.evaluate(ALL_FIGURES), "the benchmark would wait for ever"


@every_page
def test_every_figure_paints_from_a_file(visit: Visit, path: str):
    with visit(path, "file") as (page, _):
        check_figures(page, path)


def check_figures(page: Page, path: str) -> None:
    """Demand that all figures of a page have taken the place of their still pictures."""
    found = page.evaluate(PAINTED)
    assert found["figures"] == len(on(path))
    assert found["stills"] == [False] * len(on(path))
    for role, label in found["pictures"]:
        assert role == "img"
        assert len(label) > 15
    for label, kept in found["controls"]:
        assert label
        assert kept == "true"  # from the shortcuts of JupyterLab
    check_brightness(page, dark=False)


@every_shown_page
def test_on_paper_the_still_pictures_are_there(still: tuple[str, Page]):
    path, page = still
    page.emulate_media(media="print")
    check_stills(page, path)


@every_page
def test_without_javascript_the_still_pictures_are_there(visit: Visit, path: str):
    with visit(path, java_script_enabled=False) as (page, _):
        check_stills(page, path)


def check_stills(page: Page, path: str) -> None:
    stills = page.locator(".explorer-still")
    assert stills.count() == len(on(path))
    for still in stills.all():
        assert still.is_visible()
        pictures = still.locator("svg").all()  # a task on matrices is words alone
        assert (pictures or [still])[0].bounding_box()["height"] > 50
    assert not any(root.is_visible() for root in page.locator(".explorer").all())


COLOURS_AND_GROUNDS = """() =>
    [...document.querySelectorAll(".explorer, .explorer svg, .explorer button")].map((part) => {
        let place = part, ground;
        while ((ground = getComputedStyle(place).backgroundColor) === "rgba(0, 0, 0, 0)")
            place = place.parentElement;
        return [getComputedStyle(part).color, ground];
    })"""


@every_shown_page
def test_figures_are_dark_in_dark_mode_and_fit_on_a_phone(still: tuple[str, Page]):
    _, page = still
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.set_viewport_size({"width": 375, "height": 700})
    check_brightness(page, dark=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for root in page.locator(".explorer").all():
        assert seen_by(root, "e => e.scrollWidth <= e.clientWidth")
        for control in root.locator("input:visible, select, button").all():
            box = control.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 375


def check_brightness(page: Page, *, dark: bool) -> None:
    for text, ground in page.evaluate(COLOURS_AND_GROUNDS):
        text, ground = brightness(text), brightness(ground)
        high, low = (text, ground) if dark else (ground, text)
        assert high > 0.7
        assert low < 0.3


def brightness(colour: str) -> float:
    """Return the brightness of a colour such as rgb(255, 128, 0), from 0 to 1."""
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", colour)[:3])
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


# --- room for texts and controls ------------------------------------------------------------------

# Readers choose their fonts. Two of the widest and a narrow one come with matplotlib; bold letters
# are those of the step that a graph is at.
FACES = {
    "DejaVu Sans": ("DejaVuSans", "DejaVuSans-Bold"),
    "DejaVu Sans Mono": ("DejaVuSansMono", "DejaVuSansMono-Bold"),
    "STIX": ("STIXGeneral", "STIXGeneralBol"),
}
STYLE = "<style>[data-tested] :is(svg, svg *) { font-family: var(--tested) !important }</style>"
ADD_FONT = """async ([family, ...faces]) => {
    for (const [i, face] of faces.entries()) {
        const url = `url(data:font/ttf;base64,${face})`;
        document.fonts.add(await new FontFace(family, url, { weight: [400, 700][i] }).load());
    }
}"""
SET_FONT = """family => {
    document.documentElement.toggleAttribute("data-tested", family);
    document.documentElement.style.setProperty("--tested", `"${family}"`);
    const svg = document.querySelector(".explorer svg, .backprop-graph svg");
    const text = svg.appendChild(svg.querySelector("text").cloneNode());
    text.textContent = "The width of a text";
    const width = text.getBBox().width;
    text.remove();
    return width;
}"""
# What leaves its picture: the box of a text, and a dot, which is a line of no length.
LEAVES = """places => {
    const found = new Set();
    const inside = (part, svg, x, y, room, more) => {
        const at = new DOMPoint(x, y).matrixTransform(part.getScreenCTM());
        const box = svg.getBoundingClientRect();
        const out = [box.left - at.x, at.x - box.right, box.top - at.y, at.y - box.bottom];
        if (Math.max(...out) + room > 0.5) found.add(`${part.outerHTML.slice(0, 200)} ${more}`);
    };
    const look = (pictures) => {
        for (const part of pictures.flatMap((picture) => [...picture.querySelectorAll("text")])) {
            const { x, y, width, height } = part.getBBox();
            for (const [i, j] of width ? [[0, 0], [1, 1]] : [])
                inside(part, part.ownerSVGElement, x + i * width, y + j * height, 0, "");
        }
        for (const part of pictures.flatMap((picture) => [...picture.querySelectorAll("path")])) {
            const scale = part.getScreenCTM().a;
            const radius = (scale * parseFloat(getComputedStyle(part).strokeWidth)) / 2;
            for (const [, x, y] of part.getAttribute("d").matchAll(/M(\\S+) ([^hM]+)h0/g))
                inside(part, part.ownerSVGElement, x, y, radius, `at ${x} ${y}`);
        }
    };
    const pictures = (root) => [...root.querySelectorAll("svg:not(svg svg)")];
    for (const still of document.querySelectorAll(".explorer-replaced"))
        still.classList.remove("explorer-replaced");
    look([...document.querySelectorAll(".explorer-still, .backprop-graph")].flatMap(pictures));
    for (const root of document.querySelectorAll(".explorer")) {
        const inputs = root.querySelectorAll("input[type=range], select");
        for (const setting of places) {
            inputs.forEach((input, i) => {
                const count = input.options?.length ?? Number(input.max) + 1;
                input.value = Math.floor(setting[i] * count);
                input.dispatchEvent(new Event(input.options ? "change" : "input"));
            });
            look(pictures(root));
            if (!root.querySelector(".backprop-graph")) continue;
            const [again, , next] = root.querySelectorAll("button");
            for (let i = 0; i < 99 && next.getAttribute("aria-disabled") === "false"; i++) {
                next.click();
                look(pictures(root));
            }
            again.click();
        }
    }
    return [...found];
}"""


@every_drawn_page
def test_no_text_and_no_dot_of_a_figure_leaves_its_picture_in_any_font(visit: Visit, path: str):
    with visit(path, change=add_style) as (page, _):
        check_pictures(page, tuple(FACES), settings=2)


def add_style(html: str) -> str:
    return html.replace("</head>", f"{STYLE}</head>")


def check_pictures(page: Page, families: tuple[str, ...], settings: int = 0) -> None:
    """Look at the ends of all controls, and so many settings between them, in each font."""
    rng = random.Random(0)
    ends = [[0] * 9, [0.999] * 9, [0, 0.999] * 5, [0.999, 0] * 5]
    places = ends + [[rng.random() for _ in range(9)] for _ in range(settings)]
    widths = []
    for family in ("", *families):
        if family:
            page.evaluate(ADD_FONT, [family, *map(face, FACES[family])])
        widths.append(page.evaluate(SET_FONT, family))
        assert page.evaluate(LEAVES, places) == [], family
    page.evaluate(SET_FONT, "")
    _, *wide, narrow = widths
    assert min(wide) > 1.15 * narrow, "the fonts are not there"


@cache
def face(name: str) -> str:
    file = Path(get_data_path(), "fonts", "ttf", f"{name}.ttf")
    return base64.b64encode(file.read_bytes()).decode()


# What of a figure leaves the page, and controls that cut off or spill their text, or stand apart.
CROWDED = """() => {
    const found = [];
    const part = (e) => `${e.tagName} ${e.textContent.slice(0, 60)}`;
    for (const root of document.querySelectorAll(".explorer")) {
        for (const folded of root.querySelectorAll("details")) folded.open = true;
        const inner = "svg *, .backprop-graph *, .explorer-wide *"; // of what scrolls
        for (const e of root.querySelectorAll(`*:not(${inner})`)) {
            const { left, right } = e.getBoundingClientRect();
            if (left < 0 || right > innerWidth + 0.5) found.push(`leaves the page: ${part(e)}`);
        }
        for (const e of root.querySelectorAll("button")) {
            const words = document.createRange();
            words.selectNodeContents(e);
            const [text, box] = [words, e].map((thing) => thing.getBoundingClientRect());
            if (text.left < box.left || text.right > box.right || text.top < box.top ||
                text.bottom > box.bottom) found.push(`spills: ${part(e)}`);
        }
        const lists = [...root.querySelectorAll("select")];
        const widths = lists.map((e) => e.offsetWidth);
        for (const e of lists) Object.assign(e.style, { maxWidth: "none", justifySelf: "start" });
        lists.forEach((e, i) => {
            if (e.offsetWidth > widths[i] && widths[i] < root.clientWidth)
                found.push(`cut off: ${part(e)}`);
        });
        for (const e of lists) Object.assign(e.style, { maxWidth: "", justifySelf: "" });
        for (const e of root.querySelectorAll("output")) {
            const slider = e.parentElement.querySelector("input").getBoundingClientRect();
            const box = e.getBoundingClientRect();
            const [over, beside] = [slider.top - box.bottom, slider.right - box.right];
            if (over < -1 || over > 10 || beside < -1 || beside > 1)
                found.push(`apart: ${part(e.parentElement)}`);
        }
    }
    return found;
}"""


OVERLAPS = """() => {
    const found = [];
    for (const root of document.querySelectorAll(".explorer")) {
        const parts = root.querySelectorAll(
            "label span, .explorer input, select, output, button, svg:not(svg svg), p[aria-live]");
        const boxes = [...parts].map((e) => [e, e.getBoundingClientRect()])
            .filter(([, box]) => box.width && box.height);
        boxes.forEach(([one, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
            const [x, y] = [[a.left, a.right, b.left, b.right], [a.top, a.bottom, b.top, b.bottom]]
                .map(([from, to, from2, to2]) => Math.min(to, to2) - Math.max(from, from2));
            if (x > 1 && y > 1) found.push([one, other].map((e) => e.outerHTML.slice(0, 80)));
        }));
    }
    return found;
}"""
# The theme's sidebar glides in where a page has become wide enough for it.
SETTLED = "() => document.getAnimations().forEach((one) => one.finish())"


@every_shown_page
def test_controls_have_room_on_small_screens_with_large_letters(still: tuple[str, Page]):
    _, page = still
    for width, size in [(1280, 100), (640, 100), (375, 100), (320, 100), (1280, 200), (375, 200)]:
        set_sizes(page, width, size)
        page.evaluate(SETTLED)
        assert page.evaluate(OVERLAPS) == [], (width, size)
        assert page.evaluate(CROWDED) == [], (width, size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (width, size)
    set_sizes(page, 320, 200)
    assert page.evaluate(CROWDED) == []


def set_sizes(page: Page, width: int, size: int) -> None:
    """Set the width of the window in pixels, and the size of letters in percent."""
    page.set_viewport_size({"width": width, "height": 700})
    page.evaluate("size => (document.documentElement.style.fontSize = `${size}%`)", size)


FRAMES = """() => [...document.querySelectorAll(".backprop-graph")]
    .filter((frame) => frame.offsetWidth)
    .map((frame) => [frame.scrollWidth > frame.clientWidth, frame.tabIndex === 0])"""


@every_shown_page
def test_the_keyboard_reaches_and_scrolls_a_graph_that_is_wider_than_the_page(
    still: tuple[str, Page],
):
    _, page = still
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 700})
        page.wait_for_function(
            f"() => ({FRAMES})().every(([scrolls, reached]) => scrolls === reached)"
        )
    for frame in page.locator(".backprop-graph[tabindex='0']").all():
        assert frame.get_attribute("aria-label")
        seen_by(frame, "frame => (frame.scrollLeft = 0)")
        frame.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        assert seen_by(frame, "frame => frame === document.activeElement")
        assert seen_by(frame, "frame => getComputedStyle(frame).outlineStyle") != "none"
        frame.press("ArrowRight")
        page.wait_for_function("frame => frame.scrollLeft > 0", arg=frame.element_handle())


# --- a figure that fails ------------------------------------------------------------------------

BROKEN = {
    "throws": "export default { render() { throw new Error('broken on purpose'); } };",
    "throws half-way": """export default { render({ el }) {
        el.innerHTML = '<div class="explorer">half a figure</div>';
        throw new Error('broken on purpose'); } };""",
    "is no JavaScript": "this is no JavaScript",
    "has no widget": "export const nothing = 1;",
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_figure_that_fails_keeps_its_picture_and_the_next_one_lives(visit: Visit, how: str):
    path = "chapters/4-parameter-updates.html"

    def break_first(stored: dict) -> dict:
        models = [model["state"] for model in stored["state"].values()]
        broken = [model for model in models if model.get("_esm") == on(path)[0].module]
        assert broken, "the module is written in another way"
        broken[0]["_esm"] = [len(stored["texts"])]
        return {**stored, "texts": [*stored["texts"], BROKEN[how]]}

    with visit(path, problems=1, change_tables=break_first) as (page, _):
        stills = page.locator(".explorer-still")
        assert stills.first.is_visible()
        assert not stills.nth(1).is_visible()
        assert page.locator(".explorer").count() == len(on(path)) - 1
        use(page.query_selector(".explorer input[type=range]"), "keyboard", "Home")


def test_a_browser_that_cannot_unpack_the_lab_shows_its_picture(visit: Visit):
    path = next(figure.page for figure in FIGURES if figure.name == "TrainingLab" and figure.index)
    with visit(path, problems=1, script="delete window.DecompressionStream") as (page, _):
        shown = [still.is_visible() for still in page.locator(".explorer-still").all()]
        assert shown == [figure.name == "TrainingLab" for figure in on(path)]


# --- the controls -------------------------------------------------------------------------------

LOOKS = """root => root.querySelector("p[aria-live]").textContent +
    [...root.querySelectorAll("svg")].map((svg) => svg.outerHTML).join()"""
AIM = f"""(control, part) => {{
    const root = control.closest(".explorer");
    root.before = ({LOOKS})(root);
    control.scrollIntoView({{ block: "center", behavior: "instant" }});
    control.focus({{ preventScroll: true }});
    const box = control.getBoundingClientRect();
    return [box.left + 2 + part * (box.width - 4), box.top + box.height / 2];
}}"""
CHANGED = f"""async (control) => {{
    const root = control.closest(".explorer");
    const end = performance.now() + 5000;
    while (({LOOKS})(root) === root.before) {{
        if (performance.now() > end) return `nothing changed: ${{control.outerHTML}}`;
        await new Promise(requestAnimationFrame);
    }}
    return "changed";
}}"""
SAYS = """slider => [slider.value, slider.getAttribute("aria-valuetext"),
    slider.closest(".explorer-control").querySelector("output").textContent]"""
HANDS = ("pointer", "keyboard")


def use(control: ElementHandle, hand: str, key: str, part: float = 0.5) -> None:
    """Click at a part of a control's width, or press a key there. Its figure has to change."""
    page = control.owner_frame().page
    place = control.evaluate(AIM, part)
    if hand == "keyboard":
        page.keyboard.press(key)
    else:
        page.mouse.click(*place)
    assert control.evaluate(CHANGED) == "changed"


def test_every_control_changes_the_figure(figure: tuple[str, Locator]):
    _, root = figure
    check_controls(root, *HANDS)
    check_controls(root, *reversed(HANDS))


def test_a_swipe_that_begins_on_a_slider_scrolls_the_page_and_one_along_it_moves_it(visit: Visit):
    phone = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}
    with visit("chapters/index.html", **phone) as (page, _):
        session = page.context.new_cdp_session(page)
        for slider in page.query_selector_all(".explorer input[type=range]"):
            value, most = int(slider.input_value()), int(slider.get_attribute("max"))
            way = 1 if value < most / 2 else -1  # to where it does not stand
            x, y = slider.evaluate(AIM, 0.5 + 0.25 * way)
            before = page.evaluate("scrollY")
            swipe(session, x, y, 0, -150)
            page.evaluate(STANDS)
            assert page.evaluate("scrollY") > before + 100
            assert slider.evaluate(SAYS)[0] == str(value)
            assert slider.evaluate(f"slider => ({LOOKS})(slider.closest('.explorer'))") == (
                slider.evaluate("slider => slider.closest('.explorer').before")
            )
            swipe(session, *slider.evaluate(AIM, 0.5), 30 * way, 0)
            assert slider.evaluate(CHANGED) == "changed"
            assert (int(slider.input_value()) - value) * way > 0


STANDS = """async () => {
    for (let frames = 0, last = -1; frames < 10; frames++) {
        if (scrollY !== last) frames = 0;
        last = scrollY;
        await new Promise(requestAnimationFrame);
    }
}"""


def swipe(session: CDPSession, x: float, y: float, dx: float, dy: float) -> None:
    """Move a finger, in ten steps."""
    for k in range(11):
        point = {"x": x + dx * k / 10, "y": y + dy * k / 10}
        kind = "touchMove" if k else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def check_controls(root: Locator, one: str, other: str) -> None:
    """Use every control of a figure, a slider with one hand and then with the other."""
    for select in root.locator("select").element_handles():
        choose_another(select, other)
    for slider in root.locator("input[type=range]").element_handles():
        move_to_both_ends(slider, one, other)
    buttons = root.locator(".explorer-controls button").element_handles()
    for button in buttons:
        if button.get_attribute("aria-disabled") == "true":  # of use after the next step
            use(buttons[-1], one, "Enter")
        use(button, one, "Enter")


def choose_another(select: ElementHandle, hand: str) -> None:
    first = select.input_value() == "0"
    if hand == "keyboard":
        use(select, hand, "ArrowDown" if first else "ArrowUp")
    else:  # a pointer opens a list that belongs to the system, where no test can reach
        select.evaluate(AIM, 0)
        select.select_option("1" if first else "0")
        assert select.evaluate(CHANGED) == "changed"


def move_to_both_ends(slider: ElementHandle, one: str, other: str) -> None:
    last = slider.get_attribute("max")
    ends = [("Home", 0, "0"), ("End", 1, last)]
    if slider.input_value() == "0":
        ends.reverse()
    for hand, (key, part, value) in zip((one, other), ends, strict=True):
        use(slider, hand, key, part)
        now, text, shown = slider.evaluate(SAYS)
        assert now == value
        assert shown == text
    if one == "keyboard":
        use(slider, one, "ArrowRight" if now == "0" else "ArrowLeft")


# --- the numbers --------------------------------------------------------------------------------

CHOICES = """root => [...root.querySelectorAll("input[type=range], select")]
  .map((control) => (control.options ? control.options.length : Number(control.max) + 1))"""
SET = """(root, places) => {
    const inputs = root.querySelectorAll("input[type=range], select");
    const chosen = {};
    inputs.forEach((input, i) => {
        const count = input.options?.length ?? Number(input.max) + 1;
        input.value = Math.floor(places[i] * count);
        input.dispatchEvent(new Event(input.options ? "change" : "input", { bubbles: true }));
        chosen[input.labels[0].firstChild.textContent] =
            input.selectedOptions?.[0].textContent ?? input.getAttribute("aria-valuetext");
    });
    const named = (name) => Object.fromEntries([...root.querySelectorAll(`svg [data-${name}]`)]
        .map((text) => [text.dataset[name], text.textContent]));
    return {
        chosen,
        text: root.querySelector("p[aria-live]").textContent,
        numbers: [...root.querySelectorAll("svg [data-number]")].map((text) => text.textContent),
        values: named("value"),
        gradients: named("gradient"),
        drawn: [...root.querySelectorAll(".explorer-chart")].map((chart) => Object.fromEntries(
            [...chart.querySelectorAll("[data-key]")].map((part) =>
                [part.dataset.key, part.getAttribute("d")]))),
        regions: [...root.querySelectorAll("[data-key^=region]")]
            .map((region) => region.getAttribute("d")),
        contours: [...root.querySelectorAll("[data-contours]")]
            .filter((group) => group.getAttribute("display") !== "none")
            .map((group) => group.dataset.contours),
        height: root.offsetHeight,
    };
}"""


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def check_drawing(shown: dict, *specs: dict) -> None:
    """Demand the lines that Python draws for the same setting, to less than a pixel."""
    for drawn, spec in zip(shown["drawn"], specs, strict=True):
        expected = dict(re.findall(r'data-key="([^"]+)" d="([^"]*)"', spec["svg"]))
        assert set(drawn) == set(expected)
        for key, path in drawn.items():
            now, then = (re.findall(r"-?\d+\.\d", text) for text in (path, expected[key]))
            assert len(now) == len(then), key
            assert all(abs(float(a) - float(b)) < 1 for a, b in zip(now, then, strict=True)), key


def descent(chosen: dict[str, str], shown: dict) -> None:
    lr, step = number(chosen["learning rate"]), int(chosen["step"])
    w, loss = (short(values[step]) for values in descend(lr, 20))
    assert shown["text"].startswith(
        f"Learning rate {short(lr)}, step {step}: w = {w}, loss {loss}. "
    )
    w, loss = (values[step] for values in descend(lr, 20))
    bowl, curve = abs(w) <= 2 and loss <= 2, 1e-6 <= loss <= 1000
    assert ("outside" in shown["text"]) == (not (bowl and curve))
    check_drawing(shown, *Descent(lr=lr, step=step).data["charts"])


def step_size(chosen: dict[str, str], shown: dict) -> None:
    function, precision, h = (chosen[key] for key in ("function", "precision", "step h"))
    kind, digits = {"float64": (float, 13), "float32": (np.float32, 8)}[precision]
    x, step, gradient = kind(3), kind(number(h)), 27

    def f(x: float) -> float:
        return (
            max(x, kind(0)) if "ReLU" in function else x * x * x + kind("1000" in function) * 1000
        )

    if "ReLU" in function:
        x, gradient = kind(0.001), 1
    found = (f(x + step) - f(x)) / step, (f(x + step) - f(x - step)) / (2 * step)
    parts = [
        f"{name} {float(value):.{digits}g}, relative error "
        f"{short(float(f'{abs(float(value) - gradient) / gradient:.3g}'))}"
        for name, value in zip(("forward", "central"), found, strict=True)
    ]
    said = f"{function}, gradient {gradient}. h = {h} in {precision}: {'; '.join(parts)}. "
    assert shown["text"].startswith(said)
    assert ("Outside" in shown["text"]) == any(float(value) == gradient for value in found)
    figure = StepSize(function=function, precision=precision, h=number(h))
    check_drawing(shown, figure.data["chart"])


def gradient_flow(chosen: dict[str, str], shown: dict) -> None:
    depth = int(chosen["layers"])
    names = [chosen[key] for key in ("activation", "starting weights", "added")]
    found = sizes(untrained(depth, *names))
    first, last = (short(float(f"{found[i]:.3g}")) for i in (0, -1))
    activation, weights, added = names
    assert shown["text"].startswith(
        f"{depth} layers, {activation}, starting weights of {weights}, {added} added: dW has the "
        f"size {first} in the first layer and {last} in the last one. The first gets "
        f"{share(found)} what the last gets. "
    )
    plain = sizes(untrained(depth, activation, weights, "nothing"))
    assert ("outside" in shown["text"]) == (min(*found, *plain) < 1e-12)
    check_drawing(shown, flow_chart(found, plain, max(DEPTHS)).spec(""))


HEIGHT = chart.INNER[1] / chart.INNER[0]  # of a chart, in its widths


def optimizer_paths(chosen: dict[str, str], shown: dict) -> None:
    kappa, step = number(chosen["κ"]), int(chosen["step"])
    ends, rates, outside = [], [], []
    for name, make in (("SGD", SGD), ("Momentum", Momentum), ("Adam", Adam)):
        text = chosen[f"learning rate of {name}"]
        optimizer, place = make(number(text)), np.array([2.0, 1.0])
        loss, k = (4 + kappa) / 2, 0
        while k < step and loss <= 1e6:
            (place,) = optimizer.step([place], [place * (1, kappa)])
            loss, k = (place[0] ** 2 + kappa * place[1] ** 2) / 2, k + 1
        said = short(float(f"{loss:.2g}")) if loss <= 1e6 else "beyond 1,000,000"
        ends.append(f"{name} {said} with {text}")
        x, y = np.abs(place)
        if x > 2.4 or y > 2.4 * HEIGHT or not 1e-6 <= loss <= 1e4:
            outside.append(name)
        rates.append(number(text))
    text = f"κ = {chosen['κ']}, step {step}. The losses, and the learning rates: "
    assert shown["text"].startswith(f"{text}{', '.join(ends)}. ")
    assert ("SGD diverges" in shown["text"]) == (rates[0] * kappa > 2)
    assert ("Momentum diverges" in shown["text"]) == (rates[1] * kappa > 3.8)
    cut = f" Outside a picture: {', '.join(outside)}."
    assert shown["text"].endswith(cut) if outside else "Outside" not in shown["text"]
    assert shown["contours"] == [chosen["κ"]]
    figure = OptimizerPaths(kappa=kappa, lr=tuple(rates), step=step)
    check_drawing(shown, *figure.data["charts"])


def softmax(chosen: dict[str, str], shown: dict) -> None:
    scores, label = [number(chosen[f"score of class {k}"]) for k in range(3)], chosen["right class"]
    layer = SoftmaxWithLoss()
    loss = layer.forward([scores], [int(label)])
    fresh = [*layer.y[0], *layer.backward()[0], loss]
    assert shown["numbers"] == [f"{value:.4f}".replace("-", "−") for value in fresh]
    y, gradient = shown["numbers"][int(label)], shown["numbers"][3 + int(label)]
    for part in (f"y = {y};", f"−ln y = {shown['numbers'][6]}.", f"y − 1 = {gradient}:"):
        assert part in shown["text"]


def stepper(chosen: dict[str, str], shown: dict) -> None:
    inputs = {name: number(text) for name, text in chosen.items()}
    graph = car() if "tax" in chosen else sigmoid()
    if "x" in inputs:  # an input with a single choice has no slider
        ln3 = np.log(3.0)
        inputs |= {"minus": -1.0, "one": 1.0, "x": ln3 if chosen["x"] == "1.099" else inputs["x"]}
    graph.forward(**inputs)
    graph.backward()
    assert shown["values"] == {name: short(value) for name, value in graph.values.items()}
    edges = {f"{name}.{i}": short(value) for (name, i), value in graph.edge_gradients.items()}
    assert shown["gradients"] == {**edges, graph.wires[-1].name: "1"}


def lab(chosen: dict[str, str], shown: dict) -> None:
    # a choice that is the only one has no control; the text names learning rate and reg
    match = re.match(
        r"Learning rate (\S+), reg (\S+), step (\d+): data loss (.+) \+ penalty (.+) = total (.+); "
        r"(\S+) % right\. (.+)",
        shown["text"],
    )
    lr, reg, step, *losses, accuracy, _ = match.groups()
    for name, text in (("learning rate", lr), ("reg", reg), ("step", step)):
        assert chosen.get(name, text) == text
    task = Task(
        chosen.get("colouring", "quadrants" if "seed" in chosen else "XOR"),
        chosen.get("hidden layer", "with") == "with",
        int(chosen.get("seed", 0)),
    )
    history = run(task, number(lr), number(reg))
    parts = [
        history.data_loss,
        history.penalty,
        history.loss,
        100 * np.nan_to_num(history.accuracy),
    ]
    says = [three_digits(part[int(step)]) for part in parts]
    assert [*losses, accuracy] == says
    assert ("Diverged at step" in shown["text"]) == (history.diverged is not None)
    network, classes = network_at(task, number(lr), number(reg), int(step))
    if history.loss[int(step)] < 9.99e33:
        assert shown["regions"] == paths(*packed(*borders(network)), classes)
    else:
        assert shown["regions"] == [""] * classes


def network(chosen: dict[str, str], shown: dict) -> None:
    """Compare what the figure says first; test_inside.py compares every number."""
    found = small_network(chosen["colouring"])
    stop = STOPS.index(int(chosen["step of training"]))
    right = short(float(f"{found.together['accuracy'][stop]:.3g}"))
    assert shown["text"].startswith(f"Step {STOPS[stop]} of training ({right} % right), ")
    loss = found.alone["loss"][stop, int(chosen["point"]) - 1]
    reached = chosen["pass"] not in ("point", "hidden units", "scores")
    assert shown["values"]["loss"] == (f"loss {three_digits(loss)}" if reached else "")


@cache
def small_network(colouring: str) -> Record:
    return record(Run(colouring, seed=1, lr=0.5, reg=0.0))


def three_digits(value: float) -> str:
    """Say a number as the lab does, which has two bytes for it."""
    if not value < 1e34:
        return "beyond 1e34"
    return short(0.0 if value < 1e-30 else float(f"{value:.2e}"))


def network_at(task: Task, lr: float, reg: float, step: int) -> tuple[Network, int]:
    """Return the network of a lab at a step, and how many classes it has."""
    network, (X, t) = task.network(), task.points()
    if step:
        train(network, X, t, lr=lr, reg=reg, steps=step)
    return network, int(t.max()) + 1


@cache
def run(task: Task, lr: float, reg: float):
    return train(task.network(), *task.points(), lr=lr, reg=reg, steps=STEPS)


EXPECTED: dict[str, Callable[[dict[str, str], dict], None]] = {
    "Descent": descent,
    "GradientFlow": gradient_flow,
    "GraphStepper": stepper,
    "NetworkStepper": network,
    "OptimizerPaths": optimizer_paths,
    "SoftmaxBench": softmax,
    "StepSize": step_size,
    "TrainingLab": lab,
}


def test_the_numbers_shown_are_those_of_python(figure: tuple[str, Locator]):
    name, root = figure
    rng = random.Random(0)
    if name == "GraphStepper":
        step = root.locator(".explorer-controls button").last
        while step.get_attribute("aria-disabled") == "false":
            step.click()
    choices = seen_by(root, CHOICES)
    heights, seen = set(), set()
    for _ in range(SETTINGS):
        shown = seen_by(root, SET, [rng.random() for _ in choices])
        EXPECTED[name](shown["chosen"], shown)
        heights.add(shown["height"])
        seen.add(str(shown["chosen"]))
    assert len(seen) > min(SETTINGS, math.prod(choices)) / 2, "the settings hardly differ"
    assert len(heights) == 1, "the page jumps when numbers change"


# --- two views of one widget, with a kernel -------------------------------------------------------

TWO_VIEWS = """async ({ esm, data }) => {
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const { default: figure } = await import(url);
  const hears = [];
  const asked = [];
  const model = {
    get: () => data,
    on: (_, hear) => hears.push(hear),
    off: () => {},
    send: (message) =>
      message.ask === "hello" ? answer({ answer: "hello" }) : asked.push(message),
  };
  const answer = (message) => hears.forEach((hear) => hear(message, []));
  const views = [0, 1].map(() => document.body.appendChild(document.createElement("div")));
  for (const el of views) await figure.render({ model, el });
  const fields = views.map((el) => el.querySelectorAll("input[type=number]"));
  const type = ([field], lr) => {
    field.value = lr;
    field.dispatchEvent(new Event("change"));
  };
  type(fields[0], 0.2);
  type(fields[1], 0.5);
  const [first, second] = asked;
  for (const [{ id }, i] of [[first, 4], [second, 5]]) {
    answer({ id, answer: "exact", data: data.runs[i] });
  }
  const texts = views.map((el) => el.querySelector("p[aria-live]").textContent);
  return { fields: fields.map((found) => found.length), texts };
}"""


def test_two_views_of_a_figure_ask_a_kernel_each_for_itself(visit: Visit):
    figure = Descent()
    with visit(PAGES[0]) as (page, _):
        found = page.evaluate(TWO_VIEWS, {"esm": figure._esm, "data": figure.data})
    assert found["fields"] == [1, 1]
    rates = [figure.data["runs"][i]["lr"] for i in (4, 5)]
    for text, rate in zip(found["texts"], rates, strict=True):
        assert text.startswith(f"Learning rate {rate:g},")


def test_a_graph_tells_a_screen_reader_its_inputs_and_on_a_phone_follows_the_step(visit: Visit):
    phone = {"viewport": {"width": 375, "height": 800}}
    with visit("chapters/8-more-nodes.html", **phone) as (page, _):
        root = page.locator(".explorer").first
        label = root.locator("svg[role=img]").get_attribute("aria-label")
        assert label == "Computational graph: x = 1.099, minus = −1, one = 1."
        frame = root.locator(".backprop-graph")
        assert seen_by(frame, "el => el.scrollWidth > el.clientWidth")
        for _ in range(4):  # the fourth node is the last one, at the right
            root.get_by_role("button", name="Next step").click()
        inside = """el => {
          const [around, now] = [el, el.querySelector("text.explorer-now")].map((e) =>
            e.getBoundingClientRect());
          return now.left >= around.left - 1 && now.right <= around.right + 1;
        }"""
        assert seen_by(frame, inside)
