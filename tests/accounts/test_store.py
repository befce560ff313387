"""Accounts and sessions in their file: who may read it, what ends a session, and when."""

import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from padlicht.accounts.sessions import AHEAD_S, IDLE_S, LONGEST_S, MOST_SESSIONS, REMEMBERED_S
from padlicht.accounts.store import open_accounts
from padlicht.errors import Refused, TryAgain
from tests.accounts.parts import NOW, PASSWORD, Cheap, add
from tests.rigs.patience import limit_s


@pytest.fixture(name="path")
def _path(tmp_path):
    path = tmp_path / "data" / "accounts.sqlite"
    add(path)
    return path


def begin(path, name="anna", at=NOW):
    """A session of an account; its token."""
    with open_accounts(path) as accounts:
        return accounts.begin(name, accounts.kept(name), at)


def whose(path, token, at=NOW):
    with open_accounts(path) as accounts:
        account = accounts.whose(token, at)
    return account and account.name


def test_only_its_owner_may_read_the_file(path):
    """From the moment at which it is made, and so may the folder."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_file_holds_no_password_and_no_token(path):
    """Whoever reads it can neither log in nor go on in a session."""
    token = begin(path)
    with open_accounts(path) as accounts:
        browser = accounts.remember_browser("anna", NOW)
    content = path.read_bytes()
    for secret in (PASSWORD, token, browser):
        assert secret.encode() not in content


def test_a_token_cannot_be_guessed(path):
    """256 bits each, and each another one."""
    tokens = {begin(path) for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) == 43 for token in tokens)


def test_a_session_ends_when_it_is_not_used(path):
    """After twelve hours of rest; a use begins them anew."""
    token = begin(path)
    assert whose(path, token, NOW + IDLE_S - 1) == "anna"
    assert whose(path, token, NOW + IDLE_S) is None
    with open_accounts(path) as accounts:
        accounts.note_seen(token, NOW + IDLE_S - 1)
    assert whose(path, token, NOW + 2 * IDLE_S - 2) == "anna"


def test_a_session_ends_after_a_week_in_any_case(path):
    """However busy it is."""
    token = begin(path)
    with open_accounts(path) as accounts:
        for hours in range(0, LONGEST_S // 3600, 6):
            accounts.note_seen(token, NOW + hours * 3600)
    assert whose(path, token, NOW + LONGEST_S - 3600) == "anna"
    assert whose(path, token, NOW + LONGEST_S) is None


def test_uses_within_a_minute_are_not_written(path):
    """Loading pages costs no disk writes."""
    token = begin(path)
    with open_accounts(path) as accounts:
        accounts.note_seen(token, NOW + 59)
        [before] = accounts._db.execute("SELECT seen_utc_s FROM sessions").fetchone()
        accounts.note_seen(token, NOW + 60)
        [after] = accounts._db.execute("SELECT seen_utc_s FROM sessions").fetchone()
    assert (before, after) == (NOW, NOW + 60)


def test_logging_out_ends_one_session(path):
    """That of this browser; the other goes on."""
    here, there = begin(path), begin(path)
    with open_accounts(path) as accounts:
        accounts.end(here)
    assert whose(path, here) is None
    assert whose(path, there) == "anna"


def test_a_new_password_ends_all_sessions_and_forgets_browsers(path):
    """Whoever knew the old one is out."""
    tokens = [begin(path), begin(path)]
    with open_accounts(path) as accounts:
        browser = accounts.remember_browser("anna", NOW)
        assert accounts.set_password("anna", Cheap().keep("another password"), NOW) == 2
        assert not accounts.knows_browser(browser, "anna", NOW)
    assert [whose(path, token) for token in tokens] == [None, None]


def test_a_removed_account_is_out(path):
    """Its sessions go with it, and another account of that name does not get them back."""
    token = begin(path)
    with open_accounts(path) as accounts:
        accounts.remove("anna")
    assert whose(path, token) is None
    add(path)
    assert whose(path, token) is None


def test_no_session_begins_by_a_password_that_was_changed_meanwhile(path):
    """Comparing takes a while; what happens in it counts."""
    with open_accounts(path) as accounts:
        kept = accounts.kept("anna")
        accounts.set_password("anna", Cheap().keep("another password"), NOW)
        assert accounts.begin("anna", kept, NOW) is None
        accounts.remove("anna")
        assert accounts.begin("anna", kept, NOW) is None


def test_sessions_of_an_account_have_a_limit(path):
    """The one that was not used for longest makes room, and no other account's."""
    add(path, "bert")
    other = begin(path, "bert", NOW - 9)
    tokens = [begin(path, at=NOW + number) for number in range(MOST_SESSIONS + 1)]
    assert whose(path, tokens[0], NOW + 60) is None
    assert whose(path, tokens[1], NOW + 60) == "anna"
    assert whose(path, other, NOW + 60) == "bert"


