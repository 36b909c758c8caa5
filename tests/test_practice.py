"""The drills: their numbers against an independent solver, and what a reader does on the page."""

import json
import random
import re
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from drills import Solver, solved, typed
from notebooks import ROOT, WIDGET_STATE
from playwright.sync_api import Browser, Locator, Page
from visits import AT_ONCE, Visit, seen_by

from backprop.explorers import BackwardDrill
from backprop.explorers.kit.base import bundle
from backprop.explorers.practice import figure
from backprop.explorers.practice.levels import LEVELS, task
from backprop.explorers.practice.mistakes import SAYS
from backprop.explorers.practice.table import table
from backprop.explorers.practice.task import Ask, Task, factors, hidden

FOLDER = Path(figure.__file__).parent
STAGES = [(level, k) for level, stages in LEVELS.items() for k in range(len(stages))]
every_stage = pytest.mark.parametrize(("level", "stage"), STAGES)
MANY = 200  # tasks of each level


def solvers(tasks: dict) -> list[tuple[list[str], Solver]]:
    """Return for each task of a table the names of its entries and a solver that reads it."""
    found = []
    for text in tasks["tasks"]:
        kind = tasks["kinds"][int(text.split(";")[0])]
        texts = iter(text.split(";")[1].split(","))
        given = {
            name: [list(islice(texts, columns)) for _ in range(rows)]
            for name, rows, columns in kind["given"]
        }
        names = [json.loads(entry)["name"] for entry in kind["entries"]]
        found.append((names, Solver(kind["formulas"], given)))
    return found


# --- the judge of the page, for 200 tasks of each stage -------------------------------------------

JUDGE = """
async ([text, given]) => {
    const url = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
    const { taskOf, grade, read } = await import(url);
    const [stage, cases] = JSON.parse(given); // as one text: value by value would take seconds
    const known = new Map();
    const once = (text) => known.get(text) ?? known.set(text, read(text)).get(text);
    return JSON.stringify(cases.map(({ n, sheets }) => {
        const task = taskOf(stage, n);
        return sheets.map(({ texts, asked, old = [] }) => {
            const typed = texts.map(once);
            return asked.map((k) => grade(task, typed, k, old.map((one) => one && once(one))));
        });
    }));
}
"""


@pytest.fixture(scope="module")
def judge(browser: Browser):
    """Return a function that lets the page's own code judge sheets of typed texts."""
    text = bundle_with_exports()
    page = browser.new_page()
    yield lambda *given: json.loads(page.evaluate(JUDGE, [text, json.dumps(given)]))
    page.close()


def bundle_with_exports() -> str:
    """Return the judge of the drills and the reader of numbers as a module of their own."""
    return f"{bundle(FOLDER / 'grade.js')}export {{ taskOf, grade, read }};"


def test_a_mistake_that_divides_by_0_leads_to_no_number_and_hides_nothing():
    mistakes = {"divided": lambda: np.divide(4.0, 0.0), "twice": np.array([6.0, 2.0])}
    right = np.array([3.0, 2.0])
    ask = Ask("dx", (), lambda: right, mistakes, "x", "the gradient of x", "rule", ["", ""])
    wrong, beside = (found.tolist() for found in Task("made up", {}, [ask]).slips)
    assert wrong == pytest.approx([np.nan, np.nan, 6, 2, -3, -2], nan_ok=True)
    assert beside == [3, 2] * 3
    assert hidden(Task("made up", {}, [ask])) == 1, "the 2 that is right anyway"


