"""A Sphinx extension: sources are listed under the names by which the text cites them.

The text cites authors and years. The lists of pybtex have labels of letters and two digits, or
numbers; on paper, where no link leads there, readers could not tell which source is meant.
"""

from collections.abc import Iterable, Iterator

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.alpha import Style as AlphaStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx

NAME = "author_year"


class LabelStyle(BaseLabelStyle):
    """Labels such as "He et al., 2016a"; the file of sources has the letter, in the year.

    Raises
    ------
    ValueError
        If two sources have the same label.
    """

    def format_labels(self, sorted_entries: Iterable[Entry]) -> Iterator[str]:  # noqa: D102 - as the base class says
        known: dict[str, str] = {}
        for entry in sorted_entries:
            label = label_of(entry)
            if label in known:
                raise ValueError(
                    f"sources must differ in authors or year, but {known[label]} and {entry.key} "
                    f"are both {label}: write a letter behind the year of each"
                )
            known[label] = entry.key
            yield label


class Style(AlphaStyle):
    """The list of sources, in the order of its labels."""

    default_label_style = NAME


def label_of(entry: Entry) -> str:
    """Return authors and year: one or two names, or the first "et al.".

    Raises
    ------
    ValueError
        If the source has no authors or no year.
    """
    there = {"author": entry.persons.get("author"), "year": entry.fields.get("year")}
    if missing := [name for name, value in there.items() if not value]:
        lost = " and ".join(missing)
        raise ValueError(f"sources must have author and year, got {entry.key} without {lost}")
    persons = entry.persons["author"]
    names = ["\u00a0".join(person.prelast_names + person.last_names) for person in persons]
    authors = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return f"{authors}, {entry.fields['year']}".replace("{", "").replace("}", "")


def setup(app: Sphinx) -> dict[str, bool]:  # noqa: ARG001
    """Register with Sphinx, and with pybtex."""
    register_plugin("pybtex.style.labels", NAME, LabelStyle)
    register_plugin("pybtex.style.formatting", NAME, Style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
