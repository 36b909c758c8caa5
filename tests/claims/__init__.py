"""What the pages say in numbers: a module for each page.

``computed`` yields pieces of the page's text with the numbers computed from the code. ``GIVEN``
holds pieces whose numbers are set, not computed: prices, sizes, definitions. ``test_numbers.py``
compares both with the page.
"""

from collections.abc import Iterator

Claims = Iterator[str]
