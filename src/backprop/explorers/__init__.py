"""The book's interactive figures. Each is a widget that needs no kernel in the built page."""

from .descent import Descent
from .lab import TrainingLab
from .live import live_losses
from .softmax import SoftmaxBench
from .stepper import GraphStepper

__all__ = ["Descent", "GraphStepper", "SoftmaxBench", "TrainingLab", "live_losses"]
