"""MQTT client of the node: 3.1.1, QoS 0 and 1, over any asyncio stream. MicroPython only.

    client = Client(open_stream, "lamp-1", will=(topic, payload, 1, True), on_message=handle)
    await client.connect()
    talk = asyncio.create_task(tell_the_hub(client))  # subscribes and publishes as it likes
    try:
        await client.run()  # until the link ends: LinkError says why
    finally:
        talk.cancel()
        await client.close()

One `Client` outlives many connections. A QoS 1 publish that somebody still waits for is sent again
after the next `connect`, with the same packet id and DUP; cancel the wait, or `close`, and it is
forgotten. Every wait has a deadline. A PUBACK means that the broker has it, never that the hub has.
"""

from time import ticks_diff, ticks_ms

from node import log
from node.errors import BadData, Refused, TryAgain
from node.link import packets, reasons
from node.link.connection import MAX_IN_BYTES, Connection, PendingRequests, within
from node.link.reasons import LinkError, explain

PUBACK_TIMEOUTS = 3  # a QoS 1 publish is given up after so many times `response_s`
MAX_PUBLISH_BYTES = 2560  # the contract's 2 KiB of payload, its topic and some room
MAX_UNANSWERED = 8  # each keeps its packet in memory; all of them fit into a `Connection`'s buffer
CLOSE_S = 1  # how long a goodbye may take
_REASONS = {  # (3.2.2.3)
    1: "it does not speak MQTT 3.1.1",
    2: "it does not accept this client id",
    4: "wrong user name or password",
    5: "not authorized",
}


