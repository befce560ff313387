"""The application: which pages there are, and what stands before and behind each of them.

To add a page, make a folder with a `page.py` that has `routes(pages)`, and name it in PAGES. With
a `TAB` it stands in the navigation; it is behind the login unless its routes say `opt=OPEN`. What a
page is served from is in page.py. It imports charts/, park_health/, park_view/ and what is here,
and no other page: what two pages need moves down to one of these.
"""

import asyncio
from typing import Final

from litestar import Litestar
from litestar.datastructures import ResponseHeader
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Server

from padlicht import web
from padlicht.web import static_files
from padlicht.web.api import page as api
from padlicht.web.auth import page as login_page
from padlicht.web.context import WebContext
from padlicht.web.day import page as day_page
from padlicht.web.diary import page as diary_page
from padlicht.web.energy import page as energy_page
from padlicht.web.errors import ErrorPages
from padlicht.web.field import page as field_page
from padlicht.web.glance import page as glance_page
from padlicht.web.health import history as health_history
from padlicht.web.health import page as health_page
from padlicht.web.login_guard import LoginGuard
from padlicht.web.node import page as node_page
from padlicht.web.page import PageContext
from padlicht.web.path import page as path_page
from padlicht.web.presence import page as presence_page
from padlicht.web.public import page as public_page
from padlicht.web.reports import page as reports_page
from padlicht.web.settings import page as settings_page
from padlicht.web.studies import page as studies_page
from padlicht.web.use import page as use_page
from padlicht.web.words import page as words_page

# Each has `routes(pages)`; those with a TAB stand in the navigation, in this order.
PAGES: Final = (
    static_files,
    glance_page,
    path_page,
    use_page,
    presence_page,
    energy_page,
    studies_page,
    words_page,
    field_page,
    diary_page,
    reports_page,
    health_page,
    health_history,
    settings_page,
    node_page,
    day_page,
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
    errors = ErrorPages(context, SECURITY_HEADERS)
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
            **errors.handlers,
            **login_guard.exception_handlers,
        },
        openapi_config=OpenAPIConfig(
            title="Padlicht",
            version="1",
            description=web.__doc__,
            path="/api",
            servers=[Server(url=context.config.page_path or "/")],
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
    )
