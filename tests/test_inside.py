"""The numbers of the network stepper against a program that knows no backpropagation.

It runs the network forward in plain NumPy; every gradient is a central difference.
"""

import random
import re
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page
from visits import FIGURES, Visit

from backprop import quadrants, xor
from backprop.explorers import NetworkStepper
from backprop.explorers.network.drawing import LEVELS, MAP, map_paths
from backprop.explorers.network.passes import CLASSES, STOPS, Run, chosen, record

LR, SEED, CHOICES = 0.5, 1, 200
X, T = quadrants(200, seed=0)
LABELS = {"quadrants": T, "XOR": xor(T)}
ROWS = chosen()


def split(row: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return W1 (2, 4), b1, W2 (4, K), b2 from all parameters in one row."""
    classes = (len(row) - 12) // 5
    return (
        row[:8].reshape(2, 4),
        row[8:12],
        row[12 : 12 + 4 * classes].reshape(4, classes),
        row[12 + 4 * classes :],
    )


def units(row: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return a, h, s, y of points x (N, 2)."""
    W1, b1, W2, b2 = split(row)
    a = x @ W1 + b1
    h = np.where(a > 0, a, 0.0)
    s = h @ W2 + b2
    e = np.exp(s)
    return a, h, s, e / e.sum(axis=1, keepdims=True)


def loss(row: np.ndarray, x: np.ndarray, t: np.ndarray) -> float:
    y = units(row, x)[-1]
    return float(-np.log(y[np.arange(len(t)), t]).mean())


def slopes(function: Callable[[np.ndarray], float], at: np.ndarray, h: float = 1e-6) -> np.ndarray:
    """Measure the gradient of a function of a row by central differences."""
    steps = h * np.eye(len(at))
    return np.array([(function(at + step) - function(at - step)) / (2 * h) for step in steps])


@cache
def trained(colouring: str) -> dict[int, np.ndarray]:
    """Train with measured gradients; return all parameters at the stops."""
    run = Run(colouring, SEED, LR, 0.0)
    row = np.concatenate([p.ravel() for p in run.networks()[0].parameters])  # the random start
    kept = {}
    for step in range(STOPS[-1] + 1):
        if step in STOPS:
            kept[step] = row
        row = row - LR * slopes(lambda r: loss(r, X, LABELS[colouring]), row)
    return kept


@cache
def expected(colouring: str, step: int, point: int, batch: int) -> dict[str, np.ndarray]:
    """Return every number of a choice, found without the book's layers."""
    row, t = trained(colouring)[step], LABELS[colouring]
    here, label = X[[ROWS[point]]], t[[ROWS[point]]]
    W1, b1, W2, b2 = split(row)
    a, h, s, y = (values[0] for values in units(row, here))

    def after_scores(scores: np.ndarray) -> float:
        return float(np.log(np.exp(scores).sum()) - scores[label[0]])

    def after_hidden(hidden: np.ndarray) -> float:
        return after_scores(hidden @ W2 + b2)

    points, labels = (X, t) if batch else (here, label)
    gradient = slopes(lambda r: loss(r, points, labels), row)
    alone = slopes(lambda r: loss(r, here, label), row)
    return {
        "x": here[0],
        "a": a,
        "h": h,
        "s": s,
        "y": y,
        "loss": np.array([loss(row, here, label)]),
        "ds": slopes(after_scores, s),
        "dh": slopes(after_hidden, h),
        "da": slopes(lambda values: after_hidden(np.maximum(values, 0)), a),
        "dx": slopes(lambda place: after_hidden(np.maximum(place @ W1 + b1, 0)), here[0]),
        "old": row,
        "gradient": gradient,
        "alone": alone,
        "step": -LR * gradient,
        "new": row - LR * gradient,
        "before": np.array([loss(row, points, labels)]),
        "after": np.array([loss(row - LR * gradient, points, labels)]),
        "right": np.array([100 * (units(row, X)[-1].argmax(axis=1) == t).mean()]),
    }


def value(text: str) -> float:
    return float(text.replace("−", "-"))


def close(shown: float, true: float) -> bool:
    """Say whether a number is shown as it is, to three digits; measuring errs by about 1e-8."""
    return abs(shown - true) <= 0.0051 * abs(true) + 3e-7


# --- the table ------------------------------------------------------------------------------------


@pytest.mark.parametrize("colouring", CLASSES)
def test_the_table_holds_what_measuring_finds(colouring: str) -> None:
    """For every point, at every stop."""
    found = record(Run(colouring, SEED, LR, 0.0))
    for s, step in enumerate(STOPS):
        for p in range(len(ROWS)):
            true = expected(colouring, step, p, 0)
            for name, values in found.alone.items():
                assert np.allclose(values[s, p], true[name], rtol=2e-5, atol=1e-6), (name, step, p)
        true = expected(colouring, step, 0, 1)
        names = {"accuracy": "right"}
        for name, values in found.together.items():
            given = true[names.get(name, name)]
            assert np.allclose(values[s], given, rtol=2e-5, atol=1e-6), (name, step)


def test_a_penalty_is_in_the_step_and_in_no_gradient_of_the_loss() -> None:
    found = record(Run("XOR", SEED, LR, 0.1))
    for k in (0, 4):
        row = found.together["old"][k]
        gradient = slopes(lambda r: loss(r, X, LABELS["XOR"]), row)
        assert np.allclose(found.together["gradient"][k], gradient, atol=1e-7)
        W1, b1, W2, b2 = split(row)
        decayed = np.concatenate([W1.ravel(), 0 * b1, W2.ravel(), 0 * b2])
        assert np.allclose(found.together["step"][k], -LR * (gradient + 0.1 * decayed), atol=1e-7)


def test_the_points_that_can_be_looked_at_are_of_all_quadrants() -> None:
    assert T[ROWS].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


# --- the maps -------------------------------------------------------------------------------------


def corners(path: str) -> np.ndarray:
    numbers = [float(number) for number in re.findall(r"[\d.]+", path)]
    return np.reshape(numbers, (-1, 2))


def inside(corners: np.ndarray, place: np.ndarray) -> bool:
    """Say whether a place lies in a convex polygon: on the same side of all its edges."""
    if not len(corners):
        return False
    ahead, aside = np.roll(corners, -1, 0) - corners, place - corners
    turns = ahead[:, 0] * aside[:, 1] - ahead[:, 1] * aside[:, 0]
    return bool((turns >= 0).all() or (turns <= 0).all())


def test_the_map_of_a_unit_covers_where_it_passes_a_level() -> None:
    rng = np.random.default_rng(0)
    checked = 0
    for _ in range(20):
        W, b = rng.normal(size=(2, 4)), rng.normal(size=4)
        paths = [corners(path) for path in map_paths(W, b)]
        assert len(paths) == 4 * len(LEVELS)
        for place in rng.uniform(-1.1, 1.1, size=(30, 2)):
            spot = (place * (1, -1) / 1.1 + 1) * MAP / 2
            for i, path in enumerate(paths):
                unit, level = divmod(i, len(LEVELS))
                rises = place @ W[:, unit] + b[unit] - LEVELS[level]
                if abs(rises) > 0.02 * (1 + np.abs(W[:, unit]).sum()):  # a map has 40 pixels
                    assert inside(path, spot) == (rises > 0)
                    checked += 1
    assert checked > 10_000


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "name"),
    [
        ({"colourings": "XOR"}, "colourings"),
        ({"colourings": []}, "colourings"),
        ({"colourings": ["stripes"]}, "colourings"),
        ({"seed": -1}, "seed"),
        ({"lr": 0}, "lr"),
        ({"reg": -1}, "reg"),
        ({"point": 0}, "point"),
        ({"point": 9}, "point"),
        ({"step": 3}, "step"),
    ],
)
def test_bad_input_is_refused_by_name(choices: dict, name: str) -> None:
    with pytest.raises(ValueError, match=rf"^{name} .*got"):
        NetworkStepper(**choices)


