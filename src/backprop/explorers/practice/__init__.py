"""Backward drills: the reader types gradients, and every known mistake is told by its name.

``task`` says what a task is, ``mistakes`` has rules that are wrong on purpose, ``graphs``,
``layers``, ``updates`` and ``whole`` draw tasks, ``levels`` lists them, ``table`` writes them for
the page, ``figure`` shows them.
"""

from .figure import BackwardDrill

__all__ = ["BackwardDrill"]
