"""Sigmoid and Tanh: the smooth relatives of ReLU.

Both save their output, because their slope can be written with it.
"""

import numpy as np

from .contracts import Array
from .node import Node


class Sigmoid(Node):
    """The layer y = 1 / (1 + exp(-x)), from 0 to 1. Its slope y (1 - y) is at most 1/4.

    >>> layer = Sigmoid()
    >>> layer.forward(np.log([[1.0, 3.0]])).round(12)
    array([[0.5 , 0.75]])
    >>> layer.backward([[16.0, 16.0]]).round(12)
    array([[4., 3.]])
    """

    stacks = True

    def forward(self, x: Array) -> Array:
        """Return the sigmoid of x, element by element, for x of any shape."""
        # log(1 + exp(-x)) by logaddexp: exp(-x) alone would overflow for x below -709
        self.saved = y = np.exp(-np.logaddexp(0, -x))
        return y

    def backward(self, dout: Array) -> Array:
        """Return ``dout * y * (1 - y)``."""
        y = self.saved
        return dout * y * (1 - y)


class Tanh(Node):
    """The layer y = tanh(x), from -1 to 1. Its slope 1 - y**2 is 1 at x = 0 and less elsewhere.

    >>> layer = Tanh()
    >>> layer.forward([[0.0]]), layer.backward([[5.0]])
    (array([[0.]]), array([[5.]]))
    """

    stacks = True

    def forward(self, x: Array) -> Array:
        """Return tanh(x), element by element, for x of any shape."""
        self.saved = y = np.tanh(x)
        return y

    def backward(self, dout: Array) -> Array:
        """Return ``dout * (1 - y**2)``."""
        y = self.saved
        return dout * (1 - y**2)
