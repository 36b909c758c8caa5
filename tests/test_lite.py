"""The chapters that run in the reader's browser, as far as that needs no other host.

``test_lite_run.py`` runs them. Here the files are checked that the browser will ask for.
"""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib.metadata import Distribution
from pathlib import Path
from urllib.parse import urlsplit

import lite
import nbformat
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from bar import ENGLISH, SCRIPT, said_in
from browser import serve
from bs4 import BeautifulSoup
from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL
from lite import SETTINGS, state_of
from notebooks import CHAPTERS, ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pieces import LANGUAGE
from plain_markdown import plain
from playwright.sync_api import Browser, Page, Route, expect
from prose import chapters
from pyodide_lock import (
    BESIDE,
    CORE,
    LOCK,
    closure,
    complete,
    pyodide_lock,
    python_files,
)
from translation import words_of_site
from typesetting import misprints
from visits import REMEMBERED, REMEMBERED_OF_NOTEBOOKS, untold
from wheels import LiteError, Wheel, pack_folder, pack_installed

from backprop.explorers.kit.base import without_comments
from backprop.show.language import PLACE, SENTENCE_END, pattern

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
def test_each_chapter_has_a_button_and_a_short_line_that_open_it_in_the_same_window(name: str):
    soup = BeautifulSoup((HTML / "chapters" / f"{name}.html").read_text("utf-8"), "html.parser")
    address = f"../lite/notebooks/index.html?path=chapters/{name}.ipynb"
    links = soup.find_all("a", href=address)
    assert [link.get("target") for link in links] == [None, None]
    line = soup.select_one("h1 + p.run-in-browser")
    assert links[1] in line
    plots = name.split("-")[0] not in ("1", "2", "3", "6")
    size = 41 if name == "10-real-data" else 22 if plots else 14
    assert " ".join(line.get_text().split()) == (
        f"Run this chapter in your browser; the first time loads about {size} MB (how)"
    )


@every_chapter
def test_the_line_leads_to_what_the_start_page_says_of_it(name: str):
    soup = BeautifulSoup((HTML / "chapters" / f"{name}.html").read_text("utf-8"), "html.parser")
    path, anchor = soup.select(".run-in-browser a")[1]["href"].split("#")
    start = BeautifulSoup((HTML / "chapters" / path).read_text("utf-8"), "html.parser")
    text = start.find(id=anchor).get_text()
    for part in ("14 to 48 MB", "cdn.jsdelivr.net", "half a minute", "leads back"):
        assert part in text


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


def test_an_edition_waits_for_the_notebooks_of_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    notebooks = {"zh/chapters/1.ipynb": b"one", "zh/chapters/2.ipynb": b"two"}
    monkeypatch.setattr(lite, "PATIENCE", 0)
    (tmp_path / "lite.part").mkdir()  # an interrupted build left this
    (tmp_path / "lite.part" / "old.ipynb").touch()
    with pytest.raises(LiteError, match="lite must be there: build that edition too"):
        lite.handed_over(tmp_path)
    monkeypatch.setattr(lite, "PATIENCE", 60)
    with ThreadPoolExecutor() as other:
        found = other.submit(lite.handed_over, tmp_path)
        lite.hand_over(notebooks, tmp_path)
        assert found.result() == notebooks


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
        code += f"exec({codes!r}, {{}})\n"  # each with names of its own
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


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
        ("pyodide.asm.wasm", Path.unlink, r"lacks pyodide.asm.wasm.*: python run\.py pyodide /"),
        (LOCK, Path.unlink, r"lacks pyodide-lock.json.*: python run\.py pyodide /"),
        (LOCK, make_old, "has Pyodide for 2024_0, but JupyterLite takes 2026_0"),
        ("numpy*.whl", Path.unlink, r"lacks numpy-.*: python run\.py pyodide /"),
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

AXE = "() => axe.run('.book-bar').then(({ violations }) => violations)"


