"""The lamps' window of a zone: whose settings they are, and from when on."""

from datetime import UTC, datetime

import pytest

from padlicht.ledger.tables.settings import InForce
from padlicht.ledger.timeline import STILL
from padlicht.usage.schedule.zone_windows import (
    Evening,
    LampStay,
    Rule,
    ZoneWindow,
    differing,
    from_text,
    rules_of,
    to_text,
)

CAME = 1_792_926_000  # 25 October 2026, noon in Groningen
DAY = 86_400
TEN = Evening("sunset", 0, "22:00")  # as a lamp is delivered
NINE, EIGHT = TEN._replace(end_at="21:00"), TEN._replace(end_at="20:00")


def lamp(*said: tuple[int, str], came: int = CAME, went: int = STILL) -> LampStay:
    return LampStay(came, went, [InForce(utc_s, {"end_at": end}) for utc_s, end in said])


def test_without_a_lamp_no_light_is_ever_meant():
    """Nor is there anything to say of the past."""
    assert rules_of([]) == ()
    assert not ZoneWindow((), "Europe/Amsterdam", 53.23, 6.57).holds(CAME + DAY // 4)


def test_a_lamp_that_said_nothing_is_as_it_was_delivered():
    """The window is the firmware's own."""
    assert rules_of([lamp()]) == (Rule(0, TEN),)


def test_what_was_said_first_holds_before_there_were_lamps():
    """What a lamp is given on the day it comes counts from ever on: before and after are alike."""
    setup = lamp((CAME + 60, "22:00"), (CAME + 3600, "21:00"), (CAME + 90 * DAY, "20:00"))
    assert rules_of([setup]) == (Rule(0, NINE), Rule(CAME + 90 * DAY, EIGHT))


def test_what_was_said_last_holds_after_the_lamps_went():
    """Nobody meant anything else since."""
    gone = lamp((CAME, "22:00"), (CAME + 9 * DAY, "21:00"), went=CAME + 10 * DAY)
    assert rules_of([gone]) == (Rule(0, TEN), Rule(CAME + 9 * DAY, NINE))


def test_a_zone_has_the_window_of_most_of_its_lamps():
    """It changes with the lamp that makes them most; of as many, the shorter evening counts."""
    changed = [lamp((CAME, "22:00"), (CAME + (10 + i) * DAY, "21:00")) for i in range(5)]
    assert rules_of(changed) == (Rule(0, TEN), Rule(CAME + 12 * DAY, NINE))
    assert rules_of(changed[:4]) == (Rule(0, TEN), Rule(CAME + 11 * DAY, NINE))


def test_a_lamp_that_comes_later_counts_from_then_on():
    """Two with another evening are most from the second one on."""
    later = [lamp((0, "20:00"), came=CAME + (20 + i) * DAY) for i in range(2)]
    assert rules_of([lamp(), *later]) == (Rule(0, TEN), Rule(CAME + 20 * DAY, EIGHT))


@pytest.mark.parametrize(
    ("before", "after", "span"),
    [
        ((), (), None),
        ((), (Rule(0, TEN),), (0, STILL)),
        ((Rule(0, TEN),), (Rule(0, TEN), Rule(CAME, NINE)), (CAME, STILL)),
        ((Rule(0, TEN), Rule(9, NINE), Rule(20, TEN)), (Rule(0, TEN), Rule(12, NINE)), (9, STILL)),
        ((Rule(0, TEN), Rule(9, NINE), Rule(20, TEN)), (Rule(0, TEN),), (9, 20)),
        ((Rule(0, TEN), Rule(9, NINE)), (Rule(0, EIGHT), Rule(9, NINE)), (0, 9)),
    ],
)
def test_only_what_is_parted_otherwise_is_done_anew(before, after, span):
    """From the first moment at which two windows differ to the last."""
    assert differing(before, after) == differing(after, before) == span


def test_rules_are_kept_as_they_are():
    """As text and back."""
    rules = (Rule(0, TEN), Rule(CAME, Evening("civil_dusk", 45, "20:15")))
    assert from_text(to_text(rules)) == rules


@pytest.mark.parametrize(
    ("moment", "lit"),
    [
        ((2026, 10, 26, 16, 10), False),  # UTC: the sun sets at 17:14 there, an hour ahead of it
        ((2026, 10, 26, 16, 20), True),
        ((2026, 10, 26, 20, 59), True),
        ((2026, 10, 26, 21, 0), False),
        ((2026, 11, 3, 19, 59), True),  # by the settings of then
        ((2026, 11, 3, 20, 0), False),
        ((2026, 6, 21, 20, 30), False),  # sunset comes after the end
    ],
)
def test_the_window_is_the_almanacs(moment, lit):
    """From sunset at the place to the end on its clock, whatever the lamps did."""
    rules = (Rule(0, TEN), Rule(CAME + 7 * DAY, NINE))
    window = ZoneWindow(rules, "Europe/Amsterdam", 53.23, 6.57)
    assert window.holds(int(datetime(*moment, tzinfo=UTC).timestamp())) == lit
