"""Simulated parks in which something else happens: lamps change nothing, each claim is false."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from padlicht.evaluation.estimators.grid import Grid
from tools.figures.figure import Figure
from tools.figures.studies import trials
from tools.figures.studies.evaluation import JANUARY, studies
from tools.figures.studies.parks import Park, Setting
from tools.figures.studies.trials import Goal, Trial

KINDS = {
    "feast": "in one week after the date five times as many in the evening, at the case path",
    "emptied": "half as many at all hours from the date on, on both paths",
    "holidays": "in two weeks after the date half as many by day, on both paths",
    "wet_nights": "a third fewer in nights of rain, in which the counter dies from the date on",
    "20_a_day": "hardly anybody",
    "6_a_day": "nobody on most evenings",
}
_PASSAGES = {"20_a_day": 20.0, "6_a_day": 6.0}
_RAIN = 0.35  # of all nights
_WEEKS = 12
_EVENING = 17  # from this hour on

Moods = list[tuple["np.ndarray", "np.ndarray"]]


class HostilePark(Park):
    """A park with its trouble, which is the name of its setting."""

    def _moods(self) -> Moods:
        moods = super()._moods()
        number = np.arange(self.days.start, self.days.stop)
        week = (number - self.setting.start) // 7
        after = week >= 0
        (day, evening), other = moods[0], moods[1]
        if self.setting.name == "feast":
            evening = evening + np.log(5.0) * (week == self.dice.integers(_WEEKS))
        elif self.setting.name == "emptied":
            day, other = day + np.log(0.5) * after, (other[0] + np.log(0.5) * after, other[1])
        elif self.setting.name == "holidays":
            off = np.log(0.5) * ((week - self.dice.integers(_WEEKS - 1)) // 2 == 0)
            # The mood of a day is in its evening as well, which stays as it was.
            day, evening = day + off, evening - off
            other = other[0] + off, other[1] - off
        self._rain = self.dice.random(len(number)) < _RAIN
        if self.setting.name == "wet_nights":
            evening = evening + np.log(0.67) * self._rain
            other = other[0], other[1] + np.log(0.67) * self._rain
        return [(day, evening), other]

    def grid(self, days: range, with_lamps: Callable[[int], bool], paths: int = 2) -> Grid:
        """What is counted; in wet nights after the date, by the control path's counter alone."""
        grid = super().grid(days, with_lamps, paths)
        if self.setting.name == "wet_nights":
            wet = self._rain[grid.day - self.days.start] & (grid.day >= self.setting.start)
            dead = wet & grid.at_case_path & (grid.hour >= _EVENING)
            grid.count[dead] = grid.watched_s[dead] = 0.0
        return grid


def settings() -> list[Setting]:
    """One line of the table each."""
    base = Setting("", JANUARY.toordinal(), _WEEKS)
    return [replace(base, name=kind, passages=_PASSAGES.get(kind, 250.0)) for kind in KINDS]


def measure() -> Iterator[Figure]:
    """Simulate, estimate, count what is claimed."""
    seed, parks = trials.seed_of("hostile"), trials.parks()
    tasks = [
        (seed, number, first, min(first + trials.A_TASK, parks))
        for number in range(len(KINDS))
        for first in range(0, parks, trials.A_TASK)
    ]
    found = trials.run("hostile", simulate, tasks)
    how = f"PADLICHT_SEED={seed} make figures ARGS=hostile: {parks} simulated parks"
    goal = Goal(least=0.0, most=100.0, false_claims=True)
    yield from trials.figures("hostile", found, lambda *_: goal, how)


def simulate(task: tuple[int, int, int, int]) -> list[Trial]:
    """Some parks of one kind."""
    seed, number, first, end = task
    setting = settings()[number]
    found: list[Trial] = []
    for park in range(first, end):
        dice = np.random.default_rng([seed, number, park])
        found += studies(HostilePark(setting, dice), setting.name)
    return found
