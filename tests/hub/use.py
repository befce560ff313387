"""A park whose use is known, for the tests of hours and days."""

import random
from dataclasses import replace
from pathlib import Path

from padlicht.ledger import Footfall, Lamp, Ledger, Node, Site
from padlicht.ledger.timeline import Note
from padlicht.usage.batches import RollUp

TZ = "Europe/Amsterdam"
LAT, LON = 53.23, 6.576
NOON = 1_792_926_000  # 25 October 2026, 12:00 in Groningen, the day on which summer time ends
HOUR = 3600
DAY = 24 * HOUR
# As if it had always been so: nothing changed, and all of the past goes along.
CORRECTED = Note("anna", "it was written down wrongly", NOON, corrects=True)
NODES = {"gate": "counter", "bridge": "counter", "lamp-1": "lamp"}


def node(name: str, role: str = "counter", zone: str = "path", site: str = "park", **other) -> Node:
    known = {"simulated": False, "added_utc_s": NOON - 30 * DAY, "retired": False, **other}
    return Node(0, name, site, zone, role, None, None, **known)


def park(path: Path, *nodes: Node, tz: str = TZ) -> Ledger:
    """A ledger with these nodes, or with two counters and a lamp in one zone."""
    ledger = Ledger.open(path)
    with ledger.transaction():
        ledger.sites.add(Site("park", "Park", tz, LAT, LON))
        for item in nodes or [node(name, role) for name, role in NODES.items()]:
            ledger.nodes.add(replace(item, retired=item.retired_utc_s is not None))
    return ledger


def count(t: int, n_in: int = 1, n_out: int = 0, *, node="gate", boot=1, dt=900, obs_s=None):
    """An interval of a counter; its number is its time, so that each is another one."""
    obs_s = dt if obs_s is None else obs_s
    return Footfall(node, boot, t % 2**31, t, dt, 2, obs_s, 0, n_in, n_out, 0, 0)


def light(t: int, trig: int = 1, *, node="lamp-1", boot=1, dt=900, near_s=None):
    """An interval of a lamp that was lit all the time."""
    return Lamp(node, boot, t % 2**31, t, dt, 2, dt, dt, 60, trig, 0, 1250, 0, True, near_s)


def store(ledger: Ledger, *records) -> None:
    """Records come in."""
    with ledger.transaction():
        ledger.records.add(records, NOON)


def add_up(ledger: Ledger, now_utc_s: int = NOON, rollup: RollUp | None = None) -> None:
    """The roll-up does all that there is to do."""
    rollup = rollup or RollUp()
    while (piece := rollup.next(ledger, now_utc_s)) is not None:
        assert piece.store(ledger)


def table(ledger: Ledger) -> list[tuple]:
    """All hours of use as they are stored, but for rev."""
    return ledger.node_hours.all(-(2**40), 2**40)


def hours_of(ledger: Ledger, name: str) -> dict[int, tuple]:
    """The hours of a node by their start."""
    return {hour.hour_utc_s: hour for hour in ledger.node_hours.all(-(2**40), 2**40, node=name)}


def month(dice: random.Random) -> list[Footfall | Lamp]:
    """Thirty days of all nodes: cut intervals, gaps, undated ones and times that run wild."""
    records: list[Footfall | Lamp] = []
    for name, role in NODES.items():
        for quarter in range(30 * 96):
            if dice.random() < 0.1:
                continue
            t = NOON - 30 * DAY + quarter * 900 + dice.choice([0, 0, 0, 17])
            dt = dice.choice([900, 900, 433])
            numbers = {"node": name, "dt": dt}
            if dice.random() < 0.01:
                t = dice.choice([0, 5, 86_400, NOON + 400 * DAY, 2**33]) + (
                    quarter if t == 5 else 0
                )
                numbers["boot"] = quarter + 2
            if role == "counter":
                obs_s = dice.randint(0, dt)
                records.append(
                    count(t, dice.randint(0, 9), dice.randint(0, 9), obs_s=obs_s, **numbers)
                )
            else:
                near_s = dice.choice([None, dice.randint(0, dt)])
                records.append(light(t, dice.randint(0, 30), near_s=near_s, **numbers))
    return records
