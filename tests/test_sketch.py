"""The picture of a network's units and weights."""

import re

import numpy as np
import pytest
from properties import refused

from backprop import Affine, Network, ReLU, Residual, deep, two_layer
from backprop.drawing import ends
from backprop.sketch import draw_network

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


def test_all_texts_and_circles_are_within_the_picture():
    picture = draw_network(deep([1, 8, 2], seed=0), inputs=["a long name"], classes=["1", "2"])
    left, top, width, height = map(float, re.search(r'viewBox="([^"]+)"', picture.svg)[1].split())
    for start, stop in ends(picture.svg.split("\n")):
        assert left <= start
        assert stop <= left + width
    for y in re.findall(r'cy="(\S+)"', picture.svg):
        assert top + 14 <= float(y) <= top + height - 14


@pytest.mark.parametrize(
    "network",
    [
        None,
        two_layer,
        Network([Residual(Affine(np.ones((2, 2)), np.zeros(2))), ReLU()]),
    ],
)
def test_only_affine_and_relu_can_be_drawn(network):
    with refused("network must be a Network of Affine and ReLU layers"):
        draw_network(network, **NAMES)


def test_columns_that_are_too_high_are_refused():
    with refused("network must have at most 8 units side by side, got [2, 9, 2]"):
        draw_network(two_layer(2, 9, 2, seed=0), **NAMES)


@pytest.mark.parametrize("names", [("x",), ("x", "y", "z"), "xy"])
def test_names_must_be_one_for_each_unit(names):
    network = Network([Affine(np.ones((2, 2)), np.zeros(2))])
    for name in NAMES:
        with refused(f"{name} must be 2 names, got {names!r}"):
            draw_network(network, **{**NAMES, name: names})
