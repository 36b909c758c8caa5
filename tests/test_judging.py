"""What a reader writes is judged: right code agrees, and each known mistake gets its name.

Candidates are written here as readers would write them, in plain NumPy. None of them is taken from
the package, nor is what they should find.
"""

import re
from itertools import combinations
from types import FunctionType

import nbformat
import numpy as np
import pytest
from notebooks import CHAPTERS
from numpy.testing import assert_allclose, assert_array_equal
from properties import refused, slopes

from backprop import Affine, Node, ReLU, SoftmaxWithLoss, judge
from backprop.judging import Verdict
from backprop.tasks import TASKS, UNUSED

# --- candidates ---------------------------------------------------------------------------------


def function(name, signature, body):
    """Return a function of the notebook: its names are NumPy and its arguments only."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    names = {"np": np}
    exec(f"def {name}({signature}):\n{lines}", names)
    return names[name]


def affine(dx="dout @ self.W.T", dW="x.T @ dout", db="dout.sum(axis=0)", before="", base=Affine):
    body = f"x = self.saved\n{before}\nself.dW = {dW}\nself.db = {db}\nreturn {dx}"
    return type("Mine", (base,), {"backward": function("backward", "self, dout", body)})


def loss(gradient="(y - t) / len(y) * dout"):
    body = f"y, t = self.y, self.saved\nN, K = y.shape\nreturn {gradient}"
    backward = function("backward", "self, dout=1.0", body)
    return type("Mine", (SoftmaxWithLoss,), {"backward": backward})


class RowNorm(Node):
    def forward(self, x):
        std = np.sqrt(((x - x.mean(1, keepdims=True)) ** 2).mean(1, keepdims=True) + 1e-5)
        normal = (x - x.mean(1, keepdims=True)) / std
        self.saved = x, normal, std
        return normal


def norm(gradient="(g - mean(g) - normal * mean(g * normal)) / std", axis="1"):
    body = (
        "x, normal, std = self.saved\n"
        f"def mean(a):\n    return a.mean(axis={axis}, keepdims=True)\n"
        f"g = dout\nreturn {gradient}"
    )
    return type("Mine", (RowNorm,), {"backward": function("backward", "self, dout", body)})


STEP = """\
h = X @ W1 + b1
r = np.maximum(h, 0)
a = r @ W2 + b2
y = np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)
N = len(X)
da = (y - one_hot) / N
dW2 = r.T @ da + reg * W2
db2 = da.sum(axis=0)
dh = (da @ W2.T) * (h > 0)
dW1 = X.T @ dh + reg * W1
db1 = dh.sum(axis=0)
return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2"""


def step(*changes):
    body = STEP
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    return function("mine", "X, one_hot, W1, b1, W2, b2, lr, reg", body)


SLOPE = """\
gradient = np.zeros(x.shape)
for index in np.ndindex(x.shape):
    up, down = x.copy(), x.copy()
    up[index] += h
    down[index] -= h
    gradient[index] = VALUE
return gradient"""


def slope(value="(f(up) - f(down)) / (2 * h)"):
    return function("mine", "f, x, h", SLOPE.replace("VALUE", value))


def whole_slope(body):
    return function("mine", "f, x, h", body)


RIGHT = {
    "Affine": affine,
    "SoftmaxWithLoss": loss,
    "LayerNorm": norm,
    "step": step,
    "numerical_gradient": slope,
}
STUCK = """\
gradient = np.zeros(x.shape)
x = x.copy()
for index in np.ndindex(x.shape):
    x[index] += h
    above = f(x)
    x[index] -= 2 * h
    gradient[index] = (above - f(x)) / (2 * h)
