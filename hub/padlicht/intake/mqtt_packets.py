"""MQTT packets out of a stream of bytes, whatever the bytes are. Pure."""

from dataclasses import dataclass

import mqtt5

from padlicht.errors import BadData

# A packet is a type, a length of up to four bytes, and so much more.
_LENGTH_BYTES = 4
_PUBLISH = 3


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
