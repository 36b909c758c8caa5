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

import numpy as np
import pytest
from graphs import car
from notebooks import CHAPTERS, ROOT
from stored import changes, figures_of

from backprop import (
    Add,
    Affine,
    BatchNorm,
    Divide,
    Exp,
    Graph,
    Maximum,
    Multiply,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    SoftmaxWithLoss,
    Tanh,
    deep,
    explorers,
    learning,
    numerical_gradient,
    quadrants,
)
from backprop.explorers import (
    Descent,
    GradientFlow,
    GraphStepper,
    NetworkStepper,
    OptimizerPaths,
    SoftmaxBench,
    StepSize,
)
from backprop.explorers.descent.figure import descend
from backprop.explorers.flow import untrained
from backprop.explorers.kit import base, chart
from backprop.explorers.kit.base import Explorer, bundle, rounded
from backprop.explorers.lab.runs import CURVES, MARKS
from backprop.explorers.paths import walks
from backprop.explorers.questions import Question
from backprop.show.drawing import short
from backprop.show.plots import COLOURS

CHOICES = {"price": (10, 15, 20, 25, 30), "count": (1, 2, 3, 4, 5), "tax": (1, 1.05, 1.1, 1.2)}
RUN_NOTEBOOKS = "if the change is meant: python run.py notebooks"


def run_car() -> Graph:
    graph = car()
    graph.forward(price=20, count=2, tax=1.1)
    return graph


