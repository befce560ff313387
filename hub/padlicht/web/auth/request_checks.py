"""What every request crosses before its page: forms are checked, and nothing is kept by proxies."""

from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

CSRF_COOKIE = "padlicht_form"


class RequestMiddleware:
    """Litestar's CSRF middleware, but with a cookie only where a form may be.

    Of a page that is open to all and has no form, nobody is given a cookie. All else is marked as
    not to be kept.
    """

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self._app = app
        self._checked: dict[bool, ASGIApp] = {
            https: CSRFMiddleware(
                app,
                CSRFConfig(
                    secret=secret,
                    cookie_name=CSRF_COOKIE,
                    cookie_secure=https,
                    cookie_httponly=True,
                    cookie_samesite="lax",
                ),
            )
            for https in (False, True)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        opt = scope["route_handler"].opt
        has_no_form = opt.get("open") and not opt.get("form")
        if has_no_form and scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        checked = self._checked[scope["scheme"] == "https"]
        await checked(scope, receive, _not_kept(send))


def _not_kept(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return marked
