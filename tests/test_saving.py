"""A trained network is kept in one file, and comes back as it was or not at all."""

import io
import pickle
import zipfile

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from properties import refused
from test_training import all_kinds

from backprop import (
    Affine,
    BatchNorm,
    Convolution,
    Dropout,
    Network,
    Node,
    ReLU,
    Residual,
    Sigmoid,
    Tanh,
    quadrants,
    random_affine,
    train,
    train_grid,
    two_layer,
)
from backprop.node import inner

X, T = quadrants(40, seed=0)


def build(eps=1e-5, hidden=6, activation=ReLU, seed=0):
    """Return Affine, BatchNorm, an activation, a residual block, Affine."""
    rng = np.random.default_rng(seed)
    return Network(
        [
            *[random_affine(2, hidden, rng), BatchNorm(hidden, eps=eps), activation()],
            *[Residual(random_affine(hidden, hidden, rng), Tanh()), random_affine(hidden, 4, rng)],
        ]
    )


def trained(**options):
    network = build(**options)
    train(network, X, T, lr=0.3, steps=30)
    return network


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", range(6))
def test_a_network_of_any_layers_comes_back_to_the_last_bit(kind, dtype, tmp_path):
    network, loaded = (Network(all_kinds(seed)[kind]) for seed in (3, 4))
    network.state = {name: value.astype(dtype) for name, value in network.state.items()}
    train(network, X, T, lr=0.1, steps=20)
    network.save(tmp_path / "net.npz")
    loaded.load(tmp_path / "net.npz")
    assert_array_equal(loaded.scores(X), network.scores(X))
    assert loaded.scores(X).dtype == dtype
    histories = [train(made, X, T, lr=0.1, steps=1) for made in (network, loaded)]
    if not any(isinstance(layer, Dropout) for layer in inner(network.layers)):
        assert histories[0].loss == histories[1].loss


def test_what_batchnorm_has_collected_is_part_of_the_state_and_of_a_snapshot():
    network, other = trained(), build(seed=1)
    assert (network.predict(X) == T).mean() > 0.9
    other.state = network.state
    assert_array_equal(other.scores(X), network.scores(X))
    grid = train_grid(build(), X, T, lrs=[0.3], regs=[0.0], steps=31, stops=[30])
    other.state = {name: value[0, 0] for name, value in grid.snapshots[30].items()}
    assert_array_equal(other.scores(X), network.scores(X))


def test_parameters_alone_of_a_network_that_predicts_with_more_are_refused():
    network, other = trained(), build(seed=1)
    with refused("parameters are not all", "running_mean of layer 1, BatchNorm", "network.state"):
        other.parameters = network.parameters
    other.training = True  # a step of somebody's own loop
    other.parameters = network.parameters


def test_what_a_loaded_network_holds_is_its_own(tmp_path):
    network, loaded = trained(), build(seed=1)
    network.save(tmp_path / "net.npz")
    loaded.load(tmp_path / "net.npz")
    before = loaded.scores(X)
    for array in network.parameters:
        array *= 0
    train(network, X, T, lr=0.3, steps=3)
    assert_array_equal(loaded.scores(X), before)


def test_the_file_has_the_name_that_was_given_and_is_numpy_s(tmp_path):
    network = two_layer(2, 3, 4, seed=0)
    path = tmp_path / "trained"
    network.save(str(path))
    assert [found.name for found in tmp_path.iterdir()] == ["trained"]
    with np.load(path, allow_pickle=False) as file:
        assert set(file) == {"layers", *(f"parameter {k}" for k in range(4))}
        assert_array_equal(file["parameter 0"], network.parameters[0])


class Shift(Node):
    """x + c: c is learnt, and how often it was used is counted."""

    state, settings = ("uses",), ("scale",)

    def __init__(self, scale=1.0):
        self.c, self.uses, self.scale = np.zeros(6), 0, scale

    @property
    def parameters(self):
        return (self.c,)

    @parameters.setter
    def parameters(self, arrays):
        (self.c,) = arrays

    def forward(self, x):
        self.uses += 1
        return x + self.scale * self.c

    def backward(self, dout):
        self.gradients = (self.scale * dout.sum(axis=0),)
        return dout


