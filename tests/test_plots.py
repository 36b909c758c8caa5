import inspect
from collections.abc import Callable, Iterator

import matplotlib as mpl
import numpy as np
import pytest
from graphs import car
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from numpy.testing import assert_array_equal
from properties import refused

from backprop import Graph, deep, one_layer, quadrants, train, train_grid, two_layer
from backprop.show import plots
from backprop.show.drawing import draw_graph
from backprop.show.layout import layout
from backprop.show.listing import show_code
from backprop.show.plots import (
    COLOURS,
    DASHES,
    MARKERS,
    bends,
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


@pytest.mark.parametrize(
    "labels", [T.tolist(), T.astype(np.uint8), np.eye(4)[T], np.eye(4, dtype=bool)[T].tolist()]
)
def test_points_and_labels_may_be_lists_and_labels_one_hot(ax, labels):
    scatter(ax, X.tolist(), labels)
    for k, points in enumerate(ax.collections):
        assert_array_equal(points.get_offsets(), X[k == T])


def test_one_hot_labels_may_have_fewer_classes_than_there_are_colours(ax):
    scatter(ax, [[0.5, 0.5], [-0.5, 0.5], [0.1, 0.2]], [[0, 1], [1, 0], [0, 1]])
    offsets = [points.get_offsets().tolist() for points in ax.collections]
    assert offsets == [[[-0.5, 0.5]], [[0.5, 0.5], [0.1, 0.2]]]


@pytest.mark.parametrize("scales", [(1,), (10,), (10, 1), (1, 10), (0.01,), (1e6, 3)])
def test_no_point_lies_outside_the_frame_of_its_axes(ax, scales):
    network = two_layer(2, 8, 4, seed=3)
    for scale in scales:
        regions(ax, network, classes=4)
        scatter(ax, scale * X, T)
    drawn = np.concatenate([points.get_offsets() for points in ax.collections])
    for (low, high), values in zip((ax.get_xlim(), ax.get_ylim()), drawn.T, strict=True):
        assert low < values.min()
        assert values.max() < high
    if max(scales) <= 1:  # the frame of the chapters
        assert ax.get_xlim() == ax.get_ylim() == (-1.1, 1.1)


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


def test_bends_are_the_lines_where_units_begin_to_rise(ax):
    network = deep([2, 3, 2], seed=0)
    # x = 0.5; x + y = 0 with the arrow down and to the left; a line that leaves the square free
    network.parameters[0][:] = [[2.0, -3.0, 1.0], [0.0, -3.0, 1.0]]
    network.parameters[1][:] = [-1.0, 0.0, 2.3]
    bends(ax, network)
    lines = [(*line.get_xy1(), *line.get_xy2()) for line in ax.lines]
    half = 0.5**0.5
    np.testing.assert_allclose(lines, [(0.5, 0, 0.5, -1), (0, 0, -half, half)])
    arrows = [(*arrow.xyann, *arrow.xy) for arrow in ax.texts]
    np.testing.assert_allclose(arrows, [(0.5, 0, 0.85, 0), (0, 0, -0.35 * half, -0.35 * half)])


def test_units_without_weights_or_with_tiny_ones_have_no_line_or_the_right_one(ax):
    network = deep([2, 2, 2], seed=0)
    network.parameters[0][:] = [[0.0, 1e-200], [0.0, 0.0]]
    network.parameters[1][:] = [0.0, -5e-201]
    bends(ax, network)
    (line,) = ax.lines
    assert (*line.get_xy1(),) == pytest.approx((0.5, 0))


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


def test_a_loss_of_0_leaves_the_picture_below(ax):
    curves(ax, {"loss": [1.0, 0.1, 0.0], "penalty": [0, 0, 0]})
    assert_array_equal(ax.lines[0].get_ydata(), [1, 0.1, 0])
    assert ax.get_ylim()[0] > 0


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
    with pytest.raises(ValueError, match="losses must hold 1 to 4 curves, got 5"):
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
    with refused("losses must hold 1 to 4 curves, got 5"):
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
        (np.full((1, 4), 16), (), "rows must lie from 0 to 1, unless they are drawn as signed"),
        (np.full((1, 4), -0.1), (), "got values from -0.1 to -0.1"),
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


# --- what is refused ----------------------------------------------------------------------------

RUN = train(two_layer(2, 8, 4, seed=0), X, T, lr=1, steps=3)
GRID = train_grid(two_layer(2, 8, 4, seed=0), X, T, lrs=[1, 2], regs=[0], steps=2).network


@pytest.mark.parametrize(
    ("bad", "part"),
    [
        ({"X": X[:, :1]}, "X must have shape (N, 2) with N >= 1, got (20, 1)"),
        ({"X": np.zeros((0, 2)), "t": []}, "X must have shape (N, 2) with N >= 1, got (0, 2)"),
        ({"X": [[0, 1], [2]]}, "X must have rows of the same length, got [[0, 1], [2]]"),
        ({"X": np.where(X[3, 1] == X, np.nan, X)}, "X must be finite, got nan at [3, 1]"),
        ({"t": T.astype(float)}, "t must hold class indices as integers, got dtype float64"),
        ({"t": T[:, np.newaxis]}, "t must have shape (20,) for class indices ... got (20, 1)"),
        ({"t": np.ones((20, 1), int)}, "t must have shape (20,) for class indices ... got (20, 1)"),
        ({"t": np.eye(5)[T]}, "or (20, 4) for one-hot rows, got (20, 5)"),
        ({"t": np.zeros((20, 4))}, "t must be one-hot"),
        ({"t": T[1:]}, "t must have shape (20,) ... got (19,)"),
        ({"t": np.arange(20) % 5}, "t must lie in 0..3, got values from 0 to 4"),
        ({"t": T - 1}, "t must lie in 0..3, got values from -1 to 2"),
        ({"names": ["I", "II", "III"]}, "names must be one for each of 4 classes, got ['I', 'II'"),
        ({"names": "abcd"}, "names must be a list of texts, got 'abcd'"),
        ({"names": (1, 2, 3, 4)}, "names must be a text, got 1"),
        ({"names": ("I", "_II", "III", "IV")}, "names must not begin with _"),
    ],
)
def test_points_refuse_what_cannot_be_drawn(ax, bad, part):
    with refused(*part.split(" ... ")):
        scatter(ax, **{"X": X, "t": T, **bad})
    assert not ax.collections


@pytest.mark.parametrize(
    ("network", "classes", "part"),
    [
        (two_layer(2, 8, 4, seed=0), 2, "to at most 2 classes, got one from 2 to 4"),
        (two_layer(3, 8, 4, seed=0), 4, "network must lead from 2 inputs ... got one from 3 to 4"),
        (GRID, 4, "network must be one network, got (2, 1) side by side"),
        (two_layer, 4, "network must be a Network, got <function two_layer"),
        (one_layer(2, 4, seed=0), 4.0, "classes must be a whole number"),
    ],
)
def test_regions_need_one_network_for_points_of_the_plane(ax, network, classes, part):
    with refused(*part.split(" ... ")):
        regions(ax, network, classes)


@pytest.mark.parametrize("network", [two_layer(3, 8, 4, seed=0), GRID, two_layer])
def test_bends_need_one_network_for_points_of_the_plane(ax, network):
    with refused("network must"):
        bends(ax, network)


BAD_LOSSES = [
    (RUN, 'losses must be curves by name, such as {"loss": history.loss}, got a History'),
    (RUN.loss, "losses must be curves by name ... got an ndarray"),
    ({}, "losses must hold 1 to 4 curves, got 0"),
    ({"a": RUN}, "losses['a'] must hold real numbers, got dtype object"),
    ({"a": [1j, 2, 3]}, "losses['a'] must hold real numbers, got dtype complex128"),
    ({"a": [True, True, True]}, "losses['a'] must hold real numbers, got dtype bool"),
    ({"a": "abc"}, "losses['a'] must hold real numbers"),
    ({"a": [[1], [2, 3]]}, "losses['a'] must have rows of the same length"),
    ({"a": np.ones((3, 3))}, "losses['a'] must have shape (K,) with K >= 1, got (3, 3)"),
    ({"a": []}, "losses['a'] must have shape (K,) with K >= 1, got (0,)"),
    ({"a": [1, 2, 3], "b": 1.0}, "losses['b'] must have shape (K,) with K >= 1, got ()"),
    ({"a": [1, -2, 3]}, "losses['a'] must be >= 0 on a log axis, got -2"),
    ({"a": [0, 0, np.nan]}, "losses must hold a number > 0, as a log axis has no other, got none"),
    ({1: [1, 2, 3]}, "names in losses must be a text, got 1"),
    ({"_a": [1, 2, 3]}, "names in losses must not begin with _"),
]


@pytest.mark.parametrize(("losses", "part"), BAD_LOSSES)
def test_a_log_axis_refuses_what_is_no_loss(ax, losses, part):
    with refused(*part.split(" ... ")):
        curves(ax, losses)
    with refused(*part.split(" ... ")):
        sweep(ax, [1, 2, 3], losses, xlabel="reg", ylabel="loss")
    assert not ax.lines


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ([1, 2], "losses['a'] must be one for each of 2 values, got 3"),
        ([1, [2, 3], 4], "values must have rows of the same length"),
        ([], "values must be a list of one or more numbers, got []"),
        ([[1, 2, 3]], "values must be a list of one or more numbers"),
        ([1, 2, np.inf], "values must be a finite number > 0, got inf"),
        ([1, 2, 1e300], "values must be a finite number < 1e+250, got 1e+300"),
    ],
)
def test_a_sweep_has_a_place_for_every_loss(ax, values, part):
    with refused(part):
        sweep(ax, values, {"a": [1, 2, 3]}, xlabel="reg", ylabel="loss")


