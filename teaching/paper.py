"""Paper: pages of HTML, printed to PDF by a browser, as the reader's own would print them."""

import os
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

# A Chromium by its names on Linux; then Chrome and Edge in their usual places; then the one that
# Playwright itself has installed.
NAMES = ("chromium", "chromium-browser", "google-chrome")
CHANNELS = ("chrome", "msedge", None)
ALONE = "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"  # its rules: it reaches no other computer
PYTHON = ".venv/bin/python" if os.name != "nt" else r".venv\Scripts\python"
MISSING = (
    "{} for this. To install one:\n"
    f"    {PYTHON} -m playwright install {{}}\n"
    "or, on Debian and Ubuntu: sudo apt install {}"
)


def installed(*names: str) -> str | None:
    """Return the path of the first of these programs that there is."""
    return next(filter(None, map(shutil.which, names)), None)


def chromium(playwright: Playwright, *arguments: str) -> Browser:
    """Start a Chromium; raise ``FileNotFoundError``, which says how to get one, without any."""
    # root, as in many containers, has no sandbox; the pages are our own
    sandbox = not hasattr(os, "geteuid") or os.geteuid() != 0
    flags = ["--disable-gpu", f"--host-resolver-rules={ALONE}", *arguments]
    start = partial(playwright.chromium.launch, args=flags, chromium_sandbox=sandbox)
    if path := installed(*NAMES):
        return start(executable_path=path)
    for channel in CHANNELS:
        with suppress(Error):
            return start(channel=channel)
    none = MISSING.format("There is no Chromium, Chrome or Edge", "chromium", "chromium")
    raise FileNotFoundError(none)


def print_pdf(page: Path, pdf: Path) -> None:
    """Print an HTML file to a PDF with bookmarks from its headings and tags for screen readers.

    The size of the paper, margins and page numbers are said by its own ``@page`` rules.
    """
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        tab = browser.new_page()
        tab.goto(page.resolve().as_uri())
        tab.evaluate("document.fonts.ready.then(() => true)")
        tab.pdf(
            path=pdf, prefer_css_page_size=True, print_background=True, outline=True, tagged=True
        )
        browser.close()
