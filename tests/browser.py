"""The browser of the tests: any Chromium that is installed."""

import os
import shutil

import pytest
from playwright.sync_api import Browser, Error, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = (
    "There is no browser for this test. One command installs it:\n"
    "    {python} -m playwright install chromium\n"
    "or, on Debian and Ubuntu: sudo apt install chromium"
)


def launch(playwright: Playwright) -> Browser:
    """Start a browser. Without one the test is skipped, or fails where ``CI`` is ``true``."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    # root, as in many containers, has no sandbox; the pages are our own
    options = {"args": ["--no-sandbox"]} if hasattr(os, "geteuid") and os.geteuid() == 0 else {}
    try:
        return playwright.chromium.launch(executable_path=path, **options)
    except Error:
        if path:
            raise
        give_up = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        give_up(
            MISSING.format(
                python=".venv/bin/python" if os.name != "nt" else r".venv\Scripts\python"
            )
        )
