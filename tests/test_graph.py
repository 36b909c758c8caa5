import numpy as np
import pytest
from graphs import car
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from properties import arrays, assert_slopes, refused, sizes, thousandths

from backprop import Add, Affine, Graph, Multiply, ReLU, SoftmaxWithLoss, check_graph


def of(node, *inputs: str) -> Graph:
    """Return the graph of a single node, whose output is called ``out``."""
    graph = Graph(*dict.fromkeys(inputs))
    graph.wire("out", node, *inputs)
    return graph


def test_the_car_agrees_with_the_hand_calculation():
    graph = car()
    assert graph.forward(tax=1.1, count=2, price=20) == 44
    assert graph.values == {"price": 20, "count": 2, "tax": 1.1, "subtotal": 40, "total": 44}
    expected = {"price": 2.2, "count": 22, "tax": 40, "subtotal": 1.1, "total": 1}
    assert graph.backward() == pytest.approx(expected, rel=1e-15)
    assert graph.gradients == pytest.approx(expected, rel=1e-15)


def test_a_fee_added_at_the_end_has_gradient_1_not_the_ratio_46_to_44():
    graph = Graph("price", "count", "tax", "fee")
    graph.wire("subtotal", Multiply(), "price", "count")
    graph.wire("total", Multiply(), "subtotal", "tax")
    graph.wire("bill", Add(), "total", "fee")
    assert graph.forward(price=20, count=2, tax=1.1, fee=2) == 46
    expected = {"bill": 1, "fee": 1, "total": 1, "tax": 40, "subtotal": 1.1}
    assert graph.backward().items() >= expected.items()


# --- gradients add where a value forks ----------------------------------------------------------


def test_a_value_used_twice_by_two_nodes_in_a_row_collects_4():
    graph = Graph("a")
    graph.wire("b", Add(), "a", "a")
    graph.wire("c", Add(), "b", "b")
    assert graph.forward(a=3) == 12
    assert graph.backward() == {"a": 4, "b": 2, "c": 1}
    assert graph.edge_gradients == {("c", 0): 1, ("c", 1): 1, ("b", 0): 2, ("b", 1): 2}


def test_a_square_has_the_slope_2x():
    graph = of(Multiply(), "x", "x")
    assert graph.forward(x=-3.5) == 12.25
    assert graph.backward()["x"] == -7


def test_both_ways_round_a_diamond_are_added():
    graph = Graph("x", "y", "z")
    graph.wire("fork", Multiply(), "x", "y")
    graph.wire("left", Add(), "fork", "z")
    graph.wire("right", Multiply(), "fork", "z")
    graph.wire("out", Multiply(), "left", "right")  # (xy + z) * xy * z = x²y²z + xyz²
    assert graph.forward(x=2, y=3, z=5) == 330
    found = graph.backward()
    assert found["fork"] == 2 * 6 * 5 + 25
    assert (found["x"], found["y"]) == (85 * 3, 85 * 2)
    assert found["z"] == 36 + 2 * 6 * 5


def test_a_value_used_by_two_nodes_and_twice_by_one_collects_from_all_three_edges():
    graph = Graph("x", "y")
    graph.wire("square", Multiply(), "x", "x")
    graph.wire("product", Multiply(), "x", "y")
    graph.wire("out", Add(), "square", "product")  # x² + xy
    assert graph.forward(x=3, y=10) == 39
    assert graph.backward() == {"x": 16, "y": 3, "square": 1, "product": 1, "out": 1}


@given(thousandths, thousandths, st.data())
def test_the_gradients_of_any_graph_are_the_measured_slopes(x, y, data):
    graph = Graph("x", "y")
    names = ["x", "y"]
    for k in range(data.draw(sizes)):
        inputs = [data.draw(st.sampled_from(names)) for _ in "xy"]
        graph.wire(f"n{k}", data.draw(st.sampled_from([Add, Multiply]))(), *inputs)
        names.append(f"n{k}")
    graph.forward(x=x, y=y)
    found, h = dict(graph.backward()), 1e-4
    for name, dx, dy in [("x", h, 0), ("y", 0, h)]:
        high, low = graph.forward(x=x + dx, y=y + dy), graph.forward(x=x - dx, y=y - dy)
        slope, size = (high - low) / (2 * h), max(abs(high), abs(low), 1)
        assert found[name] == pytest.approx(slope, rel=1e-4, abs=1e-6 * size)


# --- runs ---------------------------------------------------------------------------------------


def test_a_name_that_the_output_does_not_depend_on_has_gradient_0():
    graph = Graph("x", "y", "unused")
    graph.wire("aside", Multiply(), "x", "unused")
    graph.wire("out", Add(), "x", "y")
    graph.forward(x=2, y=3, unused=5)
    assert graph.backward() == {"x": 1, "y": 1, "unused": 0, "aside": 0, "out": 1}


