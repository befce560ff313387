"""The small files of a park that go into a backup: each of them, or a sentence that says why not.

Beside ledger and accounts that is what no hub can make again. The broker's folder is left out:
`padlicht up` writes it, and what waits in the broker's queue is still in the nodes. A database of
a room above, which this one knows nothing of, is copied and checked as what it is: a SQLite file.
"""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from padlicht.errors import Refused, TryAgain

KEPT = ("keys", "nodes")


def copy_park_files(data: Path, into: Path) -> dict[str, Path]:
    """Copies of them by their names in an archive, because they may change while they are packed.

    Raises Refused when one cannot be read: a backup that leaves out in silence what it may not
    read is found out on the day on which it is needed.
    """
    found = {}
    for kept in KEPT:
        for path in _files(data / kept, set()):
            name = path.relative_to(data)
            copy = into / name
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _copied(path, copy):
                copy.chmod(0o600)
                found[name.as_posix()] = copy
    return found


def copy_database(path: Path, into: Path) -> None:
    """Copy a SQLite file as of one moment, whoever writes to it meanwhile, for its owner alone.

    Raises Refused when it cannot be read, TryAgain when SQLite cannot copy it now.
    """
    try:
        path.open("rb").close()
    except OSError as error:
        raise unreadable(path, error) from error
    os.close(os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        uri = f"{path.resolve().as_uri()}?mode=rw"
        with (
            closing(sqlite3.connect(uri, uri=True, timeout=10.0)) as source,
            closing(sqlite3.connect(into)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise TryAgain(f"{path} cannot be copied ({error}), so there is no backup") from error


def database_faults(path: Path) -> list[str]:
    """What SQLite finds wrong with a file; [] when nothing is."""
    try:
        with closing(sqlite3.connect(path)) as database:
            found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def unreadable(path: Path, error: OSError) -> Refused:
    """What to say of something that a backup should hold and may not read."""
    return Refused(
        f"{path} cannot be read ({error.strerror or error}), so there is no backup: make the "
        "backup as the hub's own user, and give it all that is in its data folder"
    )


def _files(folder: Path, above: set[tuple[int, int]]) -> Iterator[Path]:
    """All files below a folder, also those in folders that a link leads to."""
    try:
        status = folder.stat()
        here = (status.st_dev, status.st_ino)
        entries = sorted(folder.iterdir())
    except FileNotFoundError as error:
        if folder.is_symlink():
            raise unreadable(folder, error) from error
        return  # it went meanwhile, or there never was one
    except OSError as error:
        raise unreadable(folder, error) from error
    if here in above:
        raise Refused(f"{folder} is a link to a folder that it is in: remove it")
    for path in entries:
        # What ends so is being written at this moment, and gets its name when it is whole.
        if path.name.endswith(".new"):
            continue
        try:
            is_folder = path.is_dir()
        except OSError as error:
            raise unreadable(path, error) from error
        if is_folder:
            yield from _files(path, above | {here})
        else:
            yield path


def _copied(path: Path, copy: Path) -> bool:
    """Whether it was there to be copied."""
    try:
        # Whoever opens a pipe waits for somebody at its other end.
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refused(
                f"{path} is neither a file nor a folder, so there is no backup: remove it"
            )
        content = path.read_bytes()
    except FileNotFoundError as error:
        if path.is_symlink():
            raise unreadable(path, error) from error
        return False  # it went meanwhile
    except OSError as error:
        raise unreadable(path, error) from error
    copy.write_bytes(content)
    return True
