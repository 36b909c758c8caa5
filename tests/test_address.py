"""Links to a figure as it is, and readers with colours, motion or letters of their own."""

import random
import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page
from shared_texts import tables_of
from test_browser import SET
from visits import HTML, WIDGET_VIEW, Visit, every_page, on, seen_by

from backprop.explorers import Descent

LAB = "chapters/5-quadrants.html"
LOOKS = """root => [...root.querySelectorAll("p[aria-live]")].map((p) => p.textContent).join() +
    [...root.querySelectorAll("svg:not(svg svg)")].map((svg) => svg.outerHTML).join()
        .replaceAll(' class=""', "")"""


PRESSED = {  # buttons that make a choice, where no list and no slider does
    "GraphStepper": "Next step",
    "BackwardDrill": "Another one",
}


def figure_on(page: Page, name: str) -> Locator:
    return page.locator(f"[data-figure='{name}'] .explorer")


def said(page: Page, name: str) -> str:
    return figure_on(page, name).locator("p[aria-live]").text_content()


# --- a link shows in a new page what it was copied from -----------------------------------------


def change(root: Locator, name: str, rng: random.Random) -> None:
    """Make other choices in a figure."""
    before = seen_by(root, LOOKS)
    if name in PRESSED:
        root.get_by_role("button", name=PRESSED[name]).click()
    while seen_by(root, LOOKS) == before:
        seen_by(root, SET, [rng.random() for _ in range(9)])


def check_copied_links(visit: Visit, path: str, way: str, *, clipboard: bool = False) -> None:
    """Change the figures of a page, copy a link to each of them; open all in one."""
    allowed = {"permissions": ["clipboard-read", "clipboard-write"]} if clipboard else {}
    links = []
    with visit(path, way, **allowed) as (page, warnings):
        for figure in on(path):
            rng = random.Random(str(figure))
            root = page.locator(".explorer").nth(figure.index)
            first = seen_by(root, LOOKS)
            for _ in range(3):
                change(root, figure.name, rng)
            before = page.url
            assert "#" not in before, "the address changes by itself"
            root.get_by_role("button", name="Copy link").press("Enter")
            page.wait_for_function("before => location.href !== before", arg=before)
            links.append((seen_by(root, LOOKS), page.evaluate("location.href")))
            assert links[-1][0] != first
            if clipboard:
                root.get_by_text("Copied").wait_for()
                assert page.evaluate("navigator.clipboard.readText()") == links[-1][1]
            change(root, figure.name, rng)
            assert "#" not in page.url, "an address that tells of another state"
        assert not warnings
    states = [link.partition("#")[2] for _, link in links]
    assert all(re.fullmatch(r"[\w-]+:(\w+=[\w.+/%-]+,?)+", state) for state in states), states
    with visit(f"{path}#{'&'.join(reversed(states))}", way) as (page, warnings):
        # the page shows the figure that is named first
        assert 0 <= page.locator(".explorer").nth(on(path)[-1].index).bounding_box()["y"] < 200
        for figure, (looks, _) in zip(on(path), links, strict=True):
            assert seen_by(page.locator(".explorer").nth(figure.index), LOOKS) == looks
        assert not warnings
        assert page.evaluate("document.activeElement === document.body"), "takes the focus"


@every_page
def test_copied_links_show_the_same_in_a_new_page(visit: Visit, path: str):
    check_copied_links(visit, path, "http", clipboard=True)


@pytest.mark.parametrize(
    "script",
    [
        "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })",
        "Clipboard.prototype.writeText = () => Promise.reject(new Error('not allowed'))",
    ],
)
def test_without_a_clipboard_the_link_is_shown_and_selected(visit: Visit, script: str):
    with visit(LAB, script=script) as (page, _):
        root = figure_on(page, "lab")
        field = root.locator(".explorer-address input")
        assert not field.is_visible()
        root.get_by_role("button", name="Copy link").click()
        field.wait_for()
        assert seen_by(
            field,
            """field => document.activeElement === field &&
            field.value.slice(field.selectionStart, field.selectionEnd) === location.href""",
        )
        assert "#lab:colouring=XOR,hidden=with,lr=1," in field.input_value()
        assert "Copied" not in root.inner_text()
        page.keyboard.press("Shift+Tab")  # to the button: the link would soon be another one
        assert not field.is_visible()


