"""The application: which pages there are, and what stands before and behind each of them.

To add a page, make a folder with a `page.py` that has `routes(pages)`, and name it in PAGES. With
a `TAB` it stands in the navigation; it is behind the login unless its routes say `opt=OPEN`. What a
page is served from is in page.py. It imports charts/, park_view/ and what is here, and no other
page: what two pages need moves down to one of these.
"""

import asyncio
from typing import Any, Final

from litestar import Litestar, Request, Response
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from padlicht import web
from padlicht.errors import TryAgain
from padlicht.web import static_files
from padlicht.web.api import page as api
from padlicht.web.auth import page as login_page
from padlicht.web.context import WebContext
from padlicht.web.day import page as day_page
from padlicht.web.glance import page as glance_page
from padlicht.web.health import history as health_history
from padlicht.web.health import page as health_page
from padlicht.web.i18n import LANGUAGES, choose_language
from padlicht.web.login_guard import LoginGuard
from padlicht.web.node import page as node_page
from padlicht.web.page import NoSite, PageContext, no_site_page, not_found_page
from padlicht.web.path import page as path_page
from padlicht.web.public import page as public_page
from padlicht.web.settings import page as settings_page
from padlicht.web.use import page as use_page

# Each has `routes(pages)`; those with a TAB stand in the navigation, in this order.
PAGES: Final = (
    static_files,
    glance_page,
    path_page,
    use_page,
    node_page,
    day_page,
    health_page,
    health_history,
    settings_page,
    api,
    public_page,
    login_page,
)

# Everything comes from the hub itself; nothing is inline, nothing is framed, nothing is told on.
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def make_app(context: WebContext, stop: asyncio.Event) -> Litestar:
    """The ASGI application; event streams end when `stop` is set."""
    login_guard = LoginGuard(context)
    tabs = [page.TAB for page in PAGES if hasattr(page, "TAB")]
    pages = PageContext(context, login_guard, stop, tabs)
    return Litestar(
        [*(route for page in PAGES for route in page.routes(pages)), *context.routes],
        guards=[login_guard.guard],
        middleware=[login_guard.middleware],
        response_headers=[
            ResponseHeader(name=name, value=SECURITY_HEADERS[name]) for name in SECURITY_HEADERS
        ],
        exception_handlers={
            NotFoundException: _not_found,
            NoSite: _no_site,
            TryAgain: _try_again,
            **login_guard.exception_handlers,
        },
        openapi_config=OpenAPIConfig(
            title="Padlicht",
            version="1",
            description=web.__doc__,
            path="/api",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
    )


def _language(request: Request[Any, Any, Any]) -> str:
    """That of the address, or else the visitor's own."""
    parts = request.url.path.strip("/").split("/")
    named = [part for part in parts[:2] if part in LANGUAGES]
    return named[0] if named else choose_language(request.headers.get("accept-language"))


def _page(body: str, status: int) -> Response[Any]:
    headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
    return Response(body, status_code=status, media_type="text/html", headers=headers)


def _not_found(request: Request[Any, Any, Any], error: NotFoundException) -> Response[Any]:
    """JSON below /api, a page elsewhere."""
    if request.url.path.startswith("/api/"):
        return Response({"error": error.detail}, status_code=404, headers=SECURITY_HEADERS)
    return _page(not_found_page(_language(request)), 404)


def _no_site(request: Request[Any, Any, Any], _: NoSite) -> Response[Any]:
    """The way to a first site; to a program, that there is nothing."""
    if request.url.path.startswith("/api/"):
        told = {"error": "there is no site yet; `padlicht site add` makes one"}
        return Response(told, status_code=404, headers=SECURITY_HEADERS)
    return _page(no_site_page(_language(request)), 200)


def _try_again(_: Request[Any, Any, Any], error: TryAgain) -> Response[dict[str, str]]:
    """The ledger cannot be read just now."""
    return Response(
        {"error": str(error)}, status_code=503, headers={**SECURITY_HEADERS, "Retry-After": "5"}
    )
