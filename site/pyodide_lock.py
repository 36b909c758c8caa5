"""List the packages that Python in the browser can import, and collect their files.

That Python is Pyodide. It finds what a cell imports in a file ``pyodide-lock.json``. Ours is
Pyodide's own, with a wheel for each package that the chapters need besides.
"""

import hashlib
import json
from importlib.metadata import distribution
from pathlib import Path
from typing import TypedDict

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION
from packaging.utils import canonicalize_name
from wheels import Entry, LiteError, Wheel, open_wheel, pack_folder, pack_installed, recorded

STDLIB = "python_stdlib.zip"
CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", STDLIB]
LOCK = "pyodide-lock.json"
BESIDE = "static/pyodide-lock/"  # where the site has the lock, with the wheels
BROWSER = {"os_name": "posix", "sys_platform": "emscripten", "platform_system": "Emscripten"}
FRONT_ENDS = {"jupyterlab-widgets", "widgetsnbextension"}  # JavaScript, and parts of the site
# Loaded when a cell imports them, or one of these modules of the book, and not with ``backprop``.
ON_DEMAND: dict[str, list[str]] = {
    "scikit-learn": [],  # 19 MB with scipy
    "matplotlib": ["backprop.show.plots"],  # 9 MB with all that it needs
}
LEFT_OUT = {"fonttools", "pytz"}  # 2 MB that matplotlib names, and imports for PDF at most


class Lock(TypedDict):
    """A ``pyodide-lock.json``: of which Pyodide it is, and the entries of all packages by name."""

    info: dict[str, str]
    packages: dict[str, Entry]


def complete(
    packages: dict[str, Entry], wheels: list[Wheel]
) -> tuple[dict[str, Entry], list[Wheel]]:
    """Add to Pyodide's packages these wheels and all that they need.

    Returns
    -------
    packages : dict
        All entries of the lock, by name.
    wheels : list of Wheel
        Those that Pyodide does not have.

    Raises
    ------
    LiteError
        If something is needed that neither Pyodide has nor can be packed here, or if Pyodide has
        another version of it.
    """
    versions = {name: entry["version"] for name, entry in packages.items()}
    versions |= {wheel.name: wheel.version for wheel in wheels}
    packages, wheels = dict(packages), list(wheels)
    for wheel in wheels:  # the list grows meanwhile
        depends = []
        for requirement in wheel.requires:
            name = canonicalize_name(requirement.name)
            marker = requirement.marker
            if name in FRONT_ENDS or (marker and not marker.evaluate({**BROWSER, "extra": ""})):
                continue
            if name not in versions:
                wheels.append(pack_installed(requirement, wheel.name))
                versions[name] = wheels[-1].version
            if not requirement.specifier.contains(versions[name], prereleases=True):
                raise LiteError(
                    f"{wheel.name} needs {requirement}, but Pyodide has {versions[name]}. "
                    f"Choose a version of {wheel.name} that takes it."
                )
            depends.append(name)
        packages[wheel.name] = wheel.entry([name for name in depends if name not in ON_DEMAND])
    return packages, wheels


def on_demand(packages: dict[str, Entry]) -> dict[str, Entry]:
    """Return the entries of a lock, with what is loaded on demand as small and as soon as needed.

    Pyodide looks for the imports of a cell in those of the entries, and knows nothing of what the
    imported modules import themselves.
    """
    packages = dict(packages)
    for name, modules in ON_DEMAND.items():
        entry = packages[name] = packages[name].copy()
        entry["imports"] = [*entry["imports"], *modules]
        entry["depends"] = [needed for needed in entry["depends"] if needed not in LEFT_OUT]
    return packages


def closure(packages: dict[str, Entry], names: list[str]) -> set[str]:
    """Return these packages and all that they need."""
    found: set[str] = set()
    waiting = [canonicalize_name(name) for name in names]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += [canonicalize_name(needed) for needed in packages[name]["depends"]]
    return found


# --- the files of the site ----------------------------------------------------------------------


