"""What is killed when follows from the seed, and what is made as well."""

from collections import Counter
from itertools import islice

import pytest

from tests.kills import made
from tests.kills.plan import Victim, plan

VICTIMS = list(Victim)


def test_the_same_seed_gives_the_same_kills():
    """A run that failed can be had again."""
    assert plan(7, 50, 2, VICTIMS) == plan(7, 50, 2, VICTIMS)
    assert plan(7, 50, 2, VICTIMS) != plan(8, 50, 2, VICTIMS)


@pytest.mark.parametrize("kills", [1, 2, 10, 200])
def test_a_plan_holds_as_many_kills_as_were_asked_for(kills):
    """Moments in which two are killed count twice."""
    events = plan(1, kills, 0, VICTIMS)
    assert sum(len(event.victims) for event in events) == kills


def test_a_long_plan_has_everything_in_it():
    """Every victim alone and in pairs, kills during a start, and as many full disks as asked."""
    events = plan(1, 200, 3, VICTIMS)
    assert {event.victims for event in events} >= {(victim,) for victim in VICTIMS}
    assert len({frozenset(event.victims) for event in events if len(event.victims) == 2}) == 3
    assert any(event.wait_s < 0.3 for event in events)
    assert sum(event.full_s > 0 for event in events) == 3


@pytest.mark.parametrize("seed", range(20))
def test_each_victim_has_its_turn_in_a_short_plan(seed):
    """In ten kills nobody is hit fewer than twice."""
    hit = Counter(victim for event in plan(seed, 10, 0, VICTIMS) for victim in event.victims)
    assert min(hit[victim] for victim in VICTIMS) >= 2


def test_the_same_seed_makes_the_same_records():
    """Whoever checks can make them once more."""
    one = list(islice(made.records(7, 0, 900), 500))
    assert one == list(islice(made.records(7, 0, 900), 500))
    assert one != list(islice(made.records(8, 0, 900), 500))


def test_each_identity_is_made_once():
    """Boot and number together never come again."""
    keys = [(boot, rec["seq"]) for boot, rec in islice(made.records(7, 1, 900), 3000)]
    assert len(set(keys)) == 3000
    assert {boot for boot, _ in keys} > {1, 2}
