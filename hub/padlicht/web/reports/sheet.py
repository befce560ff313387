"""The quarter sheet: to look at, to fill in, to keep, to hand over.

`sheet` is the document, `pdf` its file, `edit` the form. All three ask the ledger through
`PageContext.read` with `query`; `document` puts it into words for quarter.html. What was typed
comes back to `save`, by a button or, as one types, by quarter.js: form.py reads it and `_keep`
writes it into the ledger (ledger/tables/quarter_sheets.py).
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from padlicht.errors import Refused
from padlicht.ledger import Ledger
from padlicht.ledger.tables.quarter_sheets import QuarterSheet
from padlicht.usage.days import local_day
from padlicht.web.charts.weeks import Event, events_of, lamps_since
from padlicht.web.i18n import Words
from padlicht.web.page import NO_STORE, PageContext, Req
from padlicht.web.reports.form import MOST, SheetForm, form_of, missing, read_form
from padlicht.web.reports.quarter import (
    Quarter,
    QuarterFigures,
    decode,
    encode,
    figure_rows,
    read_figures,
    warnings,
)
from padlicht.web.site_context import SiteContext

TAB: Final = "reports"
MOST_BYTES: Final = 65_536  # of a form with all its fields full
MOST_EVENTS: Final = 6  # of settings and diary that fit on the sheet


@dataclass(frozen=True)
class SheetData:
    """A sheet, the figures beside it, and what else happened in its quarter."""

    quarter: Quarter
    sheet: QuarterSheet
    figures: QuarterFigures
    events: tuple[Event, ...]


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The document, its file, the form and what comes of it."""

    async def asked(t: Words, site: str, quarter: str) -> tuple[SiteContext, SheetData]:
        return await pages.read(site, lambda ledger, place: query(t, ledger, place, quarter))

    async def form_page(
        request: Req,
        t: Words,
        place: SiteContext,
        data: SheetData,
        form: SheetForm,
        *,
        status_code: int = 200,
        **values: Any,
    ) -> Response[Any]:
        answer = await pages.page(
            request,
            t,
            "quarter_form.html",
            place,
            tab=TAB,
            here=f"/{place.site.name}/reports/quarter/{data.quarter}/edit",
            most=MOST,
            form=form,
            last_saved=_last_saved(t, place, data.sheet) if data.sheet.revision else "",
            **{**document(t, place, data), "open_points": (), "other": None, **values},
        )
        answer.status_code = status_code
        return answer

    @get("/{language:str}/{site:str}/reports/quarter/{quarter:str}", include_in_schema=False)
    async def sheet(
        request: Req, language: FromPath[str], site: FromPath[str], quarter: FromPath[str]
    ) -> Response[str]:
        """The sheet as it is printed."""
        t = pages.words(language)
        place, data = await asked(t, site, quarter)
        values = document(t, place, data)
        return await pages.page(request, t, "quarter.html", place, tab=TAB, **values)

    @get(
        "/{language:str}/{site:str}/reports/quarter/{quarter:str}/sheet.pdf",
        include_in_schema=False,
    )
    async def pdf(
        request: Req, language: FromPath[str], site: FromPath[str], quarter: FromPath[str]
    ) -> Response[Any]:
        """The sheet as one page of A4."""
        t = pages.words(language)
        place, data = await asked(t, site, quarter)
        return await pages.pdf(
            request,
            t,
            "quarter.html",
            place,
            f"quarter-{data.quarter}",
            most_pages=1,
            **document(t, place, data),
        )

    @get("/{language:str}/{site:str}/reports/quarter/{quarter:str}/edit", include_in_schema=False)
    async def edit(
        request: Req, language: FromPath[str], site: FromPath[str], quarter: FromPath[str]
    ) -> Response[Any]:
        """The form; of a closed sheet the document."""
        t = pages.words(language)
        place, data = await asked(t, site, quarter)
        if data.sheet.is_closed:
            return Redirect(_address(t, place, data), status_code=303, headers=NO_STORE)
        return await form_page(request, t, place, data, form_of(data.sheet))

    @post(
        "/{language:str}/{site:str}/reports/quarter/{quarter:str}/edit",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=200,
    )
    async def save(
        request: Req, language: FromPath[str], site: FromPath[str], quarter: FromPath[str]
    ) -> Response[Any]:
        """Keep what was typed; with `do=close` for good, if nothing is missing."""
        t = pages.words(language)
        typed: Mapping[str, object] = await request.form()
        do = str(typed.get("do", ""))
        place, data = await asked(t, site, quarter)
        form = read_form(t, data.sheet, typed)
        if form.wrong:
            if do == "keep":
                return _said(422, " ".join(form.wrong))
            return await form_page(request, t, place, data, form, status_code=422)
        account = pages.login_guard.visitor(request).account
        who = account.name if account else t.text("somebody without a login")
        try:
            kept = await asyncio.to_thread(_keep, pages, place, form.sheet, who)
        except Refused:
            # Somebody else was quicker: both are shown, and saving again takes what is typed here.
            if do == "keep":
                return _said(409, "")
            place, data = await asked(t, site, quarter)
            if not data.sheet.is_closed:
                newest = replace(form.sheet, revision=data.sheet.revision)
                form = replace(form, sheet=newest)
            return await form_page(request, t, place, data, form, status_code=409, other=data.sheet)
        if do == "keep":
            return _said(200, _last_saved(t, place, kept), kept)
        if do != "close":
            again = f"{_address(t, place, data)}/edit#saved"
            return Redirect(again, status_code=303, headers=NO_STORE)
        if open_points := missing(t, kept):
            data = replace(data, sheet=kept)
            return await form_page(
                request, t, place, data, form_of(kept), status_code=422, open_points=open_points
            )
        await asyncio.to_thread(_close, pages, place, data.quarter, who)
        return Redirect(_address(t, place, data), status_code=303, headers=NO_STORE)

    return [sheet, pdf, edit, save]


