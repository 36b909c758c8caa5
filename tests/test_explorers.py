"""The explorers: their numbers, their bad inputs, and that the notebooks store them as they are.

What a reader does with them is tested in test_browser.py.
"""

import base64
import inspect
import json
import re
import zlib
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import nbformat
import notebooks
import numpy as np
import pytest
from notebooks import CHAPTERS, WIDGET_STATE, normal_form

from backprop import Add, Affine, Graph, Multiply, SoftmaxWithLoss, explorers
from backprop.drawing import short
from backprop.explorers import Descent, GraphStepper, SoftmaxBench, base, chart
from backprop.explorers.base import Explorer, bundle, rounded
from backprop.explorers.descent import descend
from backprop.explorers.packing import classes_of, numbers_of
from backprop.explorers.runs import BLOCK
from backprop.plots import COLOURS

CHOICES = {"price": (10, 15, 20, 25, 30), "count": (1, 2, 3, 4, 5), "tax": (1, 1.05, 1.1, 1.2)}
RUN_NOTEBOOKS = "if the change is meant: python run.py notebooks"


def car() -> Graph:
    graph = Graph("price", "count", "tax")
    graph.wire("subtotal", Multiply(), "price", "count")
    graph.wire("total", Multiply(), "subtotal", "tax")
    graph.forward(price=20, count=2, tax=1.1)
    return graph


MAKERS: dict[str, Callable[[], Explorer]] = {
    "Descent": Descent,
    "GraphStepper": lambda: GraphStepper(car(), **CHOICES),
    "SoftmaxBench": SoftmaxBench,
    "TrainingLab": lambda: explorers.TrainingLab(lrs=[0.1, 1], regs=[0], reg=0),
}


@pytest.fixture(params=MAKERS)
def explorer(request: pytest.FixtureRequest) -> Explorer:
    return MAKERS[request.param]()


# --- what all explorers have in common ----------------------------------------------------------


def test_all_explorers_are_tested_here():
    public = [getattr(explorers, name) for name in explorers.__all__]
    found = {thing.__name__ for thing in public if inspect.isclass(thing)}
    assert found == set(MAKERS)


def test_they_say_what_they_are_in_a_line_that_never_changes(explorer: Explorer):
    again = MAKERS[type(explorer).__name__]()
    assert repr(explorer) == repr(again)
    assert re.fullmatch(r"Interactive figure: [^<>\n]{8,90}", repr(explorer))


def test_they_compute_the_same_again(explorer: Explorer):
    again = MAKERS[type(explorer).__name__]()
    assert again.data == explorer.data
    assert again.packed == explorer.packed
    assert again.picture == explorer.picture


def test_their_data_are_json_without_infinities(explorer: Explorer):
    assert json.dumps(explorer.data, allow_nan=False)


