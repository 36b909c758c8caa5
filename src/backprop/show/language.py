"""The words of figures in another language than the English in which their code is written.

A table such as ``zh.toml`` holds for each sentence and each label that readers see what another
language says in its place; ``{names}`` stand for what varies, which is looked up in its turn. Each
folder of figures has a table of its own. JavaScript looks texts up in the same way, in
``explorers/kit/translated.js``.

>>> say("Step 2: c = 3. Good.", [("Step {k}: {sum}.", "第 {k} 步：{sum}。"), ("Good.", "好。")])
'第 2 步：c = 3。好。'
"""

import re
import tomllib
from functools import cache
from html import escape, unescape
from pathlib import Path

HERE = Path(__file__).parent
SENTENCE_END = re.compile(r"([.!?]) +")
PLACE = re.compile(r"\{(\w+)\}")
# Chinese has no spaces of its own, and wide signs: what is put together is set as it should be.
WIDE = "\u2014-\u201d\u2026\u3000-\u9fff\uff00-\uffef"
BETWEEN_WIDE = re.compile(f"([{WIDE}]) +(?=[{WIDE}])")
AFTER_WIDE = re.compile(f"([{WIDE}])([.,:;?!])(?= |$)")
SIGNS = dict(zip(".,:;?!", "。，：；？！", strict=True))
BESIDE_SIGN = re.compile(r" *([，。：；？！（）、“”]) *")
HEARD = re.compile(r'(?<=aria-label=")[^"]*(?=")')
READ = re.compile(r"(?<=>)[^<>]+(?=<)")
STYLE = r"<style>.*?</style>"
GRAPH = '<div class="backprop-graph" role="group" aria-label="Computational graph">'
PARTS = re.compile(f"({STYLE}|{GRAPH}|</svg>)", re.DOTALL)

Words = list[tuple[str, str]]
choice = {"language": "en"}


def speak(language: str) -> None:
    """Choose the language of the figures that are made from now on: "en" or that of a table."""
    known = ["en", *sorted(path.stem for path in HERE.glob("*.toml"))]
    if language not in known:
        raise ValueError(f"language must be one of {', '.join(known)}, got {language!r}")
    choice["language"] = language


def spoken() -> str:
    """Return the language that figures are made in."""
    return choice["language"]


@cache
def table(folder: Path, language: str) -> dict[str, str]:
    """Return the table of a folder: what its figures say, and what another language says."""
    path = folder / f"{language}.toml"
    if language == "en" or not path.exists():
        return {}
    found: dict[str, str] = tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def words(*folders: Path, language: str | None = None) -> Words:
    """Return the entries of some folders in one list; those that say more come first."""
    texts: dict[str, str] = {}
    for folder in folders:
        texts = texts | {**table(folder, language or spoken()), **texts}
    return sorted(texts.items(), key=lambda pair: -len(PLACE.sub("", pair[0])))


def say(text: str, known: Words) -> str:
    """Return what another language says in place of a text; sentences without an entry stay."""
    sentences = SENTENCE_END.sub(r"\1\n", text).split("\n")
    return joined(" ".join(_say(sentence, known) for sentence in sentences)) if known else text


def joined(text: str) -> str:
    """Return a text with the spaces and signs that Chinese writes."""
    text = AFTER_WIDE.sub(lambda found: found[1] + SIGNS[found[2]], text)
    return BESIDE_SIGN.sub(r"\1", BETWEEN_WIDE.sub(r"\1", text))


def _say(sentence: str, known: Words) -> str:
    for english, there in known:
        if found := pattern(english).fullmatch(sentence):
            parts = {name: say(value, known) for name, value in found.groupdict().items()}
            return PLACE.sub(lambda place: parts[place[1]], there)  # noqa: B023 - called at once
    return sentence


@cache
def pattern(english: str) -> re.Pattern[str]:
    """Return what an entry stands for; a name that comes twice stands for one thing."""
    texts, names = PLACE.split(english)[::2], PLACE.findall(english)
    parts = [re.escape(texts[0])]
    for i, (name, text) in enumerate(zip(names, texts[1:], strict=True)):
        parts.append(f"(?P={name})" if name in names[:i] else f"(?P<{name}>.+?)")
        parts.append(re.escape(text))
    return re.compile("".join(parts), re.DOTALL)


def say_in(html: str, known: Words) -> str:
    """Return a picture with the texts in it that are read or heard in another language.

    A single word in a graph is a name of the code, and stays.
    """

    def there(text: re.Match[str]) -> str:
        if in_graph and text.re is READ and " " not in text[0].strip():
            return text[0]
        return escape(say(unescape(text[0]), known), quote=text.re is HEARD)

    if not known:
        return html
    parts, in_graph = [], False
    for part in PARTS.split(html):
        in_graph = part == GRAPH or (in_graph and part != "</svg>")
        styles = part.startswith("<style>")
        parts.append(part if styles else READ.sub(there, HEARD.sub(there, f">{part}<"))[1:-1])
    return "".join(parts)
