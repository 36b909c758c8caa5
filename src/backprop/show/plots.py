"""The book's Matplotlib figures: points, decision regions, loss curves, images and their mistakes.

Each function draws on the axes it is given and leaves ``plt.show()`` to the cell. Classes differ
by colour and by marker; the colours are those of Okabe and Ito, which colour-blind readers can
tell apart. What has no place in a picture is refused: see ``plottable``.
"""

from collections.abc import Mapping, Sequence
from math import isqrt
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from numpy.typing import ArrayLike

from ..contracts import Array, array, finite_rows, number, numbers, one_of, whole
from ..network import Network
from .plottable import (
    LARGEST,
    by_name,
    class_indices,
    in_the_plane,
    only_axes,
    several_axes,
    text,
    texts,
)

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
MARKERS = ("o", "^", "s", "D")
DASHES = ("-", "--", "-.", ":")
SIGNED = LinearSegmentedColormap.from_list("signed", [COLOURS[1], "white", COLOURS[0]])
EDGE = 1.1  # how far the plane of the quadrants reaches from the origin


# --- points and regions -------------------------------------------------------------------------


def scatter(ax: Axes, X: ArrayLike, t: ArrayLike, names: Sequence[str] = ()) -> None:
    """Draw the points X (N, 2), coloured and shaped by their classes t; ``names`` label them.

    t holds class indices (N,) or one-hot rows (N, K), for up to 4 classes. The frame goes from -1.1
    to 1.1, and further if a point lies outside.
    """
    only_axes(ax)
    X = finite_rows("X", array("X", X), features=2)
    t = class_indices(t, len(X), most=len(COLOURS))
    names = texts("names", names, legend=True)
    if names and len(names) <= t.max():
        raise ValueError(f"names must be one for each of {t.max() + 1} classes, got {names}")
    for k in np.unique(t):
        label = names[k] if names else None
        x, y = X[t == k].T
        style: dict[str, Any] = {"c": COLOURS[k], "marker": MARKERS[k], "edgecolors": "white"}
        ax.scatter(x, y, s=28, label=label, linewidths=0.6, zorder=2, **style)
    ax.axhline(0, color="black", linewidth=0.6)
    ax.axvline(0, color="black", linewidth=0.6)
    reach = np.abs(ax.dataLim.extents).max()  # of all that these axes show, not of X alone
    edge = EDGE * reach if reach > EDGE else EDGE
    ax.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$", xlim=(-edge, edge), ylim=(-edge, edge))


def regions(ax: Axes, network: Network, classes: int) -> None:
    """Colour the square from -1.1 to 1.1 by the class that ``network`` predicts there."""
    only_axes(ax)
    whole("classes", classes, most=len(COLOURS))
    in_the_plane(network, classes)
    line = np.linspace(-EDGE, EDGE, 221)
    points = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    ax.imshow(
        network.predict(points).reshape(len(line), len(line)),
        origin="lower",
        extent=(-EDGE, EDGE, -EDGE, EDGE),
        cmap=ListedColormap(COLOURS[:classes]),
        vmin=0,
        vmax=classes - 1,
        alpha=0.3,
        interpolation="nearest",
    )


def bends(ax: Axes, network: Network) -> None:
    """Draw where the units of the network's first layer begin to rise: a line for each unit.

    There its x W + b is 0, so behind a ReLU the unit is 0 on one side; an arrow points to the
    other. Lines that do not cross the square from -1.1 to 1.1 are left out, and so are units whose
    weights are all 0.
    """
    only_axes(ax)
    in_the_plane(network)
    W, b = network.affine[0].parameters
    for w, bias in zip(W.T, b, strict=True):
        size = np.hypot(*w)
        if abs(bias) < EDGE * np.abs(w).sum():  # the largest x W in the square
            across = w / size
            nearest = -bias / size * across  # to the origin, of all points of the line
            ax.axline(nearest, nearest + across[::-1] * [1, -1], color="black", linewidth=1)
            ax.annotate("", nearest + 0.35 * across, nearest, arrowprops={"arrowstyle": "-|>"})


# --- curves -------------------------------------------------------------------------------------


