"""Settings that the park wants, and whether its nodes have them."""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from padlicht.control.posix_tz import posix_tz_at
from padlicht.control.publisher import Publisher
from padlicht.intake.messages import NodeMessage
from padlicht.ledger import Ledger, LedgerThread, Node, Site, Unconfirmed
from padlicht.ledger.tables.removal import Wish
from padlicht.settings_schema import schema
from padlicht.wire import SettingsReport, SettingsWanted, Status

log = logging.getLogger(__name__)

MOUNT: Final = "mount_cm"
_LEAF: Final = "down/settings"
POLL_S = 1.0  # how soon a change made by another process reaches the nodes


def first_settings(node: Node, site: Site, utc_s: int) -> dict[str, Any]:
    """What a new node is told now: the firmware's defaults for its role, at its own place.

    Not MOUNT: who knows how high it hangs says so, and until then the wish has no such key.
    """
    settings = {
        key: row["default"]
        for key, row in schema().items()
        if row["role"] in (node.role, "both") and key != MOUNT
    }
    return settings | local_settings(node, site, utc_s)


def lacks_mount(node: Node, wanted: Mapping[str, Any]) -> bool:
    """Whether nobody ever said how high a lamp's radar hangs: it works with a chest's height.

    One that is simulated hangs nowhere.
    """
    return node.role == "lamp" and not (node.simulated or node.retired) and MOUNT not in wanted


def local_settings(node: Node, site: Site, utc_s: int) -> dict[str, Any]:
    """What follows from where a node is: its place, or else its site's, and the time there."""
    lat, lon = (node.lat, node.lon)
    if lat is None or lon is None:
        lat, lon = site.lat, site.lon
    return {
        "lat_e4": round(lat * 10_000),
        "lon_e4": round(lon * 10_000),
        "tz": posix_tz_at(site.tz, utc_s),
    }


class SettingsPublisher:
    """Publishes wanted settings, retained, until the node confirms them.

    A node that was away gets them from the broker when it comes back. What another process writes
    into the ledger is noticed within a second.
    """

    def __init__(self, ledger: LedgerThread, post: Publisher) -> None:
        self._ledger = ledger
        self._post = post
        self._published: dict[str, int] = {}
        self._unsent: dict[str, Unconfirmed] = {}
        self._reported: set[str] = set()
        self._forgotten = True  # what the broker keeps, so that all have to be looked at
        self._data_version = -1

    async def link_ready(self) -> None:
        """The broker may have forgotten: everything unconfirmed is published again."""
        self._published.clear()
        self._forgotten = True

    def on_changed(self, names: Iterable[str]) -> None:
        """The hub itself wants other settings of these nodes: that file version is its own."""
        self._reported.update(names)

    def on_node_message(self, item: NodeMessage) -> None:
        """A node was born, or said what is in force; what it lost is published once more."""
        if item.retained:
            return
        name = item.node.name
        match item.said:
            case Status():
                # Once per birth, so that a node that cannot take them is not told for ever.
                self._published.pop(name, None)
            case SettingsReport(version=version, refused=refused):
                self._reported.add(name)
                if refused:
                    reasons = "; ".join(refused.values())
                    log.warning("settings: %s stays at version %d: %s", name, version, reasons)

    async def run(self) -> None:
        """Look for changes once a second, until cancelled."""
        while True:
            reported, self._reported = self._reported, set()
            known = -1 if self._forgotten else self._data_version
            self._forgotten = False  # before the look: what comes meanwhile wants another one
            look = partial(_unconfirmed, known, reported)
            self._data_version, unconfirmed, wishes = await self._ledger.run(look)
            if cleared := self._clear(wishes):
                await self._ledger.run(partial(_note_cleared, cleared))
            self._publish(unconfirmed)
            await asyncio.sleep(POLL_S)

    def _clear(self, wishes: Iterable[Wish]) -> list[Wish]:
        """Have the broker forget what was wanted of removed nodes; of which ones it was told."""
        cleared = []
        for wish in wishes:
            self._published.pop(wish.node, None)
            if wish.again or self._post.clear(wish.site, wish.node, _LEAF):
                cleared.append(wish)
        return cleared

    def _publish(self, unconfirmed: Iterable[Unconfirmed]) -> None:
        """Publish as much as the link takes; the rest waits for the next look."""
        for item in unconfirmed:
            if self._published.get(item.node) != item.version:
                self._unsent[item.node] = item
        while self._unsent:
            site, node, version, wanted = next(iter(self._unsent.values()))
            message = SettingsWanted(version, dict(wanted))
            if not self._post.send(site, node, _LEAF, message, retain=True):
                return
            self._published[node] = version
            del self._unsent[node]


def _unconfirmed(
    known: int, reported: Collection[str], ledger: Ledger
) -> tuple[int, list[Unconfirmed], list[Wish]]:
    """The file's version, and who should have other settings: of all nodes if somebody else changed
    the file since `known`, else of those that said what they have. And whose wishes may still be
    kept by the broker although their nodes were removed.
    """
    version = ledger.data_version()
    if version != known:
        return version, ledger.settings.unconfirmed(), ledger.removals.wishes()
    found = [item for name in reported for item in ledger.settings.unconfirmed(name)]
    return version, found, []


def _note_cleared(cleared: Sequence[Wish], ledger: Ledger) -> None:
    with ledger.transaction():
        ledger.removals.cleared(cleared)
