"""The login's form: who gets in, how often one may try, and what it gives away (nothing)."""

import re

import pytest

from padlicht.accounts.login_throttle import FREE
from padlicht.accounts.store import open_accounts
from padlicht.config import Config
from padlicht.control.live_state import LiveState
from padlicht.ledger import Ledger
from padlicht.web.auth.page import BROWSER_COOKIE
from padlicht.web.context import WebContext
from padlicht.web.login_guard import CSRF_COOKIE, SESSION_COOKIE
from tests.accounts.parts import NOW, PASSWORD, add
from tests.accounts.visit import log_in, token_on, visiting
from tests.browser.park import StoppedClock


def test_after_the_login_one_is_where_one_wanted_to_go(client):
    """The address that was asked for, query and all."""
    asked = client.get("/nl/park?zone=west")
    assert (asked.status_code, asked.headers["cache-control"]) == (302, "no-store")
    assert asked.headers["location"] == "/login/nl?next=%2Fnl%2Fpark%3Fzone%3Dwest"
    page = client.get(asked.headers["location"]).text
    assert re.search(r'name="next" value="([^"]+)"', page)[1] == "/nl/park?zone=west"
    answer = log_in(client, back="/nl/park?zone=west")
    assert (answer.status_code, answer.headers["location"]) == (303, "/nl/park?zone=west")


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/nl//evil.example",
        "javascript:alert(1)",
        "/nl/\r\nSet-Cookie: a=b",
        " //evil.example",
        "/%0d%0a//x",
        "nl/",
        "",
        "/" + "a" * 600,
    ],
)
def test_a_login_leads_nowhere_else(client, back):
    """What is no address of this hub leads to its front, after the form and before it."""
    answer = log_in(client, back=back)
    assert answer.headers["location"] == "/"
    again = client.get("/login/nl", params={"next": back})
    assert again.headers["location"] == "/"


@pytest.mark.parametrize(
    ("account", "password"),
    [("anna", "wrong password"), ("bert", PASSWORD), ("", ""), ("anna" * 50, "x" * 5000)],
)
def test_a_wrong_name_and_a_wrong_password_look_alike(client, password_store, account, password):
    """The same words, the same status, the same work; nothing tells whether there is an account."""
    answer = log_in(client, account, password)
    assert answer.status_code == 401
    assert "Account or password is not right." in answer.text
    assert SESSION_COOKIE not in answer.cookies
    assert password_store.work == 1


def test_the_cookie_is_for_the_hub_alone(context):
    """No script reads it, no other site sends it, and by https it never goes over http."""
    for scheme in ("http", "https"):
        with visiting(context, f"{scheme}://testserver.local") as client:
            answer = log_in(client)
            cookies = {line.split("=")[0]: line for line in answer.headers.get_list("set-cookie")}
            for name in (SESSION_COOKIE, BROWSER_COOKIE):
                assert "HttpOnly" in cookies[name]
                assert "SameSite=lax" in cookies[name]
                assert ("Secure" in cookies[name]) == (scheme == "https")
            assert "Path=/login" in cookies[BROWSER_COOKIE]
            form = client.get("/login/en?next=/").headers.get_list("set-cookie")
            assert all("HttpOnly" in line for line in form)


@pytest.mark.parametrize("change", [{"_csrf_token": ""}, {"_csrf_token": "0" * 128}])
def test_a_form_of_another_site_is_refused(client, change):
    """Without this browser's token nobody is logged in, and nobody is logged out."""
    answer = log_in(client, **change)
    assert (answer.status_code, answer.headers["location"][:9]) == (303, "/login/en")
    assert SESSION_COOKIE not in client.cookies
    assert "open for too long" in client.get(answer.headers["location"]).text
    log_in(client)
    assert client.post("/logout", data=change).status_code == 403
    assert client.get("/nl/park").status_code == 200


def test_a_form_that_outlived_the_hub_still_does(context):
    """The token is good at the next hub, too."""
    with visiting(context) as client:
        token = token_on(client)
        cookie = client.cookies[CSRF_COOKIE]
    with visiting(context) as client:
        client.cookies.set(CSRF_COOKIE, cookie)
        form = {"account": "anna", "password": PASSWORD, "next": "/", "_csrf_token": token}
        assert client.post("/login/en", data=form).headers["location"] == "/"


def test_a_spoiled_cookie_mends_itself(client):
    """Whoever comes with a form's cookie of another hub gets in at the second try."""
    client.cookies.set(CSRF_COOKIE, "0" * 128)
    answer = log_in(client)
    assert answer.headers["location"].startswith("/login/en?")
    assert re.search(rf'{CSRF_COOKIE}="";.*Max-Age=0', answer.headers["set-cookie"])
    client.cookies.delete(CSRF_COOKIE)  # as the answer says
    assert log_in(client).headers["location"] == "/nl/park"


