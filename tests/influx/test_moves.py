"""Nodes and sites that move, or were written down wrongly: counts stay where they were counted.

The commands do all that has to be done; ledger and a real InfluxDB agree with an account of what
happened that is kept by other means, and with each other.
"""

import asyncio
import random

import pytest

from padlicht.clock import HubClock
from padlicht.ledger import Ledger
from tests.hub import moves
from tests.influx.parts import config_of, until, writing

DAYS = 4
CHANGES = 8


@pytest.fixture
def clock(monkeypatch):
    """The hub's clock stands at the end of the records."""
    monkeypatch.setattr(HubClock, "utc_s", lambda self: moves.END_UTC_S)


def write(config):
    """The writer does all that there is to do."""

    async def go():
        async with writing(config):
            await until(lambda: moves.is_written(config), "the writer")

    asyncio.run(go())


def test_after_random_changes_sums_are_those_of_where_and_when_it_was_counted(
    tmp_path, shim, names, server, clock
):
    """By zone, by hour of the clock, and in every point; the seed says which changes."""
    dice = random.Random(1)
    config = config_of(tmp_path, shim.url, **names)
    account = moves.park(config.ledger_path, dice, DAYS)
    moves.bring_up(config.ledger_path)
    write(config)
    for number, what in enumerate(moves.changes(tmp_path, account, dice, CHANGES)):
        if number % 4 == 3:
            write(config)
            assert moves.faults(config, server, account) == [], what
    with Ledger.open(config.ledger_path) as ledger:
        assert ledger.check() == []
