"""MQTT 3.1.1 packets, encoded and decoded, for a client that speaks QoS 0 and 1; no I/O.

What goes out is made by one function for each packet. What comes in is fed to a
`PacketSplitter` in pieces of any size, taken out as whole packets, and read by `decode`.
Source: MQTT 3.1.1, OASIS Standard, 29 October 2014; section numbers stand beside what they explain.
"""

from node.errors import BadData

# Kinds of packet: the upper four bits of the first byte (2.2.1).
CONNACK = 2
PUBLISH = 3
PUBACK = 4
SUBACK = 9
PINGRESP = 13
TOO_BIG = 16  # beyond MQTT's sixteen: a PUBLISH longer than the limit, whose body was dropped

PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
SUBACK_FAILURE = 0x80  # (3.9.3) the broker refused the subscription

_DUP = 0x08
_LENGTH_BYTES = 4  # (2.2.3) a remaining length takes at most four bytes
_SKIP_BYTES = 512  # how much of a long packet is read at once to be thrown away
_LONGEST = 268435455  # (2.2.3) what four bytes can say


def _length(count: int) -> bytes:
    """Seven bits a byte, the lowest first, the top bit set while more follow (2.2.3)."""
    if count > _LONGEST:
        raise BadData("mqtt: a packet of {} bytes is longer than MQTT can say".format(count))
    out = bytearray()
    while True:
        digit = count & 0x7F
        count >>= 7
        if not count:
            out.append(digit)
            return bytes(out)
        out.append(digit | 0x80)


def _short(number: int) -> bytes:
    """Sixteen bits, the high byte first (1.5.2)."""
    return bytes((number >> 8, number & 0xFF))


def _field(value: str | bytes) -> bytes:
    """Text or bytes behind a length of sixteen bits (1.5.3)."""
    if isinstance(value, str):
        value = value.encode()
    if len(value) > 65535:
        raise BadData("mqtt: a field of {} bytes does not fit in 65535".format(len(value)))
    return _short(len(value)) + value


def connect(client_id: str, keepalive_s: int, clean: bool, will=None) -> bytes:
    """CONNECT. `will`: (topic, payload, qos, retain) or None. The certificate is the user name."""
    flags = 0x02 if clean else 0
    tail = _field(client_id)
    if will:
        topic, payload, qos, retain = will
        flags |= 0x04 | qos << 3 | (0x20 if retain else 0)
        tail += _field(topic) + _field(payload)
    body = b"\x00\x04MQTT\x04" + bytes((flags,)) + _short(keepalive_s) + tail
    return b"\x10" + _length(len(body)) + body


def publish(topic: str, payload: bytes, qos: int, retain: bool, packet_id: int) -> bytes:
    """PUBLISH. `packet_id` is used for QoS 1 only, and is 1 to 65535."""
    body = _field(topic)
    if qos:
        body += _short(packet_id)
    first = 0x30 | qos << 1 | (1 if retain else 0)
    return bytes((first,)) + _length(len(body) + len(payload)) + body + payload


def mark_duplicate(packet: bytes) -> bytes:
    """The same PUBLISH marked DUP: it may have arrived before (3.3.1.1)."""
    return bytes((packet[0] | _DUP,)) + packet[1:]


def puback(packet_id: int) -> bytes:
    """PUBACK for what came in."""
    return b"\x40\x02" + _short(packet_id)


def subscribe(packet_id: int, topic: str, qos: int) -> bytes:
    """SUBSCRIBE to one topic filter."""
    body = _short(packet_id) + _field(topic) + bytes((qos,))
    return b"\x82" + _length(len(body)) + body


