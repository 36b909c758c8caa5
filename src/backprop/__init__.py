"""The code of *Backpropagation in Fifteen Minutes*: every chapter imports it from here.

This folder is the lesson. From the ground up: ``contracts`` (what input is demanded), ``keeper``
(the contract around every node), ``node``, ``nodes``, ``layers``, ``apart`` (softmax and
cross-entropy as two nodes), ``activations``, ``modes`` (layers that learning switches),
``residual``, ``convolution``, ``graph``, ``saving``, ``network``, ``initial`` (networks with random
first weights), ``optimizers``, ``training``, ``grids``, ``unchanged`` (what a check sets back),
``checking``, ``mistakes`` (of those who write gradients), ``tasks`` (what readers write), ``trial``
(a run of it), ``judging``, ``datasets``. Imported by their own names are ``peers`` (the same
network in PyTorch and in JAX) and ``broken`` (the suspects of chapter 7, wrong on purpose).

Two more storeys stand on it: ``show/`` draws the lesson, and ``explorers/`` has the interactive
figures, which use both.
"""

from .activations import Sigmoid, Tanh
from .apart import CrossEntropy, Softmax
from .checking import (
    check_graph,
    check_layer,
    check_network,
    numerical_gradient,
    relative_error,
)
from .convolution import Convolution
from .datasets import digits, quadrants, xor
from .graph import Graph
from .grids import Grid, train_grid
from .initial import deep, one_layer, random_affine, two_layer
from .judging import judge
from .layers import Affine, ReLU, SoftmaxWithLoss, log_softmax
from .modes import BatchNorm, Dropout
from .network import Network
from .node import Node
from .nodes import Add, Divide, Exp, Maximum, Multiply
from .optimizers import SGD, Adam, Momentum
from .residual import Residual
from .training import History, learning, train

__all__ = [
    "SGD",
    "Adam",
    "Add",
    "Affine",
    "BatchNorm",
    "Convolution",
    "CrossEntropy",
    "Divide",
    "Dropout",
    "Exp",
    "Graph",
    "Grid",
    "History",
    "Maximum",
    "Momentum",
    "Multiply",
    "Network",
    "Node",
    "ReLU",
    "Residual",
    "Sigmoid",
    "Softmax",
    "SoftmaxWithLoss",
    "Tanh",
    "check_graph",
    "check_layer",
    "check_network",
    "deep",
    "digits",
    "judge",
    "learning",
    "log_softmax",
    "numerical_gradient",
    "one_layer",
    "quadrants",
    "random_affine",
    "relative_error",
    "train",
    "train_grid",
    "two_layer",
    "xor",
]
