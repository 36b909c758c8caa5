"""Every built page in a browser, in both editions: light and dark, on a phone and on paper.

Each page is visited once; what was seen there is kept, and the tests ask for it. The pages of
source code are made of one template: the one with a place to lead to and that with the longest
line stand for all of them.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page
from stylesheets import selectors_of
from visits import AT_ONCE, CHINESE, HTML

APART = {HTML / "_static", HTML / "lite", CHINESE / "_static"}  # templates, pages of JupyterLab
APART |= {CHINESE / "_modules"}  # the same code again
LEADING = {HTML / "index.html", CHINESE / "index.html"}  # these only lead to the first page
BUILT = sorted(
    path.relative_to(HTML).as_posix()
    for path in {*HTML.rglob("*.html")} - LEADING
    if not APART & {*path.parents}
)
SOURCE = [path for path in BUILT if path.startswith("_modules/backprop/")]
TARGETS = {  # where links lead: the place is marked, and words that were sought are, too
    "_modules/backprop/graph.html": "#Graph.backward",
    "chapters/api.html": "#backprop.graph.Graph.backward",
    "search.html": "?q=gradient",
    "zh/search.html": "?q=梯度",
}


def longest_line(path: str) -> int:
    """Return how many letters the longest line of a page's source code has."""
    code = (HTML / path).read_text(encoding="utf-8").partition("<pre>")[2].partition("</pre>")[0]
    return max(len(line) for line in unescape(re.sub("<[^>]*>", "", code)).split("\n"))


