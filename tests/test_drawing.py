import re
from collections import Counter
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from graphs import car
from hypothesis import given
from hypothesis import strategies as st
from properties import sizes

from backprop import Add, Affine, Graph, Multiply, ReLU, SoftmaxWithLoss
from backprop.show.drawing import draw_graph, entries
from backprop.show.layout import RADIUS, layout
from backprop.show.picture import Picture

ODD = 'a<b>&"c"'


def run_car() -> Graph:
    graph = car()
    graph.forward(price=20, count=2, tax=1.1)
    graph.backward()
    return graph


def twins() -> Graph:
    graph = Graph("a")
    graph.wire("b", Add(), "a", "a")
    graph.wire("c", Add(), "b", "b")
    graph.forward(a=3)
    graph.backward()
    return graph


@st.composite
def graphs(draw) -> Graph:
    graph = Graph("x", "y")
    names = ["x", "y"]
    for k in range(draw(sizes)):
        inputs = [draw(st.sampled_from(names)) for _ in "xy"]
        graph.wire(f"n{k}", draw(st.sampled_from([Add, Multiply]))(), *inputs)
        names.append(f"n{k}")
    graph.forward(x=1.25, y=-3)
    graph.backward()
    return graph


def svg(picture: Picture) -> ElementTree.Element:
    return ElementTree.fromstring(picture.svg).find("svg")


def texts(picture: Picture, **attributes: str) -> list[str]:
    """Return the texts with these attributes, in the order of the file."""
    found = svg(picture).iter("text")
    return [text.text for text in found if attributes.items() <= text.attrib.items()]


def edges(picture: Picture) -> list[str]:
    return [path.get("d") for path in svg(picture).iter("path") if path.get("class") == "line"]


def test_every_value_gradient_name_and_sign_of_the_car_is_text():
    picture = draw_graph(run_car())
    assert sorted(texts(picture, **{"class": "gradient"})) == ["1", "1.1", "2.2", "22", "40"]
    others = Counter(texts(picture)) - Counter(texts(picture, **{"class": "gradient"}))
    values, names = ["20", "2", "40", "1.1", "44"], ["price", "count", "tax", "subtotal", "total"]
    assert others == Counter([*values, *names, "×", "×"])
    assert len(edges(picture)) == 5


def test_the_description_says_in_words_all_that_the_picture_shows():
    picture = draw_graph(run_car())
    assert picture.alt == (
        "Computational graph: price = 20, count = 2, tax = 1.1. "
        "subtotal = price × count = 40. total = subtotal × tax = 44. "
        "Gradients of total: price 2.2, count 22, tax 40, subtotal 1.1, total 1."
    )
    assert svg(picture).get("aria-label") == picture.alt == repr(picture)
    assert svg(picture).get("role") == "img"
    assert picture._repr_html_() == picture.svg


def test_what_has_no_label_is_described_without_one():
    picture = draw_graph(run_car(), label=lambda value: "" if value in (44, 2) else "1")
    assert picture.alt.startswith("Computational graph: price = 1, count, tax = 1. ")
    assert " total = subtotal × tax. Gradients of total: " in picture.alt
    assert draw_graph(run_car(), label=lambda _: "").alt.endswith("subtotal, total.")


def test_without_gradients_there_are_none():
    graph = run_car()
    graph.forward(price=20, count=2, tax=1.1)
    picture = draw_graph(graph, gradients=False)
    assert texts(picture, **{"class": "gradient"}) == []
    assert "Gradients" not in picture.alt
    assert {"20", "2", "1.1", "40", "44"} <= set(texts(picture))
    assert draw_graph(run_car(), gradients=False) == picture


def test_each_of_two_edges_between_the_same_nodes_is_drawn_with_its_own_gradient():
    picture = draw_graph(twins())
    assert len(edges(picture)) == len(set(edges(picture))) == 5
    assert sorted(texts(picture, **{"class": "gradient"})) == ["1", "1", "1", "2", "2"]
    assert "Gradients of c: a 4, b 2, c 1." in picture.alt


@given(graphs())
def test_every_edge_of_any_graph_is_drawn_apart_with_its_value_and_gradient(graph):
    picture = draw_graph(graph, label=str)
    assert len(set(edges(picture))) == len(edges(picture)) == 2 * len(graph.wires) + 1
    fed = [graph.values[name] for wire in graph.wires for name in wire.inputs]
    last = graph.wires[-1].name
    shown = Counter(texts(picture))
    assert shown >= Counter(map(str, [*fed, graph.values[last]]))
    gradients = [*graph.edge_gradients.values(), graph.gradients[last]]
    assert Counter(texts(picture, **{"class": "gradient"})) == Counter(map(str, gradients))
    for name in [*graph.inputs, *(wire.name for wire in graph.wires)]:
        assert f"{name} = " in picture.alt
        assert name in shown


