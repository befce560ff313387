"""The node's MQTT client over a transport that splits, delays, drops, doubles, half-closes."""

import re

import pytest

from tests.broker.park import wait_until
from tests.rigs.hostile import CONNACK, PUBACK, PUBLISH, SUBACK, TO_BROKER, TO_NODE
from tests.rigs.patience import short_s, whole_s

# An answer that comes is here by then, also on this machine; the one that does not ends the link.
RESPONSE_S = short_s(2)
NUMBERS = "padlicht/v1/park/lamp-1/up/numbers"
DOWN = "padlicht/v1/park/lamp-1/down/"
PLAIN = "-"


def number_of(line: str) -> int:
    """The first number in what a node said."""
    return int(re.search(r"\d+", line)[0])


def assert_all_arrived(hub, count):
    """Every number is at the hub at least once, and first came in order."""
    hub.wait_for(NUMBERS, str(count - 1).encode())
    first = list(dict.fromkeys(hub.payloads(NUMBERS)))
    assert first == [str(number).encode() for number in range(count)]


@pytest.fixture
def tls_road(broker, keys, start_hub, start_proxy):
    """A hub beside the broker, and a hostile transport before it, over TLS."""
    return start_hub(broker.port, keys), start_proxy(broker.port)


@pytest.fixture
def plain_road(plain_broker, start_hub, start_proxy):
    """The same without TLS, so that the transport knows which packet is which."""
    return start_hub(plain_broker.port), start_proxy(plain_broker.port, plain=True)


def test_bytes_that_come_one_by_one(tls_road, keys, start_node):
    """Split after every byte, also within the handshake, all goes through, both ways."""
    hub, proxy = tls_road
    proxy.chunk_bytes = 1
    node = start_node("numbers.py", proxy.port, keys.node, 20)
    node.wait_for("acked 0")
    hub.send(DOWN + "settings", b"x" * 900)
    node.wait_for("got settings " + "x" * 900)
    node.wait_for_end()
    assert_all_arrived(hub, 20)
    assert proxy.accepted == 1


def test_pieces_that_come_late_and_uneven(tls_road, keys, start_node):
    """Delays of any length below the deadlines cost time and nothing else."""
    hub, proxy = tls_road
    proxy.chunk_bytes = 100
    proxy.delay_s = 0.05
    start_node("numbers.py", proxy.port, keys.node, 20).wait_for_end()
    assert_all_arrived(hub, 20)
    assert proxy.accepted == 1


def test_resets_lose_nothing(tls_road, keys, start_node):
    """Whenever the connection is reset, the client makes a new one and repeats what was open."""
    hub, proxy = tls_road
    proxy.delay_s = 0.002
    node = start_node("numbers.py", proxy.port, keys.node, 120)
    for seen in (1, 10, 25, 40, 41, 60, 80, 100):
        node.wait_for(f"acked {seen}")
        proxy.drop()
    lines = node.wait_for_end()
    assert_all_arrived(hub, 120)
    assert proxy.accepted > 8
    assert proxy.overlaps == 0
    assert "lost the connection was reset" in lines


@pytest.mark.parametrize("secure", [True, False], ids=["tls", "plain"])
def test_a_broker_that_hangs_up_half(secure, broker, plain_broker, keys, start_node, start_proxy):
    """When the broker's side of the connection ends, that is noticed, and a new one is made."""
    proxy = start_proxy(broker.port if secure else plain_broker.port)
    folder = keys.node if secure else PLAIN
    node = start_node("numbers.py", proxy.port, folder, 100000, 600, 600)
    node.wait_for("acked 3")
    proxy.half_close()
    assert node.wait_for("lost") == "lost the broker closed the connection"
    node.wait_for("connected")
    node.wait_for("acked")
    assert proxy.overlaps == 0


@pytest.mark.parametrize("secure", [True, False], ids=["tls", "plain"])
def test_a_half_open_link_is_found(secure, broker, plain_broker, keys, start_node, start_proxy):
    """A link that is silent, but not closed, is given up within 1.5 keep-alives."""
    keepalive_s = short_s(4)
    proxy = start_proxy(broker.port if secure else plain_broker.port)
    node = start_node("talk.py", proxy.port, keys.node if secure else PLAIN, keepalive_s)
    node.wait_for("ready")
    proxy.stall()
    line = node.wait_for("lost")
    assert line.startswith("lost nothing heard for ")
    assert keepalive_s < number_of(line) <= 1.5 * keepalive_s
    node.wait_for_end()


