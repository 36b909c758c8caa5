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


def root_mean_square(network, layer: int) -> float:
    X, t = quadrants(200, seed=0)
    network.gradients(X, t)
    return float(np.sqrt((network.affine[layer].dW ** 2).mean()))


def vanished(seed: int) -> float:
    """Return how many times larger dW is in the last layer than in the first."""
    network = deep([2] + [16] * 7 + [4], seed=seed, activation=Sigmoid, variance=1)
    return root_mean_square(network, -1) / root_mean_square(network, 0)


def size_with_relu(variance: float) -> float:
    """Return the size of dW in the first layer of the ReLU network."""
    return root_mean_square(deep([2] + [16] * 7 + [4], seed=0, variance=variance), 0)


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
    yield f"it has lost a factor of at least $4^7 = {thousands}$"
    X, t = quadrants(200, seed=0)
    network = deep([2] + [16] * 7 + [4], seed=0, activation=Sigmoid, variance=1)
    first, last = (root_mean_square(network, layer) for layer in (0, -1))
    yield f"the first layer gets about 1/{round(last / first, -3):,.0f} of what"
    ratios = sorted(vanished(seed) for seed in range(30))
    yield (f"other seeds give 1/{round(ratios[0], -3):,.0f} or 1/{round(ratios[-1], -4):,.0f}")
    start = size_with_relu(1)
    assert start < size_with_relu(2) / 5  # with 1/D every layer gets less
    history = train(network, X, t, lr=0.1, steps=240)
    assert network.last.y == pytest.approx(np.full((200, 4), 1 / 4), abs=1e-4)
    assert history.loss[-1] == pytest.approx(np.log(4), abs=1e-4)
    yield f"(That {100 * history.accuracy[-1]:.1f} % are right means nothing"
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
    "because ReLU has slope 1 where it is on. The starting weights have variance $2/D$",
    "With $f(x) = x/4$ and $x = 8$",
    "1 over the path around",
    "the 1 arrives",
    "that belongs to = 1, 0, 0",
    "The shares sum to 0",
    r"$\sigma^2 = \frac1N \sum (x_j - \mu)^2$. Per unit of $x_i$",
    r"the deviations $x_j - \mu$ sum to 0",
    r"\frac{1}{2\sigma} \cdot \frac2N (x_i - \mu)",
    r"-\frac{1}{N\sigma}",
    r"\frac{x_j - \mu}{\sigma^2}",
    "does not divide by 0",
    r"the probability $\tfrac14$, which is a loss of $\ln 4$",
    "sets each number to 0 with",
    r"With probability $\tfrac12$ a number is doubled or 0, and on average half of them are 0",
    "(The constants $-1$ and 1 get gradients too",
    "$2 / (1 + e^{-2x}) - 1$",
    "with $1/D$ every layer would get less",
    "try ReLU with 24 layers",
    "two running means start at 0",
    r"*softplus*, $\ln(1 + e^x)$",
    r"$\ln(e^0 + e^x)$",
    "what was 0 gets 0",
    "a filter of 2 × 2 pixels",
    "usually 0.9",
    r"the valley $\tfrac12 (x^2 + \kappa y^2)$",
    "Let the gradient be 1 at every step. Then the direction is 1",
    "A gradient of 4 and a gradient of $-0.001$",
    "of chapter 5, with the XOR colouring",
    "the penalty of chapter 4",
    r"each weight by $1 - \mathit{lr} \cdot \mathit{reg}$",
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
