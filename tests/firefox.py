"""Runs an ordinary Firefox for Playwright, which knows only its own build and newer ones.

Playwright speaks WebDriver BiDi with it, but first of all asks for a command that Firefox ESR does
not have yet. This program starts Firefox and stands between the two: it answers that command
itself, and passes everything else on. What the command sets (the colour scheme, print) stays as
it is, so no test may rely on it in Firefox.
"""

import asyncio
import json
import re
import sys

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from tornado.websocket import WebSocketHandler, websocket_connect

NOT_YET = "emulation.setMediaFeaturesOverride"
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
MOST = 2**28  # bytes of a message; a screenshot of a long page has some millions


class Relay(WebSocketHandler):
    """One connection of Playwright, and its own to Firefox."""

    def initialize(self, address: str) -> None:
        self.address = address

    async def open(self, *_path: str) -> None:
        self.firefox = asyncio.ensure_future(
            websocket_connect(
                self.address + self.request.path,
                on_message_callback=self.answer,
                max_message_size=MOST,
            )
        )

    async def on_message(self, message: str | bytes) -> None:
        command = json.loads(message)
        if command["method"] == NOT_YET:
            self.answer(json.dumps({"type": "success", "id": command["id"], "result": {}}))
        else:
            (await self.firefox).write_message(message)

    def answer(self, message: str | bytes | None) -> None:
        if message is None:
            self.close()
        else:
            self.write_message(message)


async def run(*command: str) -> int:
    """Start Firefox; where it says at which address it listens, name the relay's instead."""
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    while line := (await firefox.stderr.readline()).decode():
        if found := LISTENS.search(line):
            (socket,) = bind_sockets(0, "127.0.0.1")
            application = Application(
                [("/.*", Relay, {"address": found[1]})], websocket_max_message_size=MOST
            )
            HTTPServer(application).add_socket(socket)
            line = f"WebDriver BiDi listening on ws://127.0.0.1:{socket.getsockname()[1]}\n"
        print(line, end="", file=sys.stderr, flush=True)
    return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(run(*sys.argv[1:])))
