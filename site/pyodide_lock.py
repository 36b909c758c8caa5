"""List the packages that Python in the browser can import, with wheels for those it lacks.

That Python is Pyodide. It finds what a cell imports in a file ``pyodide-lock.json``. Ours is
Pyodide's own, and what the chapters need besides. Those wheels are packed from the packages that
are installed here, so each widget's Python fits its front end, which comes from here as well, and
no package index is asked: not by the build, and not by the reader's browser.
"""

import base64
import hashlib
import io
import json
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zipfile import Path as ZipPath

from jupyterlite_pyodide_kernel.constants import PYODIDE_CDN_URL, PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sphinx.errors import SphinxError

CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
LOCK = "pyodide-lock.json"
BESIDE = "static/pyodide-lock/"  # where the site has the lock, with the wheels
BROWSER = {"os_name": "posix", "sys_platform": "emscripten", "platform_system": "Emscripten"}
FRONT_ENDS = {"jupyterlab-widgets", "widgetsnbextension"}  # JavaScript, and parts of the site
ON_DEMAND = {"scikit-learn"}  # 19 MB with scipy: loaded when a cell imports it
LEFT_OUT = {"..", "__pycache__", "labextension", "nbextension", "tests"}
COMPILED = {".so", ".pyd"}


class LiteError(SphinxError):
    """The chapters for the browser cannot be built; the message says why and what to do."""

    category = "The chapters cannot run in the browser"


class Wheel(NamedTuple):
    """A package as Pyodide loads it."""

    name: str
    version: str
    requires: list[Requirement]
    imports: list[str]
    file_name: str
    content: bytes

    def entry(self, depends: list[str]) -> dict:
        """Return what ``pyodide-lock.json`` says of this wheel."""
        return {
            "name": self.name,
            "version": self.version,
            "file_name": self.file_name,
            "install_dir": "site",
            "sha256": hashlib.sha256(self.content).hexdigest(),
            "package_type": "package",
            "imports": self.imports,
            "depends": depends,
            "unvendored_tests": False,
        }


# --- wheels -------------------------------------------------------------------------------------


def describe(package: Distribution, paths: list[str], file_name: str, content: bytes) -> Wheel:
    """Return a wheel with the name, version and needs of a package and the files ``paths``."""
    tops = {PurePosixPath(path).parts[0] for path in paths}
    imports = sorted(top.removesuffix(".py") for top in tops if not top.endswith(".dist-info"))
    requires = [Requirement(text) for text in package.requires or []]
    name = canonicalize_name(package.name)
    return Wheel(name, package.version, requires, imports, file_name, content)


def open_wheel(path: Path) -> Wheel:
    """Read a wheel file."""
    with ZipFile(path) as archive:
        paths = archive.namelist()
    info = next(PurePosixPath(p).parts[0] for p in paths if p.endswith(".dist-info/METADATA"))
    package = PathDistribution(ZipPath(path, f"{info}/"))
    return describe(package, paths, path.name, path.read_bytes())