# For each function a call that is right. Every argument of it is then replaced by what it is not.
RIGHT: dict[Callable, dict[str, object]] = {
    scatter: {"X": X, "t": T, "names": ("I", "II", "III", "IV")},
    regions: {"network": two_layer(2, 8, 4, seed=0), "classes": 4},
    bends: {"network": two_layer(2, 8, 4, seed=0)},
    curves: {"losses": {"a": [1, 2]}, "ylabel": "loss"},
    sweep: {"values": [1, 2], "losses": {"a": [1, 2]}, "xlabel": "reg", "ylabel": "loss"},
    images: {"rows": np.ones((1, 4)), "titles": ["one"], "signed": False},
    confusion: {"counts": [[1]]},
    data_parallel: {"machines": 2, "images": 4},
}
GARBAGE = [None, object(), -1.5, "garbage", [[1], [1, 2]], 1j, [None], {"a": None}, [], RUN]


def public(module: object) -> set[Callable]:
    functions = inspect.getmembers(module, inspect.isfunction)
    return {f for _, f in functions if f.__module__ == module.__name__}


def test_the_table_of_right_calls_has_every_function_with_every_argument():
    assert set(RIGHT) == public(plots)
    for function, arguments in RIGHT.items():
        assert [*inspect.signature(function).parameters][1:] == list(arguments)


