"""The hub's MQTT 5 session: everything the nodes say, acknowledged only after it is stored."""

import asyncio
import enum
import logging
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence

from padlicht.backoff import Backoff
from padlicht.errors import BadData, Refused, TryAgain
from padlicht.intake.messages import Handler
from padlicht.intake.mqtt_connection import BUFFER_BYTES, RESPONSE_S, Connection
from padlicht.intake.mqtt_login import MqttLogin, tls_error
from padlicht.wire import HubStatus, encode, hub_status_topic

log = logging.getLogger(__name__)

STEADY_S = 10.0  # a connection that lived so long was a good one
TROUBLE_S = 30.0  # the longest wait while the broker is away
REFUSED_S = 60.0  # and the only one when it does not want us: half of it at the least


class State(enum.Enum):
    """What the session is doing; REFUSED: the broker turned it away, and somebody must look."""

    AWAY = "away"
    CONNECTING = "connecting"
    READY = "ready"
    REFUSED = "refused"


class Session:
    """Keeps a link to the broker and hands over what comes, in order, in batches.

    A batch is everything that has come since the last one. Its messages are acknowledged to the
    broker after the handler returned; when the handler raises, the link is dropped and the broker
    sends them again. Nothing of ours outlives the link: nodes ask again for what they miss.
    """

    def __init__(
        self,
        host: str,
        port: int,
        login: MqttLogin,
        *,
        tls: ssl.SSLContext | None,
        server_name: str | None,
    ) -> None:
        self.state = State.AWAY
        self._where = (host, port)
        self._login = login
        self._tls = tls
        self._server_name = server_name if tls else None
        self._on_ready: list[Callable[[], Awaitable[None]]] = []
        self._connection: Connection | None = None
        self._trouble: str | None = None  # why there is no link, as it was last said

    def on_ready(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Run `callback` each time the link has become ready."""
        self._on_ready.append(callback)

    async def run(self, handler: Handler) -> None:
        """Keep the session, handing all that comes to `handler`, until cancelled."""
        trouble, refusals = Backoff(0.5, TROUBLE_S), Backoff(REFUSED_S, REFUSED_S)
        loop = asyncio.get_running_loop()
        try:
            while True:
                began_s = loop.time()
                backoff = trouble
                try:
                    await self._connect(handler)
                except Refused as error:
                    why, backoff = f"{error}", refusals
                except (TryAgain, BadData, OSError, EOFError, TimeoutError) as error:
                    why = f"{error}" or type(error).__name__
                except Exception as error:
                    # A handler that fails must not end the stream; the batch comes again.
                    log.exception("broker link: a batch could not be handled")
                    why = f"{type(error).__name__}: {error}"
                if loop.time() - began_s > STEADY_S:
                    trouble.reset()
                self.state = State.REFUSED if backoff is refusals else State.AWAY
                wait_s = backoff.next_s()
                say = log.debug if why == self._trouble else log.warning
                say("broker link: lost (%s); trying again in %.1f s", why, wait_s)
                self._trouble = why
                await asyncio.sleep(wait_s)
        finally:
            self.state = State.AWAY

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        retain: bool = False,
        expiry_s: int | None = None,
    ) -> None:
        """Send a message with QoS 1, or queue it while the broker has no room; never waits.

        With `expiry_s` the broker drops it when the node has not had it by then. Raises TryAgain
        when there is no link or the queue is full.
        """
        self._linked().publish((topic, payload, retain, expiry_s))

    def publish_qos0(self, messages: Iterable[tuple[str, bytes]]) -> None:
        """Send each (topic, payload) with QoS 0; TryAgain when there is no link.

        For what comes in the measure in which something was received: the broker is given no more
        to read than that, and it is never queued.
        """
        self._linked().publish_qos0(messages)

    def unsubscribe(self, topics: Sequence[str]) -> None:
        """Hear no more of topics that an earlier run of this hub had asked for."""
        if self._connection is not None:
            self._connection.unsubscribe(topics)

    def _linked(self) -> Connection:
        if self._connection is None:
            raise TryAgain("there is no link to the broker")
        return self._connection

    async def _connect(self, handler: Handler) -> None:
        """One connection from beginning to end; always ends by raising."""
        self.state = State.CONNECTING
        try:
            async with asyncio.timeout(RESPONSE_S):
                streams = await asyncio.open_connection(
                    *self._where,
                    limit=BUFFER_BYTES,
                    ssl=self._tls,
                    server_hostname=self._server_name,
                )
            await self._converse(Connection(*streams), handler)
        except ssl.SSLError as error:
            # A broker may only say what it thinks of our certificate after the handshake.
            raise tls_error(error) or error from error

    async def _converse(self, connection: Connection, handler: Handler) -> None:
        try:
            try:
                await connection.connect_and_subscribe(self._login)
            except (ConnectionError, EOFError) as error:
                # An alert that says why is often lost with the connection.
                raise TryAgain(
                    f"the broker hung up before it answered ({error}): if it goes on doing so, "
                    "check that it trusts keys/ca.pem and lets the hub in"
                ) from error
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
        log.info("broker link: %s", "back" if self._trouble else "ready")
        self._trouble = None
        birth = hub_status_topic(self._login.client_id), encode(HubStatus("ready")), True, None
        connection.publish(birth)
        for callback in self._on_ready:
            await callback()
