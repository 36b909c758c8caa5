"""A Sphinx extension: let readers run the chapters in their browser, with no server.

Each chapter page gets a button that opens its notebook in JupyterLite, a static site below
``lite/``. Python comes to the reader from the host of Pyodide. The environment variable
``BACKPROP_LITE`` changes that: ``off`` leaves all of this out, and the path of a folder with the
files of Pyodide puts them into the site, so that it needs no other host. A bar above the notebook
leads back to the chapter's page, and tells how loading goes (``bar.py``).
"""

import hashlib
import json
import os
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from bar import add_bar, add_report, files_of_bar, what_the_bar_reads
from bytecode import ahead
from editions import OTHERS
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL
from plain_markdown import names_on, plain
from pyodide_lock import python_files
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinxcontrib.bibtex.domain import BibtexDomain
from wheels import LiteError, run_module

SETTINGS = Path(__file__).resolve().parent / "lite"
Context = dict[str, Any]  # what a template of a page is given
CHOICE = os.environ.get("BACKPROP_LITE", "")
HOST = "./static/pyodide" if CHOICE else PYODIDE_CDN_URL
PATIENCE = 600  # seconds that another edition may take longer
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"

RUN = "Run this chapter in your browser"
LINE = """
<p class="run-in-browser"><a href="{url}">{run}</a>{size}
(<a href="{about}">{how}</a>)</p>
<script>
// It cannot run from pages that are opened as files: style.css then hides what leads there.
if (location.protocol === "file:") document.documentElement.classList.add("from-file");
</script>
"""
SIZE, HOW = "; the first time loads about {} MB", "how"
# what a chapter loads of Pyodide, in MB, by what its cells import: from its host, and from the site
SIZES = {"from sklearn": (41, 48), "import matplotlib": (22, 28), "": (14, 18)}


# --- the pages ----------------------------------------------------------------------------------


def add_button(app: Sphinx, page: str, template: str, context: Context, doctree: object) -> None:  # noqa: ARG001
    """Put a button at the head of a chapter's page, and a line that does the same.

    The theme has such a button, but only for books that name a public repository.
    """
    if page == app.config.root_doc or context.get("page_source_suffix") != ".ipynb":
        return
    up, folder = ("../", f"{edition(app)}/") if edition(app) else ("", "")
    url = context["pathto"](f"{up}lite/notebooks/index.html", resource=True)
    url += f"?path={folder}{page}.ipynb"
    button = {"type": "link", "url": url, "icon": "fas fa-rocket", "tooltip": _(RUN)}
    context["header_buttons"].insert(0, {**button, "label": "run-button"})
    code = Path(app.env.doc2path(page)).read_text(encoding="utf-8")
    as_text, as_bytecode = next(sizes for words, sizes in SIZES.items() if words in code)
    size = as_bytecode if CHOICE else as_text
    about = context["pathto"](app.config.root_doc) + "#how-to-use-it"
    words = {"run": _(RUN), "size": _(SIZE).format(size), "how": _(HOW)}
    line = LINE.format(url=url, about=about, **words)
    context["body"] = context["body"].replace("</h1>", "</h1>" + line, 1)


def edition(app: Sphinx) -> str:
    """Return the folder of an edition in another language, nothing for the English one."""
    language: str = app.config.language
    return "" if language == "en" else language.partition("_")[0]


# --- JupyterLite --------------------------------------------------------------------------------


