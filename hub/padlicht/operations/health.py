"""Whether a hub does its work: one verdict for each part, from its status alone."""

import enum
from collections.abc import Mapping

import msgspec

from padlicht.ledger.trouble import FULL_BYTES
from padlicht.operations.last_backup import DAY_S, BackupNote, BackupTrouble, find_trouble
from padlicht.operations.status import HubStatus

LATE_S = 900.0  # a follower looks every few seconds; after a quarter of an hour something is wrong


class State(enum.Enum):
    """Of a part, and of the whole: as its worst part."""

    OK = "ok"
    WARNING = "warning"  # nothing is lost or held up; somebody should look
    FAILING = "failing"  # records wait outside the ledger


class Part(msgspec.Struct, frozen=True):
    """One part's verdict, with a sentence that says what was seen and what to do."""

    state: State
    says: str


_FINE = Part(State.OK, "not looked at yet")


class Health(msgspec.Struct, frozen=True):
    """What /healthz answers; times are Unix seconds UTC."""

    state: State
    utc_s: int
    parts: dict[str, Part]


class Observed(msgspec.Struct, frozen=True):
    """What the hub knows of itself beside the status; a sentence where something is wrong.

    `link` is None while the broker link is ready, `storing` while records can be stored,
    `reading` while the ledger can be read, `damage` while no damage to it is known, `clock` while
    it goes evenly. `followers` holds each follower's own last trouble.
    """

    link: str | None
    storing: str | None
    reading: str | None
    damage: str | None
    followers: dict[str, str | None]
    clock: str | None = None


def judge(
    status: HubStatus | None,
    seen: Observed,
    warn_bytes: int,
    utc_s: int,
    before: Health | None = None,
    backup_warn_days: int = 0,
) -> Health:
    """The verdict; `status` is None when the ledger could not be read.

    A disk that was nearly full `before` is well again only with a tenth more than `warn_bytes`, so
    that files which come and go do not turn a warning on and off.
    """
    parts = {"broker": _link(seen), "ledger": _ledger(seen), "clock": _clock(seen)}
    if status is not None:
        was_low = before is not None and before.parts.get("disk", _FINE).state is not State.OK
        parts["disk"] = _disk(status.disk_free_bytes, warn_bytes, was_low)
        parts["backup"] = judge_backup(status.backup, status.since_utc_s, backup_warn_days, utc_s)
        for follower, trouble in sorted(seen.followers.items()):
            parts[follower] = _follower(status, follower, trouble)
    return Health(_worst(parts), utc_s, parts)


def _link(seen: Observed) -> Part:
    if seen.link is None:
        return Part(State.OK, "the broker link is ready")
    return Part(State.FAILING, f"the broker link is {seen.link}: nodes and broker keep records")


def _ledger(seen: Observed) -> Part:
    trouble = seen.damage or seen.reading or seen.storing
    if trouble is None:
        return Part(State.OK, "the ledger takes records")
    return Part(State.FAILING, trouble)


def _clock(seen: Observed) -> Part:
    if seen.clock is None:
        return Part(State.OK, "the clock is set, and goes evenly")
    return Part(State.WARNING, seen.clock)


def _disk(free_bytes: int, warn_bytes: int, was_low: bool) -> Part:
    free = f"{free_bytes / 1e6:,.0f} MB free on the ledger's disk"
    if free_bytes < FULL_BYTES:
        return Part(
            State.FAILING,
            f"{free}: it is full; make room, and the hub goes on by itself with what waits",
        )
    if free_bytes < warn_bytes * (1.1 if was_low else 1):
        return Part(
            State.WARNING,
            f"{free}, where --disk-warn-mb wants {warn_bytes / 1e6:,.0f}: make room, or "
            "see `padlicht ledger size` and `padlicht ledger prune`",
        )
    return Part(State.OK, free)


def judge_backup(
    note: BackupNote | str, since_utc_s: int | None, warn_days: int, utc_s: int
) -> Part:
    """Whether there is a backup to go back to; nobody asks for one in a park's first days.

    `note` is a sentence where it cannot be read, `since_utc_s` when the first node was added.
    """
    if isinstance(note, str):
        return Part(State.WARNING if warn_days else State.OK, note)
    last = "no good backup was ever made"
    if note.good is not None:
        last = f"the last good backup is {_age(utc_s - note.good.utc_s)} old"
    if not warn_days:
        return Part(State.OK, f"{last}; --backup-warn-days 0 asks for none")
    trouble = find_trouble(note, since_utc_s, warn_days, utc_s)
    if trouble is BackupTrouble.FAILED and note.failed is not None:
        last += f", and a try {_age(utc_s - note.failed.utc_s)} ago failed: {note.failed.says}"
    elif trouble is BackupTrouble.AHEAD:
        last = (
            "the last good backup was made by a clock that was ahead, so that nobody knows how old "
            "it is: make one now"
        )
    elif trouble is BackupTrouble.OLD:
        last += (
            f", where --backup-warn-days wants {warn_days}: look at "
            "`systemctl status padlicht-backup.timer padlicht-backup`, or make one with "
            "`padlicht backup`"
        )
    return Part(State.OK if trouble is None else State.WARNING, last)


def _age(seconds: int) -> str:
    if seconds < 2 * DAY_S:
        return f"{max(0, seconds) / 3600:.0f} h"
    return f"{seconds / DAY_S:,.0f} days"


def _follower(status: HubStatus, follower: str, trouble: str | None) -> Part:
    lags = [lag for lag in status.lags if lag.follower == follower]
    rows = sum(lag.rows for lag in lags)
    late_s = max((lag.seconds or 0.0 for lag in lags), default=0.0)
    behind = f"{rows:,} rows behind, the oldest for {late_s:,.0f} s"
    if trouble is not None:
        return Part(State.WARNING, f"{behind}: {trouble}; the ledger keeps what waits")
    if late_s > LATE_S:
        return Part(State.WARNING, f"{behind}; the ledger keeps what waits")
    return Part(State.OK, behind if rows else "has followed all of it")


def _worst(parts: Mapping[str, Part]) -> State:
    states = {part.state for part in parts.values()}
    return next(state for state in reversed(State) if state in states)
