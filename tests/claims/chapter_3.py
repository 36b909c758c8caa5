import numpy as np

from backprop import log_softmax

SCORE = np.log(0.01 / 0.99)  # of the right class of two; the other score is 0


def right(score: float) -> float:
    """Return the right class's probability."""
    return np.exp(log_softmax([[score, 0.0]]))[0, 0]


def slope(loss) -> float:
    """Measure how a loss moves with the right class's score."""
    return (loss(SCORE + 1e-5) - loss(SCORE - 1e-5)) / 2e-5


CLAIMS = [
    "the scores {{np.log(2):.4f}}, {{np.log(3):.4f}} and {{np.log(5):.4f}}, the "
    "logarithms of 2, 3 and 5.",
    "here 2, 3 and 5, and divide by their sum, {{2 + 3 + 5}}. The result is {{2 / 10}}, "
    "{{3 / 10}} and {{5 / 10}}: all positive, together {{0.2 + 0.3 + 0.5:g}}.",
    "as a *class index* it is {{read('code-5b1e688f', 't=[*')}}, because",
    r"$-\ln 0.3 = {{-np.log(0.3):.3f}}$",
    "is $[{{layer.backward()[0, 0]:g}}, {{layer.backward()[0, 1]:g}}, {{layer.backward()[0, 2]:g}}]"
    "$: probabilities",
    "divided by the sum of $-1$ and 1, but their exponentials give "
    "{{Softmax().forward([[-1, 1]])[0, 0]:.2f}} and {{Softmax().forward([[-1, 1]])[0, 1]:.2f}}.",
    r"If $p$ is {{right(SCORE):g}}, the network is badly wrong, but the right score's gradient "
    r"would be only $-p(1 - p) = {{slope(lambda a: 1 - right(a)):.4f}}$.",
    (
        "Cross-entropy sends $-1/{{graph.values['y'][0, 1]:g}}$ back to the right class alone",
        "np.allclose(graph.gradients['y'], [[0, -1 / 0.3, 0]])",
    ),
    r"$S = {{np.exp(scores).sum():g}}$, and the second score gets $3/10 - 1 = {{3 / 10 - 1}}$",
    (
        "The exponential of 710 is more than a {{np.finfo(float).bits}}-bit float can hold",
        "np.exp(709) < np.finfo(float).max < np.exp(np.longdouble(710))",
    ),
    ("Its exponential is then 1", "np.exp(0) == 1"),
    "Add {{read('code-6ff34e26', 'scores + *')}} to all three scores",
    r"The loss is $-\ln {{layer.y[0, 2]:g}} = {{loss:.4f}}$",
    ("So that sum is 0", "abs(layer.backward().sum()) < 1e-12"),
]
GIVEN = {
    "a definition": ("$[0, 1, 0]$;", "because counting starts at 0"),
    "the limit of the formula": (
        "A network that is sure and right has a loss near 0",
        "Why not $1 - p$?",
    ),
    "the derivation": (
        "The labels sum to 1",
        "the logarithm sends $1/S$ to the sum, the sum hands $1/S$ to each exponential",
    ),
}
