"""Sliders for readers with a kernel: a loss curve that is computed and drawn anew at every move."""

import io
from collections.abc import Callable

import ipywidgets as widgets
import numpy as np

from ...contracts import Array


def live_losses(losses: Callable[..., Array], **sliders: widgets.Widget) -> widgets.Widget:
    """Return the sliders, with a plot of ``losses(name=value, ...)`` that follows them.

    ``losses`` takes the values of the sliders by name and returns the loss of every step; it always
    returns equally many.
    """
    # imported here: in a browser, Matplotlib is loaded only if a chapter plots
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.image import imsave

    from ...show.plots import curves
    from ...show.plottable import curve

    def compute() -> Array:
        return curve("losses", losses(**{name: s.value for name, s in sliders.items()}))

    figure = Figure(figsize=(6, 3.2), layout="constrained")
    canvas, ax = FigureCanvasAgg(figure), figure.subplots()
    curves(ax, {"loss": [1e-4, 1e3]})  # the range decides about the ticks
    (line,) = ax.lines
    steps = np.arange(len(compute()))
    ax.set_xlim(steps[0], steps[-1])
    line.set_animated(True)
    canvas.draw()
    axes = canvas.copy_from_bbox(figure.bbox)  # only the line is drawn again: ten times faster
    picture = widgets.Image(format="png")

    def redraw(_change: object = None) -> None:
        canvas.restore_region(axes)
        line.set_data(steps, compute())
        ax.draw_artist(line)
        png = io.BytesIO()
        imsave(png, canvas.buffer_rgba(), pil_kwargs={"compress_level": 1})
        picture.value = png.getvalue()

    for slider in sliders.values():
        slider.observe(redraw, names="value")
    redraw()
    return widgets.VBox([*sliders.values(), picture])
