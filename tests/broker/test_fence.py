"""The fence, tried from the outside: every way in that we could think of, on a real mosquitto.

Each attempt is one test, so that a report of this file is the list of what was tried.
"""

import itertools
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from padlicht.broker.keys import ensure_park
from tests.broker.park import wait_until
from tests.broker.visitors import DEADLINE_S, Client, Park, pem_of

OWN, OTHER = "padlicht/v1/park/lamp-1", "padlicht/v1/park/lamp-2"
ENDED = "Client lamp-1 closed its connection"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def park(tmp_path_factory, programs):
    park = Park(tmp_path_factory.mktemp("park"))
    yield park
    park.close()


@pytest.fixture
def connect(park):
    """Connects clients and lets them go at the end."""
    clients = []

    def connect(pem, **options):
        client = Client(park, pem, **options)
        clients.append(client)
        return client

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def hub(park, connect):
    """The real hub's certificate: hears everything that gets through."""
    hub = connect(park.hub(), name="Hub")
    hub.subscribe("padlicht/#")
    return hub


def unique():
    return b"%d" % next(_numbers)


# Getting in at all


def test_without_a_certificate_nobody_gets_in(park):
    """The TLS handshake is refused."""
    assert_refused(park, None)


def test_with_a_certificate_by_another_authority_nobody_gets_in(park, tmp_path):
    """Another park's node of the same name is a stranger."""
    elsewhere = ensure_park(tmp_path / "keys", "127.0.0.1")
    assert_refused(park, pem_of(elsewhere, "lamp-1", tmp_path / "lamp-1"))


def test_with_a_certificate_that_a_node_signed_nobody_gets_in(park, tmp_path):
    """A stolen post is no authority: what it signs in another's name is worth nothing."""
    forged = ensure_park(tmp_path / "keys", "127.0.0.1")
    node = park.folder / "nodes" / "lamp-1"
    park.node("lamp-1")
    certificate = x509.load_der_x509_certificate((node / "cert.der").read_bytes())
    key = load_der_private_key((node / "key.der").read_bytes(), password=None)
    forged.ca.write_bytes(certificate.public_bytes(Encoding.PEM))
    forged.key("ca").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    signed = pem_of(forged, "lamp-2", tmp_path / "lamp-2")
    with signed.open("ab") as chain:
        chain.write(certificate.public_bytes(Encoding.PEM))
    assert_refused(park, signed)


def test_with_the_brokers_own_certificate_nobody_gets_in(park, tmp_path):
    """It is for serving only."""
    pem = tmp_path / "broker.pem"
    pem.write_bytes(
        park.keys.certificate("broker").read_bytes() + park.keys.key("broker").read_bytes()
    )
    assert_refused(park, pem)


def test_without_tls_nobody_gets_in(park):
    """MQTT in the clear gets no answer but a closed door."""
    with socket.create_connection(("127.0.0.1", park.port), timeout=DEADLINE_S) as plain:
        plain.sendall(b"\x10\x12\x00\x04MQTT\x04\x02\x00\x3c\x00\x06lamp-1")
        try:
            answer = plain.recv(100)
        except ConnectionResetError:
            answer = b""
    assert not answer.startswith(b"\x20"), "a CONNACK"


def test_a_node_does_not_talk_to_somebody_who_poses_as_the_broker(park):
    """A server with a stolen node's certificate fails the check that every client makes."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(park.node("lamp-2"))
    client = ssl.create_default_context(cafile=str(park.keys.ca))
    client.check_hostname = False  # even where the name does not matter, the purpose does
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            peer, _ = listener.accept()
            with peer, pytest.raises(ssl.SSLError):
                server.wrap_socket(peer, server_side=True)

        thread = threading.Thread(target=serve)
        thread.start()
        with (
            socket.create_connection(listener.getsockname(), timeout=DEADLINE_S) as raw,
            pytest.raises(ssl.SSLCertVerificationError, match="purpose"),
        ):
            client.wrap_socket(raw)
        thread.join(DEADLINE_S)


def assert_refused(park, pem):
    """No CONNACK by whatever comes after the handshake (TLS 1.3 refuses only on the first read)."""
    context = ssl.create_default_context(cafile=str(park.keys.ca))
    if pem is not None:
        context.load_cert_chain(pem)
    with socket.create_connection(("127.0.0.1", park.port), timeout=DEADLINE_S) as raw:
        try:
            with context.wrap_socket(raw, server_hostname="broker") as link:
                link.sendall(b"\x10\x12\x00\x04MQTT\x04\x02\x00\x3c\x00\x06lamp-1")
                answer = link.recv(100)
        except (ssl.SSLError, ConnectionError):
            return
    pytest.fail(f"the broker answered {answer!r}")


# Writing


WRITES = {
    "another's status": f"{OTHER}/up/status",
    "another's records": f"{OTHER}/up/records",
    "another's records in another site": "padlicht/v1/elsewhere/lamp-2/up/records",
    "another's commands": f"{OTHER}/down/command",
    "another's pubacks": f"{OTHER}/down/ack",
    "another's time": f"{OTHER}/down/time",
    "its own pubacks": f"{OWN}/down/ack",
    "its own commands": f"{OWN}/down/command",
    "the hub's name": "padlicht/v1/park/Hub/up/records",
    "below its name, neither up nor down": f"{OWN}/sideways/records",
    "its name as the site": "padlicht/v1/lamp-1/lamp-2/up/records",
    "a level before": f"x/{OWN}/up/records",
    "a level too few": "padlicht/v1/lamp-1/up/records",
    "another version": "padlicht/v2/park/lamp-1/up/records",
    "another tree": "homeassistant/device/lamp-1/config",
    "the broker's own": "$SYS/broker/version",
    "a name that begins like its own": "padlicht/v1/park/lamp-11/up/records",
}


@pytest.mark.parametrize("topic", WRITES.values(), ids=WRITES)
def test_a_node_cannot_write(park, connect, hub, topic):
    """What it publishes there reaches nobody and is not kept, though the broker says PUBACK."""
    node, forged = connect(park.node("lamp-1")), unique()
    node.publish(topic, forged, retain=True)
    for _ in ("what is passed on", "what is kept"):
        hub.subscribe("#")
        allowed = unique()
        node.publish(f"{OWN}/up/records", allowed)
        assert forged not in hub.hears_until(allowed)


def test_a_node_cannot_leave_a_will_in_anothers_name(park, connect, hub):
    """When its link breaks, the will it left on another's topic is not published."""
    for topic, passes in ((f"{OWN}/up/status", True), (f"{OTHER}/up/status", False)):
        ends = park.log.read_text().count(ENDED)
        node = connect(park.node("lamp-1"), will=topic)
        node.close(politely=False)
        wait_until(lambda n=ends: park.log.read_text().count(ENDED) > n, "the end of the link")
        allowed = unique()
        connect(park.node("lamp-1")).publish(f"{OWN}/up/records", allowed)
        assert (b"will" in hub.hears_until(allowed)) is passes


