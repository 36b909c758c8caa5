"""A Sphinx extension: the reference names types and classes as the code does.

Python knows of ``ArrayLike`` and ``Array`` only what they stand for, and that takes four lines. A
class or function as a default value is written so that Sphinx cannot read what is around it.
"""

import re
from typing import Any

from numpy.typing import ArrayLike
from sphinx.application import Sphinx
from sphinx.ext.autodoc import PropertyDocumenter
from sphinx.util.typing import stringify_annotation

from backprop.contracts import Array

TYPES = {"ArrayLike": ArrayLike, "Array": Array}
NAMED = {stringify_annotation(kind, "smart"): name for name, kind in TYPES.items()}
DEFAULT = re.compile(r"<class '(?:\w+\.)*(\w+)'>|<function (\w+)>")


def name_types(*told: Any) -> tuple[str | None, str | None]:
    """Return the last two things that the event tells, a signature and its result, with names."""
    *_, signature, result = told
    return signature and named(signature), result and named(result)


def named(text: str) -> str:
    """Write the names in a text with types and default values."""
    text = DEFAULT.sub(r"\1\2", text)
    for long, short in NAMED.items():
        text = text.replace(long, short)
    return text


class NamedProperties(PropertyDocumenter):
    """Writes what is said of a property; the event of signatures does not come for its type."""

    def add_line(self, line: str, source: str, *lineno: int) -> None:
        """Write a line, with the names."""
        super().add_line(named(line), source, *lineno)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("autodoc-process-signature", name_types)
    app.add_autodocumenter(NamedProperties, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
