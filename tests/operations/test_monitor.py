"""What /healthz, /metrics and the log tell of how a hub stands."""

import asyncio
import logging
import os
import shutil
from dataclasses import replace

import pytest
from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families

from padlicht.clock import ClockWatch
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.operations.health import FULL_BYTES
from padlicht.operations.last_backup import GoodBackup, note_good
from padlicht.operations.metrics import HubMetrics
from padlicht.operations.monitor import HubMonitor, MonitoredParts
from padlicht.operations.routes import make_routes
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from tests.hub.parts import NOW, StoppedClock, in_thread, park, until
from tests.operations.test_status import FOLLOWERS, WARN_BYTES, store


def parts(link=None, storing=None, **troubles: str) -> MonitoredParts:
    return MonitoredParts(
        link=lambda: link,
        storing=lambda: storing,
        followers=FOLLOWERS,
        troubles={name: lambda said=said: said for name, said in troubles.items()},
    )


CALM_HUB = parts()


# What is asked over HTTP


def client_of(
    path, ledger_thread, watch: MonitoredParts, metrics: HubMetrics | None = None
) -> TestClient:
    monitor = HubMonitor(
        path, ledger_thread, ClockWatch(StoppedClock()), watch, WARN_BYTES, metrics or HubMetrics()
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
    parts_told = {"broker", "ledger", "clock", "disk", "backup", "usage", "influx"}
    assert set(answer.json()["parts"]) == parts_told


def test_a_ledger_that_cannot_be_read_is_said(tmp_path):
    """The verdict names the file's trouble instead of failing itself, and metrics still come."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with client_of(path, Answering(), parts()) as client:
        health = client.get("/healthz")
        metrics = client.get("/metrics")
    assert health.status_code == 503
    assert (
        "the ledger is damaged (file is not a database)" in health.json()["parts"]["ledger"]["says"]
    )
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
    note_good(tmp_path, GoodBackup(NOW - 3600, "/backups/b.tar.gz", 1))
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
    assert found["padlicht_backup_timestamp_seconds",] == NOW - 3600
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
            monitor = HubMonitor(
                path, thread, ClockWatch(StoppedClock()), CALM_HUB, WARN_BYTES, HubMetrics()
            )
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
            monitor = HubMonitor(path, thread, ClockWatch(StoppedClock()), watch, 0, HubMetrics())
            looking = asyncio.create_task(monitor.run())
            await until(lambda: looks and monitor._seen is not None, "a look")
            await asyncio.sleep(0)
            looking.cancel()

    asyncio.run(look())
    assert caplog.records == []
