"""What a batch says of its messages: what was counted, who spoke, and what nobody may say."""

import json
import sqlite3
import time
from dataclasses import replace

import pytest

from padlicht.errors import BadData
from padlicht.intake.decode import NodeMessage, read
from padlicht.intake.messages import Message
from padlicht.intake.node_topics import NodeTopics
from padlicht.intake.store import WORD_S, BatchStorer
from padlicht.ledger.records.records import RecordTables
from padlicht.ledger.rows import Command
from padlicht.ledger.timeline import Note
from padlicht.wire import decode_records
from tests.hub.parts import FOOTFALL, LAMP, NOW, STATUS, park, records, topic


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as opened:
        yield opened


def said(leaf, payload, who="lamp-1", *, retained=False):
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(topic(who, leaf), payload, retained)


def sent(*recs, who="lamp-1", boot=12, retained=False):
    return said("up/records", records(*recs, boot=boot), who, retained=retained)


def test_the_topics_of_counters_that_sent_counts_are_told(ledger):
    """Of those whose passages came, and of nobody who sent anything else."""
    (stored,) = BatchStorer(ledger).take([sent(LAMP), sent(FOOTFALL, who="counter-1")], NOW)
    assert stored.counted == {topic("counter-1", "up/records")}
    (stored,) = BatchStorer(ledger).take([sent(LAMP | {"seq": 9})], NOW)
    assert stored.counted == set()


def test_records_that_the_broker_kept_are_no_word(ledger):
    """They are stored and acknowledged, but do not say that their node spoke just now."""
    (stored,) = BatchStorer(ledger).take([sent(LAMP, retained=True)], NOW)
    assert stored.seqs == {(topic("lamp-1", "up/records"), 12): [1]}
    assert ledger.records.counts()["lamp"] == 1
    assert (
        "lamp-1" not in ledger.states.all() or ledger.states.all()["lamp-1"].last_word_utc_s is None
    )
    BatchStorer(ledger).take([sent(LAMP, retained=False)], NOW)
    assert ledger.states.all()["lamp-1"].last_word_utc_s == NOW


@pytest.mark.parametrize(
    ("who", "leaf", "content", "why"),
    [
        ("counter-1", "up/live", {"level_pm": 200, "state": "base"}, "as a lamp"),
        ("lamp-1", "up/live", {"seen": 1, "in": 2, "out": 3}, "as a counter"),
        ("counter-1", "up/status", STATUS, "as a lamp"),
        ("lamp-1", "up/status", STATUS | {"role": "counter"}, "as a counter"),
    ],
)
def test_what_only_another_role_can_say_is_kept_apart(ledger, who, leaf, content, why):
    """A node that is registered as something else has another's identity, or another's image."""
    (stored,) = BatchStorer(ledger).take([said(leaf, content, who)], NOW)
    assert stored.node_messages == []
    (kept,) = ledger.quarantine.newest()
    assert kept.reason.startswith(f"{who} speaks {why}, but is registered as a ")


@pytest.mark.parametrize("metered", [True, False])
def test_whether_energy_was_metered_is_stored_as_it_was_sent(ledger, metered):
    """And the same record again, either way, is a repeat; the other way it contradicts."""
    record = LAMP | {"metered": metered}
    storer = BatchStorer(ledger)
    storer.take([sent(record)], NOW)
    assert [row.metered for row in ledger.records.lamp(None, 0, NOW * 2)] == [metered]
    assert ledger._db.execute("SELECT metered FROM lamp").fetchall() == [(int(metered),)]
    (stored,) = storer.take([sent(record)], NOW)
    assert (stored.repeated, stored.rejected) == (1, [])
    (stored,) = storer.take([sent(record | {"metered": not metered})], NOW)
    (rejected,) = stored.rejected
    assert json.loads(rejected.payload) == {"boot": 12, "recs": [record | {"metered": not metered}]}
    (again,) = decode_records(rejected.payload).recs
    assert again.metered is not metered


