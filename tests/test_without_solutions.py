"""The edition without solutions: they are gone, and all else is as it was, in both languages."""

import json
import re
import subprocess
import sys

import pytest
from notebooks import ROOT
from pieces import pages, read
from translated_outputs import STATE, VIEW, shown
from translation import sources
from without_solutions import english, unsolved, unsolved_cells, without_solutions

# Written in another way than what is tested, which goes from fence to fence and cell to cell.
SOLUTION = re.compile(r"^::::\{solution-start\}.*?^::::\{solution-end\}\n::::$", re.M | re.S)
FOLD = re.compile(r"^:::\{dropdown\}.*\n:class-container: tells-solutions\n.*?^:::$", re.M | re.S)
NOTEBOOKS = [page for page in pages() if page.endswith(".ipynb")]
every_notebook = pytest.mark.parametrize("page", NOTEBOOKS)


@pytest.fixture(scope="module", params=["English", "Chinese"])
def edition(request: pytest.FixtureRequest) -> dict[str, str]:
    return english() if request.param == "English" else sources()


def paragraphs(text: str) -> list[str]:
    return [part for part in re.split(r"\n{2,}", text) if part.strip()]


@every_notebook
def test_solutions_are_gone_and_nothing_else(edition: dict[str, str], page: str):
    before, after = (json.loads(text) for text in (edition[page], unsolved(page, edition[page])))
    text, left = ("\n\n".join(c["source"] for c in n["cells"]) for n in (before, after))
    solved = [*SOLUTION.findall(text), *FOLD.findall(text)]
    assert len(solved) == text.count("{solution-start}") + text.count("tells-solutions")
    expected = FOLD.sub("", SOLUTION.sub("", text))
    lines = [line for line in expected.splitlines() if "](teaching.md)" not in line]
    assert text.count("](teaching.md)") == (page == "chapters/index.ipynb")
    assert paragraphs(left) == paragraphs("\n".join(lines))
    assert "{solution" not in left
    assert left.count("{exercise}") == text.count("{exercise}")
    assert not re.search(r"^\$\$ \(eq-|\{figure\}", "".join(solved), re.M), "numbers would change"
    cells = {cell["id"]: cell for cell in before["cells"]}
    for cell in after["cells"]:
        same = cells[cell["id"]]
        assert cell == (same if cell["cell_type"] == "code" else {**same, "source": cell["source"]})
    models = after["metadata"].get("widgets", {STATE: {"state": {}}})[STATE]["state"]
    assert {name for cell in after["cells"] for name in shown(cell)} <= set(models)


@every_notebook
def test_no_cell_needs_a_name_of_a_solution(page: str):
    text = unsolved(page, json.dumps(read(ROOT / page)))
    command = [sys.executable, "-m", "ruff", "check", "--select=F821", "--stdin-filename"]
    result = subprocess.run(
        [*command, page, "-"], input=text, cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stdout


def test_all_else_goes_into_the_edition_but_not_what_is_for_teachers(edition: dict[str, str]):
    made = without_solutions(edition)
    assert {*made, "chapters/teaching.md"} == set(edition)
    settings = {"_config.yml", "_toc.yml"}
    assert {path for path in made if made[path] != edition[path]} <= {*NOTEBOOKS, *settings}
    lost = {path: words_of(edition[path]) - words_of(made[path]) for path in settings}
    assert lost == {"_config.yml": {"repository:"}, "_toc.yml": {"chapters/teaching"}}
    assert made["chapters/7-spot-the-bug.ipynb"] != edition["chapters/7-spot-the-bug.ipynb"]


def words_of(settings: str) -> set[str]:
    return {word for line in settings.splitlines() for word in line.partition("#")[0].split()}


BEGIN, END = ":::{solution-start} ex-a\n:class: dropdown\n:::", ":::{solution-end}\n:::"


def markdown(*sources: str) -> list[dict]:
    return [{"cell_type": "markdown", "source": source} for source in sources]


def test_a_page_that_is_no_notebook_loses_its_solutions_too():
    assert unsolved("a.md", f"Why?\n\n{BEGIN}\nSo.\n{END}\n\nNext\n") == "Why?\n\nNext\n"


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ([BEGIN, "So."], "the solution of ex-a must end with solution-end"),
        ([BEGIN, BEGIN, END], "got solution-start ex-a within the solution of ex-a"),
        ([END], "got solution-end outside of solutions"),
        ([":::{solution} ex-a\nSo.\n:::"], "got solution ex-a outside of solutions"),
    ],
)
def test_what_could_leave_a_solution_there_is_refused(sources: list[str], words: str):
    with pytest.raises(ValueError, match=words):
        unsolved_cells(markdown(*sources))


def test_the_figures_of_a_solution_take_their_tables_along():
    def figure(name: str) -> dict:
        return {"cell_type": "code", "outputs": [{"data": {VIEW: {"model_id": name}}}]}

    models = {name: {"state": {"layout": f"IPY_MODEL_{name}-layout"}} for name in ("kept", "gone")}
    models |= {"kept-layout": {"state": {}}, "gone-layout": {"state": {}}}
    cells = [figure("kept"), *markdown(BEGIN), figure("gone"), *markdown(END)]
    notebook = {"cells": cells, "metadata": {"widgets": {STATE: {"state": models}}}}
    found = json.loads(unsolved("a.ipynb", json.dumps(notebook)))
    assert found["cells"] == [figure("kept")]
    assert set(found["metadata"]["widgets"][STATE]["state"]) == {"kept", "kept-layout"}
