"""Print the built book as a PDF, with page numbers in its contents and wherever it says "page".

A browser knows only after printing on which page a heading is. So the book is printed, the pages of
all places that are spoken of are read from the PDF, and it is printed again with their numbers,
until they are right.

    python teaching/book_pdf.py [--language en|zh] [--paper a4|letter] [--without-solutions]
                                [--site _build/html] [--out _build]
"""

import argparse
import sys
import tempfile
import tomllib
from html import escape
from pathlib import Path

from appendix import NAME, appendix, number_questions, take_out
from bs4 import BeautifulSoup, Tag
from one_file import ROOT, Page, Say, check_links, page_of, parse, read, sayer, style
from paper import print_pdf
from pypdf import PdfReader

FOLDERS = {"en": ".", "zh": "zh"}  # the editions, and where the site has them
NAMES = {"en": "backpropagation.pdf", "zh": "backpropagation-zh.pdf"}
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PRINTS = 5  # two are enough unless a number is wider than its room


def book(site: Path, language: str, paper: str, *, solutions: bool = True) -> BeautifulSoup:
    """Return the whole book as one HTML file, "000" in place of each page number."""
    say = sayer(language)
    start = parse((site / "chapters" / "index.html").read_text(encoding="utf-8"))
    pages = read(site, start)
    number_questions(pages, say)
    title = pages[0].title
    for page in pages:
        if (heading := page.text.h1) and page.number:
            heading.insert(0, parse(f'<span class="number">{page.number}</span> '))
    foreword(pages[0], say, solutions=solutions)
    caption_figures(pages, say)
    if solutions:
        pages.append(appendix(pages, say))
    else:
        take_out(pages, say)
    (author,) = start.select(".component-author")
    parts = [
        f'<!doctype html><html lang="{start.html["lang"] if start.html else language}"><head>',
        f'<meta charset="utf-8"><title>{escape(title)}</title><style></style></head><body>',
        title_page(title, author.get_text(" ", strip=True), say),
        contents(pages, say),
    ]
    for k, page in enumerate(pages):
        parts.append(f'<div class="page-of-site" style="page: text-{k}">{page.text}</div>')
    whole = parse("".join([*parts, "</body></html>"]))
    whole.select("style")[0].string = style(site, pages, paper, language)
    check_links(whole)
    for link in whole.select("a:has(> .std-doc)"):  # a link to a page: paper turns to its number
        target = str(link["href"])[1:]
        link.insert_after(parse(f' <span class="turn">{say("(page {})").format(page_of(target))}</span>'))
    return whole


def title_page(title: str, author: str, say: Say) -> str:
    """Return the first page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = {
        "subtitle": say("How a neural network learns, with numbers that you can check by hand"),
        "author": escape(author),
        "version": say("Version {}").format(project["version"]),
        "licence": say("Text and figures: {}. Code: BSD 3-Clause licence.").format(
            f'<a href="{LICENCE}">CC BY 4.0</a>'
        ),
    }
    below = "".join(f'<p class="{name}">{line}</p>' for name, line in lines.items())
    return f'<section class="title-page"><h1>{escape(title)}</h1>{below}</section>'


def contents(pages: list[Page], say: Say) -> str:
    """Return the contents: parts, pages and their sections, with page numbers."""
    lines = [f'<nav class="contents"><h1>{say("Contents")}</h1>']
    part = ""
    for page in pages:
        if page.part != part:
            part = page.part
            lines += [f'<p class="part">{escape(part)}</p>'] if part else []
        entries = [("page-line", page.name, page.title)]
        for heading in page.text.select(f":scope:not(#{NAME}) > section > h2"):
            target = str(heading.parent["id"]) if heading.parent else ""
            entries.append(("section-line", target, heading.get_text(" ", strip=True)))
        for kind, target, words in entries:
            link = f'<a href="#{target}">{escape(words)}</a>'
            lines.append(f'<p class="{kind}">{link}<span class="dots"></span>{page_of(target)}</p>')
    return "".join([*lines, "</nav>"])


def foreword(page: Page, say: Say, *, solutions: bool) -> None:
    """Let the start page tell how paper is used, in place of how the site is."""
    (heading,) = page.text.select("h1")
    heading.string = say("About this book")
    (answers,) = page.text.select(":scope > section:has(.my-answers)")
    use = answers.find_previous_sibling("section")
    if not isinstance(use, Tag):
        raise ValueError("the start page must tell how the book is used before it counts answers")
    answers.decompose()
    sentences = [
        say("Write your answers down. Questions, drills and exercises stand where a guess is worth most."),
        say("The answers are at the end, from page {} on.").format(page_of(NAME))
        if solutions
        else say("This edition has no answers and no solutions."),
        say("Some figures stand still here. Where the text says move, press, choose or play, it means the web pages of this book, on which they move, the drills go on, and a wrong answer is told why it is wrong."),
        say("Each chapter is also a notebook, in which every cell can be run and changed. The reference of the code is not in this file: <code>help(backprop)</code> shows it in Python."),
    ]
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    use.replace_with(parse(f'<section id="index.paper"><h2>{say("How to use it on paper")}</h2>{text}</section>'))


def caption_figures(pages: list[Page], say: Say) -> None:
    """Say below each figure that moves on the site, unless it is a drill, that it stands still."""
    for page in pages:
        for still in page.text.select(".explorer-still:not(:has(> ul))"):
            still.append(parse(f'<p class="caption">{say("This figure moves on the web page.")}</p>'))


def number(whole: BeautifulSoup, numbers: dict[str, int]) -> None:
    """Write page numbers where they belong."""
    for place in whole.select("a.page"):
        place.string = str(numbers[str(place["data-of"])])


def numbers_in(pdf: Path) -> dict[str, int]:
    """Return the page of each place that a link leads to, counted from the first page of the PDF."""
    reader = PdfReader(pdf)
    places = reader.named_destinations.items()
    return {name[1:]: (reader.get_destination_page_number(place) or 0) + 1 for name, place in places}


def print_book(whole: BeautifulSoup, pdf: Path) -> int:
    """Print the book until its page numbers are right; return how many pages it has."""
    with tempfile.TemporaryDirectory() as folder:
        page, numbers = Path(folder) / "book.html", dict[str, int]()
        for _ in range(PRINTS):
            page.write_text(str(whole), encoding="utf-8")
            print_pdf(page, pdf)
            last, numbers = numbers, numbers_in(pdf)
            if numbers == last:
                return len(PdfReader(pdf).pages)
            number(whole, numbers)
    raise RuntimeError(f"the page numbers of {pdf.name} did not come to rest in {PRINTS} prints")


def main() -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(description="Print the built book as a PDF.")
    parser.add_argument("--language", choices=[*FOLDERS], help="default: both editions")
    parser.add_argument("--paper", choices=["a4", "letter"], default="a4")
    parser.add_argument("--without-solutions", action="store_true")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--out", type=Path, default=ROOT / "_build")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for language in [options.language] if options.language else FOLDERS:
        site, pdf = options.site / FOLDERS[language], options.out / NAMES[language]
        whole = book(site, language, options.paper, solutions=not options.without_solutions)
        try:
            pages = print_book(whole, pdf)
        except FileNotFoundError as error:
            sys.exit(str(error))
        print(f"{pdf}: {pages} pages, {pdf.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
