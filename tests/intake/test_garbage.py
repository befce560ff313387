"""Whatever comes, nothing stops: each message is stored, or kept with a reason one understands."""

import asyncio
import json
import os
import random
import re
from pathlib import Path

import mqtt5
import pytest

from padlicht.intake.decode import read
from padlicht.intake.intake import Intake
from padlicht.intake.mqtt_connection import Connection
from padlicht.intake.node_topics import NodeTopics
from padlicht.ledger import Ledger
from padlicht.ledger.tables import quarantine as quarantine_module
from tests.hub.parts import LAMP as A_LAMP
from tests.hub.parts import NOW, Published, StoppedClock, acks_to, in_thread, park, records, topic

SEED = 20261121
MUTATIONS = int(os.environ.get("PADLICHT_TRIALS", "20_000"))  # `make figures`: 100 000
BATCH = 2000
GOLDEN = json.loads((Path(__file__).parents[1] / "contract" / "golden.json").read_text())
UP = [*GOLDEN["up"], {"leaf": "up/status", "payload": GOLDEN["last_will"]["payload"]}]

# All that a reason may say: it names the leaf or the packet, what is wrong, and where.
REASONS = re.compile(
    r"up/(records|status|settings|reply|live): "
    r"((Expected|Invalid|Object|JSON|Input|Number|Integer|Unterminated).*"
    r"|nested too deeply to be one of ours"
    r"|not UTF-8 from byte \d+ on"
    r"|record \d+ observed \d+ s of an interval of \d+ s"
    r"|record \d+ observed \d+ s, near \d+)"
    r"|record \d+ of boot \d+ is in the ledger with other content: .* `padlicht node add .*`"
    r"|no message is known under '.*'"
    r"|topic '.*' is not padlicht/v1/SITE/NODE/LEAF"
    r"|topic '.*': '.*' is no name for a (site|node)"
    r"|.* is not registered: add it with `padlicht node add`"
    r"|.* belongs to site .*, not .*: its node.json is another's or old"
    r"|.* speaks as a .*, but is registered as a .*"
    r"|the packet cannot be read: .*",
    re.DOTALL,
)
ABSURD = [
    -1, 10**30, -(10**30), 2**31, 2**53 + 1, 2**63, 1.5, 1e308, None, True, "x", "", "\0", "9" * 70,
    "é" * 600, [], {}, [[1]], {"a": {"b": []}}, ["lamp"], "lamp", "footfall", "fault", 0, 86_401,
]  # fmt: skip
RAW = [b"NaN", b"-Infinity", b"1e999999", b"-0", b"00", b"1" * 5000, b'"\\ud800"', b'"\xff"', b"\0"]
LEAVES = ["up/gossip", "up/records/x", "down/ack", "up/RECORDS", "up/", "up/\x01", "up/live"]
NODES = ["lamp-1", "lamp-2", "counter-1", "lamp-99", "Lamp-1", "a" * 40, "l\u00e4mp", ""]


def frame(full_topic, payload, packet_id):
    return mqtt5.PublishPacket(
        full_topic, payload, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=packet_id
    ).write()


