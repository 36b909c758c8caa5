"""What ``plots`` demands of its input, beyond ``contracts``: what a picture can show.

Each function returns the checked value, or raises a ``ValueError`` that names the argument, what it
got and what it expected.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..contracts import Array, a_type, array, floats, listed, one_hot
from ..network import Network, single

LARGEST = 1e250  # beyond it, a log axis cannot be scaled


def only_axes(ax: Axes) -> None:
    """Demand axes to draw on."""
    if not isinstance(ax, Axes):
        raise ValueError(f"ax must be Axes, such as those of plt.subplots(), got {ax!r}")


def several_axes(axes: Axes | Sequence[Axes] | Array) -> list[Axes]:
    """Return one or more axes, in whatever rows and columns they stand, as a list."""
    found = np.asarray(axes, dtype=object).ravel().tolist()
    if not found or not all(isinstance(ax, Axes) for ax in found):
        raise ValueError(f"axes must be Axes, such as those of plt.subplots(), got {axes!r}")
    return list(found)


def text(name: str, value: str, *, legend: bool = False) -> str:
    """Return ``value`` if it is a text, for a ``legend`` one that legends do not leave out."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text, got {value!r}")
    if legend and value.startswith("_"):
        raise ValueError(f"{name} must not begin with _, or legends leave it out, got {value!r}")
    return value


def texts(name: str, values: Sequence[str], *, legend: bool = False) -> list[str]:
    """Return ``values`` as a list if they are texts; a single text is no list of letters."""
    listed(name, values, "a list of texts", least=0)
    return [text(name, value, legend=legend) for value in values]


def class_indices(t: ArrayLike, samples: int, most: int) -> Array:
    """Return labels, class indices or one-hot rows of at most ``most`` classes, as indices."""
    t = array("t", t)
    classes = t.shape[1] if t.ndim == 2 and 1 < t.shape[1] < most else most
    return np.nonzero(one_hot(t, samples, classes))[1]  # each row has a single one


def by_name(
    losses: Mapping[str, ArrayLike], most: int, length: int | None = None
) -> dict[str, Array]:
    """Return 1 to ``most`` curves by name if a log axis can show them, each of this length."""
    if not isinstance(losses, Mapping):
        raise ValueError(
            f'losses must be curves by name, such as {{"loss": history.loss}}, got {a_type(losses)}'
        )
    if not 1 <= len(losses) <= most:
        raise ValueError(f"losses must hold 1 to {most} curves, got {len(losses)}")
    texts("names in losses", list(losses), legend=True)
    drawn = {name: curve(f"losses[{name!r}]", loss) for name, loss in losses.items()}
    for name, loss in drawn.items():
        if length not in (None, len(loss)):
            raise ValueError(
                f"losses[{name!r}] must be one for each of {length} values, got {len(loss)}"
            )
    if not any((loss > 0).any() for loss in drawn.values()):
        raise ValueError("losses must hold a number > 0, as a log axis has no other, got none")
    return drawn


def drawable(loss: Array) -> Array:
    """Return a loss with gaps where it is not finite or above 1e250, beyond what can be scaled."""
    return np.where(np.abs(loss) < LARGEST, loss, np.nan)


def curve(name: str, values: ArrayLike) -> Array:
    """Return a curve of numbers >= 0, with gaps where it is too large or no number."""
    loss = floats(name, array(name, values))
    if loss.ndim != 1 or not loss.size:
        raise ValueError(f"{name} must have shape (K,) with K >= 1, got {loss.shape}")
    if (loss < 0).any():
        raise ValueError(f"{name} must be >= 0 on a log axis, got {loss[loss < 0][0]:g}")
    return drawable(loss)


def in_the_plane(network: Network, most: int | None = None) -> None:
    """Demand a single network that leads from points of the plane to (at most so many) classes."""
    single(network)
    inputs, outputs = network.affine[0].inputs, network.affine[-1].outputs
    if inputs != 2 or outputs > (most or outputs):
        goal = f" to at most {most} classes" if most else ""
        raise ValueError(
            f"network must lead from 2 inputs{goal}, got one from {inputs} to {outputs}"
        )
