"""scikit-learn's MLPClassifier, made to do the same steps."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from tasks import GridTask, Task

from . import Contender, Result, Run
from .book import stack


def trainer(task: Task, lr: float, reg: float) -> Run:
    """Prepare ``fit`` from the given first weights.

    The batches of all epochs are laid one after another and become a single epoch that is not
    shuffled. The library divides alpha by the number of points in a batch.
    """
    size = task.batch_size or len(task.X)
    if task.batch_size:
        order = np.concatenate(task.batches())
        X, t, epochs = task.X[order], task.t[order], 1
    else:
        X, t, epochs = task.X, task.t, task.steps
    model = MLPClassifier(
        hidden_layer_sizes=(task.hidden,),
        solver="sgd",
        momentum=0,
        learning_rate_init=lr,
        alpha=reg * size,
        batch_size=size,
        max_iter=epochs,
        n_iter_no_change=np.inf,
        shuffle=False,
        warm_start=True,
    )
    model.partial_fit(X[:size], t[:size], classes=np.unique(t))  # makes the arrays

    def run() -> Result:
        W1, b1, W2, b2 = task.network().parameters
        model.coefs_, model.intercepts_ = [W1, W2], [b1, b2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it would go on
            model.fit(X, t)
        (W1, W2), (b1, b2) = model.coefs_, model.intercepts_
        return [W1, b1, W2, b2], None

    return run


def single(task: Task) -> Run:
    """Prepare one training."""
    return trainer(task, task.lr, task.reg)


def one_by_one(task: GridTask) -> Run:
    """Prepare one training after the other; where a loss overflows, the library stops."""
    trainers = [trainer(task, lr, reg) for lr in task.lrs for reg in task.regs]
    lost = [np.full_like(p, np.nan) for p in task.network().parameters]

    def run() -> Result:
        trained = []
        with np.errstate(over="ignore", invalid="ignore"):
            for train in trainers:
                try:
                    trained.append(train()[0])
                except ValueError:  # "non-finite parameter weights"
                    trained.append(lost)
        return stack(task, trained), None

    return run


CONTENDERS = [
    Contender("scikit-learn", single, "abc"),
    Contender("scikit-learn", one_by_one, "d"),
]
