"""Store a batch of messages in one commit; what is to blame alone goes to quarantine."""

import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from padlicht.intake.decode import Batch, encode_row, read
from padlicht.intake.messages import Message, NodeMessage, RejectedMessage
from padlicht.intake.messages import table as table_in
from padlicht.intake.node_topics import NodeTopics, node_name_in
from padlicht.ledger import Ledger
from padlicht.ledger.records.contradictions import Row
from padlicht.wire import Lost, Reply, SettingsReport, Status

log = logging.getLogger(__name__)

# When a node last spoke is on disk to within this time: a word is not worth a page of the disk,
# and silence is judged in hours.
WORD_S = 30

# What a single message can do wrong although it could be read; a full disk is none of these.
_ITS_OWN_FAULT = (sqlite3.IntegrityError, sqlite3.DataError, ValueError, OverflowError)


@dataclass
class StoreResult:
    """What became of messages that are on disk now.

    `seqs` are the records that their nodes may forget, by (topic, boot). `added` counts the new
    ones by table. `counted` are the topics of counters that sent some. `misdated` are the first and
    last time of records that are far from the hub's, by topic.
    """

    node_messages: list[NodeMessage] = field(default_factory=list)
    seqs: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    added: dict[str, int] = field(default_factory=dict)
    rejected: list[RejectedMessage] = field(default_factory=list)
    repeated: int = 0
    commit_s: float = 0.0
    misdated: dict[str, tuple[int, int]] = field(default_factory=dict)


class BatchStorer:
    """Takes batches into one ledger; remembers who the nodes are and when they spoke."""

    def __init__(self, ledger: Ledger, sites: frozenset[str] | None = None) -> None:
        self._ledger = ledger
        self._node_topics = NodeTopics(ledger.nodes.get, sites, ledger.nodes.former_sites)
        self._version = -1
        self._due_utc_s = 0  # since when each node's next word has been due

    def take(self, messages: Sequence[Message], utc_s: int) -> list[StoreResult]:
        """Store messages; when this returns, they are on disk, as one batch or several.

        Raises a sqlite3.DatabaseError when the ledger takes nothing (its disk is full); what is not
        on disk then is not acknowledged, and may be taken again.
        """
        version = self._ledger.data_version()
        if version != self._version:
            self._node_topics.forget()
            self._version = version
        if not 0 <= utc_s - self._due_utc_s < WORD_S:
            self._node_topics.due = bytearray(b"\1") * len(self._node_topics.due)
            self._due_utc_s = utc_s
        return [*self._take(messages, utc_s)]

    def unserved_sites(self) -> set[str]:
        """Sites that are not served here but whose messages came since this was last asked."""
        unserved_sites, self._node_topics.unserved_sites = self._node_topics.unserved_sites, set()
        return unserved_sites

    def _take(self, messages: Sequence[Message], utc_s: int) -> Iterator[StoreResult]:
        batch = read(messages, self._node_topics, utc_s)
        if not batch.for_disk:
            yield StoreResult(batch.node_messages)
            return
        began_s = time.perf_counter()
        try:
            with self._ledger.transaction():
                stored = _write(self._ledger, batch, self._node_topics, utc_s)
        except _ITS_OWN_FAULT as error:
            if len(messages) == 1:
                yield _refuse(self._ledger, messages[0], batch, error, utc_s)
                return
            half = len(messages) // 2
            yield from self._take(messages[:half], utc_s)
            yield from self._take(messages[half:], utc_s)
            return
        stored.commit_s = time.perf_counter() - began_s
        for node_id in batch.words:
            batch.due[node_id] = False
        yield stored


def admit(ledger: Ledger, messages: Sequence[Message], utc_s: int) -> list[list[RejectedMessage]]:
    """Take messages that were kept in quarantine, inside the caller's transaction.

    For each of them what could not be taken, which is nowhere then: nothing when all of it could.
    Nobody is thought to have spoken just now. What cannot be stored although it could be read
    raises, and the caller's transaction is over.
    """
    node_topics = NodeTopics(ledger.nodes.get)
    refused = []
    for message in messages:
        batch = read([message], node_topics, utc_s)
        contradictions = _add_records(ledger, batch, node_topics, StoreResult())
        _note(ledger, batch.node_messages, utc_s)
        refused.append([*batch.rejected, *contradictions])
    return refused


