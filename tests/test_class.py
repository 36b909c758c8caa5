"""Worksheets: their numbers, codes and keys, and how they come out on paper."""

import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from io import StringIO
from itertools import islice, product
from pathlib import Path

import problems
import pytest
import sheets
from codes import SIGNS, code, codes, known
from drills import Solver, solved
from key import key, key_csv
from playwright.sync_api import Browser
from problems import Problem, different, plain
from wording import in_language, named, reason
from worksheet import AGAIN, FOOT, HEAD, MARGINS, PAPERS, Sheet, divided, height, room, worksheet

from backprop.explorers.practice.levels import LEVELS
from backprop.explorers.practice.mistakes import SAYS

STAGES = [(level, k) for level, stages in LEVELS.items() for k in range(len(stages))]
every_stage = pytest.mark.parametrize(("level", "stage"), STAGES)
every_language = pytest.mark.parametrize("language", ["en", "zh"])


def close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-3)


def numbers_of(problem: Problem) -> list[tuple[float, dict[str, float]]]:
    """Solve a problem independently: for each entry the right number and those of mistakes."""
    rows = {name: [list(row) for row in rows] for name, rows in problem.given.items()}
    solutions = solved([entry.name for entry in problem.entries], Solver(problem.formulas, rows))
    return [(float(x), {n: float(y) for n, y in w.items() if y is not None}) for x, w in solutions]


@every_stage
def test_numbers_are_those_of_an_independent_solver(level: str, stage: int) -> None:
    for problem in problems.problems(level, stage, 8, seed=3):
        for entry, (right, wrong) in zip(problem.entries, numbers_of(problem), strict=True):
            assert close(entry.number, right), (problem.given_words, entry.name)
            named = {name: m.number for m in entry.mistakes for name in m.names}
            due = {name: x for name, x in wrong.items() if not close(x, right)}
            assert named.keys() == due.keys(), (problem.given_words, entry.name)
            for name, number in due.items():
                assert plain(named[name]) == plain(number)


@every_stage
def test_what_follows_from_a_mistake_is_found(level: str, stage: int) -> None:
    [problem] = problems.problems(level, stage, 1, seed=5)
    rows = {name: [list(row) for row in rows] for name, rows in problem.given.items()}
    names = [entry.name for entry in problem.entries]
    right = [entry.number for entry in problem.entries]
    for p, entry in enumerate(problem.entries):
        for mistake in entry.mistakes:
            slip = {entry.name: mistake.number - entry.number}
            after = [float(x) for x, _ in solved(names, Solver(problem.formulas, rows), slip)]
            due = {q: x for q, x in enumerate(after) if q > p and not close(x, right[q])}
            assert mistake.then.keys() == due.keys()
            assert all(close(mistake.then[q], x) for q, x in due.items())


def test_numbers_are_written_as_people_write_them() -> None:
    written = {1 / 3: "0.3333", 2.625: "2.625", 59049.0: "59049", -0.0: "0", -1e-3: "−0.001"}
    assert {number: plain(number) for number in written} == written


# --- sheets and codes -----------------------------------------------------------------------------


def test_no_two_sheets_have_a_task_in_common_and_the_graphs_are_the_same() -> None:
    made = sheets.sheets(20, 7, sheets.stages_of(["nodes.2", "scores.1"]), "en")
    for column in zip(*(sheet.problems for sheet in made), strict=True):
        assert len({problem.given_words for problem in column}) == 20
        assert len({problem.kind for problem in column}) == 1


def test_a_sheet_is_the_same_each_time_and_in_a_larger_class() -> None:
    stages = sheets.stages_of(["nodes.3"])
    small, large = (sheets.sheets(count, 2, stages, "en") for count in (4, 9))
    assert small == sheets.sheets(4, 2, stages, "en")
    assert all(sheet in large for sheet in small)
    assert [sheet.code for sheet in large] == sorted(sheet.code for sheet in large)
    other = sheets.sheets(9, 3, stages, "en")
    assert {sheet.code for sheet in other}.isdisjoint(sheet.code for sheet in large)


def test_more_students_than_tasks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "GIVE_UP", 2)
    there = len(list(different("scores", 0, 1, alike=True)))
    expected = f"too many students: count must be at most {there} for .*'One sample' of 'scores'"
    with pytest.raises(ValueError, match=expected):
        sheets.sheets(there + 1, 1, [("scores", 0)], "en")
    assert len(sheets.sheets(there, 1, [("scores", 0)], "en")) == there


