"""What the hub has to say, within the room that the broker gives. Pure."""

from collections import deque

import mqtt5

from padlicht.control.publisher import OutgoingMessage
from padlicht.errors import TryAgain

MAX_WAITING = 50_000  # messages; more than a city has nodes that are born in the same minute
_MAX_ID = 65_535
_QOS = mqtt5.QoS.AT_LEAST_ONCE


class Outbox:
    """QoS 1 messages of one connection: queued, numbered, sent when there is room, ticked off."""

    def __init__(self) -> None:
        self.room = 0  # how many more may be on their way; the broker says how many at the start
        self._waiting: deque[OutgoingMessage] = deque()
        self._on_their_way: set[int] = set()
        self._last_id = 0

    def put(self, letter: OutgoingMessage) -> None:
        """Queue a message; TryAgain when the broker has not stored anything for long."""
        if len(self._waiting) >= MAX_WAITING:
            raise TryAgain(f"the broker takes nothing: {MAX_WAITING} messages are waiting")
        self._waiting.append(letter)

    def take(self) -> bytes:
        """The bytes of all that may be sent now, possibly none."""
        waiting, packet = self._waiting, mqtt5.PublishPacket
        frames = []
        for _ in range(min(self.room, len(waiting))):
            topic, payload, retain, expiry_s = waiting.popleft()
            frames.append(
                packet(
                    topic,
                    payload,
                    qos=_QOS,
                    retain=retain,
                    packet_id=self.next_id(),
                    message_expiry_interval=expiry_s,
                ).write()
            )
        self.room -= len(frames)
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
