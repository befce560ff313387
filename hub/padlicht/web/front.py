"""Front: how the hub looks from outside (path prefix, cookie names, HEAD), around the application.

Pages know nothing of it. They write addresses from the root and cookies by their plain names; here
what comes in is stripped of `--web-path` and of this hub's mark, and what goes out gets them:

    GET /padlicht/nl/   Cookie: padlicht_session_1f2e3d4c=…
 →  GET /nl/            Cookie: padlicht_session=…

A browser sends a host's cookies to every port of it, so that two hubs on one machine would log each
other out if their cookies had the same names.
"""

import re
from hashlib import sha256
from typing import Any, Final

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from padlicht.accounts.store import open_accounts
from padlicht.config import Config
from padlicht.errors import PadlichtError

COOKIE: Final = re.compile(rb"\s*(padlicht_[a-z]+)(?:_([0-9a-f]{8}))?=(.*)", re.DOTALL)
_COOKIE_PATH: Final = re.compile(rb"(;\s*path=)/", re.IGNORECASE)
# In what a template renders, a quotation mark within a text is &#34;: only attributes look so.
_ADDRESS: Final = re.compile(rb'(\s(?:href|src|action)=")/(?!/)')

Headers = list[tuple[bytes, bytes]]


class Front:
    """An ASGI application around the pages; `path` is `--web-path` without a slash at its end."""

    def __init__(self, app: ASGIApp, path: str, mark: str) -> None:
        self._app = app
        self._path = path.encode()
        self._mark = mark.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        inner: Any = dict(scope)
        without_body = inner["method"] == "HEAD"
        if without_body:
            inner["method"] = "GET"
        path = scope["path"]
        inner["path"] = self._inside(path.encode()).decode()
        inner["raw_path"] = self._inside(scope.get("raw_path") or path.encode())
        inner["headers"] = [
            (name, self._own_cookies(value) if name == b"cookie" else value)
            for name, value in scope["headers"]
        ]
        await self._app(inner, receive, _Answer(self, send, without_body=without_body).send)

    def _inside(self, path: bytes) -> bytes:
        """An address as the pages know it, whether the web server took the prefix off or not."""
        if self._path and (path == self._path or path.startswith(self._path + b"/")):
            return path[len(self._path) :] or b"/"
        return path

    def _own_cookies(self, value: bytes) -> bytes:
        """A Cookie header with this hub's by their plain names, and none of another hub's."""
        kept = []
        for part in value.split(b";"):
            found = COOKIE.fullmatch(part)
            if found is None:
                kept.append(part.strip())
            elif found[2] == self._mark:
                kept.append(found[1] + b"=" + found[3])
        return b"; ".join(kept)

    def headers(self, headers: Headers) -> Headers:
        """The headers of an answer, as they are seen from outside."""
        return [(name, self._header(name.lower(), value)) for name, value in headers]

    def _header(self, name: bytes, value: bytes) -> bytes:
        if name == b"location" and value.startswith(b"/") and not value.startswith(b"//"):
            return self._path + value
        if name == b"set-cookie" and (found := COOKIE.fullmatch(value)):
            rest = _COOKIE_PATH.sub(rb"\1" + self._path + b"/", found[3])
            return found[1] + b"_" + self._mark + b"=" + rest
        return value

    def page(self, body: bytes) -> bytes:
        """A page with the addresses of outside."""
        return _ADDRESS.sub(rb"\1" + self._path + b"/", body) if self._path else body

    def rewrites(self, headers: Headers) -> bool:
        """Whether the body of an answer has addresses in it that have to be changed."""
        return bool(self._path) and any(
            name.lower() == b"content-type" and value.startswith(b"text/html")
            for name, value in headers
        )


class _Answer:
    """One answer on its way out; a page is held until all of it is there."""

    def __init__(self, front: Front, send: Send, *, without_body: bool) -> None:
        self._front = front
        self._send = send
        self._without_body = without_body
        self._over = False
        self._held: HTTPResponseStartEvent | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = self._front.headers([*message["headers"]])
            start: HTTPResponseStartEvent = {**message, "headers": headers}
            if self._front.rewrites(headers):
                self._held = start
            else:
                await self._begin(start)
        elif message["type"] == "http.response.body":
            if self._held is None:
                await self._go_on(message)
                return
            self._body += message["body"]
            if not message["more_body"]:
                body = self._front.page(self._body)
                start = self._held
                start["headers"] = [
                    (name, b"%d" % len(body) if name.lower() == b"content-length" else value)
                    for name, value in start["headers"]
                ]
                self._held = None
                await self._begin(start)
                await self._go_on({"type": "http.response.body", "body": body, "more_body": False})
        else:
            await self._send(message)

    async def _begin(self, start: HTTPResponseStartEvent) -> None:
        await self._send(start)
        if self._without_body:
            # An event stream is told by its server that nobody listens any more, and ends.
            self._over = True
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _go_on(self, message: Message) -> None:
        if not self._over:
            await self._send(message)


def mark_of(config: Config) -> str:
    """What tells this hub's cookies from another's: eight hex digits that outlive a restart.

    With a login they are of a secret beside the accounts, so that hubs in two containers, whose
    folders have the same name, differ as well.
    """
    seed = str(config.data.resolve())
    if config.login != "off":
        try:
            with open_accounts(config.accounts_path, make=True) as accounts:
                seed = accounts.secret("cookies")
        except PadlichtError:
            pass  # the login guard has said it; nobody is logged in then
    return sha256(seed.encode()).hexdigest()[:8]