@every_stage
def test_every_number_is_judged_as_it_deserves(judge, level: str, stage: int) -> None:
    count = -(-MANY // len(LEVELS[level]))
    tasks = table([task(level, stage, number, seed=1) for number in range(1, count + 1)])
    rng = random.Random(stage)
    cases, expected = [], []
    for n, (names, solver) in enumerate(solvers(tasks)):
        solutions = solved(names, solver)
        right = [typed(answer) for answer, _ in solutions]
        sheets = [{"texts": right, "asked": list(range(len(names)))}]
        told = [[{"verdict": "right"}] * len(names)]
        for k, (answer, wrong) in enumerate(solutions):
            for number in {x for x in wrong.values() if x is not None}:
                sheets.append({"texts": [*right[:k], typed(number), *right[k + 1 :]], "asked": [k]})
                told.append([deserved(number, answer, wrong)])
        off = rng.randrange(len(names))  # the reader is wrong here, and goes on from there
        slip = {names[off]: Fraction(rng.choice([7, -11, 13]), 8)}
        others = solved(names, solver, slip)
        texts = [typed(solver.found[name]) for name in names]
        later = list(range(off + 1, len(names)))
        sheets.append({"texts": texts, "asked": later})
        told.append(
            [
                {"verdict": "right"}
                if others[k][0] == solutions[k][0]
                else {"verdict": "follows", "from": [off]}
                for k in later
            ]
        )
        for k in later:
            answer, wrong = others[k]
            if answer != solutions[k][0]:
                for number in {x for x in wrong.values() if x is not None}:
                    if number != solutions[k][0]:
                        mine = [*texts[:k], typed(number), *texts[k + 1 :]]
                        sheets.append({"texts": mine, "asked": [k]})
                        told.append([deserved(number, answer, wrong, "follows")])
        cases.append({"n": n, "sheets": sheets})
        expected.append(told)
    judged = judge(tasks, cases)
    for n, (found, wanted) in enumerate(zip(judged, expected, strict=True)):
        for sheet, (one, other) in enumerate(zip(found, wanted, strict=True)):
            for given, due in zip(one, other, strict=True):
                told = {key: given.get(key) for key in due}
                if told.get("names"):
                    told["names"] = sorted(told["names"])
                assert told == due, (tasks["tasks"][n], cases[n]["sheets"][sheet], given)


def deserved(number, answer, wrong, else_right: str = "right") -> dict:
    """Return the verdict on a number: all mistakes that lead to it, or that it is right."""
    if number == answer:
        return {"verdict": else_right}
    return {"verdict": "mistake", "names": sorted(key for key, x in wrong.items() if x == number)}


def test_a_mistake_is_blamed_only_on_numbers_that_it_is_made_of(judge) -> None:
    """The old weight minus lr times dW, without the penalty, does not ask what the penalty gave."""
    tasks = table([task("update", 1, number) for number in range(1, 41)])
    cases, wanted = [], []
    for n, (names, solver) in enumerate(solvers(tasks)):
        solutions = solved(names, solver)
        right = [typed(answer) for answer, _ in solutions]
        at = names.index("W after the step, entry [0, 0]")
        texts = [typed(solutions[0][0] + Fraction(7, 8)), *right[1:]]
        slip = {names[0]: Fraction(7, 8)}
        follows, wrong = solved(names, solver, slip)[at]
        others = [x for name, x in wrong.items() if name != "no penalty"]
        if (number := wrong["no penalty"]) in (follows, right[at], *others):
            continue
        texts[at] = typed(number)
        cases.append({"n": n, "sheets": [{"texts": texts, "asked": [at]}]})
        wanted.append([[{"verdict": "mistake", "names": ["no penalty"], "on": [], "from": []}]])
    assert len(wanted) > 20
    assert judge(tasks, cases) == wanted


def test_what_followed_from_an_old_number_is_told_from_a_new_mistake(judge) -> None:
    """Untouched, it is right with the old number; typed anew, a mistake if it can be one."""
    tasks = table([task("chain", 1, number) for number in range(1, 61)])
    cases, wanted = [], []
    for n, (names, solver) in enumerate(solvers(tasks)):
        solutions = solved(names, solver)
        right = [typed(answer) for answer, _ in solutions]
        k = next(k for k in range(len(names)) if names[1] in made_of(tasks, n, k))
        mistaken = solutions[1][1][("own input", "minus")[n % 2]]
        late = solved(names, solver, {names[1]: mistaken - solutions[1][0]})[k][0]
        fitting = sorted(name for name, x in solutions[k][1].items() if x == late)
        if late == solutions[k][0]:
            continue
        texts = [*right[:k], typed(late), *right[k + 1 :]]
        old = [None, typed(mistaken), *[None] * (len(names) - 2)]
        untouched = {"texts": texts, "asked": [k], "old": old}
        anew = {**untouched, "old": [*old[:k], right[k], *old[k + 1 :]]}
        cases.append({"n": n, "sheets": [untouched, anew]})
        stale = {"verdict": "stale", "from": [1]}
        mistake = {"verdict": "mistake", "names": fitting, "on": [], "from": []}
        wanted.append([[stale], [mistake if fitting else stale]])
    assert len(wanted) > 20
    assert any(one[1][0]["verdict"] == "mistake" for one in wanted)
    found = judge(tasks, cases)
    for one in found:
        one[1][0] |= {"names": sorted(one[1][0]["names"])} if "names" in one[1][0] else {}
    assert found == wanted


def test_an_old_number_is_no_excuse_while_another_is_wrong(judge) -> None:
    """A total of two edges: one was mended, the other is still wrong."""
    tasks = table([task("nodes", 1, number) for number in range(1, 41)])
    cases = []
    for n, (names, solver) in enumerate(solvers(tasks)):
        right = [answer for answer, _ in solved(names, solver)]
        total = next(k for k, name in enumerate(names) if name.startswith("the total"))
        one, other = (names.index(name) for name in made_of(tasks, n, total))
        typed_in = {one: right[one] + Fraction(71, 80), total: right[total] + Fraction(94, 80)}
        texts = [typed(typed_in.get(k, x)) for k, x in enumerate(right)]
        old = [typed(x + Fraction(23, 80)) if k == other else None for k, x in enumerate(right)]
        cases.append({"n": n, "sheets": [{"texts": texts, "asked": [total], "old": old}]})
        cases[-1]["due"] = [[{"verdict": "wrong", "on": [one], "from": [one]}]]
    assert judge(tasks, cases) == [case["due"] for case in cases]


def test_a_number_that_a_shut_relu_stops_is_not_blamed(judge) -> None:
    tasks = table([task("network", 0, number) for number in range(1, 21)])
    cases = []
    for n, (names, solver) in enumerate(solvers(tasks)):
        right = [answer for answer, _ in solved(names, solver)]
        shut = next(k for k in (0, 1) if solver.m["h"][0][k] < 0)
        before, behind = (names.index(f"{name}[0, {shut}]") for name in ("dr", "dh"))
        wrong = {before: right[before] + Fraction(7, 8), behind: Fraction(99, 8)}
        texts = [typed(wrong.get(k, x)) for k, x in enumerate(right)]
        cases.append({"n": n, "sheets": [{"texts": texts, "asked": [behind]}]})
    due = [[[{"verdict": "wrong", "on": [], "from": []}]]]
    assert judge(tasks, cases) == due * len(cases)


def made_of(tasks: dict, n: int, k: int) -> list[str]:
    """Return the names of the entries that entry k of a task is made of."""
    kind = tasks["kinds"][int(tasks["tasks"][n].split(";")[0])]
    entries = [json.loads(entry) for entry in kind["entries"]]
    return [entries[i]["name"] for places in entries[k]["right"] for i in places]


# --- a reader at the page ------------------------------------------------------------------------

DRILLS = {
    "chapters/1-chain-rule.html": ["chain"],
    "chapters/2-node-types.html": ["affine", "nodes"],
    "chapters/3-softmax-with-loss.html": ["scores"],
    "chapters/4-parameter-updates.html": ["update"],
    "chapters/5-quadrants.html": ["network"],
}
every_drilled_page = pytest.mark.parametrize("path", DRILLS)

# What is seen: the formulas and the numbers of the task, as rows of texts by name.
SEEN = """root => {
    const label = root.querySelector("svg")?.getAttribute("aria-label") ?? "";
    const rows = (matrix) => {
        const texts = [...matrix.children].map((part) => part.textContent);
        const columns = Number(matrix.style.getPropertyValue("--columns"));
        return texts.flatMap((_, i) => i % columns ? [] : [texts.slice(i, i + columns)]);
    };
    const given = Object.fromEntries([...root.querySelectorAll(".explorer-given > *")]
        .map((named) => [named.firstChild.textContent, rows(named.lastChild)]));
    const matrices = root.querySelector(".explorer-given");
    const formulas = matrices ? "" : /^Computational graph: (.*?)\\. /.exec(label)[1];
    for (const text of root.querySelectorAll(formulas ? "svg [data-value]" : "no"))
        given[text.dataset.value] = [[text.textContent]];
    return { formulas, given, names: [...root.querySelectorAll(".explorer-asked input")]
        .map((input) => input.ariaLabel) };
}"""


def drills_on(page: Page, path: str) -> list[tuple[str, Locator]]:
    """Return the drills of a page, each with its level."""
    roots = page.locator(".explorer:has(.explorer-asked)").all()
    return list(zip(DRILLS[path], roots, strict=True))


def name_of(said: str) -> str:
    """Return the name of an entry from what a screen reader says: dW[0, 1] is row 0, column 1."""
    found = re.fullmatch(r"(.+?)(?:, row (\d))?, column (\d)", said)
    if not found:
        return said
    entry = ", entry " if " " in found[1] else ""
    return f"{found[1]}{entry}[{', '.join(filter(None, found.groups()[1:]))}]"


def solutions_of(root: Locator) -> list[tuple[str, dict[str, str]]]:
    """Solve what is on the page: for each field the right text, and that of each mistake."""
    seen = seen_by(root, SEEN)
    solver = Solver(seen["formulas"], seen["given"])
    return [
        (typed(right), {key: typed(x) for key, x in wrong.items() if x not in (None, right)})
        for right, wrong in solved([name_of(said) for said in seen["names"]], solver)
    ]


def said(root: Locator) -> str:
    return root.locator("p[aria-live]").inner_text()


def marks_of(root: Locator) -> str:
    return "".join(root.locator(".explorer-mark").all_inner_texts())


def fields_of(root: Locator) -> list[Locator]:
    return root.locator(".explorer-asked input").all()


def numbers_in(text: str) -> set[str]:
    return {found.rstrip(".") for found in re.findall(r"[-−]?\d[\d./]*", text)}


STATE = """root => {
    const fields = [...root.querySelectorAll(".explorer-asked input")];
    return {
        at: fields.indexOf(document.activeElement),
        said: root.querySelector("p[aria-live]").textContent,
        invalid: fields.map((field) => field.ariaInvalid === "true"),
    };
}"""


def check_by_keyboard(root: Locator, page: Page) -> None:
    """Do a task with the keyboard alone: a mistake in each field first, then the right number."""
    solutions = solutions_of(root)
    names = [name_of(said) for said in seen_by(root, SEEN)["names"]]
    fields_of(root)[0].focus()
    for k, (name, (right, wrong)) in enumerate(zip(names, solutions, strict=True)):
        if wrong:
            mistake, number = next(iter(wrong.items()))
            page.keyboard.type(number)
            page.keyboard.press("Enter")
            now = seen_by(root, STATE)
            assert now["at"] == k, "the order of the fields"
            shown = number.replace("-", "−")
            assert now["said"].startswith(f"{shown} for {name} is what comes out if you ")
            assert SAYS[mistake].split(". ")[0] in now["said"]
            assert now["invalid"][k]
            given = {shown, *numbers_in(name), *numbers_in(SAYS[mistake])}
            told = re.sub(r"\(\d\)", "", now["said"])  # the numbers of several mistakes
            assert right.replace("-", "−") not in numbers_in(told) - given
            page.keyboard.press("Control+a")
        page.keyboard.type(right)
        page.keyboard.press("Enter")
        now = seen_by(root, STATE)
        assert not now["invalid"][k]
        if k < len(solutions) - 1:
            assert now["said"] == f"{right.replace('-', '−')} for {name} is right."
            assert now["at"] == k + 1, "Enter goes on to the next field"
    assert now["said"].startswith(f"All {len(solutions)} numbers are right.")
    assert marks_of(root) == "✓" * len(solutions)


def check_given(root: Locator) -> None:
    """Demand that a given matrix is heard as one thing, with its rows and columns."""
    given = seen_by(root, SEEN)["given"]
    for matrix in root.locator(".explorer-given > *").all():
        assert matrix.get_attribute("role") == "img"
        name, text = matrix.get_attribute("aria-label").split(" = ")
        rows = [row.split(", ") for row in re.findall(r"\[([^[\]]+)\]", text)] or [[text]]
        assert given.pop(name) == rows
    assert not given or not root.locator(".explorer-given").count()


def check_tab_order(root: Locator, page: Page) -> None:
    """Go through the fields with Tab: they come in the order of the backward pass."""
    fields_of(root)[0].focus()
    for k in range(len(fields_of(root))):
        assert seen_by(root, STATE)["at"] == k
        page.keyboard.press("Tab")


@every_drilled_page
def test_a_drill_is_done_by_keyboard_and_kept(visit: Visit, path: str):
    with visit(path) as (page, warnings):
        for level, root in drills_on(page, path):
            check_given(root)
            check_by_keyboard(root, page)
            another = root.get_by_role("button", name="Another one")
            another.press("Enter")
            assert f"{LEVELS[level][0].name}, task 2 of 60" in said(root)
            assert marks_of(root) == ""
            check_tab_order(root, page)
            for field, (right, _) in zip(fields_of(root), solutions_of(root), strict=True):
                field.fill(right)
            fields_of(root)[-1].press("Enter")
            assert said(root).startswith("All ")
            fields_of(root)[0].fill("77")
            fields_of(root)[0].press("Enter")
        page.reload()
        page.wait_for_function("document.querySelectorAll('.explorer-asked').length")
        for level, root in drills_on(page, path):
            count = len(fields_of(root))
            assert f"{LEVELS[level][0].name}, task 2 of 60" == root.locator("p").first.inner_text()
            assert said(root).startswith(f"{count - 1} of {count} right. 77 for ")
            assert fields_of(root)[0].input_value() == "77"
        done = page.evaluate("localStorage['backprop-in-fifteen-minutes:practice']")
        assert json.loads(done) == dict.fromkeys(DRILLS[path], 2)
        assert not warnings


@pytest.mark.parametrize("way", ["http", "file"])
def test_a_drill_is_done_by_touch_on_a_phone(visit: Visit, way: str):
    path = "chapters/5-quadrants.html"
    phone = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}
    with visit(path, way, **phone) as (page, _):
        ((_, root),) = drills_on(page, path)
        solutions = solutions_of(root)
        for field, (right, _) in zip(fields_of(root), solutions, strict=True):
            field.tap()
            page.keyboard.insert_text(right)
        assert marks_of(root) == ""
        root.get_by_role("button", name="Check").tap()
        assert said(root).startswith(f"All {len(solutions)} numbers are right.")
        assert page.evaluate("document.documentElement.scrollWidth") <= 375


