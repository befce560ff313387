"""Places in a park: degrees for the registry, metres for drawing and simulating.

A park is a few hundred metres wide, so the earth is flat here: the error of this projection
stays under a millimetre per hundred metres.
"""

from math import cos, radians

METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude at the equator


def to_metres(lat: float, lon: float, origin: tuple[float, float]) -> tuple[float, float]:
    """Metres east (x) and north (y) of `origin`, a (latitude, longitude) in degrees."""
    x_m = (lon - origin[1]) * METRES_PER_DEGREE * cos(radians(origin[0]))
    y_m = (lat - origin[0]) * METRES_PER_DEGREE
    return x_m, y_m


def to_degrees(x_m: float, y_m: float, origin: tuple[float, float]) -> tuple[float, float]:
    """The (latitude, longitude) in degrees of a point `x_m` east and `y_m` north of `origin`."""
    lat = origin[0] + y_m / METRES_PER_DEGREE
    lon = origin[1] + x_m / (METRES_PER_DEGREE * cos(radians(origin[0])))
    return lat, lon