def test_an_answer_that_never_comes_ends_the_link(tls_road, keys, start_node):
    """A publish without PUBACK is not waited for beyond its deadline, then repeated elsewhere."""
    hub, proxy = tls_road
    node = start_node("numbers.py", proxy.port, keys.node, 40, 600, RESPONSE_S)
    node.wait_for("acked 3")
    proxy.stall()
    assert node.wait_for("lost") == f"lost no PUBACK within {RESPONSE_S} s"
    proxy.drop()
    proxy.flow()
    node.wait_for_end()
    assert_all_arrived(hub, 40)
    assert proxy.overlaps == 0


def test_a_handshake_that_stalls_holds_up_nobody(tls_road, keys, start_node):
    """A broker that says nothing: each try ends in time, nothing leaks, other tasks go on."""
    _, proxy = tls_road
    proxy.silent = True
    node = start_node("try_often.py", proxy.port, keys.node, 3, RESPONSE_S)
    lines = node.wait_for_end()
    assert lines.count(f"failed the TLS handshake took longer than {RESPONSE_S} s") == 3
    assert len({line for line in lines if line.startswith("files ")}) == 1
    assert number_of(lines[-2]) < RESPONSE_S * 1000 / 2, "the other tasks were held up"
    assert proxy.overlaps == 0


def test_a_broker_that_does_not_answer_connect(plain_road, start_node):
    """CONNECT without CONNACK ends at its deadline, and the old socket is closed."""
    _, proxy = plain_road
    proxy.silent = True
    lines = start_node("try_often.py", proxy.port, PLAIN, 3, 1).wait_for_end()
    assert lines.count("failed CONNACK took longer than 1 s") == 3
    assert len({line for line in lines if line.startswith("files ")}) == 1
    assert proxy.overlaps == 0


def test_a_lost_puback_brings_the_same_packet_again(plain_road, start_node):
    """The repetition differs in its DUP bit and in nothing else."""
    hub, proxy = plain_road
    proxy.swallow = [PUBACK]
    start_node("numbers.py", proxy.port, PLAIN, 3, 600, RESPONSE_S).wait_for_end()
    (_, first), (connection, second), (_, third), _ = proxy.seen(TO_BROKER, PUBLISH)
    assert connection == 2
    assert second == bytes([first[0] | 0x08]) + first[1:]
    assert third[0] == first[0]
    assert_all_arrived(hub, 3)


def test_a_lost_suback_is_asked_for_again(plain_road, start_node):
    """A subscription that nobody confirmed does not leave the node deaf."""
    hub, proxy = plain_road
    proxy.swallow = [SUBACK]
    node = start_node("numbers.py", proxy.port, PLAIN, 100000, 600, RESPONSE_S)
    assert node.wait_for("lost") == f"lost no SUBACK within {RESPONSE_S} s"
    wait_until(lambda: proxy.seen(TO_NODE, SUBACK)[1:], "the second SUBACK")
    hub.send(DOWN + "settings", b"7")
    node.wait_for("got settings 7")


def test_what_comes_twice_is_taken_twice_and_breaks_nothing(plain_road, start_node):
    """A doubled PUBACK is ignored; a doubled message is handed over and acknowledged each time."""
    hub, proxy = plain_road
    proxy.double = {PUBACK, PUBLISH}
    node = start_node("numbers.py", proxy.port, PLAIN, 100000)
    node.wait_for("acked 10")
    hub.send(DOWN + "settings", b"7")
    node.wait_for("got settings 7")
    node.wait_for("got settings 7")
    wait_until(lambda: len(proxy.seen(TO_BROKER, PUBACK)) >= 2, "two PUBACKs")
    node.wait_for("acked")
    assert proxy.accepted == 1


def test_cut_after_every_byte_of_a_conversation(plain_road, start_node):
    """Wherever the answers break off, the client says so, connects again, and loses nothing."""
    hub, proxy = plain_road
    proxy.cuts = list(range(1, 14))  # CONNACK, SUBACK and PUBACK have 13 bytes
    lines = start_node("numbers.py", proxy.port, PLAIN, 30).wait_for_end()
    assert_all_arrived(hub, 30)
    assert proxy.accepted == 14
    assert proxy.overlaps == 0
    assert sum(line.startswith("lost ") for line in lines) == 13


