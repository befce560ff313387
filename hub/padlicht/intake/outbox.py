"""What the hub has to say, within the room that the broker gives. Pure."""

from collections import deque

import mqtt5

from padlicht.errors import TryAgain

MAX_WAITING = 10_000  # messages; more than every node of a big site at once
_MAX_ID = 65_535


class Outbox:
    """QoS 1 messages of one connection: queued, numbered, sent when there is room, ticked off."""

    def __init__(self) -> None:
        self.room = 0  # how many more may be on their way; the broker says how many at the start
        self._waiting: deque[mqtt5.PublishPacket] = deque()
        self._on_their_way: set[int] = set()
        self._last_id = 0

    def put(self, packet: mqtt5.PublishPacket) -> None:
        """Queue a message; TryAgain when the broker has not taken anything for long."""
        if len(self._waiting) >= MAX_WAITING:
            raise TryAgain(f"the broker takes nothing: {MAX_WAITING} messages are waiting")
        self._waiting.append(packet)

    def take(self) -> bytes:
        """The bytes of all that may be sent now, possibly none."""
        frames = []
        while self._waiting and self.room > 0:
            packet = self._waiting.popleft()
            self.room -= 1
            frames.append(_numbered(packet, self.next_id()).write())
        return b"".join(frames)

    def acknowledged(self, packet_id: int) -> None:
        """The broker has it: there is room for another. An id that is not ours changes nothing."""
        if packet_id in self._on_their_way:
            self._on_their_way.discard(packet_id)
            self.room += 1

    def next_id(self) -> int:
        """Take a packet id from 1 to 65535 that is not in use.

        There always is one: a broker's room is at most 65 535, and subscribing is over by then.
        """
        while True:
            self._last_id = self._last_id % _MAX_ID + 1
            if self._last_id not in self._on_their_way:
                self._on_their_way.add(self._last_id)
                return self._last_id


def _numbered(packet: mqtt5.PublishPacket, packet_id: int) -> mqtt5.PublishPacket:
    return mqtt5.PublishPacket(
        packet.topic,
        packet.payload,
        qos=mqtt5.QoS.AT_LEAST_ONCE,
        retain=packet.retain,
        packet_id=packet_id,
        message_expiry_interval=packet.message_expiry_interval,
    )
