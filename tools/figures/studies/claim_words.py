"""Claims in words: every sentence of Padlicht that is a verdict on use, and how a page is read.

A verdict says as sure that a path was used more or less, or came out as was claimed beforehand. A
test holds the list against web/study_view, which alone may say so. The sentence of an early signal
is a hint and no verdict, and stands apart.
"""

import re
from html import unescape

# English messages, as the catalogue has them.
VERDICTS = (
    "In weeks on the path was used more in these hours: %(middle)s passages (95%% interval: "
    "%(low)s to %(high)s).",
    "In weeks on the path was used less in these hours: %(middle)s passages (95%% interval: "
    "%(low)s to %(high)s).",
    "After the change the path was used more in these hours: %(middle)s passages (95%% interval: "
    "%(low)s to %(high)s).",
    "After the change the path was used less in these hours: %(middle)s passages (95%% interval: "
    "%(low)s to %(high)s).",
    "That is what was claimed beforehand.",
    "That is the opposite of what was claimed beforehand.",
    "Round the clock change of %(day)s, %(where)s: %(middle)s times as many by daylight as in the "
    "dark at the same hour (%(low)s to %(high)s).",
    "Clock change of %(day)s against that of the year before, %(where)s: use of the dark hour "
    "%(middle)s times what it was (%(low)s to %(high)s).",
)
HINT = (
    "%(zone)s, %(dates)s: %(change)s passages, beside the four weeks before. No week of the past "
    "year was that far off. Go and look: the counts do not say why."
)
# Words in which a verdict would be put that is not on the list.
_SUSPECT = re.compile(
    r"\binterval:|\bsure\b|\bsignificant|\bbusier\b|\bquieter\b|\bused (?:more|less)\b"
    r"|\b(?:in|de)creas|\bthanks to\b|\bcaused?\b|\beffects?\b|\bbecause of\b",
    re.IGNORECASE,
)
_UNREAD = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_PLACE = re.compile(r"%\((\w+)\)s")


def pattern(message: str) -> re.Pattern[str]:
    """What finds a message with anything in its places."""
    parts = _PLACE.split(message.replace("%%", "%"))
    # Texts and the names of places take turns.
    told = [re.escape(part) if i % 2 == 0 else f"(?P<{part}>.+?)" for i, part in enumerate(parts)]
    return re.compile("".join(told))


_FOUND_BY = tuple(pattern(message) for message in VERDICTS)
_HINT_FOUND_BY = re.compile(f"^{pattern(HINT).pattern}", re.MULTILINE)


def text_of(page: str) -> str:
    """What is read on an HTML page, a line for each piece between tags."""
    pieces = _TAG.sub("\n", " ".join(_UNREAD.sub(" ", page).split()))
    lines = (" ".join(line.split()) for line in unescape(pieces).split("\n"))
    return "\n".join(filter(None, lines))


def verdicts(text: str) -> list[str]:
    """All verdicts in what is read on a page."""
    return [found[0] for one in _FOUND_BY for found in one.finditer(text)]


def suspects(text: str) -> list[str]:
    """The lines that are put as a verdict would be, whatever they say."""
    return [line for line in text.split("\n") if _SUSPECT.search(line)]


def hints(text: str) -> list[tuple[str, str, str]]:
    """Zone, dates and change of each hint."""
    return [(one["zone"], one["dates"], one["change"]) for one in _HINT_FOUND_BY.finditer(text)]
