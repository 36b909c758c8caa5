"""Build, serve and test the book with nothing but Python installed.

    python run.py book         build the book and serve it at http://127.0.0.1:8000
    python run.py test         lint, build the book strictly, run every test and every notebook
    python run.py notebooks    execute the notebooks and store their outputs in normal form
    python run.py bench        measure the layers, how their cost grows, and what the book costs

The first run installs the packages of the lock files into .venv beside this file; later runs
start at once. Only the standard library is used, and the syntax is that of Python 3.6, so that an
old Python says what it lacks instead of raising a SyntaxError.
"""

import argparse
import hashlib
import http.server
import os
import shutil
import subprocess
import sys
from collections import deque
from functools import partial
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - the one line meant for an older Python
    sys.exit("The book needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info))

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PEERS = ROOT / ".venv-peers"  # what the benchmark compares with: the book never imports it
BUILD = ROOT / "_build"
HTML = BUILD / "html"
PORT = 8000
BENCHMARKS = {"peers": "compare.py", "growth": "growth.py", "book": "book.py"}

ENVIRONMENT = {
    **os.environ,
    "PYTHONUTF8": "1",  # Windows would read and write files in its own code page
    "PYTHONUNBUFFERED": "1",  # progress is shown when it happens
    "OPENBLAS_NUM_THREADS": "1",  # the matrices are small: more threads only wait for each other
}

# Jupyter Book 1 has no __main__, and its script stops working when the folder is moved.
JUPYTER_BOOK = "import sys; from jupyter_book.cli.main import main; sys.exit(main())"

PIP_HINT = """\
If the lines above speak of a connection, a proxy or a certificate, or find no version at all, then
the download failed: check the network and pip's settings (HTTPS_PROXY, PIP_INDEX_URL, PIP_CERT),
and run the same command again."""


# --- the environment ----------------------------------------------------------------------------


def ensure_environment(*, tests: bool = False, venv: Path = VENV) -> None:
    """Make an environment if it does not work, and install what has changed since it was filled."""
    if not venv_works(venv):
        make_venv(venv)
    lock = ROOT / "requirements.lock"
    install("packages", lock, "--require-hashes", "-r", str(lock), venv=venv)
    code = ["--no-deps", "--no-build-isolation", "-e", "."]
    install("code", ROOT / "pyproject.toml", *code, venv=venv)
    if tests:
        lock = ROOT / "tests" / "requirements.lock"
        install("test packages", lock, "--require-hashes", "-r", str(lock), venv=venv)
    if venv == PEERS:
        # No hashes: which file of PyTorch is right depends on the computer.
        pins = ROOT / "benchmarks" / "requirements.txt"
        install("peers", pins, "-r", str(pins), venv=venv)


def python_of(venv: Path) -> str:
    """Return the path of an environment's Python."""
    return str(venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def venv_works(venv: Path) -> bool:
    """Say whether it holds pip and a Python of the version that runs this script."""
    probe = f"import pip, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    try:
        return subprocess.run([python_of(venv), "-c", probe], capture_output=True).returncode == 0
    except OSError:  # there is no such file, or it cannot be started
        return False


def make_venv(venv: Path) -> None:
    """Make an empty environment, in place of any that is there."""
    try:
        __import__("ensurepip"), __import__("venv")
    except ImportError as error:
        sys.exit(
            f"This Python has no module {error.name!r}, which makes environments.\n"
            "On Debian and Ubuntu: sudo apt install python3-venv"
        )
    print("Making {} with Python {}.{}.{}".format(venv.name, *sys.version_info), flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    result = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    if result.returncode:
        sys.exit(result.stdout + result.stderr + "Could not make " + str(venv))


def install(what: str, source: Path, *arguments: str, venv: Path) -> None:
    """Run ``pip install`` with these arguments, unless it has been done for this ``source``."""
    stamp = venv / (what.replace(" ", "-") + ".installed")
    # The folder counts as well: an editable installation points to it.
    state = hashlib.sha256(source.read_bytes() + bytes(ROOT)).hexdigest()
    if stamp.exists() and stamp.read_text() == state:
        return
    stamp.unlink(missing_ok=True)
    print(f"Installing the {what} of the book", flush=True)
    process = subprocess.Popen(
        [python_of(venv), "-m", "pip", "install", *arguments],
        cwd=str(ROOT),
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    last_lines: deque[str] = deque(maxlen=12)
    for line in process.stdout:
        last_lines.append(line)
        first, _, rest = line.strip().partition(" ")
        if first == "Collecting":
            print("  " + rest.split(" ")[0], flush=True)
        elif line.startswith("Installing collected packages"):
            print("  unpacking them", flush=True)
        elif line.startswith("WARNING: Retrying"):
            print("  no answer from the package index, trying again", flush=True)
    if process.wait():
        sys.exit(f"\npip could not install the {what}:\n\n{''.join(last_lines)}\n{PIP_HINT}")
    stamp.write_text(state)


def run(*arguments: str, venv: Path = VENV) -> bool:
    """Run Python of .venv with these arguments in the book's folder; say whether it succeeded."""
    command = [python_of(venv), *arguments]
    return subprocess.run(command, cwd=str(ROOT), env=ENVIRONMENT).returncode == 0


# --- the book -----------------------------------------------------------------------------------


def build_book(lite: str = "") -> bool:
    """Build _build/html, every warning being an error; say whether it succeeded.

    ``lite`` goes to site/lite.py: "off", or a folder with the files of Pyodide.

    Sphinx keeps what it has read even when warnings failed the build, and would not repeat them.
    So a build starts from nothing unless the last one succeeded with the same settings.
    """
    stamp = BUILD / "succeeded-with"
    settings = settings_digest() + lite
    ENVIRONMENT["BACKPROP_LITE"] = lite
    if not (stamp.exists() and stamp.read_text() == settings):
        forget_build()
    stamp.unlink(missing_ok=True)
    if not run("-c", JUPYTER_BOOK, "build", ".", "-q", "-W", "-n", "--keep-going"):
        forget_build()
        return False
    stamp.write_text(settings)
    return True


def settings_digest() -> str:
    """Digest the files that every page depends on, which Sphinx does not know."""
    files = [ROOT / "_config.yml", ROOT / "_toc.yml", ROOT / "requirements.lock"]
    files += sorted(f for f in (ROOT / "site").rglob("*") if "__pycache__" not in f.parts)
    digest = hashlib.sha256()
    for file in files:
        if file.is_file():
            digest.update(bytes(file) + b"\0" + file.read_bytes())
    return digest.hexdigest()


def forget_build() -> None:
    """Remove the built pages and what Sphinx remembers of them."""
    for folder in (HTML, BUILD / ".doctrees"):
        if folder.exists():
            shutil.rmtree(str(folder))


class Server(http.server.ThreadingHTTPServer):
    """A web server that fails on a busy port instead of sharing it."""

    allow_reuse_address = os.name != "nt"  # on Windows it would allow two servers on one port
    allow_reuse_port = False


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the pages quietly, with types that do not depend on the system's settings."""

    extensions_map = {  # noqa: RUF012 - the name and the type are those of the base class
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".css": "text/css",
        ".js": "text/javascript",  # some Windows machines call it text/plain, and browsers refuse
        ".mjs": "text/javascript",
        ".svg": "image/svg+xml",
        ".wasm": "application/wasm",
    }

    def end_headers(self) -> None:
        """Let the browser ask each time whether a file has changed: the book is being edited."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *arguments: object) -> None:
        """Print nothing for a request."""


def serve(port: int | None) -> None:
    """Serve the built book on this computer only, until Ctrl-C."""
    candidates = [port] if port is not None else range(PORT, PORT + 100)
    handler = partial(Handler, directory=str(HTML))
    for candidate in candidates:
        try:
            server = Server(("127.0.0.1", candidate), handler)
            break
        except OSError as error:
            reason = error
    else:
        sys.exit(f"Cannot serve on port {candidate}: {reason}")
    with server:
        address = f"http://127.0.0.1:{server.server_port}"
        print(f"\nThe book is at {address} (stop with Ctrl-C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


# --- the commands -------------------------------------------------------------------------------


def test(pytest_arguments: list[str]) -> bool:
    """Run every check, print which failed, and say whether all succeeded."""
    stages = {
        "ruff check": lambda: run("-m", "ruff", "check"),
        "ruff format": lambda: run("-m", "ruff", "format", "--check"),
        "types": lambda: run("-m", "mypy"),
        "book": build_book,
        "pytest": lambda: run("-m", "pytest", *pytest_arguments),
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


def main() -> int:
    """Run the command of the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Build, serve and test the book.")
    commands = parser.add_subparsers(dest="command", required=True)
    book = commands.add_parser("book", help="build the book and serve it")
    book.add_argument("--no-serve", action="store_true", help="only build it, into _build/html")
    book.add_argument("--port", type=int, help=f"default: {PORT} or the next free")
    lite = book.add_mutually_exclusive_group()
    lite.add_argument("--no-lite", action="store_true", help="no chapters that run in the browser")
    lite.add_argument(
        "--self-hosted", metavar="DIR", type=Path, help="take Pyodide from DIR, not from its host"
    )
    commands.add_parser("test", help="run all checks; further arguments go to pytest")
    notebooks = commands.add_parser("notebooks", help="execute the notebooks and store the outputs")
    notebooks.add_argument("names", nargs="*", help="such as 1-chain-rule; default: all")
    benchmark = commands.add_parser("bench", help="measure; writes the tables in benchmarks/")
    benchmark.add_argument("parts", nargs="*", help=", ".join(BENCHMARKS) + "; default: all")
    benchmark.add_argument("--quick", action="store_true", help="peers: compare, write nothing")
    options, rest = parser.parse_known_args()
    if rest and options.command != "test":
        parser.error("unrecognized arguments: " + " ".join(rest))

    if options.command == "bench":
        for part in options.parts:
            if part not in BENCHMARKS:
                parser.error(f"no part {part!r}: choose from {', '.join(BENCHMARKS)}")
        return 0 if bench(options.parts, quick=options.quick) else 1
    ensure_environment(tests=options.command != "book")
    if options.command == "test":
        return 0 if test(rest) else 1
    if options.command == "notebooks":
        return 0 if run("tests/notebooks.py", *options.names) else 1
    lite = str(options.self_hosted.resolve()) if options.self_hosted else ""
    if not build_book("off" if options.no_lite else lite):
        print("\nThe book was not built: see the warnings above.")
        return 1
    if not options.no_serve:
        serve(options.port)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
