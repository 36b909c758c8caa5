"""The first pages of an edition that does not move: title, contents, and how it is used."""

import tomllib
from html import escape

from appendix import NAME
from bs4 import Tag
from one_file import ROOT, Page, Say, page_of, parse

LICENCE = '<a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>'


def title_page(title: str, author: str, say: Say) -> str:
    """Return the first page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    rights = say("Text and figures: {licence}. Code: BSD 3-Clause licence.")
    lines = {
        "subtitle": say("How a neural network learns, with numbers that you can check by hand"),
        "author": escape(author),
        "version": say("Version {number}").format(number=project["version"]),
        "licence": rights.format(licence=LICENCE),
    }
    below = "".join(f'<p class="{name}">{line}</p>' for name, line in lines.items())
    return f'<section class="title-page"><h1>{escape(title)}</h1>{below}</section>'


def contents(pages: list[Page], say: Say) -> str:
    """Return the contents: parts, pages and their sections, with page numbers."""
    lines = [f'<nav class="contents"><h1>{say("Contents")}</h1>']
    part = ""
    for page in pages:
        if page.part not in (part, ""):
            lines.append(f'<p class="part">{escape(page.part)}</p>')
        part = page.part
        lines.append(line("page-line", page.name, page.title))
        for section in page.text.select(f":scope:not(#{NAME}) > section:has(> h2)"):
            (heading,) = section.select(":scope > h2")
            lines.append(line("section-line", str(section["id"]), heading.get_text(strip=True)))
    return "".join([*lines, "</nav>"])


def line(kind: str, target: str, words: str) -> str:
    """Return a line of the contents."""
    link = f'<a href="#{target}">{escape(words)}</a>'
    return f'<p class="{kind}">{link}<span class="dots"></span>{page_of(target)}</p>'


def foreword(page: Page, say: Say, *, solutions: bool, paper: bool) -> None:
    """Let the start page tell how this edition is used, in place of how the site is."""
    (heading,) = page.text.select("h1")
    heading.string = say("About this book")
    (answers,) = page.text.select(":scope > section:has(.my-answers)")
    use = answers.find_previous_sibling("section")
    if not isinstance(use, Tag):
        raise ValueError("the start page must tell how the book is used before it counts answers")
    answers.decompose()
    if not solutions:
        where = say("This edition has no answers and no solutions.")
    elif paper:
        where = say("The answers are at the end, from page {page} on.").format(page=page_of(NAME))
    else:
        where = say("The answers are at the end: a link below each of them leads there.")
    sentences = [
        say("Questions, drills and exercises stand where a guess is worth most: write it down."),
        where,
        say("Some figures stand still here."),
        say("Where the text says move, press, choose or play, it means the book's web pages."),
        say("There the figures move, drills go on, and you are told why an answer is wrong."),
        say("Each chapter is also a notebook, in which every cell can be run and changed."),
        say("The reference of the code is left out: help(backprop) shows it in Python."),
    ]
    space = say(" ")
    text = space.join(sentences).replace("help(backprop)", "<code>help(backprop)</code>")
    title = say("How to use this edition")
    use.replace_with(parse(f'<section id="index.use"><h2>{title}</h2><p>{text}</p></section>'))


def caption_figures(pages: list[Page], say: Say) -> None:
    """Say below each figure that moves on the site, unless it is a drill, that it stands still."""
    caption = f'<p class="caption">{say("This figure moves on the web page.")}</p>'
    for page in pages:
        for still in page.text.select(".explorer-still:not(:has(> ul))"):
            still.append(parse(caption))
