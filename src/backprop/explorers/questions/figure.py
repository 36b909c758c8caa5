"""Question: a number to type or a text to choose, with a reply to each mistake people make."""

import re
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from zlib import crc32

from ...contracts import instance, number
from ...show.drawing import short
from ...show.language import say
from ...show.picture import Picture
from ..kit.base import Explorer

CODE = re.compile(r"`([^`]+)`")
NUMBER = re.compile(r"[+-−]?\d*\.?\d+")
STATE = re.compile(r"[\w-]+:\w+=[^\s&]+")  # of one figure, as an address says it
DIGITS = 3  # as many tell numbers apart; the page accepts a number rounded to them
TYPED = 'type="text" inputmode="text" autocomplete="off" autocapitalize="off" spellcheck="false"'
HERE = 'data-lm-suppress-shortcuts="true"'  # JupyterLab leaves the keys to this control


def ask(
    words: str,
    *,
    answer: float | str,
    because: str,
    mistakes: Mapping[float, str] | Mapping[str, str],
    unit: str = "",
    show: str = "",
) -> "Question":
    """Return a question for readers, who commit to an answer before they see it.

    ``answer`` is a number to be typed, or the right one of some texts to choose from;
    ``because`` is the reason, shown with it. ``mistakes`` holds what people answer who think of
    something wrong, each with its reply: numbers, or the other texts to choose from. All of
    these are best made of the chapter's own objects, so that they cannot go stale. ``unit``
    stands behind a number to be typed. ``show`` is the state in which a figure of the same page
    shows the answer, as in an address: "descent:lr=2.1,step=6". What stands in backticks is
    shown as code.

    Raises ``ValueError`` for a question without words, a reason or a mistake, for a mistake without
    a reply, and if two answers are the same: numbers that have the same three digits, or texts.

    >>> ask(
    ...     "How much is 2 + 2?",
    ...     answer=2 + 2,
    ...     because="Two more than two.",
    ...     mistakes={22: "These are the digits, side by side."},
    ... )
    Question: How much is 2 + 2?
    """
    return Question(words, answer, because, mistakes, unit, show)


class Question(Explorer):
    """A question, its answer and the replies to mistakes; see ``ask``."""

    kind = "question"

    def __init__(
        self,
        words: str,
        answer: float | str,
        because: str,
        mistakes: Mapping[float, str] | Mapping[str, str],
        unit: str = "",
        show: str = "",
    ) -> None:
        said("words", words)
        said("because", because)
        instance("unit", unit, str, "a text"), instance("show", show, str, "a text")
        instance("mistakes", mistakes, Mapping, "replies by wrong answer")
        if show and not STATE.fullmatch(show):
            raise ValueError(f"show must be like 'descent:lr=2.1,step=6', got {show!r}")
        if not mistakes:
            raise ValueError("mistakes must name at least one wrong answer")
        replies: dict[float | str, str] = dict(mistakes.items())
        for wrong, reply in replies.items():
            said(f"mistakes[{wrong!r}]", reply)
        different(answer, *replies)
        self.words = words
        self.choices: list[str] = []
        if isinstance(answer, str):
            self.choices = in_order([answer, *map(str, replies)], words)
        meant = answer if isinstance(answer, str) else float(answer)  # 2 is 2.0
        key = sha256(repr((words, self.choices, meant)).encode()).hexdigest()[:8]
        listed: list[str] | list[tuple[float, str]]
        if self.choices:
            listed = [marked(replies.get(choice, "")) for choice in self.choices]
        else:
            listed = [(float(wrong), marked(reply)) for wrong, reply in replies.items()]
        answered = marked(answer) if isinstance(answer, str) else f"{short(answer)} {marked(unit)}"
        data = {
            "name": None,  # it has no state for the address of the page
            "label": "Question",
            "key": key,  # a changed question has another one: what was answered is forgotten
            "form": choosing(words, self.choices, key) if self.choices else typing(words, unit),
            "answer": self.choices.index(answer) if isinstance(answer, str) else float(answer),
            "replies": listed,
            "told": answered.strip(),
            "because": marked(because),
            "show": show,
        }
        super().__init__(data, Picture(self.on_paper(data, unit), self.in_a_line(unit)))

    def __repr__(self) -> str:
        return say(f"Question: {plain(self.words)}", self.sayings())

    def in_a_line(self, unit: str) -> str:
        """Return what a reader is asked, choices too, in one line."""
        return " / ".join(map(plain, filter(None, [self.words, *self.choices, unit])))

    def on_paper(self, data: Mapping[str, object], unit: str) -> str:
        """Return the question as HTML with room to write, and without scripts with its answer."""
        choices = "".join(f"<li>{marked(choice)}</li>" for choice in self.choices)
        room = f"<ul>{choices}</ul>" if choices else f'<p class="question-room">{marked(unit)}</p>'
        solution = f"<p><strong>{data['told']}.</strong> {data['because']}</p>"
        fold = f"<details><summary>The answer</summary>{solution}</details>"
        words = f"<p><strong>Question.</strong> {marked(self.words)}</p>"
        return f"{words}{room}<noscript>{fold}</noscript>"


def said(name: str, words: str) -> str:
    """Return ``words`` if they say something."""
    if not isinstance(words, str) or not words.strip():
        raise ValueError(f"{name} must be words, got {words!r}")
    return words


def different(answer: float | str, *wrong: float | str) -> None:
    """Refuse answers that are no numbers or texts, all of them the same, or that look alike."""
    seen: dict[str, str] = {}
    for name, value in [("answer", answer), *((f"mistakes[{w!r}]", w) for w in wrong)]:
        if isinstance(value, str) != isinstance(answer, str):
            raise ValueError(f"{name} must be of the kind of the answer {answer!r}, got {value!r}")
        if isinstance(value, str):
            looks = " ".join(plain(said(name, value)).casefold().split())
        else:
            looks = f"{number(name, value) + 0.0:.{DIGITS}g}"
        if looks in seen:
            raise ValueError(f"{name} must differ from {seen[looks]}, but both are {looks}")
        seen[looks] = name


def in_order(choices: list[str], words: str) -> list[str]:
    """Return choices that begin with numbers in their order, others as the mistakes stand there.

    The answer is the first of them and goes to a place that does not give it away.
    """
    leading = [found[0] for choice in choices if (found := NUMBER.match(choice))]
    if len(leading) == len(choices):
        sizes = [float(number.replace("−", "-")) for number in leading]
        return [choice for _, choice in sorted(zip(sizes, choices, strict=True))]
    answer, *wrong = choices
    place = crc32(words.encode()) % len(choices)
    return [*wrong[:place], answer, *wrong[place:]]


def plain(text: str) -> str:
    """Return a text without the marks of code."""
    return CODE.sub(r"\1", text)


def marked(text: str) -> str:
    """Return a text as HTML, with code in backticks."""
    return CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def typing(words: str, unit: str) -> str:
    """Return the HTML of a field for a number; its label is the question."""
    field = f"<input {TYPED} {HERE}>{unit and f' <span>{marked(unit)}</span>'}"
    return f'<label><span class="question-words">{marked(words)}</span> {field}</label>'


def choosing(words: str, choices: list[str], key: str) -> str:
    """Return the HTML of a list to choose from; its legend is the question."""
    radio = f'<input type="radio" name="question-{key}" {HERE}>'
    listed = "".join(f"<label>{radio}<span>{marked(choice)}</span></label>" for choice in choices)
    return f'<fieldset><legend class="question-words">{marked(words)}</legend>{listed}</fieldset>'