def query(t: Words, ledger: Ledger, place: SiteContext, asked: str) -> SheetData:
    """Ask the ledger; NotFoundException for what is no quarter, or none yet."""
    quarter = Quarter.parse(asked, place.today)
    if quarter is None:
        raise NotFoundException(f"{asked[:20]!r} is no quarter that has begun: write it as 2026-Q4")
    site = place.site.name
    sheet = ledger.quarter_sheets.get(site, str(quarter))
    figures = decode(sheet.figures) if sheet.figures else read_figures(ledger, place, quarter)
    changes = place.results.settings(ledger, site)
    settings = [
        event
        for event in events_of(t, place, changes, lamps_since(place))
        if quarter.first <= event.day <= quarter.last
    ]
    # The sheet is handed out: what is kept quiet does not stand on it.
    diary = ledger.diary.of_site(site, quarter.first, quarter.last, public_only=True)
    noted = [Event(entry.first_day, entry.text) for entry in diary]
    return SheetData(quarter, sheet, figures, tuple(sorted([*settings, *noted])))


def document(t: Words, place: SiteContext, data: SheetData) -> dict[str, Any]:
    """What quarter.html shows."""
    figures = data.figures
    return {
        "quarter": data.quarter,
        "sheet": data.sheet,
        "figures": figures,
        "rows": figure_rows(t, figures),
        "warnings": warnings(t, figures),
        "simulated": any(
            each.simulated for sums in (figures.now, figures.year_before) for each in sums.values()
        ),
        "events": data.events[-MOST_EVENTS:],
        "more_events": max(0, len(data.events) - MOST_EVENTS),
        "day_of": lambda utc_s: local_day(utc_s, place.tz),
        "outcomes": {
            "done": t.text("done"),
            "going": t.text("still going on"),
            "dropped": t.text("will not be done"),
        },
    }


def _keep(pages: PageContext, place: SiteContext, sheet: QuarterSheet, who: str) -> QuarterSheet:
    with Ledger.open(pages.context.ledger_path) as ledger, ledger.transaction():
        return ledger.quarter_sheets.save(sheet, who, place.now_utc_s)


def _close(pages: PageContext, place: SiteContext, quarter: Quarter, who: str) -> None:
    with Ledger.open(pages.context.ledger_path) as ledger, ledger.transaction():
        figures = encode(read_figures(ledger, place, quarter))
        ledger.quarter_sheets.close(place.site.name, str(quarter), figures, who, place.now_utc_s)


def _said(
    status_code: int, words: str, kept: QuarterSheet | None = None
) -> Response[dict[str, Any]]:
    """What quarter.js is told of what it sent."""
    told: dict[str, Any] = {"said": words}
    if kept is not None:
        told |= {"revision": kept.revision, "ids": [action.id for action in kept.actions]}
    return Response(told, status_code=status_code, headers=NO_STORE)


def _last_saved(t: Words, place: SiteContext, sheet: QuarterSheet) -> str:
    utc_s = sheet.saved_utc_s or 0
    return t.text("Last saved on %(day)s at %(clock)s by %(who)s.") % {
        "day": t.short_date(local_day(utc_s, place.tz)),
        "clock": t.clock(utc_s, place.tz, seconds=True),
        "who": sheet.saved_by,
    }


def _address(t: Words, place: SiteContext, data: SheetData) -> str:
    return f"/{t.language}/{place.site.name}/reports/quarter/{data.quarter}"
