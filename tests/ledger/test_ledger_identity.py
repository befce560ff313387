"""Identity: what was ever stored is known for ever, however it comes again."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from padlicht.ledger import Fault, Footfall, Health, Lamp, Ledger
from padlicht.ledger.records import identity_index
from tests.hub.parts import NOW, park
from tests.rigs.patience import limit_s

COUNT = Footfall("counter-1", 3, 88, NOW, 900, 2, 898, 4, 7, 5, 1912, 1874)
LIGHT = Lamp("lamp-1", 12, 340, NOW, 900, 2, 900, 900, 122, 14, 5120, 1250, 812345, True)
BODY = Health("lamp-1", 12, 341, NOW, 900, 2, None, 12050, 84, 61234, 2, 0, 123456, None)

STORES_AND_WAITS = """
import sys, time
from dataclasses import replace
from pathlib import Path
from padlicht.ledger import Ledger
from tests.ledger.test_ledger_identity import COUNT
ledger = Ledger.open(Path(sys.argv[1]))
for seq in (1, 2, 3, 7, 5):
    with ledger.transaction():
        ledger.records.add([replace(COUNT, seq=seq)], 9)
print("stored", flush=True)
time.sleep(600)
"""


@pytest.fixture
def path(tmp_path):
    park(tmp_path / "ledger.sqlite").close()
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path):
    with Ledger.open(path) as ledger:
        yield ledger


def write(ledger, *records):
    with ledger.transaction():
        return ledger.records.add(records, NOW + 1000)


def fail(ledger, *batches):
    """Store, and have it all rolled back."""
    with suppress(RuntimeError), ledger.transaction():
        for batch in batches:
            ledger.records.add(batch, NOW)
        raise RuntimeError


def numbers(ledger, boot=3):
    return sorted(seq for _, at, seq in ledger.records.identities() if at == boot)


def counts(*seqs, boot=3):
    return [replace(COUNT, boot=boot, seq=seq) for seq in seqs]


def ranges(path):
    """What is written down of who was here."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(
            "SELECT boot, first_seq, last_seq FROM seen ORDER BY 1, 2"
        ).fetchall()


def test_a_number_is_one_record_of_whatever_kind(ledger):
    """Another kind of record with a known number contradicts; the first stays."""
    write(ledger, LIGHT)
    same = replace(BODY, seq=LIGHT.seq)
    assert write(ledger, same) == [same]
    assert ledger.records.counts()["health"] == 0


def test_the_same_values_of_another_kind_contradict(ledger):
    """Nobody takes a lamp's record for one of its health because the numbers happen to agree."""
    values = (900, 2, 1, 2, 3, 4, 5, 6, 7)
    write(ledger, Lamp("lamp-1", 12, 1, NOW, *values, True))
    same = Health("lamp-1", 12, 1, NOW, *values, 1)
    assert write(ledger, same) == [same]


def test_a_number_is_one_record_within_a_batch_too(ledger):
    """Of two kinds with one number in the same batch one goes in, and the other is handed back."""
    fault = Fault("lamp-1", 12, LIGHT.seq, NOW, 0, 2, "lamp_stuck", True)
    assert write(ledger, LIGHT, fault) == [fault]
    assert (ledger.records.counts()["lamp"], ledger.records.counts()["fault"]) == (1, 0)


@pytest.mark.parametrize("batch", [1, 3, 50])
def test_records_in_any_order_are_stored_once(ledger, batch):
    """Numbers of several boots with gaps, in disorder and twice, are all there once."""
    made = [record for boot in (1, 2, 3) for record in counts(*range(0, 40, boot), boot=boot)]
    twice = random.Random(5).sample(made * 2, 2 * len(made))
    for i in range(0, len(twice), batch):
        assert write(ledger, *twice[i : i + batch]) == []
    assert sorted(ledger.records.identities()) == sorted((r.node, r.boot, r.seq) for r in made)
    assert ledger.check() == []


