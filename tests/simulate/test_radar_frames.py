"""Radar frames: the bytes that the firmware reads, from what such a radar would see."""

from random import Random

from padlicht.simulate.world.radar_frames import (
    LD2450_REACH_MM,
    Target,
    encode_ld2410,
    encode_ld2450,
    ld2410_report,
    ld2450_targets,
)

STILL = (0.0, 0.0)


def test_an_ld2450_frame_is_as_documented() -> None:
    """The published example: x -782 mm, y +1713 mm, speed -16 cm/s, resolution 320 mm."""
    frame = encode_ld2450([Target(-782, 1713, -16)])
    assert frame.hex(" ") == "aa ff 03 00 " + "0e 03 b1 86 10 00 40 01 " + "00 " * 16 + "55 cc"


def test_an_ld2450_frame_holds_three_targets_at_most() -> None:
    """A fourth is left out; the frame stays 30 bytes."""
    assert len(encode_ld2450([])) == 30
    assert len(encode_ld2450([Target(1, 1, 1)] * 4)) == 30


def test_an_ld2410_report_is_as_documented() -> None:
    """23 bytes: state, moving distance and energy, still ones, detection distance."""
    expected = "f4 f3 f2 f1 0d 00 02 aa 01 a5 00 3c 00 00 00 a5 00 55 00 f8 f7 f6 f5"
    assert encode_ld2410(1, 165, 60).hex(" ") == expected


def test_an_ld2410_reports_the_nearest_within_reach() -> None:
    """Of three people it gives the nearest one's distance, with noise of centimetres."""
    report = ld2410_report([310.0, 180.0, 900.0], Random(1))
    assert report[8] == 1
    assert abs(int.from_bytes(report[9:11], "little") - 180) < 30


def test_an_ld2410_hardly_ever_sees_what_is_not_there() -> None:
    """Quiet reports are quiet, but for a false alarm in a few hundred."""
    dice = Random(2)
    alarms = sum(ld2410_report([700.0], dice)[8] for _ in range(10_000))
    assert 0 < alarms < 100


def test_an_ld2450_sees_only_its_field() -> None:
    """Behind, aside beyond 60 degrees, and too far away are not seen."""
    blind = [(0.0, -1000.0), (2000.0, 1000.0), (0.0, LD2450_REACH_MM + 1.0)]
    assert ld2450_targets(blind, [STILL] * 3, Random(1)) == []


def test_an_ld2450_measures_with_noise() -> None:
    """Places are right to decimetres, speed is the part away from the radar, some are missed."""
    seen = [
        target
        for seed in range(200)
        for target in ld2450_targets([(0.0, 3000.0)], [(900.0, 1400.0)], Random(seed))
    ]
    assert 180 < len(seen) < 200
    assert {target.speed_cm_s for target in seen} == {140}
    assert all(abs(target.x_mm) < 200 and abs(target.y_mm - 3000) < 200 for target in seen)
    assert len({target.x_mm for target in seen}) > 20


def test_two_who_walk_arm_in_arm_are_one_echo() -> None:
    """Closer than 45 cm they merge into one between them; a metre apart they are two."""
    for apart_mm, echoes in ((300.0, 1), (1000.0, 2)):
        places = [(0.0, 2000.0), (0.0, 2000.0 + apart_mm)]
        counts = [len(ld2450_targets(places, [STILL] * 2, Random(seed))) for seed in range(50)]
        assert max(counts) == echoes


def test_an_ld2450_keeps_the_nearest_three() -> None:
    """Of five in its field the two farthest are lost, as time with three targets warns."""
    places = [(0.0, 1000.0 * number) for number in (5, 4, 3, 2, 1)]
    best = max((ld2450_targets(places, [STILL] * 5, Random(seed)) for seed in range(9)), key=len)
    assert [round(target.y_mm, -3) for target in best] == [1000, 2000, 3000]