def test_the_button_opens_the_notebook_with_all_its_cells_and_a_way_back(browser: Browser):
    """The browser of the tests reaches no other host, so Python cannot come from there."""
    name = CHAPTER_NAMES[0]
    with serve(HTML) as address:
        lab = browser.new_page()
        hosts = set()
        lab.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        lab.set_default_timeout(60_000)  # a busy machine takes its time
        lab.goto(f"{address}chapters/{name}.html")
        lab.click(".btn-run-button")
        lab.wait_for_selector(".jp-Notebook .jp-OutputArea-output")  # as it was stored
        cells = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4).cells
        expect(lab.locator(".jp-Notebook .jp-Cell")).to_have_count(len(cells))
        title = lab.locator(".jp-Notebook h1").first
        assert title.inner_text().startswith(cells[0].source.splitlines()[0].removeprefix("# "))
        assert "**" not in lab.locator(".jp-Notebook").inner_text()  # the Markdown is displayed
        assert lab.locator(".backprop-graph svg").count() > 3  # and so is what was stored
        host = urlsplit(PYODIDE_CDN_URL).hostname
        lost = re.compile(f"pyodide.mjs could not be loaded from {host}.*reload this page")
        lab.get_by_role("alert").filter(has_text=lost).wait_for()
        bar, notebook = (lab.locator(part).bounding_box() for part in (".book-bar", "#main"))
        assert notebook["y"] == bar["y"] + bar["height"]
        assert notebook["y"] + notebook["height"] == lab.viewport_size["height"]
        lab.evaluate(AXE_SCRIPT)
        assert lab.evaluate(AXE) == []
        lab.emulate_media(color_scheme="dark")  # the notebook is as the reader's computer
        lab.wait_for_selector("body[data-jp-theme-light=false]")
        assert lab.evaluate(AXE) == []
        assert untold(lab, [*REMEMBERED, *REMEMBERED_OF_NOTEBOOKS]) == []
        assert hosts <= {urlsplit(address).hostname, host, None}  # None: made in the browser
        lab.get_by_role("link", name="Back to the chapter's page").click()
        lab.wait_for_url(f"{address}chapters/{name}.html")
        lab.close()


# --- the bar above the notebook -----------------------------------------------------------------

BOOK = {
    "python": "https://python.invalid/full/",
    "pages": ["chapters/one", "zh/chapters/one"],
    "editions": [said_in("zh"), ENGLISH],
}
STAND_IN = f"""<!DOCTYPE html><title>A notebook</title><link rel="stylesheet" href="../bar.css">
<script id="book" type="application/json">{json.dumps(BOOK)}</script>
<script type="module" src="../bar.js"></script><div id="main"></div>"""
KERNEL = """import "data:text/javascript,self.setInterval = (second) => { self.second = second; }";
import "./report.js";"""
START = """() => {
    const kernel = new Worker("../pyodide-kernel.js", { type: "module" });
    kernel.onmessage = ({ data }) => { window.told = data; };
}"""
ELSEWHERE = "All results are on the chapter's page, too."


