"""The page of technical health: troubles first, or that there are none; then every node."""

import csv
import re
from datetime import date
from io import StringIO

import pytest

from padlicht.ledger import Ledger, Node, Site
from padlicht.usage.days import bounds_utc_s
from padlicht.web.health.ranges import axis
from tests.rigs.pages import client
from tests.rigs.year import END_UTC_S, TRUTH
from tests.web.pages.test_glance import SITE, TZ, said

HOUR_S = 3600
DAY_S = 24 * HOUR_S


def page(path, query: str = "", language: str = "en", now: int = END_UTC_S) -> str:
    with client(path, now) as pages:
        answer = pages.get(f"/{language}/{SITE}/health{query}")
    assert answer.status_code == 200
    return answer.text


def test_nothing_wrong_is_said_plainly(year):
    """And what was looked at, so that silence is not taken for it."""
    text = said(page(year))
    assert "What needs somebody Nothing is known to be wrong. Looked at: " in text
    assert "Er zijn geen storingen bekend." in said(page(year, language="nl"))


def test_every_node_stands_in_the_table(year):
    """With its last word, clock, sensors, and of counters how much of three hours they watched."""
    text = said(page(year))
    assert re.search(
        r"counter-east counter · east · 30 days counter-east in touch Last word \d+ minutes ago"
        r" Clock set by the hub"
        r" Temperature [\d.]+ °C Supply 1[12]\.\d+ V Wi-Fi −\d+ dBm Waiting 0 Watched, 3 h 99%",
        text,
    )
    for number in range(1, 9):
        assert f"lamp-{number} lamp" in text


def test_a_big_park_shows_the_zone_in_which_something_is_wrong(tmp_path):
    """Not all nodes at once; the file has them all, and any zone can be chosen."""
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.sites.add(Site(SITE, "Park", "Europe/Amsterdam", 53.23, 6.576))
        for number in range(90):
            zone = f"zone-{number // 30}"
            added = END_UTC_S - 30 * DAY_S
            name = f"lamp-{number}"
            ledger.nodes.add(Node(0, name, SITE, zone, "lamp", None, None, False, added, False))
            ledger.states.record_birth(name, 1, "0.1.0", "sim", 2, "power", END_UTC_S - 900)
        ledger.states.record_loss("lamp-40", END_UTC_S - HOUR_S)
    text = said(page(path))
    assert "30 of 90: those of the zone zone-1." in text
    assert "lamp-0 " not in text
    assert "lamp-0 lamp" in said(page(path, "?zone=zone-0"))
    with client(path, END_UTC_S) as pages:
        rows = list(csv.DictReader(StringIO(pages.get(f"/en/{SITE}/health.csv").text)))
        wrong = pages.get(f"/en/{SITE}/health.csv", params={"chart": "troubles"}).text
        assert pages.get(f"/en/{SITE}/health?zone=nowhere").status_code == 404
    assert len(rows) == 90
    assert [row["where"] for row in csv.DictReader(StringIO(wrong))] == ["lamp-40"]


def test_thirty_days_of_a_node_are_those_of_its_records(year):
    """The lowest and highest of each local day; a week without a word is hatched and empty."""
    node = TRUTH.failed.node
    now = TRUTH.failed.until_utc_s + 2 * DAY_S
    with client(year, now) as pages:
        html = pages.get(f"/en/{SITE}/node/{node}/health").text
        answer = pages.get(f"/en/{SITE}/node/{node}/health.csv", params={"chart": "temperature"})
        assert pages.get(f"/en/{SITE}/node/{node}/health.csv?chart=x").status_code == 404
    rows = {row["day"]: row for row in csv.DictReader(StringIO(answer.text))}
    assert len(rows) == 30
    with Ledger.open(year, read_only=True) as ledger:
        records = ledger.records.health(SITE, *bounds_utc_s(date(2026, 10, 1), TZ), node=node)
    row = rows["2026-10-01"]
    measured = [record.dc / 10 for record in records]
    assert float(row["lowest_temperature_c"]) == min(measured)
    assert float(row["highest_temperature_c"]) == max(measured)
    assert int(row["records"]) == len(records) == 96
    silent = [day for day, row in rows.items() if row["records"] == "0"]
    assert silent == [f"2026-10-{day:02}" for day in range(9, 15)]
    assert all(rows[day]["lowest_temperature_c"] == "" for day in silent)
    assert html.count('class="gap"') > 4  # each of four legends has one
    assert re.search(r"Temperature simulated Between [\d.−]+ and [\d.]+ °C in 30 days", said(html))


@pytest.mark.parametrize(
    ("low", "high", "least", "ticks"),
    [
        (-3.2, 14.1, 10, (-5, 0, 5, 10, 15)),
        (11.95, 12.05, 1, (11.5, 12, 12.5)),
        (0, 0, 20, (0, 5, 10, 15, 20)),
        (-70, -58, 10, (-70, -65, -60, -55)),
    ],
)
def test_an_axis_ends_at_round_numbers_on_both_sides(low, high, least, ticks):
    """Below zero, far above it, and where little or nothing changed."""
    assert axis(low, high, least) == pytest.approx(ticks)
