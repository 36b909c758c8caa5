CLAIMS = [
    "an affine layer with {{right.affine[0].outputs}} hidden units",
    "on the same batches of {{setting['batch_size']}} points",
    "over {{len(right_run.loss)}} steps beside that of the right network. Every suspect's loss "
    "falls from about {{right_run.loss[0]:.0f}}",
    ("Suspect 1 falls faster.", "runs[1].loss[50] < right_run.loss[50]"),
    (
        "Suspect 2 first falls more slowly, then faster.",
        "runs[2].loss[20] > right_run.loss[20] and runs[2].loss[-1] < right_run.loss[-1]",
    ),
    (
        "Suspects 3 and 6 end a little higher. The other four",
        "max(runs, key=lambda n: runs[n].loss[-1]) == 6 and runs[3].loss[-1] > right_run.loss[-1]",
    ),
    ("Suspect 1 seems to learn even better", "suspects[1].loss(X, t) < right.loss(X, t)"),
    (
        "the lowest, suspect 2, would be kept",
        "min(suspects, key=lambda n: suspects[n].loss(X, t, reg=0.001)) == 2",
    ),
    "The check used {{len(hunt.__defaults__[0])}} points",
    r"And {{100 * (1 - 1 / 20):.0f}} % is $1 - \tfrac{1}{20}$: the gradient is "
    "{{1 / (1 - float(read('s1-hunt', 'b3 is off by *%')) / 100):.0f}} times too long",
    "In batches of {{setting['batch_size']}}, each of its steps was ten times as long. With all "
    "{{len(X)}} points in one batch, the steps are {{len(X)}} times as long",
    "hence the {{float(read('s2-hunt', 'b3 is off by *')):.0f}} %: the entries of each row of "
    "$y - t$ sum to {{abs(suspects[2].gradients(X, t)[-1][0]):.0f}}",
    "In the last layer this sum is always {{abs(suspects[2].gradients(X, t)[-1][0]):.0f}}",
    (
        "At the start all biases are 0",
        "not any(layer.b.any() for layer in broken.suspect(5).affine)",
    ),
    "It goes to {{100 * errors[0]:.0f}} %: the gradient is half as long",
    "in units of 10,000. Take points {{round(far[0, 0] / X[0, 0])}} times as far out",
    "lie between −{{-broken.right().scores(far).min():,.0f}} and "
    "{{broken.right().scores(far).max():.0f}}, and the right network",
    (
        "all its exponentials round to 0. That happens about 745 below. The sum of the row is then "
        "0 and its logarithm minus infinity",
        "np.exp(-745.0) > 0 == np.exp(-746.0)",
    ),
    r"$-\ln 10^{-7} = {{-np.log(1e-7):.2f}}$, however wrong",
    "learn {{network.affine[0].inputs}} and {{network.affine[1].inputs}} times as fast",
]
GIVEN = {
    "the names of the suspects": (
        *(f"## Suspect {number} " for number in range(1, 9)),
        *(f"| {number} | " for number in range(1, 9)),
        "Suspect 4 damages an array",
        "The trail is that of suspect 4",
        "(suspect 7 as long as nothing rounds to 0)",
        "the curve of suspect 5 or 6 lies higher",
    ),
    "the numbers of chapters": (*(f" | {chapter} |" for chapter in (2, "3, 5", 6, 3, 4, 8, 10)),),
    "the limits of chapter 6": (
        "lie between $10^{-7}$ and $10^{-4}$",
        "| below $10^{-7}$ |",
    ),
    "set here": (
        "A share such as 50 % or 95 %",
        "Check again with `reg` = 0",
    ),
    "a patch seen in public code": (
        "$y$ is much larger than $10^{-7}$",
        "logarithm of $y + 10^{-7}$",
        "Its dropout multiplies by 2 on the way forward only",
    ),
    "a definition, or follows from one": (
        "which entries of `x` are 0 or more",
        "the output is above 0 exactly",
        "the places where nothing passes are set to 0",
        "takes the logarithm at the right class and 0 elsewhere",
        r"$\tfrac{\mathit{reg}}{2}\, b^2$",
        "it is 0 where $b$ is 0",
        "A factor 2 is missing",
        r"the slope of $W^2$ is $2\,W$",
        r"without it, $2\,\mathit{reg} \cdot W$",
        "the 2 is just as easily forgotten",
        "once they are not 0",
        "a factor 2 between penalty and gradient | weights only, not if `reg` = 0",
        "A share above 100 % is possible: two vectors of one length that point in opposite "
        "directions are 200 % apart",
    ),
    "a rule of thumb": ("with learning rates 3 times larger and smaller",),
}