def python_files(settings: Path, folder: Path | None, first: list[str]) -> dict[str, bytes]:
    """Return the files that the site has to carry for the browser's Python, by their paths.

    Parameters
    ----------
    settings : Path
        The folder that has Pyodide's own lock.
    folder : Path or None
        A folder with the files of Pyodide, which become part of the site. By default they come to
        the reader from the host of Pyodide.
    first : list of str
        The packages that are loaded at the start, whatever the cells import.
    """
    book, own = own_wheels(settings)
    lock = pyodide_lock(settings)
    core, contents = {}, {}
    if folder:
        lock = checked(folder, lock["info"])
        packages, wheels = complete(on_demand(lock["packages"]), own)
        packages = needed(packages, book, first)
        core = {name: (folder / name).read_bytes() for name in CORE}
        theirs = packages.keys() - {wheel.name for wheel in wheels}
        contents = {name: package_file(folder, packages[name]) for name in sorted(theirs)}
    else:
        packages = {
            name: {**entry, "file_name": f"{PYODIDE_CDN_URL}/{entry['file_name']}"}
            for name, entry in lock["packages"].items()
        }
        packages, wheels = complete(on_demand(packages), own)
    contents |= {wheel.name: wheel.content for wheel in wheels if wheel.name in packages}
    files = {f"static/pyodide/{name}": content for name, content in core.items()}
    files |= {BESIDE + packages[name]["file_name"]: found for name, found in contents.items()}
    files[BESIDE + LOCK] = json.dumps({**lock, "packages": packages}).encode()
    return files


def own_wheels(settings: Path) -> tuple[Wheel, list[Wheel]]:
    """Return the wheel of the book's code, and it with those that the kernel brings."""
    kernel = recorded(distribution("jupyterlite-pyodide-kernel").files)
    found = [open_wheel(Path(path.locate())) for path in kernel if path.match("pypi/*.whl")]
    book = pack_folder("backprop", settings.parent.parent / "src")
    return book, [book, *(wheel for wheel in found if wheel.name not in FRONT_ENDS)]


def needed(packages: dict[str, Entry], book: Wheel, first: list[str]) -> dict[str, Entry]:
    """Return the entries of all packages that a chapter may load."""
    names = closure(packages, [*first, book.name, *(r.name for r in book.requires)])
    return {name: packages[name] for name in sorted(names)}


def pyodide_digests(settings: Path, first: list[str]) -> dict[str, str]:
    """Return the SHA-256 of each file that the site needs of Pyodide, by its name."""
    book, own = own_wheels(settings)
    packages, wheels = complete(on_demand(pyodide_lock(settings)["packages"]), own)
    mine = {wheel.name for wheel in wheels}
    entries = [e for name, e in needed(packages, book, first).items() if name not in mine]
    core = (settings / f"pyodide-{PYODIDE_VERSION}.sha256").read_text(encoding="utf-8")
    digests = {name: digest for digest, name in map(str.split, core.splitlines())}
    return digests | {entry["file_name"]: entry["sha256"] for entry in entries}


def pyodide_lock(settings: Path, version: str = PYODIDE_VERSION) -> Lock:
    """Return the lock of a version of Pyodide, by default that which JupyterLite loads."""
    path = settings / f"pyodide-lock-{version}.json"
    if not path.exists():
        raise LiteError(
            f"JupyterLite loads Pyodide {version}, and there is no {path.name} in site/lite. "
            f"Take the file pyodide-lock.json of the npm package pyodide {version}, put it there "
            "under this name, and remove the old one. README.md there tells what else changes."
        )
    lock: Lock = json.loads(path.read_text(encoding="utf-8"))
    return lock


def checked(folder: Path, expected: dict[str, str]) -> Lock:
    """Return the lock of a folder with the files of Pyodide, if it fits JupyterLite."""
    if missing := [name for name in [*CORE, LOCK] if not (folder / name).is_file()]:
        raise LiteError(
            f"{folder} lacks {', '.join(missing)}. To get Pyodide {PYODIDE_VERSION} there: "
            f"python run.py pyodide {folder}"
        )
    lock: Lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    if lock["info"]["abi_version"] != expected["abi_version"]:
        raise LiteError(
            f"{folder} has Pyodide for {lock['info']['abi_version']}, but JupyterLite takes "
            f"{expected['abi_version']}. To get Pyodide {PYODIDE_VERSION}: python run.py pyodide"
        )
    return lock


def package_file(folder: Path, entry: Entry) -> bytes:
    """Return the file of a package in a folder with the files of Pyodide."""
    path = folder / entry["file_name"]
    if not path.is_file():
        raise LiteError(f"{folder} lacks {path.name}. To get it: python run.py pyodide {folder}")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise LiteError(f"{path} is damaged: it is not the file that {LOCK} names.")
    return content
