"""Nodes that are added while the hub runs, and what they had sent before."""

import asyncio
import logging
from functools import partial

from padlicht.ledger import Ledger
from padlicht.ledger.thread import LedgerThread

log = logging.getLogger(__name__)

POLL_S = 1.0


class NewNodeWatcher:
    """Says how many messages of a new node wait in quarantine, where they went as a stranger's."""

    def __init__(self, ledger: LedgerThread) -> None:
        self._ledger = ledger
        self._data_version = -1
        self._last_id = -1

    async def run(self) -> None:
        """Look for new nodes once a second, until cancelled; those there at the start are none."""
        while True:
            look = partial(_arrived, self._data_version, self._last_id)
            self._data_version, self._last_id, waiting = await self._ledger.run(look)
            for node, count in waiting:
                log.warning(
                    "registry: %s was added; %d message(s) of it wait in quarantine: padlicht "
                    "quarantine admit --node %s",
                    node, count, node,
                )  # fmt: skip
            await asyncio.sleep(POLL_S)


def _arrived(
    known_version: int, last_id: int, ledger: Ledger
) -> tuple[int, int, list[tuple[str, int]]]:
    """The file's version, the newest node's id, and what waits of those that are newer."""
    version = ledger.data_version()
    if version == known_version:
        return version, last_id, []
    newest_id, names = ledger.nodes.added_after(last_id)
    if last_id < 0:
        return version, newest_id, []
    counted = [(name, ledger.quarantine.count_of_node(name)) for name in names]
    return version, newest_id, [(name, count) for name, count in counted if count]
