"""The contract of nodes, as a reader's own node meets it: kept by ``Node``, refused by name."""

import ast
import functools
import inspect
from itertools import product as pairs

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from properties import assert_slopes, refused

from backprop import (
    Add,
    Affine,
    BatchNorm,
    Divide,
    Dropout,
    Exp,
    Graph,
    Maximum,
    Multiply,
    Network,
    Node,
    ReLU,
    Residual,
    SoftmaxWithLoss,
    activations,
    check_graph,
    check_layer,
    check_network,
    deep,
    layers,
    modes,
    nodes,
    quadrants,
    random_affine,
    train,
    train_grid,
    two_layer,
)

X, T = quadrants(40, seed=0)


class Scale(Node):
    """The node x * g, one learnt factor for each column, as CONTRIBUTING says to write it."""

    def __init__(self, g):
        self.g = np.array(g, float)

    @property
    def parameters(self):
        return (self.g,)

    @parameters.setter
    def parameters(self, arrays):
        (self.g,) = arrays

    def forward(self, x):
        self.saved = x
        return x * self.g

    def backward(self, dout):
        self.gradients = ((dout * self.saved).sum(axis=0),)
        return dout * self.g


class Squares(Node):
    """Half the squared distance of scores and labels: a loss of a reader's own."""

    labels = True

    def forward(self, scores, t):
        self.saved = scores - t
        return 0.5 * (self.saved**2).sum(axis=-1).mean()

    def backward(self, dout=1.0):
        return dout * self.saved / len(self.saved)


def product(returns):
    """Return a node x * y whose ``backward`` returns what ``returns(dout, x, y)`` says."""

    class Product(Node):
        def forward(self, x, y):
            self.saved = x, y
            return x * y

        def backward(self, dout):
            return returns(dout, *self.saved)

    return Product()


def scale(change=lambda gradients: gradients, **attributes):
    """Return a Scale whose gradients are changed, or another attribute of it."""

    class Changed(Scale):
        def backward(self, dout):
            dx = super().backward(dout)
            self.gradients = change(self.gradients)
            return dx

    for name, value in attributes.items():
        setattr(Changed, name, value)
    return Changed([1.0, 2.0])


def network_with(node, hidden=8):
    """Return Affine, ReLU, the node, Affine."""
    first, relu, second = two_layer(2, hidden, 4, seed=0).layers
    return Network([first, relu, node, second])


# --- what a backward returns --------------------------------------------------------------------

x, y = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
TWO = "Product.backward must return a tuple of 2 gradients, for x, y, got"
OF_Y = "the gradient of y from Product.backward must"


@pytest.mark.parametrize(
    ("returns", "message"),
    [
        (lambda *_: None, f"{TWO} None (is the return missing?)"),
        (lambda d, _, y: d * y, f"{TWO} an ndarray"),
        (lambda d, x, y: [d * y, d * x], f"{TWO} a list"),
        (lambda d, _, y: (d * y,), f"{TWO} a tuple of 1"),
        (lambda d, *_: (d, d, d), f"{TWO} a tuple of 3"),
        (lambda d, x, y: (d * y, (d * x).sum()), f"{OF_Y} have the shape (3,) of y, got ()"),
        (
            lambda d, x, y: (np.outer(d, y), d * x),
            "the gradient of x from Product.backward must have the shape (3,) of x, got (3, 3)",
        ),
        (lambda d, _, y: (d * y, None), f"{OF_Y} hold real numbers, got dtype object"),
        (lambda d, _, y: (d * y, d > 0), f"{OF_Y} hold real numbers, got dtype bool"),
    ],
)
def test_a_backward_that_returns_something_else_is_refused_by_name(returns, message):
    graph = Graph("x", "y")
    graph.wire("z", product(returns), "x", "y")
    graph.forward(x=x, y=y)
    for call in (
        lambda: check_layer(product(returns), x, y),
        graph.backward,
        lambda: check_graph(graph, x=x, y=y),
    ):
        with refused(message):
            call()


