"""The client's bookkeeping, also on a 32-bit MicroPython, against a broker made of two lists."""

import asyncio

from node.errors import BadData
from node.link import packets
from node.link.mqtt import Client, LinkError

INTERPRETERS = ("mp64", "mp32")
CONNACK = b"\x20\x02\x00\x00"


class Road:
    """A stream, seen from both ends: what the client wrote, and what it is to read."""

    def __init__(self):
        self.splitter = packets.PacketSplitter(4096)
        self.written = []
        self.closed = False
        self.readers = 0
        self._to_read = b""
        self._more = asyncio.Event()

    def say(self, data):
        """Have the client read this."""
        self._to_read += data
        self._more.set()

    async def read(self, count):
        """At most `count` bytes, as a stream would."""
        self.readers += 1
        try:
            while not self._to_read:
                self._more.clear()
                await self._more.wait()
        finally:
            self.readers -= 1
        data, self._to_read = self._to_read[:count], self._to_read[count:]
        return data

    def write(self, data):
        """Take the client's bytes apart into packets; answer CONNECT at once."""
        self.splitter.feed(data)
        while True:
            packet = self.splitter.next_packet()
            if packet is None:
                return
            self.written.append(packet)
            if packet[0] == 0x10:
                self.say(CONNACK)

    async def drain(self):
        """Everything is through at once."""
        await asyncio.sleep_ms(0)

    def close(self):
        """Nothing yet: `wait_closed` closes, as in MicroPython."""

    async def wait_closed(self):
        """The end."""
        self.closed = True

    def published(self):
        """(first byte, packet id) of every PUBLISH, QoS 1, on the topic "t"."""
        return [(first, body[3] << 8 | body[4]) for first, body in self.written if first >> 4 == 3]


def client_over(roads, **options):
    """A client whose connections are these, one after the other."""

    async def open_stream():
        road = roads.pop(0)
        return road, road

    return Client(open_stream, "lamp-1", **options)


async def until(done):
    """Let the other tasks run until `done()`; gives up after many turns."""
    for _ in range(1000):
        if done():
            return
        await asyncio.sleep_ms(1)
    raise AssertionError("waited in vain")


async def failure(work):
    """The sentence of the LinkError or BadData that `work` ends with."""
    try:
        await work
    except (LinkError, BadData) as error:
        return str(error)
    raise AssertionError("it did not fail")


def test_packet_ids_go_from_1_to_65535_and_never_meet():
    """After 65535 comes 1, and an id that still waits for its answer is passed over."""

    async def story():
        road = Road()
        client = client_over([road])
        await client.connect()
        client._pending._last_id = 65533
        tasks = []
        for count in range(1, 4):
            tasks.append(asyncio.create_task(client.publish("t", b"", 1)))
            await until(lambda count=count: len(road.published()) == count)
        client._pending._last_id = 65534  # once around, while 65534, 65535 and 1 still wait
        tasks.append(asyncio.create_task(client.publish("t", b"", 1)))
        await until(lambda: len(road.published()) == 4)
        assert [packet_id for _, packet_id in road.published()] == [65534, 65535, 1, 2]
        for packet_id in (65534, 65535, 1, 2):
            road.say(packets.puback(packet_id))
        for task in tasks:
            await task
        await client.close()
        assert road.closed

    asyncio.run(story())


def test_what_waits_is_repeated_in_order_on_the_next_connection():
    """The same packet ids with DUP, oldest first; what was never sent goes without DUP."""

    async def story():
        first, second = Road(), Road()
        client = client_over([first, second])
        await client.connect()
        tasks = [asyncio.create_task(client.publish("t", b"", 1)) for _ in range(2)]
        await until(lambda: len(first.published()) == 2)
        first.say(b"\x00\x00")  # not MQTT: the link is over
        await failure(client.run())
        assert first.closed
        tasks.append(asyncio.create_task(client.publish("t", b"", 1)))  # while there is no link
        await asyncio.sleep_ms(0)
        await client.connect()
        await until(lambda: len(second.published()) == 3)
        assert second.published() == [(0x3A, 1), (0x3A, 2), (0x32, 3)]
        for packet_id in (1, 2, 3):
            second.say(packets.puback(packet_id))
        for task in tasks:
            await task
        await client.close()

    asyncio.run(story())


