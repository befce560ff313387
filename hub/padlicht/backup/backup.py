"""Backup of a park while its hub runs: packed, read back, checked, and only then named.

back_up, back_up_into   a file, or a folder with rotation (rotation.py)
  _pack                 ledger (a copy of one moment), accounts, words, keys and identities
                        (park_files.py) → archive.pack
  verify.read_back      archive.unpack → every byte against the manifest; ledger, accounts,
                        words and keys check themselves
  last_backup           a note for the hub, whatever came of it
"""

import errno
import fcntl
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from grp import getgrgid
from importlib.metadata import version
from pathlib import Path

from padlicht.accounts.store import open_accounts
from padlicht.backup.archive import Progress, pack, sync_folder
from padlicht.backup.manifest import (
    ACCOUNTS,
    FORMAT,
    LEDGER,
    PARTICIPATION,
    Entry,
    Manifest,
    Summing,
)
from padlicht.backup.park_files import copy_database, copy_park_files, unreadable
from padlicht.backup.rotation import FAULTY, GOOD, LEFT_OVER, Keep, name_of, superseded
from padlicht.backup.verify import read_back
from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.errors import PadlichtError, Refused, TryAgain
from padlicht.ledger import Ledger
from padlicht.operations.last_backup import FailedBackup, GoodBackup, note_failed, note_good


@dataclass(frozen=True)
class Kept:
    """An archive that was read back; `removed` are older ones that rotation took.

    `problems` is what ledger and keys say of themselves: the copy is true, and so are its faults.
    """

    path: Path
    manifest: Manifest
    size_bytes: int
    problems: list[str]
    removed: tuple[str, ...] = ()


def back_up(config: Config, archive: Path, progress: Progress) -> Kept:
    """Write ledger, keys, identities, accounts and people's words into one archive; read it back.

    The hub may run; the archive is as of one moment. Whatever goes wrong, also Ctrl-C, there is a
    whole archive afterwards or none. Raises Refused when `archive` is there already or something
    cannot be read, TryAgain when there is no room, BadData when what was written cannot be read
    back. The data folder has a note of it afterwards.
    """
    with _noted(config):
        if os.path.lexists(archive):
            raise Refused(f"{archive} is there already: choose another name, or remove it")
        with _beside(archive) as folder:
            packed, manifest, problems = _pack(config, folder, progress)
            packed.replace(archive)
            sync_folder(archive.parent)
        return _told(config, Kept(archive, manifest, archive.stat().st_size, problems))


def back_up_into(config: Config, folder: Path, keep: Keep, progress: Progress) -> Kept:
    """The same into a file of a folder that is named by the moment; then older ones go.

    None goes before the new one is whole. A park with faults gets a copy of another name, which
    takes no good one's place.
    """
    with _noted(config):
        utc_s = HubClock().utc_s()
        with _beside(folder / name_of(utc_s)) as beside:
            _remove_left_over(folder)
            packed, manifest, problems = _pack(config, beside, progress)
            archive = folder / name_of(utc_s, FAULTY if problems else GOOD)
            if os.path.lexists(archive):
                raise Refused(f"{archive} is there already: make the next one a second later")
            packed.replace(archive)
            sync_folder(folder)
        kept = Kept(archive, manifest, archive.stat().st_size, problems)
        _told(config, kept)
        removed = superseded([path.name for path in folder.iterdir()], archive.name, keep)
        for name in removed:
            try:
                (folder / name).unlink(missing_ok=True)
            except OSError as error:
                raise TryAgain(
                    f"{archive} is whole, but the older {name} cannot be removed "
                    f"({error.strerror}): give the folder and all in it to the hub's own user"
                ) from error
        return Kept(archive, manifest, kept.size_bytes, problems, tuple(removed))


