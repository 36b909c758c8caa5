"""What translators work on: the pieces of English of a page, and the file with their translations.

``chapters/zh/NAME.md`` holds a page. Each piece of English stands in a comment, and what the page
says in its place stands below it. The pieces of a notebook are its Markdown cells, the alternative
texts of its figures and the words of its questions; those of a page are its sections. Code, outputs
and numbers are those of the English notebook: there is no other copy of them.
"""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import asking
import yaml
from translated_outputs import Cell, shown_in
from typesetting import FENCE

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh"
TEXTS = ROOT / "chapters" / LANGUAGE
PAIR = re.compile(r"^<!--\n(.*?)\n-->\n(.*?)(?=^<!--$|\Z)", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^(?=#{1,6} )", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


class Pair(NamedTuple):
    """A piece of English, what stands in its place, and the line where that begins."""

    english: str
    there: str
    line: int = 0


def pages() -> list[str]:
    """Return the pages of the book, such as "chapters/1-chain-rule.ipynb"."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]
    return [next(ROOT.glob(f"{name}.*")).relative_to(ROOT).as_posix() for name in names]


def text_of(page: str) -> Path:
    """Return the file in which translators write a page."""
    return TEXTS / f"{Path(page).stem}.md"


def missing() -> list[str]:
    """Return the pages that nobody has begun to translate."""
    return [page for page in pages() if not text_of(page).exists()]


def pieces(page: str) -> list[str]:
    """Return the pieces of an English page that are translated, in their order."""
    path = ROOT / page
    if path.suffix == ".md":
        sections = SECTION.split(path.read_text(encoding="utf-8"))
        return [section.strip("\n") for section in sections if section.strip()]
    return [text for cell in read(path)["cells"] if (text := piece(cell))]


def read(path: Path) -> dict[str, Any]:
    """Read a notebook with whole texts, not lists of lines; nbformat takes seconds to load."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in shown_in(cell):
            for kind, data in output.get("data", {}).items():
                output["data"][kind] = "".join(data) if isinstance(data, list) else data
        cell["source"] = "".join(cell["source"])
    return notebook


def piece(cell: Cell) -> str:
    """Return the piece of a cell: its Markdown, its question, its figure in words, or nothing."""
    if cell["cell_type"] == "markdown":
        return str(cell["source"])
    if asking.asks(cell["source"]):
        return asking.piece(cell["source"])
    return str(cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", ""))


def pairs(page: str) -> list[Pair]:
    """Return the pieces of a page with their translations, as translators have them."""
    path = text_of(page)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [
        Pair(found[1], found[2].strip("\n"), text.count("\n", 0, found.start(2)) + 2)
        for found in PAIR.finditer(text)
    ]


def headings(page: str) -> list[str]:
    """Return the headings of an English page."""
    path = ROOT / page
    if path.suffix == ".md":
        texts = [path.read_text(encoding="utf-8")]
    else:
        cells = read(path)["cells"]
        texts = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    return HEADING.findall(FENCE.sub("", "\n\n".join(texts)))
