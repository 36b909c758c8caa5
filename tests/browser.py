"""The browsers of the tests, Firefox and any that is built on Chromium, and a server for them."""

import os
import shlex
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
from paper import MISSING, chromium, installed
from playwright.sync_api import Browser, Error, Playwright

PREFIX = "/a/folder/"  # the book is rarely at the top of a web server


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """Start a Chromium. Without one the test is skipped, or fails where ``CI`` is ``true``."""
    try:
        return chromium(playwright, *arguments)
    except FileNotFoundError as error:
        return missing(str(error))


def launch_firefox(playwright: Playwright) -> Browser:
    """Start a Firefox: Playwright's own, or the system's by way of ``firefox.py``."""
    with suppress(Error):
        return playwright.firefox.launch()
    why = "There is no Firefox"
    if (
        path := installed("firefox-esr", "firefox")
    ) and os.name != "nt":  # a script stands for the program
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
    return missing(MISSING.format(why, "firefox", "firefox-esr (on Ubuntu firefox)"))


def missing(why: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


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
