"""Questions in the reading path: commit first, then see the answer with its reason.

``figure`` is all of it. A chapter asks with its function.
"""

from .figure import Question, ask

__all__ = ["Question", "ask"]
