"""Records are found by node and time, wherever in a long ledger they lie."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest

from padlicht.ledger import Fault, Footfall, Health, Lamp, Ledger
from padlicht.ledger.records import blocks, newest
from padlicht.ledger.records import records as records_module
from padlicht.ledger.schema import MIGRATIONS
from tests.hub.parts import NOW, SITE, node, park

DAY_S = 86_400
COUNT = Footfall("counter-1", 3, 1, NOW, 900, 2, 898, 4, 7, 5, 1912, 1874)
LIGHT = Lamp("lamp-1", 12, 1, NOW, 900, 2, 900, 900, 122, 14, 5120, 1250, 812345, True)
BODY = Health("lamp-1", 12, 1, NOW, 900, 2, None, 12050, 84, 61234, 2, 0, 123456, None)
STUCK = Fault("lamp-1", 12, 1, NOW, 0, 2, "lamp_stuck", True)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def write(ledger, *records, at=NOW + 1000):
    with ledger.transaction():
        assert ledger.records.add(records, at) == []


def block_of(ledger, table):
    return blocks.newest(ledger._db, table)


def blocks_later(ledger, table, count, at=NOW):
    """The last record of a table as it would be numbered after so many blocks more of others."""
    database = ledger._db
    (last,) = database.execute(f"SELECT max(id) FROM {table}").fetchone()  # noqa: S608
    shifted = last + (count << blocks.SHIFT)
    database.execute(f"UPDATE {table} SET id = ? WHERE id = ?", (shifted, last))  # noqa: S608
    blocks.note_full(database, table, last, shifted)


@contextmanager
def steps(ledger):
    """How many thousand of SQLite's own instructions it took; a time depends on the machine."""
    taken = []
    ledger._db.set_progress_handler(lambda: taken.append(1), 1000)
    yield taken
    ledger._db.set_progress_handler(None, 0)


def test_the_shift_of_the_blocks_is_that_of_the_index():
    """A query that shifts otherwise would find nothing."""
    assert set(re.findall(r"id >> (\d+)", MIGRATIONS[2])) == {str(blocks.SHIFT)}


@pytest.mark.parametrize("table", blocks.IN_BLOCKS)
def test_a_node_in_a_block_is_found_by_the_index(ledger, table):
    """SQLite uses the index of the expression for the way into a block, in each of our queries."""
    asked = []
    ledger._db.set_trace_callback(asked.append)
    getattr(ledger.records, table)(SITE, NOW, NOW + DAY_S)
    getattr(ledger.records, table)(None, NOW, NOW + DAY_S, node="lamp-1")
    write(ledger, LIGHT, replace(BODY, seq=2), COUNT)
    write(ledger, LIGHT, replace(BODY, seq=2), COUNT)
    ledger.records.last_health()
    ledger._db.set_trace_callback(None)
    plans = [
        detail
        for query in asked
        if f">> {blocks.SHIFT} =" in query and table in query
        for *_, detail in ledger._db.execute(f"EXPLAIN QUERY PLAN {query}")
    ]
    assert [plan for plan in plans if f"{table}_by_block (<expr>=? AND node_id=?" in plan]
    assert [plan for plan in plans if plan.startswith(f"SCAN {table}")] == []


def test_each_kind_is_found_by_site_node_and_time(ledger):
    """Of a site, or of one node; `from` is included, `to` is not."""
    for kind in (LIGHT, BODY, STUCK, COUNT):
        write(ledger, *(replace(kind, boot=20 + i, t=NOW + i) for i in range(4)))
        write(ledger, *(replace(kind, boot=30, node="lamp-2", seq=9, t=NOW) for _ in range(1)))
        queries_by_kind = {Lamp: "lamp", Health: "health", Fault: "faults"}
        ask = getattr(ledger.records, queries_by_kind.get(type(kind), "footfall"))
        own = ask(SITE, NOW + 1, NOW + 3, node=kind.node)
        assert own == [replace(kind, boot=21, t=NOW + 1), replace(kind, boot=22, t=NOW + 2)]
        assert ask(None, NOW, NOW + 1, node="lamp-2") == [
            replace(kind, boot=30, node="lamp-2", seq=9)
        ]
        assert len(ask(SITE, NOW, NOW + 4)) == len(ask(None, NOW, NOW + 4)) == 5
        assert ask("elsewhere", NOW, NOW + 4) == ask(SITE, NOW, NOW + 4, node="nobody") == []
        ledger._db.execute("DELETE FROM pruned")
        for table in ("lamp", "footfall", "health", "fault", "seen"):
            ledger._db.execute(f"DELETE FROM {table}")  # noqa: S608


