"""A batch in one commit: what is to blame alone stays out, and nobody's last word gets lost."""

import json
import sqlite3

import pytest

from padlicht.intake.decode import read
from padlicht.intake.messages import Message
from padlicht.intake.node_topics import NodeTopics
from padlicht.intake.store import WORD_S, BatchStorer, admit
from padlicht.ledger import Footfall, Lamp, Ledger
from padlicht.ledger.records.records import RecordTables
from padlicht.ledger.tables import quarantine as quarantine_module
from padlicht.ledger.tables.node_states import NodeStateTable
from padlicht.ledger.upkeep.retention import Step
from tests.hub.parts import FOOTFALL, LAMP, NOW, STATUS, node, park, records, topic

HEALTH = {
    "seq": 3, "kind": "health", "t": NOW, "dt": 900, "clock": 2, "rssi": None, "mv": 12050,
    "dc": None, "free": 61234, "spool": 2, "dropped": 0, "up_s": 123456, "lux_dl": None,
}  # fmt: skip
FAULT = {"seq": 4, "kind": "fault", "t": NOW, "dt": 0, "clock": 2, "code": "x", "on": True}


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as opened:
        yield opened


def said(leaf, payload, who="lamp-1", *, site="molukkenplantsoen", retained=False):
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(topic(who, leaf, site), payload, retained)


def sent(*recs, who="lamp-1", boot=12):
    return said("up/records", records(*recs, boot=boot), who)


def seqs(stored):
    """What is acknowledged, by (node, boot)."""
    found = {}
    for part in stored:
        for (on, boot), numbers in part.seqs.items():
            found.setdefault((on.split("/")[3], boot), set()).update(numbers)
    return {key: sorted(numbers) for key, numbers in found.items()}


def test_every_kind_of_record_is_stored_as_it_was_sent(ledger):
    """All columns of all four kinds, booleans and what a board has no sensor for included."""
    BatchStorer(ledger).take([sent(LAMP, HEALTH, FAULT), sent(FOOTFALL, who="counter-1")], NOW)
    (lamp,) = ledger.records.lamp(None, 0, NOW * 2)
    assert lamp == Lamp("lamp-1", 12, 1, NOW, 900, 2, 900, 900, 122, 14, 5120, 1250, 812345, True)
    (count,) = ledger.records.footfall(None, 0, NOW * 2)
    assert count == Footfall("counter-1", 12, 2, NOW, 900, 2, 898, 4, 7, 5, 1912, 1874)
    health = ledger.records.last_health()["lamp-1"]
    assert (health.rssi, health.mv, health.dc, health.lux_dl) == (None, 12050, None, None)
    (fault,) = ledger.records.open_faults()
    assert (fault.seq, fault.code, fault.active) == (4, "x", True)


def test_what_only_newer_firmware_says_is_stored(ledger):
    """`near_s` of a lamp, `stack` and `ticks_lost` of its health; it may still not be metered."""
    lamp = LAMP | {"near_s": 41, "metered": False}
    health = HEALTH | {"stack": 2764, "ticks_lost": 3}
    BatchStorer(ledger).take([sent(lamp, health)], NOW)
    (stored,) = ledger.records.lamp(None, 0, NOW * 2)
    assert (stored.near_s, stored.metered) == (41, False)
    health_now = ledger.records.last_health()["lamp-1"]
    assert (health_now.stack, health_now.ticks_lost) == (2764, 3)


def test_a_contradiction_is_kept_as_it_was_said(ledger):
    """What goes to quarantine can be read again, whether its firmware says `near_s` or not."""
    for number, lamp in enumerate((LAMP, LAMP | {"near_s": 41})):
        mine = lamp | {"seq": 100 + number}
        BatchStorer(ledger).take([sent(mine), sent(mine | {"trig": 15})], NOW)
        kept = ledger.quarantine.newest()[0]
        assert json.loads(kept.payload) == {"boot": 12, "recs": [mine | {"trig": 15}]}


