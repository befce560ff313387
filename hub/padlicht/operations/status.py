"""How a hub stands at one moment, as its ledger and its disk say."""

import shutil
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from padlicht.errors import BadData
from padlicht.ledger import Ledger
from padlicht.ledger.tables.cursors import FOLLOWED
from padlicht.operations.last_backup import NEVER, BackupNote, read_note

# Rows of the roll-up are followed by their revision, which has no time of its own.
ROLL_UP = "usage_hour"
SOURCES = frozenset({*FOLLOWED, ROLL_UP})


@dataclass(frozen=True)
class Lag:
    """How far a follower is behind a source; `seconds` is the age of the oldest row that waits.

    Rows of the roll-up count by revision, one for each transaction. `seconds` is None where the
    source does not know the age of its rows, and 0 when nothing waits.
    """

    follower: str
    source: str
    last_id: int
    newest_id: int
    seconds: float | None

    @property
    def rows(self) -> int:
        """How many rows wait."""
        return max(0, self.newest_id - self.last_id)


@dataclass(frozen=True)
class HubStatus:
    """All of it; sizes in bytes. `nodes` counts those in service by (site, state).

    `backup` is the note of the last one, or what is wrong with it; `since_utc_s` is when the first
    node was added.
    """

    utc_s: int
    lags: tuple[Lag, ...]
    quarantined: int
    nodes: Mapping[tuple[str, str], int]
    disk_free_bytes: int
    ledger_bytes: int
    wal_bytes: int
    backup: BackupNote | str = NEVER
    since_utc_s: int | None = None


def read_status(path: Path, utc_s: int, expected: Mapping[str, Sequence[str]]) -> HubStatus:
    """Look at the ledger at `path` by a connection of its own, so that the intake is not held up.

    `expected` names the sources of each follower that must be there even before it has begun;
    those that have a cursor are there anyway. Raises a PadlichtError or what SQLite raises when
    the ledger cannot be read.
    """
    with Ledger.open(path, read_only=True) as ledger:
        return HubStatus(
            utc_s=utc_s,
            lags=tuple(_lags(ledger, utc_s, expected)),
            quarantined=ledger.quarantine.count(),
            nodes=ledger.states.counts(),
            disk_free_bytes=shutil.disk_usage(path.parent).free,
            ledger_bytes=_size(path),
            wal_bytes=_size(path.with_name(path.name + "-wal")),
            backup=_note(path.parent),
            since_utc_s=ledger.nodes.first_added_utc_s(),
        )


def _lags(ledger: Ledger, utc_s: int, expected: Mapping[str, Sequence[str]]) -> list[Lag]:
    cursors = {(follower, source): 0 for follower in expected for source in expected[follower]}
    # A follower may keep marks of its own among its cursors, which are no place in a table.
    cursors |= {key: last_id for key, last_id in ledger.cursors.all().items() if key[1] in SOURCES}
    lags = []
    for (follower, source), last_id in sorted(cursors.items()):
        newest_id = ledger.cursors.newest_id(source)
        seconds: float | None = 0.0
        if newest_id > last_id:
            since_utc_s = ledger.cursors.waiting_since(source, last_id)
            seconds = None if since_utc_s is None else float(max(0, utc_s - since_utc_s))
        lags.append(Lag(follower, source, last_id, newest_id, seconds))
    return lags


def _note(data: Path) -> BackupNote | str:
    try:
        return read_note(data)
    except BadData as error:
        return str(error)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0  # the write-ahead log comes and goes


MOST_MARKS = 512


class LagTracker:
    """Remembers which id was the newest at which moment; pure, moments come from outside."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def seconds(self, moment_s: float, newest_id: int, last_id: int) -> float:
        """How long something above `last_id` has been there, as far as this tracker saw it.

        Call it at every look: it notes `newest_id`, and forgets what the follower has passed.
        """
        if not self._marks or newest_id > self._marks[-1][1]:
            self._marks.append((moment_s, newest_id))
        while self._marks and self._marks[0][1] <= last_id:
            self._marks.popleft()
        if len(self._marks) > MOST_MARKS:
            # Every second one goes; the oldest stays, and from it the age is told.
            self._marks = deque([*self._marks][::2])
        return moment_s - self._marks[0][0] if self._marks else 0.0
