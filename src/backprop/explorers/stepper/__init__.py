"""A graph forward node by node, then backward edge by edge.

``figure`` is all of it.
"""

from .figure import GraphStepper

__all__ = ["GraphStepper"]
