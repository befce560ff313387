"""The words of the dashboards: English in the code, Dutch from one catalogue.

A sentence without its translation, or a translation that nobody uses, fails the build: a dashboard
is never half in one language.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("nl", "en")
_CATALOGUE = Path(__file__).parent / "locale" / "nl" / "LC_MESSAGES" / "dashboards.po"


class WordsError(Exception):
    """A translation is missing, or stands there for nothing; says which."""


class Words:
    """The words of one of LANGUAGES. Call it with an English sentence to get that language's."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise WordsError(f"there are no dashboards in {language!r}: choose nl or en")
        self.language = language
        self._used: set[str] = set()

    def __call__(self, english: str) -> str:
        """The sentence in this language; raises WordsError when it has no translation."""
        self._used.add(english)
        if self.language == "en":
            return english
        try:
            return dutch()[english]
        except KeyError:
            raise WordsError(f"no Dutch for {english!r}: add it to {_CATALOGUE.name}") from None

    def unused(self) -> set[str]:
        """What the catalogue translates and nobody asked for."""
        return set(dutch()) - self._used


@cache
def dutch() -> dict[str, str]:
    """The catalogue; raises WordsError for an entry that is empty or marked as doubtful."""
    catalogue = read_po(BytesIO(_CATALOGUE.read_bytes()), locale="nl", abort_invalid=True)
    found: dict[str, str] = {}
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy or not isinstance(message.string, str) or not message.string:
            raise WordsError(f"the Dutch for {message.id!r} is missing or marked as doubtful")
        found[str(message.id)] = message.string
    return found