def curves(ax: Axes, losses: Mapping[str, ArrayLike], ylabel: str = "loss") -> None:
    """Draw loss curves by name over the steps, on a log axis with plain numbers.

    A curve has a gap where it is not finite or above 1e250, and leaves the picture where it is 0.
    """
    only_axes(ax)
    text("ylabel", ylabel)
    drawn = by_name(losses, most=len(COLOURS))
    for (name, loss), colour, dash in zip(drawn.items(), COLOURS, DASHES, strict=False):
        ax.plot(loss, dash, color=colour, label=name, linewidth=1.6)
    ax.set(yscale="log", xlabel="step", ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    low, high = ax.get_ylim()
    ax.yaxis.set_major_locator(LogLocator(subs=(1,) if high > 1000 * low else (1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.grid(alpha=0.3)
    if len(losses) > 1:
        ax.legend(frameon=False)


def sweep(
    ax: Axes,
    values: Sequence[float],
    losses: Mapping[str, ArrayLike],
    xlabel: str,
    ylabel: str,
) -> None:
    """Draw losses by name over the values of a setting, both on log axes with plain numbers."""
    only_axes(ax)
    text("xlabel", xlabel), text("ylabel", ylabel)
    array("values", values)
    places = numbers("values", values, above=0)
    number("values", places.max(), below=LARGEST)
    drawn = by_name(losses, most=len(COLOURS), length=len(places))
    for (name, loss), colour, mark, dash in zip(
        drawn.items(), COLOURS, MARKERS, DASHES, strict=False
    ):
        ax.plot(places, loss, dash, color=colour, marker=mark, label=name, linewidth=1.6)
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    ax.grid(alpha=0.3)


# --- images and tables --------------------------------------------------------------------------


def images(
    axes: Axes | Sequence[Axes] | Array,
    rows: ArrayLike,
    titles: Sequence[str] = (),
    *,
    signed: bool = False,
) -> None:
    """Draw each of the rows (N, size * size) as a square image, on axes of its own.

    Grey goes from 0 (white) to 1 (black). With ``signed``, as for weights, 0 is white, what is
    positive is blue and what is negative orange, each row up to its own largest size. Axes that
    get no row are left empty.
    """
    places = several_axes(axes)
    rows, titles = finite_rows("rows", array("rows", rows)), texts("titles", titles)
    one_of("signed", signed, (True, False))
    size = isqrt(rows.shape[1])
    if size**2 != rows.shape[1]:
        raise ValueError(f"rows must have size * size columns, got {rows.shape[1]}")
    if len(rows) > len(places):
        raise ValueError(
            f"rows must be at most one for each of {len(places)} axes, got {len(rows)}"
        )
    if titles and len(titles) != len(rows):
        raise ValueError(f"titles must be one for each of {len(rows)} rows, got {len(titles)}")
    if not signed and (rows.min() < 0 or rows.max() > 1):
        raise ValueError(
            "rows must lie from 0 to 1, unless they are drawn as signed, "
            f"got values from {rows.min():g} to {rows.max():g}"
        )
    for ax in places:
        ax.axis("off")
    for k, (ax, row) in enumerate(zip(places, rows, strict=False)):
        most = np.abs(row).max() or 1.0 if signed else 1.0
        colours, least = (SIGNED, -most) if signed else ("gray_r", 0.0)
        image = row.reshape(size, size)
        ax.imshow(image, cmap=colours, vmin=least, vmax=most, interpolation="nearest")
        ax.axis("on")
        ax.set(xticks=[], yticks=[])
        if titles:
            ax.set_title(titles[k], fontsize="medium")


def confusion(ax: Axes, counts: ArrayLike) -> None:
    """Draw the table ``counts`` (K, K): a row for each label, a column for each answer.

    Right answers, on the diagonal, are blue and mistakes orange. Zeros are left out.
    """
    only_axes(ax)
    counts = array("counts", counts)
    square = counts.ndim == 2 and counts.shape[0] == counts.shape[1] > 0
    if not square or counts.dtype.kind not in "iu" or counts.min() < 0:
        raise ValueError(f"counts must be a table (K, K) of whole numbers >= 0, got {counts!r}")
    classes = range(len(counts))
    right = np.eye(len(counts), dtype=bool)
    kinds = np.where(counts > 0, np.where(right, 1, 2), 0)
    colours = ListedColormap(["white", COLOURS[0], COLOURS[1]])
    ax.imshow(kinds, cmap=colours, vmin=0, vmax=2, alpha=0.35, interpolation="nearest")
    for label, answer in zip(*np.nonzero(counts), strict=True):
        ax.text(answer, label, f"{counts[label, answer]}", ha="center", va="center")
    ax.set(xlabel="answer of the network", ylabel="label", xticks=classes, yticks=classes)


# --- a diagram ----------------------------------------------------------------------------------


def data_parallel(ax: Axes, machines: int, images: int) -> None:
    """Draw one step on several machines: a batch of ``images`` is split, the gradients meet."""
    only_axes(ax)
    whole("machines", machines, least=2, most=4)
    whole("images", images, least=machines)
    if images % machines:
        raise ValueError(f"images must be a multiple of {machines}, got {images}")
    style: dict[str, Any] = {"ha": "center", "va": "center", "linespacing": 1.4}
    boxed: dict[str, Any] = {
        "boxstyle": "round,pad=0.5",
        "facecolor": "white",
        "edgecolor": "black",
    }
    arrow = {"arrowstyle": "-|>", "color": "black", "shrinkA": 0, "shrinkB": 0}
    middle = (machines - 1) / 2
    ax.text(middle, 4.0, f"a batch of {images} images", bbox=boxed, **style)
    ax.text(middle, 1.2, f"mean of the {machines} gradients", bbox=boxed, **style)
    ax.text(middle, 0.2, "the same step on every machine", bbox=boxed, **style)
    ax.annotate("", (middle, 0.48), (middle, 0.92), arrowprops=arrow)
    for k, colour in enumerate(COLOURS[:machines]):
        share = f"machine {k + 1}\nsame $W, b$\n{images // machines} images"
        edge = {"edgecolor": colour, "linewidth": 2}
        ax.text(k, 2.6, share, bbox=boxed | edge, **style)
        near = middle + 0.55 * (k - middle)
        ax.annotate("", (k, 3.12), (near, 3.72), arrowprops=arrow)
        ax.annotate("", (near, 1.48), (k, 2.08), arrowprops=arrow)
    ax.set(xlim=(-0.55, machines - 0.45), ylim=(-0.1, 4.4))
    ax.axis("off")
