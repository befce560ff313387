"""Who was here, asked directly: what counts as late, what a failed transaction leaves, and room."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import pytest

from padlicht.ledger import Fault, Footfall, Ledger
from padlicht.ledger.records import identity_index
from padlicht.ledger.records.identity_ranges import Run, include
from padlicht.ledger.schema import COLUMNS
from padlicht.ledger.tables import quarantine as quarantine_module
from tests.hub.parts import NOW, park

TOPIC = "padlicht/v1/park/lamp-1/up/records"
COUNT = Footfall("counter-1", 3, 88, NOW, 900, 2, 898, 4, 7, 5, 1912, 1874)
FAULT = Fault("counter-1", 3, 89, NOW, 0, 2, "lamp_stuck", True)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def noted(ledger, *runs):
    """What noting these runs of node 1 says: (repeats, late)."""
    identities = ledger._identities
    identities.catch_up()
    found = identities.add([(1, *run) for run in runs])
    return [tuple(run)[1:] for run in found.repeats], found.late


def test_whoever_brings_something_older_is_late_and_nobody_else_is(ledger):
    """One new number below the newest range is enough; what was known already is not late."""
    with ledger.transaction():
        assert noted(ledger, (12, 10, 19)) == ([], set())
        assert noted(ledger, (12, 20, 20)) == ([], set())
        assert noted(ledger, (12, 5, 5)) == ([], {1})
        assert noted(ledger, (12, 5, 5)) == ([(12, 5, 5)], set())
        assert noted(ledger, (12, 4, 5)) == ([(12, 5, 5)], {1})
        assert noted(ledger, (12, 4, 5)) == ([(12, 4, 5)], set())
        assert noted(ledger, (11, 1, 9)) == ([], {1})
        assert noted(ledger, (11, 2, 8)) == ([(11, 2, 8)], set())
        assert noted(ledger, (12, 15, 22)) == ([(12, 15, 20)], set())
        assert noted(ledger, (13, 1, 1)) == ([], set())


def test_what_only_touches_is_no_repeat(ledger):
    """A run that ends just below what is known, or begins just above it, was not there; what was
    there is named once, also where the range is written down already."""
    with ledger.transaction():
        assert noted(ledger, (12, 10, 19), (12, 30, 39)) == ([], set())
        ledger._identities.save()
        assert noted(ledger, (12, 27, 29)) == ([], {1})
        assert noted(ledger, (12, 25, 28)) == ([(12, 27, 28)], {1})
        assert noted(ledger, (12, 24, 26)) == ([(12, 25, 26)], {1})
        assert noted(ledger, (12, 22, 31)) == ([(12, 24, 31)], {1})
        assert include(ledger._db, "seen", Run(1, 12, 20, 20)) == ([], Run(1, 12, 10, 20))
        assert noted(ledger, (12, 30, 45)) == ([(12, 30, 39)], set())


def test_the_newest_range_is_named_once_where_a_run_reaches_into_it(ledger):
    """Its first number is the newest range's, and not also one of those below it."""
    with ledger.transaction():
        assert noted(ledger, (12, 10, 19), (12, 30, 39)) == ([], set())
        ledger._identities.save()
        assert noted(ledger, (12, 28, 32)) == ([(12, 30, 32)], {1})


def test_the_first_record_of_each_kind_is_read_again(tmp_path):
    """Its number follows on another kind's, so that nothing but the record itself tells of it."""
    path = tmp_path / "ledger.sqlite"
    with park(path) as killed, Ledger.open(path) as ledger:
        with killed.transaction():
            killed.records.add([COUNT, replace(FAULT, seq=COUNT.seq + 1)], NOW)
        assert written(path) == [(COUNT.boot, COUNT.seq, COUNT.seq)]
        with ledger.transaction():
            assert ledger.records.add([replace(FAULT, seq=COUNT.seq + 1)], NOW) == []
        assert ledger.records.counts()["fault"] == 1


def test_what_others_stored_is_written_down_too(tmp_path):
    """Whoever takes old records out writes their identities down before, whoever stored them."""
    path = tmp_path / "ledger.sqlite"
    with park(path) as hub, Ledger.open(path) as pruning:
        with hub.transaction():
            hub.records.add([COUNT, replace(COUNT, seq=COUNT.seq + 1)], NOW)
        with pruning.transaction():
            pruning._identities.save_all()
        assert written(path) == [(COUNT.boot, COUNT.seq, COUNT.seq + 1)]


