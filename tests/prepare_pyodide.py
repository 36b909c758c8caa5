"""Put the files of Pyodide that the chapters need into a folder, for ``test_lite_run.py``.

    .venv/bin/python tests/prepare_pyodide.py FOLDER

Readers get these files from the host of Pyodide, or from the archive of a release. Machines that
run tests often reach neither, but a package index. There the wheel of open-webui carries an
official Pyodide, a little older than ours, without some wheels of pure Python that the index has
itself. The lock in the folder gets the hashes of those. The book uses nothing of this.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT), str(ROOT / "site")]

from pyodide_lock import CORE, LOCK, closure  # noqa: E402

from run import ensure_environment  # noqa: E402

CARRIER = (
    "open-webui==0.12.4 "
    "--hash=sha256:02e9caba96234db3fa17a92e56163b3f7f2b8ca8227fa886b85c178d696483f6"
)
INSIDE = "open_webui/frontend/pyodide/"
NEEDED = ["ipython", "jedi", "matplotlib", "micropip", "scikit-learn", "tqdm", "typing-extensions"]


def download(folder: Path, *requirements: str) -> list[Path]:
    """Fetch these wheels and no others."""
    listed = folder / "requirements.txt"
    listed.write_text("\n".join(requirements))
    python = ["--python-version=3.12", "--only-binary=:all:", "--platform=any", "--no-deps"]
    pip = [sys.executable, "-m", "pip", "download", "-q", *python, "-d", str(folder)]
    subprocess.run([*pip, "-r", str(listed)], check=True)
    return sorted(folder.glob("*.whl"))


def prepare(target: Path) -> None:
    """Fill a folder, unless it is complete."""
    if (target / LOCK).exists():
        return
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        (carrier,) = download(Path(folder), CARRIER)
        with ZipFile(carrier) as archive:
            inside = {
                Path(name).name: name for name in archive.namelist() if name.startswith(INSIDE)
            }
            lock = json.loads(archive.read(inside[LOCK]))
            entries = [lock["packages"][name] for name in closure(lock["packages"], NEEDED)]
            for name in [*CORE, *(entry["file_name"] for entry in entries)]:
                if name in inside:
                    (target / name).write_bytes(archive.read(inside[name]))
    missing = [entry for entry in entries if entry["file_name"] not in inside]
    with TemporaryDirectory() as folder:
        pins = [f"{entry['name']}=={entry['version']}" for entry in missing]
        for wheel in download(Path(folder), *pins):
            content = wheel.read_bytes()
            name = parse_wheel_filename(wheel.name)[0]
            (entry,) = [entry for entry in missing if canonicalize_name(entry["name"]) == name]
            entry |= {"file_name": wheel.name, "sha256": hashlib.sha256(content).hexdigest()}
            (target / wheel.name).write_bytes(content)
    (target / LOCK).write_text(json.dumps(lock))  # last: it says that the folder is complete


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Collect the files of Pyodide for a test.")
    parser.add_argument("folder", type=Path)
    target = parser.parse_args().folder
    ensure_environment(tests=True, lite=True)  # with what compiles a site that has them
    prepare(target)
