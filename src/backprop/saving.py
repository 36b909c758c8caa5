"""What a trained network is kept in: one ``.npz`` file of arrays, never of pickled objects."""

import zipfile
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from .contracts import Array

LAYERS = "layers"  # the entry that names the classes of the layers


def write(path: str | PathLike[str], layers: Sequence[str], state: Mapping[str, Any]) -> None:
    """Write a file with the names of the layers and the arrays of ``state``."""
    with open(path, "wb") as file:  # noqa: PTH123 - np.savez would add .npz to a name without it
        entries: dict[str, Any] = {LAYERS: np.array(layers), **state}
        np.savez(file, **entries)


def read(path: str | PathLike[str]) -> tuple[list[str], dict[str, Array]]:
    """Return what ``write`` has written; ``ValueError`` if the file is not one of these."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as entries:  # noqa: PTH123
            state = dict(entries)
        if not all(isinstance(entry, np.ndarray) for entry in state.values()):
            raise ValueError("not all of its entries are arrays")
        return [str(name) for name in state.pop(LAYERS)], state
    except (ValueError, TypeError, AttributeError, KeyError, EOFError, zipfile.BadZipFile) as error:
        # TypeError and AttributeError: a file of one array, which has neither names nor a with
        raise ValueError(
            f"path must be a file that Network.save wrote, got {path}: {error}"
        ) from None
