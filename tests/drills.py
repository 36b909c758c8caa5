"""The drills once more, in plain Python with fractions: nothing here comes from the package.

``Solver`` reads a task as a page shows it, and computes, for what the reader has found so far, the
right number of each entry and the number of each mistake.
"""

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Number = Fraction | float
Numbers = dict[str, Number | None]  # by the names of mistakes; None where nothing can be divided
Matrix = list[list[Fraction]]
STEP = re.compile(r"(\w+) = (.+)")


def number(text: str) -> Fraction:
    return Fraction(text.replace("−", "-"))


def quotient(a: Fraction, b: Fraction) -> Fraction | None:
    return a / b if b else None


class Solver:
    """What is right and what is wrong in a task; ``given`` holds rows of texts by name."""

    def __init__(self, formulas: str, given: Mapping[str, list[list[str]]]) -> None:
        self.powers = [[number(a.removeprefix("ln ")) for a in row] for row in given.get("a", [])]
        self.m = {
            name: [[number(text) for text in row] for row in rows]
            for name, rows in given.items()
            if name != "a" or formulas
        }
        self.steps = [STEP.fullmatch(step).groups() for step in formulas.split("; ") if step]
        self.found: dict[str, Number] = {}

    def solve(self, name: str) -> tuple[Number, Numbers]:
        """Return the right number of an entry and those of mistakes, from what has been found."""
        right, wrong = self.without_signs(name)
        return right, wrong if "sign" in wrong else {**wrong, "minus": -right}

    def without_signs(self, name: str) -> tuple[Number, Numbers]:
        if name.startswith("the "):
            return self.in_graph(name)
        matrix, place = re.fullmatch(r"(.+?)(?:, entry )?(\[[\d, ]+\])?", name).groups()
        row, column = map(int, re.findall(r"\d", f"[0, 0] {place or ''}")[-2:])
        match matrix:
            case "dW":
                return self.weights("x", "W", "dout", row, column)
            case "dW1":
                return self.weights("x", "W1", "dh", row, column)
            case "dW2":
                return self.weights("r", "W2", "da", row, column)
            case "dx":
                return self.inputs("x", "W", "dout", row, column)
            case "dr":
                return self.inputs("r", "W2", "da", row, column)
            case "db":
                return self.biases(column)
            case "dh":
                return self.before_relu(row, column)
            case "y":
                return self.probabilities(row, column)
            case "da":
                return self.scores(row, column)
            case "dW with penalty":
                return self.weight_with_penalty(column)
            case "db with penalty":
                return self.bias_with_penalty()
            case "W after the step":
                return self.new_weight(column)
            case "b after the step":
                return self.new_bias()
        raise AssertionError(name)

    # --- graphs of numbers ---

    def value(self, name: str) -> Fraction:
        return self.m[name][0][0]

    def in_graph(self, name: str) -> tuple[Number, Numbers]:
        last = self.steps[-1][0]
        words = name.removeprefix("the gradient of ")
        if name.startswith("the total"):
            words = name.removeprefix("the total gradient of ") + ", all paths together"
        if words == last:
            return Fraction(1), {"value": self.value(last)}
        if words.endswith(", all paths together"):
            one = words.removesuffix(", all paths together")
            came = [
                x for key, x in self.found.items() if key.startswith(f"the gradient of {one} on")
            ]
            return sum(came), {
                "overwritten": came[-1],
                "counted once": came[0],
                "mean": sum(came) / len(came),
                "multiplied": math.prod(came),
            }
        one, _, into = words.partition(" on its edge into ")
        out, formula = next(
            step
            for step in self.steps
            if one in re.findall(r"\w+", step[1]) and into in ("", step[0])
        )
        dout = next(
            x
            for key, x in self.found.items()
            if key in (f"the gradient of {out}", f"the total gradient of {out}")
        )
        return self.node(formula, one, dout)

    def node(self, formula: str, one: str, d: Fraction) -> tuple[Number, Numbers]:
        names = [name for name in re.findall(r"\w+", formula) if name not in ("max", "ReLU")]
        x = self.value(one)
        if "ReLU" in formula:
            return through_relu(x, d)
        y = self.value(names[1 - names.index(one)])
        if "max" in formula:
            return (d if x > y else Fraction(0)), {
                "both": d,
                "smaller": d if x < y else Fraction(0),
                "halved": d / 2,
                "no dout": Fraction(x > y),
                "value": x,
            }
        if "+" in formula:
            return d, {
                "as ×": d * y,
                "no dout": Fraction(1),
                "value over value": quotient(d * (x + y), x),
                "halved": d / 2,
                "value": x,
            }
        return d * y, {
            "own input": d * x,
            "no dout": y,
            "as +": d,
            "added": d + y,
            "divided": quotient(d, y),
            "value": x,
        }

    # --- matrices ---

    def matrix(self, name: str) -> Matrix:
        """Return a given matrix, or one that has been found."""
        if name in self.m:
            return self.m[name]
        entries = {key: x for key, x in self.found.items() if key.startswith(f"{name}[")}
        rows = 1 + max(int(key[-5]) for key in entries)
        columns = 1 + max(int(key[-2]) for key in entries)
        return [[entries[f"{name}[{n}, {k}]"] for k in range(columns)] for n in range(rows)]

    def weights(self, x: str, W: str, dout: str, i: int, j: int) -> tuple[Number, Numbers]:
        x, W, d = self.matrix(x), self.matrix(W), self.matrix(dout)
        terms = [x[n][i] * d[n][j] for n in range(len(x))]
        wrong: Numbers = {
            "own input": W[i][j] * sum(row[j] for row in d),
            "no dout": sum(row[i] for row in x),
            "dout alone": sum(row[j] for row in d),
            "transposed": sum(d[n][i] * x[n][j] for n in range(len(x))),
            **gathered(terms),
            "value": W[i][j],
        }
        if len(x) == len(W) == len(d) == 2:
            wrong["entry by entry"] = x[i][j] * d[i][j]
        if len(x) == 2:
            wrong["x not transposed"] = sum(x[i][n] * d[n][j] for n in range(2))
        return sum(terms), wrong

    def inputs(self, x: str, W: str, dout: str, n: int, i: int) -> tuple[Number, Numbers]:
        x, W, d = self.matrix(x), self.matrix(W), self.matrix(dout)
        terms = [d[n][j] * W[i][j] for j in range(2)]
        wrong: Numbers = {
            "no dout": sum(W[i]),
            "W not transposed": sum(d[n][j] * W[j][i] for j in range(2)),
            **gathered(terms),
            "value": x[n][i],
        }
        if "h" in self.m:  # the ReLU is the next node
            wrong["masked too early"] = sum(terms) if self.m["h"][n][i] > 0 else Fraction(0)
        else:
            wrong["own input"] = x[n][i] * sum(d[n])
        if len(x) == 2:
            wrong["entry by entry"] = d[n][i] * W[n][i]
        return sum(terms), wrong

    def biases(self, j: int) -> tuple[Number, Numbers]:
        d = self.m["dout"]
        terms = [row[j] for row in d]
        wrong: Numbers = {
            "times the bias": self.m["b"][0][j] * sum(terms),
            "no dout": Fraction(len(d)),
            **gathered(terms),
            "all summed": sum(map(sum, d)),
            "value": self.m["b"][0][j],
        }
        if len(d) == 2:
            wrong["along the rows"] = sum(d[j])
        return sum(terms), wrong

    def before_relu(self, n: int, k: int) -> tuple[Number, Numbers]:
        return through_relu(self.m["h"][n][k], self.matrix("dr")[n][k])

    def probabilities(self, n: int, k: int) -> tuple[Number, Numbers]:
        row = self.powers[n]
        wrong: Numbers = {
            "not divided": row[k],
            "scores": math.log(row[k]) / math.log(math.prod(row)),
            "by the largest": row[k] / max(row),
        }
        if len(self.powers) > 1:
            wrong["columns"] = row[k] / sum(other[k] for other in self.powers)
        return row[k] / sum(row), wrong

    def scores(self, n: int, k: int) -> tuple[Number, Numbers]:
        y, t, N = self.matrix("y")[n][k], self.m["t"][n][k], len(self.m["t"])
        sure = self.powers[n][k] / sum(self.powers[n]) if self.powers else y
        wrong: Numbers = {
            "sign": (t - y) / N,
            "no label": y / N,
            "right class alone": (y - t) * t / N,
            "gradient of y": -t / sure / N,
        }
        if N > 1:
            wrong |= {"no 1/N": y - t, "1/N twice": (y - t) / N**2, "probability alone": y}
        return (y - t) / N, wrong

    # --- an update ---

    def weight_with_penalty(self, k: int) -> tuple[Number, Numbers]:
        W, dW = self.m["W"][0][k], self.m["dW"][0][k]
        lr, reg = self.value("lr"), self.value("reg")
        return dW + reg * W, {
            "no penalty": dW,
            "factor 2": dW + 2 * reg * W,
            "half of it": dW + reg * W / 2,
            "penalty alone": reg * W,
            "lr for reg": dW + lr * W,
            "penalty itself": dW + reg * W * W / 2,
            "no reg": dW + W,
            "penalty subtracted": dW - reg * W,
            "lr too early": lr * (dW + reg * W),
        }

    def bias_with_penalty(self) -> tuple[Number, Numbers]:
        b, db = self.value("b"), self.value("db")
        return db, {
            "penalty on the bias": db + self.value("reg") * b,
            "lr too early": self.value("lr") * db,
        }

    def new_weight(self, k: int) -> tuple[Number, Numbers]:
        total = self.found.get(f"dW with penalty, entry [0, {k}]", self.m["dW"][0][k])
        wrong = self.stepped(self.m["W"][0][k], total)
        if "reg" in self.m:
            W, lr = self.m["W"][0][k], self.value("lr")
            wrong["decay twice"] = W - lr * (total + self.value("reg") * W)
            wrong["no penalty"] = W - lr * self.m["dW"][0][k]
        return self.m["W"][0][k] - self.value("lr") * total, wrong

    def new_bias(self) -> tuple[Number, Numbers]:
        total = self.found.get("db with penalty", self.value("db"))
        return self.value("b") - self.value("lr") * total, self.stepped(self.value("b"), total)

    def stepped(self, old: Fraction, d: Number) -> dict[str, Any]:
        lr = self.value("lr")
        return {
            "uphill": old + lr * d,
            "no lr": old - d,
            "step alone": -lr * d,
            "lr times gradient": lr * d,
            "gradient alone": d,
            "old value": old,
        }


