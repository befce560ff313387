"""MQTT connection: packets in, bytes out, keep-alive, and requests that wait for their answer.

Three tasks share it. One reads, one writes, one watches the clock, and none of them is ever
cancelled while the connection is to live on, because in MicroPython 1.25
- cancelling a task that waits for a stream makes the loop forget the *other* task that waits for
  the same stream (`IOQueue.remove`), so a `wait_for` around `drain` would deafen the reader;
- over TLS, adding to a write that has not gone out yet loses the addition in silence (mbedTLS takes
  the next call for a repetition of the last), so each write is drained before the next.
"""

import asyncio
from time import ticks_diff, ticks_ms

from node.link import packets, reasons
from node.link.reasons import LinkError

MAX_IN_BYTES = 4096  # a longer packet is skipped and counted
MAX_OUT_BYTES = 24576  # a broker that lets so much wait is not reading


async def within(limit_s, work, what):
    """Await `work`; LinkError when it takes longer. Never for a stream that goes on being used."""
    try:
        return await asyncio.wait_for(work, limit_s)
    except asyncio.TimeoutError:
        raise LinkError("{} took longer than {} s".format(what, limit_s))


class PendingRequest:
    """A packet that the broker must answer, and who waits for that."""

    def __init__(self, answer_kind: int, packet_id: int, packet: bytes):
        self.answer_kind = answer_kind  # as in `packets`
        self.packet_id = packet_id
        self.packet = packet
        self.sent = False  # ever, over whichever connection
        self.sent_ms = 0  # when it was last sent, in ticks
        self.answered = asyncio.Event()
        self.answer: tuple = None  # what the broker said, as `packets.decode` gives it
        self.error = None  # or why it cannot say anything any more

    def settle(self, answer, error=None) -> None:
        """Wake who waits, with what the broker said or with what went wrong."""
        if not self.answered.is_set():
            self.answer = answer
            self.error = error
            self.answered.set()


class PendingRequests:
    """Requests that wait for the broker's answer, oldest first; a publish outlives its connection.

    A list: MicroPython's dicts forget the order.
    """

    def __init__(self):
        self._open = []
        self._last_id = 0

    def __len__(self):
        return len(self._open)

    def free_id(self) -> int:
        """The next packet id from 1 to 65535 that is not in use; 0 would be against the rules."""
        while True:
            self._last_id = self._last_id % 65535 + 1
            if not any(request.packet_id == self._last_id for request in self._open):
                return self._last_id

    def add(self, answer_kind: int, packet_id: int, packet: bytes) -> PendingRequest:
        """Open one; who asked must `forget` it in the end."""
        request = PendingRequest(answer_kind, packet_id, packet)
        self._open.append(request)
        return request

    def forget(self, request) -> None:
        """Nobody waits for it any more; it is not repeated."""
        self._open.remove(request)

    def publishes(self):
        """Those that go on over the next connection, in the order in which they were asked."""
        return [request for request in self._open if request.answer_kind == packets.PUBACK]

    def settle(self, answer, packet_id: int) -> None:
        """Hand an answer to who asked. One that nobody waits for is a repetition, or too late."""
        for request in self._open:
            if request.answer_kind == answer[0] and request.packet_id == packet_id:
                request.settle(answer)

    def give_up(self, why: str, everything: bool) -> None:
        """The connection has ended, or with `everything` the client: wake who waits in vain."""
        for request in self._open:
            if everything or request.answer_kind != packets.PUBACK:
                request.settle(None, why)


