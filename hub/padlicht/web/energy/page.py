"""The page "Energy and darkness": kilowatt-hours beside full light, and hours that stayed dark.

The route: app.py gives the request to `energy`, which reads the choice from the address and asks
the ledger in a thread through `PageContext.read`; `query` is the question. usage/schedule/energy.py
works it out, charts.py draws it, and `PageContext.page` renders energy.html with chart.html. The
numbers of a chart leave through `PageContext.csv`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import Use
from padlicht.usage.days import Period
from padlicht.usage.lamp_nights import LampNights
from padlicht.usage.night import MeanNight, mean_night, nights
from padlicht.usage.schedule.energy import EnergyUse, evening_shares, rated_groups, weekly_energy
from padlicht.web.charts import Chart
from padlicht.web.energy.charts import darkness_chart, energy_chart
from padlicht.web.i18n import Words, text
from padlicht.web.page import PageContext, Req, Tab, find_chart
from padlicht.web.site_context import SiteContext

TAB = Tab("energy", text("Energy and darkness"))
PERIODS: Final = (4, 12, 52)  # weeks
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class EnergyData:
    """What the ledger knows of whole weeks: energy and darkness by their Mondays.

    Lamps whose power at full light nobody said for all of that time are in `left_out`; the time
    for which nobody said it is not in `weeks`. `lamps` is how many lamps stood there.
    """

    period: Period
    weeks: dict[date, EnergyUse]
    darkness: dict[date, MeanNight]
    lamps: int
    left_out: tuple[str, ...]
    simulated: bool

    @property
    def total(self) -> EnergyUse:
        """All weeks together."""
        total = EnergyUse()
        for use in self.weeks.values():
            total += use
        return total


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, and the numbers of its charts."""

    @get("/{language:str}/{site:str}/energy", include_in_schema=False)
    async def energy(
        request: Req, language: FromPath[str], site: FromPath[str], weeks: FromQuery[str] = "12"
    ) -> Response[str]:
        """Two charts of whole weeks, and what is assumed in them."""
        t = pages.words(language)
        asked = parse_weeks(weeks)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, asked))
        return await pages.page(
            request,
            t,
            "energy.html",
            place,
            tab=TAB.address,
            weeks=asked,
            periods=PERIODS,
            found=found,
            charts=charts(t, found),
        )

    @get("/{language:str}/{site:str}/energy.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str],
        site: FromPath[str],
        chart: FromQuery[str],
        weeks: FromQuery[str] = "12",
    ) -> Response[str]:
        """The numbers of a chart."""
        t = pages.words(language)
        asked = parse_weeks(weeks)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, asked))
        return pages.csv(place, "energy", find_chart(charts(t, found), chart))

    return [energy, numbers]


def parse_weeks(weeks: str) -> int:
    """How many weeks the address asks for; NotFoundException when the page has no such period."""
    if weeks not in map(str, PERIODS):
        raise NotFoundException(f"weeks={weeks[:20]} is no period: there are 4, 12 and 52")
    return int(weeks)


def query(ledger: Ledger, site: SiteContext, weeks: int) -> EnergyData:
    """Ask the ledger about whole weeks, Monday to Sunday, that are over."""
    name = site.site.name
    last = site.today - timedelta(days=site.today.weekday() + 1)
    period = Period(last - weeks * _WEEK + _DAY, last)
    changes = site.results.settings(ledger, name)
    sums = ledger.use.by_light(name, period.first, period.last)
    return site.results.get_or_make(
        f"energy of {name} in {weeks} weeks",
        (period, site.site, ledger.attributes.newest_id(), changes, sums),
        lambda: _ask(ledger, site, period),
    )


def _ask(ledger: Ledger, site: SiteContext, period: Period) -> EnergyData:
    name = site.site.name
    clock = ledger.sites.clock(name)
    begin, end = clock.midnight_utc_s(period.first), clock.midnight_utc_s(period.last + _DAY)
    stretches = ledger.lamps.stretches(name, begin, end)
    there = {lamp.node_id for lamp in stretches}
    rated = {node_id: ledger.attributes.of_node(node_id)["rated_mw"] for node_id in there}
    nodes = ledger.nodes.all()  # also those that stand in another site by now
    changes = site.results.settings(ledger, name)
    weeks: dict[date, EnergyUse] = {}
    left_out: set[int] = set()
    for group in rated_groups(stretches, rated):
        hours = ledger.lamps.by_hour(group.node_ids, group.from_utc_s, group.to_utc_s)
        if group.rated_mw is None:
            left_out.update(group.node_ids if hours else ())
            continue
        lamps = [node for node in nodes if node.id in group.node_ids]
        windows = LampNights(site.site, lamps, changes)
        shares = evening_shares(windows, (hour for hour, _ in hours), period.first, period.last)
        for monday, use in weekly_energy(hours, shares, group.rated_mw, clock).items():
            weeks[monday] = weeks.get(monday, EnergyUse()) + use
    return EnergyData(
        period,
        weeks,
        _darkness(ledger, name, period),
        len(there),
        tuple(sorted({lamp.node for lamp in stretches if lamp.node_id in left_out})),
        any(lamp.simulated for lamp in stretches),
    )


def _darkness(ledger: Ledger, site: str, period: Period) -> dict[date, MeanNight]:
    """The mean night of each week, as far as there were lamps."""
    sums: dict[date, Use] = {}
    days: dict[date, int] = {}
    for day, use in nights(ledger.use.by_day(site, period.first, period.last)).items():
        if use.lamp_due_s:
            monday = day - day.weekday() * _DAY
            sums[monday] = sums.get(monday, Use()) + use
            days[monday] = days.get(monday, 0) + 1
    found = {monday: mean_night(use, days[monday]) for monday, use in sums.items()}
    return {monday: night for monday, night in found.items() if night is not None}


def charts(t: Words, found: EnergyData) -> list[Chart]:
    """The charts of the page; none where no lamp stood."""
    if not found.lamps:
        return []
    mondays = [found.period.first + number * _WEEK for number in range(found.period.days // 7)]
    return [
        energy_chart(
            t, mondays, found.weeks, found.total, found.left_out, simulated=found.simulated
        ),
        darkness_chart(t, mondays, found.darkness, simulated=found.simulated),
    ]