STANDING = [path for path in SOURCE if path in TARGETS] + sorted(SOURCE, key=longest_line)[-1:]
PAGES = [path for path in BUILT if path not in SOURCE or path in STANDING]
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 700}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that makes no fading changes."""
    with browser.new_context(viewport=WIDE, reduced_motion="reduce") as context:
        context.add_init_script(AT_ONCE)
        yield context.new_page()


@pytest.fixture(scope="module")
def address(addresses: dict[str, str]) -> str:
    return addresses["http"]


# --- one visit to every page --------------------------------------------------------------------

READY = """async () => {
  await document.fonts.ready;
  const count = (selector) => document.querySelectorAll(selector).length;
  while (location.search && !count("#search-results li")) await new Promise(requestAnimationFrame);
  for (const kind of [".explorer", ".question"])
    while (count(kind) < count(`${kind}-still`)) await new Promise(requestAnimationFrame);
  return {
    title: document.title,
    description: document.querySelector("meta[name=description]")?.content ?? "",
    ids: [...document.querySelectorAll("[id]")].map((part) => part.id),
    set: [...document.querySelectorAll("math")].every((formula) =>
      formula.getBoundingClientRect().height > 8 &&
      getComputedStyle(formula).fontFamily.startsWith("Formulas")) &&
      (!count("math") || [...document.fonts].some((font) =>
        font.family.includes("Formulas") && font.status === "loaded")),
    blocks: count("pre div"),
    images: [...document.querySelectorAll(".bd-article img:not(.toggler)")].map((image) =>
      [image.hasAttribute("width") && image.hasAttribute("height"), image.loading === "lazy"]),
  };
}"""
UNFOLD = """() => {
  for (const part of document.querySelectorAll("details")) part.open = true;
  for (const part of document.querySelectorAll(".toggle-hidden > button")) part.click();
}"""
FAULTS = """(parts, options) => axe.run(parts, {
  ...options, resultTypes: ["violations"], preload: false, selectors: false,
}).then(({ violations }) => violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`)))"""
WHOLE, BUT_SOURCE = {"include": ["html"]}, {"exclude": ["pre"]}
ALL_RULES = f"""(parts) => ({FAULTS})(parts, {{rules: {{
  "color-contrast": {{enabled: false}}, "link-in-text-block": {{enabled: false}},
  "label-content-name-mismatch": {{enabled: true}} }} }})"""
# Colours take most of the time: whether texts can be read, and links told from the text around.
# Texts of the same colours look the same wherever they stand, and so do links in texts that look
# the same, so one of each kind is looked at, here and on all pages.
CONTRASTS = f"""async (seen) => {{
  const kinds = new Map(seen.map((kind) => [kind, null]));
  axe.setup();
  const links = [...document.querySelectorAll("body a[href]")].filter((link) =>
    link.checkVisibility() && axe.commons.dom.isInTextBlock(link)).map((link) => {{
    let block = link.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    return [link, block];
  }});
  axe.teardown();
  const found = {{}};
  for (const scheme of ["light", "dark"]) {{
    document.documentElement.dataset.theme = scheme;
    const grounds = new Map([[null, ""]]);
    const groundOf = (part) => {{
      if (!grounds.has(part)) {{
        const {{ backgroundColor, backgroundImage, opacity, filter }} = getComputedStyle(part);
        const own = [backgroundColor, backgroundImage, opacity, filter].join();
        const through = own === "rgba(0, 0, 0, 0),none,1,none";
        grounds.set(part, groundOf(part.parentElement) + (through ? "" : own));
      }}
      return grounds.get(part);
    }};
    const looks = (part) => {{
      const {{ color, fontSize, fontWeight, textDecorationLine }} = getComputedStyle(part);
      return [groundOf(part), color, fontSize, fontWeight, textDecorationLine];
    }};
    const fresh = [];
    const look = (part, ...kind) => {{
      if (!kinds.has(`${{kind}}`)) fresh.push(part);
      kinds.set(`${{kind}}`, null);
    }};
    for (const part of document.querySelectorAll("body *")) {{
      const texts = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (texts && part.checkVisibility()) look(part, ...looks(part));
    }}
    for (const [link, block] of links) look(link, "link", ...looks(link), ...looks(block));
    const rules = ["color-contrast", "link-in-text-block"];
    found[scheme] = fresh.length ? await ({FAULTS})(fresh, {{runOnly: rules}}) : [];
  }}
  return [[...kinds.keys()], found];
}}"""
# WCAG 1.4.12: a reader may set texts so wide, and then nothing may be lost either.
SPACED = ".bd-main { letter-spacing: 0.12em; word-spacing: 0.16em; line-height: 1.5; }"
SIDEWAYS = """async () => {
  const unreachable = () => [...document.querySelectorAll(".bd-main *")].filter((part) =>
    part.checkVisibility() && ["auto", "scroll"].includes(getComputedStyle(part).overflowX) &&
    part.scrollWidth > part.clientWidth && part.tabIndex !== 0).map((part) => part.outerHTML);
  const end = performance.now() + 2000;  // what watches the size has seen it by then
  while (unreachable().length && performance.now() < end)
    await new Promise((go) => setTimeout(go, 20));
  const images = [...document.querySelectorAll(".bd-article img[width]")];
  for (const image of images) image.loading = "eager";
  await Promise.all(images.map((image) => image.decode()));
  const shape = (image) => {  // without the rim that pictures have in dark mode
    const rim = 2 * parseFloat(getComputedStyle(image).paddingTop);
    return (image.clientWidth - rim) / (image.clientHeight - rim);
  };
  const written = (image) => image.getAttribute("width") / image.getAttribute("height");
  const left = (part) => part.getBoundingClientRect().left;
  const cut = [...document.querySelectorAll(".bd-main *")].filter((part) => {
    if (!part.checkVisibility() || part.clientWidth < 2) return false; // for screen readers
    const { overflowX } = getComputedStyle(part);
    const ends = ["auto", "scroll", "visible"].includes(overflowX);
    const begins = overflowX === "visible" ||
      [...part.children].every((child) => left(child) > left(part) - 1);
    return part.scrollWidth > part.clientWidth && !(begins && ends);
  });
  return [document.documentElement.scrollWidth > innerWidth,
  images.filter((image) =>
    image.checkVisibility() && Math.abs(shape(image) / written(image) - 1) > 0.02).map((image) =>
    image.outerHTML),
  unreachable(), cut.map((part) => part.outerHTML)];
}"""


# A rule that the one stylesheet of the site leaves out must match nothing, whatever is open.
MATCHED = """(edition) =>
  leftOut[edition].filter((selector) => document.querySelector(selector))"""


def left_out(edition: Path) -> list[str]:
    """Return the selectors of the theme and its extensions that are not in the one stylesheet."""
    one = edition / "_static" / "book.css"
    sheets = {*one.parent.rglob("*.css")} - {one, one.with_name("sphinx-thebe.css")}
    theirs = {s for sheet in sheets for s in selectors_of(sheet.read_text(encoding="utf-8"))}
    selectors = theirs - selectors_of(one.read_text(encoding="utf-8"))
    found = sorted(s for s in selectors if s)
    assert len(found) > 1000
    return found


@pytest.fixture(scope="module")
def seen(page: Page, address: str) -> dict[str, dict]:
    """Visit every page; return what was seen there, by its path."""
    found, kinds = {}, []
    problems: list[str] = []
    unused = {"en": left_out(HTML)} | ({"zh": left_out(CHINESE)} if CHINESE.is_dir() else {})
    page.add_init_script(f"window.leftOut = {json.dumps(unused)}")  # to send them takes a while
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("response", lambda r: problems.append(r.url) if r.status >= 400 else None)
    for path in PAGES:
        alike = path in SOURCE and path not in TARGETS  # one listing stands for all
        page.set_viewport_size(WIDE)
        page.goto(address + path + TARGETS.get(path, ""))
        here = page.evaluate(READY)
        page.evaluate(UNFOLD)
        page.evaluate(AXE_SCRIPT)
        here["rules"] = page.evaluate(ALL_RULES, BUT_SOURCE if alike else WHOLE)
        kinds, contrasts = page.evaluate(CONTRASTS, kinds)
        here |= contrasts
        page.add_style_tag(content=SPACED)
        page.set_viewport_size(PHONE)
        edition = "zh" if path.startswith("zh/") else "en"
        here["matched"] = [] if alike else page.evaluate(MATCHED, edition)
        on_phone = ("sideways", "squeezed", "unreachable", "cut")
        here |= zip(on_phone, page.evaluate(SIDEWAYS), strict=True)
        here["problems"] = [*problems]
        problems.clear()
        found[path] = here
    return found


def faulty(seen: dict[str, dict], *keys: object) -> dict[str, object]:
    """Return, by page, all that was found under these names and should not be there."""
    return {path: bad for path, here in seen.items() if (bad := [here[k] for k in keys if here[k]])}


def test_no_page_complains(seen: dict[str, dict]):
    assert not faulty(seen, "problems")


def test_the_stylesheet_leaves_out_no_rule_that_a_page_needs(seen: dict[str, dict]):
    assert not faulty(seen, "matched")


def test_axe_finds_no_barrier_in_light_and_dark(seen: dict[str, dict]):
    assert not faulty(seen, "rules", "light", "dark")


def test_phones_scroll_pages_in_one_direction_only(seen: dict[str, dict]):
    assert not faulty(seen, "sideways")


def test_phones_show_all_of_a_text(seen: dict[str, dict]):
    assert not faulty(seen, "cut")


def test_pictures_keep_their_shape_on_a_phone(seen: dict[str, dict]):
    assert not faulty(seen, "squeezed")


def test_the_keyboard_reaches_what_scrolls_within_a_page(seen: dict[str, dict]):
    assert not faulty(seen, "unreachable")


def test_formulas_are_set_in_their_letters(seen: dict[str, dict]):
    assert all(here["set"] for here in seen.values())


def test_no_id_stands_twice_on_a_page(seen: dict[str, dict]):
    twice = {
        path: bad
        for path, here in seen.items()
        if (bad := [name for name, times in Counter(here["ids"]).items() if times > 1])
    }
    assert not twice


def test_source_code_is_no_block_within_a_line(seen: dict[str, dict]):
    assert not faulty(seen, "blocks")


def wide(text: str) -> int:
    """Return how wide a text is in Latin letters; a Chinese one is as wide as two."""
    return len(text) + len(re.findall("[\u3000-\u9fff\uff00-\uffef]", text))


def test_every_page_has_a_title_and_a_description_of_its_own(seen: dict[str, dict]):
    for key, shortest, longest in (("title", 5, 100), ("description", 40, 200)):
        texts = {path: here[key] for path, here in seen.items()}
        assert not {p: text for p, text in texts.items() if not shortest < wide(text) <= longest}
        assert not [text for text, times in Counter(texts.values()).items() if times > 1]
        assert not {p: text for p, text in texts.items() if set(text) & set("`*{}\n")}


def test_every_listing_has_names_of_its_own_and_no_block_within_a_line():
    """What the browser is asked about two of them, read from all."""
    texts = {path: (HTML / path).read_text(encoding="utf-8") for path in SOURCE}
    assert len(texts) > 40
    for pattern, shortest, longest in (
        ("<title>(.*?)</title>", 5, 100),
        ('<meta name="description" content="(.*?)"', 40, 200),
    ):
        found = {path: re.findall(pattern, text, re.DOTALL) for path, text in texts.items()}
        assert all(len(one) == 1 for one in found.values()), found
        told = {path: unescape(one).strip() for path, (one,) in found.items()}
        assert all(shortest < len(text) <= longest for text in told.values()), told
        assert len({*told.values()}) == len(told)
    for path, text in texts.items():
        ids = re.findall(r'<[^>]+\sid="([^"]+)"', text)
        assert len(ids) == len({*ids}) > 5, path
        assert "<div" not in text.partition("<pre>")[2].partition("</pre>")[0], path


def test_images_have_their_sizes_and_those_further_down_load_late(seen: dict[str, dict]):
    pictures = {path: here["images"] for path, here in seen.items() if here["images"]}
    assert len(pictures) > 3
    for path, ((first_sized, first_late), *others) in pictures.items():
        assert (first_sized, first_late) == (True, False), path
        assert all(sized and late for sized, late in others), path


def test_the_page_that_leads_to_the_first_one_is_whole():
    html = (HTML / "index.html").read_text(encoding="utf-8")
    assert html.startswith("<!doctype html>")
    for part in ("<title>", '<html lang="en">', '<meta name="description"'):
        assert part in html


# --- the search ---------------------------------------------------------------------------------


def test_the_magnifier_stands_beside_what_one_types(page: Page, address: str):
    for path in ("search.html", PAGES[0]):
        page.set_viewport_size(WIDE)
        page.goto(address + path)
        if path != "search.html":
            page.keyboard.press("Control+k")
        field = page.locator(".bd-search:visible")
        boxes = [field.locator(part).bounding_box() for part in ("i", "input")]
        assert boxes[0]["width"] > 5
        assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1
    page.evaluate(AXE_SCRIPT)
    assert not page.evaluate(f"({FAULTS})(document, {{}})")


def test_a_sought_word_is_marked_but_not_in_the_styles_of_pictures(page: Page, address: str):
    page.goto(f"{address}search.html?q=gradient")
    page.evaluate(READY)
    page.goto(f"{address}chapters/1-chain-rule.html")
    page.evaluate(READY)
    page.locator("p .highlighted").first.wait_for()
    assert page.locator("style .highlighted").count() == 0


# --- before the scripts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "system", "theme"),
    [
        ({}, "dark", "dark"),
        ({}, "light", "light"),
        ({"mode": "auto", "theme": "light"}, "dark", "dark"),
        ({"mode": "light", "theme": "light"}, "dark", "light"),
    ],
)
def test_a_page_has_its_colours_before_its_scripts_run(
    browser: Browser, address: str, stored: dict, system: str, theme: str
):
    with browser.new_context(color_scheme=system) as context:
        context.add_init_script(AT_ONCE)
        context.add_init_script(f"Object.assign(localStorage, {json.dumps(stored)})")
        page = context.new_page()
        page.route("**/*.js*", lambda route: route.abort())
        page.goto(address + PAGES[0])
        assert page.evaluate("document.documentElement.dataset.theme") == theme


