"""The browsers of the tests, Firefox and any that is built on Chromium, and a server for them."""

import os
import shlex
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Error, Playwright

# The browsers by their names on Linux; then Chrome and Edge in their usual places; then those that
# Playwright itself has installed.
NAMES = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "firefox": ("firefox-esr", "firefox"),
}
OTHERS = ({"channel": "chrome"}, {"channel": "msedge"}, {})
PYTHON = ".venv/bin/python" if os.name != "nt" else r".venv\Scripts\python"
MISSING = (
    "{} for this test. To install one:\n"
    f"    {PYTHON} -m playwright install {{}}\n"
    "or, on Debian and Ubuntu: sudo apt install {}"
)


ALONE = "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"  # a Chromium's rules: it reaches no other computer
PREFIX = "/a/folder/"  # the book is rarely at the top of a web server


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """Start a Chromium. Without one the test is skipped, or fails where ``CI`` is ``true``."""
    options = {"args": ["--disable-gpu", f"--host-resolver-rules={ALONE}", *arguments]}
    # root, as in many containers, has no sandbox; the pages are our own
    options["chromium_sandbox"] = not hasattr(os, "geteuid") or os.geteuid() != 0
    if path := installed("chromium"):
        return playwright.chromium.launch(executable_path=path, **options)
    for other in OTHERS:
        with suppress(Error):
            return playwright.chromium.launch(**other, **options)
    return missing("There is no Chromium, Chrome or Edge", "chromium", "chromium")


def launch_firefox(playwright: Playwright) -> Browser:
    """Start a Firefox: Playwright's own, or the system's by way of ``firefox.py``."""
    with suppress(Error):
        return playwright.firefox.launch()
    why = "There is no Firefox"
    if (path := installed("firefox")) and os.name != "nt":  # a script stands for the program
        relay = shlex.join([sys.executable, str(Path(__file__).with_name("firefox.py")), path])
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "firefox"
            program.write_text(f'#!/bin/sh\nexec {relay} "$@"\n')
            program.chmod(0o700)
            try:
                return playwright.firefox.launch(
                    channel="moz-firefox", executable_path=program, timeout=60_000
                )
            except Error as error:
                why = f"{path} does not start ({error.message.splitlines()[0]}): it will not do"
    return missing(why, "firefox", "firefox-esr (on Ubuntu firefox)")


def installed(name: str) -> str | None:
    return next(filter(None, map(shutil.which, NAMES[name])), None)


def missing(*names: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING.format(*names))
    pytest.skip(MISSING.format(*names))


class Handler(SimpleHTTPRequestHandler):
    """Serves the book below ``PREFIX``, and nothing else, quietly."""

    extensions_map = {  # noqa: RUF012
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def translate_path(self, path: str) -> str:
        inside = path.removeprefix(PREFIX) if path.startswith(PREFIX) else "outside"
        return super().translate_path(f"/{inside}")

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Says nothing when a page is closed before it has all its files."""

    def handle_error(self, request: object, client: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client)


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this computer; yield the address that stands before a page's path."""
    handler = partial(Handler, directory=str(folder))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        server.shutdown()
