"""The question banks: what their formats demand, and what each number that is typed leads to.

What is right and wrong comes from ``drills``, which solves the tasks in plain fractions. A judge
reads the files by the formats' documented rules: the first answer that is near enough counts.
"""

import base64
import re
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from html import unescape
from itertools import pairwise
from typing import NamedTuple
from xml.etree import ElementTree

import bank
import pytest
from drills import Solver, solved
from problems import problems
from questions import Question
from stages import stages_of
from targets import FOLLOWS

from backprop.explorers.practice.levels import LEVELS
from backprop.explorers.practice.mistakes import SAYS

COUNT, SEED = {"en": 2, "zh": 1}, 5
in_english = pytest.mark.parametrize("language", ["en"], indirect=True)  # as drills reads it
FIELD = re.compile(r"\{1:NUMERICAL:(.*?)(?<!\\)\}", re.DOTALL)
ANSWER = re.compile(r"%(\d+)%(-?[\d.]+):([\d.]+)#([^~]*)")
NAMES = {"Affine", "CrossEntropy", "ReLU", "Softmax", "SoftmaxWithLoss", "dout"}


class Answer(NamedTuple):
    number: float
    margin: float
    share: int
    reply: str


def judge(answers: list[Answer], typed: float) -> tuple[int, str]:
    near = (one for one in answers if abs(typed - one.number) <= one.margin + 1e-12)
    return next(((one.share, one.reply) for one in near), (0, ""))


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def parts(language: str) -> list[bank.Part]:
    return bank.drawn(COUNT[language], SEED, stages_of(list(LEVELS)), language)


@pytest.fixture(scope="module")
def asked(parts) -> dict[str, Question]:
    """Return all questions by their idents."""
    return {one.ident: one for part in parts for one in [*part.wholes, *part.singles]}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, parts, language: str):
    return bank.write(tmp_path_factory.mktemp("bank"), parts, SEED, language)


@pytest.fixture(scope="module")
def in_moodle(files) -> dict[str, ElementTree.Element]:
    """Return the questions of the file by their idnumbers; a category comes first."""
    root = ElementTree.parse(files[0]).getroot()
    assert (root.tag, root[0].get("type")) == ("quiz", "category")
    elements = [one for one in root if one.get("type") != "category"]
    found = {one.findtext("idnumber"): one for one in elements}
    assert len(found) == len(elements)
    return found


@pytest.fixture(scope="module")
def canvas(files) -> dict[str, bytes]:
    with zipfile.ZipFile(files[1]) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fields_of(question: ElementTree.Element) -> list[list[Answer]]:
    """Read the answers of each field as Moodle does; its replies are HTML."""
    if question.get("type") == "cloze":
        fields = FIELD.findall(question.findtext("questiontext/text"))
        found = [[read(*one) for one in ANSWER.findall(field)] for field in fields]
        assert [field.count("~") + 1 for field in fields] == [len(one) for one in found]
        return found
    return [
        [
            Answer(
                float(one.findtext("text")),
                float(one.findtext("tolerance")),
                int(one.get("fraction")),
                unescape(one.findtext("feedback/text")),
            )
            for one in question.findall("answer")
        ]
    ]


def read(share: str, number: str, margin: str, reply: str) -> Answer:
    return Answer(float(number), float(margin), int(share), unescape(unescape(reply)))


def solve(question: Question, slips: dict[str, Fraction] | None = None):
    """Return for each entry the right number and those of mistakes, without what is the same."""
    problem = question.problem
    names = [entry.name for entry in problem.entries]
    solver = Solver(problem.formulas, problem.given)
    return [
        (right, {name: x for name, x in wrong.items() if differs(x, right)})
        for right, wrong in solved(names, solver, slips)
    ]


def differs(a, b) -> bool:
    return a is not None and abs(a - b) > 1e-9


def three_digits(x) -> float:
    return float(f"{float(x):.3g}")


def words_of(name: str) -> str:
    return SAYS[name].split(". ")[0]


def pieces(question: ElementTree.Element) -> Iterator[str]:
    """Yield all HTML of a question, each piece well formed."""
    for text in question.iter("text"):
        ElementTree.fromstring(f"<div>{text.text or ''}</div>")
        yield text.text or ""


# --- Moodle ---------------------------------------------------------------------------------------


