import numpy as np


def right_digits(error: float) -> int:
    return round(-np.log10(error))


def best_step(difference, f, number=float) -> tuple[float, int]:
    """Return the best of the steps 0.1, 0.01 ... and how many digits are then right."""
    with np.errstate(all="ignore"):
        errors = {
            power: abs(difference(f, number(2), number(10.0**power)) / number(12) - 1)
            for power in range(-11, 0)
        }
    best = min(errors, key=errors.get)
    return best, right_digits(errors[best])


CLAIMS = [
    "Take $x^3$ at $x = 2$. Its derivative is $3x^2$, which is {{3 * 2**2}} there",
    r"\frac{2.1^3 - 2^3}{0.1} = \frac{{{cube(2.1):.4g}} - {{cube(2)}}}{0.1} = "
    "{{forward_difference(cube, 2, 0.1):.4g}} .",
    r"\frac{2.1^3 - 1.9^3}{0.2} = \frac{{{cube(2.1):.4g}} - {{cube(1.9):.4g}}}{0.2} = "
    "{{central_difference(cube, 2, 0.1):.4g}} .",
    (
        r"(2 \pm h)^3 = {{cube(2)}} \pm 12\,h + 6\,h^2 \pm h^3",
        "np.allclose(np.poly([-2] * 3), [1, 6, 12, 8])",
    ),
    "keeps about {{np.finfo(float).precision + 1}} digits of a {{np.finfo(float).bits}}-bit float. "
    "The value {{cube(2)}} is therefore uncertain by about "
    "$10^{{{np.log10(np.spacing(8.0)):.0f}}}$",
    "They meet near $h = 10^{{{best_step(central_difference, cube)[0]}}}$, and there about "
    "{{best_step(central_difference, cube)[1]}} digits of the central difference are right. The "
    "forward difference is best near $10^{{{best_step(forward_difference, cube)[0]}}}$, where "
    "{{best_step(forward_difference, cube)[1]}} digits are right.",
    "use central differences and a step of "
    "$10^{{{np.log10(numerical_gradient.__defaults__[-1]):.0f}}}$",
    (
        "With 32-bit floats, which keep {{np.finfo('f4').precision + 1}} digits, the best step is "
        "near $10^{{{best_step(central_difference, cube, np.float32)[0]}}}$, and only 4 or 5 "
        "digits",
        "best_step(central_difference, cube, np.float32)[1] in (4, 5)",
    ),
    "Take $[3, 4]$ and $[3, 4.5]$: the difference has the length {{np.hypot(0, 0.5)}}, the vectors "
    "have the lengths {{np.hypot(3, 4):g}} and {{np.hypot(3, 4.5):.4g}}. The **relative error** is "
    "{{np.hypot(0, 0.5)}} divided",
    "anything up to {{relative_error([1.0], [-1.0]):g}}",
    r"The mean of {{len(x)}} rows is a fifth of the sum, so the relative error is "
    r"$1 - \tfrac15 = {{1 - 1 / 5}}$",
    (
        "At the start of training all biases are 0",
        "not any(layer.b.any() for layer in two_layer(2, 16, 4, seed=0).affine)",
    ),
    "two forward passes for each of {{sum(p.size for p in network.parameters)}} parameters",
    "Here the data part of `dW` is {{100 * (float(read('hidden-by-reg', 'dW = *')) - 1):.0f}} % "
    "too large, so the relative error should be $1 - 1/1.1 = {{1 - 1 / 1.1:.3f}}$",
    "At {{4e-6:f}} `backward` is right and the measurement is wrong",
    "with `lr` = {{read('ten-points', 'lr=*')}} and no penalty, for "
    "{{read('ten-points', 'steps=*')}} steps",
    "a network with {{sum(p.size for p in network.parameters)}} parameters",
    "Measure the slope of $x^4$ at 1 with $h = {{read('fourth', '1.0, *')}}$",
    (
        r"The slope is 4. $(1 \pm h)^4 = 1 \pm 4h + 6h^2 \pm 4h^3 + h^4$, so the forward "
        r"difference is $4 + 6h + 4h^2 + h^3 = {{forward_difference(fourth, 1, 0.1):.4g}}$ and the "
        "central one is $4 + 4h^2 = {{central_difference(fourth, 1, 0.1):.4g}}$",
        "np.allclose(np.poly([-1] * 4), [1, 4, 6, 4, 1])",
    ),
    "Check the car: price {{read('car-check', 'price=*')}}, "
    "count {{read('car-check', 'count=*')}}, tax {{read('car-check', 'tax=*')}}.",
]
GIVEN = {
    "set here": (
        "Check in 64 bits, even if you train in 32",
        "choose 32 bits, a function",
        "The figure takes $x = 3$, because at 2",
        "In 64 bits, with $h = 10^{-5}$",
        "below $10^{-7}$",
        "above $10^{-4}$",
        "measure with `reg` above 0",
        "Central differences, 64 bits, $h = 10^{-5}$",
        "Move $x$ by $h = 0.1$",
        "Is a difference of 0.001 large? It is if the gradient is 0.002, and it is not if the "
        "gradient is 1000",
    ),
    "a definition": (
        "steps to both sides and divides by $2h$",
        "ReLU bends at 0. If $x$ is nearer to 0 than $h$",
        "is neither 0 nor 1",
        "At 0 the true slope does not exist, and `backward` returns 0 by choice",
    ),
    "cases of which the text warns": (
        "where the true gradient is 0",
        "A unit that is 0 for all samples, scores that are never large, a bias of 0",
    ),
    "follows from the expansion of the cube": (
        "keeps $6h + h^2$ as its error. In the central one the two terms $6h^2$ cancel, and only "
        "$h^2$ is left",
        "other factors than 6 and 1",
        "shrinks like $h^2$",
        "grows like $10^{-16}/h$",
        "the slopes 1 and 2; on the left",
    ),
}
