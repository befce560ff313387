"""The hub's MQTT 5 session: everything the nodes say, acknowledged only after it is stored."""

import asyncio
import enum
import logging
import ssl
from collections.abc import Awaitable, Callable, Sequence

import mqtt5

from padlicht.backoff import Backoff
from padlicht.errors import BadData, Refused, TryAgain
from padlicht.intake.connection import RESPONSE_S, Connection
from padlicht.intake.message import Handler

log = logging.getLogger(__name__)

STEADY_S = 10.0  # a connection that lived so long was a good one


class State(enum.Enum):
    """What the session is doing."""

    AWAY = "away"
    CONNECTING = "connecting"
    READY = "ready"


class Session:
    """Keeps a link to the broker and hands over what comes, in order, in batches.

    A batch is everything that one read brought. Its messages are acknowledged to the broker after
    the handler returned; when the handler raises, the link is dropped and the broker sends them
    again. Nothing of ours outlives the link: nodes ask again for what they miss.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        client_id: str,
        tls: ssl.SSLContext | None,
        server_name: str | None,
        topics: Sequence[str],
    ) -> None:
        self.state = State.AWAY
        self._where = (host, port)
        self._client_id = client_id
        self._tls = tls
        self._server_name = server_name if tls else None
        self._topics = topics
        self._on_ready: list[Callable[[], Awaitable[None]]] = []
        self._connection: Connection | None = None
        self._troubled = False

    def on_ready(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Run `callback` each time the link has become ready."""
        self._on_ready.append(callback)

    async def run(self, handler: Handler) -> None:
        """Keep the session, handing all that comes to `handler`, until cancelled."""
        backoff = Backoff(0.5, 30)
        loop = asyncio.get_running_loop()
        try:
            while True:
                began_s = loop.time()
                try:
                    await self._connect(handler)
                except (TryAgain, BadData, Refused, OSError, EOFError, TimeoutError) as error:
                    why = f"{error}" or type(error).__name__
                except Exception as error:
                    # A handler that fails must not end the stream; the batch comes again.
                    log.exception("broker link: a batch could not be handled")
                    why = f"{type(error).__name__}: {error}"
                if loop.time() - began_s > STEADY_S:
                    backoff.reset()
                wait_s = backoff.next_s()
                say = log.debug if self._troubled else log.warning
                say("broker link: lost (%s); trying again in %.1f s", why, wait_s)
                self._troubled = True
                await asyncio.sleep(wait_s)
        finally:
            self.state = State.AWAY

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> None:
        """Send a message, or queue it while the broker has no room; never waits.

        With `expiry_s` the broker drops it when the node has not had it by then. Raises TryAgain
        when there is no link or the queue is full.
        """
        if self._connection is None:
            raise TryAgain("there is no link to the broker")
        packet = mqtt5.PublishPacket(
            topic, payload, retain=retain, message_expiry_interval=expiry_s
        )
        self._connection.publish(packet, qos)

    async def _connect(self, handler: Handler) -> None:
        """One connection from beginning to end; always ends by raising."""
        self.state = State.CONNECTING
        async with asyncio.timeout(RESPONSE_S):
            streams = await asyncio.open_connection(
                *self._where, ssl=self._tls, server_hostname=self._server_name
            )
        connection = Connection(*streams)
        try:
            await connection.introduce(self._client_id, self._topics)
            self._connection = connection
            async with asyncio.TaskGroup() as group:
                group.create_task(connection.ping())
                group.create_task(self._announce(connection))
                group.create_task(connection.receive(handler))
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None  # the first to fail ended the others
        finally:
            self.state = State.AWAY
            self._connection = None
            await connection.close()

    async def _announce(self, connection: Connection) -> None:
        """Once the broker confirms the subscription, everybody hears that the link is ready."""
        await connection.subscribed.wait()
        self.state = State.READY
        log.info("broker link: %s", "back" if self._troubled else "ready")
        self._troubled = False
        for callback in self._on_ready:
            await callback()