@pytest.mark.parametrize("made", [run_car, twins])
def test_texts_above_each_other_are_a_line_apart(made):
    texts = svg(draw_graph(made())).iter("text")
    places = [(float(text.get("x")), float(text.get("y"))) for text in texts]
    for (x0, y0), (x1, y1) in combinations(places, 2):
        assert abs(x1 - x0) > 20 or abs(y1 - y0) > 14


def test_twin_edges_bend_to_both_sides():
    picture = draw_graph(twins())
    heights = [float(y) for path in edges(picture) for y in re.findall(r"C\S+ (\S+) ", path)]
    first, second, third, fourth, last = heights
    assert first == third < last - 20
    assert second == fourth > last + 20


@given(graphs())
def test_all_texts_lie_within_the_picture(graph):
    root = svg(draw_graph(graph))
    left, top, width, height = map(float, root.get("viewBox").split())
    for text in root.iter("text"):
        assert left <= float(text.get("x")) <= left + width
        assert top <= float(text.get("y")) <= top + height


def test_names_and_labels_are_escaped():
    graph = Graph(ODD, "y")
    graph.wire("out<", Multiply(), ODD, "y")
    graph.forward(**{ODD: 2, "y": 3})
    graph.backward()
    picture = draw_graph(graph, label=lambda value: f"<{value}>")
    assert {ODD, "out<", "<2>", "<3>", "<6.0>", "<3.0>"} <= set(texts(picture))
    assert f"out< = {ODD} × y = <6.0>" in svg(picture).get("aria-label")


def test_two_pictures_can_stand_on_one_page():
    for graph in (run_car(), twins()):
        assert not [tag for tag in svg(draw_graph(graph)).iter() if "id" in tag.attrib]
        assert "url(#" not in draw_graph(graph).svg


def test_numbers_have_four_digits_a_true_minus_and_arrays_show_their_shape():
    graph = Graph("x", "y")
    graph.wire("out", Multiply(), "x", "y")
    graph.forward(x=-2 / 3, y=123456.0)
    assert {"−0.6667", "1.235e+05", "−8.23e+04"} <= set(texts(draw_graph(graph, gradients=False)))
    graph.forward(x=np.ones((2, 3)), y=np.ones((2, 3)))
    graph.backward()
    assert texts(draw_graph(graph)).count("(2, 3)") == 6


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-2 / 3, "−0.6667"),
        (np.array([0.2, -0.7, 0.5]), "[0.2 −0.7 0.5]"),
        (np.array([[1, 2, 3], [4, 5, -0.0]]), "[1 2 3 4 5 0]"),
        (np.arange(7), "(7,)"),
        (np.zeros((0, 3)), "(0, 3)"),
    ],
)
def test_entries_of_a_small_array_are_shown_and_of_a_larger_one_the_shape(value, text):
    assert entries(value) == text


def test_a_layer_is_drawn_with_the_name_of_its_class():
    graph = Graph("x")
    graph.wire("h", Affine(np.ones((2, 3)), np.ones(3)), "x")
    graph.wire("out", ReLU(), "h")
    graph.forward(x=np.ones((1, 2)))
    graph.backward()
    picture = draw_graph(graph)
    assert {"Affine", "ReLU"} <= set(texts(picture))
    assert "h = Affine of x = (1, 3). out = ReLU of h = (1, 3)." in picture.alt


def test_a_name_that_the_output_does_not_depend_on_shows_no_gradient_of_its_own():
    graph = Graph("x", "y", "label")
    graph.wire("out", Add(), "x", "y")
    graph.forward(x=1, y=2, label=7)
    graph.backward()
    assert draw_graph(graph).alt.endswith("Gradients of out: x 1, y 1, out 1.")


@pytest.mark.parametrize("forward", [False, True])
@pytest.mark.parametrize("gradients", [False, True])
def test_what_has_not_been_computed_cannot_be_drawn(forward, gradients):
    graph = Graph("x")
    graph.wire("out", Add(), "x", "x")
    if forward:
        graph.forward(x=1)
    if forward and not gradients:
        assert draw_graph(graph, gradients=False).alt.endswith("out = x + x = 2.")
    else:
        needed = "forward and backward" if gradients else "forward"
        with pytest.raises(RuntimeError, match=f"draw_graph needs a run: call {needed} of"):
            draw_graph(graph, gradients=gradients)


def test_boxes_of_different_widths_do_not_lie_on_each_other():
    graph = Graph("x", "t")
    graph.wire("a", Affine([[1.0]], [0.0]), "x")
    graph.wire("loss", SoftmaxWithLoss(), "x", "t")
    first, second = (layout(graph)[name] for name in ("a", "loss"))
    beside = first.right <= second.left or second.right <= first.left
    assert beside or abs(first.y - second.y) >= 2 * RADIUS