def test_a_message_that_cannot_be_stored_costs_its_batch_nothing(ledger, monkeypatch):
    """The one to blame is found by halving; it alone goes to quarantine, and is acknowledged."""
    add_rows = RecordTables.add_rows

    def picky(self, table, rows):
        if any(row[3] == 137 for row in rows):
            raise sqlite3.IntegrityError("not this one")
        return add_rows(self, table, rows)

    monkeypatch.setattr(RecordTables, "add_rows", picky)
    stored = BatchStorer(ledger).take([sent(LAMP | {"seq": seq}) for seq in range(200)], NOW)
    assert seqs(stored)["lamp-1", 12] == [*range(200)]
    assert ledger.records.counts()["lamp"] == 199
    (kept,) = ledger.quarantine.newest()
    assert kept.reason == "it cannot be stored: not this one"
    assert json.loads(kept.payload)["recs"][0]["seq"] == 137
    assert len(stored) < 20


def test_a_batch_that_fails_on_the_disk_leaves_nothing_behind(ledger, monkeypatch):
    """After a full disk the batch is taken anew as if it came for the first time."""
    storer = BatchStorer(ledger)
    monkeypatch.setattr(NodeStateTable, "mark_all_heard", fail)
    with pytest.raises(sqlite3.OperationalError):
        storer.take([sent(LAMP)], NOW)
    assert ledger.records.counts()["lamp"] == 0
    monkeypatch.undo()
    (stored,) = storer.take([sent(LAMP)], NOW)
    assert stored.added == {"lamp": 1}
    assert ledger.states.all()["lamp-1"].last_word_utc_s == NOW


def fail(*_):
    raise sqlite3.OperationalError("database or disk is full")


def test_what_contradicts_within_one_batch_is_kept_apart(ledger):
    """Two different records of one identity in the same batch: the first stays, none is lost."""
    other = LAMP | {"trig": 99}
    stored = BatchStorer(ledger).take([sent(LAMP), sent(other), sent(LAMP), sent(HEALTH)], NOW)
    assert ledger.records.lamp(None, 0, NOW * 2)[0].trig == LAMP["trig"]
    (kept,) = ledger.quarantine.newest()
    assert json.loads(kept.payload) == {"boot": 12, "recs": [other]}
    assert (stored[0].added["lamp"], stored[0].repeated) == (1, 1)


def test_a_record_dated_later_is_a_repeat(ledger):
    """A node that learnt the time sends the same record with another `t` and `clock`."""
    storer = BatchStorer(ledger)
    storer.take([sent(LAMP | {"t": 0, "clock": 0})], NOW)
    (stored,) = storer.take([sent(LAMP)], NOW)
    assert (stored.repeated, ledger.quarantine.count()) == (1, 0)


def test_what_retention_took_is_acknowledged_and_not_stored_again(ledger):
    """Known for ever; a record of the same age that never came before is stored."""
    storer = BatchStorer(ledger)
    storer.take([sent(HEALTH | {"seq": seq}) for seq in (1, 2, 4, 5)], NOW)
    with ledger.transaction():
        ledger.retention.prune(NOW + 1, Step(), 100)
    left = ledger.records.counts()["health"]
    assert left < 4
    again = [sent(HEALTH | {"seq": seq}) for seq in (1, 2, 3, 4, 5, 6)]
    stored = storer.take(again, NOW)
    assert seqs(stored) == {("lamp-1", 12): [1, 2, 3, 4, 5, 6]}
    assert stored[0].added == {"health": 2}
    assert ledger.records.counts()["health"] == left + 2


def test_without_room_in_quarantine_nothing_is_acknowledged(ledger, monkeypatch):
    """The node keeps what nobody else can keep."""
    monkeypatch.setattr(quarantine_module, "MAX_ACKNOWLEDGED", 1)
    storer = BatchStorer(ledger)
    storer.take([sent(LAMP | {"seq": 1}), sent(LAMP | {"seq": 2})], NOW)
    first, second = LAMP | {"seq": 1, "trig": 1}, LAMP | {"seq": 2, "trig": 1}
    stored = storer.take([sent(first, second, {"seq": 3, "kind": "lamp"})], NOW)
    assert seqs(stored) == {("lamp-1", 12): [1]}


