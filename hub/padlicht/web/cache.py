"""What costs much to work out and changes seldom, results until what it rests on changes.

A comparison over months of whole days reads every hour of every counter; its result stays the same
until a record of those days comes late. So it is kept with the sums of those days, which cost a
hundredth of it and grow with every such record.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from padlicht.ledger import Ledger, SettingsChange
from padlicht.usage.compare import Beside, before_and_after, week_beside_last

_MOST_KEPT = 200
_REACH = timedelta(weeks=26)  # before_and_after looks no further on either side
_DAY = timedelta(days=1)
T = TypeVar("T")


class ResultCache:
    """Answers of one ledger; many threads may ask."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[object, Any]] = {}

    def week_beside_last(self, ledger: Ledger, site: str, today: date) -> Beside:
        """As `usage.weeks.week_beside_last`."""
        rests_on = today, ledger.use.by_light(site, today - timedelta(weeks=2), today - _DAY)
        return self._get(("week", site), rests_on, lambda: week_beside_last(ledger, site, today))

    def before_and_after(self, ledger: Ledger, site: str, since: date, today: date) -> Beside:
        """As `usage.weeks.before_and_after`."""
        last = min(today - _DAY, since + _REACH)
        rests_on = last, ledger.use.span(site), ledger.use.by_light(site, since - _REACH, last)
        return self._get(
            ("since", site, since), rests_on, lambda: before_and_after(ledger, site, since, today)
        )

    def settings(self, ledger: Ledger, site: str) -> list[SettingsChange]:
        """As `Ledger.site_settings`, but what nodes confirmed since may be missing."""
        newest = ledger.cursors.newest_id("settings")
        return self._get(("settings", site), newest, lambda: ledger.settings.of_site(site))

    def derived(self, name: str, rests_on: object, make: Callable[[], T]) -> T:
        """What `make` gives, until `rests_on` is another; `name` says what it is and of what."""
        return self._get((name,), rests_on, make)

    def _get(self, key: tuple[object, ...], rests_on: object, make: Callable[[], T]) -> T:
        known = self._known.get(key)
        if known is not None and known[0] == rests_on:
            kept: T = known[1]
            return kept
        value = make()
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[key] = (rests_on, value)
        return value
