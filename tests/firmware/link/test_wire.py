"""The node's wire module agrees with the golden messages, and survives everything else."""

import json

from node.errors import BadData
from node.link import wire

with open("tests/contract/golden.json") as file:
    GOLDEN = json.load(file)


def as_lists(value):
    """Tuples as lists, all the way down, as JSON has them."""
    if isinstance(value, (list, tuple)):
        return [as_lists(one) for one in value]
    return value


def bad_data(call, payload):
    """The sentence with which `call` refuses `payload`; None when it takes it."""
    try:
        getattr(wire, call)(payload)
    except BadData as error:
        return str(error)
    return None


def test_writes_every_golden_message_of_a_node():
    """What the encoders write is the golden JSON, compact."""
    for golden in GOLDEN["up"]:
        payload = getattr(wire, golden["call"])(*golden["args"])
        assert json.loads(payload) == golden["payload"], golden["name"]
        assert len(payload) <= len(json.dumps(golden["payload"])), golden["name"]
        assert len(payload) <= wire.MAX_PAYLOAD, golden["name"]
    assert json.loads(wire.LOST) == GOLDEN["last_will"]["payload"]


def test_reads_every_golden_message_of_the_hub():
    """What the hub says is decoded without losing or changing a value."""
    for golden in GOLDEN["down"]:
        decoded = getattr(wire, golden["call"])(json.dumps(golden["payload"]).encode())
        assert as_lists(decoded) == golden["decoded"], golden["name"]


def test_a_message_cut_off_anywhere_is_bad_data():
    """Each golden message, truncated at every byte, raises BadData and nothing else."""
    for golden in GOLDEN["down"]:
        whole = json.dumps(golden["payload"]).encode()
        for length in range(len(whole)):
            assert golden["leaf"] in bad_data(golden["call"], whole[:length])


def test_refuses_what_the_contract_does_not_allow():
    """Wrong types and missing fields are BadData with a sentence."""
    for bad in GOLDEN["unreadable_down"]:
        assert bad_data(bad["call"], bad["text"].encode()), bad["why"]


def test_topics_are_put_together_and_taken_apart():
    """`topic` builds what `leaf_of` takes apart, and foreign topics are BadData."""
    assert wire.topic("park", "lamp-1", "up/records") == "padlicht/v1/park/lamp-1/up/records"
    assert wire.leaf_of("padlicht/v1/park/lamp-1/down/ack") == "down/ack"
    assert bad_data("leaf_of", "padlicht/v2/park/lamp-1/down/ack")
    assert bad_data("leaf_of", "gossip")
