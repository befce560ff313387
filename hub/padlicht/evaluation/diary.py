"""The diary's rules: what an entry may be, and what is refused.

Somebody who reads counts has to know what else happened: works, a café, a final, a youth worker, a
new path. It is written down by day, and no name of anybody is in it.
"""

from datetime import date, timedelta

from padlicht.errors import BadData, Refused
from padlicht.fleet.changes import site_of
from padlicht.ledger import DiaryEntry, Ledger

MOST_LETTERS = 300
FIRST_DAY = date(2000, 1, 1)
FURTHEST_AHEAD = timedelta(days=731)  # works are announced; a year mistyped is not


def write_entry(ledger: Ledger, entry: DiaryEntry, today: date) -> DiaryEntry:
    """Write an entry into the diary; it with its number. BadData or Refused when it cannot be."""
    site_of(ledger, entry.site)
    text = check_words("the text of a diary entry", entry.text)
    check_zone(ledger, entry.site, entry.zone)
    if entry.last_day < entry.first_day:
        raise BadData(f"the last day, {entry.last_day}, is before the first, {entry.first_day}")
    check_day(entry.first_day, today)
    check_day(entry.last_day, today)
    entry = entry._replace(text=text)
    with ledger.transaction():
        return entry._replace(id=ledger.diary.add(entry))


def withdraw_entry(ledger: Ledger, entry_id: int, who: str, why: str, utc_s: int) -> DiaryEntry:
    """Take an entry back; what it was. BadData without a reason, Refused when there is none."""
    why = check_words("the reason", why)
    with ledger.transaction():
        return ledger.diary.withdraw(entry_id, who, why, utc_s)


def check_words(what: str, text: str) -> str:
    """The words on one line without what surrounds them; BadData when none are left, or many."""
    words = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not words:
        raise BadData(f"{what} is empty: say it in a few words")
    if len(words) > MOST_LETTERS:
        raise BadData(f"{what} has {len(words)} letters: say it in at most {MOST_LETTERS}")
    return words


def check_zone(ledger: Ledger, site: str, zone: str | None) -> None:
    """Raise Refused unless the park has that zone; None is the whole park."""
    zones = [known.name for known in ledger.sites.zones(site)]
    if zone is not None and zone not in zones:
        raise Refused(
            f"there is no zone {zone} in {site}: it has {', '.join(zones) or 'none'}; "
            "`padlicht zone list` shows all"
        )


def check_day(day: date, today: date) -> None:
    """Raise BadData for a day that is surely mistyped."""
    if not FIRST_DAY <= day <= today + FURTHEST_AHEAD:
        raise BadData(
            f"{day} is before {FIRST_DAY} or more than two years ahead: write it as 2026-11-28"
        )
