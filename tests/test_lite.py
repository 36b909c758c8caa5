"""The chapters that run in the reader's browser, as far as that needs no other host.

``test_lite_run.py`` runs them. Here the files are checked that the browser will ask for.
"""

import hashlib
import json
import re
import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path

import nbformat
import pytest
from browser import serve
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL
from lite import SETTINGS, state_of
from notebooks import CHAPTERS, ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from plain_markdown import plain
from playwright.sync_api import Browser, expect
from prose import chapters
from pyodide_lock import BESIDE, CORE, LOCK, closure, complete, pyodide_lock, python_files
from wheels import LiteError, Wheel, pack_folder, pack_installed

HTML = ROOT / "_build" / "html"
LITE = HTML / "lite"
MISSING = "The book is not built; to build it: python run.py book --no-serve"
CHAPTER_NAMES = [path.stem for path in chapters()]
every_chapter = pytest.mark.parametrize("name", CHAPTER_NAMES)


@pytest.fixture(scope="module")
def settings() -> dict:
    assert LITE.is_dir(), MISSING
    return json.loads((LITE / "jupyter-lite.json").read_text())["jupyter-config-data"]


@pytest.fixture(scope="module")
def packages(settings: dict) -> dict[str, dict]:
    kernel = settings["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    return json.loads((LITE / kernel["loadPyodideOptions"]["lockFileURL"]).read_text())["packages"]


# --- the pages and the notebooks ----------------------------------------------------------------


@every_chapter
def test_each_chapter_has_a_button_and_a_line_that_says_what_it_costs(name: str):
    html = (HTML / "chapters" / f"{name}.html").read_text(encoding="utf-8")
    address = f"../lite/notebooks/index.html?path=chapters/{name}.ipynb"
    assert html.count(f'href="{address}"') == 2
    (line,) = re.findall(r'</h1>\s*<p class="run-in-browser">(.*?)</p>', html, re.DOTALL)
    plots = {"1": False, "2": False, "3": False, "6": False}.get(name.split("-")[0], True)
    size = "41 MB" if name == "10-real-data" else "22 MB" if plots else "14 MB"
    for part in (address, size, "cdn.jsdelivr.net", "half a minute", "[*]"):
        assert part in line


def test_other_pages_have_no_button():
    for page in HTML.glob("chapters/*.html"):
        if page.stem not in CHAPTER_NAMES:
            assert "lite/notebooks" not in page.read_text(encoding="utf-8"), page


@every_chapter
def test_each_chapter_has_its_notebook_with_the_same_code_and_outputs(name: str):
    source = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4)
    copy = json.loads((LITE / "files" / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert len(copy["cells"]) == len(source.cells)
    for a, b in zip(copy["cells"], source.cells, strict=True):
        if b.cell_type == "code":
            assert a["metadata"].pop("trusted")  # nbformat would drop it
            assert a == b
    assert copy["metadata"] == source.metadata


def test_the_notebooks_have_nothing_that_a_plain_notebook_cannot_show():
    for path in LITE.glob("files/chapters/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                assert cell.source.strip()
                assert not re.search(r"^:{3,}|^:\w+:|\{[\w:-]+\}`|^\$\$ \(", cell.source, re.M)
                assert not re.search(r"\]\((?!https://|[\w-]+\.ipynb\))", cell.source)


NAMES = {"eq-a": "(7)", "ex-a": "Exercise 3", "key2026": "[Author, 2026]"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$$\nx\n$$ (eq-a)\n\nSee {eq}`eq-a`.", "$$\nx\n\\tag{7}\n$$\n\nSee (7)."),
        ("By {cite}`key2026`, {ref}`ex-a`", "By [Author, 2026], Exercise 3"),
        (":::{exercise}\n:label: ex-a\nWhy?\n:::", "**Exercise 3**\n\nWhy?"),
        (":::{exercise} Old\n:label: ex-a\nWhy?\n:::", "**Exercise 3 (Old)**\n\nWhy?"),
        (
            "::::{solution-start} ex-a\n:class: dropdown\n::::\n\nSo.\n\n::::{solution-end}\n::::",
            "**Solution to Exercise 3**\n\nSo.\n\n---",
        ),
        (
            ":::{dropdown} Proof\nOne.\n\nTwo.\n:::\n\nRest",
            "<details><summary>Proof</summary>\n\nOne.\n\nTwo.\n\n</details>\n\nRest",
        ),
        (":::{admonition} Note\n:class: tip\nText\n:::", "**Note**\n\nText"),
        ("[a](b.md), [c](d.ipynb), [e](https://f.md)", "a, [c](d.ipynb), [e](https://f.md)"),
        ("`{eq}` and $x_{1}$ stay", "`{eq}` and $x_{1}$ stay"),
    ],
)
def test_markdown_becomes_plain(source: str, expected: str):
    assert plain(source, NAMES) == expected


@pytest.mark.parametrize(
    "source", [":::{figure} x.png\n:::", "{eq}`eq-b`", "$$\nx\n$$ (eq-b)", "{doc}`eq-a`"]
)
def test_markdown_that_is_not_known_is_refused(source: str):
    with pytest.raises(KeyError):
        plain(source, NAMES)


def test_a_saved_copy_of_an_old_edition_does_not_hide_a_new_one(settings: dict):
    found = (LITE / "files").rglob("*.ipynb")
    files = {path.relative_to(LITE / "files").as_posix(): path.read_bytes() for path in found}
    assert settings["contentsStorageName"].endswith(state_of(files)[:12])
    name = next(iter(files))
    assert state_of(files) != state_of({**files, name: files[name] + b" "})


# --- Python -------------------------------------------------------------------------------------


def test_the_files_of_the_lock_are_here_or_at_the_host_of_this_pyodide(packages: dict):
    local = {}
    for name, entry in packages.items():
        if entry["file_name"].startswith("https://"):
            assert entry["file_name"].startswith(f"{PYODIDE_CDN_URL}/"), name
        else:
            local[entry["file_name"]] = entry["sha256"]
    folder = LITE / BESIDE
    assert {path.name for path in folder.glob("*.whl")} == set(local)
    for name, expected in local.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == expected, name


def test_everything_that_is_loaded_is_in_the_lock(packages: dict, settings: dict):
    (kernel,) = settings["litePluginSettings"].values()
    assert "numpy" in closure(packages, [*kernel["loadPyodideOptions"]["packages"], "backprop"])


def test_whatever_a_chapter_imports_is_in_the_lock(packages: dict):
    offered = {name for entry in packages.values() for name in entry["imports"]}
    for path in LITE.glob("files/chapters/*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        imported = set(re.findall(r"^(?:from|import) (\w+)", code, re.MULTILINE))
        assert imported - offered <= {"functools", "itertools"}, path.stem


def loaded(packages: dict, settings: dict, name: str) -> set[str]:
    """Return the packages that Pyodide loads for a chapter, as it does: by what cells import."""
    (kernel,) = settings["litePluginSettings"].values()
    providers = {module: key for key, entry in packages.items() for module in entry["imports"]}
    cells = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    modules = re.findall(r"^(?:from|import) ([\w.]+)", code, re.MULTILINE)
    found = {".".join(m.split(".")[: k + 1]) for m in modules for k in range(m.count(".") + 1)}
    cells_need = [providers[module] for module in found if module in providers]
    return closure(packages, [*kernel["loadPyodideOptions"]["packages"], *cells_need])


@every_chapter
def test_a_chapter_loads_matplotlib_and_scikit_learn_only_if_it_needs_them(
    packages: dict, settings: dict, name: str
):
    names = loaded(packages, settings, name)
    code = (CHAPTERS / f"{name}.ipynb").read_text(encoding="utf-8")
    assert {"backprop", "numpy", "ipywidgets"} <= names
    assert ("matplotlib" in names) == ("plt.show()" in code)
    assert ("scipy" in names) == ("scikit-learn" in names) == (name == "10-real-data")
    assert not names & {"fonttools", "pytz"}


def test_chapters_1_to_3_need_no_matplotlib():
    """A fresh Python that must not import it runs their cells."""
    code = "import sys; sys.modules['matplotlib'] = sys.modules['PIL'] = None\n"
    for name in CHAPTER_NAMES[:3]:
        cells = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4).cells
        codes = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        subprocess.run([sys.executable, "-c", code + codes], check=True, capture_output=True)


def test_a_cell_that_imports_the_plots_loads_matplotlib(packages: dict):
    assert "backprop.show.plots" in packages["matplotlib"]["imports"]
    assert "matplotlib" in packages["matplotlib"]["imports"]


def test_wheels_are_the_same_each_time_and_have_what_they_should():
    wheel, again = (pack_folder("backprop", ROOT / "src") for _ in range(2))
    assert wheel.content == again.content
    assert wheel.imports == ["backprop"]
    widgets = pack_installed(Requirement("ipywidgets"), "backprop")
    assert widgets.content == pack_installed(Requirement("ipywidgets"), "backprop").content
    assert widgets.imports == ["ipywidgets"]


class Installed(Distribution):
    """A package that the environment of a test pretends to have."""

    def __init__(self, version: str, files: list[str]) -> None:
        self.texts = {"METADATA": f"Name: thing\nVersion: {version}\n", "RECORD": ""}
        self.texts["RECORD"] = "\n".join(f"{file},," for file in files)

    def read_text(self, filename: str) -> str | None:
        return self.texts.get(filename)

    def locate_file(self, path: object) -> Path:  # noqa: ARG002
        return Path(__file__)  # newer Pythons leave out files that do not exist


def needing(*requirements: str) -> Wheel:
    return Wheel("book", "1.0", [Requirement(text) for text in requirements], [], "book.whl", b"")


def test_a_package_that_neither_pyodide_nor_the_environment_has_stops_the_build():
    with pytest.raises(LiteError, match=r"book needs no-such-thing>=2.*Install it, or do without"):
        complete({}, [needing("no-such-thing>=2")])


def test_a_compiled_package_stops_the_build(monkeypatch: pytest.MonkeyPatch):
    thing = Installed("1.0", ["thing/__init__.py", "thing/fast.cpython-311-x86_64-linux-gnu.so"])
    monkeypatch.setattr("wheels.distribution", lambda _: thing)
    with pytest.raises(LiteError, match=r"book needs thing.*compiled.*fast.*Do without it"):
        complete({}, [needing("thing")])


def test_a_package_of_another_version_stops_the_build():
    packages = {"thing": {"version": "1.5", "depends": []}}
    with pytest.raises(LiteError, match=r"book needs thing>=2, but Pyodide has 1\.5"):
        complete(packages, [needing("thing>=2")])
    complete(packages, [needing("thing>=1", "other; sys_platform == 'win32'")])


def test_a_pyodide_without_its_lock_stops_the_build():
    with pytest.raises(
        LiteError, match=r"Pyodide 999\.0\.0.*pyodide-lock\.json of the npm package"
    ):
        pyodide_lock(SETTINGS, "999.0.0")


# --- Pyodide as a part of the site --------------------------------------------------------------

FIRST = ["micropip"]


@pytest.fixture
def distribution(tmp_path: Path) -> Path:
    """Make a folder that looks like one with the files of Pyodide."""
    lock = pyodide_lock(SETTINGS)
    for name in CORE:
        (tmp_path / name).write_bytes(b"core")
    for entry in lock["packages"].values():
        content = entry["name"].encode()
        (tmp_path / entry["file_name"]).write_bytes(content)
        entry["sha256"] = hashlib.sha256(content).hexdigest()
    (tmp_path / LOCK).write_text(json.dumps(lock))
    return tmp_path


def test_a_self_hosted_site_has_all_that_it_needs_and_no_more(distribution: Path):
    files = python_files(SETTINGS, distribution, FIRST)
    packages = json.loads(files[BESIDE + LOCK])["packages"]
    assert {"backprop", "numpy", "scipy", "micropip", "psygnal"} <= set(packages)
    assert "pandas" not in packages
    for entry in packages.values():
        content = files[BESIDE + entry["file_name"]]
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert {canonicalize_name(name) for name in entry["depends"]} <= set(packages)
    assert all(f"static/pyodide/{name}" in files for name in CORE)


def damage(path: Path) -> None:
    path.write_bytes(b"damaged")


def make_old(path: Path) -> None:
    path.write_text(path.read_text().replace("2026_0", "2024_0"))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("pyodide.asm.wasm", Path.unlink, "lacks pyodide.asm.wasm. Unpack the archive"),
        (LOCK, Path.unlink, "lacks pyodide-lock.json. Unpack the archive"),
        (LOCK, make_old, "has Pyodide for 2024_0, but JupyterLite takes 2026_0"),
        ("numpy*.whl", Path.unlink, "lacks numpy-.*has all packages"),
        ("numpy*.whl", damage, "numpy-.* is damaged"),
    ],
)
def test_a_folder_that_is_no_complete_pyodide_stops_the_build(
    distribution: Path, name: str, change: object, message: str
):
    change(next(distribution.glob(name)))
    with pytest.raises(LiteError, match=message):
        python_files(SETTINGS, distribution, FIRST)


