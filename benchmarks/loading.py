"""Measure the built pages in Chromium: what they load, when they show, how fast they answer.

Pages are opened over HTTP from this computer, each time with an empty cache. So the times hold the
work of the browser and none of a network.
"""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from weights import HTML, ROOT, page_names, sent

sys.path.insert(0, str(ROOT / "tests"))  # the tests know where the browser is,
sys.path.insert(0, str(ROOT / "teaching"))  # with what prints pages
from browser import PREFIX, launch, serve

LOADS = 3  # of each page, for medians
PRESSES = 8  # on each control
SLOW = 4  # times slower is the processor of a phone
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
BUTTONS = "button:not(.explorer-address *):visible"  # all that change the figure
LONGEST_WAIT = 5000  # milliseconds, for what a key press changes

# The page notes when the frame begins that shows the last of its figures, and how long key presses
# take. All figures are asked for at once, as by a link to one; else they come when they are near.
#
# A frame is painted between its animation callback and the next message, so the clock of a press
# stops at that. It starts at the time stamp of the key event, when the browser got the key. (The
# browser's own Event Timing rounds to 8 ms and leaves out what is faster than 16 ms.) The frame of
# the figures has no such end: there the formulas come before the message.
NOTE = """
  addEventListener("DOMContentLoaded", () =>
    dispatchEvent(new CustomEvent("explorer-show", { detail: "" })));
  window.figuresShown = null; // milliseconds from opening the page
  new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    if (added.some((node) => node.matches?.(".explorer")))
      requestAnimationFrame(() => (window.figuresShown = performance.now()));
  }).observe(document, { childList: true, subtree: true });

  const afterPaint = (act) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => act(performance.now());
    port2.postMessage(null);
  });

  window.answered = null; // a promise of the milliseconds that the last key press took
  let pressed = null;
  addEventListener("keydown", ({ timeStamp }) => {
    window.answered = new Promise((answer) => {
      pressed = { at: timeStamp, answer };
      setTimeout(() => answer(null), LONGEST_WAIT);
    });
  }, true);
  for (const effect of ["input", "change", "click"])
    addEventListener(effect, () => {
      const { at, answer } = pressed;
      afterPaint((now) => answer(now - at));
    }, true);
""".replace("LONGEST_WAIT", str(LONGEST_WAIT))

LARGEST_PAINT = """new Promise((done) => new PerformanceObserver((list) =>
  done(list.getEntries().at(-1).startTime)
).observe({ type: "largest-contentful-paint", buffered: true }))"""

FORMULAS_AND_FONTS = """(async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await document.fonts.ready;
})()"""

ALL_FIGURES = f"""() => document.querySelectorAll(".explorer, .question").length ===
  document.querySelectorAll('script[type="{WIDGET_VIEW}"]').length"""


# --- opening a page -----------------------------------------------------------------------------


@contextmanager
def opened(browser: Browser, address: str, slowdown: int = 1) -> Iterator[tuple[Page, set[str]]]:
    """Open a page with an empty cache, and wait for figures, formulas, fonts and an idle network.

    Yield it with the addresses of what it has loaded. ``slowdown`` is that of the processor.
    """
    context = browser.new_context()
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.add_init_script(f"{{{NOTE}}}")
    loaded: set[str] = set()
    page.on("response", lambda response: loaded.add(response.url))
    page.goto(address)
    page.wait_for_function(ALL_FIGURES)
    page.evaluate(FORMULAS_AND_FONTS)
    page.wait_for_load_state("networkidle")
    yield page, loaded
    context.close()


def kind_of(path: str) -> str:
    """Return the kind of a file of the site, by its path."""
    if path.endswith(".js"):
        return "our JavaScript" if path == "static_widgets.js" else "other JavaScript"
    endings = {".html": "HTML", ".css": "CSS", ".png": "images", ".svg": "images"}
    endings |= {".woff": "fonts", ".woff2": "fonts", ".ttf": "fonts"}
    return endings[path[path.rindex(".") :]]


