"""From an IANA time zone to a POSIX string that a board can work with.

Most zones have one rule for ever, which ends their file. Where the clocks change by the moon
(Morocco, Palestine) no POSIX string can say so: there the next two changes are written as if they
were a rule, which is right until about a year later, and is replaced before. Times are Unix seconds
UTC.
"""

import io
import struct
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from padlicht.addresses import nearest
from padlicht.clock import EARLIEST_UTC_S
from padlicht.errors import BadData

DAY_S = 86_400
HORIZON_S = 400 * DAY_S  # a string that is right for so long is not looked at any further
AHEAD_S = 3653 * DAY_S  # whether a zone has a rule is told by the next ten years
_YEAR_S = 366 * DAY_S
_QUARTER_S = 900
_NO_PLACE = {"localtime", "Factory", "posixrules"}


def posix_tz(name: str) -> str:
    """The rule of an IANA name for ever, as `CET-1CEST,M3.5.0,M10.5.0/3` of Europe/Amsterdam.

    It is the footer of the zone's file (RFC 8536). BadData when there is no such zone, or its
    future has no such rule.
    """
    try:
        ZoneInfo(name)  # refuses what would leave the folder, too
        footer = _file(name).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadData(
            f"{name!r} is not a time zone: write it like Europe/Amsterdam or America/Paramaribo"
        ) from error
    if not footer:
        raise BadData(f"time zone {name} has no rule for the future: choose one that has")
    return footer


def check_time_zone(name: str) -> None:
    """Raise BadData unless a park may have that time zone: an IANA name, the same everywhere.

    Not what stands for another one: `localtime` is that of whichever machine reads it, and
    `Factory` that of a machine which was told nothing yet. `posix/…` and `right/…` are other
    clocks under the same names.
    """
    names = zoneinfo.available_timezones() - _NO_PLACE
    if name not in names:
        raise BadData(
            f"{name!r} is not a time zone: write it like Europe/Amsterdam or America/Paramaribo"
            + nearest(name, names)
        )
    posix_tz(name)


@lru_cache(maxsize=64)  # an import of thousands of nodes asks for one and the same
def posix_tz_at(name: str, utc_s: int) -> str:
    """The string that is right for the longest from that moment on; BadData as above.

    Of a moment before this firmware it is the rule for ever: a machine that does not know the time
    yet must not give its nodes that of 1970, when many clocks had no summer.
    """
    rule = posix_tz(name)
    if utc_s < EARLIEST_UTC_S:
        return rule
    if right_until(name, rule, utc_s) == utc_s + HORIZON_S:
        return rule
    found = [rule, *_of_next_changes(_zone(name), utc_s)]
    return max(found, key=lambda text: right_until(name, text, utc_s))  # the first of equals


def right_until(name: str, posix: str, utc_s: int, for_s: int = HORIZON_S) -> int:
    """Until when a string tells the local time of a zone from that moment on; `for_s` at most.

    To a quarter of an hour, and never too late. Of a string that is wrong at that moment, or that
    cannot be read, it is that moment.
    """
    zone, end_s = _zone(name), utc_s + for_s
    try:
        said = _parsed(posix)
    except ValueError:
        return utc_s
    before = _offset_s(zone, utc_s)
    if _offset_s(said, utc_s) != before:
        return utc_s
    for day_s in range(utc_s, end_s, DAY_S):
        after = _offset_s(zone, day_s + DAY_S)
        if not before == after == _offset_s(said, day_s + DAY_S):
            for right_s in range(day_s, min(day_s + DAY_S, end_s), _QUARTER_S):
                later_s = right_s + _QUARTER_S
                if _offset_s(zone, later_s) != _offset_s(said, later_s):
                    return right_s
        before = after
    return end_s


def no_rule_from(name: str, utc_s: int) -> int | None:
    """From when on the zone's rule for ever is wrong; None when it is right for ten years."""
    wrong_s = right_until(name, posix_tz(name), utc_s, AHEAD_S)
    return wrong_s if wrong_s < utc_s + AHEAD_S else None


