"""The browser of the tests: any that is built on Chromium."""

import os
import shutil
from contextlib import suppress

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


def launch(playwright: Playwright) -> Browser:
    """Start a browser. Without one the test is skipped, or fails where ``CI`` is ``true``."""
    # root, as in many containers, has no sandbox; the pages are our own
    sandbox = not hasattr(os, "geteuid") or os.geteuid() != 0
    if path := next(filter(None, map(shutil.which, NAMES)), None):
        return playwright.chromium.launch(executable_path=path, chromium_sandbox=sandbox)
    for other in OTHERS:
        with suppress(Error):
            return playwright.chromium.launch(**other, chromium_sandbox=sandbox)
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)
