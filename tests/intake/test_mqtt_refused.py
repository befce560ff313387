"""A broker that does not want the hub: the longest wait at once, and a word on what to check."""

import asyncio
import ssl
from contextlib import asynccontextmanager

import mqtt5
import pytest

from padlicht.backoff import Backoff
from padlicht.broker.keys import ensure_park
from padlicht.broker.mosquitto import Mosquitto
from padlicht.config import Config
from padlicht.errors import BadData, Refused, TryAgain
from padlicht.intake import mqtt_session as session_module
from padlicht.intake.mqtt_login import MqttLogin, connack_error, mqtt_login, sites_of, topics_of
from padlicht.intake.mqtt_session import REFUSED_S, Session, State
from padlicht.simulate.run.run import free_port
from tests.hub.parts import until
from tests.rigs.patience import limit_s

CODES = mqtt5.ConnAckReasonCode
GRANTED = mqtt5.SubAckPacket(1, [mqtt5.SubAckReasonCode.GRANTED_QOS_AT_LEAST_ONCE]).write()


class Patient(Backoff):
    """Waits for ever, and notes how long it was to wait."""

    waits: list[tuple[float, float]] = []  # noqa: RUF012 -- each test begins with an empty one

    def next_s(self):
        Patient.waits.append((self._next_s / 2, self._next_s))
        return 3600


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    monkeypatch.setattr(Patient, "waits", [])
    monkeypatch.setattr(session_module, "Backoff", Patient)


async def ignore(_):
    pass


@asynccontextmanager
async def link(greeting=b"", *, server=None, client=None, name="broker", login=None):
    """A session against a port that says `greeting` to whoever says anything."""

    async def serve(reader, writer):
        try:
            heard.append(await reader.read(65536))
            writer.write(greeting)
            await reader.read()
        except OSError:
            pass
        finally:
            writer.close()

    heard: list[bytes] = []
    port = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server)
    session = Session(
        "127.0.0.1",
        port.sockets[0].getsockname()[1],
        login or MqttLogin("Hub", ["#"]),
        tls=client,
        server_name=name,
    )
    session.heard = heard
    task = asyncio.create_task(session.run(ignore))
    try:
        yield session
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        port.close()
        await port.wait_closed()


def turned_away(caplog, **how):
    """Let a session try once: its state while it waits, the wait's bounds, what it says."""

    async def scenario():
        async with asyncio.timeout(limit_s()), link(**how) as session:
            await until(lambda: Patient.waits, "the wait")
            return session.state

    state = asyncio.run(scenario())
    (said,) = [record.getMessage() for record in caplog.records]
    return state, Patient.waits[0], said


