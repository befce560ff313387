"""Types of a study's estimate: what goes in, what comes out. Plain numbers, stored as JSON.

`msgspec.json.encode` writes each of them and `msgspec.json.decode(…, type=…)` reads it again. This
module imports no extra, so that pages can read what a job has stored.

    StudyData (CounterHour …)  →  analyse.analyse  →  Analysis (Estimate: Side, Dot; LeftOut)
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

FEWEST_PASSAGES = 50  # in case hours on a side; with fewer it is too early to tell
LEAST_WATCHED = 0.75  # of what a counter should watch in a day, for that day to count
COVERED_EXPECTED = 8.0  # passages expected where none were counted: nobody saw the path
LEAST_LIT_H = 1.0  # of lit dark hours a night, or the lamps are hardly lit in these weeks
LEAST_NIGHTS = 0.5  # of the days of a side that must count, or it says little of the others
MOST_NIGHTS_APART = 0.15  # by which those shares may differ between sides: wet nights may be gone
LEAST_WEEKS, MOST_WEEKS = 6, 12  # on each side of an installation
WEEKLY_BELOW_WEEKS = 8  # a side: below, blocks are single weeks; from there on, two weeks
FEWEST_PAIRS = 3  # of weeks in a try-out; with fewer an interval holds everything
CLOCK_CHANGE_DAYS = 14  # on each side of a clock change

Hour = Annotated[int, Meta(ge=0, le=23)]
Seconds = Annotated[int, Meta(ge=0)]


class Design(StrEnum):
    """How a study was set up; registered before its numbers are looked at."""

    TRYOUT = "tryout"  # weeks on and off, drawn by a seed
    INSTALLATION = "installation"  # before and after a date


class Place(StrEnum):
    """Which path a counter stands at."""

    CASE = "case"  # the path that the study is about
    CONTROL = "control"  # a path like it where nothing was changed


class Part(StrEnum):
    """What an hour is for, as registered."""

    CASE = "case"  # dark, inside the lamps' almanac window; the same rule before and after
    CONTROL = "control"  # by day
    OTHER = "other"  # counts only for how much of the day was watched


class CounterHour(Struct, frozen=True, array_like=True):
    """What one counter counted in one local hour (or the part of it that is in one light)."""

    place: Place
    counter: str
    day: date  # local; a night within the window belongs to the day on which it began
    hour: Hour  # on the local clock
    light: str  # day, twilight, dark_on, dark_off
    part: Part
    count: Annotated[int, Meta(ge=0)]
    watched_s: Seconds
    due_s: Seconds  # that it should have watched


class TryoutWeek(Struct, frozen=True):
    """One week of a try-out's plan: seven days from `first` on; two weeks make a pair."""

    first: date
    pair: int
    on: bool
    confirmed: bool = True  # by nine lamps in ten; else its pair is left out


class StudyData(Struct, frozen=True):
    """All that an estimate depends on. The order of `hours` does not matter."""

    design: Design
    hours: list[CounterHour]
    changes_on: date | None = None  # installation: the first day of "after"
    until: date | None = None  # installation: the last day; at most MOST_WEEKS are taken
    weeks: tuple[TryoutWeek, ...] = ()  # try-out
    # Sundays on which the clock changed, with CLOCK_CHANGE_DAYS of hours on both sides of each.
    clock_changes: tuple[date, ...] = ()
    # Dates on which something else is known to have changed: no placebo is taken across them.
    other_changes: tuple[date, ...] = ()


class Method(StrEnum):
    """What an estimate was made by."""

    TRYOUT = "tryout"
    INSTALLATION = "installation"
    INSTALLATION_CONTROL_PATH = "installation_control_path"
    CLOCK_CHANGE = "clock_change"  # odds ratio: darkness against daylight at the same hour
    CLOCK_CHANGE_YEARS = "clock_change_years"  # that of one year over that of another


class Outcome(StrEnum):
    """What may be said; the first three have a ratio and its interval, the others do not."""

    MORE = "more"  # the interval lies above 1
    FEWER = "fewer"  # below 1
    NO_SURE_DIFFERENCE = "no_sure_difference"  # it holds 1: never "no effect"
    TOO_SHORT = "too_short"  # under LEAST_WEEKS a side, or FEWEST_PAIRS of a try-out
    TOO_FEW = "too_few"  # under FEWEST_PASSAGES in case hours on a side
    EMPTY_BLOCK = "empty_block"  # a block of weeks has no level: nothing counted or watched in it
    HARDLY_LIT = "hardly_lit"  # too few weeks have LEAST_LIT_H of dark a night in the window
    NO_SUCH_HOUR = "no_such_hour"  # none turns from light to dark with the clock, within the window
    NIGHTS_MISSING = "nights_missing"  # too many nights of a side, or of one more than the other
    COVERED = "covered"  # the same, and it is so because of nights in which a counter was covered


