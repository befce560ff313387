"""Keeps a part of the hub running while the ledger's disk is full or busy."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable

from padlicht.backoff import Backoff
from padlicht.errors import TryAgain

log = logging.getLogger(__name__)

STEADY_S = 60.0  # a part that ran so long had got over its last trouble

# What passes once there is room again; anything else is a fault of ours, and ends the hub.
_PASSING = (sqlite3.OperationalError, TryAgain)


async def retry_on_disk_trouble(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a part, and again with growing waits when the ledger could not be used, until cancelled.

    A part begins anew: it must keep what it has yet to do in the ledger.
    """
    backoff = Backoff(1, 60)
    loop = asyncio.get_running_loop()
    say = log.warning
    while True:
        began_s = loop.time()
        try:
            await run()
        except _PASSING as error:
            if loop.time() - began_s > STEADY_S:
                backoff.reset()
                say = log.warning
            wait_s = backoff.next_s()
            say("%s: the ledger cannot be used (%s); trying again in %.0f s", name, error, wait_s)
            say = log.debug
            await asyncio.sleep(wait_s)
        else:
            return
