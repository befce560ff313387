"""A ledger of any schema that hubs ever wrote becomes one of today, with everything in it."""

# ruff: noqa: S608 -- names of tables and columns come from the files under test

import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from padlicht.errors import Refused, TryAgain
from padlicht.ledger import Ledger, schema
from padlicht.ledger.schema import MIGRATIONS

DUMPS = Path(__file__).parent / "ledgers"
NEWEST = len(MIGRATIONS)
OLD = range(1, NEWEST)
# What is still to be done: an upgrade may add to it. The columns that say whose it is.
KEYS = {"usage_stale": 1, "zone_stale": 2, "rewrites": 1}
MARKS = KEYS.keys()


def old_ledger(version: int, path: Path) -> dict[str, list[tuple]]:
    """A file as that version left it; its rows by table."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript((DUMPS / f"v{version}.sql").read_text())
        database.execute("PRAGMA journal_mode = WAL")
        return rows(database)


def rows(database, tables=None):
    """Every row of every table, each column by its name."""
    names = [
        name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    found = {}
    for name in names:
        if name.startswith("sqlite_"):
            continue
        columns = (tables or {}).get(name) or [
            row[1] for row in database.execute(f"PRAGMA table_info({name})")
        ]
        found[name] = (
            columns,
            sorted(database.execute(f"SELECT {', '.join(columns)} FROM {name}"), key=repr),
        )
    return found


def objects(path):
    with closing(sqlite3.connect(path)) as database:
        return {
            (kind, name): re.sub(r"\s+", " ", sql or "")
            for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master")
        }


@pytest.mark.parametrize("version", range(1, NEWEST + 1))
def test_there_is_a_ledger_of_every_schema_with_rows_in_every_table(version, tmp_path):
    """Whoever adds a schema leaves a ledger of it for those who come after."""
    assert (DUMPS / f"v{version}.sql").exists(), "run python -m tests.ledger.ledgers.make"
    found = old_ledger(version, tmp_path / "ledger.sqlite")
    assert [name for name, (_, there) in found.items() if not there] == []


@pytest.mark.parametrize("version", range(1, NEWEST + 1))
def test_an_old_ledger_keeps_all_that_was_in_it(version, tmp_path):
    """Every row of every table, column by column, is there after it was opened, and it checks."""
    path = tmp_path / "ledger.sqlite"
    before = old_ledger(version, path)
    with Ledger.open(path) as ledger:
        assert ledger.schema_version() == NEWEST
        assert ledger.check() == []
    with closing(sqlite3.connect(path)) as database:
        after = rows(database, {name: columns for name, (columns, _) in before.items()})
    for name, (columns, there) in before.items():
        # Schema 6 parts the dark; until hours are added up anew, lamps are not said to be on.
        kept = [tuple("dark_off" if cell == "dark" else cell for cell in row) for row in there]
        assert after[name][0] == columns
        if name in MARKS:
            keys = columns[: KEYS[name]]
            assert {row[: len(keys)] for row in kept} <= {
                row[: len(keys)] for row in after[name][1]
            }
        else:
            assert sorted(after[name][1], key=repr) == sorted(kept, key=repr), name


@pytest.mark.parametrize("version", OLD)
def test_an_old_ledger_becomes_what_a_new_one_is(version, tmp_path):
    """After the upgrade tables, indices and triggers are those of a ledger that was made today."""
    old_ledger(version, tmp_path / "old.sqlite")
    for name in ("old", "new"):
        Ledger.open(tmp_path / f"{name}.sqlite").close()
    assert objects(tmp_path / "old.sqlite") == objects(tmp_path / "new.sqlite")


def test_the_newest_dump_is_of_the_newest_schema(tmp_path):
    """The dump of the schema that is being worked on has all of its tables and indices."""
    old_ledger(NEWEST, tmp_path / "old.sqlite")
    Ledger.open(tmp_path / "new.sqlite").close()
    assert objects(tmp_path / "old.sqlite") == objects(tmp_path / "new.sqlite"), (
        "run python -m tests.ledger.ledgers.make, as long as no hub has this schema"
    )


def test_what_the_first_hubs_wrote_is_understood(tmp_path):
    """Zones, highest boots, retirement and the nodes in quarantine are worked out from old rows."""
    path = tmp_path / "ledger.sqlite"
    old_ledger(1, path)
    with Ledger.open(path) as ledger:
        zones = {(zone.site, zone.name) for zone in ledger.sites.zones()}
        boots = {name: state.highest_boot for name, state in ledger.states.all().items()}
        retired = {node.name: node.retired_utc_s for node in ledger.nodes.all()}
        waiting = {(item.node, item.acknowledged) for item in ledger.quarantine.newest()}
        followed = [(row[4], row[6]) for row in ledger.cursors.rows_after("settings", 0, 10)]
    park, other = "molukkenplantsoen", "noorderplantsoen"
    assert zones == {(park, "path"), (park, "pond"), (other, "gate")}
    assert boots == {"lamp-1": 12, "lamp-2": 7, "counter-1": 3, "lamp-9": 1}
    assert retired == {"lamp-1": None, "lamp-2": None, "counter-1": None, "lamp-9": 1795229400}
    assert waiting == {("lamp-7", True), (None, False)}
    assert followed == [(1, "padlicht")] * 4 + [(2, "anna")]


@pytest.mark.parametrize("version", OLD)
def test_an_upgrade_that_is_cut_short_leaves_the_old_ledger(version, tmp_path, monkeypatch):
    """Whichever statement fails, the file is as before, and the next start upgrades it."""
    path = tmp_path / "ledger.sqlite"
    before = old_ledger(version, path)
    old = objects(path)
    statements = [*schema.statements(MIGRATIONS[version])]
    for count in range(len(statements)):
        cut = "".join(statements[:count]) + "DROP TABLE nowhere;\n"
        monkeypatch.setattr(
            schema, "MIGRATIONS", (*MIGRATIONS[:version], cut, *MIGRATIONS[version + 1 :])
        )
        with pytest.raises(TryAgain, match="nowhere"):
            Ledger.open(path)
        assert objects(path) == old
    monkeypatch.undo()
    with Ledger.open(path) as ledger:
        assert ledger.schema_version() == NEWEST
    assert len(before["lamp"][1]) > 0


def test_two_that_open_an_old_ledger_at_once_upgrade_it_once(tmp_path):
    """A command beside a starting hub waits for the upgrade and finds it done."""
    path = tmp_path / "ledger.sqlite"
    old_ledger(1, path)
    begun = threading.Barrier(4)
    versions = []

    def opened():
        begun.wait()
        with Ledger.open(path) as ledger:
            versions.append(ledger.schema_version())

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert versions == [NEWEST] * 4


def test_a_reader_of_an_old_ledger_is_told_to_start_the_hub(tmp_path):
    """Whoever only reads changes nothing, and says who would."""
    path = tmp_path / "ledger.sqlite"
    old_ledger(1, path)
    with pytest.raises(Refused, match="padlicht up"):
        Ledger.open(path, read_only=True)


def test_a_big_ledger_says_that_it_is_being_upgraded(tmp_path, monkeypatch, caplog):
    """Minutes of silence at a start look like a hub that hangs."""
    monkeypatch.setattr(schema, "BIG_BYTES", 1)
    path = tmp_path / "ledger.sqlite"
    old_ledger(1, path)
    Ledger.open(path).close()
    said = [record.getMessage() for record in caplog.records]
    assert [line.split(";")[0] for line in said[:1]] == [
        "ledger: bringing 0.1 MB from schema 1 to 2"
    ]
