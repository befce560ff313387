"""What a round allows to say, by the number of its pairs."""

from dataclasses import replace

import pytest

from padlicht.participation.survey.results import (
    Moved,
    Says,
    change_of,
    group_of,
    results_of,
    summary_of,
)
from padlicht.participation.survey.sheet import Text
from tests.participation.parts import ROUND, person, persons, sheet

GAPS = [0.2 * (i % 7) for i in range(60)]  # 0 to 1.2


def group(count, shift=0.0, check=0, place="spot"):
    """A group of so many pairs, who feel more unlike by day and dark by `shift`."""
    checks = [(i % 3) - 1 + check for i in range(count)]
    return group_of(place, 60, persons([gap + shift for gap in GAPS[:count]], checks, place=place))


@pytest.mark.parametrize(
    ("count", "says", "has"),
    [(9, Says.ANSWERS, False), (10, Says.DIFFERENCE, True), (19, Says.DIFFERENCE, True),
     (20, Says.CHANGE, True)],
)  # fmt: skip
def test_what_may_be_said_goes_by_the_pairs(count, says, has):
    """Under 10 answers and quotes only; 10 to 19 the difference alone; from 20 its change."""
    found = group(count)
    assert (found.scored, found.says, found.difference is not None) == (count, says, has)


def test_pairs_without_a_score_do_not_count():
    """Ten pairs, of whom one did not know: nine, and too few."""
    sheets = [*persons(GAPS[:9]), *person(99, "444434", "0--434")]
    found = group_of("spot", None, sheets)
    assert (found.pairs, found.scored, found.says) == (10, 9, Says.ANSWERS)


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (group(20), group(19, 1.0), Moved.TOO_FEW),
        (group(20, 1.0), group(20, 1.0), Moved.UNSURE),
        (group(60, 1.0), group(60), Moved.LESS),
        (group(60), group(60, 1.0), Moved.MORE),
        (group(60, 1.0, 1), group(60), Moved.HALO),
        (group(20, 0.8), group(20), Moved.LESS),
        (group(20, 0.4), group(20), Moved.MAYBE_HALO),
    ],
)  # fmt: skip
def test_a_change_is_sure_unsure_or_of_everything(before, after, moved):
    """Where the well-kept path moved as much, the answers moved and not what was asked about."""
    assert change_of(before, after).moved is moved


def test_the_letterbox_is_apart():
    """Nobody at home is put together with somebody on the path, and nothing compares them."""
    result = results_of(ROUND, [*persons(GAPS[:12]), *persons(GAPS[:11], place="letterbox")], ())
    assert (result.spot.scored, result.letterbox.scored) == (12, 11)
    assert (result.spot.asked, result.letterbox.asked) == (60, None)
    with pytest.raises(ValueError, match="at home"):
        change_of(result.spot, result.letterbox)


def test_who_is_missing_is_who_did_not_say_to_be_there():
    """By role and by age."""
    sheets = [sheet(role="resident", age="65+"), sheet(role="worker", age="25-64")]
    result = results_of(ROUND, sheets, ())
    assert result.missing_roles == ("young", "entrepreneur", "official")
    assert result.missing_ages == ("12-24",)


def test_only_texts_that_somebody_read_are_shown():
    """Those that wait are counted; of those taken away there is the reason."""
    texts = [
        Text(1, "good", "the trees", "resident", "shown"),
        Text(2, "change", "benches", "young", "shown"),
        Text(3, "change", "not read", None),
        Text(4, "good", "", "worker", "removed", "name", "anna", 5),
    ]
    result = results_of(ROUND, [], texts)
    assert [text.text for text in (*result.good, *result.change)] == ["the trees", "benches"]
    assert (result.waiting, [text.why for text in result.removed]) == (1, ["name"])


def test_when_the_term_is_over_the_sums_are_left():
    """The same group, and nothing of anybody."""
    sheets = persons(GAPS[:20], role="resident")
    summary = summary_of(ROUND, sheets)
    left = results_of(replace(ROUND, summary=summary), (), ())
    assert left.deleted
    assert left.spot == results_of(ROUND, sheets, ()).spot
    assert change_of(left.spot, group(20)).moved is Moved.UNSURE


def test_one_order_only_is_said():
    """Ten who all began by day: the order may be what shows."""
    assert group(10).one_order_only
    assert not group(9).one_order_only
