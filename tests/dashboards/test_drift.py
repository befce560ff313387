"""What is committed is what the code builds, in both languages and with every word translated."""

import json
import re

import pytest

from dashboards import words
from dashboards.boards.page import NAMES
from dashboards.build import OUTPUT, dashboards, files, main
from dashboards.words import LANGUAGES, Words, WordsError

CATALOGUE = words._CATALOGUE
# The same in both languages: names, abbreviations, and words that Dutch took over.
ALIKE = {"Park", "Zone", "zone", "passages", "Passages"}


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """Puts another catalogue in place of ours; a function of its text."""

    def put(text: str) -> None:
        path = tmp_path / "dashboards.po"
        path.write_text(text)
        monkeypatch.setattr(words, "_CATALOGUE", path)
        words.dutch.cache_clear()

    yield put
    monkeypatch.undo()
    words.dutch.cache_clear()


def test_what_is_committed_is_what_the_code_builds():
    """Nobody changed the JSON by hand, and nobody forgot to build it."""
    committed = {path: path.read_text() for path in OUTPUT.glob("*/*.json")}
    assert committed == files()


def test_a_difference_is_named(capsys, tmp_path, monkeypatch):
    """--check says which file differs, is missing or is nobody's, and fails."""
    monkeypatch.setattr("dashboards.build.OUTPUT", tmp_path)
    assert main([]) == 0
    assert main(["--check"]) == 0
    (tmp_path / "nl" / "use.json").write_text("{}")
    (tmp_path / "en" / "use.json").unlink()
    (tmp_path / "en" / "old.json").write_text("{}")
    capsys.readouterr()
    assert main(["--check"]) == 1
    named = re.findall(r"^(\S+) differs", capsys.readouterr().out, re.MULTILINE)
    assert named == ["en/old.json", "en/use.json", "nl/use.json"]


def test_there_are_six_dashboards_in_each_language():
    """The same six, at addresses that stay."""
    for language in LANGUAGES:
        assert [*dashboards(language)] == [f"padlicht-{name}-{language}" for name in NAMES]


def test_both_languages_ask_the_same():
    """Only words differ: queries, layout and options are the same in Dutch and English."""

    def bare(item: object) -> object:
        """Without what is made of words."""
        if isinstance(item, dict):
            spoken = {
                "title",
                "description",
                "content",
                "text",
                "noValue",
                "name",
                "label",
                "alias",
            }
            spoken |= {"uid", "url", "tags", "renameByName", "indexByName", "xField", "displayName"}
            kept = {key: bare(value) for key, value in item.items() if key not in spoken}
            if item.get("type") == "custom":
                kept.pop("query")
            if item.get("id") in ("byName", "displayName"):
                kept.pop("options", None)
                kept.pop("value", None)
            return kept
        return [bare(one) for one in item] if isinstance(item, list) else item

    dutch, english = (list(dashboards(language).values()) for language in LANGUAGES)
    assert bare(dutch) == bare(english)


def test_no_english_is_left_in_the_dutch_ones():
    """Every sentence of the English dashboards has a Dutch one that is not the same."""
    same = {message for message, translated in words.dutch().items() if message == translated}
    assert same == ALIKE


def test_a_missing_word_fails_the_build(catalogue):
    """The sentence without its translation is named."""
    text = CATALOGUE.read_text()
    catalogue(re.sub(r'msgid "Energy each day"\nmsgstr ".*"\n', "", text))
    with pytest.raises(WordsError, match="no Dutch for 'Energy each day'"):
        dashboards("nl")


def test_a_word_that_nobody_uses_fails_the_build(catalogue):
    """What is translated for nothing is named."""
    catalogue(CATALOGUE.read_text() + '\nmsgid "gone"\nmsgstr "weg"\n')
    with pytest.raises(WordsError, match="nobody uses the Dutch for 'gone'"):
        dashboards("nl")


@pytest.mark.parametrize(
    "entry", ['msgid "half"\nmsgstr ""\n', '#, fuzzy\nmsgid "half"\nmsgstr "?"\n']
)
def test_an_empty_or_doubtful_word_fails_the_build(catalogue, entry):
    """A translation that is not done is none."""
    catalogue(f"{CATALOGUE.read_text()}\n{entry}")
    with pytest.raises(WordsError, match="'half' is missing or marked as doubtful"):
        dashboards("nl")


def test_another_language_is_refused():
    """There are two, and the error says which."""
    with pytest.raises(WordsError, match="choose nl or en"):
        Words("fr")


def test_the_shared_words_are_those_of_the_pages():
    """Dashboards and pages call the same thing the same."""
    shared = {
        "The park at a glance": "Het park in één oogopslag",
        "When is the park used": "Wanneer wordt het park gebruikt",
        "Lighting and use": "Licht en gebruik",
        "Energy and darkness kept": "Energie en bewaarde duisternis",
        "Technical health": "Technische staat",
        "Public": "Openbaar",
        "passages": "passages",
        "by day": "overdag",
        "twilight": "schemering",
        "lamps on": "lampen aan",
        "watched": "gemeten",
        "no data": "geen gegevens",
        "no window: sunset comes after the lamp's end": (
            "geen lichttijd: de zon gaat pas na de eindtijd onder"
        ),
    }
    assert {word: words.dutch()[word] for word in shared} == shared


def test_the_committed_json_is_readable():
    """Umlauts and arrows stand as they are, one key a line, so that a change can be read."""
    text = (OUTPUT / "nl" / "glance.json").read_text()
    assert "één oogopslag" in text
    assert len(text.splitlines()) > 500
    assert json.loads(text)["uid"] == "padlicht-glance-nl"
