"""The end of the book on paper: the answers to its questions and the solutions of its exercises.

A reader of paper cannot fold them away. So they are taken from where they stand and come last, with
page numbers there and back; or they are left out, for a class.
"""

from bs4 import Tag
from one_file import Page, Say, page_of, parse

NAME = "solutions"  # the appendix among the pages


def number_questions(pages: list[Page], say: Say) -> None:
    """Give the questions numbers, so that paper can speak of them, and ids."""
    questions = [question for page in pages for question in page.text.select(".question-still")]
    for number, question in enumerate(questions, 1):
        question["id"] = f"question.{number}"
        (label,) = question.select(":scope > p:first-child > strong:first-child")
        label.string = say("Question {number}.").format(number=number)


def take_out(pages: list[Page], say: Say) -> list[tuple[Page, list[Tag], list[Tag]]]:
    """Take all answers and solutions out of the pages; return those of each page that has some."""
    found = []
    for page in pages:
        answers = [answer(question, say) for question in page.text.select(".question-still")]
        solutions = [solution.extract() for solution in page.text.select(".solution")]
        if answers or solutions:
            found.append((page, answers, solutions))
    return found


def answer(question: Tag, say: Say) -> Tag:
    """Take the answer out of a question and return it as a paragraph that names the question."""
    (fold,) = question.select("noscript")
    (text,) = fold.select("details > p")
    fold.extract()
    number = str(question["id"]).partition(".")[2]
    text.name, text["class"], text["id"] = "p", "answer", f"answer.{number}"
    label = say("Question {number}.").format(number=number)
    text.insert(0, parse(f'<a href="#{question["id"]}">{label}</a> '))
    text.append(parse(f" {back_to(str(question['id']), say)}"))
    return text


def back_to(target: str, say: Say) -> str:
    """Return the words that lead back to a page."""
    return f'<span class="turn">{say("(page {page})").format(page=page_of(target))}</span>'


def appendix(pages: list[Page], say: Say) -> Page:
    """Move the answers and solutions of all pages into a page of their own, with links to it."""
    parts = [f'<section id="{NAME}"><h1>{say("Answers and solutions")}</h1>']
    for page, answers, solutions in take_out(pages, say):
        parts.append(f'<section id="{NAME}.{page.name}"><h2>{page.title}</h2>')
        parts += [str(text) for text in answers]
        for text in answers:
            number = str(text["id"]).partition(".")[2]
            link_forward(
                page.text, f"question.{number}", str(text["id"]), say("Answer: page {page}")
            )
        for solution in solutions:
            exercise = exercise_of(solution)
            solution["id"] = f"{exercise}.solution"
            (title,) = solution.select(":scope > .admonition-title")
            title.append(parse(f" {back_to(exercise, say)}"))
            link_forward(page.text, exercise, str(solution["id"]), say("Solution: page {page}"))
            parts.append(str(solution))
        parts.append("</section>")
    (text,) = parse("".join([*parts, "</section>"])).select(f"#{NAME}")
    return Page("", NAME, text)


def exercise_of(solution: Tag) -> str:
    """Return the id of the exercise that a solution belongs to."""
    (link,) = solution.select(":scope > .admonition-title > a")
    return str(link["href"])[1:]


def link_forward(text: Tag, task: str, target: str, words: str) -> None:
    """Put a link to an answer at the end of a question or exercise."""
    if isinstance(place := text.find(id=task), Tag):
        place.append(parse(f'<p class="turn">{words.format(page=page_of(target))}</p>'))