@every_drilled_page
def test_help_comes_when_it_is_asked_for(visit: Visit, path: str):
    """First the rule, then the numbers, then the result; and all stages can be reached."""
    with visit(path) as (page, _):
        for level, root in drills_on(page, path):
            press = {b.inner_text(): b for b in root.locator(".explorer-buttons button").all()}
            for stage in LEVELS[level]:
                assert root.locator("p").first.inner_text() == f"{stage.name}, task 1 of 60"
                solutions = solutions_of(root)
                last, answer = fields_of(root)[-1], solutions[-1][0].replace("-", "−")
                last.click()
                press["Hint"].click()
                rule = said(root)
                assert rule.startswith(f"For {name_of(last.get_attribute('aria-label'))}: ")
                press["Hint"].click()
                assert said(root).startswith(f"{rule} Here: ")
                assert "((" not in said(root)
                given = numbers_in(str(seen_by(root, SEEN)["given"]))
                others = {right.replace("-", "−") for right, _ in solutions} - given - {"2"}  # ÷ 2
                assert not numbers_in(said(root).partition(" Here: ")[2]) & others
                assert last.input_value() == ""
                press["Show me"].click()
                assert said(root).startswith(f"{rule} Here: ")
                assert said(root).endswith(f"It is {answer}.")
                assert last.input_value() == answer
                for field, (right, _) in zip(fields_of(root), solutions, strict=True):
                    if field.input_value() == "":
                        field.fill(right)
                press["Check"].click()
                count = len(solutions)
                assert said(root).startswith(f"All {count} numbers are there, 1 of them shown")
                if stage is not LEVELS[level][-1]:
                    press["Harder"].click()
            for _ in LEVELS[level][1:]:
                press["Easier"].click()
            assert root.locator("p").first.inner_text() == f"{LEVELS[level][0].name}, task 1 of 60"
        # what was shown is not solved
        assert page.evaluate("localStorage['backprop-in-fifteen-minutes:practice']") is None


