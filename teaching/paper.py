"""Paper: pages of HTML, printed to PDF by a browser, as the reader's own would print them."""

import os
import shutil
import sys
from contextlib import suppress
from functools import cache, partial
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

# A Chromium by its names on Linux, first the one without a window, which takes a fifth less time;
# then Chrome and Edge in their usual places; then the one that Playwright itself has installed.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHANNELS = ("chrome", "msedge", None)
FLAGS = (
    "--disable-gpu",
    "--font-render-hinting=none",  # letters are as wide as on paper and with a window
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # it reaches no other computer
)
PYTHON = ".venv/bin/python" if os.name != "nt" else r".venv\Scripts\python"
MISSING = (
    "{} for this. To install one:\n"
    f"    {PYTHON} -m playwright install {{}}\n"
    "or, on Debian and Ubuntu: sudo apt install {}"
)

# Whether Chinese letters that there is no font for stand on a page: then all look alike.
NO_CHINESE = """() => {
  const drawn = [..."反向"].map((letter) => {
    const context = document.createElement("canvas").getContext("2d");
    context.font = "40px serif";
    context.fillText(letter, 10, 60);
    return context.canvas.toDataURL();
  });
  return drawn[0] === drawn[1] && /\\p{Script=Han}/u.test(document.body.textContent);
}"""
FONT = (
    "There is no font with Chinese letters. To install one, on Debian and Ubuntu: "
    "sudo apt install fonts-noto-cjk"
)


def installed(*names: str) -> str | None:
    """Return the path of the first of these programs that there is."""
    return next(filter(None, map(shutil.which, names)), None)


def chromium(playwright: Playwright, *arguments: str) -> Browser:
    """Start a Chromium; raise ``FileNotFoundError``, which says how to get one, without any."""
    # root, as in many containers, has no sandbox; the pages are our own
    sandbox = not hasattr(os, "geteuid") or os.geteuid() != 0
    start = partial(playwright.chromium.launch, args=[*FLAGS, *arguments], chromium_sandbox=sandbox)
    if path := installed(*NAMES):
        return start(executable_path=path)
    for channel in CHANNELS:
        with suppress(Error):
            return start(channel=channel)
    none = MISSING.format("There is no Chromium, Chrome or Edge", "chromium", "chromium")
    raise FileNotFoundError(none)


@cache
def warn_once(text: str) -> None:
    """Tell something that does not keep from printing."""
    print(text, file=sys.stderr)


def print_pdf(page: Path, pdf: Path) -> None:
    """Print an HTML file to a PDF with bookmarks from its headings and tags for screen readers.

    The size of the paper, margins and page numbers are said by its own ``@page`` rules. Raises
    ``FileNotFoundError``, with what to install, without a Chromium, or without a font for Chinese.
    """
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        tab = browser.new_page()
        tab.goto(page.resolve().as_uri())
        tab.evaluate("document.fonts.ready.then(() => true)")
        if tab.evaluate(NO_CHINESE):
            if (tab.get_attribute("html", "lang") or "").startswith("zh"):
                raise FileNotFoundError(FONT)
            warn_once(f"Some words will be empty boxes. {FONT}")
        tab.pdf(
            path=pdf, prefer_css_page_size=True, print_background=True, outline=True, tagged=True
        )
        browser.close()
