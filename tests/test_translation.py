"""The Chinese edition against the English one: nothing is stale, lost or left in English.

The English notebooks are run and compared by nbval; the Chinese ones are made of them. For one page
or figure alone: ``.venv/bin/python -m pytest -n 0 -q tests/test_translation.py -k 1-chain-rule``.
"""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import asking
import nbformat
import notebooks
import pytest
import yaml
from bs4 import BeautifulSoup
from corrected_html import correct_body
from notebooks import ROOT
from pieces import LANGUAGE, Pair, missing, pages, pairs, pieces, read, text_of
from playwright.sync_api import Browser
from renewal import carried_over, renew, stale
from translated_outputs import kind_of, shown_in
from translation import translated, words_of_site
from typesetting import HAN, MARK, faults, misprints

import backprop
from backprop.explorers import BackwardDrill, ask
from backprop.explorers.kit.base import KIT
from backprop.explorers.practice.levels import LEVELS
from backprop.explorers.practice.mistakes import SAYS
from backprop.show import language
from backprop.show.language import HERE, PLACE, pattern, say, say_in, speak, table, words

FOLDER = Path(backprop.__file__).parent
PAGES = [page for page in pages() if text_of(page).exists()]
NOTEBOOKS = [page for page in PAGES if page.endswith(".ipynb")]
FOLDERS = [HERE, KIT, *sorted(p.parent for p in FOLDER.glob("explorers/*/figure.js"))]
NO_TEXT = {
    *("formulas", "given", "wrong", "name", "names", "says", "tasks", "show", "key"),
}
WORD = re.compile(r"(?<![\w.])[A-Za-z][a-z]{2,}\b")
KNOWN = "Affine Dropout Softmax SoftmaxWithLoss softmax sigmoid tanh Momentum Adam max exp dout reg"
# Words that stand in Chinese as they stand in code, or as everybody calls them.
NAMES = set(re.findall(r"\w+", KNOWN)) | {
    name
    for page in pages() if page.endswith(".ipynb")
    for cell in read(ROOT / page)["cells"]
    if "wire(" in cell["source"]
    for name in re.findall(r'"(\w+)"', cell["source"])
}  # fmt: skip


def stem(page: str) -> str:
    return Path(page).stem


def name_of(folder: Path) -> str:
    return folder.name


each_page = pytest.mark.parametrize("page", PAGES, ids=stem)
each_notebook = pytest.mark.parametrize("page", NOTEBOOKS, ids=stem)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    speak("en")


# --- the pages ----------------------------------------------------------------------------------


@each_page
def test_nothing_is_stale(page: str) -> None:
    found = "\n".join(stale(page))
    todo = f"python run.py {LANGUAGE} {stem(page)}"
    assert not found, f"the English has changed; to quote it anew: {todo}\n{found}"


@each_page
def test_a_translation_keeps_what_it_has_to_and_is_set_as_chinese_is(page: str) -> None:
    file = text_of(page).relative_to(ROOT)
    found = [f"{file}:{pair.line}: {fault}" for pair in pairs(page) for fault in faults(*pair[:2])]
    assert not found, "\n" + "\n".join(found)


@each_notebook
def test_code_and_outputs_are_those_of_the_english_notebook(page: str) -> None:
    first, *there = nbformat.reads(translated(page), as_version=4).cells
    assert "remove-cell" in first.metadata.tags
    english = nbformat.read(ROOT / page, as_version=4).cells
    assert [cell.id for cell in english] == [cell.id for cell in there]
    for one, other in zip(english, there, strict=True):
        if one.cell_type == "code" and not asking.asks(one.source):
            assert one.source == other.source
            assert list(map(without_words, one.outputs)) == list(map(without_words, other.outputs))
        if asking.asks(one.source):
            assert without_texts(one.source) == without_texts(other.source)


def without_words(output: dict) -> object:
    """Return an output without the texts that a picture has in another language."""
    data = dict(output.get("data", {}))
    if {"text/html", notebooks.WIDGET_STATE.replace("state", "view")} & set(data):
        data["text/plain"] = ""
        data["text/html"] = re.sub(r'aria-label="[^"]*"|>[^<]*<', "", data.get("text/html", ""))
    return output.get("text", ""), data


