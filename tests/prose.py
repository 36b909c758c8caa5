"""What the pages say, as text: for the tests that check their numbers and their minutes."""

import json
import re
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
NO_NUMBER = re.compile(  # code, roles, links, labels, the number of a chapter
    r"\{[\w:]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|\$\$ \(eq-[\w-]+\)|\b[Cc]hapter (?:[1-9]|10)\b"
)
QUARTERS = {"": 0, "¼": 0.25, "½": 0.5, "¾": 0.75}
MINUTES = r"^\*(\d*)([¼½¾]?) min\*$"
TABLE_ROW = r"^\|.*\|$"
BLOCKS = re.compile(r"((?:^\|[^\n]*\|\n?)+)|\$\$\n(.*?)\$\$(?: \(eq-[\w-]+\))?", flags=re.M | re.S)
WORDS_OF_A_LINE = 10  # of a displayed formula or a table
FENCE = re.compile(r"^(:{3,})\{([\w-]+)\}.*$")


def number_of(path: Path) -> int:
    """Return the number with which the name of a chapter begins, 0 for the other pages."""
    found = re.match(r"(\d+)-", path.name)
    return int(found[1]) if found else 0


def chapters() -> list[Path]:
    """Return the notebooks of the chapters in the book's order, 10 after 9."""
    return sorted(CHAPTERS.glob("[1-9]*-*.ipynb"), key=number_of)


def cells_of(path: Path) -> list[dict]:
    """Return the cells of a notebook; a page that is none is one Markdown cell."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return [{"cell_type": "markdown", "source": text}]
    return json.loads(text)["cells"]


def markdown(name: str) -> str:
    """Return the Markdown of a page."""
    cells = cells_of(CHAPTERS / name)
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def question_of(cell: dict) -> str:
    """Return what a cell asks its reader, with the choices: the first thing that it shows."""
    if "ask(" not in "".join(cell["source"]) or not cell.get("outputs"):
        return ""
    return "".join(cell["outputs"][0]["data"]["text/plain"])


def main_text(name: str) -> str:
    """Return the Markdown of a page with its questions, which are made by code."""
    parts = [
        "".join(c["source"]) if c["cell_type"] == "markdown" else question_of(c)
        for c in cells_of(CHAPTERS / name)
    ]
    return "\n\n".join(filter(None, parts))


def words_of(cell: dict) -> str:
    """Return in one line what a cell says: its sentences, or a figure's alternative text."""
    if cell["cell_type"] != "markdown":
        return cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
    text = "".join(cell["source"])
    text = re.sub(r"^:{3,}.*$|^:[\w-]+:.*$|^\*[\d¼½¾]+ min\*$", "", text, flags=re.M)
    text = re.sub(r"^\d+\. ", "", text, flags=re.M)  # the numbers of a list
    return " ".join(text.split())


def unexplained(text: str, pieces: list[str]) -> list[str]:
    """Return each number of ``text`` that stands in none of the pieces, with its surroundings."""
    covered = [match.span() for piece in pieces for match in re.finditer(re.escape(piece), text)]
    covered += [match.span() for match in NO_NUMBER.finditer(text)]
    return [
        f"{found[0]} in: …{text[max(0, found.start() - 40) : found.end() + 25]}…"
        for found in NUMBER.finditer(text)
        if not any(a <= found.start() and found.end() <= b for a, b in covered)
    ]


def sections(name: str) -> list[tuple[str, int, float | None]]:
    """Return (title, words, stated minutes) of a chapter's opening and of its sections.

    A line of a displayed formula and a row of a table are read as slowly as ten words; an inline
    formula or piece of code is one. Questions count with their choices, not with their replies.
    Exercises and what is folded away do not count.
    """
    found = []
    for part in re.split(r"^##? ", without_boxes(main_text(name)), flags=re.M)[1:]:
        title, _, body = part.partition("\n")
        stated = re.search(MINUTES, body, flags=re.M)
        minutes = float(stated[1] or 0) + QUARTERS[stated[2]] if stated else None
        body = re.sub(MINUTES, "", body, flags=re.M)
        lines = 0
        for table, formula in BLOCKS.findall(body):
            lines += len(re.findall(TABLE_ROW, table, flags=re.M)) - 1 if table else 0  # no rule
            lines += 1 + formula.count(r"\\") if formula else 0
        body = re.sub(r"\$[^$]*\$|`[^`]*`", "formula", BLOCKS.sub("", body))
        if title != "Exercises":
            words = len(re.findall(r"\w[\w’'.,-]*", body)) + WORDS_OF_A_LINE * lines
            found.append((title, words, minutes))
    return found


def without_boxes(text: str) -> str:
    """Return Markdown without what is folded away: dropdowns, exercises and their solutions."""
    kept, closing = [], None
    for line in text.splitlines():
        fence = FENCE.match(line)
        if closing is None and fence:
            closing = "::::{solution-end}" if fence[2] == "solution-start" else fence[1]
        if closing is None:
            kept.append(line)
        elif line == closing:
            closing = None
    return "\n".join(kept)
