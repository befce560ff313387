"""How a hub stands, read from its ledger, and the verdict on each of its parts."""

from dataclasses import replace

import pytest

from padlicht.ledger import Lamp
from padlicht.operations.health import FULL_BYTES, LATE_S, Observed, State, judge
from padlicht.operations.status import MOST_MARKS, HubStatus, Lag, LagTracker, read_status
from tests.hub.parts import NOW, node, park

WARN_BYTES = 1_000_000_000
FOLLOWERS = {"usage": ("footfall", "lamp"), "influx": ("lamp", "usage_hour")}
CALM = Observed(link=None, storing=None, reading=None, damage=None, followers={"usage": None})
FACTS = HubStatus(
    utc_s=NOW,
    lags=(Lag("usage", "lamp", 10, 10, 0.0),),
    quarantined=0,
    nodes={},
    disk_free_bytes=50_000_000_000,
    ledger_bytes=1,
    wal_bytes=1,
)


def lamp(seq: int) -> Lamp:
    return Lamp("lamp-1", 12, seq, NOW, 900, 2, 900, 900, 122, 14, 5120, 1250, 812345, True)


def store(ledger, *seqs: int, received_utc_s: int = NOW) -> None:
    with ledger.transaction():
        ledger.records.add([lamp(seq) for seq in seqs], received_utc_s)


# HubStatus


def test_a_follower_that_has_not_begun_is_behind_by_everything(tmp_path):
    """Before its first cursor, all rows wait, and the oldest says since when."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        store(ledger, 1, 2, received_utc_s=NOW - 70)
        store(ledger, 3, received_utc_s=NOW - 10)
    status = read_status(tmp_path / "ledger.sqlite", NOW, FOLLOWERS)
    by_key = {(lag.follower, lag.source): (lag.rows, lag.seconds) for lag in status.lags}
    assert by_key == {
        ("usage", "lamp"): (3, 70),
        ("usage", "footfall"): (0, 0),
        ("influx", "lamp"): (3, 70),
        ("influx", "usage_hour"): (0, 0),
    }


def test_a_lag_is_counted_from_the_cursor(tmp_path):
    """What has been followed does not wait; marks that are no place in a table are no lag."""
    with park(tmp_path / "ledger.sqlite") as ledger:
        store(ledger, 1, 2, received_utc_s=NOW - 70)
        store(ledger, 3, received_utc_s=NOW - 10)
        with ledger.transaction():
            ledger.cursors.move("usage", "lamp", 2)
            ledger.cursors.move("usage", "due", NOW)
    status = read_status(tmp_path / "ledger.sqlite", NOW, {"usage": ("lamp",)})
    assert [(lag.source, lag.rows, lag.seconds) for lag in status.lags] == [("lamp", 1, 10)]


def test_nodes_are_counted_by_site_and_state(tmp_path):
    """Those that were born, and those that were never heard; a retired one is missed by nobody."""
    with park(tmp_path / "ledger.sqlite") as ledger, ledger.transaction():
        ledger.nodes.add(node("lamp-9", retired=True))
        ledger.states.record_birth("lamp-1", 1, "0.1.0", "sim", 2, "power", NOW)
    status = read_status(tmp_path / "ledger.sqlite", NOW, {})
    site = "molukkenplantsoen"
    assert status.nodes == {(site, "ready"): 1, (site, "never"): 2}


def test_a_trail_tells_the_age_of_what_has_no_time():
    """It is that of the first id that the follower has not passed, and nothing once it has all."""
    tracker = LagTracker()
    assert tracker.seconds(100, 5, 5) == 0
    assert tracker.seconds(110, 8, 5) == 0  # seen just now
    assert tracker.seconds(130, 9, 5) == 20
    assert tracker.seconds(140, 9, 8) == 10  # only 9 is left, seen at 130
    assert tracker.seconds(150, 9, 9) == 0


def test_a_trail_stays_short_and_keeps_the_oldest():
    """A week of trouble costs no memory, and its age stays exact."""
    tracker = LagTracker()
    for moment in range(10 * MOST_MARKS):
        age_s = tracker.seconds(moment, moment + 1, 0)
        assert age_s == moment
    assert len(tracker._marks) <= MOST_MARKS


# Verdicts


@pytest.mark.parametrize(
    ("status", "seen", "part", "state", "says"),
    [
        (FACTS, CALM, "ledger", State.OK, "takes records"),
        (FACTS, Observed("away", None, None, None, {}), "broker", State.FAILING, "is away"),
        (FACTS, Observed(None, "is full", None, None, {}), "ledger", State.FAILING, "is full"),
        (FACTS, Observed(None, None, None, "is bad", {}), "ledger", State.FAILING, "is bad"),
        (None, Observed(None, None, "unreadable", None, {}), "ledger", State.FAILING, "unreadable"),
        (
            replace(FACTS, disk_free_bytes=WARN_BYTES - 1), CALM, "disk", State.WARNING,
            "--disk-warn-mb",
        ),
        (replace(FACTS, disk_free_bytes=FULL_BYTES - 1), CALM, "disk", State.FAILING, "make room"),
        (FACTS, CALM, "usage", State.OK, "has followed all"),
        (
            replace(FACTS, lags=(Lag("usage", "lamp", 1, 10, LATE_S + 1),)), CALM, "usage",
            State.WARNING, "9 rows behind",
        ),
        (
            FACTS, Observed(None, None, None, None, {"influx": "401: check the token"}), "influx",
            State.WARNING, "check the token",
        ),
    ],
)  # fmt: skip
def test_every_part_has_its_verdict(status, seen, part, state, says):
    """What holds records up is failing, what only waits is a warning, and each says why."""
    health = judge(status, seen, WARN_BYTES, NOW)
    assert health.parts[part].state is state
    assert says in health.parts[part].says
    assert health.state is state


def test_a_disk_at_the_edge_does_not_flicker():
    """Once low, it is well only with a tenth more than the limit."""
    low = judge(replace(FACTS, disk_free_bytes=WARN_BYTES - 1), CALM, WARN_BYTES, NOW)
    edge = replace(FACTS, disk_free_bytes=WARN_BYTES + 1)
    room = replace(FACTS, disk_free_bytes=int(WARN_BYTES * 1.11))
    assert judge(edge, CALM, WARN_BYTES, NOW).state is State.OK
    assert judge(edge, CALM, WARN_BYTES, NOW, low).state is State.WARNING
    assert judge(room, CALM, WARN_BYTES, NOW, low).state is State.OK
