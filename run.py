"""Build, serve and test the book with nothing but Python installed.

    python run.py book         build the book and serve it at http://127.0.0.1:8000
    python run.py test         lint, build the book strictly, run every test and every notebook
    python run.py notebooks    execute the notebooks and store their outputs in normal form
    python run.py zh NAME      renew the Chinese of a page after its English has changed
    python run.py bench        measure the layers, how their cost grows, and what the book costs
    python run.py pdf          print the book, in English and Chinese, to PDF files in _build
    python run.py epub         pack the book, in both languages, as EPUB files for e-readers
    python run.py pyodide      fetch Python for the browser, to make it a part of the site
    python run.py class        print worksheets: other numbers for each student, and a key
    python run.py bank         make question banks for Moodle and Canvas
    python run.py links        ask the addresses that the book links to whether they still answer

The first run installs the packages of the lock files into .venv beside this file; later runs
start at once. Only the standard library is used, and the syntax is that of Python 3.6, so that an
old Python says what it lacks instead of raising a SyntaxError.
"""

import os
import sys

# Folders of the user's are searched last: they may hold other modules of the names below.
sys.path.sort(
    key=[*map(os.path.abspath, os.environ.get("PYTHONPATH", "").split(os.pathsep))].__contains__
)

import argparse
import ast
import csv
import errno
import hashlib
import re
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

if sys.version_info < (3, 11):  # noqa: UP036 - the one line meant for an older Python
    sys.exit("The book needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info))

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "site"))

from book_zip import write_zip  # noqa: E402
from serve import PORT, serve  # noqa: E402

VENV = ROOT / ".venv"
PEERS = ROOT / ".venv-peers"  # what the benchmark compares with: the book never imports it
BUILD = ROOT / "_build"
HTML = BUILD / "html"
ZIP = BUILD / "backpropagation.zip"
CLASS = BUILD / "class"  # what Sphinx reads for an edition without solutions, and makes of it
CLASS_ZIP = BUILD / "backpropagation-without-solutions.zip"
PYODIDE = BUILD / "pyodide"  # the files of Python for the browser
LINKS = BUILD / "links"  # what Sphinx says of addresses
CHINESE = BUILD / "zh"  # what Sphinx reads for the Chinese edition, and makes of it
BUILT = BUILD / "succeeded-with"  # the settings of the last build, if it succeeded
BENCHMARKS = {"peers": "compare.py", "growth": "growth.py", "book": "book.py"}

# What the user has set for these programs is meant for other work. Here it would move packages to
# other places, load other modules, turn warnings into errors or draw other figures.
SHIELDED = (
    *("IPYTHON", "JUPYTER", "MATPLOTLIB", "MPL", "NODE_"),
    *("PIP_", "PYTHON", "VIRTUAL_ENV", "__PYVENV"),
)
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(SHIELDED)},
    "PYTHONUTF8": "1",  # Windows would read and write files in its own code page
    "PYTHONUNBUFFERED": "1",  # progress is shown when it happens
    "OPENBLAS_NUM_THREADS": "1",  # the matrices are small: more threads only wait for each other
    "IPYTHONDIR": str(VENV / "ipython"),  # this and the next: not the settings in the user's home
    "JUPYTER_CONFIG_DIR": str(VENV / "jupyter"),
    "JUPYTER_DATA_DIR": str(VENV / "jupyter"),
    "MPLCONFIGDIR": str(VENV / "matplotlib"),
}

