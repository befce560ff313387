"""Session with the hub: records, replies and live levels out, settings, time and commands in.

One connection after another, for ever. On each: subscribe, say that we are born and what settings
are in force, then three talks at once: records go out and wait for the hub's own acknowledgement,
the outbox as it fills, and live levels while somebody watches. Topics and messages are in `wire`,
and what is done about a hub that does not answer is in `repeats`.
"""

import asyncio
import gc
import random
from time import ticks_diff, ticks_ms

from node import log
from node.errors import BadData, Refused, TryAgain
from node.link import wire
from node.link.mqtt import Client
from node.link.outbox import Outbox
from node.link.repeats import Repeats

BATCH_BYTES = 2000
BATCH_RECORDS = 20
STEADY_S = 60  # a link that lasted so long was a good one
LIVE_MS = 200  # at most five times a second
LIVE_QUIET_MS = 2000  # a level that does not change is told all the same
WATCH_MAX_S = 600
ROUND_TRIP_MAX_MS = 10000  # a time that comes later was not the answer to our birth


class Hub:
    """Talks to the hub on behalf of `node`.

    `node` gives: clock, status(), settings_report(), live() (payloads), set_time(utc_ms),
    set_settings(version, wanted), execute(do, args, answer), reset(). `execute` calls
    `answer(why=None, detail=None)` once, at once or when it is done; `why` says what went wrong.
    `run` is the task; it is given the spool, which may take longer to open than the rest of the
    node.

    `listener`: None, or an object whose `hub_spoke()` is called at the hub's first word on each
    connection and at its birth, and `reply_stored(id)` when the hub has a reply on its disk that no
    command asked for.

    `tried(answered)` hears of each try to connect whether somebody answered, be it to refuse.

    `connected`: the hub's broker has our birth. `round_trip_ms`: from the last birth to the time
    that the hub sent back, set before `set_time` is called. `ack_ms`: from the last batch to its
    acknowledgement, the hub's disk included. Both None before the first.
    """

    def __init__(self, board, node, backoff, tried=None):
        identity = board.identity
        self._site = identity["site"]
        self._name = identity["node"]
        self._node = node
        self._backoff = backoff
        self._tried = tried or (lambda answered: None)
        self._client = Client(
            board.open_link,
            self._name,
            will=(self._topic("up/status"), wire.LOST, 1, True),
            on_message=self._on_message,
        )
        self._spool = None
        self.listener = None
        self.connected = False
        self.round_trip_ms: int | None = None
        self.ack_ms: int | None = None
        self._born_ms = None  # when the status went out that the hub has not answered yet
        self._why = None  # what ended this connection, when it was one of our talks
        self._awaited = []  # seqs of the batch that the hub has to acknowledge
        self._awaited_boot = 0
        self._repeats = Repeats(node.clock.up_s, random.randint)
        self._spoke = False  # the hub said something on this connection
        self._records_changed = asyncio.Event()
        self._outbox = Outbox()
        self._watched = asyncio.Event()
        self._watch_until_up_s = 0
        self._reset_wanted = False

    def _topic(self, leaf):
        return wire.topic(self._site, self._name, leaf)

    def records_changed(self) -> None:
        """There is a new record in the spool, or one that can be dated now."""
        self._records_changed.set()

    def send_status(self) -> None:
        """What the birth said is true no longer: say it again."""
        self._outbox.put("up/status", self._node.status(), True)

    def send_reply(self, reply_id: str, detail) -> None:
        """Say what no command asked for, as an answer with an id of its own."""
        self._outbox.reply(reply_id, None, detail)

    async def run(self, spool) -> None:
        """Hand in what is in `spool`, and come back after every loss of the link; never returns."""
        self._spool = spool
        lost = False
        while True:
            began_s = self._node.clock.up_s()
            try:
                await self._run_connection()
            except (TryAgain, Refused) as error:
                why = self._why or str(error)
                self._tried(isinstance(error, Refused) or getattr(error, "answered", False))
            if self._reset_wanted:
                self._node.reset()
            if self._node.clock.up_s() - began_s >= STEADY_S:
                self._backoff.reset()
            wait_ms = self._backoff.next_ms()
            # The first failure is news; that it still fails is not.
            say = log.debug if lost and not self.connected else log.warn
            say("hub: link lost ({}); trying again in {} s".format(why, (wait_ms + 999) // 1000))
            lost = True
            self.connected = False
            await asyncio.sleep_ms(wait_ms)

    async def _run_connection(self):
        """One connection, from beginning to end; raises TryAgain or Refused, never returns."""
        self._why = None
        gc.collect()  # TLS wants its buffers in one piece
        await self._client.connect()
        self._tried(True)
        talks = [
            asyncio.create_task(self._guard(talk))
            for talk in (self._send_records(), self._send_outbox(), self._send_live())
        ]
        try:
            await self._client.run()
        finally:
            for talk in talks:
                talk.cancel()
            await self._client.close()

    async def _guard(self, talk):
        """A talk that cannot go on ends the connection, so that all begin afresh."""
        try:
            await talk
        except (TryAgain, Refused) as error:
            self._why = str(error)
        except Exception as error:
            self._why = "a talk failed: {!r}".format(error)
        await self._client.close()

    async def _publish(self, leaf, payload, qos=0, retain=False):
        if leaf == "up/status":
            self._born_ms = ticks_ms()
        await self._client.publish(self._topic(leaf), payload, qos, retain)

    async def _send_records(self):
        self._spoke = False
        self._repeats.connected()
        await self._client.subscribe(self._topic("down/#"))
        await self._watch_hub()
        await self._publish("up/status", self._node.status(), 1, True)
        await self._publish("up/settings", self._node.settings_report(), 1, True)
        self.connected = True
        log.info("hub: connected")
        self._spool.rewind()  # what was on its way when the link broke may have got lost
        await self._repeats.wait()  # for a sign of the hub, when nobody answered the last batch
        while True:
            self._records_changed.clear()
            batch = self._spool.batch(BATCH_BYTES, BATCH_RECORDS)
            if batch is None:
                await self._records_changed.wait()
                continue
            boot, recs = batch
            self._awaited_boot = boot
            self._awaited = [rec["seq"] for rec in recs]
            sent_ms = ticks_ms()
            sent_s = self._node.clock.up_s()
            self._repeats.sent()
            await self._publish("up/records", wire.encode_records(boot, recs), 1)
            if await self._repeats.wait():
                self.ack_ms = ticks_diff(ticks_ms(), sent_ms)
            else:
                waited_s = int(self._node.clock.up_s() - sent_s)
                log.warn("hub: no acknowledgement in {} s; sending again".format(waited_s))
                self._spool.rewind()

    async def _watch_hub(self):
        """Hear of the hub's birth and its end; a broker of before this firmware may not let us."""
        try:
            await self._client.subscribe(wire.HUB_STATUS)
        except Refused as error:
            log.info("hub: {}; it is asked for more rarely then".format(error))

    async def _send_outbox(self):
        while True:
            await self._outbox.send_all(self._publish)
            if self._reset_wanted:
                return  # the answer is out; the end of this talk ends the link, and `run` resets
            await self._outbox.wait()

    async def _send_live(self):
        """Live levels, QoS 0: on change, and now and then, as long as somebody watches."""
        last = None
        quiet_ms = 0
        while True:
            if self._node.clock.up_s() >= self._watch_until_up_s:
                self._watched.clear()
                await self._watched.wait()
            payload = self._node.live()
            quiet_ms += LIVE_MS
            if payload != last or quiet_ms >= LIVE_QUIET_MS:
                await self._publish("up/live", payload)
                last = payload
                quiet_ms = 0
            await asyncio.sleep_ms(LIVE_MS)

    def _on_message(self, topic, payload, retained):
        try:
            leaf = wire.leaf_of(topic)
            if leaf == "hub":
                self._on_hub(wire.decode_hub_status(payload), retained)
                return
            if not retained:
                self._hub_spoke()
            if leaf == "down/ack":
                self._on_ack(*wire.decode_ack(payload))
                for reply_id in wire.decode_replies(payload) if b"replies" in payload else ():
                    if self.listener:
                        self.listener.reply_stored(reply_id)
            elif leaf == "down/time":
                self._on_time(wire.decode_time(payload))
            elif leaf == "down/settings":
                self._node.set_settings(*wire.decode_settings(payload))
                self._outbox.put("up/settings", self._node.settings_report(), True)
            elif leaf == "down/command" and not retained:
                self._on_command(*wire.decode_command(payload))
            else:
                log.warn("hub: nothing here reads " + topic)
        except BadData as error:
            log.warn("hub: {}; ignored".format(error))
        except Exception as error:
            # A retained message that breaks something here would break every connection.
            log.warn("hub: {} cannot be handled: {!r}; ignored".format(topic, error))

    def _on_hub(self, is_there, retained):
        """The hub was born, or is away; a retained word is of before this connection."""
        if not is_there:
            self._spoke = False
            log.info("hub: it is away")
            return
        if not retained:
            self._spoke = False  # a new one
            log.info("hub: it is back")
        self._hub_spoke()

    def _hub_spoke(self):
        self._repeats.hub_spoke()
        if not self._spoke:
            self._spoke = True
            if self.listener:
                self.listener.hub_spoke()

    def _on_ack(self, boot, ranges):
        self._spool.ack(boot, ranges)
        if boot != self._awaited_boot:
            return
        for first, last in ranges:
            self._awaited = [seq for seq in self._awaited if not first <= seq <= last]
        if not self._awaited:
            self._repeats.answered()

    def _on_time(self, utc_ms):
        born_ms, self._born_ms = self._born_ms, None
        if born_ms is not None:
            round_trip_ms = ticks_diff(ticks_ms(), born_ms)
            if 0 <= round_trip_ms <= ROUND_TRIP_MAX_MS:
                self.round_trip_ms = round_trip_ms
        self._node.set_time(utc_ms)

    def _on_command(self, command_id, do, until, args):
        def answer(why=None, detail=None):
            log.info("hub: command {} {}".format(do, "refused: " + why if why else "done"))
            self._outbox.reply(command_id, why, detail)

        clock = self._node.clock
        utc_s = clock.utc_s()
        if utc_s is None:
            answer("the clock of this node is not set yet: send it again in a minute")
        elif until <= utc_s:
            answer("it came {} s too late".format(utc_s - until))
        elif do == "watch":
            self._watch_until_up_s = clock.up_s() + min(until - utc_s, WATCH_MAX_S)
            self._watched.set()
            answer()
        elif do == "reboot":
            self._reset_wanted = True
            answer()
        else:
            self._node.execute(do, args, answer)
