"""Every chapter, opened by its button and run in the browser, shows what its page shows.

In both editions. This needs the files of Pyodide. ``tests/prepare_pyodide.py`` gets them; the
environment variable ``BACKPROP_PYODIDE`` then names their folder. Without it, these tests are
skipped. No other computer can be reached.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from browser import serve
from nbformat import NotebookNode
from notebooks import ROOT
from pieces import LANGUAGE
from playwright.sync_api import Browser, Locator, Page, Route, expect
from prose import chapters
from translation import translated
from visits import CHINESE

from run import ENVIRONMENT, JUPYTER_BOOK

PYODIDE = os.environ.get("BACKPROP_PYODIDE")
# the longest first: with -n 2 --dist=worksteal, two chapters run at a time
NAMES = [path.stem for path in reversed(chapters())]
WORDS = {  # how Python loads, the button of a question, what it says to one who typed nothing
    "en": ("(Loading|Starting) Python", "Check", "Type a number first|Choose one first"),
    LANGUAGE: ("正在(下载|启动) Python", "检查", "请先填一个数|请先选一个"),
}
PATIENCE = 1_800_000  # milliseconds; chapter 10 trains for minutes
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

pytestmark = pytest.mark.skipif(
    not PYODIDE, reason="BACKPROP_PYODIDE names no folder with the files of Pyodide"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the book with Pyodide in it, elsewhere, and serve it."""
    folder = tmp_path_factory.mktemp("book")
    build = ["-c", JUPYTER_BOOK, "build", ".", "-q", "--path-output", str(folder)]
    settings = {"LITE": str(Path(PYODIDE).resolve()), "EDITIONS": LANGUAGE}
    environment = ENVIRONMENT | {f"BACKPROP_{name}": value for name, value in settings.items()}
    subprocess.run([sys.executable, *build], cwd=ROOT, env=environment, check=True)
    shutil.copytree(CHINESE, folder / "_build" / "html" / LANGUAGE)
    with serve(folder / "_build" / "html") as address:
        yield address


def expose(route: Route) -> None:
    """Let the page give its application to the test."""
    answer = route.fetch()
    settings = answer.json()
    settings["jupyter-config-data"]["exposeAppInBrowser"] = True
    route.fulfill(response=answer, json=settings)


NOTEBOOK = "window.jupyterapp?.shell.currentWidget?.content"
IDLE = f"{NOTEBOOK}?.parent.sessionContext.session?.kernel?.status === 'idle'"
ENDED = f"""(() => {{
    const codes = [...{NOTEBOOK}.model.cells].filter((cell) => cell.type === "code");
    const failed = ({{ outputs }}) => outputs.toJSON().some((o) => o.output_type === "error");
    return codes.some(failed) || codes.every((cell) => cell.executionCount);
}})()"""


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_runs_in_the_browser(browser: Browser, address: str, name: str, language: str):
    loading, check, nothing = WORDS[language]
    context = browser.new_context()
    context.set_default_timeout(300_000)  # a busy machine takes its time to start Python
    context.route("**/lite/jupyter-lite.json", expose)
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    lab = context.new_page()
    lab.goto(f"{address}{'' if language == 'en' else f'{language}/'}chapters/{name}.html")
    said = lab.locator(".run-in-browser").inner_text()
    lab.click(".btn-run-button")
    bar = lab.locator(".book-bar")
    coming = re.compile(rf"{loading}[:：]\s?\d+\.\d MB")
    bar.get_by_role("status").filter(has_text=coming).wait_for()
    lab.wait_for_function(IDLE)
    expect(bar.get_by_role("status")).to_be_empty(timeout=PATIENCE)
    expect(bar.get_by_role("alert")).to_be_empty()
    command(lab, "notebook:clear-all-cell-outputs")
    lab.wait_for_function(f"![...{NOTEBOOK}.model.cells].some((cell) => cell.executionCount)")
    command(lab, "notebook:run-all-cells")
    lab.wait_for_function(ENDED, timeout=PATIENCE)
    stored = stored_cells(f"chapters/{name}.ipynb", language)
    check_results(lab, stored)
    check_explorers(lab, stored, check, nothing)
    change_a_cell(lab)
    check_bytecode(lab)
    context.close()
    here = address.split("/a/")[0]  # the server of this test
    assert not [url for url in asked if not url.startswith((here, "blob:", "data:"))]
    if language == "en":  # the Chinese pages are of another build, which may leave Python elsewhere
        check_size(said, {url for url in asked if "/lite/static/pyodide" in url})


def check_size(said: str, asked: set[str]) -> None:
    """Demand that the page has said how much comes: hosts compress what is no archive."""
    sizes = []
    for url in asked:
        with urlopen(url) as answer:
            content = answer.read()
        sizes.append(len(content if url.endswith((".whl", ".zip")) else gzip.compress(content)))
    (megabytes,) = re.findall(r"(\d+) MB", said)
    assert sum(sizes) / 1e6 == pytest.approx(int(megabytes), abs=0.5)