def without_texts(source: str) -> str:
    """Return the code of a cell with a sign in place of each text."""
    tree = ast.parse(source)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.JoinedStr):
            node.values = []
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(rf"[{HAN}]|[A-Za-z]{{2}}", node.value)
        ):
            node.value = "…"
    return ast.dump(tree)


def test_the_notebooks_of_chapter_1_run_and_say_what_was_made() -> None:
    """What a page shows and what a reader with a kernel sees: outputs, questions, drills."""
    page = "chapters/1-chain-rule.ipynb"
    made, run = (nbformat.reads(translated(page), as_version=4) for _ in range(2))
    notebooks.execute(run, ROOT / "chapters")
    run, made = (nbformat.reads(notebooks.normal_form(n), as_version=4) for n in (run, made))
    for one, other in zip(run.cells[1:], made.cells[1:], strict=True):
        assert list(map(plain, one.get("outputs", []))) == list(
            map(plain, other.get("outputs", []))
        )
    states = [n.metadata.widgets[notebooks.WIDGET_STATE].state for n in (run, made)]
    assert states[0] == states[1]


def plain(output: dict) -> object:
    return output.get("text", ""), output.get("data", {})


# --- what the figures say -----------------------------------------------------------------------


def own(folder: Path) -> list[tuple[str, str]]:
    return words(folder, KIT, HERE, language=LANGUAGE)


FIGURES = [folder for folder in FOLDERS if (folder / f"{LANGUAGE}.toml").exists()]
each_figure = pytest.mark.parametrize("folder", FIGURES, ids=name_of)


@each_figure
def test_the_entries_of_a_figure(folder: Path) -> None:
    file = (folder / f"{LANGUAGE}.toml").relative_to(ROOT)
    entries = table(folder, LANGUAGE).items()
    found = [f"{file}: {entry!r}: {fault}" for entry, there in entries
             for fault in faults_of_entry(entry, there, own(folder))]  # fmt: skip
    assert entries
    assert not found, "\n" + "\n".join(found)


def test_every_figure_has_a_table_when_the_edition_is_whole() -> None:
    assert missing() or set(FIGURES) == set(FOLDERS)


def faults_of_entry(
    entry: str, there: str, known: list[tuple[str, str]], code: str = ""
) -> Iterator[str]:
    """Yield what is wrong with an entry of a table."""
    if set(PLACE.findall(entry)) != set(PLACE.findall(there)):
        yield "the {names} differ"
    numbers = [Counter(re.findall(r"\d+(?:[.,]\d+)*", PLACE.sub("", t))) for t in (entry, there)]
    if numbers[0] != numbers[1]:
        yield "the numbers differ"
    if not re.search(r"[^\W\d_]|[×+−÷(=→]", PLACE.sub("", entry)):
        yield "it fits everything"
    sample = PLACE.sub(lambda place: f"‹{place[1]}›", entry)
    first = next((one for one, _ in known if pattern(one).fullmatch(sample)), entry)
    if first != entry:
        yield f"it is never said, for {first!r} fits as well"
    if re.search(f"[{HAN}]", there):
        yield from misprints(PLACE.sub("x", there))
    phrases = [part.strip() for part in re.split(r"\{\w+\}|[:;,.()]", entry)]
    lost = [part for part in phrases if part not in (code or CODE) and part not in COMPOSED]
    if lost:
        yield f"no code says {lost} any more: take it out"


def code() -> str:
    """Return the code of the figures, with the strings that stand in pieces put together."""
    files = [path for kind in ("*.py", "*.js") for path in FOLDER.rglob(kind)]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return re.sub(r'"\n\s*f?"|` \+\n\s*`', "", text)


CODE = code()
COMPOSED = {  # of a name and a phrase, which code joins
    *("forward is off by", "central is off by", "inputs", "hidden units", "scores", "on scores"),
    *("Gradients of loss", "loss =", "is the problem", "are the problem"),
    *("or", "4", "blue", "orange"),
}


