"""The fitness place: people who stay, whom no counter sees, and what its lamp says of them."""

from collections import Counter
from datetime import datetime
from math import dist
from random import Random
from zoneinfo import ZoneInfo

import pytest

from padlicht.simulate.history.board import Board
from padlicht.simulate.history.devices import TICKS_PER_S, LampDevice
from padlicht.simulate.history.firmware import firmware
from padlicht.simulate.history.people import Athletes, Stay
from padlicht.simulate.world.crossings import Gate
from padlicht.simulate.world.fitness import FIRST_NUMBER, FitnessPlace
from padlicht.simulate.world.park import ORIGIN, TZ, demo_park
from padlicht.simulate.world.walkers import STEP_S

PARK = demo_park()
REACH_M = 2.0


def test_somebody_is_there_when_the_evening_begins_and_people_come_and_go() -> None:
    """Now and then nobody is; whoever is near is near this lamp alone, and crosses no line."""
    place = FitnessPlace(PARK, 1)
    gates = [Gate(counter) for counter in PARK.counters]
    crowds, seen = Counter[int](), set[int]()
    assert all(dist(one.place, PARK.fitness.place) < REACH_M for one in place.people())
    for _ in range(round(1800 / STEP_S)):
        place.step()
        people = list(place.people())
        seen |= {one.number for one in people}
        crowds[sum(dist(one.place, PARK.fitness.place) < REACH_M for one in people)] += 1
        for one in people:
            assert all(dist(one.place, lamp.place) > REACH_M for lamp in PARK.lamps)
        assert not any(gate.step(people, 0) for gate in gates)
    assert {0, 1, 2} <= {*crowds}
    assert min(seen) == FIRST_NUMBER and len(seen) > 5


def test_the_same_seed_brings_the_same_people() -> None:
    """So that a run can be looked at again."""

    def after_a_minute(seed: int) -> list[object]:
        place = FitnessPlace(PARK, seed)
        for _ in range(round(60 / STEP_S)):
            place.step()
        return list(place.people())

    assert after_a_minute(3) == after_a_minute(3) != after_a_minute(4)


def test_rain_and_the_dark_keep_people_away_and_light_brings_some_back() -> None:
    """A quarter more come while it is dark and lit: the truth that there is to find."""
    dark = int(datetime(2026, 11, 11, 19, tzinfo=ZoneInfo(TZ)).timestamp())

    def expected(*, lit: bool) -> float:
        return Athletes(1, TZ, ORIGIN, 1.25).expected(dark, lit=lit)

    assert expected(lit=True) == pytest.approx(1.25 * expected(lit=False)) != 0


def stays_of(seed: int, begin_utc_s: int, end_utc_s: int) -> list[Stay]:
    athletes = Athletes(seed, TZ, ORIGIN, 1.25)
    return [
        stay
        for quarter in range(begin_utc_s, end_utc_s, 900)
        for stay in athletes.quarter(quarter, lit=False)
    ]


@pytest.mark.long
def test_by_day_a_lamp_counts_whom_it_would_have_counted_frame_by_frame() -> None:
    """Overlapping stays of a day, both ways: within a second for each time somebody came."""
    begin = 1_780_300_800  # 1 June 2026, 10:00 in Groningen
    end = begin + 6 * 3600
    stays = stays_of(5, begin - 3600, end)
    assert len(stays) > 20
    near_s = []
    for by_frames in (True, False):
        fw = firmware()
        values = fw.settings.defaults() | {"stay": "yes", "lat_e4": 532300, "lon_e4": 65760}
        board = Board(Random(1))
        board.clock.now_s = begin
        device = LampDevice(fw, board, values)
        for stay in stays:
            first, last = (int(each * TICKS_PER_S) for each in stay)
            if last > begin * TICKS_PER_S:
                first = max(first, begin * TICKS_PER_S)
                (device.come if by_frames else device.come_by_day)(first, last)
        taken = Counter[str]()
        for quarter in range(begin, end, 900):
            device.pass_second(quarter)
            device.live(quarter, quarter + 900)
            taken += Counter(device.role._lamp.take())
        assert taken["lit_s"] == taken["trig"] == 0
        near_s.append(taken["near_s"])
    assert near_s[0] == pytest.approx(near_s[1], abs=len(stays) + 2)
