"""List the addresses that do not answer, from what Sphinx has found out about all of them.

    python site/dead_links.py output.json FOLDER    print the list, and write it into FOLDER/dead.md

The file is empty if all answer; without a report there is none, for then nobody knows.

A host that refuses a program or has had too many questions is there: people see its page.
"""

import json
import re
import sys
from pathlib import Path
from typing import TypedDict

DEAD = ("broken", "timeout")
THERE = re.compile(r"\b(401|403|405|418|429|999) (Client|Server) Error")
HEAD = """\
These addresses in the book do not answer, or not as they should. Look at each in a browser: if it
is gone for good, take what stands there now, or an archived copy. This list is written anew every
week, and the issue is closed when all of them answer.

"""


class Link(TypedDict):
    """What Sphinx says of an address, in a line of its report."""

    filename: str
    lineno: int
    status: str
    code: int
    uri: str
    info: str


def read(report: str) -> list[Link]:
    """Return the addresses of a report; refuse one without any, which means that it broke off."""
    links: list[Link] = [json.loads(line) for line in report.splitlines()]
    if not any(link["uri"].startswith("http") for link in links):
        raise ValueError("The report has no address that begins with http: was the book read?")
    return links


def dead(links: list[Link]) -> list[Link]:
    """Return the addresses where nobody is."""
    return [link for link in links if link["status"] in DEAD and not THERE.search(link["info"])]


def in_words(links: list[Link]) -> str:
    """Return the list in Markdown: each address once, with its pages and what came back."""
    lines = []
    for uri in sorted({link["uri"] for link in links}):
        same = [link for link in links if link["uri"] == uri]
        pages = ", ".join(sorted({f"`{link['filename']}`" for link in same}))
        info = " ".join(same[0]["info"].replace("`", "'").split())
        cause = re.search(r"Caused by (\w+)", info)  # within many words, all of them in Python
        reason = cause[1] if cause else info[:200] or same[0]["status"]
        lines.append(f"- <{uri}> in {pages}: `{reason}`\n")
    return HEAD + "".join(lines)


def main() -> int:
    """Print and write the list; return 0 if it is empty, 1 if not, 2 if there is no report."""
    report, folder = map(Path, sys.argv[1:])
    try:
        found = dead(read(report.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    text = in_words(found) if found else ""
    (folder / "dead.md").write_text(text, encoding="utf-8")
    print(text or "All addresses answer.\n", end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
