"""The base of the explorers: figures whose controls work in notebooks and in the plain HTML.

An explorer is a widget. Python computes a table of settings and draws a still picture; a small
JavaScript module in the same folder looks up the setting that the reader chooses and displays it.
The page of the built book runs the same module, from the state that the notebook has stored, so it
needs no kernel.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from IPython.display import display

from ...contracts import Array
from ...show.language import HERE, Words, say, say_in, spoken, table, words
from ...show.picture import Picture

Nested = float | Array | Sequence["Nested"]  # numbers, and lists of them, as deep as you like

KIT = Path(__file__).parent
IMPORT = re.compile(r'^import [^;]* from "(.+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
COMMENT = re.compile(r"^\s*(//|/\*\*|\*/|\* ).*\n", re.MULTILINE)
BEHIND = re.compile(r" +// [^\"'`\n]*$", re.MULTILINE)  # what has a quote may be a text
SPACE = re.compile(r"\n\s*")
FIGURE = re.compile(r"^export default ", re.MULTILINE)


def scripts(file: Path, language: str = "en") -> list[str]:
    """Return the texts of a JavaScript module: of the files that it imports, then its own.

    A widget is a single module, so imports and exports between the files become plain definitions,
    each file once and after those that it needs; comments and indents stay behind. In another
    language than English the module ends with what translates the figure, and with its tables.
    """
    texts: dict[Path, str] = {}

    def add(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        for name in IMPORT.findall(text):
            if (other := (path.parent / name).resolve()) not in texts:
                add(other)
        texts[path] = without_comments(EXPORT.sub("", IMPORT.sub("", text)))

    add(file.resolve())
    if language == "en":
        return list(texts.values())
    texts[file.resolve()] = FIGURE.sub("const figure = ", texts[file.resolve()])
    add(KIT / "translated.js")
    shared, own = (listed(folders, language) for folders in ((KIT, HERE), (file.parent,)))
    ending = f'export default translated(figure, "{language}", [...{own}, ...ALL_FIGURES]);\n'
    return [*texts.values(), f"const ALL_FIGURES = {shared};\n", ending]


def listed(folders: Sequence[Path], language: str) -> str:
    """Return the tables of some folders as JavaScript, as short as it can be."""
    pairs = [pair for folder in folders for pair in table(folder, language).items()]
    return json.dumps(pairs, ensure_ascii=False, separators=(",", ":"))


def without_comments(script: str) -> str:
    r"""Return JavaScript without comments, indents and empty lines.

    >>> without_comments('// all of a line\nlet a = "x // y";  // behind it\n')
    'let a = "x // y";\n'
    """
    return SPACE.sub("\n", BEHIND.sub("", COMMENT.sub("", script))).lstrip("\n")


def bundle(file: Path, language: str = "en") -> str:
    """Return a JavaScript module as one text, with the files that it imports in front of it."""
    return "".join(scripts(file, language))


def sheets(folder: Path) -> list[str]:
    """Return the stylesheet of all explorers, and that of the folder if it has one."""
    files = [KIT / "explorers.css", *folder.glob("figure.css")]
    return [file.read_text(encoding="utf-8") for file in files]


def styles(folder: Path) -> str:
    """Return the stylesheets of an explorer as one text."""
    return "".join(sheets(folder))


def rounded(values: Nested) -> Any:
    """Return numbers rounded to four significant digits, in lists as deep as ``values``.

    What is shown has four digits; rounding in Python alone means that no other program's way to
    break a tie can show another number.
    """
    if isinstance(values, list | tuple) or (isinstance(values, np.ndarray) and values.ndim):
        return [rounded(value) for value in values]
    return float(f"{values:.4g}")


def row_text(row: Iterable[object]) -> str:
    """Return a row of a table as one text: as a list, each number would be a line of a notebook."""
    return " ".join(map(str, row))


class Explorer(anywidget.AnyWidget):
    """A living figure, with a still picture for paper and for pages without JavaScript.

    A subclass has a folder of its own. Beside the file in which it stands are its JavaScript,
    ``figure.js``, and ``figure.css`` if it has styles of its own. It passes ``data``, a dictionary
    that JSON can hold with a ``label`` that names the figure, and the still ``picture``. Large
    tables can go into ``packed``, as bytes.

    If the subclass defines ``exact(settings)``, a reader with a live kernel can ask for settings
    between those of the table. It returns a dictionary like one entry of the table, in which
    ``packed`` may be bytes, and raises ``ValueError`` for settings that make no sense.
    """

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    packed = traitlets.Bytes().tag(sync=True)

    exact: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    kind = "explorer"  # the class of its place on the page, as ``explorer.js`` is told

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # what help and reference show; the base of all widgets would show (*args, **kwargs)
        own = inspect.signature(cls.__init__)
        cls.__signature__ = own.replace(parameters=list(own.parameters.values())[1:])

    def __init__(self, data: dict[str, Any], picture: Picture, packed: bytes = b"") -> None:
        self.picture = picture
        folder = Path(inspect.getfile(type(self))).parent
        texts = {"_esm": bundle(folder / "figure.js", spoken()), "_css": styles(folder)}
        # its name in the address of a page, where the second of its kind is NAME-2
        data = {"name": folder.name, **data}
        super().__init__(data=data, packed=packed, **texts)
        if self.exact:
            self.on_msg(self._listen)

    @classmethod
    def sayings(cls, language: str | None = None) -> Words:
        """Return what the figure says in a language, beginning with what it alone says."""
        return words(Path(inspect.getfile(cls)).parent, KIT, HERE, language=language)

    def __repr__(self) -> str:
        label = self.data.get("label", type(self).__name__)
        return say(f"Interactive figure: {label}", self.sayings())

    def _ipython_display_(self) -> None:
        """Show the still picture and the widget; where the widget lives, it hides the picture."""
        still = f'<div class="{self.kind}-still">{self.picture.svg}</div>'
        display(Picture(say_in(still, self.sayings()), say(self.picture.alt, self.sayings())))
        if bundled := self._repr_mimebundle_():
            view, metadata = bundled
            display(view, metadata=metadata, raw=True)

    def _listen(self, _widget: Any, message: dict[str, Any], _buffers: list[bytes]) -> None:
        """Answer what the JavaScript asks: whether a kernel is there, and for exact settings."""
        if message.get("ask") == "hello":
            self.send({"answer": "hello"})
        if message.get("ask") == "exact" and self.exact:
            answer = {"id": message.get("id")}
            try:
                data = self.exact(message.get("settings") or {})
            except ValueError as error:
                self.send({**answer, "answer": "refused", "reason": str(error)})
            else:
                packed = [data.pop("packed")] if "packed" in data else None
                self.send({**answer, "answer": "exact", "data": data}, buffers=packed)
