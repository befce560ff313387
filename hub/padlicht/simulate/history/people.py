"""Who comes along a path in a year, quarter by quarter, invented from a seed. Pure.

How many come depends on the hour, the weekday, the season, rain, holidays, a school nearby and the
dark: fewer dare when it is dark, and `Scenario.effect` times as many of those once lamps are lit
then. That factor is the truth that an evaluation has to find; nothing else about people changes
with the lamps. Who comes walks, jogs or cycles as in the demo's evening. Others come from the road
to the fitness place and stay: no counter sees them.
"""

from collections.abc import Iterator
from datetime import date, datetime
from math import cos, exp, pi
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from padlicht.simulate.history.calendar import (
    is_public_holiday,
    is_school_day,
    is_school_holiday,
    is_weekend,
)
from padlicht.simulate.world.walkers import GAITS
from padlicht.usage.daylight import altitude_deg

QUARTER_S = 900
CIVIL_DEG = -6.0  # below it, it is dark

# Groups an hour by local hour, both ends together, in dry daylight.
_WORKDAY = (
    *(0.4, 0.2, 0.1, 0.1, 0.2, 0.8, 4, 14, 19, 12, 13, 15),
    *(18, 17, 17, 19, 23, 25, 20, 19, 15, 10, 5, 1.5),
)
_FREE_DAY = (
    *(1.0, 0.7, 0.4, 0.2, 0.1, 0.2, 0.8, 2, 5, 10, 16, 21),
    *(24, 26, 28, 28, 25, 20, 16, 14, 12, 9, 5, 2.5),
)
_SCHOOL_IN, _SCHOOL_OUT, _SCHOOL_OUT_WEDNESDAY = (8, 15), (14, 45), (12, 15)  # quarters, local
_SCHOOL_GROUPS = 22.0  # in each of those quarters
_RAIN, _TWILIGHT, _DARK = 0.55, 0.8, 0.55  # so many of those who would come do
_SCHOOL_HOLIDAY, _SUMMER_SWING = 0.85, 0.2
_WET_AFTER_WET, _WET_AFTER_DRY, _RAIN_ON_WET_DAY = 0.65, 0.35, 0.5
_RAIN_LASTS_H = 3

# People an hour at the fitness place, likewise.
_WORKDAY_FITNESS = (
    *(0, 0, 0, 0, 0, 0, 0.3, 0.5, 0.3, 0.4, 0.5, 0.4),
    *(0.4, 0.3, 0.4, 0.7, 0.9, 1.2, 1.3, 1.4, 1.1, 0.6, 0.2, 0),
)
_FREE_DAY_FITNESS = (
    *(0, 0, 0, 0, 0, 0, 0, 0.3, 0.7, 1.0, 1.2, 1.2),
    *(1.0, 1.0, 1.1, 1.1, 1.0, 0.9, 0.8, 0.7, 0.5, 0.3, 0.1, 0),
)
_RAIN_FITNESS = 0.25  # nobody exercises in the rain who could stay at home
_SESSION_S = (600.0, 2400.0)
_NEAR_S, _OFF_S = (60.0, 200.0), (12.0, 45.0)  # within reach of the lamp, and out of it


class Group(NamedTuple):
    """People who come together, from one end. Times are Unix seconds UTC, lengths metres.

    `turn` is the share of the path after which they turn round, None when they walk through.
    """

    start_utc_s: float
    heading: int  # 1 east, -1 west
    people: int
    speed_m_s: float
    lane_m: float  # right of the middle
    turn: float | None