MAKERS: dict[str, Callable[[], Explorer]] = {
    "BackwardDrill": lambda: explorers.BackwardDrill("nodes", count=4),
    "Descent": Descent,
    "GradientFlow": lambda: GradientFlow([3, 6], depth=6),
    "GraphStepper": lambda: GraphStepper(run_car(), **CHOICES),
    "NetworkStepper": NetworkStepper,
    "OptimizerPaths": OptimizerPaths,
    "SoftmaxBench": SoftmaxBench,
    "StepSize": StepSize,
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
    reference = (ROOT / "chapters" / "api.md").read_text(encoding="utf-8")
    listed = re.findall(r"auto(?:class|function):: backprop.explorers.(\w+)", reference)
    assert sorted(listed) == sorted(explorers.__all__)


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
    assert explorer._esm == "".join(base.scripts(folder_of(explorer) / "figure.js"))
    shared = (base.KIT / "explorers.css").read_text("utf-8")
    own = folder_of(explorer) / "figure.css"
    assert explorer._css == shared + (own.read_text("utf-8") if own.exists() else "")


def folder_of(explorer: Explorer) -> Path:
    return Path(inspect.getfile(type(explorer))).parent


SCRIPTS = sorted(base.KIT.parent.rglob("*.js"))
NAMED = re.compile(r"^export (?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
IMPORTED = re.compile(r'^import \{([^}]*)\} from "(.+)";$', re.MULTILINE)


def code_of(file: Path) -> str:
    return base.COMMENT.sub("", file.read_text("utf-8"))


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_script_imports_what_it_uses_and_uses_what_it_imports(file: Path):
    """In the bundle all of them share one scope, so a forgotten import would go unnoticed."""
    text, imports = code_of(file), {}
    for names, path in IMPORTED.findall(text):
        other = (file.parent / path).resolve()
        assert other.parent in (base.KIT, file.parent), path
        for name in re.split(r"[\s,]+", names.strip(" \n,")):
            assert name in NAMED.findall(code_of(other)), f"{path} exports no {name}"
            imports[name] = other
    rest = IMPORTED.sub("", text)
    for name in imports:
        assert re.search(rf"(?<![\w.]){name}\b", rest), f"{name} is imported and not used"
    for other in base.KIT.glob("*.js"):
        for name in NAMED.findall(code_of(other)) if other != file else []:
            if name not in imports:
                assert not re.search(rf"(?<![\w.\"]){name}\(", rest), f"{name} is not imported"


def test_no_two_scripts_of_a_figure_define_the_same_name():
    """The bundle is one scope."""
    top = r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)"
    for file in base.KIT.parent.glob("*/figure.js"):
        scripts = [*base.KIT.glob("*.js"), *file.parent.glob("*.js")]
        names = [n for one in scripts for n in re.findall(top, code_of(one), re.MULTILINE)]
        assert len(names) == len(set(names)) > 5, file


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_javascript_computes_no_exponential_and_no_power(file: Path):
    """It displays what Python has computed. Only the log axis needs ``Math.log``."""
    assert not set(re.findall(r"Math\.\w+", code_of(file))) - {
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
    data = GraphStepper(run_car(), **CHOICES).data
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
    data = GraphStepper(run_car(), **CHOICES).data
    assert len(data["steps"]) == 7
    for row, step in product(data["table"], data["steps"]):
        sentence = step["sentence"]
        for key, number in zip(data["keys"], row.split(" "), strict=True):
            sentence = sentence.replace(f"{{{key}}}", number)
        for a, b, c in re.findall(r"(\S+) × (\S+) = (\S+)\.", sentence):
            assert short(float(a) * float(b)) == c, sentence
        assert "{" not in sentence


def test_graph_stepper_goes_forward_in_order_and_backward_in_reverse():
    steps = GraphStepper(run_car(), **CHOICES).data["steps"]
    assert [step.get("value") for step in steps[:2]] == ["subtotal", "total"]
    backward = ["total", "total.0", "total.1", "subtotal.0", "subtotal.1"]
    assert [step.get("gradient") for step in steps[2:]] == backward


def test_every_number_of_graph_stepper_has_its_place_in_the_picture():
    data = GraphStepper(run_car(), **CHOICES).data
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


def test_graph_stepper_says_in_numbers_what_divide_exp_and_max_do():
    graph = Graph("a", "b", "c")
    graph.wire("quotient", Divide(), "a", "b")
    graph.wire("power", Exp(), "quotient")
    graph.wire("top", Maximum(), "power", "c")
    data = GraphStepper(graph, a=[0.0], b=[-2.0], c=[0.5, 4.0]).data
    numbers = dict(zip(data["keys"], data["table"][0].split(" "), strict=True))
    told = [
        re.sub(r"\{(.+?)\}", lambda key: numbers[key[1]], step["sentence"])
        for step in data["steps"]
    ]
    assert told == [
        "Forward: quotient = a ÷ b = 0 ÷ −2 = 0.",
        "Forward: power = exp(quotient) = exp(0) = 1.",
        "Forward: top = max(power, c) = max(1, 0.5) = 1.",
        "Backward: if top moves by 1, top moves by 1. So its gradient is 1.",
        "Backward: max gives all to the larger input. power gets 1.",
        "Backward: max gives all to the larger input. c gets 0.",
        "Backward: exp multiplies by its own output: 1 × 1 = 1.",
        "Backward: a gets the gradient divided by b: 1 ÷ −2 = −0.5.",
        "Backward: b divides, so more of it makes less: −(1 × 0 ÷ −2) = 0.",
    ]
    assert "c gets {top.1}" in data["steps"][5]["sentence"]
    assert data["table"][1].split(" ")[data["keys"].index("top.1")] == "1"


def test_graph_stepper_leaves_its_graph_alone():
    graph = run_car()
    graph.forward(price=15, count=3, tax=1.2)
    before = dict(graph.values)
    stepper = GraphStepper(graph, **CHOICES)
    assert graph.values == before
    assert not graph.gradients
    assert stepper.data["first"] == [1, 2, 3]


# --- StepSize -----------------------------------------------------------------------------------

# The same in plain arithmetic: the function, the point, the gradient that pencil and paper give.
MEASURED = {
    "x³ at 3": (lambda x: x * x * x, 3, 27),
    "x³ + 1000 at 3": (lambda x: x * x * x + type(x)(1000), 3, 27),
    "ReLU at 0.001": (lambda x: max(x, type(x)(0)), 0.001, 1),
}
FLOATS = {"float64": (np.float64, 13), "float32": (np.float32, 8)}
H = [*(float(f"{digit}e{power}") for power in range(-15, 0) for digit in (1, 3)), 1.0]


def step_size_curves() -> dict[tuple[str, str], dict]:
    data = StepSize().data
    assert data["hs"] == H
    return dict(zip(product(MEASURED, FLOATS), data["curves"], strict=True))


def verdicts_of(function: str, precision: str) -> dict[float, str]:
    words = StepSize().data["verdicts"]
    found = step_size_curves()[function, precision]["verdicts"].split(" ")
    return {h: words[int(index)] for h, index in zip(H, found, strict=True)}


def test_step_size_has_the_numbers_of_plain_arithmetic():
    for (function, precision), curve in step_size_curves().items():
        (f, x, gradient), (kind, digits) = MEASURED[function], FLOATS[precision]
        x = kind(x)
        forward = [(f(x + kind(h)) - f(x)) / kind(h) for h in H]
        central = [(f(x + kind(h)) - f(x - kind(h))) / (2 * kind(h)) for h in H]
        for i, measured in enumerate((forward, central)):
            texts = [f"{float(value):.{digits}g}" for value in measured]
            assert curve["values"][i].split(" ") == texts
            errors = [f"{abs(float(value) - gradient) / gradient:.3g}" for value in measured]
            assert curve["errors"][i].split(" ") == errors


def errors_of(function: str, precision: str) -> np.ndarray:
    return np.array(
        [row.split(" ") for row in step_size_curves()[function, precision]["errors"]], float
    )


@pytest.mark.parametrize("function", ["x³ at 3", "x³ + 1000 at 3"])
def test_step_size_shows_the_truncation_that_algebra_gives(function: str):
    """((3 + h)³ - 27) / h is 27 + 9 h + h², and the central quotient 27 + h²."""
    h = np.array(H)
    long = h >= 1e-3
    forward, central = errors_of(function, "float64")
    np.testing.assert_allclose(forward[long], ((9 * h + h**2) / 27)[long], rtol=6e-3)
    np.testing.assert_allclose(central[long], (h**2 / 27)[long], rtol=6e-3)


def test_step_size_has_its_best_h_where_the_book_says():
    """Near the square root and the cube root of the precision, times what the function is like."""
    for precision, epsilon in (("float64", 2e-16), ("float32", 1e-7)):
        forward, central = errors_of("x³ at 3", precision)
        assert 0.1 < H[forward.argmin()] / epsilon ** (1 / 2) < 10
        assert 0.1 < H[central.argmin()] / epsilon ** (1 / 3) < 10
    # a constant only adds rounding, where rounding rules
    plain, large = (errors_of(f"{name} at 3", "float64") for name in ("x³", "x³ + 1000"))
    short_steps = np.array(H) < 1e-8
    assert np.median(large[:, short_steps] / np.array(plain)[:, short_steps]) > 5


def test_step_size_sees_half_of_relu_beyond_its_kink():
    forward, central = errors_of("ReLU at 0.001", "float64")
    beyond = np.array(H) > 0.001
    assert forward[beyond].max() < 1e-15
    np.testing.assert_allclose(central[beyond], (0.5 - 0.0005 / np.array(H))[beyond], rtol=6e-3)
    assert central[~beyond].max() < 1e-4


def test_step_size_says_what_limits_it():
    found = verdicts_of("x³ at 3", "float64")
    assert all(found[h].startswith("Rounding") for h in H if h <= 1e-9)
    assert all(found[h].startswith("Forward is limited by its formula") for h in (1e-7, 1e-6))
    assert all(found[h].startswith("The formula") for h in H if h >= 1e-4)
    shifted = verdicts_of("x³ + 1000 at 3", "float64")
    assert (shifted[1e-7][:8], shifted[3e-5][:8], shifted[1e-4][:8]) == (
        "Rounding",
        "Forward ",
        "The form",
    )
    small = verdicts_of("x³ at 3", "float32")
    half = 2**-23  # of the distance from 3 to the next number
    assert all(small[h].startswith("h is lost") == (h < half) for h in H)
    kink = verdicts_of("ReLU at 0.001", "float64")
    assert all(kink[h].startswith("h has passed" if h > 0.001 else "Up to the kink") for h in H)


def test_the_guides_of_step_size_are_the_lines_that_errors_follow():
    for (function, precision), curve in step_size_curves().items():
        first, second, rounding = curve["guides"]
        if function.startswith("x³"):
            assert (first[1], second[1]) == (0.3333, 0.03704)
            assert first[0] / first[1] == pytest.approx(1e-15, rel=1e-3)
            assert second[0] / second[1] == pytest.approx(1e-30, rel=1e-3)
        else:
            assert first == second == []
        noise = rounding[1] / np.array(H)
        short_steps = (np.array(H) < 1e-9) & (noise < 0.3)
        assert (errors_of(function, precision)[:, short_steps] < 3 * noise[short_steps]).all()


# --- GradientFlow -------------------------------------------------------------------------------

KINDS = list(product(("sigmoid", "tanh", "ReLU"), untrained.WEIGHTS, untrained.ADDED))


def gradient_sizes(network: Network) -> list[float]:
    X, t = quadrants(200, seed=0)
    with learning(network):
        network.gradients(X, t)
    return [float(np.sqrt((layer.dW**2).mean())) for layer in network.affine]


def shown_sizes(data: dict, *setting: str) -> list[float]:
    index = list(product(*data["choices"])).index(setting)
    return [float(text) for text in data["sizes"][index].split(" ")]


def weights(rng: np.random.Generator, inputs: int, outputs: int, deviation: float) -> Affine:
    return Affine(rng.normal(scale=deviation, size=(inputs, outputs)), np.zeros(outputs))


def test_gradient_flow_has_the_numbers_of_deep_networks():
    data = GradientFlow().data
    layers = {"sigmoid": Sigmoid, "tanh": Tanh, "ReLU": ReLU}
    for name, (text, variance), depth in product(
        layers, {"variance 1/D": 1, "variance 2/D": 2}.items(), (3, 8, 24)
    ):
        network = deep(
            [2, *[16] * (depth - 1), 4], seed=0, activation=layers[name], variance=variance
        )
        shown = shown_sizes(data, name, text, "nothing", str(depth))
        np.testing.assert_allclose(shown, gradient_sizes(network), rtol=6e-3)


def test_gradient_flow_puts_batch_normalisation_behind_each_affine_but_the_last():
    rng = np.random.default_rng(3)
    a, b, c = weights(rng, 2, 5, 0.01), weights(rng, 5, 5, 0.01), weights(rng, 5, 4, 0.01)
    network = Network([a, BatchNorm(5), Tanh(), b, BatchNorm(5), Tanh(), c])
    data = GradientFlow([3], depth=3, width=5, seed=3).data
    shown = shown_sizes(data, "tanh", "deviation 0.01", "batch normalisation", "3")
    np.testing.assert_allclose(shown, gradient_sizes(network), rtol=6e-3)


def test_gradient_flow_makes_a_block_of_each_affine_but_the_first_and_the_last():
    rng = np.random.default_rng(0)
    widths = [(2, 16), (16, 16), (16, 16), (16, 4)]
    a, b, c, d = (weights(rng, inputs, outputs, inputs**-0.5) for inputs, outputs in widths)
    network = Network([a, ReLU(), Residual(b, ReLU()), Residual(c, ReLU()), d])
    shown = shown_sizes(GradientFlow().data, "ReLU", "variance 1/D", "residual blocks", "4")
    np.testing.assert_allclose(shown, gradient_sizes(network), rtol=6e-3)


@pytest.mark.parametrize("added", untrained.ADDED)
def test_the_sizes_of_gradient_flow_are_those_of_measured_gradients(added: str):
    network = untrained.untrained(3, "sigmoid", "variance 2/D", added, width=3)
    points = quadrants(200, seed=0)
    found = untrained.sizes(network)

    def loss(W: np.ndarray) -> float:
        layer.W = W
        return network.loss(*points)

    for layer, size in zip(network.affine, found, strict=True):
        W = layer.W
        with learning(network):
            measured = numerical_gradient(loss, W)
        layer.W = W
        assert np.sqrt((measured**2).mean()) == pytest.approx(size, rel=1e-6)


def test_gradient_flow_says_what_the_first_layer_gets():
    data = GradientFlow().data
    assert len(data["shares"]) == 3 * 3 * 3 * 8
    for row, share in zip(data["sizes"], data["shares"], strict=True):
        first, *_, last = map(float, row.split(" "))
        part = first / last
        if share == "less than a millionth of":
            assert part < 1.01e-6
        elif match := re.fullmatch(r"1/([\d,]+) of", share):
            assert 1 / float(match[1].replace(",", "")) == pytest.approx(part, rel=0.06)
            assert part < 0.101
        else:
            number, unit = re.fullmatch(r"([\d.]+) (% of|times)", share).groups()
            assert float(number) * {"% of": 0.01, "times": 1}[unit] == pytest.approx(part, rel=0.06)


def flow_verdicts(depth: int) -> dict[tuple[str, str, str], str]:
    data = GradientFlow().data
    settings = list(product(*data["choices"]))
    indices = map(int, data["verdicts"].split(" "))
    words = [data["words"][index].split(":")[0] for index in indices]
    found = dict(zip(settings, words, strict=True))
    return {kind: found[(*kind, str(depth))] for kind in KINDS}


def test_gradient_flow_names_what_happens_in_24_layers():
    found = flow_verdicts(24)
    plain = {(name, text): found[name, text, "nothing"] for name, text, _ in KINDS}
    one, two, small = untrained.WEIGHTS
    assert plain == {
        **{("sigmoid", text): "Vanishing" for text in untrained.WEIGHTS},
        ("tanh", one): "Steady",
        ("tanh", two): "Vanishing",
        ("ReLU", one): "Vanishing everywhere",
        ("ReLU", two): "Steady",
        ("tanh", small): "Vanishing everywhere",
        ("ReLU", small): "Vanishing everywhere",
    }
    helped = {words for (_, _, added), words in found.items() if added != "nothing"}
    assert not {words for words in helped if words.startswith("Vanishing")}
    blocks = {found["ReLU", text, "residual blocks"] for text in (one, two)}
    assert blocks == {"Exploding"}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([0.02, 0.03, 0.04], "Steady"),
        ([50.0, 30.0, 20.0], "Exploding"),
        ([0.0001, 0.003, 0.05], "Vanishing"),
        ([1e-6, 1e-6, 1e-6], "Vanishing everywhere"),
        ([0.9, 0.1, 0.04], "Growing backward"),
        ([0.04, 0.2, 0.9], "Uneven"),  # as much as in the shallow network
    ],
)
def test_gradient_flow_says_in_words_what_each_kind_of_network_does(found, said):
    shallow = np.array([0.04, 0.05])
    assert untrained.verdict(np.array(found), shallow) == said


