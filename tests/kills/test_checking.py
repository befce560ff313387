"""Who looks whether anything is lost must be able to see it."""

# ruff: noqa: S608 -- table and column names are constants of ours

import sqlite3
from contextlib import closing

import pytest

from padlicht.ledger.schema import COLUMNS
from tests.kills import made
from tests.kills.checking import check_ledger, expected

LOT = made.Lot(seed=5, nodes=3, records=300, begin_utc_s=1_795_219_200)


@pytest.fixture
def path(tmp_path):
    """All that three nodes made, in tables like the ledger's, but without its constraints."""
    path = tmp_path / "ledger.sqlite"
    with closing(sqlite3.connect(path)) as ledger, ledger:
        ledger.execute("CREATE TABLE nodes (id INTEGER PRIMARY KEY, name)")
        ledger.execute("CREATE TABLE quarantine (reason)")
        for table, columns in COLUMNS.items():
            ledger.execute(f"CREATE TABLE {table} (node_id, boot, seq, {', '.join(columns)})")
        for number, tables in enumerate(expected(LOT)):
            ledger.execute("INSERT INTO nodes VALUES (?, ?)", (number, made.name_of(number)))
            for table, rows in tables.items():
                marks = ", ".join("?" * (3 + len(COLUMNS[table])))
                ledger.executemany(
                    f"INSERT INTO {table} VALUES ({marks})", [(number, *row) for row in rows]
                )
    return path


def check(path):
    return check_ledger(path, LOT)


def damage(path, command):
    with closing(sqlite3.connect(path)) as ledger, ledger:
        assert ledger.execute(command).rowcount == 1


def test_a_whole_ledger_is_found_in_order(path):
    """What the nodes made is what is there, to the last number."""
    found = check(path)
    assert (found.made, found.in_ledger, found.in_order) == (300, 300, True)
    assert found.sums["footfall.n_in"] > 0


def test_a_lost_record_is_seen(path):
    """One row less is one lost."""
    damage(path, "DELETE FROM lamp WHERE rowid = 1")
    found = check(path)
    assert (found.lost, found.in_order) == (1, False)


def test_a_doubled_record_is_seen(path):
    """The same row twice is one doubled, and nothing is lost."""
    damage(path, "INSERT INTO lamp SELECT * FROM lamp WHERE rowid = 1")
    found = check(path)
    assert (found.doubled, found.lost, found.in_order) == (1, 0, False)


def test_an_altered_record_is_seen(path):
    """One number that is another is one altered, and the totals say so too."""
    damage(path, "UPDATE footfall SET n_in = n_in + 1 WHERE rowid = 1")
    found = check(path)
    assert (found.altered, found.lost, found.in_order) == (1, 0, False)
    assert found.ledger_sums["footfall.n_in"] == found.sums["footfall.n_in"] + 1


def test_a_record_that_nobody_made_is_seen(path):
    """A row under another number is one lost and one strange."""
    damage(path, "UPDATE health SET boot = 99 WHERE rowid = 1")
    found = check(path)
    assert (found.lost, found.strange, found.in_order) == (1, 1, False)


def test_quarantine_is_seen(path):
    """Nodes that make no mistakes have nothing in quarantine."""
    damage(path, "INSERT INTO quarantine VALUES ('a reason')")
    assert not check(path).in_order
