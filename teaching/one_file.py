"""The built site as one HTML file for paper: all pages in their order, in the style of a book.

The site's own contents say which pages there are and in which order, so both editions are read in
the same way. What only a screen can do goes, and each id gets the name of its page, so that links
between pages become links within the file.

Not every page is for paper (``LEFT_OUT``). The reference of the code is longer than the book, is
read beside the code, and leads to its source files, which are no part of this; Python shows the
same with ``help``. The page for teachers is about a screen that a class looks at, and its links
lead to figures in states that paper does not have.
"""

import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from backprop.show.language import table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LEFT_OUT = {"api", "teaching"}
COLOURED = ".c1, .k, .kn, .ow, .kc, .bp, .s2, .mi, .mf"  # in book_pdf.css
ON_SCREEN = (
    "script, .headerlink, .run-in-browser, .sd-summary-state-marker, .toctree-wrapper, .eqno > a"
)
PLAIN = f"span.pre, pre span:not({COLOURED})"
LONG = 14  # lines: a longer listing may go on on the next page
SHORT = 6  # lines: what a shorter one makes is on the same page
MATPLOTLIB = find_spec("matplotlib")  # not imported: only its fonts are needed
FONTS = Path(str(MATPLOTLIB and MATPLOTLIB.origin)).parent / "mpl-data" / "fonts" / "ttf"
FACES = {  # what the book is set in, the same on every computer; Chinese comes from the system
    ("Book", "normal", "normal"): "STIXGeneral",
    ("Book", "normal", "italic"): "STIXGeneralItalic",
    ("Book", "bold", "normal"): "STIXGeneralBol",
    ("Book", "bold", "italic"): "STIXGeneralBolIta",
    ("Code", "normal", "normal"): "DejaVuSansMono",
    ("Code", "bold", "normal"): "DejaVuSansMono-Bold",
}
# No line is lower than its letters may be. If it is, the first line of a page is drawn on the page
# before as well, out of sight, and a heading stands twice in the bookmarks.
HEIGHT = "; ascent-override: 92%; descent-override: 24%"
# Quotation marks, dashes and dots are as wide as letters in Chinese: not from these fonts.
NARROW = "U+0-2013, U+2015-2017, U+201A-201B, U+201E-2025, U+2027-2E7F, U+10000-1FFFF"

Say = Callable[[str], str]


class Page(NamedTuple):
    """A page of the site: the part of the book that it belongs to, its name and its text."""

    part: str
    name: str
    text: Tag

    @property
    def number(self) -> str:
        """The number of a chapter, nothing for other pages."""
        return "".join(re.findall(r"^\d+", self.name))

    @property
    def title(self) -> str:
        """The title as it stands there."""
        heading = self.text.h1
        return " ".join(heading.get_text().split()) if heading else self.name

    def number_title(self) -> None:
        """Write the number of a chapter before its title."""
        if self.text.h1 and self.number:
            self.text.h1.insert(0, parse(f'<span class="number">{self.number}</span> '))


def parse(html: str) -> BeautifulSoup:
    """Parse HTML, without a word about what is not there."""
    return BeautifulSoup(html, "html.parser")


def sayer(language: str) -> Say:
    """Return what turns a sentence of these modules into one of the book's language."""
    return str if language == "en" else table(HERE, language).__getitem__


def in_order(start: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Yield part and name of each page, as the contents beside the start page list them."""
    yield "", "index"
    part = ""
    for entry in start.select("nav.bd-docs-nav :is(.caption-text, .bd-sidenav > li > a[href])"):
        if entry.name == "span":
            part = entry.get_text(strip=True)
        elif (name := Path(str(entry["href"])).stem) and name != "#":
            yield part, name


def read(site: Path, start: BeautifulSoup) -> list[Page]:
    """Read the pages that paper shows."""
    pages = []
    for part, name in in_order(start):
        if name not in LEFT_OUT:
            file = site / "chapters" / f"{name}.html"
            (text,) = parse(file.read_text(encoding="utf-8")).select("article.bd-article > section")
            pages.append(Page(part, name, cleaned(text, name, file)))
    return pages


def cleaned(text: Tag, name: str, file: Path) -> Tag:
    """Take out what is for screens, open folds, and make ids and addresses those of one file."""
    for part in text.select(ON_SCREEN):
        part.decompose()
    for fold in text.select("details.sd-dropdown"):
        tells = " tells-solutions" if "tells-solutions" in fold["class"] else ""
        fold.name, fold["class"] = "div", f"box{tells}"
        for title in fold.select(".sd-summary-title"):
            title.name, title["class"] = "p", "box-title"
    for part in text.select(PLAIN):
        part.unwrap()  # each would be an element of the PDF's structure, and there are thousands
    for listing in text.select("pre"):
        lines = listing.get_text().count("\n")
        if lines > LONG or lines <= SHORT:
            listing["class"] = "long" if lines > LONG else "short"
    for line in text.select("p"):
        if line.get_text().rstrip().endswith((":", "：")):  # stays with what follows
            line["class"] = " ".join([*line.get_attribute_list("class"), "leads"])
    for part in text.select("[id]"):
        part["id"] = f"{name}.{part['id']}"
    text["id"] = name
    for image in text.select("img"):
        image["src"] = (file.parent / str(image["src"])).resolve().as_uri()
        del image["loading"]
    for link in text.select("a[href]"):
        address = urlsplit(str(link["href"]))
        if not address.scheme:
            page, place = Path(address.path).stem or name, address.fragment
            moves = ":" in place  # a figure in a state of its own, which stands still here
            link["href"] = f"#{page}" + (f".{place}" if place and not moves else "")
    return text


def check_links(book: Tag, pages: set[str]) -> None:
    """Take away links to pages that paper does not have; refuse those that lead nowhere.

    Raises ``ValueError`` with the links to printed pages whose place is not there.
    """
    there = {str(part["id"]) for part in book.select("[id]")}
    lost = []
    for link in book.select('a[href^="#"]'):
        target = str(link["href"])[1:]
        if target.partition(".")[0] not in pages and target not in there:
            link.unwrap()
        elif target not in there:
            lost.append(target)
    if lost:
        raise ValueError(f"links must lead to places of the book, got {', '.join(lost)}")


def page_of(target: str) -> str:
    """Return where the page number of a place will stand."""
    return f'<a class="page" href="#{target}" data-of="{target}">000</a>'


def style(site: Path, pages: list[Page], paper: str, language: str) -> str:
    """Return the styles: fonts, the size of paper, and each page's title above its text."""
    rules = [f"@page {{ size: {paper} }}"]
    narrow = "" if language == "en" else f"; unicode-range: {NARROW}"
    for (family, weight, slant), file in FACES.items():
        source = (FONTS / f"{file}.ttf").as_uri()
        rules.append(
            f"@font-face {{ font-family: {family}; font-weight: {weight}; font-style: {slant}; "
            f'src: url("{source}"){HEIGHT}{narrow if family == "Book" else ""} }}'
        )
    for k, page in enumerate(pages):
        head = page.title.replace("\\", r"\\").replace('"', r"\"")
        rules.append(f'@page text-{k} {{ @top-center {{ content: "{head}" }} }}')
    rules.append((site / "_static" / "formulas.css").read_text(encoding="utf-8"))
    return "\n".join([*rules, (HERE / "book_pdf.css").read_text(encoding="utf-8")])
