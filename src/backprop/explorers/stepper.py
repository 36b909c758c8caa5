"""Graph stepper: a graph forward node by node, then backward edge by edge."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import product
from typing import Any

from ..drawing import draw_graph, short
from ..graph import Graph
from ..layout import symbol
from ..nodes import Add, Multiply
from .base import Explorer, row_text


class GraphStepper(Explorer):
    """Step through ``graph``, made of Add and Multiply, for each choice of its inputs.

    ``choices`` holds a list of values for every input: ``GraphStepper(car, price=[10, 20], ...)``.
    The values of the graph's last run are shown first if they are among the choices, else the first
    of each. The graph is copied, not changed. Raises ``ValueError`` for other nodes and for choices
    that are missing, empty or of no input.
    """

    def __init__(self, graph: Graph, **choices: Sequence[float]) -> None:
        check(graph, choices)
        choices = {name: list(choices[name]) for name in graph.inputs}
        first = {
            name: values.index(graph.values[name]) if graph.values.get(name) in values else 0
            for name, values in choices.items()
        }
        graph = deepcopy(graph)
        table = []
        for setting in product(*choices.values()):
            graph.forward(**dict(zip(choices, setting, strict=True)))
            graph.backward()
            table.append(numbers_of(graph))
        graph.forward(**{name: values[first[name]] for name, values in choices.items()})
        graph.backward()
        picture = draw_graph(graph)
        data = {
            "label": f"graph of {graph.wires[-1].name}, step by step",
            "svg": picture.svg,
            "choices": [
                {"label": name, "texts": [short(value) for value in values]}
                for name, values in choices.items()
            ],
            "first": list(first.values()),
            "keys": list(table[0]),
            "table": [row_text(numbers.values()) for numbers in table],
            "steps": list(steps(graph)),
        }
        super().__init__(data, picture)


def check(graph: Graph, choices: dict[str, Sequence[float]]) -> None:
    """Demand nodes that have a sentence, and choices for exactly the inputs."""
    if not graph.wires or not all(isinstance(wire.node, Add | Multiply) for wire in graph.wires):
        nodes = [type(wire.node).__name__ for wire in graph.wires]
        raise ValueError(f"graph must be made of Add and Multiply, got {nodes}")
    if set(choices) != set(graph.inputs) or not all(len(values) for values in choices.values()):
        raise ValueError(
            f"choices must be one or more values for each of {list(graph.inputs)}, got {choices}"
        )


def numbers_of(graph: Graph) -> dict[str, str]:
    """Return the numbers of a run as texts: values, edge gradients, and gradients as "d NAME"."""
    values = {name: short(value) for name, value in graph.values.items()}
    edges = {f"{name}.{i}": short(value) for (name, i), value in graph.edge_gradients.items()}
    gradients = {f"d {name}": short(value) for name, value in graph.gradients.items()}
    return {**values, **edges, **gradients}


def steps(graph: Graph) -> Iterator[dict[str, Any]]:
    """Yield what each step shows and says; ``{key}`` in its sentence stands for a number.

    ``value`` is the node whose value the step computes, ``gradient`` the edge whose gradient.
    """
    for wire in graph.wires:
        x, y = wire.inputs
        sign = symbol(wire)
        sentence = (
            f"Forward: {wire.name} = {x} {sign} {y} = {{{x}}} {sign} {{{y}}} = {{{wire.name}}}."
        )
        yield {"value": wire.name, "sentence": sentence}
    last = graph.wires[-1].name
    sentence = (
        f"Backward: if {last} moves by 1, {last} moves by 1. So its gradient is {{d {last}}}."
    )
    yield {"gradient": last, "sentence": sentence}
    for wire in reversed(graph.wires):
        for i, name in enumerate(wire.inputs):
            key, other = f"{wire.name}.{i}", wire.inputs[1 - i]
            if isinstance(wire.node, Multiply):
                product_ = f"{{d {wire.name}}} × {{{other}}} = {{{key}}}"
                sentence = f"Backward: × swaps. {name} gets the gradient times {other}: {product_}."
            else:
                sentence = f"Backward: + hands the gradient on. {name} gets {{{key}}}."
            yield {"gradient": key, "sentence": sentence}
