"""Who is there: noted on every change and every hour, and silence is judged in time listened to."""

import asyncio
from dataclasses import replace

import pytest

from padlicht.clock import ClockWatch
from padlicht.control import presence as presence_module
from padlicht.control.live_state import LiveState
from padlicht.control.presence import PresenceMonitor, give_up_silent, note_hour
from padlicht.ledger import Ledger
from padlicht.ledger.tables.node_states import NodeStateTable
from tests.hub.parts import NOW, STATUS, StoppedClock, in_thread, node, park, until, wanting
from tests.hub.use import CORRECTED
from tests.intake.test_intake import said

HOUR = NOW - NOW % 3600


@pytest.fixture
def ledger(tmp_path):
    with park(tmp_path / "ledger.sqlite") as ledger:
        yield ledger


def born(ledger, *names, utc_s=NOW):
    with ledger.transaction():
        for name in names:
            ledger.states.record_birth(name, 1, "0.1.0", "sim", 2, "power", utc_s)


def noted(ledger):
    """(node, time, online) as a follower reads it."""
    return [row[3:] for row in ledger.cursors.rows_after("presence", 0, 1000)]


def test_changes_note_themselves(tmp_path, take_in):
    """Births, wills and silence, each with the time since which it is so; repeats are no change."""
    birth, will = said("up/status", STATUS), said("up/status", {"state": "lost"})
    _, ledger = take_in(tmp_path, [birth], [birth], [will], [will], [birth])
    assert noted(ledger) == [("lamp-1", NOW, 1), ("lamp-1", NOW, 0), ("lamp-1", NOW, 1)]
    assert give_up_silent(9999, NOW + 9999, ledger) == ["lamp-1"]
    assert noted(ledger)[-1] == ("lamp-1", NOW + 9999, 0)


def test_every_hour_all_that_serve_are_noted_once(ledger):
    """The lost ones too; never those that nobody ever heard, nor the retired."""
    with ledger.transaction():
        ledger.nodes.add(node("lamp-old"))
    born(ledger, "lamp-1", "lamp-2", "lamp-old")
    with ledger.transaction():
        ledger.settings.confirm("counter-1", 1, {}, NOW)  # what the broker had kept, but no birth
        ledger.states.record_loss("lamp-2", NOW + 1)
        ledger.nodes.change(replace(ledger.nodes.get("lamp-old"), retired_utc_s=NOW), CORRECTED)
    before = len(noted(ledger))
    while not note_hour(HOUR + 3600 + 5, ledger):
        pass
    assert note_hour(HOUR + 7199, ledger)
    assert noted(ledger)[before:] == [("lamp-1", HOUR + 3605, 1), ("lamp-2", HOUR + 3605, 0)]
    while not note_hour(HOUR + 7200, ledger):
        pass
    assert len(noted(ledger)) == before + 4


def test_an_hour_is_noted_in_pieces_that_outlive_a_restart(ledger, tmp_path, monkeypatch):
    """A hub that ends in between goes on where it was; no node twice, none left out."""
    names = ["lamp-1", "lamp-2", "counter-1"]
    born(ledger, *names)
    before = len(noted(ledger))
    short = NodeStateTable.log_presence
    monkeypatch.setattr(
        NodeStateTable,
        "log_presence",
        lambda self, utc_s, after: short(self, utc_s, after, limit=1),
    )
    assert not note_hour(NOW, ledger)
    with Ledger.open(tmp_path / "ledger.sqlite") as other:
        while not note_hour(NOW + 1, other):
            pass
    assert sorted(row[0] for row in noted(ledger)[before:]) == sorted(names)


def test_an_hour_that_was_left_half_done_is_over(ledger, monkeypatch):
    """In the next hour all are noted, from the first on; a clock that was ahead stops nothing."""
    born(ledger, "lamp-1", "lamp-2", "counter-1")
    before = len(noted(ledger))
    short = NodeStateTable.log_presence
    with monkeypatch.context() as patch:
        patch.setattr(
            NodeStateTable,
            "log_presence",
            lambda self, utc_s, after: short(self, utc_s, after, limit=2),
        )
        assert not note_hour(NOW + 999_999, ledger)
    while not note_hour(NOW, ledger):
        pass
    assert len([row for row in noted(ledger)[before:] if row[1] == NOW]) == 3


def test_a_hub_that_hears_nothing_notes_nothing(ledger, tmp_path, monkeypatch):
    """Neither silence nor hours, until the broker is there."""
    monkeypatch.setattr(presence_module, "POLL_S", 0.01)
    born(ledger, "lamp-1", utc_s=NOW - 99_999)
    before = len(noted(ledger))
    looks = []

    def listening():
        looks.append(len(noted(ledger)))
        return len(looks) > 3

    async def run():
        async with in_thread(Ledger.open(tmp_path / "ledger.sqlite")) as thread:
            presence = PresenceMonitor(thread, LiveState(), ClockWatch(StoppedClock()), listening)
            await presence.link_ready()
            task = asyncio.create_task(presence.run())
            await until(lambda: len(noted(ledger)) > before, "the hour")
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert looks[:4] == [before] * 4
    assert noted(ledger)[before:] == [("lamp-1", NOW, 1)]


@pytest.mark.parametrize(
    ("last_word_s", "listening_s", "report_min", "lost"),
    [
        (3 * 900, 9999, 15, False),
        (3 * 900 + 1, 9999, 15, True),
        (9999, 3 * 900, 15, False),  # the hub was away itself
        (9999, 3 * 900 + 1, 15, True),
        (3 * 900 + 1, 9999, 60, False),
        (3 * 3600 + 1, 99999, 60, True),
        (99999, 3 * 900 + 1, 60, False),
    ],
)
def test_a_node_is_given_up_after_three_silent_intervals(
    ledger, last_word_s, listening_s, report_min, lost
):
    """Only time in which the hub listened counts, in intervals of the node's own length."""
    now = NOW + 100_000
    wanting(ledger, report_min=report_min)
    born(ledger, "lamp-1")
    with ledger.transaction():
        ledger.states.mark_heard("lamp-1", now - last_word_s)
    assert give_up_silent(listening_s, now, ledger) == (["lamp-1"] if lost else [])
    assert ledger.states.all()["lamp-1"].state == ("lost" if lost else "ready")
