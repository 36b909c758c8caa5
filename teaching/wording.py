"""What is said of tasks: what to do, replies to mistakes, derivations, and numbers as text."""

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from backprop.explorers import BackwardDrill
from backprop.explorers.practice.mistakes import SAYS
from backprop.explorers.practice.task import Task
from backprop.show.language import Words, say, words

Say = Callable[[str], str]

HERE = Path(__file__).parent
LANGUAGES = ("en", *sorted(path.stem for path in HERE.glob("*.toml")))
FILLED = re.compile(r"\{(given|found) (\d+)\}")
SUM = re.compile(r"[×+−÷]")

# What each level is about, and what is to be done in its tasks.
TOPICS = {
    "chain": "Chain rule",
    "nodes": "Nodes",
    "affine": "Affine layer",
    "scores": "Softmax-with-Loss",
    "update": "Parameter update",
    "network": "Whole backward pass",
}
ASKS = {
    "chain": "Find the gradient of L on each edge, from right to left.",
    "nodes": "Find the gradient of L on each edge, from right to left.",
    "affine": "An affine layer computes out = x · W + b, and dout comes back to it. "
    "Find the gradients of W, b and x.",
    "scores": "Softmax turns each row of the scores a into probabilities y. "
    "The loss is their cross-entropy with the labels t. "
    "Find y and the gradient of a. The exponential of ln 3 is 3.",
    "update": "Gradients of the data loss are dW and db. "
    "Take a step of gradient descent with the learning rate lr.",
    "network": "A network computes h = x · W1 + b1, r = max(h, 0) and the scores a = r · W2 + b2. "
    "Softmax makes probabilities y of them, and the loss is their cross-entropy with the labels t. "
    "Find the gradients, from right to left.",
}
FORK = "Where several edges leave a name, find their total, too."
PENALTY = "The loss has a penalty of ½ · reg · W², summed over the weights."
MEAN = "The loss is a mean over the rows."


@cache
def sayings(language: str) -> Words:
    """Return what a language says of all that is made in this folder, and of the drills."""
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    return [*words(HERE, language=language), *BackwardDrill.sayings(language)]


@cache
def in_language(language: str) -> Say:
    """Return a function that says a text in a language."""
    return cache(partial(say, known=sayings(language)))


def asked(level: str, task: Task) -> str:
    """Return what is to be done in a task."""
    parts = [ASKS[level]]
    if level == "nodes" and not all(ask.edge for ask in task.asks):
        parts.append(FORK)
    if "reg" in task.given:
        parts.append(PENALTY)
    if level == "scores" and len(task.given["t"]) > 1:
        parts.append(MEAN)
    return " ".join(parts)


def reply(names: Sequence[str]) -> str:
    """Return what a reader is told whose number these mistakes lead to."""
    first = [SAYS[name].split(". ")[0] for name in names]
    several = ", or ".join(f"({i}) {words}" for i, words in enumerate(first, 1))
    return f"That is what comes out if you {several if names[1:] else SAYS[names[0]]}."


def named(name: str, say: Say) -> str:
    """Return the name of a mistake, in few words."""
    mark = "mistake: "
    return say(mark + name).removeprefix(mark)


def reason(name: str, say: Say) -> str:
    """Return what makes a mistake, and what would be right."""
    what, *right = SAYS[name].split(". ")
    if say(what) == what:
        return f"{SAYS[name]}."
    return "".join([f"{say(what)}。", *(say(f"{text}.") for text in right)])


def derivation(
    entry: dict[str, Any], rule: str, given: Sequence[str], found: Sequence[str], shown: str
) -> str:
    """Return the rule for an entry, the numbers of the task in its place, and the result."""
    hint = entry["hint"]

    def text(place: re.Match[str]) -> str:
        number = (given if place[1] == "given" else found)[int(place[2])]
        return f"({number})" if SUM.search(hint) and number.startswith("−") else number

    here = f" Here: {FILLED.sub(text, hint)}." if hint else ""
    return f"For {entry['name']}: {rule}{here} It is {shown}."


def plain(number: float) -> str:
    """Return a number as people write it: up to six digits, or four if there is no end of them.

    >>> plain(-0.25), plain(59049.0), plain(1 / 3), plain(-0.0)
    ('−0.25', '59049', '0.3333', '0')
    """
    exact = float(f"{number:.6g}")
    kept = exact if abs(exact - number) <= 1e-9 * abs(number) else float(f"{number:.4g}")
    return np.format_float_positional(kept + 0.0, trim="-").replace("-", "−")
