"""Mutated MQTT packets against their reader: nothing escapes, and little of them is kept."""

from messages import GOOD, NODE, SEED, TRIES, mutated
from scratch import Chance

from node.errors import BadData
from node.link import packets

INTERPRETERS = ("mp64", "mp32")


def test_no_bytes_trip_up_the_packet_reader():
    """Mutated packets in pieces of any size are packets or BadData, and little of them is kept."""
    chance = Chance(SEED)
    good = [b"\x20\x02\x00\x00", b"\x90\x03\x00\x01\x01", b"\x40\x02\x00\x07", b"\xd0\x00"]
    for topic, payload in GOOD.items():
        good.append(packets.publish(NODE + topic, payload, 1, False, 9))
    found = 0
    for _ in range(TRIES):
        some = [good[chance.below(len(good))] for _ in range(4)]
        stream = mutated(chance, b"".join(some))
        splitter = packets.PacketSplitter(256)
        try:
            while stream:
                cut = 1 + chance.below(300)
                splitter.feed(stream[:cut])
                stream = stream[cut:]
                for _ in drain(splitter):
                    found += 1
                assert len(splitter._held) <= 256 + 300 + 5
                assert 0 < splitter.bytes_wanted() <= 512
        except BadData:
            pass
    assert found > TRIES // 2, found
    print("FIGURE garbage_packets={}".format(TRIES))


def drain(splitter):
    """Each packet that can be taken out and read now."""
    while True:
        packet = splitter.next_packet()
        if packet is None:
            return
        yield packets.decode(*packet)
