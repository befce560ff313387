"""Simulated parks, for the truth is known of them alone.

What made intervals lie on real counts is in them: seasons that evenings follow otherwise than days,
slow drift, good and bad days with memory, hours that scatter more than chance, people in groups,
stretches in which a counter was covered (it says that it watches, and counts 0) or silent.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from padlicht.evaluation.estimators.grid import CASE, OTHER, Grid
from tools.figures.studies.light import DARK_ON, LIGHTS, lights, parts

PLACE = ("Europe/Amsterdam", 53.22, 6.57)
_HOURS = np.array(  # of an ordinary day, in shares; a path with schools and shops about
    [3, 2, 1, 1, 2, 6, 18, 45, 70, 48, 50, 55, 62, 62, 65, 75, 85, 90, 70, 55, 40, 30, 20, 8],
    float,
)  # fmt: skip
_WEEKDAYS = np.array([1.05, 1.05, 1.05, 1.05, 1.1, 0.95, 0.75])
DARK_SHARE = 0.75  # of the use by day, in the dark
_GROUP_SHARES = (0.62, 0.27, 0.07, 0.04)  # of one, two, three and four people
_PEOPLE_A_GROUP = sum(share * (i + 1) for i, share in enumerate(_GROUP_SHARES))


@dataclass(frozen=True)
class Setting:
    """One kind of park, and what is done there."""

    name: str
    start: int  # ordinal of the Monday on which something changes
    weeks: int  # a side; a try-out has as many weeks on as off
    passages: float = 250.0  # a day
    effect: float = 0.0  # on passages in case hours, with lamps
    evening_wide: float = 0.0  # on both paths, after the date
    stormy: bool = False
    covered: float = 0.02  # chance of each evening that a counter is covered from it on


@dataclass
class Park:
    """Two paths through the same weather: one gets lamps."""

    setting: Setting
    dice: np.random.Generator
    all_hours: bool = False  # counted; else those that a study asks for
    days: range = field(init=False)

    def __post_init__(self) -> None:
        weeks = self.setting.weeks
        self.days = range(self.setting.start - weeks * 7, self.setting.start + 2 * weeks * 7)
        self._light = lights(self.days, *PLACE)
        self._part = parts(self._light)
        self._means = [self._mean(*both) for both in self._moods()]

    def grid(self, days: range, with_lamps: Callable[[int], bool], paths: int = 2) -> Grid:
        """What is counted on some of its days, with lamps on some of these.

        At the first path alone, or at the control path as well.
        """
        setting, counted = self.setting, []
        rows = slice(days.start - self.days.start, days.stop - self.days.start)
        light, part = self._light[rows], self._part[rows]
        lit = (part == CASE) & np.array([with_lamps(day) for day in days])[:, None]
        after = np.arange(days.start, days.stop) >= setting.start
        for path, mean in enumerate(self._means[:paths]):
            factor = np.ones(light.shape)
            if path == 0:
                factor[lit] += setting.effect
            factor[(light == DARK_ON) & after[:, None]] *= 1 + setting.evening_wide
            counted.append(self._counted(mean[rows] * factor, (part != OTHER) | self.all_hours))
        hours = len(days) * 24
        count, watched_s = (np.concatenate([p[i].ravel() for p in counted]) for i in (0, 1))
        return Grid(
            at_case_path=np.repeat(np.arange(paths) == 0, hours),
            counter=np.repeat(np.arange(paths), hours),
            day=np.tile(np.repeat(np.arange(days.start, days.stop), 24), paths),
            hour=np.tile(np.arange(24), paths * len(days)),
            light=np.tile(light.ravel(), paths),
            part=np.tile(part.ravel(), paths),
            count=count,
            watched_s=watched_s,
            due_s=np.full(paths * hours, 3600.0),
            counters=("counter-1", "counter-2")[:paths],
            lights=LIGHTS,
        )

    def _moods(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """How busy each day and each evening is, as logarithms, on both paths."""
        dice, days = self.dice, len(self.days)
        of_year = 2 * np.pi * (np.arange(self.days.start, self.days.stop) % 365.25) / 365.25
        day = dice.uniform(0.1, 0.3) * np.cos(of_year - dice.uniform(0, 2 * np.pi))
        evening = 0.11 * np.cos(of_year - dice.uniform(0, 2 * np.pi))
        storm = 1.0
        if self.setting.stormy:
            storm = 1.6
            day += np.where(dice.random(days) < 0.12, np.log(0.5), 0.0)
        shared_day = day + memory(dice, days, 0.6, 0.18 * storm)
        shared_evening = evening + memory(dice, days, 0.4, 0.08 * storm) + drift(dice, days)
        return [
            (
                shared_day + memory(dice, days, 0.5, 0.08),
                shared_evening + memory(dice, days, 0.4, 0.10) + drift(dice, days),
            )
            for _ in range(2)
        ]

    def _mean(self, day: np.ndarray, evening: np.ndarray) -> np.ndarray:
        """People expected in each hour."""
        weekday = _WEEKDAYS[(np.arange(self.days.start, self.days.stop) - 1) % 7]
        by_hour = _HOURS / _HOURS.sum() * self.setting.passages
        hour = np.arange(24)
        mood = day[:, None] + np.where(hour >= 17, evening[:, None], 0.0)
        dark = np.where(self._light <= DARK_ON, DARK_SHARE, 1.0)
        return weekday[:, None] * by_hour * np.exp(mood) * dark

    def _counted(self, mean: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Passages (of hours that a study asks for) and seconds watched."""
        dice = self.dice
        scattered = dice.gamma(8.0, mean[asked] / 8.0)
        count = np.zeros(mean.shape)
        for i, share in enumerate(_GROUP_SHARES):
            count[asked] += (i + 1) * dice.poisson(scattered * share / _PEOPLE_A_GROUP)
        watched_s = np.full(mean.shape, 3600.0)
        for day in np.flatnonzero(dice.random(len(mean)) < self.setting.covered):
            count[day : day + dice.integers(1, 4), 17:] = 0.0
        for day in np.flatnonzero(dice.random(len(mean)) < 0.02):
            silent = slice(*sorted(dice.integers(0, 25, 2)))
            count[day, silent] = watched_s[day, silent] = 0.0
        return count, watched_s


def memory(dice: np.random.Generator, days: int, kept: float, scatter: float) -> np.ndarray:
    """Days of which each remembers the one before (AR(1)), with this standard deviation."""
    steps = dice.normal(0.0, scatter * np.sqrt(1 - kept**2), days)
    steps[0] = dice.normal(0.0, scatter)
    found = np.empty(days)
    value = 0.0
    for i, step in enumerate(steps):
        found[i] = value = kept * value + step
    return found


def drift(dice: np.random.Generator, days: int, a_week: float = 0.03) -> np.ndarray:
    """A slow walk by about so much a week, at random."""
    return np.cumsum(dice.normal(0.0, a_week / np.sqrt(7), days))
