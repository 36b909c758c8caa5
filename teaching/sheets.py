"""Worksheets for a class from the backward drills: the same tasks, other numbers for each student.

``python run.py class`` calls it. It writes sheets.html and key.html, prints them to PDF if there is
a browser, and writes key.csv for a spreadsheet. The same command always makes the same.
"""

import sys
from collections.abc import Sequence
from html import escape
from itertools import islice
from pathlib import Path

from codes import codes
from key import key, key_csv
from paper import print_pdf
from problems import problems
from stages import Stage, stages_of
from wording import in_language
from worksheet import MARGINS, PAPERS, Sheet, worksheet

from backprop.contracts import whole

HERE = Path(__file__).parent
USUAL = ("chain.2", "nodes.2", "nodes.3", "affine.2", "scores.1", "update.1")  # fill two pages
PRODUCTS = ("sheets.html", "sheets.pdf", "key.html", "key.pdf", "key.csv")
LANGUAGES = {"en": "en", "zh": "zh-CN"}


def sheets(students: int, seed: int, stages: Sequence[Stage], language: str) -> list[Sheet]:
    """Return a sheet for each student by their codes: the same graphs, and numbers of their own."""
    whole("students", students)
    whole("seed", seed)  # the pages of the book have the tasks of 0, and can show their answers
    columns = []
    for level, stage in stages:
        try:
            columns.append(problems(level, stage, students, seed, language, alike=True))
        except ValueError as error:
            raise ValueError(f"there are too many students: {error}") from None
    what = f"{seed} {' '.join(f'{level}.{stage}' for level, stage in stages)}"
    rows = zip(islice(codes(what), students), zip(*columns, strict=True), strict=True)
    return sorted((Sheet(code, tasks) for code, tasks in rows), key=lambda sheet: sheet.code)


def page(title: str, body: str, command: str, paper: str, language: str) -> str:
    """Return a whole HTML file that needs no other."""
    style = (HERE / "sheets.css").read_text(encoding="utf-8")
    high = PAPERS[paper][1] - MARGINS[1] - 0.5  # rounding must not make a page of its own
    style += f"@page {{ size: {paper}; }}\n.page {{ height: {high}mm; }}\n"
    return (
        f'<!doctype html>\n<html lang="{LANGUAGES[language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="{escape(command)}">\n<title>{escape(title)}</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def free(folder: Path, command: str) -> None:
    """Demand a folder that is new or empty, or holds what the same command has made."""
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"out must be a folder, got a file: {folder}")
    there = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    mine = folder / "key.html"
    same = mine.exists() and f'content="{escape(command)}"' in mine.read_text(encoding="utf-8")
    if there and not (same and set(there) <= set(PRODUCTS)):
        raise ValueError(
            f"out must be a new or an empty folder, or have the sheets of the same command, "
            f"got {folder} with {', '.join(there[:3])}{', ...' if there[3:] else ''}"
        )


def main(students: str, seed: str, out: str, paper: str, language: str, *levels: str) -> None:
    """Write the sheets and their key into a folder, and say what is there."""
    levels = levels or USUAL
    command = (
        f"python run.py class --students {students} --seed {seed} --levels {' '.join(levels)} "
        f"--paper {paper} --language {language}"
    )
    folder = Path(out)
    stages = stages_of(levels)
    free(folder, command)
    made = sheets(int(students), int(seed), stages, language)
    say = in_language(language)
    bodies = {
        "sheets": "\n".join(worksheet(sheet, paper, language) for sheet in made),
        "key": key(made, command, language),
    }
    titles = {"sheets": "Worksheet: the backward pass", "key": "Key to the worksheets"}
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in bodies.items():
        text = page(say(titles[name]), body, command, paper, language)
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    # spreadsheets know by the mark at its beginning that it is UTF-8
    (folder / "key.csv").write_text(key_csv(made, language), encoding="utf-8-sig", newline="")
    print(f"{folder}: {students} sheets in sheets.html, their key in key.html and key.csv")
    try:
        for name in bodies:
            print_pdf(folder / f"{name}.html", folder / f"{name}.pdf")
    except FileNotFoundError as error:
        sys.exit(f"No PDF was made. Print the HTML files in any browser, or: {error}")
    print("For the printer, on both sides of the paper: sheets.pdf. For you: key.pdf.")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (ValueError, OSError) as error:
        sys.exit(f"No sheets were made: {error}")
