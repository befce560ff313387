"""One study's page: its registration, weeks, dots, amendments, and its verdict once it is over."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from padlicht.errors import BadData, PadlichtError
from padlicht.evaluation import extra
from padlicht.evaluation.estimators.types import Reason
from padlicht.evaluation.outcomes import StudyOutcome, outcome_of
from padlicht.evaluation.registering import MOST_TEXT, amend, find_study
from padlicht.evaluation.registration import AMENDABLE, begins_utc_s
from padlicht.ledger import Ledger
from padlicht.ledger.tables.study_jobs import RUN
from padlicht.web import phrases
from padlicht.web.charts import Chart
from padlicht.web.i18n import Words
from padlicht.web.page import NO_STORE, PageContext, Req, find_chart
from padlicht.web.site_context import SiteContext
from padlicht.web.studies.form import MOST_BYTES, Typed, changes_of, typed_of
from padlicht.web.study_view import verdict
from padlicht.web.study_view.dot_chart import dot_chart, side_words

TAB_ADDRESS = "studies"


class LeftOutLine(NamedTuple):
    """A reason, and of how many days or weeks it is."""

    reason: str
    number: int


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The page, its numbers, and what is sent from it."""

    async def shown(
        request: Req, language: str, site: str, name: str, typed: Typed, status: int = 200
    ) -> Response[str]:
        t = pages.words(language)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, name))
        result = found.result
        answer = await pages.page(
            request,
            t,
            "study.html",
            place,
            tab=TAB_ADDRESS,
            here=f"/{place.site.name}/study/{found.study.name}",
            found=found,
            study=found.study,
            asked=found.study.registered,
            now=found.study.now,
            chart=_chart(t, place, found),
            verdict=verdict.verdict(t, found.study, result) if result else [],
            beside=[*verdict.beside(t, result)] if result else [],
            placebos=verdict.placebo_texts(t, result) if result else [],
            estimate_text=lambda estimate: verdict.estimate_text(t, estimate),
            left_out=left_out_lines(t, found),
            claims=verdict.claim_words(t),
            sides=side_words(t),
            names=phrases.setting_names(t),
            value=lambda key, held: phrases.setting_value(t, key, held),
            stages=stage_words(t),
            fields=field_words(t),
            amendable=AMENDABLE,
            begins=lambda week: begins_utc_s(week, place.tz),
            is_late=found.study.is_late(place.tz),
            extra_is_installed=extra.is_installed(),
            install=extra.INSTALL,
            typed=typed,
            most=MOST_TEXT,
        )
        answer.status_code = status
        return answer

    @get("/{language:str}/{site:str}/study/{study:str}", include_in_schema=False)
    async def page(
        request: Req, language: FromPath[str], site: FromPath[str], study: FromPath[str]
    ) -> Response[str]:
        """All that there is of a study."""
        return await shown(request, language, site, study, Typed())

    @post(
        "/{language:str}/{site:str}/study/{study:str}",
        include_in_schema=False,
        request_max_body_size=MOST_BYTES,
        status_code=303,
    )
    async def write(
        request: Req, language: FromPath[str], site: FromPath[str], study: FromPath[str]
    ) -> Response[str] | Redirect:
        """Ask for the study's job, or amend it."""
        t = pages.words(language)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, study))
        typed = typed_of(dict(await request.form()))
        asks = who(pages, request, t)
        if typed.get("form") == RUN:
            await asyncio.to_thread(ask, pages, place, RUN, found.study.name, asks)
        else:
            try:
                await asyncio.to_thread(_amend, pages, found, typed, asks)
            except PadlichtError as error:
                wrong = Typed(typed.fields, str(error))
                return await shown(request, language, site, study, wrong, status=422)
        return Redirect(
            address(t.language, place, found.study.name), status_code=303, headers=NO_STORE
        )

    @get("/{language:str}/{site:str}/study/{study:str}/numbers.csv", include_in_schema=False)
    async def numbers(
        language: FromPath[str],
        site: FromPath[str],
        study: FromPath[str],
        chart: FromQuery[str] = "dots",
    ) -> Response[str]:
        """The numbers of the dots."""
        t = pages.words(language)
        place, found = await pages.read(site, lambda ledger, place: query(ledger, place, study))
        return pages.csv(place, f"study-{study}", find_chart([*_charts(t, place, found)], chart))

    return [page, write, numbers]


def query(ledger: Ledger, place: SiteContext, name: str) -> StudyOutcome:
    """Ask the ledger; Refused, which becomes "not found", when there is no such study here."""
    return outcome_of(ledger, find_study(ledger, name, place.site.name), place.now_utc_s)


def address(language: str, place: SiteContext, name: str) -> str:
    """Where a study's page is."""
    return f"/{language}/{place.site.name}/study/{name}"


def who(pages: PageContext, request: Req, t: Words) -> str:
    """Who writes something down."""
    account = pages.login_guard.visitor(request).account
    return account.name if account else t.text("not logged in")


def ask(pages: PageContext, place: SiteContext, kind: str, subject: str, who: str) -> None:
    """Want a job of statistics; the hub begins it."""
    with Ledger.open(pages.context.ledger_path) as ledger, ledger.transaction():
        ledger.study_jobs.ask(place.site.name, kind, subject, who, pages.context.clock.utc_s())


def left_out_lines(t: Words, found: StudyOutcome) -> list[LeftOutLine]:
    """What was left out, by its reason."""
    of = found.result.left_out if found.result else found.look.left_out if found.look else ()
    words = {
        Reason.UNWATCHED: t.text("days of counters that were watched for too short"),
        Reason.COVERED: t.text(
            "days on which a counter saw nobody, though people should have come"
        ),
        Reason.BEDDING_IN: t.text("first days of weeks: lamps and people change over"),
        Reason.UNCONFIRMED: t.text("weeks that nine lamps in ten did not confirm"),
        Reason.HARDLY_LIT: t.text("weeks in which evenings were too light for lamps"),
        Reason.PAIR_BROKEN: t.text("weeks of which the other one of the pair was left out"),
    }
    counts = {reason: sum(left.reason is reason for left in of) for reason in Reason}
    return [LeftOutLine(words[reason], count) for reason, count in counts.items() if count]


def stage_words(t: Words) -> dict[str, str]:
    """What a job is at."""
    return {
        "": t.text("waiting"),
        "read": t.text("reading the counts"),
        "load": t.text("reading the counts"),
        "estimate": t.text("working out the weeks"),
        "clock_changes": t.text("looking at the clock changes"),
        "placebo": t.text("trying dates on which nothing happened"),
    }


def field_words(t: Words) -> dict[str, str]:
    """What an amendment may change."""
    return {
        "weeks": t.text("weeks"),
        "control_zone": t.text("control path"),
        "change": t.text("what is changed"),
        "stopped": t.text("stopped"),
    }


def _charts(t: Words, place: SiteContext, found: StudyOutcome) -> Sequence[Chart]:
    chart = _chart(t, place, found)
    if chart is None:
        raise NotFoundException("there are no dots yet")
    return [chart]


def _chart(t: Words, place: SiteContext, found: StudyOutcome) -> Chart | None:
    if not found.dots:
        return None
    return dot_chart(t, found.dots, simulated=place.simulated != "none")


def _amend(pages: PageContext, found: StudyOutcome, typed: Typed, who: str) -> None:
    changes = changes_of(typed)
    if not changes:
        raise BadData("say what is to change: its weeks, the sentence, or that it stops")
    with Ledger.open(pages.context.ledger_path) as ledger:
        now = pages.context.clock.utc_s()
        amend(ledger, found.study, changes, who, typed.get("why"), now)
