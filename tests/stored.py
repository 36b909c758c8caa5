"""Compare the living figures that a chapter stores with those that its own cells make.

nbval compares the outputs of cells, and the state of widgets is none. So ``conftest.py`` calls
``report`` in its kernel, after the chapter's last cell.
"""

import base64
import json
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances as widgets_of_this_kernel

from backprop.explorers.kit.base import Explorer
from backprop.explorers.kit.packing import numbers_of
from backprop.explorers.lab.runs import CURVES, MARKS, STOPS

CHAOTIC = ("Jumping", "Overshot", "Diverged")
ROUNDED = ("verdicts", "sizes")  # of a lab: what its chaotic runs decide, too


class StaleFiguresError(Exception):
    """Some stored figures are not those that the cells of their notebook make."""

    def _render_traceback_(self) -> list[str]:
        return [*str(self).splitlines(), "If that is meant: python run.py notebooks"]


def figures_in(models: dict[str, dict]) -> list[SimpleNamespace]:
    """Return the figures among widgets: the name of the class, the state, the buffers."""
    found = []
    for model in models.values():
        if model["model_module"] == "anywidget":
            state = {key: value for key, value in model["state"].items() if key != "layout"}
            name = state["_anywidget_id"].rpartition(".")[2]
            buffers = [(buffer["path"], buffer["data"]) for buffer in model.get("buffers", [])]
            found.append(SimpleNamespace(name=name, state=state, buffers=buffers))
    return found


def figures_of(path: Path) -> list[SimpleNamespace]:
    """Return the figures that a notebook stores."""
    widgets = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("widgets", {})
    return [figure for stored in widgets.values() for figure in figures_in(stored["state"])]


def report(path: Path) -> None:
    """Raise an error if the figures of this kernel are not those that the notebook stores."""
    made = [widget for widget in widgets_of_this_kernel.values() if isinstance(widget, Explorer)]
    state = Widget.get_manager_state(widgets=made)["state"]
    new, old = figures_in(json.loads(json.dumps(state))), figures_of(path)
    names = [[figure.name for figure in figures] for figures in (new, old)]
    if names[0] != names[1]:
        raise StaleFiguresError(f"the cells make {names[0]}, but {names[1]} are stored")
    problems = [problem for pair in zip(new, old, strict=True) for problem in changes(*pair)]
    if problems:
        raise StaleFiguresError("\n".join(problems))


def changes(new: SimpleNamespace, old: SimpleNamespace) -> list[str]:
    """Name what of a figure is not as it is stored."""
    parts = [{**figure.state, "its table": figure.buffers} for figure in (new, old)]
    problems = []
    if new.name == "TrainingLab":
        problems = lab_changes(new, old)
        for part in parts:
            part["data"] = {k: v for k, v in part["data"].items() if k not in ROUNDED}
            del part["its table"]
    changed = [key for key in parts[0] | parts[1] if parts[0].get(key) != parts[1].get(key)]
    return [f"{new.name} has another {part}" for part in problems + changed]


def lab_changes(new: SimpleNamespace, old: SimpleNamespace) -> list[str]:
    """Name what differs in the runs of two labs by more than rounding does.

    Processors round in different ways. A calm run forgets such a difference, and must be the same
    to its last shown digit but one; a chaotic one enlarges it, so of these only the kind counts.
    Where all weights have collapsed to 0, rounding decides about the classes.
    """
    verdicts = [np.ravel(lab.state["data"]["verdicts"]) for lab in (new, old)]
    (codes, pictures), (old_codes, old_pictures) = map(runs_in, (new, old))
    if codes.shape != old_codes.shape or len(verdicts[0]) != len(verdicts[1]):
        return ["number of runs"]
    kinds = [np.array([text.split(":")[0].split(" ")[0] for text in v]) for v in verdicts]
    calm = ~np.isin(kinds, CHAOTIC).any(axis=0)
    certain = calm & (kinds[0] != "Collapsed")
    same = {"share of calm runs": calm.mean() > 0.5}
    same["verdict"] = np.mean(kinds[0] == kinds[1]) > 0.97
    for i, name in enumerate(CURVES[:-1]):
        a, b = (numbers_of(of[calm, i]) for of in (codes, old_codes))
        same[f"curve of the {name}"] = np.allclose(a, b, rtol=0.011, atol=1e-25)
    a, b = (of[certain, CURVES.index("accuracy")] for of in (codes, old_codes))
    same["accuracy"] = np.mean(a == b) > 0.99
    a, b = (of[certain] for of in (pictures, old_pictures))
    same["region"] = np.mean(a == b) > 0.98
    return [part for part, holds in same.items() if not holds]


def runs_in(lab: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes (R, 4, M) of the curves and the pictures (R, S) of all runs, as bytes."""
    (packed,) = (data for name, data in lab.buffers if name == ["packed"])
    raw, (curves, heads, _) = zlib.decompress(base64.b64decode(packed)), lab.state["data"]["sizes"]
    low_and_high = np.frombuffer(raw[:curves], np.uint8).reshape(2, -1)
    changes = np.ascontiguousarray(low_and_high.T).view("<u2").reshape(-1, len(CURVES), len(MARKS))
    pictures, head, point = [], curves, curves + heads
    while head < curves + heads:
        count = raw[head] % 255  # 255 stands for no borders at all
        own = raw[head : head + 2 * (count + 1)]
        size = 2 * sum(own[3::2])
        pictures.append(own + raw[point : point + size])
        head, point = head + len(own), point + size
    codes = changes.cumsum(axis=-1, dtype=np.uint16)
    return codes, np.array(pictures, object).reshape(-1, len(STOPS))
