"""The regions that figures show, against what the networks predict."""

import re

import numpy as np
import pytest

from backprop import Affine, Network, ReLU, one_layer, quadrants, train, train_grid, two_layer, xor
from backprop.explorers.kit.outlines import CLOSE, GRID, NOTHING, packed, paths, thinned
from backprop.explorers.kit.plane import EDGE
from backprop.explorers.kit.regions import borders

ASIDE = 3 * 2 * EDGE / GRID  # of a border, by three steps of the grid, classes are not compared


def turns(path: str, places: np.ndarray) -> np.ndarray:
    """Return how often a path winds around each of the places (N, 2), by adding up angles."""
    total = np.zeros(len(places))
    for part in re.findall(r"M([^Mz]*)z", path):
        corners = np.array([pair.split(" ") for pair in part.split("L")], float)
        here = corners[np.newaxis] - places[:, np.newaxis]
        there = np.roll(here, -1, axis=1)
        cross = here[..., 0] * there[..., 1] - here[..., 1] * there[..., 0]
        total += np.arctan2(cross, (here * there).sum(axis=-1)).sum(axis=1) / (2 * np.pi)
    return total


def area(path: str) -> float:
    """Return the area of a region in squares of the grid, by the shoelace formula."""
    total = 0.0
    for part in re.findall(r"M([^Mz]*)z", path):
        x, y = np.array([pair.split(" ") for pair in part.split("L")], float).T
        total += (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
    return total


def compare(network: Network, classes: int, seed: int = 0, count: int = 200) -> int:
    """Demand that regions are where the network predicts them; return how many points tell."""
    points = np.random.default_rng(seed).uniform(-EDGE, EDGE, size=(count, 2))
    told = network.predict(points)
    ring = [(np.cos(angle), np.sin(angle)) for angle in np.linspace(0, 2 * np.pi, 12)]
    clear = np.all(
        [network.predict(points + ASIDE * np.array(way)) == told for way in ring], axis=0
    )
    places = (points / EDGE + 1) / 2 * GRID
    regions = paths(*packed(*borders(network)), classes)
    found = np.array([turns(path, places) for path in regions])
    assert sum(map(area, regions)) == GRID**2, "regions overlap, or leave a gap"
    np.testing.assert_allclose(found[:, clear], np.eye(classes)[:, told[clear]], atol=1e-6)
    return int(clear.sum())


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("hidden", [0, 1, 2, 7, 16])
def test_regions_are_those_of_random_networks(hidden: int, classes: int) -> None:
    compared = 0
    for seed in range(15):
        network = (
            two_layer(inputs=2, hidden=hidden, outputs=classes, seed=seed)
            if hidden
            else one_layer(inputs=2, outputs=classes, seed=seed)
        )
        compared += compare(network, classes, seed)  # all biases 0: all lines meet in a point
        rng = np.random.default_rng(seed)
        network.parameters = [p + rng.normal(scale=0.5, size=p.shape) for p in network.parameters]
        compared += compare(network, classes, seed)
    assert compared > 5000


@pytest.mark.parametrize("classes", [2, 4])
def test_regions_are_those_of_trained_networks_whatever_became_of_them(classes: int) -> None:
    X, t = quadrants(200, seed=0)
    t = t if classes == 4 else xor(t)
    stops = (0, 3, 30, 100)
    network = two_layer(inputs=2, hidden=16, outputs=classes, seed=0)
    settings = {"lrs": [0.01, 1, 10, 1000], "regs": [0, 0.1, 1], "steps": 101, "stops": stops}
    grid = train_grid(network, X, t, **settings)
    empty = 0
    for step in stops:
        for place in np.ndindex(4, 3):
            network.state = {name: value[place] for name, value in grid.snapshots[step].items()}
            if borders(network)[0] < 0:
                empty += 1
            else:
                compare(network, classes)
    assert 0 < empty < 15, "of those that diverge, some are beyond numbers"


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_regions_are_those_of_networks_whose_biases_are_nothing_beside_their_weights(
    seed: int,
) -> None:
    """Places of a border are then too near to each other for any number to tell them apart."""
    X, t = quadrants(200, seed=0)
    network = two_layer(inputs=2, hidden=16, outputs=4, seed=seed)
    train(network, X, t, lr=30, reg=1, steps=10)
    W, b = network.affine[1].W, network.affine[1].b
    assert np.abs(b).max() < 1e-12 * np.abs(W).max()
    compare(network, 4, count=3000)


def hand_made(W: list, b: list, V: list, c: list) -> Network:
    parts = (np.array(part, float) for part in (W, b, V, c))
    first, second = zip(parts, parts, strict=True)
    return Network([Affine(*first), ReLU(), Affine(*second)])


def test_a_border_bends_where_it_crosses_the_line_of_a_unit() -> None:
    """The scores are y and relu(x): the border is y = 0 left of the line x = 0, then y = x."""
    network = hand_made([[1, 0, 0], [0, 1, -1]], [0, 0, 0], [[0, 1], [1, 0], [-1, 0]], [0, 0])
    corner, found = borders(network)
    assert corner == 1
    (border,) = found
    assert (border.left, border.right) == (0, 1)
    places = np.array([place[:2] for place in border.places])
    bend = places[np.abs(places).sum(axis=1) < 1e-6]
    assert len(bend) > 0
    ends = sorted(tuple(place.round(6)) for place in places if np.abs(place).max() > 1)
    assert ends == [(-EDGE, 0), (EDGE, EDGE)]


def test_a_network_that_says_nothing_has_one_region_and_one_without_numbers_none() -> None:
    network = two_layer(inputs=2, hidden=4, outputs=4, seed=0)
    network.parameters = [np.zeros_like(p) for p in network.parameters]
    assert borders(network) == (0, [])
    assert packed(0, []) == (bytes([0, 0]), b"")
    square = paths(*packed(2, []), 4)
    assert [bool(path) for path in square] == [False, False, True, False]
    network.affine[0].W[...] = np.inf
    assert borders(network) == (-1, [])
    assert packed(-1, []) == (bytes([NOTHING, 0]), b"")
    assert paths(*packed(-1, []), 4) == [""] * 4


def test_units_without_weights_count_with_their_biases() -> None:
    network = hand_made([[0, 1], [0, 0]], [3, 0], [[1, 0], [0, 10]], [0, 0])
    compared = compare(network, 2)  # 3 against 10 x
    assert compared > 150
    x = borders(network)[1][0].places[0].x
    assert x == pytest.approx(0.3, abs=1e-6)


def test_a_thinned_line_stays_near_to_the_whole_one() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        line = np.cumsum(rng.integers(-3, 9, size=(30, 2)), axis=0)
        kept = np.array(thinned([*map(tuple, line.tolist())]))
        assert kept[0].tolist() == line[0].tolist()
        assert kept[-1].tolist() == line[-1].tolist()
        starts, ways = kept[:-1], np.diff(kept, axis=0)
        for place in line:
            along = ((place - starts) * ways).sum(axis=1) / (ways**2).sum(axis=1)
            nearest = starts + np.clip(along, 0, 1)[:, np.newaxis] * ways
            assert np.hypot(*(nearest - place).T).min() <= CLOSE + 1e-9