# --- OptimizerPaths -----------------------------------------------------------------------------


def shown_walk(data: dict, kappa: str, lr: str, optimizer: str) -> list[np.ndarray]:
    """Return x, y and the loss of an optimizer, as numbers."""
    at = data["kappas"].index(kappa) * len(data["lrs"]) + data["lrs"].index(lr)
    indices = data["runs"][at][data["optimizers"].index(optimizer)]
    x, y, loss = (np.array(data["rows"][i].split(" "), float) for i in indices)
    return [x / 100, y / 100, loss]


def check_walk(shown: list[np.ndarray], kappa: float, x: np.ndarray, y: np.ndarray) -> None:
    """Compare a walk with its places, and demand that it ends when the loss passes 1,000,000."""
    loss = (x**2 + kappa * y**2) / 2
    lost = loss > 1e6
    count = lost.argmax() + 1 if lost.any() else len(loss)
    for found, expected in zip(shown, (x, y), strict=False):
        np.testing.assert_allclose(found, expected[:count], atol=0.00501)
    np.testing.assert_allclose(shown[2], loss[:count], rtol=0.051, atol=1e-60)


PATHS = OptimizerPaths().data
BOWLS = list(product(PATHS["kappas"], PATHS["lrs"]))


@pytest.mark.parametrize(("kappa", "lr"), BOWLS)
def test_sgd_walks_as_the_closed_form_says(kappa: str, lr: str):
    """A step multiplies x by 1 - lr, and y by 1 - lr κ."""
    k = np.arange(51.0)
    x, y = 2 * (1 - float(lr)) ** k, (1 - float(lr) * float(kappa)) ** k
    check_walk(shown_walk(PATHS, kappa, lr, "SGD"), float(kappa), x, y)


