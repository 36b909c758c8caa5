"""The book as a PDF: the English edition is printed once; the others are looked at as HTML.

Expected titles and texts are those of the built site; pages and places are read from the PDF.
"""

import re
from pathlib import Path

import pytest
from book_pdf import PAPERS, book, print_book
from browser import launch
from bs4 import BeautifulSoup, Tag
from one_file import FONTS, ROOT, check_links, parse, style
from paper import FONT, print_pdf
from playwright.sync_api import sync_playwright
from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject
from stylesheets import selectors_of
from visits import HTML

PAGES = [  # of _toc.yml, without what is no part of the printed book
    *("1-chain-rule", "2-node-types", "3-softmax-with-loss", "4-parameter-updates"),
    *("5-quadrants", "6-checking-gradients", "7-spot-the-bug", "8-more-nodes", "9-better-steps"),
    *("10-real-data", "notation", "corrections", "speed", "bibliography"),
]
MM = 72 / 25.4
COLUMN = (210 - 2 * 22) / 25.4 * 96  # of A4, the narrower paper, in pixels
LOW = (20 + 22) * MM + 40  # two lines above the end: Chromium counts from below the upper margin
HEIGHT = (279.4 - 20 - 22) / 25.4 * 96  # of Letter, the lower paper
# What is wider than its column or higher than a page. A line of code that would have to go on in
# the next line counts.
TOO_LARGE = """([width, height]) => {
  for (const part of document.querySelectorAll("pre")) part.style.whiteSpace = "pre";
  const kinds = "pre, table, img, div > svg, math, .question-still, .exercise";
  return [...document.querySelectorAll(kinds)].filter((part) => {
    const box = part.getBoundingClientRect();
    const inside = part.parentElement.getBoundingClientRect();
    return box.right > Math.min(width, inside.right) + 1 ||
      (part.scrollWidth > part.clientWidth && part.matches("pre, table")) ||
      (box.height > height && part.matches("img, svg"));
  }).map((part) => part.textContent.slice(0, 60) + part.outerHTML.slice(0, 60));
}"""


@pytest.fixture(scope="module")
def whole() -> BeautifulSoup:
    return book(HTML, "en")


