"""The ledger: what is written once stays, and nothing is written twice."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from padlicht.errors import Refused, TryAgain
from padlicht.ledger import Fault, Footfall, Health, Lamp, Ledger, Site
from padlicht.ledger.tables.quarantine import MAX_QUARANTINED
from tests.hub.parts import NOW, SITE, node, park
from tests.rigs.patience import limit_s

COUNT = Footfall("counter-1", 3, 88, NOW, 900, 2, 898, 4, 7, 5, 1912, 1874)
LIGHT = Lamp("lamp-1", 12, 340, NOW, 900, 2, 900, 900, 122, 14, 5120, 1250, 812345, True)
BODY = Health("lamp-1", 12, 341, NOW, 900, 2, None, 12050, 84, 61234, 2, 0, 123456, None)
STUCK = Fault("lamp-1", 12, 342, NOW + 377, 0, 2, "lamp_stuck", True)

KILLED_IN_MID_STREAM = """
import sys
from pathlib import Path
from padlicht.ledger import Footfall, Ledger
ledger = Ledger.open(Path(sys.argv[1]))
seq = 0
while True:
    with ledger.transaction():
        batch = [Footfall("counter-1", 1, seq + i, 9, 9, 2, 9, 0, 1, 1, 1, 1) for i in range(10)]
        ledger.records.add(batch, 9)
    seq += 10
    print(seq, flush=True)
"""


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def write(ledger, *records):
    with ledger.transaction():
        return ledger.records.add(records, NOW + 1000)


def write_both(ledger, first, second):
    """Two records one by one, in one transaction."""
    with ledger.transaction():
        ledger.records.add([first], NOW)
        ledger.records.add([second], NOW)


def test_records_come_back_as_they_went_in(ledger):
    """Each kind of record is read back equal to what was written."""
    assert write(ledger, COUNT, LIGHT, BODY, STUCK) == []
    assert ledger.records.footfall(SITE, NOW, NOW + 1) == [COUNT]
    assert ledger.records.lamp(SITE, NOW, NOW + 1) == [LIGHT]
    assert ledger.records.last_health() == {"lamp-1": BODY}
    assert ledger.records.open_faults() == [STUCK]
    assert ledger.records.counts() == dict.fromkeys(("lamp", "footfall", "health", "fault"), 1) | {
        "quarantine": 0
    }


def test_a_record_counts_once(ledger):
    """The same identity again changes nothing, in one batch or in two."""
    write(ledger, COUNT, COUNT)
    write(ledger, COUNT, replace(COUNT, seq=89))
    assert [row.seq for row in ledger.records.footfall(SITE, 0, NOW * 2)] == [88, 89]
    assert sorted(ledger.records.identities()) == [("counter-1", 3, 88), ("counter-1", 3, 89)]


def test_a_record_dated_differently_is_the_same_record(ledger):
    """A node that restarts before it knew the time sends t 0; the first date stays."""
    write(ledger, COUNT)
    assert write(ledger, replace(COUNT, t=0, clock=0)) == []
    assert ledger.records.footfall(SITE, 0, NOW * 2) == [COUNT]


def test_a_contradiction_is_told(ledger):
    """Another content under a known identity is handed back, and the first stays."""
    write(ledger, COUNT)
    other = replace(COUNT, n_in=8)
    assert write(ledger, replace(COUNT, seq=90), other) == [other]
    assert ledger.records.footfall(SITE, NOW, NOW + 1)[0] == COUNT


def test_what_an_older_hub_did_not_keep_contradicts_nothing(ledger):
    """A node says `near_s` before its hub knows it, and sends again after the hub's update."""
    write(ledger, LIGHT, BODY)
    again = [replace(LIGHT, near_s=41), replace(BODY, stack=2764, ticks_lost=0)]
    assert write(ledger, *again) == []
    known = [replace(again[0], seq=801), replace(again[1], seq=802)]
    write(ledger, *known)
    assert write(ledger, replace(LIGHT, seq=801), replace(BODY, seq=802)) == []
    other = [replace(known[0], near_s=42), replace(known[1], ticks_lost=1)]
    assert write(ledger, *other) == other


