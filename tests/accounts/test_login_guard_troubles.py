"""The login guard in trouble: a full disk, a file that is none, a form of elsewhere."""

import asyncio
import re
import sqlite3

import pytest
from litestar import Litestar, get
from litestar.testing import TestClient

from padlicht.accounts.sessions import IDLE_S
from padlicht.accounts.store import Accounts, open_accounts
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.web.context import WebContext
from padlicht.web.login_guard import CSRF_COOKIE, RECHECK_S, SESSION_COOKIE, LoginGuard
from tests.accounts.parts import NOW
from tests.accounts.visit import log_in, token_on, visiting
from tests.browser.park import StoppedClock, make_park


def open_park(folder):
    """The context of a hub whose login is off."""
    config = Config(data=folder, login="off")
    make_park(config.ledger_path)
    return WebContext(config.ledger_path, LiveState(), StoppedClock(), config)


def test_on_a_full_disk_whoever_is_logged_in_stays_in(context, client, monkeypatch):
    """That they were seen cannot be written down; the page is theirs all the same."""

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    log_in(client)
    monkeypatch.setattr(Accounts, "note_seen", full)
    context.clock.at[0] += 3600
    assert client.get("/nl/park").status_code == 200


@pytest.mark.parametrize("content", [b"this is no database" * 99, None], ids=["junk", "a folder"])
def test_the_hub_starts_although_the_accounts_cannot_be_opened(context, caplog, content):
    """The public page is there, nobody gets in, and the log says what to look at."""
    path = context.config.accounts_path
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with visiting(context) as client:
        assert client.get("/public/nl").status_code == 200
        assert client.get("/nl/park").status_code == 302
        assert "cannot be used now" in client.get("/login/en").text
    assert f"login: the accounts in {path} cannot be" in caplog.text
    assert "forms of before will have to be loaded again" in caplog.text


def test_hubs_with_the_login_off_sign_their_forms_each(tmp_path, password_store):
    """A form of one hub is none of another's, and not of the same one after a restart."""
    contexts = [open_park(tmp_path / name) for name in ("one", "other")]
    with visiting(contexts[0]) as one, visiting(contexts[1]) as other:
        one.get("/nl/park")
        token = one.cookies[CSRF_COOKIE]
        form = {"x-csrftoken": token, "cookie": f"{CSRF_COOKIE}={token}"}
        assert one.post("/logout", headers=form).status_code == 303
        assert other.post("/logout", headers=form).status_code == 403
    with visiting(contexts[0]) as restarted:
        assert restarted.post("/logout", headers=form).status_code == 403


def test_signing_keys_have_256_bits(tmp_path, password_store, context):
    """Also where there are no accounts to keep them, or where those cannot be opened."""
    damaged = WebContext(
        context.ledger_path, LiveState(), context.clock, Config(data=tmp_path / "bad")
    )
    damaged.config.accounts_path.mkdir(parents=True)
    for found in (open_park(tmp_path / "open"), context, damaged):
        secret = LoginGuard(found).middleware.kwargs["secret"]
        assert re.fullmatch("[0-9a-f]{64}", secret)
        assert len(set(secret)) > 4


def test_who_is_asked_to_log_in_is_told_that_nobody_may_keep_the_answer(context):
    """401 and 302 say `no-store` themselves, whatever stands between them and the visitor."""

    @get(["/nl/park", "/api/v1/today"])
    async def page() -> str:
        return "a secret"

    login_guard = LoginGuard(context)
    app = Litestar(
        [page], guards=[login_guard.guard], exception_handlers=login_guard.exception_handlers
    )
    with TestClient(app) as client:
        client.follow_redirects = False
        for address, status in (("/nl/park", 302), ("/api/v1/today", 401)):
            answer = client.get(address)
            assert answer.status_code == status
            assert answer.headers["cache-control"] == "no-store"
            assert "a secret" not in answer.text


def test_logging_out_without_a_session_changes_nothing(context, client):
    """Neither without its cookie nor without the file is there anything to end."""
    assert client.post("/logout", data={"_csrf_token": token_on(client)}).status_code == 303
    log_in(client)
    form = {"_csrf_token": client.cookies[CSRF_COOKIE]}
    context.config.accounts_path.unlink()
    assert client.post("/logout", data=form).status_code == 303
    assert not context.config.accounts_path.exists()


def test_a_page_that_stays_open_is_no_use_of_its_session(context, client, monkeypatch):
    """A stream looks whether its session holds, and leaves when it was last seen as it was."""
    monkeypatch.setattr("padlicht.web.login_guard.RECHECK_S", 0.0)
    log_in(client)

    class Request:
        cookies = {SESSION_COOKIE: client.cookies[SESSION_COOKIE]}  # noqa: RUF012 -- a double's

    async def chunks():
        for after_s in (0, IDLE_S - 1, IDLE_S, IDLE_S + 1):
            context.clock.at[0] = NOW + after_s
            yield b"%d" % after_s

    async def look():
        return [int(one) async for one in LoginGuard(context).while_authorized(Request, chunks())]

    assert asyncio.run(look()) == [0, IDLE_S - 1]
    with open_accounts(context.config.accounts_path) as accounts:
        assert accounts._db.execute("SELECT seen_utc_s FROM sessions").fetchall() == [(NOW,)]


def test_a_stream_looks_now_and_then_and_not_at_each_event(context, client, monkeypatch):
    """Between two looks nobody is asked: events may come many times a second."""
    monkeypatch.setattr("padlicht.web.login_guard.RECHECK_S", 3600.0)
    log_in(client)

    class Request:
        cookies = {SESSION_COOKIE: client.cookies[SESSION_COOKIE]}  # noqa: RUF012 -- a double's

    async def chunks():
        for one in (b"1", b"2"):
            context.clock.at[0] += IDLE_S
            yield one

    async def look():
        return [one async for one in LoginGuard(context).while_authorized(Request, chunks())]

    assert asyncio.run(look()) == [b"1", b"2"]


def test_a_stream_that_is_open_to_all_asks_for_no_session(tmp_path, password_store, monkeypatch):
    """There is no cookie to look at."""
    monkeypatch.setattr("padlicht.web.login_guard.RECHECK_S", 0.0)

    class Request:
        cookies = {}  # noqa: RUF012 -- a double's

    async def chunks():
        yield b"1"

    async def look():
        return [
            one async for one in LoginGuard(open_park(tmp_path)).while_authorized(Request, chunks())
        ]

    assert asyncio.run(look()) == [b"1"]


def test_a_stream_outlives_its_session_by_a_quarter_of_a_minute():
    """A browser whose account was removed sees no more events than those."""
    assert RECHECK_S == 15
