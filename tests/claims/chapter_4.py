FOUR, LIMIT = "code-adfe7c03", "code-eeef52ab"

CLAIMS = [
    "Loss on a log axis over {{len(descend(1))}} steps for four learning rates on the bowl. At 0.1 "
    "the loss falls slowly, at 0.9 steeply, at 1.8 in between, and at {{lr}} it rises.",
    (
        "over {{len(history.loss)}} steps for four learning rates. With 0.0001 it stays near "
        "{{runs['lr = 0.0001'].loss[-1]:.1f}}, with 0.02 it falls to "
        "{{runs['lr = 0.02'].loss[-1]:.2f}}, with 1 it falls below 0.01, with {{lr}} it jumps "
        "above 100 and stays near {{loss:.0f}}.",
        "runs['lr = 1'].loss[-1] < 0.01 and history.loss.max() > 100",
    ),
    "over {{len(history.loss)}} steps. With all points the loss falls smoothly; with batches of "
    "{{size}} it falls",
    (
        "With 0.1 the weight creeps, with 0.9 it arrives quickly. With 1.8 it jumps across the "
        "bowl and back, with 2.1 it *diverges*",
        "1 - 1.8 < 0 and descend(0.9)[-1] < 1e-6 < descend(1.8)[-1] < descend(0.1)[-1]"
        " and np.all(np.diff(descend(2.1)) > 0)",
    ),
    "Take the input $[1, 1, 1]$ and two weight vectors, "
    r"$[\tfrac13, \tfrac13, \tfrac13]$ and $[1, 0, 0]$. Both give the output "
    "{{float(read('code-ce6998f0', '3333] output *')):g}}",
    (
        "is more than {{2:d}}, it alone makes the weights explode",
        "cost / (3 * (1 / 3) ** 2 / 2) == 3",
    ),
    "The next chapter's network sorts {{len(X)}} points",
    "With {{read(FOUR, 'for lr in (*')}}, {{len(history.loss)}} steps lead nearly "
    "nowhere: {{read(FOUR, 'lr 0.0001: loss *, accuracy *%')[1]}} % are right, where the random "
    "start had {{100 * runs['lr = 0.0001'].accuracy[0]:g}} %",
    ("With 0.02, all are.", "runs['lr = 0.02'].accuracy[-1] == 1"),
    "is a ReLU with {{network.layers[0].outputs}} outputs",
    (
        "let {{(t_wrong != t_few).sum()}} of {{len(t_few)}} points have a wrong label",
        "read('new-points', 'reg 0: data loss *,') < read('new-points', 'reg 0.01: data loss *,')",
    ),
    (
        "With {{lr}} the first steps overshoot so far that all hidden units die, that is, are 0 "
        "for every point",
        "not network.layers[1].forward(network.layers[0].forward(X)).any()",
    ),
    "let `lr` be {{read('code-a21bf80f', 'w = w - *')}} and "
    "$w = {{float(read('code-a21bf80f', 'w = *')):g}}$.",
    "so it is {{0.5**3}} after three",
    r"With `lr` = {{read('code-a21bf80f', 'with lr *')}} the factor $1 - \mathit{lr}$ is "
    "{{w - 1.0 * w:g}}.",
    "with `lr` = {{read(LIMIT, 'lr=*')}} and `reg` = {{read(LIMIT, 'in (*')}}, then with "
    "`reg` = {{read(LIMIT, 'in (1.95, *')}}",
    "The factor is ${{1 - 1.95:.2f}}$ in the first case",
    "In the second it is ${{1 - 2.05:.2f}}$",
    "a loss above {{backprop.training.DIVERGED:,.0f}}",
    "Train with `lr` = {{read('code-d3ec1be0', 'lr=*')}} and `reg` = {{read('code-d3ec1be0', "
    "'in (*')}}, 0.01, 0.1 and {{read('code-d3ec1be0', '0.1, *')}}",
    (
        r"At {{reg}} it gives up: all weights are 0, all classes get probability $\tfrac14$, and "
        r"the data loss is $\ln 4 = {{data:.3f}}$",
        "max(np.abs(layer.W).max() for layer in network.affine) < 1e-6"
        " and np.allclose(network.last.y, 1 / 4) and abs(data - np.log(4)) < 1e-4",
    ),
    "each step used all {{len(X)}} points. Train with batches of "
    "{{read('batch-code', '(None, *')}} points, drawn at random, with "
    "`lr` = {{read('batch-code', 'lr=*')}}",
]
GIVEN = {
    "set here, in formulas": (
        r"$\tfrac12 w^2$, a bowl.",
        r"each step multiplies $w$ by $1 - \mathit{lr}$. Start at $w = 1$",
        r"\frac{\mathit{reg}}{2} \sum W^2",
        r"The derivative of $\tfrac12 W^2$ is $W$",
        r"$1 - \mathit{lr} \cdot \mathit{reg}$",
    ),
    "the article": ("Is 0.0001 a good", "The article suggests 0.0001"),
    "a rule of thumb": ("a factor of about 3",),
    "follows from the factor 1 − lr": (
        "reaches 0 in a single step",
        "changes by exactly 1 per unit",
    ),
}
