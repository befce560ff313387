"""The file of what people say: rounds, sheets that count once, texts, and what is deleted."""

import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from padlicht.errors import BadData, Refused
from padlicht.participation.store import open_participation
from padlicht.participation.survey.sheet import (
    code_tells_nothing,
    normalised_code,
    pair_of,
)
from tests.participation.parts import FIRST, ROUND, sheet, store


def hand_in(words, found, once=b"1", **other):
    """One sheet of somebody."""
    values = {"code": "uil37", "texts": [("good", "the trees"), ("change", " ")]} | other
    with words.transaction():
        return words.survey.add_sheets(found.id, [sheet()], once=once, **values)


def test_a_round_has_two_codes_that_open_it(tmp_path):
    """However they are typed; any other code opens nothing."""
    with store(tmp_path) as (words, found):
        assert words.survey.get(found.code.upper()) == found
        assert words.survey.round(found.letterbox_code) == found
        assert words.survey.rounds("park") == [found]
        assert words.survey.rounds("elsewhere") == []
        with pytest.raises(Refused, match="there is no round 'abc'"):
            words.survey.get("abc")


def test_days_in_another_order_are_no_round(tmp_path):
    """It says which days it was given."""
    with open_participation(tmp_path / "file", make=True) as words:
        wrong = replace(ROUND, last_day=FIRST - timedelta(days=1))
        with pytest.raises(BadData, match="three days in this order"):
            words.survey.add_round(wrong)


def test_a_form_that_comes_twice_counts_once(tmp_path):
    """A second tap, or a page that was loaded again; neither sheet nor text is there twice."""
    with store(tmp_path) as (words, found):
        assert hand_in(words, found)
        assert not hand_in(words, found)
        assert len(words.survey.sheets(found.id)) == 1
        assert [text.text for text in words.texts.of_round(found.id)] == ["the trees"]


def test_sheets_come_back_as_they_were_handed_in(tmp_path):
    """Open answers, "don't know", and the rest."""
    wanted = sheet("dark", "12-065", way="phone", often=2, role="young", age="12-24")
    with store(tmp_path) as (words, found):
        words.survey.add_sheets(found.id, [wanted], once=b"1")
        (got,) = words.survey.sheets(found.id)
        assert replace(got, id=0) == wanted


def test_a_code_is_kept_nowhere_and_joins_no_rounds(tmp_path):
    """The same code pairs sheets of one round; in another it is another person."""
    with store(tmp_path) as (words, one):
        two = words.survey.add_round(ROUND)
        for at, code, once in ((one, "Uil 37", b"1"), (one, "uil37", b"2"), (two, "uil37", b"3")):
            assert hand_in(words, at, once, code=code)
        first, second = words.survey.sheets(one.id)
        (third,) = words.survey.sheets(two.id)
        assert first.pair == second.pair != third.pair
    assert b"uil37" not in (tmp_path / "participation.sqlite").read_bytes().lower()


def test_two_sheets_at_once_are_a_pair_without_a_code(tmp_path):
    """As from a letterbox, where both are on one piece of paper."""
    both = [sheet("day", place="letterbox"), sheet("dark", place="letterbox")]
    with store(tmp_path) as (words, found):
        words.survey.add_sheets(found.id, both, once=b"1")
        words.survey.add_sheets(found.id, both, once=b"2")
        assert len({each.pair for each in words.survey.sheets(found.id)}) == 2


def test_whoever_knows_the_code_can_have_the_sheets_deleted(tmp_path):
    """What was written on them goes along, and is gone from the file."""
    with store(tmp_path) as (words, found):
        hand_in(words, found, texts=[("change", "please forget this sentence")])
        hand_in(words, found, b"2", code="other1")
        with words.transaction():
            assert words.survey.forget(found.id, "UIL-37") == 1
        assert len(words.survey.sheets(found.id)) == 1
        assert words.survey.forget(found.id, "") == 0
    assert b"forget this sentence" not in (tmp_path / "participation.sqlite").read_bytes()


def test_a_round_does_not_grow_for_ever(tmp_path, monkeypatch):
    """Somebody's program is told to stop."""
    monkeypatch.setattr("padlicht.participation.survey.table.MOST_SHEETS", 1)
    with store(tmp_path) as (words, found):
        hand_in(words, found)
        with pytest.raises(Refused, match="takes no more"):
            hand_in(words, found, b"2")


def test_after_its_term_a_round_has_sums_only(tmp_path):
    """Sheets and texts are gone, and none can be added."""
    with store(tmp_path) as (words, found):
        hand_in(words, found)
        assert words.survey.due(found.delete_after) == []
        assert words.survey.due(found.delete_after + timedelta(days=1)) == [found]
        with words.transaction():
            words.survey.keep_summary(found.id, "{}")
        assert words.survey.sheets(found.id) == words.texts.of_round(found.id) == []
        assert words.survey.get(found.code).summary == "{}"
        assert words.survey.due(found.delete_after + timedelta(days=1)) == []
        with pytest.raises(Refused, match="is over"):
            hand_in(words, found, b"2")


def test_a_round_is_deleted_with_all_that_is_in_it(tmp_path):
    """Nothing of it stays behind."""
    with store(tmp_path) as (words, found):
        hand_in(words, found)
        with words.transaction():
            words.survey.delete_round(found.id)
        assert words.survey.rounds() == words.survey.sheets(found.id) == []


def test_texts_are_shown_shortened_or_taken_away(tmp_path):
    """Whoever changes one says why; of one that is taken away only that is left."""
    with store(tmp_path) as (words, found):
        hand_in(words, found, texts=[("good", "the trees"), ("change", "Piet shouts")])
        change, good = sorted(words.texts.of_round(found.id), key=lambda text: text.kind)
        words.texts.show(found.id, good.id, good.text, "", "anna", 7)
        with pytest.raises(BadData, match="say why"):
            words.texts.show(found.id, change.id, "[…] shouts", "", "anna", 7)
        words.texts.show(found.id, change.id, "[…] shouts", "name", "anna", 7)
        with pytest.raises(BadData, match="say why"):
            words.texts.remove(found.id, good.id, "", "anna", 8)
        words.texts.remove(found.id, good.id, "other", "anna", 8)
        with pytest.raises(Refused, match="not there"):
            words.texts.show(found.id, good.id, "again", "", "anna", 9)
        told = {
            (t.text, t.state, t.why, t.moderator, t.moderated_utc_s)
            for t in words.texts.of_round(found.id)
        }
        assert told == {
            ("[…] shouts", "shown", "name", "anna", 7),
            ("", "removed", "other", "anna", 8),
        }
    content = (tmp_path / "participation.sqlite").read_bytes()
    assert b"the trees" not in content
    assert b"Piet" not in content


def test_the_file_is_its_owners_alone(tmp_path):
    """It is made so."""
    with store(tmp_path):
        assert stat.S_IMODE((tmp_path / "participation.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("typed", "well"),
    [("uil37", True), ("Boom-1990", True), ("12031990", False), ("jantje", False), ("u1", False),
     ("0612345678a", False), ("", False)],
)  # fmt: skip
def test_a_code_has_letters_and_digits(typed, well):
    """So that it is neither a name nor a date of birth."""
    assert code_tells_nothing(typed) is well


def test_a_code_is_the_same_however_it_is_written():
    """Capitals, spaces, hyphens, full-width digits."""
    assert {normalised_code(each) for each in ("uil37", "UIL 37", "Uil-37", "uil３７")} == {"uil37"}
    assert pair_of(" ", b"key") is None
