import json
import re
from functools import cache

import numpy as np
from prose import CHAPTERS
from results import FIGURES, MAIN, number, short
from sklearn.model_selection import train_test_split

from backprop import (
    Dropout,
    Network,
    ReLU,
    digits,
    random_affine,
    train,
    train_grid,
    two_layer,
)
from claims import Claims

# How well our gradients agree with those of PyTorch and JAX. tests/test_peers.py measures it, where
# these two are installed.
AGREEMENT = {"float64": 1e-12, "float32": 1e-6}

EPOCHS, PER_EPOCH = 200, 11
RUN = {"steps": EPOCHS * PER_EPOCH, "batch_size": 100}


@cache
def stored(cell: str) -> str:
    """Return what a cell of the chapter has printed: five trainings need not run here again.

    A stored output is compared with a fresh run when the notebook is tested.
    """
    text = (CHAPTERS / "9-real-data.ipynb").read_text(encoding="utf-8")
    (found,) = (c for c in json.loads(text)["cells"] if c["id"] == cell)
    return "".join(line for output in found["outputs"] for line in output["text"])


def computed() -> Claims:
    X, t = digits()
    yield f"carries {len(X)} images"
    yield f"from 0 to {(16 * X).max():g}. divides them by {(16 * X).max():g}"
    yield f"a row of {X.shape[1]} features, as a point of chapter 5 was a row of 2"
    deal = {"test_size": 360, "random_state": 0}
    X_rest, X_test, t_rest, t_test = train_test_split(X, t, stratify=t, **deal)
    X_train, X_val, t_train, t_val = train_test_split(X_rest, t_rest, stratify=t_rest, **deal)
    classes = len(np.unique(t))
    assert classes == 10
    yield rf"a loss near $\ln {classes} = {np.log(classes):.3f}$"
    start = two_layer(inputs=64, hidden=64, outputs=10, seed=0)
    yield f"for each of {sum(p.size for p in start.parameters)} parameters"
    size, full = RUN["batch_size"], len(X_train) // RUN["batch_size"]
    assert full + 1 == PER_EPOCH
    yield f"all {len(X_train)} images have been used once, the last {len(X_train) - full * size} in"
    yield f"for {EPOCHS} epochs, which is {RUN['steps']} steps"

    stops = range(PER_EPOCH, RUN["steps"], PER_EPOCH)
    best, loss = re.fullmatch(r"lowest: reg (\S+), loss (\S+)\n", stored("best")).groups()
    regs = (0, float(best))
    grid = train_grid(start, X_train, t_train, lrs=[0.5], regs=regs, stops=stops, **RUN)
    losses = []
    for parameters in [*grid.snapshots.values(), grid.network.parameters]:
        grid.network.parameters = parameters
        losses.append(grid.network.loss(X_val, t_val)[0])
    losses = np.array(losses)
    assert (grid.network.predict(X_train)[0, 0] == t_train).all()
    wrong = (grid.network.predict(X_val)[0, 0] != t_val).sum()
    yield f"but {wrong} of the {len(t_val)} validation images are wrong"
    lowest = round(losses[:, 0].argmin() + 1, -1)
    yield f"reaches {losses[:, 0].min():.3f} after about {lowest} epochs"
    yield f"then creeps up to {losses[-1, 0]:.3f}, while"
    assert f"{losses[-1, 1]:.4f}" == loss
    yield f"With = {best} it ends at {losses[-1, 1]:.3f}."
    yield f"The lowest point of the eight is at {best}."

    candidates = re.findall(r"loss ([\d.]+)", stored("candidates"))
    assert candidates[-1] == min(candidates)
    yield f"in steps of {100 / len(t_val):.2f} %"
    yield f"afresh on {len(X_rest)} images"
    each = -(-len(X_rest) // RUN["batch_size"])
    yield (
        f"An epoch now has {each} steps, so {RUN['steps']} steps are {RUN['steps'] / each:.0f} "
        "epochs"
    )
    rng = np.random.default_rng(0)
    first, second = random_affine(64, 256, rng), random_affine(256, 10, rng)
    network = Network([first, ReLU(), Dropout(0.5, seed=0), second])
    train(network, X_rest, t_rest, lr=0.5, reg=0.0003, **RUN)
    right = network.predict(X_test) == t_test
    assert right.mean() >= 0.97
    yield f"{100 * right.mean():.1f} %. How sure is that?"
    scatter = np.sqrt(right.mean() * (1 - right.mean()) / len(right))
    yield f"which is {100 * scatter:.1f} % here"
    shares = re.findall(r"([\d.]+)%", stored("splits"))
    assert len(shares) == 5
    yield f"From {min(shares)} % to {max(shares)} %."
    assert (~right).sum() == 8
    network.last.forward(network.scores(X_test), t_test)
    sure = network.last.y.max(axis=1)
    assert (sure[~right] > 0.85).sum() == 4
    yield '"About 98 %" is an honest answer'
    yield f"Its edges carry {len(X_test)} images"
    kept = [100 * (1 - 0.5 * reg) ** RUN["steps"] for reg in (0.0003, 0.01)]
    yield f"keeps {kept[0]:.0f} % of its size after {RUN['steps']} steps with our = 0.0003, and"
    yield f"and {kept[1]:.3f} % with 0.01"
    powers = [round(np.log10(AGREEMENT[kind])) for kind in ("float64", "float32")]
    yield f"below $10^{{{powers[0]}}}$ with 64-bit numbers, and below $10^{{{powers[1]}}}$ with 32-"
    yield from speed()
    seen, moved = (
        np.array(re.findall(r"([\d.]+)%", stored("shift") + stored("shift-convolution")), float)
        .reshape(2, 2)
        .T
    )
    assert seen.min() > 95 and moved.max() < 50  # "half of the digits are lost"


def speed() -> Claims:
    """Yield the table of ``run.py bench peers``, line by line, and what the text makes of it."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    yield from filter(None, short(figures).splitlines())
    ratios = {
        (record["name"], record["task"]): record["ratio"]
        for record in figures["records"]
        if (record["dtype"], record["threads"]) == MAIN
    }
    calls = 100 * ratios["only the calls", "a"]
    yield f"The bare calls of NumPy in each step take {calls:.0f} % of our time"
    yield f"It takes {number(ratios['PyTorch', 'a'])} times as long"
    steps = [number(ratios[f"{name}, compiled step", "a"]) for name in ("PyTorch", "JAX")]
    yield f"that of PyTorch takes {steps[0]} times our time, that of JAX only {steps[1]}."
    products = 100 * ratios["only the matrix products", "c"]
    yield f"matrix products of each step alone take {products:.0f} % of our time"
    yield f"(d) trains {figures['settings']} networks in one loop"
    alone = ratios["this book, one setting after the other", "d"]
    yield f"One after the other, they take {number(alone)} times as long"
    assert ratios["micrograd", "a"] > 10_000  # "more than ten thousand times"
    peers = "PyTorch", "PyTorch, compiled step", "JAX, compiled step", "scikit-learn", "autograd"
    away = [max(abs(np.log(ratios[name, task])) for name in peers) for task in "ac"]
    assert away[1] < away[0] / 2  # "the ratios move towards 1"


GIVEN = (
    "had to agree to $10^{-6}$",
    "the ratios move towards 1.",
    "Each image is 8 by 8 numbers",
    "at each place, from 0 to",
    "so that they go from 0 to 1",
    "come from 13 people",
    "Each step uses a *mini-batch*: 100 images",
    "32-bit numbers",
    "(A log axis has no place for 0,",
    "256 hidden units, dropout",
    "whereas the accuracy of 360 images",
    r"\frac{p\,(1 - p)}{N}",
    "in half of them, the network gives its wrong answer more than 85 %",
    "network with = 0.01",
    r"$1 - \mathit{lr} \cdot \mathit{reg}$",
    r"P_1, \dots, P_4",
    r"\frac{1}{100} \sum_{n} g_n = \frac14 \sum_{m=1}^{4} \Bigl( \frac{1}{25}",
    "Train the 64-unit network of the grid ( = 0.001)",
    "share a batch of 100 images. The faster one takes 80, the slower one 20",
    "Each of the 20 images would count four times as much as each of the 80",
    "$0.8$ and $0.2$",
    *(f"chapter {number}" for number in (1, 2, 3, 4, 5, 6, 8)),
    "that zeros would hide (chapter 7)",
)
