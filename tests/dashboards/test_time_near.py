"""Time near lamps in Grafana is that of the ledger: a sum, and the share of each zone's days."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from padlicht.grafana.dashboards import dashboards, filled
from padlicht.grafana.park import park_of
from padlicht.ledger import Ledger
from padlicht.ledger.usage.zone_hours import NEAR
from tests.rigs.grafana.boards import questions
from tests.rigs.year import END_UTC_S

SITE = "molukkenplantsoen"
TODAY = datetime.fromtimestamp(END_UTC_S, ZoneInfo("Europe/Amsterdam")).date()


@pytest.fixture
def ledger(year):
    """The year itself."""
    with Ledger.open(year, read_only=True) as one:
        yield one


def answers(influx, ledger, title):
    """The rows of each query of a panel about use, by its reference."""
    board = filled(dashboards("en")["use"], park_of(ledger))
    asked = [one for one in questions(board, END_UTC_S * 1000, {}) if one.panel == title]
    return {one.ref: influx.ask(one.source, one.influxql) for one in asked}


def sums(lights):
    """Seconds with somebody near and seconds watched, of some lights together."""
    return [sum(getattr(one, key) for one in lights.values()) for key in NEAR]


def test_the_sum_of_twelve_weeks_is_that_of_the_ledger(influx, ledger):
    """Hours with somebody near, and the hours watched of which they are a part."""
    near_s, watched_s = sums(ledger.use.by_light(SITE, TODAY - timedelta(days=83), TODAY))
    found = answers(influx, ledger, "Somebody near lamps")
    assert [row["near"] for row in found["A"]] == [pytest.approx(near_s / 3600)]
    assert [row["watched"] for row in found["B"]] == [pytest.approx(watched_s / 3600)]


def test_a_zone_has_its_own_share_on_the_newest_day(influx, ledger):
    """Of the time that its lamps watched, which the fitness place has most of."""
    title = "Share of the time watched in which somebody was near a lamp, day by day"
    rows = answers(influx, ledger, title)["A"]
    shown = {row["zone"]: row["near"] for row in rows if row["near"] is not None}
    assert max(shown, key=shown.__getitem__) == "fitness"
    for zone in ("east", "fitness", "west"):
        near_s, watched_s = sums(ledger.use.by_day(SITE, TODAY, TODAY, zone))
        assert shown[zone] == pytest.approx(near_s / watched_s), zone
