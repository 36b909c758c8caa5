"""A sheet for a student as HTML: pages of a fixed size, with room to write.

Which tasks stand on which page is said here, not left to the browser: so each sheet knows how many
pages it has, whatever prints it. A test prints all stages and looks whether they fit.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from problems import Problem, Rows, in_line
from wording import Say, in_language

Numbered = tuple[int, Problem]

# All in millimetres: the paper, what its margins leave, and what stands on each page.
PAPERS = {"a4": (210, 297), "letter": (216, 279)}
MARGINS = (30, 24)  # left and right, above and below; sheets.css has the same
WIDTH = PAPERS["a4"][0] - MARGINS[0]  # the narrower one
HEAD, AGAIN, FOOT = 32, 9, 9  # the head of the first page, that of others, the foot of all
NO_PICTURE = ("affine",)  # its formula says it all
SIZE = re.compile(r' width="(\d+)" height="(\d+)"')
PIXEL = 0.205  # of a picture with boxes to write into
SMALL = 0.17  # of one that only tells what is computed
NARROW = 90  # such a picture has room beside what is given
LINE, GIVEN, BOX = 5, 6, 9  # a line of text, a row of given numbers, a row of boxes
NAME = 16  # the name of a matrix, and the room behind it
LETTERS = {"en": 100, "zh": 50}  # in a line


@dataclass(frozen=True)
class Sheet:
    """The tasks of a student, and the code by which the key finds them."""

    code: str
    problems: tuple[Problem, ...]


def worksheet(sheet: Sheet, paper: str, language: str) -> str:
    """Return the pages of a sheet: an even number, for paper that is printed on both sides."""
    say = in_language(language)
    pages = divided(sheet.problems, room(paper))
    return "\n".join(page(sheet.code, i, pages, say) for i in range(len(pages)))


def room(paper: str) -> int:
    """Return how high a page is between its margins, without its foot."""
    return PAPERS[paper][1] - MARGINS[1] - FOOT


def divided(problems: Sequence[Problem], room: float) -> list[list[Numbered]]:
    """Return the tasks of each page; one that is left for an even number has none."""
    pages: list[list[Numbered]] = []
    left = 0.0
    for number, problem in enumerate(problems, 1):
        if not pages or height(problem) > left:
            left = room - (AGAIN if pages else HEAD)
            pages.append([])
        pages[-1].append((number, problem))
        left -= height(problem)
    return pages + [[]] * (len(pages) % 2)


def height(problem: Problem) -> float:
    """Return how high a task is, with some room around it."""
    lines = ceil(len(problem.asked) / LETTERS[problem.language])
    text = 10 + LINE * lines
    if problem.formulas:
        return text + drawn(problem)[1]
    room = float(WIDTH)
    wide, high = drawn(problem) if pictured(problem) else (0.0, 0.0)
    if wide <= NARROW:
        room -= wide
    given = packed([(len(rows[0]), len(rows)) for rows in problem.given.values()], 11, GIVEN, room)
    given = max(given, high) if wide <= NARROW else given + high
    asks = [(columns, rows) for _, rows, columns in problem.asks]
    return text + given + packed(asks, 20, BOX, WIDTH) + 4


def packed(shapes: Sequence[tuple[int, int]], wide: float, high: float, room: float) -> float:
    """Return how high matrices are, beside one another, with entries of this size."""
    heights, left = [0.0], room
    for columns, rows in shapes:
        needed = NAME + columns * wide
        if needed > left:
            heights.append(0.0)
            left = room
        left -= needed
        heights[-1] = max(heights[-1], rows * high + 2)
    return sum(heights)


def pictured(problem: Problem) -> bool:
    """Tell whether a sheet has room for the picture."""
    return bool(problem.paper) and problem.level not in NO_PICTURE


def drawn(problem: Problem) -> tuple[float, float]:
    """Return width and height of the picture on paper."""
    found = SIZE.search(problem.paper)
    assert found
    scale = PIXEL if problem.formulas else SMALL
    return int(found[1]) * scale, int(found[2]) * scale


# --- the parts of a page --------------------------------------------------------------------------


def page(code: str, i: int, pages: Sequence[Sequence[Numbered]], say: Say) -> str:
    """Return page i of a sheet."""
    tasks = "".join(task(number, problem, say) for number, problem in pages[i])
    if not tasks:
        tasks = f'<p class="again">{say("Room for your working")}</p>'
    foot = [
        f"<span>{say('Backpropagation in Fifteen Minutes')}</span>",
        f'<b class="code">{code}</b>',
        f"<span>{say(f'Page {i + 1} of {len(pages)}')}</span>",
    ]
    top = "" if i else head(code, pages, say)
    inside = f'{top}<div class="tasks">{tasks}</div><footer>{"".join(foot)}</footer>'
    return f'<section class="page">{inside}</section>'


def head(code: str, pages: Sequence[Sequence[Numbered]], say: Say) -> str:
    """Return what stands above the first task: the code, and room for a name and a date."""
    count = sum(len(problem.entries) for tasks in pages for _, problem in tasks)
    fields = "".join(
        f'<span class="{name.lower()}">{say(name)}<i class="blank"></i></span>'
        for name in ("Name", "Date")
    )
    fields += f'<span class="points"><i class="blank"></i>/ {count}</span>'
    how = "Write each number into its box, as a decimal or a fraction. No other sheet has yours."
    return (
        f'<header><h1>{say("Worksheet: the backward pass")} <b class="code">{code}</b></h1>'
        f'<p class="fields">{fields}</p><p>{say(how)}</p></header>'
    )


def task(number: int, problem: Problem, say: Say) -> str:
    """Return a task with room for its numbers."""
    points = f'<span class="points"><i class="blank"></i>/ {len(problem.entries)}</span>'
    parts = [
        f"<h2>{number} · {escape(heading(problem))}{points}</h2>",
        f"<p>{escape(problem.asked)}</p>",
        *(of_numbers(problem) if problem.formulas else of_matrices(problem, say)),
    ]
    return f'<div class="task">{"".join(parts)}</div>'


def heading(problem: Problem) -> str:
    """Return what a task is about."""
    return f"{problem.topic} · {problem.title}"


def of_numbers(problem: Problem) -> Iterator[str]:
    """Yield a graph with boxes, and beside it a box for what no edge has."""
    boxes = "".join(
        f"<p>{escape(entry.said)}<br>{box()}</p>" for entry in problem.entries if not entry.edge
    )
    yield f'<div class="graph">{sized(problem)}<div>{boxes}</div></div>'


def of_matrices(problem: Problem, say: Say) -> Iterator[str]:
    """Yield matrices that are given, and empty ones to fill in."""
    picture = sized(problem) if pictured(problem) else ""
    given = "".join(named(name, in_line(rows), rows) for name, rows in problem.given.items())
    yield f'<div class="given"><div class="row">{given}</div>{picture}</div>'
    empty = [
        named(label, say(f"{rows} × {columns}, empty"), ((box(),) * columns,) * rows)
        for label, rows, columns in problem.asks
    ]
    yield f'<div class="row asked">{"".join(empty)}</div>'


def named(name: str, heard: str, rows: Rows) -> str:
    """Return a matrix with its name in front; ``heard`` is what it holds."""
    cells = "".join(f"<span>{text}</span>" for row in rows for text in row)
    shape = "matrix" if len(rows) * len(rows[0]) > 1 else "number"
    style = f"grid-template-columns:repeat({len(rows[0])},auto)"
    label = escape(f"{name} = {heard}")
    inside = f'<span class="{shape}" style="{style}">{cells}</span>'
    return f'<span class="named" role="img" aria-label="{label}">{escape(name)} = {inside}</span>'


def sized(problem: Problem) -> str:
    """Return the picture in its size on paper."""
    wide, high = drawn(problem)
    return SIZE.sub(f' width="{wide:.1f}mm" height="{high:.1f}mm"', problem.paper, count=1)


def box() -> str:
    """Return a box to write into."""
    return '<i class="box"></i>'
