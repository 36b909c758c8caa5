"""The comparison with the peers: who may take part, and that its tables show what was measured."""

import json
from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest
from compare import check, comparable, interleaved, measure
from contenders import Contender, Run, book, parts
from results import BEGIN, FIGURES, PAGE, README, number, page, short, with_table
from tasks import Task, tasks

from backprop import train

MEASURED = json.loads(FIGURES.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def trainings() -> dict[str, Task]:
    """Return the tasks, shortened, with fewer settings in the grid."""
    a, b, c, d = tasks(np.dtype("float64"))
    d = replace(d, steps=60, lrs=(0.1, 30.0), regs=(0.01, 0.1))
    return {"a": replace(a, steps=20), "b": replace(b, steps=20), "c": replace(c, steps=5), "d": d}


@pytest.mark.parametrize("module", ["book", "scikit"])
def test_contenders_that_are_always_there_end_at_the_same_loss(module, trainings):
    found = import_module(f"contenders.{module}")  # scikit-learn takes a second
    for contender in found.CONTENDERS:
        for key in set(contender.tasks) & set(trainings):
            check(contender, trainings[key], contender.prepare(trainings[key])())


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("a", {"steps": 19}),
        ("a", {"reg": 0.0011}),
        ("b", {"batch_size": 99}),
        ("c", {"lr": 0.1001}),
        ("d", {"steps": 59}),
        ("d", {"regs": (0.01, 0.11)}),
    ],
)
def test_a_contender_that_does_something_else_is_shown_the_door(key, change, trainings):
    task = trainings[key]
    cheat = Contender("a cheat", book.grid if key == "d" else book.single, key)
    with pytest.raises(SystemExit, match="a cheat on"):
        check(cheat, task, cheat.prepare(replace(task, **change))())


def test_losses_on_the_way_count_too(trainings):
    task = trainings["a"]
    parameters, losses = book.single(task)()
    losses[3] += 1e-5
    with pytest.raises(SystemExit, match=r"off by 1\.0e-05"):
        check(Contender("a cheat", book.single, "a"), task, (parameters, losses))


def test_settings_that_magnify_rounding_are_not_compared(trainings):
    assert trainings["d"].calm().tolist() == [[True, True], [True, False]]


def test_a_task_hands_out_the_batches_that_train_uses(trainings):
    task, seen = trainings["b"], []

    class Spy(type(task.network())):
        def data_loss(self, X, t):
            seen.append(X)
            return super().data_loss(X, t)

    train(Spy(task.network().layers), task.X, task.t, steps=task.steps, **task.settings())
    for rows, X in zip(task.batches(), seen, strict=True):
        assert (task.X[rows] == X).all()


@pytest.mark.parametrize("key", ["a", "b", "d"])
def test_parts_do_as_many_steps_as_the_task_has(key, trainings, monkeypatch):
    called = []
    matmul = np.matmul
    monkeypatch.setattr(np, "matmul", lambda *args, **kw: called.append(1) or matmul(*args, **kw))
    parts.products(trainings[key])()
    assert len(called) == 5 * trainings[key].steps


def test_all_take_turns_in_a_new_order_each_round(monkeypatch):
    clock, order = {"ours": 2.0, "quick": 0.5, "slow": 30.0}, []
    monkeypatch.setattr("compare.seconds", lambda run: order.append(run) or clock[run])
    taken = interleaved({name: name for name in clock}, rounds=20)
    assert taken == {name: [time] * 20 for name, time in clock.items()}
    rounds = [tuple(order[k : k + 3]) for k in range(0, 60, 3)]
    assert all(sorted(turn) == sorted(clock) for turn in rounds)
    assert len(set(rounds)) > 1


def test_who_cannot_run_here_is_left_out_and_a_mistake_is_not(monkeypatch, trainings, capsys):
    def fail(task: Task) -> Run:
        raise OSError(f"no compiler for {task.key}")

    task, ours = trainings["a"], book.CONTENDERS[0]
    needy = Contender("needy", fail, "a", needs="needs a C++ compiler")
    monkeypatch.setattr("compare.contenders", lambda: [ours, needy])
    assert [record["name"] for record in measure(task, rounds=1)] == ["this book"]
    assert "needy is left out: needs a C++ compiler" in capsys.readouterr().err
    monkeypatch.setattr("compare.contenders", lambda: [ours, replace(needy, needs="")])
    with pytest.raises(OSError, match="no compiler"):
        measure(task, rounds=1)


def test_a_lost_setting_is_noticed(trainings):
    task = trainings["d"]
    parameters, _ = book.grid(task)()
    parameters = [p.copy() for p in parameters]
    parameters[0][1, 1] = np.nan  # a setting that is not calm
    check(Contender("honest", book.grid, "d"), task, (parameters, None))
    parameters[0][0, 1] = np.nan
    with pytest.raises(SystemExit, match="a cheat on"):
        check(Contender("a cheat", book.grid, "d"), task, (parameters, None))


def test_losses_are_compared_with_32_bits_too_but_for_the_grid():
    assert [comparable(task) for task in tasks(np.dtype("float32"))] == [True, True, True, False]
    assert all(comparable(task) for task in tasks(np.dtype("float64")))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.1234, "0.12"),
        (0.996, "1.00"),
        (1.04, "1.0"),
        (21.96, "22.0"),
        (417.6, "418"),
        (9177.4, "9,200"),
    ],
)
def test_numbers_have_two_or_three_digits(value, shown):
    assert number(value) == shown


def test_the_tables_show_what_was_measured():
    assert FIGURES.with_suffix(".md").read_text(encoding="utf-8") == page(MEASURED)
    for path in (README, PAGE):
        text = path.read_text(encoding="utf-8")
        assert text == with_table(text, MEASURED)


def test_a_page_keeps_what_stands_around_its_table():
    text = f"before\n{BEGIN}old\n<!-- speed ends -->\nafter\n"
    new = with_table(text, MEASURED)
    assert new.startswith("before\n") and new.endswith("after\n") and "old" not in new


def test_ratios_that_the_book_loses_are_shown_too():
    rows = short(MEASURED).splitlines()
    lost = [r for r in MEASURED["records"] if r["ratio"] < 0.99 and r["dtype"] == "float64"]
    lost = [r for r in lost if r["threads"] == 1]
    assert lost
    for record in lost:
        (row,) = [row for row in rows if row.startswith(f"| {record['name']} |")]
        assert f" {number(record['ratio'])} |" in row
