"""Who has answered, if only to refuse, is told to the radio; who is silent is not."""

import asyncio

from test_mqtt import Road

from node import log
from node.errors import TryAgain
from node.link.hub import Hub
from node.link.mqtt import Client
from node.link.reasons import LinkError

INTERPRETERS = ("mp64", "mp32")
REFUSES = b"\x20\x02\x00\x05"
UNAVAILABLE = b"\x20\x02\x00\x03"


class Answer(Road):
    """A broker that answers CONNECT with these bytes, an exception, or silence."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def say(self, data):
        if isinstance(self.answer, bytes):
            super().say(self.answer)

    async def read(self, count):
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer == b"":
            return b""
        return await super().read(count)


class Later(Road):
    """One that answers, and breaks off later."""

    answer = None

    def go_on(self):
        self.say(b"\xd0\x00")

    async def read(self, count):
        data = await super().read(count)
        if self.answer:
            raise self.answer
        return data


class Handshake(Road):
    """One whose TLS handshake fails."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    async def drain(self):
        raise self.error


class Enough(Exception):
    """The hub's task has tried once, and would wait now."""


class Node:
    """Board, node and back-off in one, for a hub's task that tries once."""

    identity = {"site": "park", "node": "lamp-1"}

    def __init__(self, open_link):
        self.open_link = open_link
        self.clock = self
        self.told = []

    def up_s(self):
        return 0

    def next_ms(self):
        raise Enough

    def tried(self, answered):
        self.told.append(answered)


def told(road):
    """What the radio hears of a try over this road, or one that ends with this error."""

    async def open_link():
        if isinstance(road, Exception):
            raise road
        return road, road

    node = Node(open_link)
    hub = Hub(node, node, node, node.tried)
    hub._client = Client(open_link, "lamp-1", response_s=1)
    warn, log.warn = log.warn, lambda text: None
    try:
        asyncio.run(hub.run(None))
    except Enough:
        pass
    finally:
        log.warn = warn
    return node.told


def test_before_the_broker_has_answered_a_broken_link_may_be_a_certificate():
    """With TLS 1.3 it is looked at after the node's handshake; after CONNACK it was good."""

    async def story(road):
        client = Client(None, "lamp-1", response_s=1)

        async def open_link():
            return road, road

        client._open_stream = open_link
        try:
            await client.connect()
            road.answer = OSError(104)
            road.go_on()
            await client.run()
        except LinkError as error:
            return str(error)

    early, late = (asyncio.run(story(road)) for road in (Answer(OSError(104)), Later()))
    assert early.startswith("broken off before the broker answered; it may not accept")
    assert late == "the connection was reset"


def test_a_refusal_in_any_phase_is_an_answer():
    """Nobody listens, broken off, turned away, busy, nonsense: the way there is open."""
    for road in (
        LinkError("nobody listens at that address", True),
        Handshake(OSError(104)),
        Handshake(OSError(-0x7780)),
        Handshake(ValueError("The certificate is not signed by the trusted CA")),
        Answer(REFUSES),
        Answer(UNAVAILABLE),
        Answer(b""),
        Answer(OSError(104)),
        Answer(b"\x00\x00"),
    ):
        assert told(road) == [True], (road, getattr(road, "answer", None))


def test_silence_in_any_phase_is_none():
    """No network, no way, no memory, no handshake, no CONNACK: it may be the radio."""
    for road in (
        TryAgain("wifi: park: no such network in reach"),
        LinkError("no answer from that address"),
        OSError(12),
        Handshake(OSError(12)),
        Answer(None),
    ):
        assert told(road) == [False], (road, getattr(road, "answer", None))


def test_a_link_that_stands_is_an_answer_at_once():
    """Not only when it ends: it may last for months."""
    road = Road()
    node = Node(None)

    async def open_link():
        return road, road

    node.open_link = open_link

    async def story():
        hub = Hub(node, node, node, node.tried)
        task = asyncio.create_task(hub.run(None))
        for _ in range(1000):
            if node.told:
                break
            await asyncio.sleep_ms(1)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass

    asyncio.run(story())
    assert node.told == [True]
