"""Whatever goes wrong, a person gets a page in their own language, and a program gets JSON."""

import asyncio
import sqlite3

import pytest
from litestar.testing import TestClient

from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.web.app import make_app
from padlicht.web.context import WebContext
from padlicht.web.i18n import choose_language
from padlicht.web.page import PageContext
from tests.accounts.parts import Cheap, add
from tests.accounts.visit import log_in
from tests.browser.park import StoppedClock, make_park


@pytest.fixture
def visitor(tmp_path, monkeypatch):
    """A browser at a hub with a login."""
    monkeypatch.setattr("padlicht.web.auth.login_attempt.PasswordStore", Cheap)
    config = Config(data=tmp_path)
    make_park(config.ledger_path)
    add(config.accounts_path)
    context = WebContext(config.ledger_path, LiveState(), StoppedClock(), config)
    with TestClient(make_app(context, asyncio.Event())) as client:
        client.follow_redirects = False
        yield client


def broken(monkeypatch, error):
    """From now on, what pages ask of the ledger fails so."""

    def fails(*_):
        raise error

    monkeypatch.setattr(PageContext, "_read", fails)


WORDS = {
    400: ("Dit adres klopt niet", "This address is not right"),
    403: ("Dit formulier is verlopen", "That form is no longer valid"),
    404: ("Pagina niet gevonden", "No such page"),
    405: ("Dat kan hier niet", "That does not work here"),
    413: ("Dat was te veel", "That was too much"),
}
FORM = "application/x-www-form-urlencoded"
ASKED = {
    400: ("GET", "/public/{}?day=many"),
    403: ("POST", "/logout"),
    404: ("GET", "/{}/park/elsewhere"),
    405: ("DELETE", "/public/{}"),
    413: ("POST", "/login/{}"),
}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("status", WORDS)
def test_an_error_is_a_page_in_the_visitors_language(visitor, status, language):
    """With the same headers as any other, and never kept by anybody."""
    log_in(visitor, back="/")
    method, address = ASKED[status]
    more = {}
    if status == 413:
        form = visitor.cookies["padlicht_form"]
        visitor.get(f"/login/{language}")
        more = {"content": b"x" * 100_000, "headers": {"x-csrftoken": form, "content-type": FORM}}
    headers = {"accept-language": language, **more.pop("headers", {})}
    answer = visitor.request(method, address.format(language), headers=headers, **more)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "frame-ancestors" in answer.headers["content-security-policy"]
    assert f'<html lang="{language}">' in answer.text
    assert f"<h1>{WORDS[status][language == 'en']}</h1>" in answer.text


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (RuntimeError("a fault of ours"), 500, ("Er ging iets mis", "Something went wrong")),
        (
            sqlite3.OperationalError("database is locked"),
            503,
            ("Even niet te lezen", "Not to be read just now"),
        ),
    ],
)
def test_what_the_hub_cannot_show_is_a_page_and_a_line_in_its_log(
    visitor, monkeypatch, caplog, error, status, words
):
    """Nobody but the log is shown a traceback; programs get JSON with the same status."""
    log_in(visitor, back="/")
    broken(monkeypatch, error)
    for language, title in zip(("nl", "en"), words, strict=True):
        answer = visitor.get(f"/{language}/park")
        assert answer.status_code == status
        assert f"<h1>{title}</h1>" in answer.text
        assert "Traceback" not in answer.text
        assert ("retry-after" in answer.headers) is (status == 503)
    told = visitor.get("/api/v1/today")
    assert (told.status_code, "error" in told.json()) == (status, True)
    said = [record for record in caplog.records if "could not be shown" in record.getMessage()]
    assert "/nl/park" in said[0].getMessage()
    assert (said[0].exc_info is not None) is (status == 500)
    if status == 503:
        assert len([record for record in said if record.levelname == "WARNING"]) == 1


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/elsewhere", 404),
        ("DELETE", "/api/v1/today", 405),
        ("POST", "/healthz", 405),
        ("GET", "/events/elsewhere", 404),
    ],
)
def test_programs_get_json(visitor, method, address, status):
    """Below the API, and where only programs ask."""
    log_in(visitor, back="/")
    answer = visitor.request(method, address)
    assert answer.status_code in (status, 404)
    assert "error" in answer.json()


def test_what_may_be_done_at_an_address_is_said(visitor):
    """405 names the methods, as RFC 9110 wants it."""
    answer = visitor.request("DELETE", "/public/nl")
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nl-BE,nl;q=0.9", "nl"),
        ("fy-NL,fy;q=0.9,nl;q=0.5,en;q=0.3", "nl"),
        ("fy-NL,fy;q=0.9,en;q=0.5,nl;q=0.3", "en"),
        ("*", "nl"),
        ("en;q=0,nl", "nl"),
        ("nl;q=0", "en"),
        ("nl;q=0, *", "en"),
        ("nl;q=0.2, *;q=0.5", "en"),
        ("en-US, nl;q=0.9, en;q=0.8", "en"),
        ("de, en;q=0.1", "en"),
        ("de, *;q=0.1", "nl"),
        ("EN ; Q=0.9 , NL;q=0.1", "en"),
        ("nl;q=abc, en;q=0.1", "en"),
        ("nl;q=1.5, en;q=0.1", "en"),
        ("nl;q=nan, en", "en"),
        ("en, nl", "en"),
        ("nl, en", "nl"),
        ("", "nl"),
        ("*;q=0", "nl"),
        ("en;level=1;q=0.2, nl;q=0.1", "nl"),
    ],
)
def test_accept_language_is_read_by_the_rfc(header, language):
    """Ranges, weights, the star, what is not wanted, and what cannot be read."""
    assert choose_language(header) == language
