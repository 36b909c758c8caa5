"""The error of a measured gradient over its step.

``differences`` measures, ``figure`` shows.
"""

from .figure import StepSize

__all__ = ["StepSize"]
