"""The pictures of nodes: letters are true of the real nodes, numbers are those of a run."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose
from properties import refused

from backprop import Add, Affine, Exp, Multiply, ReLU, SoftmaxWithLoss
from backprop.show.letters import LETTERS, Letters, draw_node

RNG = np.random.default_rng(0)
LAYER = Affine(RNG.normal(size=(2, 3)), RNG.normal(size=3))
VALUES = {
    Add: ({"x": RNG.normal(size=(2, 3)), "y": RNG.normal(size=(2, 3))}, Add),
    Multiply: ({"x": RNG.normal(size=(2, 3)), "y": RNG.normal(size=(2, 3))}, Multiply),
    ReLU: ({"x": np.array([[-1.5, 0.0, 2.0], [1.0, -0.1, 0.3]])}, ReLU),
    Affine: ({"x": RNG.normal(size=(5, 2)), "W": LAYER.W, "b": LAYER.b}, lambda: LAYER),
    SoftmaxWithLoss: (
        {"scores": RNG.normal(size=(5, 3)), "t": np.eye(3)[[0, 1, 2, 2, 1]]},
        SoftmaxWithLoss,
    ),
}
# What the letters mean, as a reader would compute it.
MEANING = [
    (r"∂L/∂z if x > 0, else 0", "np.where(x > 0, dout, 0)"),
    (r"Σ dout over samples", "dout.sum(axis=0)"),
    (r"(\w+) · (\w)ᵀ", r"\1 @ \2.T"),
    (r"(\w)ᵀ · (\w+)", r"\1.T @ \2"),
    (r"∂L/∂z", "dout"),
    (r" · ", " * "),
    (r"−", "-"),
]


def evaluated(text: str, names: dict) -> np.ndarray:
    for letters, meaning in MEANING:
        text = re.sub(letters, meaning, text)
    return eval(text, {"np": np}, names)


def softmax(scores: np.ndarray) -> np.ndarray:
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("kind", LETTERS)
def test_the_letters_are_true(kind):
    letters: Letters = LETTERS[kind]
    values, make = VALUES[kind]
    assert letters.inputs == tuple(values)
    node = make()
    out = node.forward(*(value for name, value in values.items() if name not in "Wb"))
    dout = RNG.normal(size=np.shape(out)) if letters.arrives != "1" else 1.0
    returned = node.backward(dout)
    found = [*(returned if isinstance(returned, tuple) else (returned,)), *node.gradients]
    names = {**values, "dout": dout, "N": 5}
    if kind is SoftmaxWithLoss:
        names["y"] = softmax(values["scores"])
    assert len(found) == len(letters.leaves)
    for text, gradient in zip(letters.leaves, found, strict=True):
        assert_allclose(evaluated(text, names), gradient, err_msg=text)
    sizes = {"N": 5, "D": 2, "H": 3, "K": 3}
    for text, value in zip(letters.shapes, [*values.values(), out], strict=bool(letters.shapes)):
        assert eval(text or "()", sizes) == np.shape(value)


def texts(picture) -> list[tuple[str, str]]:
    """Return the texts on edges: their mark, value or gradient, and what they say."""
    return re.findall(r'data-((?:value|gradient)="[^"]+")>([^<]*)<', picture.svg)


def test_a_picture_in_letters_has_what_leaves_below_the_edges():
    assert texts(draw_node(Multiply())) == [
        ('gradient="z.0"', "∂L/∂z · y"),
        ('gradient="z.1"', "∂L/∂z · x"),
        ('gradient="z"', "∂L/∂z"),
    ]
    assert dict(texts(draw_node(SoftmaxWithLoss()))) == {
        'value="scores"': "(N, K)",
        'value="t"': "(N, K)",
        'gradient="L.0"': "(y − t) / N",
        'gradient="L"': "1",
    }


def test_its_words_say_the_shapes_too():
    assert repr(draw_node(SoftmaxWithLoss())) == (
        "Node in letters: L = SoftmaxWithLoss of scores and t. Shapes: scores (N, K), t (N, K). "
        "Arriving: 1. Leaving: (y − t) / N on scores."
    )


def test_a_picture_in_numbers_has_those_of_a_run():
    assert dict(texts(draw_node(Multiply(), x=20, y=2, dout=1.1))) == {
        'value="x"': "20",
        'value="y"': "2",
        'value="z"': "40",
        'gradient="z.0"': "2.2",
        'gradient="z.1"': "22",
        'gradient="z"': "1.1",
    }


def test_a_layer_is_drawn_with_its_parameters():
    layer = Affine([[3.0], [6.0]], [0.1])
    picture = draw_node(layer, x=[[1.0, 2.0]], dout=np.array([[2.0]]))
    assert repr(picture) == (
        "Node in numbers: x = [1 2], W = [3 6], b = [0.1], out = Affine of x and W and b = [15.1]. "
        "Arriving: [2]. Leaving: [6 12] on x, [2 4] on W, [2] on b."
    )


@pytest.mark.parametrize("node", [Exp(), Add, None, "Add"])
def test_what_has_no_picture_is_refused(node):
    with refused("node must be one of Add, Multiply, Affine, ReLU, SoftmaxWithLoss"):
        draw_node(node)


@pytest.mark.parametrize(
    ("node", "given"),
    [
        (Add(), {"x": 1, "q": 2}),
        (Add(), {"x": 1}),
        (Multiply(), {"dout": 7.0}),  # in letters it would be passed over
        (LAYER, {"x": np.ones((1, 2)), "W": np.ones((2, 3))}),  # it is drawn with its own
        (LAYER, {"W": np.ones((2, 3))}),
    ],
)
def test_inputs_must_be_those_of_the_node(node, given):
    with refused("inputs must be ['x'", "got"):
        draw_node(node, **given)


def test_dout_must_fit_the_output_and_is_1_unless_given():
    with refused("dout"):
        draw_node(Add(), x=1, y=2, dout=[1, 2])
    assert "Arriving: 1. Leaving: 3 on x, 2 on y." in repr(draw_node(Multiply(), x=2, y=3))
