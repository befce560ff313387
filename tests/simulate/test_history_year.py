"""The simulated year is what its scenario says, and nothing of it is half there."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from padlicht.ledger import Footfall, Lamp, Ledger
from padlicht.simulate.world.park import SITE, TZ
from tests.rigs.year import END_UTC_S, PLAN, TRUTH

QUARTER_S, DAY_S = 900, 86_400
ZONE = ZoneInfo(TZ)


@pytest.fixture(scope="module")
def ledger(year: Path) -> Iterator[Ledger]:
    """The year, to read."""
    with Ledger.open(year, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def lamps(ledger: Ledger) -> list[Lamp]:
    """All records of lamps."""
    return ledger.records.lamp(SITE, 0, END_UTC_S)


@pytest.fixture(scope="module")
def counters(ledger: Ledger) -> list[Footfall]:
    """All records of counters."""
    return ledger.records.footfall(SITE, 0, END_UTC_S)


def local_day(utc_s: int) -> date:
    return datetime.fromtimestamp(utc_s, ZONE).date()


def test_the_ledger_finds_nothing_wrong_with_it(ledger: Ledger) -> None:
    """Its own check is clean, nothing is in quarantine, and all nodes are simulated and there."""
    assert ledger.check() == []
    assert ledger.quarantine.count() == 0
    nodes = {node.name: node for node in ledger.nodes.all()}
    lamps = {"lamp-fitness", *(f"lamp-{n}" for n in range(1, 9))}
    assert {*nodes} == {"counter-west", "counter-east", *lamps}
    assert all(node.simulated for node in nodes.values())
    assert {node.zone for node in nodes.values()} == {"west", "east", "fitness"}
    assert {state.state for state in ledger.states.all().values()} == {"ready"}


def test_hours_are_added_up_to_the_end(ledger: Ledger, counters: list[Footfall]) -> None:
    """Hours of use hold what the records hold, and are closed up to half an hour before the end."""
    hours = ledger.node_hours.all(0, END_UTC_S)
    assert sum(hour.count_in for hour in hours) == sum(row.n_in for row in counters)
    assert sum(hour.count_out for hour in hours) == sum(row.n_out for row in counters)
    assert ledger.cursors.get("usage", "due") >= TRUTH.end_utc_s - 3600


def test_no_interval_overlaps_and_what_is_missing_was_told(
    lamps: list[Lamp], counters: list[Footfall]
) -> None:
    """Records of a node follow each other; only power cuts and the dark week leave gaps."""
    last: dict[str, Lamp | Footfall] = {}
    for row in sorted((*lamps, *counters), key=lambda row: (row.node, row.t)):
        before = last.get(row.node)
        last[row.node] = row
        if before is None:
            continue
        gap_s = row.t - (before.t + before.dt)
        assert gap_s >= 0
        if row.boot == before.boot:
            assert gap_s == 0
        elif TRUTH.failed is not None and row.t == TRUTH.failed.until_utc_s:
            assert row.node == TRUTH.failed.node
        else:
            assert gap_s < QUARTER_S + 60  # the open interval and the restart
    assert {row.t + row.dt for row in last.values()} == {TRUTH.end_utc_s}


def test_nights_when_clocks_change_have_their_hours(counters: list[Footfall]) -> None:
    """The day in March has 92 quarters, the one in October 100."""
    seconds = Counter[date]()
    for row in counters:
        if row.node == "counter-west":
            seconds[local_day(row.t)] += row.dt
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 3, 28), 24)):
        assert hours * 3600 - QUARTER_S - 60 <= seconds[day] <= hours * 3600


def test_lamps_come_half_way_and_not_before(ledger: Ledger, lamps: list[Lamp]) -> None:
    """They are registered after 26 weeks, and have no record from before."""
    assert TRUTH.lamps_utc_s - TRUTH.begin_utc_s == pytest.approx(26 * 7 * DAY_S, abs=DAY_S)
    assert min(row.t for row in lamps) == TRUTH.lamps_utc_s
    for node in ledger.nodes.all():
        if node.role == "lamp":
            assert node.added_utc_s == TRUTH.lamps_utc_s


def test_midsummer_has_no_window(lamps: list[Lamp]) -> None:
    """No lamp is lit on evenings when the sun sets after 22:00; before and after they are."""
    lit_s = Counter[date]()
    for row in lamps:
        lit_s[local_day(row.t)] += row.lit_s
    empty = {day for day in days(date(2026, 5, 15), date(2026, 11, 11)) if lit_s[day] == 0}
    assert empty == {*days(min(empty), max(empty))}
    assert date(2026, 6, 9) <= min(empty) <= date(2026, 6, 12)
    assert date(2026, 7, 7) <= max(empty) <= date(2026, 7, 10)


def test_lamps_keep_to_their_window(lamps: list[Lamp]) -> None:
    """After the end of the evening, its grace and the last fade, nothing is lit until dusk."""
    for row in lamps:
        hour = datetime.fromtimestamp(row.t, ZONE).hour
        if row.lit_s and not 16 <= hour < 22:
            assert hour == 22
            assert row.lit_s <= 60 + 30


def test_the_covered_counter_saw_nothing_and_says_so(
    ledger: Ledger, counters: list[Footfall]
) -> None:
    """For a week its time goes on and nothing of it was watched: no data, which is not nobody."""
    assert TRUTH.covered is not None
    name, from_utc_s, until_utc_s = TRUTH.covered
    inside = [
        row
        for row in counters
        if row.node == name and from_utc_s <= row.t and row.t + row.dt <= until_utc_s
    ]
    assert sum(row.dt for row in inside) > 6.9 * DAY_S
    assert {(row.obs_s, row.n_in, row.n_out) for row in inside} == {(0, 0, 0)}
    elsewhere = [row for row in counters if row.node != name and from_utc_s <= row.t < until_utc_s]
    assert sum(row.n_in + row.n_out for row in elsewhere) > 1000
    assert faults(ledger, name) == [
        (from_utc_s + 61, "radar_silent", 1),
        (until_utc_s + 1, "radar_silent", 0),
    ]


def test_the_failed_lamp_went_dark_and_was_mended(ledger: Ledger, lamps: list[Lamp]) -> None:
    """A fault, then no record for a week, then a new boot whose fault goes."""
    failed = TRUTH.failed
    assert failed is not None
    mine = [row for row in lamps if row.node == failed.node]
    assert not [row for row in mine if failed.dark_utc_s <= row.t < failed.until_utc_s]
    said = faults(ledger, failed.node)
    assert [(utc_s, on) for utc_s, _, on in said] == [
        (failed.from_utc_s + 61, 1),
        (failed.until_utc_s + 61, 1),
        (failed.until_utc_s + 202, 0),
    ]
    silent = [row for row in mine if failed.from_utc_s + 900 <= row.t < failed.dark_utc_s]
    assert all(row.obs_s == 0 and row.lit_s == row.dt for row in silent)
    online = presence(ledger, failed.node)
    assert {on for utc_s, on in online if failed.dark_utc_s + 90 <= utc_s < failed.until_utc_s} == {
        0
    }
    assert ledger.records.open_faults() == []


def test_what_a_node_without_network_measured_comes_later(ledger: Ledger) -> None:
    """The night's records are whole, and came in the morning."""
    offline = TRUTH.offline
    assert offline is not None
    rows = list(ledger.cursors.rows_after("lamp", 0, 10**7))
    names = {node.name: node.id for node in ledger.nodes.all()}
    assert offline.node in names
    t_at = 6  # (id, site, zone, node, boot, seq, t, …)
    night = [
        row
        for row in rows
        if row[3] == offline.node and offline.from_utc_s <= row[t_at] < offline.until_utc_s - 900
    ]
    others = [row[0] for row in rows if row[t_at] == offline.until_utc_s - QUARTER_S]
    assert len(night) >= 40
    assert min(row[0] for row in night) > min(others)


