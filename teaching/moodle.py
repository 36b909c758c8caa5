"""Questions as Moodle XML: https://docs.moodle.org/en/Moodle_XML_format.

A single number becomes a question of the type *numerical*, a whole task one of the type *cloze*
(embedded answers). Moodle takes the first answer in whose range a typed number lies. Each category
has its own questions, so that a quiz can draw from it at random.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from questions import Question
from targets import Target, plain

PICTURE = "graph.svg"


@dataclass(frozen=True)
class Category:
    """Questions that can take each other's place; ``path`` leads to them from the top."""

    path: tuple[str, ...]
    about: str
    questions: Sequence[Question]


def quiz(categories: Sequence[Category]) -> bytes:
    """Return the file that Moodle imports."""
    root = Element("quiz")
    for category in categories:
        place = "/".join(name.replace("/", "//") for name in ("$course$", "top", *category.path))
        head = SubElement(root, "question", type="category")
        texted(SubElement(head, "category"), place)
        texted(SubElement(head, "info", format="html"), f"<p>{escape(category.about)}</p>")
        root.extend([asked(question) for question in category.questions])
    indent(root)
    found: bytes = tostring(root, "utf-8", xml_declaration=True)
    return found + b"\n"


def asked(question: Question) -> Element:
    """Return one question."""
    whole = question.place is None
    found = Element("question", type="cloze" if whole else "numerical")
    texted(SubElement(found, "name"), question.name)
    fields = [cloze(targets) for targets in question.targets] if whole else ()
    text = texted(
        SubElement(found, "questiontext", format="html"),
        question.text(f"@@PLUGINFILE@@/{PICTURE}", fields),
    )
    if question.picture:
        file = SubElement(text, "file", name=PICTURE, path="/", encoding="base64")
        file.text = base64.b64encode(question.picture.encode()).decode()
    texted(SubElement(found, "generalfeedback", format="html"), question.solution)
    if not whole:
        SubElement(found, "defaultgrade").text = "1"
    SubElement(found, "penalty").text = "0.3333333"
    SubElement(found, "hidden").text = "0"
    SubElement(found, "idnumber").text = question.ident
    if not whole:
        found.extend([answer(target) for target in question.targets[0]])
    return found


def answer(target: Target) -> Element:
    """Return one answer of a numerical question."""
    found = Element("answer", fraction="100" if target.right else "0", format="moodle_auto_format")
    texted(found, plain(target.number))
    texted(SubElement(found, "feedback", format="html"), escape(target.reply))
    SubElement(found, "tolerance").text = plain(target.margin)
    return found


def cloze(targets: Sequence[Target]) -> str:
    """Return a field with its answers. Moodle reads the replies as HTML twice."""
    answers = (
        f"%{100 if one.right else 0}%{plain(one.number)}:{plain(one.margin)}#{closed(one.reply)}"
        for one in targets
    )
    return f"{{1:NUMERICAL:{'~'.join(answers)}}}"


def closed(reply: str) -> str:
    """Return a reply as HTML in which nothing ends the field."""
    found = escape(escape(reply, quote=False), quote=False)
    return found.replace("~", "&#126;").replace("}", "&#125;")


def texted(parent: Element, text: str) -> Element:
    """Put a text into an element, as Moodle wants all texts, and return the element."""
    SubElement(parent, "text").text = text
    return parent
