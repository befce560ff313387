"""The lamp as a whole: frames, window and settings in, duty and figures out."""

from bench import FULL, SETTINGS, Bench, open_bench

from node.light.lamp import TICK_MS, TICKS_PER_S


def test_the_first_tick_sets_the_duty_and_later_ones_only_change_it():
    """A board hears of its duty once at the start, and then only when it is another one."""
    bench = Bench()
    bench.run(10)
    assert (bench.duty[0], bench.writes) == (0, 1)
    bench.lamp.plan(True, -1)
    bench.run(60)
    assert bench.duty[0] == 13107
    assert bench.writes < 40


def test_level_is_light_output_in_permille():
    """At base the level is 200, at boost 1000, before the first tick 0."""
    assert Bench().lamp.level_pm == 0
    bench = open_bench()
    assert bench.lamp.level_pm == 200
    bench.run(3, 150)
    assert bench.lamp.level_pm == 1000


def test_full_light_within_a_second_of_entering_reach():
    """From the first frame within reach to full light is under a second; two metres last 1.4."""
    bench = open_bench()
    bench.run(0.96, 200)
    assert bench.duty[0] == FULL


def test_reach_is_where_near_begins():
    """At reach_cm somebody is near, a centimetre farther not; nobody is not nearer than that."""
    for reach_cm in (100, 200, 300):
        bench = open_bench(reach_cm=reach_cm)
        bench.run(5, reach_cm + 1)
        bench.run(5, -1)
        assert bench.lamp.state_name() == "base"
        bench.run(1, reach_cm)
        assert bench.lamp.state_name() == "boost"


def test_so_many_frames_of_the_last_few_confirm():
    """`confirm` frames within reach, of the last 3 to 5, are somebody; fewer or older are not."""
    for confirm, frames, near in (
        (1, "x", True),
        (2, "x", False),
        (2, "x.x", True),
        (2, "x..x", False),
        (3, "x.xx", True),
        (3, "x.x.x", False),
        (4, "xx.xx", True),
        (4, "xx..xx", False),
        (5, "xxxx.x", False),
        (5, "xxxxx", True),
    ):
        bench = open_bench(confirm=confirm)
        for frame in frames:
            bench.run(0.1, 120 if frame == "x" else -1)
        assert (bench.lamp.state_name() == "rising") == near, (confirm, frames)


def test_one_frame_counts_while_it_is_among_the_last_three():
    """With confirm 1 a frame is somebody for three frames, and the hold begins after those."""
    bench = open_bench(confirm=1, hold_s=5)
    bench.run(0.1, 120)
    bench.run(5.18)
    assert bench.lamp.state_name() == "hold"
    bench.run(0.02)
    assert bench.lamp.state_name() == "falling"


def test_the_window_flips_by_itself():
    """The lamp opens and shuts its window when the countdown ends, with nobody planning again."""
    bench = Bench(end_grace_s=0)
    bench.lamp.plan(False, 100)
    bench.run_without_radar(2)
    assert bench.lamp.state_name() == "off"
    bench.run_without_radar(0.02)
    assert bench.lamp.state_name() == "base"
    bench.run_without_radar(100)
    assert bench.lamp.state_name() == "base"
    bench.lamp.plan(True, 100)
    bench.run_without_radar(2)
    assert bench.lamp.state_name() == "base"
    bench.run_without_radar(0.02)
    assert bench.lamp.state_name() == "off"


def test_no_known_change_is_no_change():
    """With a negative countdown the window stays as it is."""
    for is_open in (True, False):
        bench = Bench()
        bench.lamp.plan(is_open, -50)
        bench.run(120)
        assert bench.lamp.state_name() == ("base" if is_open else "off")


def test_a_radar_that_falls_silent_is_nobody():
    """A lamp whose radar stops in mid-boost holds, then falls: the last word is not for ever."""
    bench = open_bench(hold_s=5)
    bench.run(2, 100)
    bench.run_without_radar(0.8)
    assert bench.lamp.state_name() == "boost"
    bench.run_without_radar(5)
    assert bench.lamp.state_name() == "hold"
    bench.run_without_radar(12)
    assert bench.lamp.state_name() == "base"


def test_what_was_seen_before_a_silence_confirms_nothing_after_it():
    """Frames from before the radar fell silent do not count among the last ones."""
    bench = open_bench()
    bench.run(0.02, 100)
    bench.run_without_radar(2)
    bench.run(0.1, 100)
    assert bench.lamp.state_name() == "base"


def test_new_settings_take_effect_without_a_flash():
    """Reach, confirm and levels are in force, and the duty moves by no more than a fade's step."""
    bench = open_bench()
    bench.run(5, 150)
    duty = bench.duty[0]
    bench.lamp.configure(
        dict(SETTINGS, base_pct=10, boost_pct=50, reach_cm=100, confirm=1, hold_s=5)
    )
    for _ in range(30 * TICKS_PER_S):
        bench.run(0.02, 150)
        assert abs(bench.duty[0] - duty) < FULL // 200
        duty = bench.duty[0]
    assert (bench.lamp.state_name(), bench.lamp.level_pm) == ("base", 100)
    bench.run(0.1, 100)
    assert bench.lamp.state_name() == "rising"


