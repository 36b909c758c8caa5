"""Make an edition in another language: the English pages with the words of translators in place.

``chapters/zh/NAME.md`` holds a page. Each piece of English stands in a comment, and what the page
says in its place stands below it. The pieces of a notebook are its Markdown cells, the alternative
texts of its figures and the words of its questions; those of a page are its sections. Code, outputs
and numbers are those of the English notebook: there is no other copy of them. What the figures say
is in the tables ``zh.toml`` beside their code, and what the site adds in ``site/zh.yml``.

    python site/translation.py make [--draft]    write _build/zh for Sphinx, if all pages are there
    python site/translation.py renew NAME ...    quote the English anew, and mark what is to be done
"""

import argparse
import difflib
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import asking
import yaml
from translated_outputs import Cell, Widgets, first_cell, shown_in, translate_outputs
from typesetting import FENCE, MARK, NUMBER, OPTION

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh"
TEXTS = ROOT / "chapters" / LANGUAGE
SOURCE = ROOT / "_build" / LANGUAGE  # what Sphinx reads
CITED = "chapters/references.bib"
RENEW = "To renew a page: python run.py zh NAME"
PAIR = re.compile(r"^<!--\n(.*?)\n-->\n(.*?)(?=^<!--$|\Z)", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^(?=#{1,6} )", re.MULTILINE)


class Pair(NamedTuple):
    """A piece of English, what stands in its place, and the line where that begins."""

    english: str
    there: str
    line: int = 0


class NotTranslatedError(Exception):
    """A piece of a page has no translation."""


# --- reading ------------------------------------------------------------------------------------


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


# --- what is out of step ------------------------------------------------------------------------


def stale(page: str) -> Iterator[str]:
    """Yield how the English of a page differs from that which has been translated."""
    old, new = [pair.english for pair in pairs(page)], pieces(page)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            before, after = ("\n\n".join(part).split("\n") for part in (old[a:b], new[c:d]))
            names = f"chapters/{LANGUAGE}/{text_of(page).name}", page
            yield "\n".join(difflib.unified_diff(before, after, *names, lineterm="", n=1))


def renew(page: str) -> int:
    """Quote the English of a page anew; mark what has to be translated, and return how much.

    A translation that may be old stays below its mark, for the translator to change. Where nothing
    but numbers has changed, it gets the new ones. What has no words stands as it is.
    """
    old, new, there = pairs(page), pieces(page), list[str]()
    matcher = difflib.SequenceMatcher(None, [pair.english for pair in old], new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            there += [pair.there for pair in old[a:b]]
            continue
        for i, english in enumerate(new[c:d], start=a):
            there.append(carried_over(old[i], english) if i < b else marked(english, ""))
    blocks = [f"<!--\n{one}\n-->\n\n{two}\n" for one, two in zip(new, there, strict=True)]
    TEXTS.mkdir(exist_ok=True)
    text_of(page).write_text("\n".join(blocks), encoding="utf-8")
    return sum(text.startswith(MARK) for text in there)


def carried_over(pair: Pair, english: str) -> str:
    """Return the translation of a piece with new numbers in it, marked if more than they changed.

    A paragraph is a line in both languages. In a line whose English words are the same, the new
    numbers take the places of the old ones, if these stand in the same order in both.
    """
    known = pair.there.removeprefix(MARK).strip("\n")
    lines = [text.split("\n") for text in (pair.english, english, known)]
    if len({*map(len, lines)}) > 1:
        return marked(english, known)
    done, there = known == pair.there, list[str]()
    for old, new, line in zip(*lines, strict=True):
        same_words = NUMBER.split(old) == NUMBER.split(new)
        if same_words and NUMBER.findall(old) == NUMBER.findall(line):
            words, numbers = NUMBER.split(line), [*NUMBER.findall(new), ""]
            there.append("".join(word + n for word, n in zip(words, numbers, strict=True)))
        else:
            done &= old == new
            there.append(line)
    return "\n".join(there) if done else marked(english, "\n".join(there))


def marked(english: str, known: str) -> str:
    """Return what a translator finds below a piece that is new or has changed."""
    if not re.search("[A-Za-z]", OPTION.sub("", FENCE.sub("", english))):
        return english
    if not known and english.startswith(f"{asking.HEAD}\n"):
        known = re.sub(r"^([^\n]+?): .*$", r"\1:", english, flags=re.MULTILINE)
    return f"{MARK}\n\n{known}".strip()


# --- a page of the edition ----------------------------------------------------------------------


def translated(page: str, *, draft: bool = False) -> str:
    """Return a page of the edition: the text of a notebook or of a Markdown file.

    A piece without a translation raises ``NotTranslatedError``; in a draft it stays English.
    """
    there = {pair.english: pair.there for pair in pairs(page) if MARK not in pair.there}

    def find(english: str) -> str:
        if english in there or draft:
            return there.get(english, english)
        raise NotTranslatedError(f"{text_of(page).relative_to(ROOT)} lacks:\n{english}\n\n{RENEW}")

    path = ROOT / page
    if path.suffix == ".md":
        return "\n\n".join(find(piece) for piece in pieces(page)) + "\n"
    notebook = read(path)
    widgets = Widgets(notebook, LANGUAGE)
    for cell in notebook["cells"]:
        english, question = piece(cell), None
        if asking.asks(cell["source"]):
            question = english, find(english)
            cell["source"] = asking.put_in(cell["source"], *question)
        elif english and cell["cell_type"] == "markdown":
            cell["source"] = find(english)
        elif english:
            cell["metadata"]["mystnb"]["image"]["alt"] = find(english)
        translate_outputs(cell, widgets, question)
    if any(cell["cell_type"] == "code" for cell in notebook["cells"]):
        notebook["cells"].insert(0, first_cell(LANGUAGE))
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


# --- the edition --------------------------------------------------------------------------------


def words_of_site(language: str = LANGUAGE) -> dict[str, Any]:
    """Return what an edition says beside its pages, and how Sphinx is set for it."""
    path = ROOT / "site" / f"{language}.yml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def settings() -> dict[str, str]:
    """Return what Jupyter Book reads beside the pages, by path."""
    ours = words_of_site()
    config = moved_config() | {"title": ours["title"], "author": ours["author"]}
    sphinx = config["sphinx"]
    sphinx["config"]["html_static_path"].append(absolute(f"site/{LANGUAGE}.css"))
    extra = sphinx["config"]["html_extra_path"]
    own = ["index.html" if "index.html" in path else path for path in extra]
    sphinx["config"]["html_extra_path"] = own
    sphinx["recursive_update"] = True  # or a theme option of ours would take all others away
    sphinx["config"] |= {"locale_dirs": ["locale"], **ours["sphinx"]}
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        part["caption"] = ours["captions"][part["caption"]]
    start = (ROOT / "site" / "index.html").read_text(encoding="utf-8")
    for english, there in ours["start"].items():
        start = start.replace(english, there)
    return {
        "_config.yml": yaml.safe_dump(config, allow_unicode=True),
        "_toc.yml": yaml.safe_dump(toc, allow_unicode=True),
        "index.html": start,
        f"locale/{ours['sphinx']['language']}/LC_MESSAGES/sphinx.po": catalogue(ours["words"]),
    }


def catalogue(words: dict[str, str]) -> str:
    """Return words as gettext reads them; Sphinx compiles them itself."""
    entries = {"": "Content-Type: text/plain; charset=UTF-8\n", **words}
    texts = [[json.dumps(text, ensure_ascii=False) for text in pair] for pair in entries.items()]
    return "".join(f"msgid {english}\nmsgstr {there}\n" for english, there in texts)


def moved_config() -> dict[str, Any]:
    """Return the settings of ``_config.yml`` in a form that means the same from another folder."""
    config: dict[str, Any] = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["html"]["favicon"] = absolute(config["html"]["favicon"])
    sphinx = config["sphinx"]
    folders = sphinx["local_extensions"].items()
    sphinx["local_extensions"] = {name: absolute(folder) for name, folder in folders}
    for key in ("templates_path", "html_static_path", "html_extra_path"):
        sphinx["config"][key] = [absolute(path) for path in sphinx["config"][key]]
    return config


def absolute(path: str) -> str:
    """Return such a path of ``_config.yml``."""
    return (ROOT / path).as_posix()


def sources(*, draft: bool = False) -> dict[str, str]:
    """Return what Sphinx reads of the edition, by path.

    Without all pages there is nothing, but for a draft: so the edition appears with its last page.
    """
    if missing() and not draft:
        return {}
    files = {page: translated(page, draft=draft) for page in pages()} | settings()
    return files | {CITED: (ROOT / CITED).read_text(encoding="utf-8")}


def write(files: dict[str, str], folder: Path) -> None:
    """Write an edition for Sphinx to read; without files, remove it with what was built of it.

    A file that would be the same is left alone, so that Sphinx does not read it again.
    """
    if not files:
        shutil.rmtree(folder, ignore_errors=True)
    for old in (folder / "chapters").glob("*"):
        if old.relative_to(folder).as_posix() not in files:
            old.unlink()
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def main() -> int:
    """Run the command of the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Make and renew the edition.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make").add_argument("--draft", action="store_true")
    commands.add_parser("renew").add_argument("names", nargs="+")
    options = parser.parse_args()
    if options.command == "make":
        try:
            write(sources(draft=options.draft), SOURCE)
        except NotTranslatedError as error:
            sys.exit(str(error))
        return 0
    known = {Path(page).stem: page for page in pages()}
    if unknown := [name for name in options.names if name not in known]:
        parser.error(f"no page {', '.join(unknown)}; there are: {', '.join(known)}")
    for name in options.names:
        count, path = renew(known[name]), text_of(known[name]).relative_to(ROOT)
        print(f"{path}: {f'{count} pieces to translate' if count else 'all is translated'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