@pytest.fixture(scope="module")
def printed(whole: BeautifulSoup, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    with sync_playwright() as playwright:
        launch(playwright).close()  # or the test is skipped
    pdf = tmp_path_factory.mktemp("pdf") / "book.pdf"
    print_book(whole, pdf)
    return PdfReader(pdf)


@pytest.fixture(scope="module")
def chinese() -> BeautifulSoup:
    return book(HTML, "zh")


def titles_of(page: str) -> tuple[str, list[str]]:
    """Return the title of a built page and those of its sections."""
    soup = parse((HTML / "chapters" / f"{page}.html").read_text(encoding="utf-8"))
    for sign in soup.select(".headerlink"):
        sign.decompose()
    title, *sections = [" ".join(h.get_text().split()) for h in soup.select("article :is(h1, h2)")]
    return title, sections


def lines_of(page: PageObject) -> list[str]:
    return page.extract_text().splitlines()


def expected_titles() -> dict[str, list[str]]:
    """Return the titles of the printed pages, chapters with their numbers, and their sections."""
    titles = {}
    for page in PAGES:
        title, sections = titles_of(page)
        titles[f"{re.match('[0-9]*', page)[0]} {title}".strip()] = sections
    return titles


def test_titles_and_sections_are_bookmarks(printed: PdfReader) -> None:
    found, title = {}, ""
    for mark in printed.outline:
        if isinstance(mark, list):
            found[title] = [section.title for section in mark]
        else:
            found[title := mark.title] = []
    expected = expected_titles()
    front = ["Backpropagation in Fifteen Minutes", "Contents", "About this book"]
    assert [*found] == [*front, *expected, "Answers and solutions"]
    assert {title: found[title] for title in expected} == expected


def test_contents_tell_the_pages(printed: PdfReader) -> None:
    marks, waiting = [], [*printed.outline]
    while waiting:
        mark = waiting.pop(0)
        if isinstance(mark, list):
            waiting = mark + waiting
        else:
            marks.append((mark.title, printed.get_destination_page_number(mark) + 1))
    titles = [title for title, _ in marks]
    first, end = titles.index("About this book"), titles.index("Answers and solutions")
    lines = [line for page in printed.pages[1 : marks[first][1] - 1] for line in lines_of(page)]
    entries = [re.fullmatch(r"(.+?) (\d+)", line) for line in lines]
    assert [(entry[1], int(entry[2])) for entry in entries if entry] == marks[first : end + 1]


def test_links_lead_to_a_place_or_to_the_web(printed: PdfReader) -> None:
    places, addresses = {*printed.named_destinations}, set()
    inside = 0
    for page in printed.pages:
        for link in (note.get_object() for note in page.get("/Annots", ())):
            if "/Dest" in link:
                assert link["/Dest"] in places
                inside += 1
            else:
                addresses.add(link["/A"]["/URI"])
    assert inside > 500
    assert all(address.startswith("https://") for address in addresses), addresses
    with pytest.raises(ValueError, match=r"must lead to places of the book, got notation\.nowhere"):
        check_links(parse('<a href="#notation.nowhere">x</a><a href="#api.x">y</a>'), {"notation"})


def test_page_numbers_lead_to_solutions_and_back(whole: BeautifulSoup, printed: PdfReader) -> None:
    exercises, questions = whole.select(".exercise"), whole.select(".question-still")
    drills = whole.select(".explorer-still:has(p.turn)")
    assert (len(exercises), len(questions), len(drills)) == (44, 38, 6)
    for task in (exercises[5], exercises[-1], questions[0], questions[-1], drills[1]):
        (there,) = task.select("p.turn a")
        (answer,) = whole.select(f'[id="{there["data-of"]}"]')
        (back,) = answer.select("a.page")
        name = re.search(r"(Exercise|Question|Drill) \d+", task.get_text())[0]
        for place in (there, back):
            assert name in " ".join(lines_of(printed.pages[int(place.get_text()) - 1]))


def test_drills_are_solved(whole: BeautifulSoup) -> None:
    (task,), (answer,) = whole.select("#drill\\.1"), whole.select("#drill\\.1\\.answer")
    assert "Given: a = 8, b = 4, c = 9, p = 32, L = 288." in task.get_text()  # L = a · b · c
    right = {"L": 1, "p": 9, "c": 32, "a": 4 * 9, "b": 8 * 9}
    assert "; ".join(f"gradient of {name}: {right[name]}" for name in right) in answer.get_text()


def test_no_heading_ends_a_page(printed: PdfReader) -> None:
    low = [
        place.title
        for place in printed.named_destinations.values()
        if place["/Top"] < LOW and not re.match(r"/(question|answer)\.|.*\.id", place.title)
    ]
    assert low == []


def test_fonts_are_embedded(printed: PdfReader) -> None:
    fonts = {}
    for page in printed.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts[font.get_object()["/BaseFont" if "/BaseFont" in font else "/Subtype"]] = font
    assert any("STIXGeneral" in name for name in fonts)
    for name, font in fonts.items():
        for part in font.get("/DescendantFonts", [font]):
            own = part.get_object()
            embedded = own["/Subtype"] == "/Type3" or {*own["/FontDescriptor"]} & {
                *("/FontFile", "/FontFile2", "/FontFile3")
            }
            assert embedded, name


def test_it_tells_screen_readers_what_is_what(printed: PdfReader) -> None:
    root = printed.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    assert printed.metadata.title == "Backpropagation in Fifteen Minutes"
    waiting, kinds, silent = [root["/StructTreeRoot"]], set(), 0
    while waiting:
        part = waiting.pop().get_object()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, DictionaryObject):
            kinds.add(part.get("/S"))
            silent += part.get("/S") == "/Figure" and not part.get("/Alt")
            waiting += [part["/K"]] if "/K" in part else []
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= kinds
    assert silent == 0


