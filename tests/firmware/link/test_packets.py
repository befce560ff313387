"""MQTT packets to the byte, whole, in pieces, cut short, too long and as noise."""

from node.errors import BadData
from node.link import packets

LIMIT = 4096
LONG_TOPIC = "padlicht/v1/molukkenplantsoen/lamp-1/down/settings"


def framed(first, body):
    """What a broker would send: first byte, remaining length, body."""
    length = len(body)
    out = bytearray((first,))
    while True:
        digit, length = length % 128, length // 128
        out.append(digit | 0x80 if length else digit)
        if not length:
            return bytes(out) + body


def publish_body(topic, packet_id, payload):
    """The body of a PUBLISH; without packet id when it is None."""
    topic = topic.encode()
    body = bytes((len(topic) >> 8, len(topic) & 0xFF)) + topic
    if packet_id is not None:
        body += bytes((packet_id >> 8, packet_id & 0xFF))
    return body + payload


# What a broker may send, and what is to be read from it.
FROM_BROKER = (
    (b"\x20\x02\x01\x00", (packets.CONNACK, True, 0)),
    (b"\x20\x02\x00\x05", (packets.CONNACK, False, 5)),
    (b"\x40\x02\xff\xfe", (packets.PUBACK, 65534)),
    (b"\x90\x03\x00\x07\x80", (packets.SUBACK, 7, packets.SUBACK_FAILURE)),
    (b"\xd0\x00", (packets.PINGRESP,)),
    (b"\x30\x05\x00\x01ahi", (packets.PUBLISH, "a", b"hi", 0, False, 0)),
    (b"\x3b\x06\x00\x02\xc3\xa9\x01\x02", (packets.PUBLISH, "é", b"", 1, True, 258)),
    (
        framed(0x32, publish_body(LONG_TOPIC, 9, b"x" * 300)),
        (packets.PUBLISH, LONG_TOPIC, b"x" * 300, 1, False, 9),
    ),
)


def taken(splitter):
    """All whole packets that the splitter holds, decoded."""
    out = []
    while True:
        packet = splitter.next_packet()
        if packet is None:
            return out
        out.append(packets.decode(*packet))


def refused(call, *arguments):
    """The sentence with which `call` refuses its arguments."""
    try:
        result = call(*arguments)
    except BadData as error:
        return str(error)
    raise AssertionError("not refused: {!r}".format(result))


def test_connect_to_the_byte():
    """CONNECT names MQTT 3.1.1, the keep-alive, the client and its will."""
    plain = packets.connect("lamp-1", 30, True)
    assert plain == b"\x10\x12\x00\x04MQTT\x04\x02\x00\x1e\x00\x06lamp-1"
    with_will = packets.connect("n", 258, False, ("w/t", b"lost", 1, True))
    assert with_will == b"\x10\x18\x00\x04MQTT\x04\x2c\x01\x02\x00\x01n\x00\x03w/t\x00\x04lost"


def test_publish_to_the_byte():
    """PUBLISH has a packet id for QoS 1 only, and a length of two bytes from 128 on."""
    assert packets.publish("a", b"hi", 0, False, 0) == b"\x30\x05\x00\x01ahi"
    assert packets.publish("a", b"", 1, True, 258) == b"\x33\x05\x00\x01a\x01\x02"
    assert packets.publish("a", b"x" * 124, 0, False, 0)[:2] == b"\x30\x7f"
    assert packets.publish("a", b"x" * 125, 0, False, 0)[:3] == b"\x30\x80\x01"
    assert packets.publish("é", b"", 0, False, 0) == b"\x30\x04\x00\x02\xc3\xa9"


def test_a_repeated_publish_differs_in_dup_only():
    """A repetition keeps its packet id and everything else."""
    packet = packets.publish("a", b"hi", 1, False, 77)
    assert packets.mark_duplicate(packet) == b"\x3a" + packet[1:]
    assert packets.mark_duplicate(packets.mark_duplicate(packet)) == packets.mark_duplicate(packet)


def test_subscribe_and_puback_to_the_byte():
    """SUBSCRIBE asks for one filter; PUBACK answers by id."""
    assert packets.subscribe(10, "a/#", 1) == b"\x82\x08\x00\x0a\x00\x03a/#\x01"
    assert packets.puback(65535) == b"\x40\x02\xff\xff"


