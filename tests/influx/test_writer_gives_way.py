"""A writer at work rests while the intake has much to do, and loses nothing by it."""

import asyncio
import time
from itertools import count

import pytest

from padlicht.influx import throttle
from padlicht.influx.schema import RAW, SOURCES
from padlicht.influx.sources import Source
from padlicht.influx.target import Target
from padlicht.ledger import Lamp, Ledger
from tests.influx.parts import (
    NOW,
    counted,
    expected,
    fill,
    records,
    until,
    writing,
    written,
)


@pytest.mark.parametrize(("rows_s", "rests"), [(-1, True), (10**9, False)])
def test_it_gives_way_while_a_table_grows_faster_than_any_fleet(
    config, server, monkeypatch, rows_s, rests
):
    """The intake takes in what piled up: after each batch the writer rests, and loses nothing."""
    monkeypatch.setattr(throttle, "BUSY_ROWS_S", rows_s)
    monkeypatch.setattr(throttle, "LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr(throttle, "MOST_REST_S", 0.01)

    async def go():
        async with writing(config) as (writer, _):
            for first in range(0, 1000, 200):
                await asyncio.to_thread(fill, config.ledger_path, 200, first)
                await until(lambda: written(config.ledger_path), "the writer")
            assert bool(writer.writers[0].priority.rests) is rests

    asyncio.run(go())
    assert counted(server, config) == expected(records(1000))


def test_a_table_that_stands_still_hides_none_that_grows(config, monkeypatch):
    """It gives way after every write, also after those of tables looked at since."""
    read, look, growth = Source.read, throttle.IntakePriority.look, count(step=10**9)
    writes = []

    def grown(self, name, newest):
        look(self, name, newest + (next(growth) if name == "lamp" else 0))

    def write(self, database, body):
        writes.append(database)
        time.sleep(0.01)  # so that the next batch has been looked at when this one is written
        return 0

    monkeypatch.setattr(
        Source, "read", lambda self, ledger, after_id: read(self, ledger, after_id, 20)
    )
    monkeypatch.setattr(throttle.IntakePriority, "look", grown)
    monkeypatch.setattr(throttle, "LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr(Target, "write", write)
    monkeypatch.setattr(throttle, "MOST_REST_S", 0.001)
    fill(config.ledger_path, 1000)

    async def go():
        async with writing(config) as (writer, _):
            await until(lambda: written(config.ledger_path), "the writer")
            # How fast a table grows is known when it is looked at for the second time.
            assert writer.writers[0].priority.rests >= len(writes) - 2 * len(SOURCES[RAW])

    asyncio.run(go())
    assert len(writes) >= 1000 / 20


def test_it_gives_way_to_an_intake_that_begins_while_it_looks_for_refused_lines(
    config, shim, monkeypatch
):
    """That takes many writes, and no other batch has to be looked at before it notices."""
    look = throttle.IntakePriority.look
    begins = 8  # writes, when all that there is has been looked at

    def grown(self, name, newest):
        look(self, name, newest + 10**9 * max(0, shim.writes - begins))

    lamps = [record for record in records(2000) if isinstance(record, Lamp)]
    with Ledger.open(config.ledger_path) as ledger, ledger.transaction():
        assert ledger.records.add(lamps, NOW) == []
    shim.bad = lambda line: ",boost_s=7i," in line
    monkeypatch.setattr(throttle.IntakePriority, "look", grown)
    monkeypatch.setattr(throttle, "LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr(throttle, "MOST_REST_S", 0.001)

    async def go():
        async with writing(config) as (writer, _):
            await until(lambda: written(config.ledger_path), "the writer")
            assert writer.writers[0].priority.rests >= 10
            # They are counted once they are on the disk, where `written` may see them before.
            await until(lambda: writer.writers[0].refused_lines > 0, "refused lines to be counted")

    asyncio.run(go())
