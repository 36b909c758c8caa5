import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from zipfile import ZipFile

import pytest
from wheels import pack_folder

import backprop

FOLDER = Path(backprop.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
ORDER = re.findall(r"``(\w+)``", backprop.__doc__)


def imported(module: str) -> Iterator[str]:
    """Yield the modules of the package that a module imports."""
    for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.level:
            yield from [node.module] if node.module else names
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        yield from (name.split(".")[1] for name in names if name.startswith("backprop."))


def test_the_docstring_of_the_package_lists_every_module_once():
    assert sorted(ORDER) == MODULES


def test_the_reader_of_imports_sees_all_three_kinds():
    assert {"contracts", "node"} <= set(imported("layers"))
    assert list(imported("contracts")) == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_those_listed_before_it(module):
    assert set(imported(module)) <= set(ORDER[: ORDER.index(module)])


def test_every_name_that_the_package_promises_exists():
    assert backprop.__all__ == sorted(backprop.__all__, key=lambda n: (not n.isupper(), n))
    assert all(hasattr(backprop, name) for name in backprop.__all__)


def built_wheel(folder: Path) -> bytes:
    """Build the wheel that installers get, from a copy: setuptools leaves its work behind."""
    root = FOLDER.parent.parent
    copytree(FOLDER.parent, folder / "src", ignore=ignore_patterns("*.egg-info", "__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        copy(root / name, folder)
    build = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    command = [sys.executable, "-c", build]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel.read_bytes()


def test_every_file_of_the_package_is_in_both_wheels_and_so_are_its_types(tmp_path: Path):
    files = {
        path.relative_to(FOLDER.parent).as_posix()
        for path in FOLDER.rglob("*.*")
        if "__pycache__" not in path.parts
    }
    assert {"backprop/py.typed", "backprop/explorers/lab.js", "backprop/node.py"} <= files
    for wheel in (built_wheel(tmp_path), pack_folder("backprop", FOLDER.parent).content):
        with ZipFile(BytesIO(wheel)) as archive:
            packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert packed == files
