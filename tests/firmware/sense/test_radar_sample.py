"""Bytes in which no frame was understood are told apart, so that somebody knows what to mend."""

from scratch import Chance

from node.sense.ld2410 import LD2410
from node.sense.ld2450 import LD2450
from node.sense.radar_sample import likely

LAMP_FRAME = (
    b"\xf4\xf3\xf2\xf1\x0d\x00\x02\xaa\x03\x51\x00\x32\x5a\x00\x21\x51\x00\x55\x00\xf8\xf7\xf6\xf5"
)
COUNTER_FRAME = b"\xaa\xff\x03\x00\x0e\x03\xb1\x86\x10\x00\x40\x01" + b"\x00" * 16 + b"\x55\xcc"
SISTER_FRAME = (
    b"\xf4\xf3\xf2\xf1\x0b\x00\x02\xaa\x02\x00\x00\x00\x46\x00\x37\x55\x00\xf8\xf7\xf6\xf5"
)


def at_speed(data, baud, read_baud=256000):
    """What a UART makes of bytes that come at another speed: it looks at the line when it expects
    a bit, and begins with each falling edge."""
    line = []
    for byte in data:
        line += [0] + [byte >> bit & 1 for bit in range(8)] + [1]
    line += [1] * 40
    got = []
    step = baud * 1000 // read_baud  # thousandths of a sent bit
    at, end = 0, len(line) * 1000
    while at + 10 * step < end:
        if line[at // 1000]:
            at += step // 4 or 1
            continue
        middle = at + step // 2
        bits = [line[(middle + n * step) // 1000] for n in range(1, 9)]
        got.append(sum([bits[bit] << bit for bit in range(8)]))
        at = middle + 9 * step
    return bytes(got)


def noise(count, seed=7):
    """Chance, as from an open wire."""
    chance = Chance(seed)
    return bytes([chance.below(256) for _ in range(count)])


def streams(frame):
    """What a radar may send that is no frame of its model, and what to call it."""
    text = b"ON\r\nRange 123\r\n" * 30
    found = [(b"", "silent"), (text, "text, no frames"), (noise(512), "bytes, no frames")]
    for baud in (9600, 57600, 115200, 128000, 460800):
        found.append((at_speed(frame * 20, baud)[:512], "another baud rate"))
    found.append((SISTER_FRAME * 20, "frames of another module"))
    return found


def test_what_is_no_frame_is_named():
    """Silence, text, noise, five other speeds, a sister model and the other model."""
    for is_lamp, kind, frame in ((True, LD2410, LAMP_FRAME), (False, LD2450, COUNTER_FRAME)):
        other = ("frames of an LD2450", COUNTER_FRAME) if is_lamp else (None, LAMP_FRAME)
        name = other[0] or "frames of an LD2410"
        for data, wanted in streams(frame) + [(other[1] * 20, name)]:
            driver = kind(lambda *_: None)
            driver.feed(data)
            assert driver.frames == 0
            assert likely(data, is_lamp) == wanted, (is_lamp, wanted, data[:60])


def test_a_sample_that_begins_in_mid_frame():
    """Cut anywhere, the other model's frames are known all the same."""
    for cut in range(len(LAMP_FRAME)):
        assert likely((LAMP_FRAME * 4)[cut:], False) == "frames of an LD2410"
    for cut in range(len(COUNTER_FRAME)):
        assert likely((COUNTER_FRAME * 4)[cut:], True) == "frames of an LD2450"
