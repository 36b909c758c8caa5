"""Checks of the built pages in _build/html: links, other hosts, alternative texts, leftovers.

A check is a function that takes a page and yields a sentence for each fault.
"""

import base64
import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup, SoupStrainer
from citations import label_of
from fontTools.ttLib import TTFont
from icons import ICONS
from notebooks import ROOT
from pybtex.database import parse_string
from shared_texts import tables_of
from weights import compressed

HTML = ROOT / "_build" / "html"
SHEET = HTML / "_static" / "book.css"
MISSING = "The book is not built; to build it: python run.py book --no-serve"
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
NAMES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
LEADING = {"a": "href", "link": "href"}
LEADING |= dict.fromkeys(("script", "img", "source", "iframe"), "src")
PATH_LIKE = re.compile(r"\S*[/\\]\S*|\S+\.(png|svg|jpe?g|gif|webp)")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


@cache
def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


class Places(HTMLParser):
    """The names of places on a page, and the kind and address of all that it links to or loads.

    A tree of its elements would take five times as long, and every page is asked for these.
    """

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.references: list[tuple[str, str]] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        naming = ("id", "name") if tag == "a" else ("id",)
        for name, value in attributes:
            if value and name in naming:
                self.names.add(value)
            if name == LEADING.get(tag):
                self.references.append((tag, value or ""))


places = cache(Places)


@cache
def figures(page: Path) -> set[str]:
    return {
        model["state"].get("data", {}).get("name") for model in tables_of(page)["state"].values()
    }


def leads_somewhere(page: Path, fragment: str) -> bool:
    """Say whether a page has a place, or a figure with a state: test_address.py tries the state."""
    name, state, _ = fragment.partition(":")
    if state and name.split("-")[0] in figures(page):
        return True
    return fragment == "" or fragment in places(page).names


# --- the checks ---------------------------------------------------------------------------------


def internal_references_resolve(page: Path) -> Iterator[str]:
    for kind, address in places(page).references:
        url = urlsplit(address)
        if url.scheme or url.netloc:
            continue
        target = (page.parent / unquote(url.path)).resolve() if url.path else page
        if not target.is_file():
            yield f"{kind} leads to {address}, which does not exist"
        elif target.suffix == ".html" and not leads_somewhere(target, url.fragment):
            yield f"{kind} leads to {address}, but the page has no such place"


def nothing_comes_from_another_host(page: Path) -> Iterator[str]:
    for kind, address in places(page).references:
        url = urlsplit(address)
        if kind != "a" and (url.netloc or url.scheme not in ("", "data")):
            yield f"{kind} loads {address}"


def pictures_have_alternative_texts(page: Path) -> Iterator[str]:
    for picture in soup(page).select(".bd-article img, .bd-article svg[role=img]"):
        alt = (picture.get("alt") or picture.get("aria-label") or "").strip()
        if not alt or PATH_LIKE.fullmatch(alt):
            yield f"{picture.name} {picture.get('src', '')} has the alternative text {alt!r}"


def nothing_is_left_of_sphinx(page: Path) -> Iterator[str]:
    for tag in soup(page).select(".problematic, .system-message"):
        yield f"Sphinx left a complaint: {tag.get_text()}"


def widgets_have_their_state(page: Path) -> Iterator[str]:
    states = tables_of(page)["state"]
    for view in soup(page).find_all("script", type=WIDGET_VIEW):
        name = re.search(r'"model_id":\s*"([^"]+)"', view.get_text())
        if name is None or name[1] not in states:
            yield f"a widget has no stored state: {view.get_text().strip()}"


def there_is_one_title(page: Path) -> Iterator[str]:
    titles = [title.get_text() for title in soup(page).select(".bd-article h1")]
    if len(titles) != 1:
        yield f"the page has {len(titles)} first-level headings: {titles}"


