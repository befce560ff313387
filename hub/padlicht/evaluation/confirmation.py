"""Confirmation of a try-out's weeks: by nine lamps in ten, from the second day to the last.

A lamp confirms a week when the settings of that week were in force on it, by its own word, before
its second day began, and no others came before the week was over. Who changes a lamp by hand
meanwhile takes that week out of the study, and is told so.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from padlicht.evaluation.estimators.types import TryoutWeek
from padlicht.evaluation.registration import WEEK, Study, settings_of, weeks_of
from padlicht.ledger import Ledger
from padlicht.ledger.tables.attributes import Place
from padlicht.ledger.tables.settings import InForce
from padlicht.settings_schema import schema

NINE_IN_TEN = (9, 10)


class WeekState(NamedTuple):
    """A week of a try-out: `confirmed` of `lamps` had its settings all the time that counts.

    On its first day, before any of that time, those that have them now. `switched_utc_s` is when
    the hub told them, None while it has not. `is_over`: what is said of the week is final.
    """

    week: TryoutWeek
    switched_utc_s: int | None
    lamps: int
    confirmed: int
    is_over: bool

    @property
    def is_confirmed(self) -> bool:
        """Whether nine lamps in ten, or more, had it."""
        share, of = NINE_IN_TEN
        return self.lamps > 0 and of * self.confirmed >= share * self.lamps


def week_states(ledger: Ledger, study: Study, tz: str, now_utc_s: int) -> list[WeekState]:
    """Each week of a try-out with the lamps that confirmed it, as far as is known now."""
    switched = {switch.week: switch.utc_s for switch in ledger.studies.switches(study.row)}
    site, zone = study.row.site, study.now.zone
    places = [
        place
        for place in ledger.attributes.places(site=site)
        if place.role == "lamp" and place.serves and zone in ("", place.zone)
    ]
    said = ledger.settings.in_force()
    found = []
    for number, week in enumerate(weeks_of(study.now)):
        begin_utc_s, end_utc_s = counted_utc_s(week, tz)
        lamps = _serving(places, begin_utc_s)
        wanted = settings_of(study.now, on=week.on)
        # What is said in the second in which it is asked is heard, too.
        until_utc_s = min(end_utc_s, now_utc_s + 1)
        confirmed = 0
        if number in switched:
            confirmed = sum(
                _had(said.get(lamp, ()), wanted, begin_utc_s, until_utc_s) for lamp in lamps
            )
        found.append(
            WeekState(week, switched.get(number), len(lamps), confirmed, now_utc_s >= end_utc_s)
        )
    return found


def with_confirmation(states: Sequence[WeekState]) -> tuple[TryoutWeek, ...]:
    """The weeks as an estimate takes them."""
    return tuple(
        msgspec.structs.replace(state.week, confirmed=state.is_confirmed) for state in states
    )


def counted_utc_s(week: TryoutWeek, tz: str) -> tuple[int, int]:
    """The part of a week that counts: from its second midnight to the midnight after its end."""
    zone = ZoneInfo(tz)
    days = (week.first + timedelta(days=1), week.first + WEEK)
    begin, end = (int(datetime.combine(day, time(), zone).timestamp()) for day in days)
    return begin, end


def _serving(places: Sequence[Place], utc_s: int) -> set[int]:
    """The lamps in service at a moment."""
    return {place.node_id for place in places if place.from_utc_s <= utc_s < place.to_utc_s}


def _had(
    said: Sequence[InForce], wanted: Mapping[str, Any], begin_utc_s: int, end_utc_s: int
) -> bool:
    """Whether a lamp had these settings from a moment until another one, by its own word."""
    for since_utc_s, settings in reversed(said):
        if since_utc_s >= end_utc_s:
            continue
        if any(
            settings.get(key, schema()[key]["default"]) != value for key, value in wanted.items()
        ):
            return False
        if since_utc_s <= begin_utc_s:
            return True
    return False