def test_settings_changed_twice_with_who_and_why(ledger: Ledger, lamps: list[Lamp]) -> None:
    """Each change is in the log of every lamp, and was confirmed within seconds."""
    for name in (f"lamp-{number}" for number in range(1, 9)):
        newest, middle, first = ledger.settings.log(name)
        assert (first.who, first.why) == ("padlicht", "added")
        for told, change in zip((middle, newest), TRUTH.settings, strict=True):
            assert (told.utc_s, told.who, told.why) == (change.utc_s, change.who, change.why)
            assert change.settings.items() <= told.after.items()
            assert told.confirmed_utc_s is not None
            assert told.confirmed_utc_s - told.utc_s < 10
        began = {row.t for row in lamps if row.node == name}
        assert {change.utc_s + 2 for change in TRUTH.settings} <= began
    assert "simulated" in TRUTH.settings[0].who


def test_totals_go_on_over_restarts(lamps: list[Lamp], counters: list[Footfall]) -> None:
    """What a record counts is what its total grew by, also in the first one of a boot."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for row in sorted((*lamps, *counters), key=lambda row: (row.node, row.boot, row.seq)):
        counted = (
            {"trig": (row.trig, row.trig_total), "mwh": (row.mwh, row.mwh_total)}
            if isinstance(row, Lamp)
            else {"in": (row.n_in, row.in_total), "out": (row.n_out, row.out_total)}
        )
        for what, (count, total) in counted.items():
            totals[row.node, what] += count
            assert total == totals[row.node, what], row


def test_every_node_restarts_once_a_month(ledger: Ledger) -> None:
    """Counters have some twelve boots, lamps some six."""
    for name, state in ledger.states.all().items():
        least, most = (11, 15) if name.startswith("counter") else (5, 9)
        assert least <= state.highest_boot <= most


def test_school_days_have_a_rush_that_holidays_have_not(counters: list[Footfall]) -> None:
    """At a quarter past eight in March, and not in the holidays of the week before."""
    passed: dict[date, int] = defaultdict(int)
    for row in counters:
        local = datetime.fromtimestamp(row.t, ZONE)
        if (local.hour, local.minute) == (8, 15):
            passed[local.date()] += row.n_in + row.n_out
    school = [passed[day] for day in days(date(2026, 3, 2), date(2026, 3, 6))]
    free = [passed[day] for day in days(date(2026, 2, 16), date(2026, 2, 20))]
    assert min(school) > max(free)


def faults(ledger: Ledger, name: str) -> list[tuple[int, str, int]]:
    """What a node said of its faults: when, which, whether it came."""
    found = []
    for row in ledger.cursors.rows_after("fault", 0, 10_000):
        _, _, _, node, _, _, t, _, _, code, active = row
        if node == name:
            found.append((t, code, int(active)))
    return sorted(found)


def presence(ledger: Ledger, name: str) -> list[tuple[int, int]]:
    """When a node was there and when not."""
    rows = ledger.cursors.rows_after("presence", 0, 10**7)
    return [(row[4], int(row[5])) for row in rows if row[3] == name]


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def test_the_plan_of_the_tests_is_a_year() -> None:
    """52 weeks, with both nights on which clocks change."""
    assert PLAN.weeks == 52
    assert TRUTH.end_utc_s <= END_UTC_S < TRUTH.end_utc_s + QUARTER_S
