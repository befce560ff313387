"""The council report: one study on two pages, as a page and as a PDF of it.

`query` asks the ledger for the study with all that came of it (evaluation/outcomes.py) and for what
else happened, and people's own words for what they said before and after. `document` puts it into
words for council.html. Where something is not there, the report says so in a sentence of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from padlicht.errors import Refused, TryAgain
from padlicht.evaluation.estimators.types import TOLD, Design, Method, Side
from padlicht.evaluation.outcomes import StudyOutcome, outcome_of
from padlicht.evaluation.registering import find_study
from padlicht.evaluation.registration import Study
from padlicht.ledger import DiaryEntry, Ledger
from padlicht.participation.store import open_participation
from padlicht.participation.survey.results import RoundResult, results_of
from padlicht.usage.days import local_day
from padlicht.web.i18n import Words
from padlicht.web.page import PageContext, Req
from padlicht.web.phrases import lower_first
from padlicht.web.reports.safety import Safety, safety_texts
from padlicht.web.site_context import SiteContext
from padlicht.web.study_view import verdict
from padlicht.web.study_view.dot_chart import dot_chart, side_words

TAB: Final = "reports"
SHEETS: Final = 2
MOST_EVENTS: Final = 6  # of the diary; the newest
MOST_OF_TEXT: Final = 160  # characters of an entry or a reason; all of it stands on its own page
_HOUR_S: Final = 3600


@dataclass(frozen=True)
class CouncilData:
    """A study, what else happened in its weeks, and what people said."""

    outcome: StudyOutcome
    diary: list[DiaryEntry]
    safety: Safety


def routes(pages: PageContext) -> list[HTTPRouteHandler]:
    """The document, and its file."""

    async def asked(site: str, study: str) -> tuple[SiteContext, CouncilData]:
        return await pages.read(site, lambda ledger, place: query(pages, ledger, place, study))

    @get("/{language:str}/{site:str}/reports/study/{study:str}", include_in_schema=False)
    async def report(
        request: Req, language: FromPath[str], site: FromPath[str], study: FromPath[str]
    ) -> Response[str]:
        """The report as it is printed."""
        t = pages.words(language)
        place, data = await asked(site, study)
        values = document(t, place, data)
        return await pages.page(request, t, "council.html", place, tab=TAB, **values)

    @get("/{language:str}/{site:str}/reports/study/{study:str}/report.pdf", include_in_schema=False)
    async def pdf(
        request: Req, language: FromPath[str], site: FromPath[str], study: FromPath[str]
    ) -> Response[Any]:
        """The report as two pages of A4."""
        t = pages.words(language)
        place, data = await asked(site, study)
        values = document(t, place, data)
        name = f"study-{data.outcome.study.name}"
        return await pages.pdf(request, t, "council.html", place, name, most_pages=SHEETS, **values)

    return [report, pdf]


def query(pages: PageContext, ledger: Ledger, place: SiteContext, name: str) -> CouncilData:
    """Ask the ledger and people's words; Refused, so "not found", when there is no such study."""
    study = find_study(ledger, name, place.site.name)
    diary = ledger.diary.of_site(
        place.site.name,
        study.now.first_counted,
        min(study.now.last_day, place.today),
        zone=study.now.zone or None,
        public_only=True,  # the report is handed out
    )
    return CouncilData(
        outcome_of(ledger, study, place.now_utc_s), diary, _safety(pages, place, study)
    )


def _safety(pages: PageContext, place: SiteContext, study: Study) -> Safety:
    """The last round before the change, and the newest since."""
    try:
        with open_participation(pages.context.config.participation_path) as words:
            rounds = [
                each
                for each in words.survey.rounds(place.site.name)
                if each.first_day <= place.today
            ]
            before = [each for each in rounds if each.last_day < study.now.first_day]
            since = [each for each in rounds if each.last_day >= study.now.first_day]

            def newest(found: list[Any]) -> RoundResult | None:
                if not found:
                    return None
                one = max(found, key=lambda each: each.last_day)
                return results_of(one, words.survey.sheets(one.id), words.texts.of_round(one.id))

            return Safety(newest(before), newest(since))
    except Refused:
        return Safety(None, None)
    except TryAgain:
        return Safety(None, None, unreadable=True)


