"""Judge what a reader has written: which gradient is off, by what share, by which mistake."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from textwrap import fill
from types import FunctionType
from typing import Any

import numpy as np

from .checking import relative_error
from .contracts import one_of
from .keeper import BARE, Method
from .node import Node
from .tasks import TASKS, LayerTask, Task
from .trial import FITS, Trial, added, of_notebook

LINE = 78  # letters, as many as a page of the book has room for


@dataclass(frozen=True)
class Verdict:
    """What ``judge`` has found: ``text`` says it, and ``agrees`` is true if all is right."""

    agrees: bool
    text: str

    def __repr__(self) -> str:
        lines = self.text.replace(" = ", "\xa0=\xa0").splitlines()  # N = 5 stays in one line
        wrapped = "\n".join(fill(line, LINE, subsequent_indent="  ") for line in lines)
        return wrapped.replace("\xa0", " ")


def judge(candidate: Callable[..., Any], like: str | None = None) -> Verdict:
    """Say whether gradients are right; if not, which one is off, by what share, by which mistake.

    The candidate runs on small sets of data, and what it finds is compared with measured gradients.
    What is off is then compared with what known mistakes lead to on the same data.

    The candidate is a class made from ``Affine`` or ``SoftmaxWithLoss``, with a ``backward`` of its
    own, or what ``like`` says. For a class that is "Affine", "SoftmaxWithLoss", or "LayerNorm",
    which gives each row mean 0 and variance 1. For a function it is "step", which takes X, one_hot,
    W1, b1, W2, b2, lr, reg and returns the new W1, b1, W2, b2; or "numerical_gradient", which takes
    f, x, h. ``ValueError`` for what cannot be judged; what goes wrong inside, the verdict tells.

    >>> from backprop import Affine
    >>> class MyAffine(Affine):
    ...     def backward(self, dout):
    ...         self.dW, self.db = self.saved.T @ dout, dout.mean(axis=0)
    ...         return dout @ self.W.T
    >>> judge(MyAffine)
    MyAffine does not agree yet.
    dx agrees.
    dW agrees.
    db is off by 80.0% for N = 5: 0.2 times the measured one. For N = 1 it agrees.
    A known mistake fits db: it is divided by N, a mean where a sum belongs.
    """
    task = task_of(candidate, like)
    name, method = candidate.__name__, written(candidate, task)
    if method is None:
        return Verdict(False, f"{name} is not written yet.\nIt has no backward of its own.")
    with np.errstate(all="ignore"):  # the verdict tells of what is no finite number
        trials = [Trial(task, candidate, method, *item) for item in task.data().items()]
        lines = complaints(task, trials) or once_only(task, candidate)
    if all(trial.empty for trial in trials):
        what = f"{task.method or name} {trials[0].empty}"
        hint = " If it is written, its return is missing." if "None" in what else ""
        return Verdict(False, f"{name} is not written yet.\n{what}.{hint}")
    if not lines:
        fit = "fits the measured one" if len(task.names) == 1 else "fit the measured ones"
        labels = listed([trial.label for trial in trials])
        return Verdict(True, f"{name} agrees: {listed(task.names)} {fit}, for {labels}.")
    if foreign := of_notebook(method):
        source = "what forward has saved" if task.method else "what it is given"
        lines.append(f"It uses {listed(foreign)} of the notebook, not {source}.")
    return Verdict(False, "\n".join([f"{name} does not agree yet.", *lines]))


def task_of(candidate: Any, like: str | None) -> Task:
    """Return what a candidate is to be judged as."""
    if like is not None:
        one_of("like", like, list(TASKS))
    is_node = isinstance(candidate, type) and issubclass(candidate, Node)
    if not is_node and not isinstance(candidate, FunctionType):
        raise ValueError(
            f"candidate must be a class made from Node, or a function, got {candidate!r}"
        )
    kinds = {name: task for name, task in TASKS.items() if isinstance(task, LayerTask) == is_node}
    bases = {n: task.base for n, task in kinds.items() if isinstance(task, LayerTask)}
    if candidate in bases.values():
        raise ValueError(f"candidate must be a class of your own, got {candidate.__name__} itself")
    key = like or next((n for n, base in bases.items() if issubclass(candidate, base)), None)
    if key not in kinds:
        what = f"the class {candidate.__name__}" if is_node else "a function"
        raise ValueError(f"like must be one of {list(kinds)} for {what}, got {like!r}")
    return kinds[key]


def written(candidate: Callable[..., Any], task: Task) -> Callable[..., Any] | None:
    """Return the function that the reader has written; None if a class has inherited it."""
    if not isinstance(task, LayerTask):
        return candidate
    for name in ("backward", "backward_parameters"):
        method: Method = getattr(candidate, name)
        if method is not getattr(task.base, name):
            return BARE.get(method, method)
    return None


def complaints(task: Task, trials: Sequence[Trial]) -> list[str]:
    """Return a line for each gradient and each other thing to say; nothing if all is right."""
    stops = [f"For {trial.label} it stops {trial.error}" for trial in trials if trial.error]
    harmed = dict.fromkeys(name for trial in trials for name in trial.damaged)
    lines, fitting = [], dict[tuple[str, ...], list[str]]()
    wrong = stops[:1]
    for name in task.names:
        there = [trial for trial in trials if name in trial.found]
        off = [trial for trial in there if not trial.agrees(name)]
        refused = [trial.refused[name] for trial in trials if name in trial.refused]
        if refused:
            lines.append(f"{refused[0].rstrip('.')}.")
        elif off:
            lines.append(share(name, off[0], [trial for trial in there if trial not in off]))
        elif there:
            where = "" if there == trials else f" for {listed([trial.label for trial in there])}"
            lines.append(f"{name} agrees{where}.")
        if off:
            fitting.setdefault(tuple(fits(name, there)), []).append(name)
        if refused or off:
            wrong.append(name)
    for words, names in fitting.items():
        if words:
            lines.append(f"A known mistake fits {listed(names)}: {', or '.join(words)}.")
        else:
            first = next(t for t in trials if names[0] in t.found and not t.agrees(names[0]))
            lines.append(f"No known mistake fits {listed(names)}.{worst(names[0], first)}")
    if task.chained and len(wrong) > 1 and not stops:
        lines.append(f"Mend {wrong[0]} first: what comes after it on the way back may follow.")
    if harmed:
        lines.append(
            f"It changes {listed(harmed)} in place: whoever still needs that gets the changed one."
        )
    return [*stops[:1], *lines] if wrong or harmed else []


def once_only(task: Task, candidate: Callable[..., Any]) -> list[str]:
    """Return a line for gradients that are right as long as there has been no pass before."""
    if not isinstance(task, LayerTask):
        return []
    names = added(task, candidate, next(iter(task.data().values())))
    if not names:
        return []
    what = f"{listed(names)}: right in the first pass only."
    return [f"{what} Each pass must set its gradients anew."]


def share(name: str, trial: Trial, right: Sequence[Trial]) -> str:
    """Say by what share a gradient is off with one set of data, and where it is right."""
    found, measured = trial.found[name], trial.right[name]
    if trial.misshapen(name):
        return f"{name} has the shape {found.shape}, not {measured.shape}."
    if not np.isfinite(found).all():
        return f"{name} has entries that are no finite numbers, for {trial.label}."
    error = relative_error(found, measured)
    times = np.vdot(measured, found) / np.vdot(measured, measured)
    close = np.isclose(found, measured, rtol=FITS, atol=FITS * np.abs(measured).max())
    if not found.any():
        more = ": it is 0 everywhere"
    elif trial.fits(name, times * measured):
        more = f": {times:.3g} times the measured one"
    else:
        more = f": {close.sum()} of {close.size} entries are right" if close.any() else ""
    off = f"{error:.1%}" if error >= 0.001 else f"{100 * error:.0e}%"
    also = f" For {listed([t.label for t in right])} it agrees." if right else ""
    return f"{name} is off by {off} for {trial.label}{more}.{also}"


def fits(name: str, trials: Sequence[Trial]) -> list[str]:
    """Return the mistakes that lead to a gradient with all sets of data.

    More likely ones come before others; those that lead to all that has been found, before those
    that should have made another gradient wrong, too.
    """
    for kind in range(len(trials[0].known)):
        found = [words for words in trials[0].known[kind] if fit(trials, kind, words, name)]
        whole = [words for words in found if fit(trials, kind, words)]
        if found:
            return whole or found
    return []


def fit(trials: Sequence[Trial], kind: int, words: str, name: str | None = None) -> bool:
    """Say whether a mistake leads to one gradient, or to all of those that it tells of."""
    wrong = [(trial, trial.known[kind][words]) for trial in trials]
    return all(
        trial.fits(n, gradients.get(n))
        for trial, gradients in wrong
        for n in ([name] if name else gradients)
        if name or n in trial.found
    )


def worst(name: str, trial: Trial) -> str:
    """Say which entry of a gradient is furthest off."""
    found, measured = trial.found[name], trial.right[name]
    if trial.misshapen(name) or not np.isfinite(found).all():
        return ""
    index = np.unravel_index(np.abs(found - measured).argmax(), found.shape)
    place = ", ".join(map(str, index))
    return (
        f" The worst entry of {name} for {trial.label}: [{place}] is {found[index]:.4g}, "
        f"measured {measured[index]:.4g}."
    )


def listed(names: Iterable[str]) -> str:
    """Return names in a row, with "and" before the last one.

    >>> listed(["dx", "dW", "db"])
    'dx, dW and db'
    """
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
