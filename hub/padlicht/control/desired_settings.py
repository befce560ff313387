"""What somebody wants of nodes' settings: read, judged by the firmware's schema, noted whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from padlicht.addresses import nearest
from padlicht.errors import BadData, Refused
from padlicht.ledger import Ledger, Node
from padlicht.settings_schema import schema, validate


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


def find(ledger: Ledger, name: str) -> Node:
    """The node of that name; Refused when there is none."""
    node = ledger.nodes.get(name)
    if node is None:
        meant = nearest(name, (item.name for item in ledger.nodes.all())) or ":"
        raise Refused(f"there is no node {name}{meant} `padlicht node list` shows all of them")
    return node


def want(
    ledger: Ledger, node: str, changes: Mapping[str, Any], who: str, why: str, utc_s: int
) -> int:
    """Note new settings for a node, whole, after asking the firmware whether it would take them.

    Returns the version. Raises Refused when there is no such node, when a setting is not for its
    role, or when the firmware would refuse one.
    """
    with ledger.transaction():
        found = find(ledger, node)
        for key in changes:
            role = _role_of(key)
            if role not in (found.role, "both"):
                raise Refused(f"{key} is a setting of a {role}; {node} is not one")
        versions = ledger.settings.log(node)
        return note(ledger, found, versions[0].after if versions else {}, changes, who, why, utc_s)


def request_settings(
    ledger: Ledger,
    nodes: Sequence[Node],
    changes: Mapping[str, Any],
    who: str,
    why: str,
    utc_s: int,
) -> dict[str, int | None]:
    """Note new settings for many nodes, all of them or none; the version of each by name.

    A lamp takes no setting of a counter, nor the other way round; a node for which nothing changes
    gets no new version and is None. Raises Refused when a setting is for none of them, and when
    the firmware of one would refuse, naming that one.
    """
    for key in changes:
        role = _role_of(key)
        if not any(role in (node.role, "both") for node in nodes):
            raise Refused(f"{key} is a setting of a {role}, and there is none among those named")
    versions: dict[str, int | None] = {}
    with ledger.transaction():
        current = ledger.settings.wanted()
        for node in nodes:
            before = current[node.name].after if node.name in current else {}
            mine = {
                key: value
                for key, value in changes.items()
                if _role_of(key) in (node.role, "both") and before.get(key) != value
            }
            versions[node.name] = (
                note(ledger, node, before, mine, who, why, utc_s) if mine else None
            )
    return versions


def note(
    ledger: Ledger,
    node: Node,
    before: Mapping[str, Any],
    changes: Mapping[str, Any],
    who: str,
    why: str,
    utc_s: int,
) -> int:
    """Note new settings in the caller's transaction; the version. Refused as the firmware would."""
    after = {**before, **changes}
    if refused := validate(after):
        raise Refused(f"{node.name}: {'; '.join(refused.values())}")
    return ledger.settings.request(node.name, after, who, why, utc_s)


def _role_of(key: str) -> str:
    """Whose setting it is: lamp, counter or both; what is no setting, the firmware refuses."""
    row = schema().get(key)
    return str(row["role"]) if row else "both"
