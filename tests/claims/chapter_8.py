import numpy as np
import pytest

from backprop import (
    SGD,
    Adam,
    BatchNorm,
    Divide,
    Maximum,
    Momentum,
    Sigmoid,
    deep,
    quadrants,
    train,
    two_layer,
    xor,
)
from claims import Claims


def xor_loss(optimizer, lr: float) -> float:
    X, t = quadrants(200, seed=0)
    network = two_layer(inputs=2, hidden=16, outputs=2, seed=0)
    return train(network, X, xor(t), lr=lr, steps=300, optimizer=optimizer).loss[-1]


def decayed(size: float, coupled: bool) -> float:
    """Return a weight after 300 steps of Adam whose gradient changes sign and has this size."""
    optimizer, W, lr = Adam(0.01), np.array(1.0), 0.01
    for k in range(300):
        noise = size * (-1) ** k
        if coupled:
            (W,) = optimizer.step([W], [noise + W])
        else:
            (W,) = optimizer.step([(1 - lr) * W], [noise])
    return float(W)


def computed() -> Claims:
    divide, maximum, sigmoid = Divide(), Maximum(), Sigmoid()
    yield f"$z = x / y = {divide.forward(6.0, 4.0):g}$"
    dx, dy = divide.backward(1.0)
    yield f"$z$ grows by $1/y = {dx:g}$"
    yield f"the derivative is $-x/y^2 = {dy:g}$"
    yield rf"$z = \max(x, y) = {maximum.forward(6.0, 4.0):g}$"
    assert maximum.backward(1.0) == (1, 0)
    y = sigmoid.forward(np.log([[3.0]])).item()
    slope = sigmoid.backward(np.ones((1, 1))).item()
    yield rf"Step through it for $x = \ln 3 = {np.log(3):.3f}$"
    yield rf"For $x = \ln 3$ the output is $y = {y:g}$, and the gradient of $x$ is {slope:g}."
    yield rf"That is ${y:g} \cdot {1 - y:g}$"
    sigmoid.forward(np.zeros((1, 1)))
    assert sigmoid.backward(np.ones((1, 1))).item() == 1 / 4
    thousands = f"{4**7:,}".replace(",", "{,}")
    yield f"it has lost a factor of $4^7 = {thousands}$"
    X, t = quadrants(200, seed=0)
    network = deep([2] + [16] * 7 + [4], seed=0, activation=Sigmoid, variance=1)
    network.gradients(X, t)
    first, last = (np.sqrt((network.affine[i].dW ** 2).mean()) for i in (0, -1))
    yield f"the first layer gets about 1/{round(last / first, -3):,.0f} of what"
    yield f"the output is $8 + 2 = {8 + 8 / 4:g}$"
    yield rf"$\tfrac14$ through $f$, together {1 + 1 / 4:g}"
    column = np.array([1.0, 2.0, 3.0])
    assert column.var() == pytest.approx(2 / 3)
    yield rf"The column 1, 2, 3 has mean {column.mean():g} and variance $\tfrac23$."
    low, middle, high = (column - column.mean()) / column.std()
    yield f"It becomes ${low:.4f}$, {middle:g} and ${high:.4f}$"
    norm = BatchNorm(1, eps=0)
    norm.training = True
    norm.forward(column[:, np.newaxis])
    assert norm.backward([[1.0], [0.0], [0.0]]).sum() == pytest.approx(0)
    directions = [0.0]
    for _ in range(3):
        directions.append(0.9 * directions[-1] + 1)
    yield rf"then $0.9 + 1 = {directions[2]:g}$, then $0.9 \cdot 1.9 + 1 = {directions[3]:g}$"
    yield f"and in the end {1 / (1 - 0.9):g}"
    slow, fast = xor_loss(SGD, 0.1), xor_loss(SGD, 1)
    heavy = xor_loss(Momentum, 0.1)
    assert round(slow / heavy) == 12
    assert fast == pytest.approx(heavy, rel=0.2)
    assert xor_loss(Adam, 0.01) == pytest.approx(heavy, rel=0.2)
    yield f"the first weight keeps {decayed(10, True):.2f} of its size and the second one nothing"
    assert decayed(0.1, True) < 0.001
    yield rf"both keep $0.99^{{300}}$, about {0.99**300:.2f}, as asked"
    assert decayed(10, False) == pytest.approx(0.99**300, rel=0.02)
    assert decayed(0.1, False) == pytest.approx(0.99**300, rel=0.02)


GIVEN = (
    "Take $x = 6$ and $y = 4$",
    "If $x$ grows by 1",
    "the other one gets 0. ReLU is the case $y = 0$",
    "$1 / (1 + e^{-x})$",
    "the range from 0 to 1",
    r"$y\,(1 - y)$",
    "$s = 1 + e^{-x}$, so that $y = 1/s$",
    "sends $-1/s^2$ to $s$",
    "the first node by $-1$",
    "Together $e^{-x}/s^2$. Now $e^{-x} = s - 1$, so this is "
    r"$(s-1)/s^2 = \frac1s \left(1 - \frac1s\right)",
    r"= y\,(1 - y)$. So the whole",
    r"dx_i = \frac{1}{\sigma} \left(",
    r"To $\sigma^2$ a small",
    "values from $-1$ to 1 and the derivative $1 - y^2$",
    "seven times 16 hidden units between them, on the points of chapter 5",
    "ReLU has slope 1 where it is on, and the first weights have variance $2/D$",
    "With $f(x) = x/4$ and $x = 8$",
    "1 over the path around",
    "the 1 arrives",
    "that belongs to = 1, 0, 0",
    "The shares sum to 0",
    r"$\sigma^2 = \frac1N \sum (x_j - \mu)^2$. If $x_i$ grows by 1",
    r"\frac{1}{2\sigma} \cdot \frac2N (x_i - \mu)",
    r"-\frac{1}{N\sigma}",
    r"\frac{x_j - \mu}{\sigma^2}",
    "does not divide by 0",
    "learn nothing in 500 steps: the loss stays at $\\ln 4$",
    "share of the numbers to 0",
    "half of the numbers doubled, half of them 0",
    "what was 0 gets 0",
    "a filter of 2 × 2 pixels",
    "usually 0.9",
    r"the valley $\tfrac12 (x^2 + \kappa y^2)$",
    "Let the gradient be 1 at every step. Then the direction is 1",
    "A gradient of 4 and a gradient of $-0.001$",
    "of chapter 5, with the XOR colouring",
    r"$1 - \mathit{lr} \cdot \mathit{reg}$ (chapter 4)",
    "two weights that start at 1",
    "gradients of size 10, the other of size 0.1",
    "does the gradient at 0 agree",
    "so the gradient at 0 is 0",
    "It is 0: the bias",
    "(chapter 6)",
    "Momentum keeps the share 0.9",
    "SGD with learning rate 1 where",
    "grows to $1/(1 - m)$",
    "the learning rate is $1 - m$, here 0.1",
)
