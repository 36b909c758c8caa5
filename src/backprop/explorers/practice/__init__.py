"""Backward drills: the reader types gradients, and every known mistake is told by its name.

``mistakes`` has nodes that are wrong on purpose, ``task`` what a task is, ``graphs``, ``layers``,
``updates`` and ``whole`` draw tasks, ``levels`` lists them, ``table`` writes them for the page,
``figure`` shows them.
"""

from .figure import BackwardDrill

__all__ = ["BackwardDrill"]