def test_they_show_the_still_picture_and_then_the_widget(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
):
    shown = []
    monkeypatch.setattr(base, "display", lambda thing, **_: shown.append(thing))
    explorer._ipython_display_()
    still, view = shown
    root = ElementTree.fromstring(still._repr_html_())
    assert root.get("class") == "explorer-still"
    pictures = [tag for tag in root.iter() if tag.get("role") == "img"]
    assert pictures
    assert all(len(picture.get("aria-label")) > 15 for picture in pictures)
    assert not [tag for tag in root.iter() if "id" in tag.attrib], "ids meet on a page"
    assert repr(still) == explorer.picture.alt
    assert view["text/plain"] == repr(explorer)
    assert view["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id


def test_their_module_is_one_module_that_imports_nothing(explorer: Explorer):
    assert not re.search(r"^\s*(import\b|//|/\*)|\bimport\(", explorer._esm, re.MULTILINE)
    assert re.findall(r"^export .*", explorer._esm, re.MULTILINE) == [
        line for line in explorer._esm.splitlines() if line.startswith("export default explorer(")
    ]
    assert explorer._css == (Path(base.__file__).parent / "explorers.css").read_text("utf-8")


@pytest.mark.parametrize("name", [path.stem for path in base.FOLDER.glob("*.js")])
def test_javascript_computes_no_exponential_and_no_power(name: str):
    """It displays what Python has computed. Only the log axis needs ``Math.log``."""
    if name != "shared":
        assert not set(re.findall(r"Math\.\w+", bundle(name))) - {
            *("Math.abs", "Math.floor", "Math.log", "Math.max", "Math.min")
        }


def test_the_colours_are_those_of_the_plots():
    assert [re.search(r"#\w{6}", colour)[0] for colour in chart.COLOURS] == list(COLOURS)


def test_rounded_keeps_four_digits_at_any_depth():
    assert rounded([[1.23456, -0.000123456], (np.float64(2.0),)]) == [[1.235, -0.0001235], [2.0]]
    assert rounded(np.array([1 / 3])) == [0.3333]


# --- a live kernel ------------------------------------------------------------------------------


def asked(explorer: Explorer, monkeypatch: pytest.MonkeyPatch, message: dict) -> list[dict]:
    sent = []
    monkeypatch.setattr(type(explorer), "send", lambda _, content, **__: sent.append(content))
    explorer._handle_custom_msg(message, [])
    return sent


def test_a_kernel_answers_with_the_exact_setting(monkeypatch: pytest.MonkeyPatch):
    descent = Descent(steps=3, step=0)
    assert asked(descent, monkeypatch, {"ask": "hello"}) == [{"answer": "hello"}]
    (answer,) = asked(descent, monkeypatch, {"ask": "exact", "id": 7, "settings": {"lr": 0.75}})
    assert (answer["answer"], answer["id"]) == ("exact", 7)
    assert answer["data"]["w"] == [1, 0.25, 0.0625, 0.01562]
    assert answer["data"]["loss"] == [0.5, 0.03125, 0.001953, 0.0001221]


@pytest.mark.parametrize("lr", [0, -1, 1001, "0.1", None, float("nan"), float("inf"), True])
def test_a_kernel_refuses_settings_that_make_no_sense(lr, monkeypatch: pytest.MonkeyPatch):
    (answer,) = asked(Descent(), monkeypatch, {"ask": "exact", "id": 1, "settings": {"lr": lr}})
    assert answer["answer"] == "refused"
    assert "lr must be" in answer["reason"]


def test_a_kernel_says_nothing_where_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch):
    assert not asked(SoftmaxBench(), monkeypatch, {"ask": "hello"})
    assert not asked(Descent(), monkeypatch, {"ask": "something else"})


# --- Descent ------------------------------------------------------------------------------------


def test_descent_follows_the_closed_form():
    """Each step multiplies w by 1 - lr."""
    for run in Descent().data["runs"]:
        w = (1 - run["lr"]) ** np.arange(21)
        np.testing.assert_allclose(run["w"], w, rtol=6e-4, atol=1e-30)
        np.testing.assert_allclose(run["loss"], w**2 / 2, rtol=6e-4, atol=1e-30)


def test_descent_has_the_numbers_of_sgd():
    for run in Descent().data["runs"]:
        for name, values in zip(("w", "loss"), descend(run["lr"], 20), strict=True):
            assert [short(value) for value in run[name]] == [short(value) for value in values]


def test_descent_says_what_each_learning_rate_does():
    found = {run["lr"]: run["verdict"].split(":")[0] for run in Descent().data["runs"]}
    assert found == {
        **dict.fromkeys((0.01, 0.02, 0.05, 0.1), "Too small"),
        **dict.fromkeys((0.2, 0.5, 0.9), "Good"),
        1: "Exactly right for this bowl",
        **dict.fromkeys((1.2, 1.5, 1.8, 1.9), "Overshooting"),
        2: "On the edge",
        **dict.fromkeys((2.1, 2.2), "Diverging"),
    }


def test_descent_begins_where_it_is_told():
    data = Descent([0.1, 0.5, 2], steps=8, lr=0.5, step=3).data
    assert data["first"] == {"run": 1, "step": 3}
    assert {len(run["w"]) for run in data["runs"]} == {9}


# --- SoftmaxBench -------------------------------------------------------------------------------


def test_softmax_bench_has_the_numbers_of_the_layer():
    data, layer = SoftmaxBench().data, SoftmaxWithLoss()
    row_of = data["rowOf"].split(" ")
    scores = [i / 2 for i in range(-6, 7)]
    assert len(row_of) == len(scores) ** 3
    for index, setting in enumerate(product(scores, repeat=3)):
        row = [int(number) / data["parts"] for number in data["rows"][int(row_of[index])].split()]
        for label in range(3):
            loss = layer.forward([setting], [label])
            fresh = [*layer.y[0], loss, *layer.backward()[0]]
            shown = row[:3] + row[3 + 4 * label : 7 + 4 * label]
            assert np.abs(np.subtract(shown, fresh)).max() <= 0.5001 / data["parts"]


