r"""Measure the interactive figures: what they weigh, and how fast they answer.

    python run.py test                                  (once: installs what this needs)
    .venv/bin/python benchmarks/explorers.py            (Windows: .venv\Scripts\python)

Builds nothing: it measures the pages of the last ``run.py book``. Writes ``explorers.md`` beside
this file. Times depend on the computer and are medians; sizes do not.
"""

import functools
import gzip
import http.server
import json
import re
import shutil
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from backprop.explorers.runs import LRS, REGS, STEPS, STOPS, Task
from backprop.training import train_grid

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
STATE = re.compile(
    r'<script type="application/vnd.jupyter.widget-state\+json">(.*?)</script>', re.S
)
ROUNDS = 7
PRESSES = 30

# From the event that a key press causes until the frame that shows its effect has been painted.
PRESS_TO_PAINT = """
slider => new Promise(done => {
  const start = performance.now();
  slider.value === slider.min ? slider.stepUp() : slider.stepDown();
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - start);
    port2.postMessage(null);
  });
})
"""


def kilobytes(data: bytes) -> float:
    """Return the size of data in KB as a server sends it, compressed."""
    return len(gzip.compress(data, 9)) / 1000


def modules(page: Path) -> bytes:
    """Return our own JavaScript on a page: the host and the modules of its explorers, each once."""
    (state,) = STATE.findall(page.read_text(encoding="utf-8"))
    models = json.loads(state)["state"].values()
    texts = {model["state"]["_esm"] for model in models if "_esm" in model["state"]}
    host = (SITE / "static_widgets.js").read_bytes()
    return host + "".join(sorted(texts)).encode()


def median_time(work: Callable[[], object]) -> float:
    """Return the median time of some runs, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def grid_seconds() -> float:
    """Return how long it takes to train all settings of the lab for one colouring."""
    task = Task("quadrants", hidden=True, seed=0)
    X, t = task.points()
    return median_time(
        lambda: train_grid(task.network(), X, t, lrs=LRS, regs=REGS, steps=STEPS, stops=STOPS)
    )


def first_paint(page: Page, address: str) -> float:
    """Return the seconds from opening a page until its lab shows a run, on this computer."""

    def load() -> None:
        page.goto("about:blank")
        page.goto(address, wait_until="commit")
        page.wait_for_selector('.explorer [data-key="cells 0"][d^="M"]', state="attached")

    return median_time(load)


def press_to_paint(page: Page, address: str) -> float:
    """Return the median milliseconds from a key press on the lab's sliders to the new picture."""
    page.goto(address)
    page.wait_for_selector('.explorer [data-key="cells 0"][d^="M"]', state="attached")
    lab = page.locator(".explorer").last
    times = []
    for name in ("learning rate", "step"):
        slider = lab.get_by_role("slider", name=name).element_handle()
        slider.evaluate("slider => { slider.value = slider.max; }")
        times += [slider.evaluate(PRESS_TO_PAINT) for _ in range(PRESSES // 2)]
    return statistics.median(times)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the pages and prints nothing."""

    def log_message(self, *arguments: object) -> None:
        """Print nothing for a request."""


def table() -> str:
    """Measure everything and return it as Markdown."""
    handler = functools.partial(Quiet, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lines = [
        "| page | HTML, KB gzipped (≤ 150) | our JavaScript, KB gzipped (≤ 10) "
        "| notebook, KB (≤ 1000) |",
        "| --- | --- | --- | --- |",
    ]
    labs = []
    for page in sorted((SITE / "chapters").glob("*.html")):
        html = page.read_bytes()
        if b"widget-view+json" not in html:
            continue
        notebook = (ROOT / "chapters" / page.name).with_suffix(".ipynb").stat().st_size / 1000
        code = kilobytes(modules(page))
        lines.append(f"| {page.stem} | {kilobytes(html):.0f} | {code:.1f} | {notebook:.0f} |")
        if b"cells 0" in html:
            labs.append(page.name)
    lines += [
        "",
        "| page | first paint of the lab, s (≤ 1) | key press to repaint, ms (≤ 16) |",
        "| --- | --- | --- |",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        view = browser.new_page()
        for name in labs:
            address = f"http://127.0.0.1:{server.server_port}/chapters/{name}"
            times = first_paint(view, address), press_to_paint(view, address)
            lines.append(f"| {Path(name).stem} | {times[0]:.2f} | {times[1]:.1f} |")
    settings = len(LRS) * len(REGS)
    lines += ["", f"Training the {settings} networks of a lab: {grid_seconds():.2f} s (≤ 2)."]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write the table."""
    text = table()
    print(text)
    path = Path(__file__).with_suffix(".md")
    path.write_text(f"# The interactive figures, measured\n\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
