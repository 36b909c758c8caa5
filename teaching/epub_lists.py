"""The lists of an EPUB: its table of contents, and all of its files.

The second says also what libraries and shops want to know: whose book it is, in which language,
and what readers get who do not see it.
"""

import re
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from appendix import NAME
from edition import Edition
from one_file import Page

KINDS = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".png": "image/png"}
NEEDS = {"nav": b'epub:type="toc"', "mathml": b"<math", "svg": b"<svg"}
PACKAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{tag}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{uuid}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>{tag}</dc:language>
<dc:creator>{author}</dc:creator>
<dc:rights>CC BY 4.0</dc:rights>
<meta property="dcterms:modified">{modified}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{items}
</manifest>
<spine>
{spine}
</spine>
</package>
"""


def contents(book: Edition) -> str:
    """Return the contents: parts, their pages and the sections of these."""
    lines = []
    for part, pages in groupby(book.pages, lambda page: page.part):
        inside = "\n".join(map(entry, pages))
        lines.append(f"<li><span>{escape(part)}</span><ol>{inside}</ol></li>" if part else inside)
    listed = "\n".join(lines)
    return f'<nav epub:type="toc"><h1>{book.say("Contents")}</h1><ol>\n{listed}\n</ol></nav>'


def entry(page: Page) -> str:
    """Return a page and its sections as an entry of the contents."""
    lines = []
    for section in page.text.select(f":scope:not(#{NAME}) > section:has(> h2)"):
        (heading,) = section.select(":scope > h2")
        address = f"{page.name}.xhtml#{section['id']}"
        lines.append(f'<li><a href="{address}">{escape(heading.get_text(strip=True))}</a></li>')
    sections = f"<ol>{''.join(lines)}</ol>" if lines else ""
    return f'<li><a href="{page.name}.xhtml">{escape(page.title)}</a>{sections}</li>'


def package(book: Edition, files: dict[str, bytes]) -> bytes:
    """Return the list of all files, pages in the order in which they are read."""
    items, spine = [], []
    for k, (name, data) in enumerate(files.items()):
        kind, needs = Path(name).suffix, ""
        if kind == ".xhtml":
            spine.append(f'<itemref idref="f{k}"/>')
            needs = " ".join(need for need, sign in NEEDS.items() if sign in data)
        has = f' properties="{needs}"' if needs else ""
        items.append(f'<item id="f{k}" href="{name}" media-type="{KINDS[kind]}"{has}/>')
    built = (book.folder / "chapters" / "index.html").stat().st_mtime
    return PACKAGE.format(
        tag=book.tag,
        uuid=uuid5(NAMESPACE_URL, f"backpropagation-in-fifteen-minutes/{book.tag}"),
        title=escape(book.title),
        author=escape(re.sub("^(By |作者：)", "", book.author)),
        modified=f"{datetime.fromtimestamp(built, UTC):%Y-%m-%dT%H:%M:%SZ}",
        items="\n".join(items),
        spine="\n".join(spine),
    ).encode()
