"""Readmission from quarantine: messages that were kept are taken again, by the intake's own way.

`NewNodeWatcher` says when a node is added of which messages wait; a person has them readmitted.
"""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from padlicht.intake.messages import Message
from padlicht.intake.store import admit
from padlicht.ledger import Ledger, LedgerThread, Quarantined

log = logging.getLogger(__name__)

POLL_S = 1.0  # how soon a node that another process adds is noticed
PIECE = 200  # messages in one transaction; a running hub stores its own in between
INFLUX = "influx/"  # topics of lines that InfluxDB refused

# What a node says of the moment: what it said later is truer.
_OF_THE_MOMENT = ("up/status", "up/settings", "up/live")


@dataclass
class Outcome:
    """What became of what was asked for: how many went in, or were overtaken by what came later.

    `stayed` are those that cannot be taken yet, each with its reason of now.
    """

    admitted: int = 0
    overtaken: int = 0
    stayed: list[tuple[Quarantined, str]] = field(default_factory=list)


def readmit(ledger: Ledger, items: Iterable[Quarantined], outcome: Outcome) -> None:
    """Take messages into the ledger, and out of quarantine, in one transaction.

    What cannot be taken stays in quarantine, whole, with its reason of now. Letting in something
    twice changes nothing, as ever.
    """
    found = [*items]
    try:
        with ledger.transaction():
            into = Outcome()
            for item in found:
                _let_in(ledger, item, into)
    except (sqlite3.IntegrityError, sqlite3.DataError, ValueError, OverflowError) as error:
        if len(found) > 1:
            for item in found:
                readmit(ledger, [item], outcome)
            return
        into = Outcome(stayed=[(found[0], f"it cannot be stored: {error}")])
    outcome.admitted += into.admitted
    outcome.overtaken += into.overtaken
    outcome.stayed += into.stayed


def _let_in(ledger: Ledger, item: Quarantined, outcome: Outcome) -> None:
    if item.topic.startswith(INFLUX):
        why = "the record is in the ledger: mend the cause, then `padlicht influx rebuild`"
        outcome.stayed.append((item, why))
        return
    if item.node is not None and item.topic.endswith(_OF_THE_MOMENT):
        heard_utc_s = ledger.states.last_heard_utc_s(item.node)
        if heard_utc_s is not None and heard_utc_s > item.last_utc_s:
            outcome.overtaken += 1
            ledger.quarantine.remove(item.id)
            return
    # As if the broker had kept it: nobody says this now.
    message = Message(item.topic, item.payload, retained=True)
    (rejected,) = admit(ledger, [message], item.last_utc_s)
    if rejected:
        why = "; ".join(dict.fromkeys(part.reason for part in rejected))
        ledger.quarantine.change_reason(item.id, why)
        outcome.stayed.append((item, why))
    else:
        outcome.admitted += 1
        ledger.quarantine.remove(item.id)


def in_pieces(ledger: Ledger, node: str | None) -> Iterator[list[Quarantined]]:
    """All that is kept now of a node (None: of all), a piece at a time, in the order it came."""
    last = ledger.quarantine.newest_id()
    after = 0
    while piece := ledger.quarantine.after(after, PIECE, node):
        yield [item for item in piece if item.id <= last]
        after = piece[-1].id
        if after >= last:
            return


@dataclass
class Group:
    """Messages that are kept for the same reason, whatever node and numbers it names."""

    newest: Quarantined
    messages: int = 0
    times: int = 0
    acknowledged: int = 0
    nodes: set[str] = field(default_factory=set)
    first_utc_s: int = 2**62


def by_reason(items: Iterable[Quarantined]) -> list[Group]:
    """What is kept, by reason; the group that was added to most recently comes first."""
    groups: dict[str, Group] = {}
    for item in items:
        group = groups.setdefault(_kind(item), Group(item))
        if (item.last_utc_s, item.id) >= (group.newest.last_utc_s, group.newest.id):
            group.newest = item
        group.messages += 1
        group.times += item.times
        group.acknowledged += item.acknowledged
        group.first_utc_s = min(group.first_utc_s, item.first_utc_s)
        if item.node is not None:
            group.nodes.add(item.node)
    return sorted(groups.values(), key=lambda group: group.newest.last_utc_s, reverse=True)


def _kind(item: Quarantined) -> str:
    """A reason without what differs from one message to the next."""
    reason = item.reason if item.node is None else item.reason.replace(item.node, "NODE")
    return re.sub(r"\d+", "0", re.sub(r"'[^']*'", "'…'", reason))


class NewNodeWatcher:
    """Says how many messages of a new node wait in quarantine, where they went as a stranger's."""

    def __init__(self, ledger: LedgerThread) -> None:
        self._ledger = ledger
        self._data_version = -1
        self._last_id = -1

    async def run(self) -> None:
        """Look for new nodes once a second, until cancelled; those there at the start are none."""
        while True:
            look = partial(_arrived, self._data_version, self._last_id)
            self._data_version, self._last_id, waiting = await self._ledger.run(look)
            for node, count in waiting:
                log.warning(
                    "registry: %s was added; %d message(s) of it wait in quarantine: padlicht "
                    "quarantine admit --node %s",
                    node, count, node,
                )  # fmt: skip
            await asyncio.sleep(POLL_S)


def _arrived(
    known_version: int, last_id: int, ledger: Ledger
) -> tuple[int, int, list[tuple[str, int]]]:
    """The file's version, the newest node's id, and what waits of those that are newer."""
    version = ledger.data_version()
    if version == known_version:
        return version, last_id, []
    newest_id, names = ledger.nodes.added_after(last_id)
    if last_id < 0:
        return version, newest_id, []
    counted = [(name, ledger.quarantine.count_of_node(name)) for name in names]
    return version, newest_id, [(name, count) for name, count in counted if count]
