"""The public page, without a login: what everybody may see of a park.

The route: app.py gives the request to `public` (opt=OPEN, so the guard lets all in), which asks the
ledger in a thread through `PageContext.read`; `query` is the question, and its answer goes through
`open_use` (usage/open_figures.py), which hides and rounds. `charts` draws it (public/charts.py),
and `PageContext.page` renders public.html. The numbers of a chart leave through `PageContext.csv`.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.ledger import DiaryEntry, Ledger
from padlicht.usage.coverage.left_out import uncover
from padlicht.usage.open_figures import Hour, OpenUse, last_open_day, open_use
from padlicht.web.charts import Chart
from padlicht.web.charts.diary import with_diary
from padlicht.web.charts.weeks import lamps_since
from padlicht.web.i18n import Words
from padlicht.web.login_guard import OPEN
from padlicht.web.page import PageContext, Req, find_chart
from padlicht.web.public.charts import WEEKS, by_day, by_hour, by_week, newest_week
from padlicht.web.site_context import SiteContext

FRESH_S = 600.0  # a record that comes late may change a day; anybody may load the page, often


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """/public/{language}, /public/{language}/{site} and its figures.csv."""

    @get(
        ["/public/{language:str}", "/public/{language:str}/{site:str}"],
        include_in_schema=False,
        opt=OPEN,
    )
    async def public(
        request: Req,
        language: FromPath[str],
        site: FromPath[str | None] = None,
        day: FromQuery[date | None] = None,
    ) -> Response[str]:
        """Weeks, days, and the hours of one day."""
        t = pages.words(language)
        place, (use, diary) = await pages.read(site, query)
        shown = _day(use, day)
        asked = f"?day={day}" if day else ""
        return await pages.page(
            request,
            t,
            "public.html",
            place,
            root="public/",
            here=f"/{place.site.name}{asked}" if site else "",
            tabs=(),
            sentence=newest_week(t, use) if use else "",
            charts=charts(t, place, use, shown, diary) if use else [],
            day=shown,
            earlier=_neighbour(use, shown, -1),
            later=_neighbour(use, shown, 1),
        )

    @get("/public/{language:str}/{site:str}/figures.csv", include_in_schema=False, opt=OPEN)
    async def csv(
        language: FromPath[str],
        site: FromPath[str],
        chart: FromQuery[str],
        day: FromQuery[date | None] = None,
    ) -> Response[str]:
        """The numbers of one chart, for a spreadsheet."""
        t = pages.words(language)
        place, (use, diary) = await pages.read(site, query)
        if use is None:
            raise NotFoundException("nothing of this park is a day old yet")
        made = charts(t, place, use, _day(use, day), diary)
        return pages.csv(place, "public", find_chart(made, chart))

    return [public, csv]


def query(ledger: Ledger, place: SiteContext) -> tuple[OpenUse | None, list[DiaryEntry]]:
    """The open figures as of now, read again now and then, and what is public of the diary.

    No figures while nothing is old enough.
    """
    last = last_open_day(place.now_utc_s, place.tz)
    use = place.results.get_fresh(
        f"open figures of {place.site.name}", FRESH_S, lambda: _read(ledger, place, last), last
    )
    return use, ledger.diary.of_site(place.site.name, last=last, public_only=True)


def charts(
    t: Words,
    place: SiteContext,
    use: OpenUse,
    day: date | None,
    diary: Sequence[DiaryEntry],
) -> list[Chart]:
    """All charts of the page."""
    found = [by_week(t, use, diary, lamps_since(place)), by_day(t, use, diary)]
    if day:
        found.append(with_diary(t, by_hour(t, use, day, place.tz), diary, day, day))
    return found


def _read(ledger: Ledger, place: SiteContext, last: date) -> OpenUse | None:
    span = ledger.use.span(place.site.name)
    if span is None:
        return None
    # Two weeks more than are shown, for the first one is seldom whole.
    first = max(span[0], last - timedelta(weeks=WEEKS + 2))
    name = place.site.name
    known = uncover(
        ledger.use.by_hour(name, first, last),
        place.results.covered_hours(ledger, name, first, last),
        lambda hour_utc_s, light: (hour_utc_s, light),
    )
    return open_use(
        (
            Hour(utc_s, light, use.count, use.obs_s, use.due_s, use.simulated_counts)
            for (utc_s, light), use in known.items()
            if use.due_s or use.obs_s
        ),
        place.tz,
        place.now_utc_s,
    )


def _day(use: OpenUse | None, wish: date | None) -> date | None:
    """The day whose hours are shown; NotFoundException when it is none that is open."""
    if wish is not None and (use is None or not use.first <= wish <= use.last):
        raise NotFoundException("that day cannot be shown, or not yet")
    return wish or (use.last if use else None)


def _neighbour(use: OpenUse | None, day: date | None, step: int) -> date | None:
    if use is None or day is None:
        return None
    other = day + timedelta(days=step)
    return other if use.first <= other <= use.last else None
