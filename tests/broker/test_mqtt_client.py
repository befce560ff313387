"""The node's MQTT client on the packaged MicroPython, against mosquitto over mutual TLS."""

import signal
import socket
import ssl

import pytest

from tests.broker.park import DEADLINE_S, wait_until
from tests.rigs.hostile import reset
from tests.rigs.patience import short_s, whole_s

UP = "padlicht/v1/park/lamp-1/up/"
DOWN = "padlicht/v1/park/lamp-1/down/"
RESET = "the connection was reset"


@pytest.fixture
def talk(broker, keys, start_node, start_hub):
    """A hub, and a node that is connected and obeys it."""
    hub = start_hub(broker.port, keys)
    node = start_node("talk.py", broker.port, keys.node)
    node.wait_for("ready")
    return hub, node


def test_messages_go_up_with_both_qualities_of_service(talk):
    """What the node publishes with QoS 0 and 1 arrives at the hub byte for byte."""
    hub, node = talk
    hub.send(DOWN + "say", "live 0 0 zero é".encode())
    hub.send(DOWN + "say", b"records 1 0 one")
    node.wait_for("published records")
    hub.wait_for(UP + "live", "zero é".encode())
    hub.wait_for(UP + "records", b"one")


def test_a_retained_message_waits_for_those_who_come_later(talk, broker, keys, start_hub):
    """The birth is retained: a hub that comes after it still learns of it."""
    late = start_hub(broker.port, keys)
    late.wait_for(UP + "status", b"ready")
    assert (UP + "status", b"ready", True) in late.messages


def test_messages_come_down_once_acknowledged(talk, broker):
    """What the hub sends is handed over with its topic and text, then acknowledged."""
    hub, node = talk
    hub.send(DOWN + "settings", b'{"version":7}')
    assert node.wait_for("got settings") == 'got settings 0 {"version":7}'
    broker.wait_for_log("Received PUBACK from lamp-1")


def test_a_retained_message_comes_down_as_such(broker, keys, start_node, start_hub):
    """Settings that waited at the broker are marked as retained."""
    start_hub(broker.port, keys).send(DOWN + "settings", b"7", retain=True)
    node = start_node("talk.py", broker.port, keys.node)
    assert node.wait_for("got settings") == "got settings 1 7"


def test_the_last_will_is_for_those_who_do_not_say_goodbye(talk):
    """A node that dies is reported lost by the broker."""
    hub, node = talk
    node.process.kill()
    hub.wait_for(UP + "status", b"lost")


def test_a_goodbye_calls_the_last_will_off(talk, broker):
    """A node that closes its client sends DISCONNECT, and nobody is told that it is lost."""
    hub, node = talk
    hub.send(DOWN + "bye", b"")
    node.wait_for_end()
    broker.wait_for_log("Received DISCONNECT from lamp-1")
    broker.wait_for_log("Client lamp-1 disconnected.")
    hub.send(DOWN + "after", b"")  # whatever the broker did before this has reached the hub by now
    hub.wait_for(DOWN + "after", b"")
    assert b"lost" not in hub.payloads(UP + "status")


def test_an_idle_link_is_kept_alive(broker, keys, start_node, start_hub):
    """A node with nothing to say pings, and is still there after several keep-alives."""
    hub = start_hub(broker.port, keys)
    node = start_node("talk.py", broker.port, keys.node, short_s(2))
    node.wait_for("ready")
    broker.wait_for_log("Sending PINGRESP to lamp-1", times=4)
    hub.send(DOWN + "say", b"live 1 0 still here")
    node.wait_for("published live")
    hub.wait_for(UP + "live", b"still here")


def test_a_publish_that_a_broken_link_interrupts_is_repeated(broker, keys, start_node, start_proxy):
    """After the broker died and came back, the message comes again, marked as a repetition."""
    proxy = start_proxy(broker.port)
    node = start_node("numbers.py", proxy.port, keys.node, 100000)
    node.wait_for("acked 5")
    proxy.stall()  # the next number is under way from here on
    broker.kill()
    proxy.drop()
    node.wait_for("lost")
    broker.start()
    proxy.flow()
    broker.wait_for_log("Received PUBLISH from lamp-1 (d1, q1, r0, m")
    node.wait_for("acked")


