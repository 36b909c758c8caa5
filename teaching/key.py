"""The key of a class: for each sheet the right numbers, and what leads to the wrong ones."""

import csv
from collections.abc import Iterator, Sequence
from html import escape
from io import StringIO

from problems import Entry, Problem
from wording import Say, in_language, named, plain, reason
from worksheet import Sheet, heading

COLUMNS = ("code", "task", "entry", "number", "verdict", "mistake", "reply")


def key(sheets: Sequence[Sheet], command: str, language: str) -> str:
    """Return the key for paper."""
    say = in_language(language)
    made = {
        name: None
        for sheet in sheets
        for problem in sheet.problems
        for entry in problem.entries
        for mistake in entry.mistakes
        for name in mistake.names
    }
    terms = "".join(
        f"<div><dt>{escape(named(name, say))}</dt><dd>{escape(reason(name, say))}</dd></div>"
        for name in made
    )
    how = (
        "Behind each right number stand the wrong ones that have a name, each with what leads to "
        "it if all numbers before it are right. What is right after a wrong number is in key.csv, "
        "under follows."
    )
    tables = "\n".join(table(sheet, say) for sheet in sheets)
    return (
        f"<h1>{say('Key to the worksheets')}</h1><p>{say(how)}</p>"
        f"<p>{say('The sheets are in the order of their codes, and were made by')}<br>"
        f"<code>{escape(command)}</code></p>"
        f"<h2>{say('What the names of the mistakes mean')}</h2>"
        f"<p>{say('Such a number comes out if you')}</p><dl>{terms}</dl>\n{tables}"
    )


def table(sheet: Sheet, say: Say) -> str:
    """Return the key to a sheet; its code stands on each page where a part of it is."""
    heads = "".join(
        f'<th scope="col">{say(text)}</th>' for text in ("Entry", "Right", "Wrong, and why")
    )
    tasks = "".join(part(number, one, say) for number, one in enumerate(sheet.problems, 1))
    return (
        f'<table><thead><tr><th colspan="3"><h2 class="code">{sheet.code}</h2></th></tr>'
        f"<tr>{heads}</tr></thead>{tasks}</table>"
    )


def part(number: int, problem: Problem, say: Say) -> str:
    """Return the rows of a task."""
    rows = "".join(
        f'<tr><th scope="row">{escape(entry.label)}</th><td>{entry.shown}</td>'
        f"<td>{' '.join(wrong(entry, say))}</td></tr>"
        for entry in problem.entries
    )
    title = f'<th scope="rowgroup" colspan="3">{number} · {escape(heading(problem))}</th>'
    return f"<tbody><tr>{title}</tr>{rows}</tbody>"


def wrong(entry: Entry, say: Say) -> Iterator[str]:
    """Yield each wrong number with the names of its mistakes."""
    for mistake in entry.mistakes:
        names = " / ".join(escape(named(name, say)) for name in mistake.names)
        yield f'<span class="wrong"><b>{mistake.shown}</b> {names}</span>'


def key_csv(sheets: Sequence[Sheet], language: str) -> str:
    """Return the key for programs: a row for each number that is known of an entry."""
    say = in_language(language)
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for sheet in sheets:
        for number, problem in enumerate(sheet.problems, 1):
            for p, entry in enumerate(problem.entries):
                for shown, *verdict in rows(problem, p, say):
                    shown = shown.replace("−", "-")
                    writer.writerow([sheet.code, number, entry.label, shown, *verdict])
    return file.getvalue()


def rows(problem: Problem, p: int, say: Say) -> Iterator[tuple[str, str, str, str]]:
    """Yield the numbers of entry p: right, of mistakes, and right after an earlier mistake."""
    entry = problem.entries[p]
    yield entry.shown, "right", "", ""
    for mistake in entry.mistakes:
        names = " / ".join(named(name, say) for name in mistake.names)
        yield mistake.shown, "mistake", names, mistake.said
    follows: dict[str, dict[str, list[str]]] = {}
    for earlier in problem.entries[:p]:
        for mistake in earlier.mistakes:
            if p in mistake.then:
                given = f"{mistake.shown} for {earlier.label}"
                names = " / ".join(named(name, say) for name in mistake.names)
                follows.setdefault(plain(mistake.then[p]), {}).setdefault(given, []).append(names)
    for shown, sources in follows.items():
        reply = " ".join(say(f"Right after {given}.") for given in sources)
        yield (
            shown,
            "follows",
            " / ".join(names for found in sources.values() for names in found),
            reply,
        )