def test_a_gradient_of_one_input_is_made_of_floats_or_refused():
    class Step(Node):
        def forward(self, x):
            return x

        def backward(self, dout):
            return np.ones(dout.shape, self.dtype)

    node = Step()
    node.forward(x)
    node.dtype = int
    assert node.backward(y).dtype == np.float64
    node.dtype = bool
    with refused("the gradient of x from Step.backward must hold real numbers, got dtype bool"):
        node.backward(y)


SHAPE_OF_0 = "the gradient of parameter 0 from Changed.backward must"
TUPLE_OF_1 = "gradients of Changed must be a tuple of 1, one for each parameter, got"
ARRAYS = "parameters of Changed must be a tuple of arrays of floats, such as (W, b) or (g,), got"


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (
            scale(lambda _: (np.ones((40, 2)),)),
            f"{SHAPE_OF_0} have the shape (2,) of parameter 0, got (40, 2)",
        ),
        (scale(lambda _: (1.0,)), f"{SHAPE_OF_0} have the shape (2,) of parameter 0, got ()"),
        (scale(lambda _: (None,)), f"{SHAPE_OF_0} hold real numbers, got dtype object"),
        (scale(lambda _: ()), f"{TUPLE_OF_1} 0"),
        (scale(lambda gradients: gradients[0]), f"{TUPLE_OF_1} an ndarray"),
        (scale(lambda gradients: gradients * 2), f"{TUPLE_OF_1} 2"),
        (scale(parameters=np.zeros(2)), f"{ARRAYS} array([0., 0.])"),
        (scale(parameters=([1.0, 1.0],)), f"{ARRAYS} ([1.0, 1.0],)"),
        (scale(parameters=(np.ones(2, int),)), f"{ARRAYS} (array([1, 1]),)"),
    ],
)
def test_a_parameter_or_its_gradient_of_another_shape_is_refused_everywhere(node, message):
    network = Network([node, random_affine(2, 4, np.random.default_rng(0))])
    before = node.g.copy()
    for call in (
        lambda: check_layer(node, X),
        lambda: train(network, X, T, lr=0.1, steps=3),
        lambda: train_grid(network, X, T, lrs=[0.1], regs=[0.0], steps=3),
    ):
        with refused(message):
            call()
    assert_array_equal(node.g, before)


def test_what_a_reader_wrote_is_looked_at_in_each_step_of_a_training():
    class Late(Scale):
        passes = 0

        def backward(self, dout):
            dx = super().backward(dout)
            self.passes += 1
            if self.passes == 5:
                self.gradients = (np.ones((40, 8)),)
            return dx

    with refused("the gradient of parameter 0 from Late.backward", "(8,)", "(40, 8)"):
        train(network_with(Late(np.ones(8))), X, T, lr=0.1, steps=20)


# --- what forward gets and returns --------------------------------------------------------------


def test_a_method_that_is_not_there_is_named():
    class Half(Node):
        def forward(self, x):
            return x / 2

    with pytest.raises(NotImplementedError, match="Node needs a method forward"):
        Node().forward(1.0)
    node = Half()
    node.forward(1.0)
    with pytest.raises(NotImplementedError, match="Half needs a method backward"):
        node.backward(1.0)


def test_a_pass_that_fails_leaves_none_to_go_back_through():
    node = Multiply()
    node.forward(2.0, 3.0)
    with refused("y must hold real numbers"):
        node.forward(2.0, "3")
    with pytest.raises(RuntimeError, match=r"needs a forward pass: call Multiply\.forward first"):
        node.backward(1.0)