def test_every_slip_in_a_code_is_noticed() -> None:
    for number in range(5):
        text = code("7 chain.1", number)
        assert known(text)
        assert known(text.lower().replace("-", ""))
        signs = text.replace("-", "")
        for i, sign in product(range(len(signs)), SIGNS + "0O1IL"):
            assert known(signs[:i] + sign + signs[i + 1 :]) == (sign == signs[i])
        for i, j in product(range(len(signs)), repeat=2):
            swapped = list(signs)
            swapped[i], swapped[j] = signs[j], signs[i]
            assert known("".join(swapped)) == (signs[i] == signs[j])
        assert not known(signs[:-1])


def test_codes_differ() -> None:
    assert len(set(islice(codes("1 chain.1"), 3000))) == 3000
    assert len({code("1 chain.1", number) for number in range(50000)}) < 50000  # so they may meet


# --- the key --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def everything() -> dict[str, list[Sheet]]:
    """Return, for each language, two sheets with all tasks that there are."""
    return {
        language: sheets.sheets(2, 4, sheets.stages_of(LEVELS), language)
        for language in ("en", "zh")
    }


def cells(html: str) -> Iterator[list[str]]:
    """Yield the texts of each row of the tables."""
    for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL):
        yield [unescape(text) for text in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]


@every_language
def test_the_key_has_every_number_with_its_mistakes(everything, language: str) -> None:
    made, say = everything[language], in_language(language)
    rows = iter([row for row in cells(key(made, "", language)) if len(row) == 3])
    for sheet in made:
        assert len(next(rows)) == 3  # the heads of its columns
        for entry in (entry for problem in sheet.problems for entry in problem.entries):
            label, shown, wrong = next(rows)
            assert (label, shown) == (entry.label, entry.shown)
            found = re.findall(r"<b>(.*?)</b> (.*?)</span>", wrong)
            assert found == [
                (m.shown, " / ".join(named(name, say) for name in m.names)) for m in entry.mistakes
            ]
    assert not list(rows)


def test_the_table_finds_each_number_by_its_sheet_and_entry(everything) -> None:
    table = list(csv.DictReader(StringIO(key_csv(everything["en"], "en"))))
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in table:
        found.setdefault((row["code"], row["task"], row["entry"], row["number"]), []).append(row)
    for sheet in everything["en"]:
        for task, problem in enumerate(sheet.problems, 1):
            for p, entry in enumerate(problem.entries):
                place = sheet.code, str(task), entry.label
                [right] = found[*place, entry.shown.replace("−", "-")]
                assert right["verdict"] == "right"
                for mistake in entry.mistakes:
                    row = found[*place, mistake.shown.replace("−", "-")][0]
                    assert (row["verdict"], row["reply"]) == ("mistake", mistake.said)
                    for q, number in mistake.then.items():
                        later = sheet.code, str(task), problem.entries[q].label
                        rows = found[*later, plain(number).replace("−", "-")]
                        assert f"{mistake.shown} for {entry.label}." in rows[-1]["reply"]
                        assert q > p
    assert {row["verdict"] for row in table} == {"right", "mistake", "follows"}


ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
KEPT = re.compile(r"exp ln|<code>.*?</code>")  # the signs of a formula, and what is typed


def test_no_english_is_left_in_chinese(everything) -> None:
    made = everything["zh"]
    short = Sheet(made[0].code, made[0].problems[:1])  # its last page has room for working
    body = key(made, "", "zh") + "".join(worksheet(one, "a4", "zh") for one in [*made, short])
    read = [
        *re.findall(r'aria-label="([^"]*)"', body),
        *re.split(r"<style>.*?</style>|<[^>]*>", KEPT.sub("", body)),
    ]
    read += key_csv(made, "zh").splitlines()[1:]
    for sheet in made:
        for problem in sheet.problems:
            read += [problem.given_words, *problem.solution]
            read += [text for entry in problem.entries for text in (entry.name, entry.said)]
    for text in read:
        assert not ENGLISH.search(KEPT.sub("", text)), text


def test_every_mistake_has_a_short_name_in_chinese() -> None:
    names = [named(name, in_language("zh")) for name in SAYS]
    assert len(set(names)) == len(names)
    assert not set(names) & set(SAYS)
    reasons = [reason(name, in_language("zh")) for name in SAYS]
    assert all(text.endswith("。") and "." not in text for text in reasons)


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"students": "0"}, "students must be .* >= 1, got 0"),
        ({"seed": "0"}, "seed must be .* >= 1, got 0"),
        ({"levels": ["chian"]}, "levels must be .* got 'chian'; there are chain.1 to .3, nodes.1"),
        ({"levels": ["chain.4"]}, "levels must be .* got 'chain.4'"),
        ({"levels": ["chain."]}, "levels must be .* got 'chain.'"),
        ({"levels": ["chain", "chain.2"]}, "levels must name each stage once, got chain.2"),
    ],
)
def test_bad_arguments_are_refused_by_name(tmp_path: Path, changed: dict, expected: str) -> None:
    asked = {"students": "2", "seed": "7", "levels": ["chain.1"], **changed}
    out = tmp_path / "out"
    with pytest.raises(ValueError, match=expected):
        sheets.main(asked["students"], asked["seed"], str(out), "a4", "en", *asked["levels"])
    assert not out.exists()


