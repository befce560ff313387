"""Watch for damage: is what stands in the ledger's file still what was written to it?

Damage shows only to who reads the damaged page, and many pages of a ledger are read by nobody for
months. So the hub looks through the file itself, and whoever meets damage before says so.
"""

import asyncio
import logging
import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from time import monotonic

from padlicht.ledger.schema import COLUMNS
from padlicht.ledger.trouble import damaged, damaged_tables, explain, is_damage
from padlicht.operations.daemon_thread import run_in_daemon_thread

log = logging.getLogger(__name__)

EVERY_S = 60.0
RARELY = 1000  # times what a look took pass before the next: a thousandth of the disk's time
# Of a bigger file the tables of records are left out: read by the followers, the backup and
# `padlicht ledger check`, they would keep a memory card busy for minutes.
MOST_BYTES = 1_000_000_000
FIRST_S = 5.0  # so long /healthz waits for the first look after a start


class DamageWatch:
    """Looks through the ledger now and then; `says` what is damaged, None when nothing is known."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: str | None = None
        self._noted: str | None = None
        self._look_now = asyncio.Event()
        self._looked = asyncio.Event()
        self._looked.set()

    @property
    def says(self) -> str | None:
        """The damage and what to do about it."""
        return self._found or self._noted

    def note(self, error: BaseException) -> None:
        """Somebody has met damage: it is known at once, and looked for now."""
        if is_damage(error) and self.says is None:
            self._noted = explain(error, self._path)
            self._look_now.set()

    async def first_look(self) -> None:
        """Wait until a watch that has begun has looked once, but not for long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_S):
                await self._looked.wait()

    def start(self) -> asyncio.Task[None]:
        """Begin to look through the file, with long pauses, until the task is cancelled."""
        self._looked.clear()
        return asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            self._look_now.clear()
            began_s = monotonic()
            await self._look()
            self._looked.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(max(EVERY_S, RARELY * (monotonic() - began_s))):
                    await self._look_now.wait()

    async def _look(self) -> None:
        try:
            big = self._path.stat().st_size > MOST_BYTES
            look = partial(damaged_tables, self._path, frozenset(COLUMNS) if big else frozenset())
            tables = await run_in_daemon_thread(look)
        except (sqlite3.Error, OSError) as error:
            # What is no damage (no room, no right to read) is told by who wants to use the file.
            self._found = explain(error, self._path) if is_damage(error) else self._found
            log.debug("ledger: it could not be looked through: %s", error)
        else:
            of = f"table{'s' if len(tables) > 1 else ''} {', '.join(tables)}"
            self._found = damaged(of, self._path) if tables else None
