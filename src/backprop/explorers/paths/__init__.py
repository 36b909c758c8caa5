"""The ways of three optimizers down a long bowl.

``walks`` computes them, ``figure`` shows them.
"""

from .figure import OptimizerPaths

__all__ = ["OptimizerPaths"]
