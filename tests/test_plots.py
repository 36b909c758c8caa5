from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from numpy.testing import assert_array_equal
from properties import refused

from backprop import quadrants, two_layer
from backprop.plots import (
    COLOURS,
    DASHES,
    MARKERS,
    confusion,
    curves,
    data_parallel,
    images,
    regions,
    scatter,
    sweep,
)

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


def test_a_sweep_stands_on_two_log_axes_with_plain_numbers(ax):
    losses = {"training": np.array([0.01, 0.1, 1.0]), "validation": np.array([0.2, 0.1, 1.0])}
    sweep(ax, (0.001, 0.01, 0.1), losses, xlabel="reg", ylabel="data loss")
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("reg", "data loss")
    for line, (name, loss), colour in zip(ax.lines, losses.items(), COLOURS, strict=False):
        assert_array_equal(line.get_xdata(), [0.001, 0.01, 0.1])
        assert_array_equal(line.get_ydata(), loss)
        assert (line.get_label(), line.get_color()) == (name, colour)
    assert ax.lines[0].get_marker() != ax.lines[1].get_marker()
    ax.figure.canvas.draw()
    assert "0.01" in [label.get_text() for label in ax.get_xticklabels()]


def test_a_log_axis_has_no_place_for_0_and_four_colours_are_all(ax):
    with refused("values must be a finite number > 0, got 0"):
        sweep(ax, [0, 1], {"loss": np.ones(2)}, xlabel="reg", ylabel="loss")
    with refused("losses must hold at most 4 curves, got 5"):
        sweep(ax, [1, 2], {str(k): np.ones(2) for k in range(5)}, xlabel="reg", ylabel="loss")


# --- images -------------------------------------------------------------------------------------


@pytest.fixture
def axes() -> Iterator[np.ndarray]:
    figure, axes = plt.subplots(2, 2)
    yield axes
    figure.canvas.draw()
    plt.close(figure)


def pixel_colour(ax: Axes, row: int, column: int) -> np.ndarray:
    image = ax.images[0]
    return image.cmap(image.norm(image.get_array()[row, column]))[:3]


def test_a_row_of_pixels_fills_its_image_line_by_line_and_ink_is_black(axes):
    images(axes, np.array([[0.0, 1.0, 0.5, 0.0], [0.0, 0.0, 0.0, 0.25]]), titles=("one", "two"))
    first, second, *empty = axes.ravel()
    assert_array_equal(first.images[0].get_array(), [[0, 1], [0.5, 0]])
    assert [ax.get_title() for ax in (first, second)] == ["one", "two"]
    assert same_color(pixel_colour(first, 0, 0), "white")
    assert same_color(pixel_colour(first, 0, 1), "black")
    grey = pixel_colour(first, 1, 0), pixel_colour(second, 1, 1)
    assert grey[0][0] < grey[1][0] < 1  # the same scale in all images
    assert all(not ax.axison and not ax.images for ax in empty)


def test_signed_images_are_white_at_0_and_keep_their_signs(axes):
    images(axes, np.array([[0.0, 2.0, -2.0, 1.0], [0.0, 0.1, 0.0, 0.0], [0.0] * 4]), signed=True)
    first, second, third, _ = axes.ravel()
    assert same_color(pixel_colour(first, 0, 1), COLOURS[0])
    assert same_color(pixel_colour(first, 1, 0), COLOURS[1])
    assert same_color(pixel_colour(second, 0, 1), COLOURS[0])
    for ax in (first, second, third):
        assert pixel_colour(ax, 0, 0) == pytest.approx([1, 1, 1], abs=0.01)


@pytest.mark.parametrize(
    ("rows", "titles", "part"),
    [
        (np.zeros((1, 5)), (), "rows must have size * size columns, got 5"),
        (np.zeros((5, 4)), (), "rows must be at most one for each of 4 axes, got 5"),
        (np.zeros((2, 4)), ("one",), "titles must be one for each of 2 rows, got 1"),
        (np.zeros(4), (), "rows must have shape (N, D)"),
        (np.full((1, 4), np.nan), (), "rows must be finite"),
    ],
)
def test_images_refuse_what_is_no_image(axes, rows, titles, part):
    with refused(part):
        images(axes, rows, titles)


# --- tables and diagrams ------------------------------------------------------------------------


def test_a_confusion_table_writes_labels_down_and_answers_across(ax):
    confusion(ax, np.array([[7, 2, 0], [0, 8, 0], [1, 0, 9]]))
    assert {text.get_position(): text.get_text() for text in ax.texts} == {
        (0, 0): "7",
        (1, 0): "2",
        (1, 1): "8",
        (0, 2): "1",
        (2, 2): "9",
    }
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("answer of the network", "label")
    assert ax.images[0].origin == "upper"
    assert same_color(pixel_colour(ax, 0, 0), COLOURS[0])
    assert same_color(pixel_colour(ax, 0, 1), COLOURS[1])
    assert same_color(pixel_colour(ax, 0, 2), "white")


@pytest.mark.parametrize(
    "counts", [[[1, 2]], [1, 2], [[1.0]], [[-1]], np.zeros((0, 0), int), [[True]]]
)
def test_a_confusion_table_is_square_and_counts(ax, counts):
    with refused("counts must be a table (K, K) of whole numbers >= 0, got"):
        confusion(ax, counts)


def test_the_machines_share_the_batch_and_all_take_part(ax):
    data_parallel(ax, machines=3, images=60)
    words = [text.get_text() for text in ax.texts if text.get_text()]
    assert sum("20 images" in text for text in words) == 3
    assert "a batch of 60 images" in words
    assert "mean of the 3 gradients" in words
    assert len(ax.texts) - len(words) == 7  # an arrow to each machine, one from it, one to the step


@pytest.mark.parametrize(
    ("machines", "count", "part"),
    [
        (1, 4, "machines must be a whole number >= 2 and <= 4, got 1"),
        (5, 5, "machines must be a whole number >= 2 and <= 4, got 5"),
        (4, 0, "images must be a whole number >= 4, got 0"),
        (4, 6, "images must be a multiple of 4, got 6"),
    ],
)
def test_machines_get_equal_shares(ax, machines, count, part):
    with refused(part):
        data_parallel(ax, machines, count)
