"""Change log: wanted settings as people changed them, many nodes at once as one entry. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from padlicht.ledger import NodeState, SettingsChange
from padlicht.web.phrases import AS_ADDED, settings_differences

_AT_ONCE_S: Final = 600  # a command for a whole park may take that long

Difference = tuple[str, object, object]


@dataclass
class Entry:
    """One change, and what became of it at each of its `nodes`.

    Every node is in one of `confirmed` (with when, Unix seconds UTC), `refused` (with its reasons),
    `waiting`, or `replaced`: it never confirmed this version and should have a newer one by now.
    `added`: these are the settings with which the nodes were registered.
    """

    utc_s: int
    who: str
    why: str
    differences: Sequence[Difference]
    added: bool
    nodes: list[str] = field(default_factory=list)
    confirmed: dict[str, int] = field(default_factory=dict)
    refused: dict[str, Mapping[str, str]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)


def entries(changes: Sequence[SettingsChange], states: Mapping[str, NodeState]) -> list[Entry]:
    """All changes of a site, newest first; `changes` come oldest first."""
    found: list[Entry] = []
    newest: dict[str, Entry] = {}
    for change in changes:
        added = not change.before and (change.who, change.why) == AS_ADDED
        different = [] if added else settings_differences(change.before, change.after)
        key = json.dumps([change.who, change.why, added, different])
        entry = newest.get(key)
        if entry is None or change.utc_s - entry.utc_s > _AT_ONCE_S or change.node in entry.nodes:
            entry = Entry(change.utc_s, change.who, change.why, different, added)
            newest[key] = entry
            found.append(entry)
        entry.nodes.append(change.node)
        _note(entry, change, states.get(change.node))
    return found[::-1]


def _note(entry: Entry, change: SettingsChange, state: NodeState | None) -> None:
    """What became of it at one node."""
    if change.confirmed_utc_s is not None:
        entry.confirmed[change.node] = change.confirmed_utc_s
    elif state is None or state.wanted_version != change.version:
        entry.replaced.append(change.node)
    elif state.refused:
        entry.refused[change.node] = state.refused
    else:
        entry.waiting.append(change.node)
