"""Today's totals and the evening's light: what is due, what was watched, when the lamps burn."""

from datetime import UTC, date, datetime, timedelta

import pytest

from padlicht.ledger import Footfall, Node
from padlicht.usage import days
from padlicht.usage.daylight import evening_utc_s
from padlicht.usage.days import Today, bounds_utc_s, local_day
from padlicht.usage.hours import DARK_OFF, DARK_ON, DAY
from padlicht.usage.lamp_nights import light_window

TZ = "Europe/Amsterdam"
AS_SHIPPED = {"start_at": "sunset", "start_offset_min": 0, "end_at": "22:00"}
GRONINGEN = (53.23, 6.57)
MIDNIGHT = 1_794_438_000  # 12 November 2026, 00:00 in Groningen
HOUR = 3600


def counter(name: str = "gate", **other) -> Node:
    known = {"simulated": False, "added_utc_s": MIDNIGHT - 86400, "retired": False}
    return Node(1, name, "park", "path", "counter", None, None, **{**known, **other})


def row(t: int, n_in: int = 1, n_out: int = 0, *, node: str = "gate", dt: int = 900, **other):
    known = {"obs_s": dt, "sat_s": 0, "in_total": 0, "out_total": 0, **other}
    return Footfall(node, 1, t, t, dt, 2, n_in=n_in, n_out=n_out, **known)


def today(nodes, rows, now_utc_s, tz, light_of=lambda node, utc_s: DAY) -> Today:
    return days.today(nodes, rows, now_utc_s, tz, light_of)


def test_what_was_counted_in_the_dark_is_told_by_the_lamps():
    """An interval belongs to the light of its middle; both directions together."""
    lights = {MIDNIGHT + 450: DARK_OFF, MIDNIGHT + 1350: DARK_ON, MIDNIGHT + 2250: DAY}
    rows = [row(MIDNIGHT + 900 * number, 3 + number, 1) for number in range(3)]
    found = today([counter()], rows, MIDNIGHT + 2700, TZ, lambda _, utc_s: lights[utc_s])
    assert (found.total.dark_off, found.total.dark_on, found.total.count) == (4, 5, 15)
    assert found.counters["gate"] == found.total


def test_both_directions_are_summed_on_their_own():
    """In and out never mix."""
    rows = [row(MIDNIGHT, 3, 1), row(MIDNIGHT + 900, 2, 4)]
    passages = today([counter()], rows, MIDNIGHT + 1800, TZ).counters["gate"]
    assert (passages.n_in, passages.n_out) == (5, 5)
    assert passages.coverage == 1.0


def test_only_the_local_day_counts():
    """The last quarter before local midnight belongs to yesterday, the first one to today."""
    rows = [row(MIDNIGHT - 900, 7), row(MIDNIGHT, 1), row(MIDNIGHT + 24 * HOUR, 9)]
    assert today([counter()], rows, MIDNIGHT + 900, TZ).total.n_in == 1


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 11, 12), 24)]
)
def test_a_day_is_as_long_as_its_clock_says(day, hours):
    """The days on which summer time begins and ends have 23 and 25 hours."""
    noon = int(datetime(*day, 12, tzinfo=UTC).timestamp())
    start, end = bounds_utc_s(local_day(noon, TZ), TZ)
    assert end - start == hours * HOUR


def test_nobody_watching_is_not_nobody_passing():
    """An interval without a second watched is due, but its zero says nothing."""
    passages = today([counter()], [row(MIDNIGHT, 0, obs_s=0)], MIDNIGHT + 900, TZ).total
    assert (passages.due_s, passages.coverage, passages.watched) == (900, 0.0, False)


def test_nothing_due_has_no_coverage():
    """Just after midnight no interval has ended yet: coverage is unknown, not zero."""
    passages = today([counter()], [], MIDNIGHT + 60, TZ).total
    assert passages.coverage is None
    assert not passages.watched


def test_time_is_due_only_since_the_counter_was_there():
    """A counter put up at noon missed nothing of the morning."""
    noon = MIDNIGHT + 12 * HOUR
    passages = today([counter(added_utc_s=noon)], [row(noon)], noon + 900, TZ).total
    assert (passages.due_s, passages.coverage) == (900, 1.0)


def test_a_gap_between_intervals_lowers_the_coverage():
    """A quarter of an hour that never came in was due all the same."""
    rows = [row(MIDNIGHT), row(MIDNIGHT + 1800)]
    assert today([counter()], rows, MIDNIGHT + 2700, TZ).total.coverage == pytest.approx(2 / 3)


def test_an_interval_that_is_still_running_is_not_due():
    """Up to two intervals after its last word a counter is not held to be silent."""
    rows = [row(MIDNIGHT)]
    assert today([counter()], rows, MIDNIGHT + 900 + 1799, TZ).total.due_s == 900


