"""The hub's one connection to the ledger, in a thread of its own.

What the hub's parts ask goes through one queue: SQLite has one writer, and the event loop must not
wait for the disk.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from padlicht.ledger.ledger import Ledger

Answer = TypeVar("Answer")


class LedgerThread:
    """The hub's one connection to the ledger. A commit may take 100 ms on a memory card."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.path = ledger.path
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")

    async def run(self, work: Callable[[Ledger], Answer]) -> Answer:
        """Run `work` with the ledger in the thread, after all that was asked before; its result.

        When the caller is cancelled meanwhile, the work is done all the same.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, work, self._ledger)

    def close(self) -> None:
        """Finish what was asked, then close the ledger."""
        self._executor.shutdown(wait=True)
        self._ledger.close()
