"""MQTT 5 packets on the wire: split from a stream of bytes, queued (outbox), and encoded. Pure.

What comes in goes through `PacketSplitter`, whatever the bytes are. What goes out by the thousand
is encoded here by hand: `qos0_publishes` and `pubacks`; all else with QoS 1 waits in an `Outbox`.
"""

import struct
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import mqtt5

from padlicht.errors import BadData, TryAgain
from padlicht.intake.messages import OutgoingMessage

# A packet is a type, a length of up to four bytes, and so much more.
_LENGTH_BYTES = 4
_PUBLISH = 3
_PUBACK = 0x4002_0000
_ONE_BYTE = 0x80  # from here on a packet's length takes two bytes

MAX_WAITING = 50_000  # messages; more than a city has nodes that are born in the same minute
_MAX_ID = 65_535
_QOS = mqtt5.QoS.AT_LEAST_ONCE


@dataclass(frozen=True)
class Unreadable:
    """A packet whose frame is whole but whose content the codec rejects.

    `packet_id` is set when it is a QoS 1 message, which must be acknowledged like any other, or
    the broker would send it again for ever. `topic` is then as much of it as can be made out.
    """

    frame: bytes
    why: str
    topic: str = ""
    packet_id: int | None = None


class PacketSplitter:
    """Collects bytes and gives whole packets; a packet never waits for bytes after it."""

    def __init__(self, most_bytes: int) -> None:
        self._rest = b""  # the beginning of a packet; never longer than one
        self._most_bytes = most_bytes

    def feed(self, data: bytes) -> list[mqtt5.Packet | Unreadable]:
        """The packets that `data` completes.

        Raises BadData when no packet boundary can be found any more; only a new connection helps.
        """
        data = self._rest + data
        view = memoryview(data)
        packets: list[mqtt5.Packet | Unreadable] = []
        at, end = 0, len(data)
        while end - at > 1:
            # Nearly all packets have a length of one or two bytes.
            length = data[at + 1]
            if length < 0x80:
                length += 2
            elif end - at > 2 and (high := data[at + 2]) < 0x80:
                length = (length & 0x7F | high << 7) + 3
            elif (long := _frame_length(view[at:])) is not None:
                length = long
            else:
                break
            if length > self._most_bytes:
                raise BadData(f"a packet of {length} bytes, allowed are {self._most_bytes}")
            if at + length > end:
                break
            packets.append(_read(view[at : at + length]))
            at += length
        self._rest = data[at:]
        return packets


def _frame_length(view: memoryview) -> int | None:
    """The length of the packet at the start; None while the length itself is incomplete."""
    value = 0
    for i, byte in enumerate(view[1 : 1 + _LENGTH_BYTES]):
        value |= (byte & 0x7F) << 7 * i
        if not byte & 0x80:
            return 2 + i + value
    if len(view) > _LENGTH_BYTES:
        raise BadData("a packet whose length does not end")
    return None


def _read(frame: memoryview) -> mqtt5.Packet | Unreadable:
    try:
        packet, consumed = mqtt5.read(frame)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # The codec panics on text that is not UTF-8, and a panic is no Exception.
        return _unreadable(bytes(frame), f"{type(error).__name__}: {error}")
    if consumed != len(frame):
        return _unreadable(bytes(frame), f"{len(frame) - consumed} bytes too many")
    return packet


def _unreadable(frame: bytes, why: str) -> Unreadable:
    """What can be made out of a broken packet by hand: of a message, its topic and id."""
    kind, qos = frame[0] >> 4, frame[0] >> 1 & 3
    body = 1
    while frame[body] & 0x80:
        body += 1
    body += 1
    topic_end = body + 2 + int.from_bytes(frame[body : body + 2])
    if kind != _PUBLISH or len(frame) < topic_end + 2:
        return Unreadable(frame, why)
    topic = frame[body + 2 : topic_end].decode(errors="backslashreplace")
    packet_id = int.from_bytes(frame[topic_end : topic_end + 2])
    return Unreadable(frame, why, topic, packet_id if qos == 1 and packet_id else None)


class Outbox:
    """QoS 1 messages of one connection: queued, numbered, sent when there is room, ticked off."""

    def __init__(self) -> None:
        self.room = 0  # how many more may be on their way; the broker says how many at the start
        self._waiting: deque[OutgoingMessage] = deque()
        self._on_their_way: set[int] = set()
        self._last_id = 0

    def put(self, letter: OutgoingMessage) -> None:
        """Queue a message; TryAgain when the broker has not taken anything for long."""
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


def qos0_publishes(messages: Iterable[tuple[str, bytes]]) -> bytes:
    """The PUBLISH of each (topic, payload), with QoS 0 and nothing more to it.

    The same bytes as the codec's, at a third of their price; a batch from a city of nodes has
    thousands of answers.
    """
    frames = []
    for topic, payload in messages:
        name = topic.encode()
        length = len(name) + len(payload) + 3
        if length < _ONE_BYTE:
            frames.append(b"0%c\0%c%b\0%b" % (length, len(name), name, payload))
        else:
            frames.append(mqtt5.PublishPacket(topic, payload).write())
    return b"".join(frames)


def pubacks(ids: Sequence[int]) -> bytes:
    """The PUBACK of each id: a type, a length of 2, and the id."""
    return struct.pack(f">{len(ids)}I", *[_PUBACK | packet_id for packet_id in ids])
