"""How a hub stands: status, verdicts, and what /healthz and /metrics tell of them."""

import asyncio
import logging
import os
import shutil
import sqlite3
from dataclasses import replace

import pytest
from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families

from padlicht.backoff import Backoff
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.ledger import Lamp
from padlicht.operations import retry
from padlicht.operations.health import FULL_BYTES, LATE_S, Observed, State, judge
from padlicht.operations.metrics import HubMetrics
from padlicht.operations.monitor import HubMonitor, MonitoredParts
from padlicht.operations.routes import make_routes
from padlicht.operations.status import MOST_MARKS, HubStatus, Lag, LagTracker, read_status
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from tests.hub.parts import NOW, StoppedClock, in_thread, node, park, until

WARN_BYTES = 1_000_000_000
FOLLOWERS = {"usage": ("footfall", "lamp"), "influx": ("lamp", "usage_hour")}
CALM = Observed(link=None, storing=None, reading=None, followers={"usage": None})
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


def parts(link=None, storing=None, **troubles: str) -> MonitoredParts:
    return MonitoredParts(
        link=lambda: link,
        storing=lambda: storing,
        followers=FOLLOWERS,
        troubles={name: lambda said=said: said for name, said in troubles.items()},
    )


CALM_HUB = parts()

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
        (FACTS, Observed("away", None, None, {}), "broker", State.FAILING, "is away"),
        (FACTS, Observed(None, "it is full", None, {}), "ledger", State.FAILING, "it is full"),
        (None, Observed(None, None, "unreadable", {}), "ledger", State.FAILING, "unreadable"),
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
            FACTS, Observed(None, None, None, {"influx": "401: check the token"}), "influx",
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


# What is asked over HTTP


def client_of(
    path, ledger_thread, watch: MonitoredParts, metrics: HubMetrics | None = None
) -> TestClient:
    monitor = HubMonitor(
        path, ledger_thread, StoppedClock(), watch, WARN_BYTES, metrics or HubMetrics()
    )
    config = Config(data=path.parent)
    context = WebContext(path, LiveState(), StoppedClock(), config, make_routes(monitor))
    return TestClient(make_app(context, asyncio.Event()))


class Answering:
    """A ledger thread that is never busy."""

    async def run(self, work):
        return None


@pytest.mark.parametrize(
    ("watch", "status", "state"),
    [
        (parts(), 200, "ok"),
        (parts(influx="it does not answer"), 200, "warning"),
        (parts(link="connecting"), 503, "failing"),
    ],
)
def test_healthz_tells_programs_by_its_status(tmp_path, watch, status, state):
    """503 only when records wait outside the ledger: a restart for InfluxDB would help nobody."""
    path = tmp_path / "ledger.sqlite"
    park(path).close()
    with client_of(path, Answering(), watch) as client:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["state"]) == (status, state)
    assert set(answer.json()["parts"]) == {"broker", "ledger", "disk", "usage", "influx"}


