"""The book's Matplotlib figures: points, decision regions and loss curves.

Each function draws on the axes it is given and leaves ``plt.show()`` to the cell. Classes differ
by colour and by marker; the colours are those of Okabe and Ito, which colour-blind readers can
tell apart.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter

from .contracts import Array, whole
from .network import Network

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
MARKERS = ("o", "^", "s", "D")
DASHES = ("-", "--", "-.", ":")


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
    if len(losses) > len(COLOURS):
        raise ValueError(f"losses must hold at most {len(COLOURS)} curves, got {len(losses)}")
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


def drawable(loss: Array) -> Array:
    """Return a loss with gaps where it is not finite or above 1e250, beyond what can be scaled."""
    return np.where(np.abs(loss) < 1e250, loss, np.nan)
