"""Decode, store, acknowledge: a batch of messages is one commit, and then the nodes hear of it.

`Intake.handle` ← mqtt_session ← mqtt_connection; it calls `BatchStorer.take` (store.py: decode,
insert, commit), then sends `build_acks` of what is on disk, then calls its listeners.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from padlicht.backoff import Backoff
from padlicht.clock import HubClock, moment
from padlicht.errors import TryAgain
from padlicht.intake.messages import Message, NodeMessage, RejectedMessage
from padlicht.intake.node_topics import ack_topic, node_name_in
from padlicht.intake.store import BatchStorer, StoreResult
from padlicht.ledger import Ledger, LedgerThread
from padlicht.ledger.trouble import explain, is_ledger_trouble
from padlicht.wire import FIRST_START, Ack, Reply, UpMessage, encode, topic

log = logging.getLogger(__name__)

MOST_RANGES = 50  # in one down/ack: a node reads no packet over 4 KiB
AGAIN_S = 5.0  # a disk that is full is looked at so often, at the least
QUIET_S = 3600  # what is wrong with a topic is said once in so long
MOST_TOPICS = 1000  # that are remembered for it

SendAcks = Callable[[Iterable[tuple[str, bytes]]], None]  # (topic, payload) each, with QoS 0
NodeListener = Callable[[NodeMessage], None]
# (what nodes said, names of counters that sent records)
StoredListener = Callable[[Sequence[NodeMessage], Sequence[str]], None]
# (messages, new records by table, repeated records, messages to quarantine, seconds on the disk)
BatchListener = Callable[[int, Mapping[str, int], int, int, float], None]


class Intake:
    """Takes what the session brings; who listens to what nodes say registers `on_node_message`.

    `trouble` says why nothing can be stored at the moment; None when it can.
    """

    def __init__(
        self,
        ledger: LedgerThread,
        send_acks: SendAcks,
        clock: HubClock,
        sites: frozenset[str] | None = None,
    ) -> None:
        self.trouble: str | None = None
        self._ledger = ledger
        self._send_acks = send_acks
        self._clock = clock
        self._sites = sites
        self._storer: BatchStorer | None = None
        self._said_utc_s: dict[str, int] = {}
        self._on_node_message: dict[type, list[NodeListener]] = {}
        self._on_stored: list[StoredListener] = []
        self._on_unserved_site: list[Callable[[str], None]] = []
        self._on_batch: list[BatchListener] = []

    def on_node_message(self, callback: NodeListener, *kinds: type[UpMessage]) -> None:
        """Call `callback` with each message of these kinds by a registered node, once stored."""
        for kind in kinds:
            self._on_node_message.setdefault(kind, []).append(callback)

    def on_stored(self, callback: StoredListener) -> None:
        """Call `callback` with what nodes said in a batch and which counters sent records."""
        self._on_stored.append(callback)

    def on_unserved_site(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with each site that is not served here but whose messages came."""
        self._on_unserved_site.append(callback)

    def on_batch(self, callback: BatchListener) -> None:
        """Call `callback` with the numbers of each batch, once it is stored."""
        self._on_batch.append(callback)

    async def handle(self, messages: Sequence[Message]) -> None:
        """Store a batch and acknowledge its records to their nodes.

        When this returns, the messages are on disk. While the ledger takes nothing (its disk is
        full, its file is damaged or somebody else's), this waits; the broker keeps what comes.
        """
        backoff: Backoff | None = None
        utc_s = self._clock.utc_s()
        while True:
            try:
                stored = await self._ledger.run(lambda ledger: self._take(ledger, messages, utc_s))
                break
            except sqlite3.DatabaseError as error:
                if not is_ledger_trouble(error):
                    raise
                self._note_trouble(explain(error, self._ledger.path))
            backoff = backoff or Backoff(0.5, AGAIN_S)
            await asyncio.sleep(backoff.next_s())
        if self.trouble is not None:
            log.warning("intake: the ledger takes records again")
            self.trouble = None
        for part in stored:
            self._acknowledge(part)
            self._tell(part)
            self._complain(part.rejected, utc_s)
            self._wonder(part.misdated, utc_s)
        if self._storer is not None:
            for site in self._storer.unserved_sites():
                for call in self._on_unserved_site:
                    call(site)
        self._count(len(messages), stored)

    def _take(self, ledger: Ledger, messages: Sequence[Message], utc_s: int) -> list[StoreResult]:
        if self._storer is None:
            self._storer = BatchStorer(ledger, self._sites)
        return self._storer.take(messages, utc_s)

    def _note_trouble(self, why: str) -> None:
        if self.trouble is None:
            log.warning("intake: %s; nodes and broker keep their records meanwhile", why)
        self.trouble = why

    def _acknowledge(self, stored: StoreResult) -> None:
        """Not queued, and not twice: a node that misses its answer sends its records again."""
        try:
            self._send_acks(chain(build_acks(stored.seqs), reply_acks(stored.node_messages)))
        except TryAgain as error:
            log.debug("intake: acknowledgements not sent: %s", error)

    def _tell(self, stored: StoreResult) -> None:
        """Tell the listeners what nodes said."""
        if stored.node_messages or stored.counted:
            counters = sorted(map(node_name_in, stored.counted))
            for tell in self._on_stored:
                tell(stored.node_messages, counters)
        for item in stored.node_messages:
            for callback in self._on_node_message.get(type(item.said), ()):
                callback(item)

    def _complain(self, rejected: Iterable[RejectedMessage], utc_s: int) -> None:
        """Say what went to quarantine, once in a while for each topic."""
        for item in rejected:
            say = log.debug if self._is_said(item.topic, utc_s) else log.warning
            # %r: a topic may hold what no terminal can show.
            say("intake: quarantined a message on %r: %s", item.topic, item.reason)

    def _wonder(self, misdated: Mapping[str, tuple[int, int]], utc_s: int) -> None:
        """Say whose records are far from this hub's time, once in a while for each node."""
        for up_topic, (first_t, last_t) in misdated.items():
            name = node_name_in(up_topic)
            say = log.debug if self._is_said(f"time of {name}", utc_s) else log.warning
            say(
                "intake: %s sent records of %s to %s, and it is %s here: they are stored and "
                "marked; see which clock is wrong",
                name, moment(first_t), moment(last_t), moment(utc_s),
            )  # fmt: skip

    def _is_said(self, what: str, utc_s: int) -> bool:
        """Whether it was said a short while ago; from now on it was."""
        said_utc_s = self._said_utc_s.get(what)
        if said_utc_s is not None and 0 <= utc_s - said_utc_s < QUIET_S:
            return True
        if len(self._said_utc_s) >= MOST_TOPICS:
            self._said_utc_s.clear()
        self._said_utc_s[what] = utc_s
        return False

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