# --- the browser --------------------------------------------------------------------------------


def test_the_button_opens_the_notebook_with_all_its_cells(browser: Browser):
    name = CHAPTER_NAMES[0]
    with serve(HTML) as address:
        page = browser.new_page()
        page.goto(f"{address}chapters/{name}.html")
        with page.context.expect_page() as opened:
            page.click(".btn-run-button")
        lab = opened.value
        lab.wait_for_selector(".jp-Notebook .jp-OutputArea-output")  # as it was stored
        cells = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4).cells
        expect(lab.locator(".jp-Notebook .jp-Cell")).to_have_count(len(cells))
        title = lab.locator(".jp-Notebook h1").first
        assert title.inner_text().startswith(cells[0].source.splitlines()[0].removeprefix("# "))
        assert "**" not in lab.locator(".jp-Notebook").inner_text()  # the Markdown is displayed
        assert lab.locator(".backprop-graph svg").count() > 3  # and so is what was stored
        page.close()


def test_pages_opened_as_files_offer_nothing_that_would_fail(browser: Browser):
    page = browser.new_page()
    page.goto((HTML / "chapters" / f"{CHAPTER_NAMES[0]}.html").as_uri())
    assert page.locator(".bd-article h1").is_visible()
    for part in (".run-in-browser", ".btn-run-button"):
        assert page.locator(part).count() == 1
        assert not page.locator(part).is_visible()
    page.close()