def test_two_figures_of_a_kind_have_names_of_their_own(visit: Visit):
    check_two_of_a_kind(visit)


def check_two_of_a_kind(visit: Visit) -> None:
    def double(html: str) -> str:
        view = rf'<script type="{re.escape(WIDGET_VIEW)}">.*?</script>'
        (paths,) = (
            name
            for name, model in tables_of(HTML / path)["state"].items()
            if model["state"].get("data", {}).get("name") == "paths"
        )
        (view,) = (text for text in re.findall(view, html, re.DOTALL) if paths in text)
        return html.replace(view, 2 * view)

    path = "chapters/9-better-steps.html"
    with visit(f"{path}#paths-2:kappa=10", change=double, twice=True) as (page, _):
        assert said(page, "paths").startswith("κ = 50")
        assert said(page, "paths-2").startswith("κ = 10")


def test_two_figures_share_an_address(visit: Visit):
    with visit("chapters/4-parameter-updates.html#lab:seed=2&descent:lr=2") as (page, warnings):
        assert said(page, "descent").startswith("Learning rate 2, step 6:")
        assert figure_on(page, "lab").locator("select").input_value() == "2"
        assert not warnings
        page.wait_for_function("scrollY > 0")
        assert 0 <= figure_on(page, "lab").bounding_box()["y"] < 200


# --- what readers write -------------------------------------------------------------------------

WRITTEN = {
    "lab:lr=1e-1,reg=0.010,step=3e2": "Learning rate 0.1, reg 0.01, step 300",
    "LAB:LR=.1": "Learning rate 0.1, reg 0.001, step 300",
    "lab%3Alr%3D0.1%2Creg%3D0": "Learning rate 0.1, reg 0, step 300",
    "lab:lr=0.1,lr=0.3": "Learning rate 0.3, reg 0.001, step 300",
    "lab:": "Learning rate 1, reg 0.001, step 300",
}


def test_an_address_can_be_written_in_many_ways(visit: Visit):
    with visit(LAB) as (page, warnings):
        for address, text in WRITTEN.items():
            go(page, address)
            assert said(page, "lab").startswith(text + ":"), address
        assert not warnings


def go(page: Page, address: str) -> None:
    """Write an address into the bar of an open page."""
    page.evaluate(
        """address => new Promise((done) => {
            addEventListener("hashchange", () => setTimeout(done), { once: true });
            location.hash = address;
        })""",
        address,
    )


def test_links_of_the_book_lead_to_figures_in_the_state_that_they_name(visit: Visit):
    """A link copied there names all that the link of the book has asked for, in the same words."""
    links = defaultdict(set)
    for page in HTML.glob("chapters/*.html"):
        text = page.read_text(encoding="utf-8")
        for path, address in re.findall(r'class="figure-state [^>]*href="([^"#]+)#([^"]+)"', text):
            links[f"chapters/{path}"].add(address)
    assert links
    for path, addresses in links.items():
        with visit(path) as (page, warnings):
            for address in sorted(addresses):
                go(page, address)
                name, _, state = address.partition(":")
                figure_on(page, name).get_by_role("button", name="Copy link").click()
                copied = unquote(page.evaluate("location.hash")).removeprefix(f"#{name}:")
                assert {*state.split(",")} <= {*copied.split(",")}, f"{path}#{address}"
            assert not warnings


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("3-softmax-with-loss.html#softmax:score0=-3,score1=−2.5,label=2", "−3 −2.5 1.5"),
        ("6-checking-gradients.html#stepsize:function=x³ at 3,h=1e-03", "x³ at 3 0.001"),
        ("6-checking-gradients.html#stepsize:function=x3_+_1000_at_3", "x³ + 1000 at 3 1e−05"),
    ],
)
def test_signs_and_spaces_of_an_address_can_be_plain(visit: Visit, address: str, text: str):
    with visit(f"chapters/{address}") as (page, warnings):
        name = address.partition("#")[2].partition(":")[0]
        texts = (
            figure_on(page, name)
            .locator(":is(input, select)[data-choice]")
            .evaluate_all(
                "all => all.map((e) => e.selectedOptions?.[0].textContent ?? e.ariaValueText)"
            )
        )
        assert " ".join(t for t in texts if t not in ("2", "float64")) == text
        assert not warnings


