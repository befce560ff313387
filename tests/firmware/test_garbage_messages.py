"""Mutated messages on each topic, against a whole node: nothing escapes, nothing is half applied.

PADLICHT_TRIES says how many messages a topic gets; `make figures` asks for a hundred thousand.
"""

import json
import os

from scratch import Chance, Folder, raises

from boards import sim
from node import app, log
from node.errors import BadData
from node.keep.settings import Settings, validate
from node.keep.zone import Zone
from node.link import packets, wire

INTERPRETERS = ("mp64", "mp32")
TRIES = int(os.getenv("PADLICHT_TRIES") or 5000)
SEED = 20261112
UTC_MS = 1795224377123
NODE = "padlicht/v1/park/lamp-1/"

with open("tests/contract/golden.json") as file:
    GOOD = {
        golden["leaf"]: json.dumps(golden["payload"]).encode() for golden in json.load(file)["down"]
    }
VALUES = (
    b"null true -1 0 1 7 20 50 101 2.5 1e9 -0 [] {} [[1,2],[3,4]] [0,0,5000,0]".split()
    + [b'"22:00"', b'"sunset"', b'"UTC0"', b'""', b'"\\u0000\\n"', b'"%s{}%d"', b'"\xff\xfe"']
    + [b"1e999", b"9" * 19, b"-" + b"9" * 400, b'"' + b"x" * 3000 + b'"']
    + [b"[" * 900 + b"]" * 900, b'{"a":' * 300 + b"1" + b"}" * 300]
)
SPICE = b'{}[]",:0129-+.eEtfn\\u \x00\x7f\xff'
KEYS = list(json.loads(GOOD["down/settings"])["set"]) + ["hold_s", "tz", "confirm", "lat_e4"]


class Park:
    """A lamp as it runs on the simulated board, without a link, and what it complained of."""

    def __init__(self, folder):
        identity = {"site": "park", "node": "lamp-1", "zone": "path", "role": "lamp"}
        self.folder = folder
        self.node = app.Node(sim.make(folder, identity))
        self.node._recorder.open()
        self.hub = self.node._hub
        self.hub._spool = self.node._recorder.spool
        self.lines = []
        self._say = log.warn
        log.warn = self.lines.append

    def close(self):
        """Give the log its voice back."""
        log.warn = self._say

    def take(self, leaf, payload):
        """Have the node read a message as its MQTT client hands it over; no line may be a crash."""
        self.lines.clear()
        self.hub._on_message(NODE + leaf, payload, False)
        crashed = [line for line in self.lines if "cannot be handled" in line]
        assert not crashed, (crashed, payload)


def mutated(chance, good):
    """A message with one to four changes, of which some may leave it whole."""
    message = good
    for _ in range(1 + chance.below(4)):
        at = chance.below(len(message) + 1)
        to = min(len(message), at + 1 + chance.below(6))
        kind = chance.below(8)
        if kind == 0:  # a bit falls over
            at = min(at, len(message) - 1)
            message = (
                message[:at] + bytes((message[at] ^ 1 << chance.below(8),)) + message[at + 1 :]
            )
        elif kind == 1:
            message = message[:at] + message[to:]
        elif kind == 2:
            message = message[:at] + bytes((SPICE[chance.below(len(SPICE))],)) + message[at:]
        elif kind == 3:
            message = message[:at] + message[at:to] * (2 + chance.below(3)) + message[to:]
        elif kind == 4 and chance.below(4) == 0:
            message = message[:at]
        elif kind == 5:
            message = message[:at] + good[chance.below(len(good)) :]
        else:  # another value
            message = with_another_value(chance, message)
        message = message[:4096] or b"\x00"
    return message


def with_another_value(chance, message):
    """The value behind one of the colons replaced by something that is JSON, mostly."""
    colons = [at for at in range(len(message)) if message[at] == 0x3A]
    if not colons:
        return message
    start = colons[chance.below(len(colons))] + 1
    end = start
    while end < len(message) and message[end] not in b",}":
        end += 1
    return message[:start] + VALUES[chance.below(len(VALUES))] + message[end:]


