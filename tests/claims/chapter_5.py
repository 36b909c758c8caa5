from backprop.explorers.network import passes

INSIDE = passes.HIDDEN
UNITS, AXIS, SEQUEL = "code-00af1ba6", "code-48841b71", "sequel-code"

CLAIMS = [
    (
        "We draw {{len(X)}} random points, {{np.bincount(t)[0]}} in each",
        "set(np.bincount(t)) == {len(X) / 4}",
    ),
    ("a distance of at least 0.1 from both axes", "0.1 <= np.abs(X).min() < 0.105"),
    (
        "Scatter plot of {{len(X)}} points in the square from minus 1 to 1. Each quadrant holds "
        "{{np.bincount(t)[0]}} points",
        "0.99 < np.abs(X).max() <= 1",
    ),
    "softmax with loss: {{len(W1)}} inputs, {{len(b1)}} hidden units, {{len(b2)}} scores",
    ("The biases start at {{b2.max():g}}", "not b1.any()"),
    (r"The factor $\sqrt{2/\text{inputs}}$", "W1.shape == (2, 16)"),
    (
        "exactly {{two_layer(2, 16, 4, seed=0).parameters[1].max():g}} is a bad place",
        "min(np.abs(b).max() for b in copy.parameters[1::2]) > 0",
    ),
    "would stay at {{two_layer(2, 16, 4, seed=0).loss(X, t):.4f}}",
    "each of the {{sum(array.size for array in network.parameters)}} parameters up and down: "
    "{{2 * sum(array.size for array in network.parameters)}} passes",
    "a network with {{INSIDE}} hidden units, while it learns",
    (
        "Three curves on a log axis over {{len(history.loss)}} steps. The data loss falls from "
        "about {{history.data_loss[0]:.1f}} to below 0.1, the penalty rises from "
        "{{history.penalty[0]:.3f}} to {{history.penalty[-1]:.3f}}",
        "history.data_loss[-1] < 0.1",
    ),
    "All {{round(history.accuracy[-1] * len(X))}} points are sorted correctly",
    "with the {{len(X)}} points. The four regions",
    "Also {{100 * history.accuracy[-1]:g}} %: the score",
    (
        r"The loss ends near $\ln 2 = {{np.log(2):.3f}}$",
        "abs(flat.loss(X, colours) - np.log(2)) < 0.005",
    ),
    (
        "Try 1, 2, 3 and 4, each from five different seeds",
        "[len(read(UNITS, f'{n} hidden: *% *% *% *% *%')) for n in (1, 2, 3, 4)] == [5] * hidden",
    ),
    "start at {{zeros.parameters[0].max():g}}. What does the network learn in "
    "{{read('zeros-code', 'steps=*')}} steps?",
    (
        "All hidden units are {{np.maximum(X @ zeros.parameters[0], 0).max():g}}, so `dW2` is "
        "{{zeros.gradients(X, t)[2].max():g}}. The weights $W_2$ are "
        "{{zeros.parameters[2].max():g}}",
        "not any(np.abs(dW).max() > 1e-15 for dW in zeros.gradients(X, t))",
    ),
    "sorts {{len(signs)}} points, one in each quadrant, with {{read(SEQUEL, 'hidden=*')}} hidden "
    "units, `reg` = {{read(SEQUEL, 'reg=*')}} and {{10_000:,}} steps of `lr` = "
    "{{read(SEQUEL, 'in ((*')}}, on the mean",
    (
        "so {{10_000:,}} of them are quick. A rate of {{lr}} needs {{steps}} steps for an even",
        "read(SEQUEL, '10000 steps of 0.001: data loss *,') > "
        "read(SEQUEL, '100 steps of 1: data loss *,')",
    ),
    "say at $({{read(AXIS, '[[*')}}, {{read(AXIS, '0.5, *'):.1}})$",
]
GIVEN = {
    "a definition": ("A hidden unit is 0 on one side",),
}
