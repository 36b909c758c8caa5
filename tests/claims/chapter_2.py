import numpy as np

from backprop import Add, Affine, Graph, Multiply
from claims import Claims


def computed() -> Claims:
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


GIVEN = (
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
)