def test_only_its_own_files_are_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_browser(*_: Path) -> None:
        raise FileNotFoundError("There is no browser")

    monkeypatch.setattr(sheets, "print_pdf", no_browser)

    def make(students: str = "2", out: Path = tmp_path) -> None:
        with pytest.raises(SystemExit, match=r"No PDF was made.*\bbrowser"):
            sheets.main(students, "7", str(out), "a4", "en", "chain.1")

    make()
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made.keys() == {"sheets.html", "key.html", "key.csv"}
    make()
    assert made == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(
        ValueError, match=r"out must be a new .* with key.csv, key.html, sheets.html"
    ):
        make("3")
    (tmp_path / "marks.ods").touch()
    with pytest.raises(
        ValueError, match=r"out must be .* with key.csv, key.html, marks.ods, \.\.\."
    ):
        make()
    with pytest.raises(ValueError, match="out must be a folder, got a file"):
        make(out=tmp_path / "marks.ods")


# --- on paper -------------------------------------------------------------------------------------


def test_a_sheet_has_an_even_number_of_pages(everything) -> None:
    tasks = everything["en"][0].problems
    counts = set()
    for many in range(1, len(tasks) + 1):
        html = worksheet(Sheet("K7M-2QX", tasks[:many]), "letter", "en")
        count = html.count('<section class="page">')
        assert count % 2 == 0
        assert re.findall(r"Page \d+ of \d+", html) == [
            f"Page {i} of {count}" for i in range(1, count + 1)
        ]
        assert html.count("K7M-2QX") == count + 1  # below each page, and at the head
        assert re.findall(r"<h2>(\d+) ", html) == [str(i) for i in range(1, many + 1)]
        counts.add(count)
    assert counts == {2, 4, 6}


# What stands on each page, in millimetres, and whether something is wider than the page.
ROOM = """() => [...document.querySelectorAll(".page")].map((page) => {
    const box = (part) => part.getBoundingClientRect();
    const high = (part) => box(part).height * 25.4 / 96;
    return {
        tasks: [...page.querySelectorAll(".task")].map(high),
        around: high(page) - high(page.querySelector(".tasks")),
        wide: [...page.querySelectorAll("*")].some((part) => box(part).right > box(page).right + 1),
    };
})"""


@every_language
def test_every_task_has_the_room_that_it_needs(browser: Browser, language: str) -> None:
    paper = "a4"  # of both the narrower one
    made = [
        Sheet("K7M-2QX", tuple(problems.problems(*stage, 1, seed, language)[0] for stage in STAGES))
        for seed in range(1, 6)
    ]
    assert len({problem.kind for sheet in made for problem in sheet.problems}) == 19
    body = "".join(worksheet(sheet, paper, language) for sheet in made)
    html = sheets.page("", body, "", paper, language)
    page = browser.new_page(
        viewport={"width": int((PAPERS[paper][0] - MARGINS[0]) * 96 / 25.4), "height": 1000}
    )
    page.emulate_media(media="print")
    page.set_content(html.replace("</style>", ".task { flex: none }</style>", 1))
    found = iter(page.evaluate(ROOM))
    page.close()
    for sheet in made:
        for i, tasks in enumerate(divided(sheet.problems, room(paper))):
            one = next(found)
            assert one["around"] <= FOOT + (AGAIN if i else HEAD)
            assert not one["wide"]
            for (_, problem), high in zip(tasks, one["tasks"], strict=True):
                assert high <= height(problem), problem.title
    assert not list(found)


@pytest.mark.usefixtures("browser")
def test_pdfs_have_the_pages_that_are_due(tmp_path: Path) -> None:
    command = [sys.executable, sheets.__file__, "3", "7", tmp_path, "letter", "zh"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "sheets.pdf" in ran.stdout
    pages = {}
    for name in ("sheets", "key"):
        pdf = (tmp_path / f"{name}.pdf").read_bytes()
        assert set(re.findall(rb"/MediaBox \[([^\]]*)\]", pdf)) == {b"0 0 612 792"}
        assert b"/Lang (zh-CN)" in pdf
        assert b"/StructTreeRoot" in pdf
        pages[name] = len(re.findall(rb"/Type /Page\b", pdf))
    assert pages == {"sheets": 3 * 2, "key": 1 + 3}
