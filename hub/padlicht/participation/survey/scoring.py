"""Scoring: the mean of five answers, day minus dark of one person, and t intervals of their means.

Pure, by the standard library alone: the pages compute it while somebody waits.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, variance

from padlicht.participation.survey.sheet import CHECK, DONT_KNOW, HIGHEST, LOWEST, REVERSED, Sheet

SCORED = 5  # the first five questions
LEAST_ANSWERED = 4
# The variance of what rounding takes from or gives to a person's day − dark: answers are whole
# points, so each is off by up to half of one. That people who all answered alike feel alike to the
# last bit is not known.
ANSWER_ROUNDING_VARIANCE = 2 / 12
SCORE_ROUNDING_VARIANCE = 2 / 12 / LEAST_ANSWERED
LEAST_FREEDOM = 9.0  # degrees of freedom from which on `t_quantile` is good to 0.0002


@dataclass(frozen=True)
class Interval:
    """A mean with its 95 % t interval. `n` is of how many, `variance` of one, not of the mean."""

    n: int
    mean: float
    low: float
    high: float
    variance: float

    @property
    def excludes_zero(self) -> bool:
        """Whether it is surely more, or surely less, than nothing."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Pairs:
    """The sheets of one place by person.

    `differences` are day − dark, one of each person with a score on both sheets; `checks` the same
    of the check question. `clashes` are codes that are on two sheets of one light, or on sheets of
    people of different age: two people made up the same, so that none of these sheets is paired.
    `day_first` and `dark_first` say in which order, as far as the days tell.
    """

    differences: tuple[float, ...]
    checks: tuple[float, ...]
    pairs: int
    clashes: int
    day_first: int
    dark_first: int
    people: int


def score(sheet: Sheet) -> float | None:
    """How much at ease, from 1 to 6; None when fewer than four of the five are answered."""
    answered = [
        LOWEST + HIGHEST - answer if number == REVERSED else answer
        for number, answer in enumerate(sheet.answers[:SCORED], 1)
        if answer is not None and answer != DONT_KNOW
    ]
    return fmean(answered) if len(answered) >= LEAST_ANSWERED else None


def pair_up(sheets: Iterable[Sheet]) -> Pairs:
    """Put the sheets of each person together, of those who made up a code."""
    by_person: dict[bytes, list[Sheet]] = defaultdict(list)
    people = 0
    for sheet in sheets:
        if sheet.pair is None:
            people += 1  # may be somebody who handed in both, and left the code open on one
        else:
            by_person[sheet.pair].append(sheet)
    differences, checks = [], []
    pairs = clashes = day_first = dark_first = 0
    for group in by_person.values():
        if _is_clash(group):
            clashes += 1
            people += max(_count(group, "day"), _count(group, "dark"))
            continue
        people += 1
        if len(group) < 2:
            continue
        day, dark = sorted(group, key=lambda sheet: sheet.light, reverse=True)
        pairs += 1
        if day.place == "spot":  # at home both are answered at once
            dark_first += dark.day < day.day
            day_first += day.day <= dark.day
        by_day, after_dark = score(day), score(dark)
        if by_day is not None and after_dark is not None:
            differences.append(by_day - after_dark)
        kept_day, kept_dark = day.answers[CHECK - 1], dark.answers[CHECK - 1]
        if kept_day and kept_dark:
            checks.append(float(kept_day - kept_dark))
    return Pairs(tuple(differences), tuple(checks), pairs, clashes, day_first, dark_first, people)


def interval(values: Sequence[float], least_variance: float = 0.0) -> Interval | None:
    """The mean of `values` with its t interval; None of fewer than ten, which are too few.

    Their variance counts as `least_variance` at least, which is that of having been rounded.
    """
    if len(values) <= LEAST_FREEDOM:
        return None
    spread = max(variance(values), least_variance)
    half = t_quantile(len(values) - 1) * sqrt(spread / len(values))
    mean = fmean(values)
    return Interval(len(values), mean, mean - half, mean + half, spread)


def change(before: Interval, after: Interval) -> Interval:
    """The difference of two means of different people, by Welch's t interval; `n` is the smaller.

    Where some people answered both times it is wider than need be, never narrower: what a person
    says twice goes together.
    """
    parts = before.variance / before.n, after.variance / after.n
    total = sum(parts)
    mean = after.mean - before.mean
    n = min(before.n, after.n)
    if total == 0:
        return Interval(n, mean, mean, mean, 0.0)
    freedom = total**2 / (parts[0] ** 2 / (before.n - 1) + parts[1] ** 2 / (after.n - 1))
    half = t_quantile(freedom) * sqrt(total)
    return Interval(n, mean, mean - half, mean + half, total * n)


def t_quantile(freedom: float, share: float = 0.975) -> float:
    """The quantile of Student's t, by the expansion in 1/freedom (Abramowitz and Stegun 26.7.5)."""
    z = NormalDist().inv_cdf(share)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return sum(term / freedom**power for power, term in enumerate(terms))


def _is_clash(group: Sequence[Sheet]) -> bool:
    ages = {sheet.age for sheet in group if sheet.age is not None}
    return len(ages) > 1 or _count(group, "day") > 1 or _count(group, "dark") > 1


def _count(group: Sequence[Sheet], light: str) -> int:
    return sum(sheet.light == light for sheet in group)
