from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from numpy.testing import assert_array_equal

from backprop import quadrants, two_layer
from backprop.plots import COLOURS, DASHES, MARKERS, curves, regions, scatter

mpl.use("Agg")
import matplotlib.pyplot as plt

X, T = quadrants(20, seed=0)


@pytest.fixture
def ax() -> Iterator[Axes]:
    figure, ax = plt.subplots()
    yield ax
    figure.canvas.draw()  # what fails or warns when drawn fails here
    plt.close(figure)


def test_colours_markers_and_dashes_are_all_different():
    for style in (COLOURS, MARKERS, DASHES):
        assert len(set(style)) == len(style) == 4


def test_every_point_appears_among_those_of_its_class(ax):
    scatter(ax, X, T, names=("I", "II", "III", "IV"))
    assert len(ax.collections) == 4
    for k, points in enumerate(ax.collections):
        assert_array_equal(points.get_offsets(), X[k == T])
        assert same_color(points.get_facecolor()[0, :3], COLOURS[k])
        assert points.get_label() == ("I", "II", "III", "IV")[k]
    shapes = {points.get_paths()[0].vertices.tobytes() for points in ax.collections}
    assert len(shapes) == 4
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("$x_1$", "$x_2$")


def test_a_class_keeps_its_colour_where_others_are_missing(ax):
    scatter(ax, X[T == 2], T[T == 2])
    assert same_color(ax.collections[0].get_facecolor()[0, :3], COLOURS[2])
    assert ax.get_legend_handles_labels() == ([], [])


@pytest.mark.parametrize(("x", "y"), [(-1.1, -1.1), (1.1, -1.1), (-1.1, 1.1), (0.5, 0.25), (0, -1)])
def test_regions_have_the_colour_of_the_predicted_class(ax, x, y):
    network = two_layer(2, 8, 4, seed=3)
    regions(ax, network, classes=4)
    image = ax.images[0]
    column, row = round((x + 1.1) * 100), round((y + 1.1) * 100)
    colour = image.cmap(image.norm(image.get_array()[row, column]))
    assert same_color(colour[:3], COLOURS[network.predict([[x, y]])[0]])
    assert image.get_extent() == [-1.1, 1.1, -1.1, 1.1]
    assert image.origin == "lower"


def test_regions_use_as_many_colours_as_there_are_classes(ax):
    regions(ax, two_layer(2, 8, 2, seed=0), classes=2)
    assert ax.images[0].cmap.N == 2


def test_curves_stand_on_a_log_axis_with_their_names(ax):
    losses = {"lr 0.1": np.array([2.0, 1.0, 0.5]), "lr 1": np.array([2.0, 0.2, 0.05])}
    curves(ax, losses, ylabel="data loss")
    assert ax.get_yscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "data loss")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(losses)
    for line, colour, loss in zip(ax.lines, COLOURS, losses.values(), strict=False):
        assert_array_equal(line.get_ydata(), loss)
        assert same_color(line.get_color(), colour)
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_one_curve_needs_no_legend(ax):
    curves(ax, {"loss": np.array([1.0, 0.5])})
    assert ax.get_legend() is None
    assert ax.get_ylabel() == "loss"


@pytest.mark.parametrize(
    "loss", [[1.4, 1.39], [1.4, 1e5, 1e300], [1.4, 1e5, np.inf, np.nan], [1.4], [1e-9, 1e3]]
)
def test_any_history_is_drawn_without_a_warning_and_with_plain_numbers(ax, loss):
    curves(ax, {"loss": np.array(loss)})
    ax.figure.canvas.draw()
    labels = [label.get_text() for label in ax.get_yticklabels() + ax.get_yticklabels(minor=True)]
    assert any(labels)
    assert not any("$" in label for label in labels)


def test_a_fifth_curve_is_refused_not_dropped(ax):
    with pytest.raises(ValueError, match="losses must hold at most 4 curves, got 5"):
        curves(ax, {str(k): np.ones(2) for k in range(5)})
