from functools import cache

from backprop import Sigmoid, deep


@cache
def last_to_first(sizes, *widths) -> list[float]:
    """Return how many times larger dW is in the last layer than in the first, for 30 seeds."""
    networks = [deep(widths, seed=k, activation=Sigmoid, variance=1) for k in range(30)]
    return [found[-1] / found[0] for found in map(sizes, networks)]


CLAIMS = [
    "$z = x / y = {{6 / 4}}$. If $x$ grows by 1, $z$ grows by $1/y = {{1 / 4}}$. For $y$ the "
    "derivative is $-x/y^2 = {{-6 / 4**2}}$",
    r"$z = \max(x, y) = {{max(6, 4)}}$",
    r"Step through it for $x = \ln 3 = {{np.log(3):.3f}}$",
    r"For $x = \ln 3$ the output is $y = {{read('sigmoid-graph', 'one ÷ sum = *')}}$, and the "
    r"gradient of $x$ is {{read('sigmoid-graph', 'y: x *')}}. That is $0.75 \cdot {{1 - 0.75}}$",
    r"at least $4^7 = {{4**7 // 1000}}{,}{{4**7 % 1000}}$",
    "with seven times {{widths[1]}} hidden units between them",
    "the first layer gets about 1/{{round(sizes(plain)[-1] / sizes(plain)[0], -3):,.0f}} of what",
    "among {{len(last_to_first(sizes, *widths))}} seeds it is "
    "1/{{round(min(last_to_first(sizes, *widths)), -3):,.0f}} to "
    "1/{{round(max(last_to_first(sizes, *widths)), -4):,.0f}}.",
    (
        "with $1/D$ every layer would get less",
        "np.all(np.less(sizes(deep(widths, seed=0, variance=1)), sizes(relu)))",
    ),
    "With $f(x) = x/4$ and $x = {{float(read('residual', 'forward([[*')):g}}$ the output is "
    r"$8 + 2 = {{8 + 8 / 4:g}}$. The input forks, so two gradients arrive and are added: 1 over "
    r"the path around and $\tfrac14$ through $f$, together {{1 + 1 / 4}}.",
    r"The column 1, 2, 3 has mean {{np.mean([1, 2, 3]):g}} and variance $\tfrac23$. It becomes "
    r"${{-1 / np.std([1, 2, 3]):.4f}}$, 0 and ${{1 / np.std([1, 2, 3]):.4f}}$",
    (
        "The shares sum to 0",
        "abs(norm.backward([[1.0], [0.0], [0.0]]).sum()) < 1e-12",
    ),
    (
        "over {{len(runs['sigmoid'])}} steps. With plain sigmoids it stays at ln 4, about "
        "{{runs['sigmoid'][-1]:.2f}}. With batch normalisation and with residual blocks it falls "
        "to about {{runs['with residual blocks'][-1]:.2f}}, with ReLU to "
        "{{runs['ReLU instead'][-1]:.3f}}.",
        "abs(runs['with batch norm'][-1] - runs['with residual blocks'][-1]) < 0.02",
    ),
    (
        r"the probability $\tfrac14$, which is a loss of $\ln 4$. (That "
        "{{read('train-cures', 'first/last 7e-05, *%')}} % are right",
        "np.allclose(plain.last.y, 1 / 4, atol=1e-4)",
    ),
    "a filter of {{edge.shape[0]}} × {{edge.shape[1]}} pixels",
    (
        "so the gradient at 0 is {{maximum.backward(dout)[0][0, 1]:g}}, as in `ReLU`",
        "np.array_equal(maximum.backward(dout)[0], relu.backward(dout))",
    ),
    ("It is 0: the bias moves", "size < 1e-12"),
]
GIVEN = {
    "set here": (
        "Take $x = 6$ and $y = 4$",
        "The column 1, 2, 3",
        "that belongs to `dout` = 1, 0, 0",
        "does the gradient at 0 agree",
    ),
    "a definition": (
        "the number of channels, 1 for grey and 3 for colour",
        "the other one gets 0. ReLU is the case $y = 0$",
        "$1 / (1 + e^{-x})$ squeezes any number into the range from 0 to 1",
        "$2 / (1 + e^{-2x}) - 1$, with values from $-1$ to 1",
        "(The constants $-1$ and 1 get gradients too",
        "because ReLU has slope 1 where it is on. The starting weights have variance $2/D$",
        "To $\\sigma^2$ a small",
        "does not divide by 0",
        "sets each number to 0 with",
        "a number is doubled or 0, and on average half of them are 0",
        "what was 0 gets 0",
        r"*softplus*, $\ln(1 + e^x)$",
        r"$\ln(e^0 + e^x)$",
    ),
    "follows from the formula beside it; check_layer has measured it": (
        r"$y\,(1 - y)$",
        "Write $s = 1 + e^{-x}$, so that $y = 1/s$. The divide node sends $-1/s^2$ to $s$, the add "
        "node passes it on, exp multiplies by $e^{-x}$ and the first node by $-1$. Together "
        "$e^{-x}/s^2$. Now $e^{-x} = s - 1$, so this is "
        r"$(s-1)/s^2 = \frac1s \left(1 - \frac1s\right) = y\,(1 - y)$",
        "the derivative $1 - y^2$",
        "Whatever $f$ does to its part, the 1 arrives",
        r"dx_i = \frac{1}{\sigma} \left(",
        r"$\sigma^2 = \frac1N \sum (x_j - \mu)^2$. Per unit of $x_i$",
        r"\frac{1}{2\sigma} \cdot \frac2N (x_i - \mu)",
        r"the deviations $x_j - \mu$ sum to 0",
        r"-\frac{1}{N\sigma}",
        r"\frac{x_j - \mu}{\sigma^2}",
    ),
    "what the figure above offers": ("try ReLU with 24 layers",),
}
