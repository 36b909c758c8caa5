"""The questions and drills on paper: they have numbers there, and answers that can stand elsewhere.

The pages bring the answers of their questions along. A drill has none, for on the site the reader
finds it out: the same task is made again, and solved.
"""

import re

import numpy as np
from bs4 import Tag
from one_file import Page, Say, page_of, parse

from backprop.contracts import Array
from backprop.explorers.practice.levels import LEVELS, task
from backprop.show.drawing import short

QUESTION, DRILL = ".question-still", ".explorer-still:has(> ul)"
LEVEL = re.compile(r'BackwardDrill\("(\w+)"\)')


def number_tasks(pages: list[Page], say: Say) -> None:
    """Give the questions and the drills numbers, so that paper can speak of them, and ids."""
    for kind, which in (("question", QUESTION), ("drill", DRILL)):
        places = [place for page in pages for place in page.text.select(which)]
        for number, place in enumerate(places, 1):
            place["id"] = f"{kind}.{number}"
            (words,) = place.select(":scope > p:first-of-type")
            for old in words.select(":scope > strong:first-child"):  # "Question."
                old.decompose()
            words.insert(0, parse(f"<strong>{name_of(place, say)}</strong> "))


def name_of(place: Tag, say: Say) -> str:
    """Return how a question or drill is called."""
    kind, _, number = str(place["id"]).partition(".")
    words = {"question": "Question {number}.", "drill": "Drill {number}."}[kind]
    return say(words).format(number=number)


def take_answers(page: Page, say: Say) -> list[Tag]:
    """Take the answers out of a page; return each as a paragraph that names its task."""
    found: list[Tag] = []
    for place in page.text.select(f"{QUESTION}, {DRILL}"):
        target = str(place["id"])
        name = f'<a href="#{target}">{name_of(place, say)}</a>'
        words = told(place) if place.noscript else solved(place)
        text = f'<p id="{target}.answer">{name} {words} {turn_to(target, say)}</p>'
        found += parse(text).select("p")
    return found


def told(question: Tag) -> str:
    """Take the answer out of a question and return it."""
    (fold,) = question.select("noscript")
    (text,) = fold.extract().select("details > p")
    return text.decode_contents()


def solved(drill: Tag) -> str:
    """Return the right numbers of a drill, each after what it is called there."""
    cell = drill.find_parent(class_="cell")
    call = LEVEL.search(cell.get_text()) if cell else None
    if call is None or call[1] not in LEVELS:
        raise ValueError("a drill must be printed with its code, BackwardDrill(level)")
    answers = task(call[1], 0, 1, seed=0).answers.values()
    labels = [label.get_text().rstrip("_ :：") for label in drill.select(":scope > ul > li")]
    pairs = zip(labels, answers, strict=True)
    return "; ".join(f"{label}: <strong>{written(answer)}</strong>" for label, answer in pairs)


def written(numbers: Array) -> str:
    """Return a number, or a matrix row by row, as drills show what is given.

    >>> written(np.array([[1.0, 0.5], [-2.0, 0.0]]))
    '[1 0.5; −2 0]'
    """
    if numbers.size == 1:
        return short(numbers.item())
    return "[" + "; ".join(" ".join(map(short, row)) for row in np.atleast_2d(numbers)) + "]"


def turn_to(target: str, say: Say) -> str:
    """Return the words that lead to the page of a place."""
    return f'<span class="turn">{say("(page {page})").format(page=page_of(target))}</span>'
