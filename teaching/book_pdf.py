"""Print the built book as a PDF, with page numbers in its contents and wherever it says "page".

A browser knows only after printing on which page a heading is. So the book is printed, the pages of
all places that are spoken of are read from the PDF, and it is printed again with their numbers,
until they are right.

    python teaching/book_pdf.py [--language en|zh] [--paper a4|letter] [--without-solutions]
                                [--site FOLDER] [--out FOLDER]
"""

import shutil
import sys
import tempfile
from html import escape
from pathlib import Path

from asked import turn_to
from bs4 import BeautifulSoup
from edition import command_line, edition
from front import contents, title_page
from one_file import check_links, parse, style
from paper import print_pdf
from pypdf import PdfReader

NAMES = {"en": "backpropagation.pdf", "zh": "backpropagation-zh.pdf"}
PAPERS = ("a4", "letter")
PRINTS = 5  # two are enough, unless the numbers move a line to another page


def book(site: Path, language: str, *, paper: str = "a4", solutions: bool = True) -> BeautifulSoup:
    """Return an edition of the built site as one HTML file, with "000" for each page number."""
    folder, tag, title, author, say, pages = edition(
        site, language, solutions=solutions, paper=True
    )
    texts = [
        f'<div class="text" style="page: text-{k}">{p.text}</div>' for k, p in enumerate(pages)
    ]
    whole = parse(
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style></style></head><body>"
        f"{title_page(title, author, say)}{contents(pages, say)}{''.join(texts)}</body></html>"
    )
    whole.select("style")[0].string = style(folder, pages, paper, language)
    check_links(whole, {page.name for page in pages})
    for link in whole.select("a:has(> .std-doc)"):  # it leads to a page: paper turns to its number
        link.insert_after(parse(f" {turn_to(str(link['href'])[1:], say)}"))
    return whole


def numbers_in(pdf: Path) -> dict[str, int]:
    """Return the page of each place that a link leads to; the first page of the PDF is 1."""
    reader = PdfReader(pdf)
    places = reader.named_destinations.items()
    return {
        name[1:]: (reader.get_destination_page_number(place) or 0) + 1 for name, place in places
    }


def print_book(whole: BeautifulSoup, pdf: Path) -> int:
    """Print the book until its page numbers are right; return how many pages it has."""
    with tempfile.TemporaryDirectory() as folder:
        page, printed, numbers = Path(folder, "book.html"), Path(folder, "book.pdf"), {"": 0}
        for _ in range(PRINTS):
            page.write_text(str(whole), encoding="utf-8")
            print_pdf(page, printed)
            last, numbers = numbers, numbers_in(printed)
            if numbers == last:
                shutil.copyfile(printed, pdf)
                return len(PdfReader(pdf).pages)
            for place in whole.select("a.page"):
                place.string = str(numbers[str(place["data-of"])])
    raise RuntimeError(f"the page numbers of {pdf.name} still moved after {PRINTS} prints")


def main() -> None:
    """Print what the command line asks for."""
    parser = command_line("Print the built book as a PDF.")
    parser.add_argument("--paper", choices=PAPERS, default=PAPERS[0])
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for language in [options.language] if options.language else NAMES:
        pdf = options.out / NAMES[language]
        try:
            solutions = not options.without_solutions
            whole = book(options.site, language, paper=options.paper, solutions=solutions)
            pages = print_book(whole, pdf)
        except (FileNotFoundError, ValueError) as error:
            sys.exit(f"{pdf.name} was not printed: {error}")
        print(f"{pdf}: {pages} pages, {pdf.stat().st_size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
