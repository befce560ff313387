"""Quarantine: nothing of it is lost, it stays bounded, and it can be let in later."""

import asyncio
import json
from dataclasses import replace

import pytest

from padlicht.intake import readmission
from padlicht.intake.readmission import NewNodeWatcher, Outcome, by_reason, in_pieces, readmit
from padlicht.ledger import Ledger
from padlicht.ledger.records.records import RecordTables
from padlicht.ledger.tables import quarantine
from tests.hub.parts import LAMP, NOW, SITE, STATUS, in_thread, node, park, records, until
from tests.hub.use import CORRECTED
from tests.intake.test_intake import said

STRANGE = "padlicht/v1/park/lamp-9/up/records"


def stranger(*seqs, name="lamp-9", boot=12):
    """Records of a node that nobody has registered, one message for each."""
    return [
        said("up/records", records(LAMP | {"seq": seq}, boot=boot), name) for seq in seqs or (1,)
    ]


def register(path, name="lamp-9", **options):
    with Ledger.open(path) as ledger, ledger.transaction():
        ledger.nodes.add(node(name, **options))


def admit_all(ledger, name=None):
    outcome = Outcome()
    for piece in in_pieces(ledger, name):
        readmit(ledger, piece, outcome)
    return outcome


def seqs_of(ledger):
    return sorted(row.seq for row in ledger.records.lamp(None, 0, NOW * 2))


# What is let in


def test_a_strangers_records_wait_unacknowledged_and_are_let_in_later(tmp_path, take_in):
    """The node keeps them too; whichever way they come, they are in the ledger once."""
    published, ledger = take_in(tmp_path, stranger(1, 2), [said("up/records", records(LAMP))])
    assert published.on("lamp-9", "down/ack") == []
    assert [item.acknowledged for item in ledger.quarantine.newest()] == [False, False]
    register(tmp_path / "ledger.sqlite")
    published, ledger = take_in(tmp_path, stranger(2, 3))
    assert published.on("lamp-9", "down/ack") == [{"boot": 12, "seqs": [[2, 3]]}]
    outcome = admit_all(ledger, "lamp-9")
    assert (outcome.admitted, outcome.stayed) == (2, [])
    assert ledger.quarantine.count() == 0
    assert seqs_of(ledger) == [1, 1, 2, 3]


@pytest.mark.parametrize("known", ["elsewhere", "retired"])
def test_another_sites_topic_and_a_retired_node_wait_too(tmp_path, known, take_in):
    """Each with its reason, unacknowledged; back in service, or told where it is, it is let in."""
    path = tmp_path / "ledger.sqlite"
    with park(path) as ledger, ledger.transaction():
        ledger.nodes.add(node("lamp-9", retired=known == "retired"))
    site = "elsewhere" if known == "elsewhere" else SITE
    message = said("up/records", records(LAMP), "lamp-9", site=site)
    published, ledger = take_in(tmp_path, [message])
    assert published == []
    (item,) = ledger.quarantine.newest()
    assert known in item.reason
    outcome = admit_all(ledger)
    assert (outcome.admitted, len(outcome.stayed)) == (0, 1)
    if known == "retired":
        with ledger.transaction():
            ledger.nodes.change(replace(ledger.nodes.get("lamp-9"), retired_utc_s=None), CORRECTED)
        assert admit_all(ledger).admitted == 1
        assert seqs_of(ledger) == [1]


def test_what_stays_has_its_reason_of_now(tmp_path, take_in):
    """A stranger's garbage is garbage when it is known; the list says so, once."""
    garbage = [said("up/records", b"{", "lamp-9"), said("up/records", b"{", "lamp-9")]
    _, ledger = take_in(tmp_path, garbage)
    assert "not registered" in ledger.quarantine.newest()[0].reason
    register(tmp_path / "ledger.sqlite")
    _, ledger = take_in(tmp_path, [said("up/records", b"{", "lamp-9")])
    assert ledger.quarantine.count() == 2
    ((_, why), _) = admit_all(ledger).stayed
    (item,) = ledger.quarantine.newest()
    assert item.reason == why
    assert "not registered" not in why
    assert (item.times, item.payload) == (3, b"{")


