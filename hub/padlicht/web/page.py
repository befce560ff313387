"""What every page is served from: a look at the ledger, a template, the words of a language.

A page is a module with `routes(pages)` and, when it stands in the navigation, a `TAB`. It asks the
ledger by `PageContext.read`, and answers by `PageContext.page` or, for the numbers of a chart,
`PageContext.csv`.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from padlicht.errors import Refused
from padlicht.ledger import Ledger, Node, Site
from padlicht.web.auth.guard import LoginGuard
from padlicht.web.cache import ResultCache
from padlicht.web.charts import Chart
from padlicht.web.context import WebContext
from padlicht.web.i18n import LANGUAGES, Words, words
from padlicht.web.park_view.snapshot import SnapshotCache
from padlicht.web.render import render

Req = Request[Any, Any, Any]
T = TypeVar("T")

NO_STORE: Final = {"Cache-Control": "no-store"}


class Tab(NamedTuple):
    """An entry of the navigation: the page's address below its site, and its short name."""

    address: str
    name: str


class NoPark(Exception):
    """There is no site at all yet."""


@dataclass(frozen=True)
class SiteContext:
    """A site as of `now_utc_s`; `nodes` are all that were ever registered there, by name.

    `results` is shared by all that look at the same ledger.
    """

    now_utc_s: int
    sites: tuple[Site, ...]
    site: Site
    nodes: tuple[Node, ...]
    results: ResultCache = field(default_factory=ResultCache, compare=False)

    @property
    def tz(self) -> str:
        """The site's IANA time zone."""
        return self.site.tz

    @cached_property
    def today(self) -> date:
        """The local date."""
        return datetime.fromtimestamp(self.now_utc_s, ZoneInfo(self.site.tz)).date()

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """The names of the zones in which a node ever stood."""
        return tuple(sorted({node.zone for node in self.nodes}))

    @cached_property
    def simulated(self) -> str:
        """Whether "all", "some" or "none" of the nodes in service are made up."""
        made_up = [node.simulated for node in self.nodes if not node.retired]
        return "all" if made_up and all(made_up) else "some" if any(made_up) else "none"


class PageContext:
    """What all pages share. `tabs` is the navigation; `stop` ends what would go on for ever."""

    def __init__(
        self,
        context: WebContext,
        looker: SnapshotCache,
        login_guard: LoginGuard,
        stop: asyncio.Event,
        tabs: Sequence[Tab] = (),
    ) -> None:
        self.context = context
        self.looker = looker
        self.login_guard = login_guard
        self.stop = stop
        self.tabs = tuple(tabs)
        self._remembered = ResultCache()

    def words(self, language: str) -> Words:
        """The words of a language of the address; NotFoundException when it is none of ours."""
        if language not in LANGUAGES:
            raise NotFoundException
        return words(language)

    async def read(
        self, site: str | None, question: Callable[[Ledger, SiteContext], T]
    ) -> tuple[SiteContext, T]:
        """Ask the ledger something about a site (None: the first), in a thread.

        Raises NotFoundException when there is no such site or `question` refuses, NoPark when
        there is no site at all.
        """
        try:
            return await asyncio.to_thread(self._read, site, question)
        except Refused as error:
            raise NotFoundException(str(error)) from error

    def _read(
        self, name: str | None, question: Callable[[Ledger, SiteContext], T]
    ) -> tuple[SiteContext, T]:
        with Ledger.open(self.context.ledger_path, read_only=True) as ledger:
            sites = ledger.sites.all()
            if name is None and not sites:
                raise NoPark
            site = next((site for site in sites if name in (None, site.name)), None)
            if site is None:
                raise Refused(f"there is no site {name!r}; `padlicht site add` makes one")
            now = self.context.clock.utc_s()
            nodes = tuple(ledger.nodes.all(site.name))
            place = SiteContext(now, tuple(sites), site, nodes, self._remembered)
            return place, question(ledger, place)

    async def page(
        self,
        request: Req,
        say: Words,
        template: str,
        place: SiteContext | None,
        *,
        tab: str = "",
        **values: Any,
    ) -> Response[str]:
        """A page; `tab` is the address of its entry in the navigation.

        The other language's page is at "/" + `root` + its code + `here`; both follow from the
        request, unless `values` say otherwise.
        """
        here = request.url.path.removeprefix(f"/{say.language}") or "/"
        if request.url.query:
            here += f"?{request.url.query}"
        common = {
            "place": place,
            "root": "",
            "here": here,
            "tabs": self.tabs if place else (),
            "tab": tab,
            "clock_moved": self.context.config.clock_offset_s != 0,
            "visitor": self.login_guard.visitor(request),
        }
        body = await asyncio.to_thread(render, say.language, template, **{**common, **values})
        return Response(body, media_type="text/html", headers=NO_STORE)

    def csv(self, place: SiteContext, page: str, chart: Chart) -> Response[str]:
        """The numbers of a chart as a file that says by its name what it is."""
        name = f"{place.site.name}-{page}-{chart.name}.csv"
        headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(chart.table.csv(), media_type="text/csv", headers=headers)


def chosen(charts: Sequence[Chart], name: str) -> Chart:
    """The chart of that name; NotFoundException when there is none."""
    for chart in charts:
        if chart.name == name:
            return chart
    known = ", ".join(chart.name for chart in charts)
    raise NotFoundException(f"there is no chart {name!r} on this page; it has {known}")