@pytest.mark.parametrize(
    ("entry", "there", "complaint"),
    [
        ("Play", "播放", ""),
        ("{a} of {b}", "{b}", "the {names} differ"),
        ("Play 3", "播放", "the numbers differ"),
        ("{a} {b}", "{b} {a}", "it fits everything"),
        ("{a} → {b}", "{a} → {b}", ""),
        ("{a} for {name}, given", "{a}：{name}", "for '{a} for {b}, given' fits as well"),
        ("Play", "播放,好", "full-width punctuation"),
        ("{a} in a whim", "{a} 甲", "no code says ['in a whim'] any more"),
    ],
)
def test_faults_of_an_entry_are_noticed(entry: str, there: str, complaint: str) -> None:
    known = [("{a} for {b}, given", "甲")]
    found = list(faults_of_entry(entry, there, known))
    assert any(complaint in fault for fault in found) if complaint else not found, found


@each_figure
def test_nothing_that_python_says_is_left_in_english(folder: Path) -> None:
    """Look into all notebooks; what JavaScript makes of it is seen in the browser."""
    known, left = own(folder), set()
    for page in (page for page in pages() if page.endswith(".ipynb")):
        notebook = read(ROOT / page)
        models = notebook["metadata"].get("widgets", {}).get(notebooks.WIDGET_STATE, {})
        for model in models.get("state", {}).values():
            if folder.name in model["state"].get("_anywidget_id", "") and folder.parent != FOLDER:
                data = model["state"].get("data", {})
                if "form" not in data:  # a question belongs to its page
                    left |= {text for text in strings(data) if in_english(text, known)}
    left |= {words for words in own_words(folder) if in_english(words, known)}
    assert not left, f"{folder.relative_to(ROOT)}/{LANGUAGE}.toml lacks: {left}"


def own_words(folder: Path) -> Iterator[str]:
    """Yield what stands in no notebook, but can be asked for."""
    if folder.name == "practice":
        for reason in SAYS.values():
            did, _, why = reason.partition(". ")
            yield from (
                f"2 for dW[0] is what comes out if you {did}.",
                *([f"{why}."] if why else []),
            )
        for level in LEVELS:
            drill = BackwardDrill(level, count=2)
            yield drill.picture.alt
            for kind in (kind for stage in drill.data["stages"] for kind in stage["kinds"]):
                entries = [json.loads(entry) for entry in kind["entries"]]
                for entry in entries:  # before the reader has found what the hint needs
                    named = re.sub(
                        r"\{found (\d+)\}",
                        lambda place, there=entries: f"({there[int(place[1])]['name']})",
                        entry["hint"],
                    )
                    yield f"Here: {named}." if named else ""


def left_in(text: str) -> set[str]:
    """Return the English words in a text that are no names."""
    return {*WORD.findall(text)} - NAMES


def in_english(text: str, known: list[tuple[str, str]]) -> bool:
    return bool(left_in(say(re.sub(r"\{[\w .]+\}", "1", text), known)))


def strings(data: object) -> Iterator[str]:
    """Yield the texts in the data of a figure, but for its pictures and addresses."""
    if isinstance(data, str):
        if data.startswith('{"'):
            yield from strings(json.loads(data))
        elif not data.startswith(("<svg", "<div")) and not re.fullmatch(r"[\d;., −e+-]*", data):
            yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            if key not in NO_TEXT:
                yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


@each_notebook
def test_no_picture_is_left_in_english(page: str) -> None:
    left, notebook = [], json.loads(translated(page))
    models = notebook["metadata"].get("widgets", {}).get(notebooks.WIDGET_STATE, {})
    for model in models.get("state", {}).values():
        data = model["state"].get("data", {})
        if "form" in data:
            data.pop("label")  # which the browser looks up
            told = [BeautifulSoup(text, "html.parser") for text in strings(data)]
            for code in (code for text in told for code in text.select("code")):
                code.decompose()
            left += [text.get_text() for text in told if left_in(text.get_text())]
    for cell in notebook["cells"]:
        for output in shown_in(cell):
            soup = BeautifulSoup(output["data"].get("text/html", ""), "html.parser")
            said = [tag["aria-label"] for tag in soup.select("[aria-label]")]
            said += [tag.get_text() for tag in soup.select("text, p, li, summary")]
            left += [text for text in said if left_in(text)]
    assert not left, f"some {LANGUAGE}.toml in src/backprop lacks: {left}"


