"""Sunset and dusk by the almanac: right to a few seconds with 32-bit floats.

Meeus' Sun: Astronomical Algorithms, chapters 22, 25 and 28, with the pull of the planets and the
Moon from his Astronomical Formulae; right to 10" from 2020 to 2045. That is more than a sunset
asks for, but not a dusk in a northern summer, where the sun only just dips below an angle and a
hundredth of a degree is a minute. Angles that grow with the date are reduced in integers first: a
date in a 32-bit float has lost the time of day.
"""

from math import acos, asin, atan2, cos, degrees, floor, radians, sin

SUNSET = 90.833  # zenith angle in degrees: refraction of 34' and a radius of 16'
CIVIL_DUSK = 96.0

NEVER_RISES = -1000000  # the sun stays below the zenith angle all day
NEVER_SETS = -1000001  # the sun stays above it

_TURN_E9 = 360000000000  # a full turn in units of 1e-9 degree
_AHEAD = 0.0008  # days by which the planets' clock is ahead of ours: 69 s
_PARALLAX = 0.0024  # degrees by which the sun is lower from here than from the Earth's middle
_PASSES = 4  # the sun moves on between a first guess and the event


def _angle(half_days: int, start_e9: int, speed_e9: int) -> float:
    """Return an angle in degrees; its start and its way in half a day are in 1e-9 degree."""
    return (start_e9 + half_days * speed_e9) % _TURN_E9 * 1e-9


def event_s(days_2000: int, lat_e4: int, lon_e4: int, zenith: float) -> int:
    """Return when the sun sinks through `zenith` in the evening of a day.

    In seconds after 00:00 UTC of that day; far west of Greenwich they may exceed a day, far east
    be negative, as the evening meant is that of the day at this longitude. Latitude (north
    positive) and longitude (east positive) in 1e-4 degree. Returns NEVER_RISES or NEVER_SETS when
    there is no such moment.
    """
    half_days = 2 * days_2000 - 1  # from noon of 2000-01-01, in halves to stay whole
    mean_longitude = _angle(half_days, 280466460000, 492823680)
    mean_anomaly = _angle(half_days, 357529110000, 492800141)
    node = radians(_angle(half_days, 125040000000, -26476879))
    pull = (
        0.00134 * cos(radians(_angle(half_days, 351984000000, 308264943)))  # Venus
        + 0.00154 * cos(radians(_angle(half_days, 254080000000, 616529886)))  # Venus again
        + 0.00200 * cos(radians(_angle(half_days, 157050000000, 451257465)))  # Jupiter
        + 0.00179 * sin(radians(_angle(half_days, 297850000000, 6095374595)))  # the Moon
        - 0.00275  # a term of 18 centuries, as it is in this one
    )
    nutation = -0.00478 * sin(node)
    obliquity = radians(23.43929 - 3.5604e-7 * days_2000 + 0.00256 * cos(node))
    oblong = 1.914602 - 1.3188e-7 * days_2000  # these two change so slowly that a float may hold it
    cos_obliquity = cos(obliquity)
    sin_obliquity = sin(obliquity)
    latitude = radians(lat_e4 * 1e-4)
    longitude = lon_e4 * 1e-4
    cos_zenith = cos(radians(zenith - _PARALLAX))
    day_part = 0.75
    minutes = below = reach = 0.0
    for _ in range(_PASSES):
        place = mean_longitude + 0.98564736 * (day_part + _AHEAD)
        anomaly = radians(mean_anomaly + 0.98560028 * (day_part + _AHEAD))
        centre = oblong * sin(anomaly) + 0.01999 * sin(2 * anomaly) + 0.00029 * sin(3 * anomaly)
        ecliptic = radians(place + centre + pull + nutation - 0.00569)
        ascension = degrees(atan2(cos_obliquity * sin(ecliptic), cos(ecliptic)))
        declination = asin(sin_obliquity * sin(ecliptic))
        below = cos_zenith - sin(latitude) * sin(declination)
        reach = cos(latitude) * cos(declination)
        # A guess from which the sun does not get there: look at noon or midnight next.
        hour_angle = 0.0 if below > reach else 180.0
        if -reach <= below <= reach:
            hour_angle = degrees(acos(below / reach)) if reach else 90.0
        ahead = place - 0.00572 + nutation * cos_obliquity - ascension  # equation of time
        minutes = 720 - 4 * (longitude - hour_angle) - 4 * ((ahead + 180) % 360 - 180)
        day_part = minutes / 1440
    if below > reach:
        return NEVER_RISES
    if below < -reach:
        return NEVER_SETS
    return floor(minutes * 60 + 0.5)