NOT_UNDERSTOOD = {
    "lab:lr=7,reg=0.1": ["lr of lab is 0.0", 'not "7"'],
    "lab:lr=,reg=0.1": ["lr of lab is", 'not ""'],
    "lab:lr,reg=0.1": ["lr of lab is", 'not ""'],
    "lab:rate=1,reg=0.1": ["lab has colouring, hidden, lr, reg, step, not", '"rate"'],
    "lab:__proto__=1,constructor=2,reg=0.1": ['not "__proto__"', 'not "constructor"'],
    "lab:reg=0.1,lr=<img src=x onerror=alert(1)>": ['"<img src=x'],
    "lab:reg=0.1,lr=1%0A2": [r"1\n2"],
    "lab:reg=0.1,lr=%E0%A4%A": ['"%E0%A4%A"'],
    "labs:lr=1&lab:reg=0.1": ['no figure "labs", only network, practice, lab'],
    "lab-2:lr=1&lab:reg=0.1": ['no figure "lab-2", only network, practice, lab'],
}


def check_not_understood(page: Page, warnings: list[str], address: str) -> None:
    (line,) = warnings
    assert line.startswith("In the address, ")
    assert "\n" not in line
    for part in NOT_UNDERSTOOD[address]:
        assert part in line
    assert said(page, "lab").startswith("Learning rate 1, reg 0.1, step 300:")
    assert not page.locator(".explorer img").count()


def test_what_is_not_understood_is_said_in_one_line_and_the_rest_counts(visit: Visit):
    with visit(LAB) as (page, warnings):
        for address in NOT_UNDERSTOOD:
            go(page, address)
            check_not_understood(page, warnings, address)
            warnings.clear()


def test_anchors_are_none_of_the_figures_business(visit: Visit):
    with visit(f"{LAB}#no-such-place") as (page, warnings):
        for anchor in ("experiments", "a=b,c"):
            go(page, anchor)
        assert not warnings
        assert said(page, "lab").startswith("Learning rate 1, reg 0.001, step 300:")


@pytest.mark.parametrize("way", ["http", "file"])
def test_an_open_page_follows_its_address(visit: Visit, way: str):
    with visit(f"{LAB}#lab:lr=0.1,reg=0.1", way) as (page, warnings):
        page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
        go(page, "lab:lr=0.3,step=20")
        page.wait_for_function("scrollY > 0")
        assert said(page, "lab").startswith("Learning rate 0.3, reg 0.001, step 20:")
        go(page, "lab:lr=nothing")
        assert said(page, "lab").startswith("Learning rate 1, reg 0.001, step 300:")
        assert len(warnings) == 1


IN_JUPYTER = """async ({ esm, data }) => {
    const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    const { default: figure } = await import(url);
    const el = document.body.appendChild(document.createElement("div"));
    const model = { get: () => data, on() {}, off() {}, send() {} };
    const end = await figure.render({ model, el });
    end();
    return [el.querySelector("p[aria-live]").textContent, el.textContent.includes("Copy link")];
}"""


def test_in_jupyter_the_address_is_not_the_figures(visit: Visit):
    """Only the built page names its figures in ``data-figure``."""
    figure = Descent()
    with visit(f"{LAB}#descent:lr=0.1&lab:lr=1") as (page, _):
        text, copies = page.evaluate(IN_JUPYTER, {"esm": figure._esm, "data": figure.data})
    assert text.startswith("Learning rate 1.8, step 6:")
    assert not copies


def test_a_figure_has_the_name_of_its_folder():
    assert Descent().data["name"] == "descent"
    assert Path(__file__).parent.parent.joinpath("src/backprop/explorers/descent").is_dir()


# --- no motion ----------------------------------------------------------------------------------

RESTS = f"""async (root) => {{
    const before = ({LOOKS})(root);
    await new Promise((done) => setTimeout(done, 1200)); // Play goes on every 0.7 seconds at least
    return ({LOOKS})(root) === before && !document.getAnimations().length;
}}"""


@every_page
def test_no_figure_moves_by_itself_for_readers_who_want_no_motion(visit: Visit, path: str):
    with visit(path, reduced_motion="reduce") as (page, _):
        for root in page.locator(".explorer").all():
            for button in root.locator(".explorer-controls button").all():
                assert button.text_content() != "Play"
                seen_by(button, "button => button.click()")
        assert seen_by(page.locator("body"), RESTS)