def test_what_does_not_fit_is_not_sent():
    """A topic or a packet beyond MQTT's lengths is refused instead of being cut."""
    assert "65536" in refused(packets.publish, "a" * 65536, b"", 0, False, 0)


def test_packets_come_whole_from_any_pieces():
    """However the stream is cut, the same packets come out, in order."""
    stream = b"".join([packet for packet, _ in FROM_BROKER])
    meant = [read for _, read in FROM_BROKER]
    for size in (1, 2, 3, 5, 7, 64, 301, len(stream)):
        splitter = packets.PacketSplitter(LIMIT)
        out = []
        for at in range(0, len(stream), size):
            splitter.feed(stream[at : at + size])
            out += taken(splitter)
        assert out == meant, size


def test_a_reader_is_never_asked_to_go_beyond_the_packet():
    """Reading just what is wanted takes packets one by one and never a byte of the next."""
    for packet, read in FROM_BROKER:
        splitter = packets.PacketSplitter(LIMIT)
        at = 0
        while at < len(packet):
            assert taken(splitter) == []
            wanted = splitter.bytes_wanted()
            assert 0 < wanted <= len(packet) - at, (packet, at, wanted)
            splitter.feed(packet[at : at + wanted])
            at += wanted
        assert taken(splitter) == [read]
        assert splitter.bytes_wanted() == 2


def test_a_packet_cut_short_is_not_taken():
    """Cut anywhere, a packet stays in the splitter until the rest has come."""
    for packet, read in FROM_BROKER:
        for at in range(len(packet)):
            splitter = packets.PacketSplitter(LIMIT)
            splitter.feed(packet[:at])
            assert taken(splitter) == []
            splitter.feed(packet[at:])
            assert taken(splitter) == [read]


def test_a_body_cut_short_is_refused_or_read_as_what_it_is():
    """A body that ends early with an honest length is refused, unless it is a shorter PUBLISH."""
    for packet, read in FROM_BROKER:
        start = 3 if packet[1] & 0x80 else 2
        body = packet[start:]
        for at in range(len(body)):
            if read[0] == packets.PUBLISH and at >= len(body) - len(read[2]):
                shorter = packets.decode(packet[0], body[:at])
                assert shorter[1] == read[1] and read[2].startswith(shorter[2])
            else:
                refused(packets.decode, packet[0], body[:at])


def test_a_body_that_is_too_long_is_refused():
    """Answers have a fixed length; one that is longer is not an answer."""
    for packet, read in FROM_BROKER:
        if read[0] != packets.PUBLISH:
            refused(packets.decode, packet[0], packet[2:] + b"\x00")


def test_what_this_client_never_asked_for_is_refused():
    """QoS 2, packet id 0, a topic that is not UTF-8, and packets that only clients send."""
    assert "QoS 2" in refused(packets.decode, 0x34, publish_body("a", 1, b""))
    assert "QoS 3" in refused(packets.decode, 0x36, publish_body("a", 1, b""))
    assert "packet id 0" in refused(packets.decode, 0x32, publish_body("a", 0, b""))
    assert "UTF-8" in refused(packets.decode, 0x30, b"\x00\x02\xc3\x28")
    for kind in (0, 1, 5, 6, 7, 8, 10, 11, 12, 14, 15):
        assert "kind {}".format(kind) in refused(packets.decode, kind << 4, b"")


def test_a_length_of_five_bytes_is_refused():
    """The remaining length ends after four bytes, or this is not MQTT."""
    splitter = packets.PacketSplitter(LIMIT)
    splitter.feed(b"\x30\x80\x80\x80")
    assert taken(splitter) == [] and splitter.bytes_wanted() == 1
    splitter.feed(b"\x80")
    refused(splitter.next_packet)
    refused(splitter.bytes_wanted)


def test_a_publish_beyond_the_limit_is_skipped_but_can_be_acknowledged():
    """Its packet id comes out, its body goes nowhere, and the next packet is read as ever."""
    long = framed(0x32, publish_body("a/b", 513, b"x" * 9000))
    for size in (1, 3, 500, 20000):
        splitter = packets.PacketSplitter(LIMIT)
        stream = long + b"\x40\x02\x00\x05"
        out = []
        for at in range(0, len(stream), size):
            splitter.feed(stream[at : at + size])
            out += taken(splitter)
        assert out == [(packets.TOO_BIG, 513), (packets.PUBACK, 5)], size


