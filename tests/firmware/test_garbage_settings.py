"""Mutated settings against a whole node, and packets against their reader: nothing escapes, and
nothing is half applied."""

import json

from messages import GOOD, NODE, SEED, TRIES, VALUES, Park, mutated
from scratch import Chance, Folder

from node.errors import BadData
from node.keep.settings import Settings, validate
from node.keep.zone import Zone
from node.link import packets, wire

INTERPRETERS = ("mp64", "mp32")
KEYS = list(json.loads(GOOD["down/settings"])["set"]) + ["hold_s", "tz", "confirm", "lat_e4"]


def some_settings(chance):
    """Settings as a hub might send them: a few keys, most values such as could be meant."""
    pairs = []
    for _ in range(chance.below(4)):
        key = KEYS[chance.below(len(KEYS))]
        value = VALUES[chance.below(20)]
        pairs.append(b'"' + key.encode() + b'":' + value)
    return b'{"version":%d,"set":{' % chance.below(1000) + b",".join(pairs) + b"}}"


def test_settings_are_taken_whole_or_not_at_all_whatever_comes():
    """Either all that a message wants is in force and stored, or what was before still is."""
    taken = refused = 0
    with Folder() as folder:
        park = Park(folder + "/node")
        settings = park.node._settings
        chance = Chance(SEED)
        try:
            for number in range(TRIES):
                wanted = some_settings(chance)
                if chance.below(2):
                    wanted = mutated(chance, wanted)
                before = (settings.version, settings.values)
                park.take("down/settings", wanted)
                now = (settings.version, settings.values)
                expected = values_of(wanted)
                if expected is None:
                    assert now == before, wanted
                    refused += 1
                else:
                    assert now == expected, wanted
                    taken += 1
                assert len(park.node.settings_report()) <= wire.MAX_PAYLOAD
                if number % 100 == 0:
                    stored = Settings(park.folder + "/settings.json")
                    stored.load()
                    assert (stored.version, stored.values) == now or not stored.version
        finally:
            park.close()
    assert min(taken, refused) > TRIES // 10, (taken, refused)
    print("FIGURE garbage_down_settings={}".format(TRIES))
    print("FIGURE garbage_settings_taken={}".format(taken))


def values_of(payload):
    """(version, values) that a message asks for, or None when any of it is not allowed."""
    try:
        version, wanted = wire.decode_settings(payload)
    except BadData:
        return None
    values, refused = validate(wanted)
    if not refused and "tz" in wanted:
        try:
            Zone(wanted["tz"])
        except BadData:
            return None
    return None if refused else (version, values)


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