def test_a_ledger_that_cannot_be_read_is_said(tmp_path):
    """The verdict names the file's trouble instead of failing itself, and metrics still come."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with client_of(path, Answering(), parts()) as client:
        health = client.get("/healthz")
        metrics = client.get("/metrics")
    assert health.status_code == 503
    assert "cannot be read" in health.json()["parts"]["ledger"]["says"]
    assert 'padlicht_health{part="ledger",state="failing"} 1.0' in metrics.text


def test_a_thread_that_is_stuck_is_said(tmp_path, monkeypatch):
    """When the disk does not come back, /healthz still does."""
    monkeypatch.setattr("padlicht.operations.monitor.ANSWER_S", 0.01)

    class Stuck:
        async def run(self, work):
            await asyncio.Event().wait()

    path = tmp_path / "ledger.sqlite"
    park(path).close()
    with client_of(path, Stuck(), parts()) as client:
        health = client.get("/healthz")
    assert "slow or stuck" in health.json()["parts"]["ledger"]["says"]


def test_metrics_are_what_was_counted(tmp_path):
    """Counters from the intake and status from the ledger, in the form that Prometheus reads."""
    path = tmp_path / "ledger.sqlite"
    with park(path) as ledger:
        store(ledger, 1, 2, received_utc_s=NOW - 70)
        with ledger.transaction():
            ledger.quarantine.add("a/b", b"x", "not JSON", NOW)
    metrics = HubMetrics()
    metrics.batch(3, {"lamp": 2, "health": 1}, repeated=4, quarantined=1, commit_s=0.02)
    metrics.batch(5, {"lamp": 5}, repeated=0, quarantined=0, commit_s=0.2)
    with client_of(path, Answering(), parts(), metrics) as client:
        answer = client.get("/metrics")
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert answer.headers["content-type"].startswith("text/plain")
    assert found["padlicht_messages_total",] == 8
    assert found["padlicht_records_total", "lamp"] == 7
    assert found["padlicht_repeated_records_total",] == 4
    assert found["padlicht_quarantined_messages_total",] == 1
    assert found["padlicht_batch_messages_bucket", "3.0"] == 1
    assert found["padlicht_commit_seconds_count",] == 2
    assert found["padlicht_lag_rows", "influx", "lamp"] == 2
    assert found["padlicht_lag_seconds", "influx", "lamp"] == 70
    assert found["padlicht_quarantine_messages",] == 1
    assert found["padlicht_nodes", "molukkenplantsoen", "never"] == 3
    assert found["padlicht_ledger_bytes",] == os.stat(path).st_size  # noqa: PTH116
    assert found["padlicht_disk_free_bytes",] > 0
    assert "process_resident_memory_bytes" in answer.text


# What is said in the log, and what goes on


def test_a_change_is_said_once(tmp_path, caplog, monkeypatch):
    """A disk that fills up is a warning, room again a line, and in between there is silence."""
    caplog.set_level(logging.INFO, "padlicht.operations")
    monkeypatch.setattr("padlicht.operations.monitor.POLL_S", 0)
    monkeypatch.setattr("padlicht.operations.monitor.FRESH_S", -1)
    free = [*[WARN_BYTES + 1] * 2, *[WARN_BYTES - 1] * 3, *[FULL_BYTES - 1] * 2, 0, 2 * WARN_BYTES]
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(
        "padlicht.operations.status.shutil.disk_usage",
        lambda _: usage._replace(free=free.pop(0) if len(free) > 1 else free[0]),
    )
    path = tmp_path / "ledger.sqlite"

    async def look():
        async with in_thread(park(path)) as thread:
            monitor = HubMonitor(path, thread, StoppedClock(), CALM_HUB, WARN_BYTES, HubMetrics())
            looking = asyncio.create_task(monitor.run())
            await until(lambda: len(caplog.records) > 2, "three lines")
            looking.cancel()

    asyncio.run(look())
    said = [(record.levelname, record.getMessage()[:50]) for record in caplog.records]
    assert said == [
        ("WARNING", "disk: 1,000 MB free on the ledger's disk, where --"),
        ("WARNING", "disk: 16 MB free on the ledger's disk: it is full;"),
        ("INFO", "disk: 2,000 MB free on the ledger's disk"),
    ]


def test_what_a_part_says_itself_is_not_said_again(tmp_path, caplog, monkeypatch):
    """Session, intake and the InfluxDB writer log their own troubles; one line is enough."""
    caplog.set_level(logging.INFO, "padlicht.operations")
    monkeypatch.setattr("padlicht.operations.monitor.POLL_S", 0)
    path = tmp_path / "ledger.sqlite"
    looks = []

    async def look():
        async with in_thread(park(path)) as thread:
            watch = parts(storing="no room", influx="it does not answer")
            watch = replace(watch, link=lambda: looks.append(1) or "away")
            monitor = HubMonitor(path, thread, StoppedClock(), watch, 0, HubMetrics())
            looking = asyncio.create_task(monitor.run())
            await until(lambda: looks and monitor._seen is not None, "a look")
            await asyncio.sleep(0)
            looking.cancel()

    asyncio.run(look())
    assert caplog.records == []


def test_a_part_goes_on_when_there_is_room_again(caplog, monkeypatch):
    """A full disk ends no part of the hub: it begins anew, and says so once."""
    monkeypatch.setattr(retry, "Backoff", lambda *_: Backoff(0.001, 0.001))
    caplog.set_level(logging.INFO, "padlicht.operations")
    tries = []

    async def part():
        tries.append(1)
        if len(tries) < 4:
            raise sqlite3.OperationalError("database or disk is full")

    asyncio.run(retry.retry_on_disk_trouble("commands", part))
    assert len(tries) == 4
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "commands: the ledger cannot be used (database or disk is full)"
    ]


def test_a_fault_of_ours_is_not_taken_for_a_full_disk():
    """What would come again for ever ends the hub, so that it is seen."""

    async def part():
        raise sqlite3.IntegrityError("NOT NULL constraint failed")

    with pytest.raises(sqlite3.IntegrityError):
        asyncio.run(retry.retry_on_disk_trouble("commands", part))
