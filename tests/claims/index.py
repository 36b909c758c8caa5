from backprop.explorers.lab.runs import STEPS, Task

LAST = STEPS - 1
HIDDEN = Task("XOR", hidden=True, seed=0).network().affine[0].outputs

CLAIMS = [
    (
        "in {{LAST}} steps of training, with {{HIDDEN}} hidden units",
        "network.affine[0].outputs == 4",
    ),
    (
        "why 0.0001 may be far too small",
        "float(read('code-adfe7c03', 'lr 0.0001: loss *', page='4-parameter-updates.ipynb')) > 1",
    ),
]
GIVEN = {
    "what reading time is reckoned with": ("at 200 words a minute",),
    "measured: benchmarks/lite.md": ("The first start loads 14 to 48 MB",),
    "the plans of teaching.md": ("has plans for 45 and 90 minutes",),
    "the licence": ("[CC BY 4.0]", "BSD 3-Clause"),
}