def test_softmax_bench_keeps_settings_that_differ_by_a_constant_once():
    """Two differences decide: 25 by 25 of them, without the corners that no scores reach."""
    assert len(SoftmaxBench().data["rows"]) == 25 * 25 - 2 * (12 * 13 // 2)


# --- GraphStepper -------------------------------------------------------------------------------


def test_graph_stepper_has_the_products_of_all_choices():
    data = GraphStepper(car(), **CHOICES).data
    settings = list(product(*CHOICES.values()))
    assert len(data["table"]) == len(settings) == 100
    for row, (price, count, tax) in zip(data["table"], settings, strict=True):
        values = {"price": price, "count": count, "tax": tax}
        values |= {"subtotal": price * count, "total": price * count * tax}
        edges = {"total.0": tax, "total.1": price * count}
        edges |= {"subtotal.0": tax * count, "subtotal.1": tax * price}
        gradients = {"d price": tax * count, "d count": tax * price, "d tax": price * count}
        gradients |= {"d subtotal": tax, "d total": 1}
        expected = values | edges | gradients
        shown = dict(zip(data["keys"], row.split(" "), strict=True))
        assert shown == {key: short(value) for key, value in expected.items()}


def test_the_sentences_of_graph_stepper_are_true():
    data = GraphStepper(car(), **CHOICES).data
    assert len(data["steps"]) == 7
    for row, step in product(data["table"], data["steps"]):
        sentence = step["sentence"]
        for key, number in zip(data["keys"], row.split(" "), strict=True):
            sentence = sentence.replace(f"{{{key}}}", number)
        for a, b, c in re.findall(r"(\S+) × (\S+) = (\S+)\.", sentence):
            assert short(float(a) * float(b)) == c, sentence
        assert "{" not in sentence


def test_graph_stepper_goes_forward_in_order_and_backward_in_reverse():
    steps = GraphStepper(car(), **CHOICES).data["steps"]
    assert [step.get("value") for step in steps[:2]] == ["subtotal", "total"]
    backward = ["total", "total.0", "total.1", "subtotal.0", "subtotal.1"]
    assert [step.get("gradient") for step in steps[2:]] == backward


def test_every_number_of_graph_stepper_has_its_place_in_the_picture():
    data = GraphStepper(car(), **CHOICES).data
    marks = set(re.findall(r'data-(?:value|gradient)="([^"]+)"', data["svg"]))
    assert marks == {key for key in data["keys"] if not key.startswith("d ")}


def test_graph_stepper_steps_through_sums_and_forks():
    graph = Graph("x", "y")
    graph.wire("square", Multiply(), "x", "x")
    graph.wire("sum", Add(), "square", "y")
    data = GraphStepper(graph, x=[3], y=[1, 2]).data
    numbers = dict(zip(data["keys"], data["table"][1].split(" "), strict=True))
    shown = {key: numbers[key] for key in ("sum", "square.0", "square.1", "d x")}
    assert shown == {"sum": "11", "square.0": "3", "square.1": "3", "d x": "6"}
    assert data["first"] == [0, 0]
    assert data["steps"][3]["sentence"] == "Backward: + hands the gradient on. square gets {sum.0}."


def test_graph_stepper_leaves_its_graph_alone():
    graph = car()
    graph.forward(price=15, count=3, tax=1.2)
    before = dict(graph.values)
    stepper = GraphStepper(graph, **CHOICES)
    assert graph.values == before
    assert not graph.gradients
    assert stepper.data["first"] == [1, 2, 3]


# --- bad input ----------------------------------------------------------------------------------

BAD = {
    "no learning rate": (lambda: Descent([]), "lrs"),
    "learning rate 0": (lambda: Descent([0, 1], lr=1), "lrs"),
    "first learning rate no choice": (lambda: Descent(lr=0.3), "lr must be one of"),
    "no steps": (lambda: Descent(steps=0), "steps"),
    "first step too late": (lambda: Descent(steps=5, step=6), "step"),
    "scores that are no choices": (lambda: SoftmaxBench(scores=(0.1, 1, 1)), "scores must be 3 of"),
    "two scores": (lambda: SoftmaxBench(scores=(1, 1)), "scores must be 3 of"),
    "label that is no class": (lambda: SoftmaxBench(label=3), "label"),
    "choice that is not finite": (lambda: SoftmaxBench([0, 1, np.inf]), "choices"),
    "input without choices": (lambda: GraphStepper(car(), price=[1], count=[1]), "choices must be"),
    "empty choices": (lambda: GraphStepper(car(), **{**CHOICES, "tax": []}), "choices must be"),
    "choices of no input": (lambda: GraphStepper(car(), **CHOICES, fee=[1]), "choices must be"),
    "graph without nodes": (lambda: GraphStepper(Graph("x"), x=[1]), "graph must be made of"),
    "node without a sentence": (lambda: GraphStepper(affine(), x=[1]), "got \\['Affine'\\]"),
}


def affine() -> Graph:
    graph = Graph("x")
    graph.wire("out", Affine([[1.0]], [0.0]), "x")
    return graph


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused(case: str):
    make, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        make()


# --- what the notebooks store -------------------------------------------------------------------


def figures_of(notebook: nbformat.NotebookNode) -> list[SimpleNamespace]:
    """Return the stored explorers of a notebook: the name of the class, the state, the buffers."""
    widgets = json.loads(normal_form(notebook))["metadata"].get("widgets", {})
    found = []
    for model in widgets.get(WIDGET_STATE, {}).get("state", {}).values():
        if model["model_module"] == "anywidget":
            name = model["state"]["_anywidget_id"].rpartition(".")[2]
            found.append(
                SimpleNamespace(name=name, state=model["state"], rest=model.get("buffers"))
            )
    return found


STORED = {
    path: figures
    for path in sorted(CHAPTERS.glob("*.ipynb"))
    if (figures := figures_of(nbformat.read(path, as_version=4)))
}


def test_every_explorer_is_in_some_notebook():
    assert {figure.name for figures in STORED.values() for figure in figures} == set(MAKERS)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_modules_and_styles_are_those_of_the_package(path: Path):
    for figure in STORED[path]:
        module = inspect.getmodule(getattr(explorers, figure.name)).__name__
        assert figure.state["_esm"] == bundle(module.rpartition(".")[2]), RUN_NOTEBOOKS
        assert figure.state["_css"] == base.read("explorers.css"), RUN_NOTEBOOKS


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_tables_are_those_of_a_fresh_run(path: Path):
    """The other outputs are compared by nbval, but not the state of widgets."""
    notebook = nbformat.read(path, as_version=4)
    notebooks.execute(notebook, path.parent)
    fresh = figures_of(notebook)
    assert [figure.name for figure in fresh] == [figure.name for figure in STORED[path]]
    for new, old in zip(fresh, STORED[path], strict=True):
        if new.name == "TrainingLab":
            new.state["data"], old.state["data"] = compare_labs(new, old)
            new.rest = old.rest  # compared by the line above
        changed = [key for key in new.state if new.state[key] != old.state.get(key)]
        assert not changed, f"{new.name} has another {changed}; {RUN_NOTEBOOKS}"
        assert new.rest == old.rest, f"{new.name} has another table; {RUN_NOTEBOOKS}"


CHAOTIC = ("Jumping", "Overshot", "Diverged")


def compare_labs(new: SimpleNamespace, old: SimpleNamespace) -> tuple[dict, dict]:
    """Compare the runs of two labs and return the rest of their data.

    Processors round in different ways. A calm run forgets such a difference, and must be the same
    to its last shown digit but one; a chaotic one enlarges it, so of these only the kind counts.
    Where all weights have collapsed to 0, rounding decides about the classes.
    """
    rest, verdicts, blocks = [], [], []
    for lab in (new, old):
        data = dict(lab.state["data"])
        verdicts.append(np.ravel(data.pop("verdicts")))
        (packed,) = (buffer["data"] for buffer in lab.rest if buffer["path"] == ["packed"])
        blocks.append(np.frombuffer(zlib.decompress(base64.b64decode(packed)), BLOCK))
        rest.append(data)
    kinds = [np.array([text.split(":")[0].split(" ")[0] for text in v]) for v in verdicts]
    assert np.mean(kinds[0] == kinds[1]) > 0.97, f"TrainingLab has other verdicts; {RUN_NOTEBOOKS}"
    calm = ~np.isin(kinds, CHAOTIC).any(axis=0)
    assert calm.mean() > 0.5
    for name in ("data", "penalty", "total"):
        a, b = (numbers_of(block[name][calm]) for block in blocks)
        np.testing.assert_allclose(a, b, rtol=0.011, atol=1e-25, err_msg=RUN_NOTEBOOKS)
    certain = calm & (kinds[0] != "Collapsed")
    a, b = (block["accuracy"][certain] for block in blocks)
    assert np.mean(a == b) > 0.99, f"TrainingLab has another accuracy; {RUN_NOTEBOOKS}"
    a, b = (classes_of(block["cells"][certain]) for block in blocks)
    assert np.mean(a == b) > 0.99, f"TrainingLab has other regions; {RUN_NOTEBOOKS}"
    return rest[0], rest[1]