def connack(code):
    return mqtt5.ConnAckPacket(reason_code=code).write()


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (CODES.BAD_USER_NAME_OR_PASSWORD, "--broker-password-file"),
        (CODES.NOT_AUTHORIZED, "keys/ca.pem"),
        (CODES.CLIENT_ID_NOT_VALID, "--broker-client"),
        (CODES.UNSUPPORTED_PROTOCOL_VERSION, "MQTT 5"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_refusal_waits_the_longest_at_once_and_says_what_to_check(caplog, code, hint):
    """Half a minute at the least, because somebody has to do something first."""
    state, wait_s, said = turned_away(caplog, greeting=connack(code))
    assert state is State.REFUSED
    assert wait_s == (REFUSED_S / 2, REFUSED_S) == (30, 60)
    assert hint in said


def test_a_denied_subscription_is_a_refusal(caplog):
    """An access list does not change by asking again."""
    denied = mqtt5.SubAckPacket(1, [mqtt5.SubAckReasonCode.NOT_AUTHORIZED]).write()
    state, wait_s, said = turned_away(caplog, greeting=mqtt5.ConnAckPacket().write() + denied)
    assert (state, wait_s[1]) == (State.REFUSED, REFUSED_S)
    assert "access list" in said


def test_a_busy_broker_is_asked_again_soon(caplog):
    """A broker that is only busy is no refusal."""
    state, wait_s, _ = turned_away(caplog, greeting=connack(CODES.SERVER_BUSY))
    assert state is State.AWAY
    assert wait_s[1] < 1


def test_every_code_of_the_protocol_is_one_or_the_other():
    """No CONNACK falls through: each is an error with a text."""
    for name, code in vars(CODES).items():
        if isinstance(code, CODES) and name != "SUCCESS":
            assert isinstance(connack_error(code), Refused | TryAgain)
            assert name in str(connack_error(code))


def park(folder):
    return ensure_park(folder, "127.0.0.1")


def as_broker(keys):
    """TLS with a broker's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys.certificate("broker"), keys.key("broker"))
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.usefixtures("programs")
def test_a_mosquitto_that_does_not_trust_the_hub(tmp_path, caplog, version):
    """What to check is said. With TLS 1.3 the alert may be lost with the connection."""
    ours, theirs = park(tmp_path / "ours"), park(tmp_path / "theirs")
    client = ours.hub_tls()
    client.load_verify_locations(theirs.ca)  # so that only the other side objects
    client.maximum_version = version
    port = free_port()

    async def scenario():
        broker = Mosquitto(tmp_path / "broker", theirs, "127.0.0.1", port)
        async with asyncio.timeout(limit_s()), broker:
            session = Session(
                "127.0.0.1", port, MqttLogin("Hub", ["#"]), tls=client, server_name="broker"
            )
            task = asyncio.create_task(session.run(ignore))
            await until(lambda: Patient.waits, "the wait")
            state = session.state
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return state

    state = asyncio.run(scenario())
    assert "check that it trusts keys/ca.pem" in caplog.text
    if version is ssl.TLSVersion.TLSv1_2 or "hung up" not in caplog.text:
        assert (state, Patient.waits[0][1]) == (State.REFUSED, REFUSED_S)


def test_a_broker_that_the_hub_does_not_trust(tmp_path, caplog):
    """Signed by another authority."""
    ours, theirs = park(tmp_path / "ours"), park(tmp_path / "theirs")
    state, wait_s, said = turned_away(caplog, server=as_broker(theirs), client=ours.hub_tls())
    assert (state, wait_s[1]) == (State.REFUSED, REFUSED_S)
    assert "signed by keys/ca.pem" in said


def test_a_broker_with_another_name(tmp_path, caplog):
    """The certificate is good, but it is somebody else's."""
    keys = park(tmp_path)
    state, _, said = turned_away(
        caplog, server=as_broker(keys), client=keys.hub_tls(), name="mqtt.example.org"
    )
    assert state is State.REFUSED
    assert "names the host" in said


def test_a_port_without_tls(tmp_path, caplog):
    """The port of plain MQTT answers a TLS greeting with something else."""
    client = park(tmp_path).hub_tls()
    state, _, said = turned_away(caplog, greeting=b"HTTP/1.1 400 Bad\r\n\r\n", client=client)
    assert state is State.REFUSED
    assert "check the port" in said


def test_name_and_password_are_shown_to_a_broker_that_asks(tmp_path):
    """The file's line without its end is the password."""
    secret = tmp_path / "password"
    secret.write_text("hush hush\n")
    login = mqtt_login(
        Config(data=tmp_path, broker_user="padlicht", broker_password_file=secret,
               broker_client="hub-2")
    )  # fmt: skip

    async def scenario():
        async with (
            asyncio.timeout(limit_s()),
            link(mqtt5.ConnAckPacket().write(), login=login) as session,
        ):
            await until(lambda: session.heard, "CONNECT")
            hello, _ = mqtt5.read(memoryview(session.heard[0]))
            return hello

    hello = asyncio.run(scenario())
    assert (hello.client_id, hello.username, hello.password) == ("hub-2", "padlicht", b"hush hush")


def test_a_password_that_cannot_be_read_is_refused_by_name(tmp_path):
    """Before anything starts."""
    with pytest.raises(Refused, match="--broker-password-file cannot be read"):
        mqtt_login(Config(data=tmp_path, broker_user="x", broker_password_file=tmp_path / "none"))
    with pytest.raises(Refused, match="needs --broker-user"):
        mqtt_login(Config(data=tmp_path, broker_password_file=tmp_path / "none"))


def test_sites_are_what_is_subscribed_to(tmp_path):
    """Those that are named, or all of them; what is no name is said."""
    assert mqtt_login(Config(data=tmp_path)).topics == ["padlicht/v1/+/+/up/#"]
    some = Config(data=tmp_path, sites="south, north")
    assert sites_of(some) == {"north", "south"}
    assert mqtt_login(some).topics == ["padlicht/v1/north/+/up/#", "padlicht/v1/south/+/up/#"]
    assert topics_of(["a"]) == ["padlicht/v1/a/+/up/#"]
    with pytest.raises(BadData, match="'North' is no name for a site"):
        sites_of(Config(data=tmp_path, sites="North"))


def test_publishing_without_a_link_is_said():
    """Without a broker the caller hears so at once, and nothing is queued for later."""
    session = Session("127.0.0.1", 1, MqttLogin("Hub", ["#"]), tls=None, server_name=None)
    with pytest.raises(TryAgain, match="no link"):
        session.publish("t", b"")
    with pytest.raises(TryAgain, match="no link"):
        session.publish_qos0([("t", b"")])


@pytest.mark.parametrize("client", ["", "a/b", "+", "#", "hub 1", "h" * 65, "hüb"])
def test_a_client_id_that_would_spoil_the_topic_of_the_status_is_refused(tmp_path, client):
    """Nodes read it at one level, without wildcards."""
    with pytest.raises(BadData, match="--broker-client"):
        mqtt_login(Config(data=tmp_path, broker_client=client))
