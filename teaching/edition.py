"""An edition of the built book in which nothing moves: the pages that are printed and packed.

Questions and drills have numbers, the start page tells how such an edition is used, and the
solutions are at the end, or nowhere.
"""

import argparse
from pathlib import Path
from typing import NamedTuple

from appendix import appendix, take_out
from asked import number_tasks
from front import caption_figures, foreword
from one_file import ROOT, Page, Say, parse, read, sayer


class Edition(NamedTuple):
    """What a book is made of: its folder in the site, its language, its words and its pages."""

    folder: Path
    tag: str
    title: str
    author: str
    say: Say
    pages: list[Page]


def edition(site: Path, language: str, *, solutions: bool = True, paper: bool = False) -> Edition:
    """Read an edition from the built site; on paper, it speaks of pages."""
    folder, say = site if language == "en" else site / language, sayer(language)
    file = folder / "chapters" / "index.html"
    if not file.is_file():
        raise ValueError(f"the site must have its start page in this language, got none: {file}")
    start = parse(file.read_text(encoding="utf-8"))
    pages = read(folder, start)
    title, (author,) = pages[0].title, start.select(".component-author")
    for page in pages:
        page.number_title()
    number_tasks(pages, say)
    caption_figures(pages, say)
    foreword(pages[0], say, solutions=solutions, paper=paper)
    if solutions:
        pages.append(appendix(pages, say))
    else:
        for page in pages:
            take_out(page, say)
            for part in page.text.select(".tells-solutions"):
                part.decompose()
    (html,) = start.select("html")
    return Edition(folder, str(html["lang"]), title, author.get_text(" ", strip=True), say, pages)


def command_line(description: str) -> argparse.ArgumentParser:
    """Return the options that all commands have which make files of editions."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--language", choices=["en", "zh"], help="default: both editions")
    parser.add_argument("--without-solutions", action="store_true")
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--out", type=Path, default=ROOT / "_build")
    return parser