def test_an_end_of_a_fault_is_told_too(ledger):
    """Faults of a period are all their words, oldest first."""
    words = [replace(STUCK, seq=i, t=NOW + i, active=not i % 2) for i in range(4)]
    write(ledger, *words)
    assert ledger.records.faults(SITE, NOW, NOW + 4) == words


def test_a_day_in_an_old_block_is_found(ledger):
    """A node's day is found behind years of other records, without reading them."""
    day = [replace(COUNT, seq=i, t=NOW + 900 * i) for i in range(96)]
    write(ledger, *day)
    write(ledger, replace(COUNT, boot=4, t=NOW + 900 * DAY_S))
    blocks_later(ledger, "footfall", 600)
    with steps(ledger) as taken:
        assert ledger.records.footfall(SITE, NOW, NOW + DAY_S, node="counter-1") == day
        assert ledger.records.footfall(SITE, NOW + DAY_S, NOW + 2 * DAY_S) == []
    assert len(taken) < 20


def test_a_record_that_comes_years_late_is_found_under_its_day(ledger):
    """The block that was newest when it came is full, and holds two days now."""
    write(ledger, replace(COUNT, t=NOW + 900 * DAY_S))
    write(ledger, replace(COUNT, boot=2))
    write(ledger, replace(COUNT, seq=2, t=NOW + 901 * DAY_S))
    blocks_later(ledger, "footfall", 3)
    assert ledger.records.footfall(SITE, NOW, NOW + 900) == [replace(COUNT, boot=2)]
    assert ledger.records.footfall(SITE, 0, NOW * 2) == [
        replace(COUNT, boot=2),
        replace(COUNT, t=NOW + 900 * DAY_S),
        replace(COUNT, seq=2, t=NOW + 901 * DAY_S),
    ]


def test_undated_records_are_found_at_the_beginning_of_time(ledger):
    """Whoever asks for all gets what never was dated, too."""
    undated = replace(COUNT, t=0, clock=0)
    write(ledger, undated, replace(COUNT, seq=2))
    blocks_later(ledger, "footfall", 1)
    assert ledger.records.footfall(SITE, 0, 1) == [undated]


@pytest.mark.parametrize("few", [0, 500])
def test_many_nodes_are_read_like_few(ledger, few, monkeypatch):
    """A site with more nodes than are worth looking up one by one gives the same records."""
    monkeypatch.setattr(records_module, "FEW_NODES", few)
    monkeypatch.setattr(newest, "FEW_NODES", few)
    made = [
        replace(LIGHT, node=name, seq=i, t=NOW + 900 * i)
        for i in range(9)
        for name in ("lamp-1", "lamp-2")
    ]
    write(ledger, *made)
    write(
        ledger,
        *(replace(BODY, node=name, seq=20 + i) for i in range(3) for name in ("lamp-1", "lamp-2")),
    )
    assert ledger.records.lamp(SITE, NOW, NOW + DAY_S) == made
    assert {name: found.seq for name, found in ledger.records.last_health(SITE).items()} == {
        "lamp-1": 22,
        "lamp-2": 22,
    }


# The newest health record of each node


def test_the_newest_health_of_a_silent_node_is_found(ledger):
    """A node that fell silent years ago is found about where it spoke last, without a search."""
    write(ledger, BODY, at=NOW)
    with ledger.transaction():
        ledger.states.mark_all_heard([1], NOW)
    for i in range(1, 5):
        write(ledger, replace(BODY, node="lamp-2", seq=i), at=NOW + i * DAY_S)
        blocks_later(ledger, "health", 200)
    with steps(ledger) as taken:
        assert ledger.records.last_health()["lamp-1"] == BODY
    assert block_of(ledger, "health") == 800
    assert len(taken) < 5


