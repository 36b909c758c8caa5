"""Questions as QTI 1.2 in the dialect of Canvas, packed as it imports them.

Canvas has no question with several numerical fields, so it gets the single numbers only. Of a
numerical question it counts every answer as right: a mistake's number cannot be an answer with a
reply of its own. All of them are told in the reply to whatever is wrong, where readers find theirs.
Each file of items becomes a question bank.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from questions import Question
from targets import plain
from wording import in_language

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
MANIFEST = "imsmanifest.xml"
COMES_FROM = "Where your number may come from:"
REPLIES = {"general": "general_fb", "right": "correct_fb", "wrong": "general_incorrect_fb"}


@dataclass(frozen=True)
class Bank:
    """Questions that can take each other's place, each for a single number."""

    ident: str
    title: str
    questions: Sequence[Question]


def package(banks: Sequence[Bank], ident: str) -> dict[str, bytes]:
    """Return the files of a package by their names, the manifest first."""
    files = {f"{bank.ident}.xml": written(items(bank)) for bank in banks}
    pictures = {
        picture_of(question): question.picture.encode()
        for bank in banks
        for question in bank.questions
        if question.picture
    }
    return {MANIFEST: written(manifest(banks, ident)), **files, **pictures}


def picture_of(question: Question) -> str:
    """Return the name of the file with a question's picture."""
    return f"pictures/{question.ident}.svg"


def manifest(banks: Sequence[Bank], ident: str) -> Element:
    """Return the list of all files."""
    root = Element("manifest", xmlns=PACKAGE, identifier=ident)
    about = SubElement(root, "metadata")
    SubElement(about, "schema").text = "IMS Content"
    SubElement(about, "schemaversion").text = "1.1.3"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    for bank in banks:
        pictures = [picture_of(question) for question in bank.questions if question.picture]
        name = f"{bank.ident}.xml"
        one = SubElement(
            resources, "resource", identifier=bank.ident, type="imsqti_xmlv1p2", href=name
        )
        SubElement(one, "file", href=name)
        for picture in pictures:
            SubElement(one, "dependency", identifierref=reference(picture))
        for picture in pictures:
            other = SubElement(
                resources,
                "resource",
                identifier=reference(picture),
                type="webcontent",
                href=picture,
            )
            SubElement(other, "file", href=picture)
    return root


def reference(file: str) -> str:
    """Return the identifier of a file, in which XML allows no slash."""
    return file.replace("/", "-")


def items(bank: Bank) -> Element:
    """Return the questions of a bank."""
    root = Element("questestinterop", xmlns=QTI)
    inside = SubElement(root, "objectbank", ident=bank.ident)
    inside.append(fields(bank_title=bank.title))
    inside.extend([item(question) for question in bank.questions])
    return root


def fields(**values: str) -> Element:
    """Return what Canvas wants to know beyond QTI."""
    found = Element("qtimetadata")
    for name, value in values.items():
        field = SubElement(found, "qtimetadatafield")
        SubElement(field, "fieldlabel").text = name
        SubElement(field, "fieldentry").text = value
    return found


def item(question: Question) -> Element:
    """Return one question: what it shows, how it is judged, what it replies."""
    found = Element("item", ident=question.ident, title=question.name)
    about = SubElement(found, "itemmetadata")
    about.append(fields(question_type="numerical_question", points_possible="1"))
    shown = SubElement(found, "presentation")
    html(shown, question.text(picture_of(question)))
    response = SubElement(shown, "response_str", ident="response1", rcardinality="Single")
    SubElement(SubElement(response, "render_fib", fibtype="Decimal"), "response_label", ident="1")
    found.append(judged(question))
    for when, text in replies(question).items():
        feedback = SubElement(found, "itemfeedback", ident=REPLIES[when])
        html(SubElement(feedback, "flow_mat"), text)
    return found


def judged(question: Question) -> Element:
    """Return the rules: the derivation is shown anyway, the right number gets all points."""
    found = Element("resprocessing")
    score = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}
    SubElement(SubElement(found, "outcomes"), "decvar", score)
    right = question.targets[0][0]
    number = Element("or")
    SubElement(number, "varequal", respident="response1").text = plain(right.number)
    between = SubElement(number, "and")
    least, most = right.number - right.margin, right.number + right.margin
    SubElement(between, "vargte", respident="response1").text = plain(least)
    SubElement(between, "varlte", respident="response1").text = plain(most)
    for when, condition in (("general", other()), ("right", number), ("wrong", other())):
        rule = SubElement(found, "respcondition", {"continue": "No" if when == "right" else "Yes"})
        SubElement(rule, "conditionvar").append(condition)
        if when == "right":
            SubElement(rule, "setvar", varname="SCORE", action="Set").text = "100"
        if when in replies(question):
            SubElement(rule, "displayfeedback", feedbacktype="Response", linkrefid=REPLIES[when])
    return found


def other() -> Element:
    """Return the condition that is always met."""
    return Element("other")


def replies(question: Question) -> dict[str, str]:
    """Return the replies in HTML: one to all, and one to what is wrong."""
    return {"general": question.solution, "wrong": "".join(sources(question))}


def sources(question: Question) -> Iterator[str]:
    """Yield the mistakes with their numbers."""
    say = in_language(question.problem.language)
    yield f"<p>{escape(say(COMES_FROM))}</p><ul>"
    for mistake in question.asked[0].mistakes:
        yield f"<li>{mistake.shown}<br/>{escape(mistake.said)}</li>"
    yield "</ul>"


def html(parent: Element, text: str) -> None:
    """Put HTML into an element, as a text of its own."""
    SubElement(SubElement(parent, "material"), "mattext", texttype="text/html").text = text


def written(root: Element) -> bytes:
    """Return a file of XML."""
    indent(root)
    found: bytes = tostring(root, "utf-8", xml_declaration=True)
    return found + b"\n"
