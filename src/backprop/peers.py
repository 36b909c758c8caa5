"""The two-layer network in PyTorch and in JAX, which find the gradients by themselves.

Both functions take what the book's network has, its ``parameters`` W1, b1, W2 and b2, and compute
the loss of ``Network.loss``: Affine, ReLU, Affine, mean cross-entropy of class indices t (N,), and
the penalty. The book does not install the two libraries, so they are imported where they are used.
JAX has to be 0.8 or newer.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .contracts import Array, one_hot


def torch_gradients(
    parameters: Sequence[Array], X: Array, t: Array, reg: float
) -> tuple[float, list[Array]]:
    """Return the loss and its gradients as PyTorch finds them, in the type of the parameters."""
    import torch

    one_hot(t, len(X), len(parameters[-1]))  # refuses labels out of range
    leaves = [torch.tensor(p, requires_grad=True) for p in parameters]
    W1, b1, W2, b2 = leaves
    scores = torch.relu(torch.tensor(X) @ W1 + b1) @ W2 + b2
    data_loss = torch.nn.functional.cross_entropy(scores, torch.tensor(t))
    loss = data_loss + reg / 2 * ((W1**2).sum() + (W2**2).sum())
    loss.backward()
    return loss.item(), [leaf.grad.numpy() for leaf in leaves]


def jax_gradients(
    parameters: Sequence[Array], X: Array, t: Array, reg: float
) -> tuple[float, list[Array]]:
    """Return the loss and its gradients as JAX finds them, in the type of the parameters."""
    import jax

    one_hot(t, len(X), len(parameters[-1]))  # JAX itself would clamp labels out of range

    def loss(parameters: Sequence[Array]) -> Any:
        W1, b1, W2, b2 = parameters
        scores = jax.nn.relu(X @ W1 + b1) @ W2 + b2
        log_y = jax.nn.log_softmax(scores)[np.arange(len(t)), t]
        return -log_y.mean() + reg / 2 * ((W1**2).sum() + (W2**2).sum())

    with jax.enable_x64():  # otherwise JAX rounds to 32 bits
        value, gradients = jax.value_and_grad(loss)(list(parameters))
    return value.item(), [np.asarray(gradient) for gradient in gradients]