return gradient"""
EARLY = [
    ("dW2 = r.T @ da + reg * W2", "dW2 = r.T @ da + reg * W2\nold, W2 = W2, W2 - lr * dW2"),
    ("W2 - lr * dW2, b2", "W2, b2"),
]
TWICE = "(dout**2 @ self.W.T)"
# By task and mistake: which gradients get its name, and the code with the mistake in it.
MADE = {
    "Affine": [
        ("W is not transposed", ["dx"], affine(dx="dout @ self.W")),
        ("x is not transposed", ["dW"], affine(dW="x @ dout")),
        ("x and dout have changed places", ["dW"], affine(dW="dout.T @ x")),
        ("it is summed over the outputs", ["db"], affine(db="dout.sum(axis=1)")),
        ("it is summed over everything", ["db"], affine(db="np.sum(dout)")),
        ("it is summed over everything", ["db"], affine(db="np.full(3, dout.sum())")),
        ("it is a mean over everything", ["db"], affine(db="np.mean(dout)")),
        ("it is not summed over the rows", ["db"], affine(db="1 * dout")),
        ("the sum keeps its axis", ["db"], affine(db="dout.sum(axis=0, keepdims=True)")),
        ("the first row alone", ["dW"], affine(dW="np.outer(x[0], dout[0])")),
        ("the first row alone", ["db"], affine(db="dout[0]")),
        ("the last row alone", ["dW"], affine(dW="np.outer(x[-1], dout[-1])")),
        ("the last row alone", ["db"], affine(db="dout[-1]")),
        (
            "the last row alone",
            ["dW", "db"],
            affine(dW="np.outer(x[-1], dout[-1])", db="dout[-1]"),
        ),
        (UNUSED, ["dx"], affine(dx="np.ones_like(dout) @ self.W.T")),
        (UNUSED, ["db"], affine(db="np.ones_like(dout).sum(axis=0)")),
        (f"first row alone counts, and {UNUSED}", ["dW"], affine(dW="np.outer(x[0], [1] * 3)")),
        ("dout is used twice", ["dx"], affine(dx="(dout**2) @ self.W.T")),
        ("its sign is turned round", ["dW"], affine(dW="-x.T @ dout")),
        ("it has a factor 2", ["dx"], affine(dx="2 * dout @ self.W.T")),
        ("it has a factor ½", ["dx"], affine(dx="dout @ self.W.T / 2")),
        ("it is N times too large", ["dW"], affine(dW="len(x) * x.T @ dout")),
        ("it is divided by N, a mean where", ["db"], affine(db="dout.mean(axis=0)")),
        ("it is divided by N, a mean where", ["dW"], affine(dW="x.T @ dout / len(x)")),
        ("it is transposed", ["dx"], affine(dx="(dout @ self.W.T).T")),
    ],
    "SoftmaxWithLoss": [
        ("it is not divided by N", ["dscores"], loss("(y - t) * dout")),
        (f"it is not divided by N.* {UNUSED}", ["dscores"], loss("y - t")),
        ("it is divided by N twice", ["dscores"], loss("(y - t) / N / N * dout")),
        ("by the number of all scores", ["dscores"], loss("(y - t) / t.size * dout")),
        ("by the number of classes", ["dscores"], loss("(y - t) / K * dout")),
        ("the label is not subtracted", ["dscores"], loss("y / N * dout")),
        ("the label is added", ["dscores"], loss("(y + t) / N * dout")),
        ("only the right class gets", ["dscores"], loss("-t * (1 - y) / N * dout")),
        ("belongs to the probabilities", ["dscores"], loss("-t / y / N * dout")),
        ("slope of each probability", ["dscores"], loss("y * (1 - y) / N * dout")),
        ("its sign is turned round", ["dscores"], loss("(t - y) / N * dout")),
        (UNUSED, ["dscores"], loss("(y - t) / N")),
        ("dout is used twice", ["dscores"], loss("(y - t) / N * dout**2")),
        ("it has a factor 2", ["dscores"], loss("2 * (y - t) / N * dout")),
    ],
    "LayerNorm": [
        ("the path through the mean", ["dx"], norm("(g - normal * mean(g * normal)) / std")),
        ("the path through the standard", ["dx"], norm("(g - mean(g)) / std")),
        ("mean and std are taken for", ["dx"], norm("g / std")),
        (
            "over the shared paths is added",
            ["dx"],
            norm("(g + mean(g) + normal * mean(g * normal)) / std"),
        ),
        ("means are taken down the columns", ["dx"], norm(axis="0")),
        ("means are taken over everything", ["dx"], norm(axis="None")),
        (
            "sums stand where means belong",
            ["dx"],
            norm("(g - x.shape[1] * (mean(g) + normal * mean(g * normal))) / std"),
        ),
        ("x stands where", ["dx"], norm("(g - mean(g) - x * mean(g * x)) / std")),
        (
            "it is not divided by the standard",
            ["dx"],
            norm("g - mean(g) - normal * mean(g * normal)"),
        ),
        (
            "divided by the variance",
            ["dx"],
            norm("(g - mean(g) - normal * mean(g * normal)) / std**2"),
        ),
        (UNUSED, ["dx"], norm("(1 - mean(g**0) - normal * mean(normal)) / std + 1e-15")),
        ("its sign", ["dx"], norm("-(g - mean(g) - normal * mean(g * normal)) / std")),
    ],
    "step": [
        ("it is not divided by N", 4, step((" / N", ""))),
        ("it is divided by N twice", 4, step((" / N", " / N / N"))),
        ("the label is not subtracted", 4, step(("(y - one_hot)", "y"))),
        ("probabilities and label have", 4, step(("(y - one_hot)", "(one_hot - y)"))),
        ("the mask of ReLU lets", ["dW1", "db1"], step((" * (h > 0)", ""))),
        ("the mask of ReLU lets", ["dW1", "db1"], step(("(h > 0)", "(r >= 0)"))),
        ("the mask of ReLU is turned", ["dW1", "db1"], step(("(h > 0)", "(h <= 0)"))),
        ("W2 has made its step too early", ["dW1", "db1"], step(*EARLY)),
        ("h stands where r", ["dW2"], step(("r.T @ da", "h.T @ da"))),
        ("the penalty is missing", ["dW2", "dW1"], step((" + reg * W", " + 0 * W"))),
        (
            "the biases pay a penalty",
            ["db2", "db1"],
            step(
                ("da.sum(axis=0)", "da.sum(axis=0) + reg * b2"),
                ("dh.sum(axis=0)", "dh.sum(axis=0) + reg * b1"),
            ),
        ),
        ("of the penalty has a factor 2", ["dW2", "dW1"], step(("+ reg", "+ 2 * reg"))),
        ("of the penalty has a factor ½", ["dW2", "dW1"], step(("+ reg", "+ 0.5 * reg"))),
        ("the penalty is subtracted", ["dW2", "dW1"], step(("+ reg", "- reg"))),
        ("the penalty is divided by N", ["dW2", "dW1"], step(("+ reg", "+ 1 / N * reg"))),
        ("it is summed over everything", ["db2", "db1"], step(("sum(axis=0)", "sum()"))),
        ("it is summed over everything", ["db1"], step(("dh.sum(axis=0)", "dh.sum()"))),
        ("the old parameter is returned", ["dW1"], step(("W1 - lr * dW1, b1", "W1, b1"))),
        ("it is a mean over the rows", ["db2", "db1"], step(("sum(axis=0)", "mean(axis=0)"))),
        ("the step goes uphill", 4, step((" - lr", " + lr"))),
        ("lr is not used", 4, step((" - lr *", " -"))),
        (
            "the gradient is returned",
            4,
            step(*[(f"{p} - lr * d{p}", f"d{p}") for p in ("W1", "b1", "W2", "b2")]),
        ),
        ("the mask of ReLU lets", ["dW1"], step(("X.T @ dh", "X.T @ (da @ W2.T)"))),
    ],
    "numerical_gradient": [
        ("divided by h, but", 1, slope("(f(up) - f(down)) / h")),
        ("not divided by the distance", 1, slope("f(up) - f(down)")),
        ("/ 2 \\* h from left to right", 1, slope("(f(up) - f(down)) / 2 * h")),
        ("it is a forward difference", 1, slope("(f(up) - f(x)) / h")),
        ("it is a backward difference", 1, slope("(f(x) - f(down)) / h")),
        ("to one side only, but", 1, slope("(f(up) - f(x)) / (2 * h)")),
        ("all entries move at once", 1, whole_slope("return (f(x + h) - f(x - h)) / (2 * h)")),
        (
            "at once, and / 2 \\* h",
            1,
            whole_slope("return (f(x + h) - f(x - h)) / 2 * h"),
        ),
        ("is not set back", 1, whole_slope(STUCK)),
        (
            "the h that is given",
            1,
            whole_slope(f"h = 1e-5\n{SLOPE.replace('VALUE', '(f(up) - f(down)) / (2 * h)')}"),
        ),
        ("its sign is turned round", 1, slope("(f(down) - f(up)) / (2 * h)")),
    ],
}
LABEL_FROM_SCORES = type(
    "Mine",
    (SoftmaxWithLoss,),
    {
        "forward": lambda self, scores, t: self.keep(scores, t),
        "keep": lambda self, scores, t: (
            setattr(self, "scores", scores),
            SoftmaxWithLoss.forward(self, scores, t),
        )[1],
        "backward": lambda self, dout=1.0: (self.scores - self.saved) / len(self.y) * dout,
    },
)
MADE["SoftmaxWithLoss"].append(("subtracted from the scores", 1, LABEL_FROM_SCORES))
CASES = [
    pytest.param(task, words, names, candidate, id=f"{task}-{words[:40]}")
    for task, made in MADE.items()
    for words, names, candidate in made
]


def verdict(candidate, like):
    """Judge, and demand what holds of every verdict."""
    found = judge(candidate, like=like)
    assert isinstance(found, Verdict)
    assert bool(found.agrees) == (" agrees: " in found.text)
    assert " ".join(repr(found).split()) == " ".join(found.text.split())
    assert max(len(line) for line in repr(found).splitlines()) <= 78
    assert judge(candidate, like=like) == found
    return found


# --- what is right ------------------------------------------------------------------------------


@pytest.mark.parametrize("like", TASKS)
def test_what_is_right_agrees_with_several_rows_and_with_one(like):
    found = verdict(RIGHT[like](), like)
    assert found.agrees
    if like != "numerical_gradient":
        assert "for N = 5, N = 1 and N = 3." in found.text


@pytest.mark.parametrize(("made", "like"), [(affine, "Affine"), (loss, "SoftmaxWithLoss")])
def test_a_class_is_judged_as_what_it_is_made_from(made, like):
    assert judge(made()) == judge(made(), like=like)


def test_other_ways_to_write_it_agree_too():
    loops = """\
