"""More than before: by how much, and how surely. Pure.

What is compared are passages for each hour that a counter watched, so that a gap in watching is
not a gap in use. Like is held against like: a cell is, for instance, one counter's Tuesdays from 21
to 22 in the dark, and only cells that were watched on both sides count. Their ratios are put
together as Mantel and Haenszel do it, with the variance of Greenland and Robins; of a single cell
that is the plain ratio of rates, with 1/n1 + 1/n2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from typing import NamedTuple

# People come in groups, with the weather and to events: counts of hours scatter more than chance
# alone (Poisson) would have it, and by about this factor.
OVERDISPERSION = 3.0
FEWEST = 20  # passages on either side; with fewer, the interval would be wider than any news
_Z = 1.96  # of a 95 % interval


@dataclass(frozen=True, slots=True)
class Watched:
    """Passages, and the counter seconds in which they were counted."""

    count: int
    obs_s: int


class Verdict(StrEnum):
    """What may be said of a change."""

    MORE = "more"
    FEWER = "fewer"
    SAME = "same"  # the interval holds 1: no difference that is sure
    TOO_FEW = "too_few"  # passages to tell
    NO_DATA = "no_data"  # nobody watched, on one side or at the same times


class Percents(NamedTuple):
    """A change and its 95 % interval in signed percents, rounded."""

    change: int
    low: int
    high: int


@dataclass(frozen=True)
class Change:
    """How the rate after is to the rate before; `before` and `after` are what was compared.

    `ratio` with its 95 % interval from `low` to `high` is None when the verdict is TOO_FEW or
    NO_DATA. Shows use, not safety.
    """

    verdict: Verdict
    before: Watched
    after: Watched
    ratio: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def percents(self) -> Percents | None:
        """As "+25 %, 95 % interval +4 to +50 %"; None where there is no ratio."""
        if self.ratio is None or self.low is None or self.high is None:
            return None
        return Percents(*(round(100 * (value - 1)) for value in (self.ratio, self.low, self.high)))


def change(before: Watched, after: Watched) -> Change:
    """The change between two cells."""
    return change_matched([(before, after)])


def change_matched(pairs: Iterable[tuple[Watched, Watched]]) -> Change:
    """The change over cells (before, after) of the same kind; those watched on both sides count."""
    cells = [(a, b) for a, b in pairs if a.obs_s > 0 and b.obs_s > 0]
    before = Watched(sum(a.count for a, _ in cells), sum(a.obs_s for a, _ in cells))
    after = Watched(sum(b.count for _, b in cells), sum(b.obs_s for _, b in cells))
    if not cells:
        return Change(Verdict.NO_DATA, before, after)
    if min(before.count, after.count) < FEWEST:
        return Change(Verdict.TOO_FEW, before, after)
    more = fewer = scatter = 0.0
    for a, b in cells:
        watched_s = a.obs_s + b.obs_s
        more += b.count * a.obs_s / watched_s
        fewer += a.count * b.obs_s / watched_s
        scatter += (a.count + b.count) * a.obs_s * b.obs_s / watched_s**2
    return _told(before, after, log(more / fewer), OVERDISPERSION * scatter / (more * fewer))


def relative(change: Change, control: Change) -> Change:
    """How a change is to another one of the same time: in the dark, to that by day.

    What makes more people come at any hour, as summer or a feast, is in both, and falls out. The
    cells are those of `change`. Without a ratio on both sides there is none.
    """
    if change.ratio is None:
        return change
    if control.ratio is None:
        return Change(control.verdict, change.before, change.after)
    ln_ratio = log(change.ratio) - log(control.ratio)
    return _told(change.before, change.after, ln_ratio, _variance(change) + _variance(control))


def _told(before: Watched, after: Watched, ln_ratio: float, variance: float) -> Change:
    reach = _Z * sqrt(variance)
    low, high = exp(ln_ratio - reach), exp(ln_ratio + reach)
    verdict = Verdict.MORE if low > 1.0 else Verdict.FEWER if high < 1.0 else Verdict.SAME
    return Change(verdict, before, after, exp(ln_ratio), low, high)


def _variance(change: Change) -> float:
    """Of the logarithm of its ratio, from its interval; 0 without one."""
    if change.low is None or change.high is None:
        return 0.0
    return float((log(change.high / change.low) / (2 * _Z)) ** 2)
