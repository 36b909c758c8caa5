"""Of the teacher's page: what is asked and answered there is what the book asks and replies."""

import re

import numpy as np
from prose import CHAPTERS, chapters
from stored import figures_of

from backprop.explorers.practice.mistakes import (
    ADD,
    FORK,
    LOSS,
    MULTIPLY,
    PENALTY,
    RELU,
    SOFTMAX,
    STEP,
)
from backprop.mistakes import affine, loss

PAGE = (CHAPTERS / "teaching.md").read_text(encoding="utf-8")

# --- what stands in italics with a question mark is asked by the book ---------------------------

QUESTIONS = {
    re.sub("<[^>]+>", "", figure.state["data"]["form"]): figure.state["data"]
    for path in (*chapters(), CHAPTERS / "index.ipynb")
    for figure in figures_of(path)
    if figure.name == "Question"
}
QUOTED = re.findall(r"(?<!\*)\*([^*]+\?)\*(?!\*)", PAGE)
NOT_ASKED = [q for q in QUOTED if not any(q.replace("`", "") in asked for asked in QUESTIONS)]


OFFERED = all(
    any(f"<span>{choice}</span>" in data["form"] for data in QUESTIONS.values())
    for choice in (
        *("infinite", "The loss is infinite", "Those with small weights", "Most rise"),
        *("Most stay high", "The first one", "Fair: nothing was trained on it"),
    )
    if f'"{choice}"' in PAGE
)


def question(words: str) -> dict:
    """Return the question that asks this."""
    (found,) = (data for asked, data in QUESTIONS.items() if words in asked)
    return found


def right(words: str) -> str:
    """Return the answer to a question."""
    return question(words)["told"]


def wrong(words: str, reply: str) -> str:
    """Return the wrong number to which a question replies so, without its sign."""
    (found,) = (number for number, told in question(words)["replies"] if reply in told)
    return f"{abs(found):,.0f}" if abs(found) >= 1000 else f"{abs(found):.3g}"


# --- the plans: no minute is missing and none is planned twice ----------------------------------

PLANS = {
    int(length): [tuple(map(int, row)) for row in re.findall(r"^\| (\d+)–(\d+) \|", plan, re.M)]
    for length, plan in re.findall(r"^## (\d+) minutes(.*?)(?=^## )", PAGE, re.M | re.S)
}


def without_gaps(length: int) -> bool:
    ends = [0, *(end for _, end in PLANS[length])]
    return [start for start, _ in PLANS[length]] == ends[:-1] and ends[-1] == length


# --- wrong numbers, by the rules that the drills and the judge make them with -------------------

DESCENT = re.findall(r"<span>([\d.]+)</span>", question("the loss grow?")["form"])
DESCENT_SAYS = question("the loss grow?")["replies"]
DOUT = 1.1
ROWS, OUTPUTS = 5, 3
JUDGED = affine(np.ones((ROWS, 2)), np.ones((2, OUTPUTS)), np.ones((ROWS, OUTPUTS)))
SUMMED = JUDGED["it is summed over everything, because the sum has no axis"]["db"]
ALONG = JUDGED["it is summed over the outputs of each row, not over the rows"]["db"]
MEANS = JUDGED["it is a mean over everything, which has no axis"]["db"]
ONE_ROW = JUDGED["the first row alone counts"]["db"]
Y, T = np.array([[0.2, 0.3, 0.5]]), np.array([[0, 1, 0]])
SCORES = np.log(10 * Y)
EARLY = loss(SCORES, T, 1.0)["it belongs to the probabilities, not to the scores"]["dscores"]
W, DATA, REG, LR = 3, 0.5, 0.1, 0.2
WHOLE = DATA + REG * W


def multiplied(rule: str) -> str:
    return f"{MULTIPLY[rule](20, 2, DOUT)[0]:g}"


def added(rule: str) -> str:
    return f"{ADD[rule](44, 2, DOUT)[0]:.3g}"


def bent(rule: str, x: float) -> str:
    return f"{RELU[rule](x, 5):g}"


