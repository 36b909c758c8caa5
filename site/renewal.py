"""Renew the file of a translated page after the English has changed.

python site/renewal.py NAME ...    quote the English anew, and mark what is to be done
"""

import argparse
import difflib
import re
from collections.abc import Iterator
from pathlib import Path

import asking
from pieces import LANGUAGE, ROOT, Pair, pages, pairs, pieces, text_of
from typesetting import FENCE, MARK, NUMBER, OPTION


def stale(page: str) -> Iterator[str]:
    """Yield how the English of a page differs from that which has been translated."""
    old, new = [pair.english for pair in pairs(page)], pieces(page)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            before, after = ("\n\n".join(part).split("\n") for part in (old[a:b], new[c:d]))
            names = f"chapters/{LANGUAGE}/{text_of(page).name}", page
            yield "\n".join(difflib.unified_diff(before, after, *names, lineterm="", n=1))


def renew(page: str) -> int:
    """Quote the English of a page anew; mark what has to be translated, and return how much.

    A translation that may be old stays below its mark, for the translator to change. Where nothing
    but numbers has changed, it gets the new ones. What has no words stands as it is.
    """
    old, new, there = pairs(page), pieces(page), list[str]()
    matcher = difflib.SequenceMatcher(None, [pair.english for pair in old], new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            there += [pair.there for pair in old[a:b]]
            continue
        for i, english in enumerate(new[c:d], start=a):
            there.append(carried_over(old[i], english) if i < b else marked(english, ""))
    blocks = [f"<!--\n{one}\n-->\n\n{two}\n" for one, two in zip(new, there, strict=True)]
    text_of(page).parent.mkdir(exist_ok=True)
    text_of(page).write_text("\n".join(blocks), encoding="utf-8")
    return sum(text.startswith(MARK) for text in there)


def carried_over(pair: Pair, english: str) -> str:
    """Return the translation of a piece with new numbers in it, marked if more than they changed.

    A paragraph is a line in both languages. In a line whose English words are the same, the new
    numbers take the places of the old ones, if these stand in the same order in both.
    """
    known = pair.there.removeprefix(MARK).strip("\n")
    lines = [text.split("\n") for text in (pair.english, english, known)]
    if len({*map(len, lines)}) > 1:
        return marked(english, known)
    done, there = known == pair.there, list[str]()
    for old, new, line in zip(*lines, strict=True):
        same_words = NUMBER.split(old) == NUMBER.split(new)
        if same_words and NUMBER.findall(old) == NUMBER.findall(line):
            words, numbers = NUMBER.split(line), [*NUMBER.findall(new), ""]
            there.append("".join(word + n for word, n in zip(words, numbers, strict=True)))
        else:
            done &= old == new
            there.append(line)
    return "\n".join(there) if done else marked(english, "\n".join(there))


def marked(english: str, known: str) -> str:
    """Return what a translator finds below a piece that is new or has changed."""
    if not re.search("[A-Za-z]", OPTION.sub("", FENCE.sub("", english))):
        return english
    if not known and english.startswith(f"{asking.HEAD}\n"):
        known = re.sub(r"^([^\n]+?): .*$", r"\1:", english, flags=re.MULTILINE)
    return f"{MARK}\n\n{known}".strip()


def main() -> None:
    """Renew the pages that the command line names."""
    parser = argparse.ArgumentParser(description="Quote the English of pages anew.")
    parser.add_argument("names", nargs="+")
    names = parser.parse_args().names
    known = {Path(page).stem: page for page in pages()}
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no page {', '.join(unknown)}; there are: {', '.join(known)}")
    for name in names:
        count, path = renew(known[name]), text_of(known[name]).relative_to(ROOT)
        print(f"{path}: {f'{count} pieces to translate' if count else 'all is translated'}")


if __name__ == "__main__":
    main()
