"""The pages "What people say": all rounds of a park, a new one, and what a round gave.

The route: app.py gives the request to `overview` or `result`, which ask the store in a thread;
participation/survey/results.py says what the number of pairs allows, phrases.py has the sentences,
and `PageContext.page` renders words.html or words_round.html. Beside them: the sheet itself
(words/ask.py), paper (printed.py), typing in (typed.py) and moderation (moderation.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from padlicht.errors import BadData
from padlicht.ledger import Ledger
from padlicht.participation.store import open_participation
from padlicht.participation.survey.export import sheets_csv
from padlicht.participation.survey.results import RoundResult, change_of, results_of
from padlicht.participation.survey.sheet import Round, cleaned
from padlicht.web.i18n import Words
from padlicht.web.page import NO_STORE, PageContext, Req
from padlicht.web.site_context import SiteContext
from padlicht.web.words import ask, moderation, phrases, printed, typed
from padlicht.web.words.rounds import MOST_BYTES, TAB, Asked, Rounds, values_of

__all__ = ["TAB", "routes"]
ROUND_DAYS: Final = 28  # what the form of a new round proposes
KEPT_DAYS: Final = 730
MOST_ASKED: Final = 100_000


@dataclass(frozen=True)
class Shown:
    """A round with the one before it, in which the same was asked."""

    result: RoundResult
    before: RoundResult | None


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """All addresses below /{language}/{site}/words, and the sheet at /ask."""
    rounds = Rounds(pages)

    async def list_page(
        request: Req,
        t: Words,
        site: str,
        values: dict[str, str],
        wrong: str = "",
        status: int = 200,
    ) -> Response[str]:
        def question(_: Ledger, place: SiteContext) -> list[Round]:
            if not rounds.path.exists():
                return []
            with open_participation(rounds.path) as words:
                return words.survey.rounds(place.site.name)

        place, found = await pages.read(site, question)
        proposed = {
            "first_day": str(place.today),
            "last_day": str(place.today + timedelta(days=ROUND_DAYS - 1)),
            "delete_after": str(place.today + timedelta(days=KEPT_DAYS)),
        }
        answer = await pages.page(
            request,
            t,
            "words.html",
            place,
            tab=TAB.address,
            rounds=found,
            values={**proposed, **values},
            wrong=wrong,
        )
        answer.status_code = status
        return answer

    @get("/{language:str}/{site:str}/words", include_in_schema=False)
    async def overview(request: Req, language: FromPath[str], site: FromPath[str]) -> Response[str]:
        """All rounds, and the form of a new one."""
        return await list_page(request, pages.words(language), site, {})

    @post(
        "/{language:str}/{site:str}/words",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=200,
    )
    async def begin(
        request: Req, language: FromPath[str], site: FromPath[str]
    ) -> Response[str] | Redirect:
        """Begin a round; what is wrong with it is said."""
        t = pages.words(language)
        values = await values_of(request)
        who = rounds.who(request)

        def add(_: Ledger, place: SiteContext) -> Round | str:
            try:
                wanted = round_of(t, values, place, who)
                with open_participation(rounds.path, make=True) as words, words.transaction():
                    return words.survey.add_round(wanted)
            except BadData as error:
                return str(error)

        _, made = await pages.read(site, add)
        if isinstance(made, str):
            return await list_page(request, t, site, values, made, 422)
        return Redirect(f"/{language}/{site}/words/{made.code}", status_code=303, headers=NO_STORE)

    @get("/{language:str}/{site:str}/words/{code:str}", include_in_schema=False)
    async def result(
        request: Req, language: FromPath[str], site: FromPath[str], code: FromPath[str]
    ) -> Response[str]:
        """What the round gave, and what its number of pairs allows to say."""
        t = pages.words(language)
        place, found = await rounds.ask(site, code, shown)
        return await pages.page(
            request,
            t,
            "words_round.html",
            place,
            tab=TAB.address,
            result=found.result,
            open_now=found.result.round.is_open(place.today),
            told=[told(t, group, found) for group in found.result.groups],
            phrases=phrases,
            **ask.form_words(t, found.result.round, "spot"),
        )

    @post(
        "/{language:str}/{site:str}/words/{code:str}",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=303,
    )
    async def describe(
        request: Req, language: FromPath[str], site: FromPath[str], code: FromPath[str]
    ) -> Redirect:
        """Write down how many were asked, who is missing, and what happened meanwhile."""
        pages.words(language)
        values = await values_of(request)

        def write(asked: Asked) -> None:
            asked.words.survey.describe(
                asked.round.id,
                _count(values.get("asked", "")),
                _count(values.get("letterbox_asked", "")),
                values.get("missing", ""),
                values.get("happened", ""),
            )

        await rounds.ask(site, code, write)
        return Redirect(f"/{language}/{site}/words/{code}", status_code=303, headers=NO_STORE)

    @get("/{language:str}/{site:str}/words/{code:str}/sheets.csv", include_in_schema=False)
    async def sheets(
        language: FromPath[str], site: FromPath[str], code: FromPath[str]
    ) -> Response[str]:
        """Every sheet of the round with its shown texts, for a spreadsheet."""
        pages.words(language)

        def read(asked: Asked) -> str:
            return sheets_csv(
                asked.words.survey.sheets(asked.round.id),
                asked.words.texts.of_round(asked.round.id),
            )

        place, body = await rounds.ask(site, code, read)
        named = f'attachment; filename="{place.site.name}-words-{code}.csv"'
        headers = {**NO_STORE, "Content-Disposition": named}
        return Response(body, media_type="text/csv", headers=headers)

    return [
        *(overview, begin, result, describe, sheets),
        *typed.routes(pages, rounds),
        *moderation.routes(pages, rounds),
        *printed.routes(pages, rounds),
        *ask.routes(pages),
    ]


def shown(asked: Asked) -> Shown:
    """The results of a round and of the last one that began before it."""
    found = _result(asked, asked.round)
    earlier = [
        each
        for each in asked.words.survey.rounds(asked.round.site)
        if each.last_day < asked.round.first_day
    ]
    return Shown(found, _result(asked, earlier[0]) if earlier else None)


def told(t: Words, group: Any, found: Shown) -> dict[str, Any]:
    """The sentences about one group."""
    changes = ""
    if found.before is not None and group.pairs:
        (before,) = (each for each in found.before.groups if each.place == group.place)
        changes = phrases.change(t, change_of(before, group), found.before.round.title)
    return {
        "group": group,
        "title": t.text(phrases.PLACES[group.place]),
        "respondents": phrases.respondents(t, group),
        "ways": phrases.counted(t, group.ways, phrases.ways(t)),
        "roles": phrases.counted(t, group.roles, phrases.roles(t)),
        "ages": phrases.counted(t, group.ages, phrases.ages(t)),
        "difference": phrases.difference(t, group),
        "change": changes,
        "warnings": phrases.warnings(t, group),
    }


def round_of(t: Words, values: dict[str, str], place: SiteContext, who: str) -> Round:
    """The round that a form describes; BadData says what is missing."""
    try:
        first, last, until = (
            date.fromisoformat(values.get(key, ""))
            for key in ("first_day", "last_day", "delete_after")
        )
    except ValueError as error:
        raise BadData(t.text("The day is written as 2026-11-05.")) from error
    if not first <= last <= until:
        raise BadData(t.text("The last day comes after the first, and sheets are deleted later."))
    texts = {key: cleaned(values.get(key, "")) for key in ("title", "contact", "decides")}
    if not all(texts.values()):
        raise BadData(t.text("Fill in the title, who asks, and who decides what comes of it."))
    return Round(
        id=0,
        site=place.site.name,
        title=texts["title"][:100],
        code="",
        letterbox_code="",
        first_day=first,
        last_day=last,
        delete_after=until,
        contact=texts["contact"][:200],
        decides=texts["decides"],
        who=who,
        added_utc_s=place.now_utc_s,
    )


def _result(asked: Asked, found: Round) -> RoundResult:
    words = asked.words
    return results_of(found, words.survey.sheets(found.id), words.texts.of_round(found.id))


def _count(typed: str) -> int | None:
    """A number of people; None for nothing."""
    typed = typed.strip()
    return min(int(typed), MOST_ASKED) if typed.isascii() and typed.isdigit() else None
