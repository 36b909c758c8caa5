"""What everybody trains: the same data, first weights, batches and steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from backprop import Network, digits, quadrants, train, train_grid, two_layer
from backprop.explorers.lab.runs import LRS, REGS, STEPS
from backprop.node import hand_out
from backprop.training import batches

Array = np.ndarray


@dataclass(frozen=True)
class Task:
    """A training: points X (N, D), classes t (N,), the sizes of the network, and the settings.

    ``dtype`` is that of X. The batches and the first weights follow from seed 0.
    """

    key: str
    title: str
    X: Array
    t: Array
    hidden: int
    steps: int
    batch_size: int | None = None
    lr: float = 0.5
    reg: float = 0.001

    def network(self) -> Network:
        """Return the untrained network."""
        network = two_layer(self.X.shape[1], self.hidden, int(self.t.max()) + 1, seed=0)
        network.parameters = [p.astype(self.X.dtype) for p in network.parameters]
        return network

    def batches(self) -> list[Array | slice]:
        """Return the rows of the batch of every step, as ``train`` draws them."""
        return list(islice(batches(len(self.X), self.batch_size, seed=0), self.steps))

    def losses(self, parameters: Sequence[Array]) -> Array:
        """Return the loss of a network with these parameters on all points, computed in 64 bits."""
        network = self.network()
        network.parameters = [np.asarray(p, dtype=np.float64) for p in parameters]
        return np.array([network.loss(self.X, self.t, self.reg)])

    def reference(self, steps: int) -> tuple[Array, Array | None]:
        """Return the final loss after these steps of the book, and the data losses on the way."""
        network = self.network()
        history = train(network, self.X, self.t, steps=steps, **self.settings())
        return self.losses(network.parameters), history.data_loss

    def settings(self) -> dict[str, float | int | None]:
        """Return what ``train`` is told, but for the steps."""
        return {"lr": self.lr, "reg": self.reg, "batch_size": self.batch_size}


@dataclass(frozen=True)
class GridTask(Task):
    """The same net for every pair of a learning rate and a reg. Parameters have two axes in front.

    A bias of H numbers has the shape (L, R, 1, H) in all networks together.

    At some rates the steps jump, and the tiny differences between two ways to round grow until the
    runs have nothing in common. Only calm settings can be compared: those where a change of the
    first weights in the 13th digit changes the final loss by less than a tenth of TOLERANCE.
    """

    lrs: tuple[float, ...] = LRS
    regs: tuple[float, ...] = REGS

    def losses(self, parameters: Sequence[Array]) -> Array:
        """Return the final losses of the calm settings, in 64 bits."""
        return self._losses(parameters)[self.calm()]

    def reference(self, steps: int) -> tuple[Array, Array | None]:
        """Return the final losses; nobody keeps those on the way of a whole grid."""
        return self.losses(self._trained(self.network(), steps)), None

    def calm(self) -> Array:
        """Return which settings are calm: an array of truths (L, R)."""
        moved = self.network()
        moved.parameters = [p * (1 + 1e-13) for p in moved.parameters]
        runs = [self._trained(network, self.steps) for network in (self.network(), moved)]
        with np.errstate(invalid="ignore"):
            return np.abs(self._losses(runs[0]) - self._losses(runs[1])) < TOLERANCE["float64"] / 10

    def _trained(self, network: Network, steps: int) -> Sequence[Array]:
        grid = train_grid(network, self.X, self.t, lrs=self.lrs, regs=self.regs, steps=steps)
        return grid.network.parameters

    def _losses(self, parameters: Sequence[Array]) -> Array:
        network = self.network()
        hand_out([np.asarray(p, dtype=np.float64) for p in parameters], network.layers)
        X, t, _ = network.check(self.X, self.t)
        with np.errstate(over="ignore", invalid="ignore"):
            regs = np.reshape(self.regs, (-1, 1, 1))
            return network.data_loss(X, t) + network.penalty(regs)


TOLERANCE = {"float64": 1e-6, "float32": 1e-4}  # how far losses may be apart


def tasks(dtype: np.dtype) -> list[Task]:
    """Return the four tasks, with numbers of this type."""
    points, quadrant = quadrants(200, seed=0)
    points = points.astype(dtype)
    images, labels = digits()
    rng = np.random.default_rng(0)
    large = rng.random((10_000, 784)) - 0.5
    classes = (large @ rng.normal(size=(784, 10))).argmax(axis=1)
    return [
        Task(
            "a",
            "quadrants: 2 inputs, 16 hidden units, 4 classes; all 200 points in each step",
            points,
            quadrant,
            hidden=16,
            steps=200,
        ),
        Task(
            "b",
            "digits: 64 inputs, 64 hidden units, 10 classes; batches of 100",
            images[:1700].astype(dtype),
            labels[:1700],
            hidden=64,
            steps=170,
            batch_size=100,
        ),
        Task(
            "c",
            "MNIST's size: 784 inputs, 100 hidden units, 10 classes; batches of 100",
            large.astype(dtype),
            classes,
            hidden=100,
            steps=300,
            batch_size=100,
            lr=0.1,
        ),
        GridTask(
            "d",
            f"the lab: (a) for {len(LRS)} learning rates × {len(REGS)} values of reg, "
            "as in chapter 5",
            points,
            quadrant,
            hidden=16,
            steps=STEPS,
        ),
    ]
