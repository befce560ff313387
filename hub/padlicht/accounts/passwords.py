"""Passwords: what one must be, and how it is kept.

Kept as Argon2id by the second of the two profiles of RFC 9106 (64 MiB, 3 passes, 4 lanes): the
first wants 2 GiB, which a hub on a small board has not. A password that was kept by another
profile is kept anew when its owner logs in.
"""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from padlicht.errors import BadData

SHORTEST = 12  # characters; length is all that is asked, for rules of composition make bad ones
LONGEST = 1000  # nobody types more, and a form that is a book is somebody's joke

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def checked(password: str) -> str:
    """The password as it is kept, if it may be one.

    Raises BadData when it is too short, too long, or the same sign over and over.
    """
    password = _normal(password)
    if len(password) < SHORTEST:
        raise BadData(
            f"that password has {len(password)} characters and needs {SHORTEST}: a few words that "
            "do not belong together are easy to remember"
        )
    if len(password) > LONGEST:
        raise BadData(f"that password has more than {LONGEST} characters: choose a shorter one")
    if len(set(password)) < 4:
        raise BadData("that password repeats itself: choose words that do not belong together")
    return password


class PasswordStore:
    """Turns passwords into what is kept of them, and compares; each takes 64 MiB and some 0.1 s."""

    def __init__(self, hasher: PasswordHasher = HASHER) -> None:
        self._hasher = hasher
        self._decoy = ""

    def keep(self, password: str) -> str:
        """What is kept of a password; BadData when it may not be one."""
        return self._hasher.hash(checked(password))

    def rehash(self, password: str) -> str:
        """The same for a password that was let in before: rules of today came after it."""
        return self._hasher.hash(_normal(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether it is that password; `kept` None: there is no such account.

        It takes as long in either case, so that nobody finds out by a clock who has an account.
        """
        if not self._decoy:
            self._decoy = self._hasher.hash("nobody has this password")
        try:
            self._hasher.verify(kept or self._decoy, _normal(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether it was kept by another profile than today's."""
        return self._hasher.check_needs_rehash(kept)


def _normal(password: str) -> str:
    # The same letter can be typed as one code point or as two, depending on the keyboard.
    return unicodedata.normalize("NFC", password)