def test_seconds_count_what_their_names_say():
    """Lit is light, boosted is somebody near and the hold, near is somebody near without the hold,
    observed is the radar's word."""
    bench = Bench()
    bench.run(100)
    assert bench.lamp.take() == {
        "lit_s": 0,
        "boost_s": 0,
        "near_s": 0,
        "trig": 0,
        "obs_s": 100,
        "mwh": 0,
    }
    bench.lamp.plan(True, -1)
    bench.run(60)
    bench.run(10, 50)
    bench.run(60)
    got = bench.lamp.take()
    assert (got["lit_s"], got["boost_s"], got["trig"], got["obs_s"]) == (130, 30, 1, 130)
    assert got["near_s"] == 10
    bench.run_without_radar(50)
    got = bench.lamp.take()
    assert (got["lit_s"], got["boost_s"], got["trig"], got["obs_s"]) == (50, 0, 0, 1)


def test_a_radar_that_never_spoke_observed_nothing():
    """Before its first frame nobody is watching."""
    bench = Bench()
    bench.lamp.plan(True, -1)
    bench.run_without_radar(60)
    assert bench.lamp.take()["obs_s"] == 0


def test_each_coming_is_one_trigger():
    """Somebody within the hold is the same trigger, somebody while the light falls is a new one."""
    bench = open_bench()
    bench.lamp.take()
    bench.run(2, 100)
    bench.run(15)
    bench.run(2, 100)
    bench.run(25)
    assert bench.lamp.state_name() == "falling"
    bench.run(2, 100)
    bench.run(40)
    assert bench.lamp.take()["trig"] == 2


def test_energy_is_level_times_rated_power():
    """Of 30 W an hour at 17 % is 5.1 Wh, and ten minutes of full light are 5 Wh."""
    bench = open_bench(rated_mw=30000, stuck_pct=90, base_pct=17)
    bench.lamp.take()
    bench.run_without_radar(3600)
    assert abs(bench.lamp.take()["mwh"] - 5100) <= 1
    bench.run(3, 100)
    bench.lamp.take()
    bench.run(600, 100)
    assert abs(bench.lamp.take()["mwh"] - 5000) <= 1


def test_sums_stay_right_however_often_they_are_taken():
    """What rounding takes from one interval the next has: sums are as exact as one long one."""
    whole = open_bench(rated_mw=7777)
    parts = open_bench(rated_mw=7777)
    sums = {"lit_s": 0, "boost_s": 0, "near_s": 0, "trig": 0, "obs_s": 0, "mwh": 0}
    for bench in (whole, parts):
        bench.lamp.take()
    for part in range(400):
        near = 100 if part % 60 < 7 else -1
        for bench in (whole, parts):
            bench.run(0.74, near)
        for key, value in parts.lamp.take().items():
            assert value >= 0
            sums[key] += value
    assert sums["trig"] > 3
    for key, value in whole.lamp.take().items():
        assert abs(sums[key] - value) <= 1, key


def test_meters_wrap_without_a_trace():
    """The interval in which a tick counter comes round to zero counts like any other."""
    bench = open_bench()
    for counter in (bench.lamp._lit, bench.lamp._observed, bench.lamp._energy):
        counter._count = counter._taken = 0x1FFFFFFF - 100
    bench.lamp.take()
    bench.run(60)
    got = bench.lamp.take()
    assert (got["lit_s"], got["obs_s"]) == (60, 60)
    assert abs(got["mwh"] - 67) <= 1
    assert bench.lamp._lit._count < 60 * TICKS_PER_S


def test_near_is_counted_by_day_too_and_not_of_a_stuck_radar():
    """Whether the window is open or shut, near_s is somebody near; a radar that is found to be
    stuck counts until then."""
    bench = Bench(stuck_pct=30)
    bench.run(10, 100)
    bench.run(20)
    assert bench.lamp.take()["near_s"] == 10
    bench.run(400, 100)
    assert bench.lamp.stuck
    assert 268 <= bench.lamp.take()["near_s"] <= 272


def test_a_stuck_radar_shows():
    """A lamp that somebody is near without end falls back to base after the hold, and says
    `stuck`; ten seconds of quiet, and it is believed again."""
    bench = open_bench(stuck_pct=30)
    bench.run(269, 100)
    assert not bench.lamp.stuck and bench.lamp.state_name() == "boost"
    bench.run(32, 100)
    assert bench.lamp.stuck and bench.lamp.state_name() == "base"
    bench.run(11)
    assert not bench.lamp.stuck
    bench.run(1, 100)
    assert bench.lamp.state_name() == "boost"


def test_a_tick_is_twenty_milliseconds():
    """The two ways of saying how long a tick is agree."""
    assert TICK_MS * TICKS_PER_S == 1000
