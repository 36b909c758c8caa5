CLAIMS = [
    "a float keeps about {{np.finfo(float).precision + 1}} digits",
]
GIVEN = {
    "definitions": (
        "$(1, D)$",
        r"penalty $\frac12\, \mathit{reg} \sum W^2$ | penalty $\lambda \sum W^2$ | our `reg` is "
        r"$2 \lambda$",
        "ours is 1 minus theirs",
        r"(1 - m)\, g$",
        "theirs times $1 - m$",
        "variance 2 divided by the number of inputs",
        "from $-1$ to 1",
        r"$\ln(1 + e^x)$",
        "whose ReLU gives 0 for every sample",
        "which become 0",
        "gives each column of a batch mean 0 and variance 1",
        "counted from 0",
        "sets a random share of the numbers to 0 in training",
        "a row with a single 1",
        r"$\max(x, 0)$",
        "$1/(1 + e^{-x})$, from 0 to 1",
        "a little less than 1",
    ),
}
