"""The fixtures of all tests that open pages in a browser, and how the tests share the cores."""

import gc
import os

import pytest
from visits import addresses, browser, visit

__all__ = ["addresses", "browser", "visit"]

# The files that take longest, in the order in which they begin: the last one would run alone.
LONGEST = (
    *("browser", "practice", "address", "firefox", "pages", "chinese_pages"),
    *("questions", "notebooks"),
)

# Trees of pages are large: to look through them for what is no longer used, as often as Python
# does by default, takes a tenth of the time.
gc.set_threshold(100_000, 20, 20)


def pytest_xdist_auto_num_workers() -> int:
    """Start one process more than there are cores: they often wait for a browser."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin, then the chapters, which wait for kernels."""
    first = [f"test_{name}" for name in LONGEST]

    def place(item: pytest.Item) -> int:
        if item.path.suffix == ".ipynb":
            return len(first)
        return first.index(item.path.stem) if item.path.stem in first else len(first) + 1

    items.sort(key=place)
