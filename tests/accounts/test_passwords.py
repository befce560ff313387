"""Passwords: long is good, and what is kept of one gives nothing away."""

import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from padlicht.accounts.passwords import HASHER, PasswordStore, checked
from padlicht.errors import BadData
from tests.accounts.parts import PASSWORD, Cheap


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("eleven-char", "has 11 characters and needs 12"),
        ("", "has 0 characters"),
        ("a" * 1001, "more than 1000"),
        ("abababababab", "repeats itself"),
    ],
)
def test_a_password_that_would_not_do_is_refused(password, wrong):
    """The sentence names what is wrong and what to do."""
    with pytest.raises(BadData, match=wrong):
        checked(password)


@pytest.mark.parametrize("password", ["twelve chars", "only small letters here", "x" * 900 + "abc"])
def test_length_is_all_that_is_asked(password):
    """No capital, digit or sign is demanded, and a passphrase is welcome."""
    assert checked(password) == password


def test_passwords_are_kept_by_argon2id_as_rfc_9106_says():
    """64 MiB, three passes, four lanes, and a salt of its own each time."""
    kept = HASHER.hash(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert extract_parameters(kept) == RFC_9106_LOW_MEMORY
    assert HASHER.hash(PASSWORD) != kept


def test_only_the_password_matches():
    """Another one does not, nor does the right one for an account that is not there."""
    password_store = Cheap()
    kept = password_store.keep(PASSWORD)
    assert password_store.matches(kept, PASSWORD)
    assert not password_store.matches(kept, PASSWORD + "x")
    assert not password_store.matches(None, PASSWORD)
    assert not password_store.matches(None, "nobody has this password")
    assert not password_store.matches("damaged", PASSWORD)


def test_an_unknown_name_costs_the_same_work(monkeypatch):
    """For an account that is not there a password is compared all the same, as dear as ever."""
    compared = []

    class Watched(PasswordHasher):
        def verify(self, kept, password):
            compared.append(extract_parameters(kept))
            return super().verify(kept, password)

    password_store = PasswordStore(Watched.from_parameters(Cheap()._hasher._parameters))
    password_store.matches(password_store.keep(PASSWORD), PASSWORD)
    password_store.matches(None, PASSWORD)
    assert len(compared) == 2
    assert compared[0] == compared[1]


def test_keyboards_may_differ():
    """An é of one code point and one of two are the same letter."""
    password_store = Cheap()
    composed = unicodedata.normalize("NFC", "café aan het pad")
    kept = password_store.keep(composed)
    assert password_store.matches(kept, unicodedata.normalize("NFD", composed))


def test_what_was_kept_otherwise_is_outdated():
    """Another profile than today's is to be replaced at the next login."""
    password_store = Cheap()
    assert not password_store.outdated(password_store.keep(PASSWORD))
    assert password_store.outdated(HASHER.hash(PASSWORD))
