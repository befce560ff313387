"""The roll-up alone: what a record adds to which hour, and what an hour is due."""

import pytest

from padlicht.ledger.timeline import STILL
from padlicht.ledger.usage.node_hours import Contribution, HourDue, HourIncrement
from padlicht.usage.hours import SiteHours
from padlicht.usage.rollup import Duty, Stay, add_up, close

HOURS = SiteHours("Europe/Amsterdam", 53.23, 6.576)
INDIAN = SiteHours("Asia/Kolkata", 12.97, 77.59)
NINE = 1_795_248_000  # 21 November 2026, 09:00 in Groningen: it is day
HOUR = 3600
TEN_AT_NIGHT = NINE + 13 * HOUR
LONG_AGO = NINE - 1000 * HOUR


def duty(added_utc_s: int = LONG_AGO, retired_utc_s: int | None = None, hours=HOURS) -> Duty:
    end_utc_s = STILL if retired_utc_s is None else retired_utc_s
    return Duty([Stay(0, STILL, hours)], [(added_utc_s, end_utc_s)])


def report(t: int, node_id: int = 1, *, dt: int = 900, obs_s: int = 900, count_in: int = 1):
    return Contribution(1, node_id, t, dt, count_in, 0, 0, 0, 0, 0, obs_s, 0, 0)


def test_records_add_up_in_the_hour_in_which_they_start():
    """The four quarters of an hour are one sum, the next one begins another."""
    rows = [report(NINE + 900 * quarter, count_in=quarter) for quarter in range(5)]
    first, second = add_up(rows, {1: duty()}, 0)
    assert first == HourIncrement(1, NINE, "day", 6, 0, 0, 0, 0, 0, 3600, 0, 0, 3600, 3600)
    assert (second.hour_utc_s, second.count_in) == (NINE + HOUR, 4)


class Until:
    """Lamps that are meant to be lit until then."""

    def __init__(self, end_utc_s: int) -> None:
        self.end_utc_s = end_utc_s

    def holds(self, utc_s: int) -> bool:
        return utc_s < self.end_utc_s


def test_what_was_counted_after_the_lamps_went_out_is_not_theirs():
    """The window ends at half past: two quarters are lamps on, and two are lamps off."""
    hours = SiteHours("Europe/Amsterdam", 53.23, 6.576, Until(TEN_AT_NIGHT + 1800))
    rows = [report(TEN_AT_NIGHT + 900 * i, count_in=10**i) for i in range(4)]
    on, off = add_up(rows, {1: duty(hours=hours)}, 0)
    assert (on.hour_utc_s, on.light, on.count_in) == (TEN_AT_NIGHT, "dark_on", 11)
    assert (off.hour_utc_s, off.light, off.count_in) == (TEN_AT_NIGHT + 1800, "dark_off", 1100)
    assert (on.late_s, on.length_s, on.due_s) == (0, 1800, 1800)
    assert (off.late_s, off.length_s, off.due_s) == (1800, 1800, 1800)


@pytest.mark.parametrize(
    ("row", "light"),
    [
        (report(TEN_AT_NIGHT, dt=1800), "dark_on"),
        (report(TEN_AT_NIGHT, dt=1801), "dark_off"),
        (report(TEN_AT_NIGHT, dt=HOUR), "dark_off"),
        (report(TEN_AT_NIGHT - HOUR, dt=HOUR), "dark_on"),
        # What retention took away comes back a second late, by hours and parts of such.
        (report(TEN_AT_NIGHT + 1, dt=1800)._replace(id=0), "dark_on"),
        (report(TEN_AT_NIGHT + 1, dt=HOUR)._replace(id=0), "dark_off"),
        (report(TEN_AT_NIGHT - HOUR + 1, dt=HOUR)._replace(id=0), "dark_on"),
    ],
)
def test_what_reaches_beyond_the_window_is_not_the_lamps(row, light):
    """Of an interval of an hour nobody knows in which half somebody passed."""
    hours = SiteHours("Europe/Amsterdam", 53.23, 6.576, Until(TEN_AT_NIGHT + 1800))
    [added] = add_up([row], {1: duty(hours=hours)}, 0)
    assert (added.light, added.count_in) == (light, 1)


def test_an_hour_that_is_cut_is_due_in_both_parts():
    """When it is over: each as long as it is, though nothing came in."""
    hours = SiteHours("Europe/Amsterdam", 53.23, 6.576, Until(TEN_AT_NIGHT + 900))
    duties = {1: duty(added_utc_s=TEN_AT_NIGHT, hours=hours)}
    closed = close(duties, TEN_AT_NIGHT, 0, TEN_AT_NIGHT + HOUR + 1800, 100)
    assert closed.hours == [
        HourDue(1, TEN_AT_NIGHT, "dark_on", 900, 0, 900),
        HourDue(1, TEN_AT_NIGHT + 900, "dark_off", 2700, 900, 2700),
    ]


