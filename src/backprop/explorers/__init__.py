"""The book's interactive figures. Each is a widget that needs no kernel in the built page."""

from .descent import Descent

__all__ = ["Descent"]