class PacketSplitter:
    """Puts packets together from pieces of any size, in bounded memory.

    `feed` what was read, then `next_packet` until it gives None. A PUBLISH longer than
    `limit_bytes` is not stored: `next_packet` gives its packet id alone, or nothing where there is
    none, and `decode` says TOO_BIG, so that it can be acknowledged and does not come back for
    ever. What is not MQTT raises BadData.
    """

    def __init__(self, limit_bytes: int):
        self._limit = limit_bytes
        self._held = bytearray()
        self._to_skip = 0

    def feed(self, piece: bytes) -> None:
        """Add what was read."""
        if self._to_skip:
            skipped = min(self._to_skip, len(piece))
            self._to_skip -= skipped
            piece = piece[skipped:]
        self._held.extend(piece)

    def bytes_wanted(self) -> int:
        """How many more bytes to read: never beyond the packet that is coming in.

        A reader that goes further may run into the end of the connection, and MicroPython throws
        away what it read when the same call ends in an error: the CONNACK that says why, usually.
        """
        if self._to_skip:
            return min(self._to_skip, _SKIP_BYTES)
        held = self._held
        if len(held) < 2:
            return 2 - len(held)
        start, length = self._header()
        if not start:
            return 1
        if length > self._limit:
            return min(start + length - len(held), _SKIP_BYTES)
        return start + length - len(held)

    def next_packet(self):
        """The next whole packet as (first byte, body), or None when more must be fed first."""
        held = self._held
        start, length = self._header()
        if not start:
            return None
        if length > self._limit:
            return self._take_too_big(start, length)
        if len(held) < start + length:
            return None
        first, body = held[0], bytes(held[start : start + length])
        self._held = held[start + length :]
        return first, body

    def _header(self):
        """(where the body starts, its length), or (0, 0) while the header is incomplete."""
        held = self._held
        length = 0
        for at in range(1, min(len(held), _LENGTH_BYTES + 1)):
            length |= (held[at] & 0x7F) << 7 * (at - 1)
            if not held[at] & 0x80:
                return at + 1, length
        if len(held) > _LENGTH_BYTES:
            raise BadData("mqtt: a remaining length of more than four bytes")
        return 0, 0

    def _take_too_big(self, start: int, length: int):
        """Keep a long PUBLISH's packet id, skip the rest of it, now and in what is fed later."""
        held = self._held
        if held[0] >> 4 != PUBLISH:
            raise BadData("mqtt: a packet of kind {} with {} bytes".format(held[0] >> 4, length))
        packet_id = b""
        if held[0] & 0x06:
            if len(held) < start + 2:
                return None
            at = start + 2 + (held[start] << 8 | held[start + 1])
            if at + 2 > start + length:
                raise BadData("mqtt: a PUBLISH whose topic is longer than itself")
            if at + 2 - start <= self._limit:  # a topic beyond that is not worth its memory
                if len(held) < at + 2:
                    return None
                packet_id = bytes(held[at : at + 2])
        end = start + length
        self._to_skip = max(0, end - len(held))
        self._held = held[end:]
        return TOO_BIG << 4, packet_id


def decode(first: int, body: bytes):
    """Read one packet from the broker; a tuple that starts with its kind. BadData when broken.

    (CONNACK, session_present, code), (PUBLISH, topic, payload, qos, retained, packet_id),
    (PUBACK, packet_id), (SUBACK, packet_id, granted), (PINGRESP,), (TOO_BIG, packet_id or 0)
    """
    kind = first >> 4
    if kind == PUBLISH:
        return _decode_publish(first, body)
    if kind == TOO_BIG:
        return TOO_BIG, (body[0] << 8 | body[1] if body else 0)
    if kind == PUBACK:
        _expect(body, 2, "PUBACK")
        return PUBACK, body[0] << 8 | body[1]
    if kind == SUBACK:
        _expect(body, 3, "SUBACK")  # one filter is asked for at a time
        return SUBACK, body[0] << 8 | body[1], body[2]
    if kind == PINGRESP:
        _expect(body, 0, "PINGRESP")
        return (PINGRESP,)
    if kind == CONNACK:
        _expect(body, 2, "CONNACK")
        return CONNACK, bool(body[0] & 1), body[1]
    raise BadData("mqtt: a packet of kind {}, which no broker sends to this client".format(kind))


def _expect(body: bytes, length: int, name: str) -> None:
    if len(body) != length:
        raise BadData("mqtt: {} with {} bytes instead of {}".format(name, len(body), length))


def _decode_publish(first: int, body: bytes):
    qos = first >> 1 & 3
    if qos > 1:
        raise BadData("mqtt: a PUBLISH with QoS {}, but only 0 and 1 were asked for".format(qos))
    at = 2 + (body[0] << 8 | body[1]) if len(body) >= 2 else 2
    start = at + 2 if qos else at
    if len(body) < start:
        raise BadData("mqtt: a PUBLISH that ends before its payload")
    packet_id = body[at] << 8 | body[at + 1] if qos else 0
    if qos and not packet_id:
        raise BadData("mqtt: a PUBLISH with packet id 0")
    try:
        topic = str(body[2:at], "utf-8")
    except UnicodeError:
        raise BadData("mqtt: a PUBLISH whose topic is not UTF-8")
    return PUBLISH, topic, body[start:], qos, bool(first & 1), packet_id