SURE = frozenset({Outcome.MORE, Outcome.FEWER})
TOLD = SURE | {Outcome.NO_SURE_DIFFERENCE}


class Reason(StrEnum):
    """Why a counter's day, or a week of a try-out, was left out."""

    UNWATCHED = "unwatched"  # under LEAST_WATCHED of the day, or of its case hours
    COVERED = "covered"  # nothing counted where COVERED_EXPECTED or more were expected
    BEDDING_IN = "bedding_in"  # the first day of a try-out's week
    UNCONFIRMED = "unconfirmed"  # the week, by nine lamps in ten
    HARDLY_LIT = "hardly_lit"  # the week: the almanac gave it under LEAST_LIT_H a night
    PAIR_BROKEN = "pair_broken"  # the other week of its pair was left out


class LeftOut(Struct, frozen=True):
    """One counter's day that does not count (a whole week of all counters: `counter` is "")."""

    day: date
    counter: str
    reason: Reason


class Side(Struct, frozen=True):
    """One side of a comparison, at the case path: before and after, or off and on."""

    name: str  # before, after; off, on; light, dark
    days: int  # of counters, that should count
    days_counted: int
    unwatched: int  # days of counters left out
    covered: int
    case_passages: int  # in the days that count
    case_watched_s: int
    control_passages: int
    control_watched_s: int
    lit_h_a_night: float  # case hours that the almanac gives, whether watched or not

    @property
    def nights_share(self) -> float:
        """How many of the days count; 0 to 1."""
        return self.days_counted / self.days if self.days else 0.0


class Dot(Struct, frozen=True):
    """One block of weeks as one dot: how busy case hours were beside control hours.

    `level` is exp(r), scaled so that the dots of the first side have the geometric mean 1. None
    where there is none: nothing counted, or nobody watched.
    """

    first: date
    last: date
    side: str
    level: float | None
    control_path: float | None  # the same at the control path
    case_passages: int
    control_passages: int


class Estimate(Struct, frozen=True):
    """A ratio of use with its 95 % interval, or the reason why there is none.

    1.2 with 1.05 to 1.37 reads: 20 % more passages in case hours, beside control hours, than
    without the change. It shows use, not safety. Of CLOCK_CHANGE the ratio is the odds ratio of
    the literature: 1.4 reads that 40 % more passed in daylight than in the dark, at the same hour.
    Of CLOCK_CHANGE_YEARS it is the use of the dark hour with lamps over that without: above 1, the
    odds ratio came down.

    `place` is the path that it is about; of a study with a control path, the one that lacks data.
    """

    method: Method
    outcome: Outcome
    cases: int  # blocks, pairs or days that the interval rests on
    freedom: int  # degrees of freedom of its t
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    sides: tuple[Side, ...] = ()
    dots: tuple[Dot, ...] = ()
    place: Place = Place.CASE
    on: date | None = None  # the date of the change, or of the clock's


class Placebo(Struct, frozen=True):
    """The same method on dates of the park's own past on which nothing happened."""

    method: Method
    dates: int  # on which an estimate could be made
    claimed: int  # on which it would have claimed a change, which is false
    without_data: int  # dates tried that were too few, hardly lit, missing …


class Analysis(Struct, frozen=True):
    """All that a study's report prints. The first estimate is the one that was registered."""

    design: Design
    estimates: tuple[Estimate, ...]
    left_out: tuple[LeftOut, ...]
    placebos: tuple[Placebo, ...] = ()

    @property
    def main(self) -> Estimate:
        """The registered estimate: with the control path where the study has one."""
        return self.estimates[0]


class PlannedEffect(Struct, frozen=True):
    """How long a study must last to show a change of `percent` with 80 % power."""

    design: Design
    percent: int
    weeks: int | None  # both sides together; None: not within PLAN_MOST_WEEKS
    power: float  # that it has then, or would have in PLAN_MOST_WEEKS


class Plan(Struct, frozen=True):
    """What this park's own history lets one expect of a study."""

    history_weeks: int  # with lit dark hours, that were looked at
    step: float | None  # rms of successive weekly r, inflated; None: too little history
    effects: tuple[PlannedEffect, ...]


PLAN_FEWEST_WEEKS = 12  # of history; with fewer nothing can be planned from it
PLAN_MOST_WEEKS = 24
