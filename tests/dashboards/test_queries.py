"""Every question of the dashboards, asked of a real InfluxDB with a year of a simulated park.

The hub's own writer filled it from the tests' year; the dashboards have that park's names, as
`padlicht grafana export` writes them. Numbers are compared with the ledger's, to the unit.
"""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from padlicht.grafana.dashboards import dashboards, filled
from padlicht.grafana.park import park_of
from padlicht.ledger import Ledger
from padlicht.usage.hours import LIGHTS
from tests.rigs.grafana.boards import questions
from tests.rigs.year import END_UTC_S, TRUTH

SITE = "molukkenplantsoen"
ZONE = ZoneInfo("Europe/Amsterdam")
DAY_S = 86_400
BY_LIGHT = {
    "by day": "day",
    "twilight": "twilight",
    "dark, lamps on": "dark_on",
    "dark, lamps off": "dark_off",
}
MAY_BE_EMPTY = {
    # Small counts, which the public dashboard shows as such: this park has none of these.
    *(("public", f"Passages each day: {light}", "B") for light in ("by day", "dark, lamps on")),
    ("health", "Who was silent, and when", "A"),  # in the last week nobody was
    # The lamps came in May: in the 12 weeks after, no hour from 19 on was dark in their window.
    *(("lighting", "Lamps on, 19 to 23 h", f"Qdarkon{of}2") for of in "nsd"),
    ("lighting", "The same hours with lamps on, before and after", "B"),
}
ASKED = [
    (name, panel)
    for name, board in dashboards("en").items()
    for panel in sorted({one.panel for one in questions(board, END_UTC_S * 1000)})
]


@pytest.fixture(scope="module")
def ledger(year):
    """The year itself."""
    with Ledger.open(year, read_only=True) as one:
        yield one


@pytest.fixture(scope="module")
def boards(ledger):
    """The English dashboards with this park's names."""
    park = park_of(ledger)
    return {name: filled(board, park) for name, board in dashboards("en").items()}


def answers(influx, board, panel, at_s=END_UTC_S, **chosen):
    """The rows of each query of a panel, by its reference, when somebody looks at that time."""
    found = {
        one.ref: influx.ask(one.source, one.influxql)
        for one in questions(board, at_s * 1000, chosen)
        if one.panel == panel
    }
    assert found, panel
    return found


def only(rows, column):
    """The number of an answer of one row."""
    (row,) = rows
    return row[column]


def by_day(rows, column):
    """The numbers of an answer by local day; a day without one has None."""
    return {datetime.fromtimestamp(row["time"] / 1e9, ZONE).date(): row[column] for row in rows}


def moment(*local):
    return int(datetime(*local, tzinfo=ZONE).timestamp())


@pytest.mark.parametrize(("name", "panel"), ASKED)
def test_every_query_is_answered(influx, boards, name, panel):
    """InfluxDB understands it, and has something to say."""
    for ref, rows in answers(influx, boards[name], panel).items():
        assert rows or (name, panel, ref) in MAY_BE_EMPTY, f"{ref} is empty"


@pytest.mark.parametrize(("words", "light"), BY_LIGHT.items())
def test_passages_of_a_period_are_those_of_the_ledger(influx, boards, ledger, words, light):
    """Twelve weeks of whole days, with the share watched."""
    found = answers(influx, boards["use"], f"Passages: {words}")
    today = datetime.fromtimestamp(END_UTC_S, ZONE).date()
    # It begins at this time of the day twelve weeks ago: that day's midnight is before.
    use = ledger.use.by_light(SITE, today - timedelta(days=83), today)[light]
    assert only(found["A"], "passages") == use.count
    assert only(found["B"], "watched") == pytest.approx(use.coverage)


def test_passages_of_each_day_are_those_of_the_ledger(influx, boards, ledger):
    """Eight weeks, day by day and light by light."""
    found = answers(influx, boards["glance"], "Passages each day, by light")
    today = datetime.fromtimestamp(END_UTC_S, ZONE).date()
    use = ledger.use.by_day(SITE, today - timedelta(days=55), today)
    for ref, light in zip("ABCD", LIGHTS, strict=True):
        shown = {day: n for day, n in by_day(found[ref], "passages").items() if n is not None}
        assert shown == {day: one.count for (day, of), one in use.items() if of == light}, light


