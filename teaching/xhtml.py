"""The pages of an edition as XHTML, each in a file of its own, as the readers of EPUB want them."""

from html import escape

from asked import DRILL, QUESTION
from bs4 import BeautifulSoup, Tag
from one_file import Page, Say, check_links, parse

SPACES = {
    "math": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
}
LETTERS = {"viewbox": "viewBox"}  # HTML does not tell such letters apart, XML does
TASKS = f"{QUESTION}, {DRILL}"
FILE = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="{tag}" xml:lang="{tag}">
<head><title>{title}</title><link rel="stylesheet" href="epub.css"/></head>
<body>{body}</body>
</html>
"""


def document(title: str, body: str, tag: str) -> bytes:
    """Return a whole file."""
    return FILE.format(title=escape(title), body=body, tag=tag).encode()


def texts(pages: list[Page], say: Say) -> dict[str, Tag]:
    """Return the text of each page by the page's name, with links that lead from file to file."""
    book = parse("".join(str(page.text) for page in pages))
    check_links(book, {page.name for page in pages})
    unpaged(book, say)
    found = {str(text["id"]): text for text in book.find_all("section", recursive=False)}
    home = {
        str(part["id"]): name
        for name, text in found.items()
        for part in (text, *text.select("[id]"))
    }
    for link in book.select('a[href^="#"]'):
        place = str(link["href"])[1:]
        link["href"] = f"{home[place]}.xhtml" + (f"#{place}" if place not in found else "")
    for text in found.values():
        clean(text)
    return found


def unpaged(book: BeautifulSoup, say: Say) -> None:
    """Let links stand where paper tells page numbers: from the task to its answer, and no more."""
    for words in book.select("span.turn"):  # the number of the task is a link, too
        words.decompose()
    for words in book.select("p.turn"):
        task = words.parent
        (link,) = words.select("a")
        link.attrs = {"href": link["href"]}
        link.string = say("Answer" if task and task.css.match(TASKS) else "Solution")
        words.clear()
        words.append(link)


def clean(text: Tag) -> None:
    """Make elements and attributes those of XHTML."""
    for kind, space in SPACES.items():
        for part in text.select(kind):
            part["xmlns"] = space
    for part in text.find_all(True):
        part.attrs = {
            LETTERS.get(name, name): value
            for name, value in part.attrs.items()
            if not name.startswith("data-")
        }