def test_of_a_batch_with_one_bad_record_nothing_is_lost(tmp_path, take_in):
    """The good ones go in, and the whole of it stays, with the bad one's reason."""
    bad = LAMP | {"seq": 2, "obs_s": -1}
    _, ledger = take_in(tmp_path, [said("up/records", records(LAMP, bad), "lamp-9")])
    register(tmp_path / "ledger.sqlite")
    assert len(admit_all(ledger).stayed) == 1
    assert seqs_of(ledger) == [1]
    (item,) = ledger.quarantine.newest()
    assert "obs_s" in item.reason
    assert json.loads(item.payload)["recs"] == [LAMP, bad]


def test_a_contradiction_stays(tmp_path, take_in):
    """What the ledger has is not changed by letting something in."""
    first = said("up/records", records(LAMP))
    other = said("up/records", records(LAMP | {"trig": 99}))
    _, ledger = take_in(tmp_path, [first], [other])
    outcome = admit_all(ledger)
    assert (outcome.admitted, len(outcome.stayed)) == (0, 1)
    assert ledger.records.lamp(None, 0, NOW * 2)[0].trig == LAMP["trig"]
    assert ledger.quarantine.count() == 1


def test_words_of_the_moment_do_not_overtake_later_ones(tmp_path, take_in):
    """A birth from before the node was known is past once it has spoken; else it is its state."""
    _, ledger = take_in(tmp_path, [said("up/status", STATUS, "lamp-9")])
    register(tmp_path / "ledger.sqlite")
    with ledger.transaction():
        ledger.states.record_birth("lamp-9", 13, "0.2.0", "sim", 2, "power", NOW + 1)
    outcome = admit_all(ledger)
    assert (outcome.admitted, outcome.overtaken) == (0, 1)
    assert ledger.states.boots("lamp-9") == (13, 13)
    assert ledger.quarantine.count() == 0


def test_a_birth_that_waited_makes_a_node_known(tmp_path, take_in):
    """With the time at which it was said, and without a word of now."""
    _, ledger = take_in(tmp_path, [said("up/status", STATUS, "lamp-9")])
    register(tmp_path / "ledger.sqlite")
    assert admit_all(ledger).admitted == 1
    state = ledger.states.all()["lamp-9"]
    assert (state.boot, state.since_utc_s, state.last_word_utc_s) == (12, NOW, None)


