"""The two graphs that several tests draw, step through or compute by hand."""

from backprop import Add, Divide, Exp, Graph, Multiply


def car() -> Graph:
    """Return the bill of chapter 1, not run yet."""
    graph = Graph("price", "count", "tax")
    graph.wire("subtotal", Multiply(), "price", "count")
    graph.wire("total", Multiply(), "subtotal", "tax")
    return graph


def sigmoid() -> Graph:
    """Return the sigmoid of chapter 8, made of four nodes, not run yet."""
    graph = Graph("x", "minus", "one")
    graph.wire("negative", Multiply(), "x", "minus")
    graph.wire("power", Exp(), "negative")
    graph.wire("sum", Add(), "power", "one")
    graph.wire("y", Divide(), "one", "sum")
    return graph
