"""Every question of every dashboard, asked of a real InfluxDB with a year in it, and timed.

First the simulated park's year (9 lamps, 2 counters), whose totals are compared with the ledger's;
then a year of 500 nodes. Each question is what Grafana sends when somebody opens the dashboard at
the end of that year; its time is InfluxDB's and the way there, on this machine.
"""

import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.grafana.dashboards import dashboards, filled
from padlicht.grafana.park import park_of
from padlicht.influx.schema import MEASUREMENTS, RAW_DAYS
from padlicht.ledger import Ledger
from padlicht.simulate.history import Plan, write_history
from padlicht.simulate.world.park import SITE, TZ
from padlicht.usage.hours import LIGHTS
from tests.rigs.grafana.boards import Question, questions
from tests.rigs.influx import Influxd
from tests.rigs.seeded import Seeded
from tools.figures.figure import Figure
from tools.figures.views.big_year import COUNTERS, END_UTC_S, LAMPS, big_year

ROUNDS = 5
MOST_MS = 200
DAY_S = 86_400
USAGE = "padlicht-usage"


class Timed(NamedTuple):
    """A question, and the median of the times that its answers took."""

    question: Question
    median_ms: float


def measure() -> Iterator[Figure]:
    """How many questions, how long they take, and whether totals are the ledger's."""
    with tempfile.TemporaryDirectory(prefix="padlicht-dashboards-") as folder:
        place = Path(folder)
        small = place / "year" / "ledger.sqlite"
        write_history(small, Plan(END_UTC_S), lambda what, done, total: None)
        yield from _year(small, place / "small")
        big = place / "big" / "ledger.sqlite"
        big.parent.mkdir()
        # The writer keeps its place in the ledger, and the year of 500 nodes is everybody's.
        shutil.copyfile(big_year(), big)
        yield from _big(big, place / "large")


def _year(ledger: Path, folder: Path) -> Iterator[Figure]:
    server = Influxd(folder)
    try:
        influx = Seeded(server, ledger)
        timed = _ask_all(influx, ledger)
        compared, differing = _totals(influx, ledger)
    finally:
        server.close()
    how = "InfluxDB 1.6.7 with 52 weeks of 9 lamps and 2 counters, all six dashboards"
    yield Figure("dashboard_queries_run", len(timed), "queries", "all answered", how)
    yield from _times("dashboard_query", timed, how)
    yield Figure(
        "dashboard_totals_that_differ", differing, f"of {compared} totals", "0",
        f"{how}; each compared with the ledger, to the unit", differing == 0 and compared > 0,
    )  # fmt: skip


def _big(ledger: Path, folder: Path) -> Iterator[Figure]:
    server = Influxd(folder)
    try:
        # As long as the database of records keeps them; of usage it has all of the year.
        influx = Seeded(server, ledger, raw_since_s=END_UTC_S - RAW_DAYS * DAY_S)
        timed = _ask_all(influx, ledger)
    finally:
        server.close()
    how = (
        f"InfluxDB 1.6.7 with 52 weeks of {LAMPS} lamps and {COUNTERS} counters in one site; "
        f"median of {ROUNDS} for each query"
    )
    yield from _times("dashboard_query_500_nodes", timed, how)
    late = [one for one in timed if one.median_ms > MOST_MS]
    named = "; ".join(f"{one.question.board}: {one.question.panel}" for one in late)
    yield Figure(
        "dashboard_queries_over_200_ms_500_nodes", len(late), f"of {len(timed)} queries", "0",
        f"{how}{'; ' if named else ''}{named}", not late,
    )  # fmt: skip


def _times(name: str, timed: list[Timed], how: str) -> Iterator[Figure]:
    slowest = max(timed, key=lambda one: one.median_ms)
    median_ms = round(statistics.median(one.median_ms for one in timed), 1)
    yield Figure(f"{name}_median", median_ms, "ms", f"≤ {MOST_MS}", how, median_ms <= MOST_MS)
    yield Figure(
        f"{name}_slowest", round(slowest.median_ms, 1), "ms", f"≤ {MOST_MS}",
        f"{how}; {slowest.question.board}, {slowest.question.panel}",
        slowest.median_ms <= MOST_MS,
    )  # fmt: skip


def _ask_all(influx: Seeded, ledger: Path) -> list[Timed]:
    """Every question of all dashboards (both languages ask the same), some times each."""
    with Ledger.open(ledger, read_only=True) as reader:
        park = park_of(reader)
    timed = []
    for board in dashboards("en").values():
        for question in questions(filled(board, park), END_UTC_S * 1000):
            took_ms = []
            for _ in range(ROUNDS):
                began_s = time.perf_counter()
                influx.ask(question.source, question.influxql)
                took_ms.append((time.perf_counter() - began_s) * 1000)
            timed.append(Timed(question, statistics.median(took_ms)))
    return timed


def _totals(influx: Seeded, path: Path) -> tuple[int, int]:
    """How many totals were compared with the ledger's, and how many differ."""
    pairs = []
    with Ledger.open(path, read_only=True) as ledger:
        hours = ledger.zone_hours.all(0, END_UTC_S, site=SITE)
        for name in ("usage_1h", "usage_1d", "park_1h"):
            (measurement,) = (item for item in MEASUREMENTS if item.name == name)
            for column in measurement.fields:
                if column.name == "simulated":
                    continue  # a mark, which nobody adds up
                (row,) = influx.ask(
                    USAGE,
                    f'SELECT sum("{column.name}") AS total FROM {name}',  # noqa: S608 -- our names
                )
                pairs.append((row["total"], sum(getattr(one, column.name) for one in hours)))
        today = datetime.fromtimestamp(END_UTC_S, ZoneInfo(TZ)).date()
        use = ledger.use.by_day(SITE, today - timedelta(days=55), today)
    shown = {
        one.ref: influx.ask(one.source, one.influxql)
        for one in questions(dashboards("en")["glance"], END_UTC_S * 1000)
        if one.panel == "Passages each day, by light"
    }
    for ref, light in zip("ABCD", LIGHTS, strict=True):
        counts = [row["passages"] for row in shown[ref] if row["passages"] is not None]
        mine = [one.count for (_, of), one in sorted(use.items()) if of == light and one.obs_s]
        pairs.extend(zip(counts, mine, strict=True))
    return len(pairs), sum(one != other for one, other in pairs)
