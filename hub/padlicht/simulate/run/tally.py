"""Reads what a run left behind, the nodes' journals and the hub's ledger, and sums it up."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from padlicht.config import Config
from padlicht.ledger import Ledger
from padlicht.simulate.run.summary import Id, Journal, Summary, count, duplicated, lost
from padlicht.simulate.world.crossings import Crossing
from padlicht.simulate.world.park import SITE, demo_park

HAND_IN_DEADLINE_S = 45.0
_NEVER_UTC_S = 2**62
_MOST_NAMED = 20  # ids that are said aloud when something is wrong


def read_journals(config: Config, nodes: Sequence[str]) -> Journal:
    """What the simulated boards of `nodes` wrote down so far."""
    journal = Journal()
    for node in nodes:
        path = config.identity(node) / "journal.jsonl"
        if path.exists():
            journal.read(node, path.read_text(encoding="utf-8", errors="replace").splitlines())
    return journal


async def until_acknowledged(config: Config, nodes: Sequence[str], ids: Collection[Id]) -> bool:
    """Wait until all of `ids` are acknowledged; False when that takes too long."""
    deadline_s = time.monotonic() + HAND_IN_DEADLINE_S
    while not read_journals(config, nodes).acked.issuperset(ids):
        if time.monotonic() > deadline_s:
            return False
        await asyncio.sleep(0.5)
    return True


def tally_run(
    config: Config,
    nodes: Mapping[str, int],
    made: Mapping[Id, Mapping[str, Any]],
    crossings: Sequence[Crossing],
    counting_since_utc_s: Mapping[str, int],
    *,
    seconds: int,
    kills: dict[str, int],
    say: Callable[[str], None],
) -> Summary:
    """Compare what was made and what crossed with the ledger.

    `nodes` are their names, each with the boot that it began with: what is older is history. `made`
    are the records to look for, by id; `counting_since_utc_s` says from when on each counter
    knew its line. Ids that are lost or doubled are said with `say`.
    """
    with Ledger.open(config.ledger_path, read_only=True) as ledger:
        ids = {
            (node, boot, seq)
            for node, boot, seq in ledger.records.identities()
            if boot >= nodes[node]
        }
        lamps = [
            row for row in ledger.records.lamp(SITE, 0, _NEVER_UTC_S) if row.boot >= nodes[row.node]
        ]
        footfall = [
            row
            for row in ledger.records.footfall(SITE, 0, _NEVER_UTC_S)
            if row.boot >= nodes[row.node]
        ]
        quarantined = ledger.quarantine.newest(_MOST_NAMED)
        quarantine_count = ledger.quarantine.count()
    journal = read_journals(config, [*nodes])  # after the ledger, which cannot know more than it
    missing = lost(made, ids, [*lamps, *footfall])
    twice = duplicated(journal.made.keys(), ids, [lamps, footfall])
    for what, wrong in (("lost", missing), ("duplicated", twice)):
        if wrong:
            named = ", ".join("/".join(map(str, each)) for each in sorted(wrong)[:_MOST_NAMED])
            say(f"{what} (node/boot/seq): {named}")
    for unreadable in quarantined:
        say(f"quarantined: {unreadable.topic}: {unreadable.reason}")
    return Summary(
        simulated=True,
        nodes=len(nodes),
        seconds=seconds,
        records_made=len(made),
        acknowledged=len(made.keys() & journal.acked),
        in_ledger=len(made.keys() & ids),
        lost=len(missing),
        duplicated=len(twice),
        quarantined=quarantine_count,
        kills=kills,
        crossings={
            counter.name: count(
                counter.name,
                crossings,
                footfall,
                counting_since_utc_s.get(counter.name, _NEVER_UTC_S),
            )
            for counter in demo_park().counters
        },
    )
