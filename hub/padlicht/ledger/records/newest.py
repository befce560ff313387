"""The newest record of a node. Nothing here writes.

It is in the newest block that holds any of the node's records, unless an older one came late: then
`health_before` has the newest health record of before.
"""

# ruff: noqa: S608 -- table and column names are constants of schema.py; values are always bound

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from padlicht.ledger.records import blocks

# To look one node up in a block costs a few microseconds, to read all of the block some thousand.
FEW_NODES = 500
# Blocks in which most nodes' newest record is, and how many of them pay for reading one more.
RECENT = 2
WORTH = 100

_NEWEST = (
    f"SELECT boot, seq, id FROM health WHERE id >> {blocks.SHIFT} = ? AND node_id = ?"
    " ORDER BY boot DESC, seq DESC LIMIT 1"
)
_NEWEST_OF_ALL = (
    "SELECT node_id, max(boot << 32 | seq), boot, seq, id FROM health"
    f" WHERE id >> {blocks.SHIFT} = ? GROUP BY node_id"
)


class Place(NamedTuple):
    """A record's number and where it is; of one node they compare by age."""

    boot: int
    seq: int
    id: int


def newest_health(database: sqlite3.Connection, nodes: Mapping[int, int]) -> dict[int, Place]:
    """Where the newest health record of each of these nodes is, if it has one.

    `nodes` are ids with when each last spoke: about then its last record came.
    """
    walk = blocks.Walk(database, "health")
    found: dict[int, Place] = {}
    for block in range(walk.last, -1, -1):
        left = nodes.keys() - found.keys()
        if len(left) > FEW_NODES:
            rows = database.execute(_NEWEST_OF_ALL, (block,)).fetchall()
            here = {row[0]: Place(*row[2:]) for row in rows if row[0] in left}
        else:
            here = _in_block(database, block, left)
        found |= here
        if block <= walk.last - RECENT + 1 and len(here) < WORTH:
            break
    for node_id in nodes.keys() - found.keys():
        for block in walk.back_from(nodes[node_id]):
            if here := _in_block(database, block, {node_id}):
                found |= here
                break
    for node_id, *place in database.execute(
        "SELECT b.node_id, r.boot, r.seq, r.id FROM health_before b JOIN health r ON r.id = b.id"
    ):
        if node_id in found:
            found[node_id] = max(found[node_id], Place(*place))
    return found


def is_newest(
    database: sqlite3.Connection, walk: blocks.Walk, table: str, node_id: int, place: Place
) -> bool:
    """Whether a node has no newer record than this one in a table."""
    newer = (
        f"SELECT 1 FROM {table} WHERE id >> {blocks.SHIFT} = ? AND node_id = ?"
        " AND (boot, seq) > (?, ?) LIMIT 1"
    )
    return not any(
        database.execute(newer, (block, node_id, place.boot, place.seq)).fetchone()
        for block in walk.forth_from(place.id >> blocks.SHIFT)
    )


def _in_block(database: sqlite3.Connection, block: int, node_ids: set[int]) -> dict[int, Place]:
    rows = (
        (node_id, database.execute(_NEWEST, (block, node_id)).fetchone()) for node_id in node_ids
    )
    return {node_id: Place(*row) for node_id, row in rows if row is not None}