def test_without_a_store_a_drill_lasts_for_the_visit(visit: Visit):
    script = """for (const name of ["getItem", "setItem"]) {
        const original = Storage.prototype[name];
        Storage.prototype[name] = function (key, ...rest) {
            if (key.startsWith("backprop")) throw new DOMException("no", "SecurityError");
            return original.call(this, key, ...rest);
        };
    }"""
    with visit("chapters/1-chain-rule.html", script=script) as (page, warnings):
        ((_, root),) = drills_on(page, "chapters/1-chain-rule.html")
        check_by_keyboard(root, page)
        assert not warnings
        assert page.evaluate("Object.keys(localStorage).every((key) => !/^backprop/.test(key))")


def test_an_address_shows_the_same_whatever_was_done_before(visit: Visit):
    path = "chapters/1-chain-rule.html"
    with visit(path) as (page, _):
        ((_, root),) = drills_on(page, path)
        root.get_by_role("button", name="Harder").click()
        page.reload()
        page.wait_for_function("document.querySelector('.explorer-asked input')")
        assert LEVELS["chain"][1].name in root.locator("p").first.inner_text()
        page.evaluate("location.hash = 'practice:task=3'")
        page.wait_for_function(
            "document.querySelector('.explorer-title').innerText.includes(' 3 ')"
        )
        assert root.locator("p").first.inner_text() == f"{LEVELS['chain'][0].name}, task 3 of 60"


