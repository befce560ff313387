"""Settings that the park wants, and whether its nodes have them."""

import asyncio
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from padlicht.errors import BadData, Refused
from padlicht.fleet.firmware import schema, validate
from padlicht.fleet.post import Post
from padlicht.fleet.zones import posix_tz
from padlicht.intake.reading import Heard
from padlicht.ledger import Ledger, Node, NodeState, SettingsChange, Site
from padlicht.ledger.thread import LedgerThread
from padlicht.wire import SettingsReport, SettingsWanted, Status

log = logging.getLogger(__name__)

LOOK_S = 1.0  # how soon a change made by another process reaches the nodes

Snapshot = tuple[list[Node], dict[str, NodeState], dict[str, SettingsChange]]


def first_settings(node: Node, site: Site) -> dict[str, Any]:
    """What a new node is told: the firmware's defaults for its role, at its own place."""
    settings = {
        key: row["default"] for key, row in schema().items() if row["role"] in (node.role, "both")
    }
    lat, lon = (node.lat, node.lon)
    if lat is None or lon is None:
        lat, lon = site.lat, site.lon
    settings |= {
        "lat_e4": round(lat * 10_000),
        "lon_e4": round(lon * 10_000),
        "tz": posix_tz(site.tz),
    }
    return settings


def parse_setting(key: str, text: str) -> Any:
    """The value of `key` that a person typed; BadData says what to type instead."""
    row = schema().get(key)
    if row is None:
        raise BadData(f"{key} is not a setting; there are: {', '.join(sorted(schema()))}")
    if row["kind"] == "line":
        parts = text.replace("[", "").replace("]", "").split(",")
        return [_whole(key, part) for part in parts]
    if row["kind"] == "int" or isinstance(row["default"], int):
        return _whole(key, text)
    return text


def _whole(key: str, text: str) -> int:
    try:
        return int(text.strip())
    except ValueError as error:
        raise BadData(f"{key}: {text.strip()!r} is not a whole number") from error


def want(
    ledger: Ledger, node: str, changes: Mapping[str, Any], who: str, why: str, utc_s: int
) -> int:
    """Note new settings for a node, whole, after asking the firmware whether it would take them.

    Returns the version. Raises Refused when there is no such node, when a setting is not for its
    role, or when the firmware would refuse one.
    """
    with ledger.transaction():
        found = next((known for known in ledger.nodes() if known.name == node), None)
        if found is None:
            raise Refused(f"there is no node {node}: `padlicht node list` shows all of them")
        current = ledger.wanted().get(node)
        after = dict(current.after) if current else {}
        after |= changes
        rows = schema()
        for key in changes:
            if key in rows and rows[key]["role"] not in (found.role, "both"):
                raise Refused(f"{key} is a setting of a {rows[key]['role']}; {node} is not one")
        refused = validate(after)
        if refused:
            raise Refused("; ".join(refused.values()))
        return ledger.want(node, after, who, why, utc_s)


class SettingsDesk:
    """Publishes wanted settings, retained, until the node confirms them.

    A node that was away gets them from the broker when it comes back. What another process writes
    into the ledger is noticed within a second.
    """

    def __init__(self, ledger: LedgerThread, post: Post) -> None:
        self._ledger = ledger
        self._post = post
        self._published: dict[str, int] = {}
        self._data_version = -1

    async def link_ready(self) -> None:
        """The broker may have forgotten: everything unconfirmed is published again."""
        self._published.clear()
        self._data_version = -1

    def heard(self, item: Heard) -> None:
        """A node was born, or said what is in force; what it lost is published once more."""
        if item.node is None or item.retained:
            return
        name = item.node.name
        match item.said:
            case Status():
                # Once per birth, so that a node that cannot take them is not told for ever.
                self._published.pop(name, None)
            case SettingsReport(version=version, refused=refused):
                self._data_version = -1
                if refused:
                    reasons = "; ".join(refused.values())
                    log.warning("settings: %s stays at version %d: %s", name, version, reasons)

    async def run(self) -> None:
        """Look for changes once a second, until cancelled."""
        while True:
            look = partial(_changes, self._data_version)
            self._data_version, snapshot = await self._ledger.run(look)
            if snapshot is not None:
                self._publish(*snapshot)
            await asyncio.sleep(LOOK_S)

    def _publish(
        self,
        nodes: list[Node],
        states: Mapping[str, NodeState],
        wanted: Mapping[str, SettingsChange],
    ) -> None:
        for node in nodes:
            change = wanted.get(node.name)
            if change is None or node.retired:
                continue
            if states[node.name].confirmed_version == change.version:
                continue
            if self._published.get(node.name) == change.version:
                continue
            message = SettingsWanted(change.version, dict(change.after))
            if self._post.send(node.site, node.name, "down/settings", message, retain=True):
                self._published[node.name] = change.version


def _changes(known: int, ledger: Ledger) -> tuple[int, Snapshot | None]:
    """The file's version, and what it holds if somebody else changed it since `known`."""
    version = ledger.data_version()
    if version == known:
        return version, None
    return version, (ledger.nodes(), ledger.states(), ledger.wanted())
