"""Every argument of every public function gets values of all sorts, most of them bad ones.

The table says what an argument is; what its kind cannot be must end in a ``ValueError`` that names
it: no other error, no warning, and no result. (Warnings are errors in these tests.)
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import backprop
from backprop import (
    SGD,
    Adam,
    Add,
    Affine,
    BatchNorm,
    Convolution,
    CrossEntropy,
    Divide,
    Dropout,
    Exp,
    Graph,
    Maximum,
    Momentum,
    Multiply,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SoftmaxWithLoss,
    Tanh,
    check_graph,
    check_layer,
    check_network,
    deep,
    judge,
    learning,
    log_softmax,
    numerical_gradient,
    one_layer,
    quadrants,
    random_affine,
    relative_error,
    train,
    train_grid,
    two_layer,
    xor,
)
from backprop.explorers import (
    BackwardDrill,
    Descent,
    GradientFlow,
    GraphStepper,
    OptimizerPaths,
    SoftmaxBench,
    StepSize,
    TrainingLab,
    ask,
)
from backprop.show import plots

VALUES: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "true": lambda: True,
    "text": lambda: "a",
    "bytes": lambda: b"a",
    "class": lambda: ReLU,
    "node": ReLU,
    "object": object,
    "minus": lambda: -1,
    "zero": lambda: 0,
    "two": lambda: 2,
    "huge": lambda: 10**400,  # too large for a float
    "fraction": lambda: Fraction(-1, 2),
    "half": lambda: 0.5,
    "large": lambda: 1e300,
    "inf": lambda: np.inf,
    "nan": lambda: np.nan,
    "complex": lambda: 1j,
    "date": lambda: np.datetime64("2020-01-01"),
    "empty": list,
    "tuple": tuple,
    "dict": dict,
    "set": lambda: {1},
    "iterator": lambda: iter([1]),
    "one": lambda: [1],
    "negative": lambda: [-1.0],
    "ragged": lambda: [[1.0], [1.0, 2.0]],
    "texts": lambda: np.array(["a"]),
    "objects": lambda: np.array([1, None]),
    "axes": lambda: np.ones((2, 3, 4)),
    "no_axes": lambda: np.array(2.0),
    "nans": lambda: np.full((8, 2), np.nan),  # in the shape of the points
}
# What arguments may be, of these values; an argument without a kind may be none of them.
REAL = "minus zero half two large fraction no_axes inf nan"
KINDS = {
    "count": "two",
    "seed": "zero two huge",
    "above 0": "half two large",
    "least 0": "zero half two large",
    "share": "zero half",
    "text": "text",
    "number": REAL,
    "array": f"{REAL} empty tuple one negative axes nans",
}
X, T = quadrants(8, seed=0)
W, B = np.ones((2, 3)), np.zeros(3)


class Of:
    """A good value of an argument, and which of VALUES are good as well: kinds and names.

    What is ``apart`` is not tried: there it is not the book that answers, or that takes long.
    """

    def __init__(
        self, value: Any, *good: str, but: tuple[str, ...] = (), apart: tuple[str, ...] = ()
    ) -> None:
        self.value, self.apart = value, apart
        self.good = {name for part in good for name in KINDS.get(part, part).split()} - {*but}


def network() -> Network:
    return two_layer(2, 3, 4, seed=0)


def affine() -> Affine:
    return Affine(W, B)


def car() -> Graph:
    graph = Graph("price", "count")
    graph.wire("total", Multiply(), "price", "count")
    return graph


def written() -> type[Affine]:
    return type("Mine", (Affine,), {"backward": lambda _self, dout: dout})


LONG = ("zero", "two", "one")  # they would make a figure that takes a while
AX = Of(Figure().subplots())
COUNT, SEED, LR, REG = Of(2, "count"), Of(0, "seed"), Of(0.5, "above 0"), Of(0.1, "least 0")
SHARE, TEXT, NUMBER, POINTS = Of(0.9, "share"), Of("a", "text"), Of(2.0, "number"), Of(X, "nans")
# By name: what is called, and its arguments. Functions without a kind are called to make a value.
# An argument may be refused by the other names behind "|", too.
CALLS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    # data and networks
    "quadrants": (quadrants, {"n": Of(8, "count"), "seed": SEED, "gap": Of(0.1, "half")}),
    "xor": (xor, {"quadrant": Of(T, "zero two one")}),
    "one_layer": (one_layer, {"inputs": COUNT, "outputs": COUNT, "seed": SEED}),
    "two_layer": (two_layer, {"inputs": COUNT, "hidden": COUNT, "outputs": COUNT, "seed": SEED}),
    "deep": (
        deep,
        {"widths": [2, 3], "seed": SEED, "activation|layers": Of(ReLU, "class"), "variance": LR},
    ),
    "random_affine": (
        random_affine,
        {
            "inputs": COUNT,
            "outputs": COUNT,
            "rng": lambda: np.random.default_rng(0),
            "variance": LR,
        },
    ),
    "Affine": (Affine, {"W|b": W, "b": B}),
    "BatchNorm": (BatchNorm, {"features": COUNT, "momentum": SHARE, "eps": REG}),
    "Dropout": (Dropout, {"drop": SHARE, "seed": SEED}),
    "Convolution": (
        Convolution,
        {
            "W|b": np.ones((1, 1)),
            "b": Of([0.0], "one negative"),
            "image": (1, 1, 2),
            "size": 1,
        },
    ),
    "Residual": (lambda layers: Residual(layers), {"layers": Of(affine(), "node")}),
    "Network": (Network, {"layers": lambda: [affine()]}),
    "Network of one": (lambda layers: Network([layers]), {"layers": affine}),
    "last": (lambda last: setattr(network(), "last", last), {"last": SoftmaxWithLoss}),
    "parameters": (
        lambda parameters: setattr(network(), "parameters", parameters),
        {"parameters": lambda: network().parameters},
    ),
    "state": (lambda state: setattr(network(), "state", state), {"state": lambda: network().state}),
    **{
        f"parameters of {type(layer).__name__}": (
            lambda parameters, layer=layer: setattr(layer, "parameters", parameters),
            {"parameters|W|gamma": layer.parameters},
        )
        for layer in (affine(), BatchNorm(3), Residual(affine()))
    },
    # a network in use, and training
    "predict": (lambda X: network().predict(X), {"X": X}),
    "loss": (lambda X, t, reg: network().loss(X, t, reg), {"X": X, "t": T, "reg": REG}),
    "gradients": (lambda X, t, reg: network().gradients(X, t, reg), {"X": X, "t": T, "reg": REG}),
    "SGD": (SGD, {"lr": Of(0.5, "above 0", "no_axes")}),
    "Momentum": (Momentum, {"lr": LR, "momentum": SHARE}),
    "Adam": (Adam, {"lr": LR, "beta1": SHARE, "beta2": SHARE, "eps": LR}),
    **{
        f"{kind.__name__} {what}": (
            lambda parameters, gradients, kind=kind, pack=pack: kind(0.5).step(
                pack(parameters), pack(gradients)
            ),
            {"parameters|gradients": value, "gradients": value},
        )
        for kind in (SGD, Momentum, Adam)
        for what, pack, value in (
            ("step", lambda values: values, [W]),
            ("step of one", lambda value: [value], W),
        )
    },
    "train": (
        train,
        {
            "network": network,
            "X": X,
            "t": T,
            "lr": LR,
            "reg": REG,
            "decay": REG,
            "steps": COUNT,
            "batch_size": Of(4, "count", "none"),
            "seed": SEED,
            "optimizer": Of(SGD),
            "progress": Of(False, "true"),
        },
    ),
    "train_grid": (
        train_grid,
        {
            "network": network,
            "X": X,
            "t": T,
            "lrs": Of([0.5], "one"),
            "regs": Of([0.5], "one"),
            "steps": COUNT,
            "batch_size": Of(4, "count", "none"),
            "seed": SEED,
            "stops": Of([1], "one empty tuple"),
        },
    ),
    "learning": (lambda network: learning(network).__enter__(), {"network": network}),
    # checks and graphs
    "check_layer": (
        lambda layer, x: check_layer(layer, x),
        {"layer": Of(affine(), "node"), "x|inputs": POINTS},
    ),
    "check_graph": (
        lambda graph, x: check_graph(graph, price=x, count=2.0),
        {"graph": car, "x|price": Of(2.0, "minus zero half two large nan inf no_axes")},
    ),
    "check_network": (check_network, {"network": network, "X": X, "t": T, "reg": REG}),
    "numerical_gradient": (
        numerical_gradient,
        {
            "f": Of(np.sum, apart=("class",)),
            "x": Of(X, "array", but=("fraction",)),
            "h": LR,
        },
    ),
    "what f returns": (lambda f: numerical_gradient(lambda _: f, [1.0]), {"f": NUMBER}),
    "relative_error": (relative_error, {"a": POINTS, "b": POINTS}),
    "judge": (judge, {"candidate": Of(written(), "class"), "like": Of("Affine", "none")}),
    "Graph": (lambda inputs: Graph(inputs), {"inputs": TEXT}),
    "wire": (
        lambda name, node, inputs: car().wire(name, node, inputs),
        {"name": TEXT, "node": Of(ReLU(), "node"), "inputs": "price"},
    ),
    "Graph.forward": (lambda x: car().forward(price=x, count=2.0), {"x": NUMBER}),
    # nodes: forward, and backward behind a forward pass
    **{
        f"{kind.__name__}.forward": (
            lambda kind=kind, **inputs: kind().forward(**inputs),
            dict.fromkeys(kind.names, NUMBER),
        )
        for kind in (Add, Multiply, Maximum)
    },
    "Divide.forward": (
        lambda x, y: Divide().forward(x, y),
        {"x": NUMBER, "y": Of(2.0, "number", but=("zero",))},
    ),
    "Exp.forward": (
        lambda x: Exp().forward(x),
        {"x": Of(2.0, "array", but=("large", "inf"))},
    ),
    **{
        f"{type(node).__name__}.forward": (lambda x, node=node: node.forward(x), {"x": good})
        for node, good in (
            (affine(), POINTS),
            (BatchNorm(2), POINTS),
            (Dropout(0.5, seed=0), Of(X, "axes nans")),
            (Convolution(np.ones((1, 1)), [0.0], image=(1, 1, 2), size=1), POINTS),
            *((node, Of(X, "array")) for node in (ReLU(), Tanh(), Residual(ReLU()))),
            (Sigmoid(), Of(X, "array", apart=("nan", "nans"))),  # NumPy warns of a NaN
        )
    },
    "log_softmax": (log_softmax, {"scores": Of(X, "axes one negative nans")}),
    "Softmax.forward": (lambda scores: Softmax().forward(scores), {"scores": Of(X, "axes nans")}),
    "SoftmaxWithLoss.forward": (
        lambda scores, t: SoftmaxWithLoss().forward(scores, t),
        {"scores|t": POINTS, "t": T % 2},
    ),
    "CrossEntropy.forward": (
        lambda y, t: CrossEntropy().forward(y, t),
        {"y|t": np.full((8, 2), 0.5), "t": T % 2},
    ),
    **{
        f"{type(node).__name__}.backward": (
            lambda dout, node=node, inputs=inputs: (node.forward(*inputs), node.backward(dout)),
            {"dout": good},
        )
        for node, inputs, good in (
            *((kind(), (2.0, 3.0), NUMBER) for kind in (Add, Multiply, Divide, Maximum)),
            (Exp(), (2.0,), NUMBER),
            (SoftmaxWithLoss(), (X, T % 2), NUMBER),
            (CrossEntropy(), (np.full((8, 2), 0.5), T % 2), NUMBER),
            (affine(), (X,), np.ones((8, 3))),
            *((kind(), (X,), POINTS) for kind in (ReLU, Sigmoid, Tanh, Softmax)),
            (BatchNorm(2), (X,), POINTS),
            (Dropout(0.5, seed=0), (X,), POINTS),
            (Residual(ReLU()), (X,), POINTS),
        )
    },
    # pictures and figures
    "scatter": (
        plots.scatter,
        {"ax": AX, "X": X, "t": T, "names": Of(list("abcd"), "empty tuple")},
    ),
    "regions": (plots.regions, {"ax": AX, "network": network, "classes|network": 4}),
    "bends": (plots.bends, {"ax": AX, "network": network}),
    "curves": (plots.curves, {"ax": AX, "losses": {"a": [2.0]}, "ylabel": TEXT}),
    "sweep": (
        plots.sweep,
        {
            "ax": AX,
            "values": Of([2.0], "one"),
            "losses": {"a": [2.0]},
            "xlabel": TEXT,
            "ylabel": TEXT,
        },
    ),
    "images": (
        plots.images,
        {
            "axes": AX,
            "rows": np.ones((1, 4)),
            "titles": Of(["a"], "empty tuple texts"),
            "signed": Of(False, "true"),
        },
    ),
    "confusion": (plots.confusion, {"ax": AX, "counts": np.ones((2, 2), int)}),
    "data_parallel": (
        plots.data_parallel,
        {"ax": lambda: Figure().subplots(), "machines": COUNT, "images": Of(4, "count")},
    ),
    "Descent": (Descent, {"lr": Of(1.8, "half two"), "step": Of(6, "zero two")}),
    "GradientFlow": (
        GradientFlow,
        {"depths": [8], "width": Of(16, "count"), "weights": "variance 2/D"},
    ),
    "GraphStepper": (
        lambda graph, price: GraphStepper(graph, price=price, count=[2.0]),
        {"graph": car, "price": Of([1.0, 2.0], "one", "negative")},
    ),
    "OptimizerPaths": (OptimizerPaths, {"kappas|kappa": [1, 50], "lr": (0.03, 0.03, 0.1)}),
    "SoftmaxBench": (
        SoftmaxBench,
        {"scores": (0.5, 1, 1.5), "label": Of(1, apart=LONG)},
    ),
    "StepSize": (StepSize, {"function": "x³ at 3", "precision": "float64", "h": 1e-5}),
    "TrainingLab": (
        TrainingLab,
        {
            "colourings": ["XOR"],
            "seeds": Of([0], apart=LONG),
            "reg": Of(0.001, apart=LONG),
        },
    ),
    "BackwardDrill": (BackwardDrill, {"level": "chain", "count": COUNT}),
    "ask": (
        ask,
        {
            "words": TEXT,
            "answer|mistakes": Of(3.0, "minus zero half two large fraction"),
            "because": TEXT,
            "mistakes": {4.0: "No."},
            "unit": TEXT,
            "show": "",
        },
    ),
}


def value_of(argument: Any) -> Any:
    if isinstance(argument, Of):
        return argument.value
    return argument() if callable(argument) else argument


@pytest.mark.parametrize(
    ("call", "argument"),
    [(call, argument) for call, (_, arguments) in CALLS.items() for argument in arguments],
)
def test_what_an_argument_cannot_be_is_refused_by_its_name(call, argument):
    function, arguments = CALLS[call]
    good = getattr(arguments[argument], "good", set())
    assert good <= set(VALUES)
    name, *_ = names = argument.split("|")
    once = [None] if argument == next(iter(arguments)) else []  # all arguments are good
    for label in [*once, *VALUES]:
        if label in getattr(arguments[argument], "apart", ()):
            continue
        given = {key.split("|")[0]: value_of(value) for key, value in arguments.items()}
        if label is not None:
            given[name] = VALUES[label]()
        if label is None or label in good:
            function(**given)
            continue
        with pytest.raises(ValueError, match=rf"(?s)\b({'|'.join(names)})\b.* must "):
            function(**given)
            pytest.fail(f"{call} took {label} for {name}")


def test_every_public_name_is_tried():
    # They take no arguments or are made by others; the last two have tests of their own.
    apart = {"Node", "History", "Grid", "digits", "NetworkStepper", "live_losses"}
    drawn = {
        name for name, f in vars(plots).items() if getattr(f, "__module__", "") == plots.__name__
    }
    public = {*backprop.__all__, *backprop.explorers.__all__}
    assert {name for name in public if name not in globals()} == apart
    assert drawn <= {*CALLS}
