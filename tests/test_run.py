"""``run.py`` in small checkouts: a few packages made here, no network, a stub for Jupyter Book."""

import ast
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
ODD = "-a [b] {c} %41 #$HOME; ~@!'é书"  # what Windows allows; short, for its paths are
NAMES = ("jupyter_book", "one", "two", "three", "four", "five")
STUB = """
import json, os, sys
from importlib.metadata import distribution
from pathlib import Path

def main():
    import backprop
    package = distribution("backprop")
    page = {
        "argv": sys.argv,
        "backprop": backprop.__file__,
        "environ": dict(os.environ),
        "flags": [sys.flags.optimize, sys.flags.inspect, sys.flags.safe_path, *sys.warnoptions],
        "licence": [f.read_text() for f in package.files if "licenses" in f.parts],
        "metadata": [package.name, package.version, *package.requires],
        "path": sys.path,
    }
    html = Path(sys.argv[2], "_build", "html")
    html.mkdir(parents=True, exist_ok=True)
    (html / "index.html").write_text(json.dumps(page))
"""


def write_wheel(folder: Path, name: str) -> str:
    """Write a package into a wheel; return the line of a lock file for it."""
    path, info = folder / f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.dist-info"
    files = {
        f"{name}/__init__.py": "",
        f"{name}/cli/__init__.py": "",
        f"{name}/cli/main.py": STUB,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{info}/RECORD"
    files[record] = "".join(f"{f},,{len(files.get(f, ''))}\n" for f in [*files, record])
    with ZipFile(path, "w") as archive:
        for file, content in files.items():
            archive.writestr(file, content)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder with a checkout, and pip's settings of a user beside it."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "wheels").mkdir()
    lines = [write_wheel(folder / "wheels", name) for name in NAMES]
    checkout = folder / "checkout"
    (checkout / "src" / "backprop").mkdir(parents=True)
    (checkout / "src" / "backprop" / "__init__.py").write_text("")
    (checkout / "requirements.lock").write_text("".join(lines))
    (checkout / "site" / "lite").mkdir(parents=True)
    lock = write_wheel(folder / "wheels", "node")
    (checkout / "site" / "lite" / "requirements.lock").write_text(lock)
    for name in "translation.py", "without_solutions.py":
        (checkout / "site" / name).write_text("")  # here there is nothing to make
    for name in "run.py", "pyproject.toml", "LICENSE", "site/serve.py", "site/book_zip.py":
        shutil.copy(ROOT / name, checkout / name)
    (folder / "pip.ini").write_text(
        "[global]\nuser = true\nquiet = 3\nno-deps = true\npython = of-nobody\n"
        "proxy = of-global\ncert = of-global\n"
        f"find-links = {(folder / 'wheels').as_uri()}\nrequire-virtualenv = true\n"
        "[install]\nno-index = true\nproxy = of-install\ncert = of-install\n"
        f"target = {folder / 'lost'}\n"
    )
    return folder


@pytest.fixture(scope="module")
def environment(source: Path) -> dict[str, str]:
    """Return the environment of a user who has set much for other work."""
    lost = str(source / "lost")
    shadow = source / "shadow"
    shadow.mkdir()
    for name in "argparse", "csv", "backprop", "pip":
        (shadow / f"{name}.py").write_text("raise SystemExit('a module of the same name')")
    pip = {"USER": "1", "DRY_RUN": "1", "NO_DEPS": "1", "NO_BINARY": ":all:", "QUIET": "3"}
    paths = (
        "TARGET",
        "PREFIX",
        "ROOT",
        "REPORT",
        "PYTHON",
        "CONSTRAINT",
        "REQUIREMENT",
        "SRC",
        "LOG",
    )
    python = {
        "HOME": sys.base_prefix,
        "OPTIMIZE": "2",
        "WARNINGS": "error",
        "PATH": str(shadow),
        "SAFEPATH": "1",
    }
    others = {"VIRTUAL_ENV", "MPLBACKEND", "MATPLOTLIBRC", "IPYTHONDIR", "JUPYTER_CONFIG_DIR"}
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
        **{f"PIP_{name}": value for name, value in pip.items()},
        **{f"PIP_{name}": lost for name in paths},
        **{f"PYTHON{name}": value for name, value in python.items()},
        **dict.fromkeys(others, lost),
        "PIP_CERT": "",  # as if it were not set
        "PIP_CONFIG_FILE": str(source / "pip.ini"),
    }


