"""Asks lamps and counters for their state of the moment, while somebody looks."""

import asyncio

from padlicht.control.commands import Commands
from padlicht.control.live_state import LiveState
from padlicht.intake.messages import NodeMessage
from padlicht.ledger import LedgerThread

RENEW_S = 60.0
FOR_S = 150  # outlives two renewals, so that one lost command makes no gap
POLL_S = 0.5


class LiveRequester:
    """Sends `watch` to every node that is there, as long as the page has viewers."""

    def __init__(self, ledger: LedgerThread, commands: Commands, live: LiveState) -> None:
        self._ledger = ledger
        self._commands = commands
        self._live = live

    def on_birth(self, item: NodeMessage) -> None:
        """A node was born while somebody looks: it is asked at once."""
        if self._live.viewers:
            self._ask(item.node.site, item.node.name)

    async def run(self) -> None:
        """Look for viewers twice a second, until cancelled."""
        loop = asyncio.get_running_loop()
        asked_s: float | None = None
        while True:
            if not self._live.viewers:
                asked_s = None
            elif asked_s is None or loop.time() - asked_s >= RENEW_S:
                asked_s = loop.time()
                await self._ask_all()
            await asyncio.sleep(POLL_S)

    async def _ask_all(self) -> None:
        nodes, states = await self._ledger.run(
            lambda ledger: (ledger.nodes.all(), ledger.states.all())
        )
        for node in nodes:
            if states[node.name].state == "ready" and not node.retired:
                self._ask(node.site, node.name)

    def _ask(self, site: str, node: str) -> None:
        self._commands.issue(site, node, "watch", {}, FOR_S)
