"""Learning rate against reg: losses, accuracy and regions.

``runs`` trains, ``figure`` shows.
"""

from .figure import TrainingLab

__all__ = ["TrainingLab"]
