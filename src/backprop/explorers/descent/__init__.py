"""One weight on a bowl, for learning rates from timid to wild.

``figure`` is all of it.
"""

from .figure import Descent

__all__ = ["Descent"]