@pytest.mark.parametrize(
    "error", [sqlite3.IntegrityError, sqlite3.DataError, ValueError, OverflowError]
)
def test_a_message_that_alone_is_to_blame_is_kept_whole(ledger, monkeypatch, error):
    """Whatever SQLite or Python says of it: kept with its reason, acknowledged, and told."""

    def refuse(*_):
        raise error("not this one")

    message = sent(LAMP, LAMP | {"seq": 2})
    monkeypatch.setattr(RecordTables, "add_rows", refuse)
    (stored,) = BatchStorer(ledger).take([message], NOW)
    (kept,) = ledger.quarantine.newest()
    assert (kept.topic, kept.payload) == (message.topic, message.payload)
    assert kept.reason == "it cannot be stored: not this one"
    assert stored.seqs == {(message.topic, 12): [1, 2]}
    assert [(item.boot, item.seqs) for item in stored.rejected] == [(12, (1, 2))]
    assert (stored.node_messages, stored.added, stored.repeated) == ([], {}, 0)


def test_how_long_a_commit_took_is_told(ledger):
    """In seconds, of what was written: Prometheus is told of it."""
    began_s = time.perf_counter()
    (stored,) = BatchStorer(ledger).take([sent(LAMP)], NOW)
    took_s = time.perf_counter() - began_s
    assert took_s >= stored.commit_s > 0
    (stored,) = BatchStorer(ledger).take([said("up/live", {"level_pm": 9, "state": "base"})], NOW)
    assert stored.commit_s == 0


def test_a_memory_that_counts_boots_anew_is_said_once_a_boot(ledger, caplog):
    """A boot lower than one that was seen is told with both numbers and the command; the same
    boot's next birth is not, nor is one that counts on."""
    storer = BatchStorer(ledger)

    def births(*boots):
        caplog.clear()
        for boot in boots:
            storer.take([said("up/status", STATUS | {"boot": boot})], NOW)
        return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]

    assert births(12, 12, 13) == []
    (line,) = births(2, 2, 2)
    assert "lamp-1 was given a new memory (boot 2 after 13)" in line
    assert "padlicht node add lamp-1 --again" in line
    assert len(births(3, 4)) == 2
    assert births(13, 14) == []


def test_levels_alone_are_nothing_for_the_disk(ledger):
    """What is said of the moment is for viewers; anything beside it is for the disk."""
    node_topics = NodeTopics(ledger.nodes.get)
    live = said("up/live", {"level_pm": 9, "state": "base"})
    counts = said("up/live", {"seen": 1, "in": 2, "out": 3}, "counter-1")
    assert not read([live, counts], node_topics, NOW).for_disk
    for other in (said("up/status", {"state": "lost"}), said("up/gossip", {}), sent(LAMP)):
        assert read([live, other], node_topics, NOW).for_disk
    node_topics.due = bytearray(len(node_topics.due))
    assert read([sent(LAMP)], node_topics, NOW).for_disk
    assert not read([sent()], node_topics, NOW).for_disk


def test_a_node_that_was_moved_is_heard_where_it_was(ledger):
    """Until it has its new node.json; a site to which it never belonged is another's."""
    lamp = ledger.nodes.get("lamp-1")
    with ledger.transaction():
        ledger.sites.add(replace(ledger.sites.all()[0], name="west"))
        ledger.nodes.change(replace(lamp, site="west"), Note("anna", "lent", NOW))
    node_topics = NodeTopics(ledger.nodes.get, None, ledger.nodes.former_sites)
    assert node_topics.find(topic("lamp-1", "up/records"))[0].site == "west"
    with pytest.raises(BadData, match="belongs to site west"):
        node_topics.find("padlicht/v1/east/lamp-1/up/records")


def test_broken_records_are_read_one_by_one_and_keep_their_numbers(ledger):
    """Each bad record is kept alone, by its boot and number, where it says one."""
    batch = read(
        [sent(LAMP, LAMP | {"seq": 5, "dt": "x"}, {"seq": -2}, FOOTFALL | {"seq": 7})],
        NodeTopics(ledger.nodes.get),
        NOW,
    )
    assert batch.seqs == {(topic("lamp-1", "up/records"), 12): [1, 7]}
    assert [(item.boot, item.seqs) for item in batch.rejected] == [(12, (5,)), (12, ())]
    assert json.loads(batch.rejected[0].payload)["recs"][0]["dt"] == "x"
    assert batch.runs == [(1, 12, 1, 1), (1, 12, 7, 7)]


