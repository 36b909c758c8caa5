"""Execute the notebooks of the book and store them in one normal form.

    python run.py notebooks [1-chain-rule ...]

The normal form has nothing in it that differs from run to run or from computer to computer, so a
notebook changes only when what it says or shows has changed.
"""

import argparse
import base64
import io
import json
import re
import struct
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, NbvalKernelspecManager
from PIL import Image
from prose import number_of

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "chapters"
CELL_TIMEOUT = 120  # seconds

# Two figures are the same when the root mean square of their pixels' differences, black being 0 and
# white 1, is at most this. A changed letter in a title makes it about 0.013; the same figure, 0.
PIXEL_TOLERANCE = 0.005

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
PNG_TEXT_CHUNKS = {b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"}


class NotebookError(Exception):
    """A notebook cannot be stored; the message says why and where."""


# --- figures ------------------------------------------------------------------------------------


def pixels(png: str) -> np.ndarray:
    """Decode a base64 PNG to an array (height, width, 4) of numbers from 0 to 1."""
    with Image.open(io.BytesIO(base64.b64decode(png))) as image:
        return np.asarray(image.convert("RGBA")) / 255


def figure_change(new: str, old: str) -> str:
    """Say how two base64 PNGs differ, or nothing if they show the same picture."""
    a, b = pixels(new), pixels(old)
    if a.shape != b.shape:
        sizes = [f"{width} × {height}" for height, width, _ in (a.shape, b.shape)]
        return f"the figure is {sizes[0]} pixels, the stored one {sizes[1]}"
    rms = np.sqrt(np.mean((a - b) ** 2))
    if rms > PIXEL_TOLERANCE:
        return f"the pixels differ by {rms:.4f} (RMS; {PIXEL_TOLERANCE} is tolerated)"
    return ""


def figures(outputs: list[NotebookNode]) -> list[str]:
    """Return the base64 PNGs of a cell's outputs."""
    return [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]


def without_text(png: str) -> str:
    """Drop the chunks of a base64 PNG that name the program and the date."""
    data = base64.b64decode(png)
    kept, position = [data[:8]], 8  # the signature
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        end = position + 12 + length  # a chunk is length, type, content, checksum
        if data[position + 4 : position + 8] not in PNG_TEXT_CHUNKS:
            kept.append(data[position:end])
        position = end
    return base64.b64encode(b"".join(kept)).decode()


# --- the normal form ----------------------------------------------------------------------------


def normal_form(notebook: NotebookNode, stored: NotebookNode | None = None) -> str:
    """Return the text in which a notebook is stored.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook. It is not changed.
    stored : NotebookNode, optional
        The notebook as it was stored before: where a figure of it shows the same picture, its bytes
        are kept, so that another version of a library does not change the file.
    """
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    old_cells = {cell.get("id"): cell for cell in stored.cells} if stored else {}
    count = 0
    for cell in notebook.cells:
        kept = ("tags", "mystnb")
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden")  # a solution
        cell.metadata = {key: cell.metadata[key] for key in kept if cell.metadata.get(key)}
        if hidden:
            cell.metadata["jupyter"] = {"source_hidden": True}
        if cell.cell_type != "code":
            continue
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        normalise_outputs(cell, old_cells.get(cell.id))
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        **widget_metadata(notebook),
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return renumber_widgets(notebook, nbformat.writes(notebook) + "\n")


def normalise_outputs(cell: NotebookNode, old_cell: NotebookNode | None) -> None:
    """Bring the outputs of a code cell into normal form, in place.

    A cell with the tag ``live`` makes controls that need a kernel. A page has none, so they are
    not stored.
    """
    if "live" in cell.metadata.get("tags", []):
        cell.outputs = []
    old_figures = iter(figures(old_cell.get("outputs", [])) if old_cell else [])
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = cell.execution_count
        if output.output_type == "error":
            output.traceback = [shorten_paths(line) for line in output.traceback]
        if "image/png" in output.get("data", {}):
            png = without_text(output.data["image/png"])
            old = next(old_figures, None)
            same = old is not None and not figure_change(png, old)
            output.data["image/png"] = without_text(old) if same else png


def shorten_paths(line: str) -> str:
    """Name the book's own files in a traceback relative to the book's folder."""
    home = Path.home()
    folders = [f"{ROOT}/"]
    if ROOT.is_relative_to(home):
        folders.append(f"~/{ROOT.relative_to(home).as_posix()}/")  # IPython writes it this way
    for folder in folders:
        line = line.replace(folder, "")
    return line


def widget_metadata(notebook: NotebookNode) -> dict:
    """Return the metadata of the widgets that the outputs show, or nothing if there are none.

    GitHub calls a notebook invalid if it has this metadata without a state.
    """
    widgets = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {})
    state = widgets.get("state", {})
    outputs = json.dumps([cell.get("outputs") for cell in notebook.cells])
    shown, found = set(), {name for name in state if name in outputs}
    while found:  # and the widgets that these refer to
        shown |= found
        content = json.dumps([state[name] for name in found])
        found = {name for name in state if name in content} - shown
    kept = {name: model for name, model in state.items() if name in shown}
    return {"widgets": {WIDGET_STATE: {**widgets, "state": kept}}} if kept else {}