def test_intervals_are_chosen_by_their_start(ledger):
    """`from` is included, `to` is not, and other sites stay out."""
    write(ledger, *(replace(COUNT, seq=i, t=NOW + i) for i in range(4)))
    assert [row.seq for row in ledger.records.footfall(SITE, NOW + 1, NOW + 3)] == [1, 2]
    assert ledger.records.footfall("elsewhere", 0, NOW * 2) == []
    assert len(ledger.records.footfall(None, 0, NOW * 2)) == 4


def test_the_newest_health_is_by_boot_then_seq(ledger):
    """A record that comes late does not pass for the newest."""
    write(ledger, replace(BODY, boot=13, seq=1, free=1), replace(BODY, boot=12, seq=999, free=2))
    assert ledger.records.last_health()["lamp-1"].free == 1


def test_a_fault_that_went_is_not_open(ledger):
    """Only the last word of each fault counts."""
    write(
        ledger, STUCK, replace(STUCK, seq=343, code="other"), replace(STUCK, seq=350, active=False)
    )
    assert [fault.code for fault in ledger.records.open_faults(SITE)] == ["other"]


def test_a_failing_transaction_leaves_nothing(ledger):
    """All of a batch or nothing of it, and the next batch works."""
    with pytest.raises(Refused, match="nobody is not registered"):
        write_both(ledger, LIGHT, replace(LIGHT, node="nobody"))
    assert ledger.records.counts()["lamp"] == 0
    write(ledger, LIGHT)
    assert ledger.records.counts()["lamp"] == 1


def test_states_begin_with_never_and_follow_what_is_said(ledger):
    """Birth, word, will and word again are told apart, with the moment each state began."""
    assert ledger.states.all()["lamp-1"].state == "never"
    with ledger.transaction():
        ledger.states.record_birth("lamp-1", 12, "0.1.0", "sim", 2, "power", NOW)
        ledger.states.record_birth("lamp-1", 12, "0.1.0", "sim", 2, "power", NOW + 5)
        ledger.states.mark_heard("lamp-1", NOW + 6)
    state = ledger.states.all()["lamp-1"]
    assert (state.state, state.since_utc_s, state.last_word_utc_s) == ("ready", NOW, NOW + 6)
    with ledger.transaction():
        ledger.states.record_loss("lamp-1", NOW + 9)
        ledger.states.record_loss("lamp-1", NOW + 10)
    state = ledger.states.all()["lamp-1"]
    assert (state.state, state.since_utc_s, state.last_word_utc_s) == ("lost", NOW + 9, NOW + 6)
    with ledger.transaction():
        ledger.states.mark_heard("lamp-1", NOW + 20)
    assert ledger.states.all()["lamp-1"].since_utc_s == NOW + 20


def test_a_birth_tells_what_ended_the_boot_before_and_ends_its_faults(ledger):
    """The exception is kept until the next birth; faults of an older boot are history."""
    write(ledger, STUCK)
    assert ledger.records.open_faults() == [STUCK]
    with ledger.transaction():
        ledger.states.record_birth(
            STUCK.node, STUCK.boot + 1, "0.1.0", "sim", 2, "reboot", NOW, "OSError: 5"
        )
    assert ledger.states.all()[STUCK.node].error == "OSError: 5"
    assert ledger.records.open_faults() == []
    with ledger.transaction():
        ledger.states.record_birth(STUCK.node, STUCK.boot + 2, "0.1.0", "sim", 2, "power", NOW)
    assert ledger.states.all()[STUCK.node].error is None


