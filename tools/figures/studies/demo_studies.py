"""Studies of the demo's year, of which the truth is known: registered, and worked out as any.

Before and after, at each date on which the light was changed, and at dates on which nothing was;
each half of the park, with the other one as its control path and without.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.evaluation.estimators.types import (
    LEAST_WEEKS,
    MOST_WEEKS,
    SURE,
    Design,
    Estimate,
    Method,
    Place,
)
from padlicht.evaluation.jobs import run_study
from padlicht.evaluation.outcomes import outcome_of
from padlicht.evaluation.registering import register
from padlicht.evaluation.registration import Claim, Registration
from padlicht.ledger import Ledger
from padlicht.simulate.history.people import People, expected_in_light
from padlicht.simulate.history.scenario import Scenario
from padlicht.simulate.world.park import FITNESS, ORIGIN, SITE, TZ, ZONES
from tests.rigs.year import copied
from tools.figures.studies.demo_pages import changes_of, days_of

WHO = "make figures"
QUIET_EVERY = timedelta(weeks=3)
_WEEK = timedelta(weeks=1)
_DAY_S = 86_400
PATHS = tuple(zone for zone in ZONES if zone != FITNESS)  # that have a counter each


class Asked(NamedTuple):
    """A study, what the simulation did on its date, and the true ratio of use in its hours."""

    on: date
    weeks: int
    zone: str
    control_zone: str
    did: str
    truth: float


class Found(NamedTuple):
    """One estimate beside its truth."""

    on: date
    what: str
    did: str
    truth: float
    estimate: Estimate

    @property
    def claims(self) -> bool:
        """Whether a page would say that it is so."""
        return self.estimate.outcome in SURE

    @property
    def holds(self) -> bool | None:
        """Whether the truth lies in the interval; None when there is none."""
        low, high = self.estimate.low, self.estimate.high
        return None if low is None or high is None else low <= self.truth <= high


def studies(truth: Scenario) -> list[Asked]:
    """All that are registered, by date."""
    days, changes = days_of(truth), changes_of(truth)
    did = ["lamps came, on both halves"] + [
        "settings: " + ", ".join(f"{key} {value}" for key, value in change.settings.items())
        for change in truth.settings
    ]
    ratios = [truth.effect] + [1.0] * len(truth.settings)  # nobody comes for a setting
    found = [
        asked
        for on, what, ratio in zip(changes, did, ratios, strict=True)
        for asked in _halves(on, _weeks(on, [days[0], days[-1]]), what, ratio)
    ]
    edges = sorted([days[0], *changes, days[-1]])
    on = days[0] + timedelta(days=-days[0].weekday() % 7)
    while on < days[-1]:
        weeks = _weeks(on, edges)
        if weeks >= LEAST_WEEKS:
            found += _halves(on, weeks, "nothing", 1.0)
            on += QUIET_EVERY
        else:
            on += _WEEK
    return sorted(found, key=lambda asked: asked.on)


def called(asked: Asked) -> str:
    """What a study is called in the table."""
    beside = f", {asked.control_zone} as control path" if asked.control_zone else ""
    return f"{asked.zone}, {asked.weeks} weeks a side{beside}"


def _halves(on: date, weeks: int, did: str, ratio: float) -> Iterator[Asked]:
    """Each half alone, and beside the other one, to which the same was done."""
    for zone in PATHS:
        yield Asked(on, weeks, zone, "", did, ratio)
    for zone in PATHS:
        other = next(path for path in PATHS if path != zone)
        yield Asked(on, weeks, zone, other, did, 1.0)


def _weeks(on: date, edges: list[date]) -> int:
    """How many whole weeks a side there are between the edges round a day, at most 12."""
    before = max((edge for edge in edges if edge < on), default=on)
    after = min((edge for edge in edges if edge > on), default=on)
    return min(MOST_WEEKS, (on - before).days // 7, (after - on).days // 7)


def work_out(year: Path, folder: Path, truth: Scenario) -> list[Found]:
    """Register each study in a copy of the year, as a person does, and work it out at its end.

    A copy each, for a study is a change for the others: no placebo is taken across its date.
    """
    found: list[Found] = []
    beside: dict[tuple[date, str], Found] = {}
    asked = studies(truth)
    for number, one in enumerate(asked, 1):
        print(f"figures: claims: study {number} of {len(asked)}, {one.on}", file=sys.stderr)
        estimates = _estimates(copied(year, folder / f"{number}" / "ledger.sqlite"), one, truth)
        found.append(Found(one.on, called(one), one.did, one.truth, estimates[0]))
        for estimate in estimates[1:]:
            if estimate.method is Method.CLOCK_CHANGE and estimate.place is Place.CASE:
                clock = _clock_change(estimate, one.zone, truth)
                # Of a year that went on; a study that ended sooner has the same of less data.
                beside[clock.on, one.zone] = clock
    return found + [beside[key] for key in sorted(beside)]


def _estimates(ledger_path: Path, asked: Asked, truth: Scenario) -> tuple[Estimate, ...]:
    """What one study comes to."""
    day = datetime.combine(asked.on - timedelta(days=1), datetime.min.time(), ZoneInfo(TZ))
    registration = Registration(
        question="Is the path used more in lamps' hours since that day?",
        claim=Claim.MORE,
        design=Design.INSTALLATION,
        first_day=asked.on,
        weeks=asked.weeks,
        change=asked.did,
        zone=asked.zone,
        control_zone=asked.control_zone,
    )
    with Ledger.open(ledger_path) as ledger:
        study = register(ledger, SITE, "demo", registration, WHO, int(day.timestamp()))
        run_study(ledger, study, WHO, truth.end_utc_s)
        result = outcome_of(ledger, study, truth.end_utc_s).result
    if result is None:
        raise RuntimeError(f"the study of {asked.on} was not over")
    return result.estimates


def _clock_change(estimate: Estimate, zone: str, truth: Scenario) -> Found:
    """The odds ratio of a clock change: the fewer come in the dark, the larger it is."""
    if estimate.on is None:
        raise RuntimeError("a clock change without its date")
    lit = estimate.on >= changes_of(truth)[0]
    did = f"fewer come in the dark, lamps {'lit' if lit else 'not there yet'}"
    what = f"{zone}, clock change: daylight over dark"
    return Found(estimate.on, what, did, 1 / _dark_share(truth, lit=lit), estimate)


def _dark_share(truth: Scenario, *, lit: bool) -> float:
    """How many of those who would come by day do in the dark, as the simulation has it.

    Of a dry night: rain takes as many by day. Midnights of a month, of which some are dry.
    """
    people = People(1, TZ, ORIGIN, truth.effect)
    zone = ZoneInfo(TZ)
    first = days_of(truth)[0]
    shares = []
    for number in range(31):
        night = datetime.combine(first + timedelta(days=number), datetime.min.time(), zone)
        utc_s = int(night.timestamp())
        shares.append(people.expected(utc_s, lit=lit) / expected_in_light(night))
    return max(shares)