def test_numbers_are_kept_for_the_task_that_they_were_typed_for(visit: Visit):
    """Another edition may have another task in its place."""
    path = "chapters/1-chain-rule.html"
    key = "backprop-in-fifteen-minutes:practice/chain"
    with visit(path) as (page, _):
        ((_, root),) = drills_on(page, path)
        root.get_by_role("button", name="Another one").click()
        fields_of(root)[0].fill("5")
        fields_of(root)[0].press("Enter")
        for of, number, text in [("", 2, "5"), (" of the first edition", 1, "")]:
            work = json.loads(page.evaluate("key => localStorage[key]", key))
            work["of"] += of
            page.evaluate("([k, text]) => (localStorage[k] = text)", [key, json.dumps(work)])
            page.reload()
            page.wait_for_function("document.querySelector('.explorer-asked input')")
            assert f"task {number} of 60" in root.locator("p").first.inner_text()
            assert fields_of(root)[0].input_value() == text


COLOUR = "mark => getComputedStyle(mark).color"


def test_what_is_no_number_gets_a_word_and_a_wrong_number_before_is_named(visit: Visit):
    path = "chapters/1-chain-rule.html"
    with visit(f"{path}#practice:stage=1,task=3") as (page, _):
        ((_, root),) = drills_on(page, path)
        assert "task 3 of 60" in said(root)
        (_, (second, _), *_) = solutions_of(root)
        first, next_one = fields_of(root)[:2]
        for text, answer in {
            "": "Type a number first.",
            "two": "Type one number, such as 2.5, −3 or 1/3.",
            "1/0": "Nothing can be divided by 0.",
            "1,000": "This can be read in two ways: write 1.000 or 1000.",
        }.items():
            first.fill(text)
            first.press("Enter")
            assert said(root) == f"For the gradient of L: {answer}"
        first.fill("2,0")
        first.press("Enter")
        assert said(root).startswith("2,0 for the gradient of L is not right")
        marks = root.locator(".explorer-mark")
        wrong = seen_by(marks.first, COLOUR)
        twice = typed(2 * Fraction(second))
        next_one.fill(twice)
        next_one.press("Enter")
        begin = f"{twice} for {next_one.get_attribute('aria-label')} is right, given your 2,0 for "
        assert said(root) == f"{begin}the gradient of L; the 2,0 is the problem."
        first.fill("1")
        first.press("Enter")  # what followed is judged anew
        assert marks_of(root).startswith("✓✗")
        assert seen_by(marks.nth(1), COLOUR) == wrong != seen_by(marks.first, COLOUR)
        next_one.press("Enter")
        begin = f"{twice} for {next_one.get_attribute('aria-label')} would be right with your old "
        assert said(root) == f"{begin}2,0 for the gradient of L. Work it out again."


