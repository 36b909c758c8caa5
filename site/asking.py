"""The words of a question, in the cell that asks it: taken out for translators, and put back.

A cell with ``ask(...)`` is code, but what it says is text. Its piece for translators has a line for
each text, with the name of what it is and the placeholders of f-strings as they stand:

    ask
    words: The price of one car rises by 1. By how much does the bill rise?
    because: {count} cars cost {count} more, with the tax {tax} times that.
    reply to tax: That is one car with its tax. {count} are bought.

The question is then made twice: in the cell, for those who run it, and from the stored widget, for
pages, where the numbers in place of the placeholders are read off the stored English words.
"""

import ast
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

from backprop.explorers import ask
from backprop.explorers.questions import Question
from backprop.explorers.questions.figure import NUMBER
from backprop.show.language import pattern

HEAD = "ask"  # the first line of a piece
WORDS = re.compile(r"[A-Za-z]{2}")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
FORM = re.compile(r'class="question-words">(.*?)</(?:span|legend)>')
CHOICE = re.compile(r'<input type="radio"[^>]*><span>(.*?)</span></label>')
UNIT = re.compile(r"<input [^>]*> <span>(.*?)</span></label>")


class Text(NamedTuple):
    """A text in a cell: what it is, its words, and where its literal stands."""

    label: str
    words: str
    literal: ast.Constant | ast.JoinedStr


def asks(source: str) -> bool:
    """Say whether a cell asks a question."""
    return re.search(r"^ask\(", source, re.MULTILINE) is not None


def texts(source: str) -> list[Text]:
    """Return the texts of a cell that has words, in their order."""
    found: list[Text] = []
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found += literals(statement.targets[0].id, statement.value)
        elif isinstance(statement, ast.Expr) and isinstance(call := statement.value, ast.Call):
            found += literals("words", call.args[0])
            for keyword in call.keywords:
                if isinstance(keyword.value, ast.Dict):
                    found += replies(keyword.value)
                elif keyword.arg in ("answer", "because", "unit"):
                    found += literals(keyword.arg, keyword.value)
    return found


def replies(mistakes: ast.Dict) -> Iterator[Text]:
    """Yield the texts of mistakes and of the replies to them."""
    for mistake, reply in zip(mistakes.keys, mistakes.values, strict=True):
        assert mistake is not None  # no question unpacks a dictionary
        listed = list(literals("mistake", mistake))
        yield from listed
        key = str(mistake.value) if isinstance(mistake, ast.Constant) else ast.unparse(mistake)
        yield from literals("reply" if listed else f"reply to {key}", reply)


def literals(label: str, value: ast.expr) -> Iterator[Text]:
    """Yield the literals with words in an expression, but for keys and arguments."""
    match value:
        case ast.Constant(value=str(words)):
            written = words
        case ast.JoinedStr():
            written = "".join(map(template, value.values))
        case ast.Call(func=ast.Attribute(value=inner, attr=name), args=arguments):
            yield from literals(label, inner)
            for argument in arguments if name == "format" else ():
                yield from literals(label, argument)
            return
        case ast.BinOp(left=left, right=right):
            yield from literals(label, left)
            yield from literals(label, right)
            return
        case _:
            return
    if WORDS.search(PLACEHOLDER.sub("", written)):
        yield Text(label, written, value)


def template(part: ast.expr) -> str:
    """Return a part of an f-string as it is written."""
    if isinstance(part, ast.FormattedValue):
        form = "".join(map(template, part.format_spec.values)) if part.format_spec else ""  # type: ignore[attr-defined]
        return f"{{{ast.unparse(part.value)}{form and f':{form}'}}}"
    assert isinstance(part, ast.Constant)
    return str(part.value).replace("{", "{{").replace("}", "}}")


# --- the piece ----------------------------------------------------------------------------------


def piece(source: str) -> str:
    """Return the piece of a cell for translators."""
    return "\n".join([HEAD, *(f"{text.label}: {text.words}" for text in texts(source))])


def lines(english: str, there: str) -> list[tuple[str, str, str]]:
    """Return each label with its English and its translation; none if the labels are others."""
    ours, theirs = english.split("\n")[1:], there.split("\n")
    if len(theirs) != len(ours) + 1 or theirs[0] != HEAD:
        return []
    found = []
    for one, other in zip(ours, theirs[1:], strict=True):
        label, _, words = one.partition(": ")
        if not other.startswith(f"{label}:"):
            return []
        found.append((label, words, other.removeprefix(f"{label}:").strip()))
    return found


def put_in(source: str, english: str, there: str) -> str:
    """Return a cell with translated texts in place of its own."""
    cell = source.encode().split(b"\n")  # ast counts bytes
    translated = [words for _, _, words in lines(english, there)]
    for text, words in reversed(list(zip(texts(source), translated, strict=True))):
        at = text.literal
        assert at.end_lineno and at.end_col_offset is not None
        sign = "f" if isinstance(at, ast.JoinedStr) else ""
        escaped = words.replace("\\", "\\\\").replace('"', '\\"')
        before, after = cell[at.lineno - 1][: at.col_offset], cell[at.end_lineno - 1]
        line = before + f'{sign}"{escaped}"'.encode() + after[at.end_col_offset :]
        cell[at.lineno - 1 : at.end_lineno] = [line]
    return b"\n".join(cell).decode()


# --- the stored question ------------------------------------------------------------------------


def translated(data: dict[str, Any], english: str, there: str) -> Question:
    """Return the question that translated words ask, from the data of the stored one."""
    table = [entry(one, other) for _, one, other in lines(english, there)]

    def found(marked: str) -> str:
        return said(unescape(re.sub("</?code>", "`", marked)), table)

    (words,), unit = FORM.findall(data["form"]), UNIT.findall(data["form"])
    choices = CHOICE.findall(data["form"])
    if choices:
        wrong = [pair for pair in zip(choices, data["replies"], strict=True) if pair[1]]
        answer, listed = found(choices[data["answer"]]), [found(choice) for choice in choices]
        for one, other in zip(choices, listed, strict=True):
            if bool(NUMBER.match(unescape(one))) != bool(NUMBER.match(other)):
                raise ValueError(f"{other!r} must begin with its number as {one!r} does, or not")
    else:
        wrong, answer = data["replies"], data["answer"]
    return ask(
        found(words),
        answer=answer,
        because=found(data["because"]),
        mistakes={found(one) if choices else one: found(reply) for one, reply in wrong},
        unit="".join(map(found, unit)),
        show=data["show"],
    )


def entry(english: str, there: str) -> tuple[str, str]:
    """Return a template and its translation with plain names for the placeholders.

    Those without a name of their own, ``{}`` and ``{:g}``, are counted.
    """
    names: dict[str, str] = {}

    def named(words: str) -> str:
        count = 0

        def name(match: re.Match[str]) -> str:
            nonlocal count
            key = match[0]
            if key == "{}" or key.startswith("{:"):
                count, key = count + 1, f"{count}{key}"
            return f"{{{names.setdefault(key, f'p{len(names)}')}}}"

        return PLACEHOLDER.sub(name, words)

    return named(english), named(there)


def said(text: str, table: list[tuple[str, str]]) -> str:
    """Return the translation of a text that a cell has made of one of its templates."""
    for english, there in table:
        if match := pattern(english).fullmatch(text):
            values = {name: said(value, table) for name, value in match.groupdict().items()}
            return PLACEHOLDER.sub(lambda name: values[name[0][1:-1]], there)  # noqa: B023
    return text
