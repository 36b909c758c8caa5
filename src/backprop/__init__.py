"""The code of *Backpropagation in Fifteen Minutes*: every chapter imports it from here.

From the ground up: ``contracts`` (what input is demanded), ``nodes``, ``layers``, ``graph``,
``network``, ``optimizers``, ``training``, ``checking``, ``datasets``, and what only shows them,
imported by its own name: ``drawing`` (graphs), ``plots`` (curves and regions), ``listing`` (code).
"""

from .checking import (
    check_graph,
    check_layer,
    check_network,
    numerical_gradient,
    relative_error,
)
from .datasets import quadrants, xor
from .graph import Graph
from .layers import Affine, ReLU, SoftmaxWithLoss, log_softmax
from .network import Network, one_layer, two_layer
from .nodes import Add, Multiply
from .optimizers import SGD
from .training import Grid, History, train, train_grid

__all__ = [
    "SGD",
    "Add",
    "Affine",
    "Graph",
    "Grid",
    "History",
    "Multiply",
    "Network",
    "ReLU",
    "SoftmaxWithLoss",
    "check_graph",
    "check_layer",
    "check_network",
    "log_softmax",
    "numerical_gradient",
    "one_layer",
    "quadrants",
    "relative_error",
    "train",
    "train_grid",
    "two_layer",
    "xor",
]
