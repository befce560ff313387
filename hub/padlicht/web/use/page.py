"""The page "Use": every hour of the week, light beside dark, over a chosen period.

The route: app.py gives the request to `use`, which reads the choice from the address
(`parse_choice`) and asks the ledger in a thread through `PageContext.read`; `query` is the
question. `charts` draws the answer (use/charts.py, charts/grid.py, charts/weeks.py), and
`PageContext.page` renders use.html with chart.html. The numbers of a chart go the same way, and
leave through `PageContext.csv`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.errors import Refused
from padlicht.evaluation.targets import TargetWeeks, target_weeks
from padlicht.ledger import DiaryEntry, Ledger
from padlicht.ledger.usage.sums import Use
from padlicht.usage.coverage.left_out import uncover
from padlicht.usage.days import Period, newest_monday
from padlicht.web.charts import Chart
from padlicht.web.charts.diary import entry_events, with_diary
from padlicht.web.charts.targets import target_chart
from padlicht.web.charts.weeks import Event, events_of, lamps_since, week_of, weeks_chart
from padlicht.web.i18n import Words, text
from padlicht.web.page import PageContext, Req, Tab, find_chart
from padlicht.web.site_context import SiteContext
from padlicht.web.use.charts import clock_chart, days_chart, light_chart

TAB = Tab("use", text("Use"))
PERIODS: Final = (4, 12, 52)  # weeks
_DAYS_UP_TO = 12  # weeks: more bars than that a phone cannot show
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choice:
    """Which weeks and which zone; `zone` None is the whole park."""

    weeks: int
    zone: str | None

    def query(self, **other: object) -> str:
        """The query of the page with this choice, or with another part of it."""
        values = {"weeks": self.weeks, "zone": self.zone or "", **other}
        return urlencode({key: value for key, value in values.items() if value})


@dataclass(frozen=True)
class UseData:
    """What the ledger knows of a choice."""

    period: Period
    clock: dict[tuple[int, int, str], Use]
    days: dict[tuple[date, str], Use]
    weeks: dict[tuple[date, str], Use]
    events: Sequence[Event]
    diary: Sequence[DiaryEntry]
    targets: Sequence[TargetWeeks]


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, and the numbers of its charts."""

    @get("/{language:str}/{site:str}/use", include_in_schema=False)
    async def use(
        request: Req,
        language: FromPath[str],
        site: FromPath[str],
        weeks: FromQuery[str] = "4",
        zone: FromQuery[str] = "",
    ) -> Response[str]:
        """Three charts for a period and a zone."""
        t = pages.words(language)
        choice = parse_choice(weeks, zone)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, choice, t))
        return await pages.page(
            request,
            t,
            "use.html",
            place,
            tab=TAB.address,
            choice=choice,
            periods=PERIODS,
            period=found.period,
            charts=charts(t, choice, found),
        )

    @get("/{language:str}/{site:str}/use.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str],
        site: FromPath[str],
        chart: FromQuery[str],
        weeks: FromQuery[str] = "4",
        zone: FromQuery[str] = "",
    ) -> Response[str]:
        """The numbers of a chart."""
        t = pages.words(language)
        choice = parse_choice(weeks, zone)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, choice, t))
        return pages.csv(place, "use", find_chart(charts(t, choice, found), chart))

    return [use, numbers]


def parse_choice(weeks: str, zone: str) -> Choice:
    """What the address asks for; NotFoundException when the page has no such period."""
    if weeks not in map(str, PERIODS):
        raise NotFoundException(f"weeks={weeks[:20]} is no period: there are 4, 12 and 52")
    return Choice(int(weeks), zone or None)


def query(ledger: Ledger, place: SiteContext, choice: Choice, t: Words) -> UseData:
    """Ask the ledger; Refused when the park has no such zone."""
    if choice.zone is not None and choice.zone not in place.zones:
        raise Refused(f"{place.site.name} has no zone {choice.zone!r}")
    name, zone = place.site.name, choice.zone
    changes = place.results.settings(ledger, name)
    period = Period(place.today - choice.weeks * _WEEK, place.today - _DAY)
    diary = ledger.diary.of_site(name, period.first, period.last, zone=zone)
    by_day = choice.weeks <= _DAYS_UP_TO
    monday = period.first + timedelta(days=-period.first.weekday() % 7)
    clock = ledger.sites.clock(name)
    covered = place.results.covered_hours(ledger, name, period.first, period.last, zone)
    by_clock = ledger.use.by_clock(name, period.first, period.last, zone)
    days = ledger.use.by_day(name, period.first, period.last, zone) if by_day else {}
    weeks = {} if by_day else ledger.use.by_week(name, monday, period.last, zone)

    def hour_of_week(hour_utc_s: int, light: str) -> tuple[int, int, str]:
        local = clock.local(hour_utc_s)
        return local.isoweekday(), local.hour, light

    return UseData(
        period,
        uncover(by_clock, covered, hour_of_week),
        uncover(days, covered, lambda hour_utc_s, light: (clock.day(hour_utc_s), light)),
        uncover(weeks, covered, week_of(clock)),
        sorted(
            [
                *events_of(t, place, changes, lamps_since(place)),
                *entry_events(t, diary, period.first, period.last),
            ]
        ),
        diary,
        [] if by_day else target_weeks(ledger, name, monday, period.last),
    )


def charts(t: Words, choice: Choice, found: UseData) -> list[Chart]:
    """The charts of the page."""
    made = [
        with_diary(t, chart, found.diary, found.period.first, found.period.last)
        for chart in (clock_chart(t, found.clock), light_chart(t, found.clock))
    ]
    if choice.weeks <= _DAYS_UP_TO:
        return [*made, days_chart(t, found.days, found.period, found.events)]
    first = found.period.first + timedelta(days=-found.period.first.weekday() % 7)
    last = newest_monday(found.period.last - _DAY)
    return [
        *made,
        weeks_chart(t, found.weeks, first, last, found.events, ()),
        *(
            target_chart(t, each.targets, each.weeks, first, last, found.events)
            for each in found.targets
            if each.targets[-1].zone == choice.zone
        ),
    ]
