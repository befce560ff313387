"""The page "Diary": what else happened that may have moved people; baselines and targets.

The route: app.py gives the request to `page`, which asks the ledger in a thread through
`PageContext.read`; `query` is the question. A form comes back to `write`: it is read by
diary/form.py, written down by the rules of evaluation/diary.py and targets.py, and the answer leads
back to the page. What cannot be written down is shown again as it was typed, with the reason.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from padlicht.errors import PadlichtError
from padlicht.evaluation.diary import FIRST_DAY, FURTHEST_AHEAD, MOST_LETTERS
from padlicht.evaluation.targets import MEASURED, TargetWeeks, target_weeks
from padlicht.ledger import DiaryEntry, Ledger, Target
from padlicht.ledger.usage.sums import LIGHTS
from padlicht.usage.days import local_day, newest_monday
from padlicht.web import phrases
from padlicht.web.charts import Chart
from padlicht.web.charts.diary import entry_events
from padlicht.web.charts.targets import agreed_text, target_chart
from padlicht.web.diary.form import Typed, write_down
from padlicht.web.i18n import Words, text
from padlicht.web.page import NO_STORE, PageContext, Req, Tab, find_chart
from padlicht.web.site_context import SiteContext

TAB = Tab("diary", text("Diary"))
WEEKS: Final = 52
MOST_BYTES: Final = 16_384
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DiaryData:
    """What the ledger knows: all entries and agreements, and the weeks that these are about."""

    entries: Sequence[DiaryEntry]
    targets: Sequence[Target]
    weeks: Sequence[TargetWeeks]
    zones: Sequence[str]
    first: date
    last: date


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, what its forms send, and the numbers of its charts."""

    async def shown(
        request: Req, language: str, site: str, typed: Typed, written: str = "", status: int = 200
    ) -> Response[str]:
        t = pages.words(language)
        place, found = await pages.read(site, query)
        answer = await pages.page(
            request,
            t,
            "diary.html",
            place,
            tab=TAB.address,
            here=f"/{place.site.name}/diary",
            found=found,
            charts=charts(t, found),
            agreed=lambda target: agreed_text(t, target),
            light_of=phrases.light_words(t),
            lights=LIGHTS,
            light=MEASURED,
            typed=typed,
            written=written,
            most=MOST_LETTERS,
            days=(FIRST_DAY, place.today + FURTHEST_AHEAD),
            day_of=lambda utc_s: local_day(utc_s, place.tz),
        )
        answer.status_code = status
        return answer

    @get("/{language:str}/{site:str}/diary", include_in_schema=False)
    async def page(
        request: Req, language: FromPath[str], site: FromPath[str], written: FromQuery[str] = ""
    ) -> Response[str]:
        """All entries and agreements, with a form for each."""
        return await shown(request, language, site, Typed(), written)

    @post(
        "/{language:str}/{site:str}/diary",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=303,
    )
    async def write(
        request: Req, language: FromPath[str], site: FromPath[str]
    ) -> Response[str] | Redirect:
        """Write down what a form has, and lead back to the page; or say why not."""
        t = pages.words(language)
        place, _ = await pages.read(site, lambda ledger, place: None)
        form = await request.form()
        typed = Typed({key: str(value)[:2000] for key, value in form.items()})
        account = pages.login_guard.visitor(request).account
        who = account.name if account else t.text("somebody without a login")
        try:
            kind = await asyncio.to_thread(_write, pages, place, typed, t, who)
        except PadlichtError as error:
            return await shown(request, language, site, typed.refused(t, error), status=422)
        return Redirect(
            f"/{language}/{place.site.name}/diary?written={kind}#{kind}",
            status_code=303,
            headers=NO_STORE,
        )

    @get("/{language:str}/{site:str}/diary.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str], site: FromPath[str], chart: FromQuery[str]
    ) -> Response[str]:
        """The numbers of a chart."""
        t = pages.words(language)
        place, found = await pages.read(site, query)
        return pages.csv(place, "diary", find_chart(charts(t, found), chart))

    return [page, write, numbers]


def query(ledger: Ledger, place: SiteContext) -> DiaryData:
    """Ask the ledger."""
    name = place.site.name
    last = newest_monday(place.today - _DAY)
    first = last - (WEEKS - 1) * _WEEK
    span = ledger.use.span(name)
    if span is not None:
        first = min(last, max(first, span[0] - timedelta(days=span[0].weekday())))
    return DiaryData(
        ledger.diary.log(name),
        ledger.targets.log(name),
        target_weeks(ledger, name, first, last + _WEEK - _DAY),
        [zone.name for zone in ledger.sites.zones(name)],
        first,
        last,
    )


def charts(t: Words, found: DiaryData) -> list[Chart]:
    """What was agreed, drawn across the weeks of a year, a chart for each place and light."""
    entries = [entry for entry in reversed(found.entries) if entry.withdrawn_utc_s is None]
    made = []
    for each in found.weeks:
        zone = each.targets[-1].zone
        there = [entry for entry in entries if zone is None or entry.zone in (None, zone)]
        events = entry_events(t, there, found.first, found.last + _WEEK - _DAY)
        made.append(target_chart(t, each.targets, each.weeks, found.first, found.last, events))
    return made


def _write(pages: PageContext, place: SiteContext, typed: Typed, t: Words, who: str) -> Any:
    with Ledger.open(pages.context.ledger_path) as ledger:
        return write_down(t, ledger, place, typed, who)
