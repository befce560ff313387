"""The tally of a demo: what counts as lost, as doubled, and as rightly counted."""

import json
from dataclasses import replace

import pytest

from padlicht.ledger import Footfall
from padlicht.simulate.run.summary import Count, Journal, Summary, count, duplicated, lost
from padlicht.simulate.world.crossings import Crossing

T = 1_795_224_000
ROW = Footfall("c", 1, 1, T, 10, 2, 10, 0, 2, 1, 2, 1)
MADE = {
    ("c", 1, 1): {
        "seq": 1, "kind": "footfall", "t": T, "dt": 10, "clock": 2, "obs_s": 10, "sat_s": 0,
        "in": 2, "out": 1, "in_total": 2, "out_total": 1,
    }
}  # fmt: skip
ID = ("c", 1, 1)


def crossing(after_s: float, *, inward: bool = True, close: bool = False) -> Crossing:
    return Crossing(round(1000 * (T + after_s)), "c", inward, close)


def test_a_journal_is_read_as_far_as_it_was_written() -> None:
    """Made and acknowledged are told apart by node and boot; a torn last line is left out."""
    journal = Journal()
    lines = [
        json.dumps({"made": {"boot": 3, "seq": 7, "kind": "lamp", "t": T}}),
        json.dumps({"made": {"boot": 3, "seq": 8, "kind": "lamp", "t": T}}),
        json.dumps({"acked": [3, 6, 7]}),
        '{"made": {"boot": 3, "se',
    ]
    journal.read("lamp-1", lines)
    assert journal.made.keys() == {("lamp-1", 3, 7), ("lamp-1", 3, 8)}
    assert journal.made["lamp-1", 3, 7] == {"seq": 7, "kind": "lamp", "t": T}
    assert ("lamp-1", 3, 7) in journal.acked
    assert ("lamp-1", 3, 8) not in journal.acked


def test_a_record_that_arrived_as_made_is_not_lost() -> None:
    """Same id, same figures, whatever the names of the columns."""
    assert lost(MADE, {ID}, [ROW]) == set()


def test_a_record_that_did_not_arrive_is_lost() -> None:
    """Its id is missing in the ledger."""
    assert lost(MADE, set(), []) == {ID}


@pytest.mark.parametrize(
    "wrong", [{"n_in": 3}, {"t": T + 1}, {"dt": 9}, {"obs_s": 9}, {"out_total": 2}, {"clock": 1}]
)
def test_a_record_that_arrived_with_other_figures_is_lost(wrong: dict[str, int]) -> None:
    """An id in the ledger is no proof: what it says must be what the node made."""
    assert lost(MADE, {ID}, [replace(ROW, **wrong)]) == {ID}


def test_a_record_made_without_a_clock_may_be_dated_later() -> None:
    """Its start was not known when it was made; all the rest must still agree."""
    undated = {ID: {**MADE[ID], "t": 0, "clock": 0}}
    assert lost(undated, {ID}, [ROW]) == set()
    assert lost(undated, {ID}, [replace(ROW, n_out=5)]) == {ID}


def test_a_record_that_nobody_made_is_a_double() -> None:
    """The ledger cannot know more than the nodes."""
    assert duplicated({ID}, [ID, ("c", 1, 2)], []) == {("c", 1, 2)}


def test_an_interval_that_another_covers_is_a_double() -> None:
    """Sent again under another number it would count twice; one that only touches does not."""
    again = replace(ROW, seq=2, t=T + 9)
    after = replace(ROW, seq=3, t=T + 10)
    ids = {ID, ("c", 1, 2), ("c", 1, 3)}
    assert duplicated(ids, ids, [[ROW, after]]) == set()
    assert duplicated(ids, ids, [[again, ROW]]) == {("c", 1, 2)}


def test_other_nodes_and_undated_intervals_overlap_nothing() -> None:
    """Two counters watch at once; what was never dated has no place in time."""
    rows = [ROW, replace(ROW, node="d"), replace(ROW, seq=2, t=0), replace(ROW, seq=3, t=0)]
    ids = {(row.node, row.boot, row.seq) for row in rows}
    assert duplicated(ids, ids, [rows]) == set()


