"""Keeps a part of the hub running while the ledger cannot be used."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from padlicht.backoff import Backoff
from padlicht.ledger.trouble import explain, is_ledger_trouble

log = logging.getLogger(__name__)

STEADY_S = 60.0  # a part that ran so long had got over its last trouble


async def retry_on_ledger_trouble(
    name: str, run: Callable[[], Awaitable[None]], path: Path
) -> None:
    """Run a part, and again with growing waits when the ledger at `path` could not be used.

    Until cancelled; what is no trouble of the ledger's is a fault of ours, and ends the hub. A part
    begins anew: it must keep what it has yet to do in the ledger.
    """
    backoff = Backoff(1, 60)
    loop = asyncio.get_running_loop()
    say = log.warning
    while True:
        began_s = loop.time()
        try:
            await run()
        except Exception as error:
            if not is_ledger_trouble(error):
                raise
            if loop.time() - began_s > STEADY_S:
                backoff.reset()
                say = log.warning
            wait_s = backoff.next_s()
            say("%s: %s; trying again in %.0f s", name, explain(error, path), wait_s)
            say = log.debug
            await asyncio.sleep(wait_s)
        else:
            return
