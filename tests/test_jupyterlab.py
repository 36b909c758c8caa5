"""The training lab in a real JupyterLab, where a live kernel trains what the reader asks for."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import early
import nbformat
import pytest
from browser import launch
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, sync_playwright

from backprop.explorers.kit.packing import decimals, numbers_of
from backprop.explorers.lab.runs import STEPS, Task
from backprop.show.drawing import short
from backprop.training import train

CELL = """\
from backprop.explorers import TrainingLab
TrainingLab(lrs=[0.1, 1], regs=[0, 0.01], lr=1, reg=0)"""
ASK = """\
from backprop.explorers import ask
ask("How much is 1 + 1?", answer=1 + 1, because="Count.", mistakes={3: "No."}, show="lab:lr=0.1")"""
PATIENCE = 40_000  # milliseconds; a kernel starts, and two cores may be busy


@pytest.fixture(scope="module")
def lab_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Open a notebook with a training lab in JupyterLab and run it."""
    folder = tmp_path_factory.mktemp("lab")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}  # else Lab asks
    notebook = new_notebook(cells=[new_code_cell(CELL), new_code_cell(ASK)], metadata=kernel)
    nbformat.write(notebook, folder / "lab.ipynb")
    with serve(folder) as address, sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/lab/tree/lab.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        page.wait_for_selector("text=| Idle")  # the kernel has started; else Lab asks for one
        page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_selector(".explorer svg")
        yield page
        browser.close()


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder by JupyterLab on a free port of this computer; yield the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "ServerApp.root_dir": folder,
        "ServerApp.port": port,
        "ServerApp.allow_root": True,
        "ServerApp.open_browser": False,
        "IdentityProvider.token": "",
        "LabApp.expose_app_in_browser": True,
        "LabApp.news_url": None,
        # seen from sys.prefix: in a whole path, JupyterLab takes a [ for the begin of a pattern
        "LabApp.extra_labextensions_path": "share/jupyter/labextensions",
    }
    command = [
        sys.executable,
        early.__file__,
        "jupyterlab",
        *(f"--{k}={v}" for k, v in settings.items()),
    ]
    # the reader's own settings and kernels stay out of it
    private = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    address = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=sys.prefix, env={**os.environ, **private}, stdout=log, stderr=log
        )
        try:
            wait_for(address + "/api", server, folder / "log")
            yield address
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    """Wait until a server answers."""
    for _ in range(PATIENCE // 200):
        if server.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.2)
    pytest.fail(f"JupyterLab does not answer:\n{log.read_text()}")


def said(page: Page, pattern: str) -> re.Match:
    """Wait until the lab says what matches ``pattern``."""
    text = page.locator(".explorer [aria-live=polite]")
    deadline = time.monotonic() + PATIENCE / 1000
    while not (found := re.search(pattern, text.inner_text())):
        assert time.monotonic() < deadline, f"{pattern!r} is not in {text.inner_text()!r}"
        page.wait_for_timeout(50)
    return found


@pytest.mark.parametrize(("lr", "reg"), [(0.37, 0.004), (2.5, 0.0003)])
def test_the_lab_trains_a_setting_between_those_of_its_table(lab_page, lr, reg):
    lab_page.get_by_label("exact learning rate").fill(str(lr))
    lab_page.get_by_label("exact reg").fill(str(reg))
    lab_page.keyboard.press("Enter")
    setting = rf"{lr}, reg {reg} \(trained just now by Python\)"
    pattern = rf"{setting}, step 300: data loss (\S+) \+ penalty (\S+) "
    shown = said(lab_page, pattern).groups()
    task = Task("quadrants", hidden=True, seed=0)
    history = train(task.network(), *task.points(), lr=lr, reg=reg, steps=STEPS)
    expected = numbers_of(decimals([history.data_loss[-1], history.penalty[-1]]))
    assert shown == tuple(map(short, expected))


def test_a_setting_that_makes_no_sense_is_refused_in_words(lab_page):
    lab_page.get_by_label("exact learning rate").fill("-1")
    lab_page.keyboard.press("Enter")
    said(lab_page, "lr must be a finite number > 0, got -1")


def test_the_arrow_keys_move_the_sliders_and_not_the_notebook(lab_page):
    slider = lab_page.get_by_role("slider", name="learning rate")
    slider.focus()
    lab_page.keyboard.press("ArrowLeft")
    said(lab_page, r"Learning rate 0\.1, reg 0, step 300")
    lab_page.keyboard.press("ArrowRight")
    said(lab_page, r"Learning rate 1, reg 0, step 300")


def test_the_living_figure_hides_its_still_picture(lab_page):
    assert not lab_page.locator(".explorer-still").is_visible()


def test_a_question_is_answered_by_enter_kept_and_moves_the_figure(lab_page):
    root = lab_page.locator(".question")
    field = root.get_by_role("textbox")
    field.fill("3")
    field.press("Enter")
    root.get_by_text("✗ No.").wait_for()
    field.fill("2")
    field.press("Enter")
    root.get_by_text("✓ Right. Count.").wait_for()
    said(lab_page, r"Learning rate 0\.1, reg 0, step 300")
    assert not lab_page.locator(".question-still").is_visible()
    kept = "localStorage.getItem('backprop-in-fifteen-minutes:questions')"
    assert '"said":["3","2"],"right":true' in lab_page.evaluate(kept)
