"""The glossary and the Dutch of the pages: one word for each thing, and none of those given up."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "hub/padlicht/web/locale/nl/LC_MESSAGES/padlicht.po"
# What the pages said before, and what they say now.
GIVEN_UP = {
    r"\bzij\b|\bhaar\b": "de lamp",
    r"\bprint(en)?\b|\bbord(en)?\b": "printplaat",
    r"\bnodes?\b(?!\.json)": "apparaat",
    r"waargenomen|waarnemen|neemt? .*waar\b|\bgekeken": "gemeten",
    r"lichtvenster": "lichttijd",
    r"volle sterkte": "vol licht",
    r"niets bekend dat niet|ding(en)? om naar te kijken|iemand nodig heeft": "see the glossary",
    r"geregistreerd": "aangemeld",
}


def dutch() -> list[str]:
    """Every Dutch sentence of the pages."""
    entries = read_po(BytesIO(CATALOGUE.read_bytes()), locale="nl")
    texts = [entry.string for entry in entries if entry.id]
    said = [each for text in texts for each in ([text] if isinstance(text, str) else text)]
    # Names of values and commands are no words of ours.
    return [re.sub(r"%\(\w+\)s|padlicht \w+ \w+", "", each) for each in said]


@pytest.mark.parametrize("given_up", GIVEN_UP)
def test_words_that_were_given_up_do_not_come_back(given_up):
    """Each thing has one word; the others are named here with what stands for them now."""
    found = [text for text in dutch() if re.search(given_up, text, re.IGNORECASE)]
    assert found == [], f"say {GIVEN_UP[given_up]}"


def test_no_sentence_denies_twice():
    """A neighbour says what is, and not what is not that is not."""
    denial = r"\b(niet|geen|niets|nooit|niemand)\b"
    clauses = [clause for text in dutch() for clause in re.split(r"[.:;,]| en | dan dat ", text)]
    assert [clause for clause in clauses if len(re.findall(denial, clause)) > 1] == []


def test_the_glossary_has_a_word_once_in_each_language():
    """Two rows with the same Dutch would be two words for one thing, or one for two."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", _glossary(), re.MULTILINE)
    words = [row for row in rows if row[0] != "English"]
    assert len(words) > 40
    for column in (0, 1):
        found = [word for row in words for word in row[column].split(", ")]
        assert sorted(found) == sorted(set(found))


def _glossary() -> str:
    return (ROOT / "docs/glossary.md").read_text()
