"""Rules for the stored notebooks. The notebooks are executed by nbval, not here.

A rule is a generator that takes a notebook and yields a sentence for each place that breaks it.
"""

import ast
import base64
import inspect
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import notebooks
import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from notebooks import (
    CHAPTERS,
    ROOT,
    WIDGET_STATE,
    NotebookError,
    figures,
    normal_form,
    pixels,
    update,
)
from PIL import Image
from prose import chapters

from backprop import contracts

PATHS = sorted(CHAPTERS.glob("*.ipynb"))
LONGEST_CELL = 25  # lines: what a screen shows beside its output
SHORTEST_ALT = 30  # characters: fewer cannot say what a figure shows
SITE = str(Path(np.__file__).parent.parent)  # packages alone: without -S, also this book
LESSON = chapters()[:5]
LONGEST_METHOD = 4  # lines of a method that the lesson lists
CHECKS = {name for name, _ in inspect.getmembers(contracts, inspect.isfunction)}
MOST_DIGITS = 6  # the next ones depend on the processor

ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
ABSOLUTE_PATH = re.compile(r"(?<![\w.:/<>~])(?:/[\w.+-]+){2,}|~/[\w.+-]+|\b[A-Za-z]:\\\w+")
FLOAT = re.compile(r"(?<![\w.])\d+\.\d+(?![\w]*\.\d)")
READ_BY_PEOPLE = ["text/plain", "text/html", "text/latex", "text/markdown"]


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(cells, start=1):
        yield f"code cell {number}", cell


def cells_with_figures(notebook: NotebookNode) -> Iterator[tuple[str, NotebookNode]]:
    return ((where, cell) for where, cell in code_cells(notebook) if figures(cell.outputs))


def texts(cell: NotebookNode) -> Iterator[str]:
    """Yield what a reader reads in the outputs of a cell."""
    for output in cell.outputs:
        yield output.get("text", "")
        yield output.get("evalue", "")
        yield from output.get("traceback", [])
        for kind in READ_BY_PEOPLE:
            text = output.get("data", {}).get(kind, "")
            yield re.sub(r"<[^>]*>", " ", text) if kind == "text/html" else text


# --- the rules ----------------------------------------------------------------------------------


def every_cell_is_executed(notebook: NotebookNode) -> Iterator[str]:
    for where, cell in code_cells(notebook):
        if cell.execution_count is None:
            yield f"{where} has no execution count"


def nothing_goes_wrong(notebook: NotebookNode) -> Iterator[str]:
    for where, cell in code_cells(notebook):
        for output in cell.outputs:
            if output.get("name") == "stderr":
                yield f"{where} writes to stderr: {output.text}"
            expected = "raises-exception" in cell.metadata.get("tags", [])
            if output.output_type == "error" and not expected:
                yield f"{where} raises {output.ename}"


def no_figure_is_blank(notebook: NotebookNode) -> Iterator[str]:
    for where, cell in cells_with_figures(notebook):
        for png in figures(cell.outputs):
            picture = pixels(png)
            if (picture == picture[0, 0]).all():
                yield f"{where} has a figure of a single colour"


def every_figure_has_an_alternative_text(notebook: NotebookNode) -> Iterator[str]:
    for where, cell in cells_with_figures(notebook):
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        if len(alt) < SHORTEST_ALT:
            yield f"{where} needs mystnb.image.alt with {SHORTEST_ALT} characters; it has {alt!r}"


def cells_with_figures_end_in_show(notebook: NotebookNode) -> Iterator[str]:
    for where, cell in cells_with_figures(notebook):
        if not cell.source.rstrip().endswith("plt.show()"):
            yield f"{where} draws a figure and does not end in plt.show()"


def no_cell_is_long(notebook: NotebookNode) -> Iterator[str]:
    for where, cell in code_cells(notebook):
        if (lines := len(cell.source.splitlines())) > LONGEST_CELL:
            yield f"{where} has {lines} lines; {LONGEST_CELL} are allowed"


def no_output_names_the_computer(notebook: NotebookNode) -> Iterator[str]:
    for where, cell in code_cells(notebook):
        for text in texts(cell):
            for match in [*ADDRESS.finditer(text), *ABSOLUTE_PATH.finditer(text)]:
                yield f"{where} shows the memory address or path {match[0]}"


def no_output_has_digits_that_vary(notebook: NotebookNode) -> Iterator[str]:
    for where, cell in code_cells(notebook):
        for text in texts(cell):
            for match in FLOAT.finditer(text):
                if len(match[0].replace(".", "").lstrip("0")) > MOST_DIGITS:
                    yield f"{where} shows {match[0]}: more than {MOST_DIGITS} significant digits"


