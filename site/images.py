"""A Sphinx extension: give the images their sizes, and load those further down late.

With a size, the text below does not jump when the image comes. The first image of a page may be on
the first screen, so it is loaded at once; the others when the reader comes near.
"""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.images import get_image_size
from sphinx.writers.html5 import HTML5Translator


def load_late(app: Sphinx, doctree: nodes.document, page: str) -> None:  # noqa: ARG001
    """Mark all images but the first."""
    for image in list(doctree.findall(nodes.image))[1:]:
        image["loading"] = "lazy"


def visit_image(self: HTML5Translator, image: nodes.image) -> None:
    """Write an image as the theme does, with its size in pixels."""
    size = get_image_size(Path(self.builder.srcdir) / image["uri"])
    type(self).visit_image(self, image)
    if size:
        tag = '<img width="{}" height="{}"'.format(*size)
        self.body[-1] = self.body[-1].replace("<img", tag, 1)


def depart_image(self: HTML5Translator, image: nodes.image) -> None:
    """End an image as the theme does."""
    type(self).depart_image(self, image)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    app.connect("doctree-resolved", load_late)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
