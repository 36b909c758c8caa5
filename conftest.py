"""Make nbval compare what it skips in the notebooks: their figures, and the numbers of the prose.

This file is in the root, not in tests/, so that pytest loads it for ``chapters/`` alone as well.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell, IPyNbFile
from notebooks import figure_change, figures

compare_all_but_figures = IPyNbCell.compare_outputs
collect_cells = IPyNbFile.collect


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


def collect(self: IPyNbFile) -> Iterator[IPyNbCell]:
    """Collect the cells as nbval does; a chapter gets one before and two after them.

    These have the kernel compare the numbers of the prose (``tests/claiming.py``) and the stored
    tables of living figures (``tests/stored.py``), and name nothing that the chapter's own cells
    could use by mistake.
    """
    if self.path.parent.name != "chapters":
        yield from collect_cells(self)
        return

    def item(name: str, number: int, source: str) -> IPyNbCell:
        cell, options = new_code_cell(source, execution_count=1), defaultdict(bool, check=True)
        return IPyNbCell.from_parent(self, name=name, cell_num=number, cell=cell, options=options)

    path = f"__import__('pathlib').Path({str(self.path)!r})"
    folders, claiming = f"__import__('sys').path[:] = {sys.path!r}", "__import__('claiming')"
    yield item("claims", -1, f"{folders}\n{claiming}.watch(get_ipython(), {path})")
    yield from collect_cells(self)
    yield item("numbers", len(self.nb.cells), f"{claiming}.report(get_ipython())")
    yield item("tables", len(self.nb.cells) + 1, f"__import__('stored').report({path})")


IPyNbCell.compare_outputs = compare_outputs
IPyNbFile.collect = collect