def pack(package: Distribution, files: dict[str, bytes]) -> Wheel:
    """Pack files of a package as a wheel; the same files give the same bytes."""
    stem = f"{canonicalize_name(package.name).replace('-', '_')}-{package.version}"
    info = f"{stem}.dist-info"
    files = {path: files[path] for path in sorted(files)}
    files[f"{info}/METADATA"] = package.read_text("METADATA").encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    for licence in sorted(path for path in package.files if "licenses" in path.parts):
        files[f"{info}/licenses/{licence.name}"] = licence.read_binary()
    record = [f"{path},{digest(content)},{len(content)}" for path, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,\n"]).encode()
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for path, content in files.items():
            member = ZipInfo(path)  # of the year 1980
            member.create_system, member.external_attr = 3, 0o100644 << 16  # Unix everywhere
            archive.writestr(member, content, ZIP_DEFLATED)
    return describe(package, list(files), f"{stem}-py3-none-any.whl", stream.getvalue())


def digest(content: bytes) -> str:
    """Return the hash of a file as a wheel's RECORD has it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().strip(
        "="
    )


def pack_folder(name: str, folder: Path) -> Wheel:
    """Pack the installed package ``name``, whose files are below ``folder``."""
    paths = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    kept = [path for path in paths if wanted(PurePosixPath(path))]
    return pack(distribution(name), {path: (folder / path).read_bytes() for path in kept})


def pack_installed(requirement: Requirement, needed_by: str) -> Wheel:
    """Pack an installed package that another one needs."""
    try:
        package = distribution(requirement.name)
    except PackageNotFoundError:
        raise LiteError(
            f"{needed_by} needs {requirement}, which neither Pyodide nor this environment has. "
            "Install it, or do without it."
        ) from None
    paths = {path for path in package.files if wanted(path)}
    compiled = {path for path in paths if path.suffix in COMPILED}
    # mypyc leaves the Python text beside each compiled file, and adds one that only these use
    for path in (path for path in compiled if "__mypyc" not in path.name):
        if path.with_name(path.name.partition(".")[0] + ".py") not in paths:
            raise LiteError(
                f"{needed_by} needs {requirement}, which Pyodide lacks and which is compiled "
                f"({path}), so that it cannot be packed for the browser. Do without it."
            )
    return pack(package, {str(path): path.read_binary() for path in paths - compiled})


def wanted(path: PurePosixPath) -> bool:
    """Say whether a file of a package is code or data that is of use in the browser."""
    return not LEFT_OUT & {*path.parts} and not path.parts[0].endswith((".dist-info", ".egg-info"))


# --- the lock -----------------------------------------------------------------------------------


def complete(packages: dict[str, dict], wheels: list[Wheel]) -> tuple[dict[str, dict], list[Wheel]]:
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


def closure(packages: dict[str, dict], names: list[str]) -> set[str]:
    """Return these packages and all that they need."""
    found, waiting = set(), [canonicalize_name(name) for name in names]
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
    kernel = distribution("jupyterlite-pyodide-kernel").files
    found = [open_wheel(path.locate()) for path in kernel if path.match("pypi/*.whl")]
    book = pack_folder("backprop", settings.parent.parent / "src")
    own = [book, *(wheel for wheel in found if wheel.name not in FRONT_ENDS)]
    lock = pyodide_lock(settings)
    if folder:
        lock = checked(folder, lock["info"])
        packages, wheels = complete(lock["packages"], own)
        names = closure(packages, [*first, book.name, *(r.name for r in book.requires)])
        packages = {name: packages[name] for name in sorted(names)}
        mine = {wheel.name for wheel in wheels}
        files = {f"static/pyodide/{name}": (folder / name).read_bytes() for name in CORE}
        for name in names - mine:
            files |= {BESIDE + packages[name]["file_name"]: package_file(folder, packages[name])}
    else:
        packages = {
            name: {**entry, "file_name": f"{PYODIDE_CDN_URL}/{entry['file_name']}"}
            for name, entry in lock["packages"].items()
        }
        packages, wheels = complete(packages, own)
        files = {}
    files |= {BESIDE + wheel.file_name: wheel.content for wheel in wheels}
    files[BESIDE + LOCK] = json.dumps({**lock, "packages": packages}).encode()
    return files


def pyodide_lock(settings: Path, version: str = PYODIDE_VERSION) -> dict:
    """Return the lock of a version of Pyodide, by default that which JupyterLite loads."""
    path = settings / f"pyodide-lock-{version}.json"
    if not path.exists():
        raise LiteError(
            f"JupyterLite loads Pyodide {version}, and there is no {path.name} in site/lite. "
            f"Take the file pyodide-lock.json of the npm package pyodide {version}, put it there "
            "under this name, and remove the old one."
        )
    return json.loads(path.read_text(encoding="utf-8"))


def checked(folder: Path, expected: dict) -> dict:
    """Return the lock of a folder with the files of Pyodide, if it fits JupyterLite."""
    if missing := [name for name in [*CORE, LOCK] if not (folder / name).is_file()]:
        raise LiteError(
            f"{folder} lacks {', '.join(missing)}. Unpack the archive "
            f"pyodide-{PYODIDE_VERSION}.tar.bz2 of Pyodide's releases, and name the folder in it."
        )
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    if lock["info"]["abi_version"] != expected["abi_version"]:
        raise LiteError(
            f"{folder} has Pyodide for {lock['info']['abi_version']}, but JupyterLite takes "
            f"{expected['abi_version']}. Take Pyodide {PYODIDE_VERSION}."
        )
    return lock


def package_file(folder: Path, entry: dict) -> bytes:
    """Return the file of a package in a folder with the files of Pyodide."""
    path = folder / entry["file_name"]
    if not path.is_file():
        raise LiteError(f"{folder} lacks {path.name}. Take the archive that has all packages.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise LiteError(f"{path} is damaged: it is not the file that {LOCK} names.")
    return content