@pytest.mark.parametrize(("kappa", "lr"), BOWLS)
def test_momentum_walks_as_its_recurrence_says(kappa: str, lr: str):
    """Without v: the next place is the last one, plus 0.9 of the last step, minus lr * gradient."""
    places = []
    for start, curvature in ((2.0, 1.0), (1.0, float(kappa))):
        z = [start, start * (1 - float(lr) * curvature)]
        while len(z) < 51:
            z.append(z[-1] + 0.9 * (z[-1] - z[-2]) - float(lr) * curvature * z[-1])
        places.append(np.array(z))
    check_walk(shown_walk(PATHS, kappa, lr, "Momentum"), float(kappa), *places)


@pytest.mark.parametrize(("kappa", "lr"), BOWLS)
def test_adam_walks_as_its_paper_says(kappa: str, lr: str):
    """The sums written out: weights 0.9**(k - i) and 0.999**(k - i) for the gradient of step i."""
    places = []
    for start, curvature in ((2.0, 1.0), (1.0, float(kappa))):
        z, gradients = [start], []
        while len(z) < 51:
            gradients.insert(0, curvature * z[-1])
            means = []
            for beta, values in ((0.9, gradients), (0.999, np.square(gradients))):
                share = beta ** np.arange(len(values))
                means.append((share @ values) / share.sum())
            z.append(z[-1] - float(lr) * means[0] / (means[1] ** 0.5 + 1e-8))
        places.append(np.array(z))
    check_walk(shown_walk(PATHS, kappa, lr, "Adam"), float(kappa), *places)


