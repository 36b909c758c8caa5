import inspect
from functools import cache

import numpy as np
from graphs import car

from backprop import quadrants, train, two_layer

CAR = car()
TOTAL = CAR.forward(price=20, count=2, tax=1.1)
GAP = inspect.signature(quadrants).parameters["gap"].default
RATES = "4-parameter-updates.ipynb"


@cache
def sequel(lr: float) -> tuple[float, float, int]:
    """Train as the sequel's program does: the loss at the start and at the end, the right points.

    A ``History`` ends before the last step, so what is said of the end is measured afterwards.
    """
    X, t = np.array([[2.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]]), np.arange(4)
    network = two_layer(inputs=2, hidden=50, outputs=4, seed=0)
    normal = np.random.RandomState(1).randn  # what np.random.seed(1) makes of np.random.randn
    network.parameters = [normal(2, 50), np.zeros(50), normal(50, 4), np.zeros(4)]
    start = float(network.loss(X, t))
    train(network, X, t, lr=lr, reg=0.001, steps=10_000)
    return start, float(network.loss(X, t)), int((network.predict(X) == t).sum())


CLAIMS = [
    "as {{TOTAL:g}}/{{TOTAL:g}}, {{TOTAL:g}}/{{CAR.values['subtotal']:g}} and "
    "{{CAR.values['subtotal']:g}}/{{CAR.values['price']}}.",
    "with a fee of {{read('code-29b4bdbe', 'fee=*', page='1-chain-rule.ipynb')}} the ratio "
    "{{TOTAL + 2:g}}/{{TOTAL:g}} is wrong",
    "On the *sum* over {{read('code-adfe7c03', 'quadrants(*', page=RATES)}} points it takes the "
    "same steps as {{200 * 0.0001:g}} on the mean",
    (
        "A good rate here is about {{read('code-adfe7c03', '0.02, *', page=RATES)}}, because",
        "float(read('code-adfe7c03', 'lr 1: loss *', page=RATES))"
        " < float(read('code-adfe7c03', 'lr 0.02: loss *', page=RATES)) / 10",
    ),
    "it gets all {{sequel(0.001)[2]}} points right, and the data loss falls from "
    "{{sequel(0.001)[0]:.2f}} to {{sequel(0.001)[1]:.4f}}.",
    "ends with all {{sequel(0.0001)[2]}} right, too, and with a data loss of "
    "{{sequel(0.0001)[1]:.4f}}.",
    "what becomes of {{read('code-adfe7c03', 'steps=*', page=RATES)}}.",
    "a distance of at least {{GAP}} from both axes",
]
GIVEN = {
    "the article": (
        r"ReLU has gradient 0 for $x \le 0$",
        "for example 0.0001",
        "For the sequel's program 0.0001",
        "With the article's 0.0001",
    ),
    "a convention": ("At $x = 0$ there is no derivative; 0 is a choice",),
    "the logarithm of 0 is minus infinity": ("no probability of 0 meets",),
    "the sequel's program, zhuanlan.zhihu.com/p/67682601": (
        "It has 4 points, 50 hidden units",
        "a `reg` of 0.001, and makes 10,000 steps with a learning rate of 0.001",
    ),
}