@pytest.mark.parametrize("value", [None, "a", [[1.0], [1.0, 2.0]]])
def test_the_output_is_looked_at_too(value):
    class Odd(Node):
        def forward(self, x):
            return value if x.shape else x

        def backward(self, dout):
            return dout

    with refused("the output of Odd.forward must hold real numbers"):
        Odd().forward([1.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Add().forward(1.0), "Add.forward takes x, y, got 1 by position"),
        (lambda: Add().forward(1.0, 2.0, 3.0), "Add.forward takes x, y, got 3 by position"),
        (lambda: Add().forward(1.0, z=2.0), "Add.forward takes x, y, got 1 by position, z"),
        (lambda: ReLU().forward(), "ReLU.forward takes x, got 0 by position"),
    ],
)
def test_inputs_too_few_or_too_many_are_a_type_error_that_names_them(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_inputs_may_come_by_name_and_a_default_makes_an_option():
    class Power(Node):
        def forward(self, x, power=2):
            self.saved = x, power
            return x**power

        def backward(self, dout):
            x, power = self.saved
            return dout * power * x ** (power - 1)

    node = Power()
    assert (node.forward(3.0), node.backward(1.0)) == (9.0, 6.0)
    assert (node.forward(x=3.0, power=3), node.backward(dout=1.0)) == (27.0, 27.0)
    assert Multiply().forward(y=2.0, x=3.0) == 6.0
    assert max(check_layer(node, [1.0, 2.0])) < 1e-7


def test_a_node_of_any_number_of_inputs_has_a_gradient_for_each():
    class Sum(Node):
        def forward(self, *terms):
            self.saved = len(terms)
            return sum(terms)

        def backward(self, dout):
            return (dout,) * self.saved

    node = Sum()
    assert node.forward(1, 2, 4) == 7.0
    assert node.backward(3) == (3.0, 3.0, 3.0)
    assert max(check_layer(node, [1.0], [2.0], [4.0])) < 1e-9


SMALL = [np.uint8, np.int8, np.int16, np.uint16, np.int32, np.uint64]


@pytest.mark.parametrize("dtype", SMALL)
@pytest.mark.parametrize(
    ("node", "expected"),
    [(Add(), 220), (Multiply(), 12100), (Maximum(), 110), (Divide(), 1)],
)
def test_small_integers_do_not_wrap_round(node, expected, dtype):
    for value in (np.full(3, 110, dtype), np.array(110, dtype), dtype(110)):
        out = node.forward(value, value)
        assert_array_equal(out, np.full(np.shape(value), float(expected)))
        assert np.asarray(out).dtype == np.float64
        gradients = node.backward(np.full_like(value, 1))  # a whole-number dout becomes floats too
        assert all(np.asarray(gradient).dtype == np.float64 for gradient in gradients)
    assert Exp().forward(dtype(0)) == 1.0


def test_small_integers_stay_right_in_a_reader_s_own_node_and_its_check():
    class Square(Node):
        def forward(self, x):
            self.saved = x
            return x * x

        def backward(self, dout):
            return 2 * dout * self.saved

    x = np.array([100, 200], np.uint8)
    assert_array_equal(Square().forward(x), [10_000.0, 40_000.0])
    assert max(check_layer(Square(), x)) < 1e-7


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_keep_their_type(dtype):
    x = np.array([1.5, 2.0], dtype)
    for node in (Add(), Multiply(), Maximum(), Divide()):
        assert node.forward(x, x).dtype == dtype
        assert all(gradient.dtype == dtype for gradient in node.backward(x))


# --- a class above or beside another one --------------------------------------------------------


def test_a_subclass_may_call_the_method_that_it_replaces():
    class Loud(Affine):
        def forward(self, x):
            return 2 * super().forward(np.asarray(x))

        def backward(self, dout):
            return super().backward(2 * dout)

    layer = Loud([[1.0], [2.0]], [1.0])
    assert_array_equal(layer.forward([[1.0, 1.0]]), [[8.0]])
    assert_array_equal(layer.backward([[1.0]]), [[2.0, 4.0]])
    assert max(check_layer(layer, X)) < 1e-7


def test_what_a_mixin_brings_is_looked_at_as_well():
    class Forgetful:
        def backward(self, dout):
            self.seen = dout

    class Mixed(Forgetful, ReLU):
        pass

    node = Mixed()
    node.forward([1.0])
    with refused("Mixed.backward must return one gradient, for x, got None (is the return miss"):
        node.backward([1.0])


def test_a_class_that_writes_a_pass_anew_says_anew_that_it_stacks():
    class Plain(Affine):
        def forward(self, x):
            return super().forward(x)

    class Sure(Plain):
        stacks = True

        def forward(self, x):
            return super().forward(x)

    class Named(Affine):
        pass

    assert [kind.stacks for kind in (Affine, Plain, Sure, Named)] == [True, False, True, True]


def test_a_first_layer_with_a_backward_of_its_own_runs_it():
    class Doubled(Affine):
        def backward(self, dout):
            self.dW, self.db = 2 * self.saved.T @ dout, 2 * dout.sum(axis=0)
            return dout @ self.W.T

    right, doubled = two_layer(2, 8, 4, seed=0), two_layer(2, 8, 4, seed=0)
    first = Doubled(*doubled.layers[0].parameters)
    doubled = Network([first, *doubled.layers[1:]])
    start = right.parameters
    for network in (right, doubled):
        train(network, X, T, lr=0.5, steps=1)
    steps = [
        [new - old for new, old in zip(network.parameters, start, strict=True)]
        for network in (right, doubled)
    ]
    assert_allclose(steps[1][0], 2 * steps[0][0], rtol=1e-12)
    assert_allclose(steps[1][2], steps[0][2], rtol=1e-12)


# --- a reader's own node or loss learns like the book's -----------------------------------------

LRS, REGS = [0.3, 1.0], [0.0, 0.01]


def assert_grid_equals_train(make, **options):
    grid = train_grid(make(), X, T, lrs=LRS, regs=REGS, steps=30, stops=[0, 10], **options)
    for (i, lr), (j, reg) in pairs(enumerate(LRS), enumerate(REGS)):
        network = make()
        history = train(network, X, T, lr=lr, reg=reg, steps=30, **options)
        for name in ("data_loss", "penalty", "accuracy"):
            assert_array_equal(getattr(grid[i, j], name), getattr(history, name))
        assert_array_equal(grid.network.predict(X)[i, j], network.predict(X))
        for together, alone in zip(grid.network.parameters, network.parameters, strict=True):
            assert_array_equal(together[i, j].reshape(alone.shape), alone)
        early = make()
        train(early, X, T, lr=lr, reg=reg, steps=10, **options)
        for name, value in early.state.items():
            assert_array_equal(grid.snapshots[10][name][i, j].reshape(np.shape(value)), value)
    grid.network.state = grid.snapshots[0]
    assert_array_equal(grid.network.predict(X)[1, 1], make().predict(X))


@pytest.mark.parametrize("batch_size", [None, 7])
def test_a_node_of_the_reader_trains_in_the_grid_as_alone(batch_size):
    assert_grid_equals_train(lambda: network_with(Scale(np.ones(8))), batch_size=batch_size)


def test_a_node_inside_of_another_one_does_so_too():
    assert_grid_equals_train(lambda: network_with(Residual(Scale(np.ones(8)), ReLU())))


def test_a_loss_of_the_reader_trains_in_the_grid_as_alone():
    def make():
        network = two_layer(2, 8, 4, seed=0)
        network.last = Squares()
        return network

    assert max(check_network(make(), X, T, reg=0.1)) < 1e-7
    assert_grid_equals_train(make, batch_size=7)


def test_a_node_that_stacks_by_its_own_word_trains_in_one_loop():
    class Stacked(Scale):
        stacks = True

        def forward(self, x):
            return super().forward(x)

        def backward(self, dout):
            self.gradients = ((dout * self.saved).sum(axis=-2, keepdims=self.g.ndim > 1),)
            return dout * self.g

    made = [network_with(kind(np.ones(8))) for kind in (Stacked, Scale)]
    grids = [train_grid(network, X, T, lrs=LRS, regs=REGS, steps=20) for network in made]
    assert isinstance(grids[0].network, Network)
    assert_grid_equals_train(lambda: network_with(Stacked(np.ones(8))))


def test_a_kind_of_network_of_the_reader_trains_in_the_grid_as_alone():
    class Biased(Network):
        def penalty(self, reg):
            return sum(0.5 * reg * (array**2).sum() for array in self.parameters)

    assert_grid_equals_train(lambda: Biased(two_layer(2, 8, 4, seed=0).layers))


def test_dropout_draws_in_the_grid_as_alone_beside_a_reader_s_node():
    def make():
        return network_with(Residual(Dropout(0.3, seed=5), Scale(np.ones(8))))

    assert_grid_equals_train(make)


def no_loss(**attributes):
    """Return the class Squares with other attributes."""
    return type("Odd", (Squares,), attributes)()


@pytest.mark.parametrize("loss", [ReLU(), no_loss(labels=False), "loss", None, SoftmaxWithLoss])
def test_what_takes_no_labels_is_no_loss(loss):
    network = two_layer(2, 8, 4, seed=0)
    with refused("last must be a loss, a node with labels = True and forward(scores, t), got"):
        network.last = loss


def test_a_loss_returns_one_number():
    class PerRow(Squares):
        def forward(self, scores, t):
            super().forward(scores, t)
            return 0.5 * (self.saved**2).sum(axis=-1)

    network = two_layer(2, 8, 4, seed=0)
    network.last = PerRow()
    with refused("PerRow.forward must return one number, got shape (40,)"):
        network.loss(X, T)


@pytest.mark.parametrize("make", [Network, lambda layers: Residual(*layers)])
@pytest.mark.parametrize(
    ("node", "takes"),
    [(SoftmaxWithLoss(), "scores, t; a loss belongs into network.last"), (Add(), "x, y")],
)
def test_a_node_of_two_inputs_is_no_layer(make, node, takes):
    with refused(f"layers must be nodes of one input, got {type(node).__name__}, which", takes):
        make([*two_layer(2, 2, 2, seed=0).layers, node])


def test_nobody_is_trusted_after_a_training_however_it_ends():
    class Stop(Scale):
        passes = 0

        def forward(self, x):
            self.passes += 1
            if self.passes == 4:
                raise KeyboardInterrupt
            return super().forward(x)

    network = network_with(Stop(np.ones(8)))
    with pytest.raises(KeyboardInterrupt):
        train(network, X, T, lr=0.1, steps=10)
    assert not any({"forward", "backward"} & vars(node).keys() for node in network.layers)
    assert not {"forward", "backward"} & vars(network.last).keys()
    assert all(node.needs_dx for node in network.layers)


def test_a_method_that_is_put_into_a_class_later_is_called_in_each_step(monkeypatch):
    seen, forward = [], ReLU.forward

    @functools.wraps(forward)
    def counted(self, x):
        seen.append(len(x))
        return forward(self, x)

    monkeypatch.setattr(ReLU, "forward", counted)
    train(two_layer(2, 8, 4, seed=0), X, T, lr=0.1, steps=9)
    assert seen == [40] * 9


def test_layers_and_loss_all_of_the_reader_s_own_learn():
    class MyAffine(Affine):
        def backward(self, dout):
            return super().backward(dout)

    network = Network([MyAffine(*random_affine(2, 4, np.random.default_rng(0)).parameters)])
    network.last = Squares()
    history = train(network, X, T, lr=0.1, steps=20)
    assert history.loss[-1] < history.loss[0]


def test_batches_of_another_size_are_looked_at():
    """BatchNorm needs two rows or more: a last batch of one row is refused, not divided by 0."""
    network = Network([BatchNorm(2), *two_layer(2, 8, 4, seed=0).layers])
    with refused("x must have N >= 2 rows in training, got (1, 2)"):
        train(network, X, T, lr=0.1, steps=20, batch_size=13)


def test_the_contract_of_the_book_s_own_nodes_is_kept_by_node_alone():
    """No method of a node that chapters list says anything of its own about its input."""
    for module in (nodes, layers, activations, modes):
        tree = ast.parse(inspect.getsource(module))
        kinds = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        for kind in kinds:
            for method in kind.body:
                if getattr(method, "name", "") in ("forward", "backward"):
                    found = [n for n in ast.walk(method) if isinstance(n, ast.Raise)]
                    assert not found, f"{kind.name}.{method.name}"


def test_a_gradient_is_measured_right_for_a_node_of_the_reader():
    """``check_layer`` agrees with slopes that are measured without the package."""
    node, values = Scale([1.0, -2.0, 0.5]), np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]])
    dout = np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]])
    node.forward(values)
    assert_slopes(node.backward(dout), lambda x: (dout * x * node.g).sum(), values)
    assert_slopes(node.gradients[0], lambda g: (dout * values * g).sum(), node.g)
    assert max(check_layer(node, values)) < 1e-7


def test_deep_networks_take_any_activation_of_one_input():
    class Cube(Node):
        def forward(self, x):
            self.saved = x
            return x**3

        def backward(self, dout):
            return 3 * dout * self.saved**2

    assert max(check_network(deep([2, 3, 4], seed=0, activation=Cube), X, T)) < 1e-6