# --- paper --------------------------------------------------------------------------------------

PAPER = """() => addEventListener("beforeprint", () => {
  const brightness = (colour) => {
    const [red, green, blue, alpha] = colour.match(/[\\d.]+/g).map(Number);
    return alpha < 0.5 ? null : (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  };
  const shown = [...document.querySelectorAll(".bd-article *")]
    .filter((part) => part.checkVisibility({ opacityProperty: true }));
  const looks = shown.map((part) => [part, getComputedStyle(part)]);
  const name = ([part]) => part.outerHTML.slice(0, 100);
  globalThis.paper = {
    dark: looks.filter(([, style]) => (brightness(style.backgroundColor) ?? 1) < 0.75).map(name),
    pale: looks.filter(([, style]) => brightness(style.color) > 0.5).map(name),
    changed: looks.filter(([part, { filter }]) => part.matches("img") && filter !== "none").length,
    images: looks.filter(([part]) => part.matches("img")).length,
    late: document.querySelectorAll("img[loading=lazy]").length,
    folded: document.querySelectorAll("details:not([open]), .toggle-hidden").length,
    cut: looks.filter(([part, style]) => part.scrollWidth > part.clientWidth + 1 &&
      style.overflowX !== "visible" && part.matches("pre, pre *, .output, .highlight")).map(name),
    scrolling: looks.filter(([part, style]) => style.overflowX !== "visible" &&
      part.matches(".math, .pst-scrollable-table-container")).map(name),
    buttons: shown.filter((part) => part.matches("button, .run-in-browser")).length,
  };
})"""
# Columns as high as a sheet of paper are cut by the same rules as sheets.
COLUMNS = """(height) => {
  const article = document.querySelector(".bd-article");
  article.style = `columns: 640px; column-fill: auto; column-gap: 0; height: ${height}px`;
  const boxes = [...article.querySelectorAll(
    "div.cell_input, div.cell_input pre, div.cell_output .highlight, img, .backprop-graph")];
  const cut = boxes.filter((box) => box.getClientRects().length > 1)
    .map((box) => [...box.getClientRects()].map((part) => part.height));
  return [boxes.length, article.scrollWidth / 640, cut];
}"""


