"""`padlicht backup` and `padlicht restore`."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from padlicht.backup.backup import back_up, back_up_into
from padlicht.backup.restore import restore as restore_archive
from padlicht.backup.rotation import Keep
from padlicht.clock import machine_utc_s
from padlicht.config import Config, options
from padlicht.errors import BadData
from padlicht.ledger import Ledger
from padlicht.operations.health import State, judge_backup
from padlicht.operations.last_backup import read_note
from padlicht.terminal import progress_bar

_COUNT = click.IntRange(0, 1000)


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE|FOLDER", required=False)
@click.option(
    "--keep-daily",
    type=_COUNT,
    default=0,
    metavar="DAYS",
    help="In FOLDER, keep the newest backup of each of the last DAYS days.",
)
@click.option(
    "--keep-weekly",
    type=_COUNT,
    default=0,
    metavar="WEEKS",
    help="Beside them, the newest of each of the last WEEKS weeks.",
)
@click.option(
    "--keep-monthly",
    type=_COUNT,
    default=0,
    metavar="MONTHS",
    help="Beside them, the newest of each of the last MONTHS months.",
)
@click.option(
    "--status",
    is_flag=True,
    help="Make none; say when the last good one was made. Ends with 1 when that is long ago or the "
    "last try failed.",
)
@options("data", "backup_warn_days")
def backup(
    target: Path | None,
    keep_daily: int,
    keep_weekly: int,
    keep_monthly: int,
    status: bool,
    **values: Any,
) -> None:
    """Write ledger, people's words, keys, identities and accounts into FILE, a .tar.gz.

    The hub may run. FILE is as of one moment, and it is read back and checked before it gets its
    name. It holds the park's private keys and the nodes' passwords: keep it where nobody else reads
    it. Cut short, it leaves nothing behind.

    Into a FOLDER it gets a name with the time, and with --keep-… older ones go once it is there:
    all but the newest of so many days, weeks and months. deploy/padlicht-backup.timer does that
    every night. When the ledger or a key has faults, the copy's name says -faulty, no good one goes
    for it, and the command ends with 1.

    \b
    padlicht backup /media/usb/padlicht-2026-11-21.tar.gz
    padlicht backup /var/backups/padlicht --keep-daily 7 --keep-weekly 4 --keep-monthly 12
    padlicht backup --status
    """
    config = Config(**values)
    if status:
        _tell_last(config)
        return
    if target is None:
        raise click.UsageError("say into which FILE or FOLDER, or ask for --status")
    keep = Keep(keep_daily, keep_weekly, keep_monthly)
    began_s = time.monotonic()
    with _ended_by_sigterm(), progress_bar() as progress:
        if keep or os.path.isdir(target):  # noqa: PTH112 - Path's raises what this calls no folder
            kept = back_up_into(config, target, keep, progress)
        else:
            kept = back_up(config, target, progress)
    click.echo(
        f"{kept.path}: {_megabytes(kept.size_bytes)}, {sum(kept.manifest.counts.values())} rows "
        f"and {len(kept.manifest.files) - 1} files of words, keys, identities and accounts, read "
        f"back and checked in {time.monotonic() - began_s:.0f} s."
    )
    if kept.removed:
        click.echo(f"Removed, as newer ones are kept: {', '.join(kept.removed)}.")
    _tell(kept.problems, "The backup is a true copy, but the park has faults")


def _tell_last(config: Config) -> None:
    """Say what the note of the last backup says; BadData when that is no good news."""
    note = read_note(config.data)
    with Ledger.open(config.ledger_path, read_only=True) as found:
        since_utc_s = found.nodes.first_added_utc_s()
    part = judge_backup(note, since_utc_s, config.backup_warn_days, machine_utc_s())
    if note.good is not None:
        click.echo(f"{note.good.file}: {_megabytes(note.good.size_bytes)}")
    if part.state is not State.OK:
        raise BadData(part.says)
    click.echo(part.says)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to make. It must not be there yet, or be empty, as a mounted disk is.",
)
def restore(file: Path, data: Path) -> None:
    """Make the data folder of a hub from a backup.

    All of FILE is verified first, and nothing is ever overwritten. A backup of an older Padlicht
    is brought up to date. Run by root, it gives all to the owner of the folder that was there, or
    else to the user whose it was when the backup was made. Cut short, it leaves nothing behind;
    after a power cut no hub starts on half a folder, and the same command begins again.

    \b
    padlicht restore /var/backups/padlicht/FILE --data /var/lib/padlicht
    """
    with _ended_by_sigterm(), progress_bar() as progress:
        made = restore_archive(file, data, progress)
    click.echo(
        f"{data}: the park as of {made.manifest.made_utc}, "
        f"{sum(made.manifest.counts.values())} rows, checked. It belongs to {made.owner}: the hub "
        "must run as that user."
    )
    _tell(made.problems, "The backup is restored as it was made, with its faults")
    click.echo(
        "Next: end the old hub for good, because two with the same keys would throw each other "
        f"out; then `padlicht up --data {data}` with the options of before. Nodes hand in what was "
        "not acknowledged to them yet. `padlicht influx rebuild` fills a new InfluxDB."
    )


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Clean up at SIGTERM as at Ctrl-C: a timer's service is ended by that, and so is a machine."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(problems: list[str], what: str) -> None:
    """Say what the parts' own checks found; the exit code says that they found something."""
    if problems:
        raise BadData("\n  ".join([f"{what}:", *problems]))


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"
