"""JAX: a compiled step called from Python, and the whole run compiled into one loop."""

import jax
import jax.numpy as jnp
import numpy as np
from tasks import GridTask, Task

from . import Contender, Result, Run


def loss_of(parameters: list, x: jax.Array, t: jax.Array, reg: float) -> tuple:
    """Return the loss and, beside it, the data loss."""
    W1, b1, W2, b2 = parameters
    scores = jax.nn.relu(x @ W1 + b1) @ W2 + b2
    log_y = jax.nn.log_softmax(scores)
    data_loss = -jnp.take_along_axis(log_y, t[:, None], axis=1).mean()
    return data_loss + reg / 2 * ((W1**2).sum() + (W2**2).sum()), data_loss


def update(parameters: list, x: jax.Array, t: jax.Array, lr: float, reg: float) -> tuple:
    """Return the parameters after one step, and the data loss before it."""
    gradients, data_loss = jax.grad(loss_of, has_aux=True)(parameters, x, t, reg)
    moved = [p - lr * gradient for p, gradient in zip(parameters, gradients, strict=True)]
    return moved, data_loss


def start(task: Task) -> tuple:
    """Return points, labels, first parameters and batches in JAX's arrays.

    A batch is None where a step uses all points.
    """
    batches = [None if isinstance(rows, slice) else jnp.asarray(rows) for rows in task.batches()]
    first = [jnp.asarray(p) for p in task.network().parameters]
    return jnp.asarray(task.X), jnp.asarray(task.t), first, batches


def step_of(task: Task, X: jax.Array, t: jax.Array):
    """Return the step of a task: (parameters, rows) to (parameters, data loss)."""

    def step(parameters: list, rows: jax.Array | None) -> tuple:
        x, labels = (X, t) if rows is None else (X[rows], t[rows])
        return update(parameters, x, labels, task.lr, task.reg)

    return step


def stepwise(task: Task) -> Run:
    """Prepare a step that is compiled once and called from a Python loop."""
    X, t, first, batches = start(task)
    step = jax.jit(step_of(task, X, t))

    def run() -> Result:
        parameters, losses = first, []
        for rows in batches:
            parameters, loss = step(parameters, rows)
            losses.append(loss)
        return jax.block_until_ready((parameters, losses))

    return run


def whole(task: Task) -> Run:
    """Prepare one compiled function that holds the loop itself."""
    X, t, first, batches = start(task)
    rows = None if batches[0] is None else jnp.stack(batches)
    step = step_of(task, X, t)
    loop = jax.jit(lambda first, rows: jax.lax.scan(step, first, rows, length=task.steps))

    def run() -> Result:
        return jax.block_until_ready(loop(first, rows))

    return run


def over_settings(step):
    """Return a step that works on all settings: over regs inside, over learning rates outside."""
    return jax.vmap(jax.vmap(step, in_axes=(0, None, 0)), in_axes=(0, 0, None))


def grid_start(task: GridTask) -> tuple:
    """Return the step of all settings, their first parameters, learning rates and regs."""
    X, t, first, _ = start(task)
    shape = len(task.lrs), len(task.regs)
    first = [jnp.broadcast_to(p, (*shape, *p.shape)) for p in first]
    step = over_settings(lambda p, lr, reg: update(p, X, t, lr, reg)[0])
    return step, first, jnp.asarray(task.lrs, X.dtype), jnp.asarray(task.regs, X.dtype)


def with_rows(parameters: list) -> list:
    """Return the parameters as ``GridTask`` describes them: a bias as one row."""
    return [np.asarray(p) if p.ndim == 4 else np.asarray(p)[..., None, :] for p in parameters]


def grid_stepwise(task: GridTask) -> Run:
    """Prepare one step for all settings, called from a Python loop."""
    step, first, lrs, regs = grid_start(task)
    step = jax.jit(step)

    def run() -> Result:
        parameters = first
        for _ in range(task.steps):
            parameters = step(parameters, lrs, regs)
        return with_rows(jax.block_until_ready(parameters)), None

    return run


def grid_whole(task: GridTask) -> Run:
    """Prepare one compiled function for all settings and steps."""
    step, first, lrs, regs = grid_start(task)

    @jax.jit
    def loop(first: list) -> list:
        return jax.lax.fori_loop(0, task.steps, lambda _, p: step(p, lrs, regs), first)

    def run() -> Result:
        return with_rows(jax.block_until_ready(loop(first))), None

    return run


CONTENDERS = [
    Contender("JAX, compiled step", stepwise, "abc"),
    Contender("JAX, compiled step", grid_stepwise, "d"),
    Contender("JAX, compiled loop", whole, "abc"),
    Contender("JAX, compiled loop", grid_whole, "d"),
]
