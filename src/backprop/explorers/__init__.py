"""The book's interactive figures. Each is a widget that needs no kernel in the built page.

A figure has a folder of its own; ``kit/`` holds what all of them share.
"""

from .descent import Descent
from .flow import GradientFlow
from .kit.live import live_losses
from .lab import TrainingLab
from .network import NetworkStepper
from .paths import OptimizerPaths
from .practice import BackwardDrill
from .questions import ask
from .softmax import SoftmaxBench
from .stepper import GraphStepper
from .stepsize import StepSize

__all__ = [
    "BackwardDrill",
    "Descent",
    "GradientFlow",
    "GraphStepper",
    "NetworkStepper",
    "OptimizerPaths",
    "SoftmaxBench",
    "StepSize",
    "TrainingLab",
    "ask",
    "live_losses",
]
