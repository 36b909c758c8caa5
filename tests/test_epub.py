"""The book as an EPUB: what readers, which are strict, ask of its files.

Expected titles and texts are those of the built site; files are read from the packed book.
"""

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZIP_STORED, ZipFile

import pytest
from book_epub import NAMES, pack
from edition import Edition, edition
from one_file import parse
from stylesheets import selectors_of
from test_book_pdf import PAGES, expected_titles, secrets_of
from visits import HTML

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
PACKAGE = "{http://www.idpf.org/2007/opf}"
CORE = "{http://purl.org/dc/elements/1.1/}"
TYPE = "{http://www.idpf.org/2007/ops}type"
ORDER = ["title", "nav", "index", *PAGES, "solutions"]


class Packed(NamedTuple):
    """An EPUB and its pages, by their names."""

    book: Edition
    file: Path
    archive: ZipFile
    pages: dict[str, Element]

    @property
    def package(self) -> Element:
        return fromstring(self.archive.read("book/package.opf"))


@pytest.fixture(scope="module", params=NAMES)
def packed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Packed:
    file = tmp_path_factory.mktemp("epub") / NAMES[request.param]
    book = edition(HTML, request.param)
    pack(book, file)
    archive = ZipFile(file)
    pages = {
        Path(name).stem: fromstring(archive.read(name))  # or it is not well-formed
        for name in archive.namelist()
        if name.endswith(".xhtml")
    }
    return Packed(book, file, archive, pages)


def squeezed(part: Element | str) -> str:
    text = part if isinstance(part, str) else "".join(part.itertext())
    return re.sub(r"\s", "", text)


def test_it_begins_with_its_type(packed: Packed) -> None:
    first = packed.archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
    assert packed.file.read_bytes()[30:58] == b"mimetypeapplication/epub+zip"
    assert b'full-path="book/package.opf"' in packed.archive.read("META-INF/container.xml")


def test_all_files_are_listed_with_what_they_need(packed: Packed) -> None:
    items = packed.package.findall(f".//{PACKAGE}item")
    names = {f"book/{item.get('href')}" for item in items}
    rest = {"mimetype", "META-INF/container.xml", "book/package.opf"}
    assert names | rest == {*packed.archive.namelist()}
    assert len(items) + len(rest) == len(packed.archive.namelist())
    for item in items:
        name, needs = Path(item.get("href")), (item.get("properties") or "").split()
        if name.suffix == ".xhtml":
            page = packed.pages[name.stem]
            there = [
                *(["nav"] if name.stem == "nav" else []),
                *(["mathml"] if page.find(f".//{MATHML}math") is not None else []),
                *(["svg"] if page.find(f".//{SVG}svg") is not None else []),
            ]
            assert needs == there, name
    href = {item.get("id"): item.get("href") for item in items}
    spine = [href[item.get("idref")] for item in packed.package.iter(f"{PACKAGE}itemref")]
    assert spine == [f"{name}.xhtml" for name in ORDER]


def test_libraries_are_told_what_it_is(packed: Packed) -> None:
    told = {part.tag.removeprefix(CORE): part.text for part in packed.package[0]}
    chinese = "zh" in packed.file.stem
    assert told["language"] == packed.pages["index"].get("lang") == ("zh-CN" if chinese else "en")
    assert told["creator"] == ("本书作者" if chinese else "The authors of the book")
    assert told["title"] == packed.pages["title"].findtext(f".//{XHTML}h1")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told["identifier"])


def test_the_contents_have_all_pages_and_sections(packed: Packed) -> None:
    (nav,) = packed.pages["nav"].iter(f"{XHTML}nav")
    assert nav.get(TYPE) == "toc"
    links = [(link.get("href"), "".join(link.itertext())) for link in nav.iter(f"{XHTML}a")]
    assert [address for address, _ in links if "#" not in address] == [
        f"{name}.xhtml" for name in ORDER[2:]
    ]
    if packed.file.name == NAMES["en"]:
        expected = [t for title, parts in expected_titles().items() for t in (title, *parts)]
        titles = [title for _, title in links]
        start = titles.index(expected[0])
        assert titles[start:] == [*expected, "Answers and solutions"]


def test_links_lead_to_a_place_or_to_the_web(packed: Packed) -> None:
    places = {
        name: {part.get("id") for part in page.iter()} - {None}
        for name, page in packed.pages.items()
    }
    inside = 0
    for name, page in packed.pages.items():
        ids = [part.get("id") for part in page.iter() if part.get("id")]
        assert len(ids) == len({*ids}), name
        for link in page.iter(f"{XHTML}a"):
            address, place = urldefrag(link.get("href"))
            if not address.startswith("https://"):
                assert Path(address).stem in places, (name, address)
                assert not place or place in places[Path(address).stem], (name, address, place)
                inside += 1
    assert inside > 350


