"""From a message to what it says, or to why it cannot be read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from padlicht.errors import BadData
from padlicht.intake.message import Message
from padlicht.ledger import Fault, Footfall, Health, Lamp, Node, Record
from padlicht.wire import (
    Count,
    CounterLive,
    FaultRecord,
    FootfallRecord,
    HealthRecord,
    LampLive,
    LampRecord,
    Records,
    Status,
    UpMessage,
    decode_up,
    parse_topic,
)
from padlicht.wire import Record as SentRecord


@dataclass(frozen=True)
class Unread:
    """Something for quarantine."""

    topic: str
    payload: bytes
    reason: str


@dataclass(frozen=True)
class Heard:
    """What one message brought.

    `node` and `said` are None when nothing of it could be read. `seqs` are the records of `boot`
    that the node may forget once this is on disk, those in quarantine included: they are kept.
    """

    node: Node | None = None
    retained: bool = False
    said: UpMessage | None = None
    boot: int = 0
    records: list[Record] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def read(message: Message, nodes: Mapping[str, Node]) -> Heard:
    """What a message says; never raises. `nodes` are the registered ones by name."""
    if message.broken is not None:
        reason = f"the packet cannot be read: {message.broken}"
        return Heard(unread=[Unread(message.topic, message.payload, reason)])
    try:
        topic = parse_topic(message.topic)
        node = _known(nodes, topic.node, topic.site)
        if topic.leaf == "up/records":
            return _read_records(message, node)
        said = decode_up(topic.leaf, message.payload)
        _refuse_other_role(node, said)
    except BadData as error:
        return Heard(unread=[Unread(message.topic, message.payload, str(error))])
    return Heard(node, message.retained, said)


def _known(nodes: Mapping[str, Node], name: str, site: str) -> Node:
    node = nodes.get(name)
    if node is None:
        raise BadData(f"{name} is not registered: add it with `padlicht node add`")
    if node.retired:
        raise BadData(f"{name} is retired: it should have been taken down")
    if node.site != site:
        raise BadData(
            f"{name} belongs to site {node.site}, not {site}: its node.json is another's or old"
        )
    return node


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


def _read_records(message: Message, node: Node) -> Heard:
    try:
        batch = decode_up("up/records", message.payload)
    except BadData as error:
        return _salvage(message, node, str(error))
    if not isinstance(batch, Records):
        raise BadData("up/records: holds no records")
    return Heard(
        node,
        message.retained,
        batch,
        batch.boot,
        [_row(node.name, batch.boot, record) for record in batch.recs],
        [record.seq for record in batch.recs],
    )


class _Envelope(msgspec.Struct):
    """A batch whose records have not been looked into."""

    boot: Count
    recs: list[msgspec.Raw]


class _Numbered(msgspec.Struct):
    """The least that a record must have, to be told apart."""

    seq: Count


def _salvage(message: Message, node: Node, why: str) -> Heard:
    """Read a broken batch record by record, so that one bad record does not hold up the others."""
    try:
        envelope = msgspec.json.decode(message.payload, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Heard(unread=[Unread(message.topic, message.payload, why)])
    heard = Heard(node, message.retained, Records(envelope.boot, []), envelope.boot)
    for raw in envelope.recs:
        single = b'{"boot":%d,"recs":[%b]}' % (envelope.boot, bytes(raw))
        try:
            batch = decode_up("up/records", single)
        except BadData as error:
            heard.unread.append(Unread(message.topic, single, str(error)))
            try:
                heard.seqs.append(msgspec.json.decode(raw, type=_Numbered).seq)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                continue  # without a number nobody can say which one the node may forget
        else:
            if isinstance(batch, Records):
                heard.records.extend(_row(node.name, batch.boot, rec) for rec in batch.recs)
                heard.seqs.extend(rec.seq for rec in batch.recs)
    return heard


def _row(node: str, boot: int, sent: SentRecord) -> Record:
    """The ledger's row of a record."""
    key = (node, boot, sent.seq, sent.t, sent.dt, sent.clock)
    match sent:
        case LampRecord():
            return Lamp(
                *key, sent.obs_s, sent.lit_s, sent.boost_s, sent.trig, sent.trig_total,
                sent.mwh, sent.mwh_total, sent.metered,
            )  # fmt: skip
        case FootfallRecord():
            return Footfall(
                *key, sent.obs_s, sent.sat_s, sent.n_in, sent.n_out, sent.in_total, sent.out_total
            )
        case HealthRecord():
            return Health(
                *key, sent.rssi, sent.mv, sent.dc, sent.free, sent.spool, sent.dropped,
                sent.up_s, sent.lux_dl,
            )  # fmt: skip
        case FaultRecord():
            return Fault(*key, sent.code, sent.on)
