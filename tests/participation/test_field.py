"""Sheets of who goes out: what may stand on them, and what small numbers allow to say."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from padlicht.cli.main import cli
from padlicht.errors import BadData, Refused
from padlicht.ledger import Footfall
from padlicht.participation.field.correction import (
    Quarter,
    beside,
    correction,
    hand_quarters,
)
from padlicht.participation.field.sheets import TERM, read_sheet
from padlicht.participation.field.summary import actions, observed, points
from padlicht.participation.store import open_participation
from padlicht.participation.survey.scoring import t_quantile
from tests.hub.use import park

NOW = int(datetime(2026, 11, 28, 22, 0, tzinfo=UTC).timestamp())
AT = int(datetime(2026, 11, 28, 19, 15, tzinfo=UTC).timestamp())  # 20:15 in Amsterdam
COUNT = {
    "kind": "count", "once": "0123456789abcdef", "day": "2026-11-28", "begins": "20:15",
    "place": "gate", "people_0": "7", "people_1": "", "people_2": "0",
}  # fmt: skip
HALF = {
    "kind": "observation", "once": "0123456789abcdef", "day": "2026-11-28", "begins": "20:10",
    "light": "lit", "groups_pair": "3", "age_adult": "8", "doing_dog": "2",
}  # fmt: skip
POINT = {
    "kind": "walk", "once": "0123456789abcdef", "day": "2026-11-28", "walk": "autumn",
    "point": "Bridge", "light": "dark", "lighting": "bad", "action": "prune", "owner": "city",
}  # fmt: skip


def read(fields, **changes):
    return read_sheet({**fields, **changes}, "park", "Europe/Amsterdam", "anna", NOW)


def test_a_hand_count_is_of_quarters_of_the_place():
    """Local times become UTC; an empty quarter was not counted, and a 0 is nobody."""
    visit = read(COUNT)
    assert (visit.begin_utc_s, visit.place, visit.values) == (AT, "gate", {"people": [7, None, 0]})
    assert hand_quarters([visit, read(COUNT, people_0="9")]) == {AT: 8.0, AT + 1800: 0.0}


@pytest.mark.parametrize(
    ("fields", "changes", "why"),
    [
        (COUNT, {"begins": "20:10"}, "quarter of an hour"),
        (COUNT, {"people_0": "", "people_2": ""}, "0 is one, too"),
        (COUNT, {"people_0": "-1"}, "whole number"),
        (COUNT, {"people_0": "501"}, "0 to 500"),
        (COUNT, {"place": " "}, "not said where"),
        (COUNT, {"day": "2026-11-29"}, "yet to come"),
        (COUNT, {"begins": "23:15"}, "yet to come"),
        (COUNT, {"day": "2024-11-01"}, "two years"),
        (COUNT, {"once": "x"}, "load the page once more"),
        (COUNT, {"kind": "poll"}, "choose one of"),
        (HALF, {"light": ""}, "choose one of"),
        (POINT, {"lighting": "fine"}, "choose one of"),
        (POINT, {"seen": "x" * 301}, "at most 300"),
        (POINT, {"lighting": "", "action": "", "owner": ""}, "nothing is said"),
    ],
)
def test_what_cannot_be_on_a_sheet_is_refused_with_the_reason(fields, changes, why):
    """The field is named, and what may stand there."""
    with pytest.raises(BadData, match=why):
        read(fields, **changes)


def test_half_an_hour_in_which_nobody_came_is_one():
    """All numbers are 0, and it counts among the half hours."""
    empty = read(HALF, groups_pair="", age_adult="", doing_dog="")
    [seen] = observed([empty])
    assert (seen.half_hours, seen.people, seen.share("age_adult")) == (1, 0, None)


def test_a_sheet_is_kept_once_however_often_it_is_handed_in(tmp_path):
    """The same mark and content is the same sheet; with other content it is another one."""
    with open_participation(tmp_path / "words.sqlite", make=True) as words, words.transaction():
        assert words.visits.add(read(POINT))
        assert not words.visits.add(read(POINT))
        assert words.visits.add(read(POINT, seen="a lamp is broken"))
        first, second = words.visits.of_site("park", "walk")
        assert (first.values["seen"], second.values["seen"]) == ("", "a lamp is broken")
        with pytest.raises(Refused, match="has no sheet"):
            words.visits.delete(first.id, "elsewhere")
        words.visits.delete(first.id, "park")
        assert words.visits.of_site("park") == [second]


def test_a_sheet_is_deleted_when_its_term_is_over_and_not_before(tmp_path):
    """Two years after its day."""
    visit = read(HALF)
    with open_participation(tmp_path / "words.sqlite", make=True) as words, words.transaction():
        words.visits.add(visit)
        assert words.visits.delete_expired(visit.day + TERM) == 0
        assert words.visits.delete_expired(visit.day + TERM + timedelta(days=1)) == 1
        assert words.visits.of_site("park") == []


def test_shares_stand_only_of_twenty_or_more():
    """Of fewer the number stands alone."""
    [few] = observed([read(HALF, age_adult="19")])
    assert (few.people, few.share("age_adult")) == (19, None)
    [enough] = observed([read(HALF, age_adult="15"), read(HALF, age_adult="", age_older="5")])
    assert (enough.people, enough.share("age_adult")) == (20, 0.75)


def test_a_point_has_its_marks_by_day_and_by_dark_beside_each_other():
    """However its name was written; what should be done stands with who does it."""
    sheets = [read(POINT), read(POINT, point="bridge", light="day", lighting="good", action="")]
    [point] = points(sheets)
    assert point.sheets == {"dark": 1, "day": 1}
    assert point.marks["dark", "lighting"] == {"bad": 1}
    assert point.marks["day", "lighting"] == {"good": 1}
    assert [(action.text, action.owner) for action in actions(sheets)] == [("prune", "city")]


def record(t: int, passages: int, dt: int = 900, obs_s: int = 900) -> Footfall:
    return Footfall("gate", 1, t, t, dt, 2, obs_s, 0, passages, 0, 0, 0)


def test_only_quarters_that_the_counter_watched_stand_beside_the_hand():
    """A record of half an hour, a covered counter and a missing record are left out and said."""
    people = {AT + number * 900: 5.0 for number in range(5)}
    records = [
        record(AT, 4),
        record(AT + 900, 4, obs_s=500),
        record(AT + 1800, 9, dt=1800, obs_s=1800),
    ]
    found, left_out = beside(people, records)
    assert found == [Quarter(AT, 5.0, 4)]
    assert left_out == 4


def test_under_three_hours_or_fifty_passages_there_is_no_correction():
    """What was counted is said all the same."""
    assert correction([Quarter(0, 12.0, 10)] * 11).ratio is None
    assert correction([Quarter(0, 5.0, 4)] * 12).ratio is None
    known = correction([Quarter(0, 12.0, 10)] * 12, 3)
    assert (known.quarters, known.left_out, known.people, known.passages) == (12, 3, 144.0, 120)
    assert known.ratio == pytest.approx(1.2)


def test_quarters_that_all_agree_are_no_certainty():
    """Who counts by hand may be one person off among 120 passages: 1.2, between 1.18 and 1.22."""
    known = correction([Quarter(0, 12.0, 10)] * 12)
    half = t_quantile(11) * (12 / 11) ** 0.5 / 120
    assert (known.low, known.high) == pytest.approx((1.2 - half, 1.2 + half))


@pytest.mark.parametrize(("quarters", "groups"), [(12, 8), (24, 8), (12, 30)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(quarters, groups):
    """Singles, pairs that are one passage half of the time, dogs: in 1000 parks 92 to 97.5 %."""
    dice = random.Random(quarters * 100 + groups)
    truth, held = (0.6 + 0.4 * 2) / (0.6 + 0.4 * 1.5 + 0.1), 0
    for _ in range(1000):
        made = []
        for _ in range(quarters):
            people = passages = 0
            for _ in range(sum(dice.random() < 0.25 for _ in range(4 * groups))):
                pair = dice.random() < 0.4
                people += 1 + pair
                passages += 1 + (pair and dice.random() < 0.5) + (dice.random() < 0.1)
            made.append(Quarter(0, people, passages))
        found = correction(made)
        held += found.low < truth < found.high
    assert 920 <= held <= 975


def test_sheets_are_exported_and_deleted_by_command(tmp_path):
    """A row for each thing on a sheet; what is deleted is gone from the next export."""
    path = tmp_path / "ledger.sqlite"
    park(path).close()
    file = tmp_path / "participation.sqlite"
    with open_participation(file, make=True) as words, words.transaction():
        words.visits.add(read(COUNT))
        words.visits.add(read(POINT))
    run = CliRunner(env={"PADLICHT_DATA": str(tmp_path)}).invoke
    rows = run(cli, ["field", "export", "park"]).output.splitlines()
    assert rows[0].endswith("deleted_after,field,value")
    assert [row.rsplit(",", 2)[1:] for row in rows if ",count," in row] == [
        ["people_0", "7"], ["people_1", ""], ["people_2", "0"],
    ]  # fmt: skip
    assert any(row.endswith("action,prune") for row in rows)
    assert (
        json.loads(run(cli, ["field", "export", "park", "--json"]).output)[0]["place"] == "Bridge"
    )
    assert run(cli, ["field", "delete", "park", "1"]).exit_code == 0
    assert "people_0" not in run(cli, ["field", "export", "park"]).output