def test_logging_out_ends_the_session_in_the_file(context, client):
    """A cookie that somebody kept opens nothing afterwards."""
    log_in(client)
    kept = client.cookies[SESSION_COOKIE]
    token = token_on(client, "/en/park/path")
    answer = client.post("/logout", data={"_csrf_token": token, "language": "en"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/public/en")
    client.cookies.set(SESSION_COOKIE, kept)
    assert client.get("/nl/park").status_code == 302


def test_logging_out_needs_a_form(client):
    """A link or a picture of another site logs nobody out."""
    log_in(client)
    assert client.get("/logout").status_code == 405
    assert client.get("/nl/park").status_code == 200


def test_each_login_has_a_session_of_its_own(context, client):
    """One that the browser had before ends, so that nobody is led into somebody else's."""
    log_in(client)
    before = client.cookies[SESSION_COOKIE]
    assert client.get("/login/en?next=/nl/park").headers["location"] == "/nl/park"
    log_in_again = {"account": "anna", "password": PASSWORD, "next": "/"}
    log_in_again["_csrf_token"] = token_on(client, "/en/park/path")
    client.post("/login/en", data=log_in_again)
    assert client.cookies[SESSION_COOKIE] != before
    with open_accounts(context.config.accounts_path) as accounts:
        assert accounts.whose(before, NOW) is None


def test_guessing_gets_slow(client, password_store):
    """After a few tries the page says how long to wait, and compares nothing meanwhile."""
    for _ in range(FREE):
        log_in(client, password="wrong password")
    answer = log_in(client)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert "The next one is possible in 1 s" in answer.text
    assert password_store.work == FREE
    password_store.now = 2
    assert log_in(client).status_code == 303


def test_getting_in_costs_no_try(client):
    """Whoever logs in often from one place is not held up."""
    for _ in range(FREE + 2):
        assert log_in(client).status_code == 303
        client.cookies.clear()


def test_a_known_browser_gets_in_while_others_guess(client):
    """An account cannot be locked by guessing at it: its owner's browser has tries of its own."""
    log_in(client)
    known = client.cookies[BROWSER_COOKIE]
    client.cookies.clear()
    for _ in range(FREE):
        log_in(client, password="wrong password")
    assert log_in(client).status_code == 429
    client.cookies.set(BROWSER_COOKIE, known)
    assert log_in(client, account="bert").status_code == 429, "known to anna alone"
    assert log_in(client).status_code == 303


def test_a_password_kept_by_an_old_profile_is_kept_anew(
    context, client, password_store, monkeypatch
):
    """At the next login, without anybody noticing."""
    with open_accounts(context.config.accounts_path) as accounts:
        before = accounts.kept("anna")
    monkeypatch.setattr(password_store, "outdated", lambda kept: kept == before)
    assert log_in(client).status_code == 303
    with open_accounts(context.config.accounts_path) as accounts:
        assert accounts.kept("anna") != before
    assert client.get("/nl/park").status_code == 200
    client.cookies.clear()
    assert log_in(client).status_code == 303


def test_without_an_account_form_and_log_say_how_to_make_one(tmp_path, password_store, caplog):
    """And the file is there already, for nobody but the hub's user."""
    config = Config(data=tmp_path)
    Ledger.open(config.ledger_path).close()
    with visiting(WebContext(config.ledger_path, LiveState(), StoppedClock(), config)) as client:
        assert "login: nobody can yet: padlicht account add" in caplog.text
        said = client.get("/login/nl").text
        assert "padlicht account add NAME --role leader" in said
        add(config.accounts_path)
        assert "padlicht account add" not in client.get("/login/nl").text
        assert log_in(client).status_code == 303


def test_a_big_form_is_refused(client):
    """Nobody fills the hub's memory from outside."""
    form = {"account": "a", "password": "x" * 100_000, "_csrf_token": token_on(client)}
    assert client.post("/login/en", data=form).status_code == 413


def test_the_log_names_no_secret(client, caplog):
    """Neither what was typed, nor a cookie; but who came in, and from where somebody guessed."""
    caplog.set_level("DEBUG")
    log_in(client, "my secret password", "wrong password")
    log_in(client)
    for secret in ("my secret password", "wrong password", PASSWORD):
        assert secret not in caplog.text
    assert client.cookies[SESSION_COOKIE] not in caplog.text
    assert "login: a try from testclient was refused" in caplog.text
    assert "login: anna from testclient" in caplog.text