def test_a_second_run_forgets_the_first():
    graph = car()
    graph.forward(price=20, count=2, tax=1.1)
    graph.backward()
    assert graph.forward(price=1, count=1, tax=2) == 2
    assert graph.gradients == {}
    assert graph.edge_gradients == {}
    assert graph.backward() == {"price": 2, "count": 2, "tax": 1, "subtotal": 2, "total": 1}
    assert graph.backward()["price"] == 2


@given(st.tuples(sizes, sizes).flatmap(lambda shape: arrays(3, *shape)))
def test_arrays_flow_through_a_graph_like_numbers(three):
    x, y, z = three
    graph = Graph("x", "y", "z")
    graph.wire("sum", Add(), "x", "y")
    graph.wire("product", Multiply(), "sum", "z")
    assert_array_equal(graph.forward(x=x, y=y, z=z), (x + y) * z)
    found = graph.backward()
    assert_array_equal(found["x"], z)
    assert_array_equal(found["y"], z)
    assert_array_equal(found["z"], x + y)
    assert_slopes(found["x"], lambda x: np.sum((x + y) * z), x)


def test_layers_are_nodes_too_and_labels_keep_gradient_0():
    graph = Graph("X", "t")
    graph.wire("h", Affine([[1.0, -1.0]], [0.0, 0.0]), "X")
    graph.wire("scores", ReLU(), "h")
    graph.wire("loss", SoftmaxWithLoss(), "scores", "t")
    X, t = np.array([[np.log(3)]]), np.array([1])
    assert graph.forward(X=X, t=t) == pytest.approx(np.log(4))  # probabilities 3/4 and 1/4
    found = graph.backward()
    assert found["scores"] == pytest.approx(np.array([[0.75, -0.75]]))
    assert found["X"] == pytest.approx(np.array([[0.75]]))
    assert_array_equal(found["t"], [0])


def test_check_graph_measures_every_input_and_leaves_the_run_as_it_was():
    graph = car()
    errors = check_graph(graph, price=20, count=2, tax=1.1)
    assert list(errors) == ["price", "count", "tax"]
    assert max(errors.values()) < 1e-9
    assert graph.values == {"price": 20, "count": 2, "tax": 1.1, "subtotal": 40, "total": 44}


def test_check_graph_measures_arrays_and_forks():
    graph = Graph("x")
    graph.wire("square", Multiply(), "x", "x")
    graph.wire("cube", Multiply(), "square", "x")
    assert check_graph(graph, x=np.array([[1.0, -2.0], [0.5, 3.0]]))["x"] < 1e-9


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (Graph, ["inputs", "at least one name"]),
        (lambda: Graph("a", "a"), ["inputs", "all different", "('a', 'a')"]),
        (lambda: car().wire("tax", Add(), "price", "count"), ["name must be new", "'tax'"]),
        (lambda: car().wire("total", Add(), "price", "count"), ["name must be new", "'total'"]),
        (lambda: car().wire("x", Add(), "price", "fee"), ["inputs of 'x'", "'price'", "'fee'"]),
        (lambda: car().wire("x", Add(), "x", "price"), ["inputs of 'x'", "['x', 'price']"]),
        (lambda: car().wire("x", Add()), ["inputs of 'x' must be among", "got []"]),
        (lambda: car().forward(price=20, count=2), ["exactly", "'tax'", "['price', 'count']"]),
        (lambda: car().forward(price=1, count=1, tax=1, fee=2), ["exactly", "'tax'", "'fee'"]),
        (lambda: Graph("a").forward(a=1), ["at least one node", "got 0 nodes"]),
        (lambda: of(Add(), "a", "b").forward(a=np.ones(2), b=1), ["same shape", "(2,)", "()"]),
        (lambda: of(Multiply(), "a", "b").forward(a=1, b=np.ones(2)), ["same shape", "(2,)"]),
    ],
)
def test_bad_input_is_refused_by_name(call, parts):
    with refused(*parts):
        call()


def test_one_node_cannot_stand_at_two_places():
    node, graph = Multiply(), Graph("x")
    graph.wire("square", node, "x", "x")
    with refused("node must be new", "twice", "'fourth'"):
        graph.wire("fourth", node, "square", "square")


def failed() -> Graph:
    graph = car()
    graph.forward(price=20, count=2, tax=1.1)
    with refused("same shape"):
        graph.forward(price=20, count=2, tax=np.ones(2))
    return graph


def grown() -> Graph:
    graph = car()
    graph.forward(price=20, count=2, tax=1.1)
    graph.wire("twice", Add(), "total", "total")
    return graph


@pytest.mark.parametrize("made", [car, failed, grown])
def test_backward_needs_a_forward_pass_of_the_whole_graph(made):
    with pytest.raises(RuntimeError, match=r"Graph\.backward .* Graph\.forward first"):
        made().backward()