def test_what_is_no_nodes_message_stays(tmp_path):
    """A line that InfluxDB refused names the way to mend it; a broken packet stays what it is."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        with ledger.transaction():
            ledger.quarantine.add("influx/park_raw/lamp", b"lamp t=x", "field type conflict", NOW)
            ledger.quarantine.add("", b"\x32\x01", "the packet cannot be read: bytes missing", NOW)
        stayed = {item.topic: why for item, why in admit_all(ledger).stayed}
        assert "influx rebuild" in stayed["influx/park_raw/lamp"]
        assert ledger.quarantine.count() == 2


def test_one_that_cannot_be_stored_holds_up_no_other(tmp_path, monkeypatch, take_in):
    """Its neighbours are let in; it stays, with what the ledger said."""
    _, ledger = take_in(tmp_path, stranger(1, 2, 3))
    register(tmp_path / "ledger.sqlite")
    add_rows = RecordTables.add_rows

    def refuse_2(self, table, rows):
        if any(row[3] == 2 for row in rows):
            raise ValueError("no")
        return add_rows(self, table, rows)

    monkeypatch.setattr(RecordTables, "add_rows", refuse_2)
    outcome = admit_all(ledger)
    assert outcome.admitted == 2
    assert [why for _, why in outcome.stayed] == ["it cannot be stored: no"]
    assert seqs_of(ledger) == [1, 3]
    assert ledger.quarantine.count() == 1


# What stays bounded


def test_what_was_acknowledged_is_never_pushed_out(tmp_path, monkeypatch, take_in):
    """A flood of strangers takes the place of other strangers, whose nodes keep what they sent."""
    monkeypatch.setattr(quarantine, "MAX_QUARANTINED", 5)
    bad = said("up/records", records(LAMP | {"obs_s": -1}))
    published, ledger = take_in(tmp_path, [bad], stranger(*range(50)))
    assert published.on("lamp-1", "down/ack") == [{"boot": 12, "seqs": [[1, 1]]}]
    kept = ledger.quarantine.newest()
    assert len(kept) == 6
    assert [item.node for item in kept if item.acknowledged] == ["lamp-1"]


def test_without_room_to_keep_it_a_bad_record_is_not_acknowledged(tmp_path, monkeypatch, take_in):
    """The node keeps it then, its good neighbours are acknowledged; a person makes room."""
    monkeypatch.setattr(quarantine, "MAX_ACKNOWLEDGED", 2)
    bad = [LAMP | {"seq": seq, "obs_s": -1} for seq in (1, 2, 3)]
    batch = [said("up/records", records(*bad, LAMP | {"seq": 4}))]
    published, ledger = take_in(tmp_path, batch)
    assert published.on("lamp-1", "down/ack") == [{"boot": 12, "seqs": [[1, 2], [4, 4]]}]
    assert ledger.quarantine.count() == 3
    with ledger.transaction():
        ledger.quarantine.remove(
            min(item.id for item in ledger.quarantine.newest() if item.acknowledged)
        )
    published, ledger = take_in(tmp_path, [said("up/records", records(bad[2]))])
    assert published.on("lamp-1", "down/ack") == [{"boot": 12, "seqs": [[3, 3]]}]


def test_reasons_are_grouped_whatever_numbers_they_name(tmp_path):
    """One line per kind of trouble: how many messages, how often, of whom."""
    with park(tmp_path / "ledger.sqlite") as ledger, ledger.transaction():
        for number in range(3):
            name = f"lamp-{number}"
            reason = f"{name} observed {number} s of '{number}'"
            ledger.quarantine.add(f"padlicht/v1/park/{name}/up/records", b"", reason, NOW + number)
        ledger.quarantine.add("x", b"", "quite another", NOW + 9)
        ledger.quarantine.add("x", b"", "quite another", NOW + 10)
        other, lamps = by_reason(ledger.quarantine.reasons())
    assert (other.messages, other.times, other.nodes) == (1, 2, set())
    assert (lamps.messages, lamps.times, lamps.newest.node) == (3, 3, "lamp-2")
    assert lamps.nodes == {"lamp-0", "lamp-1", "lamp-2"}


def test_a_new_nodes_waiting_messages_are_said(tmp_path, monkeypatch, caplog, take_in):
    """Once, by a hub that runs; nodes with nothing waiting, and those from before, are no news."""
    monkeypatch.setattr(readmission, "POLL_S", 0.01)
    _, ledger = take_in(tmp_path, stranger(1, 2), stranger(name="lamp-1"), stranger(name="lamp-8"))
    ledger.close()
    path = tmp_path / "ledger.sqlite"
    register(path, "lamp-8")

    async def run():
        async with in_thread(Ledger.open(path)) as thread:
            watching = NewNodeWatcher(thread)
            task = asyncio.create_task(watching.run())
            await until(lambda: watching._last_id > 0, "the first look")
            register(path, "lamp-7")
            register(path, "lamp-9")
            await until(lambda: "lamp-9 was added" in caplog.text, "the line")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    (line,) = [record.message for record in caplog.records if record.message[:9] == "registry:"]
    assert "2 message(s)" in line
    assert "padlicht quarantine admit --node lamp-9" in line
