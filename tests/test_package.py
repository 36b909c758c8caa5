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
from notebooks import CHAPTERS
from wheels import pack_folder

import backprop

FOLDER = Path(backprop.__file__).parent
STOREYS = ("lesson", "show", "kit", "figure")  # from the ground up
MODULES = sorted(
    path.relative_to(FOLDER).with_suffix("").as_posix()
    for path in FOLDER.rglob("*.py")
    if path.parent.name != "explorers" and path.stem != "__init__"
)


def storey(module: str) -> str:
    """Return the storey of a module, such as "explorers/lab/runs": its folder tells."""
    folder = module.rpartition("/")[0]
    return {"": "lesson", "show": "show", "explorers/kit": "kit"}.get(folder, "figure")


def order(folder: str) -> list[str]:
    """Return the modules of a folder in the order in which its docstring lists them."""
    text = (FOLDER / folder / "__init__.py").read_text(encoding="utf-8")
    return re.findall(r"``(\w+)``", ast.get_docstring(ast.parse(text)) or "")


def imported(module: str) -> Iterator[str]:
    """Yield the modules of the package that a module imports, as paths from its folder."""
    here = module.split("/")[:-1]
    for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = here[: len(here) - node.level + 1] + (node.module or "").split(".")
            names = ["/".join(filter(None, parts))] if node.module else []
            if not node.module:
                names = ["/".join([*filter(None, parts), alias.name]) for alias in node.names]
            yield from names
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("backprop"):
            yield node.module.partition(".")[2].replace(".", "/")
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.startswith("backprop")]
            yield from (name.partition(".")[2].replace(".", "/") for name in names)


@pytest.mark.parametrize("folder", sorted({name.rpartition("/")[0] for name in MODULES}))
def test_the_docstring_of_a_folder_lists_every_module_once(folder: str) -> None:
    here = [name.rpartition("/")[2] for name in MODULES if name.rpartition("/")[0] == folder]
    assert sorted(order(folder)) == here


def test_the_introduction_to_the_code_lists_all_modules_below_the_figures() -> None:
    text = (CHAPTERS / "api.md").read_text(encoding="utf-8")
    found = re.findall(r"^## `([\w.]+)`", text, re.MULTILINE)
    modules = [name.replace("/", ".") for name in MODULES if storey(name) in ("lesson", "show")]
    assert sorted({*found} - {"explorers"}) == modules


def test_the_reader_of_imports_sees_every_kind() -> None:
    assert {"contracts", "node"} <= set(imported("layers"))
    assert {"contracts", "show/picture", "explorers/kit/base", "explorers/lab/runs"} <= set(
        imported("explorers/lab/figure")
    )
    assert list(imported("contracts")) == []
    assert {storey(name) for name in MODULES} == set(STOREYS)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_below_it(module: str) -> None:
    folder, _, own = module.rpartition("/")
    for name in imported(module):
        assert name in MODULES, f"{module} imports {name or 'the whole package'}"
        place, _, other = name.rpartition("/")
        if place == folder:
            assert order(folder).index(other) < order(folder).index(own), (module, name)
        else:
            assert STOREYS.index(storey(name)) < STOREYS.index(storey(module)), (module, name)


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
    assert {"backprop/py.typed", "backprop/explorers/lab/figure.js", "backprop/node.py"} <= files
    for wheel in (built_wheel(tmp_path), pack_folder("backprop", FOLDER.parent).content):
        with ZipFile(BytesIO(wheel)) as archive:
            packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert packed == files
