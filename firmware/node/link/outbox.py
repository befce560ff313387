"""Outbox: what a node has to say beside its records, until the broker has it."""

import asyncio

from node import log
from node.link import wire

MAX_OUTGOING = 8  # messages; each may hold 2 KiB


class Outbox:
    """Queue of outgoing messages beside the records: replies, the birth, settings in force.

    Each is (leaf, payload, retain); a retained one takes the place of those before it. A reply
    that would not fit into one message of the contract is replaced by one that says so: else it
    would be refused on the way out, and tried again on each connection for ever.
    """

    def __init__(self):
        self._waiting = []
        self._added = asyncio.Event()

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
            self._waiting = [message for message in self._waiting if message[0] != leaf]
        if len(self._waiting) >= MAX_OUTGOING:
            log.warn(
                "hub: too many answers wait; one to " + self._waiting.pop(0)[0] + " is dropped"
            )
        self._waiting.append((leaf, payload, retain))
        self._added.set()

    async def send_all(self, publish) -> None:
        """Send all that wait with `publish(leaf, payload, qos, retain)`; what fails stays."""
        while self._waiting:
            message = self._waiting[0]
            leaf, payload, retain = message
            await publish(leaf, payload, 1, retain)
            if message in self._waiting:  # a newer one may have taken its place
                self._waiting.remove(message)

    async def wait(self) -> None:
        """Wait until there is one."""
        while not self._waiting:
            self._added.clear()
            await self._added.wait()
