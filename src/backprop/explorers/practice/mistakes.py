"""Known mistakes, as rules that make them. EVERY RULE IN THIS MODULE IS WRONG ON PURPOSE.

The wrong numbers of the drills come from here: a rule stands in for the backward pass of a node. No
wrong number is written by hand.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...contracts import Array, Value
from ...graph import several
from .task import Way

Rule = Callable[..., Any]

# What the reader did, after "That is what comes out if you ...".
SAYS = {
    "value": "write down the value of the edge. A gradient says how much the result changes",
    "no dout": "leave out the gradient that arrives from the right. It is always a factor",
    "minus": "lose or add a minus sign",
    "own input": "multiply by the number itself. Take the one that it is multiplied by",
    "times the bias": "multiply by b. A bias is only added",
    "dout alone": "take dout alone. It is multiplied by the input of the weight",
    "as +": "hand the gradient on unchanged, as + does",
    "as ×": "multiply by the other input, as × does",
    "added": "add along the path. Along a path gradients multiply",
    "divided": "divide by the other input. × multiplies by it",
    "value over value": "divide value by value. A derivative compares changes",
    "halved": "share the gradient between the inputs. Each gets what its own slope says",
    "both": "give the gradient to both inputs. The smaller one of max changes nothing",
    "smaller": "give the gradient to the smaller input. max follows the larger one",
    "mask of the output": "let the gradient pass although the input is not above 0",
    "mask upside down": "stop the gradient although the input is above 0",
    "masked too early": "apply the ReLU already. It is one node further",
    "times the input": "multiply by the input. The slope of ReLU is 1 or 0",
    "overwritten": "keep only what came last. Where paths meet, gradients add",
    "counted once": "keep only what came first. Where paths meet, gradients add",
    "mean": "take the mean. Where paths meet, gradients add",
    "multiplied": "multiply where paths meet. There gradients add",
    "entry by entry": "multiply entry by entry. A matrix product adds products",
    "first term": "keep only the first term of the sum. All its terms add",
    "last term": "keep only the last term of the sum. All its terms add",
    "transposed": "swap rows and columns of the result",
    "x not transposed": "take the inputs as they stand. Here they are transposed",
    "W not transposed": "take the weights as they stand. On the way back they are transposed",
    "along the rows": "sum along the rows. Sum down the columns, over the samples",
    "all summed": "sum over rows and columns. Each bias belongs to one column",
    "not divided": "take the exponential alone. Divide it by the sum of the row",
    "scores": "divide the scores themselves. Take their exponentials first",
    "by the largest": "divide by the largest exponential. Divide by the sum of them all",
    "columns": "sum over a column. Each row has probabilities of its own",
    "sign": "swap the sign. Probability minus label",
    "no label": "leave out the label",
    "right class alone": "leave the gradients of the wrong classes at 0. Their scores matter too",
    "gradient of y": "stop at the gradient of the probability. The score is one node further",
    "probability alone": "write down the probability. Take the label from it, and divide by N",
    "no 1/N": "leave out the division by N. The loss is a mean over the rows",
    "1/N twice": "divide by N twice. N enters once",
    "no penalty": "leave out the penalty, which adds reg · W",
    "factor 2": "add 2 · reg · W. The ½ of the penalty cancels this 2",
    "penalty itself": "add the penalty itself. Its derivative belongs here",
    "penalty alone": "write down reg · W alone. It is added to the gradient",
    "half of it": "keep the ½ of the penalty. The 2 of the square cancels it",
    "lr for reg": "take lr for reg",
    "no reg": "add W without the factor reg",
    "penalty subtracted": "subtract reg · W. Gradients add",
    "penalty on the bias": "let the bias pay a penalty. Only weights do",
    "lr too early": "put lr into the gradient. It scales the step",
    "uphill": "step along the gradient. The loss falls against it",
    "no lr": "leave out the learning rate",
    "step alone": "write down the step alone. It starts from the old value",
    "lr times gradient": "write down lr times the gradient. Take it from the old value",
    "gradient alone": "write down the gradient. The step takes lr times it from the old value",
    "old value": "leave the old value as it is. Take lr times the gradient from it",
    "decay twice": "let the weight pay twice. The penalty is in the gradient already",
}

# --- backward passes: the inputs of the node and dout; one gradient for each input --------------

MULTIPLY: dict[str, Rule] = {
    "own input": lambda x, y, dout: (dout * x, dout * y),
    "no dout": lambda x, y, dout: (y, x),
    "as +": lambda x, y, dout: (dout, dout),
    "added": lambda x, y, dout: (dout + y, dout + x),
    "divided": lambda x, y, dout: (dout / y, dout / x),
}
ADD: dict[str, Rule] = {
    "as ×": lambda x, y, dout: (dout * y, dout * x),
    "no dout": lambda x, y, dout: (1.0, 1.0),
    "value over value": lambda x, y, dout: (dout * (x + y) / x, dout * (x + y) / y),
    "halved": lambda x, y, dout: (dout / 2, dout / 2),
}
MAXIMUM: dict[str, Rule] = {
    "both": lambda x, y, dout: (dout, dout),
    "smaller": lambda x, y, dout: (dout * (x < y), dout * (x > y)),
    "halved": lambda x, y, dout: (dout / 2, dout / 2),
    "no dout": lambda x, y, dout: (1.0 * (x > y), 1.0 * (x < y)),
}
RELU: dict[str, Rule] = {
    "mask of the output": lambda x, dout: dout * (np.maximum(x, 0) >= 0),
    "mask upside down": lambda x, dout: dout * 0,
    "times the input": lambda x, dout: dout * x,
    "no dout": lambda x, dout: 1.0 * (x > 0),
}
AFFINE: dict[str, Rule] = {
    "own input": lambda x, W, b, dout: (
        x * dout.sum(axis=1, keepdims=True),
        W * dout.sum(axis=0),
        dout.sum(axis=0),
    ),
    "times the bias": lambda x, W, b, dout: (dout @ W.T, x.T @ dout, b * dout.sum(axis=0)),
    "dout alone": lambda x, W, b, dout: affine(np.ones_like(x), W, dout),
    "no dout": lambda x, W, b, dout: affine(x, W, np.ones_like(dout)),
    "transposed": lambda x, W, b, dout: (dout @ W.T, dout.T @ x, dout.sum(axis=0)),
    "W not transposed": lambda x, W, b, dout: (dout @ W, x.T @ dout, dout.sum(axis=0)),
    "x not transposed": lambda x, W, b, dout: (dout @ W.T, square(x) @ dout, dout.sum(axis=0)),
    "along the rows": lambda x, W, b, dout: (dout @ W.T, x.T @ dout, square(dout).sum(axis=1)),
    "mean": lambda x, W, b, dout: affine(x, W, dout, np.mean),
    "first term": lambda x, W, b, dout: affine(x, W, dout, lambda terms, axis: terms[0]),
    "last term": lambda x, W, b, dout: affine(x, W, dout, lambda terms, axis: terms[-1]),
    "entry by entry": lambda x, W, b, dout: (
        (dout * W, x * dout, dout.sum(axis=0)) if x.shape == W.shape else affine(x, W, dout)
    ),
    "all summed": lambda x, W, b, dout: (dout @ W.T, x.T @ dout, np.full(b.shape, dout.sum())),
}


def affine(x: Any, W: Any, dout: Any, gather: Rule = np.sum) -> tuple[Any, ...]:
    """Return (dx, dW, db) of an affine layer that gathers what its paths bring in its own way."""
    return (
        gather(dout.T[:, :, np.newaxis] * W.T[:, np.newaxis], axis=0),  # a term for each output
        gather(x[:, :, np.newaxis] * dout[:, np.newaxis], axis=0),  # a term for each sample
        gather(dout, axis=0),
    )


def square(x: Any) -> Any:
    """Return a square matrix; of another one its transpose, for which shapes leave no choice."""
    return x if x.shape[0] == x.shape[1] else x.T


def wrongly(
    rules: Mapping[str, Rule], inputs: Sequence[Value], i: int, fixed: Array | None = None
) -> dict[str, Way]:
    """Return the ways back to input i by rules, for a dout that is given or comes as an argument.

    The inputs become NumPy's numbers, which can be divided by 0.
    """
    numbers = [np.asarray(one, float)[()] for one in inputs]

    def by(rule: Rule) -> Way:
        return lambda dout=fixed: several(rule(*numbers, dout))[i]

    return {name: by(rule) for name, rule in rules.items()}


# --- what else can be asked for -----------------------------------------------------------------

FORK: dict[str, Rule] = {  # of what the edges bring, in the order of the backward pass
    "overwritten": lambda *arrived: arrived[-1],
    "counted once": lambda *arrived: arrived[0],
    "mean": lambda *arrived: sum(arrived) / len(arrived),
    "multiplied": lambda *arrived: np.prod(arrived, axis=0),
}
SOFTMAX: dict[str, Rule] = {  # of the scores
    "not divided": lambda scores: np.exp(scores),
    "scores": lambda scores: scores / scores.sum(axis=1, keepdims=True),
    "by the largest": lambda scores: np.exp(scores - scores.max(axis=1, keepdims=True)),
    "columns": lambda scores: np.exp(scores) / np.exp(scores).sum(axis=0),
}
LOSS: dict[str, Rule] = {  # of probabilities and labels
    "sign": lambda y, t: (t - y) / len(t),
    "no label": lambda y, t: y / len(t),
    "right class alone": lambda y, t: (y - t) * t / len(t),
    "probability alone": lambda y, t: y,
    "no 1/N": lambda y, t: y - t,
    "1/N twice": lambda y, t: (y - t) / len(t) ** 2,
}
PENALTY: dict[str, Rule] = {  # of a weight, its gradient, reg and lr
    "no penalty": lambda W, dW, reg, lr: dW,
    "factor 2": lambda W, dW, reg, lr: dW + 2 * reg * W,
    "penalty itself": lambda W, dW, reg, lr: dW + reg / 2 * W**2,
    "penalty alone": lambda W, dW, reg, lr: reg * W,
    "half of it": lambda W, dW, reg, lr: dW + reg / 2 * W,
    "lr for reg": lambda W, dW, reg, lr: dW + lr * W,
    "no reg": lambda W, dW, reg, lr: dW + W,
    "penalty subtracted": lambda W, dW, reg, lr: dW - reg * W,
    "lr too early": lambda W, dW, reg, lr: lr * (dW + reg * W),
}
STEP: dict[str, Rule] = {  # of a parameter, its gradient, lr and reg
    "uphill": lambda W, dW, lr, reg: W + lr * dW,
    "no lr": lambda W, dW, lr, reg: W - dW,
    "step alone": lambda W, dW, lr, reg: -lr * dW,
    "lr times gradient": lambda W, dW, lr, reg: lr * dW,
    "gradient alone": lambda W, dW, lr, reg: dW,
    "decay twice": lambda W, dW, lr, reg: W - lr * (dW + reg * W),
}
