import inspect

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from properties import refused

import backprop
from backprop import (
    Affine,
    Network,
    ReLU,
    Residual,
    SoftmaxWithLoss,
    broken,
    check_layer,
    check_network,
    quadrants,
    train,
)

X, T = quadrants(200, seed=0)
FEW, LABELS = X[:20], T[:20]
NAMES = "W1", "b1", "W2", "b2", "W3", "b3"
AGREES, FOUND = 1e-7, 1e-3
SETTING = {"lr": 0.1, "reg": 0.001, "batch_size": 10, "steps": 300}
CLASSES = {number: next(iter(parts.values())) for number, parts in broken.SUSPECTS.items()}

# The point of the chapter at which each suspect is caught, and the gradients that show it:
# how far out the points are, the penalty, whether the network has been trained before.
START, FAR, FARTHER, TRAINED = (1, 0.01, False), (10, 0.01, False), (300, 0.01, False), (1, 0.01, 1)
CAUGHT = {
    1: (START, set(NAMES)),
    2: (START, {"b1", "b2", "b3"}),
    3: (START, {"W1", "b1", "W2", "b2"}),
    4: (START, {"W1", "b1"}),
    5: (TRAINED, {"b1", "b2", "b3"}),
    6: (START, {"W1", "W2", "W3"}),
    7: (FARTHER, set(NAMES)),
    8: (FAR, set(NAMES)),
}


def check(network: Network, point: tuple) -> dict[str, float]:
    scale, reg, trained = point
    if trained:
        train(network, X, T, **SETTING)
    with np.errstate(all="ignore"):
        return dict(zip(NAMES, check_network(network, scale * FEW, LABELS, reg), strict=True))


def wrong(errors: dict[str, float]) -> set[str]:
    """Return the names of the gradients that the check has caught; NaN counts as caught."""
    return {name for name, error in errors.items() if not error < FOUND}


@pytest.mark.parametrize("number", CAUGHT)
def test_the_check_catches_the_suspect_and_not_the_right_network(number):
    point, names = CAUGHT[number]
    assert max(check(broken.right(), point).values()) < AGREES
    errors = check(broken.suspect(number), point)
    assert wrong(errors) == names
    assert all(error < AGREES for name, error in errors.items() if name not in names)


@pytest.mark.parametrize(("number", "most"), [(5, AGREES), (7, AGREES), (8, 1e-5)])
def test_the_check_at_the_start_does_not_catch_suspects_5_7_and_8(number, most):
    assert max(check(broken.suspect(number), START).values()) < most


def test_suspect_8_nearly_agrees_at_the_start():
    assert min(check(broken.suspect(8), START).values()) > AGREES


def test_suspect_7_agrees_after_training_too():
    assert max(check(broken.suspect(7), TRAINED).values()) < AGREES


def test_suspect_5_is_caught_at_random_biases_as_well():
    network, rng = broken.suspect(5), np.random.default_rng(0)
    for layer in network.affine:
        layer.b += rng.normal(scale=0.1, size=layer.b.shape)
    assert wrong(check(network, START)) == {"b1", "b2", "b3"}


def test_suspect_6_is_caught_by_its_penalty_alone():
    assert not wrong(check(broken.suspect(6), (1, 0, False)))
    assert check(broken.suspect(6), (1, 100, False))["W1"] == pytest.approx(0.5, abs=0.001)


def test_suspect_4_writes_into_an_array_of_its_caller_and_the_right_relu_does_not():
    x, dout = np.array([[-1.0, 0.0, 2.0]]), np.full((1, 3), 5.0)
    for relu, after in ((ReLU(), [[5, 5, 5]]), (broken.ReLU4(), [[0, 0, 5]])):
        relu.forward(x)
        assert_array_equal(relu.backward(dout), [[0, 0, 5]])
        assert_array_equal(dout, after)
    dout.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        relu.backward(dout)


def test_the_layers_of_suspect_4_are_right_one_by_one_and_its_block_is_not():
    block, x = broken.suspect(4).layers[2], np.random.default_rng(0).normal(size=(5, 16))
    assert max(max(check_layer(layer, x)) for layer in block.layers) < AGREES
    assert check_layer(block, x)[0] > FOUND


