"""The intake: everything that can be read is stored once and acknowledged, and nothing stops it."""

import asyncio
import json
import sqlite3

import pytest

from padlicht.control.live_state import LiveState
from padlicht.intake.intake import MOST_RANGES, Intake, ranges
from padlicht.intake.messages import Message
from padlicht.ledger import Ledger
from padlicht.wire import Status
from tests.hub.parts import (
    FOOTFALL,
    LAMP,
    NOW,
    STATUS,
    Published,
    StoppedClock,
    acks_to,
    in_thread,
    node,
    park,
    records,
    topic,
    until,
)

GOOD = Message(topic("lamp-1", "up/records"), records(LAMP), False)


def said(leaf, payload, who="lamp-1", *, retained=False, site=None):
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Message(topic(who, leaf, site) if site else topic(who, leaf), payload, retained)


def test_a_batch_is_stored_and_acknowledged_per_node_and_boot(tmp_path, take_in):
    """One acknowledgement for each node and boot of a batch, holding exactly what is stored."""
    batch = [
        GOOD,
        said("up/records", records(LAMP | {"seq": 2}, LAMP | {"seq": 7})),
        said("up/records", records(LAMP, boot=11)),
        said("up/records", records(FOOTFALL), "counter-1"),
    ]
    published, ledger = take_in(tmp_path, batch)
    with ledger:
        assert published.on("lamp-1", "down/ack") == [
            {"boot": 12, "seqs": [[1, 2], [7, 7]]},
            {"boot": 11, "seqs": [[1, 1]]},
        ]
        assert published.on("counter-1", "down/ack") == [{"boot": 12, "seqs": [[2, 2]]}]
        assert (ledger.records.counts()["lamp"], ledger.records.counts()["footfall"]) == (4, 1)
        (count,) = ledger.records.footfall(None, NOW, NOW + 1)
        assert (count.n_in, count.n_out, count.sat_s, count.obs_s) == (7, 5, 4, 898)


def test_what_is_already_stored_is_acknowledged_again(tmp_path, take_in):
    """A node that missed the acknowledgement asks by sending again; the ledger stays as it is."""
    published, ledger = take_in(tmp_path, [GOOD], [GOOD, GOOD])
    with ledger:
        assert published.on("lamp-1", "down/ack") == [{"boot": 12, "seqs": [[1, 1]]}] * 2
        assert ledger.records.counts()["lamp"] == 1


def test_without_a_link_it_is_stored_all_the_same(tmp_path, take_in):
    """When the broker went away meanwhile, the record is stored; the node will ask again."""
    published, ledger = take_in(tmp_path, [GOOD], ready=False)
    with ledger:
        assert published == []
        assert ledger.records.counts()["lamp"] == 1


UNREADABLE = {
    "empty": said("up/records", b""),
    "not json": said("up/records", b"{"),
    "not utf-8": said("up/status", b'{"state":"\xff"}'),
    "a lone surrogate": said("up/status", STATUS | {"fw": "\ud800"}),
    "deeply nested": said("up/records", b"[" * 100_000),
    "an unknown leaf": said("up/gossip", {}),
    "down, not up": said("down/ack", {"boot": 1, "seqs": []}),
    "an unknown node": said("up/status", STATUS, "lamp-99"),
    "another site's topic": said("up/status", STATUS, site="elsewhere"),
    "a retired node": said("up/status", STATUS, "lamp-old"),
    "another role": said("up/status", STATUS | {"role": "counter"}),
    "a lamp that counts live": said("up/live", {"seen": 1, "in": 2, "out": 3}),
    "no topic of ours": Message("a/b", b"", False),
    "a topic with a surrogate": Message("padlicht/v1/s\udc80/n/up/status", b"", False),
    "a broken packet": Message("", b"\x32\x01", False, "bytes missing"),
    "a huge number": said("up/records", records(LAMP | {"seq": 10**30})),
    "a negative boot": said("up/records", records(LAMP, boot=-1)),
    "observed longer than it lasted": said("up/records", records(LAMP | {"obs_s": 901})),
    "near for longer than it watched": said(
        "up/records", records(LAMP | {"seq": 2, "obs_s": 60, "near_s": 61})
    ),
}


