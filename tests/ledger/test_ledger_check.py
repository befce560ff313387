"""The ledger's own check finds each sort of fault, and nothing where there is none."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.upkeep.check import SHOWN
from tests.ledger.ledgers.make import NOW, fill


@pytest.fixture
def path(tmp_path):
    """A ledger with something in every table."""
    fill(tmp_path / "ledger.sqlite")
    return tmp_path / "ledger.sqlite"


def check(path):
    with Ledger.open(path, read_only=True) as ledger:
        return ledger.check()


def spoil(path, *statements):
    """Change the file as no part of Padlicht would."""
    with closing(sqlite3.connect(path)) as database, database:
        for statement in statements:
            database.execute(statement)


def test_a_ledger_that_is_well_has_no_faults(path):
    """With records, followers, usage and retention all at work, the check finds nothing."""
    assert check(path) == []


FAULTS = {
    "a missing index": (
        "DROP INDEX usage_hour_by_rev",
        "the index usage_hour_by_rev is missing",
    ),
    "a missing trigger": (
        "DROP TRIGGER presence_on_change",
        "the trigger presence_on_change is missing",
    ),
    "a table without its identity": (
        "CREATE TABLE lamp_2 AS SELECT * FROM lamp; DROP TABLE lamp;"
        " ALTER TABLE lamp_2 RENAME TO lamp",
        "the table lamp is not as this Padlicht makes it",
    ),
    "a record of nobody": (
        "UPDATE lamp SET node_id = 77 WHERE id = 8",
        "row 8 of lamp is of node 77, which is not registered",
    ),
    "a zone that is not listed": (
        "UPDATE nodes SET zone = 'moon' WHERE name = 'lamp-1'",
        "lamp-1 is in zone moon of molukkenplantsoen",
    ),
    "settings that are not JSON": (
        "UPDATE settings_log SET after = '{' WHERE id = 2",
        "settings_log.after of 2 is not JSON",
    ),
    "a follower ahead of the table": (
        "UPDATE cursors SET last_id = 99 WHERE follower = 'influx'",
        "influx has followed lamp up to 99, but the newest is 8",
    ),
    "a gap in the settings' versions": (
        "UPDATE settings_log SET version = 4 WHERE version = 2",
        "the settings of lamp-1 have 2 versions, but the newest is 4",
    ),
    "a pruned record that is there": (
        "UPDATE lamp SET seq = 1 WHERE id = 8",
        "the lamp record lamp-1/12/1 is there, but counts as pruned",
    ),
    "a record that is there twice": (
        "INSERT INTO health SELECT id + 100, node_id, boot, seq, t, dt, clock, rssi, mv, dc, free,"
        " spool, dropped, up_s, lux_dl, received_utc_s, stack, ticks_lost FROM health"
        " WHERE seq = 13",
        "the record lamp-1/12/13 is there 2 times",
    ),
    "two kinds of record with one identity": (
        "UPDATE lamp SET seq = 13 WHERE id = 8",
        "the record lamp-1/12/13 is there 2 times",
    ),
    "a record that is not known": (
        "UPDATE seen SET last_seq = 11 WHERE last_seq = 15",
        "the lamp record lamp-1/12/12 is there, but would be taken for a new one",
    ),
    "a record that is lost": (
        "DELETE FROM health WHERE seq = 13",
        "1 records are known to have been stored, but are neither there nor pruned",
    ),
    "a day that is not noted": (
        "DELETE FROM days",
        "block 0 of health has records of day 20778, which is not noted",
    ),
    "a total that decreases": (
        "UPDATE footfall SET in_total = 1 WHERE id = 8",
        "in_total of counter-1 decreases in boot 3 at record 7",
    ),
    "an hour that holds too much": (
        "UPDATE usage_hour SET count_in = count_in + 5 WHERE node_id = 2 AND count_in = 18",
        "the hours of counter-1 hold 5 more of count_in than its records",
    ),
    "an hour that went": (
        "DELETE FROM usage_hour WHERE node_id = 1 AND lit_s > 0",
        "the hours of lamp-1 lack",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_sort_of_fault_is_found(path, fault):
    """The sentence names the thing and what is wrong with it."""
    statements, said = FAULTS[fault]
    spoil(path, *statements.split(";"))
    problems = check(path)
    assert any(said in problem for problem in problems), problems


def test_damage_of_the_file_is_found(path):
    """A page that was overwritten is told, whatever stood in it."""
    spoil(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    with closing(sqlite3.connect(path)) as database:
        (page,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'lamp_by_block'"
        ).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size + size // 2)
        file.write(b"\xff" * (size // 2))
    assert "damage" in " ".join(check(path)) or "read to its end" in " ".join(check(path))


def test_a_new_memory_is_no_fault(path):
    """A node that got a new memory counts from nothing in a higher boot."""
    with Ledger.open(path) as ledger, ledger.transaction():
        last = ledger.records.footfall(None, 0, NOW * 2)[-1]
        ledger.records.add([replace(last, boot=4, seq=100, in_total=3, out_total=5)], NOW + 9000)
    assert check(path) == []


def test_a_rebuild_of_usage_is_no_fault(path):
    """While hours are worked out anew, nobody compares them."""
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.node_hours.begin_rebuild()
    assert check(path) == []


def test_of_one_sort_of_fault_only_the_first_are_said(path):
    """A thousand sentences would hide the other sorts."""
    with Ledger.open(path) as ledger, ledger.transaction():
        for i in range(2 * SHOWN):
            ledger.cursors.move(f"someone-{i}", "lamp", 1000)
    spoil(path, "UPDATE footfall SET in_total = 1 WHERE id = 8")
    problems = check(path)
    assert len(problems) == SHOWN + 1
    assert "decreases" in problems[-1]


def test_a_check_sees_one_moment(path):
    """What a hub writes meanwhile makes no fault of an hour that is not added up yet."""
    with Ledger.open(path, read_only=True) as reader, Ledger.open(path) as writer:

        def meanwhile(what):
            with writer.transaction():
                writer.cursors.move("influx", "lamp", 1000)

        assert reader.check(meanwhile) == []
        assert writer.cursors.get("influx", "lamp") == 1000
