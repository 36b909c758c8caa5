"""Make nbval compare the figures of the notebooks, which it skips.

This file is in the root, not in tests/, so that pytest loads it for ``chapters/`` alone as well.
"""

from nbformat import NotebookNode
from nbval.plugin import IPyNbCell
from notebooks import figure_change, figures

compare_all_but_figures = IPyNbCell.compare_outputs


def compare_outputs(
    self: IPyNbCell, new: list[NotebookNode], stored: list[NotebookNode], *rest: object
) -> bool:
    """Compare the outputs as nbval does, then the PNG figures by their pixels."""
    if not compare_all_but_figures(self, new, stored, *rest):
        return False
    pairs = figures(new), figures(stored)
    if len(pairs[0]) != len(pairs[1]):
        problem = f"the cell draws {len(pairs[0])} figures, but {len(pairs[1])} are stored"
    else:
        problem = next(filter(None, map(figure_change, *pairs)), "")
    if problem:
        self.comparison_traceback.append(f"{problem}\nIf that is meant: python run.py notebooks")
    return not problem


IPyNbCell.compare_outputs = compare_outputs
