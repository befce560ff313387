"""The bench compares fairly, and its table says what was measured."""

from datetime import date

import pytest
from tools.bench import growth
from tools.bench.child import in_child
from tools.bench.page import BEGIN, END, PAGE, ROOT, filled
from tools.bench.row import Run, compare, interleave

from padlicht.ledger import Ledger

DAY = date(2026, 11, 21)


def run(rate: float, cpu_us: float = 10, rss_mib: float = 50) -> Run:
    return Run(done=1000, wall_s=1000 / rate, cpu_s=1000 * cpu_us / 1e6, rss_mib=rss_mib)


def test_contestants_take_turns():
    """A machine that slows down slows all of them: one of each before the second of any."""
    order = []

    def contestant(name):
        return lambda: order.append(name) or run(100)

    said = []
    interleave({"a": contestant("a"), "b": contestant("b")}, 3, said.append)
    assert order == ["a", "b"] * 3
    assert len(said) == 6


def test_a_ratio_is_the_median_of_the_rounds():
    """Each round is compared with itself, so one disturbed round decides nothing."""
    runs = {"ours": [run(100), run(50), run(300)], "theirs": [run(10), run(10), run(10)]}
    row = compare(runs, "ours", "theirs", bench="x", unit="messages", reached=lambda it: it >= 10)
    assert row.ratio == pytest.approx(10)
    assert row.spread == (pytest.approx(5), pytest.approx(30))
    assert (row.rounds, row.reached) == (3, True)


@pytest.mark.parametrize(
    ("measure", "ratio"), [("rate", 4), ("CPU per record", 2), ("memory", 0.5)]
)
def test_what_is_compared_is_what_was_asked(measure, ratio):
    """Rate, processor and memory are ratios of their own."""
    runs = {"ours": [run(400, 20, 25)], "theirs": [run(100, 10, 50)]}
    row = compare(runs, "ours", "theirs", bench="x", unit="records", measure=measure)
    assert row.ratio == pytest.approx(ratio)


def test_a_measure_that_is_none_is_refused():
    """A slip of the pen does not become a figure."""
    with pytest.raises(ValueError, match="speed"):
        compare({"a": [run(1)]}, "a", "a", bench="x", unit="records", measure="speed")


def test_the_table_is_replaced_and_the_text_stays():
    """What people wrote around it is kept, and a goal that was missed is not hidden."""
    runs = {"ours": [run(400)], "theirs": [run(100)]}
    row = compare(
        runs, "ours", "theirs", bench="x", unit="records", goal="≥ 10", reached=lambda it: it >= 10
    )
    page = filled(f"before\n{BEGIN}\nold\n{END}\nafter\n", [row], "a machine", DAY)
    assert page.startswith(f"before\n{BEGIN}\nMeasured 2026-11-21 in 1 rounds on: a machine.\n")
    assert page.endswith(f"{END}\nafter\n")
    assert "old" not in page
    assert "| x | ours | theirs | rate | **4.00** | 4.00 … 4.00 | ≥ 10 (missed) |" in page
    assert filled(page, [row], "a machine", DAY) == page


def test_the_page_has_a_place_for_the_table():
    """`make bench` would fail after half an hour if its marks were gone."""
    page = (ROOT / PAGE).read_text()
    assert "| growth |" in filled(page, [_row()], "a machine", DAY)


def _row():
    return compare({"a": [run(1)], "b": [run(1)]}, "a", "b", bench="growth", unit="records")


@pytest.mark.usefixtures("programs")
def test_a_child_measures_itself_and_not_its_parent():
    """Memory that the parent holds is not the contestant's."""
    held = bytearray(300_000_000)
    held[::4096] = b"x" * len(held[::4096])
    measured = in_child("tests.tools.test_bench:idle", 7)
    assert measured.done == 7
    assert measured.rss_mib < 200
    assert len(held)


def idle(done: int) -> tuple[int, float]:
    """What the child runs."""
    return done, 1.0


@pytest.mark.usefixtures("programs")
def test_a_child_that_fails_says_why():
    """Its error reaches whoever waits, instead of a figure."""
    with pytest.raises(RuntimeError, match="ModuleNotFoundError"):
        in_child("tools.bench.nothing:at_all")


def test_growth_stores_all_that_it_makes(tmp_path, monkeypatch):
    """In an empty ledger, and in one that goes on where generated records end, which checks."""
    monkeypatch.setattr(growth, "tune_gc", lambda: None)  # it holds for the whole process
    growth.make_park(tmp_path / "new.sqlite", 10)
    assert growth.take(str(tmp_path / "new.sqlite"), 10, 1, 100)[0] == 200
    growth.make_old(tmp_path / "old.sqlite", 10, 1000)
    assert growth.take(str(tmp_path / "old.sqlite"), 10, 101, 100)[0] == 200
    with Ledger.open(tmp_path / "old.sqlite") as ledger:
        assert [said for said in ledger.check() if "hours of" not in said] == []
