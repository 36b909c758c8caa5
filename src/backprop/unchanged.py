"""A check changes nothing: the state of nodes is set back, whatever interrupts it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .node import Node, inner


@contextmanager
def unchanged(nodes: Iterable[Node]) -> Iterator[Callable[[], Any]]:
    """Set back what a check changes in nodes, also if something interrupts it.

    The whole block keeps running statistics and generators of random numbers as they were. What is
    measured in the ``measuring()`` that it yields changes nothing at all, so that afterwards the
    nodes hold the pass, and the gradients, of the place that was checked.
    """
    every = list(inner(nodes))
    lasting = [Memory(vars(node), node.state) for node in every]

    @contextmanager
    def measuring() -> Iterator[None]:
        before = [Memory(vars(node)) for node in every]
        try:
            yield
        finally:
            for memory in before:
                memory.restore()

    try:
        yield measuring
    finally:
        for memory in lasting:
            memory.restore()


class Memory:
    """What the attributes of an object are, or some of them; and always its generators."""

    def __init__(self, attributes: dict[str, Any], names: Sequence[str] | None = None) -> None:
        self.attributes, self.all = attributes, names is None
        kept = attributes if names is None else {n: attributes[n] for n in names if n in attributes}
        self.kept = dict(kept)
        self.contents = {n: a.copy() for n, a in kept.items() if isinstance(a, np.ndarray)}
        self.generators = [
            (value, value.bit_generator.state)
            for value in attributes.values()
            if isinstance(value, np.random.Generator)
        ]

    def restore(self) -> None:
        """Set everything back, also what was changed inside of an array."""
        if self.all:
            self.attributes.clear()
        self.attributes |= self.kept
        for name, content in self.contents.items():
            array = self.kept[name]
            if array.flags.writeable and not np.array_equal(array, content, equal_nan=True):
                array[...] = content
        for value, state in self.generators:
            value.bit_generator.state = state
