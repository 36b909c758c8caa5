import numpy as np
import pytest

from backprop import SoftmaxWithLoss, broken, check_network, quadrants
from claims import Claims


def computed() -> Claims:
    X, t = quadrants(200, seed=0)
    points, labels = X[:20], t[:20]
    right = broken.right()
    first, inside, last = right.affine
    assert (first.inputs, last.outputs) == (2, 4)
    yield f"an affine layer with {first.outputs} hidden units"
    summed, mean = (net.gradients(points, labels)[-1] for net in (broken.suspect(1), right))
    ratio = (summed / mean).mean()
    assert summed == pytest.approx(ratio * mean)
    error = check_network(broken.suspect(1), points, labels)[-1]
    yield f"And {error * 100:.0f} % is $1 - \\tfrac{{1}}{{{ratio:.0f}}}$"
    yield f"the gradient is {ratio:.0f} times too long"
    yield f"With all {len(X)} points in one batch, the steps are {len(X)} times as long"
    equal = broken.suspect(2).gradients(X, t)[-1]
    assert equal == pytest.approx(np.zeros(4), abs=1e-12)
    yield f"In the last layer this sum is always {abs(equal[0]):.0f}, hence the 100 %"
    biases = max(np.abs(layer.b).max() for layer in right.affine)
    yield f"At the start all biases are {biases:g}, and a mistake"
    large = check_network(broken.suspect(6), points, labels, reg=100)[0]
    yield f"It goes to {large * 100:.0f} %: the gradient is half as long"
    far = right.scores(300 * points)
    yield f"these points lie between −{-far.min():,.0f} and {far.max():.0f}, and the right network"
    depth = next(n for n in range(700, 800) if np.exp(-float(n + 1)) == 0)
    yield f"That happens about {depth} below"
    lost = SoftmaxWithLoss()
    assert lost.forward([[1000.0, 0.0]], [1]) == 1000
    yield rf"$-\ln 10^{{-7}} = {-np.log(1e-7):.2f}$, however wrong"
    yield f"learn {first.inputs} and {inside.inputs} times as fast as they should"
    assert last.inputs == inside.inputs


GIVEN = (
    "the same batches of 10 points",
    "(chapter 8 tells",
    "of chapter 6.",
    "says chapter 6",
    "as chapter 6 has shown",
    "penalty instead (chapter 4)",
    "of chapter 3",
    "the prices of chapter 1 were given in yuan, not in units of 10,000. Take points 300 times",
    "A share such as 50 % or 95 %",
    "Check again with = 0: if",
    "The check used 20 points",
    "In batches of 10, each",
    "row of $y - t$ sum to 0",
    "which entries of are 0 or more",
    "the output is above 0 exactly",
    r"$\tfrac{\mathit{reg}}{2}\, b^2$",
    "it is 0 where $b$ is 0",
    "A factor 2 is missing",
    r"the slope of $W^2$ is $2\,W$",
    r"without it, $2\,\mathit{reg} \cdot W$",
    "the 2 is just as easily forgotten",
    "all its exponentials round to 0",
    "The sum of the row is then 0",
    "lie between $10^{-7}$ and $10^{-4}$",
    "$y$ is much larger than $10^{-7}$",
    "once they are not 0",
    "a factor 2 between penalty and gradient | weights only, not if = 0",
    "logarithm of $y + 10^{-7}$",
    "Suspect 1 seems to learn even better",
    "Suspect 4 damages an array",
    "The trail is that of suspect 4",
    *(f"## Suspect {number} " for number in range(1, 9)),
    *(f"| | {number} | " for number in range(2, 9)),
    "| --- | | 1 | the loss is a mean",
    "A share above 100 % is possible: two vectors of one length that point in opposite directions "
    "are 200 % apart",
    "minus infinity times the 0 of a wrong label",
    "(suspect 7 as long as nothing rounds to 0)",
    "the curve of suspect 5 or 6 lies higher",
    "a sum its axis | 2 |",
    "the loss is a sum | 3 |",
    "each layer's check | below $10^{-7}$ | its , or a kink | 6 |",
    "at random biases | below $10^{-7}$ | the order of layers, a fork, the penalty | 6 |",
    "after some training | below $10^{-7}$ | an unstable softmax, a patched logarithm | 3 |",
    "its length | 4 |",
    "with learning rates 3 times larger and smaller | falls | the learning rate | 4 |",
    "the starting weights | 8 |",
    "too little penalty | 9 |",
)
