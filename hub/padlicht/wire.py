"""Topics and messages between node and hub, contract version 1, as the hub reads and writes them.

The twin of the firmware's `node/link/wire.py`; both agree on the golden messages in
`tests/contract/`. Pure: no I/O, no clock. Unknown fields are ignored, missing ones refused.
Times are Unix seconds UTC unless a name says `_ms`; units are in the names.
"""

import re
from typing import Annotated, Any, Final, Literal, NamedTuple

import msgspec
from msgspec import Meta

from padlicht.errors import BadData

ROOT: Final = "padlicht/v1"
FIRST_START: Final = "first-start"  # the reply that no command asked for
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")  # of a site and of a node

# Bounds keep absurd numbers out of the ledger, whose integers have 63 bits and whose sums must fit.
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Total = Annotated[int, Meta(ge=0, le=2**53)]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]  # no interval is longer than a day
Instant = Annotated[int, Meta(ge=0, le=2**33)]  # until the year 2242; 0 means not known
Trust = Annotated[int, Meta(ge=0, le=2)]
Reading = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Word = Annotated[str, Meta(max_length=64)]
Sentence = Annotated[str, Meta(max_length=512)]


class Topic(NamedTuple):
    """The parts of `padlicht/v1/{site}/{node}/{leaf}`; `leaf` holds a slash, as in `up/records`."""

    site: str
    node: str
    leaf: str


class Status(msgspec.Struct, frozen=True, tag_field="state", tag="ready"):
    """`up/status`, the birth of a node: who woke up, how often it has, and why it restarted.

    `error`: the exception that ended its boot before, if one did.
    """

    role: Literal["lamp", "counter"]
    boot: Count
    fw: Word
    board: Word
    reset: Word
    clock: Trust
    error: Sentence | None = None


class Lost(msgspec.Struct, frozen=True, tag_field="state", tag="lost"):
    """`up/status`, the last will: the broker says it when the node no longer can."""


class _Interval(
    msgspec.Struct, frozen=True, gc=False, tag_field="kind", kw_only=True, omit_defaults=True
):
    """What every record has: identity, the interval `[t, t + dt)`, and the trust in its clock.

    A default is of what older firmware does not say.
    """

    seq: Count
    t: Instant
    dt: Seconds
    clock: Trust


class LampRecord(_Interval, frozen=True, gc=False, tag="lamp", kw_only=True):
    """One interval of a lamp; `metered` false: energy computed; `near_s`: without the hold."""

    obs_s: Seconds
    lit_s: Seconds
    boost_s: Seconds
    trig: Count
    trig_total: Total
    mwh: Count
    mwh_total: Total
    metered: bool
    near_s: Seconds | None = None


class FootfallRecord(_Interval, frozen=True, gc=False, tag="footfall", kw_only=True):
    """One interval of a counter; `sat_s`: seconds in which its sensor saw all it can at once."""

    obs_s: Seconds
    sat_s: Seconds
    n_in: Count = msgspec.field(name="in")
    n_out: Count = msgspec.field(name="out")
    in_total: Total
    out_total: Total


class HealthRecord(_Interval, frozen=True, gc=False, tag="health", kw_only=True):
    """The board's own state; null where the board has no such sensor.

    `dc` is tenths of a degree Celsius, `lux_dl` tenths of a lux, `free` bytes of heap, `stack`
    bytes of stack that were never used, `ticks_lost` ticks of the lamp since the record before.
    """

    rssi: Reading | None
    mv: Reading | None
    dc: Reading | None
    free: Total
    spool: Count
    dropped: Count
    up_s: Total
    lux_dl: Reading | None
    stack: Count | None = None
    ticks_lost: Count | None = None


class FaultRecord(_Interval, frozen=True, gc=False, tag="fault", kw_only=True):
    """A fault that came (`on`) or went."""

    code: Word
    on: bool


Record = LampRecord | FootfallRecord | HealthRecord | FaultRecord
_WATCHING: Final = (LampRecord, FootfallRecord)


class Records(msgspec.Struct, frozen=True):
    """`up/records`: a batch of one boot; a record's identity is (node, boot, seq)."""

    boot: Count
    recs: list[Record]


class SettingsReport(msgspec.Struct, frozen=True):
    """`up/settings`: the version in force, and each refused key with its reason."""

    version: Count
    refused: dict[Word, Sentence]


class Reply(msgspec.Struct, frozen=True):
    """`up/reply`: the answer to a command.

    That to `selftest` has a table in `detail`, see `table`; at its first start a node sends one
    unasked, with id FIRST_START.
    """

    id: Word
    ok: bool
    why: Sentence | None = None
    detail: Any = None


class LampLive(msgspec.Struct, frozen=True):
    """`up/live` of a lamp: light output now in permille of full, and its state by name."""

    level_pm: Annotated[int, Meta(ge=0, le=1000)]
    state: Word