def test_adam_takes_the_same_path_for_every_kappa_and_no_x_depends_on_it():
    for lr in PATHS["lrs"]:
        adam = [shown_walk(PATHS, kappa, lr, "Adam")[:2] for kappa in PATHS["kappas"]]
        assert all(np.array_equal(path, adam[0]) for path in adam)
        for optimizer in PATHS["optimizers"]:
            xs = [shown_walk(PATHS, kappa, lr, optimizer)[0] for kappa in PATHS["kappas"]]
            assert all(np.array_equal(x, xs[0][: len(x)]) for x in xs)


def test_the_verdict_on_the_paths_is_true():
    for (kappa, lr), words in zip(BOWLS, PATHS["verdicts"], strict=True):
        _, y, loss = shown_walk(PATHS, kappa, lr, "SGD")
        begins = {
            "SGD diverges": loss[-1] > 1e6,
            "SGD jumps": set(y) == {-1, 1},
            "SGD is below": abs(y[-1]) < 1,
        }
        sgd, momentum, adam = words
        assert [key for key in begins if sgd.startswith(key)] == [
            key for key, true in begins.items() if true
        ]
        lost = shown_walk(PATHS, kappa, lr, "Momentum")[2][-1] > 1e6
        assert ("Momentum diverges" in momentum) == lost
        assert (momentum == "") == (not lost)
        assert adam == ""
        assert f"2/κ = {2 / float(kappa):g}" in sgd
        assert "below" not in sgd or f"takes {100 * float(lr):g} % off x" in sgd


