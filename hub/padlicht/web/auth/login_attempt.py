"""Login attempt: name and password against the accounts, slow on purpose, and throttled."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from padlicht.accounts.login_throttle import Key, LoginThrottle, address_key
from padlicht.accounts.passwords import PasswordStore
from padlicht.accounts.store import open_accounts
from padlicht.clock import HubClock

log = logging.getLogger(__name__)

MOST_WAITING = 20  # tries at a time: each takes 64 MiB, so they are made one after the other


@dataclass(frozen=True)
class LoginSuccess:
    """The tokens of a session that has begun, and of a browser that is known from now on."""

    session: str
    browser: str


@dataclass(frozen=True)
class RetryLater:
    """No try was made: it may be in so many seconds."""

    seconds: int


class LoginAttempts:
    """Compares names and passwords with the accounts in a file."""

    def __init__(
        self,
        path: Path,
        clock: HubClock,
        passwords: PasswordStore | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._clock = clock
        self._passwords = passwords or PasswordStore()
        self._now_s = now_s
        self._throttle = LoginThrottle()
        self._one_at_a_time = asyncio.Lock()
        self._waiting = 0

    async def log_in(
        self, name: str, password: str, address: str, browser: str | None
    ) -> LoginSuccess | RetryLater | None:
        """Begin a session of account `name`; None when name or password is not right.

        `browser` is the token of one that has logged in before. Raises TryAgain when the accounts
        cannot be used.
        """
        if self._waiting >= MOST_WAITING:
            return RetryLater(1)
        keys = await asyncio.to_thread(self._keys, name, address, browser)
        wait_s = self._throttle.begin(keys, self._now_s())
        if wait_s > 0:
            log.debug("login: no try for %s: too many failed", address)
            return RetryLater(ceil(wait_s))
        self._waiting += 1
        try:
            async with self._one_at_a_time:
                success = await asyncio.to_thread(self._try, name, password, browser)
        finally:
            self._waiting -= 1
        if success is None:
            # A name that nobody has may be a password that was typed into the wrong field.
            log.warning("login: a try from %s was refused", address)
            return None
        self._throttle.succeeded(keys)
        log.info("login: %s from %s", name, address)
        return success

    def _keys(self, name: str, address: str, browser: str | None) -> list[Key]:
        """What the try is held against."""
        if browser is not None and self._path.exists():
            with open_accounts(self._path) as accounts:
                if accounts.knows_browser(browser, name, self._clock.elapsing_utc_s()):
                    return [Key("browser", browser)]
        return [address_key(address), Key("account", name)]

    def _try(self, name: str, password: str, browser: str | None) -> LoginSuccess | None:
        stored = None
        if self._path.exists():
            with open_accounts(self._path) as accounts:
                stored = accounts.kept(name)
        # Without the file open: this takes its time, for unknown names as well.
        if not self._passwords.matches(stored, password) or stored is None:
            return None
        now = self._clock.elapsing_utc_s()
        with open_accounts(self._path) as accounts:
            session = accounts.begin(name, stored, now)
            if session is None:
                return None
            if self._passwords.outdated(stored):
                accounts.rehash(name, stored, self._passwords.rehash(password))
            return LoginSuccess(session, accounts.remember_browser(name, now, browser))
