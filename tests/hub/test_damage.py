"""A ledger with a spoilt page: health, log and pages blame it, and say what to do."""

import asyncio
import json
import logging
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing

import pytest
from litestar.testing import TestClient

from padlicht.clock import ClockWatch
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.ledger import Ledger
from padlicht.ledger.schema import migrate
from padlicht.operations.metrics import HubMetrics
from padlicht.operations.monitor import HubMonitor, MonitoredParts
from padlicht.operations.routes import make_routes
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from tests.broker.park import wait_until
from tests.browser.park import StoppedClock, make_park
from tests.hub.parts import FOOTFALL, LAMP, STATUS, provisioned, records
from tests.hub.processes import Node

with closing(sqlite3.connect(":memory:", isolation_level=None)) as _db:
    migrate(_db)
    TABLES = sorted(
        name for (name,) in _db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    )
TELLS = ("is damaged", "restore the last backup", "The ledger is damaged")
WAYS = {"zeros": bytes(4096), "ones": b"\xff" * 4096, "text": b"this is no page\n" * 256}


def spoil(path, table, content=WAYS["text"]):
    """Write over the root page of a table, as a disk does that forgot."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = database.execute("PRAGMA page_size").fetchone()[0]
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
    assert root > 1
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(content[:size])


class Writing:
    """The hub's own connection, in this thread."""

    async def run(self, work):
        return None


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A ledger with something in it."""
    path = tmp_path_factory.mktemp("whole") / "ledger.sqlite"
    make_park(path)
    return path.read_bytes()


def hub_on(folder, whole, table, how):
    """The pages of a hub whose ledger has a spoilt table, and its monitor."""
    config = Config(data=folder, login="off")
    config.ledger_path.write_bytes(whole)
    spoil(config.ledger_path, table, WAYS[how])
    watched = MonitoredParts(lambda: None, lambda: None, {"usage": ["lamp"]}, {})
    clock = StoppedClock()
    monitor = HubMonitor(config.ledger_path, Writing(), ClockWatch(clock), watched, 0, HubMetrics())
    context = WebContext(
        config.ledger_path, LiveState(), clock, config, make_routes(monitor), monitor.damage
    )
    return monitor, context


@pytest.mark.parametrize("table", TABLES)
def test_a_spoilt_page_of_any_table_is_blamed_on_the_ledger(tmp_path, whole, caplog, table):
    """By /healthz, in the log and on the page, with what to do; even if nobody reads that table."""
    how = sorted(WAYS)[len(table) % len(WAYS)]
    monitor, context = hub_on(tmp_path, whole, table, how)

    async def look():
        running = asyncio.create_task(monitor.run())
        await asyncio.sleep(0)
        _, health = await monitor.look()
        running.cancel()
        monitor._say(health)
        return health

    health = asyncio.run(look())
    says = health.parts["ledger"].says
    assert health.parts["ledger"].state.value == "failing"
    assert health.parts["broker"].state.value == "ok"
    assert table in says
    assert all(word in says for word in TELLS)
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [
        f"ledger: {says}"
    ]
    with TestClient(make_app(context, asyncio.Event())) as client:
        for address in ("/nl/", "/en/park/health", "/nl/park/settings"):
            page = client.get(address)
            assert page.headers["content-type"].startswith("text/html"), address
            assert page.status_code in (200, 500)
            told = "beschadigd" if address.startswith("/nl") else "damaged"
            assert told in page.text, address
            assert "restore the last backup" in page.text, address
        assert client.get("/healthz").status_code == 503


def test_what_a_page_meets_is_known_at_once(tmp_path, whole):
    """Before the hub has looked through its file itself, and to programs as JSON."""
    _, context = hub_on(tmp_path, whole, "nodes", "zeros")
    with TestClient(make_app(context, asyncio.Event())) as client:
        assert client.get("/nl/").status_code == 500
        answer = client.get("/api/v1/today")
        assert answer.status_code == 500
        assert "is damaged" in answer.json()["error"]
        assert "is damaged" in client.get("/healthz").json()["parts"]["ledger"]["says"]


def test_damage_is_over_when_the_file_is_whole_again(tmp_path, whole):
    """A look that finds nothing takes back what the one before had found."""
    monitor, context = hub_on(tmp_path, whole, "usage_hour", "ones")

    async def look():
        await monitor.damage._look()
        found = monitor.damage.says
        for end in ("-wal", "-shm"):
            context.ledger_path.with_name(context.ledger_path.name + end).unlink(missing_ok=True)
        context.ledger_path.write_bytes(whole)
        await monitor.damage._look()
        return found, monitor.damage.says

    found, after = asyncio.run(look())
    assert "usage_hour" in found
    assert after is None


def health_of(config):
    """What /healthz answers, whatever its status."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{config.web_port}/healthz") as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize("table", ["footfall", "usage_hour"])
def test_a_running_hub_blames_its_ledger(config, start, table):
    """Not the broker link; it goes on, and what nodes say waits for a ledger that can take it."""
    provisioned(config, "lamp-1")
    Ledger.open(config.ledger_path).close()
    spoil(config.ledger_path, table)
    hub = start().ready()
    lamp = Node(config, "lamp-1")
    lamp.say("up/status", STATUS, retain=True)
    lamp.say("up/records", records(LAMP, FOOTFALL))
    # What /healthz answers may be of a second ago, when the hub had no link yet.
    wait_until(lambda: health_of(config)[1]["parts"]["broker"]["state"] == "ok", "the link")
    blame = "intake: the ledger is damaged" if table == "footfall" else "ledger: the ledger is"
    wait_until(lambda: blame in hub.said(), "blame")
    status, health = health_of(config)
    lamp.close()
    assert status == 503
    assert health["parts"]["broker"]["state"] == "ok"
    assert table in health["parts"]["ledger"]["says"]
    assert "broker link: lost" not in hub.said()
    assert hub.process.poll() is None
