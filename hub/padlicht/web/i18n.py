"""Translation, Dutch and English: gettext catalogues, and numbers and times as people write them.

English is written in the templates; Dutch comes from `locale/nl/LC_MESSAGES/padlicht.po`, which
is read as it stands when the hub starts, so that translating needs no build step.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from litestar.connection import ASGIConnection

LANGUAGES = ("nl", "en")  # the first is what a visitor gets who asks for neither
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}


@dataclass(frozen=True)
class Words:
    """One language. Times go in as Unix seconds UTC and come out in the site's own zone."""

    language: str
    locale: Locale
    translations: NullTranslations

    def text(self, message: str) -> str:
        """The translation of an English message."""
        return self.translations.ugettext(message)

    def texts(self, singular: str, plural: str, count: int) -> str:
        """The translation that goes with `count` of something."""
        return self.translations.ungettext(singular, plural, count)

    def clock(self, utc_s: int, tz: str, seconds: bool = False) -> str:
        """The local time of day, 17:05, or with `seconds` 17:05:09."""
        local = datetime.fromtimestamp(utc_s, ZoneInfo(tz))
        return local.strftime("%H:%M:%S" if seconds else "%H:%M")  # in both languages

    def day(self, utc_s: int, tz: str) -> str:
        """The local date in full: donderdag 12 november 2026."""
        return format_date(
            datetime.fromtimestamp(utc_s, ZoneInfo(tz)).date(), "EEEE d MMMM y", locale=self.locale
        )

    def moment(self, utc_s: int, now_utc_s: int, tz: str) -> str:
        """The local time, with the date in front when that is not today."""
        then = datetime.fromtimestamp(utc_s, ZoneInfo(tz))
        if then.date() == datetime.fromtimestamp(now_utc_s, ZoneInfo(tz)).date():
            return self.clock(utc_s, tz, seconds=True)
        return f"{self.short_date(then.date())} {self.clock(utc_s, tz)}"

    def ago(self, utc_s: int, now_utc_s: int) -> str:
        """How long ago that was: 12 seconden geleden."""
        if utc_s >= now_utc_s:
            return self.text("just now")
        return _ago(now_utc_s - utc_s, self.locale)

    def span(self, seconds: int) -> str:
        """A length of time in hours and minutes, or in seconds below two minutes: 1 h 05 min."""
        if seconds < 120:
            return f"{seconds} s"
        hours, minutes = divmod(round(seconds / 60), 60)
        hour = {"nl": "u"}.get(self.language, "h")
        if hours and minutes:
            return f"{hours} {hour} {minutes:02} min"
        return f"{hours} {hour}" if hours else f"{minutes} min"

    def short_date(self, day: date, *, weekday: bool = False, year: bool = True) -> str:
        """A local date: 12 nov 2026, with `weekday` do 12 nov 2026."""
        form = f"{'EEE ' if weekday else ''}d MMM{' y' if year else ''}"
        return _date(day, form, self.locale)

    def month(self, day: date) -> str:
        """The short name of a day's month: mrt."""
        return _date(day, "MMM", self.locale).rstrip(".")

    def weekday(self, number: int) -> str:
        """The short name of a day of the week, 1 for Monday: ma."""
        return _date(date(2024, 1, number), "EEEEEE", self.locale)

    def weekday_name(self, number: int) -> str:
        """The name of a day of the week, 1 for Monday: maandag."""
        return _date(date(2024, 1, number), "EEEE", self.locale)

    def dates(self, first: date, last: date) -> str:
        """From a day to another, both included: 6 – 12 nov 2026."""
        if first == last:
            return self.short_date(last)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day} – {self.short_date(last)}"
        return f"{self.short_date(first, year=first.year != last.year)} – {self.short_date(last)}"

    def number(self, value: float) -> str:
        """A number with the language's own separators."""
        return _number(value, self.locale)

    def rate(self, value: float) -> str:
        """A rate with one decimal, from ten on without: 3.4."""
        return _number(round(value, 1) if value < 9.95 else round(value), self.locale)

    def percent(self, share: float) -> str:
        """A share of 1 in whole percent; only a full 1 is called 100 %."""
        whole = int(share * 100) if share < 1 else 100
        return format_percent(whole / 100, "#,##0%", locale=self.locale)


# A year's table has thousands of numbers and dates, and Babel reads its patterns for each of them.
@lru_cache(maxsize=8192)
def _number(value: float, locale: Locale) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=4096)
def _ago(seconds: int, locale: Locale) -> str:
    since = timedelta(seconds=-seconds)
    return format_timedelta(since, add_direction=True, threshold=1.5, locale=locale)


@lru_cache(maxsize=4096)
def _date(day: date, form: str, locale: Locale) -> str:
    return format_date(day, form, locale=locale)


def text(message: str) -> str:
    """Marks a message of a constant, so that it is found for translation; changes nothing."""
    return message


@cache
def words(language: str) -> Words:
    """The words of one of LANGUAGES; raises KeyError for any other."""
    locale = Locale.parse(_LOCALES[language])
    return Words(language, locale, _catalogue(language))


def language_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """That of the address, or else the visitor's own."""
    for part in request.url.path.strip("/").split("/")[:2]:
        if part in LANGUAGES:
            return part
    return choose_language(",".join(request.headers.getall("accept-language", [])))


def choose_language(accept_language: str | None) -> str:
    """The best of LANGUAGES for an Accept-Language header (RFC 9110, 12.5.4), Dutch for none.

    A range such as en-US stands for its language, `*` for each that is not named, and q=0 for one
    that is not wanted. Of equals the first that is named is taken; what cannot be read counts not.
    """
    named: dict[str, float] = {}
    unwanted = set()
    for wish in (accept_language or "").split(","):
        tag, *parameters = (part.strip().lower() for part in wish.split(";"))
        quality = _quality(parameters)
        if quality is None:
            continue
        language = tag.split("-")[0]
        if quality == 0:
            unwanted.add(tag)
        elif language in (*LANGUAGES, "*"):
            named[language] = max(quality, named.get(language, 0.0))
    qualities = {language: quality for language, quality in named.items() if language in LANGUAGES}
    for language in LANGUAGES:
        # One that nobody named is as good as `*`, or comes behind all that were.
        qualities.setdefault(language, named.get("*", 0.0))
    open_to_us = {name: q for name, q in qualities.items() if name not in unwanted}
    return max(open_to_us or qualities, key=lambda name: qualities[name])


def _quality(parameters: Sequence[str]) -> float | None:
    """The weight of a range, 1 without one; None when it is none."""
    if not parameters:
        return 1.0
    found = re.fullmatch(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", parameters[0])
    return float(found[1]) if found else None


def _catalogue(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    source = files("padlicht.web") / "locale" / language / "LC_MESSAGES" / "padlicht.po"
    catalogue = read_po(BytesIO(source.read_bytes()), locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