def test_what_is_written_down_is_not_written_again(ledger):
    """Only how far the tables were read, and the nodes that spoke since: few of a city's."""
    with ledger.transaction():
        noted(ledger, (12, 1, 5))
        ledger._identities.save()
        before = ledger._db.total_changes
        ledger._identities.save()
        assert ledger._db.total_changes - before == len(COLUMNS)


def test_what_was_read_again_is_written_down_at_the_end(tmp_path, monkeypatch):
    """Piece by piece it is read, once; whoever closes the ledger spares the next one that."""
    path = tmp_path / "ledger.sqlite"
    monkeypatch.setattr(identity_index, "PIECE", 2)
    with park(path) as killed:
        with killed.transaction():
            killed.records.add([replace(COUNT, seq=seq) for seq in range(7)], NOW)
        assert written(path) == [(COUNT.boot, 0, 0)]
        with Ledger.open(path) as ledger, ledger.transaction():
            ledger._identities.catch_up()
        assert written(path) == [(COUNT.boot, 0, 6)]


def test_the_number_0_of_a_boot_is_written_down_under_it(ledger, tmp_path):
    """And under no other boot, where it is the last that is known."""
    with ledger.transaction():
        assert noted(ledger, (12, 0, 0)) == ([], set())
        ledger._identities.save()
    assert written(tmp_path / "ledger.sqlite") == [(12, 0, 0)]


def test_a_new_boot_is_written_down_at_once(ledger, tmp_path):
    """From there the highest boot of a node is told, by which a new memory is noticed."""
    with ledger.transaction():
        assert noted(ledger, (12, 1, 5), (13, 1, 1)) == ([], set())
        assert noted(ledger, (13, 2, 9)) == ([], set())
    assert written(tmp_path / "ledger.sqlite") == [(12, 1, 5), (13, 1, 1)]
    assert ledger.states.boots("lamp-1")[1] == 13


def test_who_only_looks_writes_nothing_down(tmp_path):
    """A command that reads a ledger and closes it leaves `seen` to the hub that stores."""
    path = tmp_path / "ledger.sqlite"
    with park(path) as ledger:
        with ledger.transaction():
            ledger.records.add([COUNT], NOW)
            ledger.records.add([replace(COUNT, seq=COUNT.seq + 1)], NOW)
        before = written(path)
        Ledger.open(path).close()
        assert written(path) == before == [(COUNT.boot, COUNT.seq, COUNT.seq)]
    assert written(path) == [(COUNT.boot, COUNT.seq, COUNT.seq + 1)]


def written(path):
    """The rows of `seen`, as another process finds them."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT boot, first_seq, last_seq FROM seen").fetchall()


@pytest.mark.parametrize(
    ("took_s", "level"), [(0.4, "DEBUG"), (1.0, "DEBUG"), (1.2, "INFO"), (2.5, "INFO")]
)
def test_reading_again_is_news_when_somebody_waits_for_it(
    tmp_path, monkeypatch, caplog, took_s, level
):
    """From a second on it explains why a start takes long; a glance at it is for debugging."""
    times = iter([100.0, 100.0 + took_s])
    monkeypatch.setattr(identity_index, "time", SimpleNamespace(monotonic=lambda: next(times)))
    with park(tmp_path / "ledger.sqlite") as ledger, caplog.at_level("DEBUG"):
        ledger._identities.catch_up()
    (line,) = [record for record in caplog.records if "records again" in record.message]
    assert (line.levelname, line.message[-6:]) == (level, f" {took_s} s")


def test_a_first_transaction_may_fail(tmp_path):
    """Before anything was noted there is nothing to take back."""
    park(tmp_path / "ledger.sqlite").close()
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        with pytest.raises(ValueError, match="mine"), ledger.transaction():
            raise ValueError("mine")
        with ledger.transaction():
            assert noted(ledger, (12, 1, 1)) == ([], set())


def test_a_repeat_that_is_acknowledged_now_takes_room(ledger, monkeypatch):
    """As any other that nobody may throw out any more."""
    monkeypatch.setattr(quarantine_module, "MAX_ACKNOWLEDGED", 2)

    def keep(payload, acknowledged):
        with ledger.transaction():
            return ledger.quarantine.add(TOPIC, payload, "why", NOW, acknowledged=acknowledged)

    assert [keep(b"a", False), keep(b"b", False)] == [False, False]
    assert [keep(b"a", True), keep(b"b", True)] == [True, True]
    assert keep(b"c", True) is False
    assert keep(b"a", True) is True, "it is safe already"
