"""Page context: the query to the ledger, the template and the words from which a page is made.

A page is a module with `routes(pages)` and, when it stands in the navigation, a `TAB`:

    request → its handler → PageContext.words     the language of the address
                          → PageContext.read      its own question, asked of the ledger in a thread
                          → PageContext.page      a template of templates/, rendered in a thread
                       or → PageContext.csv       the numbers of one of its charts
                       or → PageContext.pdf       the page as a file to hand over (pdf.py)
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from litestar import Request, Response
from litestar.exceptions import NotFoundException

from padlicht.errors import Refused
from padlicht.ledger import Ledger
from padlicht.web.context import WebContext
from padlicht.web.i18n import LANGUAGES, Words, words
from padlicht.web.login_guard import LoginGuard
from padlicht.web.pdf import PdfError, make_pdf
from padlicht.web.site_context import ResultCache, SiteContext
from padlicht.web.table import Table, format_value

Req = Request[Any, Any, Any]
T = TypeVar("T")

NO_STORE: Final = {"Cache-Control": "no-store"}
FIRST_DAY: Final = date(2020, 1, 1)  # before the first lamp of any park
_NO_SITE: Final = {"place": None, "root": "", "here": "/", "tabs": (), "tab": ""}


class HasTable(Protocol):
    """A chart, as far as its numbers go."""

    @property
    def name(self) -> str:
        """What it is called in addresses."""

    @property
    def table(self) -> Table:
        """All its numbers."""


C = TypeVar("C", bound=HasTable)


class Tab(NamedTuple):
    """An entry of the navigation: the page's address below its site, and its short name."""

    address: str
    name: str


class NoSite(Exception):
    """There is no site at all yet."""


class PageContext:
    """What all pages share. `tabs` is the navigation; `stop` ends what would go on for ever."""

    def __init__(
        self,
        context: WebContext,
        login_guard: LoginGuard,
        stop: asyncio.Event,
        tabs: Sequence[Tab] = (),
    ) -> None:
        self.context = context
        self.login_guard = login_guard
        self.stop = stop
        self.tabs = tuple(tabs)
        self._results = ResultCache()

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
                raise NoSite
            site = next((site for site in sites if name in (None, site.name)), None)
            if site is None:
                raise Refused(f"there is no site {name!r}; `padlicht site add` makes one")
            now = self.context.clock.utc_s()
            nodes = tuple(ledger.nodes.all(site.name))
            place = SiteContext(now, tuple(sites), site, nodes, self._results)
            return place, question(ledger, place)

    async def page(
        self,
        request: Req,
        t: Words,
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
        here = request.url.path.removeprefix(f"/{t.language}") or "/"
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
            "damage": self.context.damage.says if self.context.damage else None,
        }
        body = await asyncio.to_thread(render, t.language, template, **{**common, **values})
        return Response(body, media_type="text/html", headers=NO_STORE)

    def csv(self, place: SiteContext, page: str, chart: HasTable) -> Response[str]:
        """The numbers of a chart as a file that says by its name what it is."""
        name = f"{place.site.name}-{page}-{chart.name}.csv"
        headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(chart.table.csv(), media_type="text/csv", headers=headers)

    async def pdf(
        self,
        request: Req,
        t: Words,
        template: str,
        place: SiteContext,
        name: str,
        *,
        most_pages: int,
        **values: Any,
    ) -> Response[Any]:
        """The page that `page` gives, as a file called `name` of so many sheets of A4."""
        page = await self.page(request, t, template, place, **values)
        try:
            made = await make_pdf(page.content, most_pages)
        except PdfError as error:
            body = error_page(
                t.language,
                t.text("No PDF from this hub"),
                t.text("It cannot make one just now. The page itself can be printed as well."),
                str(error),
            )
            return Response(body, status_code=503, media_type="text/html", headers=NO_STORE)
        named = f'attachment; filename="{place.site.name}-{name}-{t.language}.pdf"'
        headers = {**NO_STORE, "Content-Disposition": named}
        return Response(made, media_type="application/pdf", headers=headers)


def find_chart(charts: Sequence[C], name: str) -> C:
    """The chart of that name; NotFoundException when there is none."""
    for chart in charts:
        if chart.name == name:
            return chart
    known = ", ".join(chart.name for chart in charts)
    raise NotFoundException(f"there is no chart {name!r} on this page; it has {known}")


def parse_day(asked: str, today: date) -> date:
    """The day that an address asks for, today without one; NotFoundException for none of ours."""
    if not asked:
        return today
    try:
        day = date.fromisoformat(asked)
    except ValueError as error:
        raise NotFoundException(f"{asked[:20]!r} is no date: write it as 2026-11-12") from error
    if not FIRST_DAY <= day <= today:
        raise NotFoundException(f"{day} is before {FIRST_DAY} or yet to come")
    return day


def render(language: str, template: str, **values: Any) -> str:
    """A template in one of LANGUAGES.

    Besides `values`, templates and their macros have t, languages, asset, cell and `_`.
    """
    return _environment(language).get_template(template).render(values)


def error_page(language: str, title: str, what: str, why: str) -> str:
    """A page instead of one that cannot be shown; `why` is for whoever looks after the hub."""
    return render(language, "error.html", title=title, what=what, why=why, **_NO_SITE)


def no_site_page(language: str) -> str:
    """The page of a hub without a site: how to make a first one."""
    return render(language, "no_site.html", **_NO_SITE)


@cache
def assets() -> dict[str, bytes]:
    """The files of the page by name; read once."""
    folder = files("padlicht.web") / "static"
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}


def asset(name: str) -> str:
    """The address of a file; it changes with the content, so that browsers may keep it for ever."""
    return f"/static/{_digest(name)}/{name}"


@cache
def _digest(name: str) -> str:
    return sha256(assets()[name]).hexdigest()[:12]


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("padlicht.web"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["ext.i18n.trimmed"] = True
    t = words(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        t.text, t.texts, newstyle=True
    )
    environment.globals.update(t=t, languages=LANGUAGES, asset=asset, cell=partial(format_value, t))
    return environment
