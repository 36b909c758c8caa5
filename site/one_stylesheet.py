"""A Sphinx extension: give the pages one stylesheet, with the rules that they can need.

A browser paints nothing before it has all stylesheets of a page. The theme and its extensions bring
twelve, 550 KB, for icons, grids and components that this book does not have. When all pages are
written, the sheets become one file, in their order, without the rules that match nothing.

A rule stays if every name in its selector, of a class, an id or a tag, is a word of some page or of
some script that the pages load. So it stays, too, if it is for what only a script makes: an open
menu, a search result. Where a script puts a name together, its first part is enough:
``bs-tooltip-`` keeps all names that begin like this.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tinycss2
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

Node = Any  # a rule or a token of tinycss2
LINK = re.compile(r'<link (?=[^>]*rel="stylesheet")[^>]*href="([^"]+)"[^>]*>')
SCRIPT = re.compile(r'<script\s[^>]*src="([^"]+)"')
WORD = re.compile(r"[A-Za-z_][\w-]*")
ADDRESS = re.compile(r"url\((?!data:|[\"'])")
NESTED = ("media", "supports", "container", "layer")  # rules that hold rules
ONE = Path("_static/book.css")


# --- the words of pages and scripts -------------------------------------------------------------


class Words:
    """The words of some texts, to ask which names can occur."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.words: set[str] = set()
        for text in texts:
            # In the JavaScript of figures, which stands in JSON, lines end with these two letters.
            self.words.update(WORD.findall(text.replace(r"\n", " ")))
        self.beginnings = tuple(word for word in self.words if word.endswith("-") and len(word) > 2)

    def __contains__(self, name: str) -> bool:
        return name in self.words or name.startswith(self.beginnings)


# --- the rules that stay ------------------------------------------------------------------------


def needed(rules: Iterable[Node], words: Words) -> Iterator[str]:
    """Yield the rules, as text, that can match something."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [
                tinycss2.serialize(selector).strip()
                for selector in separated(rule.prelude)
                if all(name in words for name in names(selector))
            ]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content).strip()}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTED and rule.content:
            inner = "".join(needed(parsed(rule.content), words))
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{\n{inner}}}\n"
        else:
            yield f"{rule.serialize()}\n"


def parsed(css: Any) -> list[Node]:
    """Return the rules of a stylesheet, or of a rule that holds rules."""
    rules: list[Node] = tinycss2.parse_rule_list(css, skip_comments=True, skip_whitespace=True)
    for rule in rules:
        if rule.type == "error":
            raise ExtensionError(f"a stylesheet cannot be read: {rule.message}")
    return rules


def separated(prelude: Iterable[Node]) -> list[list[Node]]:
    """Return the selectors that stand before a rule, with commas between them."""
    selectors: list[list[Node]] = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def names(selector: Iterable[Node]) -> Iterator[str]:
    """Yield the names that a page must have for a selector to match.

    What stands in brackets counts as there: an attribute, such as the one for dark mode, may come
    from a script that spells it otherwise, and what follows ``:not`` or ``:is`` can be missing.
    """
    before: Node = None
    for token in selector:
        if token.type in ("ident", "hash") and before != ":":
            yield token.value
        before = token


# --- all sheets into one ------------------------------------------------------------------------


def merged(sheets: Iterable[Path], folder: Path, words: Words) -> str:
    """Return what is needed of some stylesheets, for one that stands in a folder."""
    texts = []
    for sheet in sheets:
        away = sheet.parent.relative_to(folder).as_posix()
        css = sheet.read_text(encoding="utf-8")
        for rule in parsed(css):
            if rule.type == "at-rule" and rule.lower_at_keyword == "import":
                imported = next(part.value for part in rule.prelude if part.type == "string")
                texts.append(merged([(sheet.parent / imported).resolve()], folder, words))
        rules = (r for r in parsed(css) if r.type != "at-rule" or not at_top(r))
        texts.append(ADDRESS.sub(f"url({away}/", "".join(needed(rules, words))))
    return "".join(texts)


def at_top(rule: Node) -> bool:
    """Say whether a rule can stand only at the beginning of a stylesheet."""
    return rule.lower_at_keyword in ("import", "charset")


def combine(app: Sphinx, exception: Exception | None) -> None:
    """Write the one stylesheet, and lead all pages to it."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir).resolve()
    apart = {folder / "_static", folder / "lite"}  # templates, and pages of JupyterLab
    files = [page for page in sorted(folder.rglob("*.html")) if not apart & {*page.parents}]
    pages = {page: page.read_text(encoding="utf-8") for page in files}
    sheets = sheets_of(pages)
    if not sheets:
        return  # no page is new
    scripts = {file for page, html in pages.items() for file in named(SCRIPT, page, html)}
    texts = [file.read_text(encoding="utf-8") for file in scripts]
    css = merged(sheets, folder / ONE.parent, Words([*pages.values(), *texts]))
    (folder / ONE).write_text(css, encoding="utf-8")
    digest = sha256(css.encode()).hexdigest()[:8]  # a browser that has the last one asks for this
    for page, html in pages.items():
        up = "../" * (len(page.relative_to(folder).parts) - 1)
        link = f'<link rel="stylesheet" href="{up}{ONE.as_posix()}?v={digest}" />'
        # At the end, so that no short script of the head waits for it.
        new = LINK.sub("", html).replace("</head>", f"{link}</head>", 1)
        if new != html:
            page.write_text(new, encoding="utf-8")


def sheets_of(pages: dict[Path, str]) -> list[Path]:
    """Return the stylesheets of the pages that Sphinx has written anew."""
    found = {page: named(LINK, page, html) for page, html in pages.items()}
    lists = {tuple(sheets) for sheets in found.values() if sheets and sheets[0].name != ONE.name}
    if len(lists) > 1:
        raise ExtensionError(f"pages have different stylesheets: {lists}")
    return [*lists.pop()] if lists else []


def named(pattern: re.Pattern[str], page: Path, html: str) -> list[Path]:
    """Return the files that a page names in tags of one kind, in their order."""
    return [(page.parent / urlsplit(name).path).resolve() for name in pattern.findall(html)]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", combine, priority=900)  # the theme still changes one of them
    return {"parallel_read_safe": True, "parallel_write_safe": True}