gradient = np.empty_like(self.y)
for n, row in enumerate(self.y):
    for k, p in enumerate(row):
        gradient[n, k] = dout * (p - (k == self.saved[n].argmax())) / len(self.y)
return gradient"""
    mine = function("backward", "self, dout=1.0", loops)
    assert judge(type("Loops", (SoftmaxWithLoss,), {"backward": mine})).agrees
    by_einsum = affine(
        dx="np.einsum('nh,dh->nd', dout, self.W)",
        dW="sum(np.outer(a, g) for a, g in zip(x, dout))",
        db="np.ones(len(x)) @ dout",
    )
    assert judge(by_einsum).agrees

    class Parts(Affine):
        def backward_parameters(self, dout):
            self.dW, self.db = self.saved.T @ dout, dout.sum(axis=0)

    assert judge(Parts).agrees
    set_back = """\
gradient = np.zeros(x.shape)
for index in np.ndindex(x.shape):
    x[index] += h
    above = f(x)
    x[index] -= 2 * h
    gradient[index] = (above - f(x)) / (2 * h)
    x[index] += h
return gradient"""
    assert judge(whole_slope(set_back), like="numerical_gradient").agrees


@pytest.mark.parametrize("label", ["N = 5", "N = 1", "N = 3"])
def test_what_is_measured_is_what_plain_numpy_measures(label):
    data = TASKS["Affine"].data()[label]
    x, W, b, dout = (data[name] for name in ("x", "W", "b", "dout"))
    right = TASKS["Affine"].measured(data)
    assert_allclose(right["dx"], slopes(lambda x: (dout * (x @ W + b)).sum(), x), atol=1e-8)
    assert_allclose(right["dW"], slopes(lambda W: (dout * (x @ W + b)).sum(), W), atol=1e-8)
    assert_allclose(right["db"], slopes(lambda b: (dout * (x @ W + b)).sum(), b), atol=1e-8)

    data = TASKS["SoftmaxWithLoss"].data()[label]
    t, dout = data["t"], data["dout"]

    def mean_loss(scores):
        y = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return -dout * np.log(y[t == 1]).mean()

    right = TASKS["SoftmaxWithLoss"].measured(data)["dscores"]
    assert_allclose(right, slopes(mean_loss, data["scores"]), atol=1e-8)

    data = TASKS["LayerNorm"].data()[label]
    right = TASKS["LayerNorm"].measured(data)["dx"]
    found = slopes(lambda x: (data["dout"] * RowNorm().forward(x)).sum(), data["x"])
    assert_allclose(right, found, atol=1e-8)

    data = TASKS["step"].data()[label]

    def by_hand(**change):
        X, t, W1, b1, W2, b2, _, reg = (data | change).values()
        a = np.maximum(X @ W1 + b1, 0) @ W2 + b2
        y = np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)
        return -np.log(y[t == 1]).mean() + reg / 2 * ((W1**2).sum() + (W2**2).sum())

    for name, right in TASKS["step"].measured(data).items():
        place = name[1:]
        found = slopes(lambda x, place=place: by_hand(**{place: x}), data[place])
        assert_allclose(right, found, atol=1e-8)


def test_no_kink_is_near_the_data_and_each_mistake_of_relu_shows():
    for data in TASKS["step"].data().values():
        h = data["X"] @ data["W1"] + data["b1"]
        assert np.abs(h).min() > 1e-3
        assert (h > 0).any()
        assert (h < 0).any()


# --- what is wrong ------------------------------------------------------------------------------


def named(found, gradients):
    """Return the mistakes of a verdict that fit just these gradients."""
    for names, words in re.findall(r"^A known mistake fits (.*?): (.*)\.$", found.text, re.M):
        if names.replace(" and ", ", ").split(", ") == list(gradients):
            return words
    return ""


@pytest.mark.parametrize(("like", "words", "names", "candidate"), CASES)
def test_each_known_mistake_is_named_for_the_gradients_that_it_makes_wrong(
    like, words, names, candidate
):
    found = verdict(candidate, like)
    task = TASKS[like]
    names = list(task.names) if isinstance(names, int) else names
    assert not found.agrees
    assert re.search(words, named(found, names)), found.text
    assert ", or " not in found.text, found.text
    assert found.text.count("nown mistake fits") == 1, found.text
    others = [name for name in task.names if name not in names]
    stopped = " it stops " in found.text
    assert [n for n in others if not re.search(rf"^{n} agrees", found.text, re.M)] == []
    assert stopped == ("not transposed" in words)


def test_every_mistake_of_every_task_has_been_made():
    for like, task in TASKS.items():
        data = next(iter(task.data().values()))
        for words in task.known(data)[0]:
            made = [pattern for pattern, *_ in MADE[like] if re.search(pattern, words)]
            assert made, (like, words)


def test_mistakes_lead_to_different_numbers_but_for_biases_that_two_can_spoil_alike():
    alike = set()
    for task in TASKS.values():
        sets = [(task.known(data)[0], task.measured(data)) for data in task.data().values()]
        for name in task.names:
            for a, b in combinations(sets[0][0], 2):
                triples = [(own[a].get(name), own[b].get(name), right[name]) for own, right in sets]
                triples = [t for t in triples if t[0] is not None and t[1] is not None]
                same = all(np.shape(x) == np.shape(y) and np.allclose(x, y) for x, y, _ in triples)
                if same and not all(np.allclose(x, right) for x, _, right in triples):
                    alike.add((name, a, b))
    pairs = {
        ("it is divided by N twice", "it is a mean over the rows, where a sum belongs"),
        ("probabilities and label have changed places", "the step goes uphill"),
    }
    assert alike == {(name, *pair) for name in ("db1", "db2") for pair in pairs}


def test_the_shares_are_those_that_the_mistake_leads_to():
    found = judge(loss("(y - t) * dout"))
    assert "dscores is off by 80.0% for N = 5: 5 times the measured one." in found.text
    assert "For N = 1 it agrees." in found.text
    found = judge(affine(dx="-dout @ self.W.T"))
    assert "dx is off by 200.0% for N = 5: -1 times the measured one." in found.text
    found = judge(affine(db="np.where(np.arange(3) == 1, 7, dout.sum(axis=0))"))
    assert "for N = 5: 2 of 3 entries are right." in found.text


def test_two_independent_mistakes_get_a_name_each():
    found = verdict(affine(dW="-x.T @ dout", db="dout.mean(axis=0)"), "Affine")
    assert "dx agrees." in found.text
    assert "sign is turned round" in named(found, ["dW"])
    assert "divided by N" in named(found, ["db"])


def test_a_single_gradient_may_have_a_mistake_that_usually_makes_others_wrong_too():
    found = verdict(step(("dW2 = r.T @ da + reg * W2", "dW2 = r.T @ da")), "step")
    assert "the penalty is missing" in named(found, ["dW2"])
    assert "dW1 agrees." in found.text


def test_what_two_mistakes_could_have_led_to_names_both():
    found = verdict(step(("da.sum(axis=0)", "da.mean(axis=0)")), "step")
    assert "divided by N twice, or it is a mean over the rows" in named(found, ["db2"])
    # each row of y - t adds up to 0
    both = "because the sum has no axis, or the old parameter is returned"
    for change in (("da.sum(axis=0)", "da.sum()"), ("b2 - lr * db2", "b2")):
        found = verdict(step(change), "step")
        assert both in named(found, ["db2"])
        assert "dW2 agrees." in found.text


@pytest.mark.parametrize(
    ("like", "candidate"),
    [
        ("Affine", affine(dx="1.1 * dout @ self.W.T")),
        ("Affine", affine(dW="x.T @ dout + 1e-3")),
        ("Affine", affine(db="dout.sum(axis=0) ** 3")),
        ("Affine", affine(db="np.array([])")),
        ("SoftmaxWithLoss", loss("np.tanh(y - t) / N * dout")),
        ("LayerNorm", norm("(g - 0.9 * mean(g) - normal * mean(g * normal)) / std")),
        ("step", step(("dW1 = X.T @ dh", "dW1 = np.sin(X).T @ dh"))),
        ("numerical_gradient", slope("(f(up) - f(down)) / (2 * h) + 1e-4")),
    ],
)
def test_an_unknown_mistake_is_not_given_the_name_of_a_known_one(like, candidate):
    found = verdict(candidate, like)
    assert not found.agrees
    assert "A known mistake" not in found.text
    assert "No known mistake fits " in found.text
    if "array([])" not in found.text and "shape" not in found.text:
        assert re.search(r"\[[\d, ]+\] is -?[\d.e-]+, measured -?[\d.e-]+\.$", found.text, re.M)


@pytest.mark.parametrize("size", [1e-6, 1e-4, 1.0])
def test_a_small_error_does_not_agree(size):
    assert not judge(affine(dx=f"dout @ self.W.T * {1 + size}")).agrees


def test_the_first_gradient_of_a_chain_is_to_be_mended_first():
    found = verdict(step(("da = (y - one_hot) / N", "da = (np.tanh(y) - one_hot) / N")), "step")
    assert "No known mistake fits dW2, db2, dW1 and db1." in found.text
    assert "Mend dW2 first" in found.text


# --- what is not written, or stops --------------------------------------------------------------

EMPTY = ["...", "pass", "'''Return the gradients.'''", "raise NotImplementedError", "return None"]


@pytest.mark.parametrize("body", EMPTY)
@pytest.mark.parametrize("like", TASKS)
def test_what_is_empty_is_not_written_yet(like, body):
    if like in ("step", "numerical_gradient"):
        arguments = "X, one_hot, W1, b1, W2, b2, lr, reg" if like == "step" else "f, x, h=1e-5"
        candidate = function("mine", arguments, body)
    else:
        base = {"Affine": Affine, "SoftmaxWithLoss": SoftmaxWithLoss, "LayerNorm": RowNorm}[like]
        backward = function("backward", "self, dout=1.0", body)
        candidate = type("mine", (base,), {"backward": backward})
    found = verdict(candidate, like)
    assert not found.agrees
    assert found.text.startswith("mine is not written yet.\n")


def test_a_placeholder_that_changes_nothing_is_not_written_yet():
    found = verdict(
        function("mine", "X, t, W1, b1, W2, b2, lr, reg", "return W1, b1, W2, b2"), "step"
    )
    assert "not written yet" in found.text
    assert "not written yet" in verdict(loss("0 * y"), None).text
    assert "not written yet" in verdict(slope("0.0"), "numerical_gradient").text


def test_a_class_without_a_backward_of_its_own_is_not_written_yet():
    class Misspelt(Affine):
        def backwards(self, dout):
            return dout

    class Forward(Affine):
        def forward(self, x):
            return super().forward(x)

    for kind in (Misspelt, Forward):
        assert "no backward of its own" in verdict(kind, None).text
    assert "no backward of its own" in verdict(RowNorm, "LayerNorm").text


def test_a_missing_return_and_a_gradient_that_is_not_set_are_told_with_the_words_of_node():
    mine = function(
        "backward", "self, dout", "self.dW = self.saved.T @ dout\nself.db = dout.sum(0)"
    )
    found = verdict(type("Mine", (Affine,), {"backward": mine}), None)
    message = "Mine.backward must return one gradient, for x, got None (is the return missing?)."
    assert f"dx: {message}" in found.text
    assert "dW agrees." in found.text
    assert "db agrees." in found.text
    mine = function("backward", "self, dout", "self.dw = 1\nreturn dout @ self.W.T")
    found = verdict(type("Mine", (Affine,), {"backward": mine}), None)
    assert "dW is not set." in found.text
    assert "db is not set." in found.text
    found = verdict(affine(db="dout"), None)
    assert "must have the shape (3,) of parameter 1, got (5, 3)." in found.text


@pytest.mark.parametrize(
    ("candidate", "like", "told"),
    [
        (affine(before="1 / 0"), None, "in line 3 of backward, with ZeroDivisionError: division"),
        (affine(before="W"), None, "with NameError: name 'W' is not defined"),
        (affine(before="assert not len(x)"), None, "with AssertionError."),
        (step(("h = X", "h = Z")), "step", "in line 2 of mine, with NameError: name 'Z' is"),
        (lambda: None, "step", "with TypeError: "),
        (step(("return ", "return 1, ")), "step", "must return the tuple W1, b1, W2, b2, got 5"),
        (whole_slope("return [f]"), "numerical_gradient", "must hold real numbers"),
        (slope("f(up, down)"), "numerical_gradient", "with TypeError: bent"),
    ],
)
def test_what_goes_wrong_in_the_code_of_a_reader_becomes_a_verdict(candidate, like, told):
    found = verdict(candidate, like)
    assert not found.agrees
    assert told in found.text


def test_code_that_stops_with_one_set_of_data_only_does_not_agree():
    for error in ("NotImplementedError", "ValueError('no')"):
        found = verdict(affine(before=f"if len(x) == 1: raise {error}"), None)
        assert not found.agrees
        assert "For N = 1 it stops" in found.text
        assert "dx agrees for N = 5 and N = 3." in found.text


def test_an_interruption_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt):
        judge(affine(before="raise KeyboardInterrupt"))


def test_a_forward_that_has_been_changed_is_told():
    class Mine(Affine):
        def forward(self, x):
            return super().forward(x) * 2

        def backward(self, dout):
            self.dW, self.db = 2 * self.saved.T @ dout, 2 * dout.sum(axis=0)
            return 2 * dout @ self.W.T

    found = verdict(Mine, None)
    assert not found.agrees
    assert "forward must return what Affine returns, and does not" in found.text


# --- what nothing agrees with, what is changed --------------------------------------------------


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", ["np.nan", "np.inf", "-np.inf", "1e308 * 10"])
def test_nothing_agrees_with_what_is_no_finite_number(value):
    found = verdict(affine(dW=f"np.where(x.T @ dout > 0, x.T @ dout, {value})"), None)
    assert "dW has entries that are no finite numbers, for N = 5." in found.text
    assert "A known mistake" not in found.text
    assert "not agree" in verdict(loss(f"y * {value}"), None).text
    assert "not agree" in verdict(slope(value), "numerical_gradient").text


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", ["1e200", "1.7e308", "1e-320"])
def test_numbers_of_any_size_are_judged_without_a_warning(size):
    assert not verdict(affine(dW=f"np.full((len(self.W), 3), {size})"), None).agrees
    found = verdict(affine(db="dout.sum(axis=0) / 0"), None)
    assert "db has entries that are no finite numbers" in found.text
    assert " it stops " not in found.text


@pytest.mark.parametrize(
    ("candidate", "like", "harmed"),
    [
        (affine(before="dout *= 1; dout[0] = 0", dx="dout @ self.W.T"), None, "dout"),
        (affine(before="keep = dout.copy(); dout[:] = 0; dout = keep"), None, "dout"),
        (affine(before="W = self.W.copy(); self.W -= 1; self.W = W"), None, "W"),
        (step(("N = len(X)", "N = len(X)\nX *= 2\nX = X / 2")), "step", "X"),
        (step(("W1 - lr * dW1, b1", "W1.__isub__(lr * dW1), b1")), "step", "W1"),
        (whole_slope(STUCK.replace("x = x.copy()\n", "")), "numerical_gradient", "x"),
    ],
)
def test_damage_done_in_place_is_told_even_if_all_gradients_are_right(candidate, like, harmed):
    found = verdict(candidate, like)
    assert not found.agrees
    assert f"It changes {harmed} in place" in found.text


def test_gradients_that_are_added_to_those_before_do_not_agree():
    class Adding(Affine):
        def __init__(self, W, b):
            super().__init__(W, b)
            self.dW, self.db = np.zeros_like(W), np.zeros_like(b)

        def backward(self, dout):
            self.dW += self.saved.T @ dout
            self.db += dout.sum(axis=0)
            return dout @ self.W.T

    verdict = judge(Adding)
    assert not verdict.agrees
    assert "dW and db: right in the first pass only." in verdict.text


def test_the_mask_in_place_of_chapter_7_is_found_although_it_agrees():
    def backward(self, dout):
        self.dW, self.db = self.saved.T @ dout, dout.sum(axis=0)
        dx = dout @ self.W.T
        dout[:] = 0
        return dx

    found = verdict(type("Mine", (Affine,), {"backward": backward}), None)
    assert [line for line in found.text.splitlines() if line.endswith("agrees.")] == [
        "dx agrees.",
        "dW agrees.",
        "db agrees.",
    ]
    assert "It changes dout in place" in found.text


def test_variables_of_the_notebook_are_named_where_something_is_off():
    mine = step((" / N", " / rows"))
    mine.__globals__["rows"] = 200
    found = verdict(mine, "step")
    assert found.text.endswith("It uses rows of the notebook, not what it is given.")
    right = affine(before="scale = one", dW="scale * x.T @ dout")
    right.backward.__wrapped__.__globals__["one"] = 1.0
    assert judge(right).agrees


def test_judging_changes_neither_the_class_nor_any_draw():
    kind = affine(dW="-x.T @ dout")
    before, state = dict(vars(kind)), np.random.get_state()[1].copy()  # noqa: NPY002
    rng = np.random.default_rng(0)
    judge(kind)
    assert dict(vars(kind)) == before
    assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002
    assert rng.normal() == np.random.default_rng(0).normal()
    for task in TASKS.values():
        for a, b in zip(task.data().values(), task.data().values(), strict=True):
            for name in a:
                if not callable(a[name]):
                    assert_array_equal(a[name], b[name])


def test_no_source_is_needed(monkeypatch):
    monkeypatch.setattr("inspect.getsource", lambda _: 1 / 0)
    assert "line 3 of backward" in judge(affine(before="1 / 0")).text
    assert isinstance(step(), FunctionType)


# --- in the chapters ----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [2, 3, 5, 6, 8])
def test_a_chapter_has_an_empty_version_with_its_verdict_and_a_hidden_solution(number):
    (path,) = CHAPTERS.glob(f"{number}-*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    at = [n for n, cell in enumerate(cells) if re.search(r"^judge\(", cell.source, re.M)]
    asked, solved = (cells[n] for n in at)
    (empty,), (agrees,) = (
        [output.data["text/plain"] for output in cell.outputs] for cell in (asked, solved)
    )
    assert " is not written yet.\n" in empty
    assert " agrees: " in agrees
    assert cells[at[0] - 1].source.endswith("    ...")
    assert solved.metadata.jupyter.source_hidden
    between = "\n".join(cell.source for cell in cells[at[0] + 1 : at[1]])
    assert re.search(r"::::\{solution-start\} ex-.*\n:class: dropdown", between)


# --- bad arguments ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "candidate", [Affine([[1.0]], [0.0]), 3, None, "Affine", int, np.sin, dict]
)
def test_only_classes_of_nodes_and_functions_can_be_judged(candidate):
    with refused("candidate must be a class made from Node, or a function, got"):
        judge(candidate)


@pytest.mark.parametrize("candidate", [Affine, SoftmaxWithLoss])
def test_the_book_itself_is_not_judged(candidate):
    with refused("candidate must be a class of your own, got", candidate.__name__):
        judge(candidate)


@pytest.mark.parametrize("like", ["ReLU", "", 3, Affine, ["step"]])
def test_like_names_a_task(like):
    with refused("like must be one of ['Affine', 'SoftmaxWithLoss', 'LayerNorm', 'step', "):
        judge(affine(), like=like)


def test_like_fits_the_candidate():
    class Mine(ReLU):
        def backward(self, dout):
            return dout

    with refused("like must be one of ['Affine', 'SoftmaxWithLoss', 'LayerNorm'] for the class"):
        judge(Mine)
    with refused("for the class Mine, got 'step'"):
        judge(Mine, like="step")
    with refused("like must be one of ['step', 'numerical_gradient'] for a function, got None"):
        judge(slope())
    with refused("for a function, got 'Affine'"):
        judge(slope(), like="Affine")


def test_a_gradient_in_a_list_does_not_agree():
    class InLists(Affine):
        def backward(self, dout):
            self.dW, self.db = (self.saved.T @ dout).tolist(), dout.sum(axis=0)
            return dout @ self.W.T

    verdict = judge(InLists)
    assert not verdict.agrees
    assert "InLists.backward must be an array, got a list." in " ".join(str(verdict).split())
