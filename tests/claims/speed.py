import json

import numpy as np
from results import FIGURES, MAIN, number, short
from tasks import TOLERANCE, tasks

MEASURED = json.loads(FIGURES.read_text(encoding="utf-8"))
RATIOS = {
    (record["name"], record["task"]): record["ratio"]
    for record in MEASURED["records"]
    if (record["dtype"], record["threads"]) == MAIN
}
GAP = TOLERANCE["float64"]
PEERS = "PyTorch", "PyTorch, compiled step", "JAX, compiled step", "scikit-learn", "autograd"


def ratio(name: str, task: str) -> str:
    return number(RATIOS[name, task])


def distance(task: str) -> float:
    """Return by which factor the farthest peer is slower or faster than the book."""
    return np.exp(max(abs(np.log(RATIOS[name, task])) for name in PEERS))


def side() -> float:
    """Return how many pixels wide the images of (c) would be."""
    return tasks(np.dtype("float64"))[2].X.shape[1] ** 0.5


CLAIMS = [
    "had to agree to $10^{{{np.log10(GAP):.0f}}}$",
    "whose images have {{side():g}} × {{side():g}} pixels",
    "The bare calls of NumPy in each step take {{100 * RATIOS['only the calls', 'a']:.0f}} % of",
    "It takes {{ratio('PyTorch', 'a')}} times as long.",
    "that of PyTorch takes {{ratio('PyTorch, compiled step', 'a')}} times our time, that of JAX "
    "only {{ratio('JAX, compiled step', 'a')}}.",
    "matrix products of each step alone take "
    "{{100 * RATIOS['only the matrix products', 'c']:.0f}} % of our time",
    ("so the ratios move towards 1.", "distance('c') < distance('a') ** 0.5"),
    "And (d) trains {{MEASURED['settings']}} networks in one loop of `train_grid`. One after the "
    "other, they take {{ratio('this book, one setting after the other', 'd')}} times as long.",
    (
        "takes about ten thousand times as long",
        "5_000 < RATIOS['micrograd', 'a'] < 20_000",
    ),
]
GIVEN = {
    "measured: benchmarks/results.json, and tests/test_results.py compares": tuple(
        " ".join(line.split()) for line in short(MEASURED).splitlines() if line
    ),
}
