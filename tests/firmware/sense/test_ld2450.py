"""Every whole frame of the LD2450 gets through, whatever surrounds it and however it is chopped."""

from node.sense.ld2450 import LD2450

_POINT = b"\x0e\x03\xb1\x86\x10\x00\x40\x01"  # x -782 mm, y +1713 mm, -16 cm/s, 320 mm
_EMPTY = b"\x00" * 8
_ONE = b"\xaa\xff\x03\x00" + _POINT + _EMPTY * 2 + b"\x55\xcc"
_NOBODY = b"\xaa\xff\x03\x00" + _EMPTY * 3 + b"\x55\xcc"


def _radar():
    seen = []
    return seen, LD2450(seen.append)


def _slot(x_mm, y_mm):
    raw = b""
    for mm in (x_mm, y_mm):
        word = mm + 0x8000 if mm >= 0 else -mm
        raw += bytes([word & 255, word >> 8])
    return raw + b"\x00\x00\x40\x01"


def _frame(*points):
    slots = b"".join([_slot(x, y) for x, y in points])
    return b"\xaa\xff\x03\x00" + slots + _EMPTY * (3 - len(points)) + b"\x55\xcc"


def test_reads_the_known_example():
    """The example bytes are 782 mm to the left and 1713 mm ahead."""
    seen, radar = _radar()
    radar.feed(_ONE)
    assert seen == [[(-782, 1713)]]
    assert (radar.frames, radar.bad) == (1, 0)


def test_signs():
    """Bit 15 set means positive; both signs and three targets come out."""
    seen, radar = _radar()
    radar.feed(_frame((1, 6000), (-6000, 1), (300, -300)))
    assert seen == [[(1, 6000), (-6000, 1), (300, -300)]]


def test_empty_slots_are_nobody():
    """A slot of zeros is no target, wherever it stands, but one straight ahead is."""
    seen, radar = _radar()
    radar.feed(_NOBODY)
    radar.feed(b"\xaa\xff\x03\x00" + _EMPTY + _slot(0, 1000) + _EMPTY + b"\x55\xcc")
    assert seen == [[], [(0, 1000)]]


def test_any_chunking():
    """Frames come out the same whether bytes arrive one by one, in odd pieces or at once."""
    stream = _ONE + _NOBODY + _frame((5, 6), (7, 8)) + _ONE
    for size in (1, 2, 3, 7, 29, 30, 31, 64, 200):
        seen, radar = _radar()
        for at in range(0, len(stream), size):
            radar.feed(stream[at : at + size])
        assert seen == [[(-782, 1713)], [], [(5, 6), (7, 8)], [(-782, 1713)]], size
        assert radar.bad == 0


def test_starts_in_the_middle():
    """Started anywhere within a frame, the first whole frame is found and the rest counted as one
    bad stretch."""
    for cut in range(1, 30):
        seen, radar = _radar()
        radar.feed(_ONE[cut:] + _ONE)
        assert len(seen) == 1 and radar.bad == 1, cut


def test_truncated_frame():
    """A frame cut off anywhere costs itself only."""
    for cut in range(1, 30):
        seen, radar = _radar()
        radar.feed(_ONE[:cut])
        radar.feed(_frame((1, 2)) + _NOBODY)
        assert seen == [[(1, 2)], []] and radar.bad == 1, cut


def test_garbage_between_frames():
    """Noise between frames, even header and tail bytes, loses no frame that is whole."""
    for junk in (
        b"\xaa",
        b"\xaa\xff",
        b"\xaa\xff\x03",
        b"\x55\xcc",
        b"\xaa\xaa\xff\x03\x00",
        b"\xfd\xfc\xfb\xfa\x04\x00",
        b"\x00" * 99,
    ):
        seen, radar = _radar()
        radar.feed(_ONE + junk + _NOBODY + junk + _ONE)
        assert len(seen) == 3 and radar.bad == 2, junk


def test_tail_inside_a_frame():
    """The tail's bytes as a speed and a resolution do not end a frame."""
    inside = b"\x0e\x03\xb1\x86\x55\xcc\x55\xcc"
    seen, radar = _radar()
    radar.feed((b"\xaa\xff\x03\x00" + inside * 3 + b"\x55\xcc") * 2)
    assert len(seen) == 2 and len(seen[0]) == 3 and radar.bad == 0


def test_wrong_tail_is_no_frame():
    """Thirty bytes with a header but without the tail in its place are no frame."""
    seen, radar = _radar()
    radar.feed(_ONE[:-1] + b"\xcd" + _NOBODY)
    assert seen == [[]] and radar.bad == 1


def test_a_target_that_cannot_be_seen_breaks_its_frame():
    """Beyond 10 m, to any side, a byte was flipped: nobody of that frame is believed."""
    for place in ((10001, 0), (-10001, 9), (9, 10001), (9, -10001), (-32767, 32767)):
        for slot in range(3):
            points = [(300, 2000)] * 3
            points[slot] = place
            seen, radar = _radar()
            radar.feed(_frame(*points) + _frame((10000, -10000)))
            assert seen == [[(10000, -10000)]] and (radar.frames, radar.bad) == (1, 1), place


def test_memory_stays_bounded():
    """However long the noise, less than a frame of it is kept."""
    _, radar = _radar()
    for junk in (b"\xaa" * 1000, b"\xaa\xff\x03\x00" * 300, bytes(range(256)) * 4):
        radar.feed(junk)
        assert len(radar._rest) < 30
    seen, radar = _radar()
    radar.feed(b"\xaa\xff\x03\x00" * 300 + _ONE)
    assert seen == [[(-782, 1713)]]


def test_takes_any_bytes_like():
    """A driver may hand in its own buffer."""
    seen, radar = _radar()
    buffer = bytearray(_ONE)
    radar.feed(memoryview(buffer)[:10])
    radar.feed(buffer[10:])
    assert seen == [[(-782, 1713)]]
