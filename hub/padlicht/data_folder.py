"""Lock on the data folder: one hub at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from padlicht.errors import Refused


@contextmanager
def lock_data_folder(data: Path) -> Iterator[None]:
    """Hold the data folder; Refused when another hub does. A killed hub holds nothing."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (data / "hub.lock").open("a+") as file:
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
