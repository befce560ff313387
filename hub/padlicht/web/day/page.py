"""The page of a day of one lamp or counter, quarter by quarter, with its week above it.

The route: app.py gives the request to `page`, which asks the ledger in a thread through
`PageContext.read`; `query` is the question, and cuts records into intervals (day/intervals.py).
`charts` draws the day of a lamp (day/lamp.py) or a counter (day/counter.py) with the sentences of
day/findings.py, `week_strip` the week (day/week.py), and `PageContext.page` renders day.html.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.ledger import DiaryEntry, Fault, Ledger, Node, SettingsChange
from padlicht.usage.days import bounds_utc_s
from padlicht.usage.lamp_nights import LampNights, Night
from padlicht.usage.schedule.duties import windows_of
from padlicht.web.charts import Chart
from padlicht.web.charts.diary import with_diary
from padlicht.web.day.annotations import DayPlace, annotations_of
from padlicht.web.day.counter import counter_charts
from padlicht.web.day.intervals import Interval, intervals
from padlicht.web.day.lamp import lamp_charts
from padlicht.web.day.week import WeekDay, week_days
from padlicht.web.i18n import Words
from padlicht.web.page import FIRST_DAY, PageContext, Req, find_chart, parse_day
from padlicht.web.site_context import SiteContext

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NodeDay:
    """A local day of a node from `from_utc_s` to `to_utc_s`, and the week that it is in.

    `night` is the lamp's evening by the settings of that day, None for a counter.
    """

    node: Node
    place: DayPlace
    day: date
    from_utc_s: int
    to_utc_s: int
    parts: Sequence[Interval]
    week: Mapping[date, Sequence[Interval]]
    faults: Sequence[Fault]
    changes: Sequence[SettingsChange]
    night: Night | None
    diary: Sequence[DiaryEntry]


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, and the numbers of its charts."""

    @get("/{language:str}/{site:str}/node/{node:str}/day", include_in_schema=False)
    async def page(
        request: Req,
        language: FromPath[str],
        site: FromPath[str],
        node: FromPath[str],
        date: FromQuery[str] = "",
    ) -> Response[str]:
        """One day of one node."""
        t = pages.words(language)
        place, found = await pages.read(
            site, lambda ledger, place: query(ledger, place, node, date)
        )
        return await pages.page(
            request,
            t,
            "day.html",
            place,
            tab="path",
            found=found,
            week=week_strip(t, place, found),
            before=found.day - _DAY if found.day > FIRST_DAY else None,
            after=found.day + _DAY if found.day < place.today else None,
            charts=charts(t, found),
        )

    @get("/{language:str}/{site:str}/node/{node:str}/day.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str],
        site: FromPath[str],
        node: FromPath[str],
        chart: FromQuery[str],
        date: FromQuery[str] = "",
    ) -> Response[str]:
        """The numbers of a chart."""
        t = pages.words(language)
        place, found = await pages.read(
            site, lambda ledger, place: query(ledger, place, node, date)
        )
        name = f"{found.node.name}-{found.day.isoformat()}"
        return pages.csv(place, name, find_chart(charts(t, found), chart))

    return [page, numbers]


def query(ledger: Ledger, place: SiteContext, name: str, asked: str) -> NodeDay:
    """Ask the ledger; Refused when there is no such node, NotFoundException for no such day."""
    node, day = place.node(name), parse_day(asked, place.today)
    window = windows_of(ledger, place.site).get(node.zone)
    from_utc_s, to_utc_s = bounds_utc_s(day, place.tz)
    monday = day - timedelta(days=day.weekday())
    days = [monday + number * _DAY for number in range(7)]
    span = bounds_utc_s(days[0], place.tz)[0], bounds_utc_s(days[-1], place.tz)[1]
    read = ledger.records.lamp if node.role == "lamp" else ledger.records.footfall
    records = read(place.site.name, *span, node=name)
    week = {
        each: intervals(node, records, *bounds_utc_s(each, place.tz), place.now_utc_s)
        for each in days
    }
    log = ledger.settings.log(name)[::-1]
    nights = LampNights(place.site, [node], log).nights(day) if node.role == "lamp" else []
    return NodeDay(
        node,
        DayPlace(place.site, window),
        day,
        from_utc_s,
        to_utc_s,
        week[day],
        week,
        ledger.records.faults(place.site.name, from_utc_s, to_utc_s, node=name),
        [
            change
            for change in log
            # The first settings of all, and those that were given again, change nothing.
            if from_utc_s <= change.utc_s < to_utc_s and change.before not in ({}, change.after)
        ],
        nights[0] if nights else None,
        ledger.diary.of_site(place.site.name, day, day, zone=node.zone),
    )


def charts(t: Words, found: NodeDay) -> list[Chart]:
    """The charts of a lamp, or of a counter."""
    place = found.place
    annotations = annotations_of(t, place, found.faults, found.changes)
    if found.night is not None:
        made = lamp_charts(t, place, found.node, found.parts, found.night, annotations)
    else:
        made = counter_charts(t, place, found.node, found.parts, annotations)
    return [with_diary(t, chart, found.diary, found.day, found.day) for chart in made]


def week_strip(t: Words, place: SiteContext, found: NodeDay) -> list[WeekDay]:
    """The days of the week, small."""
    return week_days(t, found.node, found.week, place.today)
