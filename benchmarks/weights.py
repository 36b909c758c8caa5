"""Weigh the built book: each page, each notebook, the whole site.

These are functions of the files in ``_build/html`` and ``chapters`` alone: they need no browser and
say the same on every computer. ``tests/test_budgets.py`` holds them against ``budgets.json``.

1 KB is 1000 bytes, 1 MB is 1000 KB. Compressed means ``gzip -6``, the usual level of web servers.
"""

import gzip
import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import yaml
from bs4 import BeautifulSoup, SoupStrainer

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "site"))

from shared_texts import files_of, tables_in, tables_of  # noqa: E402

HTML = ROOT / "_build" / "html"
LITE = HTML / "lite"
BUDGETS = json.loads(Path(__file__).with_name("budgets.json").read_text(encoding="utf-8"))
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
IMAGES = (".png", ".svg")
LOADS = SoupStrainer(["script", "link", "img"])
COMPRESSED_ALREADY = (".png", ".woff", ".woff2")


# --- the parts of a page ------------------------------------------------------------------------


def page_names() -> list[str]:
    """Return the names of all pages, such as ``chapters/1-chain-rule``, in the book's order."""
    parts = [chapter["file"] for part in CONTENTS["parts"] for chapter in part["chapters"]]
    return [CONTENTS["root"], *parts]


def page_file(name: str) -> Path:
    """Return the built file of a page."""
    return HTML / f"{name}.html"


@cache
def loading_tags(name: str) -> BeautifulSoup:
    """Return the tags of a page that make a browser load something."""
    html = page_file(name).read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser", parse_only=LOADS)


def linked_files(name: str) -> set[Path]:
    """Return the scripts, stylesheets and images that the HTML of a page names.

    Fonts are not among them: which of them a page needs is known only when it is displayed.
    """
    tags = loading_tags(name).select("script[src], link[rel=stylesheet], link[rel=icon], img[src]")
    paths = [unquote(urlsplit(tag.get("src") or tag["href"]).path) for tag in tags]
    return {(page_file(name).parent / path).resolve() for path in paths}


def modules_of(name: str) -> list[bytes]:
    """Return the JavaScript in each file of tables: what comes at once, then each kind of figure.

    The texts of which modules are made stand once beside the page (``site/shared_texts.py``).
    """
    models = tables_of(page_file(name))["state"].values()
    used = {str(i) for model in models for i in model["state"].get("_esm", [])}
    files = [tables_in(file)["texts"] for file in files_of(page_file(name))]
    return ["".join(texts[i] for i in texts if i in used).encode() for texts in files]


def own_scripts(name: str) -> list[bytes]:
    """Return our JavaScript that a page loads at once: the host of the figures, and what else."""
    own = [tag.get_text().encode() for tag in loading_tags(name).select("script[type=module]")]
    at_once = modules_of(name)[:1]
    return [*([(HTML / "static_widgets.js").read_bytes()] if at_once else []), *at_once, *own]


# --- sizes --------------------------------------------------------------------------------------


def compressed(data: bytes) -> int:
    """Return how many bytes of data a web server sends."""
    return len(gzip.compress(data, 6))


def sent(file: Path) -> int:
    """Return how many bytes of a file a web server sends: it compresses text only."""
    if file.suffix in COMPRESSED_ALREADY:
        return file.stat().st_size
    return compressed(file.read_bytes())


def html_kb(name: str) -> float:
    """Return the size of a page's HTML, compressed, in KB."""
    return sent(page_file(name)) / 1e3


def tables_kb(name: str) -> float:
    """Return the size of all tables of a page's figures with their modules, compressed, in KB."""
    return sum(map(sent, files_of(page_file(name)))) / 1e3


def javascript_kb(name: str) -> float:
    """Return the size of our JavaScript that a page loads at once, compressed, in KB."""
    return sum(map(compressed, own_scripts(name))) / 1e3


def figure_kb(name: str) -> float:
    """Return the most that one kind of figure adds to it when a reader comes near, in KB."""
    return max(map(compressed, modules_of(name)[1:]), default=0) / 1e3


def images_kb(name: str) -> float:
    """Return the size of the images on a page, compressed where they are text, in KB."""
    return sum(sent(file) for file in linked_files(name) if file.suffix in IMAGES) / 1e3


def page_kb(name: str) -> float:
    """Return the size of a page with all that its HTML names, compressed, in KB."""
    return html_kb(name) + sum(map(sent, linked_files(name))) / 1e3


def notebook_kb(name: str) -> float:
    """Return the size of the notebook of a page in KB, 0 if it is written in Markdown."""
    notebook = ROOT / f"{name}.ipynb"
    return notebook.stat().st_size / 1e3 if notebook.exists() else 0.0


def files_in(folder: Path) -> list[Path]:
    """Return all files in a folder and those below it."""
    return [path for path in folder.rglob("*") if path.is_file()]


def files_without_lite() -> list[Path]:
    """Return the files of the site without those of JupyterLite."""
    return [path for path in files_in(HTML) if LITE not in path.parents]


def size_mb(files: list[Path]) -> float:
    """Return the size of files in MB, not compressed."""
    return sum(path.stat().st_size for path in files) / 1e6


# --- what the budgets are for -------------------------------------------------------------------

PAGE_SIZES: dict[str, Callable[[str], float]] = {
    "html_gzip_kb": html_kb,
    "tables_gzip_kb": tables_kb,
    "javascript_gzip_kb": javascript_kb,
    "figure_gzip_kb": figure_kb,
    "images_kb": images_kb,
    "page_gzip_kb": page_kb,
    "notebook_kb": notebook_kb,
}


class Size(NamedTuple):
    """A size that has a budget."""

    budget: str  # its key in budgets.json, which ends in the unit
    what: str  # the page, or the part of the site
    value: float  # in the unit of the key


def sizes() -> Iterator[Size]:
    """Weigh everything that has a budget."""
    for name in page_names():
        for budget, weigh in PAGE_SIZES.items():
            yield Size(budget, name, weigh(name))
    yield Size("site_mb", "the site without lite/", size_mb(files_without_lite()))
    yield Size("lite_mb", "lite/", size_mb(files_in(LITE)))