def test_javascript_and_python_say_the_same(browser: Browser) -> None:
    folder = FOLDER / "explorers" / "practice"
    known = own(folder)
    texts = [
        "3 for the gradient of a, given your 2 for the gradient of p and 4 for the gradient of q, "
        "is what comes out if you hand the gradient on unchanged, as + does.",
        "1 of 5 right. For dW[0, 1]: Type a number first.",
        "3 for x is what comes out if you (1) multiply by b, or (2) take the mean.",
        "For W after the step, entry [0, 0]: the old value minus lr times gradient.",
        "Here: 2 − (the gradient of a) × 3.",
        "Unknown words. Check",
        "甲. 乙, 丙 丁 (1)!",
        *table(folder, LANGUAGE),
        *table(HERE, LANGUAGE),
    ]
    script = (KIT / "translated.js").read_text(encoding="utf-8")
    page = browser.new_page()
    there = page.evaluate(
        """async ([script, table, texts]) => {
            const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
            const { sayer } = await import(url);
            return texts.map(sayer(table));
        }""",
        [script, [list(pair) for pair in known], texts],
    )
    page.close()
    assert there == [say(text, known) for text in texts]
    given = "p 的梯度填的是 2，q 的梯度填的是 4"
    assert (
        there[0]
        == f"{given}，照这样往下算，如果像 + 那样把梯度原封不动地传下去，a 的梯度就会算成 3。"
    )
    assert there[3] == "走一步之后的 W[0, 0]：原来的值减去 lr 乘以梯度。"


def test_the_language_is_chosen_by_name() -> None:
    with pytest.raises(ValueError, match="language must be one of en, zh, got 'fr'"):
        speak("fr")
    question = {"because": "So.", "mistakes": {1: "No."}}
    assert repr(ask("How much?", answer=2, **question)) == "Question: How much?"
    assert "translated" not in ask("How much?", answer=2, **question)._esm
    speak(LANGUAGE)
    assert language.spoken() == LANGUAGE
    assert repr(ask("多少？", answer=2, **question)) == "问题：多少？"
    assert "translated(figure" in ask("多少？", answer=2, **question)._esm


def test_names_in_graphs_stay() -> None:
    known = [("loss", "损失"), ("Computational graph", "计算图"), ("Play", "播放"), ("a b", "甲乙")]
    texts = "<style>loss {}</style><text>loss</text><text>a b</text>"
    graph = f"{language.GRAPH}<svg>{texts}</svg></div>"
    there = say_in(f"<p>loss</p>{graph}<p>Play</p>", known)
    assert "<p>损失</p>" in there
    assert "<text>loss</text><text>甲乙</text>" in there
    assert 'aria-label="计算图"' in there
    assert "<style>loss {}</style>" in there
    assert "<p>播放</p>" in there


# --- what the site says -------------------------------------------------------------------------


def test_every_part_of_the_contents_has_its_caption() -> None:
    ours = words_of_site()
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert list(ours["captions"]) == [part["caption"] for part in toc["parts"]]


def test_the_lines_of_the_site_are_those_that_its_code_says() -> None:
    from descriptions import WRITTEN
    from lite import HOW, RUN, SIZE

    ours = words_of_site()
    needed = {RUN, SIZE, HOW, *WRITTEN.values()} - {WRITTEN["chapters/index"]}
    assert needed <= set(ours["words"])
    start = (ROOT / "site" / "index.html").read_text(encoding="utf-8")
    assert all(text in start for text in ours["start"])
    said = (ROOT / "site" / "answers.js").read_text(encoding="utf-8")
    levels = {*LEVELS}
    for text in ours["answers"]:
        phrases = [part.strip(" .:") for part in PLACE.split(text)[::2]]
        assert text in levels or all(part in said for part in phrases), text
    for text, there in [*ours["words"].items(), *ours["answers"].items(), *ours["start"].items()]:
        assert set(PLACE.findall(text)) == set(PLACE.findall(there)), text


