"""Site context: the site that a page is about, as of one moment; and the result cache.

What costs much to work out and changes seldom is cached until what it rests on changes. A
comparison over months of whole days reads every hour of every counter; its result stays the same
until a record of those days comes late. So it is cached with the sums of those days, which cost a
hundredth of it and grow with every such record.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from padlicht.errors import Refused
from padlicht.ledger import Ledger, Node, SettingsChange, Site
from padlicht.usage.compare import (
    Comparison,
    compare_before_after,
    compare_last_weeks,
)
from padlicht.usage.coverage.left_out import covered_hours, left_out
from padlicht.usage.coverage.watching import NEAR

_MOST_KEPT = 200
_REACH = timedelta(weeks=26)  # compare_before_after looks no further on either side
_DAY = timedelta(days=1)
T = TypeVar("T")


class ResultCache:
    """Result cache: what was worked out from one ledger; many threads may ask."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], tuple[object, Any]] = {}
        self._fresh: dict[str, tuple[float, object, Any]] = {}
        self._one_at_a_time: defaultdict[str, Lock] = defaultdict(Lock)

    def compare_last_weeks(self, ledger: Ledger, site: str, today: date) -> Comparison:
        """As `usage.compare.compare_last_weeks`."""
        sums = ledger.use.by_light(site, today - timedelta(weeks=3) - NEAR, today - _DAY)
        rests_on = today, ledger.attributes.newest_id(), sums
        return self._get(("week", site), rests_on, lambda: compare_last_weeks(ledger, site, today))

    def compare_before_after(
        self, ledger: Ledger, site: str, since: date, today: date
    ) -> Comparison:
        """As `usage.compare.compare_before_after`."""
        last = min(today - _DAY, since + _REACH)
        sums = ledger.use.by_light(site, since - _REACH, last)
        rests_on = last, ledger.attributes.newest_id(), ledger.use.span(site), sums
        return self._get(
            ("since", site, since),
            rests_on,
            lambda: compare_before_after(ledger, site, since, today),
        )

    def covered_hours(
        self, ledger: Ledger, site: str, first: date, last: date, zone: str | None = None
    ) -> dict[tuple[int, str], int]:
        """As `left_out.covered_hours` of what was left out from `first` to `last`."""
        sums = ledger.use.by_light(site, first - NEAR, last + NEAR, zone)
        return self._get(
            ("covered", site, zone, first),
            (last, ledger.attributes.newest_id(), sums),
            lambda: covered_hours(ledger, site, left_out(ledger, site, first, last, zone)),
        )

    def settings(self, ledger: Ledger, site: str) -> list[SettingsChange]:
        """As `ledger.settings.of_site`, but what nodes confirmed since may be missing."""
        newest = ledger.cursors.newest_id("settings"), ledger.attributes.newest_id()
        return self._get(("settings", site), newest, lambda: ledger.settings.of_site(site))

    def get_or_make(self, name: str, rests_on: object, make: Callable[[], T]) -> T:
        """What `make` gives, until `rests_on` is another; `name` says what it is and of what."""
        return self._get((name,), rests_on, make)

    def get_fresh(
        self, name: str, fresh_s: float, make: Callable[[], T], rests_on: object = None
    ) -> T:
        """What `make` gave up to `fresh_s` seconds ago for the same `rests_on`, or gives now.

        However many ask at once, it is made once; the others wait for it.
        """
        with self._one_at_a_time[name]:
            known = self._fresh.get(name)
            if known is not None and known[1] == rests_on and monotonic() - known[0] < fresh_s:
                kept: T = known[2]
                return kept
            value = make()
            self._fresh[name] = (monotonic(), rests_on, value)
            return value

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


@dataclass(frozen=True)
class SiteContext:
    """A site as of `now_utc_s`; `nodes` are all that were ever registered there, by name.

    `results` is shared by all pages of the same ledger.
    """

    now_utc_s: int
    sites: tuple[Site, ...]
    site: Site
    nodes: tuple[Node, ...]
    results: ResultCache = field(default_factory=ResultCache, compare=False)

    @property
    def tz(self) -> str:
        """The site's IANA time zone."""
        return self.site.tz

    @cached_property
    def today(self) -> date:
        """The local date."""
        return datetime.fromtimestamp(self.now_utc_s, ZoneInfo(self.site.tz)).date()

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """The names of the zones in which a node ever stood."""
        return tuple(sorted({node.zone for node in self.nodes}))

    @cached_property
    def simulated(self) -> str:
        """Whether "all", "some" or "none" of the nodes in service are made up."""
        made_up = [node.simulated for node in self.nodes if not node.retired]
        return "all" if made_up and all(made_up) else "some" if any(made_up) else "none"

    def node(self, name: str) -> Node:
        """A node of the site, a retired one too; Refused when there is none."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise Refused(f"there is no node {name!r} in the site {self.site.name!r}")
