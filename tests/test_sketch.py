"""The picture of a network's units and weights."""

import re
from itertools import combinations, pairwise
from math import dist

import numpy as np
import pytest
from properties import refused

from backprop import Affine, Convolution, Network, ReLU, Residual, Tanh, deep, two_layer
from backprop.show.picture import ends
from backprop.show.sketch import RADIUS, draw_network
from backprop.show.widths import text_width

NAMES = {"inputs": ("x", "y"), "classes": ("blue", "a & b")}


def test_every_weight_is_a_line_between_its_two_circles():
    network = deep([2, 4, 3, 2], seed=0)
    picture = draw_network(network, **NAMES)
    places = {
        key: (float(x), float(y))
        for x, y, key in re.findall(r'cx="(\S+)" cy="(\S+)"[^>]*data-unit="([\d.]+)"', picture.svg)
    }
    assert len(places) == 2 + 4 + 3 + 2
    assert len(set(places.values())) == len(places)
    lines = re.findall(r'd="M(\S+) (\S+)L(\S+) (\S+)"[^>]*data-weight="([\d.]+)"', picture.svg)
    keys = [line[-1] for line in lines]
    assert keys == [
        f"{k}.{i}.{j}"
        for k, layer in enumerate(network.affine)
        for i, j in np.ndindex(*layer.W.shape)
    ]
    for *numbers, key in lines:
        k, i, j = map(int, key.split("."))
        assert tuple(map(float, numbers)) == (*places[f"{k}.{i}"], *places[f"{k + 1}.{j}"])


def test_it_says_what_it_shows_with_the_names_as_they_are():
    picture = draw_network(two_layer(2, 4, 2, seed=0), **NAMES)
    assert repr(picture) == (
        "Network: 2 inputs (x, y), 4 hidden units, 2 scores (blue, a & b), the loss. "
        "16 weights as lines."
    )
    assert "a &amp; b</text>" in picture.svg
    assert 'aria-label="Network"' in picture.svg
    for caption in ("2 inputs", "4 hidden units", "2 scores", "loss"):
        assert f">{caption}</text>" in picture.svg


def texts(picture) -> list[tuple[float, float, str]]:
    """Return the texts with their places, in the order of the file."""
    found = re.findall(r'<text x="(\S+)" y="(\S+)"[^>]*>([^<]+)<', picture.svg)
    return [(float(x), float(y), words) for x, y, words in found]


def test_without_names_there_are_none_and_the_loss_is_joined_to_the_circles():
    picture = draw_network(two_layer(2, 4, 3, seed=0))
    assert [words for *_, words in texts(picture)] == [
        "loss",
        "2 inputs",
        "4 hidden units",
        "3 scores",
    ]
    assert picture.alt == (
        "Network: 2 inputs, 4 hidden units, 3 scores, the loss. 20 weights as lines."
    )
    circles = re.findall(r'cx="(\S+)" cy="(\S+)"[^>]*data-unit="2', picture.svg)
    to_the_loss = re.findall(r'd="M(\S+) (\S+)L[^"]*" class="line"/', picture.svg)
    assert to_the_loss == circles


def test_names_can_be_given_at_one_end_alone():
    network = two_layer(2, 4, 2, seed=0)
    assert "2 inputs (x, y), 4 hidden units, 2 scores, " in repr(
        draw_network(network, inputs=("x", "y"))
    )
    assert "2 inputs, 4 hidden units, 2 scores (a, b), " in repr(
        draw_network(network, classes=["a", "b"])
    )


def test_one_is_not_many():
    assert repr(draw_network(deep([1, 1, 1], seed=0))) == (
        "Network: 1 input, 1 hidden unit, 1 score, the loss. 2 weights as lines."
    )
    one = draw_network(Network([Affine([[2.0]], [0.0])]), inputs=["x"], classes=["y"])
    assert repr(one) == "Network: 1 input (x), 1 score (y), the loss. 1 weight as a line."
    assert {"1 input", "1 score"} <= {words for *_, words in texts(one)}


@pytest.mark.parametrize("widths", [[2, 4, 2], [2, 8, 8, 2], [8, 8, 8, 8, 8]])
def test_captions_stand_apart_in_a_wide_font(widths):
    found = texts(draw_network(deep(widths, seed=0)))[-len(widths) :]
    for (x0, y0, first), (x1, y1, second) in pairwise(found):
        assert y0 == y1
        assert x0 + text_width(first) / 2 + 8 < x1 - text_width(second) / 2


