"""Who was here, asked directly: what counts as late, what a failed transaction leaves, and room."""

import pytest

from padlicht.ledger import Ledger
from padlicht.ledger.tables import quarantine as quarantine_module
from tests.hub.parts import NOW, park

TOPIC = "padlicht/v1/park/lamp-1/up/records"


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def noted(ledger, *runs):
    """What noting these runs of node 1 says: (repeats, late)."""
    identities = ledger._identities
    identities.catch_up()
    found = identities.add([(1, *run) for run in runs])
    return [tuple(run)[1:] for run in found.repeats], found.late


def test_whoever_brings_something_older_is_late_and_nobody_else_is(ledger):
    """One new number below the newest range is enough; what was known already is not late."""
    with ledger.transaction():
        assert noted(ledger, (12, 10, 19)) == ([], set())
        assert noted(ledger, (12, 20, 20)) == ([], set())
        assert noted(ledger, (12, 5, 5)) == ([], {1})
        assert noted(ledger, (12, 5, 5)) == ([(12, 5, 5)], set())
        assert noted(ledger, (12, 4, 5)) == ([(12, 5, 5)], {1})
        assert noted(ledger, (12, 4, 5)) == ([(12, 4, 5)], set())
        assert noted(ledger, (11, 1, 9)) == ([], {1})
        assert noted(ledger, (11, 2, 8)) == ([(11, 2, 8)], set())
        assert noted(ledger, (12, 15, 22)) == ([(12, 15, 20)], set())
        assert noted(ledger, (13, 1, 1)) == ([], set())


def test_a_first_transaction_may_fail(tmp_path):
    """Before anything was noted there is nothing to take back."""
    park(tmp_path / "ledger.sqlite").close()
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        with pytest.raises(ValueError, match="mine"), ledger.transaction():
            raise ValueError("mine")
        with ledger.transaction():
            assert noted(ledger, (12, 1, 1)) == ([], set())


def test_a_repeat_that_is_acknowledged_now_takes_room(ledger, monkeypatch):
    """As any other that nobody may throw out any more."""
    monkeypatch.setattr(quarantine_module, "MAX_ACKNOWLEDGED", 2)

    def keep(payload, acknowledged):
        with ledger.transaction():
            return ledger.quarantine.add(TOPIC, payload, "why", NOW, acknowledged=acknowledged)

    assert [keep(b"a", False), keep(b"b", False)] == [False, False]
    assert [keep(b"a", True), keep(b"b", True)] == [True, True]
    assert keep(b"c", True) is False
    assert keep(b"a", True) is True, "it is safe already"