def mutated(dice, golden):
    """A golden message, mostly with something wrong in it: (node, site, leaf, payload)."""
    leaf, said = golden["leaf"], json.loads(json.dumps(golden["payload"]))
    node, site = dice.choice(NODES[:3]), "molukkenplantsoen"
    kind = dice.randrange(10)
    if kind < 3:
        change(dice, said)
    payload = json.dumps(said).encode()
    if kind == 3:  # bits
        spoilt = bytearray(payload)
        for _ in range(dice.choice((1, 1, 1, 2, 8))):
            spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
        payload = bytes(spoilt)
    elif kind == 4:  # bytes in the place of a number
        numbers = [*re.finditer(rb"\d+", payload)]
        if numbers:
            at = dice.choice(numbers)
            payload = payload[: at.start()] + dice.choice(RAW) + payload[at.end() :]
    elif kind == 5:  # a key twice, and keys that nobody knows
        payload = payload[:-1] + dice.choice(
            (b',"boot":1}', b',"seq":"x"}', b',"new":[{}]}', b"}}")
        )
    elif kind == 6:
        leaf, node = dice.choice(LEAVES), dice.choice(NODES)
        site = dice.choice((site, site, "elsewhere", "Mol", ""))
    elif kind == 7:
        deep = dice.choice((10, 2000, 20_000))
        payload = dice.choice((b"[", b'{"recs":', b'{"boot":1,"recs":[')) * (deep // 8)
    elif kind == 8:
        payload = dice.choice((b"", b"null", b"[]", b"{}", b"0", b'""', dice.randbytes(40)))
    elif dice.random() < 0.02:
        payload = payload[:-1] + b',"pad":"' + b"x" * 60_000 + b'"}'
    return node, site, leaf, payload


def change(dice, said):
    """Give one value, at any depth, another one, or take it away."""
    where = said
    while True:
        keys = [*where] if isinstance(where, dict) else [*range(len(where))]
        if not keys:
            return
        key = dice.choice(keys)
        if isinstance(where[key], dict | list) and where[key] and dice.random() < 0.9:
            where = where[key]
            continue
        if dice.random() < 0.2:
            del where[key]
        else:
            where[key] = dice.choice(ABSURD)
        return


def through(tmp_path, monkeypatch, messages):
    """Messages (topic, payload) by way of splitter and intake into a ledger; its path, and those.

    The quarantine has room for all of them, so that each can be looked for.
    """
    monkeypatch.setattr(quarantine_module, "MAX_QUARANTINED", 10**9)
    monkeypatch.setattr(quarantine_module, "MAX_ACKNOWLEDGED", 10**9)
    path = tmp_path / "ledger.sqlite"
    arrived = []

    async def run():
        connection = Connection(None, None)
        async with in_thread(park(path)) as thread:
            intake = Intake(thread, acks_to(Published()), StoppedClock())
            for start in range(0, len(messages), BATCH):
                part = messages[start : start + BATCH]
                stream = b"".join(
                    frame(*message, number + 1) for number, message in enumerate(part)
                )
                connection._inbox += connection._splitter.feed(stream)
                batch, ids = connection._sort()
                assert len(batch) == len(ids) == len(part)
                arrived.extend(batch)
                await intake.handle(batch)

    asyncio.run(run())
    return path, arrived


def check(ledger, arrived):
    """Each message is in the ledger or in quarantine, with a reason; how many, and the reasons."""
    stored = set(ledger.records.identities())
    kept = ledger.quarantine.newest(10**9)
    reasons = {item.reason for item in kept}
    assert not [reason for reason in reasons if not REASONS.fullmatch(reason)]
    in_quarantine = {(item.topic, item.payload) for item in kept}
    node_topics, counts = NodeTopics(ledger.nodes.get), {"stored": 0, "said": 0, "quarantined": 0}
    for message in arrived:
        batch = read([message], node_topics, NOW)
        for (on, boot), seqs in batch.seqs.items():
            assert {(on.split("/")[3], boot, seq) for seq in seqs} <= stored
        for rejected in batch.rejected:
            assert (rejected.topic, rejected.payload) in in_quarantine
        counts["stored"] += bool(batch.seqs)
        counts["said"] += bool(batch.node_messages)
        counts["quarantined"] += bool(batch.rejected)
        assert batch.seqs or batch.node_messages or batch.rejected or batch.words, message
    return counts


def test_every_truncation_of_every_message_is_kept_with_a_reason(tmp_path, monkeypatch):
    """Each golden message cut at every byte: none of them is read as another, none is lost."""
    messages = [
        (topic("counter-1" if "footfall" in json.dumps(golden) else "lamp-1", golden["leaf"]), cut)
        for golden in UP
        for whole in [json.dumps(golden["payload"]).encode()]
        for cut in (whole[:length] for length in range(len(whole)))
    ]
    path, arrived = through(tmp_path, monkeypatch, messages)
    with Ledger.open(path) as ledger:
        counts = check(ledger, arrived)
        assert counts["quarantined"] == len(messages) > 1000
        assert (
            sum(ledger.records.counts()[kind] for kind in ("lamp", "footfall", "health", "fault"))
            == 0
        )
    print(f"FIGURE truncated_messages={len(messages)}")


@pytest.mark.long
def test_mutated_messages_are_stored_or_kept_with_a_reason(tmp_path, monkeypatch):
    """Bits, numbers, types, keys, depths, sizes, names and leaves: no crash, no stop, no loss."""
    print(f"seed {SEED}")
    dice = random.Random(SEED)
    messages = []
    for _ in range(MUTATIONS):
        node, site, leaf, payload = mutated(dice, dice.choice(UP))
        messages.append((f"padlicht/v1/{site}/{node}/{leaf}", payload))
    path, arrived = through(tmp_path, monkeypatch, messages)
    with Ledger.open(path) as ledger:
        counts = check(ledger, arrived)
        print(f"FIGURE mutated_messages={len(arrived)}")
        for name, count in counts.items():
            print(f"FIGURE mutated_{name}={count}")
        assert len(arrived) == MUTATIONS
        assert min(counts.values()) > MUTATIONS / 20
        assert ledger._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_topics_that_are_no_text_are_kept_with_a_reason(tmp_path):
    """A topic that the codec chokes on comes to quarantine, and its neighbours are stored."""
    on = topic("lamp-1", "up/records")
    good = frame(on, records(A_LAMP), 1)
    bad = frame(on, b"{}", 2).replace(b"lamp-1", b"lamp\xff1")
    connection = Connection(None, None)
    connection._inbox += connection._splitter.feed(good + bad + good)
    batch, ids = connection._sort()
    assert ids == [1, 2, 1]

    async def run():
        async with in_thread(park(tmp_path / "ledger.sqlite")) as thread:
            await Intake(thread, acks_to(Published()), StoppedClock()).handle(batch)

    asyncio.run(run())
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        assert check(ledger, batch) == {"stored": 2, "said": 0, "quarantined": 1}
