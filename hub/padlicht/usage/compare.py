"""Comparison of use: more than before, by how much, and how surely. Reads the ledger.

Two periods of whole local days are held against each other, by light: this week and last, or the
weeks after a date and the weeks before it. Sums are given whole, with their coverage. What is said
to have changed is worked out from matched hours alone: the same counter, weekday, hour on the clock
and light, watched on both sides. So dark hours are only held against dark hours at which as many
people are about, and a gap in watching (a busy entrance whose counter was covered) is not a gap in
use. The ratios of the cells are put together as Mantel and Haenszel do it, with the variance of
Greenland and Robins; of a single cell that is the plain ratio of rates, with 1/n1 + 1/n2.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import exp, log, sqrt
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import CounterCell, Use
from padlicht.usage.days import Period, bounds_utc_s, last_weeks
from padlicht.usage.hours import DARK, DARK_OFF, DARK_ON, DAY, QUARTER_S, TWILIGHT
from padlicht.usage.moves import Move, moves
from padlicht.usage.night import dark

# People come in groups, with the weather and to events: counts of hours scatter more than chance
# alone (Poisson) would have it, and by about this factor.
OVERDISPERSION = 3.0
FEWEST = 20  # passages on either side; with fewer, the interval would be wider than any news
_Z = 1.96  # of a 95 % interval
FEWEST_WEEKS = 4  # on each side, or before and after are not held to say anything
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)
# What 40 passages an evening need for a change of a fifth to show; longer, and seasons differ more.
_MOST_WEEKS = 12

Cells = dict[CounterCell, tuple[int, int]]  # passages, seconds watched


@dataclass(frozen=True, slots=True)
class WatchedCount:
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
    MOVED = "moved"  # a counter, or the park, was elsewhere on the other side


class Percents(NamedTuple):
    """A change and its 95 % interval in signed percents, rounded."""

    change: int
    low: int
    high: int


@dataclass(frozen=True)
class Change:
    """How the rate after is to the rate before; `before` and `after` are what was compared.

    `ratio` with its 95 % interval from `low` to `high` is None when the verdict is TOO_FEW,
    NO_DATA or MOVED, with the last such move. Shows use, not safety.
    """

    verdict: Verdict
    before: WatchedCount
    after: WatchedCount
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    moved: Move | None = None

    @property
    def percents(self) -> Percents | None:
        """As "+25 %, 95 % interval +4 to +50 %"; None where there is no ratio."""
        if self.ratio is None or self.low is None or self.high is None:
            return None
        return Percents(*(round(100 * (value - 1)) for value in (self.ratio, self.low, self.high)))


def change(before: WatchedCount, after: WatchedCount) -> Change:
    """The change between two cells."""
    return change_matched([(before, after)])


def change_matched(pairs: Iterable[tuple[WatchedCount, WatchedCount]]) -> Change:
    """The change over cells (before, after) of the same kind; those watched on both sides count."""
    cells = [(a, b) for a, b in pairs if a.obs_s > 0 and b.obs_s > 0]
    before = WatchedCount(sum(a.count for a, _ in cells), sum(a.obs_s for a, _ in cells))
    after = WatchedCount(sum(b.count for _, b in cells), sum(b.obs_s for _, b in cells))
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


def _told(before: WatchedCount, after: WatchedCount, ln_ratio: float, variance: float) -> Change:
    reach = _Z * sqrt(variance)
    low, high = exp(ln_ratio - reach), exp(ln_ratio + reach)
    verdict = Verdict.MORE if low > 1.0 else Verdict.FEWER if high < 1.0 else Verdict.SAME
    return Change(verdict, before, after, exp(ln_ratio), low, high)


def _variance(change: Change) -> float:
    """Of the logarithm of its ratio, from its interval; 0 without one."""
    if change.low is None or change.high is None:
        return 0.0
    return float((log(change.high / change.low) / (2 * _Z)) ** 2)


@dataclass(frozen=True)
class LightComparison:
    """One light class: all its hours on both sides, and the change over matched hours."""

    before: Use
    after: Use
    change: Change


@dataclass(frozen=True)
class Comparison:
    """Two periods of as many weeks, held against each other.

    `lights` has "day", "twilight" and "dark". `relative` is the change in the dark against that by
    day: what weather, season and holidays do at all hours falls out of it. Where there are `moves`
    of counters in between, nothing is said to have changed.
    """

    before: Period
    after: Period
    lights: Mapping[str, LightComparison]
    relative: Change
    moves: tuple[Move, ...] = ()

    @property
    def weeks(self) -> int:
        """How many whole weeks on each side; under FEWEST_WEEKS it is too early to judge."""
        return self.after.days // 7


def compare_last_weeks(
    ledger: Ledger, site: str, today: date, zone: str | None = None
) -> Comparison:
    """The newest whole week beside the one before it."""
    return _compare(ledger, site, zone, *last_weeks(today))


def compare_before_after(
    ledger: Ledger,
    site: str,
    since: date,
    today: date,
    zone: str | None = None,
    *,
    most_weeks: int = _MOST_WEEKS,
) -> Comparison:
    """The whole weeks from `since` on beside as many before it.

    As many as there are on both sides: since the first day of which anything is known, until
    yesterday. When there is none, both periods are empty and nothing can be said.
    """
    span = ledger.use.span(site, zone)
    first = since if span is None else span[0]
    weeks = max(0, min((today - since).days // 7, (since - first).days // 7, most_weeks))
    before = Period(since - weeks * _WEEK, since - _DAY)
    return _compare(ledger, site, zone, before, Period(since, since + weeks * _WEEK - _DAY))


def _compare(
    ledger: Ledger, site: str, zone: str | None, before: Period, after: Period
) -> Comparison:
    known = [ledger.use.by_light(site, side.first, side.last, zone) for side in (before, after)]
    sums = [{**lights, DARK: dark(lights)} for lights in known]
    cells = [_cells(ledger, site, zone, side) for side in (before, after)]
    clock = ledger.sites.clock(site)
    ends = clock.midnight_utc_s(before.first), clock.midnight_utc_s(after.last + _DAY)
    between = moves(ledger, site, zone, *ends)
    lights = {
        light: LightComparison(
            before=sums[0].get(light, Use()),
            after=sums[1].get(light, Use()),
            change=_unless_moved(change_matched(matched(cells[0], cells[1], light)), between),
        )
        for light in (DAY, TWILIGHT, DARK)
    }
    dark_to_day = relative(lights[DARK].change, lights[DAY].change)
    return Comparison(before, after, lights, dark_to_day, tuple(between))


def _unless_moved(change: Change, between: Sequence[Move]) -> Change:
    """The change, but nothing said of it when a counter moved meanwhile."""
    if not between:
        return change
    return Change(Verdict.MOVED, change.before, change.after, moved=between[-1])


def matched(before: Cells, after: Cells, light: str) -> Iterator[tuple[WatchedCount, WatchedCount]]:
    """The cells of a light class that are there on both sides."""
    for cell, count in before.items():
        if cell.light == light and cell in after:
            yield WatchedCount(*count), WatchedCount(*after[cell])


def _cells(ledger: Ledger, site: str, zone: str | None, period: Period) -> Cells:
    """What each counter counted at each hour of the week."""
    clock = ledger.sites.clock(site)
    tz = clock.tz_at(clock.midnight_utc_s(period.first))  # over a change of it nothing is compared
    found: Cells = {}
    for from_utc_s, to_utc_s, offset_s in offsets(period, tz):
        part = ledger.use.counter_cells(site, from_utc_s, to_utc_s, offset_s, zone)
        for cell, (count, obs_s) in part.items():
            if cell.light in (DARK_ON, DARK_OFF):
                cell = cell._replace(light=DARK)
            before = found.get(cell, (0, 0))
            found[cell] = before[0] + count, before[1] + obs_s
    return found


def offsets(period: Period, tz: str) -> list[tuple[int, int, int]]:
    """The stretches (from, to, offset) of a period in which the clock keeps its offset from UTC.

    Unix seconds UTC and seconds; they lie end to end, and a period without a day has none.
    """
    found: list[tuple[int, int, int]] = []
    zone = ZoneInfo(tz)

    def offset_s(utc_s: int) -> int:
        ahead = datetime.fromtimestamp(utc_s, UTC).astimezone(zone).utcoffset()
        return int(ahead.total_seconds()) if ahead else 0

    for number in range(period.days):
        begin, end = bounds_utc_s(period.first + number * _DAY, tz)
        # Nearly every day has one offset; on the others, the clock changes at some quarter.
        same = offset_s(begin) == offset_s(end - QUARTER_S)
        for utc_s in (begin,) if same else range(begin, end, QUARTER_S):
            until_utc_s = end if same else utc_s + QUARTER_S
            if found and found[-1][2] == offset_s(utc_s):
                found[-1] = (found[-1][0], until_utc_s, found[-1][2])
            else:
                found.append((utc_s, until_utc_s, offset_s(utc_s)))
    return found
