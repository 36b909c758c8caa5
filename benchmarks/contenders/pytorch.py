"""PyTorch, as its tutorials write it: modules, an optimizer with weight decay, a loop."""

import torch
from tasks import GridTask, Task
from torch import nn
from torch.nn.functional import cross_entropy

from . import Contender, Result, Run


def model_of(task: Task) -> nn.Sequential:
    """Return the network with the first weights of the task; PyTorch stores W transposed."""
    W1, b1, W2, b2 = map(torch.from_numpy, task.network().parameters)
    model = nn.Sequential(nn.Linear(*W1.shape), nn.ReLU(), nn.Linear(*W2.shape)).to(W1.dtype)
    with torch.no_grad():
        for layer, W, b in ((model[0], W1, b1), (model[2], W2, b2)):
            layer.weight.copy_(W.mT)
            layer.bias.copy_(b)
    return model


def single(task: Task, compiled: bool = False) -> Run:
    """Prepare a loop of eager steps, or of steps whose forward and backward are compiled."""
    X, t = torch.from_numpy(task.X), torch.from_numpy(task.t)
    batches = [
        rows if isinstance(rows, slice) else torch.from_numpy(rows) for rows in task.batches()
    ]
    model = model_of(task)
    first = {name: value.clone() for name, value in model.state_dict().items()}

    def loss_of(x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return cross_entropy(model(x), t)

    if compiled:
        loss_of = torch.compile(loss_of, fullgraph=True)

    def run() -> Result:
        model.load_state_dict(first)
        weights, biases = (
            [layer.weight for layer in (model[0], model[2])],
            [layer.bias for layer in (model[0], model[2])],
        )
        groups = [{"params": weights, "weight_decay": task.reg}, {"params": biases}]
        optimizer = torch.optim.SGD(groups, lr=task.lr)
        losses = []
        for rows in batches:
            optimizer.zero_grad()
            loss = loss_of(X[rows], t[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        (W1, W2), (b1, b2) = weights, biases
        return [p.detach() for p in (W1.mT, b1, W2.mT, b2)], losses

    return run


def grid(task: GridTask, compiled: bool = False) -> Run:
    """Prepare all settings in one loop: parameters with two axes in front, gradients by autograd.

    The sum of all losses is differentiated; no setting's loss depends on another's weights.
    """
    X, t = torch.from_numpy(task.X), torch.from_numpy(task.t)
    shape = len(task.lrs), len(task.regs)
    first = [torch.from_numpy(p) for p in task.network().parameters]
    lr = torch.tensor(task.lrs, dtype=X.dtype)[:, None, None, None]
    reg = torch.tensor(task.regs, dtype=X.dtype)[:, None, None]
    labels = t.expand(*shape, -1)

    def loss_of(W1: torch.Tensor, b1: torch.Tensor, W2: torch.Tensor, b2: torch.Tensor):
        scores = torch.relu(X @ W1 + b1) @ W2 + b2
        return cross_entropy(scores.flatten(0, 2), labels.flatten(), reduction="sum") / len(X)

    if compiled:
        loss_of = torch.compile(loss_of, fullgraph=True)

    def run() -> Result:
        parameters = [
            p.expand(*shape, *torch.atleast_2d(p).shape).clone().requires_grad_() for p in first
        ]
        for _ in range(task.steps):
            loss_of(*parameters).backward()
            with torch.no_grad():
                for p in parameters:
                    decay = reg * p if p.shape[-2] > 1 else 0  # a bias has one row
                    p -= lr * (p.grad + decay)
                    p.grad = None
        return [p.detach() for p in parameters], None

    return run


CONTENDERS = [
    Contender("PyTorch eager", single, "abc"),
    Contender("PyTorch eager", grid, "d"),
    Contender("PyTorch compiled", lambda task: single(task, compiled=True), "abc"),
    Contender("PyTorch compiled", lambda task: grid(task, compiled=True), "d"),
]
