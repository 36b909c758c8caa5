"""Import what the kernel and the chapters import, and return all of it as bytecode.

This runs in Pyodide, which ``compile.mjs`` starts; ``../bytecode.py`` takes what it returns.
"""

import io
import marshal
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import MAGIC_NUMBER, source_hash
from zipfile import ZipFile
from zipimport import zipimporter

IMPORTED = (
    "piplite",
    "pyodide_kernel",  # with IPython, jedi and much of the standard library
    "backprop.explorers",
    "backprop.show.plots",
    "matplotlib_inline.backend_inline",
    "sklearn.datasets",
    "sklearn.model_selection",
)
UNCHECKED = (1).to_bytes(4, "little")  # Python does not compare it with the text: see PEP 552


def compiled(names: Sequence[str] = IMPORTED) -> bytes:
    """Return a ZIP with the bytecode of all modules that are there after these imports.

    Each is there under the path that its text has: ``json/decoder.py``.
    """
    for name in names:
        import_module(name)
    specs = [getattr(module, "__spec__", None) for module in sys.modules.values()]
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for spec in {spec.name: spec for spec in specs if spec}.values():
            if isinstance(spec.loader, SourceLoader | zipimporter):
                archive.writestr(path(spec), bytecode(spec, spec.loader))
    return stream.getvalue()


def path(spec: ModuleSpec) -> str:
    """Return the path of a module's text below the folder, or in the ZIP, where Python finds it."""
    package = spec.submodule_search_locations is not None
    return spec.name.replace(".", "/") + ("/__init__.py" if package else ".py")


def bytecode(spec: ModuleSpec, loader: SourceLoader | zipimporter) -> bytes:
    """Return what a file with the bytecode of a module has in it."""
    text = loader.get_data(str(spec.origin))
    code = marshal.dumps(loader.get_code(spec.name))
    return MAGIC_NUMBER + UNCHECKED + source_hash(text) + code
