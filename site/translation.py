"""Make an edition in another language: the English pages with the words of translators in place.

What a page says is in ``chapters/zh/NAME.md``, see ``pieces.py``. What the figures say is in the
tables ``zh.toml`` beside their code, and what the site adds in ``site/zh.yml``.

    python site/translation.py [--draft]    write _build/zh for Sphinx, if all pages are there
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import asking
import yaml
from pieces import LANGUAGE, ROOT, missing, pages, pairs, piece, pieces, read, text_of
from translated_outputs import Widgets, first_cell, translate_outputs
from typesetting import MARK

SOURCE = ROOT / "_build" / LANGUAGE  # what Sphinx reads
CITED = "chapters/references.bib"
RENEW = "To renew a page: python run.py zh NAME"


class NotTranslatedError(Exception):
    """A piece of a page has no translation."""


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


def main() -> None:
    """Make the edition."""
    parser = argparse.ArgumentParser(description="Make the edition.")
    parser.add_argument("--draft", action="store_true", help="in English where it is not done")
    options = parser.parse_args()
    try:
        write(sources(draft=options.draft), SOURCE)
    except NotTranslatedError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