@pytest.mark.parametrize(
    ("noise", "why"),
    [
        (b"\xff\xff\xff\xff\xff", "a remaining length of more than four bytes"),
        (b"\x34\x05\x00\x01a\x00\x01", "a PUBLISH with QoS 2"),
        (b"\x32\x05\x00\x01a\x00\x00", "packet id 0"),
        (b"\x32\x03\x00\x09a", "ends before its payload"),
        (b"\x82\x03\x00\x01\x00", "a packet of kind 8"),
        (b"\x20\x02\x00\x00", "a second CONNACK"),
        (b"\x40\x80\x80\x01", "a packet of kind 4 with 16384 bytes"),
    ],
    ids=["length", "qos2", "id0", "short", "subscribe", "connack", "long"],
)
def test_what_is_not_mqtt_ends_the_link_and_is_named(noise, why, plain_road, start_node):
    """Bytes that no broker may send: the link is given up with the reason, and made anew."""
    _, proxy = plain_road
    node = start_node("talk.py", proxy.port, PLAIN)
    node.wait_for("ready")
    proxy.inject(noise)
    assert why in node.wait_for("lost")
    node.wait_for_end()


def test_answers_that_nobody_asked_for_change_nothing(plain_road, start_node):
    """PUBACK and SUBACK for unknown packets, and a PINGRESP, are passed over."""
    hub, proxy = plain_road
    node = start_node("talk.py", proxy.port, PLAIN)
    node.wait_for("ready")
    proxy.inject(b"\x40\x02\xab\xcd" + b"\x90\x03\xab\xcd\x00" + b"\xd0\x00")
    hub.send(DOWN + "settings", b"7")
    node.wait_for("got settings 0 7")
    assert proxy.accepted == 1


def test_a_message_that_is_too_long_is_skipped(plain_road, start_node):
    """On a heap smaller than the message it is counted, acknowledged, and the link goes on."""
    hub, proxy = plain_road
    node = start_node("numbers.py", proxy.port, PLAIN, 300, heap="120k")
    node.wait_for("connected")
    wait_until(lambda: proxy.seen(TO_NODE, SUBACK), "SUBACK")
    hub.send(DOWN + "settings", b"x" * 500_000)
    node.wait_for("W mqtt: a message over 4096 bytes was skipped")
    hub.send(DOWN + "settings", b"7")
    node.wait_for("got settings 7")
    assert "too big 1" in node.wait_for_end()
    wait_until(lambda: len(proxy.seen(TO_BROKER, PUBACK)) == 2, "both acknowledged")
    assert proxy.accepted == 1


def test_a_broker_that_stops_reading(plain_road, start_node):
    """When nothing more can be written, live messages are let go, then the link is given up."""
    _, proxy = plain_road
    node = start_node("flood.py", proxy.port, PLAIN, RESPONSE_S, heap="120k")
    node.wait_for("flooding")
    proxy.stall()
    node.wait_for("held back")
    assert node.wait_for("lost") == f"lost nothing could be written for {RESPONSE_S} s"
    node.wait_for_end()


@pytest.mark.parametrize("secure", [True, False], ids=["tls", "plain"])
def test_a_write_that_is_held_up_stays_whole(
    secure, broker, plain_broker, keys, start_hub, start_node, start_proxy
):
    """After a jam in the middle of a packet, what follows arrives byte for byte."""
    there = broker if secure else plain_broker
    proxy = start_proxy(there.port)
    node = start_node("flood.py", proxy.port, keys.node if secure else PLAIN, whole_s(30), "last")
    node.wait_for("flooding")
    proxy.stall()
    node.wait_for("held back")
    hub = start_hub(there.port, keys if secure else None)
    proxy.flow()
    node.wait_for("acked")
    assert node.wait_for("lost") == "lost closed by this node"
    hub.wait_for("padlicht/v1/park/lamp-1/up/last", b"y" * 2000)
    assert proxy.accepted == 1


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (1, "refused the broker refuses this node: it does not speak MQTT 3.1.1"),
        (4, "refused the broker refuses this node: wrong user name or password"),
        (5, "refused the broker refuses this node: not authorized"),
        (3, "failed the broker is not available (code 3)"),
    ],
)
def test_why_the_broker_says_no_is_told(code, line, plain_road, start_node):
    """A refusal is told apart from trouble that may pass, though the broker hangs up at once."""
    _, proxy = plain_road
    proxy.rewrite = {CONNACK: bytes((0x20, 2, 0, code))}
    proxy.cuts = [4]
    assert line in start_node("try_often.py", proxy.port, PLAIN, 1, whole_s(30)).wait_for_end()


def test_a_subscription_that_is_refused_is_told(plain_road, start_node):
    """SUBACK with failure becomes Refused, not silence."""
    _, proxy = plain_road
    proxy.rewrite = {SUBACK: b"\x90\x03\x00\x01\x80"}
    lines = start_node("try_often.py", proxy.port, PLAIN, 1, whole_s(30)).wait_for_end()
    assert f"refused the broker refuses a subscription to {DOWN}#" in lines
