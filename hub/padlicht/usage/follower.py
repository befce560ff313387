"""Roll-up follower: keeps the hours of use up with the ledger while the hub runs."""

import asyncio
import logging
import sqlite3
from functools import partial
from pathlib import Path

from padlicht.clock import ClockWatch
from padlicht.ledger import Ledger, LedgerThread
from padlicht.ledger.trouble import explain, is_ledger_trouble
from padlicht.usage.batches import RollUp, closed_utc_s

log = logging.getLogger(__name__)

POLL_S = 5.0  # soon enough for sums of an hour, seldom enough for a memory card
RETRY_S = 30.0


class UsageFollower:
    """Adds every record to its hour, and closes hours that are over.

    While the hub's clock is in doubt, records are added and no hour is closed or opened again.
    Reads by a connection of its own and in its own thread, so that the intake waits only for the
    short transactions that write. When the disk is full it waits until there is room again.
    """

    def __init__(self, ledger: LedgerThread, path: Path, watch: ClockWatch) -> None:
        self._ledger = ledger
        self._path = path
        self._watch = watch
        self._rollup = RollUp()
        self._in_trouble = False

    async def run(self) -> None:
        """Look every few seconds, until cancelled."""
        opening = asyncio.create_task(asyncio.to_thread(Ledger.open, self._path, read_only=True))
        try:
            reader = LedgerThread(await asyncio.shield(opening))
        except asyncio.CancelledError:
            (await opening).close()  # a thread cannot be told to stop: what it opens is closed
            raise
        try:
            while True:
                pause_s = POLL_S if await self._catch_up(reader) else RETRY_S
                await asyncio.sleep(pause_s)
        finally:
            reader.close()

    def _now_utc_s(self, ledger: Ledger) -> int | None:
        """The time by which hours are closed and opened; None while the clock is in doubt."""
        utc_s = self._watch.utc_s
        known_utc_s = closed_utc_s(ledger, utc_s) or utc_s
        return utc_s if self._watch.believes(utc_s, known_utc_s) else None

    async def _catch_up(self, reader: LedgerThread) -> bool:
        """Store pieces until there is none left; False when the ledger cannot be written."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                began_s = loop.time()
                self._watch.look()
                now_utc_s = await reader.run(self._now_utc_s)
                find = partial(self._rollup.next, now_utc_s=now_utc_s)
                if (piece := await reader.run(find)) is None:
                    break
                await self._ledger.run(piece.store)
                # After an outage there are millions to add up, and they are in no hurry: half of
                # the time is the intake's.
                await asyncio.sleep(loop.time() - began_s)
        except sqlite3.DatabaseError as error:
            if not is_ledger_trouble(error):
                raise
            log.log(
                logging.DEBUG if self._in_trouble else logging.WARNING,
                "usage: hours cannot be added up (%s); nothing is lost, and it is tried again "
                "every %d s",
                explain(error, self._ledger.path), RETRY_S,
            )  # fmt: skip
            self._in_trouble = True
            return False
        if self._in_trouble:
            log.info("usage: hours are added up again")
            self._in_trouble = False
        return True
