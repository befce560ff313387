"""The login guard: what is behind it, what is not, and for how long one is in."""

import re

import pytest

from padlicht.accounts.sessions import IDLE_S, LONGEST_S
from padlicht.accounts.store import open_accounts
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.web.context import WebContext
from padlicht.web.login_guard import SESSION_COOKIE
from tests.accounts.parts import NOW
from tests.accounts.visit import log_in, visiting
from tests.browser.park import StoppedClock, make_park

OPEN = {"/", "/static/{version:str}/{name:str}", "/healthz", "/metrics", "/logout"}
BEHIND = ["/nl/", "/en/park", "/nl/park/path", "/nl/park/node/lamp-1", "/api/openapi.json"]


def test_every_route_is_behind_the_login_but_those_that_are_for_all(context):
    """A new route needs no word to be closed: it would have to be added here to be open."""
    with visiting(context) as client:
        checked = 0
        for route in client.app.routes:
            is_open = route.path in OPEN or route.path.startswith(("/public/", "/login/", "/ask/"))
            address = re.sub(r"\{language:str\}", "nl", route.path)
            address = re.sub(r"\{site:str\}", "park", address)
            address = re.sub(r"\{\w+:\w+\}", "x", address)
            for method in sorted(route.methods - {"OPTIONS"}):
                answer = client.request(method, address)
                asked = answer.status_code == 401 or (
                    answer.status_code == 302 and answer.headers["location"].startswith("/login/")
                )
                refused = method == "POST" and answer.status_code in (303, 403)  # no CSRF token
                assert (asked or refused) != (is_open and method != "POST"), (method, route.path)
                checked += 1
        assert checked > 12


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "HEAD"])
def test_other_methods_tell_nothing(client, method):
    """Nothing of a page gets out by another way of asking for it."""
    answer = client.request(method, "/nl/park")
    assert "lamp-1" not in answer.text
    assert answer.status_code in (302, 401, 403, 405)


@pytest.mark.parametrize("address", BEHIND)
def test_whoever_is_logged_in_sees_it(client, address):
    """Each of the pages, by the session's cookie."""
    assert log_in(client).status_code == 303
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


def test_programs_are_told_and_not_led(client):
    """The API and the events answer 401 in JSON."""
    for address in ("/api/v1/today", "/events"):
        answer = client.get(address)
        assert answer.status_code == 401
        assert "log in" in answer.json()["error"]
        assert answer.headers["cache-control"] == "no-store"


def test_the_front_leads_by_who_is_there(client):
    """To the public page, or to the glance."""
    english = {"Accept-Language": "en"}
    assert client.get("/", headers=english).headers["location"] == "/public/en"
    log_in(client)
    answer = client.get("/", headers=english)
    assert answer.headers["location"] == "/en/"
    assert "Cookie" in answer.headers["vary"]


def test_a_session_rests_and_ends(context, client):
    """Used now and then it goes on; after twelve hours of rest, or a week, it is over."""
    log_in(client)
    for _ in range(LONGEST_S // IDLE_S):
        assert client.get("/api/openapi.json").status_code == 200
        context.clock.at[0] += IDLE_S - 60
    assert client.get("/api/openapi.json").status_code == 200
    context.clock.at[0] = NOW + LONGEST_S
    assert client.get("/api/openapi.json").status_code == 401


def test_rest_ends_a_session(context, client):
    """After twelve hours in which no page was loaded."""
    log_in(client)
    context.clock.at[0] += IDLE_S
    assert client.get("/api/openapi.json").status_code == 401


def test_a_removed_account_is_out_at_once(context, client):
    """The next page asks for a login."""
    log_in(client)
    with open_accounts(context.config.accounts_path) as accounts:
        accounts.remove("anna")
    assert client.get("/nl/park").status_code == 302


def test_a_made_up_cookie_opens_nothing(client):
    """Nor does one that is no token at all."""
    for value in ("x", "0" * 43, "' OR 1=1 --", "%00"):
        client.cookies.set(SESSION_COOKIE, value)
        assert client.get("/nl/park").status_code == 302
        client.cookies.clear()


def test_off_opens_all_and_says_so(tmp_path, password_store, caplog):
    """In the log, and in small print on the pages; no file of accounts is made."""
    config = Config(data=tmp_path, login="off")
    make_park(config.ledger_path)
    with visiting(WebContext(config.ledger_path, LiveState(), StoppedClock(), config)) as client:
        for address in (*BEHIND, "/api/v1/today"):
            assert client.get(address).status_code == 200
        assert "Open to everyone who reaches this address." in client.get("/en/park/path").text
        assert client.get("/", headers={"Accept-Language": "nl"}).headers["location"] == "/nl/"
        assert client.get("/login/nl?next=/nl/park").headers["location"] == "/nl/park"
    assert "login: off" in caplog.text
    assert not config.accounts_path.exists()


def test_who_is_logged_in_stands_on_the_page(client):
    """Name and role, and the way out; before, the way in."""
    assert 'href="/login/en"' in client.get("/public/en").text
    log_in(client)
    said = client.get("/en/park/path").text
    assert re.search(r"anna\s*<small>project leader</small>", said)
    assert 'action="/logout"' in said
    assert "Open to everyone" not in said


def test_pages_for_all_give_nobody_a_cookie(client):
    """Whoever only looks at what is public is not marked."""
    for address in ("/public/nl", "/healthz", "/"):
        assert "set-cookie" not in client.get(address).headers


def test_forms_go_nowhere_else(client):
    """The content policy lets no form leave the hub, also where a page would be spoiled."""
    assert "form-action 'self'" in client.get("/login/nl").headers["content-security-policy"]
