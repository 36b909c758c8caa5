"""The book's Matplotlib figures: points, decision regions, loss curves, images and their mistakes.

Each function draws on the axes it is given and leaves ``plt.show()`` to the cell. Classes differ
by colour and by marker; the colours are those of Okabe and Ito, which colour-blind readers can
tell apart.
"""

from collections.abc import Mapping, Sequence
from math import isqrt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from .contracts import Array, finite_rows, numbers, whole
from .network import Network

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
MARKERS = ("o", "^", "s", "D")
DASHES = ("-", "--", "-.", ":")
SIGNED = LinearSegmentedColormap.from_list("signed", [COLOURS[1], "white", COLOURS[0]])


def scatter(ax: Axes, X: Array, t: Array, names: tuple[str, ...] = ()) -> None:
    """Draw the points X (N, 2), coloured and shaped by their class t (N,); ``names`` label them."""
    for k in np.unique(t):
        label = names[k] if names else None
        style = {"c": COLOURS[k], "marker": MARKERS[k], "edgecolors": "white", "linewidths": 0.6}
        ax.scatter(*X[t == k].T, s=28, label=label, zorder=2, **style)
    ax.axhline(0, color="black", linewidth=0.6)
    ax.axvline(0, color="black", linewidth=0.6)
    ax.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))


def regions(ax: Axes, network: Network, classes: int) -> None:
    """Colour the square from -1.1 to 1.1 by the class that ``network`` predicts there."""
    whole("classes", classes, most=len(COLOURS))
    line = np.linspace(-1.1, 1.1, 221)
    points = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    image = network.predict(points).reshape(len(line), len(line))
    ax.imshow(
        image,
        origin="lower",
        extent=(-1.1, 1.1, -1.1, 1.1),
        cmap=ListedColormap(COLOURS[:classes]),
        vmin=0,
        vmax=classes - 1,
        alpha=0.3,
        interpolation="nearest",
    )


def curves(ax: Axes, losses: Mapping[str, Array], ylabel: str = "loss") -> None:
    """Draw loss curves by name over the steps, on a log axis with plain numbers."""
    few_enough(losses)
    for (name, loss), colour, dash in zip(losses.items(), COLOURS, DASHES, strict=False):
        ax.plot(drawable(loss), dash, color=colour, label=name, linewidth=1.6)
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
    ax: Axes, values: Sequence[float], losses: Mapping[str, Array], xlabel: str, ylabel: str
) -> None:
    """Draw losses by name over the values of a setting, both on log axes with plain numbers."""
    values = numbers("values", values, above=0)
    few_enough(losses)
    for (name, loss), colour, mark, dash in zip(
        losses.items(), COLOURS, MARKERS, DASHES, strict=False
    ):
        ax.plot(values, loss, dash, color=colour, marker=mark, label=name, linewidth=1.6)
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
    ax.grid(alpha=0.3)


def few_enough(losses: Mapping[str, Array]) -> None:
    """Demand at most one curve for each colour."""
    if len(losses) > len(COLOURS):
        raise ValueError(f"losses must hold at most {len(COLOURS)} curves, got {len(losses)}")


def drawable(loss: Array) -> Array:
    """Return a loss with gaps where it is not finite or above 1e250, beyond what can be scaled."""
    return np.where(np.abs(loss) < 1e250, loss, np.nan)


def images(
    axes: Sequence[Axes], rows: Array, titles: Sequence[str] = (), *, signed: bool = False
) -> None:
    """Draw each of the rows (N, size * size) as a square image, on axes of its own.

    Grey goes from 0 (white) to 1 (black). With ``signed``, as for weights, 0 is white, what is
    positive is blue and what is negative orange, each row up to its own largest size. Axes that
    get no row are left empty.
    """
    axes, rows = list(np.ravel(axes)), finite_rows("rows", rows)
    size = isqrt(rows.shape[1])
    if size**2 != rows.shape[1]:
        raise ValueError(f"rows must have size * size columns, got {rows.shape[1]}")
    if len(rows) > len(axes):
        raise ValueError(f"rows must be at most one for each of {len(axes)} axes, got {len(rows)}")
    if titles and len(titles) != len(rows):
        raise ValueError(f"titles must be one for each of {len(rows)} rows, got {len(titles)}")
    for ax in axes:
        ax.axis("off")
    for k, (ax, row) in enumerate(zip(axes, rows, strict=False)):
        most = np.abs(row).max() or 1.0 if signed else 1.0
        style = {"cmap": SIGNED if signed else "gray_r", "vmin": -most if signed else 0.0}
        ax.imshow(row.reshape(size, size), vmax=most, interpolation="nearest", **style)
        ax.axis("on")
        ax.set(xticks=[], yticks=[])
        if titles:
            ax.set_title(titles[k], fontsize="medium")


def confusion(ax: Axes, counts: Array) -> None:
    """Draw the table ``counts`` (K, K): a row for each label, a column for each answer.

    Right answers, on the diagonal, are blue and mistakes orange. Zeros are left out.
    """
    counts = np.asarray(counts)
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


def data_parallel(ax: Axes, machines: int, images: int) -> None:
    """Draw one step on several machines: a batch of ``images`` is split, the gradients meet."""
    whole("machines", machines, least=2, most=4)
    whole("images", images, least=machines)
    if images % machines:
        raise ValueError(f"images must be a multiple of {machines}, got {images}")
    style = {"ha": "center", "va": "center", "linespacing": 1.4}
    boxed = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": "black"}
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
