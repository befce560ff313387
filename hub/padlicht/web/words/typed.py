"""Typing in paper sheets by keyboard alone, one after the other, and deleting sheets.

A sheet is a line of boxes in the order in which they stand on paper, beside which stand the digits
to type; Enter stores it and gives the next. The day and the way stay as they were for the pile.
"""

import secrets
from dataclasses import replace
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from padlicht.errors import Refused
from padlicht.participation.survey.sheet import PLACES, Round, Sheet
from padlicht.web.page import NO_STORE, PageContext, Req
from padlicht.web.words import phrases
from padlicht.web.words.ask import form_words
from padlicht.web.words.forms import Filled, from_keyboard, once_of
from padlicht.web.words.rounds import MOST_BYTES, TAB, Asked, Rounds, values_of


def routes(pages: PageContext, rounds: Rounds) -> list[HTTPRouteHandler]:
    """GET and POST …/type, POST …/delete."""

    async def show(
        request: Req,
        language: str,
        site: str,
        code: str,
        at: str,
        filled: Filled,
        given: dict[str, str],
        deleted: int = -1,
    ) -> Response[str]:
        t = pages.words(language)
        if at not in PLACES:
            raise NotFoundException(f"sheets come from {' or '.join(PLACES)}, not from {at[:20]!r}")

        def read(asked: Asked) -> tuple[Round, int, list[Sheet]]:
            count = len(asked.words.survey.sheets(asked.round.id))
            return asked.round, count, asked.words.survey.newest(asked.round.id, 1)

        place, (found, count, newest) = await rounds.ask(site, code, read)
        answer = await pages.page(
            request,
            t,
            "words_type.html",
            place,
            tab=TAB.address,
            at=at,
            values={"day": str(place.today), "way": "paper"} | given,
            once=secrets.token_hex(16),
            wrong=filled.wrong,
            field=filled.field or ("light" if at == "spot" else "answers-day"),
            count=count,
            stored=newest[0] if newest and "stored" in request.query_params else None,
            deleted=deleted,
            ways=phrases.ways(t),
            can_type=found.summary is None,
            **form_words(t, found, at),
        )
        answer.status_code = 422 if filled.wrong else 200
        return answer

    @get("/{language:str}/{site:str}/words/{code:str}/type", include_in_schema=False)
    async def boxes(
        request: Req,
        language: FromPath[str],
        site: FromPath[str],
        code: FromPath[str],
        place: FromQuery[str] = "spot",
        day: FromQuery[str] = "",
        way: FromQuery[str] = "",
        stored: FromQuery[str] = "",
        deleted: FromQuery[str] = "",
    ) -> Response[str]:
        """The boxes of one sheet; what was stored last stands below them."""
        kept = {key: value for key, value in (("day", day[:10]), ("way", way[:10])) if value}
        gone = int(deleted[:4]) if deleted.isdecimal() else -1
        return await show(request, language, site, code, place, Filled(), kept, gone)

    @post(
        "/{language:str}/{site:str}/words/{code:str}/type",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=200,
    )
    async def store(
        request: Req, language: FromPath[str], site: FromPath[str], code: FromPath[str]
    ) -> Response[str] | Redirect:
        """Store the sheet; a mistake is said, with the cursor where it is."""
        t = pages.words(language)
        values = await values_of(request)
        at, once = values.get("place", "spot"), once_of(values) or secrets.token_bytes(16)

        def keep(asked: Asked) -> Filled:
            filled = from_keyboard(t, values, at, asked.place.today)
            if not filled.wrong:
                try:
                    asked.words.survey.add_sheets(
                        asked.round.id,
                        filled.sheets,
                        once=once,
                        code=filled.code,
                        texts=filled.texts,
                    )
                except Refused:
                    return replace(filled, wrong=phrases.full(t, asked.round))
            return filled

        _, filled = await rounds.ask(site, code, keep)
        if filled.wrong:
            return await show(request, language, site, code, at, filled, values)
        kept = {"place": at, "day": values["day"], "way": values.get("way", ""), "stored": "1"}
        back = f"/{language}/{site}/words/{code}/type?{urlencode(kept)}"
        return Redirect(back, status_code=303, headers=NO_STORE)

    @post(
        "/{language:str}/{site:str}/words/{code:str}/delete",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=303,
    )
    async def delete(
        request: Req, language: FromPath[str], site: FromPath[str], code: FromPath[str]
    ) -> Redirect:
        """Delete one sheet, the sheets of whoever made up a code, or with its title the round."""
        pages.words(language)
        values = await values_of(request)

        def forget(asked: Asked) -> int | None:
            survey, number = asked.words.survey, asked.round.id
            if "sheet" in values:
                given = values["sheet"]
                return int(given.isdecimal() and survey.delete_sheet(number, int(given[:18])))
            if "title" in values:
                if values["title"].strip() != asked.round.title:
                    return 0
                survey.delete_round(number)
                return None
            return survey.forget(number, values.get("code", ""))

        _, gone = await rounds.ask(site, code, forget)
        back = f"/{language}/{site}/words"
        if gone is not None:
            at = values.get("place", "spot")
            kept = {"place": at if at in PLACES else "spot", "deleted": str(gone)}
            kept |= {key: values[key] for key in ("day", "way") if key in values}
            back += f"/{code}/type?{urlencode(kept)}"
        return Redirect(back, status_code=303, headers=NO_STORE)

    return [boxes, store, delete]