def some_settings(chance):
    """Settings as a hub might send them: a few keys, most values such as could be meant."""
    pairs = []
    for _ in range(chance.below(4)):
        key = KEYS[chance.below(len(KEYS))]
        value = VALUES[chance.below(20)]
        pairs.append(b'"' + key.encode() + b'":' + value)
    return b'{"version":%d,"set":{' % chance.below(1000) + b",".join(pairs) + b"}}"


def test_no_message_trips_up_the_node():
    """Mutated acknowledgements, times and commands never reach the last resort for crashes."""
    with Folder() as folder:
        os.mkdir(folder + "/node")
        park = Park(folder + "/node")
        chance = Chance(SEED)
        try:
            park.take("down/time", b'{"utc_ms":%d}' % UTC_MS)
            for leaf in ("down/ack", "down/time", "down/command"):
                good = GOOD[leaf].replace(b"1795224500", b"1895224500")
                park.take(leaf, good)
                assert not park.lines, park.lines
                for number in range(TRIES):
                    park.take(leaf, mutated(chance, good))
                    if number % 500 == 0:  # what they left behind is as good as ever
                        check_node(park)
                print("FIGURE garbage_{}={}".format(leaf.replace("/", "_"), TRIES))
        finally:
            park.close()
            sweep(folder)


def check_node(park):
    """Whatever came: the time is one to live in, what waits to be said fits, records go on."""
    node = park.node
    assert 1700000000000 <= node.clock.utc_ms() <= 4102444800000 + 11000  # 2023 to 2100
    assert all(len(payload) <= wire.MAX_PAYLOAD for _, payload, _ in park.hub._answers._waiting)
    assert len(node.status()) <= wire.MAX_PAYLOAD
    node._recorder.second()
    assert not [line for line in park.lines if "records:" in line], park.lines


def test_settings_are_taken_whole_or_not_at_all_whatever_comes():
    """Either all that a message wants is in force and stored, or what was before still is."""
    taken = refused = 0
    with Folder() as folder:
        os.mkdir(folder + "/node")
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
            sweep(folder)
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
        inbox = packets.Inbox(256)
        try:
            while stream:
                cut = 1 + chance.below(300)
                inbox.feed(stream[:cut])
                stream = stream[cut:]
                for _ in drain(inbox):
                    found += 1
                assert len(inbox._held) <= 256 + 300 + 5
                assert 0 < inbox.wants() <= 512
        except BadData:
            pass
    assert found > TRIES // 2, found
    print("FIGURE garbage_packets={}".format(TRIES))


def drain(inbox):
    """Each packet that can be taken out and read now."""
    while True:
        packet = inbox.take()
        if packet is None:
            return
        yield packets.decode(*packet)


def test_what_could_come_back_for_ever_is_refused():
    """Numbers and names that no reply could carry, and brackets too deep to print, are BadData."""
    deep = b'{"version":1,"set":{"tz":' + b"[" * 9 + b"]" * 9 + b"}}"
    assert "cut off" in raises(BadData, wire.decode_settings, deep)
    large = b'{"version":' + b"9" * 2100 + b',"set":{}}'
    assert "too large" in raises(BadData, wire.decode_settings, large)
    long = b'{"id":"' + b"x" * 2040 + b'","do":"identify","until":1,"args":{}}'
    assert "2040 characters" in raises(BadData, wire.decode_command, long)


def sweep(folder):
    """Remove the node's files, so that its folder can go."""
    path = folder + "/node"
    for name in os.listdir(path):
        try:
            os.remove(path + "/" + name)
        except OSError:
            for inner in os.listdir(path + "/" + name):
                os.remove(path + "/" + name + "/" + inner)
            os.rmdir(path + "/" + name)
    os.rmdir(path)
