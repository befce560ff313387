"""Light of each hour of each day at a place, as studies part it: day, twilight, lamps on or off."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from padlicht.evaluation.estimators.grid import CASE, CONTROL, OTHER
from padlicht.usage.daylight import altitude_deg

LIGHTS = ("dark_off", "dark_on", "day", "twilight")
DARK_OFF, DARK_ON, DAY, TWILIGHT = range(4)
CIVIL_DEG = -6.0
LAMPS_FROM_HOUR, LAMPS_UNTIL_HOUR = 15, 22  # on the local clock; mornings have no lamps
CONTROL_HOURS = range(9, 18)


@cache
def lights_of_day(day: int, tz: str, lat: float, lon: float) -> tuple[int, ...]:
    """The light of each local hour of a day (its ordinal), by where the sun stands at half past."""
    midnight = datetime.fromordinal(day).replace(tzinfo=ZoneInfo(tz))
    found = []
    for hour in range(24):
        half_past = (midnight + timedelta(hours=hour, minutes=30)).astimezone(UTC)
        altitude = altitude_deg(int(half_past.timestamp()), lat, lon)
        on = LAMPS_FROM_HOUR <= hour < LAMPS_UNTIL_HOUR
        dark = DARK_ON if on else DARK_OFF
        found.append(DAY if altitude >= 0 else TWILIGHT if altitude >= CIVIL_DEG else dark)
    return tuple(found)


def lights(days: range, tz: str, lat: float, lon: float) -> "np.ndarray":
    """One row a day, one column an hour."""
    return np.array([lights_of_day(day, tz, lat, lon) for day in days])


def parts(light: "np.ndarray") -> "np.ndarray":
    """Case hours are those with lamps on; control hours those by day, from 9 to 18."""
    hour = np.arange(24)
    in_control = (hour >= CONTROL_HOURS.start) & (hour < CONTROL_HOURS.stop)
    return np.where(light == DARK_ON, CASE, np.where((light == DAY) & in_control, CONTROL, OTHER))