def listings_hold_mathematics(notebook: NotebookNode) -> Iterator[str]:
    """Find methods that do not read like the formula beside them, in four lines without a check."""
    for where, cell in code_cells(notebook):
        for output in cell.outputs:
            listed = output.get("data", {}).get("text/markdown", "")
            if not listed.startswith("```python"):
                continue
            for method in ast.parse(listed.removeprefix("```python").removesuffix("```")).body:
                lines = method.end_lineno - method.body[0].lineno + 1
                if lines > LONGEST_METHOD:
                    yield f"{where} lists {method.name} with {lines} lines"
                names = {node.id for node in ast.walk(method) if isinstance(node, ast.Name)}
                raised = [node for node in ast.walk(method) if isinstance(node, ast.Raise | ast.If)]
                if checks := sorted(names & CHECKS):
                    yield f"{where} lists {method.name} with the check {checks[0]}"
                elif raised:
                    yield f"{where} lists {method.name} with a check of its own"


Rule = Callable[[NotebookNode], Iterator[str]]
RULES: list[Rule] = [
    every_cell_is_executed,
    nothing_goes_wrong,
    no_figure_is_blank,
    every_figure_has_an_alternative_text,
    cells_with_figures_end_in_show,
    no_cell_is_long,
    no_output_names_the_computer,
    no_output_has_digits_that_vary,
]


def test_there_are_notebooks() -> None:
    assert PATHS


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebook_is_in_normal_form(path: Path) -> None:
    stored = path.read_bytes().decode("utf-8")
    assert stored == normal_form(nbformat.reads(stored, as_version=4)), (
        "not in normal form; to store it so: python run.py notebooks"
    )


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: Rule, path: Path) -> None:
    assert not list(rule(read(path)))


@pytest.mark.parametrize("path", LESSON, ids=lambda path: path.stem)
def test_the_lesson_lists_mathematics_only(path: Path) -> None:
    assert not list(listings_hold_mathematics(read(path)))


def test_there_are_listings_in_the_lesson() -> None:
    listed = [
        cell for path in LESSON for _, cell in code_cells(read(path)) if "show_code" in cell.source
    ]
    assert len(listed) > 8


# --- the rules notice what they are for ---------------------------------------------------------


def png(*colours: str) -> str:
    """Draw one pixel of each colour side by side; return the base64 PNG."""
    image = Image.new("RGB", (len(colours), 1))
    for x, colour in enumerate(colours):
        image.paste(colour, (x, 0, x + 1, 1))
    image.save(file := io.BytesIO(), "PNG")
    return base64.b64encode(file.getvalue()).decode()


def notebook_of(*cells: NotebookNode) -> NotebookNode:
    for number, cell in enumerate(cells, start=1):
        cell.id = f"cell-{number}"
    return new_notebook(cells=list(cells))


def cell(source: str = "1 + 1", *outputs: NotebookNode, count: int | None = 1) -> NotebookNode:
    return new_code_cell(source, execution_count=count, outputs=list(outputs))


def printed(text: str, name: str = "stdout") -> NotebookNode:
    return new_output("stream", name=name, text=text)


def drawn(*colours: str) -> NotebookNode:
    return new_output("display_data", data={"image/png": png(*colours)})


def listing(*lines: str) -> NotebookNode:
    text = "\n".join(["```python", *lines, "```"])
    return cell("show_code(f)", new_output("execute_result", data={"text/markdown": text}))