# --- the tools ----------------------------------------------------------------------------------


def test_the_edition_is_made_when_all_its_pages_are_there() -> None:
    assert set(missing()) == set(pages()) - set(PAGES)


def test_a_page_is_renewed_and_marked_where_a_human_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "chapters/bibliography.md"
    monkeypatch.setattr("pieces.TEXTS", tmp_path)
    assert renew(page) == len(pieces(page)) == 1
    assert [list(faults(*pair[:2])) for pair in pairs(page)] == [
        [f"translate what stands below {MARK!r}, and take that line out"]
    ]
    file = tmp_path / "bibliography.md"
    done = file.read_text(encoding="utf-8").replace(MARK, "# 文献\n\n甲。")
    file.write_text(done, encoding="utf-8")
    assert renew(page) == 0
    assert file.read_text(encoding="utf-8") == done
    file.write_text(done.replace("The article that", "An article that"), encoding="utf-8")
    assert "-The article" not in "\n".join(stale(page))
    assert "+The article that" in "\n".join(stale(page))
    assert renew(page) == 1
    assert file.read_text(encoding="utf-8") == done.replace("# 文献", f"{MARK}\n\n# 文献")


@pytest.mark.parametrize(
    ("old", "new", "there", "renewed"),
    [
        (
            "It is 2.3 s,\nor 4.",
            "It is 2.4 s,\nor 4.",
            "用 2.3 秒，\n或 4。",
            "用 2.4 秒，\n或 4。",
        ),
        ("| a | 1 | 1 |", "| a | 1 | 5.5 |", "| 甲 | 1 | 1 |", "| 甲 | 1 | 5.5 |"),
        ("1 of 2\n\nA 5", "1 of 2\n\nA 6", "2 之 1\n\n甲 5", "2 之 1\n\n甲 6"),
        ("1 of 2", "1 of 3", "2 之 1", f"{MARK}\n\n2 之 1"),
        ("| 1 |\nWas 2", "| 3 |\nIs 2", "| 1 |\n曾是 2", f"{MARK}\n\n| 3 |\n曾是 2"),
        ("A 1", "A 2", f"{MARK}\n\n甲 1", f"{MARK}\n\n甲 2"),
        ("A 1", "A 2\n\nB", "甲 1", f"{MARK}\n\n甲 1"),
        ("A 1", "A 2", MARK, MARK),
    ],
)
def test_new_numbers_are_carried_over(old: str, new: str, there: str, renewed: str) -> None:
    assert carried_over(Pair(old, there), new) == renewed


def test_the_title_of_an_exercise_stands_in_brackets_of_its_language() -> None:
    title = '<p class="admonition-title"><span class="caption-number">{}</span> ({})</p>'
    context = {"body": title.format("Exercise 1 ", "A b") + "\n" + title.format("练习 1 ", "甲")}
    correct_body(None, "a", "page.html", context, None)
    english, there = context["body"].split("\n")
    assert english == title.format("Exercise 1 ", "A b")
    assert (
        there == '<p class="admonition-title"><span class="caption-number">练习 1</span>（甲）</p>'
    )


CELL = """\
from backprop.explorers import ask

n = 3
more = "{} more"
ask(
    f"What is {n} of `x`,"
    f" or {n:.2f}?",
    answer=f"{n} things",
    because="So it is.".replace("-", "−"),
    mistakes={"None": more.format("Nothing"), "0.1": f"Too {n}", n + 1: "No"},
    show="lab:lr=1",
)"""
PIECE = """\
ask
more: {} more
words: What is {n} of `x`, or {n:.2f}?
answer: {n} things
because: So it is.
mistake: None
reply: Nothing
reply to 0.1: Too {n}
reply to n + 1: No"""


