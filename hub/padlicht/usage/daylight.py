"""Sun position over a place: how high it stands, and when it sets.

Pure. The same Astronomical Almanac formula that the lamps compute by, here in 64-bit floats;
good to a few seconds, 2000 to 2050. What the lamps do is decided by the lamps; this tells people.
"""

from datetime import UTC, date, datetime, time
from math import acos, asin, atan2, cos, degrees, radians, sin
from typing import NamedTuple

ZENITH = {"sunset": 90.833, "civil_dusk": 96.0}  # degrees from straight up, by setting start_at
_TILT = radians(23.4365)  # of the earth's axis
_EPOCH = date(2000, 1, 1)
_J2000_UTC_S = 946_728_000  # noon of that day


class _Sun(NamedTuple):
    """Where the sun stands, and by how much a sundial is ahead of a clock."""

    declination_rad: float
    equation_deg: float


def evening_utc_s(day: date, lat: float, lon: float, zenith_deg: float) -> int | None:
    """When the sun sinks through `zenith_deg` on `day`; None when it does not that day."""
    days = (day - _EPOCH).days
    midnight = int(datetime.combine(day, time(), UTC).timestamp())
    share = 0.75  # of the UTC day; the second pass starts where the first one ended
    minutes = 0.0
    for _ in range(2):
        sun = _sun(days - 0.5 + share)
        declination = sun.declination_rad
        cos_hour = (cos(radians(zenith_deg)) - sin(radians(lat)) * sin(declination)) / (
            cos(radians(lat)) * cos(declination)
        )
        if not -1.0 <= cos_hour <= 1.0:
            return None
        minutes = 720.0 - 4.0 * (lon - degrees(acos(cos_hour))) - 4.0 * sun.equation_deg
        share = minutes / 1440.0
    return midnight + round(minutes * 60)


def altitude_deg(utc_s: int, lat: float, lon: float) -> float:
    """How high the sun's middle stands above the horizon, in degrees, without refraction."""
    days_of_j2000 = (utc_s - _J2000_UTC_S) / 86_400
    sun = _sun(days_of_j2000)
    hour_angle = radians((days_of_j2000 % 1.0) * 360.0 + lon + sun.equation_deg)
    height = sin(radians(lat)) * sin(sun.declination_rad) + (
        cos(radians(lat)) * cos(sun.declination_rad) * cos(hour_angle)
    )
    return degrees(asin(max(-1.0, min(1.0, height))))  # right overhead, rounding may pass 1


def _sun(days_of_j2000: float) -> _Sun:
    """The sun so many days after noon of 1 January 2000, UTC."""
    longitude = 280.4600 + 0.9856474 * days_of_j2000
    anomaly = radians(357.5280 + 0.9856003 * days_of_j2000)
    ecliptic = radians(longitude + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
    ascension = degrees(atan2(cos(_TILT) * sin(ecliptic), cos(ecliptic)))
    return _Sun(
        declination_rad=asin(sin(_TILT) * sin(ecliptic)),
        equation_deg=(longitude - ascension + 180.0) % 360.0 - 180.0,
    )