@pytest.fixture(scope="module")
def printed(page: Page, address: str) -> Iterator[Page]:
    """Open the chapter with folded parts and figures in dark mode, as paper would show it."""
    texts = {path: (HTML / path).read_text(encoding="utf-8") for path in PAGES}
    path = next(p for p, text in texts.items() if "<details class" in text and "_images/" in text)
    page.set_viewport_size({"width": 560, "height": 800})  # a narrow sheet, with large print
    page.emulate_media(color_scheme="dark", media="screen")
    page.goto(address + path)
    page.evaluate(READY)
    page.emulate_media(color_scheme="dark", media="print")
    yield page
    page.emulate_media(media="screen")


def test_paper_is_light_and_shows_everything(printed: Page, tmp_path: Path):
    state = """[document.documentElement.dataset.theme,
        document.querySelectorAll("details:not([open])").length]"""
    before = printed.evaluate(state)
    assert before[0] == "dark"
    assert before[1] > 0
    printed.evaluate(PAPER)
    printed.evaluate("for (const image of document.images) image.loading = 'lazy'")
    printed.pdf(path=tmp_path / "page.pdf", format="A4")
    paper = printed.evaluate("paper")
    assert paper.pop("images") > 0
    assert not {what: found for what, found in paper.items() if found}
    assert printed.evaluate(state) == before


def test_no_sheet_ends_within_a_cell_that_fits_on_one(printed: Page):
    for height in (700, 800, 950):
        boxes, sheets, cut = printed.evaluate(COLUMNS, height)
        assert boxes > 20
        assert sheets > 5
        for parts in cut:  # a listing that is longer than a sheet: some lines stand on each
            assert sum(parts) > height, parts
            assert min(parts) > 60, parts