BROKEN = {
    every_cell_is_executed: [cell(count=None)],
    nothing_goes_wrong: [
        cell("warn()", printed("UserWarning", "stderr")),
        cell("1 / 0", new_output("error", ename="ZeroDivisionError", evalue="", traceback=[])),
    ],
    no_figure_is_blank: [cell("plt.show()", drawn("white", "white"))],
    every_figure_has_an_alternative_text: [cell("plt.show()", drawn("white", "red"))],
    cells_with_figures_end_in_show: [cell("plt.plot([1])", drawn("white", "red"))],
    no_cell_is_long: [cell("x = 1\n" * (LONGEST_CELL + 1))],
    no_output_names_the_computer: [
        cell("net", new_output("execute_result", data={"text/plain": "<Net at 0x7f3a5c0b2d90>"})),
        cell("print(p)", printed("read /home/ada/book/digits.csv")),
        cell("print(p)", printed("in ~/book/src")),
        cell("print(p)", printed(r"read C:\Users\ada")),
    ],
    listings_hold_mathematics: [
        listing("def forward(self, x):", "    return floats('x', x)"),
        listing(
            "def forward(self, x):", "    if not x:", "        raise ValueError", "    return x"
        ),
        listing("def forward(self, x):", *["    x = x + 1"] * 5),
    ],
    no_output_has_digits_that_vary: [
        cell("print(loss)", printed("loss 0.17913056859012289")),
        cell("loss", new_output("execute_result", data={"text/html": "<b>-12.345678</b>"})),
    ],
}
SOUND = [
    cell("print(loss)", printed("step 100: loss 0.001791, 2.5e-08, 99.5 % of 123456789; and/or")),
    listing("def forward(self, x):", *["    x = x + 1"] * 4),
    cell("show(x)", new_output("display_data", data={"text/html": '<a href="/a/b">1.25</a>'})),
]


@pytest.mark.parametrize("rule", BROKEN, ids=lambda rule: rule.__name__)
def test_rule_notices_what_it_is_for(rule: Rule) -> None:
    for broken in BROKEN[rule]:
        assert len(list(rule(notebook_of(broken)))) == 1, broken.source


@pytest.mark.parametrize("rule", BROKEN, ids=lambda rule: rule.__name__)
def test_rule_accepts_what_is_sound(rule: Rule) -> None:
    assert not list(rule(notebook_of(*SOUND)))


# --- the normal form ----------------------------------------------------------------------------


def test_normal_form_drops_what_varies() -> None:
    noisy = notebook_of(cell(count=7), cell(count=9))
    noisy.cells[0].metadata = {"execution": {"iopub.status.busy": "2026"}, "tags": ["hide-input"]}
    noisy.metadata = {"language_info": {"name": "python", "version": "3.11.7"}}
    clean = notebook_of(cell(count=1), cell(count=2))
    clean.cells[0].metadata = {"tags": ["hide-input"]}
    assert normal_form(noisy) == normal_form(clean)
    assert "3.11" not in normal_form(noisy)


def test_normal_form_is_a_fixed_point() -> None:
    once = normal_form(notebook_of(new_markdown_cell("# π"), *SOUND, *BROKEN[nothing_goes_wrong]))
    assert normal_form(nbformat.reads(once, as_version=4)) == once


def test_widgets_are_numbered_in_the_order_of_their_creation() -> None:
    def widgets(*names: str) -> NotebookNode:
        view = {"model_id": names[0], "version_major": 2, "version_minor": 0}
        data = {"application/vnd.jupyter.widget-view+json": view}
        notebook = notebook_of(cell("box", new_output("display_data", data=data)))
        state = {name: {"state": {"children": [f"IPY_MODEL_{name}"]}} for name in names}
        notebook.metadata["widgets"] = {notebooks.WIDGET_STATE: {"state": state}}
        return notebook

    first, second = "f" * 32, "a" * 32
    assert normal_form(widgets(first, second)) == normal_form(widgets(second, first))
    once = normal_form(widgets(first, second))
    assert normal_form(nbformat.reads(once, as_version=4)) == once
    stateless = notebook_of(cell())
    stateless.metadata["widgets"] = {notebooks.WIDGET_STATE: {}}
    assert "widgets" not in normal_form(stateless)


def test_a_figure_is_replaced_only_if_it_shows_something_else() -> None:
    stored = notebook_of(cell("plt.show()", drawn("#ffffff", "#102030")))
    alike = notebook_of(cell("plt.show()", drawn("#ffffff", "#102031")))
    other = notebook_of(cell("plt.show()", drawn("#ffffff", "#302010")))
    wider = notebook_of(cell("plt.show()", drawn("#ffffff", "#102030", "#102030")))
    assert normal_form(alike, stored) == normal_form(stored) != normal_form(alike)
    assert normal_form(other, stored) == normal_form(other) != normal_form(stored)
    assert normal_form(wider, stored) == normal_form(wider)


# --- execution ----------------------------------------------------------------------------------

FIGURE = """\
import matplotlib.pyplot as plt

plt.plot([1, 2], color="red")
plt.show()
"""


