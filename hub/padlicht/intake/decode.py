"""From messages to what they say, sorted by where it goes, or to why it cannot be read. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from padlicht.errors import BadData
from padlicht.intake.messages import Message, NodeMessage, RejectedMessage
from padlicht.intake.node_topics import RECORDS, NodeTopics
from padlicht.ledger import Node
from padlicht.ledger.records.contradictions import Row
from padlicht.ledger.records.identity_index import Numbers
from padlicht.wire import (
    Count,
    CounterLive,
    FaultRecord,
    FootfallRecord,
    HealthRecord,
    LampLive,
    LampRecord,
    Lost,
    Record,
    Records,
    Status,
    UpMessage,
    decode_records,
    decode_up,
    encode,
)

# The ledger's table of each kind of record.
KINDS: dict[type[Record], str] = {
    LampRecord: "lamp",
    FootfallRecord: "footfall",
    HealthRecord: "health",
    FaultRecord: "fault",
}
_RECORDS = {table: kind for kind, table in KINDS.items()}
_WHETHER = {False: (0,), True: (1,)}
_METERED = LampRecord.__struct_fields__.index("metered")
_values = msgspec.structs.astuple


@dataclass
class Batch:
    """What messages brought, sorted by where it goes.

    `rows` are for the ledger, by table, and `runs` say their numbers once more, in the order in
    which they came; `seqs` are the records in them by (topic, boot). `words` are the ids of nodes
    that spoke just now, where that is `due`. `counted` are the topics of counters.
    """

    due: bytearray

    rows: dict[str, list[Row]] = field(
        default_factory=lambda: {table: [] for table in KINDS.values()}
    )
    runs: list[Numbers] = field(default_factory=list)
    seqs: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    node_messages: list[NodeMessage] = field(default_factory=list)
    rejected: list[RejectedMessage] = field(default_factory=list)
    words: set[int] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)

    @property
    def for_disk(self) -> bool:
        """Whether there is anything to store; levels of the moment are for no disk."""
        return bool(
            self.words
            or self.rejected
            or any(not isinstance(item.said, LampLive | CounterLive) for item in self.node_messages)
        ) or any(self.rows.values())


def read(messages: Iterable[Message], node_topics: NodeTopics, utc_s: int) -> Batch:
    """What messages say that came at `utc_s`; never raises for what is in them."""
    batch = Batch(node_topics.due)
    known = node_topics.known.get
    for message in messages:
        node_id = known(message.topic)
        if node_id is not None and message.broken is None:
            _read_records(batch, message, node_id, utc_s)
        else:
            _read_with_care(batch, message, node_topics, utc_s)
    return batch


def encode_row(table: str, row: Row) -> bytes:
    """The message with only this row's record in it, for whoever wants to read it again."""
    kind = _RECORDS[table]
    values = dict(zip(kind.__struct_fields__, row[3:], strict=True))
    if kind is LampRecord:
        values["metered"] = bool(values["metered"])
    return encode(Records(row[1], [kind(**values)]))


def _read_with_care(batch: Batch, message: Message, node_topics: NodeTopics, utc_s: int) -> None:
    """What is not records of somebody known."""
    if message.broken is not None:
        reason = f"the packet cannot be read: {message.broken}"
        batch.rejected.append(RejectedMessage(message.topic, message.payload, reason))
        return
    try:
        node, leaf = node_topics.find(message.topic)
        if leaf == RECORDS:
            _read_records(batch, message, node.id, utc_s)
            return
        said = decode_up(leaf, message.payload)
        _refuse_other_role(node, said)
    except BadData as error:
        batch.rejected.append(RejectedMessage(message.topic, message.payload, str(error)))
        return
    # A will is the last that is known of a node, but what it said before was said.
    will = isinstance(said, Lost)
    spoke = will and node.id in batch.words
    batch.node_messages.append(NodeMessage(node, message.retained, said, spoke))
    if will:
        batch.words.discard(node.id)
        batch.due[node.id] = True  # whatever it says next, it is there again
    elif (
        batch.due[node.id] and not message.retained and not isinstance(said, LampLive | CounterLive)
    ):
        batch.words.add(node.id)


def _read_records(batch: Batch, message: Message, node_id: int, utc_s: int) -> None:
    try:
        records = decode_records(message.payload)
    except BadData as error:
        _salvage(batch, message, node_id, str(error), utc_s)
    else:
        _take(batch, message, node_id, records, utc_s)


def _take(batch: Batch, message: Message, node_id: int, records: Records, utc_s: int) -> None:
    """Sort the records of a message into the ledger's tables."""
    boot = records.boot
    head = (node_id, boot, utc_s)
    rows, seqs = batch.rows, []
    first = follows = -1
    for record in records.recs:
        kind = type(record)
        values = _values(record)
        seq = values[0]
        seqs.append(seq)
        if seq != follows:
            if follows >= 0:
                batch.runs.append((node_id, boot, first, follows - 1))
            first = seq
        follows = seq + 1
        if kind is LampRecord:
            # SQLite has no booleans, and its adapter costs a fifth of the whole row.
            values = values[:_METERED] + _WHETHER[values[_METERED]] + values[_METERED + 1 :]
        elif kind is FootfallRecord:
            batch.counted.add(message.topic)
        rows[KINDS[kind]].append(head + values)
    if follows >= 0:
        batch.runs.append((node_id, boot, first, follows - 1))
    known = batch.seqs.setdefault((message.topic, boot), seqs)
    if known is not seqs:
        known += seqs
    if batch.due[node_id] and not message.retained:
        batch.words.add(node_id)


class _Envelope(msgspec.Struct):
    """A batch whose records have not been looked into."""

    boot: Count
    recs: list[msgspec.Raw]


class _Numbered(msgspec.Struct):
    """The least that a record must have, to be told apart."""

    seq: Count


def _salvage(batch: Batch, message: Message, node_id: int, why: str, utc_s: int) -> None:
    """Read broken records one by one, so that one bad record does not hold up the others."""
    try:
        envelope = msgspec.json.decode(message.payload, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        batch.rejected.append(RejectedMessage(message.topic, message.payload, why))
        return
    for raw in envelope.recs:
        single = b'{"boot":%d,"recs":[%b]}' % (envelope.boot, bytes(raw))
        try:
            records = decode_records(single)
        except BadData as error:
            batch.rejected.append(
                RejectedMessage(
                    message.topic, single, str(error), envelope.boot, _number_of(raw)
                )
            )  # fmt: skip
        else:
            _take(batch, message, node_id, records, utc_s)


def _number_of(raw: msgspec.Raw) -> tuple[int, ...]:
    """The number of a broken record; without one nobody can say which one to forget."""
    try:
        return (msgspec.json.decode(raw, type=_Numbered).seq,)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()


def _refuse_other_role(node: Node, said: UpMessage) -> None:
    match said:
        case Status():
            role: str = said.role
        case LampLive():
            role = "lamp"
        case CounterLive():
            role = "counter"
        case _:
            return
    if role != node.role:
        raise BadData(f"{node.name} speaks as a {role}, but is registered as a {node.role}")
