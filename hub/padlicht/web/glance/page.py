"""The page "At a glance": four answers, two weeks beside each other, a year of weeks, the path.

The route: app.py gives the request to `glance`, which asks the ledger in a thread through
`PageContext.read`; `query` is the question, with `read_snapshot` (park_view/snapshot.py) in it, so
that all is of one moment. answers.py puts it into words, `live_view` (park_view/live_view.py) the
path of now, `charts` draws (charts/bars.py, charts/weeks.py), and `PageContext.page` renders
glance.html with park.html and chart.html.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.evaluation.targets import TargetWeeks, target_weeks
from padlicht.ledger import DiaryEntry, Ledger
from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import Comparison, LightComparison
from padlicht.usage.coverage.left_out import uncover
from padlicht.usage.days import Period, bounds_utc_s, last_days, newest_monday
from padlicht.usage.lamp_nights import LampNights, ScheduleAdherence
from padlicht.web import phrases
from padlicht.web.charts import Chart, Column, Format, Key, Pair, Table, pairs
from padlicht.web.charts.diary import entry_events, with_diary
from padlicht.web.charts.targets import target_chart
from padlicht.web.charts.weeks import (
    LIGHTS,
    Event,
    events_of,
    lamps_since,
    use_cells,
    use_columns,
    week_of,
    weeks_chart,
)
from padlicht.web.glance import answers, hints
from padlicht.web.i18n import Words, text
from padlicht.web.page import PageContext, Req, Tab, find_chart
from padlicht.web.park_health.setup import MOST, Setup, checklist, setups
from padlicht.web.park_view.live_view import levels_now, live_view
from padlicht.web.park_view.snapshot import Snapshot, read_snapshot
from padlicht.web.site_context import SiteContext

TAB = Tab("", text("At a glance"))
WEEKS = 52
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class GlanceData:
    """What the ledger knows, before it is put into words."""

    snapshot: Snapshot
    comparison: Comparison
    weeks: dict[tuple[date, str], Use]
    first: date
    last: date
    events: list[Event]
    diary: list[DiaryEntry]
    targets: list[TargetWeeks]
    empty_weeks: list[date]
    adherence: ScheduleAdherence
    lamps: Use
    empty_nights: int
    nights: int
    setups: tuple[Setup, ...]
    signals: hints.Signals


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page of the first site, of a site, and the numbers of its charts."""

    @get(["/{language:str}", "/{language:str}/{site:str}"], include_in_schema=False)
    async def glance(
        request: Req, language: FromPath[str], site: FromPath[str | None] = None
    ) -> Response[str]:
        """Four answers, two charts and the path."""
        t = pages.words(language)
        _, found = await pages.read(site, lambda ledger, place: query(ledger, place, t))
        snapshot = found.snapshot
        shown = await asyncio.to_thread(
            live_view,
            t,
            snapshot,
            levels_now(pages.context.live),
            levels_asked=pages.context.config.live,
        )
        told = (
            answers.used_after_dark(t, found.comparison),
            answers.beside_the_week_before(t, found.comparison),
            answers.lamps_on_schedule(
                t,
                found.adherence,
                found.lamps,
                standing=sum(lamp.added_utc_s <= snapshot.now_utc_s for lamp in snapshot.lamps),
                empty=found.empty_nights,
                nights=found.nights,
            ),
            answers.needs_a_technician(t, shown["verdict"]),
        )
        return await pages.page(
            request,
            t,
            "glance.html",
            snapshot.place,
            answers=told,
            hints=hints.sentences(t, found.signals),
            # Where nothing was heard yet, charts would be empty: what to do next stands there.
            charts=[] if snapshot.health.is_new else charts(t, found),
            setups=checklist(t, pages.context.config, snapshot.place, found.setups),
            more_setups=max(0, len(found.setups) - MOST),
            **shown,
        )

    @get("/{language:str}/{site:str}/glance.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str], site: FromPath[str], chart: FromQuery[str]
    ) -> Response[str]:
        """The numbers of a chart."""
        t = pages.words(language)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, t))
        return pages.csv(place, "glance", find_chart(charts(t, found), chart))

    return [glance, numbers]


def charts(t: Words, found: GlanceData) -> list[Chart]:
    """The charts of the page."""
    weeks = found.comparison
    return [
        with_diary(t, week_chart(t, weeks), found.diary, weeks.before.first, weeks.after.last),
        weeks_chart(t, found.weeks, found.first, found.last, found.events, found.empty_weeks),
        *(
            target_chart(t, each.targets, each.weeks, found.first, found.last, found.events)
            for each in found.targets
        ),
    ]


