"""What the pages say in numbers: a module for each page, compared by ``test_numbers.py``.

``CLAIMS`` are pieces of the page's text, word for word, in which ``{{…}}`` stands for each number
that the page's cells compute: an expression and a format, as in an f-string. It is evaluated where
the piece stands, with the variables that the cells above have left there, or, if it needs some of
a cell below, right after that one. ``np`` and ``backprop`` are always there. A piece may come with
a condition that has to hold, for what the text says in words. ``read(cell, "loss *, reg *")``
returns the numbers at the stars, as text, from what a cell says or has printed; a cell is named by
its id, and its stored output is what a fresh run must show again. ``page=`` is for cells of other
pages.

``GIVEN`` are pieces whose numbers nobody computes: facts from outside with their source, and what
is set or defined. They stand under the reason why they need no computing.
"""