def store(path: Path, *sources: str) -> bytes:
    text = nbformat.writes(notebook_of(*[cell(source, count=None) for source in sources]))
    path.write_text(text, encoding="utf-8")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("1 / 0", r"code cell 2\n(.|\n)*ZeroDivisionError"),
        ("import warnings\n\nwarnings.warn('careful', stacklevel=1)", "code cell 2 writes to std"),
        ("import os", "`os` imported but unused"),
    ],
    ids=["error", "warning", "lint"],
)
def test_a_notebook_that_fails_is_left_as_it_was(
    tmp_path: Path, source: str, complaint: str
) -> None:
    path = tmp_path / "chapter.ipynb"
    before = store(path, "print('fine')", source)
    with pytest.raises(NotebookError, match=complaint):
        update(path)
    assert path.read_bytes() == before


BAR = "from tqdm import tqdm\n\nfor _ in tqdm(range(3)):\n    pass"
WARN = "import warnings\n\nwarnings.warn('careful', stacklevel=1)"


@pytest.mark.parametrize(
    ("source", "tags", "sound"),
    [(BAR, ["live"], True), (BAR, [], False), (WARN, ["live"], False)],
    ids=["live bar", "stored bar", "live warning"],
)
def test_only_a_live_cell_may_show_a_progress_bar_and_nothing_else_on_stderr(
    tmp_path: Path, source: str, tags: list[str], sound: bool
) -> None:
    path = tmp_path / "chapter.ipynb"
    store(path, source)
    notebook = read(path)
    notebook.cells[0].metadata["tags"] = tags
    nbformat.write(notebook, path)
    if sound:
        update(path)
        assert read(path).cells[0].outputs == []
    else:
        with pytest.raises(NotebookError, match="code cell 1 writes to stderr"):
            update(path)


def test_executing_again_changes_nothing_and_nbval_compares_figures(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    store(path, FIGURE, "plt.plot( [2, 1] )\nplt.show()")
    assert update(path)
    assert not update(path)

    notebook = read(path)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]
    assert "plt.plot([2, 1])" in notebook.cells[1].source  # formatted
    (stored,) = figures(notebook.cells[0].outputs)
    notebook.cells[0].source = FIGURE.replace("red", "green")
    nbformat.write(notebook, path)
    output = nbval(path)
    assert "1 failed, 1 passed" in output
    assert "the pixels differ by" in output

    notebook.cells[0].source = FIGURE
    notebook.cells[1].outputs[0].data["image/png"] = stored
    del notebook.cells[0].outputs[0].data["image/png"]
    nbformat.write(notebook, path)
    output = nbval(path)
    assert "2 failed" in output
    assert "draws 1 figures, but 0 are stored" in output


def test_the_network_by_hand_needs_nothing_of_this_book(tmp_path: Path) -> None:
    cells = {cell.get("id"): cell for cell in read(CHAPTERS / "5-quadrants.ipynb").cells}
    names = ("hand-points", "hand-start", "hand-loop")
    program = "\n".join(["import numpy as np", *(cells[name].source for name in names)])
    assert len([line for line in program.splitlines() if line.strip()]) <= 35
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({SITE!r})\n" + program],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert not run.stderr
    assert run.stdout == cells["hand-loop"].outputs[0].text


def test_nbval_compares_the_numbers_and_the_living_figures_of_a_chapter(tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    path = tmp_path / "chapters" / "1-chain-rule.ipynb"
    text = (CHAPTERS / path.name).read_text(encoding="utf-8")
    path.write_text(
        text.replace("The bill rises by 2.2.", "The bill rises by 2.3.").replace(
            "price=20, count=2, tax=1.1, fee=2", "price=20, count=2, tax=1.2, fee=2"
        ),
        encoding="utf-8",
    )
    notebook = read(path)
    figures = notebook.metadata.widgets[WIDGET_STATE].state.values()
    figure = next(one for one in figures if "table" in one.state.get("data", {}))
    figure.state.data.table[0] = "0 " + figure.state.data.table[0]
    nbformat.write(notebook, path)
    output = nbval(path)
    problems = "GraphStepper has another data\nQuestion has another data\nIf that is meant"
    assert problems in output
    assert "the page: The bill rises by 2.3.\nthe cells: The bill rises by 2.2." in output
    assert "the page: The price keeps its gradient of 2.2.\nthe cells: The price keeps" in output


def nbval(path: Path) -> str:
    """Run nbval as the book does on a notebook elsewhere; return what it prints."""
    options = ["-p", "tests.early", "-p", "conftest", "-p", "no:cacheprovider"]
    options += ["--nbval", "--nbval-current-env"]
    folders = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--color=no", path.name],
        cwd=path.parent,
        env={**os.environ, "PYTHONPATH": folders},
        capture_output=True,
        encoding="utf-8",
    ).stdout