def test_settings_have_versions_and_are_confirmed_once(ledger):
    """Each change keeps what was before, and the first confirmation's time."""
    with ledger.transaction():
        assert ledger.settings.request("lamp-1", {"hold_s": 20}, "anna", "added", NOW) == 1
        assert ledger.settings.request("lamp-1", {"hold_s": 30}, "bert", "workshop", NOW + 1) == 2
        ledger.settings.confirm("lamp-1", 2, {}, NOW + 5)
        ledger.settings.confirm("lamp-1", 2, {}, NOW + 9)
    newest, first = ledger.settings.log("lamp-1")
    assert (newest.before, newest.after, newest.who) == ({"hold_s": 20}, {"hold_s": 30}, "bert")
    assert (newest.confirmed_utc_s, first.confirmed_utc_s) == (NOW + 5, None)
    assert ledger.settings.wanted() == {"lamp-1": newest}
    state = ledger.states.all()["lamp-1"]
    assert (state.wanted_version, state.confirmed_version) == (2, 2)


def test_quarantine_counts_repeats_and_stays_bounded(ledger):
    """The same unreadable thing is one row; a flood of different ones pushes out the oldest."""
    with ledger.transaction():
        for i in range(MAX_QUARANTINED + 5):
            ledger.quarantine.add("t", b"%d" % i, "why", NOW + i)
        ledger.quarantine.add("t", b"%d" % (MAX_QUARANTINED + 4), "why", NOW * 2)
    assert ledger.quarantine.count() == MAX_QUARANTINED
    newest = ledger.quarantine.newest(limit=1)[0]
    assert (newest.times, newest.last_utc_s) == (2, NOW * 2)


def test_names_are_given_once(ledger):
    """A second node or site of the same name is refused, also after retirement."""
    with pytest.raises(Refused, match="already there"), ledger.transaction():
        ledger.nodes.add(node("lamp-1", "counter"))
    with pytest.raises(Refused, match="already there"), ledger.transaction():
        ledger.sites.add(Site(SITE, "x", "UTC", 0, 0))
    with pytest.raises(Refused, match="no site"), ledger.transaction():
        ledger.nodes.add(replace(node("lamp-9"), site="nowhere"))


def test_a_reader_sees_a_writer_and_cannot_write(ledger, tmp_path):
    """The pages' connection follows the hub's commits, and SQLite refuses its writes."""
    with Ledger.open(tmp_path / "ledger.sqlite", read_only=True) as reader:
        version = reader.data_version()
        write(ledger, COUNT)
        assert reader.data_version() != version
        assert reader.records.footfall(SITE, NOW, NOW + 1) == [COUNT]
        with pytest.raises(sqlite3.OperationalError), reader.transaction():
            reader.quarantine.add("t", b"", "why", NOW)


def test_a_ledger_that_is_not_there_is_said(tmp_path):
    """Reading where no hub has been says what to do, and makes no file."""
    with pytest.raises(Refused, match="padlicht up"):
        Ledger.open(tmp_path / "ledger.sqlite", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_newer_ledger_is_left_alone(ledger, tmp_path):
    """A file from a newer Padlicht is refused, for reading and for writing."""
    path = tmp_path / "newer.sqlite"
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 99")
    for read_only in (True, False):
        with pytest.raises(Refused, match="update Padlicht"):
            Ledger.open(path, read_only=read_only)


def test_a_file_that_is_no_ledger_is_said(tmp_path):
    """Garbage in place of the ledger gives a sentence, not a traceback."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(TryAgain, match="backup"):
        Ledger.open(path)


@pytest.mark.usefixtures("programs")
def test_what_was_committed_survives_a_kill(tmp_path):
    """kill -9 in mid-stream loses nothing that was said to be stored and leaves no half batch."""
    path = tmp_path / "ledger.sqlite"
    park(path).close()
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED_IN_MID_STREAM, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        said = [int(writer.stdout.readline()) for _ in range(20)]
    finally:
        writer.send_signal(signal.SIGKILL)
        said += [int(line) for line in writer.communicate(timeout=limit_s())[0].split()]
    with Ledger.open(path) as ledger:
        stored = ledger.records.counts()["footfall"]
    assert stored >= said[-1]
    assert stored % 10 == 0
