"""What a translation must keep of the English, and how Chinese is set.

The rules are those that compositors of Chinese books follow where Chinese stands beside formulas,
code and Latin letters.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import asking
from markdown_it import MarkdownIt

MARK = "TODO: translate"  # stands above what is new, or old
FENCE = re.compile(r"^(:{3,}|`{3,})\{([\w-]+)\} *(.*)$", re.MULTILINE)
OPTION = re.compile(r"^:[\w-]+:.*$", re.MULTILINE)
DISPLAYED = re.compile(r"\$\$\n(.*?)\n\$\$( \([\w-]+\))?", re.DOTALL)
INLINE = re.compile(r"(?<![\\$])\$([^$\n]+)\$")
ROLE = re.compile(r"\{[\w:-]+\}`[^`]+`")
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
TARGET = re.compile(r"\]\(([^)\s]+)\)")
WORDS_IN_FORMULA = re.compile(r"\\text\{[^}]*\}|[\s,，.。]|\\q?quad")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*|[¼½¾]")
TAG = re.compile(r"<[^>\n]+>")
BLOCKS = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
SENTENCE = re.compile(r"[A-Za-z]+(?:,? [A-Za-z]+){4,}")  # names have fewer words
PLACE = re.compile(r"\{[^{}\n]*\}")  # in questions
HAN = r"\u4e00-\u9fff"
FULL = "，。：；？！（）“”、"
LATIN = "[A-Za-z0-9]"
BLOCK = r"[-#|:<>]|\d+\. "  # how a line begins that is no part of a paragraph
THING = r"(?:\$[^$\n]+\$|`[^`\n]+`|\{\w+\}`[^`]+`)"
MISPRINTS = {
    "write full-width punctuation after Chinese": rf"[{HAN}][,.:;?!]|[,;:?!][{HAN}]",
    "write full-width brackets around Chinese": rf"(?<!\])\((?![^)]*\]\()[^()]*[{HAN}][^()]*\)",
    "put a space between Chinese and a letter or digit": rf"[{HAN}]{LATIN}|(?:{LATIN}|%)[{HAN}]",
    "put a space between Chinese and code or a formula": rf"[{HAN}]{THING}|{THING}[{HAN}]",
    "leave no space beside full-width punctuation": rf"(?<!\|) [{FULL}]|[{FULL}] (?!$|\|)",
    "leave no space between Chinese letters": rf"[{HAN}] +[{HAN}]",
    "write a paragraph in one line": rf"^(?!{BLOCK})[^\n]*[{HAN}{FULL}]\n(?!{BLOCK}|\n|\$\$)",
    "write “ and ”": rf'[{HAN}{FULL}]"|"[{HAN}{FULL}]',
    "write …… or —— twice": r"(?<!…)…(?!…)(?=[\u4e00-\u9fff])|(?<!—)—(?!—)",
}
Count = Callable[[str], Any]


def bare(text: str, *patterns: re.Pattern[str]) -> str:
    """Return a text without what the patterns find."""
    for known in patterns:
        text = known.sub(" ", text)
    return text


def formula(text: str) -> str:
    """Return a formula without its words, whose order is another one, and without punctuation."""
    return WORDS_IN_FORMULA.sub("", text)


def fences(text: str) -> list[tuple[str, str, object]]:
    """Return the directives: labels stay, titles are words."""
    return [
        (colons, kind, argument if kind == "solution-start" else bool(argument))
        for colons, kind, argument in FENCE.findall(text)
    ]


KEPT: dict[str, Count] = {
    "headings": lambda text: re.findall(r"^#+(?= )", text, re.M),
    "directives": fences,
    "options of directives": OPTION.findall,
    "displayed formulas": lambda text: [
        (formula(f), label) for f, label in DISPLAYED.findall(text)
    ],
    "formulas": lambda text: Counter(map(formula, INLINE.findall(bare(text, DISPLAYED)))),
    "code blocks": BLOCKS.findall,
    "roles": lambda text: Counter(ROLE.findall(text)),
    "code": lambda text: Counter(CODE.findall(bare(text, ROLE))),
    "links": lambda text: Counter(TARGET.findall(text)),
    "HTML": lambda text: Counter(TAG.findall(bare(text, DISPLAYED, INLINE, CODE))),
    "numbers": lambda text: Counter(
        NUMBER.findall(bare(text, DISPLAYED, INLINE, ROLE, CODE, TARGET, OPTION, FENCE))
    ),
    "list items and table rows": lambda text: re.findall(r"^(?:- |\d+\. |\|)", text, re.M),
    "signs of strong words (**)": lambda text: len(re.findall(r"\*\*", text)),
}


def faults(english: str, there: str) -> Iterator[str]:
    """Yield what a translation may not change and has changed, and what Chinese does not write."""
    if MARK in there:
        yield f"translate what stands below {MARK!r}, and take that line out"
    elif not there.strip():
        yield "nothing is written below the English"
    elif english.split("\n")[0] == asking.HEAD:
        yield from faults_of_question(english, there)
    else:
        yield from changes(english, there)
        yield from misprints(there)
        for found in SENTENCE.findall(bare(there, BLOCKS, DISPLAYED, INLINE, CODE, TAG, FENCE)):
            yield f"left in English: {found}"


def faults_of_question(english: str, there: str) -> Iterator[str]:
    """Yield the faults of a question, line by line."""
    lines = asking.lines(english, there)
    if not lines:
        labels = [line.partition(": ")[0] for line in english.split("\n")]
        yield f"lines must begin with {', '.join(labels)}, each once and in this order"
    for label, one, other in lines:
        places = [PLACE.findall(text) for text in (one, other)]
        unnamed = [[p for p in found if p[1:2] in ("}", ":")] for found in places]
        if Counter(places[0]) != Counter(places[1]) or unnamed[0] != unnamed[1]:
            yield f"{label}: placeholders: {places[0]} became {places[1]}"
        # what stands for {} may be Chinese: whether it needs a space is for the translator to see
        filled = [PLACE.sub("x", text.replace("{}", "\ufffc")) for text in (one, other)]
        yield from (f"{label}: {fault}" for fault in changes(*filled))
        yield from (f"{label}: {fault}" for fault in misprints(filled[1]))


def changes(english: str, there: str) -> Iterator[str]:
    """Yield what must be the same in both and is not."""
    for what, count in KEPT.items():
        old, new = count(english), count(there)
        if isinstance(old, Counter) and old != new:
            lost, added = ([*(a - b).elements()] for a, b in ((old, new), (new, old)))
            yield f"{what}: " + ", ".join(
                f"{how} {', '.join(map(str, found))}"
                for how, found in (("missing", lost), ("new", added))
                if found
            )
        elif old != new:
            yield f"{what}: {old} became {new}"


def misprints(text: str) -> Iterator[str]:
    """Yield places that are set in another way than Chinese is."""
    text = bare(text, BLOCKS, DISPLAYED, OPTION, FENCE)
    for what, known in MISPRINTS.items():
        for found in re.finditer(known, text, re.MULTILINE):
            around = text[max(0, found.start() - 12) : found.end() + 12].replace("\n", "⏎")
            yield f"{what}: …{around}…"
    # Markdown ends no emphasis between punctuation and a letter: not in **甲：**乙
    if "*" in (shown := MarkdownIt().render(bare(text, INLINE, CODE))):
        place = shown.index("*")
        yield f"put punctuation outside of * *: …{shown[max(0, place - 12) : place + 12]}…"
