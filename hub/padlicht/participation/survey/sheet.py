"""Survey sheet: eight questions about one walk, by day or after dark, and who gives the answers.

Pure. No validated short scale in Dutch was found: these questions are Padlicht's own. Nothing
here mentions light, because whoever is told what it is about answers by that.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

LIGHTS = ("day", "dark")
PLACES = ("spot", "letterbox")  # asked on the path, or at home
WAYS = ("phone", "paper", "helped")
ROLES = ("resident", "young", "worker", "entrepreneur", "official")
AGES = ("12-24", "25-64", "65+")
KINDS = ("good", "change")  # what goes well, what one would change
OFTEN = ("0", "1-2", "3-5", "6+")  # how often here after dark in the last seven days

QUESTIONS = 6  # with an answer from 1 to HIGHEST, or DONT_KNOW
LOWEST, HIGHEST = 1, 6
DONT_KNOW = 0
REVERSED = 5  # "I would rather go another way"
CHECK = 6  # "the path is well kept", which no lamp changes

MOST_TEXT = 600  # characters of each of the two texts
PAIR_LENGTH = (4, 8)
CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without what looks alike on paper
CODE_LENGTH = 6


@dataclass(frozen=True)
class Round:
    """A time in which the sheet is asked in a site; days are local and both included.

    `code` opens it on a phone on the path, `letterbox_code` for those who are asked at home.
    `contact` is the person who asks, `decides` who decides what comes of it. `asked` is how many
    people were asked, None while nobody wrote that down; `missing` who is not heard, `happened`
    what may have moved the answers. Sheets are deleted after `delete_after`; from then on `summary`
    holds what is left of them.
    """

    id: int
    site: str
    title: str
    code: str
    letterbox_code: str
    first_day: date
    last_day: date
    delete_after: date
    contact: str
    decides: str
    asked: int | None = None
    letterbox_asked: int | None = None
    missing: str = ""
    happened: str = ""
    who: str = ""
    added_utc_s: int = 0
    summary: str | None = None

    def is_open(self, today: date) -> bool:
        """Whether sheets are taken today."""
        return self.summary is None and self.first_day <= today <= self.last_day

    def asked_at(self, place: str) -> int | None:
        """How many were asked in one of PLACES."""
        return self.asked if place == "spot" else self.letterbox_asked


@dataclass(frozen=True)
class Sheet:
    """One sheet about one walk. `answers` has six: 1 to 6, DONT_KNOW, or None for an open one.

    `pair` is the same on the sheets of one person in one round, and tells nothing else. `often` is
    an index of OFTEN. `id` is 0 until it is stored.
    """

    day: date
    light: str
    place: str
    way: str
    answers: tuple[int | None, ...]
    pair: bytes | None = None
    often: int | None = None
    role: str | None = None
    age: str | None = None
    id: int = 0


@dataclass(frozen=True)
class Text:
    """What somebody wrote. `state` is waiting, shown or removed; of a removed one there is no text,
    but who took it away, when, and why.
    """

    id: int
    kind: str
    text: str
    role: str | None
    state: str = "waiting"
    why: str = ""
    moderator: str = ""
    moderated_utc_s: int | None = None
    place: str = "spot"
    light: str = "day"
    sheet_id: int = field(default=0, compare=False)


def normalised_code(typed: str) -> str:
    """A code as it is compared: small letters and digits only, however it was written."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    return re.sub(r"[\W_]", "", folded)


def code_tells_nothing(typed: str) -> bool:
    """Whether a made-up code has the form that we ask for: letters and digits, neither alone.

    A name has no digits, and a date of birth, a house or telephone number no letters.
    """
    code = normalised_code(typed)
    return (
        PAIR_LENGTH[0] <= len(code) <= PAIR_LENGTH[1]
        and any(sign.isdigit() for sign in code)
        and any(sign.isalpha() for sign in code)
    )


def pair_of(typed: str, pair_key: bytes) -> bytes | None:
    """What is kept of a made-up code: a keyed hash, another in each round; None of an empty one.

    The code itself is kept nowhere, and sheets of two rounds cannot be joined by it.
    """
    code = normalised_code(typed)
    return blake2b(code.encode(), key=pair_key, digest_size=8).digest() if code else None


def cleaned(text: str) -> str:
    """What somebody wrote, without signs that are no text, and no longer than MOST_TEXT."""
    kept = "".join(
        sign if sign in "\n\t" or unicodedata.category(sign)[0] != "C" else " " for sign in text
    )
    return re.sub(r"\s+", " ", kept).strip()[:MOST_TEXT]