def test_a_word_is_noted_once_in_a_while(ledger):
    """A drain of thousands of messages does not write down each of them as a word."""
    storer = BatchStorer(ledger)
    for after_s, noted_s in ((0, 0), (1, 0), (WORD_S - 1, 0), (WORD_S, WORD_S), (-5, -5)):
        storer.take([sent(LAMP | {"seq": after_s + 10})], NOW + after_s)
        assert ledger.states.all()["lamp-1"].last_word_utc_s == NOW + noted_s


def test_a_word_after_the_will_counts_at_once(ledger):
    """Lost, and back within a second: the state follows each of them, in whatever batch."""
    storer = BatchStorer(ledger)
    will = said("up/status", {"state": "lost"})
    storer.take([sent(LAMP)], NOW)
    storer.take([will], NOW + 1)
    assert ledger.states.all()["lamp-1"].state == "lost"
    storer.take([sent(LAMP | {"seq": 2})], NOW + 2)
    assert ledger.states.all()["lamp-1"].state == "ready"
    storer.take([sent(LAMP | {"seq": 3}), will], NOW + 3)
    assert ledger.states.all()["lamp-1"].state == "lost"
    storer.take([will, sent(LAMP | {"seq": 4})], NOW + 4)
    assert ledger.states.all()["lamp-1"].state == "ready"
    storer.take(
        [said("up/status", STATUS, "lamp-2"), said("up/status", {"state": "lost"}, "lamp-2")], NOW
    )
    lost = ledger.states.all()["lamp-2"]
    assert (lost.state, lost.last_word_utc_s) == ("lost", NOW)


def test_a_site_that_is_not_served_is_left_to_its_hub(ledger):
    """It goes to quarantine unacknowledged, and the session is told not to listen there."""
    storer = BatchStorer(ledger, frozenset({"elsewhere"}))
    stored = storer.take([sent(LAMP), said("up/records", b"{}", site="elsewhere")], NOW)
    assert seqs(stored) == {}
    assert storer.unserved_sites() == {"molukkenplantsoen"}
    assert storer.unserved_sites() == set()
    assert "--sites" in ledger.quarantine.newest()[1].reason + ledger.quarantine.newest()[0].reason


def test_a_node_that_moved_is_looked_up_again(tmp_path, ledger):
    """Another process retires the node; its next records are not taken."""
    storer = BatchStorer(ledger)
    storer.take([sent(LAMP)], NOW)
    with Ledger.open(tmp_path / "ledger.sqlite") as other, other.transaction():
        other._db.execute("UPDATE nodes SET retired = 1 WHERE name = 'lamp-1'")
    assert seqs(storer.take([sent(LAMP | {"seq": 2})], NOW)) == {}


def test_what_is_remembered_of_topics_is_bounded_by_the_registry(ledger):
    """A node that makes up leaves fills no memory."""
    node_topics = NodeTopics(ledger.nodes.get)
    read([said(f"up/{number}", {}) for number in range(100)] + [sent(LAMP)], node_topics, NOW)
    assert [*node_topics.known] == [topic("lamp-1", "up/records")]


def test_what_was_kept_can_be_let_in(ledger):
    """The same way in, for what waited for its node; what still cannot be stored is said."""
    waited = [sent(LAMP, who="lamp-9"), sent(FOOTFALL, who="lamp-8"), sent(LAMP)]
    with ledger.transaction():
        ledger.nodes.add(node("lamp-9"))
        refused = admit(ledger, [*waited, sent(LAMP | {"trig": 99})], NOW)
    assert [[item.reason.split(":")[0] for item in part] for part in refused] == [
        [],
        ["lamp-8 is not registered"],
        [],
        ["record 1 of boot 12 is in the ledger with other content"],
    ]
    assert ledger.records.counts()["lamp"] == 2
    assert ledger.quarantine.count() == 0
    assert ledger.states.all()["lamp-9"].state == "never"
