import numpy as np
import pytest
from graphs import car

from backprop import (
    ReLU,
    check_graph,
    numerical_gradient,
    relative_error,
    two_layer,
)
from claims import Claims


def forward_difference(f, x: float, h: float) -> float:
    return (f(x + h) - f(x)) / h


def central_difference(f, x: float, h: float) -> float:
    return (f(x + h) - f(x - h)) / (2 * h)


def cube(x: float) -> float:
    return x * x * x


def fourth(x: float) -> float:
    return x * x * x * x


def errors(difference, h: float) -> float:
    """Return the relative error of a difference of x³ at 2, in the type of h."""
    return abs(difference(cube, type(h)(2), h) / 12 - 1)


def digits(error: float) -> int:
    """Return how many digits are right."""
    return round(-np.log10(error))


def computed() -> Claims:
    yield rf"\frac{{2.1^3 - 2^3}}{{0.1}} = \frac{{{cube(2.1):.4g} - {cube(2)}}}{{0.1}}"
    yield f"{{0.1}} = {forward_difference(cube, 2, 0.1):.4g} ."
    yield rf"\frac{{2.1^3 - 1.9^3}}{{0.2}} = \frac{{{cube(2.1):.4g} - {cube(1.9):.4g}}}{{0.2}}"
    yield f"{{0.2}} = {central_difference(cube, 2, 0.1):.4g} ."
    for difference, factor in ((forward_difference, 10), (central_difference, 100)):
        ratio = errors(difference, 0.01) / errors(difference, 0.001)
        assert ratio == pytest.approx(factor, rel=0.01)
    for h in (0.1, 0.01):  # the coefficients of the expansion, and what is left of them
        assert cube(2 + h) == pytest.approx(8 + 12 * h + 6 * h**2 + h**3)
        assert cube(2 - h) == pytest.approx(8 - 12 * h + 6 * h**2 - h**3)
    assert np.finfo(float).eps * 8 == pytest.approx(1e-15, rel=1)
    steps = [10.0**power for power in range(-1, -12, -1)]
    best = {f: min(steps, key=lambda h, f=f: errors(f, h)) for f in DIFFERENCES}
    assert best[central_difference] == 1e-5
    assert best[forward_difference] == 1e-8
    yield (
        f"and there about {digits(errors(central_difference, 1e-5))} digits of the central "
        "difference are right"
    )
    yield f"where {digits(errors(forward_difference, 1e-8))} digits are right"
    with np.errstate(all="ignore"):
        single = {h: errors(central_difference, np.float32(h)) for h in (1e-1, 1e-2, 1e-3)}
    assert min(single, key=single.get) == 1e-2
    assert digits(single[1e-2]) == 5
    a, b = np.array([3.0, 4.0]), np.array([3.0, 4.5])
    lengths = [float(np.linalg.norm(vector)) for vector in (a - b, a, b)]
    yield (
        f"the difference has the length {lengths[0]:g}, the vectors have the lengths "
        f"{lengths[1]:g} and {lengths[2]:.4g}"
    )
    assert relative_error(a, b) == lengths[0] / lengths[2]
    yield f"is {lengths[0]:g} divided by the larger one"
    yield f"the relative error should be $1 - 1/1.1 = {1 - 1 / 1.1:.3f}$"
    yield rf"so the relative error is $1 - \tfrac15 = {1 - 1 / 5:g}$"
    count = sum(p.size for p in two_layer(2, 16, 4, seed=0).parameters)
    yield f"two forward passes for each of {count} parameters"
    yield f"a network with {count} parameters"
    x = np.zeros((1, 1))
    assert numerical_gradient(lambda x: ReLU().forward(x).sum(), x) == pytest.approx(0.5)
    yield (
        f"the forward difference is $4 + 6h + 4h^2 + h^3 = {forward_difference(fourth, 1, 0.1):.4g}"
    )
    yield f"the central one is $4 + 4h^2 = {central_difference(fourth, 1, 0.1):.4g}$"
    assert max(check_graph(car(), price=20, count=2, tax=1.1).values()) < 1e-9


DIFFERENCES = (forward_difference, central_difference)
GIVEN = (
    "Take $x^3$ at $x = 2$. Its derivative is $3x^2$, which is 12 there",
    "Move $x$ by $h = 0.1$",
    "steps to both sides and divides by $2h$",
    r"(2 \pm h)^3 = 8 \pm 12\,h + 6\,h^2 \pm h^3",
    "keeps $6h + h^2$ as its error. In the central one the two terms $6h^2$ cancel, and only "
    "$h^2$ is left",
    "other factors than 6 and 1",
    "keeps about 16 digits of a 64-bit float. The value 8 is therefore uncertain by about "
    "$10^{-15}$",
    "shrinks like $h^2$",
    "grows like $10^{-16}/h$. They meet near $h = 10^{-5}$",
    "is best near $10^{-8}$",
    "a step of $10^{-5}$",
    "With 32-bit floats, which keep 7 digits, the best step is near $10^{-2}$, and only 4 or 5 "
    "digits",
    "Check in 64 bits, even if you train in 32",
    "the slopes 1 and 2; on the left",
    "choose 32 bits, a function",
    "The figure takes $x = 3$, because at 2",
    "Is a difference of 0.001 large? It is if the gradient is 0.002, and it is not if the gradient "
    "is 1000",
    "Take $[3, 4]$ and $[3, 4.5]$",
    "In 64 bits, with $h = 10^{-5}$",
    "below $10^{-7}$",
    "above $10^{-4}$",
    "where the true gradient is 0",
    "anything up to 2",
    "The mean of 5 rows",
    "above 0. Choose the point",
    "all biases are 0",
    "is 10 % too large",
    "ReLU bends at 0. If $x$ is nearer to 0 than $h$",
    "neither 0 nor 1",
    "At 0 the true slope does not exist, and returns 0 by choice. At 0.000004",
    "A unit that is 0 for all samples",
    "a bias of 0",
    "(chapter 8)",
    "Measure the slope of $x^4$ at 1 with $h = 0.1$",
    r"The slope is 4. $(1 \pm h)^4 = 1 \pm 4h + 6h^2 \pm 4h^3 + h^4$",
    "that of chapter 1. Check the car: price 20, count 2, tax 1.1",
    "with = 1 and no penalty, for 200 steps",
    "Central differences, 64 bits, $h = 10^{-5}$, relative error below $10^{-7}$",
)