def test_nothing_comes_from_elsewhere_and_nothing_runs(packed: Packed) -> None:
    names = {*packed.archive.namelist()}
    shown = set()
    for name, page in packed.pages.items():
        for part in page.iter():
            kind = part.tag.partition("}")[2]
            assert kind not in ("script", "iframe", "button", "input", "details", "noscript"), name
            assert not any(key.startswith(("on", "data-")) for key in part.attrib), (name, kind)
            if kind == "img":
                shown.add(f"book/{part.get('src')}")
                assert len(part.get("alt")) > 20, part.get("src")
            elif kind == "link":
                assert part.get("href") == "epub.css"
    assert shown == {name for name in names if name.startswith("book/images/")}
    for style in (packed.archive.read("book/epub.css").decode(), *styles_of(packed)):
        assert not re.search(r"url\(|@import|@font-face", style)


def styles_of(packed: Packed) -> list[str]:
    return [
        text
        for page in packed.pages.values()
        for part in page.iter()
        for text in (part.get("style", ""), part.text if part.tag.endswith("}style") else "")
        if text
    ]


def test_drawn_figures_can_be_read_aloud(packed: Packed) -> None:
    count = 0
    for page in packed.pages.values():
        above = {child: parent for parent in page.iter() for child in parent}
        for svg in page.iter(f"{SVG}svg"):
            if not above[svg].tag.startswith(SVG):  # or it is a part of another
                assert svg.get("role") == "img"
                assert svg.get("aria-label")
                assert svg.get("viewBox")
                count += 1
    assert count > 40


def test_code_keeps_its_lines(packed: Packed) -> None:
    site = packed.book.folder
    listings = [
        pre.get_text()
        for name in ("index", *PAGES)
        for pre in parse((site / "chapters" / f"{name}.html").read_text("utf-8")).select("pre")
    ]
    found = [
        "".join(pre.itertext())
        for page in packed.pages.values()
        for pre in page.iter(f"{XHTML}pre")
    ]
    assert sorted(found) == sorted(listings)


def test_what_leads_to_something_stays_with_it(packed: Packed) -> None:
    lines = [line for page in packed.pages.values() for line in page.iter(f"{XHTML}p")]
    leading = [line for line in lines if squeezed(line).endswith((":", "："))]
    assert len(leading) > 50
    assert all("leads" in (line.get("class") or "").split() for line in leading)


def test_every_rule_of_the_styles_is_for_something(packed: Packed) -> None:
    files = [name for name in packed.archive.namelist() if name.endswith(".xhtml")]
    pages = [parse(packed.archive.read(name).decode()) for name in files]
    rules = {
        selector
        for selector in selectors_of(packed.archive.read("book/epub.css").decode())
        if packed.book.tag.startswith("zh") or ":lang(zh)" not in selector
    }
    assert len(rules) > 50
    assert not [rule for rule in rules if not any(page.select_one(rule) for page in pages)]


def test_tasks_lead_to_their_answers_and_back(packed: Packed) -> None:
    links = {
        (name, link.get("href"))
        for name, page in packed.pages.items()
        for link in page.iter(f"{XHTML}a")
    }
    there = [(name, link) for name, link in links if link.endswith(".answer")]
    assert len(there) > 80
    for name, link in there:
        task = link.partition("#")[2].removesuffix(".answer")
        assert link.startswith("solutions.xhtml#")
        assert ("solutions", f"{name}.xhtml#{task}") in links
    assert "000" not in squeezed(packed.pages["index"])[-600:]  # a page number that has not come


def test_solutions_are_at_the_end(packed: Packed) -> None:
    """Without them the edition is that of the PDF, see test_book_pdf.py."""
    site = packed.book.folder
    end = squeezed(packed.pages["solutions"])
    chapters = "".join(squeezed(packed.pages[name]) for name in ORDER[:-1])
    secrets = [secret for page in PAGES for secret in secrets_of(site, page)]
    assert len(secrets) > 150
    for secret in secrets:
        assert secret in end
        assert secret not in chapters


def test_it_is_the_same_file_again(packed: Packed, tmp_path: Path) -> None:
    pack(packed.book, tmp_path / "again.epub")
    assert (tmp_path / "again.epub").read_bytes() == packed.file.read_bytes()
