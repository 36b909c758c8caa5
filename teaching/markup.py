"""Numbers and matrices in HTML that all learning platforms let pass: without styles."""

from collections.abc import Sequence
from html import escape

from problems import Rows


def escaped(rows: Rows) -> Rows:
    """Return rows of texts as HTML."""
    return tuple(tuple(escape(text) for text in row) for row in rows)


def listed(found: dict[str, Rows]) -> str:
    """Return numbers of HTML as a list, matrices below each other."""
    if any(len(rows) * len(rows[0]) > 1 for rows in found.values()):
        return table([{name: rows} for name, rows in found.items()])
    items = (f"<li>{escape(name)} = {rows[0][0]}</li>" for name, rows in found.items())
    return f"<ul>{''.join(items)}</ul>"


def table(lines: Sequence[dict[str, Rows]]) -> str:
    """Return lines of matrices, each with its name before it."""
    cells = (
        "".join(f"<td>{escape(name)} =</td><td>{grid(rows)}</td>" for name, rows in line.items())
        for line in lines
    )
    return f'<table cellpadding="4">{"".join(f"<tr>{line}</tr>" for line in cells)}</table>'


def grid(rows: Rows) -> str:
    """Return a matrix of HTML; a number stands alone."""
    if len(rows) * len(rows[0]) == 1:
        return rows[0][0]
    lines = ("".join(f'<td align="right">{cell}</td>' for cell in row) for row in rows)
    inside = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<table border="1" cellpadding="4">{inside}</table>'