class Bar:
    """The bar above a notebook, and a worker that does what a test says; a test makes its time."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, f"{address}lite/x/index.html"
        self.status, self.alert = page.get_by_role("status"), page.get_by_role("alert")
        for path, kind, body in [
            ("**/lite/x/**", "text/html", STAND_IN),
            ("**/pyodide-kernel.js", "text/javascript", KERNEL),
        ]:
            page.route(path, partial(Route.fulfill, body=body, content_type=kind))
        page.context.route("https://*.invalid/**", self.answer)

    def answer(self, route: Route) -> None:
        """Answer for the host of Python: 404, not at all, or with so many bytes."""
        name = route.request.url.rpartition("/")[2]
        headers = {"Access-Control-Allow-Origin": "*"}
        if name == "blocked":
            route.abort()
        elif name == "gone":
            route.fulfill(status=404, headers=headers)
        elif name != "silent":
            route.fulfill(body=b"." * int(name), headers=headers)

    def open(self, path: str = "chapters/one.ipynb") -> None:
        self.page.goto(f"{self.address}?path={path}")

    def start(self, path: str = "chapters/one.ipynb") -> None:
        self.open(path)
        with self.page.expect_worker() as started:
            self.page.evaluate(START)
        self.worker = started.value
        self.pass_seconds(1)

    def pass_seconds(self, count: int) -> None:
        self.worker.evaluate(f"for (let i = 0; i < {count}; i += 1) second()")

    def load(self, name: str, host: str = "python.invalid") -> None:
        """Ask for a file, and wait for it unless that would take for ever."""
        call = f"fetch('https://{host}/full/{name}').then((r) => r.arrayBuffer()).catch(() => 0)"
        self.worker.evaluate(f"void {call}" if name == "silent" else call)

    def says(self, text: str) -> None:
        """Demand a text, once the worker has counted all that has come."""
        for _ in range(20):
            self.pass_seconds(1)
            with suppress(AssertionError):
                expect(self.status).to_have_text(text, timeout=250)
                return
        expect(self.status).to_have_text(text)


@pytest.fixture
def bar(browser: Browser) -> Iterator[Bar]:
    with serve(HTML) as address:
        context = browser.new_context()
        yield Bar(context.new_page(), address)
        context.close()


def test_the_bar_tells_how_loading_goes_and_is_silent_once_python_has_started(bar: Bar):
    bar.start()
    expect(bar.status).to_have_text("Loading Python")
    bar.load("1500000")
    bar.load("silent")
    bar.says("Loading Python: 1.5 MB")
    assert bar.status.locator("[aria-hidden]").inner_text() == ": 1.5 MB"  # not read aloud
    bar.worker.evaluate("postMessage({ id: 'first call', type: 'RAW' })")
    expect(bar.status).to_have_text("Loading a package: 1.5 MB")
    expect(bar.alert).to_be_empty()


def test_python_at_work_is_no_silent_host(bar: Bar):
    bar.start()
    bar.load("2000000")
    bar.says("Starting Python: 2.0 MB")  # nothing is waited for
    bar.pass_seconds(100)
    bar.worker.evaluate("postMessage({ id: 'first call', type: 'RAW' })")
    expect(bar.status).to_be_empty()
    expect(bar.alert).to_be_empty()


def test_a_host_that_does_not_answer_is_named_until_it_does(bar: Bar):
    bar.start()  # its first second
    bar.pass_seconds(9)
    bar.page.wait_for_function("told.loading.quiet === 9")
    expect(bar.alert).to_be_empty()
    bar.pass_seconds(1)
    expect(bar.alert).to_contain_text("Nothing has come from python.invalid for 10 seconds.")
    expect(bar.alert).to_contain_text(ELSEWHERE)
    expect(bar.status).to_be_empty()
    bar.load("300000")
    bar.says("Starting Python: 0.3 MB")
    expect(bar.alert).to_be_empty()


@pytest.mark.parametrize("name", ["gone", "blocked"])
def test_a_file_that_does_not_come_is_named_with_its_host(bar: Bar, name: str):
    bar.start()
    bar.load(name)
    bar.pass_seconds(1)
    expect(bar.alert).to_contain_text(f"{name} could not be loaded from python.invalid.")
    expect(bar.alert).to_contain_text("reload this page")
    bar.worker.evaluate("postMessage({ id: 'first call', name: 'throw' })")  # what follows from it
    expect(bar.alert).to_contain_text(f"{name} could not be loaded")


def test_what_cells_ask_of_other_hosts_is_theirs(bar: Bar):
    bar.start()
    bar.load("1000")
    bar.says("Starting Python: 0.0 MB")
    bar.load("blocked", host="other.invalid")
    bar.load("silent", host="other.invalid")
    bar.pass_seconds(20)
    bar.worker.evaluate("postMessage({ id: 'first call', type: 'RAW' })")
    expect(bar.status).to_be_empty()
    expect(bar.alert).to_be_empty()


def test_other_reasons_are_told_in_their_words(bar: Bar):
    bar.start()
    error = "{ isError: true, value: { message: 'No module named piplite.' } }"
    bar.worker.evaluate(f"postMessage({{ id: 'first call', name: 'throw', value: {error} }})")
    expect(bar.alert).to_contain_text("Python has not started: No module named piplite.")


def test_a_browser_that_cannot_run_workers_is_told_to_be_too_old(bar: Bar):
    bar.page.route("**/pyodide-kernel.js", partial(Route.fulfill, status=404))
    bar.open()
    bar.page.evaluate(START)
    expect(bar.alert).to_contain_text("Python cannot run in this browser, which is too old")


def test_a_browser_without_webassembly_is_told_at_once(bar: Bar):
    bar.page.add_init_script("delete window.WebAssembly")
    bar.open()
    expect(bar.alert).to_contain_text("does not allow WebAssembly")
    expect(bar.alert).to_contain_text(ELSEWHERE)


def test_a_notebook_that_does_not_open_is_told(bar: Bar):
    bar.page.clock.install()
    bar.open()
    bar.page.clock.fast_forward(9_000)
    expect(bar.alert).to_be_empty()
    bar.page.clock.fast_forward(2_000)
    expect(bar.alert).to_contain_text("The notebook has not opened yet.")


def test_above_a_chinese_notebook_the_bar_speaks_chinese(bar: Bar):
    bar.start("zh/chapters/one.ipynb")
    region = bar.page.get_by_role("region", name="关于这个 notebook")
    assert region.get_attribute("lang") == "zh-CN"
    bar.load("1500000")
    bar.load("silent")
    bar.says("正在下载 Python：1.5 MB")
    bar.pass_seconds(10)
    expect(bar.alert).to_have_text(
        "python.invalid 已有 10 秒没有传来任何东西。Python 要靠它才能启动：也许这个网站被屏蔽了，"
        "也许你的网速太慢。所有结果在本章的页面上也有。"
    )
    bar.load("gone")
    bar.pass_seconds(1)
    expect(bar.alert).to_contain_text("Python 不完整：无法从 python.invalid 下载 gone。也许")
    expect(bar.alert).not_to_contain_text("reload")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("{ message: 'No module named piplite.' }", "No module named piplite。请刷新"),
        ("undefined", "原因不明。请刷新"),
    ],
)
def test_other_reasons_are_told_in_their_words_and_in_chinese(bar: Bar, value: str, text: str):
    bar.start("zh/chapters/one.ipynb")
    error = f"{{ isError: true, value: {value} }}"
    bar.worker.evaluate(f"postMessage({{ id: 'first call', name: 'throw', value: {error} }})")
    expect(bar.alert).to_contain_text(f"Python 没有启动：{text}")


TEXTS = re.compile(r'"([^"\n]*)"|`([^`]*)`')
FILLED = re.compile(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")


@pytest.mark.parametrize("language", [path.stem for path in (ROOT / "site").glob("*.yml")])
def test_an_edition_has_words_for_all_that_the_bar_says_and_no_others(language: str):
    code = " ".join(without_comments((SETTINGS / SCRIPT).read_text(encoding="utf-8")).split())
    texts = [FILLED.sub("x", "".join(pair)) for pair in TEXTS.findall(code)]
    said = [part for text in texts for part in SENTENCE_END.sub(r"\1\n", text).split("\n")]
    sentences = [part for part in said if re.match("[A-Z←:].* ", part)]
    assert len(sentences) > 15
    words = words_of_site(language)["bar"]
    fit = [pattern(english).fullmatch for english in words]
    assert not [part for part in sentences if not any(fits(part) for fits in fit)]
    for english, there in words.items():
        assert all(part.strip() in code for part in PLACE.split(english)[::2]), english
        assert set(PLACE.findall(english)) == set(PLACE.findall(there)), english
        assert not [*misprints(PLACE.sub("x", there))], there


@pytest.mark.parametrize(
    ("path", "text", "target"),
    [
        ("chapters/one.ipynb", "← Back to the chapter's page", "chapters/one.html"),
        ("chapters/Untitled.ipynb", "← Back to the book", "index.html"),
        ("", "← Back to the book", "index.html"),
        ("zh/chapters/one.ipynb", "← 回到本章的页面", "zh/chapters/one.html"),
        ("zh/chapters/two.ipynb", "← 回到本书", "zh/index.html"),
    ],
)
def test_the_way_back_leads_to_a_page_that_is_there(bar: Bar, path: str, text: str, target: str):
    bar.open(path)
    link = bar.page.get_by_role("link")
    expect(link).to_have_text(text)
    assert link.evaluate("(link) => link.href") == bar.address.replace("lite/x/index.html", target)


def test_the_bar_is_on_all_pages_of_jupyterlite_and_knows_the_chapters(settings: dict):
    (kernel,) = settings["litePluginSettings"].values()
    for path in LITE.glob("*/index.html"):
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        data = json.loads(soup.find(id="book").get_text())
        assert data["python"] + "pyodide.mjs" == kernel["pyodideUrl"]
        assert {f"chapters/{name}" for name in CHAPTER_NAMES} <= set(data["pages"])
        assert all((HTML / f"{page}.html").exists() for page in data["pages"])
        others = [said_in(LANGUAGE)] if (HTML / LANGUAGE).exists() else []
        assert data["editions"] == json.loads(json.dumps([*others, ENGLISH]))
        for part in soup.find("script", src="../bar.js"), soup.find("link", href="../bar.css"):
            assert (path.parent / (part.get("src") or part["href"])).exists()


def test_each_worker_of_the_kernel_begins_with_the_report():
    folder = LITE / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    workers = [path for path in folder.glob("*.worker.*.js") if ".kernel." not in path.name]
    assert len(workers) == 2
    for worker in workers:
        first, second = re.findall(r'import "(.+)";', worker.read_text())
        assert (folder / first).resolve() == LITE / "report.js"
        assert "pyodideUrl" in (folder / second).read_text()


def test_pages_opened_as_files_offer_nothing_that_would_fail(browser: Browser):
    page = browser.new_page()
    page.goto((HTML / "chapters" / f"{CHAPTER_NAMES[0]}.html").as_uri())
    assert page.locator(".bd-article h1").is_visible()
    for part in (".run-in-browser", ".btn-run-button"):
        assert page.locator(part).count() == 1
        assert not page.locator(part).is_visible()
    page.close()