def forked(rule: str) -> str:
    return f"{FORK[rule](2.2, 0.03):.4g}"


def scored(rule: str) -> str:
    return f"{SOFTMAX[rule](SCORES)[0, 1]:.3g}"


def lost(rule: str, k: int = 1) -> str:
    return f"{abs(LOSS[rule](Y, T)[0, k]):g}"


def paid(rule: str) -> str:
    return f"{PENALTY[rule](W, DATA, REG, LR):g}"


def stepped(rule: str) -> str:
    return f"{abs(STEP[rule](W, WHOLE, LR, REG)):g}"


CLAIMS = [
    ("What to vote on, and the idea behind a wrong answer.", "NOT_ASKED == [] and OFFERED"),
    ("## 45 minutes: how", "without_gaps(45) and {*PLANS} == {45, 90}"),
    ("## 90 minutes: from", "without_gaps(90)"),
    "`dout` {{DOUT}}: gradient of the 20 | {{DOUT * 2}} | **{{multiplied('own input')}}**: "
    "multiplied by the number itself. **{{multiplied('no dout')}}**: left out `dout`. "
    "**{{multiplied('as +')}}**: handed it on unchanged, as add does. "
    "**{{multiplied('added')}}**: added along the path. "
    "**{{multiplied('divided')}}**: divided by the other input.",
    "`dout` {{DOUT}}: gradient of the 44 | {{DOUT}} | **{{added('as ×')}}**: multiplied by the "
    "other input. **{{added('no dout')}}**: left out `dout`. **{{added('halved')}}**: shared it "
    "between the inputs. **{{added('value over value')}}**: divided value by value.",
    "`dout` 5 | 5 | **{{bent('times the input', 2)}}**: multiplied by the input. "
    "**{{bent('no dout', 2)}}**: left out `dout`. **{{bent('mask upside down', 2)}}**: turned",
    "`dout` 5 | 0 | **{{bent('mask of the output', -1)}}**: let it pass",
    "2.2 and 0.03 arrive | {{2.2 + 0.03:g}} | **{{forked('counted once')}}** or "
    "**{{forked('overwritten')}}**: kept one only. **{{forked('mean')}}**: took the mean. "
    "**{{forked('multiplied')}}**: multiplied where paths meet.",
    "`db`, {{ROWS}} samples, {{OUTPUTS}} outputs, `dout` all ones | {{ROWS}} each | "
    "**{{SUMMED:g}}**: summed over rows and columns. **{{ALONG[0]:g}}**: summed along the rows. "
    "**{{MEANS:g}}**: took the mean, or a single row.",
    ("or a single row.", "(ONE_ROW == MEANS).all()"),
    "the second | {{Y[0, 1]}} | **{{scored('not divided')}}**: the exponential alone. "
    "**{{scored('scores')}}**: divided the scores themselves. "
    "**{{scored('by the largest')}}**: divided by the largest exponential.",
    "loss for {{Y[0, 0]}}, {{Y[0, 1]}}, {{Y[0, 2]}}, second class right: gradient of its score | "
    "−{{1 - Y[0, 1]}} | **{{lost('sign')}}**: swapped the sign. **{{lost('no label')}}**: left "
    "out the label. **−{{-EARLY[0, 1]:.3f}}**: stopped at the gradient of the probability.",
    "third score | {{Y[0, 2]}} | **{{lost('right class alone', 2)}}**: only the right class got "
    "one. "
    "**−{{lost('sign', 2)}}**: swapped the sign.",
    "$W$ = {{W}}, `dW` from the data {{DATA}}, `reg` {{REG}}: whole `dW` | {{WHOLE}} | "
    "**{{paid('no penalty')}}**: no penalty. **{{paid('factor 2')}}**: a factor 2 too much. "
    "**{{paid('penalty itself')}}**: added the penalty, not its derivative. "
    "**{{paid('no reg')}}**: left out `reg`. **{{paid('penalty subtracted')}}**: subtracted.",
    "`lr` {{LR}} | {{W - LR * WHOLE:g}} | **{{stepped('uphill')}}**: uphill. "
    "**{{stepped('no lr')}}**: no `lr`. **{{stepped('lr times gradient')}}** or "
    "**−{{stepped('step alone')}}**: forgot the old value. "
    "**{{stepped('decay twice')}}**: let the weight pay twice.",
    "The answer {{wrong('By how much does', 'The tax comes')}} forgets the tax, "
    "{{wrong('By how much does', 'with its tax')}} the second car, "
    "{{wrong('By how much does', 'How many')}} both.",
    "Whoever answers {{wrong('4 cars', 'at the old price')}} takes",
    "and is now {{right('4 cars')}}. The answer {{wrong('4 cars', 'of the price')}} is the "
    "gradient of the price, {{wrong('4 cars', 'the whole bill')}} the bill.",
    "The answer {{wrong('the fee 2', 'value over value')}} is value over value.",
    "It is {{right('dW[0, 1]')}}. The answer {{wrong('dW[0, 1]', 'not averaged')}} is a mean where "
    "samples add; {{wrong('dW[0, 1]', '<code>dW[1, 0]</code>')}} is `dW[1, 0]`",
    "It is {{right('Near which number is the gradient')}}. The answer "
    "{{wrong('Near which number is the gradient', 'changes nothing')}} is the belief",
    "It is {{right('our row twice')}}. The answer −{{wrong('our row twice', 'with one row')}} "
    "forgets that the loss is a mean, −{{wrong('our row twice', 'it enters once')}} divides twice.",
    "for the score of {{right('What should the loss be')}}:",
    (
        "Who says {{DESCENT[1]}} believes",
        "right('the loss grow?') == DESCENT[2] and 'ends nearer' in DESCENT_SAYS[1]",
    ),
    "It is {{right('on the sum is')}}. The answer {{wrong('on the sum is', 'much shorter')}} takes",
    "It is {{right('gives all four')}}. The answers {{wrong('gives all four', 'the probability')}} "
    "and {{wrong('gives all four', '1 − p')}} are a probability and its rest, "
    "{{wrong('gives all four', 'base ten')}} is the wrong logarithm.",
    (
        "Two. The answer {{wrong('How many passes', 'up and down')}} thinks",
        "right('How many passes') == '2'",
    ),
    "It is {{right('mean over 5 rows')}}. The answer {{wrong('mean over 5 rows', 'So long')}} is "
    "what is left",
    "It is {{right('exactly at 0')}}; who says {{wrong('exactly at 0', 'chooses')}} trusts the "
    "program, who says {{wrong('exactly at 0', 'on the right')}} looks to the right only.",
    "It is {{right('slope there?')}}; the answer {{wrong('slope there?', 'its value')}} is its",
    "the answer {{wrong('Dropout doubles', 'forgets the doubling')}} forgets the doubling",
    "At {{right('Momentum keeps')}}; the answer {{wrong('Momentum keeps', 'second step')}} stops",
    "[At {{right('leave the valley')}}]",
    "the answer {{wrong('leave the valley', 'along the floor')}} is the limit along the floor",
]
GIVEN = {
    "the plans, see PLANS": (
        "with 45 or 90 minutes",
        "## 45 minutes",
        "## 90 minutes",
        *(f"| {start}–{end} |" for rows in PLANS.values() for start, end in rows),
        "Chapters 1 and 2.",
        "Chapters 1 to 5",
    ),
    "the book asks this, see QUOTED": tuple(f"*{quoted}*" for quoted in QUOTED),
    "what the rules above are given": (
        r"$20 \cdot 2$",
        "$44 + 2$",
        "ReLU, input 2, `dout` 5 | 5",
        "ReLU, input −1, `dout` 5 | 0",
        "although the input is not above 0.",
        r"softmax of $\ln 2$, $\ln 3$, $\ln 5$",
        "exponentials 2, 3 and 5",
        "on the 4 cars",
    ),
    "the learning rates in the addresses beside it": ("[1.8]", "[2.1]"),
    "what reading time is reckoned with": ("at 200 words a minute",),
    "an example": ("--students 60 --seed 7", "--count 20 --seed 1"),
}
