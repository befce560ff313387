"""What is remembered of a node's newest health when something older of it comes late."""

from dataclasses import replace

import pytest

from padlicht.ledger import Health
from tests.hub.parts import NOW, park
from tests.ledger.test_ledger_records import blocks_later

DAY_S = 86_400
BODY = Health("lamp-1", 12, 341, NOW, 900, 2, None, 12050, 84, 61234, 2, 0, 123456, None)


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as opened:
        yield opened


def write(ledger, record, days, later=0):
    """Store a record that came so many days on, and number it so many blocks higher."""
    with ledger.transaction():
        assert ledger.records.add([record], NOW + days * DAY_S) == []
    if later:
        blocks_later(ledger, "health", later)


def heard(ledger, node_id, days):
    with ledger.transaction():
        ledger.states.mark_all_heard([node_id], NOW + days * DAY_S)


def test_the_newest_of_a_node_that_was_silent_for_long_stays_the_newest(ledger):
    """It is looked for where that node spoke last, not where another did, nor at the beginning."""
    newest = replace(BODY, boot=13, seq=50)
    write(ledger, BODY, 0, later=5)
    heard(ledger, 2, 0)
    write(ledger, newest, 1, later=200)
    heard(ledger, 1, 1)
    for seq in range(1, 6):
        write(ledger, replace(BODY, node="lamp-2", seq=seq), 10 + seq, later=200)
    write(ledger, replace(BODY, boot=11), 30)
    heard(ledger, 1, 30)
    assert ledger.records.last_health()["lamp-1"] == newest
