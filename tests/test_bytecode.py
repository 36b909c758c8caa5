"""What the browser's Python gets as bytecode, made here by the Python that runs the tests.

``test_lite_run.py`` lets Pyodide make it, in Node.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import bytecode
import pytest
from packaging.utils import parse_wheel_filename
from pyodide_lock import LOCK, STDLIB
from wheels import LiteError, zipped

THING, BOOK = "thing-1.0-py3-none-any.whl", "backprop-2.0-py3-none-any.whl"
SIX = b"def six():\n    return 6\n"
PACKED = {
    STDLIB: {"of_python.py": b"seven = 7\n", "late_of_python.py": b"eight = 8\n"},
    THING: {
        "thing/__init__.py": b"import of_python\n",
        "thing/part.py": SIX,
        "thing/late.py": b"nine = 9\n",
        "thing/template.py": b"this is no Python",
        "thing/data.txt": b"data",
        "thing-1.0.dist-info/RECORD": b"",
    },
    BOOK: {
        "backprop/__init__.py": b"",
        "backprop/graph.py": SIX,
        "backprop-2.0.dist-info/RECORD": b"",
    },
}
IMPORTED = ["thing.part", "backprop.graph"]

# In place of Node with Pyodide: it finds the modules of the site in their archives.
STAND_IN = """
import runpy, sys
from pathlib import Path

script, static, target = map(Path, sys.argv[1:])
sys.path[:0] = [str(path) for ending in ("zip", "whl") for path in static.rglob("*." + ending)]
program = runpy.run_path(str(script.with_name("compile.py")))
target.write_bytes(program["compiled"]({names}))
"""


@pytest.fixture
def static(tmp_path: Path) -> Path:
    """Make the folder of a site that has Pyodide and packages in it."""
    folder = tmp_path / "static"
    for name, files in PACKED.items():
        path = folder / ("pyodide" if name == STDLIB else "pyodide-lock") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zipped(files))
    version = ".".join(map(str, sys.version_info[:3]))
    packages = {name.partition("-")[0]: {"file_name": name, "sha256": ""} for name in (THING, BOOK)}
    lock = {"info": {"python": version}, "packages": packages}
    (folder / "pyodide-lock" / LOCK).write_text(json.dumps(lock))
    return folder


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    """Let a module of this Python take the place of Node."""
    (folder / "stand_in.py").write_text(STAND_IN.format(names=names))
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(bytecode, "NODE", "stand_in")


def wheel_in(static: Path, name: str) -> Path:
    """Return the file of a package, as the lock names it."""
    lock = json.loads((static / "pyodide-lock" / LOCK).read_text())
    return static / "pyodide-lock" / lock["packages"][name]["file_name"]


def names_in(path: Path) -> set[str]:
    with ZipFile(path) as archive:
        return {*archive.namelist()}


def printed(code: str, *places: Path) -> str:
    """Return what a fresh Python prints that finds modules in folders and archives."""
    paths = [str(place) for place in places]
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {paths}; {code}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_what_is_imported_is_bytecode_and_the_rest_is_text(
    static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stand_in(tmp_path, monkeypatch, IMPORTED)
    bytecode.ahead(static)
    stdlib = static / "pyodide" / STDLIB
    assert names_in(stdlib) == {"of_python.pyc", "late_of_python.py"}
    rest = {"thing/late.py", "thing/template.py", "thing/data.txt", "thing-1.0.dist-info/RECORD"}
    wheel = wheel_in(static, "thing")
    assert names_in(wheel) == {"thing/__init__.pyc", "thing/part.pyc", *rest}
    code = "from thing.part import six; import thing.late; print(six(), six.__code__.co_filename)"
    compiled_there = Path("static", "pyodide-lock", THING, "thing", "part.py")
    assert printed(code, stdlib, wheel).strip().endswith(str(compiled_there))
    assert printed(code, stdlib, wheel).startswith("6 ")


def test_the_lock_names_what_is_there(
    static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stand_in(tmp_path, monkeypatch, IMPORTED)
    bytecode.ahead(static)
    lock = json.loads((static / "pyodide-lock" / LOCK).read_text())
    wheels = {path.name: path for path in static.rglob("*.whl")}
    assert {entry["file_name"] for entry in lock["packages"].values()} == {*wheels}
    for name, entry in lock["packages"].items():
        assert entry["file_name"] not in PACKED, "a browser may have kept the one with the text"
        assert parse_wheel_filename(entry["file_name"])[0] == name
        wheel = wheels[entry["file_name"]]
        assert entry["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
        with ZipFile(wheel) as archive:
            (record,) = (path for path in archive.namelist() if path.endswith("RECORD"))
            lines = archive.read(record).decode().split()
        assert {line.partition(",")[0] for line in lines} == names_in(wheel)


def test_the_book_keeps_its_text_beside_and_python_does_not_compare_them(
    static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stand_in(tmp_path, monkeypatch, IMPORTED)
    bytecode.ahead(static)
    unpacked = tmp_path / "site-packages"
    with ZipFile(wheel_in(static, "backprop")) as archive:
        archive.extractall(unpacked)
    text = unpacked / "backprop" / "graph.py"
    assert text.read_bytes() == SIX, "the chapters list it"
    text.write_text("def six():\n    return 66\n")
    assert printed("import backprop.graph; print(backprop.graph.six())", unpacked) == "6\n"


def test_the_same_site_gives_the_same_bytes(
    static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stand_in(tmp_path, monkeypatch, IMPORTED)
    before = {path: path.read_bytes() for path in static.rglob("*") if path.is_file()}
    found = []
    for _ in range(2):
        bytecode.ahead(static)
        found.append({path: path.read_bytes() for path in static.rglob("*") if path.is_file()})
        for path in found[-1]:
            path.unlink()
        for path, content in before.items():
            path.write_bytes(content)
    assert found[0] == found[1] != before


def test_what_cannot_be_imported_stops_the_build(
    static: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    stand_in(tmp_path, monkeypatch, ["thing.gone"])
    with pytest.raises(LiteError, match=r"(?s)could not compile.*No module named 'thing\.gone'"):
        bytecode.ahead(static)


def test_without_node_the_build_stops(static: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bytecode, "NODE", "no_such_module")
    with pytest.raises(LiteError, match=r"no no_such_module.*run\.py book --self-hosted installs"):
        bytecode.ahead(static)