def test_every_question_is_in_the_file_for_moodle_with_its_picture(in_moodle, asked):
    assert in_moodle.keys() == asked.keys()
    for ident, element in in_moodle.items():
        question = asked[ident]
        assert element.get("type") == ("cloze" if question.place is None else "numerical")
        text = element.find("questiontext")
        named = re.findall(r'src="@@PLUGINFILE@@/([^"]+)"', text.findtext("text"))
        assert named == [one.get("name") for one in text.findall("file")]
        assert bool(named) == (not ident.startswith("update"))
        for file in text.findall("file"):
            assert (file.get("encoding"), file.get("path")) == ("base64", "/")
            svg = ElementTree.fromstring(base64.b64decode(file.text, validate=True))
            assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        for entry in question.asked:
            assert entry.reason in unescape(element.findtext("generalfeedback/text"))


def test_no_two_answers_of_a_field_overlap_and_one_is_right(in_moodle, asked):
    for ident, element in in_moodle.items():
        fields = fields_of(element)
        assert len(fields) == len(asked[ident].asked)
        for answers in fields:
            assert answers[0].share == 100
            assert {one.share for one in answers} <= {0, 100}
            assert all(one.reply for one in answers[1:])
            for a, b in pairwise(sorted(answers)):
                assert a.number + a.margin < b.number - b.margin, (ident, a, b)


@in_english
def test_each_mistake_gets_its_reply_and_no_mark(in_moodle, asked):
    for ident, question in asked.items():
        solutions = solve(question)
        if question.place is not None:
            solutions = [solutions[question.place]]
        for answers, (right, wrong) in zip(fields_of(in_moodle[ident]), solutions, strict=True):
            assert judge(answers, float(right)) == judge(answers, three_digits(right)) == (100, "")
            assert all(judge(answers, float(right) * x)[0] == 0 for x in (0.99, 1.01) if right)
            for name, x in wrong.items():
                for typed in (float(x), three_digits(x)):
                    share, reply = judge(answers, typed)
                    assert share == 0, (ident, name)
                    assert words_of(name) in reply, (ident, name)


@in_english
def test_what_follows_from_one_mistake_counts_unless_it_is_a_mistake_here(in_moodle, parts):
    counted = 0
    for question in (part.wholes[0] for part in parts):
        fields, solutions = fields_of(in_moodle[question.ident]), solve(question)
        names = [entry.name for entry in question.asked]
        for slips in one_mistake(question, solutions):
            typed = [
                right + slips.get(name, 0)
                for name, (right, _) in zip(names, solve(question, slips), strict=True)
            ]
            for j, x in enumerate(typed):
                right, wrong = solutions[j]
                if names[j] in slips or not differs(x, right):
                    continue
                share, reply = judge(fields[j], float(x))
                own = any(not differs(x, other) for other in wrong.values())
                assert share == (0 if own else 100), (question.ident, slips, names[j])
                assert ("follows from" in reply) and (own or reply == FOLLOWS)
                counted += not own
    assert counted > 100


def one_mistake(question: Question, solutions) -> Iterator[dict[str, Fraction]]:
    """Yield by how much entries are off: one entry by one mistake, or all of a matrix by one."""
    entries = question.asked
    for entry, (right, wrong) in zip(entries, solutions, strict=True):
        yield from ({entry.name: x - right} for x in wrong.values())
    for k in range(len(question.problem.asks)):
        here = [pair for pair in zip(entries, solutions, strict=True) if pair[0].ask == k]
        for name in {name for _, (_, wrong) in here for name in wrong}:
            yield {
                entry.name: wrong[name] - right for entry, (right, wrong) in here if name in wrong
            }


# --- Canvas ---------------------------------------------------------------------------------------

QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}
PACKAGE = {"p": "http://www.imsglobal.org/xsd/imscp_v1p1"}


def items_of(canvas: dict[str, bytes]) -> list[ElementTree.Element]:
    banks = [ElementTree.fromstring(canvas[name]) for name in canvas if re.match(r"\w+-\d\.", name)]
    assert all(one.find(".//q:objectbank/q:qtimetadata", QTI) is not None for one in banks)
    return [item for one in banks for item in one.iterfind(".//q:item", QTI)]


def test_the_manifest_lists_every_file_once(canvas):
    assert next(iter(canvas)) == "imsmanifest.xml"
    root = ElementTree.fromstring(canvas["imsmanifest.xml"])
    resources = root.findall(".//p:resource", PACKAGE)
    listed = [file.get("href") for one in resources for file in one.findall("p:file", PACKAGE)]
    assert sorted(["imsmanifest.xml", *listed]) == sorted(canvas)
    idents = [one.get("identifier") for one in resources]
    assert len(set(idents)) == len(idents)
    needed = {one.get("identifierref") for one in root.iterfind(".//p:dependency", PACKAGE)}
    pictures = [one for one in resources if one.get("type") == "webcontent"]
    assert needed == {one.get("identifier") for one in pictures}
    for name in canvas:
        ElementTree.fromstring(canvas[name])


