"""Records far from the hub's time: stored, acknowledged, marked once, and said."""

import pytest

from padlicht.ledger.records.misdated import AHEAD_S, BEHIND_S
from tests.hub.parts import LAMP, NOW
from tests.intake.test_intake import said


@pytest.mark.parametrize(
    ("t", "marked"),
    [
        (NOW, False),
        (NOW + AHEAD_S, False),
        (NOW + AHEAD_S + 1, True),
        (NOW + 10 * 365 * 86_400, True),
        (NOW - BEHIND_S - 900, False),
        (NOW - BEHIND_S - 901, True),
        (100, True),
        (0, False),  # it never was dated, and says so
    ],
)
def test_a_record_far_from_the_hubs_time_is_stored_and_marked(tmp_path, take_in, caplog, t, marked):
    """With both times; sent again it is marked once, and the log speaks of it once."""
    message = said("up/records", {"boot": 12, "recs": [{**LAMP, "t": t}]})
    published, ledger = take_in(tmp_path, [message], [message])
    assert published.on("lamp-1", "down/ack")[-1] == {"boot": 12, "seqs": [[1, 1]]}
    assert len(ledger.records.lamp(None, t, t + 1)) == 1
    found = [(item.node, item.records, item.first_t) for item in ledger.misdated.since(0)]
    assert found == ([("lamp-1", 1, t)] if marked else [])
    lines = [line for line in caplog.messages if "stored and marked" in line]
    assert len(lines) == (1 if marked else 0)
    assert not marked or "lamp-1 sent records of" in lines[0]