def test_a_session_that_the_broker_keeps_is_taken_up_again(
    broker, keys, start_node, start_hub, start_proxy
):
    """With a kept session: no second SUBSCRIBE, and what was sent meanwhile arrives."""
    hub = start_hub(broker.port, keys)
    proxy = start_proxy(broker.port)
    node = start_node("numbers.py", proxy.port, keys.node, 1, 600, whole_s(30), "keep")
    node.wait_for("connected 0")
    broker.wait_for_log("Sending SUBACK to lamp-1")
    node.wait_for("acked 0")
    node.wait_for_end()
    hub.send(DOWN + "settings", b"while you were away")
    again = start_node("numbers.py", proxy.port, keys.node, 50, 600, whole_s(30), "keep")
    # The broker sends what it kept right behind CONNACK, before the client is back from `connect`.
    assert again.wait_for("got settings") == "got settings while you were away"
    again.wait_for_end()
    assert "connected 1" in again.lines
    assert not broker.has_logged("Received SUBSCRIBE from lamp-1", times=2)


@pytest.mark.parametrize(
    ("who", "name", "ca", "why"),
    [
        ("ours", "another", "ours", "Common Name (CN) does not match"),
        ("ours", "broker", "foreign", "not correctly signed by the trusted CA"),
        ("foreign", "broker", "ours", "does not accept this node's certificate"),
    ],
    ids=["another-name", "another-ca", "not-our-node"],
)
def test_both_sides_must_show_who_they_are(
    broker, keys, foreign_keys, start_node, who, name, ca, why
):
    """A broker by another name or CA, or a node by another CA: no link, a reason, no leak."""
    folders = {"ours": keys.node, "foreign": foreign_keys.node}
    node = start_node("try_often.py", broker.port, folders[who], 10, whole_s(30), name, folders[ca])
    lines = node.wait_for_end()
    failed = [line for line in lines if line.startswith("failed ")]
    files = [line for line in lines if line.startswith("files ")]
    assert len(failed) == 10
    # The broker hangs up behind its alert, and a reset that overtakes it leaves nothing to read.
    assert all(why in line or (who == "foreign" and RESET in line) for line in failed), failed
    assert any(why in line for line in failed), failed
    assert len(set(files)) == 1, files
    assert "welcome" not in lines


def test_a_refusal_is_read_although_the_broker_hangs_up_rudely(keys, start_node):
    """CONNACK with a reset right behind it: the reason is told, not the reset."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys.park.certificate("broker"), keys.park.key("broker"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DEADLINE_S)
        node = start_node("try_often.py", listener.getsockname()[1], keys.node, 1, whole_s(30))
        plain, _ = listener.accept()
        plain.settimeout(DEADLINE_S)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        secure = context.wrap_bio(incoming, outgoing, server_side=True)
        while not _read_some(secure):
            plain.sendall(outgoing.read())
            incoming.write(plain.recv(4096))
        secure.write(b"\x20\x02\x00\x05")
        node.process.send_signal(signal.SIGSTOP)  # so that it finds both when it wakes up
        plain.sendall(outgoing.read())
        reset(plain)
        node.process.send_signal(signal.SIGCONT)
        lines = node.wait_for_end()
    assert "refused the broker refuses this node: not authorized" in lines


def _read_some(secure):
    """What came through TLS, or nothing as long as more bytes are wanted."""
    try:
        return secure.read(4096)
    except ssl.SSLWantReadError:
        return b""


def test_a_broker_that_is_not_there_is_named_as_such(broker, keys, start_node):
    """Nobody listening is told apart from other troubles."""
    broker.kill()
    node = start_node("try_often.py", broker.port, keys.node, 2, whole_s(30))
    assert node.wait_for("failed") == "failed nobody listens at that address"
    node.wait_for_end()


def test_a_broker_that_comes_back_is_found_again(broker, keys, start_node, start_hub):
    """The same client connects, publishes and receives again after the broker was away."""
    node = start_node("numbers.py", broker.port, keys.node, 100000)
    node.wait_for("acked 5")
    broker.kill()
    node.wait_for("lost")
    broker.start()
    node.wait_for("connected")
    hub = start_hub(broker.port, keys)
    wait_until(lambda: hub.payloads(UP + "numbers"), "a number at the hub")
    hub.send(DOWN + "settings", b"8")
    node.wait_for("got settings 8")