def transfer(loaded: set[str]) -> dict[str, list[int]]:
    """Return, for each kind of file, the bytes of what was loaded: as they are, and as sent."""
    bytes_of: dict[str, list[int]] = {}
    inside = (unquote(urlsplit(url).path) for url in loaded if url.startswith("http"))
    for path in sorted({path.removeprefix(PREFIX) for path in inside}):
        total = bytes_of.setdefault(kind_of(path), [0, 0])
        total[0] += (HTML / path).stat().st_size
        total[1] += sent(HTML / path)
    return bytes_of


def load_times(browser: Browser, address: str, slowdown: int) -> tuple[list[int], list[int]]:
    """Return the milliseconds of some loads: to the largest paint, and to the last figure.

    The second list is empty if the page has no figures.
    """
    largest, figures = [], []
    for _ in range(LOADS):
        with opened(browser, address, slowdown) as (page, _):
            largest.append(round(page.evaluate(LARGEST_PAINT)))
            if shown := page.evaluate("figuresShown"):
                figures.append(round(shown))
    return largest, figures


# --- pressing keys ------------------------------------------------------------------------------


def answer_times(browser: Browser, address: str, slowdown: int) -> dict[str, dict[str, float]]:
    """Return, for each figure of a page, the milliseconds from key presses to the new picture."""
    found = {}
    with opened(browser, address, slowdown) as (page, _):
        for number, figure in enumerate(page.locator(".explorer").all(), start=1):
            times = press_everything(page, figure)
            found[f"{number} {figure.get_attribute('aria-label')}"] = {
                "median": round(median(times), 1),
                "worst": round(max(times), 1),
                "presses": len(times),
            }
    return found


def press_everything(page: Page, figure: Locator) -> list[float]:
    """Press keys on every control of a figure; return the milliseconds that each press took."""
    moved = figure.locator("select, input[type=range]").all()
    for control in moved:
        control.press("End")  # the last step of a run has the most to draw
    times = []
    for control in moved:
        slider = control.get_attribute("type") == "range"
        keys = ("ArrowLeft", "ArrowRight") if slider else ("ArrowUp", "ArrowDown")
        times += [press(page, control, keys[i % 2]) for i in range(PRESSES)]
    for _ in range(PRESSES):
        for button in figure.locator(BUTTONS).all():
            if button.get_attribute("aria-disabled") != "true":
                times.append(press(page, button, "Enter"))
    return [time for time in times if time is not None]


def press(page: Page, control: Locator, key: str) -> float | None:
    """Press a key; return the milliseconds until its effect is painted, None if it has none."""
    control.focus()
    page.wait_for_timeout(random.uniform(20, 50))  # a key comes at any time between two frames
    page.keyboard.press(key)
    return page.evaluate("answered")


# --- all pages ----------------------------------------------------------------------------------


def measure_page(browser: Browser, address: str) -> dict:
    """Return everything about one page, under the names of the budgets where there is one."""
    with opened(browser, address) as (_, loaded):
        measured = {"transfer": transfer(loaded)}
    for slowdown, prefix in ((1, ""), (SLOW, "slow_")):
        largest, figures = load_times(browser, address, slowdown)
        measured[f"{prefix}lcp_ms"] = largest
        measured[f"{prefix}figures_ms"] = figures
        measured[f"{prefix}press_ms"] = answer_times(browser, address, slowdown) if figures else {}
    return measured


def measure() -> dict:
    """Measure every page; return the figures by its name, and what measured them."""
    pages = {}
    with serve(HTML) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        for name in page_names():
            print(f"  {name}", flush=True)
            pages[name] = measure_page(browser, f"{address}{name}.html")
        version = browser.version
        browser.close()
    return {"browser": f"Chromium {version}", "loads": LOADS, "pages": pages}
