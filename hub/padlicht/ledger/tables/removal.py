"""Table `removed_nodes`, and removing what was added by mistake: nodes, zones, parks.

What was ever heard stays for ever: its counts would belong nowhere.
"""

# ruff: noqa: S608 -- table names are those of the file itself; values are always bound

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from padlicht.errors import Refused
from padlicht.ledger.rows import Node
from padlicht.ledger.schema import COLUMNS

FOR_EVER_S = 1 << 62
# Tables with rows of a node only when it was heard.
_HEARD = (*COLUMNS, "selftests", "seen", "pruned", "usage_pruned")
_FOLLOWED = {"settings_log": "settings", "presence": "presence"}  # by followers, under that source
_COUNTED = (
    "SELECT 1 FROM zone_hour WHERE site = ?1 AND (?2 IS NULL OR zone = ?2)"
    " AND (obs_s > 0 OR lamp_obs_s > 0 OR count_in + count_out + trig + lit_s > 0) LIMIT 1"
)


class Wish(NamedTuple):
    """Wanted settings of a removed node that the broker may still keep."""

    removed_id: int
    site: str
    node: str
    again: bool  # the name was given again, so that the new node's wish takes its place


class RemovalTable:
    """Removes; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def node(self, node: Node, who: str, why: str, utc_s: int) -> None:
        """Remove a node that was never heard; Refused when it was: retire that one."""
        if self._was_heard(node.id):
            raise Refused(
                f"{node.name} was heard, and what it said stays: take it out of service with "
                f"`padlicht node set {node.name} --retired --why …`"
            )
        self._db.execute(
            "INSERT INTO zone_stale (site, zone, from_utc_s)"
            " SELECT p.site, p.zone, min(u.hour_utc_s) FROM node_places p CROSS JOIN usage_hour u"
            " ON u.node_id = p.node_id WHERE p.node_id = ? GROUP BY p.site, p.zone"
            " ON CONFLICT DO UPDATE SET from_utc_s = min(from_utc_s, excluded.from_utc_s)",
            (node.id,),
        )
        sites = self._db.execute(
            "SELECT DISTINCT site FROM node_places WHERE node_id = ?", (node.id,)
        )
        for (site,) in sites.fetchall():
            self._rewrite(site, "SELECT min(hour_utc_s) FROM usage_hour WHERE node_id = ?", node.id)
        for table in self._tables_with("node_id"):
            newest = self._newest(table)
            self._db.execute(f"DELETE FROM {table} WHERE node_id = ?", (node.id,))
            self._keep_newest(table, newest)
        self._db.execute("DELETE FROM nodes WHERE id = ?", (node.id,))
        self._db.execute(
            "INSERT INTO removed_nodes (name, site, zone, role, added_utc_s, removed_utc_s, who,"
            " why) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (node.name, node.site, node.zone, node.role, node.added_utc_s, utc_s, who, why),
        )

    def zone(self, site: str, zone: str) -> None:
        """Remove a zone in which nothing stands nor ever counted; Refused otherwise."""
        self._refuse_used(site, zone, f"zone {zone} of {site}")
        if (
            self._db.execute("DELETE FROM zones WHERE (site, name) = (?, ?)", (site, zone)).rowcount
            == 0
        ):
            raise Refused(f"there is no zone {zone} in {site}: `padlicht zone list` shows all")
        # Hours in which its nodes were due are still summed anew, and then gone.

    def site(self, site: str) -> None:
        """Remove a park in which nothing stands nor ever counted, with its zones; or Refused."""
        self._refuse_used(site, None, f"site {site}")
        for table in self._tables_with("site"):
            if table not in ("removed_nodes", "rewrites"):
                self._db.execute(f"DELETE FROM {table} WHERE site = ?", (site,))
        self._db.execute("DELETE FROM sites WHERE name = ?", (site,))

    def last_id(self) -> int:
        """The id of the last removal, 0 before the first: it grows with each."""
        return int(self._db.execute("SELECT coalesce(max(id), 0) FROM removed_nodes").fetchone()[0])

    def wishes(self) -> list[Wish]:
        """Wanted settings of removed nodes that nobody took from the broker yet."""
        rows = self._db.execute(
            "SELECT id, site, name, EXISTS (SELECT 1 FROM nodes n WHERE n.name = r.name"
            " AND n.site = r.site) FROM removed_nodes r WHERE NOT wish_cleared ORDER BY id"
        )
        return [Wish(one, site, node, bool(again)) for one, site, node, again in rows]

    def cleared(self, wishes: Iterable[Wish]) -> None:
        """The broker was told to forget what was wanted of these."""
        self._db.executemany(
            "UPDATE removed_nodes SET wish_cleared = 1 WHERE id = ?",
            [(wish.removed_id,) for wish in wishes],
        )

    def _was_heard(self, node_id: int) -> bool:
        state = self._db.execute(
            "SELECT 1 FROM node_state WHERE node_id = ? AND (state <> 'never' OR boot IS NOT NULL"
            " OR last_word_utc_s IS NOT NULL OR confirmed_version IS NOT NULL)",
            (node_id,),
        ).fetchone()
        return state is not None or any(
            self._db.execute(
                f"SELECT 1 FROM {table} WHERE node_id = ? LIMIT 1", (node_id,)
            ).fetchone()
            for table in _HEARD
        )

    def _refuse_used(self, site: str, zone: str | None, what: str) -> None:
        where = " WHERE site = ?1 AND (?2 IS NULL OR zone = ?2)"
        names = self._db.execute(f"SELECT name FROM nodes{where} ORDER BY name", (site, zone))
        if nodes := [name for (name,) in names]:
            raise Refused(
                f"{what} has {len(nodes)} node(s), {nodes[0]} first: remove those that were never "
                f"heard (`padlicht node remove {nodes[0]} --why …`); one that was heard stays, "
                "and so does its park"
            )
        past = self._db.execute(_COUNTED, (site, zone)).fetchone()
        if past is None:
            past = self._db.execute(
                f"SELECT 1 FROM node_places{where} LIMIT 1", (site, zone)
            ).fetchone()
        if past is not None:
            raise Refused(
                f"{what} has counts of nodes that stood there: those stay, and so does it"
            )

    def _rewrite(self, site: str, since: str, node_id: int) -> None:
        """Have copies elsewhere write the site's hours anew, from the node's first on."""
        self._db.execute(
            f"INSERT INTO rewrites (site, from_utc_s, to_utc_s) SELECT ?, first, {FOR_EVER_S}"
            f" FROM (SELECT ({since}) AS first) WHERE first IS NOT NULL",
            (site, node_id),
        )

    def _tables_with(self, column: str) -> list[str]:
        """The tables that have a column of that name."""
        rows = self._db.execute(
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
            " WHERE m.type = 'table' AND c.name = ? AND m.name <> 'nodes' ORDER BY m.name",
            (column,),
        )
        return [name for (name,) in rows]

    def _newest(self, table: str) -> int:
        if table not in _FOLLOWED:
            return 0
        return int(self._db.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])

    def _keep_newest(self, table: str, newest: int) -> None:
        """See that no id of a followed table is given twice: followers would pass it over."""
        if table not in _FOLLOWED or self._newest(table) == newest:
            return
        moved = self._db.execute(
            f"UPDATE {table} SET id = ? WHERE id = (SELECT max(id) FROM {table})", (newest,)
        ).rowcount
        if not moved:  # it is empty now, and begins anew
            self._db.execute("UPDATE cursors SET last_id = 0 WHERE source = ?", (_FOLLOWED[table],))
