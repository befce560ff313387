"""Thousands of frames of garbage for each driver: none escapes, and none is believed."""

import os
import sys

from i2c import Bus, Noise, Registers
from scratch import Chance

from node.count.beams import Beams
from node.count.tracks import Tracks
from node.sense.ambient import BH1750, VEML7700
from node.sense.ld2410 import LD2410
from node.sense.ld2450 import LD2450
from node.sense.power import INA219
from node.sense.rtc import DS3231

# On the interpreter that is like a board's `make figures` asks for a hundred thousand; fewer where
# only its own ways may differ.
TRIALS = int(os.getenv("PADLICHT_TRIALS") or 10000) if sys.maxsize < 1 << 32 else 10000
SETTINGS = {
    "line_mm": [0, 500, 0, 5000],
    "hysteresis_mm": 300,
    "settle": 3,
    "coast_ms": 800,
}
LD2410_REPORT = (
    b"\xf4\xf3\xf2\xf1\x0d\x00\x02\xaa\x01\x78\x00\x32\x00\x00\x00\x78\x00\x55\x00\xf8\xf7\xf6\xf5"
)
LD2450_FRAME = b"\xaa\xff\x03\x00\x0e\x03\xb1\x86\x10\x00\x40\x01" + b"\x00" * 16 + b"\x55\xcc"
REPLY = b"\xfd\xfc\xfb\xfa\x08\x00\xff\x01\x00\x00\x01\x00\x40\x00\x04\x03\x02\x01"


def figure(driver, trials):
    print("FIGURE garbage_{}={}".format(driver, trials))


def garbage(chance, whole):
    """Random bytes, or a whole frame that something happened to: never one as it should be."""
    kind = chance.below(8)
    if kind == 0:
        return bytes([chance.below(256) for _ in range(chance.below(50))])
    if kind == 1:  # bytes that mean something, in any order
        return bytes([whole[chance.below(len(whole))] for _ in range(chance.below(50))])
    if kind == 2:
        return whole[: chance.below(len(whole))]
    if kind == 3:
        return whole[1 + chance.below(len(whole) - 1) :]
    data = bytearray(whole)
    if kind == 4:
        at = chance.below(len(data))
        return bytes(data[:at] + data[at + 1 :])
    if kind == 5:
        at = chance.below(len(data))
        return bytes(data[:at]) + bytes((chance.below(256),)) + bytes(data[at:])
    for _ in range(1 + chance.below(4)):
        data[chance.below(len(data))] = chance.below(256)
    return bytes(data)


def fed(chance, radar, data):
    """In two pieces, cut anywhere."""
    cut = chance.below(len(data) + 1)
    radar.feed(data[:cut])
    radar.feed(data[cut:])


def report_at(stream, at):
    """What a whole LD2410 report that begins there says, by the layout alone; None: there is
    none."""
    for length, size, kind in ((13, 23, 2), (35, 45, 1)):
        end = at + size
        if (
            stream[at + 4 : at + 8] == bytes((length, 0, kind, 0xAA))
            and stream[end - 6 : end] == b"\x55\x00\xf8\xf7\xf6\xf5"
        ):
            moving = stream[at + 8] % 2 == 1
            return moving, stream[at + 9] + 256 * stream[at + 10] if moving else -1
    return None


def frame_at(stream, at):
    """The same for an LD2450: its points."""
    if stream[at + 28 : at + 30] != b"\x55\xcc":
        return None
    points = []
    for slot in range(at + 4, at + 28, 8):
        point = []
        for low in (slot, slot + 2):
            size = stream[low] + 256 * (stream[low + 1] % 128)
            point.append(size if stream[low + 1] >= 128 else -size)
        if point != [0, 0]:
            points.append(tuple(point))
    return points


def check_stream(chance, make, whole, look):
    """Feed garbage; whatever is reported must have been in the bytes, whole. How much that was."""
    reported = []
    radar = make(reported)
    stream, trials, believed = b"", 0, 0
    while trials < TRIALS:
        data = b""
        for _ in range(50):
            data += garbage(chance, whole)
        trials += 50
        fed(chance, radar, data)
        stream = stream[-60:] + data
        there, at = [], stream.find(whole[:4])
        while at >= 0:
            there.append(look(stream, at))
            at = stream.find(whole[:4], at + 1)
        for report in reported:
            assert report in there, report
        believed += len(reported)
        del reported[:]
        radar.command(100)
    radar.feed(whole * 4)
    assert len(reported) >= 3
    return believed


def test_ld2410_reports_only_what_is_whole():
    """Of random, cut and mutated reports, only those whose frame is right from head to tail
    count."""
    believed = check_stream(
        Chance(10),
        lambda reported: LD2410(lambda *report: reported.append(report)),
        LD2410_REPORT,
        report_at,
    )
    assert believed > 0  # mutations within the values
    figure("ld2410", TRIALS)


def test_ld2450_reports_only_what_is_whole():
    """Of random, cut and mutated frames, only those with header and tail in their places count."""
    believed = check_stream(
        Chance(50),
        lambda reported: LD2450(reported.append),
        LD2450_FRAME,
        frame_at,
    )
    assert believed > 0
    figure("ld2450", TRIALS)