def renumber_widgets(notebook: NotebookNode, text: str) -> str:
    """Replace the random ids of widgets in the text of a notebook by 0, 1, 2 ..."""
    widgets = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {})
    numbers = {name: f"{number:032x}" for number, name in enumerate(widgets.get("state", {}))}
    if not numbers:
        return text
    # All at once: a new id may be the old one of another widget.
    text = re.sub("|".join(map(re.escape, numbers)), lambda match: numbers[match[0]], text)
    return nbformat.writes(nbformat.reads(text, as_version=4)) + "\n"  # sorted by the new ids


# --- execution ----------------------------------------------------------------------------------


def ruff(path: Path, text: str) -> str:
    """Return the text of a notebook as ``ruff format`` writes it, after ``ruff check``."""

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(path), "-"]
        result = subprocess.run(command, input=text, capture_output=True, encoding="utf-8")
        if result.returncode:
            raise NotebookError(result.stdout + result.stderr)
        return result.stdout

    text = run("format")
    run("check")
    return text


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Execute a notebook in place, with the Python that runs this script, inside ``folder``."""
    running = 0  # the index of the cell that runs

    def note(cell_index: int, **_: object) -> None:
        nonlocal running
        running = cell_index

    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(
            kernel_name=CURRENT_ENV_KERNEL_NAME, kernel_spec_manager=NbvalKernelspecManager()
        ),
        resources={"metadata": {"path": str(folder)}},
        timeout=CELL_TIMEOUT,
        record_timing=False,
        coalesce_streams=True,  # what is printed arrives in pieces that depend on timing
        on_cell_execute=note,
    )
    try:
        client.execute(
            cleanup_kc=True,  # stop the kernel, although the manager is ours
            stderr=subprocess.DEVNULL,  # the kernel's own log, not the output of the cells
        )
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise NotebookError(f"{name_cell(notebook, running)}\n{error}") from None
    for index, cell in enumerate(notebook.cells):
        live = "live" in cell.metadata.get("tags", [])  # a progress bar may write there
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr" and not (live and is_progress(output.text)):
                where = name_cell(notebook, index)
                raise NotebookError(f"{where} writes to stderr (a warning?):\n{output.text}")


def is_progress(text: str) -> bool:
    """Say whether all that a cell has written are the states of a progress bar."""
    states = [state for state in re.split(r"[\r\n]+", text) if state.strip()]
    return all(re.match(r" *\d+%\|", state) for state in states)


def name_cell(notebook: NotebookNode, index: int) -> str:
    """Name a code cell by its number among the code cells, the [n] that Jupyter shows."""
    codes = [cell for cell in notebook.cells[: index + 1] if cell.cell_type == "code"]
    return f"code cell {len(codes)}"


def update(path: Path) -> bool:
    """Execute a notebook and store it in normal form; say whether the file has changed.

    Raises
    ------
    NotebookError
        If a check or a cell fails, or a cell warns. The file is left as it was.
    """
    before = path.read_bytes()
    stored = nbformat.reads(before.decode("utf-8"), as_version=4)
    notebook = nbformat.reads(ruff(path, before.decode("utf-8")), as_version=4)
    execute(notebook, path.parent)
    after = normal_form(notebook, stored).encode("utf-8")
    if after != before:
        path.write_bytes(after)
    return after != before


def main() -> int:
    """Update the notebooks that the command line names; return the exit status."""
    parser = argparse.ArgumentParser(description="Execute notebooks and store them normalised.")
    parser.add_argument("names", nargs="*", help="such as 1-chain-rule; default: all")
    names = parser.parse_args().names
    known = {path.stem: path for path in sorted(CHAPTERS.glob("*.ipynb"), key=number_of)}
    chosen = [Path(name).stem for name in names] or list(known)
    if unknown := [name for name in chosen if name not in known]:
        parser.error(f"no notebook {', '.join(unknown)}; there are: {', '.join(known)}")
    failed = False
    for name in chosen:
        try:
            print(f"{name}: {'updated' if update(known[name]) else 'same'}", flush=True)
        except NotebookError as error:
            failed = True
            print(f"{name}: FAILED, left as it was\n{error}\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
