CLAIMS = [
    "the scores {{np.log(2):.4f}}, {{np.log(3):.4f}} and {{np.log(5):.4f}}. They are the "
    "logarithms of 2, 3 and 5.",
    "here 2, 3 and 5, and divide by the sum, which is {{2 + 3 + 5}}. The result is {{2 / 10}}, "
    "{{3 / 10}} and {{5 / 10}}: all positive, together {{0.2 + 0.3 + 0.5:g}}.",
    "as a *class index* it is {{read('code-5b1e688f', 't=[*')}}, because",
    r"$-\ln 0.3 = {{-np.log(0.3):.3f}}$",
    "is $[{{layer.backward()[0, 0]:g}}, {{layer.backward()[0, 1]:g}}, {{layer.backward()[0, 2]:g}}]"
    "$: probabilities",
    ("the three numbers sum to 0", "abs(layer.backward().sum()) < 1e-12"),
    r"$S = {{np.exp(scores).sum():g}}$, and the second score gets $3/10 - 1 = {{3 / 10 - 1}}$",
    (
        "The exponential of 710 is more than a {{np.finfo(float).bits}}-bit float can hold",
        "np.exp(709) < np.finfo(float).max < np.exp(np.longdouble(710))",
    ),
    ("The largest exponential is then 1", "np.exp(0) == 1"),
    ("so small that it rounds to 0", "np.exp(-746.0) == 0"),
    "it is right to about $10^{{{np.log10(np.finfo(float).eps):.0f}}}$",
    "instead. It hides the zero, but its loss can never be more than {{-np.log(1e-7):.2f}}, "
    "whereas "
    "the true loss in the last line is {{loss:g}}",
    r"$\ln K$: {{np.log(4):.3f}} for four classes",
    "Add {{read('code-6ff34e26', 'scores + *')}} to all three scores",
    r"The loss is $-\ln {{layer.y[0, 2]:g}} = {{loss:.4f}}$",
    ("So that sum is 0", "abs(layer.backward().sum()) < 1e-12"),
]
GIVEN = {
    "a definition": ("$[0, 1, 0]$;", "because counting starts at 0"),
    "the limit of the formula": ("If the network is sure and right, the loss is near 0",),
    "the derivation": (
        "The labels sum to 1",
        "the logarithm sends $1/S$ to the sum, the sum hands $1/S$ to each exponential",
        "the same probability $1/K$",
    ),
    "a patch seen in public code, such as suspect 8 of chapter 7": (r"$\ln(y + 10^{-7})$",),
}
