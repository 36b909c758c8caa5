"""Fetch Python for the browser: the files of Pyodide that the site needs, from its release.

    python run.py pyodide [DIR] [--archive FILE]

A release is one archive of 350 MB, of which the book needs a seventh. Each file is compared with
its SHA-256 in ``lite/``, and no other is kept, so it does not matter where the archive comes from.
A download that was interrupted goes on where it stopped.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tarfile
from functools import partial
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from jupyterlite_pyodide_kernel.constants import PYODIDE_KERNEL_PLUGIN_ID, PYODIDE_VERSION
from pyodide_lock import LOCK, pyodide_digests

SETTINGS = Path(__file__).with_name("lite")
NAME = f"pyodide-{PYODIDE_VERSION}.tar.bz2"
ADDRESS = f"https://github.com/pyodide/pyodide/releases/download/{PYODIDE_VERSION}/{NAME}"
PATIENCE = 60  # seconds without an answer
MB = 1_000_000


def fill(folder: Path, source: str, digests: dict[str, str]) -> None:
    """Put the files with these digests into a folder, from an archive on disk or at an address."""
    lacking = {name: digest for name, digest in digests.items() if not fits(folder / name, digest)}
    if lacking:
        folder.mkdir(parents=True, exist_ok=True)
        remote = source.startswith(("https://", "http://"))
        archive = folder / f"{NAME}.part" if remote else Path(source)
        if remote:
            download(source, archive)
        wrong = unpack(archive, folder, lacking)
        if remote:  # if it was wrong, the next attempt has to begin anew
            archive.unlink()
        if wrong:
            sys.exit(
                f"{source} {wrong}\nIt has to be {NAME}, the one with all packages, from\n{ADDRESS}"
            )
    shutil.copy(SETTINGS / f"pyodide-lock-{PYODIDE_VERSION}.json", folder / LOCK)
    print(f"{folder} has all that the book needs of Pyodide {PYODIDE_VERSION}.")


def fits(path: Path, digest: str) -> bool:
    """Say whether there is a file with this SHA-256."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


# --- the download -------------------------------------------------------------------------------


def download(address: str, target: Path) -> None:
    """Download a file, or the rest of it; try again as long as something comes."""
    print(f"Downloading {address}", flush=True)
    while True:
        before = size_of(target)
        try:
            receive(address, target)
            return
        except (OSError, HTTPException) as error:
            if isinstance(error, HTTPError) and error.code == 416 and before:
                return  # it asked for the rest, and there is none
            if size_of(target) <= before:
                sys.exit(
                    f"The download failed: {error}\nCheck the network (HTTPS_PROXY, SSL_CERT_FILE) "
                    "and run the same command again: it goes on where it stopped.\nOr get that "
                    f"file in another way, and say: python run.py pyodide --archive {NAME}"
                )
            print(f"  {error}: trying again", flush=True)


def receive(address: str, target: Path) -> None:
    """Ask once for what is lacking of a file."""
    there = size_of(target)
    request = Request(address, headers={"Range": f"bytes={there}-"} if there else {})
    with urlopen(request, timeout=PATIENCE) as answer:
        part = answer.status == 206  # or it comes from its beginning
        total = int(answer.headers["Content-Length"] or 0) + (there if part else 0)
        with target.open("ab" if part else "wb") as file:
            for chunk in iter(partial(answer.read, MB), b""):
                show_progress(file.tell(), len(chunk), total)
                file.write(chunk)
    if size_of(target) < total:
        raise ConnectionError("the connection was cut")


def size_of(path: Path) -> int:
    """Return the size of a file, 0 if there is none."""
    return path.stat().st_size if path.exists() else 0


def show_progress(done: int, more: int, total: int) -> None:
    """Print a line for each tenth of a file that is complete with these bytes."""
    if total and (done + more) * 10 // total > done * 10 // total:
        print(f"  {(done + more) // MB} of {total // MB} MB", flush=True)


# --- the archive --------------------------------------------------------------------------------


def unpack(archive: Path, folder: Path, digests: dict[str, str]) -> str:
    """Take the files with these digests out of an archive; return what is wrong with it."""
    print(f"Looking for {len(digests)} files in it", flush=True)
    waiting, total, done = dict(digests), size_of(archive), 0
    try:
        with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r|*") as members:
            for member in members:
                name = Path(member.name).name
                content = members.extractfile(member) if name in waiting else None
                if content:
                    (folder / name).write_bytes(content.read())
                    if not fits(folder / name, waiting.pop(name)):
                        (folder / name).unlink()
                        return f"has another {name} than that of Pyodide {PYODIDE_VERSION}."
                show_progress(done, file.tell() - done, total)
                done = file.tell()
                if not waiting:
                    return ""
    except (tarfile.TarError, EOFError) as error:
        return f"is damaged, or no such archive ({error})."
    return f"lacks {', '.join(sorted(waiting))}."


def main() -> None:
    """Run the command of the command line."""
    parser = argparse.ArgumentParser(description="Fetch Python for the browser.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--archive", default=ADDRESS)
    options = parser.parse_args()
    site = json.loads((SETTINGS / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = site["jupyter-config-data"]["litePluginSettings"][PYODIDE_KERNEL_PLUGIN_ID]
    first = kernel["loadPyodideOptions"]["packages"]
    fill(options.folder, options.archive, pyodide_digests(SETTINGS, first))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:  # the disk is full, or there is no such file
        sys.exit(f"Cannot go on: {error}")
