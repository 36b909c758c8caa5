TIMES, FIVE = "code-ae1d7550", "code-4a3b38b7"

CLAIMS = [
    "Take $z = x + y$ with $x = {{read('code-6e45070b', 'forward(*')}}$ and "
    "$y = {{read('code-6e45070b', '44, *')}}$, the bill and the fee.",
    (
        "Both derivatives are 1, and `dout` goes on to both inputs unchanged",
        "read('code-6e45070b', 'backward(*') == read('code-6e45070b', '(*, 1.1)')",
    ),
    r"Take $z = x \cdot y$ with $x = {{read(TIMES, 'forward(*')}}$ and "
    "$y = {{read(TIMES, '(20, *')}}$. If $x$ grows by 1, then $z$ grows by "
    "$y = {{float(read(TIMES, 'dy = (*')) / 1.1:g}}$. If $y$ grows by 1, then $z$ grows by "
    "$x = {{float(read(TIMES, 'dy = (2.2, *')) / 1.1:g}}$.",
    "an insurance costs {{100 * bill.values['rate']:g}} % of the price",
    "A price that is 1 higher makes the bill {{bill.edge_gradients['subtotal', 1]:g}} higher on "
    "the upper path and {{bill.edge_gradients['insurance', 0]:g}} higher on the lower path. Both "
    "happen, so together it is {{gradient:g}}.",
    "one sample with {{W.shape[0]}} features and a layer with {{W.shape[1]}} outputs",
    r"$1 \cdot 3 + 2 \cdot 6 + 0.1 = {{affine.forward(x)[0, 0]:g}}$",
    "the first row of $W$: $3 + 4 + 5 = {{W[0].sum():g}}$",
    "the sum of the first features: $1 + 10 = {{affine.dW[0, 0]:g}}$",
    "each entry of `db` is {{affine.db[0]:g}}",
    "So $b$ collects $1 + 1 = {{twice.gradients['b']:g}}$, and $a$ collects "
    "$2 + 2 = {{twice.gradients['a']:g}}$. A program that overwrites instead of adding would say "
    "{{twice.edge_gradients['b', 1] / twice.gradients['b']:g}}.",
    "A batch has {{read(FIVE, 'np.ones((*')}} samples and `dout` is all ones, with shape "
    "$({{read(FIVE, 'dout = np.ones((*')}}, {{read(FIVE, 'dout = np.ones((5, *')}})$",
    "A single number, {{dout.sum():g}}, would be broadcast",
    "They begin with {{bill.gradients['total']:g}} for the last output",
    ("axis -2 goes down the rows", "(affine.db == dout.sum(axis=0)).all()"),
    ("The mask is 0 everywhere, so `dW` and `db` are 0", "not relu.saved.any() | before.dW.any()"),
]
GIVEN = {
    "a definition": (
        "If $x$ grows by 1, so does $z$",
        "replaces the others by 0",
        "Where $x > 0$ the output",
        "Where $x < 0$ the output stays at 0, and the gradient is 0. At $x = 0$ there is a kink: "
        "slope 0 on one side, slope 1 on the other",
        "this book chooses 0",
        "divide the difference by $2h$",
    ),
}