def shifted(scale=1.0):
    layers = two_layer(2, 6, 4, seed=0).layers
    return Network([*layers[:2], Shift(scale), layers[2]])


def test_state_and_settings_of_a_reader_s_own_node_are_kept_too(tmp_path):
    network, loaded = shifted(), shifted()
    train(network, X, T, lr=0.3, steps=7)
    network.save(tmp_path / "net.npz")
    loaded.load(tmp_path / "net.npz")
    assert (loaded.layers[2].uses, type(loaded.layers[2].uses)) == (7, int)
    assert_array_equal(loaded.scores(X), network.scores(X))
    with refused("path must hold scale of layer 2, Shift as it is here, 2.0, got 1.0"):
        shifted(scale=2.0).load(tmp_path / "net.npz")


class Mine(Affine):
    pass


def convolution(size):
    rng = np.random.default_rng(0)
    drawn = random_affine(size**2, 1, rng)
    layer = Convolution(drawn.W, drawn.b, image=(1, 5, 5), size=size)
    return Network([random_affine(2, 25, rng), layer, random_affine(layer.outputs, 4, rng)])


@pytest.mark.parametrize(
    ("other", "parts"),
    [
        (two_layer(2, 6, 4, seed=0), ["path must hold the layers ['Affine', 'ReLU', 'Affine']"]),
        (build(activation=Sigmoid), ["path must hold the layers", "'Sigmoid'", "got", "'ReLU'"]),
        (build(hidden=7), ["parameter 0 must keep the shape (2, 7), got (2, 6)"]),
        (build(eps=0.1), ["path must hold eps of layer 1, BatchNorm", "0.1, got 1e-05"]),
        (
            Network([*build().layers[:3], Residual(ReLU(), Mine(np.eye(6), np.zeros(6)))]),
            ["'Residual(ReLU, Mine)'", "got", "'Residual(Affine, Tanh)'"],
        ),
    ],
)
def test_a_file_of_another_network_is_refused_and_changes_nothing(other, parts, tmp_path):
    trained().save(tmp_path / "net.npz")
    before = other.scores(X)
    with refused(*parts):
        other.load(tmp_path / "net.npz")
    assert_array_equal(other.scores(X), before)


def test_filters_of_another_size_are_refused_although_their_count_fits(tmp_path):
    convolution(3).save(tmp_path / "net.npz")
    with refused("path must hold patches of layer 1, Convolution as it is here"):
        convolution(2).load(tmp_path / "net.npz")