class Connection:
    """Owns the stream from `start` to `close`.

    `on_packet(packet)` gets what `packets.decode` gives. `on_end(why)` is called once, as soon as
    the connection is known to have ended; `why` and the event `ended` are set by then. Both are
    plain functions. Silence of 1.25 times `keepalive_s`, at least 1, ends the connection, and so
    does a write that takes `stuck_s`.
    """

    def __init__(self, reader, writer, keepalive_s, stuck_s, on_packet, on_end):
        self._reader = reader
        self._writer = writer
        self._keepalive_ms = keepalive_s * 1000
        self._stuck_ms = stuck_s * 1000
        self._on_packet = on_packet
        self._on_end = on_end
        self._splitter = packets.PacketSplitter(MAX_IN_BYTES)
        self._out = bytearray()
        self._out_waits = asyncio.Event()
        self._writing_since_ms = None
        self._heard_ms = self._wrote_ms = ticks_ms()
        self._pinged = False
        self._tasks = []
        self._leaving = False
        self.phase = reasons.TLS  # of `reasons`: what an error of the stream means
        self.ended = asyncio.Event()
        self.why = None
        self.answered = False  # it was the other side that ended it

    async def start(self, first: bytes) -> None:
        """Write the first packet, which over TLS is also the handshake, then start the tasks.

        The caller keeps the deadline: nobody reads yet, so this may be cancelled.
        """
        self._writer.write(first)
        await self._writer.drain()
        self.phase = reasons.CONNECT
        self._heard_ms = self._wrote_ms = ticks_ms()
        for task in (self._read(), self._write(), self._watch()):
            self._tasks.append(asyncio.create_task(self._guard(task)))

    def send(self, packet: bytes) -> None:
        """Have it written soon; never waits."""
        if len(self._out) + len(packet) > MAX_OUT_BYTES:
            self.end("the broker does not read what is sent")
        if self.why is None:
            self._out.extend(packet)
            self._out_waits.set()

    def backlog_bytes(self) -> int:
        """How much is to be sent and has not been begun."""
        return len(self._out)

    def end(self, why: str) -> None:
        """It is over; the first reason counts. `close` must still be called."""
        if self.why is None:
            self.why = "closed by this node" if self._leaving else why
            self.ended.set()
            self._on_end(self.why)

    async def disconnect(self) -> None:
        """Say goodbye: whoever closes first after that, it was our wish."""
        self._leaving = True
        self.send(packets.DISCONNECT)
        while self.why is None and (self._out or self._writing_since_ms is not None):
            await asyncio.sleep_ms(10)

    async def close(self) -> None:
        """Stop the tasks, then close the socket: a task must never wait for a closed one."""
        self._leaving = True
        self.end("")
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        try:
            self._writer.close()
            await self._writer.wait_closed()
        except OSError:
            pass  # it was broken already

    async def _guard(self, work):
        try:
            await work
        except Exception as error:
            if self.why is None:
                self.answered = reasons.was_answered(error, self.phase)
            self.end(reasons.explain(error, self.phase))

    async def _read(self):
        while self.why is None:
            piece = await self._reader.read(self._splitter.bytes_wanted())
            if not piece:
                raise LinkError(self._hung_up(), answered=True)
            self._splitter.feed(piece)
            while self.why is None:
                packet = self._splitter.next_packet()
                if packet is None:
                    break
                # Whole packets count, not bytes: a peer that dribbles is not alive.
                self._heard_ms = ticks_ms()
                self._pinged = False
                self._on_packet(packets.decode(*packet))

    def _hung_up(self):
        if self.phase == reasons.SESSION:
            return "the broker closed the connection"
        return "the broker hung up without an answer; it may not accept this node's certificate"

    async def _write(self):
        while True:
            await self._out_waits.wait()
            self._out_waits.clear()
            while self._out:
                piece, self._out = self._out, bytearray()
                self._writing_since_ms = ticks_ms()
                self._writer.write(piece)
                await self._writer.drain()
                self._writing_since_ms = None
                self._wrote_ms = ticks_ms()

    async def _watch(self):
        """Ping after three quarters of a keep-alive of silence either way; give up at 1.25."""
        keepalive_ms = self._keepalive_ms
        while True:
            await asyncio.sleep_ms(min(1000, keepalive_ms // 8))
            now = ticks_ms()
            silent_ms = ticks_diff(now, self._heard_ms)
            began = self._writing_since_ms
            if began is not None and ticks_diff(now, began) >= self._stuck_ms:
                raise LinkError("nothing could be written for {} s".format(self._stuck_ms // 1000))
            if silent_ms * 4 >= keepalive_ms * 5:
                raise LinkError("nothing heard for {} s".format(silent_ms // 1000))
            idle_ms = max(silent_ms, ticks_diff(now, self._wrote_ms))
            if idle_ms * 4 >= keepalive_ms * 3 and not self._pinged:
                self._pinged = True
                self.send(packets.PINGREQ)