def build_lite(app: Sphinx, exception: Exception | None) -> None:
    """Build ``lite/``, unless an earlier build has made it of the same files.

    Another edition is built before or at the same time: its notebooks go in as well.
    """
    if exception or app.builder.name != "html":
        return
    if folder := edition(app):
        hand_over({f"{folder}/{name}": b for name, b in copies(app).items()}, Path(app.srcdir))
        return
    target = Path(app.outdir) / "lite"
    notebooks = copies(app)
    for other in OTHERS:
        notebooks |= handed_over(Path(app.srcdir) / "_build" / other)
    settings = json.loads((SETTINGS / "jupyter-lite.json").read_text(encoding="utf-8"))
    site = settings["jupyter-config-data"]
    # Readers' changed copies are kept under this name. A new edition gets a new one, or they would
    # see the old text for ever.
    site["contentsStorageName"] = f"Backpropagation {state_of(notebooks)[:12]}"
    kernel = site["litePluginSettings"][KERNEL]
    kernel["pyodideUrl"] = f"{HOST}/pyodide.mjs"
    first = kernel["loadPyodideOptions"]["packages"]
    files = python_files(SETTINGS, Path(CHOICE) if CHOICE else None, first)
    sources = {
        **{f"contents/{name}": content for name, content in notebooks.items()},
        "jupyter-lite.json": json.dumps(settings).encode(),
        "jupyter_lite_config.json": (SETTINGS / "jupyter_lite_config.json").read_bytes(),
    }
    files |= files_of_bar(SETTINGS)
    bar = what_the_bar_reads(f"{HOST}/", [name.removesuffix(".ipynb") for name in notebooks])
    stamp, state = target / "built-from", state_of({**sources, **files, "the bar": bar.encode()})
    if not stamp.exists() or stamp.read_text() != state:
        run_jupyter_lite(sources, target)
        write(files, target)
        if CHOICE:
            ahead(target / "static")
        add_bar(target, bar)
        add_report(target)
        stamp.write_text(state)


def hand_over(notebooks: dict[str, bytes], source: Path) -> None:
    """Write the notebooks of another edition for the English one, which may wait for them."""
    whole, part = source / "lite", source / "lite.part"
    for folder in whole, part:
        shutil.rmtree(folder, ignore_errors=True)
    write(notebooks, part)
    part.rename(whole)  # all of them are there at once


def handed_over(source: Path) -> dict[str, bytes]:
    """Wait for the notebooks of another edition; return them by path.

    ``run.py`` has taken away those of an earlier build, and stops this one if that one fails.
    """
    whole, end = source / "lite", time.monotonic() + PATIENCE
    while not whole.is_dir():
        if time.monotonic() > end:
            raise LiteError(f"{whole} must be there: build that edition too.")
        time.sleep(0.1)
    found = sorted(whole.rglob("*.ipynb"))
    return {path.relative_to(whole).as_posix(): path.read_bytes() for path in found}


def copies(app: Sphinx) -> dict[str, bytes]:
    """Return the notebooks of the book, by path, in plain Markdown."""
    sources = app.env.get_domain("cite")
    assert isinstance(sources, BibtexDomain)  # an extension of the book
    citations = {c.citation_id: c.key for c in sources.citations}
    documents = [
        name for name in sorted(app.env.found_docs) if app.env.doc2path(name).endswith(".ipynb")
    ]
    names: dict[str, str] = {}
    for name in documents:
        names |= names_on(Path(app.outdir) / f"{name}.html", citations)
    return {f"{name}.ipynb": copy(Path(app.env.doc2path(name)), names) for name in documents}


def copy(path: Path, names: dict[str, str]) -> bytes:
    """Return a notebook for JupyterLite, which has no server that would prepare it."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata["trusted"] = True  # or the stored graphs would be cut to their words
            continue
        try:
            cell.source = plain(cell.source, names)
        except KeyError as error:
            raise LiteError(
                f"{path.name} has {error} in a form that site/plain_markdown.py does not know. "
                "Add it there, or write it in another way."
            ) from None
    return json.dumps(notebook).encode()  # with whole texts: lists of lines would get commas


def run_jupyter_lite(sources: dict[str, bytes], target: Path) -> None:
    """Run ``jupyter lite build`` on these files."""
    shutil.rmtree(target, ignore_errors=True)
    with TemporaryDirectory() as folder:
        write(sources, Path(folder))
        build = "jupyterlite_core", "build", "--output-dir", str(target)
        run_module(*build, failed="jupyter lite build failed", folder=folder)


def state_of(files: dict[str, bytes]) -> str:
    """Digest names and contents."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def write(files: dict[str, bytes], folder: Path) -> None:
    """Write files into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    if CHOICE != "off":
        app.connect("html-page-context", add_button, priority=502)  # after the theme's own
        app.connect("build-finished", build_lite)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