@pytest.mark.parametrize("widths", [[2, 4, 2], [8, 1, 8], [1, 8, 1]])
def test_circles_stand_apart_and_captions_right_below_them(widths):
    picture = draw_network(deep(widths, seed=0))
    circles = re.findall(r'cx="(\S+)" cy="(\S+)"', picture.svg)
    places = [(float(x), float(y)) for x, y in circles]
    for first, second in combinations(places, 2):
        assert dist(first, second) > 2 * RADIUS + 10
    lowest = max(y for _, y in places) + RADIUS
    for _, y, _ in texts(picture)[-len(widths) :]:
        assert lowest + 15 <= y <= lowest + 60


def test_no_line_runs_through_the_name_of_a_class_in_a_wide_font():
    classes = ["a", "a class with a long name"]
    picture = draw_network(two_layer(2, 4, 2, seed=0), classes=classes)
    starts = re.findall(r'd="M(\S+) [^"]*" class="line"/', picture.svg)
    assert len(starts) == 2
    for x, _, name in texts(picture):
        if name in classes:
            assert x + text_width(name) <= min(map(float, starts))


def test_weights_have_the_colour_of_gradients_and_nothing_has_an_id():
    svg = draw_network(two_layer(2, 4, 2, seed=0), **NAMES).svg
    weights = re.findall(r"<path[^>]*data-weight[^>]*>", svg)
    assert len(weights) == 2 * 4 + 4 * 2
    assert all('class="line weight"' in path for path in weights)
    assert svg.count("line weight") == len(weights)  # the lines to the loss are no weights
    assert ".weight{stroke:var(--backprop-gradient" in svg
    assert " id=" not in svg


@pytest.mark.parametrize(
    "picture",
    [
        draw_network(deep([1, 8, 2], seed=0), inputs=["a long name"], classes=["1", "a long name"]),
        draw_network(deep([8, 1], seed=0)),
        draw_network(deep([1, 1], seed=0)),
    ],
)
def test_all_texts_lines_and_circles_are_within_the_picture(picture):
    left, top, width, height = map(float, re.search(r'viewBox="([^"]+)"', picture.svg)[1].split())
    for start, stop in ends(picture.svg.split("\n")):
        assert left <= start
        assert stop <= left + width
    for _, y, _ in texts(picture):
        assert top + 12 <= y <= top + height - 4
    for x, y in re.findall(r'cx="(\S+)" cy="(\S+)"', picture.svg):
        assert left + RADIUS <= float(x) <= left + width - RADIUS
        assert top + RADIUS <= float(y) <= top + height - RADIUS
    ((x, w),) = re.findall(r'<rect x="(\S+)"[^>]*width="(\S+)"', picture.svg)
    assert float(x) + float(w) <= left + width


ONES = np.ones((2, 2)), np.zeros(2)


@pytest.mark.parametrize(
    ("network", "found"),
    [
        (None, "None"),
        (two_layer, "<function"),
        (Network([Residual(Affine(*ONES)), ReLU()]), "one with Residual(Affine)"),
        (Network([Convolution(*ONES, image=(2, 1, 1), size=1)]), "one with Convolution"),
        (Network([Affine(*ONES), Tanh()]), "one with Tanh"),
    ],
)
def test_only_affine_and_relu_can_be_drawn(network, found):
    with refused(f"network must be a Network of Affine and ReLU layers, got {found}"):
        draw_network(network, **NAMES)


@pytest.mark.parametrize("widths", [[2, 9, 2], [9, 2], [2, 9]])
def test_columns_that_are_too_high_are_refused(widths):
    with refused(f"network must have at most 8 units in a column, got {widths}"):
        draw_network(deep(widths, seed=0))


@pytest.mark.parametrize("names", [("x",), ("x", "y", "z"), "xy", 2, (1, 2), ("x", " "), {"x"}])
def test_names_must_be_one_text_for_each_unit(names):
    network = Network([Affine(*ONES)])
    for name in NAMES:
        with refused(f"{name} must be 2 names, got {names!r}"):
            draw_network(network, **{**NAMES, name: names})
