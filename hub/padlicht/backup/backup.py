"""Backup of a park while its hub runs, and restoring it into a new folder."""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from padlicht.accounts.store import open_accounts
from padlicht.backup.archive import Progress, pack, sync_folder, unpack
from padlicht.backup.manifest import FORMAT, LEDGER, Entry, Manifest, Summing
from padlicht.config import Config
from padlicht.errors import BadData, Refused, TryAgain
from padlicht.ledger import Ledger

# Beside ledger and accounts, what no hub can make again. The broker's folder is left out: `padlicht
# up` writes it, and what waits in the broker's queue is still in the nodes.
KEPT = ("keys", "nodes")
ACCOUNTS = "accounts.sqlite"


@dataclass(frozen=True)
class Kept:
    """An archive that was read back, or a folder that was restored from one.

    `problems` is what the ledger's own check says: the copy is true, and so are its faults.
    """

    manifest: Manifest
    size_bytes: int
    problems: list[str]


def back_up(config: Config, archive: Path, progress: Progress) -> Kept:
    """Write ledger, keys, identities and accounts into one archive and read it back.

    The hub may run; the archive is as of one moment. Whatever goes wrong, also Ctrl-C, there is a
    whole archive afterwards or none. Raises Refused when `archive` is there already, TryAgain when
    there is no room, BadData when what was written cannot be read back.
    """
    if archive.exists():
        raise Refused(f"{archive} is there already: choose another name, or remove it")
    if not archive.parent.is_dir():
        raise Refused(f"there is no folder {archive.parent}: make it first")
    with _beside(archive, "room for two copies of the ledger") as folder:
        copy = folder / LEDGER
        with Ledger.open(config.ledger_path, read_only=True) as ledger:
            ledger.copy_to(copy, lambda done, total: progress("copying", done, total))
        # After the ledger: a node has its identity before it is in the ledger.
        files = {LEDGER: copy} | _kept_files(config.data, folder / "kept")
        if config.accounts_path.exists():
            # Without sessions: nobody is logged in by a backup that was restored.
            files[ACCOUNTS] = folder / ACCOUNTS
            with open_accounts(config.accounts_path) as accounts:
                accounts.copy_to(files[ACCOUNTS])
        with Ledger.open(copy, read_only=True) as ledger:
            schema, counts = ledger.schema_version(), ledger.records.counts()
        manifest = Manifest(
            format=FORMAT,
            padlicht=version("padlicht"),
            made_utc=datetime.now(UTC).isoformat(timespec="seconds"),
            schema=schema,
            counts=counts,
            files={name: _entry(path) for name, path in files.items()},
        )
        packed = folder / "archive"
        pack(packed, manifest, files, progress)
        copy.unlink()
        _, problems = _verified(packed, folder / "read back", progress)
        packed.replace(archive)
        sync_folder(archive.parent)
        return Kept(manifest, archive.stat().st_size, problems)


def restore(archive: Path, data: Path, progress: Progress) -> Kept:
    """Make a data folder from an archive, verified before it gets its name.

    A ledger of an older schema is brought up to date. Raises Refused when the folder is there and
    not empty, BadData when the archive is damaged; nothing is left behind then.
    """
    if not archive.is_file():
        raise Refused(f"there is no backup {archive}")
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise Refused(
            f"{data} is there already and nothing is ever overwritten: restore into a new folder, "
            "or move that one away"
        )
    data.parent.mkdir(parents=True, exist_ok=True)
    with _beside(data, "room for the ledger") as folder:
        unpacked = folder / "data"
        manifest, problems = _verified(archive, unpacked, progress)
        unpacked.replace(data)
        sync_folder(data.parent)
        return Kept(manifest, archive.stat().st_size, problems)


def _verified(archive: Path, into: Path, progress: Progress) -> tuple[Manifest, list[str]]:
    """Unpack an archive and have its ledger check itself; what that found."""
    manifest = unpack(archive, into, progress)
    if LEDGER not in manifest.files:
        raise BadData(f"{archive} holds no ledger")
    with Ledger.open(into / LEDGER) as ledger:
        problems = ledger.check(lambda what: progress(f"checking {what}", 0, 0))
        if not problems and ledger.records.counts() != manifest.counts:
            raise BadData(
                f"the ledger in {archive} has {ledger.records.counts()}, its manifest says "
                f"{manifest.counts}"
            )
    if ACCOUNTS in manifest.files:
        with open_accounts(into / ACCOUNTS):
            pass  # that it can be used is all that there is to check
    return manifest, problems


def _kept_files(data: Path, into: Path) -> dict[str, Path]:
    """Copies of the small files, because they may change or go while they are packed."""
    found = {}
    for kept in KEPT:
        for path in sorted((data / kept).rglob("*")):
            name = path.relative_to(data)
            # What ends so is being written at this moment, and gets its name when it is whole.
            if path.is_dir() or any(part.endswith(".new") for part in name.parts):
                continue
            copy = into / name
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                shutil.copyfile(path, copy)
            except FileNotFoundError:
                continue
            copy.chmod(0o600)
            found[name.as_posix()] = copy
    return found


def _entry(path: Path) -> Entry:
    with path.open("rb") as file:
        summing = Summing(file)
        while summing.read():
            pass
        return summing.entry()


@contextmanager
def _beside(target: Path, need: str) -> Iterator[Path]:
    """A folder for what is not whole yet, on the same disk; gone afterwards in any case."""
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield folder
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise TryAgain(f"{target} cannot be made: {error}") from error
        raise TryAgain(f"the disk of {target.parent} is full: this needs {need}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
