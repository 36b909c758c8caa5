"""What a trained network is kept in: one ``.npz`` file of arrays, never of pickled objects."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from .contracts import Array, array

LAYERS = "layers"  # the entry that names the classes of the layers


def write(path: str | PathLike[str], layers: Sequence[str], state: Mapping[str, Any]) -> None:
    """Write a file with the names of the layers and the arrays of ``state``.

    Raises ``ValueError``, and leaves what is there, if a value of the state is not one array.
    """
    demand_path(path)
    entries: dict[str, Any] = {LAYERS: np.array(layers)}
    for name, value in state.items():
        entries[name] = array(name, value)
        if entries[name].dtype.hasobject:
            raise ValueError(f"{name} must be an array of numbers to be kept, got {value!r}")
    Path(path).write_bytes(packed(entries))


def demand_path(path: str | PathLike[str]) -> None:
    """Demand the name of a file; a number could be an open one, such as what a notebook prints."""
    if not isinstance(path, str | PathLike):
        raise ValueError(f"path must be the name of a file, got {path!r}")


def packed(entries: Mapping[str, Any]) -> bytes:
    """Return arrays by name as the content of an ``.npz`` file."""
    content = BytesIO()
    np.savez(content, **entries)
    return content.getvalue()


def read(path: str | PathLike[str]) -> tuple[list[str], dict[str, Array]]:
    """Return what ``write`` has written; ``ValueError`` if the file is not one of these."""
    demand_path(path)
    content = BytesIO(Path(path).read_bytes())
    try:
        with np.load(content, allow_pickle=False) as entries:
            state = dict(entries)
        if not all(isinstance(entry, np.ndarray) for entry in state.values()):
            raise ValueError("not all of its entries are arrays")
        return [str(name) for name in state.pop(LAYERS)], state
    except Exception as error:  # a damaged byte may end in any kind of error of what unpacks
        raise ValueError(
            f"path must be a file that Network.save wrote, got {path}: {error}"
        ) from None
