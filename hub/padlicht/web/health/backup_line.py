"""The line about the last backup at the foot of "Technical health": when was it, is that well?"""

from dataclasses import dataclass

from padlicht.config import Config
from padlicht.errors import BadData
from padlicht.ledger import Ledger
from padlicht.operations.last_backup import (
    NEVER,
    BackupNote,
    BackupTrouble,
    find_trouble,
    read_note,
)
from padlicht.web.i18n import Words
from padlicht.web.site_context import SiteContext


@dataclass(frozen=True)
class BackupStatus:
    """What is known of it at this moment; `note` is None where that cannot be read."""

    note: BackupNote | None
    trouble: BackupTrouble | None


@dataclass(frozen=True)
class BackupLine:
    """A sentence or two, and whether somebody should do something."""

    told: str
    is_trouble: bool


def backup_status(config: Config, ledger: Ledger, place: SiteContext) -> BackupStatus | None:
    """Ask ledger and data folder; None for a simulated park, of which nobody needs a backup."""
    if config.world is not None:
        return None
    since = ledger.nodes.first_added_utc_s()
    try:
        note = read_note(config.data)
    except BadData:
        return BackupStatus(None, None)
    trouble = find_trouble(note, since, config.backup_warn_days, place.now_utc_s)
    return BackupStatus(note, trouble)


def backup_line(t: Words, place: SiteContext, status: BackupStatus) -> BackupLine:
    """In words."""
    note, now, tz = status.note or NEVER, place.now_utc_s, place.tz
    if status.note is None:
        told = t.text("Nobody can read when the last backup was made.")
    elif note.good is None:
        told = t.text("No good backup was made yet.")
    elif status.trouble is BackupTrouble.AHEAD:
        told = t.text("The last good backup was made while the hub's clock was ahead.")
    else:
        told = t.text("The last good backup was made %(ago)s (%(when)s).") % {
            "ago": t.ago(note.good.utc_s, now),
            "when": t.moment(note.good.utc_s, now, tz),
        }
    if status.trouble is BackupTrouble.FAILED and note.failed is not None:
        when = t.moment(note.failed.utc_s, now, tz)
        told += " " + t.text("The last try failed (%(when)s).") % {"when": when}
    elif status.trouble is BackupTrouble.OLD:
        told += " " + t.text("It is time for a new one.")
    return BackupLine(told, status.note is None or status.trouble is not None)