def query(ledger: Ledger, site: SiteContext, t: Words) -> GlanceData:
    """Ask the ledger all that the page tells, as of the moment of its snapshot."""
    snapshot = read_snapshot(ledger, site)
    place = snapshot.place
    name, today = place.site.name, place.today
    changes = place.results.settings(ledger, name)
    lamps = [node for node in place.nodes if node.role == "lamp"]
    nights = place.results.get_or_make(
        f"nights of {name}",
        (place.site, lamps, changes),
        lambda: LampNights(place.site, lamps, changes),
    )
    since_day = lamps_since(place)
    span = ledger.use.span(name)
    last = newest_monday(today - 2 * _DAY)
    first = last - (WEEKS - 1) * _WEEK
    if span is not None:
        first = max(first, span[0] + timedelta(days=-span[0].weekday() % 7))
    diary = ledger.diary.of_site(name, min(first, last - _WEEK), today)
    week = last_days(today)
    hours = ledger.use.by_hour(name, week.first, week.last)
    evenings = [week.first + number * _DAY for number in range(week.days)]
    return GlanceData(
        snapshot=snapshot,
        comparison=place.results.compare_last_weeks(ledger, name, today),
        weeks=uncover(
            ledger.use.by_week(name, first, last + _WEEK - _DAY),
            place.results.covered_hours(ledger, name, first, last + _WEEK - _DAY),
            week_of(ledger.sites.clock(name)),
        ),
        first=min(first, last),
        last=last,
        events=sorted(
            [
                *events_of(t, place, changes, since_day),
                *entry_events(t, diary, min(first, last), last + _WEEK - _DAY),
            ]
        ),
        diary=diary,
        targets=target_weeks(ledger, name, min(first, last), last + _WEEK - _DAY),
        empty_weeks=[monday for monday in _mondays(first, last) if _is_empty(nights, monday)],
        adherence=nights.adherence(
            hours, _outside_s(ledger, place, nights, week, hours), week.first, week.last
        ),
        lamps=phrases.sum_use(hours.values()),
        empty_nights=sum(nights.is_empty(evening) for evening in evenings),
        nights=len(evenings),
        setups=setups(ledger, place, snapshot.health) if snapshot.health.is_new else (),
        signals=hints.signals(ledger, place),
    )


def _outside_s(
    ledger: Ledger,
    place: SiteContext,
    nights: LampNights,
    week: Period,
    hours: Mapping[tuple[int, str], Use],
) -> int:
    """Lamp seconds outside of their windows; read again when a record of those days came."""
    rests_on = nights, week, phrases.sum_use(hours.values())
    span = bounds_utc_s(week.first, place.tz)[0], bounds_utc_s(week.last, place.tz)[1]
    return place.results.get_or_make(
        f"lit outside their hours in {place.site.name}",
        rests_on,
        lambda: nights.outside_s(
            ledger.records.lamp_lit(place.site.name, *span), week.first, week.last
        ),
    )


def week_chart(t: Words, comparison: Comparison) -> Chart:
    """The newest whole week beside the one before, by light: bars of rates on one scale."""
    names = phrases.light_words(t)
    items, rows = [], []
    for light in reversed(LIGHTS):
        both = comparison.lights[light]
        before, after = _rates(both)
        items.append(
            Pair(
                names[light][:1].upper() + names[light][1:],
                before,
                phrases.rate_text(t, before),
                after,
                phrases.rate_text(t, after),
                (
                    phrases.watching_text(t, both),
                    t.text("%(count)s, %(watched)s")
                    % {
                        "count": phrases.passages_text(t, both.after),
                        "watched": phrases.coverage_text(t, both.after),
                    },
                    t.text("the week before: %(count)s, %(watched)s")
                    % {
                        "count": phrases.passages_text(t, both.before),
                        "watched": phrases.coverage_text(t, both.before),
                    },
                ),
            )
        )
        for period, use in ((comparison.before, both.before), (comparison.after, both.after)):
            rows.append((light, names[light], period.first, period.last, *use_cells(use)))
    newest = t.dates(comparison.after.first, comparison.after.last)
    earlier = t.dates(comparison.before.first, comparison.before.last)
    return Chart(
        "week",
        t.text("The newest whole week beside the one before"),
        phrases.dark_beside_text(t, comparison),
        pairs(items, t.text("no data")),
        Table(
            (
                Column("light", ""),
                Column("light_name", t.text("Light")),
                Column("first_day", t.text("From"), Format.DAY),
                Column("last_day", t.text("To"), Format.DAY),
                *use_columns(t),
            ),
            tuple(rows),
        ),
        keys=(
            Key("after", t.text("the newest whole week: %(dates)s") % {"dates": newest}),
            Key("before", t.text("the week before: %(dates)s") % {"dates": earlier}),
        ),
        notes=(
            t.text(
                "The bars are passages per watched hour, all on one scale, so that a gap in"
                " watching does not look like fewer people. They are of the same hours of the week,"
                " as far as those were watched in both; the counts are of all hours."
            ),
            *phrases.cautions(t, comparison, LIGHTS),
            answers.weeks_differ(t),
        ),
        simulated=any(
            both.before.simulated_counts or both.after.simulated_counts
            for both in comparison.lights.values()
        ),
    )


def _rates(both: LightComparison) -> tuple[float | None, float | None]:
    """Passages per watched hour before and after, of the hours that were watched in both.

    Where no hour was watched in both weeks, of all that was watched, so that it is seen.
    """
    if both.rates is not None:
        return both.rates.before_per_h, both.rates.after_per_h
    return both.before.rate_per_h, both.after.rate_per_h


def _mondays(first: date, last: date) -> list[date]:
    return [first + number * _WEEK for number in range((last - first).days // 7 + 1)]


def _is_empty(nights: LampNights, monday: date) -> bool:
    return all(nights.is_empty(monday + number * _DAY) for number in range(7))