class Bomb:
    """What a pickle can do to who loads it."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was opened",)


def archive(**entries):
    file = io.BytesIO()
    np.savez(file, **entries)
    return file.getvalue()


def single(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("layers.npy", content)
    return file.getvalue()


WHOLE = archive(layers=np.array(["Affine"]), W=np.ones(2000))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        pickle.dumps(Bomb()),
        archive(layers=np.array([Bomb()], dtype=object)),
        archive(layers=np.array(["Affine", "ReLU", "Affine"]), more=np.array([Bomb()], object)),
        archive(W=np.ones(3)),
        archive(layers=np.float64(3.0)),
        single(np.ones(3)),
        single(np.array(["Affine", "ReLU", "Affine"])),
        zipped(b"no array"),
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:4000] + bytes(8) + WHOLE[4008:],
    ],
)
def test_what_save_has_not_written_is_refused_and_no_pickle_is_opened(content, tmp_path):
    path = tmp_path / "net.npz"
    path.write_bytes(content)
    with refused("path must be a file that Network.save wrote, got", "net.npz"):
        two_layer(2, 6, 4, seed=0).load(path)


def test_a_file_that_is_not_there_is_said_to_be_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        two_layer(2, 6, 4, seed=0).load(tmp_path / "nowhere.npz")


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (lambda state: list(state), ["state must hold ['parameter 0'", "got ['parameter 0'"]),
        (lambda _: None, ["state must hold", "got None"]),
        (lambda state: state | {"more": 1}, ["state must hold", "'more'"]),
        (lambda state: dict(list(state.items())[1:]), ["state must hold", "got ['parameter 1'"]),
        (
            lambda state: state | {"running_var of layer 1, BatchNorm": np.ones((1, 7))},
            ["running_var of layer 1, BatchNorm must keep the shape (1, 6), got (1, 7)"],
        ),
        (
            lambda state: state | {"running_var of layer 1, BatchNorm": ["a"] * 6},
            ["running_var of layer 1, BatchNorm must"],
        ),
        (lambda state: state | {"parameter 0": "W"}, ["parameter 0 must"]),
        (
            lambda state: state | {"parameter 7": np.full(4, "a")},
            ["must hold real numbers, got dtype <U1"],
        ),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(change, parts):
    network = trained()
    before = network.scores(X)
    with refused(*parts):
        network.state = change(network.state)
    assert_array_equal(network.scores(X), before)


@pytest.mark.parametrize("path", [1, True, None, 2.5, b"net.npz", ["net.npz"]])
def test_a_path_is_a_name_not_an_open_file(path, capfd):
    for use in (build().save, build().load):
        with refused("path must be the name of a file, got"):
            use(path)
    assert capfd.readouterr().out == ""


def test_a_state_that_cannot_be_kept_is_refused_before_the_file_is_touched(tmp_path):
    class Counts(ReLU):
        state = ("counts",)
        counts = {"rows": 3}  # noqa: RUF012 - a state that is no array is what this is about

    path = tmp_path / "net.npz"
    build().save(path)
    before = path.read_bytes()
    network = Network([*build().layers, Counts()])
    with refused(
        "counts of layer", "Counts must be an array of numbers to be kept, got {'rows': 3}"
    ):
        network.save(path)
    assert path.read_bytes() == before


def test_a_damaged_file_is_refused_whichever_byte_it_is(tmp_path):
    path = tmp_path / "net.npz"
    network = trained()
    network.save(path)
    good, rng = path.read_bytes(), np.random.default_rng(0)
    refusals = 0
    for place in rng.choice(len(good), size=400, replace=False):
        damaged = bytearray(good)
        damaged[place] ^= int(rng.integers(1, 256))
        path.write_bytes(damaged)
        other, start = build(seed=1), build(seed=1).scores(X)
        try:
            other.load(path)
        except ValueError as error:
            assert str(error).startswith("path must") or "must" in str(error)
            assert_array_equal(other.scores(X), start)
            refusals += 1
    assert refusals > 300  # a sum tells of each damaged number; what is left says nothing


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_half_a_file_is_refused(share, tmp_path):
    path = tmp_path / "net.npz"
    build().save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with refused("path must be a file that Network.save wrote"):
        build().load(path)


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    with pytest.raises(FileNotFoundError):
        build().load(tmp_path / "none.npz")


def test_statistics_that_cannot_be_are_refused_when_they_are_used():
    network = build()
    name = next(name for name in network.state if name.startswith("running_var"))
    network.state = network.state | {name: -network.state[name]}
    with refused("running_var must be >= 0, got -1"):
        network.scores(X)


@pytest.mark.parametrize("axes", [(1,), (5,), (2, 3)])
def test_arrays_with_axes_in_front_are_no_state_of_one_network(axes):
    network = build()
    spread = {n: np.broadcast_to(v, (*axes, *np.shape(v))) for n, v in network.state.items()}
    with refused("must keep the shape"):
        network.state = spread
    plain = two_layer(2, 3, 4, seed=0)
    with refused("parameters must keep the shape (2, 3), got"):
        plain.parameters = [np.broadcast_to(p, (*axes, *p.shape)) for p in plain.parameters]
