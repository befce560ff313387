"""Two languages: nothing untranslated, nothing left over, times as people write them."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import padlicht.web
from padlicht.web.i18n import LANGUAGES, words

WEB = Path(padlicht.web.__file__).parent
METHODS = [("**.py", "python"), ("templates/**.*", "jinja2.ext:babel_extract")]
OPTIONS = {"templates/**.*": {"trimmed": "true"}}
KEYWORDS = {"text": None, "texts": (1, 2), "gettext": None, "ngettext": (1, 2), "_": None}
TZ = "Europe/Amsterdam"


def written() -> set[str]:
    """Every message in the pages and their code; of a plural its singular."""
    found = extract_from_dir(WEB, METHODS, OPTIONS, KEYWORDS)
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


# English is what the code says.
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def catalogue(language):
    """The catalogue of a language, by message; of a plural by its singular."""
    path = WEB / "locale" / language / "LC_MESSAGES" / "padlicht.po"
    entries = read_po(BytesIO(path.read_bytes()), locale=language, abort_invalid=True)
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]: entry
        for entry in entries
        if entry.id
    }


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_in_the_catalogue_and_no_other(language):
    """What the pages say and what was translated are the same set."""
    assert set(catalogue(language)) == written()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_has_a_text_with_the_same_places(language):
    """Nothing is empty or doubtful, and each %(name)s of the English is in the other language."""
    for message, entry in catalogue(language).items():
        texts = [entry.string] if isinstance(entry.string, str) else list(entry.string)
        assert all(texts), f"no text for {message!r}"
        assert not entry.fuzzy, message
        for text in texts:
            assert set(re.findall(r"%\(\w+\)s", text)) == set(re.findall(r"%\(\w+\)s", message))


@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_hold_no_words_of_their_own(language):
    """Between the tags stands nothing that a translator would not see."""
    assert words(language)
    for path in (WEB / "templates").glob("*.html"):
        page = re.sub(r"\{%-?\s*trans.*?endtrans.*?%\}", "", path.read_text(), flags=re.DOTALL)
        page = re.sub(r"\{[{%#].*?[}%#]\}", "", page, flags=re.DOTALL)
        page = re.sub(r"<(svg|code|title)\b.*?</\1>", "", page, flags=re.DOTALL)
        page = re.sub(r"<[^>]*>", "", page, flags=re.DOTALL)
        left = set(re.findall(r"[A-Za-z]{3,}", page))
        assert left <= {"Padlicht"}, path.name


@pytest.mark.parametrize(
    ("language", "seconds", "text"),
    [
        ("nl", 55, "55 s"),
        ("nl", 150, "2 min"),
        ("nl", 3900, "1 u 05 min"),
        ("en", 3900, "1 h 05 min"),
        ("en", 7200, "2 h"),
    ],
)
def test_lengths_of_time_read_easily(language, seconds, text):
    """Seconds below two minutes, then minutes, then hours and minutes."""
    assert words(language).span(seconds) == text


def test_a_moment_says_its_day_only_when_it_is_not_today():
    """Of today the time suffices; before it the date stands in front."""
    evening = 1_794_510_000  # 12 November 2026, 20:00 in Groningen
    assert words("nl").moment(evening - 61, evening, TZ) == "19:58:59"
    assert words("nl").moment(evening - 86400, evening, TZ) == "11 nov 2026 20:00"
    assert words("nl").day(evening, TZ) == "donderdag 12 november 2026"


def test_only_all_of_the_time_is_called_all_of_it():
    """99.9 % is not rounded up to a full day's watch."""
    assert words("en").percent(0.999) == "99%"
    assert words("en").percent(1.0) == "100%"


@pytest.mark.parametrize(("then", "text"), [(988, "12 seconden geleden"), (1000, "zojuist")])
def test_how_long_ago_reads_easily(then, text):
    """Seconds are told, and what is of this moment is."""
    assert words("nl").ago(then, 1000) == text


def test_a_word_from_a_clock_that_runs_ahead_is_of_this_moment():
    """What seems to come from later is not said to lie in the future."""
    assert words("en").ago(1060, 1000) == "just now"