def _of_next_changes(zone: ZoneInfo, utc_s: int) -> Iterator[str]:
    """Strings that say the next change or two: as a rule of every year, which it is not."""
    now = _Clock(zone, utc_s)
    changes = [*_changes(zone, utc_s, utc_s + _YEAR_S)][:2]
    yield now.name_and_offset
    if not changes:
        return
    # One change, and back on the day of the year before today: that is wrong after a year only.
    first = _Clock(zone, changes[0])
    yesterday = datetime.fromtimestamp(utc_s - DAY_S, zone).replace(hour=0, minute=0)
    yield _two_rules(now, first, _rule(changes[0], now), _date_rule(yesterday))
    if len(changes) == 2 and _Clock(zone, changes[1]).offset_s == now.offset_s:
        yield _two_rules(now, first, _rule(changes[0], now), _rule(changes[1], first))


class _Clock:
    """How a zone's clocks stand at a moment."""

    def __init__(self, zone: ZoneInfo, utc_s: int) -> None:
        local = datetime.fromtimestamp(utc_s, zone)
        self.offset_s = _offset_s(zone, utc_s)
        name = local.tzname() or ""
        if not (len(name) >= 3 and name.isascii() and name.isalpha()):
            name = f"<{name}>"
        hours, rest_s = divmod(abs(self.offset_s), 3600)
        # POSIX counts westward.
        sign = "-" if self.offset_s > 0 else ""
        minutes = f":{rest_s // 60:02}" if rest_s else ""
        self.name_and_offset = f"{name}{sign}{hours}{minutes}"


def _two_rules(now: _Clock, then: _Clock, to_then: str, to_now: str) -> str:
    """The string by whose rules the clocks go from one to the other and back again."""
    if then.offset_s > now.offset_s:
        return f"{now.name_and_offset}{then.name_and_offset},{to_then},{to_now}"
    return f"{then.name_and_offset}{now.name_and_offset},{to_now},{to_then}"


def _rule(change_utc_s: int, before: _Clock) -> str:
    """When a change comes, on the clock of before it."""
    moment = datetime.fromtimestamp(change_utc_s + before.offset_s, UTC)
    return _date_rule(moment)


def _date_rule(moment: datetime) -> str:
    """A date as a weekday of a month: it can say the 29th of February, too."""
    week = min(5, (moment.day - 1) // 7 + 1)
    date = f"M{moment.month}.{week}.{moment.isoweekday() % 7}/{moment.hour}"
    return f"{date}:{moment.minute:02}" if moment.minute else date


def _changes(zone: ZoneInfo, from_utc_s: int, to_utc_s: int) -> Iterator[int]:
    """When the clocks change in between."""
    for day_s in range(from_utc_s, to_utc_s, DAY_S):
        before = _offset_s(zone, day_s)
        if _offset_s(zone, day_s + DAY_S) == before:
            continue
        low_s, high_s = day_s, day_s + DAY_S
        while high_s - low_s > 1:
            middle_s = (low_s + high_s) // 2
            if _offset_s(zone, middle_s) == before:
                low_s = middle_s
            else:
                high_s = middle_s
        yield high_s


def _offset_s(zone: ZoneInfo, utc_s: int) -> int:
    offset = datetime.fromtimestamp(utc_s, zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _zone(name: str) -> ZoneInfo:
    """The zone as its file is now: the machine may have got a newer one since the hub began."""
    return ZoneInfo.no_cache(name)


def _parsed(posix: str) -> ZoneInfo:
    """A zone of nothing but a rule: the smallest file that ends with it. ValueError if unread."""
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    block = b"TZif2" + bytes(15) + counts + struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    return ZoneInfo.from_file(io.BytesIO(block + block + f"\n{posix}\n".encode()))


def _file(name: str) -> bytes:
    """The zone's file, from the system or else from the tzdata package."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()
