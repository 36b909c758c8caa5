"""The book: ``train`` and ``train_grid`` as the chapters call them, with all their checks."""

import numpy as np
from tasks import GridTask, Task

from backprop import train, train_grid

from . import Contender, Result, Run


def single(task: Task) -> Run:
    """Prepare ``train``."""

    def run() -> Result:
        network = task.network()
        history = train(network, task.X, task.t, steps=task.steps, **task.settings())
        return network.parameters, history.data_loss

    return run


def grid(task: GridTask) -> Run:
    """Prepare ``train_grid``: all settings in one loop."""
    settings = {"lrs": task.lrs, "regs": task.regs, "steps": task.steps}

    def run() -> Result:
        grid = train_grid(task.network(), task.X, task.t, **settings)
        return grid.network.parameters, None

    return run


def one_by_one(task: GridTask) -> Run:
    """Prepare ``train`` for one setting after the other."""

    def run() -> Result:
        trained = []
        for lr in task.lrs:
            for reg in task.regs:
                network = task.network()
                train(network, task.X, task.t, lr=lr, reg=reg, steps=task.steps)
                trained.append(network.parameters)
        return stack(task, trained), None

    return run


def stack(task: GridTask, trained: list[list]) -> list[np.ndarray]:
    """Return the parameters of all settings together, as ``GridTask`` describes them."""
    shape = len(task.lrs), len(task.regs)
    together = (np.stack([np.asarray(p) for p in same]) for same in zip(*trained, strict=True))
    return [p.reshape(*shape, *np.atleast_2d(p[0]).shape) for p in together]


CONTENDERS = [
    Contender("this book", single, "abc"),
    Contender("this book", grid, "d"),
    Contender("this book, one setting after the other", one_by_one, "d"),
]
