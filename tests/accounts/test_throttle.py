"""Guessing gets slow, and nobody can lock anybody out for ever."""

import pytest

from padlicht.accounts import login_throttle
from padlicht.accounts.login_throttle import (
    FORGET_S,
    FREE,
    LONGEST_S,
    Key,
    LoginThrottle,
    address_key,
)

HOME = address_key("192.0.2.1")
ANNA = Key("account", "anna")


def fail(tries, keys, count, now_s=0.0):
    """So many tries that fail, each as soon as it may be made; when the last one was."""
    for _ in range(count):
        while (wait_s := tries.begin(keys, now_s)) > 0:
            now_s += wait_s
    return now_s


def test_a_few_tries_are_free_and_then_each_costs_twice_as_long():
    """1, 2, 4, 8 seconds, and so on."""
    tries = LoginThrottle()
    fail(tries, [HOME], FREE)
    waits, now_s = [], 0.0
    for _ in range(5):
        wait_s = tries.begin([HOME], now_s)
        waits.append(wait_s)
        now_s = fail(tries, [HOME], 1, now_s)
    assert waits == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("kind", ["address", "account", "browser"])
def test_there_is_a_longest_wait(kind):
    """An account's is short, for others can run into it on its owner's behalf."""
    tries, key = LoginThrottle(), Key(kind, "x")
    now_s = fail(tries, [key], FREE + 15)
    assert tries.begin([key], now_s) == LONGEST_S[kind]
    assert tries.begin([key], now_s + LONGEST_S[kind]) == 0
    assert LONGEST_S["account"] <= 60


def test_a_try_that_has_to_wait_counts_nothing():
    """Whoever hammers at the login does not keep it shut for longer."""
    tries = LoginThrottle()
    fail(tries, [ANNA], FREE)
    for tenth in range(10):
        assert tries.begin([ANNA], tenth / 10) > 0
    assert tries.begin([ANNA], 1.0) == 0


def test_tries_count_when_they_begin():
    """A hundred at the same moment are a hundred, not one."""
    tries = LoginThrottle()
    assert [tries.begin([HOME], 0.0) > 0 for _ in range(7)] == [False] * FREE + [True] * 2


def test_address_and_account_are_limited_each():
    """Many addresses do not help against one account, nor many accounts from one address."""
    tries = LoginThrottle()
    for number in range(FREE):
        assert tries.begin([address_key(f"192.0.2.{number}"), ANNA], 0) == 0
    assert tries.begin([address_key("192.0.2.77"), ANNA], 0) > 0
    assert tries.begin([address_key("192.0.2.77"), Key("account", "bert")], 0) == 0


def test_success_takes_back_its_own_try_and_no_more():
    """Logging in to one's own account does not make another one's free again."""
    tries = LoginThrottle()
    fail(tries, [HOME], FREE - 1)
    assert tries.begin([HOME], 0) == 0
    tries.succeeded([HOME])
    assert tries.begin([HOME], 0) == 0
    assert tries.begin([HOME], 0) > 0
    tries.succeeded([Key("account", "never tried")])


def test_after_an_hour_all_is_forgotten():
    """Yesterday's mistakes cost nothing today."""
    tries = LoginThrottle()
    now_s = fail(tries, [HOME], FREE + 8)
    now_s += FORGET_S
    assert [tries.begin([HOME], now_s) for _ in range(FREE)] == [0.0] * FREE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:8000::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("", "somewhere", False),
    ],
)
def test_a_visitor_is_one_address_or_one_network_of_ipv6(one, other, same):
    """Whoever has a network of 2^64 addresses has one set of tries."""
    assert (address_key(one) == address_key(other)) is same


def test_memory_has_a_limit(monkeypatch):
    """However many addresses try, only so many are remembered, the newest of them."""
    monkeypatch.setattr(login_throttle, "MOST_KEYS", 10)
    tries = LoginThrottle()
    fail(tries, [HOME], FREE)
    for number in range(20):
        tries.begin([Key("account", str(number))], 0)
    assert len(tries._failed) == 10
    assert tries.begin([HOME], 0) == 0


def test_success_takes_back_one_failure_at_any_time():
    """Of six one is taken back: the fifth is still as recent as it was, and costs its second."""
    tries = LoginThrottle()
    now_s = fail(tries, [HOME], FREE, 5000.0) + 100
    assert tries.begin([HOME], now_s) == 0
    tries.succeeded([HOME])
    assert tries.begin([HOME], now_s + 0.25) == 0.75
    assert tries.begin([HOME], now_s + 1) == 0
    assert tries.begin([HOME], now_s + 1) == 2


def test_a_single_success_leaves_nothing():
    """Whoever gets in at the first try has all free tries again."""
    tries = LoginThrottle()
    assert tries.begin([HOME], 7.0) == 0
    tries.succeeded([HOME])
    assert len(tries._failed) == 0
    assert [tries.begin([HOME], 7.0) > 0 for _ in range(FREE + 1)] == [False] * FREE + [True]


def test_who_failed_longest_ago_is_forgotten_first(monkeypatch):
    """Whoever goes on failing is remembered, however long ago it began."""
    monkeypatch.setattr(login_throttle, "MOST_KEYS", 3)
    tries = LoginThrottle()
    early, late = Key("account", "early"), Key("account", "late")
    fail(tries, [early], FREE - 1)
    fail(tries, [late], FREE)
    fail(tries, [early], 1)
    for name in ("one", "two"):
        assert tries.begin([Key("account", name)], 0) == 0
    assert tries.begin([early], 0) > 0
    assert tries.begin([late], 0) == 0


def test_limits_are_what_the_documentation_says():
    """A quarter of an hour for an address, a minute where others could run into it, ten thousand
    keys."""
    assert LONGEST_S == {"address": 900, "account": 60, "browser": 60, "sheets": 60}
    tries = LoginThrottle()
    for number in range(login_throttle.MOST_KEYS + 1):
        tries.begin([Key("account", str(number))], 0)
    assert len(tries._failed) == login_throttle.MOST_KEYS == 10_000
    assert Key("account", "0") not in tries._failed


def test_numbers_are_these():
    """Five free tries, and an hour until all is forgotten; not a try or a second more or less."""
    assert (FREE, FORGET_S) == (5, 3600)
    tries = LoginThrottle()
    now_s = fail(tries, [HOME], 12)
    assert tries.begin([HOME], now_s + 3599) == 0, "its wait is over, but it is results"
    assert tries.begin([HOME], now_s + 3599) > 0


def test_of_two_failures_a_success_leaves_one():
    """So three more free tries, beside the one that was made just now."""
    tries = LoginThrottle()
    fail(tries, [HOME], 2, 50.0)
    tries.succeeded([HOME])
    assert [tries.begin([HOME], 60.0) > 0 for _ in range(FREE)] == [False] * (FREE - 1) + [True]