def test_paper_has_its_size(printed: PdfReader) -> None:
    sizes = {
        (round(page.mediabox.width / MM), round(page.mediabox.height / MM))
        for page in printed.pages
    }
    assert sizes == {(210, 297)}
    for paper in PAPERS:
        assert f"@page {{ size: {paper} }}" in style(HTML, [], paper, "en")


def test_nothing_is_wider_than_its_column(
    whole: BeautifulSoup, chinese: BeautifulSoup, tmp_path: Path
) -> None:
    with sync_playwright() as playwright:
        page = launch(playwright).new_page(viewport={"width": int(COLUMN), "height": 900})
        page.emulate_media(media="print")
        for edition in (whole, chinese):
            file = tmp_path / "book.html"
            file.write_text(str(edition), encoding="utf-8")
            page.goto(file.as_uri())
            page.evaluate("document.fonts.ready.then(() => true)")
            assert page.evaluate(TOO_LARGE, [COLUMN, HEIGHT]) == []
        page.context.browser.close()


def secrets_of(site: Path, page: str) -> list[str]:
    """Return what a built page says in its answers and solutions, as far as it is long."""
    soup = parse((site / "chapters" / f"{page}.html").read_text(encoding="utf-8"))
    parts = soup.select(".solution section > p, .solution pre, noscript details > p")
    return [text for part in parts if len(text := squeezed(part)) > 20]  # not "No."


def squeezed(part: Tag | str) -> str:
    return re.sub(r"\s", "", part if isinstance(part, str) else part.get_text())


def test_solutions_are_at_the_end_or_nowhere(whole: BeautifulSoup, chinese: BeautifulSoup) -> None:
    for_a_class = book(HTML, "en", solutions=False)
    assert whole.select(".tells-solutions")  # a fold of a chapter
    assert not for_a_class.select(".tells-solutions")
    without = squeezed(for_a_class)
    told = 0
    for edition, site in ((whole, HTML), (chinese, HTML / "zh")):
        (last,) = edition.select("#solutions")
        end = squeezed(last)
        chapters = squeezed(edition).replace(end, "")
        for secret in (secret for page in PAGES for secret in secrets_of(site, page)):
            assert secret in end
            assert secret not in chapters
            assert secret not in without
            told += 1
    assert told > 300
    assert not re.search("Solution|Answer: page", without)


def test_what_leads_to_something_is_on_one_page_with_it(
    whole: BeautifulSoup, chinese: BeautifulSoup, printed: PdfReader
) -> None:
    english, other = (
        [line for line in book.select("p") if squeezed(line).endswith((":", "："))]
        for book in (whole, chinese)
    )
    assert len(english) > 50 < len(other)
    assert all("leads" in line.get("class", []) for line in english + other)
    ends = [squeezed(lines[-1]) for page in printed.pages if len(lines := lines_of(page)) > 1]
    assert not [end for end in ends if any(squeezed(line).endswith(end) for line in english)]


def test_every_rule_of_the_styles_is_for_something(chinese: BeautifulSoup) -> None:
    rules = selectors_of((ROOT / "teaching" / "book_pdf.css").read_text(encoding="utf-8"))
    assert len(rules) > 70
    assert not [rule for rule in rules if not chinese.select_one(rule)]


@pytest.mark.usefixtures("printed")  # or there is no browser
def test_no_boxes_for_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(f"<fontconfig><dir>{FONTS}</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(fonts))
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    page.write_text('<html lang="zh-CN"><meta charset="utf-8"><p>反向', encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="no font with Chinese letters"):
        print_pdf(page, pdf)
    page.write_text('<html lang="en"><meta charset="utf-8"><p>反向', encoding="utf-8")
    print_pdf(page, pdf)
    assert FONT in capsys.readouterr().err
