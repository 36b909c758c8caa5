"""A Sphinx extension: say on every page which version of the book it is from.

``pyproject.toml`` says it, once. ``CITATION.cff`` and ``CHANGELOG.md`` have to say the same, and a
release has to be one: with a number, a day, and a section that tells what is new.

    python site/version.py v2.0.0    print that section, for the page of the release
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the workflow that makes releases asks before anything is installed
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent
NEXT = "Unreleased"  # the section of what comes with the next release


def read(name: str) -> str:
    """Return the text of a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def version() -> str:
    """Return the version, such as 2.0.0, or 2.1.0.dev0 on the way to 2.1.0."""
    found: str = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    return found


def cited(key: str) -> str:
    """Return what ``CITATION.cff`` says in a line of its own, nothing if it does not."""
    line = re.search(rf"^{key}: (.*)$", read("CITATION.cff"), re.MULTILINE)
    return line[1].strip("\"'") if line else ""


def newest() -> tuple[str, str]:
    """Return the heading and the text of the first section of ``CHANGELOG.md``."""
    _, heading, text, *_ = re.split(r"^## (.*)\n", read("CHANGELOG.md"), flags=re.MULTILINE)
    return heading, text.strip()


def faults() -> list[str]:
    """Return where the files do not say the same, a sentence each."""
    here, day, (heading, _) = version(), cited("date-released"), newest()
    expected = NEXT if ".dev" in here else f"{here} - {day or 'YYYY-MM-DD'}"
    found = []
    if cited("version") != here:
        found.append(f"CITATION.cff has version {cited('version')!r}, pyproject.toml {here!r}.")
    if bool(day) == (".dev" in here):
        found.append(f"CITATION.cff has date-released {day!r}, but the version is {here}.")
    if heading != expected:
        found.append(f"CHANGELOG.md begins with {heading!r}, not with {expected!r}.")
    return found


def notes(tag: str) -> str:
    """Return what a release brings; refuse a tag that the files do not fit."""
    wrong = faults()
    if tag != f"v{version()}" or ".dev" in tag:
        wrong.append(f"The tag must be v and the version of a release, got {tag!r}: {version()}.")
    if wrong:
        raise ValueError(" ".join(wrong))
    return newest()[1]


def set_release(app: "Sphinx", config: Any) -> None:  # noqa: ARG001
    """Tell Sphinx the version; ``templates/copyright.html`` shows it."""
    config.release = version()


def setup(app: "Sphinx") -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", set_release)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    try:
        print(notes(sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