def stored_cells(page: str, language: str) -> list[NotebookNode]:
    """Return the cells of a notebook as an edition has them, with their outputs."""
    text = (ROOT / page).read_text(encoding="utf-8") if language == "en" else translated(page)
    return nbformat.reads(text, as_version=4).cells


def command(lab: Page, name: str) -> None:
    lab.evaluate(f"void window.jupyterapp.commands.execute('{name}')")


def cells_of(lab: Page) -> list[NotebookNode]:
    return nbformat.from_dict(lab.evaluate(f"{NOTEBOOK}.model.sharedModel.toJSON()")).cells


def shown(cell: NotebookNode) -> list[tuple[str, ...]]:
    """Return what a cell has printed and displayed; of pictures and widgets, only that they are."""
    found = []
    for output in cell.outputs:
        if output.output_type == "stream":
            if found and found[-1][0] == output.name:
                found[-1] = (output.name, found[-1][1] + text_of(output.text))
            else:
                found.append((output.name, text_of(output.text)))
        elif output.output_type == "error":
            found.append(("error", output.ename, output.evalue))
        elif {"image/png", WIDGET_VIEW} & output.data.keys():
            found.append(("picture" if "image/png" in output.data else "widget",))
        elif output.data:
            found.append(
                tuple(f"{kind}: {text_of(output.data[kind])}" for kind in sorted(output.data))
            )
    return found


def text_of(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def check_results(lab: Page, stored: list[NotebookNode]) -> None:
    """Demand that every cell shows what the book shows."""
    for number, (ran, cell) in enumerate(zip(cells_of(lab), stored, strict=True)):
        if cell.cell_type != "code":
            continue
        if "live" not in cell.metadata.get("tags", []):
            assert shown(ran) == shown(cell), f"cell {number}:\n{cell.source}"
            continue
        outputs = shown(ran)  # not stored, because it needs Python, or says the time
        assert outputs, f"cell {number} shows nothing"
        assert all(output[0] != "error" for output in outputs), outputs
        assert ("widget",) in outputs or "widgets" not in cell.source


def check_explorers(lab: Page, stored: list[NotebookNode], check: str, nothing: str) -> None:
    """Demand that every explorer and question is there, and answers what is done first with it."""
    codes = [cell for cell in stored if cell.cell_type == "code"]
    views = [output for cell in codes for output in shown(cell)]
    roots = lab.locator(".jp-OutputArea-output :is(.explorer, .question)")
    assert roots.count() == views.count(("widget",))
    for root in roots.all():
        if root.locator("input[type=range]").count():
            move_slider(root)
        else:  # nothing is typed, nothing is chosen
            root.get_by_role("button", name=check).press("Enter")
            assert re.search(nothing, said(root))


def move_slider(root: Locator) -> None:
    slider = root.locator("input[type=range]").first
    for key in ("Home", "End"):  # one of them moves it
        before = slider.input_value()
        text = said(root)
        slider.press(key)
        if slider.input_value() != before:
            assert said(root) != text


def said(root: Locator) -> str:
    return root.locator("[aria-live]").first.inner_text()


TEXTS = """import sys
specs = [getattr(module, "__spec__", None) for module in [*sys.modules.values()]]
names = {spec.name for spec in specs if spec and str(spec.origin).endswith(".py")}
print("texts:", *names, "and that is all")"""

PRINTED = f"""{NOTEBOOK}.activeCell.model.outputs.toJSON().map(({{ text }}) => String(text))
    .find((text) => text.startsWith("texts:") && text.endsWith("all\\n"))"""


def check_bytecode(lab: Page) -> None:
    """Demand that hardly a module had to be compiled first; the book's own have their text too."""
    lab.evaluate(FIRST_CODE)
    lab.evaluate(f"(code) => {NOTEBOOK}.activeCell.model.sharedModel.setSource(code)", TEXTS)
    command(lab, "notebook:run-cell")
    printed = lab.wait_for_function(PRINTED).json_value()
    names = {name for name in printed.split()[1:-4] if not name.startswith("backprop")}
    assert len(names) < 20, f"add what brings them to IMPORTED in site/lite/compile.py: {names}"


FIRST_CODE = f"""() => {{
    const notebook = {NOTEBOOK};
    notebook.activeCellIndex = notebook.widgets.findIndex((cell) => cell.model.type === "code");
}}"""


def change_a_cell(lab: Page) -> None:
    """Change the first code cell and run it, by keyboard."""
    lab.evaluate(FIRST_CODE)
    command(lab, "notebook:enter-edit-mode")
    lab.keyboard.press("Control+Home")
    lab.keyboard.type("print('changed', 6 * 7)\n")
    lab.keyboard.press("Shift+Enter")
    lab.get_by_text("changed 42", exact=True).wait_for()
