"""A small park in a ledger, and what stands around the hub's parts in their tests."""

import json
from contextlib import asynccontextmanager
from pathlib import Path

from padlicht.broker.keys import ensure_park
from padlicht.clock import HubClock
from padlicht.config import Config
from padlicht.control.desired_settings import want
from padlicht.errors import TryAgain
from padlicht.fleet.board_config import BoardConfig
from padlicht.fleet.registry import add_node, add_site
from padlicht.intake.messages import NodeMessage
from padlicht.ledger import Ledger, LedgerThread, Node, Site
from padlicht.wire import Status
from tests.rigs.patience import async_until, limit_s

SITE = "molukkenplantsoen"
DEADLINE_S = limit_s()
NOW = 1_795_224_000  # an evening in November 2026, Unix seconds UTC

LAMP = {
    "seq": 1, "kind": "lamp", "t": NOW, "dt": 900, "clock": 2, "obs_s": 900, "lit_s": 900,
    "boost_s": 122, "trig": 14, "trig_total": 5120, "mwh": 1250, "mwh_total": 812345,
    "metered": True,
}  # fmt: skip
FOOTFALL = {
    "seq": 2, "kind": "footfall", "t": NOW, "dt": 900, "clock": 2, "obs_s": 898, "sat_s": 4,
    "in": 7, "out": 5, "in_total": 1912, "out_total": 1874,
}  # fmt: skip
STATUS = {
    "state": "ready", "role": "lamp", "boot": 12, "fw": "0.1.0", "board": "sim", "reset": "power",
    "clock": 2,
}  # fmt: skip


class StoppedClock(HubClock):
    """A clock that stands still at NOW."""

    def utc_ms(self):
        return NOW * 1000

    def uptime_s(self):
        return NOW

    monotonic_s = uptime_s


def topic(node: str, leaf: str, site: str = SITE) -> str:
    return f"padlicht/v1/{site}/{node}/{leaf}"


def records(*recs: dict, boot: int = 12) -> bytes:
    return json.dumps({"boot": boot, "recs": recs}).encode()


def node(name: str, role: str = "lamp", *, retired: bool = False) -> Node:
    since = NOW - 1800 if retired else None
    return Node(0, name, SITE, "path", role, 53.23, 6.576, True, NOW - 3600, retired, since)


def park(path: Path) -> Ledger:
    """A ledger with lamp-1, lamp-2 and counter-1."""
    ledger = Ledger.open(path)
    with ledger.transaction():
        ledger.sites.add(Site(SITE, "Molukkenplantsoen", "Europe/Amsterdam", 53.23, 6.576))
        for name, role in (("lamp-1", "lamp"), ("lamp-2", "lamp"), ("counter-1", "counter")):
            ledger.nodes.add(node(name, role))
    return ledger


def provisioned(config: Config, *names: str) -> None:
    """Lamps with identities in a data folder, as `padlicht node add` makes them."""
    with Ledger.open(config.ledger_path) as ledger:
        keys = ensure_park(config.keys, config.broker_host)
        if not ledger.sites.all():
            add_site(ledger, Site(SITE, "Molukkenplantsoen", "Europe/Amsterdam", 53.23, 6.576))
        for name in names:
            add_node(ledger, keys, config, node(name), BoardConfig())


class Published(list):
    """A session's `publish` that keeps what it is given: (topic, message, options)."""

    ready = True
    tries = 0

    def __call__(self, topic, payload, **options):
        self.tries += 1
        if not self.ready:
            raise TryAgain("there is no link to the broker")
        self.append((topic, json.loads(payload), options))

    def on(self, node: str, leaf: str) -> list[dict]:
        return [message for name, message, _ in self if name == topic(node, leaf)]


def acks_to(published: Published):
    """What an intake sends acknowledgements by, so that they stand in `published`, too."""

    def send(messages):
        for name, payload in messages:
            published(name, payload)

    return send


@asynccontextmanager
async def in_thread(ledger: Ledger):
    """A ledger in its thread."""
    thread = LedgerThread(ledger)
    try:
        yield thread
    finally:
        thread.close()


async def until(done, what: str) -> None:
    """Wait for `done()` to become true."""
    await async_until(done, what)


BIRTH = Status(**{key: value for key, value in STATUS.items() if key != "state"})


def heard(said, name="lamp-1", *, retained=False):
    """What a registered node said, as the intake hands it on."""
    return NodeMessage(node(name), retained, said)


def wanting(ledger, name="lamp-1", **changes):
    """Want these settings of a node; the version."""
    return want(ledger, name, changes, "anna", "workshop", NOW)