def _write(ledger: Ledger, batch: Batch, node_topics: NodeTopics, utc_s: int) -> StoreResult:
    """Write a batch in the caller's transaction."""
    stored = StoreResult(batch.node_messages, batch.seqs, batch.counted)
    for rejected in (*_add_records(ledger, batch, node_topics, stored), *batch.rejected):
        _quarantine(ledger, rejected, stored, utc_s)
    if far := ledger.misdated.mark(batch.rows, utc_s):
        topics = {node_topics.known[topic]: topic for topic, _ in batch.seqs}
        stored.misdated = {topics[node_id]: span for node_id, span in far.items()}
    _note(ledger, batch.node_messages, utc_s)
    if batch.words:
        ledger.states.mark_all_heard(sorted(batch.words), utc_s)
    return stored


def _add_records(
    ledger: Ledger, batch: Batch, node_topics: NodeTopics, stored: StoreResult
) -> list[RejectedMessage]:
    """Add a batch's records; those that contradict the ledger are for quarantine."""
    if not batch.runs:
        return []
    stored.added, repeated, contradictions = ledger.records.add_batch(batch.rows, batch.runs)
    stored.repeated += repeated
    if not contradictions:
        return []
    topics = {node_topics.known[topic]: topic for topic, _ in batch.seqs}
    return [_contradiction(topics[row[0]], table, row) for table, row in contradictions]


def _contradiction(topic: str, table: str, row: Row) -> RejectedMessage:
    boot, seq = row[1], row[3]
    return RejectedMessage(
        topic,
        encode_row(table, row),
        f"record {seq} of boot {boot} is in the ledger with other content: the node lost its boot "
        "counter, or two nodes share a name; give it a new key with "
        f"`padlicht node add {node_name_in(topic)} --again`",
        boot,
        (seq,),
    )


def _quarantine(ledger: Ledger, rejected: RejectedMessage, stored: StoreResult, utc_s: int) -> None:
    """Keep what could not be taken; what cannot be kept for good is not acknowledged either."""
    stored.rejected.append(rejected)
    kept = ledger.quarantine.add(
        rejected.topic, rejected.payload, rejected.reason, utc_s, acknowledged=bool(rejected.seqs)
    )
    if not rejected.seqs:
        return
    known = stored.seqs.setdefault((rejected.topic, rejected.boot), [])
    if kept:
        known += rejected.seqs
    else:
        known[:] = [seq for seq in known if seq not in rejected.seqs]


def _refuse(
    ledger: Ledger, message: Message, batch: Batch, error: Exception, utc_s: int
) -> StoreResult:
    """Keep a message that could be read but not stored."""
    reason = f"it cannot be stored: {error}"
    rejected = RejectedMessage(message.topic, message.payload, reason)
    for (_, boot), seqs in batch.seqs.items():
        rejected = RejectedMessage(message.topic, message.payload, reason, boot, tuple(seqs))
    stored = StoreResult()
    with ledger.transaction():
        _quarantine(ledger, rejected, stored, utc_s)
    return stored


def _note(ledger: Ledger, node_messages: Iterable[NodeMessage], utc_s: int) -> None:
    """Write down what nodes said of themselves."""
    for item in node_messages:
        name = item.node.name
        match item.said:
            case Status() as birth:
                _compare(name, birth.boot, *ledger.states.boots(name))
                ledger.states.record_birth(
                    name, birth.boot, birth.fw, birth.board, birth.clock, birth.reset, utc_s,
                    birth.error,
                )  # fmt: skip
            case Lost():
                if item.spoke:
                    ledger.states.mark_all_heard([item.node.id], utc_s)
                ledger.states.record_loss(name, utc_s)
            case SettingsReport(version=version, refused=refused):
                ledger.settings.confirm(name, version, refused, utc_s)
            case Reply() as reply:
                rows = table_in(reply)
                detail = reply.detail if rows is None else None
                ledger.commands.record_reply(name, reply.id, reply.ok, reply.why, utc_s, detail)
                if rows is not None:
                    ledger.selftests.add(name, reply.id, rows, utc_s)


def _compare(name: str, boot: int, last: int | None, highest: int) -> None:
    """Say once per boot that a node counts its boots anew."""
    if boot < highest and boot != last:
        log.warning(
            "intake: %s was given a new memory (boot %d after %d): its records would be taken for "
            "known ones; provision it again: padlicht node add %s --again",
            name, boot, highest, name,
        )  # fmt: skip
