"""The tables, and how an older file becomes a newer one."""

import sqlite3

from padlicht.errors import Refused

# What each record table holds beside its key, in the order of the dataclass of the same name.
INTERVAL = ("t", "dt", "clock")
COLUMNS = {
    "lamp": (
        *INTERVAL, "obs_s", "lit_s", "boost_s", "trig", "trig_total", "mwh", "mwh_total", "metered",
    ),
    "footfall": (*INTERVAL, "obs_s", "sat_s", "n_in", "n_out", "in_total", "out_total"),
    "health": (
        *INTERVAL, "rssi", "mv", "dc", "free", "spool", "dropped", "up_s", "lux_dl",
    ),
    "fault": (*INTERVAL, "code", "active"),
}  # fmt: skip
NULLABLE = frozenset({"rssi", "mv", "dc", "lux_dl"})

_FLEET = """
CREATE TABLE sites (
    name TEXT PRIMARY KEY, title TEXT NOT NULL, tz TEXT NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL, path TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TABLE nodes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, site TEXT NOT NULL REFERENCES sites(name),
    zone TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('lamp', 'counter')),
    lat REAL, lon REAL, simulated INTEGER NOT NULL, added_utc_s INTEGER NOT NULL,
    retired INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE node_state (
    node_id INTEGER PRIMARY KEY REFERENCES nodes(id),
    state TEXT NOT NULL DEFAULT 'never' CHECK (state IN ('ready', 'lost', 'never')),
    since_utc_s INTEGER NOT NULL, last_word_utc_s INTEGER,
    boot INTEGER, fw TEXT, board TEXT, clock INTEGER, reset TEXT, error TEXT,
    highest_boot INTEGER NOT NULL DEFAULT 0,
    confirmed_version INTEGER, refused TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE TABLE settings_log (
    node_id INTEGER NOT NULL REFERENCES nodes(id), version INTEGER NOT NULL,
    utc_s INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, confirmed_utc_s INTEGER,
    PRIMARY KEY (node_id, version)
) STRICT;
CREATE TABLE commands (
    id TEXT PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), do TEXT NOT NULL,
    who TEXT NOT NULL, utc_s INTEGER NOT NULL, for_s INTEGER NOT NULL,
    sent_utc_s INTEGER, answered_utc_s INTEGER, ok INTEGER, why TEXT
) STRICT;
CREATE TABLE selftests (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), reply TEXT NOT NULL,
    utc_s INTEGER NOT NULL, boot INTEGER, fw TEXT, board TEXT, rows TEXT NOT NULL,
    UNIQUE (node_id, reply, rows)
) STRICT;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE,
    first_utc_s INTEGER NOT NULL, last_utc_s INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
    topic TEXT NOT NULL, payload BLOB NOT NULL, reason TEXT NOT NULL
) STRICT;
"""


def _record_table(table: str) -> str:
    """A table of records; `id` only grows, so that a follower needs just the last one it saw."""
    columns = ", ".join(
        f"{name} {'TEXT' if name == 'code' else 'INTEGER'}{'' if name in NULLABLE else ' NOT NULL'}"
        for name in COLUMNS[table]
    )
    return (
        f"CREATE TABLE {table} (id INTEGER PRIMARY KEY,"
        " node_id INTEGER NOT NULL REFERENCES nodes(id), boot INTEGER NOT NULL,"
        f" seq INTEGER NOT NULL, {columns}, received_utc_s INTEGER NOT NULL,"
        " UNIQUE (node_id, boot, seq)) STRICT;"
        f"CREATE INDEX {table}_by_time ON {table} (node_id, t);"
    )


# One entry per version of the schema; a file at version n still needs the entries from n on.
MIGRATIONS = (_FLEET + "".join(_record_table(table) for table in COLUMNS),)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to the newest schema, each step in a transaction of its own.

    Raises Refused when the file was written by a newer Padlicht.
    """
    refuse_newer(connection)
    for version in range(_version(connection), len(MIGRATIONS)):
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[version]} PRAGMA user_version = {version + 1}; COMMIT;"
        )


def refuse_newer(connection: sqlite3.Connection) -> None:
    """Raise Refused when the file was written by a newer Padlicht than this one."""
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise Refused(
            f"the ledger has schema {version}, but this Padlicht knows only up to "
            f"{len(MIGRATIONS)}: update Padlicht, or point --data at another folder"
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