Check = Callable[[Path], Iterator[str]]
CHECKS: list[Check] = [
    internal_references_resolve,
    nothing_comes_from_another_host,
    pictures_have_alternative_texts,
    nothing_is_left_of_sphinx,
    widgets_have_their_state,
    there_is_one_title,
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_page(check: Check, name: str) -> None:
    assert HTML.is_dir(), MISSING
    assert not list(check(HTML / f"{name}.html"))


def test_other_pages_have_no_broken_links_and_load_nothing_from_elsewhere() -> None:
    """Of the search page, the index of names and the source code, which Sphinx adds.

    Those of JupyterLite are left to ``test_lite.py``, Chinese ones to ``test_chinese_pages.py``.
    """
    assert HTML.is_dir(), MISSING
    apart = {HTML / "_static", HTML / "lite", HTML / "zh"}
    others = {page for page in HTML.rglob("*.html") if not apart & {*page.parents}}
    others -= {HTML / f"{name}.html" for name in NAMES}
    assert others
    checks = [internal_references_resolve, nothing_comes_from_another_host]
    assert not {
        page.name: faults for page in others for check in checks if (faults := list(check(page)))
    }


def test_stylesheets_load_nothing_from_another_host() -> None:
    assert HTML.is_dir(), MISSING
    sheets = list(HTML.rglob("*.css"))
    assert sheets
    remote = re.compile(r"""(url\(|@import)\s*["']?(https?:)?//""")
    assert not [sheet.name for sheet in sheets if remote.search(sheet.read_text(encoding="utf-8"))]


def test_sources_are_listed_under_the_names_by_which_they_are_cited() -> None:
    for edition in (HTML, HTML / "zh"):
        listed = [
            label.get_text()[1:-1]
            for label in soup(edition / "chapters" / "bibliography.html").select(".citation .label")
        ]
        assert len(listed) == len({*listed}) > 20
        links = ".bd-article a.reference.internal[href^='bibliography.html#']"
        cited = {
            link.get_text()
            for name in NAMES
            for link in soup(edition / f"{name}.html").select(links)
            if re.search(r", \d{4}", link.get_text())
        }
        assert len(cited) > 20
        assert cited <= {*listed}


@pytest.mark.parametrize("missing", ["author", "year"])
def test_a_source_without_authors_or_year_is_refused_by_name(missing: str) -> None:
    text = "@misc{lost, author = {Ba, Jimmy}, year = {2016}, title = {T}}"
    (entry,) = parse_string(text.replace(f"{missing} =", "note ="), "bibtex").entries.values()
    with pytest.raises(ValueError, match=f"must have author and year, got lost without {missing}"):
        label_of(entry)


@pytest.mark.parametrize("edition", [HTML, HTML / "zh"], ids=["en", "zh"])
def test_signatures_name_types_as_the_code_does(edition: Path) -> None:
    page = soup(edition / "chapters" / "api.html")
    signatures = [part.get_text() for part in page.select("dt.sig")]
    assert sum("ArrayLike" in text for text in signatures) > 30
    private = r"\b_[A-Z]\w*|ndarray\["  # what these names stand for in NumPy
    unread = r"[~<]"  # Sphinx did not understand the signature
    faults = re.compile(f"{private}|{unread}")
    assert not [text for text in signatures if faults.search(text)]


def test_the_address_of_the_site_leads_to_the_first_page() -> None:
    assert HTML.is_dir(), MISSING
    assert f"url={TOC['root']}.html" in (HTML / "index.html").read_text(encoding="utf-8")


def test_formulas_are_there_without_a_script() -> None:
    """They are MathML, in letters that the page brings itself, and no page waits for those."""
    assert HTML.is_dir(), MISSING
    letters = (HTML / "_static" / "formulas.css").read_text(encoding="utf-8")
    assert "src: url(data:font/woff;base64," in letters
    assert compressed(letters.encode()) < 60_000
    pages = {name: soup(HTML / f"{name}.html") for name in NAMES}
    formulas = {name for name, page in pages.items() if page.select(".math")}
    assert set() < formulas < set(NAMES)
    for name, page in pages.items():
        assert len(page.select(".math")) == len(page.select(".math > math")), name
        assert not [math for math in page.select(".math") if "\\" in math.get_text()], name
        links = page.select('body link[href*="formulas.css"]')
        assert len(links) == (name in formulas), name
        files = places(HTML / f"{name}.html").references
        assert not [address for _, address in files if "mathjax" in address.lower()], name


def test_no_line_ends_between_a_formula_and_the_sign_at_it() -> None:
    held = 0
    for name in NAMES:
        for formula in soup(HTML / f"{name}.html").select("span.math"):
            after, before = formula.next_sibling, formula.previous_sibling
            if "math-signs" in formula.parent.get("class", []):
                held += 1
                continue
            assert not (isinstance(after, str) and re.match(r"[,.;:!?)]", after)), (name, after)
            assert not (isinstance(before, str) and before.endswith("(")), (name, before)
    assert held > 50


def test_the_letters_of_all_formulas_are_in_their_small_font() -> None:
    css = (HTML / "_static" / "formulas.css").read_text(encoding="utf-8")
    (data,) = re.findall(r"base64,([^)]+)\)", css)
    with TTFont(io.BytesIO(base64.b64decode(data))) as font:
        there = set(font.getBestCmap())
        assert font["MATH"].table.MathConstants
    for name in NAMES:
        for formula in soup(HTML / f"{name}.html").select("math"):
            missing = {c for c in formula.get_text() if not c.isspace() and ord(c) not in there}
            assert not missing, (name, missing)
    for letter in "𝑥ℎ𝑊𝑎𝜎𝜀":  # single letters are set in italics
        assert ord(letter) in there, letter


def test_words_of_listings_that_are_no_elements_have_the_colour_of_all_text() -> None:
    css = SHEET.read_text(encoding="utf-8")
    for theme in ("light", "dark"):
        rules = re.findall(rf'data-theme="{theme}"\] \.highlight( \.\w+)?\{{([^}}]*)\}}', css)
        looks = {
            name.strip(): re.search(r"(?<!-)color: (#\w+)", look)[1]
            for name, look in rules
            if name.strip() in ("", ".n", ".p", ".w")
        }
        assert looks[""]
        assert {looks.get(name, looks[""]) for name in (".n", ".p", ".w")} == {looks[""]}
    for name in NAMES:
        assert not soup(HTML / f"{name}.html").select("pre span:is(.n, .p, .w)"), name


def test_the_icons_of_the_pages_are_in_their_small_font() -> None:
    """Otherwise pages load the theme's script of all icons, 1.5 MB, or its font."""
    assert HTML.is_dir(), MISSING
    assert "src: url(data:font/woff;base64," in SHEET.read_text(encoding="utf-8")
    for name in NAMES:
        page = HTML / f"{name}.html"
        assert not [address for _, address in places(page).references if "fontawesome" in address]
        icons = " ".join(" ".join(tag["class"]) for tag in soup(page).select(".fas, .fa-solid"))
        shown = set(re.findall(r"\bfa-([\w-]+)", icons)) - {"solid", "lg"}
        assert "magnifying-glass" in shown
        assert shown <= set(ICONS)


def test_no_page_waits_for_more_than_one_small_stylesheet() -> None:
    """A browser paints nothing before it has the stylesheets, and the scripts that do not wait."""
    assert HTML.is_dir(), MISSING
    assert compressed(SHEET.read_bytes()) < 35_000  # the theme's own have 95,000
    apart = {HTML / "_static", HTML / "lite", HTML / "zh"}
    pages = {page for page in HTML.rglob("*.html") if not apart & {*page.parents}}
    links, scripts = SoupStrainer("link"), SoupStrainer("script")
    for page in pages - {HTML / "index.html"}:
        html = page.read_text(encoding="utf-8")
        head = BeautifulSoup(html.partition("</head>")[0], "html.parser", parse_only=links)
        (sheet,) = head.select("link[rel=stylesheet]")
        path = (page.parent / urlsplit(sheet["href"]).path).resolve()
        assert path == SHEET, page
        loaded = BeautifulSoup(html, "html.parser", parse_only=scripts).select("script[src]")
        assert len(loaded) > 5, page
        assert not [tag["src"] for tag in loaded if not tag.has_attr("defer")], page
        assert "widget-state" not in html, page


def test_a_script_comes_only_to_pages_where_it_has_something_to_do() -> None:
    assert HTML.is_dir(), MISSING
    for name in NAMES:
        work = {
            "static_widgets.js": f'script[type="{WIDGET_VIEW}"]',
            f"{Path(name).name}.figures.js": f'script[type="{WIDGET_VIEW}"]',
            "copybutton.js": "div.highlight pre",
            "clipboard.min.js": "div.highlight pre",
            "design-tabs.js": ".sd-tab-set",
            "thebe.js": ".thebe",
        }
        page = HTML / f"{name}.html"
        loaded = {Path(urlsplit(address).path).name for _, address in places(page).references}
        for script, needs in work.items():
            assert (script in loaded) == bool(soup(page).select(needs)), (name, script)
        names = [tag["src"] for tag in soup(page).select("script[src]")]
        assert f"{Path(name).name}.figures.js" not in loaded or ".figures.js" in names[0]
        assert "static_widgets.js" not in loaded or "static_widgets.js" in names[1]


# --- the checks notice what they are for --------------------------------------------------------

BROKEN = {
    internal_references_resolve: [
        '<a href="nowhere.html">x</a>',
        '<a href="#nowhere">x</a>',
        '<img src="nowhere.png">',
        '<script src="nowhere.js?v=1"></script>',
    ],
    nothing_comes_from_another_host: [
        '<script src="https://cdn.example.org/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example.org/x.css">',
    ],
    pictures_have_alternative_texts: [
        '<img src="x.png">',
        '<img src="x.png" alt="../_images/x.png">',
        '<img src="x.png" alt="x.png">',
        '<svg role="img" aria-label=" "></svg>',
    ],
    nothing_is_left_of_sphinx: ['<span class="problematic">:ref:`x`</span>'],
    widgets_have_their_state: [f'<script type="{WIDGET_VIEW}">{{"model_id": "b2"}}</script>'],
    there_is_one_title: ["<h1>Another title</h1>"],
}
SOUND = (
    '<h1 id="top">Title</h1><a href="#top">x</a><a href="https://example.org">x</a>'
    '<a href="page.html?q=1#top">x</a><img src="data:image/png;base64,AAAA" alt="Loss falls">'
    f'<script type="{WIDGET_VIEW}">{{"model_id": "a1"}}</script>'
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_check_notices_what_it_is_for(check: Check, tmp_path: Path) -> None:
    for number, broken in enumerate([SOUND, *(SOUND + html for html in BROKEN[check])]):
        folder = tmp_path / str(number)
        folder.mkdir()
        page = folder / "page.html"
        page.write_text(f'<article class="bd-article">{broken}</article>', encoding="utf-8")
        (folder / "page.figures.js").write_text('figures = {"state": {"a1": {}}, "texts": {}};\n')
        assert len(list(check(page))) == (1 if number else 0), broken
