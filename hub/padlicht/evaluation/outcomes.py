"""Outcome of a study, for pages and reports: registration, amendments, weeks, result. Reads only.

`outcome_of` and `outcomes_of_site` are what a report is made from; they import no extra.
"""

import msgspec
from msgspec import Struct

from padlicht.evaluation.confirmation import WeekState, week_states
from padlicht.evaluation.estimators.types import Analysis, Design, Dot, LeftOut, Plan
from padlicht.evaluation.registration import Study
from padlicht.ledger import Ledger
from padlicht.ledger.tables.studies import StoredPlan, StoredResult
from padlicht.ledger.tables.study_jobs import RUN, StudyJob


class Look(Struct, frozen=True):
    """The dots of a study that is not over: no ratio, no interval, no verdict."""

    dots: tuple[Dot, ...]
    left_out: tuple[LeftOut, ...] = ()


class StudyOutcome(Struct, frozen=True):
    """A study and all that came of it.

    `result` is its verdict: the first that was worked out after its end, None before. `later` are
    those that were worked out again of other data, or by another version. `looked_utc_s` says when
    the dots of `look` were made. `weeks` are those of a try-out, with lamps that confirmed them.
    """

    study: Study
    is_over: bool
    weeks: tuple[WeekState, ...]
    stored: StoredResult | None
    result: Analysis | None
    later: tuple[tuple[StoredResult, Analysis], ...]
    look: Look | None
    looked_utc_s: int | None
    job: StudyJob | None

    @property
    def dots(self) -> tuple[Dot, ...]:
        """What a chart shows: those of the result, or of the newest look."""
        if self.result is not None and self.result.main.dots:
            return self.result.main.dots
        return self.look.dots if self.look else ()


def outcome_of(ledger: Ledger, study: Study, now_utc_s: int) -> StudyOutcome:
    """All that there is of one study."""
    tz = ledger.sites.clock(study.row.site).tz_at(now_utc_s)
    found = [
        (stored, msgspec.json.decode(stored.result, type=Analysis))
        for stored in ledger.studies.results(study.row)
    ]
    look = ledger.studies.look(study.row)
    tryout = study.now.design is Design.TRYOUT
    return StudyOutcome(
        study=study,
        is_over=now_utc_s >= study.ends_utc_s(tz),
        weeks=tuple(week_states(ledger, study, tz, now_utc_s)) if tryout else (),
        stored=found[0][0] if found else None,
        result=found[0][1] if found else None,
        later=tuple(found[1:]),
        look=msgspec.json.decode(look.result, type=Look) if look else None,
        looked_utc_s=look.utc_s if look else None,
        job=ledger.study_jobs.newest(study.row.site, RUN, study.name),
    )


def outcomes_of_site(ledger: Ledger, site: str, now_utc_s: int) -> list[StudyOutcome]:
    """Of all studies of a site, in the order in which they were registered."""
    return [outcome_of(ledger, Study.of(row), now_utc_s) for row in ledger.studies.all(site)]


def plan_of(stored: StoredPlan) -> Plan:
    """What the planner found."""
    return msgspec.json.decode(stored.result, type=Plan)
