"""PyTorch and JAX find the gradients that the book computes; each is tested where it is installed.

The book installs neither of the two. To run these tests, install them into an environment of its
own, together with pytest and the packages of the book.
"""

import numpy as np
import pytest
from claims.chapter_10 import AGREEMENT
from numpy.random import default_rng
from properties import refused

from backprop import Network, relative_error, two_layer
from backprop.peers import jax_gradients, torch_gradients

PEERS = {"torch": torch_gradients, "jax": jax_gradients}


def problem(dtype: type, seed: int) -> tuple[Network, np.ndarray, np.ndarray]:
    """Return a network of the size of chapter 10 and a batch, in floats of one size."""
    rng = default_rng(seed)
    network = two_layer(inputs=64, hidden=256, outputs=10, seed=seed)
    network.parameters = [
        (p + 0.1 * rng.normal(size=p.shape)).astype(dtype) for p in network.parameters
    ]
    return network, rng.random((100, 64)).astype(dtype), rng.integers(0, 10, size=100)


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("reg", [0.0, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_loss_and_gradients_agree(name, dtype, reg, seed):
    pytest.importorskip(name)
    network, X, t = problem(dtype, seed)
    loss, gradients = PEERS[name](network.parameters, X, t, reg)
    bound = AGREEMENT[np.dtype(dtype).name]
    assert loss == pytest.approx(network.loss(X, t, reg), rel=bound)
    ours = network.gradients(X, t, reg)
    assert [g.dtype for g in gradients] == [dtype] * 4
    assert max(map(relative_error, gradients, ours)) < bound


@pytest.mark.parametrize("name", PEERS)
def test_the_parameters_stay_as_they_are(name):
    pytest.importorskip(name)
    network, X, t = problem(np.float64, seed=0)
    before = [p.copy() for p in network.parameters]
    _, gradients = PEERS[name](network.parameters, X, t, 0.1)
    assert all(map(np.array_equal, before, network.parameters))
    assert not any(map(np.shares_memory, gradients, network.parameters))


def test_jax_goes_back_to_32_bits_for_everybody_else():
    jax = pytest.importorskip("jax")
    network, X, t = problem(np.float64, seed=0)
    jax_gradients(network.parameters, X, t, 0.1)
    assert jax.numpy.ones(1).dtype == np.float32


@pytest.mark.parametrize("name", PEERS)
def test_labels_out_of_range_are_refused(name):
    pytest.importorskip(name)
    network, X, t = problem(np.float64, seed=0)
    with refused("t must lie in 0..9"):
        PEERS[name](network.parameters, X, t + 1, 0.1)