def test_the_hours_of_the_week_are_those_of_the_ledger(influx, boards, ledger):
    """Passages in a watched hour for each weekday and hour, over twelve weeks."""
    panel = "Passages in a watched hour of the whole park, by weekday and hour"
    rows = answers(influx, boards["use"], panel)["A"]
    shown = {(int(row["dow"]), int(row["hour"])): row["rate"] for row in rows}
    since_s = moment(2026, 8, 20, 18)  # the first whole hour of twelve weeks
    sums = defaultdict(lambda: [0, 0])
    for one in ledger.zone_hours.all(since_s, END_UTC_S, site=SITE):
        local = datetime.fromtimestamp(one.hour_utc_s, ZONE)
        if one.obs_s:
            sums[local.isoweekday(), local.hour][0] += one.count_in + one.count_out
            sums[local.isoweekday(), local.hour][1] += one.obs_s
    assert len(shown) == 168
    for cell, (count, obs_s) in sums.items():
        assert shown[cell] == pytest.approx(count / obs_s * 3600), cell


def test_the_dark_hours_of_each_day_are_those_of_the_ledger(influx, boards, ledger):
    """Of the whole park, and those in which no lamp of it was lit."""
    title = "Dark hours each day in the whole park, and those kept dark"
    found = answers(influx, boards["energy"], title)
    hours = ledger.zone_hours.of_site(
        SITE, range(TRUTH.begin_utc_s // 3600 * 3600, END_UTC_S, 3600)
    )
    for ref, column in (("A", "dark"), ("B", "kept")):
        lit_s: dict[int, int] = defaultdict(int)  # an hour that lamps part is one hour
        for one in hours:
            if one.light in ("dark_on", "dark_off"):
                lit_s[one.hour_utc_s] += one.lit_s
        known = [utc_s for utc_s in sorted(lit_s) if ref == "A" or not lit_s[utc_s]]
        days = Counter(datetime.fromtimestamp(utc_s, ZONE).date() for utc_s in known)
        shown = [*by_day(found[ref], column).items()][1:]  # the first one began before
        assert shown == [(day, days[day]) for day in sorted(days)][-len(shown) :], ref


def evenings(ledger, from_s, to_s):
    """Passages, seconds watched and due of evenings with lamps on, from 19 to 23 h."""
    hours = [
        one
        for one in ledger.zone_hours.all(from_s, to_s, site=SITE)
        if one.light == "dark_on" and datetime.fromtimestamp(one.hour_utc_s, ZONE).hour >= 19
    ]
    return (
        sum(one.count_in + one.count_out for one in hours),
        sum(one.obs_s for one in hours),
        sum(one.due_s for one in hours),
    )


def compared(found):
    """What a comparison asks of the time before, and of the time after."""
    return [tuple(only(found[f"Qdarkon{of}{time}"], "sum") for of in "nsd") for time in "12"]


def test_twelve_weeks_before_and_after_are_those_of_the_ledger(influx, boards, ledger):
    """Evenings with lamps on, on both sides of a day at the end of summer."""
    panel = "Lamps on, 19 to 23 h"
    before, after = compared(answers(influx, boards["lighting"], panel, changed="2026-09-05"))
    changed_s = int(datetime(2026, 9, 5, tzinfo=UTC).timestamp())  # in queries dates are UTC
    assert before[0] > 0
    assert before == evenings(ledger, changed_s - 84 * DAY_S, changed_s)
    assert after == evenings(ledger, changed_s, changed_s + 84 * DAY_S)


def test_a_week_beside_the_one_before_is_that_of_the_ledger(influx, boards, ledger):
    """Seven evenings each; in the middle of the evening the hours of today count, too."""
    panel = "Lamps on, 19 to 23 h: the 7 days before, and the last 7"
    for now_s in (END_UTC_S, moment(2026, 11, 11, 21)):
        before, last = compared(answers(influx, boards["glance"], panel, now_s))
        assert before == evenings(ledger, now_s - 14 * DAY_S, now_s - 7 * DAY_S)
        assert last == evenings(ledger, now_s - 7 * DAY_S, now_s + 1)


def test_light_and_energy_are_those_of_the_ledger(influx, boards, ledger):
    """Hours lit in the last seven whole days by light, and a year's watt-hours."""
    today = datetime.fromtimestamp(END_UTC_S, ZONE).date()
    use = ledger.use.by_light(SITE, today - timedelta(days=7), today - timedelta(days=1))
    found = answers(influx, boards["glance"], "Lamps lit, last 7 whole days")
    for ref, light in zip("ABCD", LIGHTS, strict=True):
        assert only(found[ref], "lit") == pytest.approx(use[light].lit_s / 3600, rel=1e-12)
    year = ledger.use.by_light(SITE, date(2025, 11, 14), today)
    found = answers(influx, boards["energy"], "Energy of the lamps")
    mwh = sum(one.mwh for one in year.values())
    assert only(found["A"], "energy") == pytest.approx(mwh / 1000, rel=1e-12)


def test_records_of_the_last_day_are_those_of_the_ledger(influx, boards, ledger):
    """What each counter did, from the records themselves."""
    panel = "What each counter did in the last 24 hours"
    rows = answers(influx, boards["health"], panel)["A"]
    counted = defaultdict(int)
    for one in ledger.records.footfall(SITE, END_UTC_S - DAY_S, END_UTC_S):
        counted[one.node] += one.n_in + one.n_out
    assert {row["node"]: row["passages"] for row in rows} == counted


def test_a_covered_counter_gives_no_data_and_not_no_people(influx, boards, ledger):
    """On the days on which nobody watched, counts are empty and the share watched is zero."""
    covered = TRUTH.covered
    at_s = covered.until_utc_s + DAY_S
    first = datetime.fromtimestamp(covered.from_utc_s, ZONE).date() + timedelta(days=1)
    days = [first + timedelta(days=number) for number in range(6)]
    board = boards["glance"]
    counts = answers(influx, board, "Passages each day, by light", at_s, zone="east")
    shares = by_day(
        answers(influx, board, "Was anybody watching?", at_s, zone="east")["A"], "watched"
    )
    for day in days:
        assert shares[day] == 0
        assert [by_day(counts[ref], "passages").get(day) for ref in "ABCD"] == [None] * 4
    # The other half of the park goes on being counted, and says how little of it all that is.
    park = answers(influx, board, "Passages each day, by light", at_s)
    assert all(by_day(park["A"], "passages")[day] > 100 for day in days)
    assert all(0.45 < by_day(park["E"], "watched")[day] < 0.55 for day in days)


def test_midsummer_has_evenings_without_a_window(influx, boards):
    """Lamps are not lit and the sun is up until their end; it is neither a fault nor no data."""
    found = answers(influx, boards["lighting"], "Evenings with and without light")
    lit = defaultdict(int)
    sun = defaultdict(int)
    for row in found["A"]:
        lit[datetime.fromtimestamp(row["time"] / 1e9, ZONE).date()] += row["lit"] or 0
    for row in found["B"]:
        sun[datetime.fromtimestamp(row["time"] / 1e9, ZONE).date()] += row["sun"] or 0
    for day in (date(2026, 6, 12), date(2026, 6, 21), date(2026, 7, 6)):
        assert lit[day] == 0, day
        assert sun[day] > 0, day
    for day in (date(2026, 6, 1), date(2026, 8, 1), date(2026, 11, 1)):
        assert lit[day] > 0, day


def test_a_failed_lamp_is_seen_to_be_gone(influx, boards):
    """While it is dark it is missing on the map, and the fault before is listed."""
    failed = TRUTH.failed
    board = boards["health"]
    at_s = failed.dark_utc_s + 3600  # two hours ago it was still there
    there = answers(influx, board, "Where the nodes are", at_s)["A"]
    assert {row["node"] for row in there if row["online"] == 0} == {failed.node}
    broken = answers(influx, board, "What is broken, and since when", at_s)["A"]
    assert (failed.node, "radar_silent", 1) in {
        (row["node"], row["code"], row["active"]) for row in broken
    }
    there = answers(influx, board, "Where the nodes are", failed.until_utc_s + DAY_S)["A"]
    assert {row["online"] for row in there} == {1}


def test_who_was_silent_is_shown_with_the_hours_and_nobody_else(influx, boards, ledger):
    """In the week after a night without network: just what the ledger noted."""
    until_s = TRUTH.offline.until_utc_s + DAY_S
    rows = answers(influx, boards["health"], "Who was silent, and when", until_s)["A"]
    shown = {(row["node"], row["time"] // 10**9) for row in rows if row["online"] is not None}
    noted = {
        (node, utc_s // 3600 * 3600)
        for _, _, _, node, utc_s, online in ledger.cursors.rows_after("presence", 0, 10**6)
        if not online and until_s - 7 * DAY_S <= utc_s < until_s
    }
    assert shown == noted
    assert sum(node == TRUTH.offline.node for node, _ in shown) >= 10
    assert {node for node, _ in shown} == {row["node"] for row in rows}
    assert len({node for node, _ in shown}) < 10


def test_somebody_who_looks_at_one_zone_sees_that_zone(influx, boards, ledger):
    """The zones add up to the park."""
    board, panel = boards["use"], "Passages: dark, lamps on"
    found = [
        only(answers(influx, board, panel, zone=zone)["A"], "passages")
        for zone in ("east", "west", "$__all")
    ]
    assert found[0] + found[1] == found[2]
    assert min(found) > 0


def test_changes_of_settings_stand_in_the_picture(influx, boards):
    """With who and why, for each lamp that they were for."""
    rows = answers(influx, boards["lighting"], "Changes of settings")
    said = json.dumps(rows, ensure_ascii=False)
    for change in TRUTH.settings:
        assert change.why in said
        assert change.who in said
        assert all(f": {key} " in said for key in change.settings)
