"""What the ledger hands out: one frozen dataclass per table. Times are Unix seconds UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Site:
    """A park. `tz` is an IANA name; `path` runs along the lit path as (latitude, longitude)."""

    name: str
    title: str
    tz: str
    lat: float
    lon: float
    path: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Zone:
    """A part of a park; figures are given per zone. One without a place has its park's."""

    site: str
    name: str
    title: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class Node:
    """A lamp or a counter as it was registered. `role` is "lamp" or "counter".

    `retired_utc_s` is when it was taken out of service, None while it serves. `rated_mw` is what a
    lamp draws at full light, None while nobody said it. `way_in` and `way_out` are what people call
    a counter's two directions ("towards the school"), None while nobody named them.
    """

    id: int
    name: str
    site: str
    zone: str
    role: str
    lat: float | None
    lon: float | None
    simulated: bool
    added_utc_s: int
    retired: bool
    retired_utc_s: int | None = None
    rated_mw: int | None = None
    way_in: str | None = None
    way_out: str | None = None


@dataclass(frozen=True)
class NodeState:
    """What is known of a node now. `state` is "ready", "lost" or "never" (not heard of yet).

    `since_utc_s` is when that state began. `last_word_utc_s` is when the hub last received
    something that the node said at that moment, which a retained message is not.
    `confirmed_version` is the settings version that the node says is in force; `refused` maps
    setting keys to the node's reasons for refusing the wanted version. `error` is the exception
    that ended the boot before this one. `highest_boot` is the highest that was ever known of it.
    """

    state: str
    since_utc_s: int
    last_word_utc_s: int | None
    boot: int | None
    fw: str | None
    board: str | None
    clock: int | None
    reset: str | None
    wanted_version: int | None
    confirmed_version: int | None
    refused: Mapping[str, str]
    error: str | None = None
    highest_boot: int = 0

    @property
    def new_memory(self) -> bool:
        """Whether the node counts its boots anew, so that its records look like known ones."""
        return self.boot is not None and self.boot < self.highest_boot


@dataclass(frozen=True)
class Lamp:
    """One interval of a lamp: `t` its start (0: never dated), `dt` its length in seconds.

    `near_s` is how long somebody was near, without the hold; None where the lamp does not say.
    """

    node: str
    boot: int
    seq: int
    t: int
    dt: int
    clock: int
    obs_s: int
    lit_s: int
    boost_s: int
    trig: int
    trig_total: int
    mwh: int
    mwh_total: int
    metered: bool
    near_s: int | None = None


@dataclass(frozen=True)
class Footfall:
    """One interval of a counter: `t` its start (0: never dated), `dt` its length in seconds.

    `obs_s` is how long the sensor really watched, `sat_s` how long it saw all that it can follow.
    """

    node: str
    boot: int
    seq: int
    t: int
    dt: int
    clock: int
    obs_s: int
    sat_s: int
    n_in: int
    n_out: int
    in_total: int
    out_total: int


@dataclass(frozen=True)
class Health:
    """How a node was in one interval; None where the board has no such sensor.

    `rssi` dBm, `mv` supply in millivolts, `dc` tenths of a degree Celsius, `free` heap in bytes,
    `spool` records waiting, `dropped` records lost for want of room, `lux_dl` tenths of a lux,
    `stack` bytes of stack that were never used, `ticks_lost` ticks of the lamp since the record
    before.
    """

    node: str
    boot: int
    seq: int
    t: int
    dt: int
    clock: int
    rssi: int | None
    mv: int | None
    dc: int | None
    free: int
    spool: int
    dropped: int
    up_s: int
    lux_dl: int | None
    stack: int | None = None
    ticks_lost: int | None = None


@dataclass(frozen=True)
class Fault:
    """A fault that began (`active`) or ended at `t`."""

    node: str
    boot: int
    seq: int
    t: int
    dt: int
    clock: int
    code: str
    active: bool


Record = Lamp | Footfall | Health | Fault


@dataclass(frozen=True)
class Quarantined:
    """What could not be read and why. The same thing again only raises `times`.

    `node` is whose topic it came under, None when that is nobody's. `acknowledged`: its record was
    acknowledged to the node, which has forgotten it, so that there is no other copy.
    """

    id: int
    first_utc_s: int
    last_utc_s: int
    times: int
    topic: str
    payload: bytes
    reason: str
    node: str | None = None
    acknowledged: bool = False


@dataclass(frozen=True)
class SettingsChange:
    """One version of a node's wanted settings: who asked for it, why, from what and to what."""

    node: str
    version: int
    utc_s: int
    who: str
    why: str
    before: Mapping[str, object]
    after: Mapping[str, object]
    confirmed_utc_s: int | None


class Unconfirmed(NamedTuple):
    """A node that has not said yet that the wanted settings of `version` are in force."""

    site: str
    node: str
    version: int
    wanted: Mapping[str, Any]


@dataclass(frozen=True)
class Command:
    """What somebody asked of a node, and what became of it.

    It may be obeyed for `for_s` seconds after `utc_s`. `ok`, `why` and `detail` are the node's
    answer, None until it came; `detail` of a self-test is its table. When no answer came, `ok` is
    False and `answered_utc_s` None.
    """

    id: str
    node: str
    do: str
    who: str
    utc_s: int
    for_s: int
    sent_utc_s: int | None = None
    answered_utc_s: int | None = None
    ok: bool | None = None
    why: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    detail: Any = None

    @property
    def until_utc_s(self) -> int:
        """When it should be obeyed no more."""
        return self.utc_s + self.for_s

    @property
    def state(self) -> str:
        """`waiting` to be sent, `sent`, `done`, `refused` by the node, or `expired`."""
        if self.ok is None:
            return "waiting" if self.sent_utc_s is None else "sent"
        if self.answered_utc_s is None:
            return "expired"
        return "done" if self.ok else "refused"


TestRow = tuple[str, str | int | None, str, str]


@dataclass(frozen=True)
class SelfTest:
    """A node's table of itself: rows of what, value, unit and verdict, as the firmware says them.

    `reply` is the command that it answers, or "first-start". `boot`, `fw` and `board` are those of
    the birth before it; None when there was none.
    """

    node: str
    reply: str
    utc_s: int
    boot: int | None
    fw: str | None
    board: str | None
    rows: tuple[TestRow, ...]

    @property
    def failed(self) -> int:
        """How many rows failed."""
        return sum(verdict == "fail" for *_, verdict in self.rows)
