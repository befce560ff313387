"""Static files, the redirect from the front, and the event stream: all that is no page."""

from mimetypes import guess_type

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from padlicht.web import sse
from padlicht.web.i18n import language_of
from padlicht.web.login_guard import OPEN
from padlicht.web.page import PageContext, Req, assets


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The front, static files, the event stream."""

    @get("/", include_in_schema=False, opt=OPEN)
    async def front(request: Req) -> Redirect:
        """To the visitor's language, and to what is for them."""
        language = language_of(request)
        headers = {"Vary": "Accept-Language, Cookie", "Cache-Control": "no-store"}
        return Redirect(
            pages.login_guard.start_page(request, language), status_code=302, headers=headers
        )

    @get("/static/{version:str}/{name:str}", include_in_schema=False, opt=OPEN)
    async def static(version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
        """A style, script or picture; its address changes whenever its content does."""
        content = assets().get(name)
        if content is None:
            raise NotFoundException
        keep = {"Cache-Control": "public, max-age=31536000, immutable"}
        kind = guess_type(name)[0] or "application/octet-stream"
        return Response(content, media_type=kind, headers=keep)

    @get("/events", include_in_schema=False)
    async def stream(request: Req) -> Stream:
        """Server-sent events, until either side goes away."""
        return Stream(
            pages.login_guard.while_authorized(request, sse.stream(pages.context.live, pages.stop)),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return [front, static, stream]