def test_a_record_that_never_was_dated_has_no_hour():
    """Only its totals count, and those are not the roll-up's."""
    assert add_up([report(0)], {1: duty()}, NINE) == []


def test_nodes_do_not_mix():
    """Each has its own hours, at its own site's clock."""
    found = add_up([report(NINE), report(NINE, 2)], {1: duty(), 2: duty(hours=INDIAN)}, 0)
    assert [(row.node_id, row.hour_utc_s) for row in found] == [(1, NINE), (2, NINE - HOUR // 2)]


@pytest.mark.parametrize(
    ("service", "closed_utc_s", "due"),
    [
        (duty(), NINE, (900, 900)),  # still running: what is reported is due
        (duty(), NINE + HOUR, (HOUR, 0)),  # over: the whole hour, which is there already
        (duty(added_utc_s=NINE + 600), NINE + HOUR, (HOUR - 600, 0)),
        (duty(retired_utc_s=NINE + 600), NINE + HOUR, (600, 0)),
        (duty(added_utc_s=NINE + HOUR), NINE + HOUR, (900, 900)),  # from before it was there
    ],
)
def test_a_record_brings_due_time_only_where_the_hour_has_none_of_its_own(
    service, closed_utc_s, due
):
    """Else a late record would make its hour longer."""
    [added] = add_up([report(NINE)], {1: service}, closed_utc_s)
    assert (added.due_s, added.more_due_s) == due


def test_an_hour_is_closed_two_intervals_after_its_end():
    """Not a second earlier; then also nodes that said nothing owe it."""
    duties = {1: duty(), 2: duty()}
    start = NINE + HOUR // 4
    assert close(duties, start, 0, NINE + HOUR + 1799, 100).hours == []
    closed = close(duties, start, 0, NINE + HOUR + 1800, 100)
    assert closed.hours == [HourDue(1, NINE, "day", HOUR), HourDue(2, NINE, "day", HOUR)]
    assert closed.until_utc_s == NINE + HOUR


def test_only_time_in_service_is_due():
    """From when a node was added until it was retired; hours outside are not made."""
    duties = {1: duty(added_utc_s=NINE + 600), 2: duty(retired_utc_s=NINE + HOUR + 60)}
    found = close(duties, NINE, 0, NINE + 4 * HOUR, 100).hours
    due = {(row.node_id, (row.hour_utc_s - NINE) // HOUR): row.due_s for row in found}
    assert due == {(1, 0): 3000, (1, 1): 3600, (1, 2): 3600, (2, 0): 3600, (2, 1): 60}


def test_each_site_closes_its_own_hours():
    """In India they end at half past."""
    duties = {1: duty(), 2: duty(hours=INDIAN)}
    half_past = close(duties, NINE, 0, NINE + HOUR // 2 + 1800, 100)
    assert [row.node_id for row in half_past.hours] == [2]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_closing_in_pieces_closes_everything_once(size):
    """However small the pieces, each hour of each node in service comes exactly once."""
    duties = {number: duty(added_utc_s=NINE) for number in range(1, 6)}
    found, until, node_id = [], NINE, 0
    while True:
        closed = close(duties, until, node_id, NINE + 5 * HOUR, size)
        if closed[1:] == (until, node_id):
            break
        assert len(closed.hours) <= size
        found += closed.hours
        _, until, node_id = closed
    assert len(set(found)) == len(found) == 5 * 4
    assert (until, node_id) == (NINE + 4 * HOUR + 1800, 0)


def test_what_is_half_closed_is_finished_although_the_clock_went_back():
    """Records wait for it, so it may not wait for the clock."""
    duties = {1: duty(), 2: duty()}
    half = close(duties, NINE + HOUR - 900, 0, NINE + 2 * HOUR, 1)
    assert half.node_id == 1
    rest = close(duties, half.until_utc_s, half.node_id, 0, 10)
    assert [row.node_id for row in rest.hours] == [2]
    assert rest.node_id == 0


def test_a_hub_that_was_new_does_not_close_the_years_before():
    """Closing begins where the first node was added."""
    closed = close({1: duty(added_utc_s=NINE)}, 0, 0, NINE + 2 * HOUR, 100)
    assert [row.hour_utc_s for row in closed.hours] == [NINE]
    assert close({}, 0, 0, NINE, 100).until_utc_s == NINE - 1800