class Weather:
    """Wet and dry days in a chain, and rain on wet ones for some hours at a time."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(f"{seed} weather")
        self._day: date | None = None
        self._is_wet = False
        self._rain: tuple[bool, ...] = ()

    def rains(self, local: datetime) -> bool:
        """Whether it rains in that hour; days must be asked for in their order."""
        if local.date() != self._day:
            self._day = local.date()
            self._is_wet = self._dice.random() < (
                _WET_AFTER_WET if self._is_wet else _WET_AFTER_DRY
            )
            spells = [
                self._is_wet and self._dice.random() < _RAIN_ON_WET_DAY
                for _ in range(24 // _RAIN_LASTS_H)
            ]
            self._rain = tuple(spell for spell in spells for _ in range(_RAIN_LASTS_H))
        return self._rain[local.hour]


class People:
    """The people of a path at `place` (degrees). `effect`: see above."""

    def __init__(self, seed: int, tz: str, place: tuple[float, float], effect: float) -> None:
        self._dice = Random(f"{seed} people")
        self._weather = Weather(seed)
        self._zone = ZoneInfo(tz)
        self._place = place
        self._effect = effect

    def quarter(self, utc_s: int, *, lit: bool) -> Iterator[Group]:
        """Who comes in the quarter of an hour from `utc_s` on; ask for them in their order.

        `lit`: lamps are lit in it.
        """
        for _ in range(self._poisson(self.expected(utc_s, lit=lit))):
            yield self._group(utc_s)

    def expected(self, utc_s: int, *, lit: bool) -> float:
        """How many groups come in that quarter in the mean of all the years there might be."""
        local = datetime.fromtimestamp(utc_s, self._zone)
        groups = expected_in_light(local)
        if self._weather.rains(local):
            groups *= _RAIN
        height_deg = altitude_deg(utc_s + QUARTER_S // 2, *self._place)
        if height_deg < CIVIL_DEG:
            groups *= _DARK * (self._effect if lit else 1.0)
        elif height_deg < 0:
            groups *= _TWILIGHT
        return groups

    def _group(self, utc_s: int) -> Group:
        dice = self._dice
        gait = dice.choices(GAITS, [gait.share for gait in GAITS])[0]
        return Group(
            utc_s + dice.random() * QUARTER_S,
            dice.choice((1, -1)),
            gait.people,
            dice.uniform(*gait.speed_m_s),
            dice.uniform(0.6, 0.8),
            dice.uniform(0.25, 0.75) if dice.random() < gait.turns_back else None,
        )

    def _poisson(self, mean: float) -> int:
        limit, count, product = exp(-mean), 0, self._dice.random()
        while product > limit:
            count += 1
            product *= self._dice.random()
        return count


def expected_in_light(local: datetime) -> float:
    """How many groups would come in that local quarter of an hour if it were dry and light."""
    day = local.date()
    is_free = is_weekend(day) or is_public_holiday(day)
    groups = (_FREE_DAY if is_free else _WORKDAY)[local.hour] / 4
    if is_school_holiday(day) and not is_free:
        groups *= _SCHOOL_HOLIDAY
    # Most in the middle of July, least in the middle of January.
    groups *= 1 - _SUMMER_SWING * cos(2 * pi * (day.timetuple().tm_yday - 15) / 365.25)
    if is_school_day(day):
        out = _SCHOOL_OUT_WEDNESDAY if day.weekday() == 2 else _SCHOOL_OUT
        if (local.hour, local.minute // 15 * 15) in (_SCHOOL_IN, out):
            groups += _SCHOOL_GROUPS
    return groups


class Stay(NamedTuple):
    """Somebody is within reach of the lamp, from one moment to another. Unix seconds UTC."""

    from_utc_s: float
    until_utc_s: float


class Athletes:
    """The people of a fitness place at `place` (degrees). `effect`: as of `People`.

    Who exercises steps out of the lamp's reach now and then, and others may be there meanwhile.
    """

    def __init__(self, seed: int, tz: str, place: tuple[float, float], effect: float) -> None:
        self._dice = Random(f"{seed} fitness")
        self._weather = Weather(seed)
        self._zone = ZoneInfo(tz)
        self._place = place
        self._effect = effect

    def quarter(self, utc_s: int, *, lit: bool) -> Iterator[Stay]:
        """The stays of who comes in the quarter of an hour from `utc_s` on; ask in their order.

        `lit`: lamps are lit in it.
        """
        if self._dice.random() >= self.expected(utc_s, lit=lit):
            return
        now_s = utc_s + self._dice.random() * QUARTER_S
        end_s = now_s + self._dice.uniform(*_SESSION_S)
        while now_s < end_s:
            until_s = min(end_s, now_s + self._dice.uniform(*_NEAR_S))
            yield Stay(now_s, until_s)
            now_s = until_s + self._dice.uniform(*_OFF_S)

    def expected(self, utc_s: int, *, lit: bool) -> float:
        """How many come in that quarter in the mean of all years; at most one does."""
        local = datetime.fromtimestamp(utc_s, self._zone)
        day = local.date()
        is_free = is_weekend(day) or is_public_holiday(day)
        people = (_FREE_DAY_FITNESS if is_free else _WORKDAY_FITNESS)[local.hour] / 4
        if self._weather.rains(local):
            people *= _RAIN_FITNESS
        height_deg = altitude_deg(utc_s + QUARTER_S // 2, *self._place)
        if height_deg < CIVIL_DEG:
            people *= _DARK * (self._effect if lit else 1.0)
        elif height_deg < 0:
            people *= _TWILIGHT
        return people
