"""Moderation: what was written is read by somebody with a name before it is shown, by role only."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from padlicht.errors import BadData, Refused
from padlicht.participation.survey.sheet import Round, Text
from padlicht.web.i18n import text
from padlicht.web.page import NO_STORE, PageContext, Req
from padlicht.web.words.ask import form_words
from padlicht.web.words.rounds import MOST_BYTES, TAB, Asked, Rounds, values_of

SAY_WHY = text("Say why it is taken away, or what was taken out of it.")


def routes(pages: PageContext, rounds: Rounds) -> list[HTTPRouteHandler]:
    """GET and POST …/moderate."""

    async def show(
        request: Req, language: str, site: str, code: str, wrong: str = ""
    ) -> Response[str]:
        t = pages.words(language)

        def read(asked: Asked) -> tuple[Round, list[Text]]:
            return asked.round, asked.words.texts.of_round(asked.round.id)

        place, (found, texts) = await rounds.ask(site, code, read)
        answer = await pages.page(
            request,
            t,
            "words_moderate.html",
            place,
            tab=TAB.address,
            waiting=[each for each in texts if each.state == "waiting"],
            decided=[each for each in texts if each.state != "waiting"],
            wrong=wrong,
            **form_words(t, found, "spot"),
        )
        answer.status_code = 422 if wrong else 200
        return answer

    @get("/{language:str}/{site:str}/words/{code:str}/moderate", include_in_schema=False)
    async def texts(
        request: Req, language: FromPath[str], site: FromPath[str], code: FromPath[str]
    ) -> Response[str]:
        """What waits, the rules, and what was decided."""
        return await show(request, language, site, code)

    @post(
        "/{language:str}/{site:str}/words/{code:str}/moderate",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=200,
    )
    async def decide(
        request: Req, language: FromPath[str], site: FromPath[str], code: FromPath[str]
    ) -> Response[str] | Redirect:
        """Show one text, as it is or shortened, or take it away; either with who and when."""
        t = pages.words(language)
        values = await values_of(request)
        who = rounds.who(request)
        number = values.get("text_id", "")

        def write(asked: Asked) -> str:
            texts, why, now = asked.words.texts, values.get("why", ""), asked.place.now_utc_s
            text_id = int(number[:18]) if number.isdecimal() else 0
            try:
                if values.get("do") == "remove":
                    texts.remove(asked.round.id, text_id, why, who, now)
                else:
                    texts.show(asked.round.id, text_id, values.get("text", ""), why, who, now)
            except BadData:
                return t.text(SAY_WHY)
            except Refused:
                return t.text("This text is not there any more.")
            return ""

        _, wrong = await rounds.ask(site, code, write)
        if wrong:
            return await show(request, language, site, code, wrong)
        back = f"/{language}/{site}/words/{code}/moderate"
        return Redirect(back, status_code=303, headers=NO_STORE)

    return [texts, decide]
