"""What time it is, for nodes: at every birth, when the clock was set, and every six hours."""

import asyncio
import contextlib

from padlicht.clock import ClockStep, ClockWatch
from padlicht.control.publisher import Publisher
from padlicht.intake.messages import NodeMessage
from padlicht.ledger import LedgerThread
from padlicht.wire import Time

EVERY_S = 6 * 3600
# A time that arrives later than this does more harm than good: the node would step back and forth.
FRESH_S = 2


class TimeSync:
    """Sends `down/time`."""

    def __init__(self, ledger: LedgerThread, post: Publisher, watch: ClockWatch) -> None:
        self._ledger = ledger
        self._post = post
        self._watch = watch
        self._clock = watch.clock
        self._stepped = asyncio.Event()
        watch.on_step(self._on_step)

    def on_birth(self, item: NodeMessage) -> None:
        """A node was born, or the broker told of its birth again: it hears the time."""
        self.tell(item.node.site, item.node.name)

    def tell(self, site: str, node: str) -> None:
        """Send the time of now to one node; one that is not known would only make it wrong."""
        self._watch.look()
        if not self._clock.is_set:
            return
        time = Time(self._clock.utc_ms())
        self._post.send(site, node, "down/time", time, expiry_s=FRESH_S)

    async def run(self) -> None:
        """Tell every node that is there: when the clock was set, and every six hours."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stepped.wait(), EVERY_S)
            self._stepped.clear()  # before the look: what comes meanwhile wants another one
            nodes, states = await self._ledger.run(
                lambda ledger: (ledger.nodes.all(), ledger.states.all())
            )
            for node in nodes:
                if states[node.name].state == "ready" and not node.retired:
                    self.tell(node.site, node.name)

    def _on_step(self, _: ClockStep) -> None:
        self._stepped.set()
