"""Convolution: one small Affine, applied to every patch of an image."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .contracts import Array, whole
from .layers import Affine, matmul


class Convolution(Affine):
    """Slide F filters of size x size pixels over images of C channels, height x width.

    Rows stay samples: an image is a row of C * height * width numbers, channel by channel and row
    by row, and so is the output, with F channels of (height - size + 1) x (width - size + 1).
    W has the shape (C * size * size, F), one column for each filter, and b the shape (F,). All
    patches use the same W: a fork, so ``dW`` adds up over the patches, and so does ``dx`` where
    patches overlap.

    >>> layer = Convolution(W=[[1.0], [1.0], [1.0], [1.0]], b=[0.0], image=(1, 2, 3), size=2)
    >>> layer.forward([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    array([[12., 16.]])
    >>> layer.backward([[1.0, 1.0]])
    array([[1., 2., 1., 1., 2., 1.]])
    """

    settings = ("patches",)
    stacks = True

    def __init__(self, W: ArrayLike, b: ArrayLike, image: tuple[int, int, int], size: int) -> None:
        super().__init__(W, b)
        if not isinstance(image, tuple | list) or len(image) != 3:
            raise ValueError(f"image must be (channels, height, width), got {image!r}")
        channels, height, width = (whole("image", n) for n in image)
        whole("size", size, most=min(height, width))
        if self.W.shape[0] != channels * size**2:
            expected = (channels * size**2, self.W.shape[1])
            raise ValueError(f"W must have shape {expected}, got {self.W.shape}")
        self.pixels = channels * height * width
        # patches[p] are the places in a row of the pixels that patch p holds
        pixels = np.arange(self.pixels).reshape(channels, height, width)
        windows = np.lib.stride_tricks.sliding_window_view(pixels, (channels, size, size))
        self.patches = windows.reshape(-1, self.W.shape[0])
        self.places: Any = ..., self.patches  # in an array of rows

    @property
    def inputs(self) -> int:
        """The number C * height * width of columns that x must have."""
        return self.pixels

    @property
    def outputs(self) -> int:
        """The number of columns of the output, one for each filter and patch."""
        return self.W.shape[-1] * len(self.patches)

    def forward(self, x: Array) -> Array:
        """Return the filtered images, shape (N, outputs), for x of shape (N, inputs)."""
        count, inside = self.patches.shape
        out = super().forward(x[self.places].reshape(*x.shape[:-2], -1, inside))
        # rows of patches become rows of samples, channel by channel
        blocks = out.reshape(*out.shape[:-2], -1, count, out.shape[-1])
        return blocks.mT.reshape(*blocks.shape[:-2], -1)

    def backward(self, dout: Array) -> Array:
        """Set ``dW`` and ``db``, summed over samples and patches; return dx."""
        count, inside = self.patches.shape
        self.backward_parameters(dout)
        dpatches = matmul(self.blocks(dout), self.W.mT)
        dx = np.zeros((*dout.shape[:-1], self.inputs), dpatches.dtype)
        np.add.at(dx, self.places, dpatches.reshape(*dout.shape[:-1], count, inside))
        return dx

    def backward_parameters(self, dout: Array) -> None:
        """Set ``dW`` and ``db``, summed over samples and patches."""
        super().backward_parameters(self.blocks(dout))

    def blocks(self, dout: Array) -> Array:
        """Return the gradient of the output as that of the rows of patches, (N * count, F)."""
        blocks = dout.reshape(*dout.shape[:-1], -1, len(self.patches)).mT
        return blocks.reshape(*dout.shape[:-2], -1, blocks.shape[-1])
