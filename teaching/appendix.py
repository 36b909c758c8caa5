"""The end of the book on paper: the answers to its questions and the solutions of its exercises.

A reader of paper cannot fold them away. So they are taken from where they stand and come last, with
page numbers there and back; or they are left out, for a class.
"""

from asked import take_answers, turn_to
from bs4 import Tag
from one_file import Page, Say, page_of, parse

NAME = "solutions"  # the appendix among the pages


def take_out(page: Page, say: Say) -> tuple[list[Tag], list[Tag]]:
    """Take the answers and the solutions out of a page, and return them."""
    return take_answers(page, say), [part.extract() for part in page.text.select(".solution")]


def appendix(pages: list[Page], say: Say) -> Page:
    """Move the answers and solutions of all pages into a page of their own, with links to it."""
    parts = [f'<section id="{NAME}"><h1>{say("Answers and solutions")}</h1>']
    for page in pages:
        answers, solutions = take_out(page, say)
        if answers or solutions:
            parts.append(f'<section id="{NAME}.{page.name}"><h2>{page.title}</h2>')
            for answer in answers:
                link_forward(page.text, answer, say("Answer: page {page}"))
            for solution in solutions:
                (title,) = solution.select(":scope > .admonition-title")
                (exercise,) = (str(link["href"])[1:] for link in title.select("a"))
                title.append(parse(f" {turn_to(exercise, say)}"))
                solution["id"] = f"{exercise}.answer"
                link_forward(page.text, solution, say("Solution: page {page}"))
            parts += [*map(str, [*answers, *solutions]), "</section>"]
    (text,) = parse("".join([*parts, "</section>"])).select(f"#{NAME}")
    return Page("", NAME, text)


def link_forward(text: Tag, answer: Tag, words: str) -> None:
    """Put a link to an answer at the end of its question, drill or exercise."""
    target = str(answer["id"])
    place = text.find(id=target.removesuffix(".answer"))
    if isinstance(place, Tag):
        place.append(parse(f'<p class="turn">{words.format(page=page_of(target))}</p>'))
