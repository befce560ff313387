"""Disclosure control: open figures are a day late, small ones hidden, all others rounded. Pure.

Cells are the hours of a whole site. One under 5 is shown as "<5", any other rounded to a multiple
of 5. Sums go up one tree and no other: hours make the light classes of a day, those make the light
classes of a week, and these the week; figures that cut across it could be solved like a puzzle.
A sum is rounded on its own, and never says more about a hidden cell than "<5" does: at the
ends of what its parts allow, steps are taken together. Which ones depends on the parts as
they are shown and on nothing else, so that nothing can be concluded from that, either.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from padlicht.usage.days import local_day, midnight_utc_s

STEP = 5  # figures are multiples of it, and below it they are hidden
LATE_S = 24 * 3600  # how long ago a day must have ended
_HALF = STEP // 2

Key = TypeVar("Key")


@dataclass(frozen=True)
class Figure:
    """A number as it is shown: the true one lies from `low` to `high`, and anywhere there."""

    low: int
    high: int
    value: int

    @property
    def hidden(self) -> bool:
        """Whether it may be nothing at all, so that only "fewer than" is said."""
        return self.low == 0

    @property
    def text(self) -> str:
        """For people: <5, or a multiple of 5."""
        return f"<{self.high + 1}" if self.hidden else str(self.value)


class Hour(NamedTuple):
    """A clock hour of one light class in a site, as it is stored; `passages` are both ways."""

    hour_utc_s: int
    light: str
    passages: int
    obs_s: int
    due_s: int
    simulated: bool


@dataclass(frozen=True)
class OpenFigure:
    """A figure and how sure it is; `figure` None: nobody was watching."""

    figure: Figure | None
    obs_s: int
    due_s: int
    simulated: bool

    @property
    def coverage(self) -> float | None:
        """Share of the time due that was watched, 0 to 1; None when nothing was due."""
        return min(1.0, self.obs_s / self.due_s) if self.due_s else None


@dataclass(frozen=True)
class OpenUse:
    """All that anybody may see of a site: `hours` by start, `days` and `weeks` (by their Monday)
    by light class, and `whole_weeks`. Weeks are there from the first to the last whole one.
    """

    first: date
    last: date
    hours: Mapping[tuple[int, str], OpenFigure]
    days: Mapping[tuple[date, str], OpenFigure]
    weeks: Mapping[tuple[date, str], OpenFigure]
    whole_weeks: Mapping[date, OpenFigure]


def last_open_day(now_utc_s: int, tz: str) -> date:
    """The newest local day that ended 24 hours ago or earlier."""
    day = local_day(now_utc_s - LATE_S, tz)
    return day - timedelta(days=1)


def cell(count: int) -> Figure:
    """How the count of one hour is shown."""
    if count < STEP:
        return Figure(0, STEP - 1, 0)
    value = _rounded(count)
    return Figure(max(value - _HALF, STEP), value + _HALF, value)


def total(count: int, parts: Sequence[Figure]) -> Figure:
    """How a sum is shown beside its parts: so that each may still be anything that it says."""
    if len(parts) == 1:
        return parts[0]
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    widest = max(part.high - part.low for part in parts)
    # The first step reaches at least to `low + widest`, the last begins at `high - widest` or
    # before: then each part can take all its values, whichever step the sum is in.
    first = -(-(low + widest - _HALF) // STEP) * STEP
    last = (high - widest + _HALF) // STEP * STEP
    if first > last:
        return Figure(low, high, _rounded((low + high) // 2))
    value = min(max(_rounded(count), first), last)
    return Figure(
        low if value == first else value - _HALF, high if value == last else value + _HALF, value
    )


def open_use(hours: Iterable[Hour], tz: str, now_utc_s: int) -> OpenUse | None:
    """What may be shown of a site's `hours`; None when there is no open day yet."""
    last = last_open_day(now_utc_s, tz)
    end_utc_s = midnight_utc_s(last + timedelta(days=1), tz)
    known = sorted(hour for hour in hours if hour.hour_utc_s < end_utc_s)
    if not known:
        return None
    zone = ZoneInfo(tz)
    shown: dict[tuple[int, str], OpenFigure] = {}
    days = _Sums[tuple[date, str]]()
    weeks = _Sums[tuple[date, str]]()
    whole_weeks = _Sums[date]()
    day_of: dict[int, date] = {}
    for hour in known:
        part = OpenFigure(
            cell(hour.passages) if hour.obs_s else None, hour.obs_s, hour.due_s, hour.simulated
        )
        day = datetime.fromtimestamp(hour.hour_utc_s, zone).date()
        day_of[hour.hour_utc_s] = day
        shown[hour.hour_utc_s, hour.light] = part
        days.add((day, hour.light), hour.passages, part)
    first = day_of[known[0].hour_utc_s]
    shown_days = days.shown()
    for (day, light), part in shown_days.items():
        monday = day - timedelta(days=day.weekday())
        if monday >= first and monday + timedelta(days=6) <= last:
            weeks.add((monday, light), days.counts[day, light], part)
    shown_weeks = weeks.shown()
    for (monday, light), part in shown_weeks.items():
        whole_weeks.add(monday, weeks.counts[monday, light], part)
    return OpenUse(first, last, shown, shown_days, shown_weeks, whole_weeks.shown())


def _rounded(count: int) -> int:
    return (count + _HALF) // STEP * STEP


class _Sums(Generic[Key]):
    """Sums by key, and the shown parts that each is made of."""

    def __init__(self) -> None:
        self.counts: dict[Key, int] = defaultdict(int)
        self._parts: dict[Key, list[OpenFigure]] = defaultdict(list)

    def add(self, key: Key, count: int, part: OpenFigure) -> None:
        """A part comes to the sum; one that was not watched brings no count."""
        self.counts[key] += count if part.figure is not None else 0
        self._parts[key].append(part)

    def shown(self) -> dict[Key, OpenFigure]:
        """All sums as they are shown."""
        return {
            key: OpenFigure(
                total(self.counts[key], figures) if figures else None,
                sum(part.obs_s for part in parts),
                sum(part.due_s for part in parts),
                any(part.simulated for part in parts),
            )
            for key, parts in self._parts.items()
            for figures in [[part.figure for part in parts if part.figure is not None]]
        }