def copy(source: Path, target: Path) -> Path:
    shutil.copytree(source, target, symlinks=True)
    return target


def start(checkout: Path, environment: dict[str, str]) -> subprocess.Popen:
    command = [sys.executable, "run.py", "book", "--no-serve"]
    return subprocess.Popen(
        command,
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def page(checkout: Path) -> dict:
    return json.loads((checkout / "_build" / "html" / "index.html").read_text())


@pytest.fixture(scope="module")
def first_runs(source: Path, environment: dict[str, str]) -> tuple[Path, str]:
    """Start two runs at once in an odd folder; kill the first in the middle; return what is there.

    On Windows the first may go on: what it has started would, without holding the lock.
    """
    checkout = copy(source / "checkout", source / ODD)
    first = start(checkout, environment)
    assert first.stdout.readline().startswith("Making .venv")
    second = start(checkout, environment)
    waiting = second.stdout.readline()
    if os.name != "nt":
        first.kill()
    first.communicate()
    output, _ = second.communicate()
    assert second.returncode == 0, output
    return checkout, waiting + output


@pytest.fixture(scope="module")
def installed(first_runs: tuple[Path, str]) -> Path:
    """Return a checkout in an odd folder that is set up."""
    return first_runs[0]


@pytest.fixture
def run(
    installed: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    """Import the ``run.py`` of that checkout in that environment."""
    monkeypatch.setattr(os, "environ", environment)
    spec = importlib.util.spec_from_file_location("run_of_checkout", installed / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- old Pythons --------------------------------------------------------------------------------


def test_an_old_python_can_read_the_script_and_is_refused():
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    program = "import runpy, sys; sys.version_info = (3, 6, 0); runpy.run_path('run.py')"
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True)
    expected = b"The book needs Python 3.11 or newer; this is Python 3.6."
    assert (result.returncode, result.stderr.strip()) == (1, expected)


# --- two runs at once, and a killed one ---------------------------------------------------------


def test_the_second_run_waits_for_the_first_and_completes_its_work(first_runs: tuple[Path, str]):
    checkout, output = first_runs
    assert output.startswith("Another run is at work in this folder: waiting for it\n")
    assert page(checkout)["argv"][1:3] == ["build", "."]
    assert "Warning" not in output


WAITER = """\
#!/bin/sh
touch at-work
until [ -e go-on ]; do sleep 0.05; done
"""
KILLED = """\
import sys
sys.path.insert(0, ".")
import run
run.python_of = lambda venv: "./waiter"
sys.executable = "./waiter"
with run.alone():
    eval(sys.argv[1], vars(run))
"""


@pytest.mark.skipif(os.name == "nt", reason="there, a lock ends with the process that took it")
@pytest.mark.parametrize("call", ["run('x')", "install(PACKAGES, VENV, {})", "make_venv(VENV)"])
def test_what_a_killed_run_has_started_keeps_the_next_waiting(
    call: str, run: ModuleType, tmp_path: Path
):
    script = Path(shutil.copy(ROOT / "run.py", tmp_path))
    copy(run.ROOT / "site", tmp_path / "site")
    (tmp_path / "waiter").write_text(WAITER)
    (tmp_path / "waiter").chmod(0o755)
    killed = subprocess.Popen([sys.executable, "-c", KILLED, call], cwd=tmp_path)
    while not (tmp_path / "at-work").exists():
        assert killed.poll() is None
        time.sleep(0.05)
    killed.kill()
    killed.wait()
    with script.open("rb") as file:
        assert not run.locked(file)
        (tmp_path / "go-on").touch()
        while not run.locked(file):
            time.sleep(0.05)


def test_an_interrupted_build_is_not_taken_for_a_whole_one(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    def interrupt(*arguments: str) -> bool:
        raise KeyboardInterrupt(arguments)

    assert run.build_book()
    left = run.HTML / "left"
    left.touch()
    assert run.build_book()
    assert left.exists()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(run, "run", interrupt)
        run.build_book()
    assert run.build_book()
    assert not left.exists()


@pytest.mark.parametrize(
    "name", ["_config.yml", "_toc.yml", "chapters/references.bib", "site/lite.py"]
)
def test_what_all_pages_depend_on_starts_the_build_anew(run: ModuleType, name: str):
    """Such as the bibliography: one more entry moves the ids of citations on every page."""
    file = run.ROOT / name
    file.parent.mkdir(exist_ok=True)
    assert run.build_book()
    left = run.HTML / "left"
    left.touch()
    with file.open("a", encoding="utf-8") as text:
        text.write("\n")
    assert run.build_book()
    assert not left.exists()


# --- odd folders and a user's settings ----------------------------------------------------------


def test_an_odd_folder_is_set_up_with_the_code_of_the_book(installed: Path):
    data = page(installed)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert Path(data["backprop"]) == installed / "src" / "backprop" / "__init__.py"
    name, version, *needs = data["metadata"]
    assert f'name = "{name}"\nversion = "{version}"' in project
    assert "dependencies = " + json.dumps(needs) in project
    assert data["licence"] == [(ROOT / "LICENSE").read_text(encoding="utf-8")]


def test_pip_sees_the_code_of_the_book(run: ModuleType):
    command = [run.python_of(run.VENV), "-m", "pip", "show", "--files", "backprop"]
    shown = subprocess.run(command, capture_output=True, text=True, env=run.ENVIRONMENT)
    assert shown.stdout.startswith("Name: backprop\n")
    assert "METADATA" in shown.stdout


def test_a_moved_folder_takes_its_own_code(installed: Path, run: ModuleType, tmp_path: Path):
    moved = copy(installed, tmp_path / "moved")
    program = "import backprop; print(backprop.__file__)"
    command = [run.python_of(moved / ".venv"), "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, env=run.ENVIRONMENT)
    assert Path(result.stdout.strip()).parents[2] == moved


def test_nothing_of_the_users_redirects_python_or_pip(installed: Path, source: Path):
    data = page(installed)
    assert data["flags"] == [0, 0, False]
    lost = str(source / "lost")
    assert {name for name, value in data["environ"].items() if value == lost} == set()
    assert not any(name.startswith("PIP_") for name in data["environ"])
    assert str(source / "shadow") not in data["path"]
    assert not Path(lost).exists()


def test_where_packages_come_from_is_the_users_to_say(
    run: ModuleType, source: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(os.environ, "PIP_PROXY", "of-environment")
    monkeypatch.setitem(os.environ, "PIP_TRUSTED_HOST", "a b")
    settings = run.pip_settings(run.VENV)
    assert settings["PIP_FIND_LINKS"] == (source / "wheels").as_uri()
    assert settings["PIP_NO_INDEX"] == "true"
    assert settings["PIP_CERT"] == "of-install"  # the environment's is empty
    assert settings["PIP_PROXY"] == "of-environment"
    assert settings["PIP_TRUSTED_HOST"] == "a b"
    others = {"USER", "TARGET", "QUIET", "NO_DEPS", "REQUIRE_VIRTUALENV", "DRY_RUN", "CONSTRAINT"}
    assert not {f"PIP_{name}" for name in others} & set(settings)
    assert settings["PIP_CONFIG_FILE"] == os.devnull


# --- damage -------------------------------------------------------------------------------------


def packages(run: ModuleType) -> Path:
    return run.packages_of(run.VENV)


def test_a_whole_environment_is_left_alone(run: ModuleType, capsys: pytest.CaptureFixture[str]):
    edited = packages(run) / "one" / "__init__.py"
    edited.write_text("print('looking for a fault')")
    before = run.PACKAGES.stamp(run.VENV).stat().st_mtime_ns
    run.ensure_environment()
    assert capsys.readouterr().out == ""
    assert run.PACKAGES.stamp(run.VENV).stat().st_mtime_ns == before
    assert edited.read_text() == "print('looking for a fault')"


def test_damaged_packages_are_mended(run: ModuleType, capsys: pytest.CaptureFixture[str]):
    folder = packages(run)
    shutil.rmtree(folder / "one")  # its files
    shutil.rmtree(folder / "two-1.0.dist-info")  # its record
    (folder / "three" / "cli" / "main.py").unlink()  # one file
    (folder / "four" / "cli" / "main.py").write_text("")  # a file's contents
    (folder / "five-1.0.dist-info" / "RECORD").unlink()  # what pip needs to remove it
    shutil.rmtree(folder / "five")
    (folder / "~ive").mkdir()  # what pip has not removed
    next(folder.glob("backprop-*.dist-info/METADATA")).unlink()
    run.ensure_environment()
    assert "Mending five, four, one, three, two\n" in capsys.readouterr().out
    for name in NAMES:
        assert (folder / name / "cli" / "main.py").read_text() == STUB
    whole, damaged = run.check_packages(run.VENV)
    assert whole >= {*NAMES, "backprop", "pip"}
    assert damaged == []
    assert not (folder / "~ive").exists()
    run.ensure_environment()
    assert capsys.readouterr().out == ""


class MadeAnewError(Exception):
    """Raised in place of making an environment."""


@pytest.fixture
def no_venv(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop where an environment would be made anew, which takes seconds."""

    def refuse(venv: Path) -> None:
        raise MadeAnewError(venv.name)

    monkeypatch.setattr(run, "make_venv", refuse)


@pytest.mark.parametrize(
    "lost", ["Python", "settings", "half of pip", "pip's record", "all packages", "all"]
)
@pytest.mark.usefixtures("no_venv")
def test_an_environment_that_cannot_be_mended_is_made_anew(run: ModuleType, lost: str):
    path = {
        "Python": Path(run.python_of(run.VENV)),
        "settings": run.VENV / "pyvenv.cfg",
        "half of pip": packages(run) / "pip" / "_internal",
        "pip's record": next(packages(run).glob("pip-*.dist-info")),
        "all packages": packages(run),
        "all": run.VENV,
    }[lost]
    away = path.rename(run.ROOT / "away")
    with pytest.raises(MadeAnewError):
        run.ensure_environment()
    away.rename(path)


def test_the_wrong_python_does_not_count_as_working(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    assert run.venv_works(run.VENV)
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert not run.venv_works(run.VENV)


# --- failures of pip ----------------------------------------------------------------------------

NO_VERSION = (
    "ERROR: Could not find a version that satisfies the requirement tqdm==4 (from versions: "
)
RETRY = (
    "WARNING: Retrying (Retry(total={}, connect=None)) after connection broken by '{}': /tqdm/\n"
)


@pytest.mark.parametrize(
    ("output", "hint"),
    [
        (RETRY.format(0, "NewConnectionError('refused')") + NO_VERSION + "none)", "The download"),
        (
            RETRY.format(4, "NewConnectionError('refused')") + NO_VERSION + "3.1)",
            "The package index",
        ),
        (NO_VERSION + "1.0, 2.0.0)", "The package index"),
        ("ERROR: HTTP error 404 while getting https://a.b/tqdm.whl", "The download failed"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", "The download failed"),
        (
            "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host='a.b', "
            "port=443): Max retries exceeded with url: /tqdm/ (Caused by SSLError(",
            "The download failed",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "A file is not",
        ),
        (
            RETRY.format(4, "ReadTimeoutError()")
            + "ERROR: Could not install packages due to an OSError: [Errno 28] No space left",
            "The disk is full",
        ),
        (
            "ERROR: Could not install packages due to an OSError: [WinError 5] Access is denied",
            "A file could not be written",
        ),
        ("OSError: [Errno 30] Read-only file system: '/a/.venv'", "A file could not be written"),
        ("error: metadata-generation-failed", "There is no ready-made file"),
        ("ERROR: Failed to build installable wheels for some pyproject.toml", "There is no ready"),
        ("ERROR: ResolutionImpossible: for help visit https://pip.pypa.io", ""),
        (RETRY.format(3, "ProxyError('a')") + "ERROR: Cannot uninstall a, RECORD not found", ""),
    ],
)
def test_the_hint_is_about_what_went_wrong(run: ModuleType, output: str, hint: str):
    found = run.hint_for("Collecting tqdm\n" + output + "\n")
    assert found.startswith(hint)
    assert bool(found) == bool(hint)


@pytest.mark.usefixtures("no_venv")
@pytest.mark.parametrize("output", ["ERROR: nobody knows why", "[Errno 28] No space left"])
def test_only_a_failure_of_unknown_reason_makes_the_environment_anew(
    run: ModuleType, output: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(run, "pip_settings", lambda _: {})
    monkeypatch.setattr(run, "install", lambda *_: output)
    stamp = run.PACKAGES.stamp(run.VENV)
    stamp.rename(stamp.with_suffix(".kept"))
    with pytest.raises(SystemExit if "28" in output else MadeAnewError):
        run.ensure_environment()
    monkeypatch.setattr(run, "make_venv", lambda _: None)
    with pytest.raises(SystemExit, match=r"(?s)could not install the packages:.*" + output[-9:]):
        run.ensure_environment()  # even an environment made anew is given up at the second failure
    stamp.with_suffix(".kept").rename(stamp)


def test_settings_of_pip_that_cannot_be_read_are_named(
    run: ModuleType, source: Path, monkeypatch: pytest.MonkeyPatch
):
    (source / "bad.ini").write_text("[global\n")
    monkeypatch.setitem(os.environ, "PIP_CONFIG_FILE", str(source / "bad.ini"))
    with pytest.raises(SystemExit, match=r"(?s)could not read its settings:.*bad\.ini"):
        run.pip_settings(run.VENV)


def test_an_edition_without_solutions_is_apart_and_begins_from_nothing(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run.build_book()
    usual = [(run.HTML / "index.html").read_bytes(), run.BUILT.read_bytes()]
    html = run.ROOT / "_build" / "class" / "_build" / "html"
    for picture in "first", "second":
        assert main(run, monkeypatch, "book", "--without-solutions", "--port", "1") == 0
        assert capsys.readouterr().out.endswith("\nhtml at 1\n")
        assert [path.name for path in html.iterdir()] == ["index.html"]
        (html / picture).touch()
    argv = json.loads((html / "index.html").read_text())["argv"]
    assert argv[1:3] == ["build", str(Path("_build", "class"))]
    assert main(run, monkeypatch, "book", "--without-solutions", "--zip") == 0
    name = "backpropagation-without-solutions"
    assert capsys.readouterr().out.endswith(f"{Path('_build', name)}.zip\n")
    with ZipFile(run.ROOT / "_build" / f"{name}.zip") as archive:
        page = archive.read(f"{name}/book/index.html")
    assert page == (html / "index.html").read_bytes() != usual[0]
    assert [(run.HTML / "index.html").read_bytes(), run.BUILT.read_bytes()] == usual


@pytest.mark.parametrize("options", [[], ["--draft"]])
def test_each_edition_is_made_by_its_script(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, options: list[str]
):
    ran = []
    with monkeypatch.context() as patch:
        patch.setattr(run, "run", lambda *arguments: ran.append(arguments))
        for edition in [], ["--without-solutions"]:
            assert main(run, monkeypatch, "book", "--no-serve", *edition, *options) == 1
    assert ran == [
        ("site/translation.py", *options),
        ("site/without_solutions.py", *options),
    ]
    assert run.build_book()  # the next tests need it again


# --- where nothing can be written ---------------------------------------------------------------


def main(run: ModuleType, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the script's ``main`` without serving."""
    monkeypatch.setattr(run, "serve", lambda folder, port: print(f"{folder.name} at {port}"))
    monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
    return run.main()


def test_a_checkout_that_cannot_be_written_serves_its_last_build(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def refuse(path: Path, *arguments: object, **options: object) -> None:  # noqa: ARG001
        raise OSError(30, "Read-only file system", str(path))

    for name in "write_text", "write_bytes", "unlink", "rmdir", "rename":
        monkeypatch.setattr(Path, name, refuse)
    for name in "unlink", "rmdir", "remove":
        monkeypatch.setattr(os, name, refuse)
    built = run.BUILT.read_bytes()
    assert main(run, monkeypatch, "book", "--port", "1") == 0
    output, message = capsys.readouterr()
    assert output == "All is in the site, and no chapter runs in the browser.\nhtml at 1\n"
    assert message.startswith("This is the book's last build, for it cannot be built: [Errno 30]")
    assert message.count("\n") == 1
    with pytest.raises(OSError, match="Read-only"):  # the script ends with this line
        main(run, monkeypatch, "book", "--no-serve")
    assert run.BUILT.read_bytes() == built
    monkeypatch.setattr(run, "BUILT", run.BUILD / "never")
    with pytest.raises(OSError, match="Read-only"):
        main(run, monkeypatch, "book")


def test_an_error_of_the_system_is_one_line(installed: Path, environment: dict[str, str]):
    lock = installed / "requirements.lock"
    away = lock.rename(installed / "away")
    process = start(installed, environment)
    output, _ = process.communicate()
    away.rename(lock)
    assert process.returncode == 1
    assert output.startswith("Cannot go on: [Errno 2] No such file")
    assert output.count("\n") == 1


# --- where the pages load from, and the book as a ZIP --------------------------------------------

CDN = '{"pyodideUrl": "https://host.of.python/full/pyodide.mjs"}'
OWN = '{"pyodideUrl": "./static/pyodide/pyodide.mjs"}'


def make_lite(run: ModuleType, settings: str) -> None:
    shutil.rmtree(run.HTML / "lite", ignore_errors=True)
    if settings:
        (run.HTML / "lite").mkdir(parents=True)
        (run.HTML / "lite" / "jupyter-lite.json").write_text(settings)
    if settings == OWN:
        (run.HTML / "lite" / "static" / "pyodide").mkdir(parents=True)
        (run.HTML / "lite" / "static" / "pyodide" / "pyodide.mjs").write_text("export {}")


@pytest.mark.parametrize(
    ("settings", "line", "words"),
    [
        ("", "All is in the site, and no chapter runs", "cannot be run in the browser"),
        (OWN, "All is in the site, Python for the browser, too", "NO INTERNET IS NEEDED. Python"),
        (CDN, "which comes from host.of.python.", "PYTHON IS NOT INSIDE."),
    ],
)
def test_the_book_says_what_it_needs_and_its_zip_too(
    run: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    settings: str,
    line: str,
    words: str,
):
    make_lite(run, settings)
    assert main(run, monkeypatch, "book", "--zip") == 0
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert line in first
    assert second == f"The book is packed in {Path('_build', 'backpropagation.zip')}"
    with ZipFile(run.ZIP) as archive:
        assert archive.testzip() is None
        assert archive.read("backpropagation/start.py") == (ROOT / "site/serve.py").read_bytes()
        text = archive.read("backpropagation/READ ME FIRST.txt").decode()
        page = archive.read("backpropagation/book/index.html")
    assert words in text
    assert page == (run.HTML / "index.html").read_bytes()
    shutil.rmtree(run.HTML / "lite", ignore_errors=True)


def test_the_zip_serves_the_book_from_any_folder(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    make_lite(run, OWN)
    assert main(run, monkeypatch, "book", "--zip") == 0
    elsewhere = tmp_path / ODD
    shutil.unpack_archive(run.ZIP, elsewhere)
    command = [sys.executable, "-I", "start.py", "0"]
    folder = elsewhere / "backpropagation"
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as server:
        try:
            server.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())[0]
            with urlopen(f"{address}/lite/static/pyodide/pyodide.mjs") as answer:
                assert answer.headers["Content-Type"] == "text/javascript"
                assert answer.headers["Cache-Control"] == "no-cache"
                assert answer.read() == b"export {}"
            with urlopen(address) as answer:
                assert answer.read() == (run.HTML / "index.html").read_bytes()
        finally:
            server.terminate()
    shutil.rmtree(run.HTML / "lite")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["{build}/pyodide"]),
        (["here", "--archive", "a.tar"], ["{cwd}/here", "--archive", "{cwd}/a.tar"]),
        (["--archive", "https://a.b/c"], ["{build}/pyodide", "--archive", "https://a.b/c"]),
    ],
)
def test_pyodide_goes_where_it_is_told(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, arguments: list[str], expected: list[str]
):
    ran = []
    monkeypatch.setattr(run, "run", lambda *arguments: ran.append(arguments) or True)
    assert main(run, monkeypatch, "pyodide", *arguments) == 0
    places = {"build": run.BUILD, "cwd": Path.cwd()}
    expected = [a if "://" in a else a.replace("{", "").replace("}", "") for a in expected]
    found = [str(a) for a in ran[0][1:]]
    for name, place in places.items():
        found = [a.replace(str(place), name).replace("\\", "/") for a in found]
    assert (ran[0][0], found) == ("site/pyodide_archive.py", expected)


def test_self_hosted_takes_what_has_been_fetched(run: ModuleType, monkeypatch: pytest.MonkeyPatch):
    chosen = []
    monkeypatch.setattr(run, "build_book", lambda lite, **_: chosen.append(lite) or True)
    for arguments in [], ["--self-hosted"], ["--self-hosted", "here"], ["--no-lite"]:
        assert main(run, monkeypatch, "book", "--no-serve", *arguments) == 0
    assert chosen == ["", str(run.BUILD / "pyodide"), str(Path.cwd() / "here"), "off"]


def test_what_compiles_python_is_installed_for_a_site_with_python_in_it(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    run.ensure_environment(lite=True)
    assert "node" in run.check_packages(run.VENV)[0]
    asked = []
    monkeypatch.setattr(run, "ensure_environment", lambda lite=False, **_: asked.append(lite))
    monkeypatch.setattr(run, "run", lambda *_: False)  # what is asked for ends before it has begun
    monkeypatch.setitem(run.ENVIRONMENT, "BACKPROP_LITE", "")
    for lite in "", "off", "a folder":
        assert not run.build_book(lite)
    assert asked == [True]
    for command in ["zh", "index"], ["pyodide"]:
        assert main(run, monkeypatch, *command) == 1
    assert asked == [True, False, True]


# --- two builds at once ---------------------------------------------------------------------------


@pytest.fixture
def together(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    monkeypatch.setattr(run, "python_of", lambda _: sys.executable)
    return lambda *codes: run.run_together(*(["-c", code] for code in codes))


def test_what_runs_together_speaks_one_after_the_other(
    together: Callable[..., bool], capfd: pytest.CaptureFixture[str]
) -> None:
    assert together("import time; time.sleep(0.5); print('one')", "print('two')")
    assert capfd.readouterr().out.split() == ["one", "two"]


def test_if_one_fails_the_rest_is_stopped(
    together: Callable[..., bool], capfd: pytest.CaptureFixture[str]
) -> None:
    waiting = "import time; time.sleep(600); print('late')"
    assert not together("print('one'); raise SystemExit(3)", waiting)
    assert capfd.readouterr().out.split() == ["one"]
    assert not together("print('one')", "print('two'); raise SystemExit(3)")
    assert capfd.readouterr().out.split() == ["one", "two"]


def test_the_first_may_wait_for_the_second_however_much_that_says(
    together: Callable[..., bool], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    find = f"import pathlib, time; file = pathlib.Path({str(tmp_path / 'there')!r})\n"
    assert together(
        f"{find}while not file.exists(): time.sleep(0.05)\nprint('one')",
        f"{find}print('two' * 10**6); file.touch()",
    )
    assert capfd.readouterr().out.split() == ["one", "two" * 10**6]