def test_what_was_stored_is_known_after_a_clean_end(path):
    """A ledger that is opened again has nothing to read again, and knows everybody."""
    for _ in range(2):
        with Ledger.open(path) as ledger:
            write(ledger, *counts(1, 2, 3, 9))
    assert ranges(path) == [(3, 1, 3), (3, 9, 9)]
    with Ledger.open(path) as ledger:
        assert numbers(ledger) == [1, 2, 3, 9]


@pytest.mark.usefixtures("programs")
def test_what_was_stored_is_known_after_a_kill(path):
    """What a hub had not written down when it was killed is read from its records again."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    writer = subprocess.Popen(
        [sys.executable, "-c", STORES_AND_WAITS, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert writer.stdout.readline() == "stored\n"
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.communicate(timeout=limit_s())
    assert ranges(path) != [(3, 1, 3), (3, 5, 5), (3, 7, 7)]
    with Ledger.open(path) as ledger:
        write(ledger, *counts(1, 2, 3, 5, 7, 4))
        assert numbers(ledger) == [1, 2, 3, 4, 5, 7]
        assert ledger.check() == []
    assert ranges(path) == [(3, 1, 5), (3, 7, 7)]


@pytest.mark.parametrize("before", [(), (1,), (1, 2), (1, 5), (4, 9), (2, 3, 9)])
@pytest.mark.parametrize("lost", [(1,), (2, 3), (3,), (5, 6), (9, 1), (4, 2, 8), (12,)])
def test_a_transaction_that_failed_is_forgotten(ledger, before, lost):
    """Nothing that was noted in it is known: the same records go in the next time."""
    if before:
        write(ledger, *counts(*before))
    fail(ledger, counts(*lost), counts(*lost, boot=4))
    assert ledger.states.boots("counter-1")[1] == (3 if before else 0)
    write(ledger, *counts(*lost))
    assert numbers(ledger) == sorted({*before, *lost})
    write(ledger, *counts(*before, *lost))
    assert numbers(ledger) == sorted({*before, *lost})
    assert ledger.check() == []


def test_what_was_written_down_in_a_transaction_that_failed_is_forgotten(path, monkeypatch):
    """Also when it was time to write everything down: it is written down again."""
    with Ledger.open(path) as ledger:
        write(ledger, *counts(1))
        monkeypatch.setattr(identity_index, "WRITE_EVERY", 1)
        fail(ledger, counts(2, 3))
        monkeypatch.undo()
        write(ledger, *counts(2, 3), *counts(2))
        assert numbers(ledger) == [1, 2, 3]
    assert ranges(path) == [(3, 1, 3)]


def test_it_is_written_down_now_and_then(ledger, path, monkeypatch):
    """After so many records whoever is killed need not read them again."""
    monkeypatch.setattr(identity_index, "WRITE_EVERY", 4)
    write(ledger, *counts(1, 2, 3))
    assert ranges(path) == [(3, 1, 1)]
    write(ledger, *counts(4))
    assert ranges(path) == [(3, 1, 4)]


def test_what_another_process_stored_is_noticed(path, ledger):
    """Records let in from quarantine by a command are known to the hub that runs beside it."""
    write(ledger, *counts(1, 2, 3))
    with Ledger.open(path) as other:
        write(other, *counts(4, 5, 8))
        write(other, *counts(1, boot=2))
    write(ledger, *counts(4, 5, 6, 8), *counts(1, boot=2))
    assert numbers(ledger) == [1, 2, 3, 4, 5, 6, 8]
    assert numbers(ledger, boot=2) == [1]
    with Ledger.open(path) as other:
        write(other, *counts(6, 7))
    write(ledger, *counts(7, 9))
    assert numbers(ledger) == [*range(1, 10)]
    assert ledger.check() == []


def test_a_gap_is_filled_later(path, ledger):
    """What comes between known numbers is new, once; the ranges around it become one."""
    write(ledger, *counts(1, 2, 6, 7))
    write(ledger, *counts(4))
    write(ledger, *counts(3, 4, 5, 5))
    assert numbers(ledger) == [*range(1, 8)]
    assert ranges(path) == [(3, 1, 7)]


def test_a_message_may_be_half_known(ledger):
    """Of consecutive numbers those go in that were not there, before, within and after."""
    write(ledger, *counts(3, 4), *counts(8))
    node_id = ledger.nodes.get("counter-1").id
    rows = {"footfall": [row_of(node_id, record) for record in counts(*range(1, 12))]}
    with ledger.transaction():
        added = ledger.records.add_batch(rows, [(node_id, 3, 1, 11)])
    assert (added.new, added.repeated) == ({"footfall": 8}, 3)
    assert numbers(ledger) == [*range(1, 12)]
    assert ledger.check() == []


def row_of(node_id, count):
    return (
        node_id, count.boot, NOW + 1000, count.seq, count.t, count.dt, count.clock, count.obs_s,
        count.sat_s, count.n_in, count.n_out, count.in_total, count.out_total,
    )  # fmt: skip


def test_boots_may_jump_back_and_interleave(ledger):
    """A node that sends two boots by turns loses nothing, and none of it counts twice."""
    for seq in range(20):
        write(ledger, *counts(seq, boot=7))
        write(ledger, *counts(seq, boot=5), *counts(seq, boot=6))
    for boot in (5, 6, 7):
        write(ledger, *counts(*range(20), boot=boot))
        assert numbers(ledger, boot) == [*range(20)]
    assert ledger.states.boots("counter-1")[1] == 7


def test_the_highest_numbers_are_told_apart(ledger):
    """The last number of a boot and the first of the next are two identities."""
    most = 2**31 - 1
    write(ledger, *counts(most, boot=most - 1))
    write(ledger, *counts(0, boot=most))
    write(ledger, *counts(most, boot=most - 1), *counts(0, boot=most))
    assert ledger.records.counts()["footfall"] == 2


def test_a_repeat_from_an_old_block_is_compared(ledger):
    """Behind many newer records, the same is a repeat and another content a contradiction."""
    write(ledger, *counts(1, 2))
    later(ledger, "footfall", blocks=40)
    write(ledger, *counts(3))
    other = replace(COUNT, seq=2, n_in=99)
    assert write(ledger, *counts(1), other, *counts(3)) == [other]
    undated = replace(COUNT, seq=1, t=0, clock=0)
    assert write(ledger, undated) == []


def later(ledger, table, blocks):
    """As if so many blocks of other records had come since."""
    database = ledger._db
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")][4:]
    database.execute(
        f"INSERT INTO {table} SELECT max(id) + {blocks << 14}, 1, 1, 1, {', '.join(columns)}"  # noqa: S608
        f" FROM {table}"
    )


def test_all_repeats_of_a_batch_cost_one_way_through_the_blocks(ledger):
    """A node that sends a long spool once more is looked up at once, not record by record."""
    made = counts(*range(3000))
    write(ledger, *made)
    later(ledger, "footfall", blocks=300)
    steps = 0

    def count():
        nonlocal steps
        steps += 1

    # In SQLite's own instructions, because a time would depend on the machine.
    ledger._db.set_progress_handler(count, 1000)
    assert write(ledger, *made) == []
    ledger._db.set_progress_handler(None, 0)
    assert steps < 1000  # record by record it were twenty thousand


def test_reading_again_says_how_much(path, caplog):
    """Whoever looks into why a start takes long finds how many records were read again."""
    with Ledger.open(path) as ledger:
        write(ledger, *counts(1, 2))
        with caplog.at_level("DEBUG"), Ledger.open(path) as other:
            write(other, *counts(3))
    assert "ledger: read 2 records again" in caplog.text
