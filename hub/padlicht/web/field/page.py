"""The pages "At the path": a sheet for each way of looking, on a phone or on paper, and results.

The route: app.py gives the request to `results` or `sheet`, which ask the ledger in a thread
through `PageContext.read`. A sheet comes back to `hand_in`: it is read by participation/field,
kept once however often it comes, and the answer is the page, or JSON for the page's script
(static/field.js), which keeps sheets on the phone while there is no connection. `worker` makes a
browser open the sheets without one.
"""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from padlicht.errors import BadData, Refused
from padlicht.participation.field.sheets import (
    ASPECTS,
    KINDS,
    LIGHTS,
    MARKS,
    MOST,
    MOST_LETTERS,
    QUARTERS,
    SHORT,
    TERM,
    read_sheet,
)
from padlicht.participation.store import open_participation
from padlicht.web.field import phrases, results
from padlicht.web.i18n import Words, text
from padlicht.web.page import NO_STORE, PageContext, Req, Tab, assets
from padlicht.web.site_context import SiteContext

TAB = Tab("field", text("At the path"))
MOST_BYTES: Final = 32_768


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """Results, the sheets, paper, the hand-in and the worker."""
    path = pages.context.config.participation_path

    async def shown(
        request: Req, t: Words, site: str, kind: str, typed: Mapping[str, str], wrong: str = ""
    ) -> Response[str]:
        place, zones = await pages.read(
            site, lambda ledger, place: [zone.name for zone in ledger.sites.zones(place.site.name)]
        )
        answer = await pages.page(
            request,
            t,
            "field_sheet.html",
            place,
            tab=TAB.address,
            here=f"/{place.site.name}/field/{kind}",
            kind=kind,
            once=secrets.token_hex(16),
            typed=typed,
            wrong=wrong,
            script_words=phrases.script_words(t),
            zones=zones,
            **_words(t, place),
        )
        answer.status_code = 422 if wrong else 200
        return answer

    @get("/{language:str}/{site:str}/field", include_in_schema=False)
    async def page(
        request: Req, language: FromPath[str], site: FromPath[str], kept: FromQuery[str] = ""
    ) -> Response[str]:
        """What was handed in says, and the way to each sheet."""
        t = pages.words(language)
        place, found = await pages.read(
            site,
            lambda ledger, place: results.add_up(
                ledger, place, results.visits_of(path, place.site.name)
            ),
        )
        return await pages.page(
            request,
            t,
            "field.html",
            place,
            tab=TAB.address,
            here=f"/{place.site.name}/field",
            found=found,
            kept=kept,
            **_words(t, place),
        )

    @get("/{language:str}/{site:str}/field/{kind:str}", include_in_schema=False)
    async def sheet(
        request: Req, language: FromPath[str], site: FromPath[str], kind: FromPath[str]
    ) -> Response[str]:
        """The sheet to fill in; it opens without a connection once it was opened with one."""
        return await shown(request, pages.words(language), site, _known(kind), {})

    @get("/{language:str}/{site:str}/field/{kind:str}/paper", include_in_schema=False)
    async def paper(
        request: Req, language: FromPath[str], site: FromPath[str], kind: FromPath[str]
    ) -> Response[str]:
        """The same sheet to print, fill in by pen and type in later."""
        t = pages.words(language)
        place, zones = await pages.read(
            site, lambda ledger, place: [zone.name for zone in ledger.sites.zones(place.site.name)]
        )
        here = f"/{place.site.name}/field/{kind}/paper"
        more = {"kind": _known(kind), "zones": zones, **_words(t, place)}
        return await pages.page(
            request, t, "field_paper.html", place, tab=TAB.address, here=here, **more
        )

    @post(
        "/{language:str}/{site:str}/field/{kind:str}",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=200,
    )
    async def hand_in(
        request: Req, language: FromPath[str], site: FromPath[str], kind: FromPath[str]
    ) -> Response[str] | Response[Any] | Redirect:
        """Keep a sheet, once however often it comes."""
        t = pages.words(language)
        place, _ = await pages.read(site, lambda ledger, place: None)
        form = await request.form()
        fields = {key: str(value)[:2000] for key, value in form.items()} | {"kind": _known(kind)}
        account = pages.login_guard.visitor(request).account
        who = account.name if account else t.text("somebody without a login")
        for_script = "application/json" in request.headers.get("accept", "")
        try:
            new = await asyncio.to_thread(_keep, pages, place, fields, who)
        except (BadData, Refused) as error:
            if not for_script:
                return await shown(request, t, site, kind, fields, str(error))
            said: dict[str, Any] = {"wrong": str(error)}
            return Response(said, status_code=422, headers=NO_STORE)
        if for_script:
            return Response({"kept": True, "new": new}, headers=NO_STORE)
        return Redirect(
            f"/{language}/{place.site.name}/field?kept={kind}", status_code=303, headers=NO_STORE
        )

    @get("/{language:str}/{site:str}/field/worker.js", include_in_schema=False)
    async def worker(language: FromPath[str], site: FromPath[str]) -> Response[bytes]:
        """What opens the sheets without a connection; its address says for which pages."""
        pages.words(language)
        content = assets()["field-worker.js"]
        return Response(
            content, media_type="text/javascript", headers={"Cache-Control": "no-cache"}
        )

    return [page, sheet, paper, hand_in, worker]


def _keep(pages: PageContext, place: SiteContext, fields: Mapping[str, str], who: str) -> bool:
    visit = read_sheet(fields, place.site.name, place.tz, who, place.now_utc_s)
    counters = [node.name for node in place.nodes if node.role == "counter"]
    if visit.kind == "count" and visit.place not in counters:
        raise Refused(f"there is no counter {visit.place}: it is one of {', '.join(counters)}")
    with (
        open_participation(pages.context.config.participation_path, make=True) as words,
        words.transaction(),
    ):
        return words.visits.add(visit)


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise NotFoundException(f"there is no sheet {kind[:20]!r}: it is one of {', '.join(KINDS)}")
    return kind


def _words(t: Words, place: SiteContext) -> dict[str, object]:
    """What all templates of these pages say."""
    return {
        "kinds": {kind: t.text(words) for kind, words in phrases.KINDS.items()},
        "about": {kind: t.text(words) for kind, words in phrases.ABOUT.items()},
        "parts": [(t.text(part.title), part.names) for part in phrases.PARTS],
        "names": phrases.field_words(t),
        "aspects": ASPECTS,
        "marks": MARKS,
        "lights": LIGHTS,
        "quarters": QUARTERS,
        "most": MOST,
        "letters": MOST_LETTERS,
        "short": SHORT,
        "first": place.today - TERM,
        "counters": [node.name for node in place.nodes if node.role == "counter"],
    }
