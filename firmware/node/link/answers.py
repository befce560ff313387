"""What the node has to say beside its records, until it has gone out: a short queue.

Every answer fits into one message of the contract: what is too long would be refused on the way
out, and tried again on each connection for ever.
"""

import asyncio

from node import log
from node.link import wire

MAX_ANSWERS = 8  # each may hold 2 KiB


class Answers:
    """A queue of (leaf, payload, retain). A retained one takes the place of those before it."""

    def __init__(self):
        self._waiting = []
        self._more = asyncio.Event()

    def reply(self, command_id: str, why=None, detail=None) -> None:
        """Answer a command: `why` says what went wrong, None that all went well."""
        payload = wire.encode_reply(command_id, why is None, why, detail)
        if len(payload) > wire.MAX_PAYLOAD:
            why = "the answer has {} bytes, more than a message takes".format(len(payload))
            payload = wire.encode_reply(command_id, False, why)
        self.put("up/reply", payload)

    def put(self, leaf: str, payload: bytes, retain: bool = False) -> None:
        """Have it sent; when too many wait, the oldest goes."""
        if retain:  # only the last word counts
            self._waiting = [answer for answer in self._waiting if answer[0] != leaf]
        if len(self._waiting) >= MAX_ANSWERS:
            log.warn(
                "hub: too many answers wait; one to " + self._waiting.pop(0)[0] + " is dropped"
            )
        self._waiting.append((leaf, payload, retain))
        self._more.set()

    async def give(self, publish) -> None:
        """Send all that wait with `publish(leaf, payload, qos, retain)`; what fails stays."""
        while self._waiting:
            answer = self._waiting[0]
            leaf, payload, retain = answer
            await publish(leaf, payload, 1, retain)
            if answer in self._waiting:  # a newer one may have taken its place
                self._waiting.remove(answer)

    async def more(self) -> None:
        """Wait for the next one."""
        while not self._waiting:
            self._more.clear()
            await self._more.wait()
