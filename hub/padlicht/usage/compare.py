"""Comparison of use: two times beside each other, as rates with their coverage. No verdict.

Two periods of whole local days stand side by side, by light: this week and last, or the weeks from
a date on and the weeks before it. Sums are given whole. Rates are of matched hours alone: the same
counter, weekday, hour on the clock and light, watched on both sides, each hour of the week with the
same weight on both. So a gap in watching (a busy entrance whose counter was covered) is no gap in
use, and dark hours stand beside dark hours at which as many people are about.

Whether one is *more* than the other is not said here, for weeks differ by weather and by chance
more than any light would make them: that is the question of a study (evaluation/).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from padlicht.ledger import Ledger
from padlicht.ledger.usage.sums import LIGHTS, CounterCell, Use
from padlicht.usage.coverage.left_out import covered_by_light, left_out, uncovered
from padlicht.usage.coverage.watching import LeftOut, Reason, Watching, watching
from padlicht.usage.days import Period, last_weeks, offsets
from padlicht.usage.hours import DARK, DARK_OFF, DARK_ON
from padlicht.usage.moves import Move, moves
from padlicht.usage.night import dark

FEWEST = 50  # passages on either side; of fewer, a rate says little
_WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)
MOST_WEEKS = 12  # on each side; over more, seasons differ too much

Cells = dict[CounterCell, tuple[int, int]]  # passages, seconds watched


@dataclass(frozen=True, slots=True)
class WatchedCount:
    """Passages, and the counter seconds in which they were counted."""

    count: int
    obs_s: int


class MatchedRates(NamedTuple):
    """Passages per watched hour of two times, over the same hours; and what they are made of."""

    before_per_h: float
    after_per_h: float
    before: WatchedCount
    after: WatchedCount

    @property
    def few(self) -> bool:
        """Whether there are so few passages on a side that its rate says little."""
        return min(self.before.count, self.after.count) < FEWEST


@dataclass(frozen=True)
class LightComparison:
    """One light class: all its hours on both sides, and their rates over matched hours.

    In `before` and `after` nobody watched while a counter was covered, whatever it said. `rates` is
    None where no hour was watched on both sides.
    """

    before: Use
    after: Use
    rates: MatchedRates | None

    @property
    def watching(self) -> Watching:
        """How far the two can be held beside each other."""
        if self.rates is None:
            return Watching.NOBODY
        return watching(self.before.coverage, self.after.coverage)


@dataclass(frozen=True)
class Comparison:
    """Two periods of as many weeks beside each other.

    `lights` has every light class, and DARK: lamps on and lamps off together. `left_out` are the
    parts of counters' days whose hours are in no rate, with the counter's name. Over `moves` of
    counters nothing is held beside each other.
    """

    before: Period
    after: Period
    lights: Mapping[str, LightComparison]
    moves: tuple[Move, ...] = ()
    left_out: tuple[tuple[str, LeftOut], ...] = ()

    @property
    def weeks(self) -> int:
        """How many whole weeks on each side."""
        return self.after.days // 7

    def days_left_out(self, reason: Reason) -> dict[str, int]:
        """On how many days of each counter some part was left out for that reason."""
        days = {(name, part.day) for name, part in self.left_out if part.reason is reason}
        return dict(sorted(Counter(name for name, _ in days).items()))


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
    most_weeks: int = MOST_WEEKS,
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
    sums = [ledger.use.by_light(site, side.first, side.last, zone) for side in (before, after)]
    parts = left_out(ledger, site, before.first, after.last, zone) if after.days else []
    cells = [_cells(ledger, site, zone, side, parts) for side in (before, after)]
    clock = ledger.sites.clock(site)
    ends = clock.midnight_utc_s(before.first), clock.midnight_utc_s(after.last + _DAY)
    between = tuple(moves(ledger, site, zone, *ends))
    covered = [covered_by_light(parts, side) for side in (before, after)]
    watched = [
        {light: uncovered(sums[side].get(light, Use()), covered[side].get(light, 0))
         for light in LIGHTS}
        for side in (0, 1)
    ]  # fmt: skip
    lights = {
        light: LightComparison(
            before=watched[0].get(light) or dark(watched[0]),
            after=watched[1].get(light) or dark(watched[1]),
            rates=None if between else matched_rates(matched(cells[0], cells[1], of)),
        )
        for light, of in ((DARK, (DARK_ON, DARK_OFF)), *((light, (light,)) for light in LIGHTS))
    }
    names = {node.id: node.name for node in ledger.nodes.all()}
    named = tuple((names[part.counter], part) for part in parts)
    return Comparison(before, after, lights, between, named)


def matched_rates(pairs: Iterable[tuple[WatchedCount, WatchedCount]]) -> MatchedRates | None:
    """The rates over cells (before, after) of the same kind; those watched on both sides count.

    Each cell has the same weight on both sides, and more the longer both watched it: a quiet hour
    that was watched longer this week makes the week no quieter. None without such a cell.
    """
    cells = [(a, b) for a, b in pairs if a.obs_s > 0 and b.obs_s > 0]
    if not cells:
        return None
    before = WatchedCount(sum(a.count for a, _ in cells), sum(a.obs_s for a, _ in cells))
    after = WatchedCount(sum(b.count for _, b in cells), sum(b.obs_s for _, b in cells))
    weights = [a.obs_s * b.obs_s / (a.obs_s + b.obs_s) for a, b in cells]
    whole = sum(weights)
    rates = [
        sum(w * pair[side].count / pair[side].obs_s for w, pair in zip(weights, cells, strict=True))
        * 3600 / whole
        for side in (0, 1)
    ]  # fmt: skip
    return MatchedRates(rates[0], rates[1], before, after)


def matched(
    before: Cells, after: Cells, lights: Iterable[str]
) -> Iterator[tuple[WatchedCount, WatchedCount]]:
    """The cells of some light classes that are there on both sides."""
    for cell, count in before.items():
        if cell.light in lights and cell in after:
            yield WatchedCount(*count), WatchedCount(*after[cell])


def _cells(
    ledger: Ledger, site: str, zone: str | None, period: Period, without: Iterable[LeftOut]
) -> Cells:
    """What each counter counted at each hour of the week, without what does not count."""
    clock = ledger.sites.clock(site)
    tz = clock.tz_at(clock.midnight_utc_s(period.first))  # over a change of it nothing is compared
    days: defaultdict[date, set[tuple[int, str]]] = defaultdict(set)
    for part in without:
        if part.day in period:
            days[part.day].add((part.counter, part.light))
    found: Cells = {}
    for from_utc_s, to_utc_s, offset_s in offsets(period, tz):
        _add(found, ledger.use.counter_cells(site, from_utc_s, to_utc_s, offset_s, zone), 1)
    for day, parts in days.items():
        for from_utc_s, to_utc_s, offset_s in offsets(Period(day, day), tz):
            its = ledger.use.counter_cells(site, from_utc_s, to_utc_s, offset_s, zone)
            out = {cell: of for cell, of in its.items() if (cell.counter, cell.light) in parts}
            _add(found, out, -1)
    return found


def _add(cells: Cells, more: Cells, times: int) -> None:
    for cell, (count, obs_s) in more.items():
        was = cells.get(cell, (0, 0))
        cells[cell] = was[0] + times * count, was[1] + times * obs_s