def test_a_browser_is_known_for_its_own_account_and_for_half_a_year(path):
    """It opens no short way to another's."""
    add(path, "bert")
    with open_accounts(path) as accounts:
        token = accounts.remember_browser("anna", NOW)
        assert accounts.knows_browser(token, "anna", NOW + REMEMBERED_S - 1)
        assert not accounts.knows_browser(token, "anna", NOW + REMEMBERED_S)
        assert not accounts.knows_browser(token, "bert", NOW)
        again = accounts.remember_browser("anna", NOW, token)
        assert accounts.knows_browser(again, "anna", NOW)
        assert not accounts.knows_browser(token, "anna", NOW), "one browser, one token"


def test_the_forms_secret_stays(path):
    """A form that was open while the hub began anew is still good."""
    with open_accounts(path) as accounts:
        secret = accounts.secret("csrf")
    with open_accounts(path) as accounts:
        assert accounts.secret("csrf") == secret
    assert len(secret) == 64


def test_a_name_is_used_once(path):
    """A second account of that name is refused with the way to a new password."""
    with pytest.raises(Refused, match="account password anna"):
        add(path)


def test_what_is_not_there_is_named(path, tmp_path):
    """An unknown account, and a file that nobody made."""
    with open_accounts(path) as accounts:
        for change in (
            lambda: accounts.remove("bert"),
            lambda: accounts.set_password("bert", "kept", NOW),
        ):
            with pytest.raises(Refused, match="no account bert"):
                change()
    with pytest.raises(Refused, match="account add"), open_accounts(tmp_path / "none.sqlite"):
        pass


def test_a_file_of_a_newer_padlicht_is_left_alone(path):
    """Nobody guesses at tables that they do not know."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 2")
    with pytest.raises(Refused, match="newer"), open_accounts(path):
        pass


def test_a_damaged_file_is_named(path):
    """And what to look at, instead of a traceback."""
    path.write_bytes(b"not a database at all, but long enough to look at" * 30)
    with pytest.raises(TryAgain, match=r"accounts\.sqlite cannot be used"), open_accounts(path):
        pass


def test_two_can_make_the_file_at_once(tmp_path):
    """The hub begins while somebody adds the first account."""
    path = tmp_path / "accounts.sqlite"
    begin_together = threading.Barrier(2)
    failed = []

    def make(name):
        begin_together.wait(limit_s())
        try:
            add(path, name)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=make, args=(name,)) for name in ("anna", "bert")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(limit_s())
    assert not failed
    with open_accounts(path) as accounts:
        assert [account.name for account in accounts.accounts(NOW)] == ["anna", "bert"]


def test_the_list_counts_open_sessions(path):
    """Not those that ended by themselves."""
    begin(path), begin(path, at=NOW - IDLE_S)
    with open_accounts(path) as accounts:
        [anna] = accounts.accounts(NOW)
    assert (anna.name, anna.role, anna.sessions) == ("anna", "leader", 1)


@pytest.mark.parametrize("ahead_s", [AHEAD_S + 1, 3 * 3600, 10 * 365 * 86_400])
def test_a_session_from_the_future_is_none(path, ahead_s):
    """An earlier hub began it by a clock that was ahead: else it would not end for years."""
    token = begin(path, at=NOW + ahead_s)
    assert whose(path, token) is None
    with open_accounts(path) as accounts:
        browser = accounts.remember_browser("anna", NOW + ahead_s)
        assert accounts.knows_browser(browser, "anna", NOW + ahead_s)
        assert not accounts.knows_browser(browser, "anna", NOW)
        assert accounts.accounts(NOW)[0].sessions == 0
