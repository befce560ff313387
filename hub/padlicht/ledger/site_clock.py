"""The clock of a site over the years: which time zone was its own when. Pure.

Days and hours on the clock of a place go by the time zone that it had then. Where that was
corrected, it had the right one all the time; where it changed on a date, days before that go by the
one of before.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from padlicht.ledger.timeline import STILL


class SiteClock:
    """Local dates of one site; `zones` are (from, time zone) in Unix seconds UTC, oldest first."""

    def __init__(self, zones: Sequence[tuple[int, str]]) -> None:
        ends = [*(begin for begin, _ in zones[1:]), STILL]
        self._parts = [
            (begin, end, ZoneInfo(tz)) for (begin, tz), end in zip(zones, ends, strict=True)
        ]

    @classmethod
    def always(cls, tz: str) -> Self:
        """The clock of a place that never had another time zone."""
        return cls([(0, tz)])

    @property
    def changes(self) -> bool:
        """Whether it ever had another time zone."""
        return len(self._parts) > 1

    def tz_at(self, utc_s: int) -> str:
        """The name of the time zone that the site had then."""
        return self._zone(utc_s).key or ""

    def local(self, utc_s: int) -> datetime:
        """What the clock and the calendar of the place show."""
        return datetime.fromtimestamp(utc_s, self._zone(utc_s))

    def day(self, utc_s: int) -> date:
        """The date that the calendar of the place shows."""
        return self.local(utc_s).date()

    def midnight_utc_s(self, day: date) -> int:
        """When a local day begins; where the time zone changed over midnight, when it changed."""
        for begin, end, zone in self._parts:
            found = int(datetime.combine(day, time(), zone).astimezone(UTC).timestamp())
            if found < end:
                return max(found, begin)
        raise AssertionError("the last part has no end")

    def bounds_utc_s(self, day: date) -> tuple[int, int]:
        """Beginning and end of a local day in Unix seconds UTC."""
        return self.midnight_utc_s(day), self.midnight_utc_s(day + timedelta(days=1))

    def _zone(self, utc_s: int) -> ZoneInfo:
        for begin, _, zone in reversed(self._parts):
            if begin <= utc_s:
                return zone
        return self._parts[0][2]
