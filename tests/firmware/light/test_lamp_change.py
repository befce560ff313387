"""What changes while the lamp shines: settings, previews, windows, power; nothing may flash."""

from bench import FRAME_TICKS, FULL, SETTINGS, Bench, open_bench

from node.light.lamp import TICKS_PER_S


def test_a_board_of_twelve_bits_gets_duties_that_it_can_switch():
    """Each duty is one of its steps, full is full, and light is never rounded away."""
    for bits in (12, 13, 14, 16):
        bench = Bench()
        bench.lamp.configure(dict(SETTINGS, base_pct=1), bits)
        bench.lamp.plan(True, -1)
        top = (1 << bits) - 1
        was_lit = False
        for second in range(30):
            for _ in range(TICKS_PER_S):
                bench.run(0.02, 100 if second > 5 else -1)
                duty = bench.duty[0]
                steps = duty >> 16 - bits
                assert abs(duty - steps * FULL / top) < 1
                assert duty > 0 or not was_lit
                was_lit = duty > 0
            if second == 5:
                assert bench.lamp._in_force.duty_u16(1) > 0
                assert steps == (655 + (1 << 16 - bits) // 2) >> 16 - bits
        assert duty == FULL


def test_a_preview_is_over_by_itself():
    """Settings on trial hold for their ticks, then the old return, though nobody calls again."""
    bench = open_bench()
    bench.lamp.preview(dict(SETTINGS, base_pct=10), 10 * TICKS_PER_S)
    assert bench.lamp.previewing
    bench.run(9.9)
    assert bench.lamp.level_pm == 100 and bench.lamp.previewing
    bench.run(3)
    assert bench.lamp.level_pm == 200 and not bench.lamp.previewing


def test_a_preview_lights_a_shut_window_for_its_time_only():
    """By day the lamp shows what is tried, follows who comes, and goes out after the grace."""
    bench = Bench(end_grace_s=0, fade_down_s=3)
    bench.run(5)
    bench.lamp.preview(dict(SETTINGS, boost_pct=50, end_grace_s=0), 10 * TICKS_PER_S)
    bench.run(2)
    assert bench.lamp.level_pm == 200
    bench.run(2, 100)
    assert bench.lamp.level_pm == 500
    bench.run_without_radar(10)
    assert bench.lamp.state_name() == "off"
    bench.run_without_radar(3)
    assert bench.duty[0] == 0


def test_no_change_of_anything_flashes():
    """Through settings, previews, windows and frames of all kinds no tick moves the light further
    than the fastest fade that was asked for."""
    extremes = (
        dict(SETTINGS),
        dict(SETTINGS, base_pct=0, boost_pct=40, fade_up_ms=500, hold_s=5, fade_down_s=3),
        dict(SETTINGS, base_pct=25, boost_pct=100, hold_s=5, end_grace_s=0, reach_cm=300),
    )
    bench = open_bench()
    level = bench.duty[0]
    seed = 3
    for tick in range(40000):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        dice = seed >> 8
        if dice % 701 == 0:
            bench.lamp.configure(extremes[dice // 701 % 3], 12 + dice // 701 % 5)
        elif dice % 1009 == 1:
            bench.lamp.preview(extremes[dice // 1009 % 3], dice % 700, 12)
        elif dice % 499 == 2:
            bench.lamp.plan(bool(dice // 499 & 1), dice % 600 - 1)
        if tick % FRAME_TICKS == 0 and tick // 2000 % 5 != 4:
            bench.lamp.seen(dice // 7 % 3 * 150 if tick // 500 % 3 == 0 else -1)
        bench.lamp.tick()
        # Half a second is 25 ticks; the last of them, near full light, moves the output by 9 %.
        assert abs(bench.duty[0] - level) < FULL // 10, tick
        level = bench.duty[0]


def test_a_power_cut_in_mid_evening_fades_in():
    """A lamp that starts in an open window comes up from dark within a second, in no jump."""
    bench = Bench()
    bench.lamp.plan(True, -1)
    level = 0
    for _ in range(60):
        bench.run(0.02)
        assert 0 <= bench.duty[0] - level < FULL // 50
        level = bench.duty[0]
    assert bench.lamp.level_pm == 200
