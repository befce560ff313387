"""From an IANA time zone to the POSIX string that a board can work with."""

import zoneinfo
from importlib import resources
from pathlib import Path

from padlicht.errors import BadData


def posix_tz(name: str) -> str:
    """The POSIX TZ string of an IANA name, as `CET-1CEST,M3.5.0,M10.5.0/3` of Europe/Amsterdam.

    It is the footer of the zone's file (RFC 8536), which says what holds from now on. BadData when
    there is no such zone, or its future has no such rule.
    """
    try:
        zoneinfo.ZoneInfo(name)  # refuses what would leave the folder, too
        footer = _file(name).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadData(
            f"{name!r} is not a time zone: write it like Europe/Amsterdam or America/Paramaribo"
        ) from error
    if not footer:
        raise BadData(f"time zone {name} has no rule for the future: choose one that has")
    return footer


def _file(name: str) -> bytes:
    """The zone's file, from the system or else from the tzdata package."""
    for folder in zoneinfo.TZPATH:
        path = Path(folder, name)
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()
