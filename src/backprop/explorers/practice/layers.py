"""Drills on matrices: an affine layer, and from scores to their gradient."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator

from ...apart import CrossEntropy, Softmax
from ...contracts import Array
from ...graph import Graph
from ...layers import Affine, SoftmaxWithLoss
from ...node import Node
from .mistakes import AFFINE, LOSS, SOFTMAX, Rule, wrongly
from .task import Ask, Task, Way

SMALL = (-3, -2, -1, 1, 2, 3, 4, 5)
SUMS = (4, 5, 8, 10, 20)  # of the exponentials: probabilities of few digits


class AffineNode(Node):
    """The affine layer as pictures draw it: weights and biases arrive over edges, as x does."""

    symbol = "Affine"

    def forward(self, x: Array, W: Array, b: Array) -> Array:
        """Return x @ W + b."""
        self.saved = layer = Affine(W, b)
        out: Array = layer.forward(x)
        return out

    def backward(self, dout: Array) -> tuple[Array, ...]:
        """Return the gradients of x, W and b."""
        return self.saved.backward(dout), *self.saved.gradients


MANY = ("no 1/N", "1/N twice", "probability alone")  # mistakes that only several rows tell apart


def affine(rng: Generator, samples: int) -> Task:
    """Draw an affine layer of two features and two outputs, and a gradient that arrives."""
    x = W = dout = np.zeros((2, 2))
    while any(array.shape == (2, 2) and array[0, 1] == array[1, 0] for array in (x, W, dout)):
        sizes = (samples, 2, samples)
        x, W, dout = (rng.choice(SMALL, size=(rows, 2)).astype(float) for rows in sizes)
    b = rng.choice(np.setdiff1d(SMALL, dout.sum(axis=0)), size=2).astype(float)
    graph = Graph("x", "W", "b")
    graph.wire("out", AffineNode(), "x", "W", "b")
    graph.forward(x=x, W=W, b=b)
    given = {"x": x, "W": W, "b": b, "dout": dout}
    names = {"x": "x", "W": "W", "b": "b", "dout": "dout"}
    return Task(f"affine {samples}", given, list(affine_asks(given, names, "out")), graph)


def affine_asks(
    given: dict[str, Array], names: dict[str, str], edge: str, asked: str = "Wbx"
) -> Iterator[Ask]:
    """Yield what is asked of a layer: the gradients of W, of b and of x.

    ``names`` says what x, W, b and dout are called; a dout that is not given has been found.
    """
    x, W, b = (given[names[part]] for part in "xWb")
    dout = names["dout"]
    fixed = given.get(dout)
    rules = {
        "W": "its input times what comes back to its output, summed over the samples.",
        "b": "what comes back to its output, summed over the samples.",
        "x": "what comes back to each output times the weight on the way, summed over the outputs.",
    }
    for part in asked:
        place, name = "xWb".index(part), names[part]
        yield Ask(
            f"d{name}",
            () if fixed is not None else (dout,),
            through((x, W, b), place, fixed),
            {**wrongly(AFFINE, (x, W, b), place, fixed), "value": given[name]},
            f"d{name}",
            f"d{name}",
            rules[part],
            list(affine_hints(part, names, x.shape, W.shape)),
            edge=f"{edge}.{place}",
        )


def affine_hints(
    part: str, names: dict[str, str], x: Sequence[int], W: Sequence[int]
) -> Iterator[str]:
    """Yield for each entry of a gradient the products that it is the sum of."""
    (N, D), (_, H) = x, W

    def entry(name: str, row: int, column: int, columns: int) -> str:
        return f"{{{names[name]}:{row * columns + column}}}"

    if part == "W":
        for i, j in np.ndindex(D, H):
            yield " + ".join(f"{entry('x', n, i, D)} × {entry('dout', n, j, H)}" for n in range(N))
    elif part == "b":
        for j in range(H):
            yield " + ".join(entry("dout", n, j, H) for n in range(N))
    else:
        for n, i in np.ndindex(N, D):
            yield " + ".join(f"{entry('dout', n, j, H)} × {entry('W', i, j, H)}" for j in range(H))


def through(inputs: Sequence[Array], i: int, fixed: Array | None) -> Way:
    """Return the way back through a layer, for a dout that is given or comes as an argument."""
    node = AffineNode()
    node.forward(*inputs)
    return lambda dout=fixed: node.backward(dout)[i]


def scores(rng: Generator, samples: int) -> Task:
    """Draw scores that are logarithms of whole numbers, and labels."""
    powers = np.array([parts(rng, int(rng.choice(SUMS))) for _ in range(samples)])
    t = np.eye(3)[rng.integers(3, size=samples)]
    given = {"a": np.log(powers), "t": t}
    graph = Graph("a", "t")
    graph.wire("y", Softmax(), "a")
    graph.wire("L", CrossEntropy(), "y", "t")
    graph.forward(a=given["a"], t=t)
    texts = {"a": [f"ln {power}" for power in powers.ravel()]}
    return Task(f"scores {samples}", given, list(scores_asks(given)), graph, texts=texts)


def parts(rng: Generator, whole: int) -> list[int]:
    """Split a whole number into three that are at least 1."""
    first, second = sorted(rng.choice(np.arange(1, whole), size=2, replace=False))
    return [first, second - first, whole - second]


def scores_asks(given: dict[str, Array]) -> Iterator[Ask]:
    """Yield the two questions: the probabilities, and the gradient of the scores."""
    a, t = given["a"], given["t"]
    several = len(a) > 1
    yield Ask(
        "y",
        (),
        lambda: Softmax().forward(a),
        {key: rule(a) for key, rule in SOFTMAX.items() if several or key != "columns"},
        "y",
        "y",
        "take the exponential of each score, which undoes ln, and divide by the sum of its row.",
        [
            f"exp {{a:{3 * n + k}}} ÷ ({' + '.join(f'exp {{a:{3 * n + j}}}' for j in range(3))})"
            for n, k in np.ndindex(a.shape)
        ],
        edge="L.0",
    )
    yield loss_ask("a", "y", Softmax().forward(a), t, found=True)


def loss_ask(scores: str, name: str, y: Array, t: Array, *, found: bool) -> Ask:
    """Return the question for the gradient of the scores.

    ``y`` are the right probabilities; ``found`` says that the reader finds them first, as ``name``.
    """
    N = len(t)

    def right(y: Array = y) -> Array:
        layer = SoftmaxWithLoss()
        layer.forward(np.log(t + 1), t)  # any scores: the probabilities are those of the reader
        layer.y = y
        return layer.backward()

    def by(rule: Rule) -> Way:
        return lambda y=y: rule(y, t)

    apart = CrossEntropy()
    apart.forward(y, t)
    wrong = {key: by(rule) for key, rule in LOSS.items() if N > 1 or key not in MANY}
    difference = f"{{{name}:%d}} − {{t:%d}}"
    hint = f"({difference}) ÷ {N}" if N > 1 else difference
    return Ask(
        f"d{scores}",
        (name,) if found else (),
        right,
        {**wrong, "gradient of y": apart.backward()},
        f"d{scores}",
        f"d{scores}",
        "probability minus label" + (", divided by the number of rows." if N > 1 else "."),
        [hint % (k, k) for k in range(t.size)],
        edge="y.0" if found else "L.0",
    )
