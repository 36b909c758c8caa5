TIMES, TWO, BATCH, FIVE = "code-ae1d7550", "two-samples", "code-d4dc07fe", "code-4a3b38b7"

CLAIMS = [
    "Take $z = x + y$ with $x = {{read('code-6e45070b', 'x=*')}}$ and "
    "$y = {{read('code-6e45070b', 'y=*')}}$, the bill and the fee.",
    (
        "Both derivatives are 1, and `dout` goes on unchanged to both",
        "{*read('code-6e45070b', '* on x, * on y')} == {read('code-6e45070b', 'dout=*')}",
    ),
    r"Take $z = x \cdot y$ with $x = {{read(TIMES, 'forward(*')}}$ and "
    "$y = {{read(TIMES, '(20, *')}}$. If $x$ grows by 1, then $z$ grows by "
    "$y = {{float(read(TIMES, 'dy = (*')) / 1.1:g}}$. If $y$ grows by 1, then $z$ grows by "
    "$x = {{float(read(TIMES, 'dy = (2.2, *')) / 1.1:g}}$.",
    "an insurance costs {{100 * bill.values['rate']:g}} % of the price",
    "one sample with $D = {{W.shape[0]}}$ features and a layer with $H = {{W.shape[1]}}$ outputs",
    r"$1 \cdot 3 + 2 \cdot 6 + 0.1 = {{affine.forward(x)[0, 0]:g}}$",
    "has a single {{read(TWO, 'dout = np.array([[*'):.1}} in its first row, a single "
    "{{read(TWO, '[0.0, *'):.1}} in its second",
    "`db[1]`: the samples send 0 and 2, together {{read(BATCH, 'db = [1. *.')}}.",
    r"the outputs send it $0 \cdot 3$, $2 \cdot 4$ and $0 \cdot 5$, together "
    "{{dx[1, 0]:g}}.",
    "So $b$ collects $1 + 1 = {{twice.gradients['b']:g}}$, and $a$ collects "
    "$2 + 2 = {{twice.gradients['a']:g}}$. A program that overwrites instead of adding would say "
    "{{twice.edge_gradients['b', 1] / twice.gradients['b']:g}}.",
    "A batch has {{read(FIVE, 'np.ones((*')}} samples and `dout` is all ones, with shape "
    "$({{read(FIVE, 'dout = np.ones((*')}}, {{read(FIVE, 'dout = np.ones((5, *')}})$",
    "A single number, {{dout.sum():g}}, would be broadcast",
    ("axis -2 goes down the rows", "(affine.db == dout.sum(axis=0)).all()"),
    ("The slope is 0 everywhere, so `dW` and `db` are 0", "not relu.saved.any() | before.dW.any()"),
]
GIVEN = {
    "a definition": (
        "If $x$ grows by 1, so does $z$",
        "replaces the others by 0",
        "At $x = 0$ there is a kink: slope 0 on one side, slope 1 on the other",
        "this book chooses 0",
        "divide the difference by $2h$",
    ),
}
