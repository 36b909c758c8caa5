"""PyTorch: as its tutorials write it, and with a whole step compiled."""

import torch
from tasks import GridTask, Task
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from . import Contender, Result, Run

COMPILER = "needs a C++ compiler"


def model_of(task: Task) -> nn.Sequential:
    """Return the network with the first weights of the task; PyTorch stores W transposed."""
    W1, b1, W2, b2 = map(torch.from_numpy, task.network().parameters)
    model = nn.Sequential(nn.Linear(*W1.shape), nn.ReLU(), nn.Linear(*W2.shape)).to(W1.dtype)
    with torch.no_grad():
        for layer, W, b in ((model[0], W1, b1), (model[2], W2, b2)):
            layer.weight.copy_(W.mT)
            layer.bias.copy_(b)
    return model


def start(task: Task) -> tuple[Tensor, Tensor, list[Tensor | slice]]:
    """Return points, labels and batches in PyTorch's arrays."""
    batches = task.batches()
    rows = [batch if isinstance(batch, slice) else torch.from_numpy(batch) for batch in batches]
    return torch.from_numpy(task.X), torch.from_numpy(task.t), rows


def eager(task: Task) -> Run:
    """Prepare a loop of steps: modules, a backward pass, an optimizer with weight decay."""
    X, t, batches = start(task)
    model = model_of(task)
    first = {name: value.clone() for name, value in model.state_dict().items()}
    weights = [layer.weight for layer in (model[0], model[2])]
    biases = [layer.bias for layer in (model[0], model[2])]

    def run() -> Result:
        model.load_state_dict(first)
        groups = [{"params": weights, "weight_decay": task.reg}, {"params": biases}]
        optimizer = torch.optim.SGD(groups, lr=task.lr)
        losses = []
        for rows in batches:
            optimizer.zero_grad()
            loss = cross_entropy(model(X[rows]), t[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        (W1, W2), (b1, b2) = weights, biases
        return [p.detach() for p in (W1.mT, b1, W2.mT, b2)], losses

    return run


def compiled(task: Task) -> Run:
    """Prepare a step that is one compiled function, gradients and update included."""
    X, t, batches = start(task)
    first = [torch.from_numpy(p) for p in task.network().parameters]

    def loss_of(parameters: list[Tensor], x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        W1, b1, W2, b2 = parameters
        data_loss = cross_entropy(torch.relu(x @ W1 + b1) @ W2 + b2, t)
        return data_loss + task.reg / 2 * ((W1**2).sum() + (W2**2).sum()), data_loss

    @torch.compile(fullgraph=True)
    def step(parameters: list[Tensor], X: Tensor, t: Tensor, rows: Tensor | slice) -> tuple:
        gradients, data_loss = torch.func.grad(loss_of, has_aux=True)(parameters, X[rows], t[rows])
        return [p - task.lr * d for p, d in zip(parameters, gradients, strict=True)], data_loss

    def run() -> Result:
        parameters, losses = first, []
        for rows in batches:
            parameters, data_loss = step(parameters, X, t, rows)
            losses.append(data_loss.item())
        return parameters, losses

    return run


def grid(task: GridTask, compile_it: bool = False) -> Run:
    """Prepare one loop for all settings: the sum of all losses is differentiated.

    The parameters have two axes in front, and no setting's loss depends on another's weights.
    """
    X, t, _ = start(task)
    shape = len(task.lrs), len(task.regs)
    lr = torch.tensor(task.lrs, dtype=X.dtype)[:, None, None, None]
    reg = torch.tensor(task.regs, dtype=X.dtype)[:, None, None]
    labels = t.expand(*shape, -1).flatten()
    first = [torch.from_numpy(p) for p in task.network().parameters]
    first = [p.expand(*shape, *torch.atleast_2d(p).shape).clone() for p in first]

    def loss_of(parameters: list[Tensor]) -> Tensor:
        W1, b1, W2, b2 = parameters
        scores = torch.relu(X @ W1 + b1) @ W2 + b2
        data_loss = cross_entropy(scores.flatten(0, 2), labels, reduction="sum") / len(X)
        return data_loss + (reg / 2 * W1**2).sum() + (reg / 2 * W2**2).sum()

    gradient = torch.func.grad(loss_of)

    def step(parameters: list[Tensor]) -> list[Tensor]:
        gradients = gradient(parameters)
        return [p - lr * d for p, d in zip(parameters, gradients, strict=True)]

    if compile_it:
        step = torch.compile(step, fullgraph=True)

    def run() -> Result:
        parameters = first
        with torch.no_grad():
            for _ in range(task.steps):
                parameters = step(parameters)
        return parameters, None

    return run


CONTENDERS = [
    Contender("PyTorch", eager, "abc"),
    Contender("PyTorch", grid, "d"),
    Contender("PyTorch, compiled step", compiled, "abc", needs=COMPILER),
    Contender(
        "PyTorch, compiled step", lambda task: grid(task, compile_it=True), "d", needs=COMPILER
    ),
]