def test_the_layers_of_suspect_4_do_no_harm_without_a_fork():
    rng = np.random.default_rng(0)
    ends = Affine(rng.normal(size=(2, 16)), np.zeros(16)), Affine(np.eye(16, 4), np.zeros(4))
    plain = Network([ends[0], broken.ReLU4(), ends[1]])
    assert max(check_network(plain, FEW, LABELS, reg=0.01)) < AGREES


@pytest.mark.parametrize("number", CAUGHT)
def test_accuracy_and_loss_look_healthy(number):
    X_new, t_new = quadrants(1000, seed=1)
    right, network = broken.right(), broken.suspect(number)
    train(right, X, T, **SETTING)
    history = train(network, X, T, **SETTING)
    assert network.loss(X, T, 0.001) < 0.1 < 2 < history.loss[0]
    for points, labels in ((X, T), (X_new, t_new)):
        shares = [(net.predict(points) == labels).mean() for net in (right, network)]
        assert shares[1] == pytest.approx(shares[0], abs=0.01)
        assert shares[1] > 0.99


@pytest.mark.parametrize("number", [5, 6, 7, 8])
def test_the_last_four_take_the_steps_of_the_right_network(number):
    right, network = broken.right(), broken.suspect(number)
    for one in (right, network):
        train(one, X, T, **SETTING)
    for a, b in zip(right.parameters, network.parameters, strict=True):
        assert a == pytest.approx(b, rel=1e-9, abs=1e-12)


def test_suspect_1_fails_with_all_points_in_one_batch():
    shares = [
        train(network, X, T, lr=0.1, reg=0.001, steps=300).accuracy[-1]
        for network in (broken.right(), broken.suspect(1))
    ]
    assert shares == [1, 0.25]


@pytest.mark.parametrize("number", CAUGHT)
def test_one_method_is_broken_and_mending_it_ends_the_error(number, monkeypatch):
    (name,) = [name for name, value in vars(CLASSES[number]).items() if inspect.isfunction(value)]
    (parent,) = CLASSES[number].__bases__
    assert parent in (Affine, ReLU, SoftmaxWithLoss, Network)
    assert hasattr(parent, name)
    monkeypatch.delattr(CLASSES[number], name)
    assert max(check(broken.suspect(number), CAUGHT[number][0]).values()) < AGREES


@pytest.mark.parametrize("number", CAUGHT)
def test_a_suspect_has_the_weights_and_the_shape_of_the_right_network_and_is_fresh(number):
    right, network, again = broken.right(), broken.suspect(number), broken.suspect(number)
    for mine, theirs, other in zip(
        right.parameters, network.parameters, again.parameters, strict=True
    ):
        assert_array_equal(mine, theirs)
        assert not np.shares_memory(theirs, other)
    kinds = [Affine, ReLU, Residual, Affine]
    assert all(isinstance(*pair) for pair in zip(network.layers, kinds, strict=True))


def test_there_are_eight_suspects_and_each_class_is_one_of_them():
    assert list(broken.SUSPECTS) == list(range(1, 9))
    made_here = [
        v for v in vars(broken).values() if getattr(v, "__module__", "") == broken.__name__
    ]
    assert [c for c in made_here if inspect.isclass(c)] == list(CLASSES.values())
    assert [c.__name__[-1] for c in CLASSES.values()] == list("12345678")


@pytest.mark.parametrize("number", [0, 9, 1.5, "1", None])
def test_another_number_is_refused(number):
    with refused("number must be a whole number >= 1 and <= 8, got"):
        broken.suspect(number)


def test_the_package_does_not_export_what_is_broken():
    here = {name for name in vars(broken) if not name.startswith("_")}
    own = {
        name for name in here if getattr(vars(broken)[name], "__module__", "") == broken.__name__
    }
    assert {"suspect", "right", "ReLU3", "Network5"} <= own
    assert not {*own, "broken", "SUSPECTS"} & set(backprop.__all__)
