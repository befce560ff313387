"""The sheet of eight on a phone: open to whoever has the round's code, and without an account.

The route: a QR code leads to `sheet`, and so does `code`, where the short code is typed; `sheet`
shows the form, which comes back to `hand_in`:
RequestMiddleware (login_guard.py) has checked its CSRF token, `LoginThrottle` how many came from
that address, forms.py reads it, and the store keeps it, once. Nothing here shows what others said,
and nothing says what the sheet is about: who is told that answers by it.
"""

import re
import secrets
import time
from collections.abc import Callable
from math import ceil
from typing import Any, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from padlicht.accounts.login_throttle import Key, LoginThrottle, address_key
from padlicht.errors import Refused
from padlicht.participation.survey.sheet import CODE_LENGTH, MOST_TEXT, Round
from padlicht.usage.daylight import altitude_deg
from padlicht.web.i18n import Words
from padlicht.web.login_guard import FORM, OPEN
from padlicht.web.page import NO_STORE, PageContext, Req
from padlicht.web.site_context import SiteContext
from padlicht.web.words import phrases
from padlicht.web.words.forms import Filled, from_phone, once_of
from padlicht.web.words.rounds import MOST_BYTES, Asked, Rounds, values_of

FREE: Final = 20  # sheets of an address within an hour: phones of one network share theirs
_DUSK_DEG: Final = -6.0  # from here on it is dark, as for the counts


def routes(
    pages: PageContext, now_s: Callable[[], float] = time.monotonic
) -> list[HTTPRouteHandler]:
    """GET /ask/{language}, GET and POST /ask/{language}/{code}, and the thanks."""
    rounds = Rounds(pages)
    throttle = LoginThrottle(FREE)

    async def show(
        request: Req,
        language: str,
        code: str,
        filled: Filled | None = None,
        given: dict[str, str] | None = None,
        status: int = 200,
        wait_s: int = 0,
    ) -> Response[str]:
        t = pages.words(language)
        place, found = await rounds.ask_open(code, lambda asked: asked.round)
        values = {"light": _light_now(place), "once": secrets.token_hex(16)} | (given or {})
        answer = await pages.page(
            request,
            t,
            "ask.html",
            place,
            tabs=(),
            root="ask/",
            here=f"/{found.code if _place(found, code) == 'spot' else found.letterbox_code}",
            **form_words(t, found, _place(found, code)),
            values=values,
            wrong=filled.wrong if filled else "",
            field=filled.field if filled else "",
            wait_s=wait_s,
            is_open=found.is_open(place.today),
        )
        answer.status_code = status
        return answer

    @get("/ask/{language:str}", include_in_schema=False, opt=OPEN)
    async def enter(
        request: Req, language: FromPath[str], code: FromQuery[str] = ""
    ) -> Response[str] | Redirect:
        """Where whoever has no camera types the short code of the sheet."""
        t = pages.words(language)
        typed = re.sub(r"[^a-z0-9]", "", code.lower())[: 2 * CODE_LENGTH]
        if typed and await rounds.is_there(typed):
            return Redirect(f"/ask/{language}/{typed}", status_code=303, headers=NO_STORE)
        answer = await pages.page(
            request, t, "ask_code.html", None, root="ask/", here="", typed=typed
        )
        answer.status_code = 404 if typed else 200
        return answer

    @get("/ask/{language:str}/{code:str}", include_in_schema=False, opt=FORM)
    async def sheet(request: Req, language: FromPath[str], code: FromPath[str]) -> Response[str]:
        """The eight questions, or that the round is over."""
        return await show(request, language, code)

    @post(
        "/ask/{language:str}/{code:str}",
        include_in_schema=False,
        opt=FORM,
        request_max_body_size=MOST_BYTES,
        status_code=200,
    )
    async def hand_in(
        request: Req, language: FromPath[str], code: FromPath[str]
    ) -> Response[str] | Redirect:
        """Keep the sheet; what is wrong with it is said, and nothing that was filled in is lost."""
        t = pages.words(language)
        values = await values_of(request)
        once = once_of(values)
        place, found = await rounds.ask_open(code, lambda asked: asked.round)
        if once is None or not found.is_open(place.today):
            return await show(request, language, code, given=values, status=403)
        filled = from_phone(t, values, _place(found, code), place.today)
        if filled.wrong:
            return await show(request, language, code, filled, values, 422)
        address = address_key(request.client.host if request.client else "")
        wait_s = ceil(throttle.begin([Key("sheets", address.name)], now_s()))
        if wait_s:
            answer = await show(request, language, code, None, values, 429, wait_s)
            answer.headers["Retry-After"] = str(wait_s)
            return answer

        def keep(asked: Asked) -> bool:
            try:
                asked.words.survey.add_sheets(
                    asked.round.id, filled.sheets, once=once, code=filled.code, texts=filled.texts
                )
            except Refused:
                return False
            return True

        if not (await rounds.ask_open(code, keep))[1]:
            full = Filled(wrong=phrases.full(t, found))
            return await show(request, language, code, full, values, 403)
        return Redirect(f"/ask/{language}/{code}/thanks", status_code=303, headers=NO_STORE)

    @get("/ask/{language:str}/{code:str}/thanks", include_in_schema=False, opt=FORM)
    async def thanks(request: Req, language: FromPath[str], code: FromPath[str]) -> Response[str]:
        """That it has come, what happens with it, and that the other half is welcome."""
        t = pages.words(language)
        place, found = await rounds.ask_open(code, lambda asked: asked.round)
        if not found.is_open(place.today):
            raise NotFoundException
        return await pages.page(
            request,
            t,
            "ask_thanks.html",
            place,
            tabs=(),
            root="ask/",
            here=f"/{code}/thanks",
            round=found,
            at_home=_place(found, code) == "letterbox",
        )

    return [enter, sheet, hand_in, thanks]


def form_words(t: Words, found: Round, place: str) -> dict[str, Any]:
    """What a template of the sheet needs, on a screen or on paper."""
    return {
        "round": found,
        "at_home": place == "letterbox",
        "code": found.letterbox_code if place == "letterbox" else found.code,
        "lights": {light: t.text(word) for light, word in phrases.LIGHTS.items()},
        "questions": [t.text(question) for question in phrases.QUESTIONS],
        "often": [t.text(word) for word in phrases.OFTEN],
        "roles": phrases.roles(t),
        "ages": phrases.ages(t),
        "reasons": {key: t.text(word) for key, word in phrases.REASONS.items()},
        "most_text": MOST_TEXT,
    }


def _place(found: Round, code: str) -> str:
    """On the path or at home: each has its code."""
    return "letterbox" if code.strip().lower() == found.letterbox_code else "spot"


def _light_now(place: SiteContext) -> str:
    """Day or dark, by the sun over the park; in the twilight whoever is there decides."""
    height = altitude_deg(place.now_utc_s, place.site.lat, place.site.lon)
    return "day" if height > 0 else "dark" if height < _DUSK_DEG else ""
