"""Files of time zones of our own, so that no test depends on which tzdata a machine has.

Which places go by the moon, and until when, changes from one tzdata to the next: in that of Debian
12 and 13 Morocco does until 2087, in that of 2026.6 only until September 2026.
"""

import struct
import zoneinfo
from datetime import UTC, datetime
from pathlib import Path

from padlicht.control import posix_tz

MOROCCO = ("Africa/Casablanca", "Africa/El_Aaiun")
# Sundays on which Morocco's clocks go back an hour for Ramadan, and forward again after it, as
# foretold by tzdata 2025b: year, month and day of both. Always at 02:00 UTC.
RAMADAN = (
    ((2025, 2, 23), (2025, 4, 6)),
    ((2026, 2, 15), (2026, 3, 22)),
    ((2027, 2, 7), (2027, 3, 14)),
    ((2028, 1, 23), (2028, 3, 5)),
    ((2029, 1, 14), (2029, 2, 18)),
    ((2029, 12, 30), (2030, 2, 10)),
    ((2030, 12, 22), (2031, 1, 26)),
    ((2031, 12, 14), (2032, 1, 18)),
    ((2032, 11, 28), (2033, 1, 9)),
    ((2033, 11, 20), (2033, 12, 25)),
    ((2034, 11, 5), (2034, 12, 17)),
    ((2035, 10, 28), (2035, 12, 9)),
    ((2036, 10, 19), (2036, 11, 23)),
    ((2037, 10, 4), (2037, 11, 15)),
    ((2038, 9, 26), (2038, 10, 31)),
    ((2039, 9, 18), (2039, 10, 23)),
    ((2040, 9, 2), (2040, 10, 14)),
)


def zone_file(rule: str, changes: tuple[tuple[int, int], ...] = ()) -> bytes:
    """A file by RFC 8536: changes as (utc_s, kind), 0 is +01 and 1 is +00, and then the rule."""
    kinds = struct.pack(">lbBlbB", 3600, 0, 0, 0, 1, 4)
    names = b"+01\0+00\0"
    head = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, len(changes), 2, len(names))
    times = struct.pack(f">{len(changes)}q", *(utc_s for utc_s, _ in changes))
    block = head + times + bytes(kind for _, kind in changes) + kinds + names
    empty = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    return empty + struct.pack(">lbb", 0, 0, 0) + b"UTC\0" + block + f"\n{rule}\n".encode()


def with_morocco_by_the_moon(folder: Path) -> None:
    """Write the zones of Morocco into a folder which is looked into before all others."""
    changes = tuple(
        (int(datetime(*day, 2, tzinfo=UTC).timestamp()), kind)
        for begin, end in RAMADAN
        for day, kind in ((begin, 1), (end, 0))
    )
    (folder / "Africa").mkdir()
    for name in MOROCCO:
        (folder / name).write_bytes(zone_file("<+01>-1", changes))
    zoneinfo.reset_tzpath([folder, *zoneinfo.TZPATH])
    forget()


def forget() -> None:
    """Drop what was read of zones before."""
    zoneinfo.ZoneInfo.clear_cache()
    posix_tz.posix_tz_at.cache_clear()
