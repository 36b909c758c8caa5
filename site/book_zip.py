"""Pack the built book as one ZIP file that needs no internet: pages, server, and how to start it.

Only the standard library is used, for ``run.py`` imports it.
"""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

READ_ME = """\
Backpropagation in Fifteen Minutes
==================================

{python}

1. Unpack the whole ZIP file, on each computer that is to show the book.
2. Start the file start.py, which needs Python 3.7 or newer and nothing else:

       Windows:        py start.py     (or double-click it)
       macOS, Linux:   python3 start.py

3. Open the address that it prints, such as http://127.0.0.1:8000. The book is
   there until you close the window or press Ctrl-C. Another port is a number
   behind the name: python3 start.py 9000.

The server answers this computer only. The folder "book" can also be put on any
web server, or be read without one: open book/index.html.
"""
INSIDE = """\
NO INTERNET IS NEEDED. Python for the reader's browser is inside: "Run this
chapter in your browser" works on a computer that has never been online, as
long as the pages come from a web server."""
OUTSIDE = """\
PYTHON IS NOT INSIDE. Reading, figures, questions and drills need no internet.
"Run this chapter in your browser" does: it loads Python from another host.
For a ZIP file with Python inside:

       python run.py pyodide
       python run.py book --self-hosted --zip"""
READ_ONLY = """\
NO INTERNET IS NEEDED. The chapters cannot be run in the browser: this book was
built without that."""


def write_zip(html: Path, licence: Path, target: Path) -> None:
    """Write the built pages in ``html`` into a ZIP file, with what starts them.

    It unpacks as a folder of its own name, so that no two editions come into one.
    """
    folder, lite = target.stem, html / "lite"
    python = INSIDE if (lite / "static" / "pyodide").is_dir() else OUTSIDE
    unfinished = target.with_suffix(".part")
    # Files of before 1980, which some packages have, would be refused.
    with ZipFile(unfinished, "w", ZIP_DEFLATED, strict_timestamps=False) as archive:
        text = READ_ME.format(python=python if lite.is_dir() else READ_ONLY)
        archive.writestr(f"{folder}/READ ME FIRST.txt", text)
        archive.write(Path(__file__).with_name("serve.py"), f"{folder}/start.py")
        archive.write(licence, f"{folder}/LICENSE.txt")
        for path in sorted(html.rglob("*")):
            if path.is_file():
                archive.write(path, f"{folder}/book/{path.relative_to(html).as_posix()}")
    unfinished.replace(target)
