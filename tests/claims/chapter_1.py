CAR, THREE = "code-6de670e1", "code-568065a6"

CLAIMS = [
    "A car costs {{read(CAR, 'price=*')}}.",
    "buys {{read(CAR, 'count=*')}} of these cars. The purchase tax is "
    "{{100 * (float(read(CAR, 'tax=*')) - 1):.0f}} %, so the sum is multiplied by "
    "{{read(CAR, 'tax=*')}}",
    r"20 \times 2 \times 1.1 = {{20 * 2 * 1.1:g}}",
    "The bill rises by {{after - before:.1f}}.",
    "is the node that multiplies by {{car.values['tax']}}. If the subtotal moves by 1, the total "
    "moves by {{car.values['tax']}}, the gradient of the subtotal.",
    "The next node multiplies by {{car.values['count']}}. If the price moves by 1, the subtotal "
    "moves by {{car.values['count']}}, and each of these moves the total by {{car.values['tax']}}.",
    r"1 \times 1.1 \times 2 = {{car.values['tax'] * car.values['count']:g}}",
    "**price, {{car.gradients['price']:g}}**: a car that costs 1 more makes the bill "
    "{{after - before:.1f}} higher",
    "**count, {{car.gradients['count']:g}}**: one car more makes the bill "
    "{{car.gradients['count']:g}} higher, {{car.values['price']}} for the car and "
    "{{car.gradients['count'] - car.values['price']:g}} for its tax",
    "**tax, {{car.gradients['tax']:g}}**: if the factor {{car.values['tax']}} grows by 0.01, one "
    "percentage point, the bill grows by {{car.gradients['tax'] * 0.01:g}}.",
    r"by $1.1 \cdot 2h = {{1.1 * 2}}\,h$",
    "the derivative is {{car.gradients['price']:g}}, the product",
    "44/44 = {{44 / 44:g}}, 44/40 = {{44 / 40:g}} and 40/20 = {{40 / 20:g}}",
    "The price keeps its gradient of {{bill.gradients['price']:g}}.",
    "at a price of {{read(THREE, 'price=*')}} each, and the tax factor is {{read(THREE, 'tax=*')}}",
    (
        r"$3 \cdot 1.2$ for the price, $15 \cdot 1.2$ for the count, $15 \cdot 3$ for the tax",
        "read(THREE, 'price *, count *, tax *, subtotal')"
        " == tuple(f'{g:g}' for g in (3 * 1.2, 15 * 1.2, 15 * 3))",
    ),
    "At the old price of {{before / 2.2:g}} and count of 2",
    "1 more in price adds {{bill.gradients['price']:g}} and 1 more in count adds "
    "{{bill.gradients['count']:g}}. Does the bill grow by "
    "{{bill.gradients['price'] + bill.gradients['count']:g}} if both grow by 1?",
    r"It grows by {{after - before - 24.2:.1f}} more than that",
    r"this extra, $1 \cdot 1 \cdot {{after - before - 24.2:.1f}}$",
]
GIVEN = {
    "set here": ("Prices are in units of 10,000 yuan",),
    "a definition": ("If the total moves by 1, the total moves by 1. So its gradient is 1.",),
    "the proof": (
        "If the subtotal moves by 1",
        "2(p + h) - 2p = 2h",
        "as $h$ shrinks to 0",
        r"\varepsilon(h) \to 0 \text{ as } h \to 0, \quad \varepsilon(0) = 0",
        r"$\delta(k) \to 0$ as $k \to 0$ and $\delta(0) = 0$",
        "As $h$ goes to 0",
        "if $k$ is 0",
    ),
    "a comparison of sizes": ("also costs 1 more", "0.01 · 0.01 instead of 1 · 1"),
    "the seed of every backward pass": ("beginning with 1",),
}
