"""Early signal: a zone's newest week leaves what its own past leads to expect. Pure, no extra.

Expected is the mean (of logarithms) of the weeks just before. How far a week may be from that, the
zone's own past year tells: a signal is given when the newest week is MARGIN times as far as any
week of that year was. Chance alone makes a week the farthest of 53 about once a year; with the
margin a false signal comes about once in four years (docs/evaluation.md has what was measured).

It is a hint to go and look, and no verdict: a feast, a closed bridge and a counter that hangs
askew all do this. A slow change never does. Weeks in which more or fewer counters stood there are
not held against the newest one.
"""

from collections.abc import Sequence
from datetime import date
from math import exp, log

from msgspec import Struct

BASE_WEEKS = 4  # before a week, from which it is expected
PAST_WEEKS = 52  # of which none was as far from what was expected
FEWEST_PAST = 40  # of them known; with fewer there is no signal
LEAST_COVERAGE = 0.9  # of a week, watched; so that which hours were missed says nothing
MARGIN = 1.5
ALIKE = 0.1  # by which what was due may differ from the newest week's; a clock change is 0.006
WEEKS = PAST_WEEKS + BASE_WEEKS + 1  # that are looked at, with the newest one
_HALF = 0.5  # a passage, so that a week without one has a logarithm


class WeekCount(Struct, frozen=True):
    """What the counters of a zone counted in one week from Monday to Sunday."""

    monday: date
    count: int
    obs_s: int
    due_s: int


class Signal(Struct, frozen=True):
    """The newest week of a zone was further from what was expected than any of the year before."""

    monday: date
    count: int
    ratio: float  # of what was expected; 0.4 is 60 % fewer passages
    farthest: float  # the ratio of the week of the past year that was the farthest off


def early_signal(weeks: Sequence[WeekCount]) -> Signal | None:
    """Whether the last of `weeks` stands out; they follow each other by date, one a week.

    None when it does not, when it was not watched, or when the past is too short or too patchy.
    """
    if not weeks:
        return None
    due_s = weeks[-1].due_s
    rates = [_log_rate(week, due_s) for week in weeks[-WEEKS:]]
    *past, newest = [_surprise(rates, number) for number in range(len(rates))]
    known = [surprise for surprise in past[-PAST_WEEKS:] if surprise is not None]
    if newest is None or len(known) < FEWEST_PAST:
        return None
    farthest = max(known, key=abs)
    if abs(newest) <= MARGIN * abs(farthest):
        return None
    return Signal(weeks[-1].monday, weeks[-1].count, exp(newest), exp(farthest))


def _log_rate(week: WeekCount, due_s: int) -> float | None:
    """The logarithm of passages a second; None where too little, or by others, was watched."""
    if not week.obs_s or week.obs_s < LEAST_COVERAGE * week.due_s:
        return None
    if abs(week.due_s - due_s) > ALIKE * due_s:
        return None
    return log((week.count + _HALF) / week.obs_s)


def _surprise(rates: Sequence[float | None], number: int) -> float | None:
    """How far a week is from the BASE_WEEKS before it; None when one of them is not known."""
    base = [rate for rate in rates[max(0, number - BASE_WEEKS) : number] if rate is not None]
    rate = rates[number]
    return None if rate is None or len(base) < BASE_WEEKS else rate - sum(base) / len(base)
