"""Compile Python for the browser ahead, or a reader's browser would do it at every start.

Half of the time before the first cell goes into that: Pyodide has its standard library and all
packages as text. Bytecode is that of one version of Python, so it can be made only where the book
is built with the version that Pyodide has. It is larger than text, so only what is imported is
compiled.
"""

import io
import py_compile
import subprocess
import sys
import warnings
from functools import cache
from importlib.util import cache_from_source, find_spec
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from wheels import zipped

# What the kernel imports, and the chapters; and so all that these import.
IMPORTED = (
    "IPython.terminal.embed",
    "IPython.extensions.storemagic",
    "pygments.styles.default",
    "unittest.mock",
    "xml.dom.expatbuilder",
    "ipywidgets",
    "jedi",
    "backprop.explorers",
    "backprop.show.plots",
    "matplotlib.backends.backend_agg",
    "matplotlib_inline.backend_inline",
    "sklearn.datasets",
)


def fits(version: str) -> bool:
    """Say whether this Python writes the bytecode of another one, of a version such as "3.14.2".

    Once Python 3.14 has come out, all 3.14 have the same.
    """
    minor = tuple(map(int, version.split(".")[:2]))
    return (sys.implementation.name, *sys.version_info[:2]) == ("cpython", *minor)


def compiled(archive: bytes, folder: str, *, text: bool = False) -> bytes:
    """Return a wheel, or another ZIP of modules, with the bytecode of those that are imported.

    ``folder`` is where they will be, as error messages name it. The bytecode takes the place of the
    text, unless ``text`` keeps that, for readers who ask to see it.
    """
    with TemporaryDirectory() as here:
        with ZipFile(io.BytesIO(archive)) as packed:
            packed.extractall(here)
        for module in [*Path(here).rglob("*.py")]:
            path = module.relative_to(here)
            target = cache_from_source(str(module)) if text else f"{module}c"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of code that is not ours
                made = is_imported(path) and py_compile.compile(
                    str(module),
                    target,
                    f"{folder}/{path.as_posix()}",
                    quiet=2,  # what this Python cannot read, such as a template, stays text
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )
            if made and not text:
                module.unlink()
        files = [path for path in Path(here).rglob("*") if path.is_file()]
        return zipped({path.relative_to(here).as_posix(): path.read_bytes() for path in files})


def is_imported(path: PurePath) -> bool:
    """Say whether a module is imported, or of a package that only the browser has."""
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    return name in imported() or find_spec(name.partition(".")[0]) is None


@cache
def imported() -> frozenset[str]:
    """Return the names of the modules that are there after these imports."""
    code = f"import sys, {', '.join(IMPORTED)}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return frozenset(run.stdout.split())


def renamed(file_name: str) -> str:
    """Return the name of a compiled wheel: a browser may have kept another one of that name.

    >>> renamed("numpy-2.4.3-cp314-cp314-pyemscripten_2026_0_wasm32.whl")
    'numpy-2.4.3-1compiled-cp314-cp314-pyemscripten_2026_0_wasm32.whl'
    """
    name, version, tags = file_name.split("-", 2)
    return f"{name}-{version}-1compiled-{tags}"
