"""Pack installed packages as wheels for the browser's Python.

The packages that are installed here are taken as they are, so each widget's Python fits its front
end, which comes from here as well, and no package index is asked: not by the build, and not by the
reader's browser.
"""

import base64
import hashlib
import io
import subprocess
import sys
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypedDict, TypeVar
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zipfile import Path as ZipPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sphinx.errors import SphinxError

LEFT_OUT = {"..", "__pycache__", "labextension", "nbextension", "tests"}
COMPILED = {".so", ".pyd"}

Part = TypeVar("Part")


class LiteError(SphinxError):
    """The chapters for the browser cannot be built; the message says why and what to do."""

    category = "The chapters cannot run in the browser"


def run_module(*command: str, failed: str, folder: str | None = None) -> None:
    """Run a module of this Python in a folder; if it fails, stop the build with what it said last.

    ``failed`` is what the message begins with.
    """
    result = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if result.returncode:
        raise LiteError(f"{failed}:\n{result.stdout[-3000:]}")


class Entry(TypedDict):
    """What ``pyodide-lock.json`` says of a package."""

    name: str
    version: str
    file_name: str
    install_dir: str
    sha256: str
    package_type: str
    imports: list[str]
    depends: list[str]
    unvendored_tests: bool


class Wheel(NamedTuple):
    """A package as Pyodide loads it."""

    name: str
    version: str
    requires: list[Requirement]
    imports: list[str]
    file_name: str
    content: bytes

    def entry(self, depends: list[str]) -> Entry:
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
    files = {
        **files,
        f"{info}/METADATA": recorded(package.read_text("METADATA")).encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    for licence in (path for path in recorded(package.files) if "licenses" in path.parts):
        files[f"{info}/licenses/{licence.name}"] = licence.read_binary()
    return describe(package, list(files), f"{stem}-py3-none-any.whl", zipped(files))


def zipped(files: dict[str, bytes]) -> bytes:
    """Return files as a ZIP; the same files give the same bytes. A RECORD gets the list of them."""
    files = {path: files[path] for path in sorted(files)}
    for record in [path for path in files if path.endswith(".dist-info/RECORD")]:
        others = [(path, content) for path, content in files.items() if path != record]
        lines = [f"{path},{digest(content)},{len(content)}" for path, content in others]
        files[record] = "\n".join([*lines, f"{record},,\n"]).encode()
    stream = io.BytesIO()
    with ZipFile(stream, "w") as archive:
        for path, content in files.items():
            member = ZipInfo(path)  # of the year 1980
            member.create_system, member.external_attr = 3, 0o100644 << 16  # Unix everywhere
            archive.writestr(member, content, ZIP_DEFLATED, 9)  # readers wait for it
    return stream.getvalue()


def recorded(found: Part | None) -> Part:
    """Return what an installed package says of itself."""
    if found is None:
        raise LiteError("A package has lost its METADATA or RECORD. Install the packages anew.")
    return found


def digest(content: bytes) -> str:
    """Return the hash of a file as a wheel's RECORD has it."""
    value = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return "sha256=" + value.decode().rstrip("=")


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
    paths = {path for path in recorded(package.files) if wanted(path)}
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