def test_in_place_of_play_they_go_step_by_step(visit: Visit):
    with visit(f"{LAB}#lab:step=300", reduced_motion="reduce") as (page, _):
        seen = []
        for _ in range(3):
            figure_on(page, "lab").get_by_role("button", name="Next step").click()
            seen.append(int(re.search(r"step (\d+):", said(page, "lab"))[1]))
        assert seen[0] == 0
        assert seen == sorted(set(seen))


HEARD = """text => {
    window.heard = []; // what is written, and whether it is spoken
    new MutationObserver(() => heard.push([text.textContent, text.getAttribute("aria-live")]))
        .observe(text, { childList: true, characterData: true, subtree: true });
}"""


def test_play_moves_until_readers_want_no_motion(visit: Visit):
    with visit(LAB) as (page, _):
        root = figure_on(page, "lab")
        spoken = root.locator("p[aria-live]")
        root.get_by_role("button", name="Play").click()
        assert not seen_by(root, RESTS)
        assert spoken.get_attribute("aria-live") == "off"
        page.evaluate(HEARD, spoken.element_handle())
        page.emulate_media(reduced_motion="reduce")
        root.get_by_role("button", name="Next step").wait_for()
        assert seen_by(root, RESTS)
        assert spoken.get_attribute("aria-live") == "polite"
        assert page.evaluate("heard.at(-1)") == [spoken.inner_text(), "polite"]


# --- forced colours -----------------------------------------------------------------------------

# What is drawn in a figure: its key, its paint, and the ground. The grid and pale regions aside.
PAINTS = """root => [...root.querySelectorAll(
        "svg :is(path:not([data-hit]), rect, ellipse, text)")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest("defs, marker"))
    .filter((e) => e.tagName === "text" || e.getAttribute("d") !== "")
    .map((e) => {
        const style = getComputedStyle(e);
        const stroked = e.tagName !== "text" && style.stroke !== "none";
        return { what: e.outerHTML.slice(0, 120), paint: stroked ? style.stroke : style.fill,
            dash: style.strokeDasharray, faint: e.getAttribute("stroke-opacity") === "0.15",
            opacity: Number(style.strokeOpacity), key: e.dataset.key ?? "" };
    })"""
GROUND = """() => {
    const probe = document.body.appendChild(document.createElement("div"));
    probe.style.cssText = "background: Canvas";
    const { backgroundColor } = getComputedStyle(probe);
    probe.remove();
    return backgroundColor;
}"""


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours such as rgb(255, 128, 0), by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_wcag():
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
    assert contrast("rgb(118, 118, 118)", "rgb(255, 255, 255)") == pytest.approx(4.54, abs=0.01)


FOCUS = """root => [...root.querySelectorAll("button, select, input")]
    .filter((control) => control.checkVisibility())
    .map((control) => {
        control.focus();
        const { outlineColor, outlineWidth, outlineStyle } = getComputedStyle(control);
        return [outlineColor, parseFloat(outlineWidth), outlineStyle];
    })"""


@every_page
def test_in_forced_colours_all_of_a_figure_is_seen(visit: Visit, path: str):
    """The palette is the reader's, whatever the theme of the page is."""
    with visit(path, forced_colors="active") as (page, _):
        roots = page.locator(".explorer").all()
        for root in roots:
            while (step := root.get_by_role("button", name="Next step")).count():
                if step.get_attribute("aria-disabled") == "true":
                    break
                step.click()
        page.keyboard.press("Shift")  # a key: from now on the focus is one to be seen
        for theme, palette in [("light", "dark"), ("dark", "light")]:
            page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
            page.emulate_media(color_scheme=palette)
            ground = page.evaluate(GROUND)
            assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(0, 0, 0)"}[palette]
            for root in roots:
                if root.locator("svg").count():
                    check_paints(seen_by(root, PAINTS), ground)
                for colour, width, style in seen_by(root, FOCUS):
                    assert contrast(colour, ground) >= 3
                    assert width >= 2 or style == "auto"


def check_paints(paints: list[dict], ground: str) -> None:
    assert len(paints) > 10
    for part in paints:
        least = 4.5 if part["what"].startswith("<text") else 3
        assert contrast(part["paint"], ground) >= least, part
        assert part["faint"] or part["opacity"] >= 0.5, part
    regions = {p["key"]: (p["paint"], p["dash"]) for p in paints if "region" in p["key"]}
    assert len(set(regions.values())) == len(regions), "regions look alike"