def test_the_words_of_a_question_are_taken_out_and_put_back() -> None:
    assert asking.piece(CELL) == PIECE
    assert asking.put_in(CELL, PIECE, PIECE).count("\n") == CELL.count("\n") - 1
    there = PIECE.replace("So it is", '“是”"').replace("{} more", "多{}").replace("Nothing", "无")
    cell = asking.put_in(CELL, PIECE, there)
    assert 'because="“是”\\"."' in cell
    assert 'more = "多{}"' in cell
    assert 'more.format("无")' in cell
    assert asking.entry("{} of {:.2f}, {n}", "{n}：{}，{:.2f}") == (
        "{p0} of {p1}, {p2}",
        "{p2}：{p0}，{p1}",
    )


@pytest.mark.parametrize(
    ("english", "there", "complaint"),
    [
        ("A loss of 2.3.", "损失是 2.4。", "numbers: missing 2.3, new 2.4"),
        ("See {eq}`eq-a`.", "请看上式。", "roles"),
        ("$$\nx + 1\n$$ (eq-a)", "$$\nx + 2\n$$ (eq-a)", "displayed formulas"),
        ("$$\nx \\text{ as } h\n$$", "$$\nx \\text{ 当 } h\n$$", ""),
        ("Half of $w$.", "$v$ 的一半。", "formulas"),
        ("Use `lr`.", "使用学习率。", "code: missing lr"),
        ("[a](b.ipynb)", "[甲](c.ipynb)", "links"),
        ("## A", "# 甲", "headings"),
        ("A <b>b</b>", "甲 <i>乙</i>", "HTML"),
        (":::{exercise}\n:label: ex-a\nA\n:::", ":::{exercise}\n:label: ex-b\n甲\n:::", "options"),
        ("- A\n- B", "- 甲", "list items"),
        ("**A:** b", "**甲：**乙", "put punctuation outside"),
        ("A *b* c.", "，*甲*，乙。", ""),
        ("A *b* c.", "甲*乙（丙）*丁。", "put punctuation outside"),
        ("A, b.", "甲,乙。", "full-width punctuation"),
        ("A ReLU.", "一个ReLU。", "a space between Chinese and a letter"),
        ("The $x$ is.", "这个$x$是。", "a space between Chinese and code"),
        ("A b.", "甲 乙。", "no space between Chinese letters"),
        ("| A. | B | **c** |", "| 甲。 | “乙” | **丙** |", ""),
        ("| A. B |", "| 甲。 乙 |", "no space beside full-width"),
        ("A (b) c.", "甲 (乙) 丙。", "full-width brackets"),
        ("A\n\nB", "甲，\n乙", "in one line"),
        ('A "b" c.', '甲"乙"丙。', "write “ and ”"),
        ("A … b.", "甲…乙。", "twice"),
        ("A.", "", "nothing is written"),
        ("A.", f"{MARK}\n\n甲。", "take that line out"),
        (
            "A long sentence that nobody translated.",
            "A long sentence that nobody translated.",
            "left",
        ),
        ("```{x}\na\n```", "```{x}\nb\n```", "code blocks"),
        ("ask\nwords: Is {n} 1?", "ask\nwords: {n} 是 1 吗？", ""),
        ("ask\nwords: Is {n} 1?", "ask\nwords: {m} 是 1 吗？", "words: placeholders"),
        ("ask\nalone: {} of {:g}", "ask\nalone: {:g}，{}", "alone: placeholders"),
        ("ask\nwords: Is {n} 1?", "ask\nwords: 是 {n}吗？", "words: numbers: missing 1"),
        (
            "ask\nwords: A?\nreply: B",
            "ask\nreply: 乙\nwords: 甲？",
            "lines must begin with ask, words",
        ),
    ],
)
def test_faults_are_noticed(english: str, there: str, complaint: str) -> None:
    found = list(faults(english, there))
    assert any(complaint in fault for fault in found) if complaint else not found, found


def test_a_figure_is_known_by_its_class() -> None:
    assert kind_of({"_anywidget_id": "backprop.explorers.practice.figure.BackwardDrill"}) is (
        BackwardDrill
    )
    assert kind_of({}) is None