def _pack(config: Config, folder: Path, progress: Progress) -> tuple[Path, Manifest, list[str]]:
    """An archive in `folder`, its manifest, and the faults of what is in it."""
    try:
        owner = config.data.stat()
        os.scandir(config.data).close()
    except FileNotFoundError as error:
        raise Refused(
            f"there is no ledger at {config.ledger_path}, nor a folder for it: say with --data "
            "where the hub's is"
        ) from error
    except OSError as error:
        raise unreadable(config.data, error) from error
    copy = folder / LEDGER
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        ledger.copy_to(copy, lambda done, total: progress("copying", done, total))
    # After the ledger: a node has its identity before it is in the ledger.
    files = {LEDGER: copy} | copy_park_files(config.data, folder / "kept")
    if os.path.lexists(config.accounts_path):
        # Without sessions: nobody is logged in by a backup that was restored.
        files[ACCOUNTS] = folder / ACCOUNTS
        with open_accounts(config.accounts_path) as accounts:
            accounts.copy_to(files[ACCOUNTS])
    if os.path.lexists(config.participation_path):
        files[PARTICIPATION] = folder / PARTICIPATION
        copy_database(config.participation_path, files[PARTICIPATION])
    with Ledger.open(copy, read_only=True) as ledger:
        schema, counts = ledger.schema_version(), ledger.records.counts()
    manifest = Manifest(
        format=FORMAT,
        padlicht=version("padlicht"),
        made_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        schema=schema,
        counts=counts,
        files={name: _entry(path) for name, path in files.items()},
        owner=_owner(owner.st_uid, owner.st_gid),
    )
    packed = folder / "archive"
    pack(packed, manifest, files, progress)
    copy.unlink()
    return packed, *read_back(packed, folder / "read back", progress)


def _owner(uid: int, gid: int) -> str:
    """USER:GROUP, by number where there is no name."""
    user, group = str(uid), str(gid)
    with suppress(KeyError):
        user = pwd.getpwuid(uid).pw_name
    with suppress(KeyError):
        group = getgrgid(gid).gr_name
    return f"{user}:{group}"


def _entry(path: Path) -> Entry:
    with path.open("rb") as file:
        summing = Summing(file)
        while summing.read():
            pass
        return summing.entry()


@contextmanager
def _noted(config: Config) -> Iterator[None]:
    """Have the data folder's note say so when a backup fails; Ctrl-C is nobody's failure."""
    try:
        yield
    except (Exception, SystemExit) as error:
        says = str(error) if isinstance(error, PadlichtError) else f"it was ended ({error!r})"
        # The same trouble may hinder the note; then the last good one grows old.
        with suppress(OSError):
            if config.ledger_path.exists():  # or it is no data folder of ours
                note_failed(config.data, FailedBackup(HubClock().utc_s(), says))
        raise


def _told(config: Config, kept: Kept) -> Kept:
    """Have the note say that there is a backup."""
    utc_s = int(datetime.fromisoformat(kept.manifest.made_utc).timestamp())
    try:
        if kept.problems:
            says = f"{kept.path} is a true copy of a park with faults: {kept.problems[0]}"
            note_failed(config.data, FailedBackup(utc_s, says))
        else:
            file = str(kept.path.absolute())
            note_good(config.data, GoodBackup(utc_s, file, kept.size_bytes))
    except OSError as error:
        raise TryAgain(
            f"{kept.path} is whole, but {config.data} cannot be written ({error.strerror}), so the "
            "hub does not know of it: make the backup as the hub's own user"
        ) from error
    return kept


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder for what is not whole yet, on the same disk; gone afterwards in any case."""
    try:
        if not target.parent.is_dir():
            raise Refused(f"there is no folder {target.parent}: mount its disk, or make it")
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise TryAgain(_cannot(target, error)) from error
    held = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems know no locks
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    except OSError as error:
        raise TryAgain(_cannot(target, error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _cannot(target: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk of {target.parent} is full: this needs room for two copies of the ledger"
    return f"{target} cannot be written: {error}; look at its disk, and whose its folder is"


def _remove_left_over(folder: Path) -> None:
    """Remove what backups left that were ended by a power cut: each is as big as two ledgers."""
    for path in folder.iterdir():
        if not LEFT_OVER.fullmatch(path.name):
            continue
        with suppress(OSError):
            held = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)  # or somebody is at work in it
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(held)