# --- the tasks, and bad input ---------------------------------------------------------------------


@pytest.mark.parametrize("level", LEVELS)
def test_pages_hold_sixty_different_tasks_with_short_answers(level: str):
    path = next(page for page, levels in DRILLS.items() if level in levels)
    data = next(data for data in stored_drills(path) if data["level"] == level)
    used = set()
    for stage in data["stages"]:
        assert len(stage["tasks"]) == len(set(stage["tasks"])) == 60
        for names, solver in solvers(stage):
            for answer, _ in solved(names, solver):
                assert len(typed(answer).lstrip("-").replace(".", "").lstrip("0")) <= 3
        entries = [json.loads(entry) for kind in stage["kinds"] for entry in kind["entries"]]
        used |= {name for entry in entries for name in entry["wrong"]}
    assert data["says"] == {name: SAYS[name] for name in SAYS if name in used}


def stored_drills(path: str) -> list[dict]:
    """Return the data of the drills that the notebook of a page stores."""
    notebook = json.loads(Path(ROOT, path).with_suffix(".ipynb").read_text(encoding="utf-8"))
    models = notebook["metadata"]["widgets"][WIDGET_STATE]["state"].values()
    found = [model["state"].get("data", {}) for model in models]
    return [data for data in found if data.get("name") == "practice"]


def test_hints_that_are_those_of_one_task_alone_are_refused():
    tasks = [task("scores", 0, number) for number in (1, 2)]
    hints = [f"{tasks[1].answers['y'][0, k]:g}" for k in range(3)]
    other = replace(tasks[1], asks=[replace(tasks[1].asks[0], hints=hints), tasks[1].asks[1]])
    with pytest.raises(ValueError, match="hints must be the same in all tasks of a kind"):
        table([tasks[0], other])


