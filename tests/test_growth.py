import json
import subprocess
import sys
from pathlib import Path

import growth
import pytest
from growth_laws import power_law, still, takeover, upper
from growth_plot import digest, draw
from growth_report import happened, markdown

GENEROUS = {"seconds": 60, "ceiling": 2**30}

only_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux keeps to a limit of a process's addresses"
)


def made_up(a: float, slope: float, fixed: float = 0.0, ended: str = "time") -> list[dict]:
    """Return records whose costs are fixed + a * size**slope, and a last one that ended."""
    records = [
        {
            "size": size,
            "seconds": cost,
            "bytes": 1e5 * cost,
            "system": 0.25,
            "moved": True,
            "ended": None,
        }
        for size in (1, 10, 100, 1000, 10000)
        for cost in [fixed + a * size**slope]
    ]
    return [*records, {"size": 100000, "ended": ended}]


def made_up_figures(**endings: str) -> dict:
    """Return figures of axes that follow the theory and ended as it is said, or by time."""
    slopes = {"points": 1, "width": 2, "depth": 1, "grid": 1}
    axes = {
        name: made_up(1e-6, slope, ended=endings.get(name, "time"))
        for name, slope in slopes.items()
    }
    limits = {"seconds": 45, "ceiling": 12 * 2**30}
    return {"machine": "M", "versions": "V", "limits": limits, "axes": axes, "remedies": {}}


@pytest.mark.parametrize("slope", [1.0, 2.0, 0.5])
@pytest.mark.parametrize("key", ["seconds", "bytes"])
def test_the_fit_finds_a_power_law(slope, key):
    a, found = power_law(made_up(3e-6, slope), key)
    assert found == pytest.approx(slope)
    assert a == pytest.approx(3e-6 if key == "seconds" else 0.3)


def test_the_fit_leaves_out_the_sizes_where_the_fixed_cost_counts():
    records = made_up(1.0, 1, fixed=5.0)
    assert [record["size"] for record in upper(records, "seconds")] == [100, 1000, 10000]
    assert power_law(records, "seconds")[1] == pytest.approx(1, abs=0.02)


def test_the_fit_takes_three_sizes_at_least():
    assert [r["size"] for r in upper(made_up(0.0, 1, fixed=5.0), "bytes")] == [100, 1000, 10000]


def test_the_size_takes_over_where_the_time_of_the_smallest_has_doubled():
    assert takeover(made_up(1.0, 1, fixed=50.0)) == 100
    assert takeover(made_up(0.0, 1, fixed=50.0)) is None


def test_the_first_size_at_which_the_first_layer_stands_still_is_found():
    records = made_up(1.0, 1)
    assert still(records) is None
    records[2]["moved"] = records[3]["moved"] = False
    assert still(records) == 100
    assert happened(records[2]) == "first layer stands still"


@pytest.mark.parametrize(
    ("ended", "cell", "sentence"),
    [
        ("memory", "out of memory", "**Out of memory.** 100,000 points N need more than 12 GiB."),
        ("time", "out of time", "**Out of time.** 100,000 points N were not done within 45 s."),
        ("killed", "stopped by the system", "100,000 points N: the system stopped the process."),
    ],
)
def test_the_report_says_what_ended_an_axis(ended, cell, sentence):
    text = markdown(made_up_figures(points=ended))
    assert f"| points N | 1.00 (1) | 1.00 (1) | 10 | 10,000 | {cell} at 100,000 |" in text
    assert f"\n| 100,000 | — | — | — | {cell} |\n" in text
    assert sentence in text
    assert "10,000 still ran, with 10 ms for a step and 1.0 KiB." in text
    assert "By the slopes, 100,000 need about 100 ms for a step and 9.8 KiB." in text


def test_a_loss_that_is_not_finite_ends_an_axis_with_its_figures():
    figures = made_up_figures()
    figures["axes"]["depth"] = made_up(1e-6, 1)[:-1]
    figures["axes"]["depth"][-1] |= {"ended": "not finite"}
    text = markdown(figures)
    assert "| 10,000 | 10 ms | 25% | 1.0 KiB | loss not finite |" in text
    assert "10,000 hidden layers L: the loss was no longer a finite number." in text


