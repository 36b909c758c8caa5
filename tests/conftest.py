"""The fixtures of all tests that open pages in a browser."""

from visits import addresses, browser, visit

__all__ = ["addresses", "browser", "visit"]
