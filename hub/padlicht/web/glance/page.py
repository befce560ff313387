"""The park at a glance: four answers, this week beside last, a year of weeks, the living path."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.ledger import Ledger, Node, SettingsChange
from padlicht.ledger.usage.sums import Use
from padlicht.usage.compare import (
    Beside,
    Period,
    last_weeks,
)
from padlicht.usage.lamp_nights import Kept, LampNights
from padlicht.web import phrases
from padlicht.web.charts import Chart
from padlicht.web.glance import answers
from padlicht.web.glance.charts import Event, week_chart, weeks_chart
from padlicht.web.i18n import Words, text
from padlicht.web.page import PageContext, Req, SiteContext, Tab, chosen
from padlicht.web.path.page import levels_now, living
from padlicht.web.settings import words as setting_words
from padlicht.web.settings.entries import AS_ADDED

TAB = Tab("", text("At a glance"))
WEEKS = 52
LOW_COVERAGE = 0.8
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Glance:
    """What the ledger knows, before it is put into words."""

    beside: Beside
    since: Beside | None
    weeks: dict[tuple[date, str], Use]
    first: date
    last: date
    events: list[Event]
    empty_weeks: list[date]
    kept: Kept
    lamps: Use
    empty_nights: int
    nights: int
    unwatched: list[str]


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page of the first site, of a site, and the numbers of its charts."""

    @get(["/{language:str}", "/{language:str}/{site:str}"], include_in_schema=False)
    async def glance(
        request: Req, language: FromPath[str], site: FromPath[str | None] = None
    ) -> Response[str]:
        """Four answers, two charts and the path."""
        say = pages.words(language)
        place, found = await pages.read(site, lambda ledger, place: look(ledger, place, say))
        snapshot = await pages.looker.look(place.site.name)
        assert snapshot is not None  # noqa: S101 -- the site is there, as `place` shows
        seen = await asyncio.to_thread(
            living, say, snapshot, levels_now(pages), levels_asked=pages.context.config.live
        )
        told = (
            answers.used_after_dark(say, found.beside),
            answers.more_than_before(say, found.beside, found.since),
            answers.as_promised(
                say, found.kept, found.lamps, empty=found.empty_nights, nights=found.nights
            ),
            answers.needs_a_technician(say, snapshot, found.unwatched),
        )
        return await pages.page(
            request, say, "glance.html", place, answers=told, charts=charts(say, found), **seen
        )

    @get("/{language:str}/{site:str}/glance.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str], site: FromPath[str], chart: FromQuery[str]
    ) -> Response[str]:
        """The numbers of a chart."""
        say = pages.words(language)
        place, found = await pages.read(site, lambda ledger, place: look(ledger, place, say))
        return pages.csv(place, "glance", chosen(charts(say, found), chart))

    return [glance, numbers]


def charts(say: Words, found: Glance) -> list[Chart]:
    """The charts of the page."""
    return [
        week_chart(say, found.beside),
        weeks_chart(say, found.weeks, found.first, found.last, found.events, found.empty_weeks),
    ]


def look(ledger: Ledger, place: SiteContext, say: Words) -> Glance:
    """Ask the ledger all that the page tells."""
    name, today = place.site.name, place.today
    changes = place.results.settings(ledger, name)
    lamps = [node for node in place.nodes if node.role == "lamp"]
    nights = place.results.derived(
        f"nights of {name}",
        (place.site, lamps, changes),
        lambda: LampNights(place.site, lamps, changes),
    )
    since_day = lamps_since(place)
    span = ledger.use.span(name)
    last = today - timedelta(days=today.weekday()) - _WEEK
    first = last - (WEEKS - 1) * _WEEK
    if span is not None:
        first = max(first, span[0] + timedelta(days=-span[0].weekday() % 7))
    week = last_weeks(today)[1]
    hours = ledger.use.by_hour(name, week.first, week.last)
    evenings = [week.first + number * _DAY for number in range(week.days)]
    return Glance(
        beside=place.results.week_beside_last(ledger, name, today),
        since=place.results.before_and_after(ledger, name, since_day, today)
        if since_day and span and span[0] < since_day
        else None,
        weeks=ledger.use.by_week(name, first, last + _WEEK - _DAY),
        first=min(first, last),
        last=last,
        events=events_of(say, place, changes, since_day),
        empty_weeks=[monday for monday in _mondays(first, last) if _is_empty(nights, monday)],
        kept=nights.kept(hours, week.first, week.last),
        lamps=phrases.together(hours.values()),
        empty_nights=sum(nights.is_empty(evening) for evening in evenings),
        nights=len(evenings),
        unwatched=[zone for zone in place.zones if _is_unwatched(ledger, name, zone, week)],
    )


def lamps_since(place: SiteContext) -> date | None:
    """Since which local day there are lamps; the made-up ones count when there are no others."""
    lamps = [node for node in place.nodes if node.role == "lamp"]
    counted: Sequence[Node] = [lamp for lamp in lamps if not lamp.simulated] or lamps
    if not counted:
        return None
    began = min(lamp.added_utc_s for lamp in counted)
    return datetime.fromtimestamp(began, ZoneInfo(place.tz)).date()


def events_of(
    say: Words, place: SiteContext, changes: Sequence[SettingsChange], since: date | None
) -> list[Event]:
    """When lamps came and when their settings were changed, oldest first.

    What one person changed on one day for one reason is one event, however many lamps it was for.
    """
    return place.results.derived(
        f"events of {place.site.name} in {say.language}",
        (place.site, changes, since),
        lambda: _events(say, place, changes, since),
    )


def _events(
    say: Words, place: SiteContext, changes: Sequence[SettingsChange], since: date | None
) -> list[Event]:
    zone = ZoneInfo(place.tz)
    found: dict[tuple[date, str, str, str], list[SettingsChange]] = {}
    for change in changes:
        if not change.before and (change.who, change.why) == AS_ADDED:
            continue  # what a node is given when it is registered changes nothing
        if not (changed := setting_words.differences(change.before, change.after)):
            continue  # nor does what it was given again
        day = datetime.fromtimestamp(change.utc_s, zone).date()
        found.setdefault((day, str(changed), change.who, change.why), []).append(change)
    events = [
        Event(
            day,
            say.texts(
                "%(what)s on %(count)s node (%(who)s: %(why)s)",
                "%(what)s on %(count)s nodes (%(who)s: %(why)s)",
                len(alike),
            )
            % {
                "what": setting_words.changed(say, alike[0].before, alike[0].after),
                "count": len(alike),
                "who": who,
                "why": why,
            },
        )
        for (day, _, who, why), alike in found.items()
    ]
    if since is not None:
        events.append(Event(since, say.text("the first lamps")))
    return sorted(events)


def _mondays(first: date, last: date) -> list[date]:
    return [first + number * _WEEK for number in range((last - first).days // 7 + 1)]


def _is_empty(nights: LampNights, monday: date) -> bool:
    return all(nights.is_empty(monday + number * _DAY) for number in range(7))


def _is_unwatched(ledger: Ledger, site: str, zone: str, week: Period) -> bool:
    use = phrases.together(ledger.use.by_light(site, week.first, week.last, zone).values())
    return use.coverage is not None and use.coverage < LOW_COVERAGE
