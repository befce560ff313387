"""Energy of lamps, held against full light all evening and all night, week by week. Pure.

Evening is the lamps' own window, from dusk to when they go out, by the settings of that evening;
night is from sunset to sunrise, by whole hours and quarters, as hours of use have it. Only the time
of which lamps told is reckoned, on all sides: what a silent lamp did is not known. Full light is
what each lamp draws at full by the registry, as it was then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from padlicht.ledger.site_clock import SiteClock
from padlicht.ledger.timeline import Stretch
from padlicht.ledger.usage.lamp_sums import LampStretch, LampTotals
from padlicht.usage.hours import DAY
from padlicht.usage.lamp_nights import LampNights

_HOUR_S = 3600
_DAY = timedelta(days=1)
_MWS_OF_WH = 3_600_000  # milliwatt-seconds of a watt-hour
_MWH_OF_WH = 1000

Hours = Mapping[tuple[int, str], LampTotals]  # by beginning in Unix seconds UTC, and light


@dataclass(frozen=True)
class EnergyUse:
    """Watt-hours used, and what full light would have used, over the same time.

    `evening_wh`: at full all evening; `night_wh`: at full all night. Lamps told of `told_s` of the
    `due_s` in which they were in service.
    """

    used_wh: float = 0.0
    evening_wh: float = 0.0
    night_wh: float = 0.0
    told_s: int = 0
    due_s: int = 0

    def __add__(self, other: "EnergyUse") -> "EnergyUse":
        return EnergyUse(
            self.used_wh + other.used_wh,
            self.evening_wh + other.evening_wh,
            self.night_wh + other.night_wh,
            self.told_s + other.told_s,
            self.due_s + other.due_s,
        )

    @property
    def coverage(self) -> float | None:
        """Share of the time in service of which lamps told; None when none was in service."""
        return self.told_s / self.due_s if self.due_s else None


@dataclass(frozen=True)
class RatedGroup:
    """Lamps that draw the same at full light over the same time; None: nobody said how much."""

    rated_mw: int | None
    from_utc_s: int
    to_utc_s: int
    node_ids: tuple[int, ...]


def rated_groups(
    stretches: Iterable[LampStretch], rated: Mapping[int, Iterable[Stretch]]
) -> list[RatedGroup]:
    """Lamps by what they draw, in the order of time; `rated` is that timeline of each node."""
    found: dict[tuple[int, int, int | None], list[int]] = {}
    for lamp in stretches:
        for part in rated[lamp.node_id]:
            begin, end = max(lamp.from_utc_s, part.from_utc_s), min(lamp.to_utc_s, part.to_utc_s)
            if begin < end:
                found.setdefault((begin, end, part.value), []).append(lamp.node_id)
    return [
        RatedGroup(rated_mw, begin, end, tuple(node_ids))
        for (begin, end, rated_mw), node_ids in sorted(found.items(), key=lambda item: item[0][:2])
    ]


def evening_shares(
    nights: LampNights, hours: Iterable[int], first: date, last: date
) -> dict[int, float]:
    """Which share of these hours (their beginnings) lies in the evening, 0 to 1; 0 is left out."""
    evenings = []
    for number in range(-1, (last - first).days + 1):  # a window may end after midnight
        found = nights.nights(first + number * _DAY)
        lamps = sum(night.lamps for night in found)
        evenings += [
            (night.window.start_utc_s, night.window.end_utc_s, night.lamps / lamps)
            for night in found
            if night.window.start_utc_s is not None and not night.window.is_empty
        ]
    evenings.sort()
    shares: dict[int, float] = {}
    place = 0
    for hour in sorted(set(hours)):
        while place < len(evenings) and evenings[place][1] <= hour - 24 * _HOUR_S:
            place += 1
        share = 0.0
        for begin, end, weight in evenings[place:]:
            if begin >= hour + _HOUR_S:
                break
            share += weight * max(0, min(end, hour + _HOUR_S) - max(begin, hour)) / _HOUR_S
        if share:
            shares[hour] = min(1.0, share)
    return shares


def weekly_energy(
    hours: Hours, shares: Mapping[int, float], rated_mw: int, clock: SiteClock
) -> dict[date, EnergyUse]:
    """The energy of hours of lamps that draw so much at full light, by the Monday of the week."""
    found: dict[date, EnergyUse] = {}
    for (hour_utc_s, light), totals in hours.items():
        full_wh = totals.told_s * rated_mw / _MWS_OF_WH
        day = clock.day(hour_utc_s)
        monday = day - day.weekday() * _DAY
        found[monday] = found.get(monday, EnergyUse()) + EnergyUse(
            totals.mwh / _MWH_OF_WH,
            full_wh * shares.get(hour_utc_s, 0.0),
            0.0 if light == DAY else full_wh,
            totals.told_s,
            totals.due_s,
        )
    return found
