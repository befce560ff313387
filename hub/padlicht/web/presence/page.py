"""The page "Places": how long somebody was near each lamp, and when, at one of them.

The route: app.py gives the request to `presence`, which reads the choice from the address and asks
the ledger in a thread through `PageContext.read`; `query` is the question. places.py
and charts.py draw the answer, and `PageContext.page` renders presence.html with chart.html. The
numbers of a chart leave through `PageContext.csv`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.errors import Refused
from padlicht.ledger import Ledger
from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.usage.lamp_sums import LampTotals
from padlicht.usage.days import Period
from padlicht.web.charts import Chart
from padlicht.web.i18n import Words, text
from padlicht.web.page import PageContext, Req, Tab, find_chart
from padlicht.web.presence.charts import clock_chart, days_chart
from padlicht.web.presence.places import PlaceUse, places_chart
from padlicht.web.site_context import SiteContext

TAB = Tab("presence", text("Places"))
PERIODS: Final = (4, 12, 52)  # weeks
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PresenceChoice:
    """Which weeks, and which lamp's place; None: the one at which somebody was longest."""

    weeks: int
    lamp: str | None

    def query(self, **other: object) -> str:
        """The query of the page with this choice, or with another part of it."""
        values = {"weeks": self.weeks, "lamp": self.lamp or "", **other}
        return urlencode({key: value for key, value in values.items() if value})


@dataclass(frozen=True)
class PresenceData:
    """What the ledger knows of a choice; `hours` are those of the place `lamp`, if there is any."""

    period: Period
    places: list[PlaceUse]
    lamp: str | None
    hours: Mapping[tuple[int, str], LampTotals]
    clock: SiteClock


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, and the numbers of its charts."""

    @get("/{language:str}/{site:str}/presence", include_in_schema=False)
    async def presence(
        request: Req,
        language: FromPath[str],
        site: FromPath[str],
        weeks: FromQuery[str] = "4",
        lamp: FromQuery[str] = "",
    ) -> Response[str]:
        """All places beside each other, and one of them by hour and by day."""
        t = pages.words(language)
        choice = parse_choice(weeks, lamp)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, choice))
        return await pages.page(
            request,
            t,
            "presence.html",
            place,
            tab=TAB.address,
            choice=choice,
            periods=PERIODS,
            found=found,
            lamps=sorted({each.lamp for each in found.places}),
            charts=charts(t, found),
        )

    @get("/{language:str}/{site:str}/presence.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str],
        site: FromPath[str],
        chart: FromQuery[str],
        weeks: FromQuery[str] = "4",
        lamp: FromQuery[str] = "",
    ) -> Response[str]:
        """The numbers of a chart."""
        t = pages.words(language)
        choice = parse_choice(weeks, lamp)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, choice))
        return pages.csv(place, "presence", find_chart(charts(t, found), chart))

    return [presence, numbers]


def parse_choice(weeks: str, lamp: str) -> PresenceChoice:
    """What the address asks for; NotFoundException when the page has no such period."""
    if weeks not in map(str, PERIODS):
        raise NotFoundException(f"weeks={weeks[:20]} is no period: there are 4, 12 and 52")
    return PresenceChoice(int(weeks), lamp or None)


def query(ledger: Ledger, site: SiteContext, choice: PresenceChoice) -> PresenceData:
    """Ask the ledger; Refused when no lamp of that name stood in the park."""
    name = site.site.name
    if choice.lamp is not None and site.node(choice.lamp).role != "lamp":
        raise Refused(f"{choice.lamp} is no lamp: only lamps notice who is near")
    period = Period(site.today - choice.weeks * _WEEK, site.today - _DAY)
    clock = ledger.sites.clock(name)
    begin, end = clock.midnight_utc_s(period.first), clock.midnight_utc_s(site.today)
    rests_on = (
        ledger.attributes.newest_id(),
        period,
        ledger.use.by_light(name, period.first, period.last),
    )
    places = site.results.get_or_make(
        f"places of {name} in {choice.weeks} weeks",
        rests_on,
        lambda: _places(ledger, name, begin, end),
    )
    told = [each for each in places if each.total.near_share is not None]
    longest = max(told, key=lambda each: each.total.near_share or 0.0, default=None)
    lamp = choice.lamp or (longest.lamp if longest else None)
    hours: dict[tuple[int, str], LampTotals] = {}
    for stretch in ledger.lamps.stretches(name, begin, end):
        if stretch.node == lamp:
            of_lamp = (stretch.from_utc_s, stretch.to_utc_s)
            for key, totals in ledger.lamps.by_hour([stretch.node_id], *of_lamp).items():
                hours[key] = hours.get(key, LampTotals()).plus(totals)
    return PresenceData(period, places, lamp, hours, clock)


def _places(ledger: Ledger, site: str, from_utc_s: int, to_utc_s: int) -> list[PlaceUse]:
    """Each lamp in each zone in which it stood, in the order of their names."""
    found: dict[tuple[str, str, bool], dict[str, LampTotals]] = {}
    for lamp in ledger.lamps.stretches(site, from_utc_s, to_utc_s):
        lights = found.setdefault((lamp.node, lamp.zone, lamp.simulated), {})
        for light, totals in ledger.lamps.by_light(
            lamp.node_id, lamp.from_utc_s, lamp.to_utc_s
        ).items():
            lights[light] = lights.get(light, LampTotals()).plus(totals)
    return [PlaceUse(*key, lights) for key, lights in found.items() if lights]


def charts(t: Words, found: PresenceData) -> list[Chart]:
    """The charts of the page; those of one place only where something was said of it."""
    made = [places_chart(t, found.places)]
    if found.lamp is None or not found.hours:
        return made
    simulated = any(each.simulated for each in found.places if each.lamp == found.lamp)
    return [
        *made,
        clock_chart(t, found.lamp, found.hours, found.clock, simulated=simulated),
        days_chart(t, found.lamp, found.hours, found.clock, found.period, simulated=simulated),
    ]