@pytest.mark.parametrize("message", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_goes_to_quarantine_and_stops_nothing(tmp_path, message, take_in):
    """Every unreadable message is kept with a reason, and its neighbours are stored."""
    with park(tmp_path / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.nodes.add(node("lamp-old", retired=True))
    after = said("up/records", records(LAMP | {"seq": 5}))
    published, ledger = take_in(tmp_path, [GOOD, message, after])
    with ledger:
        (kept,) = ledger.quarantine.newest()
        assert len(kept.reason) > 10
        assert [row.seq for row in ledger.records.lamp(None, 0, NOW * 2)] == [1, 5]
    assert len(published.on("lamp-1", "down/ack")) == 1


def test_one_bad_record_does_not_hold_up_its_batch(tmp_path, take_in):
    """The good ones are stored, the bad one is kept in quarantine, and the node may forget all."""
    bad = LAMP | {"seq": 2, "kind": "nonsense"}
    batch = [said("up/records", records(LAMP, bad, LAMP | {"seq": 3}))]
    published, ledger = take_in(tmp_path, batch)
    with ledger:
        assert published.on("lamp-1", "down/ack") == [{"boot": 12, "seqs": [[1, 3]]}]
        assert [row.seq for row in ledger.records.lamp(None, 0, NOW * 2)] == [1, 3]
        assert b"nonsense" in ledger.quarantine.newest()[0].payload


def test_a_bad_record_without_a_number_is_not_acknowledged(tmp_path, take_in):
    """Nobody can say which one it is, so the node keeps it."""
    batch = [said("up/records", records(LAMP, {"kind": "lamp"}))]
    published, ledger = take_in(tmp_path, batch)
    with ledger:
        assert published.on("lamp-1", "down/ack") == [{"boot": 12, "seqs": [[1, 1]]}]
        assert ledger.quarantine.count() == 1


def test_a_record_that_contradicts_the_ledger_is_kept_apart(tmp_path, take_in):
    """Neither version is lost: the first stays in the ledger, the other is in quarantine."""
    other = said("up/records", records(LAMP | {"trig": 99}))
    published, ledger = take_in(tmp_path, [GOOD], [other])
    with ledger:
        assert len(published.on("lamp-1", "down/ack")) == 2
        assert ledger.records.lamp(None, 0, NOW * 2)[0].trig == LAMP["trig"]
        (kept,) = ledger.quarantine.newest()
        assert json.loads(kept.payload) == {"boot": 12, "recs": [LAMP | {"trig": 99}]}
        assert kept.topic == other.topic


def test_a_full_disk_is_waited_for(tmp_path, caplog):
    """Nothing is acknowledged while the ledger cannot be written, and all of it afterwards."""
    published = Published()

    async def run():
        ledger = park(tmp_path / "ledger.sqlite")
        full(ledger, True)
        async with in_thread(ledger) as thread:
            intake = Intake(thread, acks_to(published), StoppedClock())
            handling = asyncio.create_task(intake.handle([GOOD]))
            await until(lambda: intake.trouble, "the trouble")
            assert published == []
            assert not handling.done()
            await thread.run(lambda ledger: full(ledger, False))
            await handling
            assert intake.trouble is None

    asyncio.run(run())
    assert len(published.on("lamp-1", "down/ack")) == 1
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(said) == 2
    assert "make room on the disk" in said[0]
    assert "nodes and broker keep their records meanwhile" in said[0]
    assert "again" in said[1]


def full(ledger, yes):
    """Refuse writing as a full disk does, or no longer."""

    def refuse():
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    if yes:
        ledger.transaction = refuse
    else:
        del ledger.transaction


def test_presence_follows_births_and_wills(tmp_path, take_in):
    """A birth makes ready, a will makes lost, and the last word is not the will's."""
    born = said("up/status", STATUS)
    _, ledger = take_in(tmp_path, [born, GOOD])
    with ledger:
        state = ledger.states.all()["lamp-1"]
        assert (state.state, state.boot, state.board) == ("ready", 12, "sim")
        assert state.last_word_utc_s == NOW
    _, ledger = take_in(tmp_path, [born, said("up/status", {"state": "lost"})])
    with ledger:
        assert ledger.states.all()["lamp-1"].state == "lost"


def test_what_the_broker_kept_is_no_last_word(tmp_path, take_in):
    """A retained birth tells the state, but not that the node spoke just now."""
    _, ledger = take_in(tmp_path, [said("up/status", STATUS, retained=True)])
    with ledger:
        state = ledger.states.all()["lamp-1"]
        assert (state.state, state.last_word_utc_s) == ("ready", None)


def test_a_node_added_while_the_hub_runs_is_known_at_once(tmp_path):
    """Another process adds the node; its first message is not quarantined."""
    published = Published()
    path = tmp_path / "ledger.sqlite"

    async def run():
        async with in_thread(park(path)) as thread:
            intake = Intake(thread, acks_to(published), StoppedClock())
            await intake.handle([GOOD])
            with Ledger.open(path) as other, other.transaction():
                other.nodes.add(node("lamp-3"))
            await intake.handle([said("up/records", records(LAMP), "lamp-3")])

    asyncio.run(run())
    assert len(published.on("lamp-3", "down/ack")) == 1


def test_live_levels_reach_viewers_and_no_disk(tmp_path):
    """Levels of the moment are shown to whoever looks, and leave the ledger untouched."""
    live = LiveState()
    ledger = park(tmp_path / "ledger.sqlite")

    async def run():
        async with in_thread(ledger) as thread:
            intake = Intake(thread, acks_to(Published()), StoppedClock())
            intake.on_stored(live.on_stored)
            before = ledger._db.total_changes
            await intake.handle([said("up/live", {"level_pm": 200, "state": "base"})])
            counter = {"seen": 2, "in": 4, "out": 1}
            await intake.handle([said("up/live", counter, "counter-1")])
            assert ledger._db.total_changes == before
            shown = live.levels["lamp-1"]
            await intake.handle([said("up/status", {"state": "lost"})])
            return shown

    assert asyncio.run(run()).level_pm == 200
    assert live.levels == {}
    assert live.counters["counter-1"].seen == 2


def test_listeners_hear_what_is_stored(tmp_path, take_in):
    """Whoever registered hears what a registered node says of itself, and of nobody else."""
    batch = [GOOD, said("up/status", STATUS), said("up/status", STATUS, "lamp-99")]
    published, ledger = take_in(tmp_path, batch)
    ledger.close()
    assert [(item.node.name, type(item.said)) for item in published.node_messages] == [
        ("lamp-1", Status)
    ]


def test_whoever_counts_hears_the_numbers_of_each_batch(tmp_path):
    """New, repeated, and what went to quarantine, of a batch that has all three."""
    other = said("up/records", records(LAMP | {"seq": 2, "trig": 99}))
    unknown = said("up/records", records(FOOTFALL), "counter-1")
    first = [said("up/records", records(LAMP, LAMP | {"seq": 2})), unknown]
    heard = []

    async def run():
        async with in_thread(park(tmp_path / "ledger.sqlite")) as thread:
            intake = Intake(thread, acks_to(Published()), StoppedClock())
            intake.on_batch(lambda *numbers: heard.append(numbers[:-1]))
            await intake.handle(first)
            await intake.handle([GOOD, other, said("up/gossip", {})])

    asyncio.run(run())
    assert heard == [(2, {"lamp": 2, "footfall": 1}, 0, 0), (3, {"lamp": 0}, 1, 2)]


def test_acknowledgements_stay_small(tmp_path, take_in):
    """A scattered batch is acknowledged in pieces that fit a node's 4 KiB."""
    scattered = [
        said("up/records", records(LAMP | {"seq": seq})) for seq in range(1, MOST_RANGES * 5, 2)
    ]
    published, ledger = take_in(tmp_path, scattered)
    ledger.close()
    acks = published.on("lamp-1", "down/ack")
    assert sum(len(ack["seqs"]) for ack in acks) == len(scattered)
    assert all(len(json.dumps(ack)) < 2048 for ack in acks)


def test_ranges_hold_both_ends():
    """Numbers in any order become ascending ranges."""
    assert ranges([]) == []
    assert ranges([5, 3, 4, 9, 3]) == [(3, 5), (9, 9)]
    assert ranges([3, 4, 5]) == [(3, 5)]
    assert ranges([3, 3, 5]) == [(3, 3), (5, 5)]  # as many as a whole range, but none
    assert ranges([7]) == [(7, 7)]
    assert ranges([7, 7]) == [(7, 7)]
