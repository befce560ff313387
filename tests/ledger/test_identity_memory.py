"""What the index of identities remembers of transactions that fail, and of other processes."""

import sqlite3
from contextlib import suppress
from dataclasses import replace

import pytest

from padlicht.ledger import Footfall, Ledger
from padlicht.ledger.records import identity_index
from padlicht.ledger.records.identity_index import IdentityIndex
from tests.hub.parts import NOW, park


@pytest.fixture(name="path")
def _path(tmp_path):
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path):
    with park(path) as opened:
        yield opened


def counts(*seqs):
    return [Footfall("counter-1", 3, seq, NOW, 900, 2, 898, 4, 7, 5, 1912, 1874) for seq in seqs]


def write(ledger, *seqs):
    with ledger.transaction():
        assert ledger.records.add(counts(*seqs), NOW) == []


def fail(ledger, *seqs):
    with suppress(RuntimeError), ledger.transaction():
        ledger.records.add(counts(*seqs), NOW)
        raise RuntimeError


def stored(ledger):
    return sorted(seq for *_, seq in ledger.records.identities())


def readings(caplog):
    return [one.message for one in caplog.records if "records again" in one.message]


def test_a_first_transaction_that_fails_forgets_nobody(path):
    """What was read again in it of others' records is read once more, and not taken for new."""
    with park(path) as killed, Ledger.open(path) as ledger:
        write(killed, 1, 2)
        fail(ledger, 3)
        write(ledger, 2, 3)
        fail(killed, 3)
        write(killed, 3, 4)
        assert stored(ledger) == [1, 2, 3, 4]


def test_what_others_store_after_a_failure_is_noticed(path, ledger):
    """Also when they store as many as had been given up."""
    write(ledger, 1)
    fail(ledger, 2, 3)
    with Ledger.open(path) as other:
        write(other, 2, 3)
    write(ledger, 2, 3, 4)
    assert stored(ledger) == [1, 2, 3, 4]


def test_nothing_is_read_again_by_whoever_stores_alone(ledger, caplog):
    """Neither with each batch nor after a transaction that failed: all that is so is remembered."""
    with caplog.at_level("DEBUG"):
        write(ledger, 1)
        assert len(readings(caplog)) == 1
        write(ledger, 2, 5)
        fail(ledger, 6, 9, 3)
        fail(ledger, 7)
        write(ledger, 6, 3)
        assert len(readings(caplog)) == 1
    assert ledger._identities.unwritten == 5
    assert stored(ledger) == [1, 2, 3, 5, 6]


def test_what_waits_to_be_written_down_is_counted(ledger, path):
    """Each new record once; none after a save, and none after a clean end."""
    write(ledger, 1, 2)
    fail(ledger, 3, 4, 5)
    write(ledger, 2)
    assert ledger._identities.unwritten == 2
    with ledger.transaction():
        ledger._identities.save()
    assert ledger._identities.unwritten == 0
    write(ledger, 3)
    fail(ledger, 4)
    assert ledger._identities.unwritten == 1
    ledger.close()
    with Ledger.open(path) as again:
        with again.transaction():
            again._identities.catch_up()
        assert again._identities.unwritten == 0


def test_records_are_read_again_in_pieces(path, monkeypatch):
    """So many of each table at once, each of them in one piece only."""
    monkeypatch.setattr(identity_index, "PIECE", 3)
    real, pieces = IdentityIndex.add, []

    def add(self, runs):
        pieces.append([run[1:] for run in runs])
        return real(self, runs)

    with park(path) as killed:
        write(killed, *range(8))
        monkeypatch.setattr(IdentityIndex, "add", add)
        with Ledger.open(path) as ledger, ledger.transaction():
            ledger._identities.catch_up()
    assert pieces == [[(3, 0, 2)], [(3, 3, 5)], [(3, 6, 7)]]


def test_a_ledger_that_nobody_can_read_is_not_thought_empty(path, monkeypatch):
    """Where reading again fails halfway, the next transaction begins with it anew."""
    with park(path) as killed, Ledger.open(path) as ledger:
        write(killed, 1, 2)

        def refuse(*_):
            raise sqlite3.OperationalError("disk I/O error")

        with monkeypatch.context() as patched:
            patched.setattr(IdentityIndex, "add", refuse)
            with pytest.raises(sqlite3.OperationalError), ledger.transaction():
                ledger._identities.catch_up()
        write(ledger, 1, 2, 3)
        assert stored(ledger) == [1, 2, 3]


def test_records_that_were_taken_out_are_not_to_be_read(path):
    """After retention the newest number may be lower than what was read: nothing is behind."""
    with park(path) as ledger:
        write(ledger, 1, 2, 3)
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger._db.execute("DELETE FROM footfall")
        ledger._identities.catch_up()
        assert ledger._identities.unwritten == 0
        assert ledger.records.add(counts(2), NOW) == []
        assert stored(ledger) == []


def test_memory_grows_with_the_nodes_and_not_with_their_square(path):
    """A few numbers for each node, also where a start finds all of them one after the other."""
    with park(path) as ledger:
        for name in ("counter-1", "lamp-1", "lamp-2"):
            with ledger.transaction():
                ledger.records.add([replace(one, node=name) for one in counts(1)], NOW)
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger._identities.catch_up()
        assert 4 <= len(ledger._identities._next) < 8