@pytest.mark.parametrize("level", ["nodes", "network"])
def test_each_way_at_a_bend_is_taken_often(level: str):
    """Or a ReLU that is always open, and a max that its first input always wins, teach nothing."""
    drawn = [task(level, len(LEVELS[level]) - 1, number) for number in range(1, 61)]
    kinds = Counter(one.kind for one in drawn)
    assert min(kinds.values()) >= 8
    for kind, count in kinds.items():
        cases = Counter(one.case for one in drawn if one.kind == kind)
        assert len(cases) == (2 if level == "nodes" else 4)
        assert min(cases.values()) >= count / len(cases) / 2, (kind, cases)  # half of its share


def test_numbers_of_a_task_tell_mistakes_apart():
    """Equal numbers would hide which one was taken, and gradients of 0 what became of them."""
    for number in range(1, 61):
        given = task("update", 1, number).given
        assert given["lr"] != given["reg"]
        assert all(given[name][0, 0] != given[name][0, 1] for name in ("W", "dW"))
        assert task("network", 0, number).answers["dr"].all()


def test_the_picture_of_a_task_asks_and_does_not_answer():
    for data in (data for path in DRILLS for data in stored_drills(path)):
        for kind in (kind for stage in data["stages"] for kind in stage["kinds"]):
            gradients = re.findall(r"data-gradient=[^>]*>([^<]*)<", kind["svg"])
            assert set(gradients) <= {"?"}
            assert "Gradients" not in kind["svg"]


def test_every_mistake_shows_itself_in_some_drill():
    told = {name for path in DRILLS for data in stored_drills(path) for name in data["says"]}
    assert told == set(SAYS)


WITH_KERNEL = """async ({ esm, data, more }) => {
    const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    const { default: figure } = await import(url);
    const el = document.body.appendChild(document.createElement("div"));
    const asked = [];
    let hear;
    const send = (message) => {
        if (message.ask === "hello") return hear({ answer: "hello" });
        asked.push(message.settings);
        hear({ id: message.id, answer: "exact", data: more });
    };
    const model = { get: () => data, on: (_, listen) => (hear = listen), off() {}, send };
    await figure.render({ model, el });
    const press = (name) =>
        [...el.querySelectorAll("button")].find((one) => one.textContent === name).click();
    press("Harder");
    press("Another one");
    el.remove();
    const fields = el.querySelectorAll(".explorer-asked input");
    return [asked, el.querySelector("p").textContent, fields.length];
}"""


def test_with_a_kernel_the_tasks_do_not_end(visit: Visit):
    drill = BackwardDrill("nodes", count=1)
    more = drill.exact({"stage": 1, "number": 2})
    with visit("chapters/1-chain-rule.html") as (page, _):
        found = page.evaluate(WITH_KERNEL, {"esm": drill._esm, "data": drill.data, "more": more})
    (kind,) = more["kinds"]
    assert found == [[{"stage": 1, "number": 2}], "Forks, task 2 of 2", len(kind["entries"])]


