"""Decode, store, acknowledge: a batch of messages is one commit, and then the nodes hear of it."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from padlicht.backoff import Backoff
from padlicht.clock import HubClock
from padlicht.control.live_state import LiveState
from padlicht.control.publisher import Publisher
from padlicht.intake.acks import answers
from padlicht.intake.decode import NodeMessage, RejectedMessage
from padlicht.intake.message import Message
from padlicht.intake.node_topics import node_name_in
from padlicht.intake.store import BatchStorer, StoreResult
from padlicht.ledger import Ledger
from padlicht.ledger.thread import LedgerThread
from padlicht.wire import CounterLive, LampLive, Lost, Reply, SettingsReport, Status

log = logging.getLogger(__name__)

AGAIN_S = 5.0  # a disk that is full is looked at so often, at the least
QUIET_S = 3600  # what is wrong with a topic is said once in so long
MOST_TOPICS = 1000  # that are results for it

# (messages, new records by table, repeated records, messages to quarantine, seconds on the disk)
BatchListener = Callable[[int, Mapping[str, int], int, int, float], None]


class Intake:
    """Takes what the session brings; who listens to what nodes say registers `on_node_message`.

    `trouble` says why nothing can be stored at the moment; None when it can.
    """

    def __init__(
        self,
        ledger: LedgerThread,
        post: Publisher,
        live: LiveState,
        clock: HubClock,
        sites: frozenset[str] | None = None,
    ) -> None:
        self.trouble: str | None = None
        self._ledger = ledger
        self._post = post
        self._live = live
        self._clock = clock
        self._sites = sites
        self._storer: BatchStorer | None = None
        self._said_utc_s: dict[str, int] = {}
        self._on_heard: list[Callable[[NodeMessage], None]] = []
        self._on_stray: list[Callable[[str], None]] = []
        self._on_batch: list[BatchListener] = []

    def on_node_message(self, callback: Callable[[NodeMessage], None]) -> None:
        """Call `callback` with all that registered nodes said, records apart, once it is stored."""
        self._on_heard.append(callback)

    def on_unserved_site(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with each site that is not served here but whose messages came."""
        self._on_stray.append(callback)

    def on_batch(self, callback: BatchListener) -> None:
        """Call `callback` with the numbers of each batch, once it is stored."""
        self._on_batch.append(callback)

    async def handle(self, messages: Sequence[Message]) -> None:
        """Store a batch and acknowledge its records to their nodes.

        When this returns, the messages are on disk. While the disk takes nothing (it is full),
        this waits; the broker keeps what comes meanwhile.
        """
        backoff = Backoff(0.5, AGAIN_S)
        utc_s = self._clock.utc_s()
        while True:
            try:
                stored = await self._ledger.run(lambda ledger: self._take(ledger, messages, utc_s))
                break
            except sqlite3.OperationalError as error:
                self._note_trouble(f"the ledger cannot be written: {error}")
            await asyncio.sleep(backoff.next_s())
        if self.trouble is not None:
            log.warning("intake: the ledger takes records again")
            self.trouble = None
        for part in stored:
            # Not queued, and not twice: a node that misses its answer sends its records again.
            self._post.publish_qos0(answers(part.seqs))
            self._show(part)
            self._complain(part.rejected, utc_s)
            for item in part.node_messages:
                for callback in self._on_heard:
                    callback(item)
        if self._storer is not None:
            for site in self._storer.unserved_sites():
                for call in self._on_stray:
                    call(site)
        self._count(len(messages), stored)

    def _take(self, ledger: Ledger, messages: Sequence[Message], utc_s: int) -> list[StoreResult]:
        if self._storer is None:
            self._storer = BatchStorer(ledger, self._sites)
        return self._storer.take(messages, utc_s)

    def _note_trouble(self, why: str) -> None:
        if self.trouble is None:
            log.warning(
                "intake: %s; nodes and broker keep their records meanwhile: make room on the disk",
                why,
            )
        self.trouble = why

    def _show(self, stored: StoreResult) -> None:
        """Tell the viewers: levels themselves, and which nodes to look up again."""
        changed: set[str] = set()
        for item in stored.node_messages:
            name = item.node.name
            match item.said:
                case LampLive() as level:
                    self._live.put_level(name, level)
                case CounterLive() as counter:
                    self._live.put_counter(name, counter)
                case Lost():
                    self._live.forget(name)
                    changed.add(name)
                case Status() | SettingsReport() | Reply():
                    changed.add(name)
        if changed:
            self._live.note("presence", {"nodes": sorted(changed)})
        if stored.counted:
            self._live.note("counts", {"nodes": sorted(map(node_name_in, stored.counted))})

    def _complain(self, rejected: Iterable[RejectedMessage], utc_s: int) -> None:
        """Say what went to quarantine, once in a while for each topic."""
        for item in rejected:
            said_utc_s = self._said_utc_s.get(item.topic)
            quiet = said_utc_s is not None and 0 <= utc_s - said_utc_s < QUIET_S
            if not quiet:
                if len(self._said_utc_s) >= MOST_TOPICS:
                    self._said_utc_s.clear()
                self._said_utc_s[item.topic] = utc_s
            say = log.debug if quiet else log.warning
            # %r: a topic may hold what no terminal can show.
            say("intake: quarantined a message on %r: %s", item.topic, item.reason)

    def _count(self, messages: int, stored: Sequence[StoreResult]) -> None:
        added: dict[str, int] = {}
        for part in stored:
            for table, number in part.added.items():
                added[table] = added.get(table, 0) + number
        repeated = sum(part.repeated for part in stored)
        quarantined = sum(len(part.rejected) for part in stored)
        commit_s = sum(part.commit_s for part in stored)
        for callback in self._on_batch:
            callback(messages, added, repeated, quarantined, commit_s)