def test_a_publish_that_nobody_waits_for_any_more_is_forgotten():
    """Cancelled, it is not repeated."""

    async def story():
        first, second = Road(), Road()
        client = client_over([first, second])
        await client.connect()
        task = asyncio.create_task(client.publish("t", b"", 1))
        await until(lambda: first.published())
        task.cancel()
        await asyncio.sleep_ms(0)
        await client.connect()
        assert first.closed
        await client.publish("t", b"")  # goes out after any repetition would
        await until(lambda: second.written[1:])
        assert [first_byte for first_byte, _ in second.written] == [0x10, 0x30]
        await client.close()

    asyncio.run(story())


def test_memory_is_bounded():
    """A ninth message in waiting and a message that is too long are refused with a reason."""

    async def story():
        road = Road()
        client = client_over([road])
        await client.connect()
        tasks = [asyncio.create_task(client.publish("t", b"x" * 2000, 1)) for _ in range(8)]
        await until(lambda: len(road.published()) == 8)
        assert "8 messages wait" in await failure(client.publish("t", b"", 1))
        assert "at most 2560" in await failure(client.publish("t", b"x" * 2560, 0))
        await client.close()
        for task in tasks:
            assert await failure(task) == "the client was closed"

    asyncio.run(story())


def test_a_message_is_handed_over_before_it_is_acknowledged():
    """And one that cannot be handled is acknowledged all the same, or it would come for ever."""
    seen = []

    async def story():
        road = Road()

        def on_message(topic, payload, retained):
            acknowledged = [first for first, _ in road.written if first == 0x40]
            seen.append((topic, payload, retained, len(acknowledged)))
            raise ValueError("no good")

        client = client_over([road], on_message=on_message)
        await client.connect()
        road.say(b"\x33\x05\x00\x01t\x00\x05")
        await until(lambda: road.written[-1] == (0x40, b"\x00\x05"))
        road.say(b"\x30\x04\x00\x01tx")
        await until(lambda: len(seen) == 2)
        await client.close()

    asyncio.run(story())
    assert seen == [("t", b"", True, 0), ("t", b"x", False, 1)]


def test_without_a_link_nothing_waits_in_vain():
    """QoS 0, a subscription and `run` fail at once; `close` wakes a QoS 1 publish."""

    async def story():
        client = client_over([])
        assert await failure(client.publish("t", b"")) == "not connected"
        assert await failure(client.subscribe("t")) == "not connected"
        assert await failure(client.run()) == "not connected"
        task = asyncio.create_task(client.publish("t", b"", 1))
        await asyncio.sleep_ms(0)
        await client.close()
        assert await failure(task) == "the client was closed"

    asyncio.run(story())


def test_no_task_is_left_on_a_connection_that_was_closed():
    """A task that waited on a closed socket might wake up on the next one of the same number."""

    async def story():
        first, second = Road(), Road()
        client = client_over([first, second])
        await client.connect()
        await until(lambda: first.readers)
        await client.connect()
        await until(lambda: second.readers)
        assert first.closed
        assert not first.readers
        await client.close()
        await until(lambda: not second.readers)

    asyncio.run(story())


def test_a_connect_that_is_cancelled_closes_its_socket():
    """Whoever loses patience with `connect` leaves nothing behind."""

    async def story():
        road = Road()
        road.write = lambda data: None  # a broker that never answers
        task = asyncio.create_task(client_over([road]).connect())
        await asyncio.sleep_ms(20)
        assert not road.closed
        task.cancel()
        await until(lambda: road.closed)

    asyncio.run(story())
