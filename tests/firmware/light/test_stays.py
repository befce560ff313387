"""People who stay, busy paths, and sensors that are stuck: who has light, and what is said.

Short lives of each kind, most of them with stuck_pct 30: a false alarm comes twice as soon, and
what is stuck is found in half the time. `make figures ARGS=stays` has them whole.
"""

from bench import SETTINGS, Bench
from people import (
    REACH_CM,
    Exercise,
    FreePin,
    Passers,
    PirPin,
    Sit,
    Source,
    Stuck,
    Talk,
    live,
)

INTERPRETERS = ("cpython", "mp32")
LONG = True
MINUTES_15 = 900
SOON_S = 270  # 30 % of 15 minutes


def lived(seconds, source, pin=None, heard=True, stuck_pct=30, **changes):
    """What became of a lamp with an open window beside a source."""
    bench = Bench(motion_pin=pin, stuck_pct=stuck_pct, **changes)
    bench.lamp.plan(True, -1)
    return live(bench, seconds, source, heard)


def test_reach_is_that_of_the_settings():
    """The people here walk past a lamp of the usual reach."""
    assert SETTINGS["reach_cm"] == REACH_CM


def test_people_who_stay_have_full_light():
    """Exercise, standing and talking, sitting with pauses: ten minutes, no fault, no dimming."""
    for source in (Exercise(1), Talk(2), Sit(3)):
        came = lived(600, source)
        assert came["found"] is None and came["without"] == 0, came


def test_people_who_stay_before_a_pir_are_no_fault():
    """The same without a radar: a sensor that triggers again and again is people, not a fault."""
    for source in (Exercise(4), Talk(5), Sit(6)):
        assert lived(600, source, PirPin(source), heard=False)["found"] is None
        assert lived(600, source, PirPin(source, 3), heard=False)["found"] is None


def test_a_busy_path_is_never_a_fault():
    """A passer every 5 to 30 s, alone or by fours: nobody walks in base light."""
    for every_s, size in ((5, 1), (10, 4), (20, 1), (30, 4)):
        came = lived(400, Passers(7, every_s, size), hold_s=5)
        assert came["found"] is None and came["without"] == 0, (every_s, size, came)
    for every_s in (5, 20):
        source = Passers(8, every_s)
        came = lived(600, source, PirPin(source), heard=False)
        assert came["found"] is None and came["without"] == 0, (every_s, came)


def test_a_radar_that_is_stuck_is_found_when_its_share_is_full():
    """From the start or from the middle of an evening, silent or noisy; not before its time."""
    for source, from_s in (
        (Stuck(1), 0),
        (Stuck(2, wrong=5), 0),
        (Stuck(3, jitter=5, cm=200, energy=100), 0),
        (Stuck(4, none=5), 0),
        (Stuck(5, jitter=5, wrong=5, none=5), 0),
        (Stuck(6, jitter=5, from_s=200, before=Passers(6, 15)), 200),
    ):
        came = lived(from_s + SOON_S + 10, source)
        assert came["found"] is not None, source.__dict__
        assert came["found"] - from_s >= SOON_S - 2, came


def test_a_pir_that_triggers_itself_is_found_when_its_share_is_full():
    """Regular pulses, short and long, without a radar or beside one that sees nobody."""
    for up_s, down_s in ((2, 2), (2.5, 3), (0.5, 0.5), (3, 8)):
        for heard in (False, True):
            pin = FreePin(9, up_s, down_s, jitter=5)
            came = lived(SOON_S + 15, Source(9), pin, heard)
            assert came["found"] is not None, (up_s, down_s, heard)
            assert not heard or came["full"] == 0


def test_the_largest_share_is_found_within_fifteen_minutes_too():
    """With stuck_pct 90 a noisy stuck radar, and a PIR by itself, are found before 15 minutes."""
    assert lived(MINUTES_15, Stuck(2, jitter=5, wrong=5), stuck_pct=90)["found"] >= 808
    pin = FreePin(9, 2, 2)
    assert lived(MINUTES_15, Source(9), pin, heard=False, stuck_pct=90)["found"] >= 808


def test_who_comes_to_a_stuck_radar_has_light_within_a_second_and_a_half():
    """Somebody changes what it sees: that is life, and light; it is found again afterwards."""
    for source in (Talk(1), Exercise(2)):
        bench = Bench(stuck_pct=30)
        bench.lamp.plan(True, -1)
        stuck = Stuck(3, jitter=5, wrong=5, cm=190, energy=40)
        live(bench, 310, stuck)
        assert bench.lamp.stuck and bench.lamp.state_name() == "base"
        came = live(bench, 60, source)
        assert came["without"] == 0 and not bench.lamp.stuck
        assert live(bench, 310, stuck)["found"] is not None


def test_a_pin_that_goes_up_and_down_at_odd_times_speaks_for_the_radar():
    """A radar that shows no movement of its values beside a PIR that does is somebody."""
    source = Talk(4)
    pin = PirPin(source)
    stuck = Stuck(5)

    class Both(Source):
        """The radar says one thing, the PIR sees another."""

        def frame(self, tenth):
            source.frame(tenth)
            return stuck.frame(tenth)

    assert lived(500, Both(1), pin)["found"] is None


def test_at_a_place_to_stay_the_fault_is_said_and_the_light_goes_on():
    """With `stay` a stuck radar, and a stuck PIR, are found as elsewhere, and full light stays
    until the window's end; near_s counts nobody from the fault on."""
    for pin, heard in ((None, True), (FreePin(1, 2, 2), False)):
        bench = Bench(motion_pin=pin, stay="yes", stuck_pct=30)
        bench.lamp.plan(True, 600 * 50)
        came = live(bench, 595, Stuck(1), heard)
        assert SOON_S <= came["found"] <= SOON_S + 10
        assert bench.lamp.state_name() in ("boost", "hold")
        assert bench.lamp.take()["near_s"] <= SOON_S + 10
        live(bench, 100, Stuck(1), heard)
        assert bench.lamp.is_dark


def test_at_a_place_to_stay_who_sits_still_has_light_and_who_goes_leaves_none():
    """Somebody who came and sits quite still for two minutes keeps full light; a still thing that
    was always there starts none, and when they go the hold begins within two seconds."""
    bench = Bench(stay="yes", hold_s=5)
    bench.lamp.plan(True, -1)

    def frames(seconds, cm, still_cm):
        for tick in range(seconds * 50):
            if tick % 5 == 0:
                bench.lamp.seen(cm, 60, still_cm)
            bench.lamp.tick()

    frames(60, -1, 150)
    assert bench.lamp.state_name() == "base"
    frames(2, 150, -1)
    frames(120, -1, 150)
    assert bench.lamp.state_name() == "boost"
    frames(2, -1, 250)
    assert bench.lamp.state_name() == "hold"
    frames(20, -1, 150)
    assert bench.lamp.state_name() == "base"