def test_the_report_says_where_time_grows_faster_than_theory():
    figures = made_up_figures()
    assert "where theory says" not in markdown(figures)
    figures["axes"]["points"] = made_up(1e-6, 1.25)
    figures["axes"]["points"][4]["system"] = 0.5
    assert (
        "- Points N: slope 1.25 where theory says 1. The share of the system goes from 25% at 10 "
        "to 50% at 10,000." in markdown(figures)
    )


def test_the_report_names_what_broke_before_and_what_helped():
    figures = made_up_figures()
    assert "Learning broke" not in markdown(figures)
    figures["axes"]["depth"][3]["moved"] = False
    measured = {"size": 1000, "seconds": 0.5, "bytes": 2**20, "moved": True, "ended": None}
    figures["remedies"] = {"residual": measured, "batches": {"size": 100000, "ended": "time"}}
    text = markdown(figures)
    assert "Learning broke before: from 1,000 on" in text
    assert "With 1,000: the first layer learns, 500 ms for a step and 1.0 MiB." in text
    assert "100,000: out of time." in text


def test_the_report_is_what_its_figures_say():
    figures = json.loads(growth.FIGURES.read_text(encoding="utf-8"))
    assert growth.REPORT.read_text(encoding="utf-8") == markdown(figures)
    assert digest(figures) in growth.PLOT.read_text(encoding="utf-8")


def test_the_plot_of_the_same_figures_has_the_same_bytes_and_no_date(tmp_path):
    for name in ("one.svg", "two.svg"):
        draw(made_up_figures(), tmp_path / name)
    one = (tmp_path / "one.svg").read_bytes()
    assert one == (tmp_path / "two.svg").read_bytes()
    assert b"<dc:date>" not in one


def test_a_child_measures_a_size():
    record = growth.in_child("points", 100, **GENEROUS)
    assert (record["size"], record["moved"], record["ended"]) == (100, True, None)
    assert 0 <= record["system"] <= 1
    assert 1e-6 < record["seconds"] < 1
    data = 100 * (2 * 8 + 8 + 4)  # bytes of the points, the labels, and their one-hot rows
    assert data < record["bytes"] < 100 * data


@pytest.mark.parametrize(("size", "ceiling"), [(300, 10 * 2**20), (1, 900 * 2**10)])
def test_a_child_that_takes_too_much_memory_says_so(size, ceiling):
    """The first is stopped on its way; the second is done before it is looked at."""
    record = growth.in_child("depth", size, seconds=60, ceiling=ceiling)
    assert record == {"size": size, "ended": "memory"}


@only_linux
def test_an_array_beyond_the_ceiling_is_a_memory_error():
    code = "import growth_child, numpy; growth_child.limit_addresses(2**20); numpy.empty(2**28)"
    folder = Path(growth.__file__).parent
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True
    )
    assert "MemoryError: Unable to allocate 2.00 GiB" in result.stderr


@only_linux
def test_an_array_beyond_all_memory_is_reported():
    assert growth.in_child("points", 10**12, **GENEROUS) == {"size": 10**12, "ended": "memory"}


def test_a_child_that_takes_too_long_says_so():
    record = growth.in_child("points", 100, seconds=0.01, ceiling=2**30)
    assert record == {"size": 100, "ended": "time"}


def test_a_mistake_in_a_child_is_no_ceiling():
    with pytest.raises(RuntimeError, match="KeyError: 'breadth'"):
        growth.in_child("breadth", 100, **GENEROUS)


def test_growth_goes_on_until_a_ceiling(monkeypatch):
    endings = iter([None, None, "memory"])
    monkeypatch.setattr(
        growth, "in_child", lambda _, size, **_limits: {"size": size, "ended": next(endings)}
    )
    assert [record["size"] for record in growth.grow("grid", **GENEROUS)] == [1, 4, 16]


def test_the_sizes_grow_as_they_should():
    sizes = growth.SIZES["points"](), growth.SIZES["width"]()
    assert [[next(each) for _ in range(4)] for each in sizes] == [
        [100, 300, 1000, 3000],
        [16, 32, 64, 128],
    ]