@pytest.mark.parametrize("function", RIGHT, ids=lambda function: function.__name__)
def test_every_function_refuses_garbage_in_every_argument_by_name(ax, function):
    right = RIGHT[function]
    function(ax, **right)
    place = next(iter(inspect.signature(function).parameters))  # ax, or axes
    for garbage in [*GARBAGE, ax.figure, Axes]:
        with refused(f"{place} must be Axes, such as those of plt.subplots(), got"):
            function(garbage, **right)
    for name in right:
        for garbage in GARBAGE:
            fits = (name.endswith("label") and garbage == "garbage") or (
                name in ("names", "titles") and garbage == []
            )
            if not fits:
                with refused(name, "must", "got"):
                    function(ax, **{**right, name: garbage})


@pytest.mark.parametrize("garbage", [*GARBAGE, Graph])
def test_graphs_refuse_garbage_by_name(garbage):
    for draw in (draw_graph, layout):
        with refused("graph must be a Graph, got"):
            draw(garbage)
    graph = car()
    graph.forward(price=20, count=2, tax=1.1)
    graph.backward()
    if garbage is not Graph:
        with refused("label must be a function that returns a text, got"):
            draw_graph(graph, label=garbage)
    with refused("label must return a text, got"):
        draw_graph(graph, label=lambda _: None if garbage == "garbage" else garbage)
    with refused("gradients must be one of [True, False], got"):
        draw_graph(graph, gradients=garbage)


@pytest.mark.parametrize("garbage", [*GARBAGE, len, plots, two_layer(2, 3, 4, seed=0), lambda: 0])
def test_listings_refuse_what_has_no_text_in_python(garbage):
    with refused("functions must be functions, methods or classes with a name", "got"):
        show_code(scatter, garbage)


def test_a_listing_shows_at_least_one_function():
    with refused("functions must be at least one, got none"):
        show_code()
