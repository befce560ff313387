"""The page of a node's health over 30 days: temperature, supply and signal by day.

The route: app.py gives the request to `page`, which asks the ledger in a thread through
`PageContext.read`; `query` is the question, and sorts records by local day. `charts` draws each
measure that has a value (health/ranges.py), and `PageContext.page` renders node_health.html with
chart.html. The numbers of a chart leave through `PageContext.csv`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.ledger import Health, Ledger, Node
from padlicht.usage.days import bounds_utc_s, local_day
from padlicht.web.charts import Chart, Column, Format, Key, Table
from padlicht.web.health.ranges import Range, ranges
from padlicht.web.i18n import Words
from padlicht.web.page import PageContext, Req, find_chart
from padlicht.web.site_context import SiteContext

DAYS: Final = 30
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Month:
    """The records of a node by local day, from the first day to today."""

    node: Node
    first: date
    last: date
    records: dict[date, list[Health]]

    @property
    def days(self) -> list[date]:
        """Every day, with records or without."""
        return [self.first + number * _DAY for number in range((self.last - self.first).days + 1)]


class Measure(NamedTuple):
    """What a record holds; `key` is its name in the file, with its unit.

    An axis spans `least` at the least.
    """

    name: str
    key: str
    title: str
    unit: str
    least: float
    of: Callable[[Health], float | None]


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, and the numbers of its charts."""

    @get("/{language:str}/{site:str}/node/{node:str}/health", include_in_schema=False)
    async def page(
        request: Req, language: FromPath[str], site: FromPath[str], node: FromPath[str]
    ) -> Response[str]:
        """A chart for each thing that the board measures."""
        t = pages.words(language)
        place, month = await pages.read(site, lambda ledger, place: query(ledger, place, node))
        return await pages.page(
            request,
            t,
            "node_health.html",
            place,
            tab="health",
            month=month,
            charts=charts(t, place, month),
        )

    @get("/{language:str}/{site:str}/node/{node:str}/health.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str],
        site: FromPath[str],
        node: FromPath[str],
        chart: FromQuery[str],
    ) -> Response[str]:
        """The numbers of a chart."""
        t = pages.words(language)
        place, month = await pages.read(site, lambda ledger, place: query(ledger, place, node))
        return pages.csv(place, f"{node}-health", find_chart(charts(t, place, month), chart))

    return [page, numbers]


def query(ledger: Ledger, place: SiteContext, name: str) -> Month:
    """Ask the ledger; Refused when there is no such node."""
    node = place.node(name)
    first = place.today - (DAYS - 1) * _DAY
    span = bounds_utc_s(first, place.tz)[0], bounds_utc_s(place.today, place.tz)[1]
    found: dict[date, list[Health]] = {}
    for record in ledger.records.health(place.site.name, *span, node=name):
        found.setdefault(local_day(record.t, place.tz), []).append(record)
    return Month(node, first, place.today, found)


def measures(t: Words) -> tuple[Measure, ...]:
    """What there is to show."""
    return (
        Measure("temperature", "temperature_c", t.text("Temperature"), "°C", 10, _temperature_c),
        Measure("supply", "supply_v", t.text("Supply"), "V", 1, _supply_v),
        Measure("signal", "signal_dbm", t.text("Wi-Fi"), "dBm", 20, lambda record: record.rssi),
        Measure("waiting", "records_waiting", t.text("Records waiting"), "", 20,
                lambda record: record.spool),
    )  # fmt: skip


def charts(t: Words, place: SiteContext, month: Month) -> list[Chart]:
    """Those of which there is at least one value."""
    found = []
    for measure in measures(t):
        by_day = {
            day: [value for record in records if (value := measure.of(record)) is not None]
            for day, records in month.records.items()
        }
        if any(by_day.values()):
            found.append(_chart(t, place, month, measure, by_day))
    return found


def _chart(
    t: Words, place: SiteContext, month: Month, measure: Measure, by_day: dict[date, list[float]]
) -> Chart:
    every = [value for values in by_day.values() for value in values]

    def shown(value: float) -> str:
        return t.number(round(value, 2)).replace("-", "−")

    items: list[Range] = []
    rows = []
    for day in month.days:
        values = by_day.get(day, [])
        low, high = (min(values), max(values)) if values else (None, None)
        due = _due(place, month.node, day)
        label = t.short_date(day, year=False) if day.isoweekday() == 1 else ""
        told = t.text("no data")
        if low is not None and high is not None:
            told = f"{shown(low)} – {shown(high)} {measure.unit}".rstrip()
        elif not due:
            items.append(Range(label, None, None))
            continue
        title = f"{t.short_date(day)}: {told}"
        items.append(Range(label, low, high, title, "" if values else told))
        rows.append((day, low, high, len(values), month.node.simulated))
    told = t.text("Between %(low)s and %(high)s %(unit)s in 30 days.")
    if min(every) == max(every):
        told = t.text("%(low)s %(unit)s on all of 30 days.")
    values_told = {"low": shown(min(every)), "high": shown(max(every)), "unit": measure.unit}
    return Chart(
        measure.name,
        measure.title,
        " ".join((told % values_told).split()),
        ranges(items, number=shown, unit=measure.unit, least=measure.least),
        Table(
            (
                Column("day", t.text("Day"), Format.DAY),
                Column(f"lowest_{measure.key}", t.text("Lowest"), Format.COUNT),
                Column(f"highest_{measure.key}", t.text("Highest"), Format.COUNT),
                Column("records", t.text("Records"), Format.COUNT),
                Column("simulated", t.text("Simulated"), Format.FLAG),
            ),
            tuple(rows),
        ),
        keys=(
            Key("plain", t.text("from the lowest to the highest of a day")),
            Key("gap", t.text("no data")),
        ),
        simulated=month.node.simulated,
    )


def _due(place: SiteContext, node: Node, day: date) -> bool:
    """Whether the node was in service on a day, and the day is not only beginning."""
    from_utc_s, to_utc_s = bounds_utc_s(day, place.tz)
    if node.retired_utc_s is not None and node.retired_utc_s <= from_utc_s:
        return False
    return node.added_utc_s < to_utc_s and to_utc_s <= place.now_utc_s


def _temperature_c(record: Health) -> float | None:
    return None if record.dc is None else record.dc / 10


def _supply_v(record: Health) -> float | None:
    return None if record.mv is None else record.mv / 1000