def test_canvas_gets_each_single_number_with_its_mistakes(canvas, asked, language):
    items = {item.get("ident"): item for item in items_of(canvas)}
    assert items.keys() == {one.ident for one in asked.values() if one.place is not None}
    for ident, item in items.items():
        tags = [one.tag.split("}")[1] for one in item]
        assert tags[:3] == ["itemmetadata", "presentation", "resprocessing"]
        assert tags[3:] == ["itemfeedback"] * 2
        texts = [one.text for one in item.iterfind(".//q:mattext", QTI)]
        for text, most in zip(texts, (16_000, 5_000, 5_000), strict=True):
            ElementTree.fromstring(f"<div>{text}</div>")
            assert len(text.encode()) < most  # what Canvas takes
        for picture in re.findall(r'src="([^"]+)"', texts[0]):
            assert picture in canvas
        if language == "en":
            right, wrong = solve(asked[ident])[asked[ident].place]
            exact, least, most = (
                float(item.findtext(f".//q:{name}", namespaces=QTI))
                for name in ("varequal", "vargte", "varlte")
            )
            assert least <= float(right) == exact <= most
            assert not any(least <= float(x) <= most for x in wrong.values())
            assert all(words_of(name) in unescape(texts[2]) for name in wrong)


# --- both -----------------------------------------------------------------------------------------


def test_no_question_gives_away_the_answer_of_another_or_its_own(asked):
    all_ = [question.problem for question in asked.values()]
    tasks = {(one.level, one.stage, one.kind, one.given_words) for one in all_}
    assert len(tasks) == len(asked)
    for question in asked.values():
        if question.place is None:
            continue
        text, [entry], entries = question.text(""), question.asked, question.problem.entries
        for k, (label, rows, columns) in enumerate(question.problem.asks):
            name = label if rows * columns > 1 else next(e.said for e in entries if e.ask == k)
            assert (f">{name} = " in text or f">{name} =<" in text) == (k < entry.ask)
        if question.problem.formulas:
            assert question.place > 0  # the gradient of L is always 1
            before = {one.edge for one in entries[: question.place] if one.edge}
            shown = re.findall(r'data-gradient="([^"]+)">([^<]+)<', question.picture)
            assert {edge for edge, number in shown if number != "?"} == before
            assert [edge for edge, number in shown if number == "?"] == [entry.edge] * bool(
                entry.edge
            )


def test_a_wrong_number_that_is_0_but_for_its_last_digits_is_0():
    entries = [entry for one in problems("network", 0, 3, 7) for entry in one.entries]
    zeros = [one for entry in entries for one in entry.mistakes if abs(one.number) < 1e-9]
    assert {(one.number, one.shown) for one in zeros} == {(0.0, "0")}
    assert ("W not transposed",) in [one.names for one in zeros]


@pytest.mark.parametrize("language", ["zh"], indirect=True)
def test_nothing_stays_english_in_chinese(in_moodle):
    for element in in_moodle.values():
        said = "".join(list(pieces(element))[1:])  # after the name
        html = re.sub(r'alt="([^"]*)"', r">\1<", FIELD.sub(" ", said))
        replies = [one.reply for field in fields_of(element) for one in field]
        text = unescape(re.sub("<[^>]*>", " ", " ".join([html, *replies])))
        assert not set(re.findall(r"[A-Za-z]{4,}", text)) - NAMES


def test_the_same_seed_makes_the_same_bank(tmp_path):
    def made(seed: int) -> list[bytes]:
        files = bank.write(tmp_path, bank.drawn(1, seed, [("chain", 0)], "en"), seed, "en")
        return [file.read_bytes() for file in files]

    first, again, other = made(1), made(1), made(2)
    assert first == again
    assert first[0] != other[0]
    assert first[1] != other[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": "0"}, "count must be a whole number >= 1 and <= 150, got 0"),
        ({"count": "151"}, "count must be a whole number >= 1 and <= 150, got 151"),
        ({"seed": "0"}, "seed must be a whole number >= 1, got 0"),
        ({"levels": "graphs"}, "levels must be names such as chain, .* got 'graphs'"),
        ({"language": "fr"}, "language must be one of .*, got 'fr'"),
    ],
)
def test_bad_options_are_refused_by_name(options, words, tmp_path):
    given = {"count": "1", "seed": "1", "out": str(tmp_path), "language": "en", "levels": "chain"}
    with pytest.raises(ValueError, match=words):
        bank.main(*(given | options).values())
    assert not list(tmp_path.iterdir())
