"""The browser of the tests, any that is built on Chromium, and a web server for it."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright

# Chromium by its names on Linux; then Chrome and Edge in their usual places; then the browser that
# Playwright itself has installed.
NAMES = ("chromium", "chromium-browser", "google-chrome")
OTHERS = ({"channel": "chrome"}, {"channel": "msedge"}, {})
PYTHON = ".venv/bin/python" if os.name != "nt" else r".venv\Scripts\python"
MISSING = (
    "There is no Chromium, Chrome or Edge for this test. To install one:\n"
    f"    {PYTHON} -m playwright install chromium\n"
    "or, on Debian and Ubuntu: sudo apt install chromium"
)


PREFIX = "/a/folder/"  # the book is rarely at the top of a web server


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """Start a browser. Without one the test is skipped, or fails where ``CI`` is ``true``."""
    options = {"args": arguments}
    # root, as in many containers, has no sandbox; the pages are our own
    options["chromium_sandbox"] = not hasattr(os, "geteuid") or os.geteuid() != 0
    if path := next(filter(None, map(shutil.which, NAMES)), None):
        return playwright.chromium.launch(executable_path=path, **options)
    for other in OTHERS:
        with suppress(Error):
            return playwright.chromium.launch(**other, **options)
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


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


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this computer; yield the address that stands before a page's path."""
    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        server.shutdown()
