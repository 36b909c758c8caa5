"""Write the chapters' Markdown in a form that every notebook can show.

The chapters use directives and roles of MyST, which a plain notebook shows as they are typed. An
extension of JupyterLab knows some of them, but it adds 7 MB to the site, and it cannot number an
exercise or name a source, because a notebook is only one chapter. The built pages can.
"""

import re
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.locale import _

FENCE = re.compile(
    r"^(?P<colons>:{3,})\{(?P<kind>[\w-]+)\} *(?P<argument>[^\n]*)\n"
    r"(?P<options>(?::[\w-]+:[^\n]*\n)*)(?P<body>.*?)\n?^(?P=colons)$",
    re.MULTILINE | re.DOTALL,
)
LABEL = re.compile(r"^:label: (.+)$", re.MULTILINE)
ROLE = re.compile(r"(?<!`)\{([\w:-]+)\}`([^`]+)`")
EQUATION = re.compile(r"^\$\$ \((\S+)\)$", re.MULTILINE)
PAGE_LINK = re.compile(r"\[([^\]]+)\]\([^):]+\.md\)")  # to a page that is no notebook


def names_on(page: Path, citations: dict[str, str]) -> dict[str, str]:
    """Return what a built page calls its equations, its exercises and the sources it cites.

    Parameters
    ----------
    page : Path
        A file of HTML.
    citations : dict
        From the place of a source on the page of sources to its key.
    """
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    names: dict[str, str] = {}
    for equation in soup.select("div.math[id^=equation-]"):
        number = str(equation.select(".eqno")[0].contents[0])
        names[str(equation["id"]).removeprefix("equation-")] = number
    for exercise in soup.select("div.exercise[id]"):
        number = exercise.select(".caption-number")[0].get_text()
        names[str(exercise["id"])] = number.strip()
    for link in soup.select(".bd-article a.reference.internal[href*='#']"):
        if key := citations.get(str(link["href"]).partition("#")[2]):
            names[key] = f"[{link.get_text()}]"
    return names


def plain(source: str, names: dict[str, str]) -> str:
    """Return the text of a Markdown cell without directives and roles of MyST.

    Raises
    ------
    KeyError
        With a directive or role for which there is no form here, or a name that no page has.
    """

    def fence(match: re.Match[str]) -> str:
        argument, body = match["argument"], match["body"]
        match match["kind"]:
            case "exercise":
                label = LABEL.search(match["options"])
                heading = names[label[1] if label else "exercise without label"]
                return f"**{heading}{argument and f' ({argument})'}**\n\n{body}"
            case "solution-start":
                return f"**{_('Solution to {exercise}').format(exercise=names[argument])}**"
            case "solution-end":
                return "---"  # a rule: here the solution ends
            case "dropdown":
                return f"<details><summary>{argument}</summary>\n\n{body}\n\n</details>"
            case "admonition":
                return f"**{argument}**\n\n{body}"
            case kind:
                raise KeyError(kind)

    def role(match: re.Match[str]) -> str:
        kind, target = match.groups()
        if kind not in ("eq", "ref", "cite"):
            raise KeyError(kind)
        return names[target]

    source = FENCE.sub(fence, source)
    source = EQUATION.sub(lambda match: rf"\tag{{{names[match[1]].strip('()')}}}" "\n$$", source)
    source = ROLE.sub(role, source)
    return PAGE_LINK.sub(r"\1", source)
