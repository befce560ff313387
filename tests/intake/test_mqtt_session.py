"""The session against a broker that does what brokers should not."""

import asyncio
from contextlib import asynccontextmanager

import mqtt5
import pytest

from padlicht.intake import mqtt_connection as connection_module
from padlicht.intake import mqtt_session as session_module
from padlicht.intake.mqtt_login import MqttLogin
from padlicht.intake.mqtt_packets import PacketSplitter
from padlicht.intake.mqtt_session import Session, State
from tests.hub.parts import until
from tests.rigs.patience import limit_s

LOGIN = MqttLogin("Hub", ["#"])
GRANTED = mqtt5.SubAckPacket(1, [mqtt5.SubAckReasonCode.GRANTED_QOS_AT_LEAST_ONCE]).write()
HELLO = mqtt5.ConnAckPacket(session_present=True).write() + GRANTED


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """Back-off without the waiting, which is tested on its own."""
    monkeypatch.setattr(session_module, "Backoff", lambda *_: Impatient())


class Impatient:
    def next_s(self):
        return 0.01

    def reset(self):
        pass


class Broker:
    """Speaks MQTT 5 on a loopback port as the test tells it to; keeps what it was sent."""

    def __init__(self, *greetings):
        self.greetings = list(greetings)  # one per connection; the last one serves all later ones
        self.packets = []
        self.connections = 0
        self.writer = None

    async def serve(self, reader, writer):
        greeting = self.greetings[min(self.connections, len(self.greetings) - 1)]
        self.connections += 1
        self.writer = writer
        splitter = PacketSplitter(1 << 20)
        try:
            while data := await reader.read(65536):
                for packet in splitter.feed(data):
                    self.packets.append(packet)
                    if isinstance(packet, mqtt5.ConnectPacket):
                        writer.write(greeting)
                        if not greeting:
                            return
        except ConnectionError:
            pass
        finally:
            writer.close()

    def of(self, kind):
        return [packet for packet in self.packets if isinstance(packet, kind)]

    def acknowledged(self):
        return [packet.packet_id for packet in self.of(mqtt5.PubAckPacket)]


@asynccontextmanager
async def link(broker, handler):
    """A session that runs against `broker`."""
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    session = Session("127.0.0.1", port, LOGIN, tls=None, server_name=None)
    task = asyncio.create_task(session.run(handler))
    try:
        yield session
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        server.close()
        await server.wait_closed()


class Keeper:
    """A handler that keeps what it is given, and fails as often as it is told to."""

    def __init__(self, failures=0):
        self.batches = []
        self.failures = failures

    async def __call__(self, messages):
        self.batches.append([(message.topic, message.payload) for message in messages])
        if self.failures:
            self.failures -= 1
            raise OSError(28, "No space left on device")

    @property
    def payloads(self):
        return [payload for batch in self.batches for _, payload in batch]


def publish(packet_id, payload=b"x", topic="t"):
    return mqtt5.PublishPacket(
        topic, payload, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=packet_id
    ).write()


def run(scenario):
    async def bounded():
        async with asyncio.timeout(limit_s()):
            await scenario()

    asyncio.run(bounded())


def test_messages_are_acknowledged_only_after_they_are_handled():
    """While the handler works, no PUBACK is on its way; then all of the batch are."""
    broker, released = Broker(HELLO), asyncio.Event()
    seen = []

    async def handler(messages):
        seen.extend(messages)
        await released.wait()

    async def scenario():
        async with link(broker, handler):
            await until(lambda: broker.of(mqtt5.SubscribePacket), "the subscription")
            broker.writer.write(publish(1) + publish(2))
            await until(lambda: seen, "the batch")
            assert broker.acknowledged() == []
            released.set()
            await until(lambda: broker.acknowledged() == [1, 2], "the pubacks")

    run(scenario)


def test_a_handler_that_fails_gets_the_batch_again():
    """Nothing is acknowledged, the link is made anew, and the broker's second try is taken."""
    keeper, broker = Keeper(failures=1), Broker(HELLO + publish(1))

    async def scenario():
        async with link(broker, keeper):
            await until(lambda: broker.acknowledged() == [1], "the acknowledgement")

    run(scenario)
    assert len(keeper.batches) == 2
    assert broker.connections == 2


def test_the_session_is_kept_and_bounded():
    """CONNECT asks for the old session, and says how much may come at once."""
    broker = Broker(HELLO)

    async def scenario():
        async with link(broker, Keeper()) as session:
            await until(lambda: session.state is State.READY, "the link")

    run(scenario)
    (hello,) = broker.of(mqtt5.ConnectPacket)
    assert not hello.clean_start
    assert hello.session_expiry_interval >= 86_400
    assert hello.receive_max == connection_module.RECEIVE_MAX
    assert hello.keep_alive > 0
    assert broker.of(mqtt5.DisconnectPacket), "it says goodbye when it ends"


