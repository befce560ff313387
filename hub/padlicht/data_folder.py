"""Data folder: one hub at a time (its lock), none during a restore, and whose its files are."""

import fcntl
import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from padlicht.errors import Refused

RESTORING = ".restoring"  # in a data folder: a restore is at work there, or was cut short


@contextmanager
def lock_data_folder(data: Path) -> Iterator[None]:
    """Hold the data folder; Refused when another hub does, or when it is somebody else's.

    A killed hub holds nothing.
    """
    path = data / "hub.lock"
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_half_restored(data)
        file = path.open("a+")
    except OSError as error:
        raise Refused(
            access_trouble(data, path)
            or f"the data folder {data} cannot be used: {error.strerror or error}; choose another "
            "one with --data"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Refused(
                f"another hub (pid {file.read().strip() or 'unknown'}) already uses {data}: stop "
                "it, or choose another folder with --data"
            ) from error
        with suppress(OSError):  # a full disk: the lock holds all the same, without a name on it
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), b"%d\n" % os.getpid())
        yield


def is_in_use(data: Path) -> bool:
    """Whether a hub runs on the data folder now; what a killed one left behind is of before."""
    try:
        with (data / "hub.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def refuse_half_restored(data: Path) -> None:
    """Raise Refused for a folder that a restore has not finished.

    Whoever makes a ledger or keys in it would put new ones in the place of those to come.
    """
    if os.path.lexists(data / RESTORING):
        raise Refused(
            f"a restore into {data} is running, or was cut short: wait for it, or else remove all "
            f"that is in the folder, {RESTORING} as well, and restore again"
        )


def refuse_foreign(data: Path) -> None:
    """Raise Refused when this user may not read and write what a hub cannot do without.

    Files come to belong to somebody else when a command was given as root, or a backup was
    restored as root. Without accounts, or with a stranger's file beside its own, a hub still works.
    """
    needed = [data, data / "keys", data / "broker"]
    needed += [path for folder in needed[1:] for path in _files(folder)]
    trouble = access_trouble(
        *needed, *(data / f"ledger.sqlite{end}" for end in ("", "-wal", "-shm"))
    )
    if trouble is not None:
        raise Refused(trouble)


def access_trouble(*paths: Path) -> str | None:
    """The first of these files and folders that this user may not read and write: whose it is, and
    what to do. None when all of them may be, or are not there.
    """
    for path in paths:
        trouble = _access_trouble(path)
        if trouble is not None:
            return trouble
    return None


def user_name() -> str:
    """Who this is, as the environment or else the system says; "uid 1234" of a uid without a name.

    In a container, any uid may run a program without a line in /etc/passwd.
    """
    for variable in ("LOGNAME", "USER"):
        if name := os.environ.get(variable):
            return name
    return name_of(os.geteuid())


def name_of(uid: int) -> str:
    """The name of a user, or "uid 1234" of one without a name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _files(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_file())
    return []


def _access_trouble(path: Path) -> str | None:
    try:
        found = path.stat()
    except PermissionError:
        return _access_trouble(path.parent)
    except OSError:
        return None  # what is not there is made, and may be
    wanted = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    if os.access(path, wanted):
        return None
    with suppress(OSError):
        if os.statvfs(path).f_flag & os.ST_RDONLY:
            return (
                f"the disk with {path} is mounted read-only, as Linux does with a disk that fails: "
                "look at the machine's log (journalctl -k)"
            )
    me, owner = os.geteuid(), name_of(found.st_uid)
    if found.st_uid == me:
        return f"{path} may not be read and written by its owner: chmod u+rwX {path}"
    own = f"{me}:{os.getegid()}"
    return (
        f"{path} belongs to {owner}, and this is {name_of(me)}: do this as {owner}, or give it "
        f"over with: chown -R {own} {_top(path)}"
    )


def _top(path: Path) -> Path:
    """The data folder of one of its files, or the file itself where that is not known."""
    for folder in (path, *path.parents[:2]):
        with suppress(OSError):  # a folder that may not be looked into
            if (folder / "hub.lock").exists() or (folder / "ledger.sqlite").exists():
                return folder
    return path