def test_crossings_are_compared_where_the_counter_watched() -> None:
    """Only what crossed inside its intervals is true for it; other counters' are not."""
    true = [
        crossing(3), crossing(5), crossing(7, inward=False), crossing(40),
        replace(crossing(5), counter="d"),
    ]  # fmt: skip
    found = count("c", true, [ROW, replace(ROW, node="d", n_in=50)], 0)
    assert found == Count(
        true_in=2, true_out=1, counted_in=2, counted_out=1, true_close=0, covered_s=10, within=True
    )


def test_intervals_before_the_counter_knew_its_line_are_not_compared() -> None:
    """A counter that still had the default line is not judged by the other one."""
    later = replace(ROW, seq=2, t=T + 10, n_in=1, n_out=0)
    found = count("c", [crossing(3), crossing(15)], [ROW, later], T + 4)
    assert (found.true_in, found.counted_in, found.counted_out, found.covered_s) == (1, 1, 0, 10)


@pytest.mark.parametrize(
    ("counted", "within"), [(97, False), (98, True), (102, True), (103, False)]
)
def test_two_in_a_hundred_may_be_missed(counted: int, within: bool) -> None:
    """2 % of many, in either direction, and each way by itself."""
    row = replace(ROW, dt=900, n_in=counted, n_out=0)
    true = [crossing(10 + 8 * number) for number in range(100)]
    assert count("c", true, [row], 0).within is within


@pytest.mark.parametrize(("counted", "within"), [(0, False), (1, True), (3, True), (4, False)])
def test_one_of_a_few_may_be_missed(counted: int, within: bool) -> None:
    """Of two crossings 2 % is nobody: one more or less is let pass."""
    row = replace(ROW, n_in=counted, n_out=0)
    assert count("c", [crossing(3), crossing(5)], [row], 0).within is within


@pytest.mark.parametrize(("counted", "within"), [(3, False), (4, True), (9, True), (10, False)])
def test_those_within_a_metre_of_each_other_may_be_missed(counted: int, within: bool) -> None:
    """A radar takes two for one, never one for two: they lower the least, not the most."""
    row = replace(ROW, dt=100, n_in=counted, n_out=0)
    true = [crossing(10 + 2 * number, close=number < 3) for number in range(8)]
    assert count("c", true, [row], 0).within is within


@pytest.mark.parametrize(("counted", "within"), [(0, True), (4, True), (5, False)])
def test_a_crossing_at_the_edge_of_watching_may_fall_on_either_side(
    counted: int, within: bool
) -> None:
    """Two within a second inside and one outside the only interval: all of them doubtful."""
    row = replace(ROW, n_in=counted, n_out=0)
    assert count("c", [crossing(0.5), crossing(1), crossing(11)], [row], 0).within is within


def test_where_two_intervals_meet_nothing_is_doubtful() -> None:
    """Watching went on: a crossing at the seam is counted in one of the two."""
    rows = [replace(ROW, n_in=0, n_out=0), replace(ROW, seq=2, t=T + 10, n_in=0, n_out=0)]
    seam = [crossing(9.5), crossing(10.0), crossing(10.5)]
    assert count("c", seam, rows, 0).within is False


def good() -> Summary:
    true = [crossing(3), crossing(5), crossing(7, inward=False)]
    return Summary(
        simulated=True, nodes=10, seconds=60, records_made=9, acknowledged=9, in_ledger=9,
        lost=0, duplicated=0, quarantined=0, kills={},
        crossings={"c": count("c", true, [ROW], 0)},
    )  # fmt: skip


def test_a_run_is_good_when_nothing_is_wrong() -> None:
    """Everything arrived once and everybody was counted."""
    assert good().good


@pytest.mark.parametrize("wrong", ["lost", "duplicated", "quarantined", "crossings"])
def test_a_run_is_not_good_when_one_thing_is_wrong(wrong: str) -> None:
    """One record lost, doubled or unreadable, or one counter wrong, spoils it."""
    spoilt: object = 1
    if wrong == "crossings":
        spoilt = {"c": count("c", [], [ROW], 0)}
    figures = {name: getattr(good(), name) for name in Summary.__struct_fields__}
    assert not Summary(**{**figures, wrong: spoilt}).good