def test_a_long_publish_that_wants_no_answer_has_no_id():
    """QoS 0, or a topic that is not worth its memory: skipped with id 0."""
    for packet in (
        framed(0x30, publish_body("a", None, b"x" * 9000)),
        framed(0x32, publish_body("t" * 5000, 513, b"x" * 9000)),
    ):
        splitter = packets.PacketSplitter(LIMIT)
        splitter.feed(packet)
        splitter.feed(b"\xd0\x00")
        assert taken(splitter) == [(packets.TOO_BIG, 0), (packets.PINGRESP,)]


def test_a_long_packet_read_as_wanted_stays_small():
    """While a long message is skipped, the reader is asked for half a KiB at a time."""
    packet = framed(0x32, publish_body("a", 7, b"x" * 60000))
    splitter = packets.PacketSplitter(LIMIT)
    at = 0
    out = []
    while at < len(packet):
        wanted = splitter.bytes_wanted()
        assert 0 < wanted <= min(512, len(packet) - at)
        splitter.feed(packet[at : at + wanted])
        at += wanted
        out += taken(splitter)
    assert out == [(packets.TOO_BIG, 7)] and splitter.bytes_wanted() == 2


def test_a_long_packet_of_another_kind_is_refused():
    """Only a PUBLISH may be long; and its topic may not be longer than the whole."""
    splitter = packets.PacketSplitter(LIMIT)
    splitter.feed(framed(0x90, b"x" * 5000)[:3])
    refused(splitter.next_packet)
    splitter = packets.PacketSplitter(LIMIT)
    splitter.feed(b"\x32\x88\x27\xff\xff")
    refused(splitter.next_packet)


def test_noise_is_refused_or_read_but_never_breaks():
    """Whatever bytes come: packets, waiting for more, or BadData."""
    seed = 20260512
    for _ in range(400):
        splitter = packets.PacketSplitter(64)
        noise = bytearray()
        for _ in range(48):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            noise.append(seed >> 16 & 0xFF)
        try:
            for at in range(0, len(noise), 5):
                splitter.feed(bytes(noise[at : at + 5]))
                taken(splitter)
                assert splitter.bytes_wanted() > 0
        except BadData:
            pass


def test_the_longest_that_mqtt_can_say():
    """268 435 455 bytes in four bytes, and fields of 65 535: one byte more is refused."""
    assert packets._length(268435455) == b"\xff\xff\xff\x7f"
    assert "268435456 bytes" in refused(packets._length, 268435456)
    assert packets._field(b"x" * 65535)[:2] == b"\xff\xff"
    assert "65536 bytes" in refused(packets._field, b"x" * 65536)


def test_a_will_that_is_not_kept_says_so():
    """The flags of CONNECT, with and without retain, for both qualities."""
    flags = [
        packets.connect("a", 60, True, ("t", b"p", qos, retain))[9]
        for qos, retain in ((0, False), (1, False), (0, True), (1, True))
    ]
    assert flags == [0x06, 0x0E, 0x26, 0x2E]
    assert packets.connect("a", 60, False)[9] == 0 and packets.connect("a", 60, True)[9] == 2


def test_how_much_is_asked_for():
    """Two bytes of a header, the rest of it one by one, the body; of a long packet 512 at most."""
    inbox = packets.PacketSplitter(300)
    for piece, wanted in ((b"", 2), (b"\x30", 1), (b"\xac", 1), (b"\x02", 300), (b"x" * 299, 1)):
        inbox.feed(piece)
        assert inbox.bytes_wanted() == wanted
        assert inbox.next_packet() is None
    inbox.feed(b"x")
    assert len(inbox.next_packet()[1]) == 300, "as long as the limit is not too long"
    inbox.feed(framed(0x30, b"\x00\x01a" + b"x" * 1000)[:20])
    assert inbox.bytes_wanted() == 512
    inbox = packets.PacketSplitter(100)
    inbox.feed(framed(0x30, b"\x00\x01a" + b"x" * 297)[:10])
    assert inbox.bytes_wanted() == 293
