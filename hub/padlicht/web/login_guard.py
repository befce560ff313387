"""Login guard and request middleware: who gets in, and which forms are ours.

A request crosses `RequestMiddleware` (CSRF check, no-store), then `LoginGuard.guard`: whoever is
not logged in gets no further than what is open to all. A new page is behind it without a word; one
that is for all says `opt=OPEN`. Forms carry Litestar's CSRF token, which is signed with a secret
that outlives the hub.
"""

import asyncio
import logging
import re
import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.response import Redirect
from litestar.template.base import csrf_token
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from padlicht.accounts.sessions import Account
from padlicht.accounts.store import open_accounts
from padlicht.errors import TryAgain
from padlicht.web.context import Visitor, WebContext
from padlicht.web.i18n import language_of

log = logging.getLogger(__name__)

OPEN: Final = {"open": True}
FORM: Final = {**OPEN, "form": True}  # open to all, and with a form
CSRF_COOKIE = "padlicht_form"
SESSION_COOKIE = "padlicht_session"
RECHECK_S = 15.0  # how soon a stream ends whose session has ended

Connection = ASGIConnection[Any, Any, Any, Any]
_LOCAL = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~/=&?%,:+-]*)?")


class RequestMiddleware:
    """Litestar's CSRF middleware, but with a cookie only where a form may be.

    Of a page that is open to all and has no form, nobody is given a cookie. All else is marked
    no-store.
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
        await checked(scope, receive, _no_store(send))


def _no_store(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableScopeHeaders.from_message(message)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return marked


class LoginGuard:
    """Login guard: who is at the other end of a connection, and whether they must log in first."""

    def __init__(self, context: WebContext) -> None:
        self._path = context.config.accounts_path
        self._clock = context.clock
        self.login_is_off = context.config.login == "off"
        self.middleware = DefineMiddleware(RequestMiddleware, secret=self._secret())
        self.exception_handlers: dict[int | type[Exception], Any] = {
            NotAuthorizedException: _login_required,
        }
        if self.login_is_off:
            log.warning(
                "login: off; every page is open to whoever reaches %s port %s",
                context.config.web_host,
                context.config.web_port,
            )

    async def guard(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Litestar's guard of every route: NotAuthorizedException unless it is for this visitor."""
        account = None
        if not self.login_is_off and SESSION_COOKIE in connection.cookies:
            account = await self._account(connection, note=True)
        connection.scope["user"] = account
        if account is None and not self.login_is_off and not handler.opt.get("open"):
            raise NotAuthorizedException("log in first")

    def visitor(self, request: Connection) -> Visitor:
        """Who looks at the page that answers `request`."""
        # Litestar makes the token; only a request that went through the middleware has one.
        token = csrf_token({"request": request})
        return Visitor(request.scope.get("user"), self.login_is_off, token)

    def start_page(self, request: Connection, language: str) -> str:
        """Where somebody begins who gives no address."""
        return f"/{language}/" if self.visitor(request).has_access else f"/public/{language}"

    async def while_authorized(
        self, request: Connection, chunks: AsyncIterator[bytes]
    ) -> AsyncIterator[bytes]:
        """A stream that ends when its session does; `chunks` must come now and then."""
        loop = asyncio.get_running_loop()
        looked_s = loop.time()
        async with aclosing(chunks) as flowing:  # type: ignore[type-var]  # a generator in fact
            async for chunk in flowing:
                if not self.login_is_off and loop.time() - looked_s >= RECHECK_S:
                    looked_s = loop.time()
                    # To have a page open is not to use it: the session's rest goes on.
                    if await self._account(request, note=False) is None:
                        return
                yield chunk

    async def end_session(self, request: Connection) -> None:
        """End the session of the browser that asks, if it has one."""
        token = request.cookies.get(SESSION_COOKIE)
        if token is not None and self._path.exists():
            await asyncio.to_thread(self._end, token)

    async def has_no_accounts(self) -> bool:
        """Whether there is nobody yet who could log in."""
        return not await asyncio.to_thread(self._names)

    async def _account(self, connection: Connection, *, note: bool) -> Account | None:
        return await asyncio.to_thread(self._find_account, connection.cookies[SESSION_COOKIE], note)

    def _find_account(self, token: str, note: bool) -> Account | None:
        if not self._path.exists():
            return None
        now = self._clock.elapsing_utc_s()
        with open_accounts(self._path) as accounts:
            account = accounts.whose(token, now)
            if account is not None and note:
                with suppress(sqlite3.OperationalError):  # a full disk: they are in all the same
                    accounts.note_seen(token, now)
            return account

    def _end(self, token: str) -> None:
        with open_accounts(self._path) as accounts:
            accounts.end(token)

    def _names(self) -> list[str]:
        if not self._path.exists():
            return []
        with open_accounts(self._path) as accounts:
            return [account.name for account in accounts.accounts(self._clock.elapsing_utc_s())]

    def _secret(self) -> str:
        """What forms are signed with; without accounts it need not outlive the hub."""
        if self.login_is_off:
            return secrets.token_hex(32)
        try:
            with open_accounts(self._path, make=True) as accounts:
                if not accounts.accounts(self._clock.elapsing_utc_s()):
                    log.warning("login: nobody can yet: padlicht account add NAME --role leader")
                return accounts.secret("csrf")
        except TryAgain as error:
            log.warning("login: %s; forms of before will have to be loaded again", error)
            return secrets.token_hex(32)


def local_address(address: str | None) -> str:
    """The address if it is one of this hub, without host and tricks; else its front."""
    # Two slashes begin the name of a host; browsers read a backslash as a slash.
    if address and len(address) < 500 and _LOCAL.fullmatch(address) and "//" not in address:
        return address
    return "/"


def cookie(request: Connection, name: str, value: str, path: str, age_s: int | None) -> Cookie:
    """A cookie that no script reads, no other site sends, and no http carries once it was https."""
    return Cookie(
        key=name,
        value=value,
        path=path,
        max_age=age_s,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _login_required(request: Request[Any, Any, Any], _: NotAuthorizedException) -> Response[Any]:
    """A program is told, a person is shown the login and comes back to where they wanted to go."""
    fresh = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
    if request.url.path.startswith(("/api", "/events")):
        return Response(
            {"error": "log in first: this is not open to all"}, status_code=401, headers=fresh
        )
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Redirect(login_address(request, local_address(asked)), status_code=302, headers=fresh)


def login_address(request: Connection, back: str, **more: str) -> str:
    """Where one logs in, in the visitor's language, and gets `back` from afterwards."""
    return f"/login/{language_of(request)}?" + urlencode({"next": back, **more})
