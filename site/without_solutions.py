"""Make an edition for classes, in which no exercise has a solution.

Both languages are written into ``_build/class`` for Sphinx to read. What is left out here can be in
nothing that is made of it: pages, search, notebooks, tables of figures. It is what stands between
``solution-start`` and ``solution-end``, with the cells there and the figures that they show, and
the folds of the class ``tells-solutions``. The page for teachers goes, and so do the links to the
repository (``repository.py``), for both have solutions.

Questions, drills and what ``judge`` knows of mistakes stay: they check readers by themselves, and a
page has no server that could keep the answers. The package is whole, too, for chapters list much of
it, and the suspects of chapter 7 have to run.

    python site/without_solutions.py [--draft]
"""

import argparse
import json
import re
import sys
from typing import Any

import yaml
from pieces import LANGUAGE, ROOT, pages, read
from plain_markdown import FENCE
from translated_outputs import STATE, Cell, shown
from translation import CITED, NotTranslatedError, moved_config, sources, write

CLASS = ROOT / "_build" / "class"
TELLING = ":class-container: tells-solutions\n"  # the option of a fold that goes, too
TEACHING = "chapters/teaching"
LEADS_THERE = re.compile(r"^- .*\]\(teaching\.md\).*(\n|\Z)", re.MULTILINE)  # an item of a list


def unsolved(page: str, text: str) -> str:
    """Return a page, the text of a notebook or of a Markdown file, without solutions."""
    if not page.endswith(".ipynb"):
        (cell,) = unsolved_cells([{"cell_type": "markdown", "source": text}])
        return f"{cell['source']}\n"
    notebook = json.loads(text)
    notebook["cells"] = unsolved_cells(notebook["cells"])
    drop_states(notebook)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def unsolved_cells(cells: list[Cell]) -> list[Cell]:
    r"""Return the cells of a page without solutions.

    Raises
    ------
    ValueError
        If a solution begins or ends in another way, so that it could stay.

    >>> text = "Why?\n\n:::{solution-start} ex-a\n:::\n\nSo.\n\n:::{solution-end}\n:::\n\nNext"
    >>> unsolved_cells([{"cell_type": "markdown", "source": text}])
    [{'cell_type': 'markdown', 'source': 'Why?\n\nNext'}]
    """
    kept, solved = list[Cell](), ""  # the exercise whose solution has begun
    for cell in cells:
        if cell["cell_type"] != "markdown":
            kept += [] if solved else [cell]
            continue
        source, parts, begin = cell["source"], list[str](), 0
        for fence in FENCE.finditer(source):
            match fence["kind"]:
                case "solution-start" if not solved:
                    parts.append(source[begin : fence.start()])
                    solved = fence["argument"]
                case "solution-end" if solved:
                    solved, begin = "", fence.end()
                case "dropdown" if TELLING in fence["options"] and not solved:
                    parts.append(source[begin : fence.start()])
                    begin = fence.end()
                case kind if "solution" in kind:
                    where = f"within the solution of {solved}" if solved else "outside of solutions"
                    raise ValueError(
                        "a solution must stand between solution-start and solution-end, "
                        f"got {kind} {fence['argument']}".rstrip()
                        + f" {where}"
                    )
        parts += [] if solved else [source[begin:]]
        parts = [LEADS_THERE.sub("", part) for part in parts]
        if left := "\n\n".join(part.strip("\n") for part in parts if part.strip()):
            kept.append({**cell, "source": left})
    if solved:
        raise ValueError(f"the solution of {solved} must end with solution-end")
    return kept


def drop_states(notebook: dict[str, Any]) -> None:
    """Take away, in place, the states of figures that no cell shows any more."""
    widgets = notebook["metadata"].get("widgets", {}).get(STATE, {"state": {}})
    models = widgets["state"]
    wanted = [name for cell in notebook["cells"] for name in shown(cell)]
    for name in wanted:  # which grows: a figure has a layout, and may have parts
        text = json.dumps(models[name])
        wanted += [part for part in models if f"IPY_MODEL_{part}" in text and part not in wanted]
    widgets["state"] = {name: model for name, model in models.items() if name in wanted}


def english() -> dict[str, str]:
    """Return what Sphinx reads of the English edition, by path."""
    paths = [CITED, "_toc.yml", *(page for page in pages() if not page.endswith(".ipynb"))]
    files = {path: (ROOT / path).read_text(encoding="utf-8") for path in paths}
    notebooks = {page: json.dumps(read(ROOT / page)) for page in pages() if page not in files}
    return {**files, **notebooks, "_config.yml": yaml.safe_dump(moved_config(), allow_unicode=True)}


def without_solutions(files: dict[str, str]) -> dict[str, str]:
    """Return what Sphinx reads of an edition, its pages without solutions."""
    if not files:  # there is no such edition
        return {}
    config, toc = (yaml.safe_load(files[path]) for path in ("_config.yml", "_toc.yml"))
    del config["sphinx"]["local_extensions"]["repository"]
    for part in toc["parts"]:
        part["chapters"] = [entry for entry in part["chapters"] if entry["file"] != TEACHING]
    changed = {"_config.yml": config, "_toc.yml": toc}
    kept = {path: text for path, text in files.items() if path != f"{TEACHING}.md"}
    return {
        **kept,
        **{page: unsolved(page, kept[page]) for page in pages() if page in kept},
        **{path: yaml.safe_dump(data, allow_unicode=True) for path, data in changed.items()},
    }


def main() -> int:
    """Write both languages; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the edition without solutions.")
    parser.add_argument("--draft", action="store_true")
    try:
        chinese = sources(draft=parser.parse_args().draft)
    except NotTranslatedError as error:
        sys.exit(str(error))
    write(without_solutions(english()), CLASS)
    write(without_solutions(chinese), CLASS / "_build" / LANGUAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