class Client:
    """A session with the broker, over one connection after another.

    `open_stream`: async callable that gives (reader, writer).
    `will`: (topic, payload, qos, retain), or None.
    `on_message(topic, payload, retained)`: a plain function, called before the PUBACK goes out;
    it may be called twice for one message.
    `response_s`: how long making a connection, an answer, and a stuck write may each take.
    `clean`: False asks the broker to keep the session while the node is away. That also keeps
    messages that are stale by then, such as the time.
    """

    def __init__(
        self,
        open_stream,
        client_id,
        *,
        keepalive_s=30,
        will=None,
        on_message=None,
        response_s=10,
        clean=True,
    ):
        self._open_stream = open_stream
        self._connect_packet = packets.connect(client_id, keepalive_s, clean, will)
        self._keepalive_s = keepalive_s
        self._response_s = response_s
        self._on_message = on_message
        self._connection = None
        self._ready = False  # the broker has accepted us on this connection
        self._pending = PendingRequests()
        self.session_present = False  # the broker kept the session: subscriptions still hold
        self.too_big = 0  # messages from the broker that were skipped for their length
        self.dropped = 0  # messages of QoS 0 for which the link was too busy

    async def connect(self) -> None:
        """Close what is left of the old link and make a new one.

        LinkError says why it failed; Refused when the broker will not have this client.
        """
        await self._drop()
        limit_s = self._response_s
        try:
            reader, writer = await within(limit_s, self._open_stream(), "connecting")
        except (OSError, ValueError, TryAgain) as error:
            raise LinkError(explain(error), reasons.was_answered(error, reasons.NAME))
        keepalive_s = self._keepalive_s
        self._connection = Connection(
            reader, writer, keepalive_s, limit_s, self._on_packet, self._on_end
        )
        try:
            await self._log_in(self._connection)
        except BaseException:  # cancelled, too
            await self._drop()
            raise

    async def _log_in(self, connection):
        """CONNECT, over TLS with the handshake before it, and CONNACK."""
        request = self._pending.add(packets.CONNACK, 0, b"")
        try:
            started = connection.start(self._connect_packet)
            await within(self._response_s, started, "the TLS handshake")
            await within(self._response_s, request.answered.wait(), "CONNACK")
        except (OSError, ValueError) as error:
            phase = connection.phase
            raise LinkError(explain(error, phase), reasons.was_answered(error, phase))
        finally:
            self._pending.forget(request)
        if request.error:
            raise LinkError(request.error, connection.answered)
        _, self.session_present, code = request.answer
        if code in _REASONS:
            raise Refused("the broker refuses this node: " + _REASONS[code])
        if code:
            raise LinkError("the broker is not available (code {})".format(code), answered=True)

    async def subscribe(self, topic, qos=1) -> None:
        """Ask for a topic filter; returns on SUBACK. Refused when the broker says no."""
        self._need_link()
        packet_id = self._pending.free_id()
        packet = packets.subscribe(packet_id, topic, qos)
        request = self._pending.add(packets.SUBACK, packet_id, packet)
        self._put(request)
        try:
            if not await self._answered(request):
                self._connection.end("no SUBACK within {} s".format(self._response_s))
        finally:
            self._pending.forget(request)
        if request.error:
            raise LinkError(request.error)
        if request.answer[2] == packets.SUBACK_FAILURE:
            raise Refused("the broker refuses a subscription to " + topic)

    async def publish(self, topic, payload, qos=0, retain=False) -> None:
        """Send a message of at most 2560 bytes, topic included; BadData when it is longer.

        QoS 0: at once, or dropped when the link is busy; LinkError when there is none.
        QoS 1: returns on PUBACK. It survives a break of the link shorter than three times
        `response_s`; after that, or when the client is closed, it is forgotten with LinkError.
        More than eight waiting at once are refused with LinkError.
        """
        packet_id = self._pending.free_id() if qos else 0
        packet = packets.publish(topic, payload, qos, retain, packet_id)
        if len(packet) > MAX_PUBLISH_BYTES:
            text = "a message of {} bytes to {}: at most {} may be sent"
            raise BadData(text.format(len(packet), topic, MAX_PUBLISH_BYTES))
        if not qos:
            self._need_link()
            if self._connection.backlog_bytes() < MAX_PUBLISH_BYTES:
                self._connection.send(packet)
            else:
                self.dropped += 1
            return
        if len(self._pending) >= MAX_UNANSWERED:
            raise LinkError("{} messages wait for the broker already".format(MAX_UNANSWERED))
        request = self._pending.add(packets.PUBACK, packet_id, packet)
        if self._ready:
            self._put(request)
        try:
            for _ in range(PUBACK_TIMEOUTS):
                if await self._answered(request):
                    break
                waited_ms = ticks_diff(ticks_ms(), request.sent_ms)
                if self._ready and waited_ms >= self._response_s * 1000:
                    # 3.1.1 allows a repetition on a new connection only.
                    self._connection.end("no PUBACK within {} s".format(self._response_s))
        finally:
            self._pending.forget(request)
        if request.error:
            raise LinkError(request.error)
        if not request.answer:
            raise LinkError("no PUBACK within {} s".format(PUBACK_TIMEOUTS * self._response_s))

    async def run(self) -> None:
        """Stay until the link ends, then close it and raise LinkError with the reason."""
        self._need_link()
        connection = self._connection
        try:
            await connection.ended.wait()
        finally:
            await self._drop()
        raise LinkError(connection.why, connection.answered)

    async def close(self) -> None:
        """Say goodbye if there is time, close the socket, wake every waiter with LinkError."""
        if self._ready:
            try:
                await within(CLOSE_S, self._connection.disconnect(), "the goodbye")
            except LinkError:
                pass  # the other side is stuck; it gets the last will instead
        await self._drop()
        self._pending.give_up("the client was closed", everything=True)

    async def _drop(self):
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()

    def _need_link(self):
        if not self._ready:
            raise LinkError((self._connection and self._connection.why) or "not connected")

    def _put(self, request):
        """Send a request over the present connection, as a repetition if it was sent before."""
        packet = packets.mark_duplicate(request.packet) if request.sent else request.packet
        request.sent = True
        request.sent_ms = ticks_ms()
        self._connection.send(packet)

    async def _answered(self, request):
        """Wait `response_s`; whether there is an answer, or an end to the hope of one."""
        try:
            await within(self._response_s, request.answered.wait(), "an answer")
        except LinkError:
            return False
        return True

    def _on_end(self, why):
        """The connection has ended: what cannot go on over the next one is settled now."""
        self._ready = False
        self._pending.give_up(why, everything=False)

    def _on_packet(self, packet):
        kind = packet[0]
        if not self._ready and kind != packets.CONNACK:
            raise BadData("mqtt: a packet of kind {} before CONNACK".format(kind))
        if kind == packets.PUBLISH:
            self._deliver(packet)
        elif kind == packets.TOO_BIG:
            self.too_big += 1
            log.warn("mqtt: a message over {} bytes was skipped".format(MAX_IN_BYTES))
            if packet[1]:
                self._connection.send(packets.puback(packet[1]))
        elif kind == packets.CONNACK:
            self._on_connack(packet)
        elif kind != packets.PINGRESP:
            self._pending.settle(packet, packet[1])

    def _on_connack(self, packet):
        if self._ready:
            raise BadData("mqtt: a second CONNACK")
        self._ready = packet[2] == 0
        self._pending.settle(packet, 0)
        self._connection.phase = reasons.SESSION
        if self._ready:  # at once: the next packet may be in before `connect` goes on
            for request in self._pending.publishes():
                self._put(request)

    def _deliver(self, packet):
        _, topic, payload, qos, retained, packet_id = packet
        if self._on_message:
            try:
                self._on_message(topic, payload, retained)
            except Exception as error:  # a message that trips us up must not come back for ever
                log.warn("mqtt: {} could not be handled ({})".format(topic, explain(error)))
        if qos:
            self._connection.send(packets.puback(packet_id))