def through_relu(x: Fraction, d: Number) -> tuple[Number, Numbers]:
    """Return what comes out at the left of a ReLU with input x."""
    return (d if x > 0 else Fraction(0)), {
        "mask of the output": d,
        "mask upside down": Fraction(0),
        "times the input": d * x,
        "no dout": Fraction(x > 0),
        "value": x,
    }


def gathered(terms: list[Fraction]) -> Numbers:
    """Return what comes of terms that are not added, as they should be."""
    return {"mean": sum(terms) / len(terms), "first term": terms[0], "last term": terms[-1]}


def solved(
    names: list[str], solver: Solver, slips: Mapping[str, Fraction] | None = None
) -> list[tuple[Number, Numbers]]:
    """Solve all entries in order; ``slips`` says where the reader's number is off, and by what."""
    solutions = []
    for name in names:
        solutions.append(solver.solve(name))
        solver.found[name] = solutions[-1][0] + (slips or {}).get(name, 0)
    return solutions


def typed(x: Number) -> str:
    """Write a number as a reader could: 2.5, −3 or 1/3; four digits where it is no fraction."""
    if isinstance(x, float):
        return f"{x:#.4g}"
    if 10**12 % x.denominator == 0:
        return f"{float(x):.12g}"
    return f"{x.numerator}/{x.denominator}"
