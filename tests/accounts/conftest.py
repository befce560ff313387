"""A park behind a login, and a browser that visits it."""

import pytest

from padlicht.clock import ClockWatch
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.operations.metrics import HubMetrics
from padlicht.operations.monitor import HubMonitor, MonitoredParts
from padlicht.operations.routes import make_routes
from padlicht.web.auth import page as login_page
from padlicht.web.auth.login_attempt import LoginAttempts
from padlicht.web.context import WebContext
from tests.accounts.parts import NOW, Cheap, add
from tests.accounts.visit import visiting
from tests.browser.park import StoppedClock, make_park


@pytest.fixture(name="password_store")
def _password_store(monkeypatch):
    """Comparing passwords costs little here; how long a throttled try waits is in `now`."""
    password_store = Cheap()
    password_store.now = 0.0
    monkeypatch.setattr(
        login_page,
        "LoginAttempts",
        lambda path, clock: LoginAttempts(path, clock, password_store, lambda: password_store.now),
    )
    return password_store


@pytest.fixture(name="context")
def _context(tmp_path, password_store):
    config = Config(data=tmp_path)
    make_park(config.ledger_path)
    add(config.accounts_path)
    clock = StoppedClock(at=[NOW])
    monitor = HubMonitor(
        config.ledger_path,
        None,
        ClockWatch(clock),
        MonitoredParts(lambda: None, lambda: None, {}, {}),
        1,
        HubMetrics(),
    )
    return WebContext(config.ledger_path, LiveState(), clock, config, make_routes(monitor))


@pytest.fixture(name="client")
def _client(context):
    with visiting(context) as client:
        yield client
