"""One connection to the broker, from CONNECT to its end."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress

import mqtt5

from padlicht.errors import BadData, Refused, TryAgain
from padlicht.intake.messages import Handler, Message, OutgoingMessage
from padlicht.intake.mqtt_login import MqttLogin, connack_error
from padlicht.intake.mqtt_packets import (
    Outbox,
    PacketSplitter,
    Unreadable,
    pubacks,
    qos0_publishes,
)
from padlicht.wire import HubStatus, encode, hub_status_topic

KEEP_ALIVE_S = 30
RESPONSE_S = 10.0  # the broker is near; what takes longer has gone
GOODBYE_S = 1.0  # for closing in good order; then the link is cut
EXPIRY_S = 7 * 86_400  # the broker keeps the queue of a hub that is away so long
MOST_BYTES = 1 << 16  # of one packet towards the hub; the contract's are under 4 KiB
# What comes while a batch is being stored waits here, twice as much at the most, and is the next
# batch. When it is full the socket is not read, and the broker keeps the rest.
BUFFER_BYTES = 1 << 21
RECEIVE_MAX = 20_000  # messages on their way to the disk at once: two full buffers of small ones
# More than any broker lets be on its way, and always with an id to spare.
MOST_ROOM = 60_000

# The codec's reason codes only look like integers; they cannot be compared as such.
_GRANTED = (
    mqtt5.SubAckReasonCode.GRANTED_QOS_AT_MOST_ONCE,
    mqtt5.SubAckReasonCode.GRANTED_QOS_AT_LEAST_ONCE,
)


class Connection:
    """Speaks MQTT 5 over a pair of streams; every failure raises, and then it is over.

    `subscribed` is set once the broker has confirmed the subscription.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.subscribed = asyncio.Event()
        self._reader = reader
        self._writer = writer
        self._splitter = PacketSplitter(MOST_BYTES)
        self._inbox: list[mqtt5.Packet | Unreadable] = []
        self._outbox = Outbox()
        self._sending = False

    async def connect_and_subscribe(self, login: MqttLogin) -> None:
        """CONNECT and SUBSCRIBE; whatever came early stays in the inbox.

        Raises Refused when the broker says no and would say so again, TryAgain when it may not,
        BadData when it does not speak MQTT 5.
        """
        hello = mqtt5.ConnectPacket(
            login.client_id,
            username=login.user,
            password=login.password,
            clean_start=False,
            keep_alive=KEEP_ALIVE_S,
            session_expiry_interval=EXPIRY_S,
            receive_max=RECEIVE_MAX,
            max_packet_size=MOST_BYTES,
            will=mqtt5.Will(
                hub_status_topic(login.client_id),
                payload=encode(HubStatus("lost")),
                qos=mqtt5.QoS.AT_LEAST_ONCE,
                retain=True,
            ),
        )
        self._writer.write(hello.write())
        async with asyncio.timeout(RESPONSE_S):
            while not self._inbox:
                await self._read()
        match self._inbox.pop(0):
            case mqtt5.ConnAckPacket(reason_code=mqtt5.ConnAckReasonCode.SUCCESS) as welcome:
                self._outbox.room = min(welcome.receive_max, MOST_ROOM)
            case mqtt5.ConnAckPacket() as refusal:
                raise connack_error(refusal.reason_code)
            case other:
                raise BadData(f"the broker began with {type(other).__name__}")
        # Not "as published": so the flag tells what the broker had kept from what is said now.
        filters = [
            mqtt5.TopicFilter(topic, max_qos=mqtt5.QoS.AT_LEAST_ONCE, retain_as_published=False)
            for topic in login.topics
        ]
        self._writer.write(mqtt5.SubscribePacket(self._outbox.next_id(), filters).write())

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Hear no more of these; a session that the broker kept may still have them."""
        self._writer.write(mqtt5.UnsubscribePacket(self._outbox.next_id(), list(topics)).write())

    def publish(self, letter: OutgoingMessage) -> None:
        """Send a message with QoS 1, or queue it while the broker has no room.

        Raises TryAgain when the queue is full.
        """
        self._outbox.put(letter)
        if not self._sending:
            # All that is said in one turn of the loop goes out in one piece.
            self._sending = True
            asyncio.get_running_loop().call_soon(self._send)

    def publish_qos0(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send each (topic, payload) with QoS 0, which needs neither room nor an answer."""
        if frames := qos0_publishes(messages):
            self._writer.write(frames)

    async def receive(self, handler: Handler) -> None:
        """Hand over all that comes, a batch at a time, and acknowledge what was handled."""
        while True:
            messages, ids = self._sort()
            if messages:
                await handler(messages)
                self._writer.write(pubacks(ids))
                await self._writer.drain()
            # Longer than the ping takes to come back: then this is a link that only looks alive.
            async with asyncio.timeout(KEEP_ALIVE_S * 1.25):
                await self._read()

    async def ping(self) -> None:
        """Say something at least twice per keep-alive, whatever else is said."""
        while True:
            await asyncio.sleep(KEEP_ALIVE_S / 2)
            self._writer.write(mqtt5.PingReqPacket().write())
            async with asyncio.timeout(RESPONSE_S):
                await self._writer.drain()

    async def close(self) -> None:
        """Say goodbye, and have the broker tell the nodes at once that nobody answers now."""
        if not self._writer.is_closing():
            goodbye = mqtt5.DisconnectPacket(
                reason_code=mqtt5.DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE
            )
            self._writer.write(goodbye.write())
        self._writer.close()
        try:
            # Not `asyncio.timeout`: in a task that is being cancelled, Python 3.11.2's ends in one
            # more cancellation, and not in a TimeoutError.
            await asyncio.wait_for(self._writer.wait_closed(), GOODBYE_S)
        except OSError:  # a TimeoutError, too
            # It may be gone already: the transport has no protocol then, and Python 3.11.2's trips.
            with suppress(AttributeError):
                self._writer.transport.abort()

    async def _read(self) -> None:
        data = await self._reader.read(2 * BUFFER_BYTES)
        if not data:
            raise EOFError("the broker closed the connection")
        self._inbox += self._splitter.feed(data)

    def _send(self) -> None:
        self._sending = False
        if frames := self._outbox.take():
            self._writer.write(frames)

    def _sort(self) -> tuple[list[Message], list[int]]:
        """Empty the inbox: messages for the handler, and which ids to acknowledge afterwards."""
        messages: list[Message] = []
        ids: list[int] = []
        packets, self._inbox = self._inbox, []
        for packet in packets:
            if isinstance(packet, mqtt5.PublishPacket):
                messages.append(Message(packet.topic, packet.payload, packet.retain))
                if (packet_id := packet.packet_id) is not None:
                    ids.append(packet_id)
            elif isinstance(packet, mqtt5.PubAckPacket):
                self._outbox.acknowledged(packet.packet_id)
            elif isinstance(packet, Unreadable):
                if packet.packet_id is None:
                    raise BadData(f"the broker sent a packet that cannot be read: {packet.why}")
                messages.append(Message(packet.topic, packet.frame, False, packet.why))
                ids.append(packet.packet_id)
            else:
                self._note(packet)
        self._send()  # for what there is room now
        return messages, ids

    def _note(self, packet: mqtt5.Packet) -> None:
        """What is neither a message nor its acknowledgement."""
        match packet:
            case mqtt5.SubAckPacket(reason_codes=codes):
                if denied := [code.name for code in codes if code not in _GRANTED]:
                    raise Refused(
                        f"the broker denies a subscription ({', '.join(denied)}): its access "
                        "list must let the hub read padlicht/v1/#"
                    )
                self.subscribed.set()
            case mqtt5.DisconnectPacket() as goodbye:
                raise TryAgain(f"the broker says goodbye: {goodbye.reason_code.name}")
            case _:
                pass  # a ping's answer, or something that a hub does not use
