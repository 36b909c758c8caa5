"""Graph stepper: a graph forward node by node, then backward edge by edge."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import product
from typing import Any

from ...contracts import instance, numbers
from ...graph import Graph
from ...node import Node
from ...nodes import Add, Divide, Exp, Maximum, Multiply
from ...show.drawing import draw_graph, short
from ..kit.base import Explorer, row_text

# For each kind of node its formula, and for each of its inputs what backward does: {0} is the name
# of this input and {1} that of the other one; the rest stands for numbers.
HANDS_ON = "+ hands the gradient on. {0} gets {din}."
LARGER = "max gives all to the larger input. {0} gets {din}."
SWAPS = "× swaps. {0} gets the gradient times {1}: "
WORDS: dict[type[Node], tuple[str, ...]] = {
    Add: ("{0} + {1}", HANDS_ON, HANDS_ON),
    Multiply: (
        "{0} × {1}",
        SWAPS + "{dout} × {in1} = {din}.",
        SWAPS + "{dout} × {in0} = {din}.",
    ),
    Divide: (
        "{0} ÷ {1}",
        "{0} gets the gradient divided by {1}: {dout} ÷ {in1} = {din}.",
        "{0} divides, so more of it makes less: −({dout} × {out} ÷ {in1}) = {din}.",
    ),
    Exp: ("exp({0})", "exp multiplies by its own output: {dout} × {out} = {din}."),
    Maximum: ("max({0}, {1})", LARGER, LARGER),
}


class GraphStepper(Explorer):
    """Step through ``graph``, made of the nodes in ``nodes.py``, for each choice of its inputs.

    ``choices`` holds a list of values for every input: ``GraphStepper(car, price=[10, 20], ...)``.
    The values of the graph's last run are shown first if they are among the choices, else the first
    of each. An input with a single choice has no slider. The graph is copied, not changed. Raises
    ``ValueError`` for other nodes and for choices that are missing, empty or of no input.
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
    instance("graph", graph, Graph, "a Graph")
    if not graph.wires or not all(type(wire.node) in WORDS for wire in graph.wires):
        known = [kind.__name__ for kind in WORDS]
        nodes = [type(wire.node).__name__ for wire in graph.wires]
        raise ValueError(f"graph must be made of {known}, got {nodes}")
    if set(choices) != set(graph.inputs):
        raise ValueError(
            f"choices must be lists of numbers for exactly {list(graph.inputs)}, got {choices}"
        )
    for name, values in choices.items():
        numbers(name, values)


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
        formula = WORDS[type(wire.node)][0]
        names = formula.format(*wire.inputs)
        numbers = formula.format(*(f"{{{name}}}" for name in wire.inputs))
        sentence = f"Forward: {wire.name} = {names} = {numbers} = {{{wire.name}}}."
        yield {"value": wire.name, "sentence": sentence}
    last = graph.wires[-1].name
    sentence = (
        f"Backward: if {last} moves by 1, {last} moves by 1. So its gradient is {{d {last}}}."
    )
    yield {"gradient": last, "sentence": sentence}
    for wire in reversed(graph.wires):
        words = WORDS[type(wire.node)][1:]
        keys = {f"in{i}": f"{{{name}}}" for i, name in enumerate(wire.inputs)}
        keys |= {"out": f"{{{wire.name}}}", "dout": f"{{d {wire.name}}}"}
        for i, name in enumerate(wire.inputs):
            key = f"{wire.name}.{i}"
            told = words[i].format(name, wire.inputs[-1 - i], **keys, din=f"{{{key}}}")
            yield {"gradient": key, "sentence": f"Backward: {told}"}
