"""Every design on 1000 simulated parks a setting: does its 95 % interval hold the truth?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np

from padlicht.evaluation.estimators.installation import installation
from padlicht.evaluation.estimators.placebo import draw_weeks
from padlicht.evaluation.estimators.tryout import tryout
from padlicht.evaluation.estimators.types import Method
from tools.figures.figure import Figure
from tools.figures.studies import trials
from tools.figures.studies.parks import Park, Setting
from tools.figures.studies.trials import Goal, Trial, trial

JANUARY, MARCH, OCTOBER = date(2026, 1, 5), date(2026, 3, 2), date(2025, 10, 6)


def settings() -> list[Setting]:
    """One line of the table each."""
    starts = {"january": JANUARY, "march": MARCH, "october": OCTOBER}
    base = [Setting(name, start.toordinal(), 12) for name, start in starts.items()]
    found = [replace(one, effect=effect) for one in base for effect in (0.0, 0.1, 0.3, -0.2)]
    found += [
        replace(one, passages=passages, effect=effect)
        for one in base
        for passages in (60, 1000)
        for effect in (0.0, 0.3)
    ]
    january = base[0]
    return [
        *found,
        replace(january, name="stormy", stormy=True),
        replace(january, name="covered", covered=0.07),
        replace(january, name="evening_wide", evening_wide=0.2),
        # Last, as a row's dice go by its number: the rows before keep theirs.
        *(
            replace(one, passages=passages, effect=effect)
            for one in base
            for passages in (60, 1000)
            for effect in (0.1, -0.2)
        ),
    ]


def row_of(setting: Setting) -> str:
    """Its name in the table."""
    return f"{setting.name}_{setting.passages:g}_{round(100 * setting.effect):+d}%"


def measure() -> Iterator[Figure]:
    """Simulate, estimate, count."""
    seed, parks = trials.seed_of("evaluation"), trials.parks()
    tasks = [
        (seed, number, first, min(first + trials.A_TASK, parks))
        for number in range(len(settings()))
        for first in range(0, parks, trials.A_TASK)
    ]
    found = trials.run("evaluation", simulate, tasks)
    how = f"PADLICHT_SEED={seed} make figures ARGS=evaluation: {parks} simulated parks"
    yield from trials.figures("evaluation", found, _goal, how)


def _goal(row: str, method: str) -> Goal | None:
    """Without a control path nobody can tell lamps from what changed evenings everywhere."""
    if row.startswith("evening_wide") and method == Method.INSTALLATION:
        return None
    return Goal(false_claims=row.endswith("_+0%"))


def simulate(task: tuple[int, int, int, int]) -> list[Trial]:
    """Some parks of one setting."""
    seed, number, first, end = task
    setting = settings()[number]
    found: list[Trial] = []
    for park in range(first, end):
        dice = np.random.default_rng([seed, number, park])
        found += studies(Park(setting, dice), row_of(setting))
    return found


def studies(park: Park, row: str) -> list[Trial]:
    """Before and after, with the control path and without, and a try-out from the same date on."""
    setting, dice = park.setting, park.dice
    truth = 1 + setting.effect
    start, span = setting.start, setting.weeks * 7
    first = date.fromordinal(start)
    grid = park.grid(range(start - span, start + span), lambda day: day >= start)
    found = [
        trial(row, installation(grid, first, control_path=control_path)[0], truth)
        for control_path in (False, True)
    ]
    if setting.evening_wide:
        return found
    plan = draw_weeks(first, setting.weeks, int(dice.integers(2**31)))
    on = {(week.first - first).days // 7 for week in plan if week.on}
    grid = park.grid(range(start, start + 2 * span), lambda day: (day - start) // 7 in on, paths=1)
    return [*found, trial(row, tryout(grid, plan)[0], truth)]