def test_a_bad_tail_counts_nobody():
    """Frames of somebody who walks to and fro across the line, each with a wrong tail, count
    nobody."""
    chance = Chance(7)
    tracks = Tracks(SETTINGS)
    radar = LD2450(lambda points: tracks.frame(points, 100))
    frame = bytearray(LD2450_FRAME)
    x_mm, step = -2000, 140
    for trial in range(TRIALS):
        x_mm += step
        if abs(x_mm) > 2000:
            step = -step
        raw = x_mm + 0x8000 if x_mm >= 0 else -x_mm
        frame[4], frame[5] = raw & 255, raw >> 8
        frame[28], frame[29] = 0x55, 0xCC
        while frame[28] == 0x55 and frame[29] == 0xCC:
            frame[28 + chance.below(2)] = chance.below(256)
        if trial % 8:
            radar.feed(frame)
        else:
            fed(chance, radar, bytes(frame))
    assert radar.frames == 0
    assert tracks.take() == (0, 0, 0)
    figure("bad_tails", TRIALS)
    figure("bad_tails_counted", radar.frames)
    frame[28], frame[29] = 0x55, 0xCC
    radar.feed(frame)
    assert radar.frames == 1  # it was the tail


def test_replies_of_a_radar_gone_mad():
    """Whatever answers come, set-up goes on in well-formed commands and keeps no more than one."""
    chance = Chance(20)
    radar = LD2410(lambda *report: None)
    numbers = (0xFF, 0xFE, 0x61, 0x60, 0xAB, 0xAA, 0xA5, 0xA4, 0xA3)
    sent = 0
    for trial in range(TRIALS):
        reply = bytearray(REPLY)
        reply[6] = numbers[trial % len(numbers)]
        radar.feed(garbage(chance, bytes(reply)) if chance.below(4) else reply)
        if trial % 50 == 0:
            radar.feed(LD2410_REPORT)
        command = radar.command(chance.below(2000))
        if command:
            sent += 1
            assert command[:4] == b"\xfd\xfc\xfb\xfa" and command[-4:] == b"\x04\x03\x02\x01"
            assert command[4] == len(command) - 10
        assert radar._setup._have < 54
    assert sent > 10
    figure("radar_replies", TRIALS)


def check_device(name, make, registers, look):
    """Look at a device on a mad bus; how often it gave a value is at least now and then."""
    chance = Chance(len(name))
    device = make(Bus(x10=Noise(chance, registers)))
    values = 0
    for _ in range(TRIALS):
        values += look(device, chance)
    assert TRIALS // 50 < values < TRIALS
    figure(name, TRIALS)


def test_light_sensors_on_a_mad_bus():
    """Answers that are chance, or none, give lux within the sensor's reach or nothing."""

    def look(device, chance):
        device.poll()
        lux_dl = device.lux_dl()
        assert lux_dl is None or 0 <= lux_dl <= 1500000
        return lux_dl is not None

    check_device("veml7700", VEML7700, Registers(2, {4: b"\x10\x20"}), look)
    check_device("bh1750", lambda bus: BH1750(bus, 0x10), None, look)


def test_a_clock_on_a_mad_bus():
    """A time that comes out is between 2000 and 2199; a wrong bit that makes no date is no time."""

    def look(device, chance):
        utc_ms = device.utc_ms()
        assert utc_ms is None or 946684800000 <= utc_ms < 7258118400000
        assert device.dc() is None or -400 <= device.dc() <= 850
        if chance.below(9) == 0:
            device.set(1795224600000)
        return utc_ms is not None

    check_device("ds3231", lambda bus: DS3231(bus, 0x10), Registers(1, {}), look)


def test_a_meter_on_a_mad_bus():
    """Volts, current and energy are within what the meter can measure, or nothing."""

    def look(device, chance):
        device.poll(chance.below(4000))
        reading = device.measure()
        assert reading is None or (0 <= reading[0] <= 32764 and 0 <= reading[1] <= 3276)
        mwh = device.take_mwh() if chance.below(20) == 0 else None
        assert mwh is None or 0 <= mwh <= 30000
        return reading is not None

    meter = Registers(2, {0: b"\x3f\xff", 1: b"\x13\x88", 2: b"\x5d\xc2"})
    check_device("ina219", lambda bus: INA219(bus, 0x10), meter, look)


def test_beams_that_flicker_at_random():
    """However the beams flicker, no tick fails, and no passage takes less than four changes."""
    chance = Chance(4)
    state = [0, 0]
    changes = [0]

    def pin(which):
        if chance.below(3) == 0:
            changes[0] += 1
            state[which] ^= 1
        return state[which]

    beams = Beams(lambda: pin(0), lambda: pin(1))
    for _ in range(TRIALS):
        beams.tick()
    n_in, n_out, watched, _ = beams.take()
    assert 4 * (n_in + n_out) <= changes[0] and watched == TRIALS
    figure("beams", TRIALS)
