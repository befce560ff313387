"""Accounts whose passwords cost little, for tests that try many."""

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from padlicht.accounts.passwords import PasswordStore
from padlicht.accounts.store import open_accounts

NOW = 1_794_510_000
PASSWORD = "four words or so"


class Cheap(PasswordStore):
    """Keeps passwords for next to nothing; `work` counts the comparisons that were made."""

    def __init__(self):
        super().__init__(PasswordHasher.from_parameters(CHEAPEST))
        self.work = 0

    def matches(self, kept, password):
        self.work += 1
        return super().matches(kept, password)


def add(path, name="anna", role="leader", password=PASSWORD):
    """An account with a cheaply kept password."""
    with open_accounts(path, make=True) as accounts:
        accounts.add(name, role, Cheap().keep(password), NOW)
