"""Three scores and a label; probabilities, loss and gradient.

``figure`` is all of it.
"""

from .figure import SoftmaxBench

__all__ = ["SoftmaxBench"]
