"""Settings in force: what lamps and counters go by now, as far as they have said so. Pure.

What is wanted is not in force before a node has confirmed it; until then it goes by the version
that it confirmed last, or by what its firmware was delivered with.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from padlicht.ledger import Node, NodeState, SettingsChange
from padlicht.settings_schema import schema

# What follows from where a node stands is its own, and tells no two lamps apart.
OF_THE_PLACE: Final = ("lat_e4", "lon_e4", "tz")


@dataclass
class InForce:
    """Nodes of one role that go by the same settings; `values` by key, in the schema's order.

    `confirmed`: they said so; otherwise it is what the firmware is delivered with. Of nodes that
    were never heard of nothing is known (`heard`), and `values` are those that wait for them.
    """

    role: str
    values: Mapping[str, object]
    heard: bool
    confirmed: bool
    nodes: list[str] = field(default_factory=list)


def of_node(node: Node, state: NodeState, changes: Iterable[SettingsChange]) -> InForce:
    """What one node goes by; `changes` are its own, in any order."""
    by_version = {change.version: change.after for change in changes if change.node == node.name}
    version = state.confirmed_version
    heard = state.state != "never"
    if not heard and by_version:
        version = max(by_version)
    after = by_version.get(version) if version is not None else None
    values = {
        key: (after or {}).get(key, row["default"])
        for key, row in schema().items()
        if row["role"] in (node.role, "both")
    }
    return InForce(node.role, values, heard, heard and after is not None, [node.name])


def of_park(
    nodes: Sequence[Node], states: Mapping[str, NodeState], changes: Sequence[SettingsChange]
) -> list[InForce]:
    """Nodes in service, those with the same settings together: lamps first, most nodes first."""
    by_node: dict[str, list[SettingsChange]] = {}
    for change in changes:
        by_node.setdefault(change.node, []).append(change)
    found: dict[str, InForce] = {}
    for node in nodes:
        if node.retired:
            continue
        mine = of_node(node, states[node.name], by_node.get(node.name, ()))
        mine.values = {key: value for key, value in mine.values.items() if key not in OF_THE_PLACE}
        key = json.dumps([mine.role, mine.heard, mine.confirmed, mine.values])
        if key in found:
            found[key].nodes.append(node.name)
        else:
            found[key] = mine
    return sorted(found.values(), key=lambda each: (each.role != "lamp", -len(each.nodes)))


def is_default(key: str, value: object) -> bool:
    """Whether a setting is as the firmware is delivered, or follows from where the node stands."""
    if key in OF_THE_PLACE:
        return True
    default = schema()[key]["default"]
    return list(value) == list(default) if isinstance(value, list | tuple) else value == default
