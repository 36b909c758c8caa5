UNITS, AXIS = "code-00af1ba6", "code-48841b71"

CLAIMS = [
    (
        "We draw {{len(X)}} random points, {{np.bincount(t)[0]}} in each",
        "set(np.bincount(t)) == {len(X) / 4}",
    ),
    ("a distance of at least 0.1 from both axes", "0.1 <= np.abs(X).min() < 0.105"),
    (
        "Scatter plot of {{len(X)}} points in the square from minus 1 to 1. Each quadrant holds "
        "{{np.bincount(t)[0]}} points",
        "0.99 < np.abs(X).max() <= 1",
    ),
    "It has {{network.affine[0].inputs}} inputs, the coordinates; {{network.affine[0].outputs}} "
    "hidden units; and {{network.affine[1].outputs}} outputs",
    "The biases start at {{network.parameters[1].max():g}}.",
    "with variance {{backprop.two_layer(2, 100_000, 4, 0).affine[0].W.var() * 2:.0f}} divided by "
    "the number of inputs",
    "with a learning rate of {{read('code-97ad822c', 'lr=*')}} and",
    (
        "Three curves on a log axis over {{len(history.loss)}} steps. The data loss falls from "
        "about {{history.data_loss[0]:.1f}} to below 0.1, the penalty rises from "
        "{{history.penalty[0]:.3f}} to {{history.penalty[-1]:.3f}}",
        "history.data_loss[-1] < 0.1",
    ),
    "All {{round(history.accuracy[-1] * len(X))}} points are sorted correctly",
    "with the {{len(X)}} points. The four regions",
    "Also {{100 * history.accuracy[-1]:g}} %.",
    (
        r"The loss ends near $\ln 2 = {{np.log(2):.3f}}$",
        "abs(flat.loss(X, colours) - np.log(2)) < 0.005",
    ),
    (
        "Try 1, 2, 3 and 4, each from five different seeds",
        "[len(read(UNITS, f'{n} hidden: *% *% *% *% *%')) for n in (1, 2, 3, 4)] == [5] * hidden",
    ),
    "the chapter uses {{read('code-ccef553f', 'hidden=*')}}.",
    "say at $({{read(AXIS, '[[*')}}, {{read(AXIS, '0.5, *'):.1}})$",
]
GIVEN = {}
