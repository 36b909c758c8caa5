"""The gradient that reaches each layer of a deep network.

``untrained`` measures it, ``figure`` shows it.
"""

from .figure import GradientFlow

__all__ = ["GradientFlow"]
