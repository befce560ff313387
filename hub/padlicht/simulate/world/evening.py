"""When a demo takes place: shortly after dusk, whatever the real hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from padlicht.simulate.world.park import TZ

DAY = (11, 12)  # month and day: the sun has set by 16:50, the path is busy
START = timedelta(hours=17, minutes=15)  # where an interval begins: history ends there


def last_evening_utc_s(now_utc_s: int) -> int:
    """The start of the last such evening that has passed: records never lie in the future."""
    zone = ZoneInfo(TZ)
    now = datetime.fromtimestamp(now_utc_s, UTC).astimezone(zone)
    start = datetime(now.year, *DAY, tzinfo=zone) + START
    if start > now:
        start = datetime(now.year - 1, *DAY, tzinfo=zone) + START
    return int(start.timestamp())


def local_hour(utc_s: int) -> float:
    """The park's local time of day in hours with their fraction."""
    local = datetime.fromtimestamp(utc_s, UTC).astimezone(ZoneInfo(TZ))
    return local.hour + local.minute / 60 + local.second / 3600
