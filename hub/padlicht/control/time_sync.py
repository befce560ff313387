"""What time it is, for nodes that cannot know: at every birth, and every six hours."""

import asyncio

from padlicht.clock import HubClock
from padlicht.control.publisher import Publisher
from padlicht.intake.messages import NodeMessage
from padlicht.ledger import LedgerThread
from padlicht.wire import Time

EVERY_S = 6 * 3600
# A time that arrives later than this does more harm than good: the node would step back and forth.
FRESH_S = 2


class TimeSync:
    """Sends `down/time`."""

    def __init__(self, ledger: LedgerThread, post: Publisher, clock: HubClock) -> None:
        self._ledger = ledger
        self._post = post
        self._clock = clock

    def on_birth(self, item: NodeMessage) -> None:
        """A node was born, or the broker told of its birth again: it hears the time."""
        self.tell(item.node.site, item.node.name)

    def tell(self, site: str, node: str) -> None:
        """Send the time of now to one node."""
        time = Time(self._clock.utc_ms())
        self._post.send(site, node, "down/time", time, expiry_s=FRESH_S)

    async def run(self) -> None:
        """Tell every node that is there, every six hours, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            nodes, states = await self._ledger.run(
                lambda ledger: (ledger.nodes.all(), ledger.states.all())
            )
            for node in nodes:
                if states[node.name].state == "ready" and not node.retired:
                    self.tell(node.site, node.name)