def test_a_kernel_draws_further_tasks():
    drill = BackwardDrill("nodes", count=3)
    for stage in range(3):
        more = drill.exact({"stage": stage, "number": 1000})
        assert more == drill.exact({"stage": stage, "number": 1000})
        assert more["stage"] == stage
        assert len(more["tasks"]) == 1
        assert more["tasks"] != drill.exact({"stage": stage, "number": 1001})["tasks"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"stage": 3, "number": 1}, "stage must be"),
        ({"stage": 0, "number": 0}, "number must be"),
        ({"stage": 0}, "number must be"),
    ],
)
def test_bad_settings_are_refused_by_name(settings: dict, message: str):
    with pytest.raises(ValueError, match=message):
        BackwardDrill("nodes", count=1).exact(settings)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"level": "chains"}, "level must be one of .*'chain'.* got 'chains'"),
        ({"level": "chain", "count": 0}, "count must be .* got 0"),
        ({"level": "chain", "seed": -1}, "seed must be .* got -1"),
    ],
)
def test_bad_input_is_refused_by_name(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        BackwardDrill(**arguments)


def test_a_way_that_is_no_sum_with_factors_is_refused():
    with pytest.raises(ValueError, match="way must be a sum of its numbers with factors"):
        factors(lambda x: x**3, [np.array([2.0])])


def test_more_tasks_than_there_are_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(figure, "PATIENCE", 1)  # or it would take a minute to find all
    with pytest.raises(ValueError, match=r"count must be at most \d+ for Two nodes, got 999"):
        BackwardDrill("chain", count=999)


# --- what real readers do, too --------------------------------------------------------------------

CHAIN = "chapters/1-chain-rule.html"
KEPT = "backprop-in-fifteen-minutes:practice"


def chain_on(page: Page) -> Locator:
    return page.locator(".explorer:has(.explorer-asked)")


def come_back(page: Page) -> None:
    """Load the page again, without an address of a figure."""
    page.evaluate("history.replaceState(null, '', location.pathname)")
    page.reload()
    page.wait_for_function("document.querySelectorAll('.explorer-asked').length")


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_a_point_at_the_end_of_a_number_ends_no_sentence(
    browser: Browser, addresses: dict[str, str], edition: str
):
    with browser.new_page() as page:
        page.add_init_script(AT_ONCE)
        page.goto(f"{addresses['http']}{edition}{CHAIN}")
        field, told = chain_on(page).locator("input").first, []
        for text in ("7", "7."):
            field.fill(text)
            field.press("Enter")
            told.append(said(chain_on(page)))
        assert told[0] == told[1]
        assert "7" in told[0]


def test_long_numbers_stay_within_the_page(visit: Visit):
    with visit(CHAIN, viewport={"width": 320, "height": 700}) as (page, _):
        field = fields_of(chain_on(page))[0]
        field.fill("0." + 40 * "3")
        field.press("Enter")
        assert "333" in said(chain_on(page))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert "0.33333…" in chain_on(page).locator("svg text").all_text_contents()


def test_a_graph_shows_the_edge_that_is_asked_for(visit: Visit):
    path = "chapters/5-quadrants.html"
    with visit(path, viewport={"width": 320, "height": 700}) as (page, _):
        ((_, root),) = drills_on(page, path)
        for field in fields_of(root):
            field.focus()
            (left, right), (start, end) = seen_by(
                root,
                """root => [".explorer-graph", ".explorer-now"].map((place) => {
                    const { left, right } = root.querySelector(place).getBoundingClientRect();
                    return [left, right];
                })""",
            )
            assert left - 1 <= start < end <= right + 1


def test_what_comes_back_is_marked_as_it_was(visit: Visit):
    with visit(CHAIN) as (page, _):
        root = chain_on(page)
        fields_of(root)[0].fill("99")
        fields_of(root)[1].fill("1")
        fields_of(root)[1].press("Enter")
        assert marks_of(root) == "✗"
        come_back(page)
        assert [field.input_value() for field in fields_of(root)[:2]] == ["99", "1"]
        assert marks_of(root) == "✗"
        assert said(root).startswith("0 of 5 right. 1 for ")


def test_an_address_leaves_what_was_done(visit: Visit):
    with visit(CHAIN) as (page, _):
        root = chain_on(page)
        root.get_by_role("button", name="Copy link").click()
        assert page.evaluate("location.hash").startswith("#practice:")
        root.get_by_role("button", name="Another one").click()
        assert page.evaluate("location.hash") == ""  # it told of the task before
        fields_of(root)[0].fill("1")
        fields_of(root)[0].press("Enter")
        page.evaluate("location.hash = 'practice:task=3'")
        page.wait_for_function("document.body.textContent.includes('task 3 of 60')")
        come_back(page)
        assert "task 2 of 60" in root.locator("p").first.inner_text()
        assert fields_of(root)[0].input_value() == "1"


def test_what_is_kept_wrongly_is_begun_anew(visit: Visit):
    with visit(CHAIN) as (page, _):
        for value in ("5", "[]", '"abc"', '{"stage": "0"}', '{"stage": 0, "number": 999}'):
            page.evaluate("value => localStorage.setItem(...value)", [f"{KEPT}/chain", value])
            come_back(page)
            assert "task 1 of 60. " in said(chain_on(page))


def test_a_number_once_shown_stays_shown(visit: Visit):
    with visit(CHAIN) as (page, _):
        root = chain_on(page)
        count = len(fields_of(root))
        for field in fields_of(root):
            root.get_by_role("button", name="Show me").click()
            text = field.input_value()
            field.fill("")
            field.fill(text)
            field.press("Enter")
        assert said(root).startswith(f"All {count} numbers are there, {count} of them shown to you")
        assert page.evaluate("name => localStorage[name]", KEPT) is None
