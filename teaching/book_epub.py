"""Pack the built book as an EPUB, for e-readers, tablets and phones.

An EPUB is a ZIP file of pages and pictures, with a list of them and a table of contents.

    python teaching/book_epub.py [--language en|zh] [--without-solutions]
                                 [--site FOLDER] [--out FOLDER]
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from edition import Edition, command_line, edition
from epub_lists import contents, package
from front import title_page
from one_file import HERE
from xhtml import document, texts

NAMES = {"en": "backpropagation.epub", "zh": "backpropagation-zh.epub"}
CONTAINER = """\
<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/>\
</rootfiles>
</container>
"""


def files_of(book: Edition) -> dict[str, bytes]:
    """Return what a reader opens, by the names of the files, pages first and in their order."""
    pages, pictures = texts(book.pages, book.say), {}
    for image in (image for text in pages.values() for image in text.select("img")):
        file = Path(url2pathname(urlsplit(str(image["src"])).path))
        image["src"] = f"images/{file.name}"
        pictures[f"images/{file.name}"] = file.read_bytes()
    front = title_page(book.title, book.author, book.say)
    parts = [
        ("title", book.title, front),
        ("nav", book.say("Contents"), contents(book)),
        *((page.name, page.title, pages[page.name].decode()) for page in book.pages),
    ]
    return {
        **{f"{name}.xhtml": document(title, text, book.tag) for name, title, text in parts},
        "epub.css": (HERE / "epub.css").read_bytes(),
        **pictures,
    }


def pack(book: Edition, target: Path) -> None:
    """Write an EPUB. From the same site it is the same file, whenever it is made."""
    files = files_of(book)
    files = {f"book/{name}": data for name, data in files.items()} | {
        "book/package.opf": package(book, files),
        "META-INF/container.xml": CONTAINER.encode(),
    }
    with ZipFile(target, "w") as archive:
        archive.writestr(ZipInfo("mimetype"), "application/epub+zip", ZIP_STORED)  # must be first
        for name, data in files.items():
            archive.writestr(ZipInfo(name), data, ZIP_DEFLATED)


def main() -> None:
    """Pack what the command line asks for."""
    options = command_line("Pack the built book as an EPUB.").parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for language in [options.language] if options.language else NAMES:
        epub = options.out / NAMES[language]
        try:
            pack(edition(options.site, language, solutions=not options.without_solutions), epub)
        except (FileNotFoundError, ValueError) as error:
            sys.exit(f"{epub.name} was not made: {error}")
        print(f"{epub}: {epub.stat().st_size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