class CounterLive(msgspec.Struct, frozen=True):
    """`up/live` of a counter: how many it sees, and what the open interval holds so far."""

    seen: Count
    n_in: Count = msgspec.field(name="in")
    n_out: Count = msgspec.field(name="out")


class Ack(msgspec.Struct, frozen=True, omit_defaults=True):
    """`down/ack`: ranges of sequence numbers, both ends included, that are on the hub's disk.

    `replies`: ids of replies that are there, too, of those that no command asked for.
    """

    boot: int
    seqs: list[tuple[int, int]]
    replies: list[str] = []


class Time(msgspec.Struct, frozen=True):
    """`down/time`: the hub's clock, Unix milliseconds UTC."""

    utc_ms: int


class SettingsWanted(msgspec.Struct, frozen=True):
    """`down/settings`: all that is wanted, whole, under a version that only grows."""

    version: int
    set: dict[str, Any]


class Command(msgspec.Struct, frozen=True):
    """`down/command`: what to do, and until when it still makes sense to."""

    id: str
    do: str
    until: int
    args: dict[str, Any]


class HubStatus(msgspec.Struct, frozen=True):
    """`hub`: a hub's birth, and its end or last will; the broker keeps the newest."""

    state: Literal["ready", "lost"]


UpMessage = Status | Lost | Records | SettingsReport | Reply | LampLive | CounterLive
DownMessage = Ack | Time | SettingsWanted | Command | HubStatus

_RECORDS: Final = msgspec.json.Decoder(Records)
_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    "up/status": msgspec.json.Decoder(Status | Lost),
    "up/settings": msgspec.json.Decoder(SettingsReport),
    "up/reply": msgspec.json.Decoder(Reply),
}
_LAMP_LIVE: Final = msgspec.json.Decoder(LampLive)
_COUNTER_LIVE: Final = msgspec.json.Decoder(CounterLive)
_ENCODER: Final = msgspec.json.Encoder()


def topic(site: str, node: str, leaf: str) -> str:
    """The full topic of a node's leaf."""
    return f"{ROOT}/{site}/{node}/{leaf}"


def hub_status_topic(client_id: str) -> str:
    """Where the hub of that client id says that it is there; every node may read it.

    One level shorter than what any node may write, whatever its name.
    """
    return f"{ROOT}/hub/{client_id}"


def parse_topic(full_topic: str) -> Topic:
    """The parts of a topic; BadData names what is wrong with it."""
    parts = full_topic.split("/")
    if len(parts) != 6 or "/".join(parts[:2]) != ROOT:
        raise BadData(f"topic {full_topic!r} is not {ROOT}/SITE/NODE/LEAF")
    site, node = parts[2], parts[3]
    for what, name in (("site", site), ("node", node)):
        if not NAME.fullmatch(name):
            raise BadData(f"topic {full_topic!r}: {name!r} is no name for a {what}")
    return Topic(site, node, f"{parts[4]}/{parts[5]}")


def decode_up(leaf: str, payload: bytes) -> UpMessage:
    """What a node said on `leaf`; BadData with a sentence when it cannot be read."""
    if leaf == "up/records":
        return decode_records(payload)
    try:
        if leaf == "up/live":
            return _decode_live(payload)
        decoder = _DECODERS.get(leaf)
        if decoder is None:
            raise BadData(f"no message is known under {leaf!r}")
        message: UpMessage = decoder.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unread(leaf, error) from error
    return message


def decode_records(payload: bytes) -> Records:
    """What a node said on `up/records`; BadData as from `decode_up`."""
    try:
        message = _RECORDS.decode(payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unread("up/records", error) from error
    # What the types cannot say: it watched for a part of the time, and somebody was near in that.
    for rec in message.recs:
        if isinstance(rec, _WATCHING) and rec.obs_s > rec.dt:
            why = f"observed {rec.obs_s} s of an interval of {rec.dt} s"
            raise BadData(f"up/records: record {rec.seq} {why}")
        if isinstance(rec, LampRecord) and (rec.near_s or 0) > rec.obs_s:
            raise BadData(f"up/records: record {rec.seq} observed {rec.obs_s} s, near {rec.near_s}")
    return message


def encode(message: DownMessage | UpMessage) -> bytes:
    """The payload of a message, compact JSON."""
    return _ENCODER.encode(message)


def _decode_live(payload: bytes) -> LampLive | CounterLive:
    # Role is not said on this leaf, so the shape tells: only a counter says how many it sees.
    try:
        return _LAMP_LIVE.decode(payload)
    except msgspec.ValidationError:
        return _COUNTER_LIVE.decode(payload)


def _unread(leaf: str, error: Exception) -> BadData:
    if isinstance(error, RecursionError):
        return BadData(f"{leaf}: nested too deeply to be one of ours")
    if isinstance(error, UnicodeDecodeError):
        return BadData(f"{leaf}: not UTF-8 from byte {error.start} on")
    return BadData(f"{leaf}: {error}")
