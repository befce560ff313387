"""The page "Technical health": what needs somebody and what to do, then how every node is.

The route: app.py gives the request to `page`, which asks the ledger in a thread through
`PageContext.read`; `park_health` (park_health/status.py) is the question. `judge`
(park_health/troubles.py) has the rules, park_health/advice.py the words, park_health/setup.py what
is still to be set up, health/nodes.py the tables, and `PageContext.page` renders health.html. The
tables as files leave through `PageContext.csv`.
"""

from functools import partial

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from padlicht.ledger import Ledger
from padlicht.web.health.backup_line import backup_line, backup_status
from padlicht.web.health.nodes import clock_words, nodes_table, shown_zone, troubles_table
from padlicht.web.i18n import text
from padlicht.web.page import PageContext, Req, Tab, find_chart
from padlicht.web.park_health.setup import MOST, Setup, checklist, setups
from padlicht.web.park_health.status import ParkHealth, park_health
from padlicht.web.park_health.troubles import judge
from padlicht.web.site_context import SiteContext

TAB = Tab("health", text("Technical health"))
NAMED = 12  # cases of a kind that are shown at once; more are folded


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, and its two tables as files."""

    @get("/{language:str}/{site:str}/health", include_in_schema=False)
    async def page(
        request: Req, language: FromPath[str], site: FromPath[str], zone: FromQuery[str] = ""
    ) -> Response[str]:
        """What is wrong, and the nodes of the park or of a zone."""
        t = pages.words(language)
        place, (found, new) = await pages.read(site, _query)
        if zone and zone not in place.zones:
            raise NotFoundException(f"{place.site.name} has no zone {zone[:40]!r}")
        _, backup = await pages.read(site, partial(backup_status, pages.context.config))
        verdict = judge(t, place, found)
        named = {
            case.where for trouble in verdict.troubles for case in trouble.cases if case.is_node
        }
        shown = shown_zone(found, zone, named)
        return await pages.page(
            request,
            t,
            "health.html",
            place,
            tab=TAB.address,
            found=found,
            verdict=verdict,
            setups=checklist(t, pages.context.config, place, new),
            more_setups=max(0, len(new) - MOST),
            named=NAMED,
            wrong=named,
            zone=shown,
            zones=sorted({node.zone for node in found.nodes}),
            nodes=[node for node in found.nodes if shown in (None, node.zone)],
            clocks=clock_words(t),
            backup=None if backup is None else backup_line(t, place, backup),
        )

    @get("/{language:str}/{site:str}/health.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str], site: FromPath[str], chart: FromQuery[str] = "nodes"
    ) -> Response[str]:
        """All nodes, or all that is wrong."""
        t = pages.words(language)
        place, found = await pages.read(site, park_health)
        tables = [
            nodes_table(t, place, found),
            troubles_table(t, judge(t, place, found).troubles),
        ]
        return pages.csv(place, "health", find_chart(tables, chart))

    return [page, numbers]


def _query(ledger: Ledger, place: SiteContext) -> tuple[ParkHealth, tuple[Setup, ...]]:
    health = park_health(ledger, place)
    return health, setups(ledger, place, health)