def test_numbers_that_count_on_are_one_run(ledger):
    """Runs follow the order in which numbers came, and end at every gap."""
    seqs = [3, 4, 5, 9, 8, 0, 1]
    batch = read([sent(*(LAMP | {"seq": seq} for seq in seqs))], NodeTopics(ledger.nodes.get), NOW)
    assert batch.runs == [(1, 12, 3, 5), (1, 12, 9, 9), (1, 12, 8, 8), (1, 12, 0, 1)]
    assert [*batch.seqs.values()] == [seqs]
    assert [row[3] for row in batch.rows["lamp"]] == seqs


def test_a_broken_packet_of_somebody_known_is_not_read(ledger):
    """What is left of it may look like records and be half of them."""
    storer = BatchStorer(ledger)
    storer.take([sent(LAMP)], NOW)
    whole = sent(LAMP | {"seq": 2})
    (stored,) = storer.take([Message(whole.topic, whole.payload, False, "bytes missing")], NOW)
    assert stored.seqs == {}
    (kept,) = ledger.quarantine.newest()
    assert (kept.payload, kept.reason) == (
        whole.payload,
        "the packet cannot be read: bytes missing",
    )


def test_nobody_is_thought_to_have_spoken_before():
    """Unless it is said of a will."""
    assert NodeMessage(None, False, None).spoke is False


def word_after(storer, ledger, who, seq, utc_s):
    """When lamp-1 is said to have spoken, after a record of somebody at this time."""
    storer.take(
        [sent(FOOTFALL | {"seq": seq} if who == "counter-1" else LAMP | {"seq": seq}, who=who)],
        utc_s,
    )
    return ledger.states.all()["lamp-1"].last_word_utc_s


def test_a_word_is_worth_a_page_every_half_minute(ledger):
    """Whoever speaks within it is not written down again, whatever others say meanwhile; a clock
    that is set back by a second begins it anew."""
    assert WORD_S == 30
    storer = BatchStorer(ledger)
    assert word_after(storer, ledger, "lamp-1", 1, NOW) == NOW
    assert word_after(storer, ledger, "counter-1", 2, NOW) == NOW
    assert word_after(storer, ledger, "lamp-1", 3, NOW + 5) == NOW
    assert word_after(storer, ledger, "counter-1", 4, NOW + 1) == NOW
    assert word_after(storer, ledger, "lamp-1", 5, NOW + 29) == NOW
    assert word_after(storer, ledger, "lamp-1", 6, NOW + 30) == NOW + 30
    assert word_after(storer, ledger, "lamp-1", 7, NOW + 29) == NOW + 29


def test_a_contradiction_says_what_to_do(ledger):
    """Which record it is, what may have happened, and the command; it is acknowledged as kept."""
    storer = BatchStorer(ledger)
    storer.take([sent(LAMP)], NOW)
    (stored,) = storer.take([sent(LAMP | {"trig": 99})], NOW)
    (rejected,) = stored.rejected
    assert rejected.reason == (
        "record 1 of boot 12 is in the ledger with other content: the node lost its boot counter, "
        "or two nodes share a name; give it a new key with `padlicht node add lamp-1 --again`"
    )
    assert (rejected.boot, rejected.seqs) == (12, (1,))
    assert stored.seqs == {(rejected.topic, 12): [1, 1]}


def test_an_answer_is_kept_with_its_command(ledger):
    """In the node's own words; a self-test's table is kept once, beside the node's other tables."""
    rows = [["radar", "reports", "", "ok"]]
    with ledger.transaction():
        for number in ("c-1", "c-2"):
            ledger.commands.add(Command(number, "lamp-1", "selftest", "anna", NOW - 9, 60))
    storer = BatchStorer(ledger)
    storer.take([said("up/reply", {"id": "c-1", "ok": True, "detail": {"v": 1}})], NOW)
    assert [one.reply for one in ledger.selftests.of_node("lamp-1")] == []
    assert ledger.commands.get("c-1").detail == {"v": 1}
    storer.take([said("up/reply", {"id": "c-2", "ok": True, "detail": rows})], NOW)
    assert [one.reply for one in ledger.selftests.of_node("lamp-1")] == ["c-2"]
    (stored,) = ledger._db.execute("SELECT detail FROM commands WHERE id = 'c-2'").fetchone()
    assert stored is None
    assert ledger.commands.get("c-2").ok