def test_silence_lowers_the_coverage():
    """A counter that is silent for longer owes all but the last two intervals."""
    passages = today([counter()], [row(MIDNIGHT)], MIDNIGHT + 10 * HOUR, TZ).total
    assert passages.due_s == 10 * HOUR - 1800


def test_the_length_of_an_interval_is_learnt_from_the_records():
    """A counter that reports every ten seconds is silent after twenty."""
    rows = [row(MIDNIGHT, dt=10), row(MIDNIGHT + 10, dt=4)]
    assert today([counter()], rows, MIDNIGHT + 100, TZ).total.due_s == 80


def test_the_simulated_never_mix_with_the_real():
    """As soon as one real counter stands there, the total is of real ones only."""
    made_up, real = counter("made-up", simulated=True), counter("real")
    rows = [row(MIDNIGHT, 50, node="made-up"), row(MIDNIGHT, 2, node="real")]
    assert today([made_up], rows, MIDNIGHT + 900, TZ).total.n_in == 50
    both = today([made_up, real], rows, MIDNIGHT + 900, TZ)
    assert both.total.n_in == 2
    assert both.counters["made-up"].n_in == 50


def test_a_retired_counter_owes_nothing_more():
    """What it counted today stays; it is not due afterwards, and without rows it is not named."""
    gone, older = counter("gone", retired=True), counter("older", retired=True)
    result = today([gone, older], [row(MIDNIGHT, node="gone")], MIDNIGHT + 9 * HOUR, TZ)
    assert list(result.counters) == ["gone"]
    assert result.total.coverage == 1.0


def test_one_counter_cannot_cover_for_another():
    """What one watched before it was due does not fill another one's gap in the total."""
    new = counter("new", added_utc_s=MIDNIGHT + HOUR)
    rows = [row(MIDNIGHT + 900 * q, node="new") for q in range(8)]
    total = today([counter("dead"), new], rows, MIDNIGHT + 2 * HOUR, TZ).total
    assert total.obs_s == HOUR
    assert total.due_s == HOUR + 2 * HOUR - 1800


def test_lamps_are_no_counters():
    """A lamp is not in today's totals."""
    lamp = Node(1, "lamp-1", "park", "path", "lamp", None, None, False, 0, False)
    assert today([lamp], [], MIDNIGHT + HOUR, TZ).counters == {}


@pytest.mark.parametrize(
    ("day", "sunset_s", "dusk_s"),
    [((2024, 2, 29), 61840, 63936), ((2026, 6, 24), 72317, 75442), ((2026, 8, 6), 69571, 72065)],
)
def test_sunset_and_dusk_agree_with_the_full_algorithm(day, sunset_s, dusk_s):
    """Within five seconds of PyEphem 4.2.1 (VSOP87); seconds since 00:00 UTC at Groningen."""
    midnight = datetime(*day, tzinfo=UTC).timestamp()
    for zenith, expected in ((90.833, sunset_s), (96.0, dusk_s)):
        found = evening_utc_s(date(*day), *GRONINGEN, zenith)
        assert found - midnight == pytest.approx(expected, abs=5)


def test_midsummer_has_an_empty_window():
    """From 11 June to 8 July the sun sets after 22:00 in Groningen, and before it around those."""
    start = date(2026, 6, 1)
    days = [start + timedelta(days=number) for number in range(60)]
    empty = [day for day in days if light_window(day, GRONINGEN, TZ, **AS_SHIPPED).is_empty]
    assert (empty[0], empty[-1]) == (date(2026, 6, 11), date(2026, 7, 8))
    assert len(empty) == 28


def test_a_window_holds_from_dusk_to_its_end():
    """Offsets move the start, and the end is not lit any more."""
    window = light_window(
        date(2026, 11, 12),
        GRONINGEN,
        TZ,
        start_at="sunset",
        start_offset_min=30,
        end_at="21:30",
    )
    sunset = evening_utc_s(date(2026, 11, 12), *GRONINGEN, 90.833)
    assert window.start_utc_s == sunset + 1800
    assert window.end_utc_s == MIDNIGHT + 21 * HOUR + 1800
    assert window.holds(window.start_utc_s)
    assert not window.holds(window.end_utc_s)


def test_a_sun_that_does_not_set_gives_no_light_window():
    """Beyond the polar circle midsummer has no dusk, so lamps stay off."""
    window = light_window(date(2026, 6, 21), (69.65, 18.95), "Europe/Oslo", **AS_SHIPPED)
    assert window.start_utc_s is None
    assert window.is_empty
    assert not window.holds(window.end_utc_s - 1)
