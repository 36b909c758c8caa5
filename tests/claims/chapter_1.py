import pytest
from graphs import car as car_graph

from backprop import Add, Graph, Multiply
from claims import Claims


def computed() -> Claims:
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


GIVEN = (
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
)
