"""Rotation of backups in a folder: what they are called, and which of them go. Pure.

A fault is often found weeks after it came. So the newest of each of the last days stays, and
beside them the newest of each of the last weeks and months.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

GOOD: Final = ""
FAULTY: Final = "-faulty"  # a true copy of a park with faults: it takes no good one's place
_NAME: Final = re.compile(r"padlicht-(\d{4}-\d\d-\d\dT\d{6}Z)(-faulty)?\.tar\.gz")
_TIME: Final = "%Y-%m-%dT%H%M%SZ"
# Of a backup that a power cut or a kill ended: see _beside in backup.py.
LEFT_OVER: Final = re.compile(rf"\.{_NAME.pattern}\.\w{{8}}")


@dataclass(frozen=True)
class Keep:
    """Of how many days, weeks and months the newest backup stays; with none, all stay."""

    days: int = 0
    weeks: int = 0
    months: int = 0

    def __bool__(self) -> bool:
        return bool(self.days or self.weeks or self.months)


def name_of(utc_s: int, kind: str = GOOD) -> str:
    """What a backup of this moment is called; names sort as moments do."""
    return f"padlicht-{datetime.fromtimestamp(utc_s, UTC).strftime(_TIME)}{kind}.tar.gz"


def superseded(names: Iterable[str], newest: str, keep: Keep) -> list[str]:
    """Those of `names` that may go, now that `newest` was made; what we did not name stays.

    Days, weeks and months are those that have a backup, so that a hub which was off for a year,
    or whose clock was wrong, loses nothing by that. A copy with faults replaces no good one.
    """
    kind = _kind(newest)
    found = {name: moment for name in names if (moment := _moment(name)) and _kind(name) == kind}
    found.pop(newest, None)
    if not keep or kind is None:
        return []
    if kind == FAULTY:
        keep = Keep(days=max(1, keep.days))
    # The newest by its name may be of a clock that was ahead; the one just made is never doubted.
    mine = _moment(newest)
    kept = set()
    for count, period_of in (
        (keep.days, lambda moment: moment.strftime("%Y-%m-%d")),
        (keep.weeks, lambda moment: moment.strftime("%G-%V")),
        (keep.months, lambda moment: moment.strftime("%Y-%m")),
    ):
        kept |= _newest_of_each(found, mine, count, period_of)
    return sorted(found.keys() - kept)


def _newest_of_each(
    found: dict[str, datetime],
    mine: datetime | None,
    count: int,
    period_of: Callable[[datetime], str],
) -> set[str]:
    """The newest of each of the last `count` periods; that of `mine` is taken already."""
    taken = {} if mine is None else {period_of(mine): ""}
    for name in sorted(found, key=found.__getitem__, reverse=True):
        period = period_of(found[name])
        if period not in taken and len(taken) < count:
            taken[period] = name
    return {name for name in taken.values() if name}


def _kind(name: str) -> str | None:
    match = _NAME.fullmatch(name)
    return None if match is None else match[2] or GOOD


def _moment(name: str) -> datetime | None:
    match = _NAME.fullmatch(name)
    try:
        return None if match is None else datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
