from claims import speed

ratio = speed.ratio
WRONG = (
    "label {{{{t_test[wrong[{0}]]}}}} read as {{{{answers[wrong[{0}]]}}}}, "
    "{{{{100 * sure[wrong[{0}]]:.0f}}}} %"
)

# How well our gradients agree with those of PyTorch and JAX. tests/test_peers.py measures it, where
# these two are installed.
AGREEMENT = {"float64": 1e-12, "float32": 1e-6}


CLAIMS = [
    "carries {{len(X)}} images",
    "Each image is 8 by {{X.shape[1] // 8}} numbers that say how much ink is at each place, from "
    "{{X.min():g}} to {{16 * X.max():g}}. `digits()` divides them by {{16 * X.max():g}}, so that "
    "they go from {{X.min():g}} to {{X.max():g}}.",
    (
        "Both rows go from 0 to 9.",
        "t[:20].tolist() == [*range(10), *range(10)]",
    ),
    "a row of {{X.shape[1]}} features, as a point of chapter 5 was a row of "
    "{{backprop.quadrants(8, seed=0)[0].shape[1]}}",
    "for each of {{count}} parameters",
    "mini-batch*: {{read('bar', 'batch_size=*')}} images",
    "After eleven steps all {{len(X_train)}} images have been used once, the last "
    "{{len(X_train) % 100}} in a smaller batch.",
    "We train for {{steps // epoch}} epochs, which is {{steps}} steps.",
    (
        "Every training image is right, but {{(network.predict(X_val) != t_val).sum()}} of the "
        "{{len(t_val)}} validation images are wrong",
        "(network.predict(X_train) == t_train).all()",
    ),
    "over {{validation.shape[1]}} epochs. Without penalty the training loss falls to "
    "{{training[0, -1]:.3f}}, while the validation loss stops near {{validation[0].min():.2f}} "
    "after some {{round(validation[0].argmin() + 1, -1)}} epochs and then rises slowly. With reg "
    "{{regs[3]}} the training loss levels off near {{training[3, -1]:.2f}} and the validation loss "
    "stays near {{validation[3, -1]:.2f}}.",
    "Data loss after {{validation.shape[1]}} epochs against reg on a log axis, in two panels. "
    "Upper panel, log axis: the training loss rises all the way from {{training[1, -1]:.3f}} to "
    "{{training[-1, -1]:.1f}}; the validation loss stays near {{validation[1:4, -1].mean():.2f}} "
    "up to reg {{regs[best]}} and then rises to {{validation[-1, -1]:.1f}} as well. Lower panel, "
    "the losses from 0.1 to 0.15 enlarged: the validation loss falls from "
    "{{validation[1, -1]:.3f}} to its lowest point, {{validation[best, -1]:.2f}} at reg "
    "{{regs[best]}}, and rises to {{validation[best + 1, -1]:.2f}} at {{regs[best + 1]}}. A "
    "dotted line marks {{validation[0, -1]:.3f}}",
    "reaches {{validation[0].min():.3f}} after about {{round(validation[0].argmin() + 1, -1)}} "
    "epochs and then creeps up to {{validation[0, -1]:.3f}}, while",
    "With `reg` = {{regs[best]}} it ends at {{validation[best, -1]:.3f}}.",
    "The lowest point of the eight is at {{regs[validation[:, -1].argmin()]}}.",
    (
        "We choose the last one: {{hidden}} hidden units, dropout, and the smaller penalty.",
        "network.loss(X_val, t_val) < validation[best, -1] and (drop, reg) == (0.3, 0.0003)",
    ),
    (
        "switches off about three in ten of them at each step, at random",
        "read('candidates', '(100, *, 0.0003)') == '0.3'",
    ),
    "whereas the accuracy of {{len(t_val)}} images can only move in steps of "
    "{{100 / len(t_val):.2f}} %.",
    "afresh on {{len(X_rest)}} images, with the chosen settings. (An epoch now has "
    "{{-(-len(X_rest) // 100)}} steps, so {{steps}} steps are "
    "{{steps / -(-len(X_rest) // 100):.0f}} epochs.)",
    "{{100 * right.mean():.1f}} %. How sure is that?",
    "which is {{100 * np.sqrt(right.mean() * (1 - right.mean()) / len(right)):.1f}} % here",
    'From {{100 * min(found):.1f}} % to {{100 * max(found):.1f}} %. "About '
    '{{100 * np.mean(found):.0f}} %" is an honest answer',
    (
        "The diagonal holds {{counts.diagonal().min()}} to {{counts.diagonal().max()}} right "
        "answers for each digit. Nine mistakes lie beside it",
        "counts.sum() - counts.trace() == 9",
    ),
    (
        "1 as 8, 2 as 1, 3 as 7, 4 as 8, 6 as 1, 8 as 1 twice and as 5, and 9 as 5.",
        "sorted(zip(t_test[wrong], answers[wrong]))"
        " == [(1, 8), (2, 1), (3, 7), (4, 8), (6, 1), (8, 1), (8, 1), (8, 5), (9, 5)]",
    ),
    "with label, answer and probability: " + "; ".join(map(WRONG.format, range(9))),
    "of twelve hidden units as images of 8 by {{W.shape[0] // 8}} pixels",
    (
        "But in four of them, the network gives its wrong answer more than 90 %",
        "(sure[wrong] > 0.9).sum() == 4",
    ),
    "those of the grid's network with `reg` = {{read('weights', 'index(*')}}:",
    "What the data do not support keeps {{100 * (1 - settings['lr'] * 0.0003) ** steps:.0f}} % of "
    "its size after {{steps}} steps with our `reg` = {{read('test', 'reg=*')}}, and "
    "{{100 * (1 - settings['lr'] * 0.01) ** steps:.3f}} % with {{read('weights', 'index(*')}}.",
    "Its edges carry {{len(X_test)}} images at once",
    "stay below $10^{{{np.log10(AGREEMENT['float64']):.0f}}}$ with 64-bit numbers, and below "
    "$10^{{{np.log10(AGREEMENT['float32']):.0f}}}$ with 32-bit numbers",
    "To train the network of chapter 5, PyTorch takes {{ratio('PyTorch', 'a')}} times as long",
    "JAX, with its whole step compiled, takes {{ratio('JAX, compiled step', 'a')}} times as long. "
    "With the {{28 * 28}} inputs of larger images",
    "PyTorch takes {{ratio('PyTorch', 'c')}} times as long as we do, JAX "
    "{{ratio('JAX, compiled step', 'c')}}.",
    "A batch of {{read('machines', 'images=*')}} images is split among four machines with the same "
    "weights and biases, {{100 // 4}} images each.",
    r"\frac{1}{100} \sum_{n} g_n = \frac14 \sum_{m=1}^{4} "
    r"\Bigl( \frac{1}{{{100 // 4}}} \sum_{n \in P_m} g_n \Bigr)",
    (
        "Half of the digits are lost, and the convolution alone does not help.",
        "max(float(read('shift', 'moved *%')), float(read('shift-convolution', 'moved *%'))) < 50",
    ),
    (
        "Now the place matters little, and the digits in their old place lose hardly anything.",
        "float(read('augment', 'moved *%')) > 95"
        " and abs((taught.predict(X_test) == t_test).mean() - right.mean()) < 0.01",
    ),
    "Train the 64-unit network of the grid (`reg` = {{read('half', 'reg=*')}})",
    (
        "So in equally many steps the training loss more than halves, hardly a training image is "
        "wrong, and the validation loss more than doubles.",
        "float(read('half', '134 images, training: loss *'))"
        " < float(read('half', '1077 images, training: loss *')) / 2 and"
        " float(read('half', '134 images, validation: loss *'))"
        " > 2 * float(read('half', '1077 images, validation: loss *'))",
    ),
    "Weight each gradient by its number of images, ${{80 / 100}}$ and ${{20 / 100}}$, and",
]
GIVEN = {
    "set here": (
        "(A log axis has no place for 0,",
        "share a batch of 100 images. The faster one takes 80, the slower one 20",
        "Each of the 20 images would count four times as much as each of the 80",
    ),
    "published: the description of the data set": ("come from 13 people",),
    "published: v0.28.1 in github.com/horovod/horovod/releases": ("its last release is from 2023",),
    "follows from eq-step": (r"$1 - \mathit{lr} \cdot \mathit{reg}$",),
    "the formula of the scatter": (r"\frac{p\,(1 - p)}{N}",),
    "names of the four parts": (r"P_1, \dots, P_4",),
}
