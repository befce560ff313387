"""Local time of nodes, kept right: a new time zone string before the one they have goes wrong.

It goes wrong where the clocks change by no rule, and when the zone's own rule was changed (the
machine got a newer tzdata). Either way its nodes want another `tz`, long before the first wrong
minute, so that one which is away for a while has it in time.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Final

from padlicht.clock import EARLIEST_UTC_S, STEADY_S, ClockWatch
from padlicht.control.desired_settings import note
from padlicht.control.posix_tz import posix_tz_at, right_until
from padlicht.control.presence import THIS_HOUR
from padlicht.errors import BadData, Refused
from padlicht.ledger import Ledger, LedgerThread, Site

log = logging.getLogger(__name__)

EVERY_S = 3600
WHO: Final = "hub"
WHY: Final = "the next changes of the clock at its place"


class TimeZoneKeeper:
    """Looks at all sites once an hour; `on_changed` hears which nodes got new wanted settings.

    A clock that is far from what is known is not acted on until it has gone on for a while.
    """

    def __init__(
        self, ledger: LedgerThread, watch: ClockWatch, on_changed: Callable[[list[str]], None]
    ) -> None:
        self._ledger = ledger
        self._watch = watch
        self._on_changed = on_changed

    async def run(self) -> None:
        """Keep on looking, until cancelled."""
        while True:
            self._watch.look()
            utc_s = self._watch.utc_s
            known_utc_s = await self._ledger.run(lambda ledger: ledger.cursors.get(*THIS_HOUR))
            if not self._watch.believes(utc_s, known_utc_s or utc_s):
                await asyncio.sleep(STEADY_S)
                continue
            for site in await self._ledger.run(lambda ledger: ledger.sites.all()):
                changed = await self._ledger.run(partial(keep, site, utc_s))
                self._on_changed(changed)
            await asyncio.sleep(EVERY_S)


def keep(site: Site, utc_s: int, ledger: Ledger) -> list[str]:
    """Want another time zone string for those nodes of a site that have a worse one; their names.

    Worse is what is right for less long: who has one that is right for more than a year is left
    alone. A hub that does not know the time yet leaves all alone.
    """
    if utc_s < EARLIEST_UTC_S:
        return []
    wanted = ledger.settings.wanted(site.name)
    serving = [
        node
        for node in ledger.nodes.all(site.name)
        if node.name in wanted and not node.retired and "tz" in wanted[node.name].after
    ]
    try:
        best = posix_tz_at(site.tz, utc_s)
    except BadData as error:
        if serving:
            log.warning("time zone: nodes of %s keep what they have: %s", site.name, error)
        return []
    best_s = right_until(site.tz, best, utc_s)
    known = {str(wanted[node.name].after["tz"]) for node in serving} - {best}
    worse = {text for text in known if right_until(site.tz, text, utc_s) < best_s}
    if not worse:
        return []
    changed = []
    with ledger.transaction():
        # Somebody may have moved the park, or changed settings, since they were read.
        if (site.name, site.tz) not in {(park.name, park.tz) for park in ledger.sites.all()}:
            return []
        wanted = ledger.settings.wanted(site.name)
        for node in serving:
            before = wanted[node.name].after
            if before.get("tz") not in worse:
                continue
            try:
                note(ledger, node, before, {"tz": best}, WHO, WHY, utc_s)
            except Refused as error:
                log.warning("time zone: it cannot be set right: %s", error)
            else:
                changed.append(node.name)
    if changed:
        log.info("time zone: %s of %s for %d node(s)", best, site.tz, len(changed))
    return changed