@pytest.mark.parametrize(
    ("lr", "reg"), [(1000, 0), (10, 1), (1, 100), (1e-9, 0), (1e300, 0), (1, 1e300)]
)
def test_a_kernel_answers_whatever_the_numbers_become(lr: float, reg: float) -> None:
    explorer = NetworkStepper(colourings=["XOR"])
    answer = explorer.exact({"task": 0, "lr": lr, "reg": reg})
    assert (answer["lr"], answer["reg"]) == (lr, reg)
    assert len(answer["packed"]) == len(zlib.decompress(explorer.packed))
    assert len(answer["maps"]) == len(STOPS)


def test_a_network_whose_scores_are_no_numbers_is_right_nowhere() -> None:
    accuracy = record(Run("XOR", 1, 1000, 1)).together["accuracy"]
    assert accuracy[0] > 0
    assert accuracy[-1] == 0


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"task": 1, "lr": 1, "reg": 0}, "task"),
        ({"task": 0, "lr": 0, "reg": 0}, "lr"),
        ({}, "task"),
    ],
)
def test_a_kernel_refuses_what_makes_no_sense(settings: dict, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        NetworkStepper(colourings=["XOR"]).exact(settings)


# --- the page -------------------------------------------------------------------------------------

SET = """([choice, k]) => {
    const root = document.querySelectorAll(".explorer")[k];
    const inputs = [...root.querySelectorAll("select, input[type=range]")];
    for (const [label, index] of Object.entries(choice)) {
        const input = inputs.find((one) => one.labels[0].textContent.trim().startsWith(label));
        input.value = index;
        input.dispatchEvent(new Event(input.type === "range" ? "input" : "change"));
    }
    const texts = (kind) => Object.fromEntries([...root.querySelectorAll(`[data-${kind}]`)].map(
        (one) => [one.dataset[kind], one.textContent]));
    return {
        values: texts("value"),
        gradients: texts("gradient"),
        labels: texts("label"),
        bars: [...root.querySelectorAll("[data-bar]")].map((bar) => +bar.getAttribute("width")),
        lines: [...root.querySelectorAll("[data-edge]")].map((line) => [line.dataset.edge,
            parseFloat(line.style.strokeWidth), line.getAttribute("stroke-dasharray") !== "none"]),
        said: [...root.querySelectorAll("p[aria-live]")].map((one) => one.textContent),
        rows: [...root.querySelectorAll("tbody tr")].map((row) =>
            [...row.children].map((cell) => cell.textContent)),
        part: root.querySelectorAll("select")[2].selectedOptions[0].textContent,
    };
}"""


@pytest.fixture(scope="module")
def page(visit: Visit) -> Iterator[tuple[Page, int]]:
    """Open the page of the figure; yield it with the figure's place there."""
    figure = next(figure for figure in FIGURES if figure.name == "NetworkStepper")
    with visit(figure.page) as (page, _):
        yield page, figure.index


def test_every_number_of_200_random_choices_is_what_measuring_finds(page: tuple[Page, int]) -> None:
    draw = random.Random(4)
    for _ in range(CHOICES):
        colouring = draw.choice(list(CLASSES))
        parts = 6 + len(CLASSES[colouring]) * 5 + 8
        choice = {
            "colouring": list(CLASSES).index(colouring),
            "batch": draw.randrange(2),
            "look at": draw.randrange(parts),
            "point": draw.randrange(len(ROWS)),
            "step of training": draw.randrange(len(STOPS)),
            "pass": draw.randrange(9),
        }
        shown = page[0].evaluate(SET, [choice, page[1]])
        true = expected(
            colouring, STOPS[choice["step of training"]], choice["point"], choice["batch"]
        )
        compare(shown, true, choice, CLASSES[colouring])


def test_a_click_looks_at_what_it_hits(page: tuple[Page, int]) -> None:
    """A weight, a unit, a point of the plane."""
    root = page[0].locator(".explorer").nth(page[1])
    selects = root.locator("select")
    selects.first.select_option("0")
    looked = selects.nth(2).locator("option:checked")
    middle = "e => { const p = e.getPointAtLength(e.getTotalLength() * 0.3).matrixTransform("
    middle += "e.getScreenCTM()); return [p.x, p.y]; }"
    for key, name in (("0.1.2", "weight y → hidden 3"), ("1.3.0", "weight hidden 4 → I")):
        line = root.locator(f"[data-hit='{key}']")
        line.scroll_into_view_if_needed()
        page[0].mouse.click(*line.evaluate(middle))
        assert looked.text_content() == name
        assert line.get_attribute("data-chosen") is not None
    for key, name in (("2.1", "score of II"), ("1.0", "hidden unit 1"), ("0.1", "input y")):
        root.locator(f"[data-unit='{key}']").click()
        assert looked.text_content() == name
    slider = root.locator("input[type=range]").first
    for i in (7, 0, 4):
        ring = root.locator(".explorer-ring").nth(i)
        box = ring.bounding_box()
        page[0].mouse.click(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2 + 2)
        assert slider.get_attribute("aria-valuetext") == str(i + 1)
        assert ring.get_attribute("data-chosen") is not None


def compare(shown: dict, true: dict, choice: dict, names: tuple[str, ...]) -> None:
    """Demand the numbers of a choice, and nothing that a pass has not reached yet."""
    passed = choice["pass"]
    label = int(np.argmin(np.where(true["ds"] < 0, true["ds"], 1)))  # y − t is negative there only
    forward = ((0, "x"), (1, "h"), (2, "s"), (3, "y"))
    back = ((7, "dx"), (5, "dh" if passed < 6 else "da"), (4, "ds"))
    loss_text = shown["values"].pop("loss")
    assert bool(loss_text) == (passed >= 3)
    if loss_text:
        assert close(value(loss_text.removeprefix("loss ")), true["loss"][0])
    for texts, columns in ((shown["values"], forward), (shown["gradients"], back)):
        assert len(texts) == sum(len(true[name]) for _, name in columns)
        for key, text in texts.items():
            column, i = map(int, key.split("."))
            since, name = columns[column]
            assert bool(text) == (passed >= since), (key, text)
            if text:
                assert close(value(text), true[name][i]), (choice, key, text, true[name][i])
    for k, text in enumerate(shown["labels"].values()):
        assert text == (f"t = {int(k == label)}" if passed >= 4 else "")
    for k, width in enumerate(shown["bars"]):
        assert width == pytest.approx(44 * true["y"][k] if passed >= 3 else 0, abs=0.3)
    check_lines(shown["lines"], true, passed)
    check_rows(shown["rows"], true)
    check_words(shown["said"], true | {"label": label}, choice, shown["part"], names)


def weight(key: str, classes: int) -> int:
    layer, i, j = map(int, key.split("."))
    return 12 + i * classes + j if layer else i * 4 + j


def check_lines(lines: list, true: dict, passed: int) -> None:
    """Demand that the thickness of a line is its number beside the largest, and dashes its sign."""
    classes = len(true["y"])
    weights = [weight(key, classes) for key, *_ in lines]
    assert sorted(weights) == [*range(8), *range(12, 12 + 4 * classes)]
    for (key, width, dashed), index in zip(lines, weights, strict=True):
        reached = passed >= (5 if key[0] == "1" else 7)
        numbers = true["step"] if passed == 8 else true["gradient"] if reached else true["old"]
        largest = np.abs(numbers[weights]).max() or 1  # no unit may be open
        assert width == pytest.approx(0.6 + 5.9 * abs(numbers[index]) / largest, abs=0.07)
        if abs(numbers[index]) > 1e-6:
            assert dashed == (numbers[index] < 0)


def check_rows(rows: list[list[str]], true: dict) -> None:
    classes = len(true["y"])
    order = [*range(8), *range(12, 12 + 4 * classes), *range(8, 12)]
    order += range(12 + 4 * classes, len(true["old"]))
    assert len(rows) == len(order)
    for (_, *texts), index in zip(rows, order, strict=True):
        for name, text in zip(("old", "gradient", "step", "new"), texts, strict=True):
            assert close(value(text), true[name][index]), (name, index, text)


NUMBER = re.compile(r"(?<![\w.−])−?\d[\d.]*(?:e[−+]\d+)?")
NAMES = re.compile(r"[Hh]idden (unit )?\d")  # their numbers are no results


def check_words(said: list[str], true: dict, choice: dict, part: str, names: tuple) -> None:
    """Demand exactly the numbers that the sentences should have, in their order."""
    for text, numbers in zip(
        said, (of_pass(true, choice), of_part(true, choice, part, names)), strict=True
    ):
        found = [value(n.rstrip(".")) for n in NUMBER.findall(NAMES.sub("", text))]
        assert len(found) == len(numbers), (text, numbers)
        for shown, number in zip(found, numbers, strict=True):
            assert close(shown, number), (text, shown, number)


def of_pass(true: dict, choice: dict) -> list[float]:
    """Return the numbers of the sentence on a pass."""
    open_units = [j + 1 for j in range(4) if true["a"][j] > 0]
    shut = [j for j in range(1, 5) if j not in open_units]
    y = true["y"][true["label"]]
    size = 200 if choice["batch"] else 1
    start = [STOPS[choice["step of training"]], true["right"][0], size]
    return [
        *start,
        *(
            list(true["x"]),
            [0, *open_units],
            [],
            [y, y, true["loss"][0]],
            [1, 0],
            [],
            [0, *shut],
            [],
            [true["before"][0], true["after"][0]],
        )[choice["pass"]],
    ]


def of_part(true: dict, choice: dict, part: str, names: tuple[str, ...]) -> list[float]:
    """Return the numbers of the sentence on what is looked at: a weight, an input or a unit."""
    passed, batch = choice["pass"], choice["batch"]
    W1, b1, W2, b2 = split(true["old"])
    ends = {"x": 0, "y": 1} | {f"hidden {j}": j - 1 for j in range(1, 5)}
    ends |= {name: k for k, name in enumerate(names)}

    def moved(index: int) -> list[float]:
        if passed < 8:
            return []
        return [-LR, *(true[name][index] for name in ("gradient", "step", "new"))]

    def products(weights: np.ndarray, others: np.ndarray) -> list[float]:
        return [number for pair in zip(weights, others, strict=True) for number in pair]

    def mean(index: int) -> list[float]:
        return [200, true["gradient"][index]] if batch else []

    if part.startswith("weight"):
        start, stop = part.removeprefix("weight ").split(" → ")
        i, j, second = ends[start], ends[stop], start.startswith("hidden")
        index = weight(f"{int(second)}.{i}.{j}", len(names))
        numbers = [true["old"][index]]
        if passed >= (5 if second else 7):
            pair = (true["h"][i], true["ds"][j]) if second else (true["x"][i], true["da"][j])
            numbers += [*pair, true["alone"][index], *mean(index)]
        return numbers + moved(index)
    if part.startswith("input"):
        i = ends[part.removeprefix("input ")]
        back = [4, *products(W1[i], true["da"]), true["dx"][i]] if passed >= 7 else []
        return [true["x"][i], *back]
    if part.startswith("score"):
        k = ends[part.removeprefix("score of ")]
        index = 12 + 4 * len(names) + k
        t = float(true["label"] == k)
        numbers = [*products(W2[:, k], true["h"]), b2[k], true["s"][k]] if passed >= 2 else []
        numbers += [true["y"][k]] if passed >= 3 else []
        numbers += [true["y"][k], t, true["ds"][k]] if passed >= 4 else []
        return numbers + (mean(index) if passed >= 5 else []) + moved(index)
    i = int(part[-1]) - 1
    shut = bool(true["a"][i] <= 0)
    numbers = []
    if passed >= 1:
        numbers = [*products(W1[:, i], true["x"]), b1[i], true["a"][i], 0] + [0] * shut
    if passed >= 5:
        numbers += [len(names), *products(W2[i], true["ds"]), true["dh"][i]]
    numbers += [0] if passed >= 6 and shut else []
    return numbers + (mean(8 + i) if passed >= 7 else []) + moved(8 + i)
