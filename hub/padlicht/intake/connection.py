"""One connection to the broker, from CONNECT to its end."""

import asyncio
from collections import deque
from collections.abc import Sequence

import mqtt5

from padlicht.errors import BadData, Refused, TryAgain
from padlicht.intake.message import Handler, Message
from padlicht.intake.outbox import Outbox
from padlicht.intake.packets import Splitter, Unreadable

KEEP_ALIVE_S = 30
RESPONSE_S = 10.0  # the broker is near; what takes longer has gone
GOODBYE_S = 1.0  # for closing in good order; then the link is cut
EXPIRY_S = 7 * 86_400  # the broker keeps the queue of a hub that is away so long
READ_BYTES = 1 << 18
MOST_BYTES = 1 << 16  # of one packet towards the hub; the contract's are under 4 KiB
RECEIVE_MAX = 1000  # messages on their way to the disk at once

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
        self._splitter = Splitter(MOST_BYTES)
        self._inbox: deque[mqtt5.Packet | Unreadable] = deque()
        self._outbox = Outbox()

    async def introduce(self, client_id: str, topics: Sequence[str]) -> None:
        """CONNECT and SUBSCRIBE; whatever came early stays in the inbox.

        Raises Refused when the broker says no, BadData when it does not speak MQTT 5.
        """
        hello = mqtt5.ConnectPacket(
            client_id,
            clean_start=False,
            keep_alive=KEEP_ALIVE_S,
            session_expiry_interval=EXPIRY_S,
            receive_max=RECEIVE_MAX,
            max_packet_size=MOST_BYTES,
        )
        self._writer.write(hello.write())
        async with asyncio.timeout(RESPONSE_S):
            while not self._inbox:
                await self._read()
        match self._inbox.popleft():
            case mqtt5.ConnAckPacket(reason_code=mqtt5.ConnAckReasonCode.SUCCESS) as welcome:
                self._outbox.room = welcome.receive_max
            case mqtt5.ConnAckPacket() as refusal:
                raise Refused(f"the broker refuses the hub: {refusal.reason_code.name}")
            case other:
                raise BadData(f"the broker began with {type(other).__name__}")
        # Not "as published": so the flag tells what the broker had kept from what is said now.
        filters = [
            mqtt5.TopicFilter(topic, max_qos=mqtt5.QoS.AT_LEAST_ONCE, retain_as_published=False)
            for topic in topics
        ]
        self._writer.write(mqtt5.SubscribePacket(self._outbox.next_id(), filters).write())

    def publish(self, packet: mqtt5.PublishPacket, qos: int) -> None:
        """Send a message, or queue it while the broker has no room; TryAgain when that is full."""
        if qos == 0:
            self._writer.write(packet.write())
        else:
            self._outbox.put(packet)
            self._writer.write(self._outbox.take())

    async def receive(self, handler: Handler) -> None:
        """Hand over all that comes, a batch at a time, and acknowledge what was handled."""
        while True:
            messages, acknowledgements = self._sort()
            if messages:
                await handler(messages)
                self._writer.write(b"".join(acknowledgements))
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
        """Say goodbye, so that the broker does not take a hub that stops for one that is lost."""
        if not self._writer.is_closing():
            self._writer.write(mqtt5.DisconnectPacket().write())
        self._writer.close()
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()

    async def _read(self) -> None:
        data = await self._reader.read(READ_BYTES)
        if not data:
            raise EOFError("the broker closed the connection")
        self._inbox.extend(self._splitter.feed(data))

    def _sort(self) -> tuple[list[Message], list[bytes]]:
        """Empty the inbox: messages for the handler, and what to send once they are stored."""
        messages: list[Message] = []
        acknowledgements: list[bytes] = []
        while self._inbox:
            match self._inbox.popleft():
                case mqtt5.PublishPacket() as packet:
                    messages.append(Message(packet.topic, packet.payload, packet.retain))
                    if packet.packet_id is not None:
                        acknowledgements.append(mqtt5.PubAckPacket(packet.packet_id).write())
                case Unreadable(packet_id=None, why=why):
                    raise BadData(f"the broker sent a packet that cannot be read: {why}")
                case Unreadable(packet_id=int(broken_id)) as broken:
                    messages.append(Message(broken.topic, broken.frame, False, broken.why))
                    acknowledgements.append(mqtt5.PubAckPacket(broken_id).write())
                case mqtt5.PubAckPacket(packet_id=packet_id):
                    self._outbox.acknowledged(packet_id)
                    self._writer.write(self._outbox.take())
                case mqtt5.SubAckPacket(reason_codes=codes):
                    if denied := [code.name for code in codes if code not in _GRANTED]:
                        raise TryAgain(f"the broker denies a subscription: {', '.join(denied)}")
                    self.subscribed.set()
                case mqtt5.DisconnectPacket() as goodbye:
                    raise TryAgain(f"the broker says goodbye: {goodbye.reason_code.name}")
                case _:
                    pass  # a ping's answer, or something that a hub does not use
        return messages, acknowledgements
