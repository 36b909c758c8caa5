"""The bar above a notebook in the browser: the way back to its page, and how Python loads.

``lite/bar.js`` draws it on the pages of JupyterLite; ``lite/report.js`` tells it, from the worker
that runs Python, what has been loaded.
"""

import json
from pathlib import Path
from typing import Any

from editions import OTHERS
from translation import words_of_site
from wheels import LiteError

from backprop.explorers.kit.base import bundle

ENGLISH = {"folder": "", "lang": "en", "words": []}  # the edition that needs no words of others
STYLE, SCRIPT, REPORT = "bar.css", "bar.js", "report.js"


def files_of_bar(folder: Path) -> dict[str, bytes]:
    """Return the files of the bar, from the folder where they are written, by their names."""
    plain = {name: (folder / name).read_bytes() for name in (STYLE, REPORT)}
    return {**plain, SCRIPT: bundle(folder / SCRIPT).encode()}


def what_the_bar_reads(python: str, pages: list[str]) -> str:
    """Return where Python comes from, the pages that have a notebook, and the words of editions."""
    editions = [*map(said_in, OTHERS), ENGLISH]
    data = {"python": python, "pages": pages, "editions": editions}
    return json.dumps(data, ensure_ascii=False).replace("</", r"<\/")


def said_in(language: str) -> dict[str, Any]:
    """Return where an edition has its pages, and what the bar says there, by the English."""
    ours = words_of_site(language)
    _, lang = ours["edition"]
    return {"folder": f"{language}/", "lang": lang, "words": [*ours["bar"].items()]}


def add_bar(target: Path, data: str) -> None:
    """Put the bar above the notebook into the pages of JupyterLite."""
    lines = f"""<link rel="stylesheet" href="../{STYLE}">
<script id="book" type="application/json">{data}</script>
<script type="module" src="../{SCRIPT}"></script>
</head>"""
    for page in target.glob("*/index.html"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("</head>", lines, 1), encoding="utf-8")


def add_report(target: Path) -> None:
    """Let the worker that runs Python begin with ``report.js``."""
    workers = [
        *target.glob("extensions/@jupyterlite/pyodide-kernel-extension/static/*.worker.*.js")
    ]
    if not workers:
        raise LiteError("The kernel of this JupyterLite has no worker where site/bar.py looks.")
    up = "../" * len(workers[0].relative_to(target).parent.parts)
    for worker in workers:
        kernel = worker.rename(worker.with_suffix(".kernel.js"))
        worker.write_text(f'import "{up}{REPORT}";\nimport "./{kernel.name}";\n')
