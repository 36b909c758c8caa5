"""Both passes and the update inside a small network, at any step of its training.

``passes`` computes, ``drawing`` draws, ``figure`` shows.
"""

from .figure import NetworkStepper

__all__ = ["NetworkStepper"]
