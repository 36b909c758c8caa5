import inspect

from graphs import car

from backprop import quadrants

CAR = car()
TOTAL = CAR.forward(price=20, count=2, tax=1.1)
GAP = inspect.signature(quadrants).parameters["gap"].default
RATES = "4-parameter-updates.ipynb"

CLAIMS = [
    "as {{TOTAL:g}}/{{TOTAL:g}}, {{TOTAL:g}}/{{CAR.values['subtotal']:g}} and "
    "{{CAR.values['subtotal']:g}}/{{CAR.values['price']}}.",
    "with a fee of {{read('code-29b4bdbe', 'fee=*', page='1-chain-rule.ipynb')}} the ratio "
    "{{TOTAL + 2:g}}/{{TOTAL:g}} is wrong",
    "on the *sum* over {{read('code-adfe7c03', 'quadrants(*', page=RATES)}} points it takes the "
    "same steps as {{200 * 0.0001:g}} on the mean",
    (
        "A good rate here is about {{read('code-adfe7c03', '0.02, *', page=RATES)}}, because",
        "float(read('code-adfe7c03', 'lr 1: loss *', page=RATES))"
        " < float(read('code-adfe7c03', 'lr 0.02: loss *', page=RATES)) / 10",
    ),
    "a distance of at least {{GAP}} from both axes",
]
GIVEN = {
    "the article": (r"ReLU has gradient 0 for $x \le 0$", "for example 0.0001"),
    "a convention": ("At $x = 0$ there is no derivative; 0 is a choice",),
    "the sequel's program, zhuanlan.zhihu.com/p/67682601": ("10,000 steps of 0.001",),
}
