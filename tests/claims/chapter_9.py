CLAIMS = [
    r"then $0.9 + 1 = {{0.9 + 1}}$, then $0.9 \cdot 1.9 + 1 = {{0.9 * 1.9 + 1:.2f}}$, and so on.",
    (
        "over {{len(history.loss)}} steps for four optimizers. SGD with learning rate 0.1 falls "
        "most slowly. Momentum with 0.1, SGD with 1 and Adam with {{lr}} end close to each other, "
        "ten times lower.",
        "max(curve[-1] for name, curve in runs.items() if name != 'SGD, lr = 0.1')"
        " < runs['SGD, lr = 0.1'][-1] / 10",
    ),
    (
        "At the same learning rate, Momentum ends twelve times lower than SGD.",
        "round(runs['SGD, lr = 0.1'][-1] / runs['Momentum, lr = 0.1'][-1]) == 12",
    ),
    (
        "But SGD with a learning rate ten times larger does nearly as well",
        "runs['SGD, lr = 1'][-1] / runs['Momentum, lr = 0.1'][-1] < 1.2",
    ),
    "Here are two weights that start at {{l2[0, 0]:g}}.",
    "One has gradients of size {{float(read('decay', 'np.array([*, 0.1]')):g}}, the other of size "
    "{{read('decay', 'np.array([10.0, *]')}}",
    (
        "over {{len(l2) - 1}} steps of Adam. With the L2 penalty the weight with large "
        "gradients only falls to {{l2[-1, 0]:.2f}}, and that with small gradients falls to "
        "{{l2[-1, 1]:.0f}}. With decoupled decay both fall along one curve to "
        "{{apart[-1, 0]:.2f}}.",
        "np.allclose(apart[:, 0], apart[:, 1])",
    ),
    (
        "With L2 the first weight keeps {{l2[-1, 0]:.2f}} of its size and the second one nothing. "
        "With decoupled decay both keep $0.99^{300}$, about {{0.99**300:.2f}}, as asked.",
        "abs(l2[-1, 1]) < 0.001 and abs(apart[-1, 0] / 0.99**300 - 1) < 0.02",
    ),
    "Momentum keeps the share {{share}}.",
    "So the learning rate is $1 - m$, here {{1 - share:.1f}}.",
    "Adam starts at 0 with `lr` = {{read('adam-back', 'lr=*')}}. It gets the gradient "
    "{{float(read('adam-back', 'dW in (*,')):g}}, then the gradient $-4$.",
    "It keeps {{Adam(1).beta1}} of its mean; the mean of the squares is {{(-4) ** 2}} both times.",
    r"The running mean was $0.1 \cdot 4 = {{0.1 * 4}}$ and becomes $0.9 \cdot 0.4 - 0.1 \cdot 4 = "
    r"{{0.9 * 0.4 - 0.1 * 4:.2f}}$. Divided by $1 - 0.9^2 = {{1 - 0.9**2:.2f}}$ it is "
    r"${{-0.04 / 0.19:.2f}}$. Divided by 4, the root of 16, it is ${{-0.04 / 0.19 / 4:.3f}}$. So "
    "Adam goes back by {{W[0] + 0.1:.4f}} only",
]
GIVEN = {
    "set here": (
        "Let the gradient be 1 at every step. Then the direction is 1",
        "as fast as SGD with learning rate 1 where",
        "SGD would be back at 0",
    ),
    "a definition, or follows from one": (
        "lest we divide by 0",
        "two running means start at 0",
        r"the valley $\tfrac12 (x^2 + \kappa y^2)$",
        r"multiplies each weight by $1 - \mathit{lr} \cdot \mathit{reg}$",
        "grows to $1/(1 - m)$",
    ),
    "what most libraries take": ("usually 0.9",),
}
