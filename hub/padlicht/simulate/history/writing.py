"""Writes a year of a park that never was into a ledger, through firmware and intake.

What is the real thing: of the nodes, schedule, sun, dimming and the lamp's loop (`node.light`), the
radar's reader (`node.sense.ld2410`), the lamp's role, tally, recorder and messages; of the hub, all
from the decoding of a message to the hours of use. What is invented: who comes along
(`history_people`), what goes wrong and when (`history_story`), weather, temperatures and radio. The
counters' radars are not run through a year of frames: of every hundred passages they notice 98.

Lamps beyond the eighth and counters beyond the second are twins of those: they say the same.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from padlicht.errors import Refused
from padlicht.ledger import Ledger, Zone
from padlicht.simulate.history.firmware import firmware
from padlicht.simulate.history.hub import HubHalf, Progress
from padlicht.simulate.history.park import Copy, copies
from padlicht.simulate.history.scenario import Plan, Scenario, scenario
from padlicht.simulate.history.year import Year
from padlicht.simulate.run.provision import demo_site
from padlicht.simulate.world.park import SITE, demo_park

PART = ".part"  # of the file's name, until it is whole


@dataclass(frozen=True)
class Written:
    """What a history holds."""

    scenario: Scenario
    nodes: int
    records: int
    messages: int
    groups: int


def write_history(path: Path, plan: Plan, progress: Progress) -> Written:
    """Make the ledger at `path`, which must not be there; it appears whole or not at all.

    `progress(what, done, total)` is called now and then. Refused when there is a ledger already.
    """
    if path.exists():
        raise Refused(f"{path} is there already: a history begins a ledger, so name another folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + PART)
    _remove(part)
    try:
        with Ledger.open(part) as ledger:
            ledger.skip_fsync()
            written = _write(ledger, plan, progress)
        with part.open("rb") as whole:
            os.fsync(whole.fileno())
        part.replace(path)
    finally:
        _remove(part)
    return written


def _write(ledger: Ledger, plan: Plan, progress: Progress) -> Written:
    truth = scenario(plan)
    hub = HubHalf(ledger)
    park = demo_park()
    nodes = copies(park, plan)
    zones = {copy.zone: copy.zone_title for copy in nodes}
    hub.add_site(demo_site(park), [Zone(SITE, name, title) for name, title in zones.items()])
    for topic, twins in _twins(nodes).items():
        hub.twin(topic, *twins)
    year = Year(firmware(), park, plan, truth, hub, nodes)
    year.live(progress)
    hub.add_up(truth.end_utc_s, progress)
    counts = ledger.records.counts()
    records = sum(counts[kind] for kind in ("lamp", "footfall", "health", "fault"))
    return Written(truth, len(nodes), records, hub.messages, year.groups)


def _twins(nodes: list[Copy]) -> dict[str, list[str]]:
    """The topics that say the same as one that is lived through."""
    twins: dict[str, list[str]] = {}
    for copy in nodes:
        if copy.name != copy.of:
            for leaf in ("up/status", "up/settings", "up/records"):
                topic = f"padlicht/v1/{SITE}/{copy.of}/{leaf}"
                twins.setdefault(topic, []).append(f"padlicht/v1/{SITE}/{copy.name}/{leaf}")
    return twins


def _remove(part: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + end).unlink(missing_ok=True)