def test_the_newest_health_is_found_with_a_wrong_clock(ledger):
    """A hub whose clock was years ahead for a while finds every node all the same."""
    write(ledger, replace(BODY, seq=1), at=NOW * 2)
    blocks_later(ledger, "health", 4)
    write(ledger, replace(BODY, node="lamp-2", seq=2), at=NOW)
    blocks_later(ledger, "health", 4)
    with ledger.transaction():
        ledger.states.mark_all_heard([1, 2], NOW - 5)
    assert {name: found.seq for name, found in ledger.records.last_health().items()} == {
        "lamp-1": 1,
        "lamp-2": 2,
    }


def test_what_comes_late_is_not_the_newest_health(ledger):
    """Let in from quarantine blocks later, an old record does not hide a newer one, nor two do."""
    newest = replace(BODY, boot=13, seq=50)
    write(ledger, BODY, newest)
    blocks_later(ledger, "health", 5)
    for late in (replace(BODY, boot=11), replace(BODY, boot=13, seq=49)):
        write(ledger, late)
        blocks_later(ledger, "health", 5)
        assert ledger.records.last_health() == {"lamp-1": newest}
    newer = replace(BODY, boot=13, seq=51)
    write(ledger, newer)
    assert ledger.records.last_health() == {"lamp-1": newer}


def test_the_newest_health_is_known_after_each_late_batch(ledger):
    """What was newest at the first late record is not at the second: the later one is kept."""
    for number, last in enumerate((50, 60), 1):
        write(ledger, replace(BODY, boot=13, seq=last))
        blocks_later(ledger, "health", 5)
        write(ledger, replace(BODY, boot=11, seq=number))
        blocks_later(ledger, "health", 5)
        assert ledger.records.last_health()["lamp-1"].seq == last


def test_what_comes_late_beside_the_newest_health_is_not_the_newest(ledger):
    """In one batch, in whatever order, with the end of a block between them."""
    write(ledger, BODY)
    blocks_later(ledger, "health", 1)
    ledger._db.execute(
        "UPDATE health SET id = ? WHERE id = (SELECT max(id) FROM health)", (2 * blocks.BLOCK - 2,)
    )
    write(ledger, replace(BODY, boot=14), replace(BODY, boot=13))
    assert block_of(ledger, "health") == 2
    assert ledger.records.last_health()["lamp-1"].boot == 14


def test_the_very_first_record_of_a_node_is_found(ledger):
    """Boot 0, number 0, before anything is written down of who was here."""
    first = replace(BODY, boot=0, seq=0)
    write(ledger, first)
    assert ledger.records.last_health() == {"lamp-1": first}


def test_who_never_sent_any_is_not_searched_for(ledger):
    """A hundred thousand nodes that wait to be put up cost nothing."""
    write(ledger, BODY)
    blocks_later(ledger, "health", 600)
    with ledger.transaction():
        for i in range(50):
            ledger.nodes.add(node(f"new-{i}"))
    with steps(ledger) as taken:
        assert [*ledger.records.last_health()] == ["lamp-1"]
    assert len(taken) < 10


def test_full_blocks_are_noted_as_they_fill(tmp_path):
    """Each day of a block is there as soon as the next block begins, and the check agrees."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        made = [replace(COUNT, seq=i, t=NOW + 900 * i) for i in range(blocks.BLOCK + 5)]
        write(ledger, *made[: blocks.BLOCK - 1])
        assert ledger._db.execute("SELECT count(*) FROM days").fetchone() == (0,)
        write(ledger, *made[blocks.BLOCK - 1 :])
        days = [day for (day,) in ledger._db.execute("SELECT day FROM days")]
        assert days == [*range(NOW // DAY_S, made[blocks.BLOCK - 2].t // DAY_S + 1)]
        assert ledger.check() == []
        assert ledger.records.footfall(SITE, made[-7].t, made[-5].t) == made[-7:-5]


def test_a_reader_beside_a_writer_sees_whole_blocks(tmp_path):
    """The days of a block and its records are of one commit."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        write(ledger, *(replace(COUNT, seq=i) for i in range(blocks.BLOCK - 2)))
        with Ledger.open(tmp_path / "ledger.sqlite", read_only=True) as reader:
            with ledger.transaction():
                ledger.records.add([replace(COUNT, boot=4, seq=i) for i in range(9)], NOW)
                assert len(reader.records.footfall(SITE, NOW, NOW + 1)) == blocks.BLOCK - 2
            assert len(reader.records.footfall(SITE, NOW, NOW + 1)) == blocks.BLOCK + 7