CLAIMS = {
    "another client id": {"name": "lamp-2"},
    "the hub's client id": {"name": "Hub"},
    "another user name": {"user": "lamp-2"},
    "the hub's user name": {"user": "Hub"},
}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_what_a_node_calls_itself_changes_nothing(park, connect, hub, claim):
    """Only its certificate says who it is, and nobody is thrown out by its claim."""
    bystander = connect(park.node("lamp-2"))
    node, forged, allowed = connect(park.node("lamp-1"), **claim), unique(), unique()
    node.publish(f"{OTHER}/up/records", forged)
    node.publish(f"{OWN}/up/records", allowed)
    assert forged not in hub.hears_until(allowed)
    assert bystander.client.is_connected()


def test_with_another_nodes_certificate_it_is_that_other_node(park, connect, hub):
    """lamp-1 that took lamp-2's keys can no longer say anything as lamp-1."""
    thief, forged, allowed = connect(park.node("lamp-2"), name="lamp-1"), unique(), unique()
    thief.publish(f"{OWN}/up/records", forged)
    thief.publish(f"{OTHER}/up/records", allowed)
    assert forged not in hub.hears_until(allowed)


# Reading


READS = {
    "everything": "#",
    "the park": "padlicht/#",
    "every node's orders": "padlicht/v1/+/+/down/#",
    "another's orders": f"{OTHER}/down/#",
    "another's settings": f"{OTHER}/down/settings",
    "another's records": f"{OTHER}/up/records",
    "what everybody says": "padlicht/v1/+/+/up/#",
    "what it says itself": f"{OWN}/up/#",
    "a shared subscription": f"$share/group/{OTHER}/down/#",
}


@pytest.mark.parametrize("topic", READS.values(), ids=READS)
def test_a_node_cannot_read(park, connect, hub, topic):
    """Whatever it subscribes to, it hears only its own orders, kept ones included."""
    secret, allowed = unique(), unique()
    hub.publish(f"{OTHER}/down/settings", secret, retain=True)
    node = connect(park.node("lamp-1"))
    node.subscribe(topic)
    node.subscribe(f"{OWN}/down/#")
    hub.publish(f"{OTHER}/down/settings", secret, retain=True)
    connect(park.node("lamp-2")).publish(f"{OTHER}/up/records", secret)
    node.publish(f"{OWN}/up/records", secret)
    hub.publish(f"{OWN}/down/time", allowed)
    node.hears_until(allowed)
    assert {name.rpartition("/down/")[0] for name in node.topics} == {OWN}


def test_the_hub_may_do_all_of_it(park, connect, hub):
    """The other side of the fence: a node's words arrive, and the hub's reach the node."""
    node, up, down = connect(park.node("lamp-1")), unique(), unique()
    node.subscribe(f"{OWN}/down/#")
    node.publish(f"{OWN}/up/status", up)
    hub.publish(f"{OWN}/down/time", down)
    hub.hears_until(up)
    node.hears_until(down)


OUTSIDE = {
    "another tree": "homeassistant/device/lamp-1/config",
    "another version": "padlicht/v2/park/lamp-1/down/time",
    "a level before": f"x/{OWN}/down/time",
}


@pytest.mark.parametrize("topic", OUTSIDE.values(), ids=OUTSIDE)
def test_the_hub_is_kept_inside_its_own_tree(connect, hub, topic):
    """Whoever has the hub's key gets at nothing else that a broker may carry."""
    hub.subscribe("#")
    forged, allowed = unique(), unique()
    hub.publish(topic, forged, retain=True)
    hub.publish(f"{OWN}/down/time", allowed)
    assert forged not in hub.hears_until(allowed)


# The status of hubs


@pytest.mark.parametrize("name", ["lamp-1", "hub", "status", "up"])
def test_a_node_hears_of_hubs_and_cannot_pose_as_one(park, connect, hub, name):
    """Whatever its name: the topic is shorter than what a node may write."""
    node = connect(park.node(name), name=name)
    node.subscribe("padlicht/v1/hub/+")
    forged, real = unique(), unique()
    for topic in ("padlicht/v1/hub/Hub", "padlicht/v1/hub/up", "padlicht/v1/hub"):
        node.publish(topic, forged)
    hub.publish("padlicht/v1/hub/Hub", real)
    assert forged not in node.hears_until(real)
    assert forged not in hub.hears_until(real)