BAD_GREETINGS = {
    "nothing": b"",
    "a refusal": mqtt5.ConnAckPacket(reason_code=mqtt5.ConnAckReasonCode.NOT_AUTHORIZED).write(),
    "not MQTT": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "another packet first": publish(1),
    "a length without end": b"\x20\xff\xff\xff\xff\xff",
    "a packet of 200 MB": HELLO + b"\x30\xff\xff\xff\x7f",
    "a type that is none": HELLO + b"\x00\x00",
    "a goodbye": HELLO + mqtt5.DisconnectPacket().write(),
    "a denied subscription": mqtt5.ConnAckPacket().write()
    + mqtt5.SubAckPacket(1, [mqtt5.SubAckReasonCode.NOT_AUTHORIZED]).write(),
    "half a packet, then a goodbye": HELLO + publish(1)[:-1] + b"\xff\xff" * 40,
}


@pytest.mark.parametrize("greeting", BAD_GREETINGS.values(), ids=BAD_GREETINGS)
def test_the_session_survives_whatever_the_broker_says(greeting):
    """After any nonsense it comes back, and takes what a good broker then sends."""
    keeper, broker = Keeper(), Broker(greeting, HELLO + publish(9, b"good"))

    async def scenario():
        async with link(broker, keeper):
            broker_gone = asyncio.create_task(drop_silent(broker))
            await until(lambda: 9 in broker.acknowledged(), "the message after the nonsense")
            broker_gone.cancel()

    async def drop_silent(broker):
        # Greetings that only look unfinished: the broker then closes, as brokers do.
        await until(lambda: broker.packets, "CONNECT, and the greeting behind it")
        if broker.connections == 1:
            broker.writer.close()

    run(scenario)
    assert b"good" in keeper.payloads


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_poisoned_message_is_handed_on_and_acknowledged():
    """What the codec cannot read would otherwise come back for ever and stop the stream."""
    poison = publish(4, b"payload", "lamp-1").replace(b"lamp-1", b"lamp\xff1")
    keeper, broker = Keeper(), Broker(HELLO + poison + publish(5, b"good"))

    async def scenario():
        async with link(broker, keeper):
            await until(lambda: broker.acknowledged() == [4, 5], "both pubacks")

    run(scenario)
    assert keeper.batches[0][0][0] == r"lamp\xff1"
    assert broker.connections == 1


async def born(broker):
    """The hub's birth, which comes first and is kept for all nodes; its room is given back."""
    await until(lambda: broker.of(mqtt5.PublishPacket), "the birth")
    (birth,) = broker.of(mqtt5.PublishPacket)
    assert (birth.topic, birth.payload) == ("padlicht/v1/hub/Hub", b'{"state":"ready"}')
    assert birth.retain
    broker.writer.write(mqtt5.PubAckPacket(birth.packet_id).write())


def test_publishing_waits_for_nobody_and_respects_the_brokers_room():
    """More than the broker has room for is queued; each PUBACK lets the next go."""
    broker = Broker(mqtt5.ConnAckPacket(receive_max=1).write() + GRANTED)

    async def scenario():
        async with link(broker, Keeper()) as session:
            await until(lambda: session.state is State.READY, "the link")
            await born(broker)
            for number in range(3):
                session.publish("t", b"%d" % number, retain=True, expiry_s=5)
            for number in range(3):
                await until(lambda n=number: len(broker.of(mqtt5.PublishPacket)) == n + 2, "it")
                packet = broker.of(mqtt5.PublishPacket)[-1]
                assert (packet.payload, packet.retain) == (b"%d" % number, True)
                assert packet.message_expiry_interval == 5
                broker.writer.write(mqtt5.PubAckPacket(packet.packet_id).write())

    run(scenario)


def test_light_messages_take_no_room_from_those_that_must_arrive():
    """They go out while the broker's room is used up, and what waits for room goes on waiting."""
    broker = Broker(mqtt5.ConnAckPacket(receive_max=1).write() + GRANTED)

    async def scenario():
        async with link(broker, Keeper()) as session:
            await until(lambda: session.state is State.READY, "the link")
            await born(broker)
            session.publish("t", b"first")
            await until(lambda: len(broker.of(mqtt5.PublishPacket)) == 2, "the first")
            session.publish("t", b"waits")
            session.publish_qos0([("t", b"light")] * 3)
            await until(lambda: len(broker.of(mqtt5.PublishPacket)) == 5, "the light ones")
            (_, first, *others) = broker.of(mqtt5.PublishPacket)
            assert [(packet.payload, packet.packet_id) for packet in others] == [
                (b"light", None)
            ] * 3
            broker.writer.write(mqtt5.PubAckPacket(first.packet_id).write())
            await until(lambda: broker.of(mqtt5.PublishPacket)[-1].payload == b"waits", "the rest")

    run(scenario)


def test_a_link_that_only_looks_alive_is_dropped(monkeypatch):
    """A broker that stops answering, without closing, is found by the keep-alive."""
    monkeypatch.setattr(connection_module, "KEEP_ALIVE_S", 1)
    broker = Broker(HELLO)

    async def scenario():
        async with link(broker, Keeper()):
            await until(lambda: broker.connections == 2, "a second connection")

    run(scenario)


def test_readiness_is_announced_on_every_link():
    """Whoever must begin anew after a lost link hears of each new one."""
    ready = []
    broker = Broker(HELLO)

    async def note():
        ready.append(broker.connections)

    async def scenario():
        async with link(broker, Keeper()) as session:
            session.on_ready(note)
            await until(lambda: ready == [1], "the first")
            broker.writer.close()
            await until(lambda: ready == [1, 2], "the second")

    run(scenario)
