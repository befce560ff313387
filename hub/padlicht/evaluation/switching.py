"""Switching of try-outs: the hub gives lamps the settings of each week, and their own back.

    hub.py → TryoutSwitcher.run → switch_due → control.desired_settings.note → settings publisher

What was switched stands in the ledger, so a hub that was away does what is due when it is back, and
never does anything twice. A week is not switched late without being seen: lamps that confirm after
its first day leave it unconfirmed (confirmation.py).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from padlicht.clock import EARLIEST_UTC_S, STEADY_S, ClockWatch
from padlicht.control.desired_settings import note
from padlicht.control.presence import THIS_HOUR
from padlicht.errors import Refused
from padlicht.evaluation.estimators.types import Design
from padlicht.evaluation.registering import lamps_of
from padlicht.evaluation.registration import WEEK, Study, begins_utc_s, settings_of, weeks_of
from padlicht.ledger import Ledger, LedgerThread, Node
from padlicht.ledger.tables.studies import Switch
from padlicht.settings_schema import schema

log = logging.getLogger(__name__)

LOOK_S: Final = 30.0
WHO: Final = "hub"
ON, OFF, BACK = "on", "off", "back"


class TryoutSwitcher:
    """Looks twice a minute; `on_changed` hears which lamps got new wanted settings.

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
            changed = await self._ledger.run(partial(switch_due, utc_s))
            self._on_changed(changed)
            await asyncio.sleep(LOOK_S)


def switch_due(utc_s: int, ledger: Ledger) -> list[str]:
    """Switch what is due of all try-outs; the lamps that got other wanted settings.

    Lamps get their own settings back before another study takes them.
    """
    if utc_s < EARLIEST_UTC_S:
        return []
    zones = {site.name: site.tz for site in ledger.sites.all()}
    tryouts = [
        study for study in map(Study.of, ledger.studies.all()) if study.now.design is Design.TRYOUT
    ]
    changed = []
    for step in (_give_back, _switch_week):
        for study in tryouts:
            changed += step(ledger, study, zones[study.row.site], utc_s)
    return changed


def is_over(study: Study, tz: str, utc_s: int) -> bool:
    """Whether lamps should have their own settings again."""
    last = weeks_of(study.now)[-1]
    after_last = type(last)(last.first + WEEK, last.pair, last.on)
    return study.now.stopped or utc_s >= begins_utc_s(after_last, tz)


def _switch_week(ledger: Ledger, study: Study, tz: str, utc_s: int) -> list[str]:
    """Switch to the week that it is now, unless that is done."""
    if is_over(study, tz, utc_s):
        return []
    begun = [
        (number, week)
        for number, week in enumerate(weeks_of(study.now))
        if begins_utc_s(week, tz) <= utc_s
    ]
    if not begun:
        return []
    number, week = begun[-1]
    with ledger.transaction():
        switches = ledger.studies.switches(study.row)
        if any(switch.week >= number or switch.arm == BACK for switch in switches):
            return []
        arm = ON if week.on else OFF
        wanted = settings_of(study.now, on=week.on)
        known = _before(switches)
        lamps = lamps_of(ledger, study.row.site, study.now.zone)
        current = ledger.settings.wanted(study.row.site)
        before = {
            lamp.name: _values(current[lamp.name].after, wanted)
            for lamp in lamps
            if lamp.name not in known and lamp.name in current
        }
        why = f"study {study.name}, week {number + 1}: {arm}"
        changed = _tell(ledger, ((lamp, wanted) for lamp in lamps), why, utc_s)
        ledger.studies.note_switch(study.row, Switch(number, arm, utc_s, len(lamps), before))
    log.info("study: %s, week %d is %s for %d lamp(s)", study.name, number + 1, arm, len(lamps))
    return changed


def _give_back(ledger: Ledger, study: Study, tz: str, utc_s: int) -> list[str]:
    """Give lamps the settings that they had before a study that is over."""
    if not is_over(study, tz, utc_s):
        return []
    with ledger.transaction():
        switches = ledger.studies.switches(study.row)
        if not switches or switches[-1].arm == BACK:
            return []
        before = _before(switches)
        lamps = [
            (lamp, before[lamp.name])
            for lamp in ledger.nodes.all(study.row.site)
            if lamp.name in before and not lamp.retired
        ]
        changed = _tell(ledger, lamps, f"study {study.name}: {BACK}", utc_s)
        last = Switch(switches[-1].week + 1, BACK, utc_s, len(lamps), {})
        ledger.studies.note_switch(study.row, last)
    log.info("study: %s is over, %d lamp(s) get their settings back", study.name, len(lamps))
    return changed


def _tell(
    ledger: Ledger, lamps: Iterable[tuple[Node, Mapping[str, Any]]], why: str, utc_s: int
) -> list[str]:
    """Want settings of lamps, in the caller's transaction; the names of those that had others."""
    changed = []
    current = ledger.settings.wanted()
    for lamp, wanted in lamps:
        had = current[lamp.name].after if lamp.name in current else {}
        mine = {key: value for key, value in wanted.items() if had.get(key) != value}
        if not mine:
            continue
        try:
            note(ledger, lamp, had, mine, WHO, why, utc_s)
        except Refused as error:
            log.warning("study: %s stays as it is, so its weeks do not count: %s", lamp.name, error)
        else:
            changed.append(lamp.name)
    return changed


def _before(switches: Iterable[Switch]) -> dict[str, Mapping[str, Any]]:
    """What lamps had before a study, by name."""
    return {name: values for switch in switches for name, values in switch.before.items()}


def _values(settings: Mapping[str, object], keys: Iterable[str]) -> dict[str, object]:
    """The values of some settings; what a lamp was never told is as it was delivered."""
    return {key: settings.get(key, schema()[key]["default"]) for key in keys}