@pytest.mark.parametrize("kappa", [1, 7, 49, 50])
def test_a_learning_rate_at_the_limit_is_said_to_be_there(kappa: float):
    """2/49 times 49 is not exactly 2."""
    assert "at its limit" in walks.verdict("SGD", kappa, 2 / kappa)


def test_each_optimizer_has_a_learning_rate_of_its_own():
    """The three lines of the still picture are those that each has with its own rate."""
    mixed, same = OptimizerPaths(lr=(0.01, 0.05, 2)), {}
    for rate in (0.01, 0.05, 2):
        same[rate] = OptimizerPaths(lr=(rate, rate, rate))
    for name, rate in (("SGD", 0.01), ("Momentum", 0.05), ("Adam", 2)):
        (path,) = re.findall(rf'data-key="{name} path" (d="[^"]+")', mixed.data["charts"][0]["svg"])
        assert path in same[rate].data["charts"][0]["svg"]
        assert f"with {rate}" in mixed.picture.alt


# --- bad input ----------------------------------------------------------------------------------

BAD = {
    "no learning rate": (lambda: Descent([]), "lrs"),
    "learning rate 0": (lambda: Descent([0, 1], lr=1), "lrs"),
    "first learning rate no choice": (lambda: Descent(lr=0.3), "lr must be one of"),
    "no steps": (lambda: Descent(steps=0), "steps"),
    "too many steps": (lambda: Descent(steps=51), "steps must be .* <= 50, got 51"),
    "first step too late": (lambda: Descent(steps=5, step=6), "step"),
    "scores that are no choices": (lambda: SoftmaxBench(scores=(0.1, 1, 1)), "scores must be 3 of"),
    "two scores": (lambda: SoftmaxBench(scores=(1, 1)), "scores must be 3 of"),
    "label that is no class": (lambda: SoftmaxBench(label=3), "label"),
    "score beyond the bars": (lambda: SoftmaxBench([0.5, 1, 1.5, 5]), "choices must lie between"),
    "choice that is not finite": (lambda: SoftmaxBench([0, 1, np.inf]), "choices"),
    "input without choices": (
        lambda: GraphStepper(run_car(), price=[1], count=[1]),
        "choices must be",
    ),
    "empty choices": (
        lambda: GraphStepper(run_car(), **{**CHOICES, "tax": []}),
        "tax must be a list",
    ),
    "choices that are no list": (
        lambda: GraphStepper(run_car(), **{**CHOICES, "tax": 5}),
        "tax must be a list",
    ),
    "choice that is no number": (
        lambda: GraphStepper(run_car(), **{**CHOICES, "tax": [1, np.nan]}),
        "tax must be a finite number, got nan",
    ),
    "choices of no input": (lambda: GraphStepper(run_car(), **CHOICES, fee=[1]), "choices must be"),
    "added that is none": (
        lambda: untrained.untrained(3, "tanh", "variance 1/D", "residual"),
        "added must be one of",
    ),
    "function that is none": (lambda: StepSize(function="x²"), "function must be one of"),
    "precision that is none": (lambda: StepSize(precision="float16"), "precision must be one of"),
    "h that is no choice": (lambda: StepSize(h=2e-5), "h must be one of"),
    "no depths": (lambda: GradientFlow([]), "depths must be a list of one or more"),
    "a depth twice": (lambda: GradientFlow([8, 8]), "depths must be different"),
    "too shallow": (
        lambda: GradientFlow([2, 8]),
        "depths must be a whole number >= 3 and <= 50, got 2",
    ),
    "first depth no choice": (lambda: GradientFlow([3, 4]), "depth must be one of"),
    "activation that is none": (lambda: GradientFlow(activation="Tanh"), "activation must be one"),
    "weights that are none": (lambda: GradientFlow(weights="He"), "weights must be one of"),
    "something else added": (lambda: GradientFlow(added="dropout"), "added must be one of"),
    "too deep": (lambda: GradientFlow([8, 60]), "depths must be .* <= 50, got 60"),
    "a single unit": (lambda: GradientFlow(width=1), "width must be a whole number >= 2"),
    "no units": (lambda: GradientFlow(width=0), "width"),
    "seed that is none": (lambda: GradientFlow(seed=-1), "seed"),
    "κ that is no choice": (lambda: OptimizerPaths(kappa=2), "kappa must be one of"),
    "κ of 0": (lambda: OptimizerPaths([0, 50]), "kappas"),
    "κ below 1": (lambda: OptimizerPaths([0.5, 50]), "kappas must be a finite number >= 1"),
    "κ twice": (lambda: OptimizerPaths([50, 50]), "kappas must be different"),
    "κ beyond all measure": (lambda: OptimizerPaths([50, 1e9]), "kappas must be different numbers"),
    "first rate no choice": (
        lambda: OptimizerPaths(lr=(0.03, 0.7, 0.1)),
        "lr must be 3 of",
    ),
    "a single first rate": (lambda: OptimizerPaths(lr=0.03), "lr must be 3 of"),
    "no rates": (lambda: OptimizerPaths(lrs=[]), "lrs must be a list"),
    "rate beyond all measure": (lambda: OptimizerPaths(lrs=[0.03, 1e300]), "at most 1000"),
    "no steps to walk": (lambda: OptimizerPaths(steps=0), "steps"),
    "first step beyond the path": (lambda: OptimizerPaths(steps=5, step=6), "step"),
    "seeds that are no list": (
        lambda: explorers.TrainingLab(seeds=5),
        "seeds must be a list of one or more whole numbers",
    ),
    "hidden that is a word": (
        lambda: explorers.TrainingLab(hidden=["no"]),
        r"hidden must be one or more of \[True, False\]",
    ),
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


# --- what the notebooks store; their tables are compared by nbval, with stored.py ----------------

STORED = {
    path: figures for path in sorted(CHAPTERS.glob("*.ipynb")) if (figures := figures_of(path))
}


def test_every_explorer_is_in_some_notebook():
    stored = {figure.name for figures in STORED.values() for figure in figures}
    assert stored == {*MAKERS, "Question"}  # which is tested in test_questions.py


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_modules_and_styles_are_those_of_the_package(path: Path):
    for figure in STORED[path]:
        made = Question if figure.name == "Question" else getattr(explorers, figure.name)
        folder = Path(inspect.getfile(made)).parent
        assert figure.state["_esm"] == bundle(folder / "figure.js"), RUN_NOTEBOOKS
        assert figure.state["_css"] == base.styles(folder), RUN_NOTEBOOKS


STALE = {"data": "curve of the data", "accuracy": "accuracy", "region": "region"}


@pytest.mark.parametrize("part", STALE)
def test_a_lab_whose_runs_are_others_is_found(part: str):
    lab = next(f for f in STORED[CHAPTERS / "5-quadrants.ipynb"] if f.name == "TrainingLab")
    assert not changes(lab, lab)
    ((path, packed),) = lab.buffers
    raw = bytearray(zlib.decompress(base64.b64decode(packed)))
    curves, heads, _ = lab.state["data"]["sizes"]
    if part == "region":
        raw[curves + heads :] = bytes(255 - byte for byte in raw[curves + heads :])
    else:  # the first number of a curve, and so all that follow, is some per cent larger
        for run in range(0, curves // 2, 4 * len(MARKS)):
            raw[run + CURVES.index(part) * len(MARKS)] ^= 20
    packed = base64.b64encode(zlib.compress(bytes(raw))).decode()
    stale = SimpleNamespace(**{**vars(lab), "buffers": [(path, packed)]})
    assert f"TrainingLab has another {STALE[part]}" in changes(stale, lab)


@pytest.mark.parametrize("key", ["verdicts", "label"])
def test_a_lab_that_says_something_else_is_found(key: str):
    lab = next(f for f in STORED[CHAPTERS / "5-quadrants.ipynb"] if f.name == "TrainingLab")
    data = lab.state["data"]
    others = {"label": "Lab", "verdicts": data["verdicts"][::-1]}
    stale = SimpleNamespace(
        **{**vars(lab), "state": {**lab.state, "data": {**data, key: others[key]}}}
    )
    assert changes(stale, lab)
