"""Jobs: a study worked out, or planned, and what came of it kept in the ledger.

    padlicht study run NAME  |  a page → study_jobs → the hub's job_runner → a process → run_study

Never in the web process: the statistics are large, and need the extra `padlicht[evaluation]`,
which is imported here inside of the functions.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version
from typing import Final, NamedTuple

import msgspec

from padlicht.errors import BadData
from padlicht.evaluation import extra
from padlicht.evaluation.observations import sha256_of, study_data, whole_weeks, zone_hours
from padlicht.evaluation.registration import Study
from padlicht.ledger import Ledger
from padlicht.ledger.tables.studies import StoredLook, StoredPlan, StoredResult

PLAN_MOST_HISTORY_WEEKS: Final = 52
# What a bar or a page shows; the first is before the estimators' own.
STAGES: Final = ("read", "load", "estimate", "clock_changes", "placebo")

Progress = Callable[[str, int, int], None]  # what it is at, how much of it is done, of how much


class Ran(NamedTuple):
    """What came of a study: `result` once it is over, before that only `look`.

    `again`: the same was known before, of the same data by the same version, to the last bit.
    """

    result: StoredResult | None
    look: StoredLook | None
    again: bool = False


def run_study(
    ledger: Ledger,
    study: Study,
    who: str,
    now_utc_s: int,
    progress: Progress = lambda what, done, total: None,
) -> Ran:
    """Work a study out and keep what came of it: its result once it is over, its dots before.

    Refused when the extra is missing; BadData when the same data gave another result before.
    """
    extra.require()
    from padlicht.evaluation.estimators.analyse import analyse
    from padlicht.evaluation.looks import look

    progress("read", 0, 1)
    data = study_data(ledger, study, now_utc_s)
    hashed = sha256_of(data)
    progress("read", 1, 1)
    tz = ledger.sites.clock(study.row.site).tz_at(now_utc_s)
    if now_utc_s < study.ends_utc_s(tz) or study.now.stopped:
        progress("estimate", 0, 1)
        found = _text(look(data, study.now))
        progress("estimate", 1, 1)
        dots = StoredLook(now_utc_s, hashed, found)
        with ledger.transaction():
            ledger.studies.store_look(study.row, dots)
        return Ran(None, dots)
    stored = StoredResult(
        utc_s=now_utc_s,
        who=who,
        version=version("padlicht"),
        registration_sha256=study.sha256(),
        data_sha256=hashed,
        result=_text(analyse(data, _counted(progress))),
    )
    with ledger.transaction():
        known = _known(ledger.studies.results(study.row), stored)
        if known is not None and known.result != stored.result:
            raise BadData(
                f"{study.name}: the same data gave another result than on {known.utc_s}: this is a "
                "fault of the software or of this machine; tell the maintainers"
            )
        if known is None:
            ledger.studies.store_result(study.row, stored)
    return Ran(known or stored, None, again=known is not None)


def plan_zone(
    ledger: Ledger,
    site: str,
    zone: str,
    now_utc_s: int,
    progress: Progress = lambda what, done, total: None,
) -> StoredPlan:
    """How many weeks a study of a zone ("": of the park) would need, on its own past; kept."""
    extra.require()
    from padlicht.evaluation.estimators.grid import grid_of
    from padlicht.evaluation.estimators.plan import plan

    if zone and zone not in {known.name for known in ledger.sites.zones(site)}:
        raise BadData(f"there is no zone {zone} in {site}: `padlicht zone list` shows all of them")
    progress("read", 0, 1)
    yesterday = ledger.sites.clock(site).day(now_utc_s) - timedelta(days=1)
    hours = whole_weeks(
        zone_hours(ledger, site, zone, yesterday), yesterday, PLAN_MOST_HISTORY_WEEKS
    )
    progress("read", 1, 1)
    progress("estimate", 0, 1)
    stored = StoredPlan(
        zone, now_utc_s, version("padlicht"), sha256_of(hours), _text(plan(grid_of(hours)))
    )
    progress("estimate", 1, 1)
    with ledger.transaction():
        ledger.studies.store_plan(site, stored)
    return stored


def _known(results: list[StoredResult], new: StoredResult) -> StoredResult | None:
    """The result that was worked out of the same registration and data by the same version."""
    same = (new.version, new.registration_sha256, new.data_sha256)
    for old in results:
        if (old.version, old.registration_sha256, old.data_sha256) == same:
            return old
    return None


def _counted(progress: Progress) -> Callable[[str], None]:
    """The estimators' words with how many of them there were."""
    done: dict[str, int] = {}

    def heard(stage: str) -> None:
        done[stage] = done.get(stage, 0) + 1
        # How many placebo dates there will be, nobody knows beforehand.
        progress(stage, done[stage], 0 if stage == "placebo" else 1)

    return heard


def _text(found: object) -> str:
    return msgspec.json.encode(found).decode()
