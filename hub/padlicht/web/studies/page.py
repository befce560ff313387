"""The pages "Studies": all of them, the planner, the form by which one is registered, and each one.

The route: app.py gives a request to its handler, which asks the ledger in a thread through
`PageContext.read`. Forms are read by studies/form.py and written down by the rules of
evaluation/registering.py; statistics are only asked for here (`study_jobs`), and worked out by a
process of its own. One study's page is in studies/study.py; study_view/ has its words and chart.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from padlicht.errors import PadlichtError
from padlicht.evaluation import extra
from padlicht.evaluation.estimators.types import (
    FEWEST_PAIRS,
    LEAST_WEEKS,
    MOST_WEEKS,
    PLAN_FEWEST_WEEKS,
    PLAN_MOST_WEEKS,
    Design,
    Plan,
)
from padlicht.evaluation.outcomes import StudyOutcome, outcomes_of_site, plan_of
from padlicht.evaluation.registering import MOST_TEXT, register
from padlicht.ledger import Ledger
from padlicht.ledger.tables.study_jobs import PLAN, StudyJob
from padlicht.web import phrases
from padlicht.web.i18n import text
from padlicht.web.page import NO_STORE, PageContext, Req, Tab
from padlicht.web.site_context import SiteContext
from padlicht.web.studies import study
from padlicht.web.studies.form import (
    MOST_BYTES,
    Typed,
    registration_of,
    settings_to_try,
    typed_of,
)
from padlicht.web.study_view.verdict import claim_words

TAB = Tab("studies", text("Studies"))


@dataclass(frozen=True)
class StudiesData:
    """What the ledger knows: all studies, what was planned, and for which zone."""

    outcomes: list[StudyOutcome]
    zones: list[str]
    zone: str
    plan: Plan | None
    planned_utc_s: int | None
    job: StudyJob | None


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """All studies and the planner, the form, and what is sent from them."""

    @get("/{language:str}/{site:str}/studies", include_in_schema=False)
    async def page(
        request: Req, language: FromPath[str], site: FromPath[str], zone: FromQuery[str] = ""
    ) -> Response[str]:
        """All studies, and how many weeks one of a zone would take."""
        t = pages.words(language)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, zone))
        return await pages.page(
            request,
            t,
            "studies.html",
            place,
            tab=TAB.address,
            found=found,
            claims=claim_words(t),
            stages=study.stage_words(t),
            extra_is_installed=extra.is_installed(),
            install=extra.INSTALL,
            fewest_weeks=PLAN_FEWEST_WEEKS,
            most_weeks=PLAN_MOST_WEEKS,
        )

    @post(
        "/{language:str}/{site:str}/studies",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=303,
    )
    async def plan(request: Req, language: FromPath[str], site: FromPath[str]) -> Redirect:
        """Ask for the planner's job."""
        t = pages.words(language)
        place, zones = await pages.read(site, zones_of)
        zone = typed_of(dict(await request.form())).get("zone")
        who = study.who(pages, request, t)
        if zone in ("", *zones):
            await asyncio.to_thread(study.ask, pages, place, PLAN, zone, who)
        zone = zone if zone in zones else ""
        return Redirect(
            f"/{t.language}/{place.site.name}/studies?zone={zone}#plan",
            status_code=303,
            headers=NO_STORE,
        )

    async def form_page(
        request: Req, language: str, site: str, typed: Typed, status: int = 200
    ) -> Response[str]:
        t = pages.words(language)
        place, zones = await pages.read(site, zones_of)
        monday = place.today + timedelta(days=7 - place.today.weekday())
        answer = await pages.page(
            request,
            t,
            "study_new.html",
            place,
            tab=TAB.address,
            here=f"/{place.site.name}/new-study",
            typed=typed,
            zones=zones,
            claims=claim_words(t),
            names=phrases.setting_names(t),
            keys=settings_to_try(),
            monday=monday,
            most=MOST_TEXT,
            weeks=(2 * FEWEST_PAIRS, PLAN_MOST_WEEKS, LEAST_WEEKS, MOST_WEEKS),
            tryout=Design.TRYOUT.value,
            installation=Design.INSTALLATION.value,
        )
        answer.status_code = status
        return answer

    @get("/{language:str}/{site:str}/new-study", include_in_schema=False)
    async def new(request: Req, language: FromPath[str], site: FromPath[str]) -> Response[str]:
        """The form by which a study is registered."""
        return await form_page(request, language, site, Typed())

    @post(
        "/{language:str}/{site:str}/new-study",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=303,
    )
    async def register_it(
        request: Req, language: FromPath[str], site: FromPath[str]
    ) -> Response[str] | Redirect:
        """Register what was typed, and lead to its page; or say why not."""
        t = pages.words(language)
        place, _ = await pages.read(site, zones_of)
        typed = typed_of(dict(await request.form()))
        try:
            name = await asyncio.to_thread(
                _register, pages, place, typed, study.who(pages, request, t)
            )
        except PadlichtError as error:
            wrong = replace(typed, wrong=str(error))
            return await form_page(request, language, site, wrong, status=422)
        return Redirect(study.address(t.language, place, name), status_code=303, headers=NO_STORE)

    return [page, plan, new, register_it, *study.routes(pages)]


def query(ledger: Ledger, place: SiteContext, zone: str) -> StudiesData:
    """Ask the ledger."""
    site = place.site.name
    zones = zones_of(ledger, place)
    zone = zone if zone in zones else ""
    stored = next((plan for plan in ledger.studies.plans(site) if plan.zone == zone), None)
    return StudiesData(
        outcomes_of_site(ledger, site, place.now_utc_s),
        zones,
        zone,
        plan_of(stored) if stored else None,
        stored.utc_s if stored else None,
        ledger.study_jobs.newest(site, PLAN, zone),
    )


def zones_of(ledger: Ledger, place: SiteContext) -> list[str]:
    """The zones of the park, by name."""
    return [zone.name for zone in ledger.sites.zones(place.site.name)]


def _register(pages: PageContext, place: SiteContext, typed: Typed, who: str) -> str:
    with Ledger.open(pages.context.ledger_path) as ledger:
        made = register(
            ledger,
            place.site.name,
            typed.get("name"),
            registration_of(typed),
            who,
            pages.context.clock.utc_s(),
        )
        return made.name
