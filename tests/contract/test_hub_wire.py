"""The hub's wire module agrees with the golden messages, and survives everything else."""

import json
from pathlib import Path

import msgspec
import pytest

from padlicht import wire
from padlicht.errors import BadData

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())
UP = [*GOLDEN["up"], {"name": "the last will", **GOLDEN["last_will"]}]


def name_of(golden):
    return golden.get("name") or golden.get("why")


@pytest.mark.parametrize("golden", UP, ids=name_of)
def test_reads_every_golden_message_of_a_node_and_writes_it_back_the_same(golden):
    """What a node says is decoded without losing or changing a field."""
    message = wire.decode_up(golden["leaf"], json.dumps(golden["payload"]).encode())
    written = json.loads(wire.encode(message))
    # `why` and `detail` of a reply are optional; the struct writes them as null.
    assert {key: value for key, value in written.items() if value is not None} == golden["payload"]


@pytest.mark.parametrize("golden", GOLDEN["down"], ids=name_of)
def test_writes_every_golden_message_of_the_hub(golden):
    """What the hub says is the golden JSON."""
    message = msgspec.convert(golden["payload"], getattr(wire, golden["struct"]))
    assert json.loads(wire.encode(message)) == golden["payload"]


@pytest.mark.parametrize("golden", UP, ids=name_of)
def test_a_message_cut_off_anywhere_is_refused_as_bad_data(golden):
    """Each golden message, truncated at every byte, raises BadData and nothing else."""
    whole = json.dumps(golden["payload"]).encode()
    for length in range(len(whole)):
        with pytest.raises(BadData, match=golden["leaf"]):
            wire.decode_up(golden["leaf"], whole[:length])


@pytest.mark.parametrize("bad", GOLDEN["unreadable_up"], ids=name_of)
def test_refuses_what_the_contract_does_not_allow(bad):
    """Wrong types, missing fields and absurd numbers are BadData with the leaf's name in it."""
    with pytest.raises(BadData, match=bad["leaf"]):
        wire.decode_up(bad["leaf"], bad["text"].encode())


def test_ignores_fields_that_it_does_not_know():
    """A newer node may say more than this hub understands."""
    payload = b'{"version":7,"refused":{},"mood":"sunny"}'
    assert wire.decode_up("up/settings", payload) == wire.SettingsReport(7, {})


@pytest.mark.parametrize(
    "payload", [b"[" * 100_000, b'{"boot":' * 5_000, b"\xff\xfe", b"null", b""]
)
def test_hostile_nesting_and_bytes_are_bad_data(payload):
    """Neither depth nor broken UTF-8 gets past the decoder as another exception."""
    with pytest.raises(BadData):
        wire.decode_up("up/records", payload)


@pytest.mark.parametrize(
    "topic",
    [
        "padlicht/v1/site/node",
        "padlicht/v2/site/node/up/status",
        "padlicht/v1/Site/node/up/status",
        "padlicht/v1/site//up/status",
        "padlicht/v1/site/-node/up/status",
        "padlicht/v1/site/" + "n" * 32 + "/up/status",
        "padlicht/v1/site/node/up/status/more",
        "",
    ],
)
def test_a_topic_that_is_not_ours_is_refused(topic):
    """Only padlicht/v1/SITE/NODE/LEAF with well-formed names is taken."""
    with pytest.raises(BadData):
        wire.parse_topic(topic)


def test_topics_are_taken_apart_as_they_are_put_together():
    """`topic` and `parse_topic` are each other's inverse."""
    assert wire.parse_topic(wire.topic("park-1", "lamp-1", "up/records")) == (
        "park-1",
        "lamp-1",
        "up/records",
    )
