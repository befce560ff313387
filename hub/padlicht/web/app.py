"""Routes: which address answers with what."""

import asyncio
from mimetypes import guess_type
from typing import Any, Final

from litestar import Litestar, Request, Response, get
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream

from padlicht import web
from padlicht.errors import Refused, TryAgain
from padlicht.web import api, events, pages
from padlicht.web.context import WebContext
from padlicht.web.snapshot import Looker, Snapshot
from padlicht.web.words import LANGUAGES, choose

# Everything comes from the hub itself; nothing is inline, nothing is framed, nothing is told on.
SECURITY: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make_app(context: WebContext, stop: asyncio.Event) -> Litestar:
    """The ASGI application; event streams end when `stop` is set."""
    looker = Looker(context)

    @get("/", include_in_schema=False)
    async def front(request: Request[Any, Any, Any]) -> Redirect:
        """To the visitor's language."""
        language = choose(request.headers.get("accept-language"))
        return Redirect(f"/{language}/", status_code=302, headers={"Vary": "Accept-Language"})

    @get(["/{language:str}", "/{language:str}/{site:str}"], include_in_schema=False)
    async def page(language: FromPath[str], site: FromPath[str | None] = None) -> Response[str]:
        """The page, in Dutch or English."""
        if language not in LANGUAGES:
            raise NotFoundException
        snapshot = await look(site)
        # Unless somebody watches, nobody asks the lamps, and old levels would be told as new.
        levels = dict(context.live.levels) if context.live.viewers else {}
        body = await asyncio.to_thread(
            pages.page,
            language,
            snapshot,
            levels,
            levels_asked=context.config.live,
            clock_moved=context.config.clock_offset_s != 0,
        )
        return Response(body, media_type="text/html", headers={"Cache-Control": "no-store"})

    @get("/{language:str}/{site:str}/{node:str}", include_in_schema=False)
    async def node(
        language: FromPath[str], site: FromPath[str], node: FromPath[str]
    ) -> Response[str]:
        """One lamp or counter, and its self-tests to print and sign."""
        if language not in LANGUAGES:
            raise NotFoundException
        try:
            view = await looker.node(site, node)
        except Refused as error:
            raise NotFoundException(str(error)) from error
        body = await asyncio.to_thread(pages.node_page, language, view)
        return Response(body, media_type="text/html", headers={"Cache-Control": "no-store"})

    @get("/static/{version:str}/{name:str}", include_in_schema=False)
    async def static(version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """A style, script or picture; its address changes whenever its content does."""
        content = pages.assets().get(name)
        if content is None:
            raise NotFoundException
        keep = {"Cache-Control": "public, max-age=31536000, immutable"}
        kind = guess_type(name)[0] or "application/octet-stream"
        return Response(content, media_type=kind, headers=keep)

    @get("/events", include_in_schema=False)
    async def stream() -> Stream:
        """Server-sent events, until either side goes away."""
        return Stream(
            events.stream(context.live, stop),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    @get("/api/v1/today", summary="Today's passages, with their coverage")
    async def today(site: FromQuery[str | None] = None) -> api.TodayAnswer:
        """Passages since local midnight at `site`, or at the first site."""
        return api.today_answer(found(await look(site)))

    @get("/api/v1/nodes", summary="Lamps and counters, and how they are")
    async def nodes(site: FromQuery[str | None] = None) -> api.NodesAnswer:
        """The nodes of `site`, or of the first site."""
        return api.nodes_answer(found(await look(site)))

    async def look(site: str | None) -> Snapshot | None:
        try:
            return await looker.look(site)
        except Refused as error:
            raise NotFoundException(str(error)) from error

    def found(snapshot: Snapshot | None) -> Snapshot:
        if snapshot is None:
            raise NotFoundException("there is no site yet; `padlicht site add` makes one")
        return snapshot

    return Litestar(
        [front, page, node, static, stream, today, nodes, *context.routes],
        response_headers=[ResponseHeader(name=name, value=SECURITY[name]) for name in SECURITY],
        exception_handlers={NotFoundException: _not_found, TryAgain: _try_again},
        openapi_config=OpenAPIConfig(
            title="Padlicht",
            version="1",
            description=web.__doc__,
            path="/api",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
    )


def _not_found(request: Request[Any, Any, Any], error: NotFoundException) -> Response[Any]:
    """JSON below /api, a page elsewhere."""
    if request.url.path.startswith("/api/"):
        return Response({"error": error.detail}, status_code=404, headers=SECURITY)
    first = request.url.path.strip("/").split("/")[0]
    language = first if first in LANGUAGES else choose(request.headers.get("accept-language"))
    return Response(
        pages.missing(language), status_code=404, media_type="text/html", headers=SECURITY
    )


def _try_again(_: Request[Any, Any, Any], error: TryAgain) -> Response[dict[str, str]]:
    """The ledger cannot be read just now."""
    return Response(
        {"error": str(error)}, status_code=503, headers={**SECURITY, "Retry-After": "5"}
    )
