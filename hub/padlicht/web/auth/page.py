"""The login page: a form, what comes of it, and the logout.

The route: app.py gives the request to `login`, which renders login.html through `PageContext.page`.
The form comes back to `log_in`: RequestMiddleware (login_guard.py) has checked its CSRF token, then
`LoginAttempts` (auth/login_attempt.py) compares name and password, and the answer sets the cookies
of the session and leads back to where the visitor wanted to go. `logout` ends the session.
"""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from padlicht.accounts.sessions import REMEMBERED_S
from padlicht.web.auth.login_attempt import LoginAttempts, RetryLater
from padlicht.web.i18n import LANGUAGES, language_of
from padlicht.web.login_guard import FORM, OPEN, SESSION_COOKIE, cookie, local_address
from padlicht.web.page import NO_STORE, PageContext, Req

BROWSER_COOKIE = "padlicht_browser"
MOST_BYTES = 16_384  # of a form with a name, a password and an address


def routes(pages: PageContext, attempts: LoginAttempts | None = None) -> list[HTTPRouteHandler]:
    """GET and POST /login/{language}, POST /logout."""
    login_guard, context = pages.login_guard, pages.context
    attempts = attempts or LoginAttempts(context.config.accounts_path, context.clock)

    async def form(
        request: Req, language: str, back: str, status: int = 200, **values: Any
    ) -> Response[str]:
        t = pages.words(language)
        answer = await pages.page(
            request,
            t,
            "login.html",
            None,
            root="login/",
            here=f"?next={quote(back)}",
            back=back,
            **{
                "name": "",
                "wrong": False,
                "old": False,
                "wait_s": 0,
                "no_accounts": await login_guard.has_no_accounts(),
                **values,
            },
        )
        answer.status_code = status
        return answer

    @get("/login/{language:str}", include_in_schema=False, opt=FORM)
    async def login(
        request: Req,
        language: FromPath[str],
        next: FromQuery[str] = "/",
        old: FromQuery[str] = "",
    ) -> Response[str] | Redirect:
        """Ask for name and password, unless that is not needed."""
        if login_guard.visitor(request).has_access:
            return Redirect(local_address(next), status_code=303, headers=NO_STORE)
        return await form(request, language, local_address(next), old=bool(old))

    @post(
        "/login/{language:str}",
        include_in_schema=False,
        opt=FORM,
        request_max_body_size=MOST_BYTES,
        status_code=200,
    )
    async def log_in(request: Req, language: FromPath[str]) -> Response[str] | Redirect:
        """Try what was typed; the same words for a wrong name and a wrong password."""
        pages.words(language)  # no try under an address that is not there
        typed = await request.form()
        name, password, back = (str(typed.get(key, "")) for key in ("account", "password", "next"))
        name = name.strip().lower()[:100]
        back = local_address(back)
        found = await attempts.log_in(
            name,
            password,
            request.client.host if request.client else "",
            request.cookies.get(BROWSER_COOKIE),
        )
        if isinstance(found, RetryLater):
            answer = await form(request, language, back, 429, name=name, wait_s=found.seconds)
            answer.headers["Retry-After"] = str(found.seconds)
            return answer
        if found is None:
            return await form(request, language, back, 401, name=name, wrong=True)
        await login_guard.end_session(
            request
        )  # one that this browser still had: nobody goes on in it
        answer_in = Redirect(back, status_code=303, headers=NO_STORE)
        answer_in.set_cookie(cookie(request, SESSION_COOKIE, found.session, "/", None))
        answer_in.set_cookie(cookie(request, BROWSER_COOKIE, found.browser, "/login", REMEMBERED_S))
        return answer_in

    @post("/logout", include_in_schema=False, opt=OPEN, status_code=303)
    async def logout(request: Req) -> Redirect:
        """End the session here and in the file, and show what is open to all."""
        await login_guard.end_session(request)
        language = str((await request.form()).get("language", ""))
        if language not in LANGUAGES:
            language = language_of(request)
        out = Redirect(f"/public/{language}", status_code=303, headers=NO_STORE)
        out.set_cookie(cookie(request, SESSION_COOKIE, "", "/", 0))
        return out

    return [login, log_in, logout]
