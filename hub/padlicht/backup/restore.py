"""Restoring a backup into a new folder, an empty one, or a mounted disk.

Everything is unpacked and checked inside the data folder itself, in `.restoring`: that works also
where nothing may be written beside it, as in a container. Then the parts move to their places.
While `.restoring` is there, no hub starts on the folder (`data_folder.refuse_half_restored`), so a
power cut leaves a folder that says what happened to it.
"""

import errno
import fcntl
import grp
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from padlicht.backup.archive import Progress, sync_folder
from padlicht.backup.manifest import LEDGER, Manifest
from padlicht.backup.verify import read_back
from padlicht.data_folder import RESTORING
from padlicht.errors import Refused, TryAgain
from padlicht.operations.last_backup import GoodBackup, note_good

_NOTHING = {RESTORING, "lost+found"}  # an empty disk has the second


@dataclass(frozen=True)
class Restored:
    """A data folder that was made from an archive; `owner` is the user whose it is.

    `problems` is what ledger and keys say of themselves: the copy is true, and so are its faults.
    """

    manifest: Manifest
    problems: list[str]
    owner: str


def restore(archive: Path, data: Path, progress: Progress) -> Restored:
    """Make a data folder from an archive, all of which is verified first.

    A ledger of an older schema is brought up to date. Root gives what it makes to the owner of a
    folder that was there, or else to the user whose it was when the backup was made. Raises Refused
    when the folder is not empty or may not be written, BadData when the archive is damaged; nothing
    is left behind then.
    """
    size_bytes = _size_of(archive)
    with _place(data) as (folder, made):
        manifest, problems = read_back(archive, folder / "data", progress)
        made_utc_s = int(datetime.fromisoformat(manifest.made_utc).timestamp())
        note_good(folder / "data", GoodBackup(made_utc_s, str(archive.absolute()), size_bytes))
        owner = _give(folder / "data", data, made, manifest.owner)
        _move(folder / "data", data)
    return Restored(manifest, problems, owner)


def _size_of(archive: Path) -> int:
    try:
        with archive.open("rb") as file:
            return os.fstat(file.fileno()).st_size
    except FileNotFoundError as error:
        raise Refused(f"there is no backup {archive}") from error
    except OSError as error:
        raise Refused(
            f"{archive} cannot be read ({error.strerror}): it is its owner's alone, so restore as "
            "that user or as root"
        ) from error


@contextmanager
def _place(data: Path) -> Iterator[tuple[Path, bool]]:
    """`.restoring` in the data folder, and whether that was made for it; gone with the block."""
    new = []
    held = None
    folder = data / RESTORING
    try:
        new = _make(data)
        folder.mkdir(mode=0o700, exist_ok=True)
        held = _hold(folder, data)
        for path in folder.iterdir():  # of a restore that was cut short
            shutil.rmtree(path)
        yield folder, bool(new)
        new = []
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TryAgain(f"the disk of {data} is full: this needs room for the ledger") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Refused(
                f"{data} cannot be used ({error.strerror}: {error.filename}): restore as root, "
                "or have root make an empty folder there that is yours"
            ) from error
        raise TryAgain(f"{data} cannot be made: {error}") from error
    finally:
        if held is not None:
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):
                sync_folder(data)
            os.close(held)
        for path in reversed(new):
            with suppress(OSError):
                path.rmdir()


def _make(data: Path) -> list[Path]:
    """The folders that had to be made; Refused when something is there already."""
    new = [path for path in (data, *data.parents) if not os.path.lexists(path)][::-1]
    for path in new:
        path.mkdir(mode=0o700 if path == data else 0o755)
    if not data.is_dir():
        raise Refused(f"{data} is there already and is no folder: restore into another one")
    there = {path.name for path in data.iterdir()}
    if there <= _NOTHING:
        return new
    if RESTORING in there:
        raise Refused(
            f"a restore into {data} was cut short in its last step: remove all that is in it, "
            f"{RESTORING} as well, and restore again"
        )
    raise Refused(
        f"{data} is there already and nothing is ever overwritten: it holds "
        f"{', '.join(sorted(there - _NOTHING)[:3])}. Restore into a new or empty folder, or move "
        "that one away"
    )


def _hold(folder: Path, data: Path) -> int:
    """A descriptor by which nobody else restores into this folder."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(held)
        raise Refused(f"another restore into {data} is running: wait for it") from error
    except OSError:
        pass  # some network file systems know no locks
    return held


def _give(unpacked: Path, data: Path, made: bool, owner: str) -> str:
    """Have folder and files belong to whom they should; that user's name."""
    uid, gid = os.geteuid(), os.getegid()
    status = data.stat()
    if uid == 0:
        if not made and status.st_uid != 0:
            uid, gid = status.st_uid, status.st_gid
        else:
            uid, gid = _known(owner) or (uid, gid)
        for path in (unpacked, *unpacked.rglob("*")):
            os.chown(path, uid, gid)
        os.chown(data, uid, gid)
    if os.geteuid() in (0, status.st_uid):
        data.chmod(0o700)
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _known(owner: str) -> tuple[int, int] | None:
    """The numbers of USER:GROUP on this machine; None when it has no such user or group."""
    user, _, group = owner.partition(":")
    try:
        return (
            int(user) if user.isdecimal() else pwd.getpwnam(user).pw_uid,
            int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid,
        )
    except KeyError:
        return None


def _move(unpacked: Path, data: Path) -> None:
    """Each part to its place, the ledger last; all go back when one cannot."""
    moved: list[Path] = []
    try:
        for path in sorted(unpacked.iterdir(), key=lambda path: (path.name == LEDGER, path)):
            target = data / path.name
            path.rename(target)
            moved.append(target)
        sync_folder(data)
    except BaseException:
        for target in moved:
            target.rename(unpacked / target.name)
        raise
