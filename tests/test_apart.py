"""Softmax and cross-entropy as two nodes, alone and one after the other."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from properties import refused

from backprop import CrossEntropy, Graph, Softmax, SoftmaxWithLoss, check_layer

SCORES = np.log([[2.0, 3.0, 5.0]])
MANY = np.random.default_rng(0).normal(scale=3, size=(6, 4))
LABELS = [0, 3, 1, 1, 2, 0]


def test_softmax_on_paper():
    """The table of derivatives is y_i (1 - y_i) on its diagonal and -y_i y_j elsewhere."""
    node = Softmax()
    assert_allclose(node.forward(SCORES), [[0.2, 0.3, 0.5]])
    assert_allclose(node.backward([[1.0, 0.0, 0.0]]), [[0.16, -0.06, -0.1]])
    assert_allclose(node.backward([[1.0, 1.0, 1.0]]), [[0, 0, 0]], atol=1e-16)


def test_cross_entropy_on_paper():
    node = CrossEntropy()
    assert_allclose(node.forward([[0.5, 0.5], [0.75, 0.25]], t=[0, 1]), 1.5 * np.log(2))
    assert_allclose(node.backward(), [[-1, 0], [0, -2]])
    assert_allclose(node.backward(3.0), [[-3, 0], [0, -6]])


def test_their_gradients_are_the_measured_slopes():
    assert max(check_layer(Softmax(), MANY)) < 1e-7
    assert max(check_layer(CrossEntropy(), Softmax().forward(MANY / 3), labels=LABELS)) < 1e-7


def test_one_after_the_other_they_are_the_joined_layer():
    graph, joined = Graph("scores", "t"), SoftmaxWithLoss()
    graph.wire("y", Softmax(), "scores")
    graph.wire("loss", CrossEntropy(), "y", "t")
    for t in (LABELS, np.eye(4)[LABELS]):
        assert_allclose(graph.forward(scores=MANY, t=t), joined.forward(MANY, t))
        assert_allclose(graph.backward()["scores"], joined.backward())


def test_softmax_does_not_overflow():
    assert_allclose(Softmax().forward([[1000.0, 0.0]]), [[1, 0]])


@pytest.mark.parametrize("y", [[[1.0, 0.0]], [[1.5, -0.5]], [[np.nan, 1.0]]])
def test_cross_entropy_refuses_what_has_no_logarithm(y):
    with refused("y must be probabilities > 0"):
        CrossEntropy().forward(y, t=[0])


@pytest.mark.parametrize("x", [[1.0, 2.0], 3.0, np.zeros((0, 3))])
def test_both_want_rows(x):
    with refused("scores must have shape (N, K)"):
        Softmax().forward(x)
    with refused("y must have shape (N, K)"):
        CrossEntropy().forward(x, t=[0])
