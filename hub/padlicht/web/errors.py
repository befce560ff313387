"""Error pages: what a visitor is told, in their own language, when there is no page to show.

A program gets the same as JSON, at the addresses that are for programs. What is wrong with the
ledger is told as that, and goes into the log and to the hub's monitor.
"""

import logging
import sqlite3
from time import monotonic
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.response import Redirect

from padlicht.ledger.trouble import explain, is_damage, is_ledger_trouble
from padlicht.web.context import WebContext
from padlicht.web.i18n import language_of, text, words
from padlicht.web.login_guard import CSRF_COOKIE, login_address
from padlicht.web.page import NoSite, error_page, no_site_page

log = logging.getLogger(__name__)

Req = Request[Any, Any, Any]
FOR_PROGRAMS: Final = ("api", "events", "healthz", "metrics")
AGAIN_S: Final = 3600.0  # the same trouble of the ledger is said once in so long
RETRY_AFTER_S: Final = 5

WHAT: Final = {
    400: (text("This address is not right"), text("Something in it cannot be read.")),
    403: (
        text("That form is no longer valid"),
        text("It was open for too long, or it is not from here. Load the page again."),
    ),
    404: (text("No such page"), text("Nothing stands at this address.")),
    405: (text("That does not work here"), text("This address can only be looked at.")),
    413: (text("That was too much"), text("What was sent is bigger than this hub takes.")),
    429: (text("Too fast"), text("Wait a moment, then try it again.")),
    500: (
        text("Something went wrong"),
        text("The fault is ours. The hub has noted it in its log."),
    ),
    503: (
        text("Not to be read just now"),
        text("The hub cannot reach its records. Try it again in a minute."),
    ),
}
DAMAGED: Final = (
    text("The records are damaged"),
    text("Part of what this hub has kept can no longer be read. Lamps go on as they were."),
)


class ErrorPages:
    """Litestar's exception handlers; `headers` stand on every answer."""

    def __init__(self, context: WebContext, headers: dict[str, str]) -> None:
        self._context = context
        self._headers = headers
        self._said: dict[str, float] = {}
        self.handlers: dict[int | type[Exception], Any] = {
            HTTPException: self._http,
            PermissionDeniedException: self._form_refused,
            NoSite: self._no_site,
            Exception: self._other,
        }

    def answer(
        self,
        request: Req,
        status: int,
        detail: str,
        *,
        what: tuple[str, str] | None = None,
        why: str = "",
        headers: dict[str, str] | None = None,
    ) -> Response[Any]:
        """A page, or JSON with `detail` where only programs ask."""
        sent = {**self._headers, "Cache-Control": "no-store", "Vary": "Accept-Language"}
        sent |= headers or {}
        if is_for_programs(request.url.path):
            return Response({"error": detail}, status_code=status, headers=sent)
        title, sentence = what or WHAT.get(status) or WHAT[400 if status < 500 else 500]
        t = words(language_of(request))
        body = error_page(t.language, t.text(title), t.text(sentence), why)
        return Response(body, status_code=status, media_type="text/html", headers=sent)

    def _http(self, request: Req, error: HTTPException) -> Response[Any]:
        said = [error.detail]
        if isinstance(error.extra, list):
            said += [str(item.get("message", "")) for item in error.extra if isinstance(item, dict)]
        headers = {k: v for k, v in (error.headers or {}).items() if k.lower() == "allow"}
        detail = ": ".join(part for part in said if part)
        return self.answer(request, error.status_code, detail, headers=headers)

    def _form_refused(self, request: Req, _: PermissionDeniedException) -> Response[Any]:
        """A form without its token: it lay open for long, or another site's page sent it."""
        answer: Response[Any]
        if request.url.path.startswith("/login"):
            fresh = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
            back = login_address(request, "/", old="1")
            answer = Redirect(back, status_code=303, headers=fresh)
        else:
            answer = self.answer(
                request, 403, "that form was too old, or not ours: load the page again"
            )
        answer.delete_cookie(CSRF_COOKIE)  # with a cookie of before, no form would ever do
        return answer

    def _no_site(self, request: Req, _: NoSite) -> Response[Any]:
        """The way to a first site; to a program, that there is nothing."""
        if is_for_programs(request.url.path):
            return self.answer(request, 404, "there is no site yet; `padlicht site add` makes one")
        headers = {**self._headers, "Cache-Control": "no-store"}
        body = no_site_page(language_of(request))
        return Response(body, media_type="text/html", headers=headers)

    def _other(self, request: Req, error: Exception) -> Response[Any]:
        """The ledger's trouble, the accounts', or a fault of ours."""
        if not (is_ledger_trouble(error) or isinstance(error, sqlite3.Error)):
            log.error("web: %s could not be shown", request.url.path, exc_info=error)
            return self.answer(request, 500, "a fault of the hub's; its log has it")
        why = explain(error, self._context.ledger_path)
        now_s = monotonic()
        again = now_s - self._said.get(why, -AGAIN_S) < AGAIN_S
        say = log.debug if again else log.warning
        say("web: %s could not be shown: %s", request.url.path, why)
        if not again:
            self._said = {why: now_s}
        if is_damage(error):
            if self._context.damage is not None:
                self._context.damage.note(error)
            return self.answer(request, 500, why, what=DAMAGED, why=why)
        return self.answer(request, 503, why, why=why, headers={"Retry-After": str(RETRY_AFTER_S)})


def is_for_programs(path: str) -> bool:
    """Whether an address is asked by programs, which read JSON and no pages."""
    return path.strip("/").split("/")[0] in FOR_PROGRAMS
