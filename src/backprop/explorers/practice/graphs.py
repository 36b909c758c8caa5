"""Drills on graphs of numbers: chains, forks, + and ×, ReLU and max."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.random import Generator

from ...graph import Graph, Wire, several
from ...layers import ReLU
from ...node import Node
from ...nodes import Add, Maximum, Multiply
from ...show.layout import uses
from .mistakes import ADD, FORK, MAXIMUM, MULTIPLY, RELU, Rule, wrongly
from .task import Ask, Task

OPERATIONS: dict[str, type[Node]] = {"×": Multiply, "+": Add, "max": Maximum, "ReLU": ReLU}
MISTAKES: dict[type[Node], dict[str, Rule]] = {
    Multiply: MULTIPLY,
    Add: ADD,
    Maximum: MAXIMUM,
    ReLU: RELU,
}
# For each kind of node the rule, and the numbers for input i: {dout}, {own} and {other}.
HINTS: dict[type[Node], tuple[str, str]] = {
    Multiply: ("× multiplies what arrives by the other input.", "{dout} × {other}"),
    Add: ("+ hands what arrives on to both inputs.", "what arrives is {dout}"),
    Maximum: ("max gives all to its larger input, nothing to the other.", "{own} against {other}"),
    ReLU: ("ReLU lets what arrives pass where its input is above 0.", "the input is {own}"),
}
STEP = re.compile(r"(\w+) = (?:(\w+)\((\w+)(?:, (\w+))?\)|(\w+) ([×+]) (\w+))")


def made(formulas: str) -> Graph:
    """Return the graph of formulas such as "p = a × b; L = max(p, c)"."""
    steps = []
    for name, function, first, second, left, sign, right in STEP.findall(formulas):
        inputs = [one for one in (first, second, left, right) if one]
        steps.append((name, OPERATIONS[function or sign](), inputs))
    computed = {name for name, _, _ in steps}
    graph = Graph(*sorted({i for step in steps for i in step[2]} - computed))
    for name, node, inputs in steps:
        graph.wire(name, node, *inputs)
    return graph


def drawn(rng: Generator, kinds: Sequence[str], numbers: Sequence[float]) -> Task:
    """Draw one of the graphs, and different numbers for its inputs."""
    graph = made(kind := str(rng.choice(kinds)))
    while not graph.values or at_a_kink(graph):
        chosen = rng.choice(numbers, size=len(graph.inputs), replace=False)
        graph.forward(**dict(zip(graph.inputs, map(float, chosen), strict=True)))
    given = {name: np.asarray(value, float) for name, value in graph.values.items()}
    return Task(kind, given, list(asks(graph)), graph, ways_at_bends(graph))


def at_a_kink(graph: Graph) -> bool:
    """Tell whether a ReLU gets 0, or a max two equal numbers: there is no derivative."""
    bends = [wire.inputs for wire in graph.wires if isinstance(wire.node, ReLU | Maximum)]
    return any(graph.values[one[0]] == (graph.values[one[1]] if one[1:] else 0) for one in bends)


def ways_at_bends(graph: Graph) -> tuple[bool, ...]:
    """Return for each ReLU whether it is open, for each max whether its first input is larger."""
    bends = [wire.inputs for wire in graph.wires if isinstance(wire.node, ReLU | Maximum)]
    return tuple(
        bool(graph.values[one[0]] > (graph.values[one[1]] if one[1:] else 0)) for one in bends
    )


def asks(graph: Graph) -> Iterator[Ask]:
    """Yield what the backward pass finds: each edge, and the sum where several leave a name."""
    last = graph.wires[-1].name
    yield Ask(
        name := f"d {last}",
        (),
        lambda: 1.0,
        {"value": np.asarray(graph.values[last])},
        last,
        f"the gradient of {last}",
        f"if {last} moves by 1, by how much does {last} move?",
        [""],
        edge=last,
    )
    found = {last: name}  # the ask that finds the gradient of a name
    used, arrived = uses(graph), defaultdict[str, list[str]](list)
    for wire in reversed(graph.wires):
        for i, name in enumerate(wire.inputs):
            fork = used[name] > 1
            yield edge(graph, wire, i, found[wire.name], fork)
            arrived[name].append(f"{wire.name}.{i}")
            if not fork:
                found[name] = f"{wire.name}.{i}"
            elif len(arrived[name]) == used[name]:
                found[name] = f"d {name}"
                yield meeting(name, arrived[name])


def edge(graph: Graph, wire: Wire, i: int, dout: str, fork: bool) -> Ask:
    """Return the question for the edge into input i of a node."""
    name, kind = wire.inputs[i], type(wire.node)
    inputs = [graph.values[one] for one in wire.inputs]
    rule, numbers = HINTS[kind]
    own, other = (f"{{{one}:0}}" for one in (name, wire.inputs[-1 - i]))
    return Ask(
        f"{wire.name}.{i}",
        (dout,),
        lambda dout: several(wire.node.backward(float(dout)))[i],  # it has gone forward in drawn
        {**wrongly(MISTAKES[kind], inputs, i), "value": np.asarray(graph.values[name])},
        f"{name}, into {wire.name}" if fork else name,
        f"the gradient of {name}" + (f" on its edge into {wire.name}" if fork else ""),
        rule,
        [numbers.format(dout=f"{{{dout}:0}}", own=own, other=other)],
        edge=f"{wire.name}.{i}",
    )


def meeting(name: str, arrived: list[str]) -> Ask:
    """Return the question for a name whose paths meet."""
    return Ask(
        f"d {name}",
        tuple(arrived),
        lambda *gradients: sum(gradients),
        FORK,
        f"{name}, in total",
        f"the total gradient of {name}",
        "where paths meet, gradients add.",
        [" and ".join(f"{{{one}:0}}" for one in arrived)],
    )
