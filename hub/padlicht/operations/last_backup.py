"""When the last backup was made, and whether the last try failed: a note in the data folder.

`padlicht backup` writes it, also as another user; the hub reads it for /healthz and /metrics. It is
a file of its own, because a ledger that cannot be written is a reason why backups fail.
"""

import enum
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from padlicht.errors import BadData

NAME = "backup.json"
DAY_S = 86_400
AHEAD_S = 3600  # a backup that is newer than now by more was made by a clock that was wrong


class GoodBackup(msgspec.Struct, frozen=True):
    """The last one that was read back and checked, without a fault."""

    utc_s: int
    file: str
    size_bytes: int


class FailedBackup(msgspec.Struct, frozen=True):
    """The last try, when it failed; `says` is the sentence that it ended with."""

    utc_s: int
    says: str


class BackupNote(msgspec.Struct, frozen=True):
    """Both; `failed` is None when no try came after the good one."""

    good: GoodBackup | None = None
    failed: FailedBackup | None = None


NEVER = BackupNote()


class BackupTrouble(enum.Enum):
    """Why there may be no backup to go back to."""

    FAILED = "failed"  # the last try
    AHEAD = "ahead"  # the clock by which the good one was made, so that nobody knows its age
    OLD = "old"  # the good one, or the park without any


def find_trouble(
    note: BackupNote, since_utc_s: int | None, warn_days: int, utc_s: int
) -> BackupTrouble | None:
    """What is wrong, by rules that all who tell of it share; nothing is when `warn_days` is 0.

    `since_utc_s` is when the first node was added: nobody asks for a backup in a park's first days.
    """
    if not warn_days:
        return None
    if note.failed is not None:
        return BackupTrouble.FAILED
    last_utc_s = note.good.utc_s if note.good is not None else since_utc_s or utc_s
    if note.good is not None and last_utc_s > utc_s + AHEAD_S:
        return BackupTrouble.AHEAD
    return BackupTrouble.OLD if utc_s - last_utc_s > warn_days * DAY_S else None


def read_note(data: Path) -> BackupNote:
    """The note of a data folder, empty where none was ever made; BadData when it says nothing."""
    path = data / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=BackupNote)
    except FileNotFoundError:
        return NEVER
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadData(
            f"{path} does not say when the last backup was made ({error}): remove it, and make one"
        ) from error


def write_note(data: Path, note: BackupNote) -> None:
    """Put a note into a data folder, as its owner's; raises what the disk raises."""
    path, fresh = data / NAME, data / f"{NAME}.{os.getpid()}.new"
    try:
        # Made anew and never followed: root may be at work in a folder that another user writes.
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            if os.geteuid() == 0:
                owner = data.stat()
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write(msgspec.json.format(msgspec.json.encode(note), indent=1) + b"\n")
        fresh.replace(path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def note_good(data: Path, good: GoodBackup) -> None:
    """A backup was made."""
    write_note(data, BackupNote(good))


def note_failed(data: Path, failed: FailedBackup) -> None:
    """A backup failed; the good one before stays known."""
    try:
        before = read_note(data)
    except BadData:
        before = NEVER
    write_note(data, BackupNote(before.good, failed))
