"""Tables `commands` and `selftests`: what was asked of nodes, and how they tested themselves."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from padlicht.ledger.rows import Command, SelfTest, TestRow

# Of one node: more than anybody climbs a ladder for, and 2 MB when a node runs wild.
MAX_SELFTESTS = 1000

# A self-test's table is kept once, with the other tables of its node.
_COMMAND = (
    "SELECT c.id, n.name, c.do, c.who, c.asked_utc_s, c.until_utc_s - c.asked_utc_s,"
    " c.sent_utc_s, c.answered_utc_s, c.ok, c.why, c.args, coalesce(c.detail, (SELECT t.rows"
    " FROM selftests t WHERE t.node_id = c.node_id AND t.reply = c.id ORDER BY t.id LIMIT 1))"
    " FROM commands c JOIN nodes n ON n.id = c.node_id"
)


class CommandTable:
    """Commands to nodes; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self, command_id: str) -> Command | None:
        """What became of a command."""
        return next(self._commands("WHERE c.id = ?", command_id), None)

    def all(self, node: str | None = None, limit: int | None = None) -> list[Command]:
        """What was asked of a node (None: of all), newest first."""
        most = -1 if limit is None else limit
        if node is None:
            return [*self._commands("ORDER BY c.seq DESC LIMIT ?", most)]
        return [*self._commands("WHERE n.name = ? ORDER BY c.seq DESC LIMIT ?", node, most)]

    def unanswered(self) -> list[Command]:
        """Commands that have neither an answer nor been given up, oldest first."""
        return [*self._commands("WHERE c.ok IS NULL ORDER BY c.seq")]

    def to_send(self, utc_s: int) -> list[tuple[str, Command]]:
        """What waits for a hub and may still be obeyed, with its node's site, oldest first.

        Only of nodes that are there: a broker keeps nothing for one that is away.
        """
        rows = self._db.execute(
            "SELECT n.site, c.id FROM commands c JOIN nodes n ON n.id = c.node_id"
            " JOIN node_state s ON s.node_id = n.id AND s.state = 'ready'"
            " WHERE c.ok IS NULL AND c.sent_utc_s IS NULL AND c.until_utc_s > ?"
            " AND NOT n.retired ORDER BY c.seq",
            (utc_s,),
        ).fetchall()
        return [(site, next(self._commands("WHERE c.id = ?", found))) for site, found in rows]

    def add(self, command: Command) -> None:
        """Note a command for a node; a running hub sends it."""
        self._db.execute(
            "INSERT INTO commands (id, node_id, do, args, who, asked_utc_s, until_utc_s)"
            " VALUES (?, (SELECT id FROM nodes WHERE name = ?), ?, ?, ?, ?, ?)",
            (
                command.id, command.node, command.do, json.dumps(dict(command.args)), command.who,
                command.utc_s, command.until_utc_s,
            ),
        )  # fmt: skip

    def mark_sent(self, command_id: str, utc_s: int) -> None:
        """A command is on its way."""
        self._db.execute("UPDATE commands SET sent_utc_s = ? WHERE id = ?", (utc_s, command_id))

    def record_reply(
        self,
        node: str,
        command_id: str,
        ok: bool,
        why: str | None,
        utc_s: int,
        detail: object = None,
    ) -> None:
        """A node answered; what nobody asked of it by this way changes nothing.

        An answer that comes after the command was given up still counts.
        """
        self._db.execute(
            "UPDATE commands SET answered_utc_s = ?, ok = ?, why = ?, detail = ? WHERE id = ?"
            " AND answered_utc_s IS NULL AND node_id = (SELECT id FROM nodes WHERE name = ?)",
            (
                utc_s, ok, why, None if detail is None else json.dumps(detail),
                command_id, node,
            ),
        )  # fmt: skip

    def follow_step(self, from_utc_s: int, to_utc_s: int) -> None:
        """The hub's clock was put forward: what is open has as much time left as it had."""
        if to_utc_s > from_utc_s:
            self._db.execute(
                "UPDATE commands SET asked_utc_s = asked_utc_s + ?1,"
                " until_utc_s = until_utc_s + ?1, sent_utc_s = sent_utc_s + ?1"
                " WHERE ok IS NULL AND asked_utc_s <= ?2",
                (to_utc_s - from_utc_s, from_utc_s),
            )

    def begin_anew(self, utc_s: int, tolerance_s: int) -> None:
        """What is open and lies ahead of the clock was asked by a wrong one: it begins now."""
        self._db.execute(
            "UPDATE commands SET until_utc_s = until_utc_s - asked_utc_s + ?1, asked_utc_s = ?1,"
            " sent_utc_s = iif(sent_utc_s IS NULL, NULL, ?1)"
            " WHERE ok IS NULL AND asked_utc_s > ?1 + ?2",
            (utc_s, tolerance_s),
        )

    def expire(self, command_id: str, why: str) -> None:
        """Nobody waits for the answer to a command any more."""
        self._db.execute(
            "UPDATE commands SET ok = 0, why = ? WHERE id = ? AND ok IS NULL", (why, command_id)
        )

    def _commands(self, which: str, *arguments: object) -> Iterator[Command]:
        return map(_command, self._db.execute(f"{_COMMAND} {which}", arguments).fetchall())


class SelfTestTable:
    """Self-tests of nodes; what writes expects to be inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def of_node(self, node: str, limit: int | None = None) -> list[SelfTest]:
        """The tables that a node made of itself, newest first."""
        rows = self._db.execute(
            "SELECT n.name, t.reply, t.utc_s, t.boot, t.fw, t.board, t.rows FROM selftests t"
            " JOIN nodes n ON n.id = t.node_id WHERE n.name = ? ORDER BY t.id DESC LIMIT ?",
            (node, -1 if limit is None else limit),
        )
        return [_selftest(row) for row in rows]

    def add(self, node: str, reply: str, rows: Iterable[TestRow], utc_s: int) -> None:
        """Keep a node's table of itself; the same one again changes nothing."""
        self._db.execute(
            "INSERT INTO selftests (node_id, reply, utc_s, boot, fw, board, rows)"
            " SELECT n.id, ?, ?, s.boot, s.fw, s.board, ? FROM nodes n"
            " LEFT JOIN node_state s ON s.node_id = n.id WHERE n.name = ?"
            " ON CONFLICT DO NOTHING",
            (reply, utc_s, json.dumps(list(rows)), node),
        )
        self._db.execute(
            "DELETE FROM selftests WHERE node_id = (SELECT id FROM nodes WHERE name = ?1)"
            " AND id <= (SELECT id FROM selftests WHERE node_id ="
            " (SELECT id FROM nodes WHERE name = ?1) ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            (node, MAX_SELFTESTS),
        )


def _command(row: Any) -> Command:
    *told, ok, why, args, detail = row
    okay = None if ok is None else bool(ok)
    said = None if detail is None else json.loads(detail)
    return Command(*(*told, okay, why, json.loads(args), said))


def _selftest(row: Any) -> SelfTest:
    node, reply, utc_s, boot, fw, board, stored = row
    rows = tuple((what, value, unit, verdict) for what, value, unit, verdict in json.loads(stored))
    return SelfTest(node, reply, utc_s, boot, fw, board, rows)