# Of pip's settings, these are the user's: where packages come from, and how to get there. Which
# packages, and where they go, is for the lock files and this script to say.
PIP_SETTINGS = (
    *("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "CACHE_DIR", "NO_CACHE_DIR"),
    *("CERT", "CLIENT_CERT", "KEYRING_PROVIDER", "PROXY", "TRUSTED_HOST"),
    *("DEFAULT_TIMEOUT", "TIMEOUT", "RETRIES", "RESUME_RETRIES", "USE_DEPRECATED", "USE_FEATURE"),
)

# Why pip failed, by what it wrote. The first that fits counts: what has ended a run comes before
# what may have been overcome.
PIP_FAILURES = {
    r"No space left|Errno 28\b|WinError 112\b|Disk quota exceeded": """\
The disk is full: the packages take about 1 GB. Make room and run the same command again.""",
    r"DO NOT MATCH THE HASHES|Hashes are required": """\
A file is not the one that the lock file means, so nothing of it was installed. It was damaged on
its way, or the package index (PIP_INDEX_URL) has other files. Run the same command again; if that
does not help, take another index.""",
    r"(?m)^\w*(ERROR|Error).*(Permission denied|Access is denied|Read-only|WinError (5|32)\b)": """\
A file could not be written or is in use. Close what uses .venv, see whether that folder belongs to
you, and run the same command again.""",
    r"Failed (building|to build)|metadata-generation-failed|subprocess-exited-with-error": """\
There is no ready-made file of a package for this Python and this computer, and it could not be
built. The book is tried with Python 3.11 to 3.14 on 64-bit Linux, macOS and Windows.""",
    r"Retry\(total=0|Max retries exceeded|Time(d |)out|CERTIFICATE|SSLError|ProxyError"
    r"|NewConnectionError|NameResolutionError|Connection(Error|ResetError| broken| reset| aborted)"
    r"|IncompleteRead|HTTP error [45]|\b[45]\d\d (Client|Server) Error": """\
The download failed. Check the network and pip's settings (HTTPS_PROXY, PIP_INDEX_URL, PIP_CERT),
and run the same command again.""",
    r"No matching distribution|Could not find a version": """\
The package index has no such version for this Python and this computer, or did not answer. If you
have set an index of your own (PIP_INDEX_URL, PIP_FIND_LINKS), see whether it is complete.""",
}

# Jupyter Book 1 has no __main__, and its script stops working when the folder is moved.
# jsonschema would load a grammar of addresses, for a second, of which a build has no need.
JUPYTER_BOOK = """import sys
sys.modules["rfc3987_syntax"] = None
from jupyter_book.cli.main import main
sys.exit(main())"""


# --- one run at a time --------------------------------------------------------------------------


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other run installs or builds in this folder, and keep others waiting."""
    # This script is what is locked, for it is always there, even where nothing can be written.
    with Path(__file__).open("r+b" if os.access(__file__, os.W_OK) else "rb") as file:
        os.set_inheritable(file.fileno(), True)  # pip keeps it when this process alone is killed
        if not locked(file):
            print("Another run is at work in this folder: waiting for it", flush=True)
            while not locked(file):
                time.sleep(0.2)
        yield


def locked(file: IO[bytes]) -> bool:
    """Try to lock a file until it is closed, also by the end of the process; say whether it is."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(1 << 30)  # far behind its end, for nobody can read what is locked
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:  # a file system without locks has to do without
        return error.errno not in (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
    return True


def read_lines(path: Path) -> list[str]:
    """Return the lines of a file, none if there is no such file or it is damaged."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return []


def write_lines(path: Path, lines: list[str]) -> None:
    """Write lines into a file."""
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


# --- the environment ----------------------------------------------------------------------------


class Part(NamedTuple):
    """Packages that are installed together."""

    name: str
    pins: str  # the file that names them; relative, for pip reads some folders' names as patterns
    options: tuple[str, ...] = ()

    def stamp(self, venv: Path) -> Path:
        """Return the file that says what was installed: a digest of the pins, then packages."""
        return venv / (self.name.replace(" ", "-") + ".installed")

    def digest(self) -> str:
        """Return the digest of the pins."""
        return hashlib.sha256((ROOT / self.pins).read_bytes()).hexdigest()

    def is_in(self, venv: Path, whole: set[str]) -> bool:
        """Say whether it was installed from these pins and none of its packages is damaged."""
        digest, *packages = read_lines(self.stamp(venv)) or [""]
        return digest == self.digest() and whole.issuperset(packages)


HASHES = ("--require-hashes",)
PACKAGES = Part("packages", "requirements.lock", HASHES)
TEST_PACKAGES = Part("test packages", "tests/requirements.lock", HASHES)
LITE_PACKAGES = Part("packages for the browser", "site/lite/requirements.lock", HASHES)
PEER_PACKAGES = Part("peers", "benchmarks/requirements.txt")  # PyTorch's file depends on the GPU


def ensure_environment(*, tests: bool = False, lite: bool = False, venv: Path = VENV) -> None:
    """Make an environment if it does not work, and install what it lacks."""
    parts = [PACKAGES]
    parts += [TEST_PACKAGES] if tests else []
    parts += [LITE_PACKAGES] if lite else []
    parts += [PEER_PACKAGES] if venv == PEERS else []
    if lacking(parts, venv) or not code_is_in(venv):
        with alone():
            fill(venv, parts)


def lacking(parts: list[Part], venv: Path) -> list[Part]:
    """Return the parts that are not in an environment as they should be."""
    if not venv_works(venv):
        return parts
    whole, _ = check_packages(venv)
    return [part for part in parts if not part.is_in(venv, whole)]


def fill(venv: Path, parts: list[Part], *, anew: bool = False) -> None:
    """Install what an environment lacks; make it anew if it cannot be mended, or if asked to."""
    anew = anew or not venv_works(venv) or "pip" not in check_packages(venv)[0]
    if anew:
        make_venv(venv)
    else:
        discard_damaged(venv)
    settings = pip_settings(venv)
    for part in lacking(parts, venv):
        output = install(part, venv, settings)
        if output:
            hint = hint_for(output)
            if not hint and not anew:
                print("That failed, so the environment is made anew", flush=True)
                fill(venv, parts, anew=True)
                return
            last_lines = "\n".join(output.splitlines()[-12:])
            sys.exit(f"\npip could not install the {part.name}:\n\n{last_lines}\n\n{hint}")
    install_code(venv)


def python_of(venv: Path) -> str:
    """Return the path of an environment's Python."""
    return str(venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def packages_of(venv: Path) -> Path:
    """Return the folder of an environment's packages."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(venv)}))


def venv_works(venv: Path) -> bool:
    """Say whether it holds a Python of the version that runs this script, and takes it as its own.

    Without pyvenv.cfg that Python would use, and fill, the folders of the system.
    """
    here = (*sys.version_info[:2], True)
    probe = f"from sys import *; exit((*version_info[:2], prefix != base_prefix) != {here})"
    command = [python_of(venv), "-c", probe]
    try:
        return subprocess.run(command, capture_output=True, env=ENVIRONMENT).returncode == 0
    except OSError:  # there is no such file, or it cannot be started
        return False


def make_venv(venv: Path) -> None:
    """Make an environment with nothing but pip, in place of any that is there."""
    try:
        __import__("ensurepip"), __import__("venv")
    except ImportError as error:
        sys.exit(
            f"This Python has no module {error.name!r}, which makes environments.\n"
            "On Debian and Ubuntu: sudo apt install python3-venv"
        )
    print("Making {} with Python {}.{}.{}".format(venv.name, *sys.version_info), flush=True)
    for command in (  # pip last: where it is whole, the rest is
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(venv)],
        [python_of(venv), "-m", "ensurepip", "--default-pip"],
    ):
        result = subprocess.run(
            command, capture_output=True, text=True, env=ENVIRONMENT, close_fds=False
        )
        if result.returncode:
            sys.exit(f"Could not make {venv}: {(result.stdout + result.stderr).strip()}")


def check_packages(venv: Path) -> tuple[set[str], list[Path]]:
    """Return the names of the packages whose files are all there, and the records of the others.

    A file that has grown counts as whole: somebody looks for a fault and has edited it. All this
    takes some 0.2 s at each start; to look only after a failure would miss what just goes wrong.
    """
    folder = packages_of(venv)
    size_of = os.path.getsize  # Path.stat takes twice as long, for 24,000 files
    whole, damaged = set(), []
    for record in folder.glob("*.dist-info"):
        try:
            with (record / "RECORD").open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.reader(file) if not row[0].endswith(".pyc")]
            sizes = [size_of(f"{folder}/{path}") - int(size or 0) for path, _, size in rows]
        except (OSError, ValueError, IndexError, csv.Error):
            sizes = []
        if sizes and min(sizes) >= 0:
            whole.add(record.name.partition("-")[0])
        else:
            damaged.append(record)
    return whole, damaged


def discard_damaged(venv: Path) -> None:
    """Remove the records of damaged packages, so that pip installs them again."""
    whole, damaged = check_packages(venv)
    promised = {name for stamp in venv.glob("*.installed") for name in read_lines(stamp)[1:]}
    if promised - whole:
        print("Mending " + ", ".join(sorted(promised - whole)), flush=True)
    for left in [*damaged, *packages_of(venv).glob("~*")]:  # pip calls what it is removing ~...
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def pip_settings(venv: Path) -> dict[str, str]:
    """Return variables that tell pip the user's settings, as far as they are the user's."""
    names = {"PIP_" + name for name in PIP_SETTINGS}
    kept = {name: os.environ[name] for name in names | {"PIP_CONFIG_FILE"} if name in os.environ}
    python = python_of(venv)
    result = subprocess.run(
        [python, "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        # The user may have set in a file that pip says less, or runs for another Python.
        env={**ENVIRONMENT, **kept, "PIP_QUIET": "0", "PIP_USER": "0", "PIP_PYTHON": python},
    )
    if result.returncode:
        sys.exit(f"pip could not read its settings:\n\n{result.stdout}")
    found = {
        "PIP_CONFIG_FILE": os.devnull,  # then it reads no other file either
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",  # a question would not be seen
    }
    for wanted in "global", "install", ":env:":  # the later ones prevail, as in pip
        for line in result.stdout.splitlines():  # such as global.index-url='https://...'
            key, _, value = line.partition("=")
            section, _, name = key.rpartition(".")
            variable = "PIP_" + name.upper().replace("-", "_")
            if section == wanted and variable in names and value != "''":
                found[variable] = ast.literal_eval(value)
    return found


def install(part: Part, venv: Path, settings: dict[str, str]) -> str:
    """Install a part; return what pip wrote if it failed."""
    part.stamp(venv).unlink(missing_ok=True)
    print(f"Installing the {part.name} of the book", flush=True)
    output = []
    with subprocess.Popen(
        [python_of(venv), "-m", "pip", "install", *part.options, "-r", part.pins],
        cwd=str(ROOT),
        env={**ENVIRONMENT, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        close_fds=False,  # see alone
    ) as process:
        for line in process.stdout or ():
            output.append(line)
            first, _, rest = line.strip().partition(" ")
            if first == "Collecting":
                print("  " + rest.split(" ")[0], flush=True)
            elif line.startswith("Installing collected packages"):
                print("  unpacking them", flush=True)
            elif line.startswith("WARNING: Retrying"):
                print("  no answer from the package index, trying again", flush=True)
    if process.returncode:
        return "".join(output) or "It said nothing."
    whole, _ = check_packages(venv)
    write_lines(part.stamp(venv), [part.digest(), *sorted(whole)])
    return ""


def hint_for(output: str) -> str:
    """Return what to do about a failure of pip, nothing if it is none of those that are known."""
    output = re.sub(r"WARNING: Retrying \(Retry\(total=[1-9].*", "", output)  # not the last attempt
    return next((hint for sign, hint in PIP_FAILURES.items() if re.search(sign, output)), "")


def run(*arguments: str, venv: Path = VENV) -> bool:
    """Run Python of .venv with these arguments in the book's folder; say whether it succeeded."""
    command = [python_of(venv), *arguments]
    return subprocess.run(command, cwd=str(ROOT), env=ENVIRONMENT, close_fds=False).returncode == 0


def run_together(*commands: Sequence[str]) -> bool:
    """Run commands as ``run`` does, at once, and say whether all succeeded.

    What each prints comes out when it has ended, in their order; if one fails, the rest is stopped.
    """
    with ExitStack() as until_the_end:
        outputs = [until_the_end.enter_context(TemporaryFile()) for _ in commands]
        running = [
            until_the_end.enter_context(
                subprocess.Popen(
                    [python_of(VENV), *command],
                    cwd=str(ROOT),
                    env=ENVIRONMENT,
                    close_fds=False,
                    stdout=output,  # a pipe that nobody reads yet would hold up who waits for whom
                    stderr=subprocess.STDOUT,
                )
            )
            for command, output in zip(commands, outputs, strict=True)
        ]
        try:
            for process, output in zip(running, outputs, strict=True):
                failed = process.wait() != 0
                output.seek(0)
                sys.stdout.flush()
                shutil.copyfileobj(output, sys.stdout.buffer)
                sys.stdout.buffer.flush()
                if failed:
                    return False
        finally:
            for process in running:
                process.kill()  # one that has ended stays as it is
    return True


# --- the book's own code in it ------------------------------------------------------------------


def code_files(venv: Path) -> dict[Path, bytes]:
    """Return the files by which Python finds src/backprop and knows what it is.

    An editable installation by pip is the same, but has the folder's whole name in it, and
    setuptools reads [ and { there as patterns. Here no folder's name occurs, so any will do.
    """
    import tomllib  # which an old Python lacks

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name = f"{project['name']}-{project['version']}"
    fields = {
        "Metadata-Version": ["2.4"],
        "Name": [project["name"]],
        "Version": [project["version"]],
        "Summary": [project["description"]],
        "License-Expression": [project["license"]],
        "License-File": project["license-files"],
        "Requires-Python": [project["requires-python"]],
        "Requires-Dist": project["dependencies"],
    }
    metadata = [f"{field}: {value}\n" for field, values in fields.items() for value in values]
    source = os.path.relpath(str(ROOT / "src"), str(packages_of(venv)))
    files = {
        f"__editable__.{name}.pth": f"{source}\n",
        f"{name}.dist-info/METADATA": "".join(metadata),
        f"{name}.dist-info/INSTALLER": "run.py\n",
    }
    for licence in project["license-files"]:
        files[f"{name}.dist-info/licenses/{licence}"] = (ROOT / licence).read_text(encoding="utf-8")
    record = f"{name}.dist-info/RECORD"
    files[record] = "".join(f"{path},,\n" for path in [*files, record])
    return {packages_of(venv) / path: text.encode() for path, text in files.items()}


def code_is_in(venv: Path) -> bool:
    """Say whether an environment has these files."""
    return all(path.is_file() and path.read_bytes() == b for path, b in code_files(venv).items())


def install_code(venv: Path) -> None:
    """Put these files into an environment, in place of those of another version."""
    for pattern in "backprop-*.dist-info", "__editable__.backprop-*":
        for old in packages_of(venv).glob(pattern):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for path, content in code_files(venv).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


# --- the book -----------------------------------------------------------------------------------


def build_book(lite: str = "", *, draft: bool = False, source: Path = ROOT) -> bool:
    """Build _build/html, every warning being an error; say whether it succeeded.

    ``lite`` goes to site/lite.py: "off", or a folder with the files of Pyodide. The Chinese edition
    is built at the same time, into a folder of its own, and comes below the English one: when all
    its pages are there, or, as a ``draft``, with English in place of what is missing. ``source`` is
    what is built, this folder or CLASS. Each has a _build of its own, so that editions never mix.

    Sphinx keeps what it has read even when warnings failed the build, and would not repeat them.
    So a build starts from nothing unless the last one succeeded with the same settings.
    """
    ENVIRONMENT["BACKPROP_LITE"] = lite
    if lite not in ("", "off"):
        ensure_environment(lite=True)
    html, chinese, built = (built_in(source, path) for path in (HTML, CHINESE, BUILT))
    built.parent.mkdir(parents=True, exist_ok=True)
    with alone():
        last_settings = read_lines(built)
        write_lines(built, [])  # an error here, where nothing can be written, leaves the last build
        make = "translation.py" if source == ROOT else "without_solutions.py"
        if not run(f"site/{make}", *(["--draft"] if draft else [])):
            return False
        editions = [chinese.name] if (chinese / "_toc.yml").exists() else []
        ENVIRONMENT["BACKPROP_EDITIONS"] = " ".join(editions)
        settings = [settings_digest() + lite, *editions]
        # Sphinx leaves old pictures in the folder, also those of what has become a solution.
        if last_settings != settings or source == CLASS:
            forget_build(source)
        if (html / chinese.name).exists():
            shutil.rmtree(str(html / chinese.name))  # what is done to all pages is done to its own
        shutil.rmtree(str(chinese / "lite"), ignore_errors=True)  # the English one waits for it
        books = [str(chinese)] * len(editions) + [os.path.relpath(str(source), str(ROOT))]
        options = ["-q", "-W", "-n", "--keep-going"]
        if not run_together(*(["-c", JUPYTER_BOOK, "build", book, *options] for book in books)):
            forget_build(source)
            return False
        if editions:
            shutil.copytree(str(chinese / "_build" / "html"), str(html / chinese.name))
        write_lines(built, settings)
    return True


def ask_links() -> bool:
    """Ask all addresses of the book; list those that do not answer, and say whether all do."""
    ENVIRONMENT["BACKPROP_LITE"] = "off"
    shutil.rmtree(str(LINKS), ignore_errors=True)
    options = ["--path-output", str(LINKS), "--builder", "linkcheck", "-qq"]
    run("-c", JUPYTER_BOOK, "build", ".", *options)  # fails if a single one does not answer
    return run("site/dead_links.py", str(LINKS / "_build" / "html" / "output.json"), str(LINKS))


def built_in(source: Path, path: Path) -> Path:
    """Return where something of _build is for an edition whose sources are in another folder."""
    return source / path.relative_to(ROOT)


def hosts(html: Path = HTML) -> str:
    """Return a line that says what the built pages load from where."""
    try:
        settings = (html / "lite" / "jupyter-lite.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return "All is in the site, and no chapter runs in the browser."
    found = re.search(r'"pyodideUrl": "https://([^/"]+)', settings)
    if found is None:
        return "All is in the site, Python for the browser, too: no other host is needed."
    return f"All is in the site but Python for the browser, which comes from {found[1]}."


def settings_digest() -> str:
    """Digest what every page depends on and Sphinx does not know."""
    files = [ROOT / "_config.yml", ROOT / "_toc.yml", ROOT / "requirements.lock"]
    files += [ROOT / "pyproject.toml"]  # whose version the pages show
    files += [ROOT / "chapters" / "references.bib"]  # one more moves the ids of all citations
    files += sorted(f for f in (ROOT / "site").rglob("*") if "__pycache__" not in f.parts)
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(bytes(file) + b"\0" + file.read_bytes())
    for name in "REPOSITORY", "BRANCH", "LAUNCH":  # see site/repository.py
        digest.update(os.environ.get(f"BACKPROP_{name}", "").encode() + b"\0")
    return digest.hexdigest()


def forget_build(source: Path) -> None:
    """Remove the built pages of an edition and what Sphinx remembers of them."""
    for path in (HTML, BUILD / ".doctrees", CHINESE / "_build"):
        folder = built_in(source, path)
        if folder.exists():
            shutil.rmtree(str(folder))


def lite_of_last_build() -> str:
    """Return the setting for ``build_book`` with which the last build keeps its chapters."""
    settings = read_lines(BUILT) or [settings_digest()]
    return settings[0][len(settings_digest()) :]


# --- the commands -------------------------------------------------------------------------------


def test(pytest_arguments: list[str]) -> bool:
    """Run every check, print which failed, and say whether all succeeded."""
    stages: dict[str, Callable[[], bool]] = {
        "ruff check": lambda: run("-m", "ruff", "check"),
        "ruff format": lambda: run("-m", "ruff", "format", "--check"),
        "types": lambda: run("-m", "mypy"),
        "book": build_book,
        "pytest": lambda: run("-m", "pytest", "-p", "tests.early", *pytest_arguments),
    }
    passed = {}
    for name, stage in stages.items():
        print(f"\n=== {name} ===", flush=True)
        passed[name] = stage()
    print("\n=== summary ===")
    for name, good in passed.items():
        print("{:12} {}".format(name, "passed" if good else "FAILED"))
    return all(passed.values())


def bench(parts: list[str], *, quick: bool) -> bool:
    """Run the parts of the benchmark, all if none is named; say whether all succeeded."""
    succeeded = True
    for part in parts or BENCHMARKS:
        print(f"\n=== {part} ===", flush=True)
        venv = PEERS if part == "peers" else VENV
        ensure_environment(tests=part == "book", venv=venv)
        script = str(ROOT / "benchmarks" / BENCHMARKS[part])
        options = ["--quick"] if quick and part == "peers" else []
        succeeded = run(script, *options, venv=venv) and succeeded
    return succeeded


def make_files(options: argparse.Namespace) -> bool:
    """Build the book as it was built last, then its PDF or EPUB; say whether both succeeded."""
    arguments = ["--out", str(options.out.resolve())]
    arguments += ["--paper", options.paper] if options.command == "pdf" else []
    arguments += ["--language", options.language] if options.language else []
    arguments += ["--without-solutions"] if options.without_solutions else []
    script = f"teaching/book_{options.command}.py"
    return build_book(lite_of_last_build()) and run(script, *arguments)


def main() -> int:
    """Run the command of the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Build, serve and test the book.")
    commands = parser.add_subparsers(dest="command", required=True)
    book = commands.add_parser("book", help="build the book and serve it")
    book.add_argument("--no-serve", action="store_true", help="only build it, into _build/html")
    book.add_argument(
        "--without-solutions",
        action="store_true",
        help="an edition for a class, built in a folder of its own",
    )
    book.add_argument("--draft", action="store_true", help="the Chinese edition, as far as it is")
    book.add_argument("--port", type=int, help=f"default: {PORT} or the next free")
    lite = book.add_mutually_exclusive_group()
    lite.add_argument("--no-lite", action="store_true", help="no chapters that run in the browser")
    lite.add_argument(
        "--self-hosted",
        metavar="DIR",
        type=Path,
        nargs="?",
        const=PYODIDE,
        help="put Python for the browser into the site; default: what run.py pyodide has fetched",
    )
    book.add_argument(
        "--zip", action="store_true", help=f"only build it, and pack it as {ZIP.name}"
    )
    pyodide = commands.add_parser("pyodide", help="fetch Python for the browser (Pyodide)")
    pyodide.add_argument("folder", metavar="DIR", type=Path, nargs="?", default=PYODIDE)
    pyodide.add_argument("--archive", metavar="FILE", help="a file or an address to take it from")
    pdf = commands.add_parser("pdf", help="print the book to PDF files")
    pdf.add_argument("--paper", choices=["a4", "letter"], default="a4")
    epub = commands.add_parser("epub", help="pack the book as EPUB files")
    for files in (pdf, epub):
        files.add_argument("--language", choices=["en", "zh"], help="default: both")
        files.add_argument("--without-solutions", action="store_true", help="for a class")
        files.add_argument("--out", metavar="DIR", type=Path, default=BUILD, help="default: _build")
    commands.add_parser("links", help="ask the addresses that the book links to")
    commands.add_parser("test", help="run all checks; further arguments go to pytest")
    notebooks = commands.add_parser("notebooks", help="execute the notebooks and store the outputs")
    notebooks.add_argument("names", nargs="*", help="such as 1-chain-rule; default: all")
    chinese = commands.add_parser(
        "zh", help="quote the English of Chinese pages anew, mark the old"
    )
    chinese.add_argument("names", nargs="+", help="such as 1-chain-rule")
    benchmark = commands.add_parser("bench", help="measure; writes the tables in benchmarks/")
    benchmark.add_argument("parts", nargs="*", help=", ".join(BENCHMARKS) + "; default: all")
    benchmark.add_argument("--quick", action="store_true", help="peers: compare, write nothing")
    worksheets = commands.add_parser("class", help="print worksheets, other ones for each student")
    worksheets.add_argument("--students", metavar="N", type=int, required=True, help="how many")
    worksheets.add_argument("--seed", metavar="S", type=int, required=True, help="1, 2, 3, ...")
    worksheets.add_argument("--out", metavar="DIR", type=Path, required=True, help="a new folder")
    worksheets.add_argument(
        "--levels", metavar="NAME", nargs="+", default=[], help="such as chain, or chain.2 nodes.3"
    )
    worksheets.add_argument("--paper", choices=["a4", "letter"], default="a4", help="default: a4")
    worksheets.add_argument("--language", choices=["en", "zh"], default="en", help="default: en")
    bank = commands.add_parser("bank", help="make question banks for Moodle and Canvas")
    bank.add_argument(
        "--count", metavar="N", type=int, required=True, help="of each kind and stage"
    )
    bank.add_argument("--seed", metavar="S", type=int, required=True, help="1, 2, 3, ...")
    bank.add_argument("--out", metavar="DIR", type=Path, required=True, help="a folder")
    bank.add_argument(
        "--levels", metavar="NAME", nargs="+", default=[], help="such as chain, or chain.2 nodes.3"
    )
    bank.add_argument("--language", choices=["en", "zh"], default="en", help="default: en")
    options, rest = parser.parse_known_args()
    if rest and options.command != "test":
        parser.error("unrecognized arguments: " + " ".join(rest))

    if options.command == "bench":
        for part in options.parts:
            if part not in BENCHMARKS:
                parser.error(f"no part {part!r}: choose from {', '.join(BENCHMARKS)}")
        return 0 if bench(options.parts, quick=options.quick) else 1
    needs_no_tests = ("book", "links", "pyodide", "zh", "bank", "epub")
    tests, lite = options.command not in needs_no_tests, options.command == "pyodide"
    ensure_environment(tests=tests, lite=lite)
    if options.command == "test":
        return 0 if test(rest) else 1
    if options.command == "notebooks":
        return 0 if run("tests/notebooks.py", *options.names) else 1
    if options.command == "links":
        return 0 if ask_links() else 1
    if options.command == "zh":
        return 0 if run("site/renewal.py", *options.names) else 1
    if options.command == "class":
        numbers = str(options.students), str(options.seed), str(options.out.resolve())
        chosen = options.paper, options.language, *options.levels
        return 0 if run("teaching/sheets.py", *numbers, *chosen) else 1
    if options.command == "bank":
        numbers = str(options.count), str(options.seed), str(options.out.resolve())
        return 0 if run("teaching/bank.py", *numbers, options.language, *options.levels) else 1
    if options.command == "pyodide":
        archive = options.archive
        if archive and "://" not in archive:
            archive = str(Path(archive).resolve())
        source = ["--archive", archive] if archive else []
        return 0 if run("site/pyodide_archive.py", str(options.folder.resolve()), *source) else 1
    if options.command in ("pdf", "epub"):
        return 0 if make_files(options) else 1
    folder = str(options.self_hosted.resolve()) if options.self_hosted else ""
    edition = CLASS if options.without_solutions else ROOT
    html, built = built_in(edition, HTML), built_in(edition, BUILT)
    try:
        lite_choice = "off" if options.no_lite else folder
        if not build_book(lite_choice, draft=options.draft, source=edition):
            print("\nThe book was not built: see the warnings above.")
            return 1
    except OSError as error:
        if options.no_serve or options.zip or not read_lines(built):
            raise
        # To stderr, which can show any folder's name.
        print(f"This is the book's last build, for it cannot be built: {error}", file=sys.stderr)
    print(hosts(html))
    if options.zip:
        packed = CLASS_ZIP if options.without_solutions else ZIP
        write_zip(html, ROOT / "LICENSE", packed)
        print(f"The book is packed in {packed.relative_to(ROOT)}")
    elif not options.no_serve:
        serve(html, options.port)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:  # nothing can be written, or the disk is full
        sys.exit(f"Cannot go on: {error}")