def document(t: Words, place: SiteContext, data: CouncilData) -> dict[str, Any]:
    """What council.html shows."""
    found = data.outcome
    result = found.result
    shown = data.diary[-MOST_EVENTS:]
    return {
        "found": found,
        "study": found.study,
        "asked": found.study.registered,
        "answer": answer(t, found),
        "verdict": verdict.verdict(t, found.study, result)[1:-1] if result else [],
        "chart": dot_chart(t, found.dots, simulated=place.simulated != "none")
        if found.dots
        else None,
        "rows": side_rows(t, result.main.sides) if result and result.main.sides else [],
        "sides": [side_words(t).get(side.name, side.name) for side in result.main.sides]
        if result
        else [],
        "control": control_texts(t, found),
        "placebos": verdict.placebo_texts(t, result) if result else [],
        "diary": [(_days(t, entry), _shortened(entry.text)) for entry in shown],
        "more_diary": len(data.diary) - len(shown),
        "safety": safety_texts(t, data.safety),
        "is_late": found.study.is_late(place.tz),
        "claims": verdict.claim_words(t),
        "weeks_confirmed": sum(state.is_over and state.is_confirmed for state in found.weeks),
        "weeks_over": sum(state.is_over for state in found.weeks),
        "day_of": lambda utc_s: local_day(utc_s, place.tz),
        "changed": lambda each: _shortened(
            ", ".join(f"{key} = {value}" for key, value in each.changes.items())
        ),
        "shortened": _shortened,
    }


def answer(t: Words, found: StudyOutcome) -> str:
    """The verdict in one sentence; or why there is none yet, or why it cannot be known."""
    now = found.study.now
    if found.result is not None:
        main = found.result.main
        said = verdict.estimate_text(t, main)
        if main.outcome in TOLD:
            return said
        return t.text("This cannot be known: %(why)s") % {"why": lower_first(said)}
    if now.stopped:
        return t.text("There is no verdict and none will come: the study was stopped.")
    if found.is_over:
        return t.text(
            "There is no verdict yet: the weeks are over, but nobody has worked it out "
            "(%(command)s)."
        ) % {"command": f"padlicht study run {found.study.name}"}
    return t.text(
        "There is no verdict yet: the study runs until %(day)s, and looking early misleads."
    ) % {"day": t.short_date(now.last_day)}


def control_texts(t: Words, found: StudyOutcome) -> list[str]:
    """With and without the control path, and the odds ratios; or that there is none."""
    told = []
    if found.study.now.design is Design.TRYOUT:
        told.append(
            t.text(
                "None is needed: weeks on and off, drawn by chance, are on the same path in the "
                "same season."
            )
        )
    elif not found.study.now.control_zone:
        told.append(
            t.text(
                "No control path was registered. Whatever else changed evenings in these weeks is "
                "in the figure, too."
            )
        )
    elif found.result is None:
        told.append(
            t.text("%(zone)s is the control path. It is compared once there is a verdict.")
            % {"zone": found.study.now.control_zone}
        )
    elif found.result.main.method is Method.INSTALLATION_CONTROL_PATH:
        said = verdict.estimate_text(t, found.result.main)
        told.append(t.text("With the control path: %(said)s") % {"said": said})
    if found.result is not None:
        told += verdict.beside(t, found.result)
    return told


def side_rows(t: Words, sides: tuple[Side, ...]) -> list[tuple[str, list[str]]]:
    """The table: what was counted in the hours of the study and by day, and what was watched."""

    def row(words: str, cell: Callable[[Side], str]) -> tuple[str, list[str]]:
        return words, [cell(side) for side in sides]

    return [
        row(t.text("Passages in the hours of the study"), lambda s: t.number(s.case_passages)),
        row(
            t.text("in an hour that was watched"),
            lambda s: _rate(t, s.case_passages, s.case_watched_s),
        ),
        row(t.text("Passages by day, to compare with"), lambda s: t.number(s.control_passages)),
        row(
            t.text("in an hour by day that was watched"),
            lambda s: _rate(t, s.control_passages, s.control_watched_s),
        ),
        row(
            t.text("Days of counters that count, of all"),
            lambda s: (
                f"{t.number(s.days_counted)} / {t.number(s.days)} ({t.percent(s.nights_share)})"
            ),
        ),
        row(
            t.text("left out: watched too little / covered"),
            lambda s: f"{t.number(s.unwatched)} / {t.number(s.covered)}",
        ),
        row(
            t.text("Hours of the study in a night, by the almanac"),
            lambda s: t.rate(s.lit_h_a_night),
        ),
    ]


def _rate(t: Words, passages: int, watched_s: int) -> str:
    return t.rate(passages * _HOUR_S / watched_s) if watched_s else "–"


def _days(t: Words, entry: DiaryEntry) -> str:
    return t.dates(entry.first_day, entry.last_day)


def _shortened(words: str) -> str:
    """On one or two lines."""
    words = " ".join(words.split())
    return words if len(words) <= MOST_OF_TEXT else words[: MOST_OF_TEXT - 1].rstrip() + "…"
