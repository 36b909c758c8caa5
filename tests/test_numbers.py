"""Every number in the prose, computed from the code: the one place where they are checked.

For each page there is a function that yields pieces of its text with the numbers computed, and a
tuple GIVEN of pieces whose numbers are set, not computed: prices, sizes, definitions. A piece that
is not on the page fails, and so does a number on the page that is in no piece.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from prose import CHAPTERS, prose, sections, unexplained

from backprop import (
    SGD,
    Add,
    Affine,
    Graph,
    Multiply,
    Network,
    SoftmaxWithLoss,
    one_layer,
    quadrants,
    train,
    two_layer,
    xor,
)
from backprop.training import DIVERGED

Claims = Iterator[str]
MAIN = [f"{path.name}" for path in sorted(CHAPTERS.glob("[1-5]-*.ipynb"))]


def car_graph() -> Graph:
    car = Graph("price", "count", "tax")
    car.wire("subtotal", Multiply(), "price", "count")
    car.wire("total", Multiply(), "subtotal", "tax")
    return car


def chain_rule() -> Claims:
    car = car_graph()
    total = car.forward(price=20, count=2, tax=1.1)
    g, v = car.backward(), dict(car.values)
    rise = car.forward(price=21, count=2, tax=1.1) - total
    yield f"so that is {20 * 10_000:,} yuan"
    yield rf"20 \times 2 \times 1.1 = {total:g}"
    yield f"The bill rises by {rise:.1f}."
    yield f"So its gradient is {g['total']:g}."
    yield f"If the subtotal moves by 1, the total moves by {g['subtotal']:g}."
    yield f"The gradient of the subtotal is {g['subtotal']:g}."
    yield rf"1 \times 1.1 \times 2 = {g['price']:g}"
    yield f"**price, {g['price']:g}**: a car that costs 1 more makes the bill {rise:.1f} higher"
    tax = g["count"] - v["price"]
    yield f"**count, {g['count']:g}**: one car more makes the bill {g['count']:g} higher"
    yield f"higher, {v['price']:g} for the car and {tax:g} for its tax"
    more = car.forward(price=20, count=2, tax=1.11) - total
    yield f"**tax, {g['tax']:g}**: if the factor 1.1 grows by 0.01, one percentage point, the bill "
    yield f"the bill grows by {more:.1f}."
    yield f"**subtotal, {g['subtotal']:g}**: 1 more before tax is {g['subtotal']:g} more after tax"
    yield f"**total, {g['total']:g}**"
    yield rf"moves by $1.1 \cdot 2h = {g['price']:g}\,h$"
    yield f"per unit of change of the price is {g['price']:g}, the product"
    ratios = v["total"] / v["total"], v["total"] / v["subtotal"], v["subtotal"] / v["price"]
    yield f"44/44 = {ratios[0]:g}, 44/40 = {ratios[1]:g} and 40/20 = {ratios[2]:g}"
    bill = Graph("price", "count", "tax", "fee")
    bill.wire("subtotal", Multiply(), "price", "count")
    bill.wire("taxed", Multiply(), "subtotal", "tax")
    bill.wire("total", Add(), "taxed", "fee")
    with_fee = bill.forward(price=20, count=2, tax=1.1, fee=2)
    g = bill.backward()
    taxed = bill.values["taxed"]
    yield f"The value {with_fee:g} divided by {taxed:g} is about {with_fee / taxed:.3f}"
    yield f"if the taxed sum moves by 1, the total moves by exactly {g['taxed']:g}"
    yield f"at this node is {g['taxed']:g}, and the price keeps its gradient of {g['price']:g}"
    car.forward(price=15, count=3, tax=1.2)
    g = car.backward()
    for name, factors in {"price": (3, 1.2), "count": (15, 1.2), "tax": (15, 3)}.items():
        assert g[name] == pytest.approx(factors[0] * factors[1])
        yield rf"${factors[0]:g} \cdot {factors[1]:g}$ for the {name}"
    car.forward(price=20, count=2, tax=1.1)
    g = car.backward()
    grown = car.forward(price=21, count=3, tax=1.1) - total
    told = g["price"] + g["count"]
    yield f"1 more in price adds {g['price']:g} and 1 more in count adds {g['count']:g}"
    yield f"Does the bill grow by {told:g} if both grow by 1?"
    yield f"It grows by {grown - told:.1f} more than that"
    yield rf"this extra, $1 \cdot 1 \cdot {grown - told:.1f}$"


def node_types() -> Claims:
    add, multiply = Add(), Multiply()
    add.forward(44, 2)
    yield f"Both derivatives are {add.backward(1)[0]}"
    multiply.forward(20, 2)
    dx, dy = multiply.backward(1)
    yield f"If $x$ grows by 1, then $z$ grows by $y = {dx}$."
    yield f"If $y$ grows by 1, then $z$ grows by $x = {dy}$."
    bill = Graph("price", "rest", "rate")
    bill.wire("taxed", Multiply(), "price", "rest")
    bill.wire("insurance", Multiply(), "price", "rate")
    bill.wire("total", Add(), "taxed", "insurance")
    bill.forward(price=20, rest=2 * 1.1, rate=3 / 100)
    gradient = bill.backward()["price"]
    upper, lower = bill.edge_gradients["taxed", 0], bill.edge_gradients["insurance", 0]
    yield f"makes the bill {upper:g} higher on the upper path and {lower:g} higher on the lower"
    yield f"together it is {gradient:g}"
    affine = Affine(W=[[3.0, 4.0, 5.0], [6.0, 7.0, 8.0]], b=[0.1, 0.2, 0.3])
    out = affine.forward([[1.0, 2.0]])
    yield rf"$1 \cdot 3 + 2 \cdot 6 + 0.1 = {out[0, 0]:g}$"
    affine.forward([[1.0, 2.0], [10.0, 20.0]])
    dx = affine.backward(np.ones((2, 3)))
    yield f"$3 + 4 + 5 = {dx[0, 0]:g}$"
    yield f"$1 + 10 = {affine.dW[0, 0]:g}$"
    yield f"is {affine.db[0]:g}, because two samples"
    twice = Graph("a")
    twice.wire("b", Add(), "a", "a")
    twice.wire("c", Add(), "b", "b")
    twice.forward(a=3)
    g = twice.backward()
    yield f"$b$ collects $1 + 1 = {g['b']:g}$, and $a$ collects $2 + 2 = {g['a']:g}$"
    yield f"overwrites instead of adding would say {twice.edge_gradients['c', 0]:g}"
    yield f"A single number, {np.ones((5, 3)).sum():g}, would be broadcast"


def softmax_with_loss() -> Claims:
    scores = np.log([[2.0, 3.0, 5.0]])
    a, b, c = scores[0]
    yield f"the scores {a:.4f}, {b:.4f} and {c:.4f}. They are the logarithms of 2, 3 and 5"
    yield f"here 2, 3 and 5, and divide by the sum, which is {np.exp(scores).sum():g}"
    layer = SoftmaxWithLoss()
    loss = layer.forward(scores, t=[1])
    y, g = layer.y[0], layer.backward()[0]
    yield f"The result is {y[0]:g}, {y[1]:g} and {y[2]:g}: all positive, together {y.sum():g}"
    yield rf"$-\ln {y[1]:g} = {loss:.3f}$"
    yield f"is $[{g[0]:g}, {g[1]:g}, {g[2]:g}]$: probabilities"
    assert g.sum() == pytest.approx(0)
    yield f"$S = {np.exp(scores).sum():g}$, and the second score gets $3/10 - 1 = {g[1]:g}$"
    assert layer.forward(scores, t=[2]) == pytest.approx(-np.log(0.5))
    yield rf"The loss is $-\ln 0.5 = {layer.forward(scores, t=[2]):.4f}$"
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(710.0)) and np.isfinite(np.exp(709.0))
    yield f"The exponential of 710 is more than a {np.dtype(float).itemsize * 8}-bit float"
    yield r"$\ln(y + 10^{-7})$ instead"
    yield f"its loss can never be more than {-np.log(1e-7):.2f}, whereas"
    extreme = layer.forward([[1000.0, 0.0, -1000.0]], t=[2])
    yield f"the true loss in the last line is {extreme:g}"
    yield rf"The loss is then $\ln K$: {layer.forward(np.zeros((1, 4)), t=[0]):.3f} for four"


def parameter_updates() -> Claims:
    (factor,) = SGD(1.8).step([1.0], [1.0])
    yield f"With 1.8 it jumps across the bowl to ${factor:.1f}$ and back"
    X, t = quadrants(200, seed=0)
    even, lone = np.array([[1 / 3], [1 / 3], [1 / 3]]), np.array([[1.0], [0.0], [0.0]])
    outputs = [Affine(W, [0.0]).forward([[1.0, 1.0, 1.0]]).item() for W in (even, lone)]
    assert outputs == pytest.approx([1, 1])
    yield f"Both give the output {outputs[1]:g}"
    costs = [Network([Affine(W, [0.0])]).penalty(reg=1) for W in (lone, even)]
    assert costs[0] / costs[1] == pytest.approx(3)
    yield f"three times as much: {costs[0]:g} against {costs[1]:.4f}"
    rates, summed = (0.0001, 0.02, 1, 30), 0.0001
    yield f"With {len(X)} points, {summed} on the sum is the same step as {summed * len(X):g} on"
    runs = {}
    for lr in rates:
        network = two_layer(inputs=2, hidden=16, outputs=4, seed=0)
        runs[lr] = train(network, X, t, lr=lr, steps=500)
    accuracy = [runs[lr].accuracy[-1] for lr in rates]
    yield f"With 0.0001 on the mean, 500 steps lead nearly nowhere: {accuracy[0]:.1%}".replace(
        "%", " %"
    )
    assert accuracy[1] == accuracy[2] == 1
    hidden = network.layers[1].forward(network.layers[0].forward(X))
    yield f"so far that all {(hidden == 0).all(axis=0).sum()} hidden units die"
    yield f"every point gets the same answer, and {accuracy[3] * 100:g} % are right"
    w = [1.0]
    for _ in range(3):
        w = SGD(0.5).step(w, w)
    yield f"so it is {w[0]:g} after three"
    (zero,) = SGD(1.0).step([1.0], [1.0])
    yield rf"the factor $1 - \mathit{{lr}}$ is {zero:g}"
    yield f"The factor is ${1 - 1 * 1.95:.2f}$ in the first case"
    yield f"In the second it is ${1 - 1 * 2.05:.2f}$"
    network = two_layer(inputs=2, hidden=16, outputs=4, seed=0)
    end = train(network, X, t, lr=1, reg=0.5, steps=500)
    weights = max(np.abs(layer.W).max() for layer in network.affine)
    yield f"with a loss above {DIVERGED:,.0f}"
    yield f"At 0.5 it gives up: all weights are {weights:.0f}"
    assert network.last.y == pytest.approx(np.full((200, 4), 1 / 4))
    yield rf"the data loss is $\ln 4 = {end.data_loss[-1]:.3f}$"


def quadrant_network() -> Claims:
    X, t = quadrants(200, seed=0)
    yield f"We draw {len(X)} random points, {np.bincount(t)[0]} in each"
    assert np.abs(X).min() >= 0.1
    network = two_layer(inputs=2, hidden=16, outputs=4, seed=0)
    first, second = network.affine
    yield f"It has {first.W.shape[0]} inputs, the coordinates; {first.W.shape[1]} hidden units; and"
    yield f"and {second.W.shape[1]} outputs"
    yield f"The biases start at {max(np.abs(layer.b).max() for layer in network.affine):g}."
    history = train(network, X, t, lr=1, reg=0.001, steps=200)
    yield f"All {round(history.accuracy[-1] * len(X))} points are sorted correctly"
    alone = train(one_layer(inputs=2, outputs=4, seed=0), X, t, lr=1, steps=200)
    yield f"Also {alone.accuracy[-1] * 100:g} %."
    flat = train(one_layer(inputs=2, outputs=2, seed=0), X, xor(t), lr=1, steps=200)
    assert flat.loss[-1] == pytest.approx(np.log(2), abs=0.005)
    yield rf"The loss ends near $\ln 2 = {np.log(2):.3f}$"


def corrections() -> Claims:
    car = car_graph()
    total = car.forward(price=20, count=2, tax=1.1)
    v = car.values
    yield f"nodes as {total:g}/{total:g}, {total:g}/{v['subtotal']:g} and 40/{v['price']:g}"
    yield f"with a fee of 2 the ratio {total + 2:g}/{total:g} is wrong"
    yield f"with 200 points, {200 * 0.0001:g} takes the same steps"


GIVEN = {
    "1-chain-rule.ipynb": (
        "A car costs 20. Prices here are in units of 10,000 yuan",
        "buys 2 of these cars",
        "tax is 10 %, so the sum is multiplied by 1.1",
        "rise from 20 to 21",
        "If the total moves by 1, the total moves by 1.",
        "the node that multiplies by 1.1",
        "the node that multiplies by 2. If the price moves by 1, the subtotal moves by 2, and each",
        "each of these moves the total by 1.1",
        "2(p + h) - 2p = 2h",
        "as $h$ shrinks to 0",
        r"\varepsilon(h) \to 0 \text{ as } h \to 0, \quad \varepsilon(0) = 0",
        r"$\delta(k) \to 0$ as $k \to 0$ and $\delta(0) = 0$",
        "As $h$ goes to 0",
        "if $k$ is 0",
        "a registration fee of 2",
        "at a price of 15 each, and the tax factor is 1.2",
        "At the old price of 20 and count of 2",
        "also costs 1 more",
        "0.01 · 0.01 instead of 1 · 1",
        "beginning with 1",
    ),
    "2-node-types.ipynb": (
        "$x = 44$ and $y = 2$, the bill and the fee. If $x$ grows by 1",
        "$x = 20$ and $y = 2$",
        "an insurance costs 3 % of the price",
        "A price that is 1 higher",
        "one sample with 2 features and a layer with 3 outputs",
        "replaces the others by 0",
        "$x > 0$",
        "Where $x < 0$ the output stays at 0, and the gradient is 0",
        "At $x = 0$ there is a kink: slope 0 on one side, slope 1 on the other",
        "this book chooses 0",
        "A batch has 5 samples",
        "with shape $(5, 3)$",
        "divide the difference by $2h$",
        "The mask is 0 everywhere",
        "are 0 and the next step",
    ),
    "3-softmax-with-loss.ipynb": (
        "$[0, 1, 0]$; as a *class index* it is 1, because counting starts at 0",
        "the loss is near 0",
        "the three numbers sum to 0",
        "The labels sum to 1",
        "sends $1/S$ to the sum, the sum hands $1/S$ to each",
        "The largest exponential is then 1",
        "rounds to 0",
        "probability $1/K$",
        "Add 100 to all three scores",
        "So that sum is 0",
    ),
    "4-parameter-updates.ipynb": (
        r"$\tfrac12 w^2$, a bowl with its lowest point at 0",
        r"multiplies $w$ by $1 - \mathit{lr}$. Start at $w = 1$",
        "With 0.1 the weight creeps. With 0.9 it arrives",
        "With 2.1 each jump",
        "Take the input $[1, 1, 1]$",
        "$[1, 0, 0]$",
        r"\frac{\mathit{reg}}{2} \sum W^2",
        r"$\tfrac12 W^2$",
        r"$1 - \mathit{lr} \cdot \mathit{reg}$",
        "more than 2, the penalty alone",
        "Is 0.0001 a good",
        "The article suggests 0.0001",
        "as in chapter 3",
        "sorts 200 points",
        "With 0.02, all are right",
        "With 30 the first steps",
        "a factor of about 3",
        "each step used all 200 points. Train with batches of 20 points",
        "with = 1. How many steps",
        "be 0.5 and $w = 1$",
        "reaches 0 in a single step",
        "changes by exactly 1 per unit",
        "With = 1 the factor",
        "with = 1 and = 1.95, then with = 2.05",
        "with = 1 and = 0, 0.01, 0.1 and 0.5",
    ),
    "5-quadrants.ipynb": (
        "a distance of at least 0.1",
        "with variance 2 divided",
        "a learning rate of 1",
        "Try 1, 2, 3 and 4",
        "the chapter uses 16",
        "say at $(0.5, 0)$",
    ),
    "corrections.md": (
        r"ReLU has gradient 0 for $x \le 0$",
        "At $x = 0$ there is no derivative; 0 is a choice",
        "for example 0.0001",
        "a distance of at least 0.1",
        *(f"[chapter {number}" for number in range(1, 6)),
    ),
}
COMPUTED: dict[str, Callable[[], Claims]] = {
    "1-chain-rule.ipynb": chain_rule,
    "2-node-types.ipynb": node_types,
    "3-softmax-with-loss.ipynb": softmax_with_loss,
    "4-parameter-updates.ipynb": parameter_updates,
    "5-quadrants.ipynb": quadrant_network,
    "corrections.md": corrections,
}


def test_the_pages_are_all_here():
    assert sorted(COMPUTED) == sorted(GIVEN) == sorted([*MAIN, "corrections.md"])
    assert len(MAIN) == 5


@pytest.mark.parametrize("name", COMPUTED)
def test_every_number_of_the_prose_is_what_the_code_computes(name):
    text = prose(name)
    claims = [" ".join(claim.split()) for claim in [*COMPUTED[name](), *GIVEN[name]]]
    assert [claim for claim in claims if claim not in text] == [], "not on the page"
    assert unexplained(text, claims) == [], "on the page, but neither computed nor given"


def test_a_changed_number_is_noticed():
    assert unexplained("one is 1, two is 3", ["one is 1", "two is 2"]) != []


@pytest.mark.parametrize("name", MAIN)
def test_minutes_are_words_divided_by_two_hundred(name):
    expected = [(title, max(0.25, round(words / 50) / 4)) for title, words, _ in sections(name)[1:]]
    assert [(title, minutes) for title, _, minutes in sections(name)[1:]] == expected


def test_the_five_chapters_take_fifteen_minutes():
    parts = [part for name in MAIN for part in sections(name)]
    assert sum(words for _, words, _ in parts) <= 3000
    assert sum(minutes or 0 for _, _, minutes in parts) <= 15
