"""When the sun goes down, right to a few seconds with 32-bit floats.

The Astronomical Almanac's low-precision Sun, for 1950 to 2050; within 7 s in Groningen from 2024 to
2039, and within a minute where the sun meets the horizon at a glancing angle. Angles that grow with
the date are reduced in integers first: a date in a 32-bit float has lost the time of day.
"""

from math import acos, asin, atan2, cos, degrees, floor, radians, sin

SUNSET = 90.833  # zenith angle in degrees: refraction of 34' and a radius of 16'
CIVIL_DUSK = 96.0

NEVER_RISES = -1000000  # the sun stays below the zenith angle all day
NEVER_SETS = -1000001  # the sun stays above it

_TURN_E7 = 3600000000  # a full turn in units of 1e-7 degree


def event_s(days_2000: int, lat_e4: int, lon_e4: int, zenith: float) -> int:
    """Return when the sun sinks through `zenith` in the evening of a day.

    In seconds after 00:00 UTC of that day; far west of Greenwich they may exceed a day, far east
    be negative, as the evening meant is that of the day at this longitude. Latitude (north
    positive) and longitude (east positive) in 1e-4 degree. Returns NEVER_RISES or NEVER_SETS when
    there is no such moment.
    """
    half_days = 2 * days_2000 - 1  # from noon of 2000-01-01, in halves to stay whole
    mean_longitude = (2804600000 + half_days * 4928237) % _TURN_E7 * 1e-7
    mean_anomaly = (3575280000 + half_days * 4928001) % _TURN_E7 * 1e-7
    latitude = radians(lat_e4 * 1e-4)
    longitude = lon_e4 * 1e-4
    day_part = 0.75
    minutes = 0.0
    for _ in range(2):  # the sun moves on between a first guess and the event
        place = mean_longitude + 0.9856474 * day_part
        anomaly = radians(mean_anomaly + 0.9856003 * day_part)
        ecliptic = radians(place + 1.915 * sin(anomaly) + 0.020 * sin(2 * anomaly))
        obliquity = radians(23.4365)
        ascension = degrees(atan2(cos(obliquity) * sin(ecliptic), cos(ecliptic)))
        declination = asin(sin(obliquity) * sin(ecliptic))
        below = cos(radians(zenith)) - sin(latitude) * sin(declination)
        reach = cos(latitude) * cos(declination)
        if below > reach:
            return NEVER_RISES
        if below < -reach:
            return NEVER_SETS
        hour_angle = degrees(acos(below / reach))
        ahead = (place - ascension + 180) % 360 - 180  # equation of time, in degrees
        minutes = 720 - 4 * (longitude - hour_angle) - 4 * ahead
        day_part = minutes / 1440
    return floor(minutes * 60 + 0.5)
