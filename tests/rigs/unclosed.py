"""SQLite connections that nobody closed: a ResourceWarning, on every Python and with their place.

Python tells of them from 3.13 on; this tells of them on older ones too, so that the suite fails
there as well. Only connections of the tests' own process are watched.
"""

import inspect
import sqlite3
import traceback
import warnings
from functools import partial

FRAMES = 6  # as many callers as are told


class Watched(sqlite3.Connection):
    """A connection that warns when it goes without having been closed."""

    _opened_at: traceback.StackSummary | None = None

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        callers = traceback.walk_stack(inspect.currentframe().f_back)
        # Source lines are read only if they are to be told.
        self._opened_at = traceback.StackSummary.extract(callers, limit=FRAMES, lookup_lines=False)

    def close(self) -> None:
        super().close()
        self._opened_at = None

    def __del__(self) -> None:
        if self._opened_at is not None:
            opened_at = "".join(reversed(self._opened_at.format()))
            said = f"unclosed database, opened at\n{opened_at}"
            warnings.warn(said, ResourceWarning, source=self, stacklevel=2)


def watch() -> None:
    """Let every connection that is opened from now on be watched."""
    sqlite3.connect = partial(sqlite3.connect, factory=Watched)
