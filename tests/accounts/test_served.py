"""The login on the real server: what a proxy says, and streams that end with their session."""

import asyncio
import re

import pytest

from padlicht.accounts.store import open_accounts
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.errors import BadData
from padlicht.ledger import Ledger
from padlicht.web import login_guard
from padlicht.web.auth import page as login_page
from padlicht.web.auth.login_attempt import LoginAttempts
from padlicht.web.context import WebContext
from padlicht.web.login_guard import SESSION_COOKIE
from padlicht.web.server import serve, trusted_proxies
from tests.accounts.parts import NOW, PASSWORD, Cheap, add
from tests.browser.park import StoppedClock
from tests.rigs.patience import limit_s

DEADLINE_S = limit_s()


@pytest.fixture(name="context")
def _context(tmp_path, monkeypatch):
    monkeypatch.setattr(
        login_page, "LoginAttempts", lambda path, clock: LoginAttempts(path, clock, Cheap())
    )

    def context(**other):
        config = Config(data=tmp_path, web_port=0, **other)
        Ledger.open(config.ledger_path).close()
        add(config.accounts_path)
        return WebContext(config.ledger_path, LiveState(), StoppedClock(at=[NOW]), config)

    return context


async def ask(port, method, path, headers=None, body=""):
    """One request on a connection of its own; the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = {"Host": "localhost", "Connection": "close", **(headers or {})}
    if body:
        lines |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
        }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n{body}".encode())
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    return answer


async def log_in(port, headers):
    """What the login answers to somebody with these headers."""
    form = await ask(port, "GET", "/login/en", headers)
    cookie = re.search(r"set-cookie: (padlicht_form_\w+=\w+)", form)[1]
    token = re.search(r'name="_csrf_token" value="(\w+)"', form)[1]
    body = f"account=anna&password={PASSWORD.replace(' ', '+')}&next=/&_csrf_token={token}"
    return await ask(port, "POST", "/login/en", {**headers, "Cookie": cookie}, body)


def run(context, work):
    """Serve, and do something with the port."""

    async def both():
        ready = asyncio.get_running_loop().create_future()
        server = asyncio.create_task(serve(context, ready.set_result))
        try:
            return await work(int((await ready).rstrip("/").rsplit(":", 1)[1]))
        finally:
            server.cancel()
            await asyncio.wait({server})

    return asyncio.run(asyncio.wait_for(both(), DEADLINE_S))


SAID = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


@pytest.mark.parametrize(
    ("trusted", "believed"),
    [(None, False), ("192.0.2.1", False), ("127.0.0.1", True), ("10.0.0.0/8, 127.0.0.0/8", True)],
)
def test_only_the_trusted_proxy_says_who_a_visitor_is(context, caplog, trusted, believed):
    """Its https makes the cookie secure, and its address is who tried; nobody else's is."""
    caplog.set_level("INFO")
    answer = run(context(trusted_proxy=trusted), lambda port: log_in(port, SAID))
    cookie = re.search(rf"set-cookie: {SESSION_COOKIE}_\w+=.*", answer)[0]
    assert ("Secure" in cookie) is believed
    assert f"login: anna from {'203.0.113.7' if believed else '127.0.0.1'}" in caplog.text


@pytest.mark.parametrize("option", ["*", "proxy.example", "127.0.0.1,", "10.0.0.1/8"])
def test_a_proxy_is_an_address_or_a_network(option):
    """A name or a star would trust whom nobody meant; the sentence says what to give."""
    if option == "127.0.0.1,":
        assert trusted_proxies(option) == ["127.0.0.1"]
        return
    with pytest.raises(BadData, match=r"--trusted-proxy .*as in 127\.0\.0\.1"):
        trusted_proxies(option)


def test_a_stream_ends_with_its_session(context, monkeypatch):
    """Whoever is logged out, or thrown out, hears nothing more on a page that stays open."""
    monkeypatch.setattr(login_guard, "RECHECK_S", 0.0)
    park = context()

    async def look(port):
        answer = await log_in(port, {})
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        cookie = "Cookie: " + re.search(rf"{SESSION_COOKIE}_\w+=[\w-]+", answer)[0]
        writer.write(f"GET /events HTTP/1.1\r\nHost: localhost\r\n{cookie}\r\n\r\n".encode())
        assert b" 200 " in await reader.readline()
        await reader.readuntil(b"retry: ")
        park.live.note("counts", {"nodes": ["gate"]})
        await reader.readuntil(b"event: counts")
        with open_accounts(park.config.accounts_path) as accounts:
            accounts.remove("anna")
        park.live.note("counts", {"nodes": ["secret"]})
        rest = await reader.readuntil(b"0\r\n\r\n")  # the stream's last chunk
        assert b"secret" not in rest
        writer.close()
        await writer.wait_closed()

    run(park, look)
