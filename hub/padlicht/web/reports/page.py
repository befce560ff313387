"""The page "Reports": which documents of a park there are to look at, to fill in, to hand over.

Each kind of document has its routes in a module of its own: sheet.py the quarter sheets, council.py
the reports of studies.
"""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from padlicht.ledger import Ledger
from padlicht.ledger.tables.quarter_sheets import QuarterSheet
from padlicht.ledger.tables.studies import StudyRow
from padlicht.web.i18n import text
from padlicht.web.page import PageContext, Req, Tab
from padlicht.web.reports import council, sheet
from padlicht.web.reports.quarter import Quarter
from padlicht.web.site_context import SiteContext

TAB = Tab("reports", text("Reports"))


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The list, and the documents."""

    @get("/{language:str}/{site:str}/reports", include_in_schema=False)
    async def reports(request: Req, language: FromPath[str], site: FromPath[str]) -> Response[str]:
        """Which documents there are, and the sheets to begin."""
        t = pages.words(language)
        place, (sheets, studies) = await pages.read(site, query)
        quarters = [(Quarter.parse(each.quarter, place.today), each) for each in sheets]
        current = Quarter.of(place.today)
        known = {each.quarter for each in sheets}
        return await pages.page(
            request,
            t,
            "reports.html",
            place,
            tab=TAB.address,
            sheets=[(quarter, each) for quarter, each in quarters if quarter is not None],
            studies=studies,
            to_begin=[each for each in (current, current.before) if str(each) not in known],
        )

    return [reports, *sheet.routes(pages), *council.routes(pages)]


def query(ledger: Ledger, place: SiteContext) -> tuple[list[QuarterSheet], list[StudyRow]]:
    """Ask the ledger which sheets and which studies there are, the newest first."""
    site = place.site.name
    return ledger.quarter_sheets.all(site), ledger.studies.all(site)[::-1]
