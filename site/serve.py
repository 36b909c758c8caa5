"""A web server for the built book, on this computer only.

``run.py`` serves the book with it, and the book's ZIP has it as ``start.py``. Only the standard
library is used, and the syntax is that of Python 3.7.
"""

from __future__ import annotations

import functools
import http.server
import os
import sys
from pathlib import Path

PORT = 8000


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


def serve(folder: Path, port: int | None = None) -> None:
    """Serve a folder on this computer only, until Ctrl-C; by default at a free port."""
    candidates = [port] if port is not None else range(PORT, PORT + 100)
    handler = functools.partial(Handler, directory=str(folder))
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


if __name__ == "__main__":
    serve(Path(__file__).resolve().parent / "book", *map(int, sys.argv[1:2]))
