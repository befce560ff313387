"""Decode, store, acknowledge: a batch of messages is one commit, and then the nodes hear of it."""

import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from padlicht.clock import HubClock
from padlicht.fleet.live import Live
from padlicht.fleet.post import Post
from padlicht.intake.message import Message
from padlicht.intake.reading import Heard, Unread, read
from padlicht.ledger import Footfall, Ledger, Node
from padlicht.ledger.thread import LedgerThread
from padlicht.wire import (
    Ack,
    CounterLive,
    LampLive,
    Lost,
    Reply,
    SettingsReport,
    Status,
    table,
)

log = logging.getLogger(__name__)

MOST_RANGES = 50  # in one down/ack: a node reads no packet over 4 KiB

# What a single message can do wrong although it could be read; a full disk is none of these.
_ITS_OWN_FAULT = (sqlite3.IntegrityError, sqlite3.DataError, ValueError, OverflowError)


class Intake:
    """Takes what the session brings; who wants to know what a node said registers `on_heard`."""

    def __init__(self, ledger: LedgerThread, post: Post, live: Live, clock: HubClock) -> None:
        self._ledger = ledger
        self._post = post
        self._live = live
        self._clock = clock
        self._nodes: dict[str, Node] = {}
        self._nodes_version = -1
        self._on_heard: list[Callable[[Heard], None]] = []

    def on_heard(self, callback: Callable[[Heard], None]) -> None:
        """Call `callback` with everything that a registered node said, once it is stored."""
        self._on_heard.append(callback)

    async def handle(self, messages: Sequence[Message]) -> None:
        """Store a batch and acknowledge its records to their nodes.

        When this returns, the messages are on disk. Raises what SQLite raises when they cannot be
        (a full disk); then nothing of the batch is stored and the broker keeps it.
        """
        utc_s = self._clock.utc_s()
        heard = await self._ledger.run(lambda ledger: self._store(ledger, messages, utc_s))
        self._acknowledge(heard)
        self._show(heard)
        for item in heard:
            if item.node is not None:
                for callback in self._on_heard:
                    callback(item)

    def _store(self, ledger: Ledger, messages: Sequence[Message], utc_s: int) -> list[Heard]:
        version = ledger.data_version()
        if version != self._nodes_version:
            self._nodes = {node.name: node for node in ledger.nodes()}
            self._nodes_version = version
        heard = [read(message, self._nodes) for message in messages]
        if all(isinstance(item.said, LampLive | CounterLive) for item in heard):
            return heard  # of the moment, and for no disk
        try:
            with ledger.transaction():
                _write(ledger, heard, utc_s)
        except _ITS_OWN_FAULT:
            return [
                _store_alone(ledger, message, item, utc_s)
                for message, item in zip(messages, heard, strict=True)
            ]
        return heard

    def _acknowledge(self, heard: Iterable[Heard]) -> None:
        stored: dict[tuple[str, str, int], set[int]] = defaultdict(set)
        for item in heard:
            if item.node is not None and item.seqs:
                stored[item.node.site, item.node.name, item.boot].update(item.seqs)
        for (site, node, boot), seqs in stored.items():
            spans = ranges(seqs)
            for i in range(0, len(spans), MOST_RANGES):
                self._post.send(site, node, "down/ack", Ack(boot, spans[i : i + MOST_RANGES]))

    def _show(self, heard: Iterable[Heard]) -> None:
        """Tell the viewers: levels themselves, and which nodes to look up again."""
        changed: set[str] = set()
        counted: set[str] = set()
        for item in heard:
            if item.node is None:
                continue
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
            if any(isinstance(record, Footfall) for record in item.records):
                counted.add(name)
        if changed:
            self._live.note("presence", {"nodes": sorted(changed)})
        if counted:
            self._live.note("counts", {"nodes": sorted(counted)})


def ranges(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers as ranges with both ends included, ascending."""
    spans: list[tuple[int, int]] = []
    for seq in sorted(set(seqs)):
        if spans and seq == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], seq)
        else:
            spans.append((seq, seq))
    return spans


def _write(ledger: Ledger, heard: Sequence[Heard], utc_s: int) -> None:
    """Write a batch in the caller's transaction."""
    contradictions = ledger.add_records(
        [record for item in heard for record in item.records], utc_s
    )
    sites = {item.node.name: item.node.site for item in heard if item.node is not None}
    for record in contradictions:
        ledger.quarantine(
            f"padlicht/v1/{sites[record.node]}/{record.node}/up/records",
            repr(record).encode(),
            f"record {record.seq} of boot {record.boot} is in the ledger with other content: "
            "the node lost its boot counter, or two nodes share a name; give it a new key with "
            f"`padlicht node add {record.node} --again`",
            utc_s,
        )
    talking: set[str] = set()
    for item in heard:
        for unread in item.unread:
            # %r: a topic may hold what no terminal can show.
            log.warning("intake: quarantined a message on %r: %s", unread.topic, unread.reason)
            ledger.quarantine(unread.topic, unread.payload, unread.reason, utc_s)
        if item.node is None:
            continue
        name = item.node.name
        match item.said:
            case Status() as birth:
                _compare(name, birth.boot, *ledger.boots(name))
                ledger.born(
                    name, birth.boot, birth.fw, birth.board, birth.clock, birth.reset, utc_s,
                    birth.error,
                )  # fmt: skip
            case Lost():
                _flush_words(ledger, talking, utc_s)
                ledger.gone(name, utc_s)
                continue
            case SettingsReport(version=version, refused=refused):
                ledger.confirmed(name, version, refused, utc_s)
            case Reply() as reply:
                ledger.answered(name, reply.id, reply.ok, reply.why, utc_s)
                if (rows := table(reply)) is not None:
                    ledger.add_selftest(name, reply.id, rows, utc_s)
        if not item.retained:
            talking.add(name)
    _flush_words(ledger, talking, utc_s)


def _compare(name: str, boot: int, last: int | None, highest: int) -> None:
    """Say once per boot that a node counts its boots anew."""
    if boot < highest and boot != last:
        log.warning(
            "intake: %s was given a new memory (boot %d after %d): its records would be taken for "
            "known ones; provision it again: padlicht node add %s --again",
            name, boot, highest, name,
        )  # fmt: skip


def _flush_words(ledger: Ledger, talking: set[str], utc_s: int) -> None:
    """Note who spoke. Before a will, so that it stays the last thing known of a node."""
    for name in talking:
        ledger.heard(name, utc_s)
    talking.clear()


def _store_alone(ledger: Ledger, message: Message, item: Heard, utc_s: int) -> Heard:
    """Store one message of a batch that failed; the one that is to blame goes to quarantine."""
    try:
        with ledger.transaction():
            _write(ledger, [item], utc_s)
    except _ITS_OWN_FAULT as error:
        unread = Unread(message.topic, message.payload, f"it cannot be stored: {error}")
        refused = Heard(item.node, item.retained, None, item.boot, seqs=item.seqs, unread=[unread])
        with ledger.transaction():
            _write(ledger, [refused], utc_s)
        return refused
    return item