def build_acks(stored: Mapping[tuple[str, int], Sequence[int]]) -> Iterator[tuple[str, bytes]]:
    """The `down/ack` of each (topic, boot): topic and payload; several where one is too long."""
    for (records_topic, boot), seqs in stored.items():
        count = len(seqs)
        # What a node sends is nearly always one range already, and mostly of two.
        if (
            count
            and (last := seqs[-1]) - (first := seqs[0]) == count - 1
            and (count < 3 or [*range(first, last + 1)] == seqs)
        ):
            # As `encode` makes it, for less: a batch from a city has ten thousand of these.
            yield ack_topic(records_topic), b'{"boot":%d,"seqs":[[%d,%d]]}' % (boot, first, last)
            continue
        spans = ranges(seqs)
        for i in range(0, len(spans), MOST_RANGES):
            yield ack_topic(records_topic), encode(Ack(boot, spans[i : i + MOST_RANGES]))


def reply_acks(said: Iterable[NodeMessage]) -> Iterator[tuple[str, bytes]]:
    """The `down/ack` of each first start's self-test: its node tells it until it hears this."""
    for item in said:
        if isinstance(item.said, Reply) and item.said.id == FIRST_START:
            yield (
                topic(item.node.site, item.node.name, "down/ack"),
                encode(Ack(0, [], [FIRST_START])),
            )


def ranges(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as ranges with both ends included, ascending."""
    spans: list[tuple[int, int]] = []
    for seq in sorted(set(seqs)):
        if spans and seq == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], seq)
        else:
            spans.append((seq, seq))
    return spans
