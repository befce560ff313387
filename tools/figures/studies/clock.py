"""The odds ratio round a clock change, on simulated parks: a year without lamps, one with them."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from padlicht.evaluation.estimators.clock_change import between_years, clock_change
from padlicht.evaluation.estimators.types import CLOCK_CHANGE_DAYS, Method
from tools.figures.figure import Figure
from tools.figures.studies import trials
from tools.figures.studies.evaluation import row_of
from tools.figures.studies.parks import DARK_SHARE, Park, Setting
from tools.figures.studies.trials import Goal, Trial, trial

CLOCK_BACK = date(2025, 10, 26)


def settings() -> list[Setting]:
    """One line of the table each."""
    start = (CLOCK_BACK + timedelta(days=1)).toordinal()
    return [
        Setting("clock", start, 3, passages, effect)
        for passages in (60, 250, 1000)
        for effect in (0.0, 0.3)
    ]


def measure() -> Iterator[Figure]:
    """Simulate, estimate, count."""
    seed, parks = trials.seed_of("clock-change"), trials.parks()
    tasks = [
        (seed, number, first, min(first + trials.A_TASK, parks))
        for number in range(len(settings()))
        for first in range(0, parks, trials.A_TASK)
    ]
    found = trials.run("clock-change", simulate, tasks)
    how = f"PADLICHT_SEED={seed} make figures ARGS=clock-change: {parks} simulated parks"
    yield from trials.figures("clock_change", found, _goal, how)


def _goal(row: str, method: str) -> Goal:
    """It stands beside a study's claim, and may be too careful."""
    no_effect = row.endswith("_+0%") and method == Method.CLOCK_CHANGE_YEARS
    return Goal(most=100.0, false_claims=no_effect)


def simulate(task: tuple[int, int, int, int]) -> list[Trial]:
    """Some parks of one setting; the truth of one year is what darkness does in them."""
    seed, number, first, end = task
    setting = settings()[number]
    row, found = row_of(setting), []
    on = CLOCK_BACK.toordinal()
    days = range(on - CLOCK_CHANGE_DAYS, on + CLOCK_CHANGE_DAYS)
    for park in range(first, end):
        dice = np.random.default_rng([seed, number, park])
        without, with_lamps = (
            clock_change(
                Park(setting, dice, all_hours=True).grid(days, lambda _, lit=lit: lit, paths=1),
                CLOCK_BACK,
            )
            for lit in (False, True)
        )
        found.append(trial(row, without, 1 / DARK_SHARE))
        if (between := between_years(without, with_lamps)) is not None:
            found.append(trial(row, between, 1 + setting.effect))
    return found
