"""The questions in the reading path: what is refused, and what readers see, type and keep."""

import ast
import json
import re
from collections.abc import Iterator
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from notebooks import CHAPTERS
from playwright.sync_api import Locator, Page
from prose import cells_of, chapters, number_of, question_of
from stored import figures_of
from visits import ASKING, QUESTIONS, REMEMBERED, REMEMBERED_OF_NOTEBOOKS, Visit, seen_by

from backprop.explorers import ask
from backprop.explorers.kit import base

CAR = "chapters/1-chain-rule.html"
SUM = {
    "words": "How much is 20 + 2?",
    "answer": 22.0,
    "because": "Two more than 20.",
    "mistakes": {40: "That is the product.", 18: "That is the difference."},
}
COLOUR = {
    "words": "Which colour has the sky?",
    "answer": "Blue",
    "because": "Blue light is scattered most.",
    "mistakes": {"Green": "That is the grass.", "`red`": "In the evening."},
}


# --- what is refused ----------------------------------------------------------------------------

BAD = {
    "no words": (SUM | {"words": " "}, "words must be words, got ' '"),
    "words that are none": (SUM | {"words": 3}, "words must be words, got 3"),
    "no reason": (SUM | {"because": ""}, "because must be words, got ''"),
    "no mistake": (SUM | {"mistakes": {}}, "mistakes must name at least one wrong answer"),
    "a mistake without a reply": (SUM | {"mistakes": {1: ""}}, r"mistakes\[1\] must be words"),
    "a choice without a reply": (
        COLOUR | {"mistakes": {"Green": None}},
        r"mistakes\['Green'\] must be words, got None",
    ),
    "a mistake that is the answer": (
        SUM | {"mistakes": {22: "No."}},
        r"mistakes\[22\] must differ from answer, but both are 22",
    ),
    "a mistake that is the answer when it is rounded": (
        SUM | {"answer": 2 / 3, "mistakes": {0.66666: "No."}},
        r"mistakes\[0.66666\] must differ from answer, but both are 0.667",
    ),
    "two mistakes that look the same": (
        SUM | {"mistakes": {1.0001: "One.", 1: "Two."}},
        r"mistakes\[1\] must differ from mistakes\[1.0001\], but both are 1",
    ),
    "minus zero": (SUM | {"answer": 0, "mistakes": {-0.0: "No."}}, "must differ from answer"),
    "a choice that is the answer": (
        COLOUR | {"mistakes": {" blue": "No."}},
        r"mistakes\[' blue'\] must differ from answer, but both are blue",
    ),
    "two choices that look the same": (
        COLOUR | {"mistakes": {"red": "One.", "`Red`": "Two."}},
        "must differ from",
    ),
    "a number among texts": (COLOUR | {"mistakes": {3: "No."}}, "must be of the kind of the"),
    "a text among numbers": (SUM | {"mistakes": {"3": "No."}}, "must be of the kind of the"),
    "an endless answer": (SUM | {"answer": np.inf}, "answer must be a finite number, got inf"),
    "a mistake that is no number": (SUM | {"mistakes": {np.nan: "No."}}, "finite number, got nan"),
    "an answer of nothing": (COLOUR | {"answer": ""}, "answer must be words, got ''"),
    "a figure without a state": (SUM | {"show": "descent"}, "show must be like 'descent:lr=2.1"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_questions_are_refused_by_name(case: str):
    arguments, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        ask(**arguments)


# --- what is made -------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [SUM, COLOUR], ids=["a number", "a choice"])
def test_a_question_shows_its_still_form_and_then_the_widget(arguments, monkeypatch):
    question, shown = ask(**arguments), []
    monkeypatch.setattr(base, "display", lambda thing, **_: shown.append(thing))
    question._ipython_display_()
    still, view = shown
    root = ElementTree.fromstring(still._repr_html_())
    assert root.get("class") == "question-still"
    hidden = root.find("noscript")
    assert hidden[0].tag == "details"  # folded, where it cannot be asked
    told = "".join(hidden.itertext())
    assert arguments["because"] in told
    root.remove(hidden)
    on_paper = "".join(root.itertext())
    assert arguments["words"] in on_paper
    assert arguments["because"] not in on_paper
    if arguments is SUM:
        assert "22" not in on_paper
        assert "The answer: 22" in f"The answer: {told.removeprefix('The answer')}"
    assert view["text/plain"] == repr(question) == f"Question: {arguments['words']}"
    assert json.dumps(question.data, allow_nan=False)


def test_choices_stand_in_an_order_that_does_not_tell():
    rates = {"10": "No.", "−2.5": "No.", "0.1": "No."}
    numbers = ask("Which rate?", answer="1", because="So.", mistakes=rates)
    assert numbers.choices == ["−2.5", "0.1", "1", "10"]
    places = {ask(**COLOUR | {"words": f"Question {k}?"}).choices.index("Blue") for k in range(30)}
    assert places == {0, 1, 2}
    assert [c for c in ask(**COLOUR).choices if c != "Blue"] == ["Green", "`red`"]


def test_a_changed_question_is_another_one():
    changes = {"words": "How much?", "answer": 23.0}
    keys = [ask(**SUM | {name: new}).data["key"] for name, new in changes.items()]
    assert len({ask(**SUM).data["key"], *keys}) == 3
    same = {"because": "Count on.", "mistakes": {1: "One."}}
    assert {ask(**SUM | {name: new}).data["key"] for name, new in same.items()} == {
        ask(**SUM).data["key"]
    }
    choices = COLOUR | {"mistakes": {"Green": "That is the grass."}}
    assert ask(**choices).data["key"] != ask(**COLOUR).data["key"]


def test_texts_are_text_and_code_is_code():
    question = ask(**COLOUR | {"words": "Is `a < b` & c?", "because": "<b>`x`</b>"})
    assert "Is <code>a &lt; b</code> &amp; c?" in question.data["form"]
    assert question.data["because"] == "&lt;b&gt;<code>x</code>&lt;/b&gt;"
    assert question.picture.alt == "Is a < b & c? / " + " / ".join(
        choice.replace("`", "") for choice in question.choices
    )


# --- the questions of the book ------------------------------------------------------------------

PAGES = [*chapters(), CHAPTERS / "index.ipynb"]
STORED = {path: [f for f in figures_of(path) if f.name == "Question"] for path in PAGES}
BOOK = [(path, question.state["data"]) for path, all_ in STORED.items() for question in all_]


def texts(html: str) -> str:
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append
    parser.feed(html)
    return "".join(parts)


def test_every_chapter_asks():
    counts = {number_of(path): len(stored) for path, stored in STORED.items()}
    assert all(counts[chapter] >= 3 for chapter in range(1, 6)), counts
    assert all(counts.values()), counts
    keys = [data["key"] for _, data in BOOK]
    assert len(keys) == len(set(keys)), "two questions are kept under one key"


@pytest.mark.parametrize(
    "data", [data for _, data in BOOK], ids=[f"{path.stem}-{data['key']}" for path, data in BOOK]
)
def test_a_question_of_the_book_has_a_reason_and_replies_to_other_answers(data: dict):
    words = texts(data["form"])
    assert "?" in words or ":" in words
    assert re.search(r"\w.*[.!]$", texts(data["because"]))
    if isinstance(data["replies"][0], str):
        wrong = [reply for i, reply in enumerate(data["replies"]) if i != data["answer"]]
        assert data["replies"][data["answer"]] == ""
        choices = re.findall(r"<span>(.*?)</span>", data["form"])
        assert len({choice.casefold() for choice in choices}) == len(choices) == len(wrong) + 1 > 1
    else:
        values = [data["answer"], *(value for value, _ in data["replies"])]
        assert len({f"{value + 0.0:.3g}" for value in values}) == len(values) > 1
        wrong = [reply for _, reply in data["replies"]]
    assert all(re.search(r"\w.*[.?!]$", texts(reply)) for reply in wrong)
    assert len(set(wrong)) == len(wrong), "two mistakes have one reply"


def asking(path) -> Iterator[dict]:
    for cell in cells_of(path):
        if cell["cell_type"] == "code" and re.search(r"\bask\(", "".join(cell["source"])):
            yield cell


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_cell_of_a_question_keeps_its_answer_to_itself(path):
    cells = list(asking(path))
    assert len(cells) == len(STORED[path])
    for cell in cells:
        assert "remove-input" in cell["metadata"]["tags"]
        assert cell["metadata"]["jupyter"] == {"source_hidden": True}
        assert question_of(cell)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_reply_is_lost(path):
    """Two equal keys of a dictionary are one: Python keeps the last reply, and says nothing."""
    for cell, stored in zip(asking(path), STORED[path], strict=True):
        data = stored.state["data"]
        tree = ast.walk(ast.parse("".join(cell["source"])))
        (written,) = (k.value for k in tree if isinstance(k, ast.keyword) and k.arg == "mistakes")
        choosing = isinstance(data["replies"][0], str)  # there the answer has an empty reply
        assert len(written.keys) == len(data["replies"]) - choosing, data["form"]


SMALL = {"0", "1", "2"}


def written_numbers(source: str) -> list[str]:
    """Return the numbers that stand in the texts of a cell, instead of being computed there."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            plain = re.sub(r"`[^`]*`|[\w-]+:\w+=\S+|,\w+=\S*", "", node.value)
            found += re.findall(r"(?<![\w.])\d[\d.,]*(?<![.,])", plain)
    return [number for number in found if number not in SMALL]


def test_numbers_in_the_texts_of_questions_are_computed():
    assert written_numbers('f"{a} of 3.5, `x[7]`, 1 more", "lab:lr=3,step=4"') == ["3.5"]
    found = {
        f"{path.stem} {cell['id']}": numbers
        for path in PAGES
        for cell in asking(path)
        if (numbers := written_numbers("".join(cell["source"])))
    }
    assert found == WRITTEN


# What is chosen from, and units: nothing computes them.
WRITTEN = {
    "1-chain-rule ask-matters": ["10,000"],
    "4-parameter-updates ask-rate": ["1.8", "0.1"],
    "4-parameter-updates ask-collapse": ["0.1", "0.001"],
    "6-checking-gradients ask-small": ["64", "05", "12", "0.1"],
    "6-checking-gradients ask-larger": ["1000"],
    "8-more-nodes ask-vanish": ["24", "0.01"],
    "index ask-rate": ["10", "0.001", "0.1"],
}


# --- on the pages -------------------------------------------------------------------------------

KEPT = "JSON.parse(localStorage.getItem('backprop-in-fifteen-minutes:questions'))"
KEEP = "text => localStorage.setItem('backprop-in-fifteen-minutes:questions', text)"
REPLY = "el => el.querySelector('.question-told').textContent"
# Commit an answer as a reader does, in one go: there are many of them.
COMMIT = """(root, [answer, choosing]) => {
    const inputs = [...root.querySelectorAll("input")];
    if (choosing) inputs[answer].click();
    else inputs[0].value = answer;
    root.querySelector("button").click();
    return root.querySelector(".question-told").textContent;
}"""


def spelled(value: float) -> str:
    return f"{value:.15g}"


@pytest.mark.parametrize("path", ASKING)
def test_every_question_replies_to_every_answer(visit: Visit, path: str):
    """First the mistakes, then the answer; what it shows moves, and nothing is told before."""
    with visit(path) as (page, warnings):
        for question in (q for q in QUESTIONS if q.page == path):
            root, data = page.locator(".question").nth(question.index), question.data
            assert seen_by(root, REPLY) == ""
            assert texts(data["because"]) not in page.locator(".bd-article").inner_text()
            assert not root.get_by_role("button", name="Show the answer").is_visible()
            choosing, before = isinstance(data["replies"][0], str), page.url
            for i, one in enumerate(data["replies"]):
                if choosing and i != data["answer"]:
                    assert seen_by(root, COMMIT, [i, True]) == f"✗ No. {texts(one)}"
                elif not choosing:
                    found = seen_by(root, COMMIT, [spelled(one[0]), False])
                    assert found == f"✗ No. {texts(one[1])}"
            figure = data["show"].partition(":")[0]
            looks = page.evaluate(FIGURE, figure)
            right = data["answer"] if choosing else spelled(data["answer"])
            assert seen_by(root, COMMIT, [right, choosing]) == f"✓ Right. {texts(data['because'])}"
            if figure:
                assert page.evaluate(FIGURE, figure) != looks, "the figure does not move"
            assert page.url == before
        assert not warnings


FIGURE = """name => name && document.querySelector(`[data-figure="${name}"]`).innerHTML"""


def number_on(page: Page) -> Locator:
    """Return a question of the page that asks for a number."""
    return page.locator(".question:has(input[type=text])").first


def choice_on(page: Page) -> Locator:
    return page.locator(".question:has(input[type=radio])").first


def data_of(root: Locator) -> dict:
    page, index = (
        root.page,
        seen_by(root, "e => [...document.querySelectorAll('.question')].indexOf(e)"),
    )
    path = page.url.partition("#")[0].rpartition("chapters/")[2]
    (found,) = [q for q in QUESTIONS if q.page == f"chapters/{path}" and q.index == index]
    return found.data


def check_by_hand(page: Page, hand: str) -> None:
    """Answer a question to be typed and one to be chosen, wrongly and rightly."""
    root = number_on(page)
    data, field = data_of(root), root.get_by_role("textbox")
    assert seen_by(field, "e => e.labels[0].textContent").strip()  # the question is its label

    def press(name: str) -> None:
        button = root.get_by_role("button", name=name)
        getattr(button, hand)() if hand in ("click", "tap") else button.press("Enter")

    def commit(words: str) -> str:
        field.fill(words)
        press("Check") if hand in ("click", "tap") else field.press("Enter")
        return seen_by(root, REPLY)

    assert commit("") == "Type a number first."
    assert commit("two") == "Type one number, such as 2.5, −3 or 1/3."
    assert page.evaluate(KEPT) is None, "what is no answer counts"
    wrong, reply = data["replies"][0]
    assert commit(spelled(wrong).replace(".", ",")) == f"✗ No. {texts(reply)}"
    assert commit("-123.456") == "✗ No. It is something else."
    press("Show the answer")
    assert seen_by(root, REPLY).endswith(
        f"The answer: {texts(data['told'])}. {texts(data['because'])}"
    )
    said = seen_by(root, REPLY)
    assert not field.is_editable()
    assert seen_by(root, COMMIT, [spelled(data["answer"]), False]) == said, "one more answer"

    root = choice_on(page)
    data = data_of(root)
    press("Check")
    assert seen_by(root, REPLY) == "Choose one first."
    radios = root.get_by_role("radio")
    assert root.get_by_role("group").count() == 1  # a fieldset
    right = data["answer"]
    if hand == "press":
        radios.first.focus()
        page.keyboard.press("Space")
        for _ in range(right):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    else:
        getattr(radios.nth(right), hand)()
        press("Check")
    assert seen_by(root, REPLY) == f"✓ Right. {texts(data['because'])}"
    seen_by(radios.nth((right + 1) % radios.count()), "e => e.click()")
    assert radios.nth(right).is_checked()


AXE = "() => axe.run('.question').then(({ violations }) => violations.map(({ id }) => id))"


def test_by_keyboard_in_all_palettes_and_after_a_reload(visit: Visit):
    with visit(CAR) as (page, _):
        page.evaluate(AXE_SCRIPT)
        assert page.evaluate(AXE) == []
        check_by_hand(page, "press")
        for theme in ("light", "dark"):
            page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
            assert page.evaluate(AXE) == []
        said = page.locator(".question-told").all_inner_texts()
        kept = page.evaluate(KEPT)
        page.reload()
        page.wait_for_function(
            "count => document.querySelectorAll('.question').length === count", arg=len(said)
        )
        assert page.locator(".question-told").all_inner_texts() == said
        assert page.evaluate(KEPT) == kept
        assert sorted(len(one["said"]) for one in kept.values()) == [1, 2]
        assert [bool(one.get("right")) for one in kept.values()] == [False, True]


def test_by_pointer_where_nothing_is_kept(visit: Visit):
    """Private windows, and stores that are full."""
    with visit(CAR, script=NOTHING_KEPT) as (page, _):
        root = choice_on(page)
        root.get_by_role("radio").first.click()
        root.get_by_role("button", name="Check").click()
        assert seen_by(root, REPLY)
        root = number_on(page)
        root.get_by_role("textbox").fill("-123.456")
        root.get_by_role("button", name="Check").click()
        root.get_by_role("button", name="Show the answer").click()
        assert "The answer" in seen_by(root, REPLY)


def test_by_finger_on_a_small_phone_from_a_file(visit: Visit):
    phone = {"viewport": {"width": 320, "height": 700}, "has_touch": True, "is_mobile": True}
    with visit(CAR, "file", **phone) as (page, _):
        check_by_hand(page, "tap")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        targets = page.locator(".question :is(button:not([hidden]), label:has([type=radio]))")
        for target in targets.all():
            assert target.bounding_box()["height"] >= 24


def test_on_paper_there_is_room_and_no_answer(visit: Visit):
    with visit(CAR) as (page, _):
        check_by_hand(page, "click")
        page.emulate_media(media="print")
        told = [texts(q.data["because"]) for q in QUESTIONS if q.page == CAR]
        stills = page.locator(".question-still")
        assert stills.count() == len(told)
        for still, words in zip(stills.all(), told, strict=True):
            assert still.is_visible()
            assert words not in still.inner_text()
        room = page.locator(".question-room").first.bounding_box()
        assert room["height"] > 50
        assert not page.locator(".question").first.is_visible()


def test_without_javascript_the_answer_is_in_a_fold(visit: Visit):
    with visit(CAR, java_script_enabled=False) as (page, _):
        fold = page.locator(".question-still details").first
        assert not fold.locator("p").is_visible()
        fold.locator("summary").click()
        assert fold.locator("p").is_visible()


# --- the start page -----------------------------------------------------------------------------

START = "chapters/index.html"


def done(page: Page) -> dict[str, tuple[str, str]]:
    """Return what the start page shows of each page that asks."""
    rows = page.locator(".my-answers tr:has(td)").all()
    cells = [[cell.inner_text() for cell in row.locator("td").all()] for row in rows]
    return {name: (answered, first) for name, answered, first in cells}


def test_the_start_page_shows_copies_and_forgets_what_was_answered(visit: Visit):
    clipboard = {"permissions": ["clipboard-read", "clipboard-write"]}
    with visit(START, **clipboard) as (page, _):
        asked = {path: [q for q in QUESTIONS if q.page == path] for path in ASKING}
        assert sorted(int(a.split()[-1]) for a, _ in done(page).values()) == sorted(
            len(questions) for questions in asked.values()
        )
        assert done(page)["The chain rule"] == (f"0 of {len(asked[CAR])}", "0")
        assert page.get_by_role("button", name="Copy my answers").is_disabled()
        page.get_by_role("link", name="The chain rule").last.click()
        page.wait_for_function("() => document.querySelector('.question')")
        typed, chosen = number_on(page), choice_on(page)
        data = data_of(typed)
        wrong = spelled(data["replies"][0][0])
        seen_by(typed, COMMIT, [wrong, False])
        seen_by(typed, COMMIT, [spelled(data["answer"]), False])
        seen_by(chosen, COMMIT, [data_of(chosen)["answer"], True])
        page.evaluate(
            """localStorage.setItem("backprop-in-fifteen-minutes:practice", '{"forks": 3}')"""
        )
        page.go_back()
        page.wait_for_function(
            "() => document.querySelector('.my-answers').textContent.includes('forks')"
        )
        assert done(page)["The chain rule"] == (f"2 of {len(asked[CAR])}", "1")
        assert page.get_by_text("Drills solved: forks 3.").is_visible()
        page.evaluate(AXE_SCRIPT)
        assert page.evaluate(AXE.replace(".question", ".my-answers")) == []
        page.get_by_role("button", name="Copy my answers").press("Enter")
        page.get_by_text("Copied").wait_for()
        text = page.evaluate("navigator.clipboard.readText()")
        title, _, chapter, *lines = text.splitlines()
        assert title.startswith("Backpropagation in Fifteen Minutes")
        assert chapter == "The chain rule"
        assert lines[0] == f"1. {texts(data['form']).strip()}"
        assert lines[1].split("(")[0].strip() == wrong
        assert lines[1].endswith(f"(not right), {spelled(data['answer'])} (right)")
        assert lines[3].endswith("(right)")
        assert lines[-1] == "Drills solved: forks 3"
        page.get_by_role("button", name="Forget my answers").click()
        assert page.evaluate("document.activeElement.textContent") == "No, keep"
        page.keyboard.press("Enter")
        assert done(page)["The chain rule"][1] == "1"
        page.get_by_role("button", name="Forget my answers").click()
        page.get_by_role("button", name="Yes, forget").click()
        assert page.get_by_text("All is forgotten.").is_visible()
        assert done(page)["The chain rule"] == (f"0 of {len(asked[CAR])}", "0")
        assert (
            page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('back'))") == []
        )


NOTHING_KEPT = """for (const name of ["getItem", "setItem"]) {
    const real = Storage.prototype[name];  // the theme of the pages needs it
    Storage.prototype[name] = function (key, ...more) {
        if (key.startsWith("backprop")) throw new Error("not allowed");
        return real.call(this, key, ...more);
    };
}"""


def test_the_start_page_says_where_nothing_is_kept(visit: Visit):
    with visit(START, script=NOTHING_KEPT) as (page, _):
        assert page.get_by_text("This browser keeps nothing").is_visible()
        assert done(page)["The chain rule"][1] == "0"
    with visit(START, java_script_enabled=False) as (page, _):
        assert page.locator(".my-answers noscript").is_visible()


def test_the_start_page_tells_all_that_a_browser_keeps(visit: Visit):
    with visit(START) as (page, _):
        told = page.get_by_text("Nothing here counts readers").inner_text()
    for words in {**REMEMBERED, **REMEMBERED_OF_NOTEBOOKS}.values():
        assert words in told


# --- numbers as people type them ----------------------------------------------------------------

SPACES = st.sampled_from(["", " ", "\u2009", "\u00a0"])
MINUS = st.sampled_from("-−–‒—－")
SLASH = st.sampled_from("/⁄∕÷／")
VULGAR = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3), "⅛": (1, 8), "⅗": (3, 5)}


@st.composite
def decimals(draw: st.DrawFn) -> tuple[str, Fraction]:
    """Draw a number without a sign, as it is written and as it is meant."""
    ones = draw(st.from_regex(r"\A(0|[1-9][0-9]{0,5}|0[0-9]{1,3}|)\Z"))
    point = draw(st.sampled_from([".", ",", ""]))
    parts = draw(st.from_regex(r"\A[0-9]{1,6}\Z")) if point and not ones else ""
    if point and ones:
        parts = draw(st.from_regex(r"\A[0-9]{0,6}\Z"))
        if point == "," and len(parts) == 3 and len(ones) < 4 and ones[0] != "0":
            point = "."  # 1,234 is asked about
    text = f"{ones}{point}{parts}" or "0"
    meant = Fraction(f"{ones or 0}.{parts or 0}")
    if draw(st.booleans()):
        power = draw(st.integers(-12, 12))
        sign = draw(MINUS) if power < 0 else draw(st.sampled_from(["", "+"]))
        text += f"{draw(st.sampled_from('eE'))}{sign}{abs(power)}"
        meant *= Fraction(10) ** power
    return text, meant


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, Fraction]:
    """Draw what a reader types, and the number that is meant."""
    kind = draw(st.sampled_from(["decimal", "percent", "fraction", "mixed", "vulgar"]))
    text, meant = draw(decimals())
    if kind == "percent":
        text, meant = (
            f"{text}{draw(st.sampled_from(['', ' ']))}{draw(st.sampled_from('%％'))}",
            meant / 100,
        )
    elif kind in ("fraction", "mixed"):
        below, size = draw(decimals().filter(lambda one: one[1] != 0))
        text = f"{text}{draw(SPACES)}{draw(SLASH)}{draw(SPACES)}{below}"
        meant /= size
        if kind == "mixed":
            ones = draw(st.integers(0, 99))
            text, meant = f"{ones} {text}", ones + meant
    elif kind == "vulgar":
        sign = draw(st.sampled_from(sorted(VULGAR)))
        ones = draw(st.integers(0, 99))
        text, meant = (
            f"{ones}{draw(st.sampled_from(['', ' ']))}{sign}",
            ones + Fraction(*VULGAR[sign]),
        )
    if draw(st.booleans()):
        text, meant = f"{draw(MINUS)}{draw(SPACES)}{text}", -meant
    elif draw(st.booleans()):
        text = f"+{text}"
    if draw(st.booleans()):
        text = text.translate({ord("0") + k: ord("０") + k for k in range(10)})  # a wide keyboard
    around = draw(st.sampled_from(["{}", "{}", "= {}", "={}", "({})", "( {} )", "= ({})"]))
    text = around.format(text)
    return f"{draw(SPACES)}{text}{draw(SPACES)}", meant


SIZE = r"(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?"
PLAIN = re.compile(rf"[+-]?(\d+ )?{SIZE}( ?%| ?/ ?[+-]?{SIZE})?", re.IGNORECASE)
NONSENSE = st.text(st.sampled_from("0123456789.,+-−/ e%x½()*^=<>∞π\t'"), min_size=1, max_size=9)
READ = """async ([module, texts]) => {
    const url = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
    const { read, roundedFrom } = await import(url);
    return texts.map((text) => {
        const found = read(text);
        return found && { ...found, exact: found.wrong ? null : String(found.value),
            same: !found.wrong && roundedFrom(found, found.value) };
    });
}"""


def drawn(strategy: st.SearchStrategy, count: int) -> list:
    """Return some examples, the same ones at each run."""
    found: list = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(one: object) -> None:
        found.append(one)

    keep()
    return found


def test_numbers_are_read_as_fractions_and_nonsense_in_words(visit: Visit):
    """In one visit: what Python's ``Fraction`` says, or words, but never another number."""
    written = drawn(spellings(), 600)
    nonsense = [text for text in drawn(NONSENSE, 600) if not fullmatch_plain(text)]
    nonsense += ["1/0", "−2,345", "1e999", "3 4"]
    module = "".join(base.scripts(base.KIT / "typed.js")) + "export { read, roundedFrom };"
    with visit(CAR) as (page, _):
        found = page.evaluate(READ, [module, [text for text, _ in written]])
        refused = page.evaluate(READ, [module, nonsense])
    assert len({text for text, _ in written}) > 400
    for (text, meant), number in zip(written, found, strict=True):
        assert "wrong" not in number, (text, number)
        assert float(number["exact"]) == pytest.approx(float(meant), rel=1e-12, abs=0), text
        assert number["same"], text
    assert len(refused) > 300
    for text, answer in zip(nonsense, refused, strict=True):
        if text.strip(" \t=()"):
            assert answer.get("wrong", "").endswith("."), (text, answer)


def fullmatch_plain(text: str) -> bool:
    """Say whether a text of the nonsense happens to be a number."""
    text = re.sub(r"½", " 1/2", text.replace("−", "-"))
    text = re.sub(r"^= ?", "", re.sub(r"\s+", " ", text).strip())
    text = re.sub(r"^\( ?([^()]*?) ?\)$", r"\1", text)
    text = re.sub(r"^([+-]) ", r"\1", text)
    return bool(PLAIN.fullmatch(text))


def test_a_key_that_is_held_down_is_one_answer(visit: Visit):
    with visit(CAR) as (page, _):
        field = page.locator(".question input[type=text]").first
        field.fill("12345")
        for _ in range(5):
            field.press("Enter")
        (kept,) = page.evaluate(KEPT).values()
        assert kept["said"] == ["12345"]


def test_an_answer_of_another_tab_counts(visit: Visit):
    with visit(CAR) as (page, _):
        other = page.context.new_page()
        other.goto(page.url)
        first, second = (tab.locator(".question:has([type=radio])").first for tab in (page, other))
        second.locator("input").first.wait_for()
        for choice in first.locator("input").all():
            choice.check()
            first.get_by_role("button", name="Check").click()
            if "✓ Right" in first.inner_text():
                break
        solved = page.evaluate("JSON.stringify(localStorage)")
        second.locator("input").last.check()  # which is wrong
        second.get_by_role("button", name="Check").click()
        assert "✓ Right" in second.inner_text()
        assert page.evaluate("JSON.stringify(localStorage)") == solved
        other.close()


def test_what_is_forgotten_in_another_tab_stays_forgotten(visit: Visit):
    with visit(CAR) as (page, _):
        one, two = page.locator(".question:has([type=text])").all()[:2]
        for question in (one, two):
            question.locator("input").fill("12345")
            question.locator("input").press("Enter")
            assert "✗ No" in question.inner_text()
            if question is one:
                page.evaluate("localStorage.clear()")
        assert len(page.evaluate(KEPT)) == 1


def test_what_is_kept_wrongly_is_as_if_it_were_not_there(visit: Visit):
    with visit(CAR) as (page, _):
        question = page.locator(".question:has([type=text])").first
        question.locator("input").fill("12345")
        question.locator("input").press("Enter")
        (key,) = page.evaluate(KEPT)
        odd = [3, "abc", {"said": 3}, {"said": {}}]
        for value in [*odd, odd, *({key: one} for one in odd)]:
            page.evaluate(KEEP, json.dumps(value))
            page.reload()
            question.locator("input").wait_for()
            assert question.locator("input").input_value() == ""
